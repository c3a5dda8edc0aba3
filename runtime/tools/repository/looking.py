"""repository.diff and repository.test: what was changed in a working copy, and whether its tests pass."""

from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.words import Tier
from runtime.tools import sandbox
from runtime.tools.contract import Appraisal, Failure, Preview, PreviewKind, ToolContext, ToolFailed, ToolResult
from runtime.tools.read_only import Reading
from runtime.tools.repository.options import Grant, TestCommand, contract
from runtime.tools.repository.proposal import proposal_of
from runtime.tools.repository.working_copy import CopyName, opened
from runtime.tools.stopping import STOPPED, stop_if_asked
from runtime.tools.text_changes import shortened

NO_SANDBOX = Failure("no-sandbox", "Programs cannot be shut away on this machine, so none is run.")
NO_TEST = Failure("no-test", "The grant names no test command of this name.")


class DiffInput(BaseModel):
    """Which part of it."""

    model_config = ConfigDict(extra="forbid")
    working_copy: CopyName
    offset: int = Field(default=0, ge=0, le=1_000_000_000, description="First character to return, counted from 0.")
    limit: int = Field(default=20_000, ge=1, le=200_000, description="Most characters to return.")


class DiffOutput(BaseModel):
    """``changes`` is the hash of the whole difference: repository.apply takes it. ``next_offset`` 0 = no more."""

    changes: str
    commit: str
    files: list[str]
    lines: int
    diff: str
    next_offset: int


class ShowDiff(Reading):
    """repository.diff"""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        purpose = "Show what was changed in a working copy, and the hash that names exactly this."
        self.contract = contract(grant, "diff", purpose, (DiffInput, DiffOutput))

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this reading."""
        title = shortened(f"Show the changes in the copy of {self._grant.name}", 60)
        return Appraisal(title, f"copy:{self._grant.name}/", "Nothing is changed", Tier.NOTHING)

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """Which copy."""
        return Preview(PreviewKind.TEXT, self.appraise(arguments, context).title, "Nothing is changed.")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Compare."""
        stop_if_asked(context)
        given = cast(DiffInput, arguments)
        found = proposal_of(opened(context, given.working_copy), context)
        # File names and links can hold bytes that are no text; they are shown with these spelled out.
        text = found.diff.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        end = given.offset + given.limit
        output = DiffOutput(
            changes=found.digest,
            commit=found.commit,
            files=[
                each.path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
                for each in found.changes
            ],
            lines=found.lines,
            diff=text[given.offset : end],
            next_offset=end if end < len(text) else 0,
        )
        return ToolResult(output, f"The copy differs: {found.amount}" if found.changes else "The copy is unchanged")


class TestInput(BaseModel):
    """Which tests, and how much of what they print."""

    __test__ = False
    model_config = ConfigDict(extra="forbid")
    working_copy: CopyName
    name: str = Field(min_length=1, max_length=50, description="Name of the test command.")
    limit: int = Field(default=20_000, ge=0, le=70_000, description="Most characters of output to return (its end).")


class TestOutput(BaseModel):
    """``ended``: by itself, or which bound ended it (time, memory, output). ``status`` 0 = the tests passed."""

    __test__ = False
    passed: bool
    ended: str
    status: int
    output: str
    left_out: int


class RunTests(Reading):
    """repository.test"""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        names = ", ".join(test.name for test in grant.options.tests) or "none are granted"
        self.contract = contract(
            grant,
            "test",
            f"Run tests of a working copy, shut away from the machine and the network ({names}).",
            (TestInput, TestOutput),
            failures=(NO_SANDBOX, NO_TEST),
            scope=f"runs the granted test commands in throw-away copies of {grant.name}, without network",
            time_limit_s=grant.options.test_seconds + 60.0,
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        """Facts about this run of tests."""
        given = cast(TestInput, arguments)
        command = self._command(given.name)
        return Appraisal(
            title=shortened(f"Test a copy of {self._grant.name}: {' '.join(command)}", 60),
            resource=f"copy:{self._grant.name}/",
            touches="Runs in a throw-away copy without network; nothing is kept",
            tier=Tier.NOTHING,
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        """The very command and its bounds."""
        options = self._grant.options
        lines = [f"  {part!r}" for part in self._command(cast(TestInput, arguments).name)]
        bounds = (
            f"At most {options.test_seconds:,} s, {options.test_memory_mb:,} MB, {options.test_processes:,} processes, "
            "no network, in a copy that is thrown away."
        )
        return Preview(PreviewKind.TEXT, "Run tests", "\n".join(["Arguments:", *lines, bounds]))

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        """Run them."""
        stop_if_asked(context)
        given, options = cast(TestInput, arguments), self._grant.options
        copy = opened(context, given.working_copy)
        bounds = sandbox.Bounds(
            seconds=options.test_seconds,
            memory_mb=options.test_memory_mb,
            processes=options.test_processes,
            copy_mb=options.most_mb * 2 + 64,
        )
        try:
            ended = sandbox.run(
                tuple(self._command(given.name)),
                copy.tree,
                bounds,
                read_only=tuple(Path(folder) for folder in options.programs),
                cancelled=context.cancelled,
                progress=context.progress,
            )
        except sandbox.NoSandbox as error:
            raise ToolFailed(NO_SANDBOX.code, str(error)) from error
        if ended.how == sandbox.STOPPED:
            raise ToolFailed(STOPPED, "Stopped before the tests were done; nothing was changed.")
        passed = ended.how == sandbox.BY_ITSELF and ended.status == 0
        cut = max(0, len(ended.output) - given.limit)
        output = TestOutput(
            passed=passed,
            ended=ended.how,
            status=ended.status,
            output=ended.output[cut:],
            left_out=ended.left_out + cut,
        )
        if passed:
            return ToolResult(output, f"Tests {given.name} passed")
        how = f"status {ended.status}" if ended.how == sandbox.BY_ITSELF else f"ended by the limit on {ended.how}"
        return ToolResult(output, f"Tests {given.name} did not pass: {how}")

    def _command(self, name: str) -> list[str]:
        tests: dict[str, TestCommand] = {test.name: test for test in self._grant.options.tests}
        if name not in tests:
            known = ", ".join(tests) or "none"
            raise ToolFailed(NO_TEST.code, f"There is no test command {name!r}. Granted: {known}.")
        return tests[name].command
