"""The four doors of a running workspace, as the window, the command line and the tests see them.

``runtime.assembly.open_workspace`` hands out something that satisfies ``Runtime``.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.changes import Done
from runtime.domain.commands import Command
from runtime.domain.decide_review import AT_ONCE
from runtime.domain.envelope import Envelope
from runtime.domain.policy import Policy
from runtime.domain.refusals import Refusal
from runtime.domain.rule_proposals import RuleProposal
from runtime.domain.settings import Operator, WorkspaceSettings
from runtime.projections import rows
from runtime.projections.comparison_report import ComparisonReport
from runtime.projections.proposal_rows import DismissedProposal
from runtime.tools.contract import Preview


class History(Protocol):
    """Read models: pages, filters, search, totals. Every method reads on a connection of its own, off the loop."""

    async def strip(self) -> rows.StripFigures: ...
    async def fleet(self) -> list[rows.FleetCard]: ...
    async def activity(self, minutes: int = 60, agent: str = "") -> list[rows.ActivityMinute]:
        """The last minutes, oldest first, of one agent or of all."""
        ...

    async def decisions_today(self, operator: str) -> rows.DecisionFigures: ...
    async def asks(self) -> list[rows.AskRow]:
        """Waiting and held asks, by priority, then time left."""
        ...

    async def ask(self, ask_id: str) -> rows.AskDetail | None: ...
    async def queue(self, operator: str = "") -> rows.QueueState:
        """Who is on duty and there, whether a flood is on; ``operator`` (id): whose pace of deciding is told."""
        ...

    async def queue_health(self, days: int = 7, until: int = 0) -> rows.HealthFigures:
        """The figures of UX section 7 over so many days up to ``until`` (µs UTC, 0 = now)."""
        ...

    async def afterwards(self, operator: str) -> list[rows.Afterwards]:
        """What this person approved, or agreed to as the second one, and was undone or found harmful by somebody else
        since; oldest first, until they have read of it."""
        ...

    async def rule_rates(self, days: int = 90) -> list[rows.RuleRate]:
        """What became of what a rule asked about in so many days, those with most decisions first."""
        ...

    async def to_review(self, limit: int = AT_ONCE) -> list[rows.SampledAction]:
        """Of what ran without a person a sample that nobody reviewed yet, the newest first."""
        ...

    async def decided_asks(self, before: int = 0, limit: int = 200) -> list[rows.AskRow]: ...
    async def runs(
        self,
        *,
        agent: str = "",
        state: str = "",
        text: str = "",
        before: tuple[int, str] | None = None,
        limit: int = 200,
    ) -> list[rows.RunRow]:
        """Newest first; ``before`` = (started_at, run_id) of the last row of the page before."""
        ...

    async def run(self, run_id: str) -> rows.RunDetail | None: ...
    async def run_course(self, run_id: str) -> rows.RunCourse | None:
        """Confidence, spend and time of one run; None where there is no such run."""
        ...

    async def agent_record(self, agent: str, with_reads: bool = False) -> rows.AgentRecord | None:
        """How sure an agent said it was, and how often it was right; None where there is no such agent."""
        ...

    async def timeline(self, run_id: str, after_seq: int = 0, limit: int = 2000) -> list[rows.TimelineStep]: ...
    async def audit(self, wanted: rows.AuditFilter, before_seq: int = 0, limit: int = 200) -> list[rows.AuditRow]:
        """Newest first; ``before_seq`` = seq of the last row of the page before, 0 = from the newest."""
        ...

    async def audit_count(self, wanted: rows.AuditFilter) -> int: ...
    async def audit_entry(self, seq: int) -> rows.AuditEntry | None: ...
    async def spend(self, days: int = 31) -> list[rows.SpendRow]: ...
    async def budget(self) -> rows.BudgetFigures:
        """Every cap with what is spent, reserved and left of it now; open reservations; entered prices."""
        ...

    async def task_spend(self, limit: int = 200) -> list[rows.TaskSpend]:
        """What finished tasks did cost, newest first."""
        ...

    async def agents(self) -> list[rows.AgentDetail]: ...
    async def agent(self, name: str, revision: int = 0) -> rows.AgentDetail | None: ...
    async def policy(self) -> Policy: ...
    async def settings(self) -> WorkspaceSettings: ...
    async def operators(self) -> list[Operator]: ...
    async def credentials(self) -> list[rows.CredentialRow]: ...
    async def connections(self) -> list[rows.ConnectionRow]:
        """Every way to a provider, without keys."""
        ...

    async def grants(self, limit: int = 200) -> list[rows.GrantRow]:
        """Standing grants: those that hold first, then the newest that are over."""
        ...

    async def rule_proposals(self) -> list[RuleProposal]:
        """Other rules, where people nearly always or hardly ever approved what one asks about."""
        ...

    async def dismissed_proposals(self) -> list[DismissedProposal]:
        """Those that people put aside, newest first."""
        ...

    async def grant_uses(self, grant_id: str, limit: int = 200) -> list[rows.GrantUse]:
        """What was done under one grant, newest first."""
        ...

    async def search(self, text: str, limit: int = 20) -> list[rows.SearchHit]: ...
    async def caught_up(self) -> int:
        """Waits until what follows behind has seen everything durable now; returns that seq."""
        ...


class Subscription(Protocol):
    """One watcher's own queue of what became durable. Iterate it; ``close`` when done."""

    @property
    def missed(self) -> bool:
        """Beside a batch: events were dropped before it, because the watcher fell too far behind; look at all again."""
        ...

    def __aiter__(self) -> AsyncIterator[Sequence[Envelope]]: ...
    def close(self) -> None: ...


class Progress(Protocol):
    """Passing text: (run id, call id, text); for a model's answer ``progress.answering`` in place of a call id.

    Redacted, never journaled.

    What ``CHAIN_PROGRESS`` names can be watched like a run: how far a check of the chain has come.
    """

    def watch(self, run_id: str) -> AsyncIterator[tuple[str, str]]:
        """(call id, text) pieces of one run, from now on."""
        ...


class Runtime(Protocol):
    """A running workspace."""

    @property
    def folder(self) -> Path: ...
    @property
    def title(self) -> str: ...
    @property
    def history(self) -> History: ...
    @property
    def progress(self) -> Progress: ...

    async def perform(self, command: Command) -> Done | Refusal: ...
    def watch(self) -> Subscription: ...
    async def preview(self, ask_id: str, arguments: str | None = None) -> Preview | Refusal:
        """Computed now, by the console, for the action of an ask (or an edited version of it)."""
        ...

    async def judge_edit(self, ask_id: str, arguments: str) -> rows.EditJudgement:
        """What the gate says of an edited action."""
        ...

    async def backtest(self, policy: Policy, limit: int = 1_000) -> rows.BacktestReport:
        """What these rules would have said about the newest recorded actions, beside those in force. Executes nothing.

        How many it has looked at is told under ``BACKTEST_PROGRESS``.
        """
        ...

    async def rollback_sheet(self, run_id: str, to_checkpoint: int) -> list[rows.UndoLine] | Refusal: ...
    async def verify_chain(self) -> rows.ChainReport: ...
    async def compare_with_journal(self) -> ComparisonReport:
        """Lists, pages and contents; how far it has come is told under ``COMPARISON_PROGRESS``."""
        ...

    async def compared(self) -> ComparisonReport:
        """What the last comparison since the workspace was opened found."""
        ...

    async def space(self) -> rows.SpaceUse: ...
    async def blob(self, digest: str) -> bytes: ...
    async def agent_file(self, name: str, revision: int = 0) -> str: ...
    async def read_agent_file(self, text: str) -> AgentSpec | tuple[str, ...]:
        """The agent, or every fault with its place."""
        ...

    def agent_faults(self, spec: AgentSpec) -> tuple[str, ...]:
        """Everything that would be refused when saving it, each with its place."""
        ...

    def policy_faults(self, policy: Policy) -> tuple[str, ...]:
        """Everything that would be refused when saving it, each with its place."""
        ...

    async def keyring_state(self) -> tuple[str, str]:
        """(available | locked | none, a sentence that says what to do)."""
        ...

    async def test_credential(self, account: str) -> str | Refusal:
        """Whether the keyring gives the value back; the value is not shown."""
        ...

    async def test_connection(self, name: str, model: str, by: str) -> str | Refusal:
        """One small real call to ``model`` over a connection, within the caps; its cost is in the answer."""
        ...

    @property
    def in_flight(self) -> tuple[str, ...]:
        """Titles of tool calls that are running now."""
        ...

    @property
    def troubles(self) -> tuple[str, ...]:
        """What is wrong around the workspace right now, in sentences."""
        ...

    async def heartbeat(self) -> float:
        """Seconds the writer took to answer; raises TimeoutError after 5 s."""
        ...

    async def close(self) -> None: ...
