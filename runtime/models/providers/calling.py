"""One call to a provider from request to answer, the same for every API: client, key, limits, faults, what it cost."""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

import msgspec

from runtime.domain.decision import Decision, Origin, PlannedWork, Usage
from runtime.models.choice import Chosen
from runtime.models.interface import Answered, Attempt, FaultKind, ModelFault, ModelRequest, ProviderFacts
from runtime.models.providers import faults
from runtime.models.providers.abilities import Abilities, held_back
from runtime.models.providers.answer import Answer, StreamedFault, Unreadable
from runtime.models.providers.connection import Connection, Secret, Structured, connection_fault
from runtime.models.providers.conversation import carry
from runtime.models.providers.deciding import EmptyAnswer, decision_from
from runtime.models.providers.exchange import Exchange
from runtime.models.providers.exchanging import exchanged, listening
from runtime.models.providers.fold import Fold, Say, unheard
from runtime.models.providers.forms import Form, chosen_from, form_of
from runtime.models.providers.offer import Offer
from runtime.models.providers.plan_form import plan_from
from runtime.models.providers.prompt_revision import revision_of
from runtime.models.providers.stops import CONSEQUENCES, Ending, ending_of
from runtime.models.worst_case import ANY_TIER, AROUND, MostUsed

T = TypeVar("T")
NETWORK_PACKAGES: Final = ("httpx2", "httpcore2")


class ProviderModel(ABC):
    """A model behind a provider's API. One HTTP client each, made in a worker thread when first needed."""

    facts: ClassVar[ProviderFacts]
    """What the rest of the program knows of this provider."""

    path: ClassVar[str]
    """Where requests go, below the address of the connection."""

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
        return held_back(self._connection, self.facts.abilities(self._model))

    @property
    def at_home(self) -> bool:
        """Whether it leads to the provider itself, so that all the settings of its API are taken there."""
        return self._connection.base_url.rstrip("/") == self.facts.home

    @property
    def tier_at_home(self) -> str:
        """What is reserved for at the provider's own address; empty = the ordinary price."""
        return ""

    def most_used(self, request: ModelRequest) -> MostUsed:
        """The bound for the budget: no tokenizer makes more tokens than bytes, and the answer is bounded by us."""
        sent = len(json.dumps(self._body_of(request, held=False), ensure_ascii=False).encode())
        tier = self.tier_at_home if self.at_home else ANY_TIER
        return MostUsed(sent + AROUND, self.abilities.max_output_tokens, tier)

    def as_sent(self, request: ModelRequest) -> bytes:
        """Its server, and the body it would send there."""
        connection = self._connection
        held = self.abilities.structured is Structured.SCHEMA
        where = connection.kind, connection.base_url, connection.streams
        return msgspec.json.encode((where, self._body_of(request, held=held)))

    def _body_of(self, request: ModelRequest, *, held: bool) -> dict[str, Any]:
        if request.choice is not None or request.plan is None or request.replan:
            return self._form_body(request, form_of(request, held=held))
        return self._act_body(request, Offer(request.tools))

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
        answer, exchange = await self._ask(request, self._form_body(request, form_of(request, held=held)), on_text)
        refused = bool(answer.refusal) and not answer.text
        ending = ending_of(self.facts.stops, answer.stop, refused)
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
        answer, exchange = await self._ask(request, self._act_body(request, offer), on_text)
        stops = self.facts.stops
        decision = self._settled(exchange, answer, lambda: decision_from(answer, offer, request, stops))
        ending = ending_of(stops, answer.stop)
        usable = CONSEQUENCES[ending].calls_run or ending is Ending.PAUSED
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
    def _fold(self, on_text: Say, on_reasoning: Say) -> Fold:
        """A new fold for one answer."""

    @abstractmethod
    def _errors(self) -> tuple[type[Exception], ...]:
        """What its SDK raises."""

    async def _ask(self, request: ModelRequest, body: dict[str, Any], on_text: Say) -> tuple[Answer, Exchange]:
        """One exchange. Raises ModelFault, and nothing else for what the other side did."""
        if wrong := connection_fault(self._connection):
            raise ModelFault(FaultKind.FINAL, f"The connection cannot be used: {wrong}", by_person=True)
        client = await self._ready()
        key = "" if self._connection.keyless else await self._secret(self._connection)
        if not key and not self._connection.keyless:
            sentence = f"There is no key for {self._connection.name}. Put one into the settings."
            raise ModelFault(FaultKind.FINAL, sentence)
        if not (key.isascii() and key.isprintable()):
            sentence = (
                f"The key for {self._connection.name} holds signs that no key has. Put it into the settings again."
            )
            raise ModelFault(FaultKind.FINAL, sentence, by_person=True)
        exchange = Exchange(self._connection, key, revision_of(request))
        body = {**body, "stream": self._connection.streams}
        exchange.wanted_type = "text/event-stream" if self._connection.streams else "application/json"
        fold = self._fold(listening(on_text), listening(getattr(on_text, "reasoning", unheard)))
        found = await exchanged(lambda: self._sent(client, body), exchange, fold, self._errors())
        if isinstance(found, ModelFault):
            raise self._with_attempt(found, exchange, fold.usage, None, fold.model)
        return found.made_sound(), exchange

    async def _sent(self, client: Any, body: dict[str, Any]) -> Any:
        """The SDK makes the request, sends it and knows a refusal; the answer is read as it came (``event_stream``).

        Its calls for each API would walk through the body for typed parameters that are not there, which stands in the
        loop's way for tens of milliseconds where a run is long.
        """
        import httpx2

        return await client.post(self.path, body=body, cast_to=httpx2.Response, stream=bool(body["stream"]))

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
        if exchange.unsent or faults.unread(exchange.status):
            usage = Usage()
        elif exchange.status not in (0, 200):
            usage = msgspec.structs.replace(usage, known=False)
        origin = self._origin(exchange, answer.model if answer else model, answer.stop if answer else "")
        attempt = Attempt(usage, origin, exchange.request_body(), exchange.body())
        return ModelFault(fault.kind, fault.sentence, fault.retry_after, attempt, by_person=fault.by_person)

    def _answered(self, value: Any, exchange: Exchange, answer: Answer, carried: bytes) -> Answered[Any]:
        origin = self._origin(exchange, answer.model, answer.stop)
        sent, received = exchange.request_body(), exchange.body()
        return Answered(value, answer.usage, sent, received, origin, answer.reasoning, carried)

    def _origin(self, exchange: Exchange, model: str, stop: str) -> Origin:
        return Origin(model[:200], exchange.request_id[:200], stop[:100], exchange.prompt)

    async def _ready(self) -> Any:
        async with self._making:
            if self._client is None:
                self._client = await asyncio.to_thread(self._made)
            return self._client

    def _made(self) -> Any:
        client = self._make_client()
        for name in (*NETWORK_PACKAGES, *self.facts.packages):  # the environment could make them log what is sent
            logging.getLogger(name).setLevel(logging.WARNING)
        return client
