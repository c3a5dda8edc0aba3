"""Names the revision of our own words in a request: every text, tool and field that a model is sent beside the task's.

It is made of requests as they are written, so that no word can be changed without another name in the journal.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName, StepId
from runtime.domain.left_out import LeftOut
from runtime.domain.plan import Plan, PlanStep
from runtime.domain.task import Task
from runtime.models.choice import Choice
from runtime.models.interface import ModelRequest, PastCall, ToolOffer
from runtime.models.providers.conversation import NOT_RUN, NOTED, PAUSED_THERE, result_text
from runtime.models.providers.forms import form_of
from runtime.models.providers.offer import Offer
from runtime.models.providers.wording import GO_ON, notes_text, system_text, task_text

_STEPS = Plan(1, (PlanStep(StepId("s1"), "t"), PlanStep(StepId("s2"), "t", needs=(StepId("s1"),))), "")
_REQUEST = ModelRequest(
    "r",
    1,
    AgentSpec(AgentName("a"), "a", instructions="i", success="s"),
    Task("t", "x", source="s", facts={"f": "v"}),
    _STEPS,
    (),
    ("n",),
    (ToolOffer("t", "p", b'{"type":"object","properties":{}}'),),
    replan="r",
    earlier="e",
    left_out=LeftOut(task_characters=1),
)
"""A request with everything in it that we have words for."""


def revision_of(request: ModelRequest) -> str:
    """Twelve hexadecimal digits; a question of its own is among the words."""
    return _revision("" if request.choice is None else request.choice.question)


@lru_cache(256)
def _revision(question: str) -> str:
    return hashlib.sha256(json.dumps([_words(), question]).encode()).hexdigest()[:12]


def _words() -> list[Any]:
    asked = replace(_REQUEST, choice=Choice("", "", ()))
    offer = Offer(_REQUEST.tools)
    return [
        system_text(_REQUEST),
        task_text(_REQUEST),
        task_text(replace(_REQUEST, plan=Plan(1, (), ""), task=Task("t", "x", trusted=True))),
        notes_text(_REQUEST),
        [form_of(one, held=held) for one in (_REQUEST, asked) for held in (True, False)],
        [(one.name, one.purpose, one.schema) for one in offer.all],
        [result_text(PastCall("s1", "t", "{}", outcome, "o")) for outcome in ("ok", "failed", "denied", "unknown", "")],
        [GO_ON, NOT_RUN, PAUSED_THERE, NOTED],
    ]
