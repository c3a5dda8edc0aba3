"""Repositories and test runs that mean harm: nothing of theirs is run, nothing is written where it may not."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome
from runtime.tools import sandbox
from runtime.tools.ran import Ran
from runtime.tools.repository.family import RepositoryFamily
from runtime.tools.repository.git import git
from runtime.tools.runner import Runner
from tests.fixtures.tool_cases.case import MemoryBlobs
from tests.fixtures.tool_cases.repository_cases import CHECK, OPTIONS, as_person, repository, state

COPIED = "c1" * 32
NAME = COPIED[:12]
pytestmark = pytest.mark.may_block("the tests themselves look at files and call git")
WITH_SANDBOX = pytest.mark.skipif(bool(sandbox.unavailable()), reason=sandbox.unavailable())


class Desk:
    """A workspace with a person's repository and the tools over it."""

    def __init__(self, root: Path, **options: Any) -> None:
        self.workspace = root / "workspace"
        self.workspace.mkdir(exist_ok=True)
        self.code = self.workspace / "shop-code"
        self.marker = root / "pwned"
        grant = {**OPTIONS, **options}
        self.tools = {tool.contract.name: tool for tool in RepositoryFamily().tools(json.dumps(grant))}
        self.runner = Runner(self.workspace, MemoryBlobs(), lambda account: None)
        self._calls = 0

    async def run(self, verb: str, key: str = "", **arguments: Any) -> Ran:
        tool = self.tools[f"repository.{verb}"]
        if verb != "copy":
            arguments = {"working_copy": NAME, **arguments}
        self._calls += 1
        text = self.runner.check(tool, json.dumps(arguments)).arguments
        return await self.runner.run(tool, text, key or f"{self._calls:064x}", threading.Event())

    async def output(self, verb: str, key: str = "", **arguments: Any) -> Any:
        ran = await self.run(verb, key, **arguments)
        assert ran.outcome is CallOutcome.OK, ran.summary
        return json.loads(ran.output)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    repository(desk.workspace)
    return desk


def booby_trapped(desk: Desk) -> None:
    """Every way in which git runs a program for a repository, as far as we know them."""
    trap = f"touch {desk.marker}"
    script = desk.marker.with_name("trap.sh")
    script.write_text(f"#!/bin/sh\n{trap}\ncat\n")
    script.chmod(0o755)
    hooks = desk.code / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-checkout", "pre-commit", "post-commit", "post-index-change",
                 "pre-auto-gc", "update", "post-update", "pre-receive", "fsmonitor-watchman"):  # fmt: skip
        (hooks / name).write_text(f"#!/bin/sh\n{trap}\n")
        (hooks / name).chmod(0o755)
    for name, value in (
        ("core.fsmonitor", str(script)),
        ("core.sshCommand", str(script)),
        ("core.pager", str(script)),
        ("core.editor", str(script)),
        ("core.alternateRefsCommand", str(script)),
        ("filter.evil.clean", str(script)),
        ("filter.evil.smudge", str(script)),
        ("filter.evil.process", str(script)),
        ("filter.evil.required", "true"),
        ("diff.external", str(script)),
        ("diff.evil.textconv", str(script)),
        ("diff.evil.command", str(script)),
        ("merge.evil.driver", str(script)),
        ("gpg.program", str(script)),
        ("commit.gpgSign", "true"),
        ("uploadpack.packObjectsHook", str(script)),
        ("credential.helper", f"!{trap}"),
        ("protocol.ext.allow", "always"),
        ("gc.auto", "1"),
    ):
        as_person(desk.code, "config", name, value)
    attributes = desk.code / ".git" / "info"
    attributes.mkdir(exist_ok=True)
    (attributes / "attributes").write_text("* filter=evil diff=evil merge=evil ident eol=crlf\n")


async def test_nothing_of_a_repository_runs_while_its_files_are_worked_on(desk: Desk) -> None:
    before = state(desk.workspace)
    booby_trapped(desk)
    desk.marker.unlink(missing_ok=True)  # setting the traps may have sprung one
    await desk.output("copy", COPIED)
    await desk.output("edit", path="price.py", find="118", replace="119")
    await desk.output("write", path=".gitattributes", content="* filter=evil\n")
    shown = await desk.output("diff")
    applied = await desk.run("apply", "a" * 64, changes=shown["changes"], branch="rate", message="Mend\n\n--exec=x")
    assert applied.outcome is CallOutcome.OK, applied.summary
    assert not desk.marker.exists()
    made = json.loads(applied.output)
    assert (
        git(desk.code / ".git", "show", f"{made['commit']}:price.py")
        == b"def gross(net):\n    return net * 119 // 100\n"
    )
    assert applied.undo is not None
    apply = desk.tools["repository.apply"]
    assert (await desk.runner.undo(apply, applied.undo, key="a" * 64))[0] is UndoOutcome.UNDONE
    assert not desk.marker.exists()
    person = state(desk.workspace)
    assert (person[0], person[3:]) == (before[0], before[3:])  # type: ignore[index]
    as_person(desk.code, "update-ref", "refs/heads/x", "HEAD")
    assert desk.marker.exists(), "the traps are blind"


async def test_a_missing_object_is_not_fetched_by_a_program_of_the_repository(desk: Desk) -> None:
    lost = as_person(desk.code, "rev-parse", "HEAD:price.py")
    (desk.code / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    for name, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "evil"),
        ("protocol.file.allow", "always"),
        ("remote.evil.url", str(desk.code)),
        ("remote.evil.promisor", "true"),
        ("remote.evil.uploadpack", f"touch {desk.marker};"),
    ):
        as_person(desk.code, "config", name, value)
    ran = await desk.run("copy", COPIED)
    assert (ran.outcome, ran.failure) == (CallOutcome.FAILED, "git")
    assert not desk.marker.exists()
    with pytest.raises(Exception, match="status"):
        as_person(desk.code, "cat-file", "-p", lost)
    assert desk.marker.exists(), "the trap is blind"


def tree_of(desk: Desk, *entries: tuple[str, bytes, str]) -> str:
    """A tree as no honest git writes it."""
    raw = b"".join(mode.encode() + b" " + name + b"\x00" + bytes.fromhex(oid) for mode, name, oid in entries)
    return (
        git(desk.code / ".git", "hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=raw).decode().strip()
    )


async def test_names_in_a_commit_lead_nowhere_and_stay_as_they_are(desk: Desk, tmp_path: Path) -> None:
    ours = desk.code / ".git"
    blob = git(ours, "hash-object", "-w", "--stdin", given=b"evil\n").decode().strip()
    link = git(ours, "hash-object", "-w", "--stdin", given=os.fsencode(tmp_path)).decode().strip()
    inner = tree_of(desk, ("100644", b"config", blob))
    through = tree_of(desk, ("100644", b"through.txt", blob))
    tree = tree_of(
        desk,
        ("40000", b"..", through),
        ("40000", b".GIT", inner),
        ("40000", b".git", inner),
        ("100644", b"a\\b", blob),
        ("100644", b"good.txt", blob),
        ("120000", b"out", link),
        ("40000", b"out", through),
        ("160000", b"module", as_person(desk.code, "rev-parse", "HEAD")),
    )
    commit = as_person(desk.code, "commit-tree", tree, "-m", "evil")
    made = await desk.output("copy", COPIED, commit=commit)
    held = desk.workspace / ".repositories" / NAME / "tree"
    assert (held / "good.txt").read_text() == "evil\n"
    assert sorted(path.relative_to(held).as_posix() for path in held.rglob("*")) == [
        "good.txt",
        "out",
        "out/through.txt",
    ]
    assert set(made["left_out"]) == {"../through.txt", ".GIT/config", ".git/config", "a\\b", "out", "module"}
    assert not (tmp_path / "through.txt").exists()
    assert not (held.parent / "through.txt").exists()
    assert (await desk.output("diff"))["files"] == []


async def test_links_of_a_commit_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("canary")
    (desk.code / "link").symlink_to(tmp_path / "secret.txt")
    as_person(desk.code, "add", "link")
    as_person(desk.code, "commit", "-q", "-m", "A link")
    await desk.output("copy", COPIED)
    for verb, arguments in (("read", {}), ("write", {"content": "x"}), ("edit", {"find": "c", "replace": ""})):
        assert (await desk.run(verb, path="link", **arguments)).outcome is CallOutcome.FAILED
    assert "canary" not in (await desk.run("search", text="canary")).output.replace('"canary"', "")
    assert (tmp_path / "secret.txt").read_text() == "canary"


async def test_only_a_repository_of_this_person_is_worked_on(desk: Desk, tmp_path: Path) -> None:
    desk.code.rename(tmp_path / "elsewhere")
    desk.code.symlink_to(tmp_path / "elsewhere")
    assert (await desk.run("copy", COPIED)).failure == "not-ours"
    desk.code.unlink()
    desk.code.mkdir()
    (desk.code / ".git").write_text(f"gitdir: {tmp_path}/elsewhere/.git\n")
    assert (await desk.run("copy", COPIED)).failure == "not-ours"
    absolute = Desk(tmp_path, repository=str(tmp_path / "elsewhere"))
    assert (await absolute.output("copy", COPIED))["files"] == 3


@WITH_SANDBOX
async def test_a_test_run_changes_neither_the_copy_nor_the_repository(tmp_path: Path) -> None:
    evil = "import os,pathlib\nfor path in pathlib.Path('.').rglob('*'): path.unlink()\npathlib.Path('.git').mkdir()\n"
    commands = [{"name": "evil", "command": ["python3", "-c", evil]}, *OPTIONS["tests"]]
    desk = Desk(tmp_path, tests=commands)
    repository(desk.workspace)
    await desk.output("copy", COPIED)
    await desk.output("edit", path="price.py", find="118", replace="119")
    before = state(desk.workspace)
    assert (await desk.output("test", name="evil"))["passed"]
    assert state(desk.workspace) == before
    assert (await desk.output("test", name="prices"))["output"] == "good\n"
    broken = await desk.output("test", name="broken")
    assert (broken["passed"], broken["status"]) == (False, 3)


async def test_without_a_sandbox_no_test_runs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.output("copy", COPIED)
    monkeypatch.setattr(sandbox, "unavailable", lambda: "Programs cannot be shut away here. Nothing was run.")
    ran = await desk.run("test", name="prices")
    assert (ran.outcome, ran.failure) == (CallOutcome.FAILED, "no-sandbox")


async def test_what_is_approved_is_exactly_what_is_stored(desk: Desk) -> None:
    await desk.output("copy", COPIED)
    assert (await desk.run("apply", changes="f" * 64, branch="x", message="m")).failure == "nothing-changed"
    await desk.output("edit", path="price.py", find="118", replace="119")
    shown = (await desk.output("diff"))["changes"]
    await desk.output("edit", path="check.py", find="119", replace="120")
    assert (await desk.run("apply", changes=shown, branch="x", message="m")).failure == "changed-since"
    assert "agent/x" not in as_person(desk.code, "for-each-ref")
    await desk.output("write", path="check.py", content=CHECK)
    assert (await desk.output("diff"))["changes"] == shown
    await desk.output("apply", changes=shown, branch="x", message="m")
    assert as_person(desk.code, "diff", "--stat", "HEAD", "agent/x").endswith("1 insertion(+), 1 deletion(-)")
    assert (await desk.run("apply", "b" * 64, changes=shown, branch="x", message="m")).failure == "exists"


@pytest.mark.parametrize(
    "branch", ["", "-x", "a..b", "x.lock", "a//b", "../main", "A", "x y", "x~1", "@{u}", "x/", "a/.b"]
)
async def test_branch_names_that_mean_something_else_are_refused(desk: Desk, branch: str) -> None:
    from runtime.tools.sentences import ContractBroken

    with pytest.raises(ContractBroken, match="branch"):
        await desk.run("apply", changes="f" * 64, branch=branch, message="m")
