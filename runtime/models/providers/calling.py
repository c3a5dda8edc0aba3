"""One call to a provider from request to answer, the same for every API: client, key, limits, faults, what it cost."""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from runtime.domain.decision import Decision, Origin, PlannedWork, Usage
from runtime.models.choice import Chosen
from runtime.models.interface import Answered, Attempt, FaultKind, ModelFault, ModelRequest
from runtime.models.providers import faults
from runtime.models.providers.abilities import Abilities, abilities_of
from runtime.models.providers.answer import Answer, Incomplete, StreamedFault, Unreadable
from runtime.models.providers.connection import Connection, Secret, Structured, connection_fault
from runtime.models.providers.conversation import carry
from runtime.models.providers.deciding import EmptyAnswer, decision_from
from runtime.models.providers.exchange import NOW, Exchange
from runtime.models.providers.forms import Form, chosen_from, form_of
from runtime.models.providers.offer import Offer
from runtime.models.providers.plan_form import plan_from
from runtime.models.providers.stops import CONSEQUENCES, Ending, ending_of
from runtime.models.providers.wording import PROMPT
from runtime.models.worst_case import AROUND, MostUsed

T = TypeVar("T")
Say = Callable[[str], None]
NETWORK_PACKAGES: Final = ("httpx2", "httpcore2", "anthropic", "openai")
ENOUGH_S: Final = 3.0
"""How long the end of the stream is waited for once the answer is whole."""
_LEVELS: Final = 12
"""Generators an SDK leaves open one within another; each needs a turn of the loop to end."""
_OURS: Final = (ModelFault, TimeoutError, Incomplete, Unreadable, StreamedFault)
_SHAPES: Final = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading a body of an unexpected shape raises; SDKs do not check what they are given."""


def unheard(_: str) -> None:
    """Nobody listens."""


class Fold(Protocol):
    """Makes one answer of the events of a stream, or of a whole body."""

    model: str
    whole: bool
    """The provider has said that the answer is whole."""

    @property
    def usage(self) -> Usage:
        """What is known of it so far."""
        ...

    def feed(self, event: Any) -> None:
        """The next event. Raises Unreadable or StreamedFault."""
        ...

    def read(self, body: Any) -> Answer:
        """An answer that came in one piece. Raises Unreadable or StreamedFault."""
        ...

    def answer(self, exchange: Exchange) -> Answer:
        """After the stream ended. Raises Incomplete, Unreadable or StreamedFault."""
        ...


class ProviderModel(ABC):
    """A model behind a provider's API. One HTTP client each, made in a worker thread when first needed."""

    leaves_open = False
    """Whether the SDK leaves generators open also after a stream that came to its end."""

    def __init__(self, connection: Connection, model: str, secret: Secret, label: str) -> None:
        self._connection = connection
        self._model = model
        self._secret = secret
        self._label = label
        self._client: Any = None
        self._making = asyncio.Lock()

    @property
    def label(self) -> str:
        """The route it is named by."""
        return self._label

    @property
    def abilities(self) -> Abilities:
        """What may be put into a request for it."""
        return abilities_of(self._connection, self._model)

    def most_used(self, request: ModelRequest) -> MostUsed:
        """The bound for the budget: no tokenizer makes more tokens than bytes, and the answer is bounded by us."""
        formed = request.choice is not None or request.plan is None or bool(request.replan)
        body = (
            self._form_body(request, form_of(request, held=False))
            if formed
            else self._act_body(request, Offer(request.tools))
        )
        sent = len(json.dumps(body, ensure_ascii=False).encode())
        return MostUsed(sent + AROUND, self.abilities.max_output_tokens)

    async def plan(self, request: ModelRequest, on_text: Say) -> Answered[PlannedWork]:
        """The steps it means to take. Raises ModelFault."""
        return await self._formed(request, on_text, lambda text: plan_from(text, request))

    async def choose(self, request: ModelRequest, on_text: Say) -> Answered[Chosen]:
        """The answer to its question. Raises ModelFault."""
        choice = request.choice
        assert choice is not None
        return await self._formed(request, on_text, lambda text: chosen_from(text, choice))

    async def _formed(self, request: ModelRequest, on_text: Say, read: Callable[[str], T]) -> Answered[T]:
        """An answer of an agreed form."""
        held = self.abilities.structured is Structured.SCHEMA
        answer, exchange = await self._ask(self._form_body(request, form_of(request, held=held)), on_text)
        refused = bool(answer.refusal) and not answer.text
        ending = ending_of(self._connection.kind, answer.stop, refused)
        if ending is not Ending.WHOLE:
            kind = FaultKind.PASSING if ending in (Ending.BROKEN, Ending.PAUSED) else FaultKind.FINAL
            words = exchange.clean_words(answer.refusal or answer.text)
            sentence = CONSEQUENCES[ending].sentence + (f" It said: {words}" if words else "")
            raise self._with_attempt(ModelFault(kind, sentence), exchange, answer.usage, answer)
        value = self._settled(exchange, answer, lambda: read(answer.text))
        return self._answered(value, exchange, answer, b"")

    async def act(self, request: ModelRequest, on_text: Say) -> Answered[Decision]:
        """The next decision. Raises ModelFault."""
        offer = Offer(request.tools)
        answer, exchange = await self._ask(self._act_body(request, offer), on_text)
        kind = self._connection.kind
        decision = self._settled(exchange, answer, lambda: decision_from(answer, offer, request, kind))
        usable = CONSEQUENCES[ending_of(kind, answer.stop)].calls_run or ending_of(kind, answer.stop) is Ending.PAUSED
        return self._answered(decision, exchange, answer, carry(self._label, answer.items) if usable else b"")

    async def close(self) -> None:
        """Close the connections kept open."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    @abstractmethod
    def _make_client(self) -> Any:
        """Import the SDK and make its client; called in a worker thread. The SDK gets no key."""

    @abstractmethod
    def _form_body(self, request: ModelRequest, form: Form) -> dict[str, Any]:
        """What is sent for a plan, or for the answer to a question."""

    @abstractmethod
    def _act_body(self, request: ModelRequest, offer: Offer) -> dict[str, Any]:
        """What is sent for a turn."""

    @abstractmethod
    async def _send(self, client: Any, body: dict[str, Any]) -> Any:
        """Call the SDK: a stream of events, or the whole answer, as ``body["stream"]`` says."""

    @abstractmethod
    def _fold(self, on_text: Say, on_reasoning: Say) -> Fold:
        """A new fold for one answer."""

    @abstractmethod
    def _errors(self) -> tuple[type[Exception], ...]:
        """What its SDK raises."""

    async def _ask(self, body: dict[str, Any], on_text: Say) -> tuple[Answer, Exchange]:
        """One exchange. Raises ModelFault, and nothing else for what the other side did."""
        if wrong := connection_fault(self._connection):
            raise ModelFault(FaultKind.FINAL, f"The connection cannot be used: {wrong}", by_person=True)
        client = await self._ready()
        key = "" if self._connection.keyless else await self._secret(self._connection)
        if not key and not self._connection.keyless:
            sentence = f"There is no key for {self._connection.name}. Put one into the settings."
            raise ModelFault(FaultKind.FINAL, sentence)
        exchange = Exchange(self._connection, key)
        body = {**body, "stream": self._connection.streams}
        exchange.wanted_type = "text/event-stream" if self._connection.streams else "application/json"
        fold = self._fold(on_text, getattr(on_text, "reasoning", unheard))
        token = NOW.set(exchange)
        try:
            answer, fault = await self._exchanged(client, body, exchange, fold)
        finally:
            NOW.reset(token)
        if fault is not None or self.leaves_open:
            for _ in range(_LEVELS):
                await asyncio.sleep(0)
        if fault is not None:
            raise self._with_attempt(fault, exchange, fold.usage, None, fold.model)
        assert answer is not None
        return answer.made_sound(), exchange

    async def _exchanged(
        self, client: Any, body: dict[str, Any], exchange: Exchange, fold: Fold
    ) -> tuple[Answer | None, ModelFault | None]:
        """Either the answer or the fault; faults are raised elsewhere, so that they carry no error of an SDK along."""
        times = self._connection.times
        began = asyncio.get_running_loop().time()
        expected: tuple[type[BaseException], ...] = (*self._errors(), *_OURS, *_SHAPES)
        try:
            async with asyncio.timeout(times.total_s) as total, asyncio.timeout(times.first_s) as limit:
                exchange.limit = limit
                return await self._read(client, body, exchange, fold), None
        except expected as error:
            network = not isinstance(error, ModelFault | Incomplete | Unreadable | StreamedFault)
            if network and exchange.fault is None and body["stream"] and (answer := self._late(exchange, fold)):
                return answer, None
            expired = total.expired() or asyncio.get_running_loop().time() - began >= times.total_s
            return None, self._fault(error, exchange, expired)
        finally:
            exchange.limit = None

    def _late(self, exchange: Exchange, fold: Fold) -> Answer | None:
        """An answer that was whole before the connection failed: it counts."""
        try:
            return fold.answer(exchange)
        except (Incomplete, Unreadable, StreamedFault, *_SHAPES):
            return None

    async def _read(self, client: Any, body: dict[str, Any], exchange: Exchange, fold: Fold) -> Answer:
        answered = await self._send(client, body)
        if not body["stream"]:
            return fold.read(answered)
        try:
            async for event in answered:
                fold.feed(event)
                if fold.whole and exchange.limit is not None:
                    exchange.limit.reschedule(asyncio.get_running_loop().time() + ENOUGH_S)
                    exchange.limit = None
        finally:
            await answered.close()
        return fold.answer(exchange)

    def _fault(self, error: BaseException, exchange: Exchange, total: bool) -> ModelFault:
        """Classify: our own limits first, then what the other side said, then what the network did."""
        if exchange.fault is not None:
            return exchange.fault
        if isinstance(error, ModelFault):
            return error
        if isinstance(error, TimeoutError):
            return faults.timed_out(exchange, total)
        if exchange.status not in (0, 200):
            return faults.status_fault(exchange)
        if isinstance(error, StreamedFault):
            return faults.streamed_fault(exchange, error.body, error.code, error.words)
        if isinstance(error, Unreadable):
            return faults.unreadable(exchange, str(error))
        if exchange.status == 200 and isinstance(body := getattr(error, "body", None), dict):
            return faults.streamed_fault(exchange, body)
        if isinstance(error, _SHAPES) and exchange.status:
            # Cut in the middle of a character or of a line: the SDKs read what there is and stumble.
            return faults.unreadable(exchange, "") if exchange.ended else faults.broken_off(exchange, error)
        return faults.broken_off(exchange, error)

    def _settled(self, exchange: Exchange, answer: Answer, make: Callable[[], Any]) -> Any:
        """Make the decision or the plan of it; what cannot be used becomes a fault that tells what it cost."""
        try:
            return make()
        except Unreadable as error:
            fault = faults.unreadable(exchange, str(error))
        except StreamedFault as error:
            fault = faults.streamed_fault(exchange, error.body, error.code, error.words)
        except EmptyAnswer:
            fault = ModelFault(FaultKind.PASSING, f"{self._connection.name} answered nothing at all.")
        raise self._with_attempt(fault, exchange, answer.usage, answer)

    def _with_attempt(
        self, fault: ModelFault, exchange: Exchange, usage: Usage, answer: Answer | None, model: str = ""
    ) -> ModelFault:
        if exchange.unsent or exchange.status not in (0, 200):
            usage = Usage()  # refused before anything was read or written: nothing to pay
        origin = self._origin(exchange, answer.model if answer else model, answer.stop if answer else "")
        attempt = Attempt(usage, origin, exchange.request_body(), exchange.body())
        return ModelFault(fault.kind, fault.sentence, fault.retry_after, attempt, by_person=fault.by_person)

    def _answered(self, value: Any, exchange: Exchange, answer: Answer, carried: bytes) -> Answered[Any]:
        origin = self._origin(exchange, answer.model, answer.stop)
        sent, received = exchange.request_body(), exchange.body()
        return Answered(value, answer.usage, sent, received, origin, answer.reasoning, carried)

    def _origin(self, exchange: Exchange, model: str, stop: str) -> Origin:
        return Origin(model[:200], exchange.request_id[:200], stop[:100], PROMPT)

    async def _ready(self) -> Any:
        async with self._making:
            if self._client is None:
                self._client = await asyncio.to_thread(self._made)
            return self._client

    def _made(self) -> Any:
        client = self._make_client()
        for name in NETWORK_PACKAGES:  # an environment variable could make them log what is sent
            logging.getLogger(name).setLevel(logging.WARNING)
        return client
