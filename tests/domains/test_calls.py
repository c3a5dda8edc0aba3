"""Every recorded call answers as the benchmark's own tool did, and leaves the database as the benchmark says."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.action import canonical
from runtime.domain.words import CallOutcome, EffectKind
from runtime.tools.ran import Ran
from runtime.tools.runner import Runner
from runtime.tools.sentences import ContractBroken
from tests.domains.domain_tool import REFUSED
from tests.domains.laid_out import LaidOut
from tests.domains.material import Call, Task, canonical_hash, contents_of, difference
from tests.fixtures.tool_cases.case import MemoryBlobs


def plain(value: Any, recorded: Any) -> Any:
    """The recording reads a text that is JSON as what it says; one that it left a text stays one ("007", an id)."""
    if not isinstance(value, str):
        return value
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return read if isinstance(read, list | dict) or not isinstance(recorded, str) else value


def as_recorded(ran: Ran, recorded: Any) -> str:
    """What the benchmark would have written down."""
    output = json.loads(ran.output)
    told = output["value"] if ran.outcome is CallOutcome.OK else f"Error: {output['sentence']}"
    return canonical({"value": plain(told, recorded), "refused": ran.outcome is not CallOutcome.OK})


def test_the_database_holds_what_the_folder_holds(bench: LaidOut) -> None:
    assert contents_of(bench.base) == bench.material.base
    assert canonical_hash(contents_of(bench.base)) == bench.material.base_hash
    if bench.material.declared_hash is None:
        pytest.skip(f"The folder {bench.material.folder.name} says no hash of its records (meta.json).")


def test_every_task_of_the_folder_is_worked_off_but_those_that_call_what_no_tool_declares(bench: LaidOut) -> None:
    """Held against the files themselves. Where some are left out it is skipped in the end, with which and why."""
    material = bench.material
    declared = {tool["name"] for tool in material.tools}
    files = sorted(material.folder.glob("tasks_*.json"))
    raw = [task for file in files for task in json.loads(file.read_text("utf-8"))]
    called = {str(task["id"]): {call["name"] for call in task.get("ground_truth_actions") or ()} for task in raw}
    lacks = {task_id: names - declared for task_id, names in called.items()}
    assert len(lacks) == len(raw)
    assert [task.task_id for task in material.tasks] == [task_id for task_id, lacking in lacks.items() if not lacking]
    left = [f"{task_id} ({', '.join(sorted(lacking))})" for task_id, lacking in lacks.items() if lacking]
    assert material.left_out.partition(" lacks: ")[2] == (f"{', '.join(left)}." if left else "")
    if left:
        pytest.skip(material.left_out)


def test_every_declared_change_is_undoable_and_nothing_else_changes(bench: LaidOut) -> None:
    tools = {tool.contract.name: tool.contract for tool in bench.family.tools(canonical({"database": bench.database}))}
    for declared in bench.material.tools:
        effect = tools[f"{bench.domain.name}.{declared['name']}"].effect
        assert effect is (EffectKind.REVERSIBLE if declared["name"] in bench.material.mutating else EffectKind.READ)


async def test_every_call_answers_as_recorded(bench: LaidOut, tasks: list[Task], tmp_path: Path) -> None:
    runner = Runner(tmp_path, MemoryBlobs(), lambda account: None)
    tools = {tool.contract.name: tool for tool in bench.family.tools(canonical({"database": bench.database}))}
    calls = 0

    async def made(task_id: str, at: int, call: Call) -> Ran:
        tool = tools[f"{bench.domain.name}.{call.name}"]
        text = runner.check(tool, json.dumps(call.arguments)).arguments
        return await runner.run(tool, text, f"{task_id}-{at}", threading.Event())

    for task in tasks:
        database = bench.lay_out(tmp_path)
        for at, call in enumerate(task.calls):
            ran = await made(task.task_id, at, call)
            if call.recorded:
                expected = canonical({"value": plain(call.output, call.output), "refused": call.refused})
                assert as_recorded(ran, call.output) == expected, (task.task_id, call)
            assert ran.failure in ("", REFUSED.code), (task.task_id, call, ran.summary)
            calls += 1
        after = contents_of(database)
        if task.record_diff is not None:
            assert difference(bench.material.base, after) == task.record_diff, task.task_id
        assert task.hash in (None, canonical_hash(after)), task.task_id
        if task.hash is not None and task.changed is not None:
            assert task.changed == (task.hash != bench.material.base_hash)
    print(f"{calls} calls of {len(tasks)} tasks")
    assert calls


def test_arguments_are_held_against_the_declared_schema(bench: LaidOut, tmp_path: Path) -> None:
    runner = Runner(tmp_path, MemoryBlobs(), lambda account: None)
    declared = {f"{bench.domain.name}.{entry['name']}": entry["parameters"] for entry in bench.material.tools}
    for tool in bench.family.tools(canonical({"database": bench.database})):
        schema = declared[tool.contract.name]
        assert set(tool.contract.input_schema["properties"]) == set(schema.get("properties", {}))
        with pytest.raises(ContractBroken, match="surprise"):
            runner.check(tool, '{"surprise":1}')
        if schema.get("required"):
            with pytest.raises(ContractBroken):
                runner.check(tool, "{}")
