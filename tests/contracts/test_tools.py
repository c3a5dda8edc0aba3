"""What every tool keeps, whatever it does: one suite over all cases in tests/fixtures/tool_cases."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.domain.words import CallOutcome, EffectKind, Idempotency, Tier
from runtime.gate.names import kind_of
from runtime.tools.contract import Happened, Tool
from runtime.tools.families import FAMILIES, standard_families
from runtime.tools.ran import Ran
from runtime.tools.runner import Runner
from runtime.tools.sentences import ContractBroken
from tests.fixtures.tool_cases.case import MemoryBlobs, ToolCase, all_cases, tree

KEY = "5e" * 32
CASES = all_cases()


def _effect(case: ToolCase) -> EffectKind:
    return _tool(case).contract.effect


def _tool(case: ToolCase) -> Tool:
    tools = {tool.contract.name: tool for tool in case.family.tools(json.dumps(case.options))}
    return tools[case.tool]


@dataclass
class World:
    """One case, built, with a runner over it."""

    case: ToolCase
    tool: Tool
    folder: Path
    runner: Runner

    @property
    def state(self) -> object:
        return self.case.state(self.folder)

    @property
    def text(self) -> str:
        return self.runner.check(self.tool, self.case.arguments_text).arguments

    async def run(self, key: str = KEY, **more: Any) -> Ran:
        return await self.runner.run(self.tool, self.text, key, threading.Event(), **more)


def worlds(*effects: EffectKind) -> pytest.MarkDecorator:
    """Parametrise over the cases with these effects."""
    chosen = [case for case in CASES if _effect(case) in effects]
    return pytest.mark.parametrize("world", chosen, ids=[case.id for case in chosen], indirect=True)


EVERY = tuple(EffectKind)
WRITES = tuple(kind for kind in EffectKind if kind is not EffectKind.READ)


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    case: ToolCase = request.param
    if lacking := case.needs():
        pytest.skip(lacking)
    folder = tmp_path / "workspace"
    folder.mkdir()
    case.build(folder)
    return World(case, _tool(case), folder, Runner(folder, MemoryBlobs(), lambda account: None))


def test_every_family_is_there_and_every_tool_has_a_case() -> None:
    assert {family.name for family in standard_families()} == set(FAMILIES)
    assert {case.family.name for case in CASES} == set(FAMILIES)
    for case in CASES:
        offered = {tool.contract.name for tool in case.family.tools(json.dumps(case.options))}
        covered = {other.tool for other in CASES if other.family.name == case.family.name}
        assert offered <= covered, f"no case for {sorted(offered - covered)}"


@worlds(*EVERY)
def test_the_declaration_is_complete(world: World) -> None:
    contract = world.tool.contract
    assert contract.name.startswith(f"{world.case.family.name}.")
    assert contract.version >= 1
    assert contract.time_limit_s > 0
    for sentence in (contract.purpose, contract.scope, contract.undo, *(f.meaning for f in contract.failures)):
        assert sentence.strip()
    codes = [failure.code for failure in contract.failures]
    assert codes
    assert len(codes) == len(set(codes))
    if contract.effect is EffectKind.READ:
        assert contract.idempotency is Idempotency.REPEATABLE
    for schema in (contract.input_schema, contract.output.model_json_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)
    assert len(contract.digest) == 64
    assert contract.digest == _tool(world.case).contract.digest


def _closed(model: type[BaseModel], seen: set[type[BaseModel]]) -> None:
    if model in seen:
        return
    seen.add(model)
    assert model.model_config.get("extra") == "forbid", model
    for field in model.model_fields.values():
        assert field.description or field.title, f"{model.__name__} has a field without a description"
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                _closed(part, seen)


@worlds(*EVERY)
def test_the_input_is_closed_and_described(world: World) -> None:
    _closed(world.tool.contract.input, set())


@worlds(*EVERY)
def test_unknown_arguments_are_refused_by_name(world: World) -> None:
    with pytest.raises(ContractBroken, match=r"^surprise: there is no such name"):
        world.runner.check(world.tool, json.dumps({**world.case.arguments, "surprise": 1}))


@worlds(*EVERY)
def test_options_refuse_unknown_names(world: World) -> None:
    with pytest.raises(ValidationError):
        world.case.family.tools(json.dumps({**world.case.options, "surprise": 1}))


@worlds(*EVERY)
async def test_appraising_previewing_and_probing_touch_nothing(world: World) -> None:
    before = tree(world.folder)
    appraisal = await world.runner.appraise(world.tool, world.text)
    assert 0 < len(appraisal.title) <= 60
    assert appraisal.resource
    assert appraisal.touches
    preview = await world.runner.preview(world.tool, world.text)
    assert preview.title
    probed = await world.runner.probe(world.tool, world.text, KEY)
    assert probed.happened is not Happened.YES
    assert tree(world.folder) == before


@worlds(*WRITES)
async def test_facts_for_conditions_are_declared_with_their_kinds(world: World) -> None:
    appraisal = await world.runner.appraise(world.tool, world.text)
    assert {name: kind_of(value) for name, value in appraisal.facts.items()} == dict(world.tool.contract.facts)


@worlds(*WRITES)
async def test_the_tier_fits_the_effect(world: World) -> None:
    appraisal = await world.runner.appraise(world.tool, world.text)
    least = Tier.FINAL if world.tool.contract.effect is EffectKind.IRREVERSIBLE else Tier.SMALL
    assert appraisal.tier >= least
    if appraisal.tier >= Tier.FINAL:
        assert 1 <= len(appraisal.checks) <= 3


@worlds(EffectKind.READ)
async def test_a_read_changes_nothing_and_repeats(world: World) -> None:
    before = tree(world.folder)
    first, second = await world.run(), await world.run()
    assert (first.outcome, first.failure) == (CallOutcome.OK, "")
    assert first.output == second.output
    assert first.undo is None
    assert tree(world.folder) == before


@worlds(*EVERY)
async def test_declared_failures_change_nothing(world: World) -> None:
    before = world.state
    declared = {failure.code for failure in world.tool.contract.failures}
    for arguments, code in world.case.refused:
        text = world.runner.check(world.tool, json.dumps(arguments)).arguments
        ran = await world.runner.run(world.tool, text, KEY, threading.Event())
        assert (ran.outcome, ran.failure) == (CallOutcome.FAILED, code), ran.summary
        assert code in declared
        assert world.state == before


@worlds(*EVERY)
async def test_a_stop_before_the_start_changes_nothing(world: World) -> None:
    before = world.state
    stopped = threading.Event()
    stopped.set()
    ran = await world.runner.run(world.tool, world.text, KEY, stopped)
    assert ran.outcome is CallOutcome.CANCELLED, ran.summary
    assert world.state == before


@worlds(EffectKind.REVERSIBLE)
async def test_undo_restores_exactly_and_twice_is_harmless(world: World) -> None:
    before = world.state
    ran = await world.run()
    assert ran.outcome is CallOutcome.OK, ran.summary
    assert ran.undo is not None
    changed = world.state
    assert changed != before
    everything = tree(world.folder)
    forecast = await world.runner.forecast_undo(world.tool, ran.undo, KEY)
    assert forecast.outcome is UndoOutcome.UNDONE, forecast.sentence
    assert forecast.difference == ""
    assert tree(world.folder) == everything
    for _ in range(2):
        outcome, sentence = await world.runner.undo(world.tool, ran.undo, key=KEY)
        assert outcome is UndoOutcome.UNDONE, sentence
        assert world.state == before


@worlds(EffectKind.REVERSIBLE)
async def test_what_somebody_changed_since_is_not_overwritten_unasked(world: World) -> None:
    assert world.case.meddle is not None, "a reversible tool needs a case of somebody meddling"
    before = world.state
    ran = await world.run()
    assert ran.undo is not None
    world.case.meddle(world.folder)
    meddled, everything = world.state, tree(world.folder)
    forecast = await world.runner.forecast_undo(world.tool, ran.undo, KEY)
    assert forecast.outcome is UndoOutcome.CONFLICT, forecast.sentence
    assert forecast.difference
    outcome, sentence = await world.runner.undo(world.tool, ran.undo, key=KEY)
    assert outcome is UndoOutcome.CONFLICT
    assert sentence
    assert world.state == meddled
    assert tree(world.folder) == everything
    outcome, sentence = await world.runner.undo(world.tool, ran.undo, overwrite=True, key=KEY)
    assert outcome is UndoOutcome.UNDONE, sentence
    assert world.state == before


class Killed(BaseException):
    """Stands for the process ending at this very place."""


@worlds(EffectKind.REVERSIBLE)
async def test_undo_data_is_on_disk_before_the_effect(world: World) -> None:
    """The process dies right after remembering: nothing was changed, the probe says so, and the same key then works."""
    before = world.state
    remembered: list[UndoRecord] = []

    def remember_and_die(record: UndoRecord) -> None:
        world.runner.memo.remember(KEY, record)
        remembered.append(record)
        raise Killed

    await world.run(remember=remember_and_die)
    assert remembered, "the tool never remembered its undo data"
    assert world.state == before
    restarted = Runner(world.folder, world.runner._blobs, lambda account: None)
    probed = await restarted.probe(world.tool, world.text, KEY)
    assert probed.happened is Happened.NO, probed.sentence
    ran = await world.run()
    assert ran.outcome is CallOutcome.OK, ran.summary
    assert ran.undo is not None
    assert (await world.runner.undo(world.tool, ran.undo, key=KEY))[0] is UndoOutcome.UNDONE
    assert world.state == before


@worlds(*WRITES)
async def test_after_a_crash_the_effect_is_found_and_not_repeated(world: World) -> None:
    """The process dies after the effect and before its end was recorded."""
    if world.tool.contract.idempotency is Idempotency.NEITHER:
        pytest.skip("This tool says that nobody can look; a person is asked.")
    first = await world.run()
    assert first.outcome is CallOutcome.OK, first.summary
    changed = world.state
    if world.tool.contract.idempotency is Idempotency.QUERYABLE:
        probed = await world.runner.probe(world.tool, world.text, KEY)
        assert probed.happened is Happened.YES, probed.sentence
        assert probed.ran is not None
        assert (probed.ran.output, probed.ran.undo) == (first.output, first.undo)
        other = await world.runner.probe(world.tool, world.text, "0" * 64)
        assert other.happened is not Happened.YES
    again = await world.run()
    assert (again.outcome, again.output, again.undo) == (CallOutcome.OK, first.output, first.undo)
    assert world.state == changed


@worlds(EffectKind.IRREVERSIBLE)
async def test_what_cannot_be_undone_says_so(world: World) -> None:
    ran = await world.run()
    assert ran.outcome is CallOutcome.OK, ran.summary
    changed = world.state
    record = ran.undo or UndoRecord("{}")
    forecast = await world.runner.forecast_undo(world.tool, record, KEY)
    assert (forecast.outcome, bool(forecast.sentence)) == (UndoOutcome.CANNOT, True)
    for overwrite in (False, True):
        outcome, sentence = await world.runner.undo(world.tool, record, overwrite=overwrite, key=KEY)
        assert (outcome, bool(sentence)) == (UndoOutcome.CANNOT, True)
    assert world.state == changed
