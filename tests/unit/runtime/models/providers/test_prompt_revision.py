"""The revision in the journal is another one where any word of ours that is sent is another."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from msgspec.structs import replace

from runtime.models import choice
from runtime.models.choice import Choice
from runtime.models.providers import added_fields, offer, prompt_revision, wording
from runtime.models.providers.prompt_revision import revision_of
from tests.unit.runtime.models.test_worst_case import ACTING, PLANNING


@pytest.fixture(autouse=True)
def made_anew() -> Iterator[None]:
    prompt_revision._revision.cache_clear()
    yield
    prompt_revision._revision.cache_clear()


@pytest.mark.parametrize(
    ("where", "name", "other"),
    [
        (wording, "_RULES", "No rules."),
        (wording, "_EARLIER", "Before."),
        (choice, "_SYSTEM", "You answer."),
        (offer, "_ENDS", offer._ENDS[:2]),
        (added_fields, "REASON", "why"),
        (prompt_revision, "NOT_RUN", "No."),
    ],
)
def test_it_is_of_every_word_of_ours(
    where: ModuleType, name: str, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = revision_of(PLANNING)
    prompt_revision._revision.cache_clear()
    monkeypatch.setattr(where, name, other)
    if name == "REASON":
        monkeypatch.setattr(offer, "names_for", lambda schema: added_fields.FieldNames(reason="why"))
    assert revision_of(PLANNING) != before


def test_what_is_not_ours_makes_no_other_but_a_question_does() -> None:
    assert revision_of(PLANNING) == revision_of(ACTING)
    asked = [revision_of(replace(PLANNING, choice=Choice(question, "x", ()))) for question in ("Which?", "Is it good?")]
    assert len({*asked, revision_of(PLANNING)}) == 3
