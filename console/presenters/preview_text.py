"""What a card makes of a preview: every recipient of a mail named, and whether the world is still as it was. No Qt."""

from console.presenters.visible_text import as_words
from console.presenters.wording import say
from runtime.domain.refusals import Refusal
from runtime.tools.contract import Preview, PreviewKind

Headers = tuple[tuple[str, str], ...]


def mail_headers(headers: Headers) -> Headers:
    """To, Cc and Bcc always, also where nobody is in them: their absence is said."""
    given = {name.casefold() for name, _ in headers}
    missing = tuple((name, say("none")) for name in ("To", "Cc", "Bcc") if name.casefold() not in given)
    filled = tuple((name, as_words(value) if value else say("none")) for name, value in headers)
    people = [at for at, (name, _) in enumerate(filled) if name.casefold() in ("to", "cc", "bcc")]
    after = people[-1] + 1 if people else min(1, len(filled))
    return (*filled[:after], *missing, *filled[after:])


def request_text(preview: Preview) -> str:
    """A request to be read: method and full address, every header in the order in which it is sent, then the body."""
    (_, method), (_, address), *headers = preview.headers
    head = [f"{method} {address}", *(f"{name}: {value}" for name, value in headers)]
    return "\n".join([*head, "", preview.body] if preview.body else head)


def same_world(shown: Preview | Refusal | None, fresh: Preview | Refusal) -> bool:
    """Whether what was shown still holds. Of rows only what is there now is compared: what a change writes may hold the
    time of day. Where nothing was shown there is nothing to compare."""
    if shown is None:
        return True
    if isinstance(shown, Refusal) or isinstance(fresh, Refusal):
        return isinstance(shown, Refusal)
    if shown.kind is PreviewKind.ROWS and fresh.kind is PreviewKind.ROWS:
        return (shown.columns, shown.before, len(shown.after)) == (fresh.columns, fresh.before, len(fresh.after))
    return shown == fresh
