"""A model whose answers, faults and streamed text are without the secrets of the workspace, whatever it was sent back.

Bodies of exchanges are cleaned where they are kept; what a run goes by is cleaned here, before anything sees it.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec

from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.redaction import Redactor, StreamMask, cleaned
from runtime.models.choice import Chosen
from runtime.models.interface import Answered, Attempt, Model, ModelFault, ModelRequest, as_sent, choose, tell_reasoning
from runtime.models.worst_case import Bounded, MostUsed

T = TypeVar("T")


def masked(model: Model, redactor: Redactor) -> Model:
    """The same model behind the mask."""
    return _BoundedMask(model, redactor) if _bounds(type(model)) else _Mask(model, redactor)


@cache
def _bounds(kind: type) -> bool:
    """Whether models of this type are ``Bounded``; every turn asks, and asking a protocol takes long."""
    return issubclass(kind, Bounded)


class _Ear:
    """Passes streamed text on, a secret that lies across pieces masked."""

    def __init__(self, say: Callable[[str], None], redactor: Redactor) -> None:
        self._say = say
        self._redactor = redactor
        self._text: StreamMask | None = None
        self._thought: StreamMask | None = None

    def __call__(self, text: str, /) -> None:
        self._text = self._text or self._redactor.stream()
        if passed := self._text.feed(text):
            self._say(passed)

    def reasoning(self, text: str, /) -> None:
        """A piece of the summary of its reasoning."""
        self._thought = self._thought or self._redactor.stream()
        if passed := self._thought.feed(text):
            tell_reasoning(self._say, passed)

    def end(self) -> None:
        """What was held back, of what was said at all."""
        if self._text is not None and (rest := self._text.end()):
            self._say(rest)
        if self._thought is not None and (rest := self._thought.end()):
            tell_reasoning(self._say, rest)


class _Mask:
    def __init__(self, model: Model, redactor: Redactor) -> None:
        self._model = model
        self._redactor = redactor

    @property
    def label(self) -> str:
        """As the model's."""
        return self._model.label

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        """Its plan without secrets."""
        ear = _Ear(on_text, self._redactor)
        try:
            return self._clean(await self._model.plan(request, ear))
        except ModelFault as fault:
            raise self._clean_fault(fault) from None
        finally:
            ear.end()

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        """Its decision without secrets."""
        ear = _Ear(on_text, self._redactor)
        try:
            return self._clean(await self._model.act(request, ear))
        except ModelFault as fault:
            raise self._clean_fault(fault) from None
        finally:
            ear.end()

    async def choose(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Chosen]:
        """Its answer without secrets."""
        ear = _Ear(on_text, self._redactor)
        try:
            return self._clean(await choose(self._model, request, ear))
        except ModelFault as fault:
            raise self._clean_fault(fault) from None
        finally:
            ear.end()

    def _clean(self, answer: Answered[T]) -> Answered[T]:
        if not self._redactor.knows_any and not answer.reasoning:
            return answer
        known = self._redactor.known
        carried = answer.carried
        if carried and known(text := carried.decode("utf-8", "replace")) != text:
            carried = b""  # signed, so it cannot be mended: the model goes on without its earlier reasoning
        return Answered(
            self._struct(answer.value),
            self._struct(answer.usage),
            answer.sent,
            answer.received,
            self._struct(answer.origin),
            self._redactor(answer.reasoning),
            carried,
        )

    def _clean_fault(self, fault: ModelFault) -> ModelFault:
        tried = fault.attempt
        attempt = Attempt(self._struct(tried.usage), self._struct(tried.origin), tried.sent, tried.received)
        return ModelFault(
            fault.kind, self._redactor(fault.sentence), fault.retry_after, attempt, by_person=fault.by_person
        )

    def _struct(self, value: Any) -> Any:
        """The same with every text in it cleaned; known secrets only, as arguments have to stay what was meant."""
        if not self._redactor.knows_any:
            return value
        plain = msgspec.to_builtins(value)
        clean = cleaned(plain, self._redactor.known)
        return value if clean == plain else msgspec.convert(clean, type(value))


class _BoundedMask(_Mask):
    def most_used(self, request: ModelRequest) -> MostUsed:
        """As the model's."""
        assert isinstance(self._model, Bounded)
        return self._model.most_used(request)

    def as_sent(self, request: ModelRequest) -> bytes:
        """As the model's."""
        return as_sent(self._model, request)
