"""Every gesture as data: id, title, keys, where it is valid. Footer, palette, key overview and menus are made of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

EVERYWHERE = 0


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    ``keys`` are names as on the keyboard: "A", "Ctrl+K", "[", "?", "F6". ``where`` is the number of a view, or
    EVERYWHERE. ``hint`` is the short form for the footer. ``repeats``: a key held down does it again (J, K).
    ``searchable`` False keeps it out of Ctrl+K: rulings are given on the card alone.
    """

    id: str
    title: str
    keys: tuple[str, ...] = ()
    where: int = EVERYWHERE
    hint: str = ""
    icon: str = ""
    repeats: bool = False
    searchable: bool = True

    @property
    def said(self) -> str:
        """What the footer says beside the key."""
        return self.hint or self.title[:1].lower() + self.title[1:]


@dataclass(slots=True)
class _Binding:
    press: Callable[[], None]
    release: Callable[[], None] | None
    enabled: Callable[[], bool]
    when_off: Callable[[], None] | None = None


def _nothing_remapped(_action_id: str) -> "tuple[str, ...] | None":
    return None


@dataclass(slots=True)
class Actions:
    """The table of all actions and what does them. ``remapped`` answers a person's own keys for an action, or None."""

    remapped: Callable[[str], tuple[str, ...] | None] = _nothing_remapped
    letters_on: bool = True
    """Whether keys without Ctrl or Alt do anything."""
    _actions: dict[str, Action] = field(default_factory=dict)
    _bindings: dict[str, _Binding] = field(default_factory=dict)
    _hearers: list[Callable[[], None]] = field(default_factory=list)

    def hear(self, changed: Callable[[], None]) -> None:
        """Call this whenever a person chose other keys."""
        self._hearers.append(changed)

    def tell_changed(self) -> None:
        """A person chose other keys."""
        for changed in self._hearers:
            changed()

    def add(
        self,
        action: Action,
        press: Callable[[], None],
        *,
        release: Callable[[], None] | None = None,
        enabled: Callable[[], bool] = lambda: True,
        when_off: Callable[[], None] | None = None,
    ) -> None:
        """Make an action known and say what does it. A second action with the same id is a mistake of ours.

        ``when_off`` says why, when it is asked for while it can't be done.
        """
        if action.id in self._actions:
            raise ValueError(f"The action {action.id} is there twice.")
        self._actions[action.id] = action
        self._bindings[action.id] = _Binding(press, release, enabled, when_off)

    def __getitem__(self, action_id: str) -> Action:
        return self._actions[action_id]

    def __contains__(self, action_id: object) -> bool:
        return action_id in self._actions

    def all(self) -> list[Action]:
        """Every action, in the order in which they were added."""
        return list(self._actions.values())

    def keys_of(self, action_id: str) -> tuple[str, ...]:
        """The keys that do it now, a person's own ones included."""
        mine = self.remapped(action_id)
        keys = self._actions[action_id].keys if mine is None else mine
        return keys if self.letters_on else tuple(key for key in keys if not is_plain(key))

    def is_enabled(self, action_id: str) -> bool:
        """Whether it can be done now."""
        return action_id in self._bindings and self._bindings[action_id].enabled()

    def find(self, key: str, where: int) -> Action | None:
        """What a key does in a view; what the view says about it comes before what holds everywhere."""
        here = [action for action in self._actions.values() if action.where in (where, EVERYWHERE)]
        here.sort(key=lambda action: action.where == EVERYWHERE)
        matching = [action for action in here if key in self.keys_of(action.id)]
        can = (action for action in matching if self.is_enabled(action.id))
        return next(can, matching[0] if matching else None)

    def press(self, action_id: str) -> bool:
        """Do it, if it can be done now."""
        if not self.is_enabled(action_id):
            why = self._bindings[action_id].when_off if action_id in self._bindings else None
            if why is not None:
                why()
            return False
        self._bindings[action_id].press()
        return True

    def release(self, action_id: str) -> None:
        """The key went up again, for what must be held."""
        release = self._bindings[action_id].release
        if release is not None:
            release()

    def search(self, text: str, where: int) -> list[Action]:
        """Actions whose title has all the words of ``text``, that are valid here and can be done now."""
        words = text.casefold().split()
        return [
            action
            for action in self._actions.values()
            if action.searchable
            and action.where in (where, EVERYWHERE)
            and all(word in action.title.casefold() for word in words)
            and self.is_enabled(action.id)
        ]

    def hints(self, ids: Iterable[str]) -> list[tuple[tuple[str, ...], str]]:
        """(keys, words) for the footer, of the actions that can be done now and have a key.

        ``"a+b"`` puts the keys of two actions before the words of the first, as in J K "next, previous".
        """
        found = []
        for joined in ids:
            parts = [action_id for action_id in joined.split("+") if self.is_enabled(action_id)]
            keys = tuple(key for action_id in parts for key in map(shown_key, self.keys_of(action_id)[:1]))
            if keys:
                found.append((keys, self._actions[parts[0]].said))
        return found


def shown_key(key: str) -> str:
    """A key as it is drawn on a cap: ``Ctrl K``."""
    return key.replace("+", " ").replace("Return", "Enter") if len(key) > 1 else key


def is_plain(key: str) -> bool:
    """Whether a key types a character, so that it must not act inside a text field."""
    return len(key) == 1 or key in ("Space", "Shift+Space")


def grouped(
    actions: Sequence[Action], keys_of: Callable[[str], tuple[str, ...]] | None = None
) -> dict[int, list[Action]]:
    """The actions that have keys, by view; EVERYWHERE first. ``keys_of`` answers a person's own keys."""
    found: dict[int, list[Action]] = {EVERYWHERE: []}
    for action in actions:
        if keys_of(action.id) if keys_of else action.keys:
            found.setdefault(action.where, []).append(action)
    return found
