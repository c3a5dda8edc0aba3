"""repository.apply: what was changed in a working copy becomes one commit on a new branch of the person's repository.

The arguments name the changes by their hash, so what is approved is exactly what is stored. The person's files, index
and branches stay as they are; undoing removes the branch while it is still what was put there.
"""

import json
import re
import tempfile
from pathlib import Path
from typing import Annotated, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runtime.domain.action import canonical
from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Happened,
    Preview,
    PreviewKind,
    Probe,
    ToolContext,
    ToolFailed,
    ToolResult,
)
from runtime.tools.granted_folder import EXISTS, MISSING
from runtime.tools.repository.git import GitRefused, git, refused
from runtime.tools.repository.options import Grant, contract
from runtime.tools.repository.proposal import Proposal, proposal_of
from runtime.tools.repository.working_copy import CopyName, WorkingCopy, opened
from runtime.tools.stopping import stop_if_asked
from runtime.tools.text_changes import shortened

CHANGED = Failure("changed-since", "The working copy is not what was shown, or the branch was moved since.")
NOTHING = Failure("nothing-changed", "The working copy does not differ from its commit.")
WIDE_FROM_LINES = 200
MARK = "Operator-Console-Call"


def _branch(text: str) -> str:
    parts = text.split("/")
    if any(not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", part) or part.endswith((".lock", ".")) for part in parts):
        raise ValueError("a branch has small letters, digits, '.', '_' and '-' between '/', and no part ends in '.'.")
    if ".." in text:
        raise ValueError("a branch holds no '..'.")
    return text


class ApplyInput(BaseModel):
    """What, and where to."""

    model_config = ConfigDict(extra="forbid")
    working_copy: CopyName
    changes: str = Field(pattern=r"^[0-9a-f]{64}$", description="The hash repository.diff answered.")
    branch: Annotated[str, AfterValidator(_branch)] = Field(
        min_length=1, max_length=100, description="Name of the new branch, without what all such branches begin with."
    )
    message: str = Field(min_length=1, max_length=5_000, description="What the commit says.")


class ApplyOutput(BaseModel):
    """The new branch and its commit."""

    branch: str
    commit: str
    files: int
    lines: int


class ApplyChanges:
    """repository.apply"""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self.contract = contract(
            grant,
            "apply",
            "Put the changes of a working copy into the repository, as one commit on a new branch.",
            (ApplyInput, ApplyOutput),
            effect=EffectKind.REVERSIBLE,
            scope=f"makes branches {grant.options.branch_start}… in {grant.name}",
            failures=(EXISTS, CHANGED, NOTHING),
            facts=(("files", "integer"), ("lines_changed", "integer")),
            undo="The branch is removed while it is still what was put there; nothing else of the repository changes.",
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts from the difference itself."""
        given = cast(ApplyInput, arguments)
        proposal = self._proposal(given, opened(context, given.working_copy), context)
        self._free(given, context)
        name = self._name(given)
        return Appraisal(
            title=f"Branch {shortened(name, 56 - len(proposal.amount))}: {proposal.amount}"[:60],
            resource=f"{self._grant.name}:{name}",
            touches=f"1 new branch, {proposal.amount}",
            tier=Tier.WIDE if proposal.lines > WIDE_FROM_LINES else Tier.SMALL,
            facts={"files": len(proposal.changes), "lines_changed": proposal.lines},
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """The exact difference."""
        given = cast(ApplyInput, arguments)
        proposal = self._proposal(given, opened(context, given.working_copy), context)
        text = proposal.diff.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return Preview(PreviewKind.DIFF, f"New branch {self._name(given)}: {given.message.splitlines()[0][:200]}", text)

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Store the commit, write down its id, then make the branch in one step."""
        stop_if_asked(context)
        given = cast(ApplyInput, arguments)
        done = self.probe(arguments, context)
        if done.result is not None:
            return done.result
        if done.happened is Happened.UNKNOWN:
            raise ToolFailed(CHANGED.code, f"{done.sentence} Nothing was done now.", uncertain=True)
        source = self._grant.repository(context)
        copy = opened(context, given.working_copy)
        proposal = self._proposal(given, copy, context)
        self._free(given, context)
        try:
            commit = _commit(copy, proposal, f"{given.message.rstrip()}\n\n{MARK}: {context.key}\n")
            _hand_over(copy, commit, source)
        except GitRefused as error:
            raise refused(error, "Storing the commit") from error
        output = ApplyOutput(branch=self._name(given), commit=commit, files=len(proposal.changes), lines=proposal.lines)
        record = UndoRecord(canonical({"apply": output.model_dump(mode="json")}))
        stop_if_asked(context)
        context.remember(record)
        try:
            nothing = "0" * len(commit)
            git(source, "update-ref", "--no-deref", "--create-reflog", _ref(output.branch), commit, nothing)
        except GitRefused as error:
            raise ToolFailed(EXISTS.code, f"The branch could not be made: {error}. Nothing was changed.") from error
        return _result(output, record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        """Whether the branch is there with the very commit that was written down."""
        record = context.recall()
        if record is None:
            return Probe(Happened.NO, "It did not happen: nothing was written down, which comes before the branch.")
        output = _output(record)
        tip = _tip(self._grant.repository(context), output.branch)
        if tip == output.commit:
            return Probe(Happened.YES, f"The branch {output.branch} is there.", _result(output, record))
        if tip is None:
            return Probe(Happened.NO, f"There is no branch {output.branch}.")
        return Probe(Happened.UNKNOWN, f"The branch {output.branch} is at another commit.")

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        """What undoing would do now."""
        output, source = _output(record), self._grant.repository(context)
        tip = _tip(source, output.branch)
        if tip is None:
            return UndoForecast(UndoOutcome.UNDONE, f"The branch {output.branch} is already gone.")
        if tip == output.commit and not _checked_out(source, output.branch):
            return UndoForecast(UndoOutcome.UNDONE, f"The branch {output.branch} will be removed.")
        if tip == output.commit:
            sentence = f"Somebody works on the branch {output.branch} (it is checked out)."
            return UndoForecast(UndoOutcome.CONFLICT, sentence, f"HEAD is {output.branch}\n")
        sentence = f"The branch {output.branch} was moved since by somebody else."
        return UndoForecast(UndoOutcome.CONFLICT, sentence, f"- {output.commit}\n+ {tip}\n")

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Remove the branch, if it is what the forecast saw."""
        output, source = _output(record), self._grant.repository(context)
        forecast = self.forecast_undo(record, context)
        tip = _tip(source, output.branch)
        if tip is None:
            return UndoOutcome.UNDONE, f"The branch {output.branch} is gone."
        if forecast.outcome is UndoOutcome.CONFLICT:
            if not overwrite:
                return UndoOutcome.CONFLICT, f"{forecast.sentence} It was left alone."
            if _checked_out(source, output.branch):
                return UndoOutcome.CONFLICT, f"{forecast.sentence} Switch to another branch first; it was left alone."
        try:
            git(source, "update-ref", "--no-deref", "-d", _ref(output.branch), tip)
        except GitRefused as error:
            return UndoOutcome.FAILED, f"The branch {output.branch} could not be removed: {error}."
        return UndoOutcome.UNDONE, f"The branch {output.branch} was removed; its commit was {tip}."

    def _name(self, given: ApplyInput) -> str:
        return self._grant.options.branch_start + given.branch

    def _proposal(self, given: ApplyInput, copy: WorkingCopy, context: ToolContext) -> Proposal:
        """The changes, if they are the ones that were named."""
        proposal = proposal_of(copy, context)
        if not proposal.changes:
            raise ToolFailed(NOTHING.code, "Nothing was changed in the working copy; there is nothing to propose.")
        if proposal.digest != given.changes:
            sentence = "The working copy is not what this hash names; look at repository.diff again. Nothing was done."
            raise ToolFailed(CHANGED.code, sentence)
        return proposal

    def _free(self, given: ApplyInput, context: ToolContext) -> None:
        """Refuse a branch that is there, and a repository that lost the commit all this rests on."""
        source, name = self._grant.repository(context), self._name(given)
        if _tip(source, name) is not None:
            raise ToolFailed(EXISTS.code, f"There is a branch {name} already; choose another name.")
        commit = opened(context, given.working_copy).commit
        try:
            git(source, "cat-file", "-e", f"{commit}^{{commit}}")
        except GitRefused as error:
            raise ToolFailed(
                MISSING.code, f"The repository no longer has commit {commit[:12]}; make a new copy."
            ) from error


def _commit(copy: WorkingCopy, proposal: Proposal, message: str) -> str:
    """Made in our own git folder, over an index of its own."""
    ours = copy.git_folder
    lines = []
    for change in proposal.changes:
        path = change.path.encode("utf-8", "surrogateescape")
        if change.after is None:
            lines.append(b"0 " + b"0" * len(copy.commit) + b"\t" + path)
        else:
            oid = git(ours, "hash-object", "-w", "--no-filters", "--stdin", given=change.after[1]).strip()
            lines.append(change.after[0].encode() + b" " + oid + b"\t" + path)
    with tempfile.TemporaryDirectory(prefix="console-index-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        git(ours, "read-tree", copy.commit, more=index)
        git(ours, "update-index", "-z", "--index-info", given=b"\x00".join(lines) + b"\x00", more=index)
        tree = git(ours, "write-tree", more=index).decode().strip()
    return git(ours, "commit-tree", tree, "-p", copy.commit, given=message.encode()).decode().strip()


def _hand_over(copy: WorkingCopy, commit: str, source: Path) -> None:
    """The new objects into the person's repository; nothing names them yet."""
    wanted = f"{commit}\n^{copy.commit}\n".encode()
    pack = git(copy.git_folder, "pack-objects", "--revs", "--stdout", "-q", given=wanted)
    git(source, "unpack-objects", "-q", given=pack)


def _ref(branch: str) -> str:
    return f"refs/heads/{branch}"


def _tip(source: Path, branch: str) -> str | None:
    try:
        return git(source, "rev-parse", "--verify", "--quiet", "--end-of-options", _ref(branch)).decode().strip()
    except GitRefused:
        return None


def _checked_out(source: Path, branch: str) -> bool:
    try:
        return git(source, "symbolic-ref", "--quiet", "HEAD").decode().strip() == _ref(branch)
    except GitRefused:
        return False


def _output(record: UndoRecord) -> ApplyOutput:
    return ApplyOutput.model_validate(json.loads(record.data)["apply"])


def _result(output: ApplyOutput, record: UndoRecord) -> ToolResult:
    return ToolResult(output, f"Branch {output.branch} made, commit {output.commit[:12]}", record)
