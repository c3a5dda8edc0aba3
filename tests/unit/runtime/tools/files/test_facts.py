"""What a person reads about a file action: title, size of the change, diff, friction."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.words import Tier
from runtime.tools.contract import Appraisal, Preview, PreviewKind
from runtime.tools.files.family import FilesFamily
from runtime.tools.runner import Runner
from tests.fixtures.tool_cases.case import MemoryBlobs


async def seen(folder: Path, tool: str, **arguments: Any) -> tuple[Appraisal, Preview]:
    runner = Runner(folder, MemoryBlobs(), lambda account: None)
    tools = {each.contract.name: each for each in FilesFamily().tools('{"folder":"products"}')}
    text = runner.check(tools[tool], json.dumps(arguments)).arguments
    return await runner.appraise(tools[tool], text), await runner.preview(tools[tool], text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "products").mkdir()
    (tmp_path / "products" / "mug.toml").write_bytes(b"name = 1\nprice = 1450\nstock = 7\n")
    (tmp_path / "products" / "photo").write_bytes(b"\x00\x01")
    return tmp_path


async def test_a_change_of_two_lines(folder: Path) -> None:
    content = "name = 1\nprice = 1300\nstock = 8\n"
    appraisal, preview = await seen(folder, "files.write", path="mug.toml", content=content)
    assert (appraisal.title, appraisal.touches) == ("Change mug.toml, 2 lines", "1 file, 2 lines")
    assert (appraisal.resource, appraisal.tier) == ("products/mug.toml", Tier.SMALL)
    assert appraisal.inputs == (folder / "products" / "mug.toml",)
    assert appraisal.facts["lines_changed"] == 2
    assert preview.kind is PreviewKind.DIFF
    assert "-price = 1450\n-stock = 7\n+price = 1300\n+stock = 8\n" in preview.body


async def test_a_missing_line_end_is_shown(folder: Path) -> None:
    _, preview = await seen(folder, "files.edit", path="mug.toml", find="stock = 7\n", replace="stock = 7")
    assert "+stock = 7\n\\ No newline at end of file\n" in preview.body


async def test_wide_changes_have_more_friction(folder: Path) -> None:
    many, _ = await seen(folder, "files.write", path="new.txt", content="x\n" * 201)
    assert (many.tier, many.title) == (Tier.WIDE, "Create new.txt, 201 lines")
    few, _ = await seen(folder, "files.write", path="new.txt", content="x\n" * 200)
    assert few.tier is Tier.SMALL
    gone, _ = await seen(folder, "files.delete", path="mug.toml")
    assert (gone.tier, gone.title) == (Tier.WIDE, "Delete mug.toml, 3 lines")
    binary, preview = await seen(folder, "files.write", path="photo", content="text")
    assert binary.tier is Tier.WIDE
    assert preview.body == "photo: not text, 2 -> 4 bytes."


async def test_a_move_names_both_places_to_the_rules(folder: Path) -> None:
    appraisal, preview = await seen(folder, "files.move", path="mug.toml", to="old/mug.toml")
    assert appraisal.title == "Move mug.toml to old/mug.toml"
    assert (appraisal.resource, appraisal.also) == ("products/mug.toml", ("products/old/mug.toml",))
    assert "mug.toml\n-> old/mug.toml" in preview.body


async def test_huge_texts_are_compared_in_no_time(folder: Path) -> None:
    text = "\n".join(str(number) for number in range(30_000))
    other = "\n".join(str(number * 7) for number in range(30_000))
    (folder / "products" / "big.txt").write_text(text, newline="")
    appraisal, preview = await seen(folder, "files.write", path="big.txt", content=other)
    assert appraisal.facts["lines_changed"] == 29_999
    assert preview.body.startswith("--- big.txt")
