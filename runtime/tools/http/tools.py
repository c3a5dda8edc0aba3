"""http.get and http.send: one request to an address of the grant, exactly as the card shows it."""

import json
import ssl
import time
from collections.abc import Callable
from typing import cast

from pydantic import BaseModel

from runtime.domain.action import canonical
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
from runtime.tools.http import undoing
from runtime.tools.http.arguments import Answered, Get, Send
from runtime.tools.http.exchange import Exchange
from runtime.tools.http.network import Resolve, check_number, numbers_of
from runtime.tools.http.options import READS, WRITES, HttpOptions
from runtime.tools.http.outgoing import Outgoing, outgoing
from runtime.tools.stopping import STOPPED_FAILURE, stop_if_asked

LONGEST_TITLE = 60
_TIERS = {EffectKind.READ: Tier.NOTHING, EffectKind.COMPENSABLE: Tier.WIDE, EffectKind.IRREVERSIBLE: Tier.FINAL}
RUNNER_WAITS_LONGER_S = 5.0
"""The exchange ends itself in time and says what is known; the runner's limit is for a name that is not looked up."""
CANNOT = "What was sent to another server can't be taken back; a second request may mend it."
NOTHING_TO_UNDO = "A lookup changes nothing there; what its address told the server can't be taken back."
FACTS = (("host", "text"), ("path", "text"), ("method", "text"), ("body_bytes", "integer"))
FAILURES = (
    Failure("address-not-allowed", "The address is not below one that is granted; nothing was sent."),
    Failure("method-not-allowed", "The grant does not allow this method; nothing was sent."),
    Failure("header-not-allowed", "The grant does not allow the agent to set this header; nothing was sent."),
    Failure("body-too-long", "The body is longer than the grant allows; nothing was sent."),
    Failure("private-address", "The name leads to an inner network that is not granted; nothing was sent."),
    Failure("no-credential", "The keyring has no secret of that name that can be used; nothing was sent."),
    Failure("unreachable", "The server can't be reached; nothing was sent.", passing=True),
    Failure("broke-off", "The connection broke or the time was over before there was a whole answer."),
    STOPPED_FAILURE,
)
SEND_FAILURES = (
    Failure("bad-body", "The body is not of the kind it says it is; nothing was sent."),
    Failure("refused", "The server says that it did not do it (an answer 400 to 499)."),
    Failure("server-fault", "The server failed (500 and above); whether it did something is not known."),
    Failure("key-too-old", "It was sent before, and by now the server has forgotten its key; it was not sent again."),
)


class _Requests:
    """What both have in common."""

    contract: ToolContract

    def __init__(
        self, options: HttpOptions, tls: Callable[[], ssl.SSLContext], resolve: Resolve, contract: ToolContract
    ) -> None:
        self._options = options
        self._tls = tls
        self._resolve = resolve
        self.contract = contract

    def _outgoing(self, arguments: BaseModel, key: str = "") -> Outgoing:
        assert isinstance(arguments, Get | Send)
        request = outgoing(arguments, self._options, key)
        check_number(request.address, self._options.networks)
        return request

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        what = self._outgoing(arguments)
        size = len(what.body)
        title = f"{what.method} {what.address.authority}{what.address.path}"
        return Appraisal(
            title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
            resource=f"{what.method} {what.address.text}",
            touches=f"1 request to {what.address.authority}" + (f", {size:,} bytes" if size else ""),
            tier=_TIERS[self.contract.effect],
            checks=_checks(what) if self.contract.effect is EffectKind.IRREVERSIBLE else (),
            facts={
                "host": what.address.host,
                "path": what.address.path,
                "method": what.method,
                "body_bytes": size,
            },
        )

    def preview(self, arguments: BaseModel, context: ToolContext) -> Preview:
        return self._outgoing(arguments, context.key).preview()

    def _exchanged(self, arguments: BaseModel, context: ToolContext) -> tuple[Outgoing, Answered]:
        what = self._outgoing(arguments, context.key)
        return what, self._sent(what, context)

    def _sent(self, what: Outgoing, context: ToolContext) -> Answered:
        stop_if_asked(context)
        started = time.monotonic()
        numbers = numbers_of(what.address, self._options.networks, self._resolve)
        headers = what.revealed(context.secret)
        stop_if_asked(context)
        left = self._options.time_limit_s - (time.monotonic() - started)
        if left <= 0:
            sentence = f"Looking {what.address.host} up took all of its time; nothing was sent."
            raise ToolFailed("unreachable", sentence, passing=True)
        tls = self._tls() if what.address.scheme == "https" else None
        exchange = Exchange(what, headers, numbers, tls, self._options.longest_answer, left, context.cancelled.is_set)
        return exchange.run()

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        return UndoForecast(UndoOutcome.CANNOT, self.contract.undo)

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        return UndoOutcome.CANNOT, self.contract.undo


def _checks(what: Outgoing) -> tuple[str, ...]:
    there = f"{what.address.authority} may know what the address{' and the body' if what.body else ''} say"
    if what.method in READS:
        return (there,)
    asked = f"{what.method} {what.address.path} there is what is meant"
    return (asked[:200], there)


class GetTool(_Requests):
    """Looks something up. An address can carry data out, so it only counts as reading where the grant says so."""

    def __init__(self, options: HttpOptions, tls: Callable[[], ssl.SSLContext], resolve: Resolve, text: str) -> None:
        contract = ToolContract(
            name="http.get",
            version=1,
            purpose=f"Look something up on a web server: {offered(options, READS)}",
            input=Get,
            output=Answered,
            failures=FAILURES,
            effect=EffectKind.READ if options.get_only_reads else EffectKind.IRREVERSIBLE,
            scope=scope(options, READS),
            idempotency=Idempotency.REPEATABLE if options.get_only_reads else Idempotency.NEITHER,
            time_limit_s=options.time_limit_s + RUNNER_WAITS_LONGER_S,
            undo=NOTHING_TO_UNDO,
            options=text,
            facts=FACTS,
        )
        super().__init__(options, tls, resolve, contract)

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        try:
            what, answer = self._exchanged(arguments, context)
        except ToolFailed as failed:
            if self.contract.effect is not EffectKind.READ:
                raise  # what its address told may have arrived
            # A lookup that broke off did nothing there; it may simply be made again.
            raise ToolFailed(failed.code, failed.sentence, passing=failed.passing) from failed
        return ToolResult(answer, summary(what, answer))

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        if self.contract.effect is EffectKind.READ:
            return Probe(Happened.UNKNOWN, "It only looks something up; it can simply be done again.")
        return Probe(Happened.UNKNOWN, "Nobody can look at the other server whether the request arrived.")


class SendTool(_Requests):
    """Sends something. What becomes of it nobody can look up; a key the server knows makes it safe to repeat."""

    def __init__(self, options: HttpOptions, tls: Callable[[], ssl.SSLContext], resolve: Resolve, text: str) -> None:
        contract = ToolContract(
            name="http.send",
            version=1,
            purpose=f"Send a request that changes something on a web server: {offered(options, WRITES)}",
            input=Send,
            output=Answered,
            failures=(*FAILURES, *SEND_FAILURES),
            effect=EffectKind.COMPENSABLE if options.delete_undoes else EffectKind.IRREVERSIBLE,
            scope=scope(options, WRITES),
            idempotency=Idempotency.KEYED if options.keyed else Idempotency.NEITHER,
            time_limit_s=options.time_limit_s + RUNNER_WAITS_LONGER_S,
            undo=undoing.HOW if options.delete_undoes else CANNOT,
            options=text,
            facts=FACTS,
        )
        super().__init__(options, tls, resolve, contract)

    def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        if self._options.keyed:
            self._key_still_known(context)
        what, answer = self._exchanged(arguments, context)
        told = f"{what.address.authority} answered {answer.status} to {what.method} {what.address.path}"
        said = f": {' '.join(answer.body.split())[:400]}" if answer.body.strip() else "."
        if answer.status >= 500:
            raise ToolFailed("server-fault", f"{told}; it may have been carried out{said}", uncertain=True)
        if answer.status >= 400:
            raise ToolFailed("refused", f"{told}; it was not carried out{said}", passing=answer.status in (408, 429))
        made = undoing.made_by(what.address, answer, self._options) if self._options.delete_undoes else None
        return ToolResult(answer, summary(what, answer), made.record if made is not None else None)

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        if not self._options.delete_undoes:
            return super().forecast_undo(record, context)
        return undoing.forecast(undoing.recorded(record, self._options))

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        made = undoing.recorded(record, self._options) if self._options.delete_undoes else None
        if made is None:
            return UndoOutcome.CANNOT, undoing.NAMED_NONE if self._options.delete_undoes else CANNOT
        what = undoing.taking_back(made, self._options, context.key, overwrite=overwrite)
        return undoing.outcome_of(made, self._sent(what, context))

    def _key_still_known(self, context: ToolContext) -> None:
        """When it was first sent is noted durably before it leaves, so that a late repetition is not a second one."""
        now = int(time.time())
        noted = context.recall()
        if noted is None:
            context.remember(UndoRecord(canonical({"first_sent": now})))
            return
        first = cast(int, json.loads(noted.data)["first_sent"])
        if not 0 <= now - first < self._options.key_hours * 3600:
            sentence = (
                f"It was sent more than {self._options.key_hours} hours ago, and the server may have forgotten its "
                "key by now; it was not sent again."
            )
            raise ToolFailed("key-too-old", sentence, uncertain=True)

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        return Probe(Happened.UNKNOWN, "Nobody can look at the other server whether it was carried out.")


def scope(options: HttpOptions, of: tuple[str, ...]) -> str:
    """What a grant allows, in words."""
    methods = ", ".join(method for method in options.methods if method in of)
    return f"{methods} at {', '.join(options.addresses)}"


def offered(options: HttpOptions, of: tuple[str, ...]) -> str:
    """The same for the model, with what it may set."""
    headers = f" Headers it may set: {', '.join(options.headers)}." if options.headers else ""
    return f"{scope(options, of)} and what lies below.{headers}"


def summary(what: Outgoing, answer: Answered) -> str:
    """One line for the timeline."""
    text = f"{what.method} {what.address.authority}{what.address.path}: {answer.status}, {answer.bytes:,} bytes"
    if 300 <= answer.status < 400 and "location" in answer.headers:
        text += ", a redirect that was not followed"
    return text[:200]
