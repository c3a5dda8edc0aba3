"""Answers kept across restarts: bounded, newest first, without secrets; a damaged file costs only the answers."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from runtime.domain.decision import Decision, Origin, PlannedWork, Usage
from runtime.domain.ids import AgentName
from runtime.domain.redaction import Redactor
from runtime.domain.task import Task
from runtime.domain.words import DecisionKind, ModelRole
from runtime.models import kept_answers
from runtime.models.choice import Choice, Chosen, Option
from runtime.models.interface import Answered, ModelRequest
from runtime.models.kept_answers import PLACE, AnswerFile, read, written
from runtime.models.providers import wording
from runtime.models.providers.connection import Connection, Structured
from runtime.models.providers.known import PROVIDERS
from runtime.models.same_request import digest_of
from tests.fixtures.kinds import COMPATIBLE
from tests.unit.runtime.models.test_worst_case import PLANNING, no_key

VALUES = {
    ModelRole.PLANNER: PlannedWork((), "nothing to do", 0.5),
    ModelRole.ACTOR: Decision(DecisionKind.COMPLETE, "Done.", 0.9),
    ModelRole.JUDGE: Chosen("met", 0.7, "It is there."),
}


@pytest.mark.parametrize("role", list(VALUES))
def test_an_answer_is_read_back_as_it_was_and_its_bodies_without_secrets(role: ModelRole, tmp_path: Path) -> None:
    given = Answered(
        VALUES[role], Usage(3, 4), b"key=hunter22", b"got hunter22", Origin("m", "r1"), "Because.", b"\0signed"
    )
    body = written(given, Redactor(["hunter22"]))
    assert body is not None
    assert b"hunter22" not in body
    AnswerFile(tmp_path).put(b"k", 10, body)
    found = AnswerFile(tmp_path).find(b"k", 10, 10)
    assert found == (10, body)
    again = read(found[1], role)
    assert again is not None
    assert (again.value, again.usage, again.origin, again.carried) == (
        VALUES[role],
        Usage(3, 4),
        given.origin,
        given.carried,
    )
    assert (again.sent, again.received, again.reasoning) == (b"key=[redacted]", b"got [redacted]", "Because.")
    assert AnswerFile(tmp_path).find(b"k", 11, 99) is None
    assert AnswerFile(tmp_path).find(b"k", 0, 9) is None  # it was kept later than now: the clock was set back
    assert read(b"\xc1 of another version", role) is None


def test_a_request_is_another_one_where_anything_that_is_sent_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def digest(request: ModelRequest = PLANNING, route: str = "x/m", key_entered: int = 0, **changes: Any) -> bytes:
        said = {"name": "c", "kind": COMPATIBLE, "base_url": "https://models.example/v1", **changes}
        connection = Connection(**said)
        model = PROVIDERS[connection.kind](connection, "m", no_key, route)
        return digest_of(model, route, ModelRole.PLANNER, request, key_entered)

    def of_source(source: str) -> ModelRequest:
        return replace(PLANNING, run_id=source, task=Task("t", "x", source=source))

    found = [
        digest(),
        digest(base_url="https://elsewhere.example/v1"),
        digest(max_output_tokens=100),
        digest(route="x:another-account/m"),
        digest(key_entered=5),
        digest(structured=Structured.WORDS),
        digest(of_source("a ticket")),
        digest(of_source("mail")),
    ]
    assert len(set(found)) == len(found)
    assert digest(replace(PLANNING, run_id="another")) == found[0]
    porter = replace(PLANNING.agent, name=AgentName("porter"))
    assert digest(replace(PLANNING, agent=porter)) != found[0]  # its name is told to the model
    choice = Choice("Is it good?", "It is there.", (Option("met", "Yes."), Option("no", "No.")))
    asked = replace(PLANNING, choice=choice)
    assert digest(replace(asked, agent=porter, run_id="another")) == digest(asked)  # all that is sent is the same
    assert digest(replace(asked, choice=replace(choice, material="It is not."))) != digest(asked)
    monkeypatch.setattr(wording, "_PLANNING", "In other words.")
    assert digest() != found[0]


@pytest.mark.parametrize("where", ["value", "reasoning", "carried"])
def test_an_answer_that_says_a_secret_is_not_kept(where: str) -> None:
    says = "use AKIAIOSFODNN7EXAMPLE"
    value = Decision(DecisionKind.COMPLETE, says if where == "value" else "Done.", 0.9)
    carried = says.encode() if where == "carried" else b"\0signed"
    given = Answered(value, Usage(3, 4), b"", b"", Origin("m", "r1"), says if where == "reasoning" else "", carried)
    assert written(given, Redactor()) is None


def test_the_oldest_go_where_there_are_too_many_or_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "KEPT_ANSWERS", 3)
    monkeypatch.setattr(kept_answers, "KEPT_BYTES", 100)
    file = AnswerFile(tmp_path)
    for at in range(5):
        file.put(b"%d" % at, at, b"x" * 10)
    assert [at for at in range(5) if file.find(b"%d" % at, 0, 9)] == [2, 3, 4]
    file.put(b"large", 9, b"x" * 85)
    assert [at for at in range(5) if file.find(b"%d" % at, 0, 9)] == [4]
    file.put(b"too large", 10, b"x" * 101)
    assert file.find(b"too large", 0, 9) is None
    assert file.find(b"large", 0, 9) == (9, b"x" * 85)


def test_a_damaged_file_is_made_anew_and_nothing_is_raised(tmp_path: Path) -> None:
    file = AnswerFile(tmp_path)
    file.put(b"k", 1, b"body")
    tmp_path.joinpath(*PLACE).write_bytes(b"no database, but long enough to be looked at" * 50)
    assert file.find(b"k", 0, 9) is None
    file.put(b"k", 2, b"body")
    file.put(b"k", 3, b"body")
    assert file.find(b"k", 0, 9) == (3, b"body")
