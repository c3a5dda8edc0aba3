"""Calls into the operating system's keyring: in a thread, with a time limit, and never into a plaintext store."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar

from storage.errors import CredentialStoreAbsent, CredentialStoreLocked, StorageError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Answer = TypeVar("Answer")
StoreState = Literal["available", "locked", "none"]
# Those that leave the keeping to the operating system, encrypted. Everything else (files in plain text, null, fail,
# chains of them) is refused, also when the environment or a configuration file names it.
_TRUSTED = (
    "keyring.backends.SecretService.",
    "keyring.backends.libsecret.",
    "keyring.backends.kwallet.",
    "keyring.backends.macOS.",
    "keyring.backends.Windows.",
)
_FAILS = "keyring.backends.fail."
_VARIABLE = "PYTHON_KEYRING_BACKEND"
"""Names the keyring to be used, before everything else."""
_LOCKED = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException"})
_KNOWN = _LOCKED | {"InitError", "NoKeyringError", "PasswordDeleteError", "PasswordSetError"}
_SECONDS = 15.0
SAID_AFTER_S = 1.0
"""How long a call may take before it is told that it is waited for."""


class KeyringCalls:
    """A locked keyring with a display blocks its caller until somebody answers the prompt; till then no more begin."""

    def __init__(self, seconds: float = _SECONDS, find: Callable[[], KeyringBackend] | None = None) -> None:
        self._seconds = seconds
        self._find = find or find_backend
        self._backend: KeyringBackend | None = None
        self._late: set[threading.Thread] = set()
        self._under_way: dict[threading.Thread, float] = {}

    async def call(self, work: Callable[[KeyringBackend], Answer]) -> Answer:
        """Raises CredentialStoreLocked or CredentialStoreAbsent."""
        self._late = {thread for thread in self._late if thread.is_alive()}
        if self._late:
            raise _unanswered()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()

        def give(result: Answer | None, fault: StorageError | None) -> None:
            if answer.done():
                return
            if fault is not None:
                answer.set_exception(fault)
            else:
                answer.set_result(result)  # type: ignore[arg-type]  # no fault: it is the answer

        def run() -> None:
            result: Answer | None = None
            fault: StorageError | None = None
            try:
                result = self._worked(work)
            except StorageError as known:
                fault = known
            except Exception as error:  # back ends raise whatever their bus or system call raises
                fault = _fault(error)
            # The caller's loop may be closed by now, if the call was stuck for long.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(give, result, fault)

        # A daemon thread, not a pool's: a stuck one must not keep the program from ending.
        thread = threading.Thread(target=run, name="keyring", daemon=True)
        thread.start()
        self._under_way[thread] = loop.time()
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the answer.
            async with asyncio.timeout(self._seconds):
                return await answer
        except TimeoutError:
            self._late.add(thread)
            raise _unanswered() from None
        finally:
            if thread not in self._late:
                self._under_way.pop(thread, None)

    @property
    def waiting(self) -> str:
        """A sentence while the keyring keeps a call waiting for longer than it takes to answer; else empty."""
        for thread in [one for one in self._under_way if not one.is_alive()]:
            del self._under_way[thread]
        if not self._under_way:
            return ""
        now = asyncio.get_running_loop().time()
        if now - min(self._under_way.values()) < SAID_AFTER_S:
            return ""
        return (
            "Waiting for the keyring: it has not answered yet and probably asks for its password. "
            "Work that needs no key goes on. Answer its prompt, which may be behind other windows."
        )

    def _worked(self, work: Callable[[KeyringBackend], Answer]) -> Answer:
        """Once more where the service went away: the bus starts it anew, and it comes back locked."""
        try:
            return work(self._keyring())
        except Exception as error:
            if isinstance(error, StorageError) or (_names(error) & _KNOWN and not _went_away(error)):
                raise
            self._backend = None
            return work(self._keyring())

    def _keyring(self) -> KeyringBackend:
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            raise AssertionError("The keyring was asked on the loop, where a locked one would stop everything.")
        if self._backend is None:
            self._backend = self._find()
        return self._backend


def no_keyring() -> KeyringCalls:
    """Calls that all end with CredentialStoreAbsent: for a workspace that is thrown away."""

    def nowhere() -> KeyringBackend:
        from keyring.backends.fail import Keyring

        return Keyring()  # type: ignore[no-untyped-call]

    return KeyringCalls(find=nowhere)


def find_backend() -> KeyringBackend:
    """The system's keyring; CredentialStoreAbsent where there is none that keeps secrets encrypted."""
    try:
        import keyring
        from keyring.backends.chainer import ChainerBackend

        found = keyring.get_keyring()
    except Exception as error:
        if _VARIABLE in os.environ:  # loaded as soon as the package is
            raise _absent(f"The keyring that {_VARIABLE} names ({os.environ[_VARIABLE]}) cannot be loaded") from error
        raise
    for backend in found.backends if isinstance(found, ChainerBackend) else [found]:
        if _named(backend).startswith(_TRUSTED):
            return backend
    if _named(found).startswith((_FAILS, "keyring.backends.chainer.")):
        raise _absent("This machine offers no keyring to this session")
    raise _absent(f"The keyring that is set up here ({_named(found)}) does not keep secrets encrypted")


def _named(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _names(error: Exception) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def _went_away(error: BaseException | None) -> bool:
    """Whether the service behind the keyring has ended; the back end tells it as if there were no collection."""
    while error is not None and type(error).__name__ != "SecretServiceNotAvailableException":
        error = error.__cause__
    return error is not None


def _fault(error: Exception) -> StorageError:
    # By name: the exceptions' modules differ by platform, and their texts are not ours to show.
    names = _names(error)
    if names & _LOCKED:
        return CredentialStoreLocked(
            "The keyring is locked.", "Nothing was changed.", "Unlock it with your log-in password, then do it again."
        )
    if _went_away(error):
        return _absent("The keyring's service is not running any more")
    if "InitError" in names:
        return _absent("The keyring has no collection to keep secrets in")
    return _absent(f"The keyring could not be used ({type(error).__name__})")


def _absent(what: str) -> CredentialStoreAbsent:
    to_do = (
        "On Linux install and start gnome-keyring or KWallet in your session and create a default keyring;"
        " `operator-console doctor` shows the command."
    )
    if not os.environ.get(_VARIABLE, _FAILS).startswith((_FAILS, *_TRUSTED)):
        to_do = f"Take {_VARIABLE} out of the environment the program is started in, then start it again."
    return CredentialStoreAbsent(f"{what}.", "Nothing was changed; work that needs no credentials goes on.", to_do)


def _unanswered() -> CredentialStoreLocked:
    return CredentialStoreLocked(
        "The keyring did not answer in time: it is probably waiting for its password.",
        "Nothing was changed.",
        "Answer its prompt, which may be behind other windows, then do it again.",
    )
