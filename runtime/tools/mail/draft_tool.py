"""mail.draft: writes or replaces a draft, an .eml file a person can open; undone exactly."""

import re
import threading
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Idempotency, Tier
from runtime.tools.contract import (
    Appraisal,
    Failure,
    Happened,
    Preview,
    Probe,
    ToolContext,
    ToolContract,
    ToolFailed,
    ToolResult,
)
from runtime.tools.durable_file import digest_of, make_folder, write_whole
from runtime.tools.mail.composing import Letter, compose
from runtime.tools.mail.options import MailOptions
from runtime.tools.mail.send_tool import LETTER_FACTS, LONGEST_TITLE, NOT_ALLOWED, check_recipients, preview_letter
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked
from runtime.tools.whole_file import WholeFileChange

_LOCK = threading.Lock()
"""Drafts are small and rare: one at a time, so that what was looked at is still there when it is replaced."""
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,60}\.eml")


class DraftLetter(Letter):
    """A mail to be put aside, not sent."""

    draft: str = Field("", max_length=80, description="File name of an earlier draft to replace; empty = a new one.")


class Drafted(BaseModel):
    """Where the draft is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    draft: str = Field(description="Its file name, to replace it later.")
    file: str = Field(description="Its path in the workspace.")


class DraftTool:
    """Writes one draft."""

    def __init__(self, options: MailOptions, text: str) -> None:
        self._options = options
        self.contract = ToolContract(
            name="mail.draft",
            version=1,
            purpose="Write a mail as a draft without sending it.",
            input=DraftLetter,
            output=Drafted,
            failures=(
                NOT_ALLOWED,
                Failure("draft-not-found", "There is no such draft to replace; nothing was written."),
                Failure(
                    "draft-in-the-way", "A file with the name of the new draft is there already; nothing was written."
                ),
                Failure(
                    "drafts-not-writable", "The drafts folder can't be written; nothing was changed.", passing=True
                ),
                STOPPED_FAILURE,
            ),
            effect=EffectKind.REVERSIBLE,
            scope=f"drafts in {options.drafts}",
            idempotency=Idempotency.QUERYABLE,
            time_limit_s=30.0,
            undo="The draft is removed, or the one it replaced is put back, unless somebody changed it since.",
            options=text,
            facts=LETTER_FACTS,
        )

    def _folder(self, context: ToolContext) -> Path:
        return context.folder / self._options.drafts

    def _check(self, arguments: DraftLetter, context: ToolContext) -> None:
        check_recipients(arguments, self._options)
        if not arguments.draft:
            return
        path = self._folder(context) / arguments.draft
        if _NAME.fullmatch(arguments.draft) is None or path.is_symlink() or not path.is_file():
            raise ToolFailed("draft-not-found", f"There is no draft {arguments.draft!r}; nothing was written.")

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        assert isinstance(arguments, DraftLetter)
        self._check(arguments, context)
        people = arguments.recipients
        title = f"{'Replace draft' if arguments.draft else 'Draft mail'} to {people[0]}"
        title += f" and {len(people) - 1} more" if len(people) > 1 else ""
        return Appraisal(
            title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
            resource=f"{self._options.drafts}/{arguments.draft or 'new'}",
            touches="1 draft",
            tier=Tier.SMALL,
            inputs=(self._folder(context) / arguments.draft,) if arguments.draft else (),
            facts={
                "recipient": people[0],
                "recipients": list(people),
                "recipient_domain": people[0].rpartition("@")[2],
            },
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        assert isinstance(arguments, DraftLetter)
        self._check(arguments, context)
        return preview_letter(arguments, self._options, "Draft, not sent")

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        assert isinstance(arguments, DraftLetter)
        stop_if_asked(context)
        name = arguments.draft or f"{context.key[:16]}.eml"
        content = compose(arguments, self._options).as_bytes()
        folder = self._folder(context)
        with _LOCK:
            earlier = context.recall()
            if earlier is not None and WholeFileChange.of(folder, earlier).happened() is Happened.YES:
                return self._result(arguments, name, earlier)
            self._check(arguments, context)
            try:
                make_folder(folder)
                change, record = WholeFileChange.planned(folder, name, content, context)
                if not arguments.draft and change.before is not None and change.before != digest_of(content):
                    raise ToolFailed(
                        "draft-in-the-way", f"A file {name!r} is among the drafts already; nothing was written."
                    )
                context.remember(record)
                write_whole(change.path, content)
            except OSError as error:
                sentence = f"The drafts folder can't be written: {error.strerror}; nothing was changed."
                raise ToolFailed("drafts-not-writable", sentence, passing=True) from error
        return self._result(arguments, name, record)

    def _result(self, letter: DraftLetter, name: str, record: UndoRecord) -> ToolResult:
        output = Drafted(draft=name, file=f"{self._options.drafts}/{name}")
        return ToolResult(output, f"Drafted mail to {letter.recipients[0]}: {letter.subject[:80]}", record)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        assert isinstance(arguments, DraftLetter)
        record = context.recall()
        if record is None:
            return Probe(Happened.NO, "No such draft was begun.")
        change = WholeFileChange.of(self._folder(context), record)
        match change.happened():
            case Happened.YES:
                return Probe(Happened.YES, "The draft is there.", self._result(arguments, change.name, record))
            case Happened.NO:
                return Probe(Happened.NO, "The draft was not written.")
            case _:
                return Probe(Happened.UNKNOWN, "A draft of that name is there with another text.")

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        change = WholeFileChange.of(self._folder(context), record)
        return change.forecast(context, f"The draft {change.name}")

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        change = WholeFileChange.of(self._folder(context), record)
        with _LOCK:
            return change.undo(context, f"The draft {change.name}", overwrite=overwrite)
