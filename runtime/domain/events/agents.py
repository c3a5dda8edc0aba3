"""Events of an agent: revisions, pauses, lessons."""

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName


class AgentSaved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="agent-saved"):
    """A new immutable revision, counted from 1."""

    name: AgentName
    revision: int
    spec: AgentSpec
    note: str = ""


class AgentRemoved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="agent-removed"):
    """It starts no more runs; its history stays."""

    name: AgentName


class AgentPaused(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="agent-paused"):
    """None of its runs takes a new step. ``why`` is said where the program did it by itself."""

    name: AgentName
    by: str
    why: str = ""


class AgentResumed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="agent-resumed"):
    """It works again."""

    name: AgentName
    by: str


class ExamplesTaught(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="examples-taught"):
    """Labelled messages for its playbook. ``examples`` holds (text, intent) pairs; large sets are the blob
    (UTF-8 CSV with columns text,category) ``blob`` instead."""

    name: AgentName
    count: int
    examples: tuple[tuple[str, str], ...] = ()
    blob: str = ""
    source: str = ""


AgentEvent = AgentSaved | AgentRemoved | AgentPaused | AgentResumed | ExamplesTaught
