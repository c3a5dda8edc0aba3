"""What the loop itself asks to have recorded. They go through the same ``perform`` as a person's commands."""

import msgspec

from runtime.domain.ask_draft import AskDraft as AskDraft
from runtime.domain.effect_commands import AskOutcome as AskOutcome
from runtime.domain.effect_commands import AskUndo as AskUndo
from runtime.domain.effect_commands import EffectCommand
from runtime.domain.effect_commands import FinishEffect as FinishEffect
from runtime.domain.effect_commands import FinishRollback as FinishRollback
from runtime.domain.effect_commands import FinishUndo as FinishUndo
from runtime.domain.effect_commands import RollItselfBack as RollItselfBack
from runtime.domain.effect_commands import SettleOutcome as SettleOutcome
from runtime.domain.effect_commands import StartEffect as StartEffect
from runtime.domain.effect_commands import StartUndo as StartUndo
from runtime.domain.grant_commands import EndGrant
from runtime.domain.ids import AskId
from runtime.domain.judging_commands import JudgingCommand
from runtime.domain.queue_commands import QueueLoopCommand
from runtime.domain.routing_commands import RoutingCommand
from runtime.domain.spending_commands import AskCap as AskCap
from runtime.domain.spending_commands import ExpireReservation as ExpireReservation
from runtime.domain.spending_commands import KeepReservation as KeepReservation
from runtime.domain.spending_commands import NoteDearer as NoteDearer
from runtime.domain.spending_commands import RecordSpent as RecordSpent
from runtime.domain.spending_commands import RecordTest as RecordTest
from runtime.domain.spending_commands import Reserve as Reserve
from runtime.domain.spending_commands import ReserveTest as ReserveTest
from runtime.domain.spending_commands import SpendingCommand
from runtime.domain.spent import Spent as Spent
from runtime.domain.turn_commands import BeginRun as BeginRun
from runtime.domain.turn_commands import FinishRun as FinishRun
from runtime.domain.turn_commands import Judged as Judged
from runtime.domain.turn_commands import RecordJudgement as RecordJudgement
from runtime.domain.turn_commands import RecordModelFailure as RecordModelFailure
from runtime.domain.turn_commands import RecordPlan as RecordPlan
from runtime.domain.turn_commands import RecordTurn as RecordTurn
from runtime.domain.turn_commands import Rejudge as Rejudge
from runtime.domain.turn_commands import TurnCommand


class DeliverRuling(msgspec.Struct, frozen=True, gc=False):
    """The hold of a rejection, or of an answer about an unknown outcome, is over."""

    ask_id: AskId


class RestartHold(msgspec.Struct, frozen=True, gc=False):
    """The program was restarted while a ruling was held. ``takes_effect`` is its hold as it was seen (µs UTC): one that
    is another by now was released, or given anew, and stays."""

    ask_id: AskId
    takes_effect: int


class ExpireAsk(msgspec.Struct, frozen=True, gc=False):
    """Nobody answered in time."""

    ask_id: AskId


class NoteClock(msgspec.Struct, frozen=True, gc=False):
    """Wall time and monotonic time disagree."""

    seconds: float
    slept: bool


class NoteStarted(msgspec.Struct, frozen=True, gc=False):
    """The program opened the workspace."""

    version: str
    after_crash: bool


class NoteStopped(msgspec.Struct, frozen=True, gc=False):
    """The program closes the workspace in order."""

    reason: str


class NoteChain(msgspec.Struct, frozen=True, gc=False):
    """What a verification found; ``first_bad`` 0 = intact."""

    first_bad: int
    sentence: str
    records: int
    up_to: int


class NoteCompared(msgspec.Struct, frozen=True, gc=False):
    """What a comparison of lists, pages and contents with the records up to ``up_to`` found; empty = they agree."""

    up_to: int
    contents: str
    lists: str


LoopCommand = (
    TurnCommand
    | EffectCommand
    | SpendingCommand
    | RoutingCommand
    | QueueLoopCommand
    | JudgingCommand
    | DeliverRuling
    | RestartHold
    | ExpireAsk
    | EndGrant
    | NoteClock
    | NoteStarted
    | NoteStopped
    | NoteChain
    | NoteCompared
)
