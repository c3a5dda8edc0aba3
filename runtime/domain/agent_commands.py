"""What a person asks of agents: pause and resume them, save, remove and teach them."""

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName


class PauseAgent(msgspec.Struct, frozen=True):
    """None of its runs takes a new step."""

    name: AgentName
    by: str


class ResumeAgent(msgspec.Struct, frozen=True):
    """It works again."""

    name: AgentName
    by: str


class PauseAll(msgspec.Struct, frozen=True):
    """No agent takes a new step."""

    by: str


class ResumeAll(msgspec.Struct, frozen=True):
    """Agents work again."""

    by: str


class SaveAgent(msgspec.Struct, frozen=True):
    """A new revision. ``expected_revision`` is the one the person edited (0 = new agent); a save in between refuses.

    A new agent gets the two rules of a new agent unless the policy already speaks about it by name.
    """

    spec: AgentSpec
    by: str
    expected_revision: int | None = None
    note: str = ""


class RemoveAgent(msgspec.Struct, frozen=True):
    """It starts no more runs; its history stays. Refused while runs of it are at work."""

    name: AgentName
    by: str


class TeachExamples(msgspec.Struct, frozen=True):
    """Labelled messages for an agent's playbook: (text, intent) pairs."""

    name: AgentName
    examples: tuple[tuple[str, str], ...]
    by: str
    source: str = ""


AgentCommand = PauseAgent | ResumeAgent | PauseAll | ResumeAll | SaveAgent | RemoveAgent | TeachExamples
