"""Which relative paths an agent may name at all: no way out, no second spelling, nothing that belongs to the console.

Pure rules over text; what the disk says is looked up by granted_folder.py.
"""

import re
import unicodedata

PROTECTED_NAMES = frozenset(
    {"blobs", "keys", "undo", "agents", "backups", "backup", "logs", "policy", "settings", "seals", "config"}
)
"""Folders and files directly below the workspace folder that no agent reaches, whatever it was granted."""
PROTECTED_STARTS = ("journal", ".", "workspace.", "policy.", "settings.", "rules.", "owner.")
PROTECTED_ENDS = (".lock", ".seal", ".key", ".pem")
DRAFT_START = ".console-"
"""Files that this program writes beside a target before they take its place; nobody else's business."""

_RESERVED = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE)
_SHORT_NAME = re.compile(r"^[^.]{1,6}~[0-9]+(\.[^.]{0,3})?$")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
LONGEST_NAME = 240
"""Bytes; file systems keep 255, the rest is room for a draft's name."""
LONGEST_PATH = 2_000


class PathRefused(ValueError):
    """The path is not one that may be named; the message is a sentence."""


def parts_of(path: str) -> tuple[str, ...]:
    """Split a relative path that is written in the one allowed way; empty = the granted folder itself."""
    if path == "":
        return ()
    if path.startswith("/") or re.match(r"^[A-Za-z]:", path):
        raise PathRefused(f"{path!r} is an absolute path; name files relative to the granted folder.")
    if len(path) > LONGEST_PATH:
        raise PathRefused(f"The path has {len(path)} characters; at most {LONGEST_PATH} are possible.")
    parts = tuple(path.split("/"))
    for part in parts:
        _check_part(part, path)
    return parts


def _check_part(part: str, path: str) -> None:
    if part == "..":
        raise PathRefused(f"{path!r} leads out of the granted folder; '..' is not allowed.")
    if part in ("", "."):
        raise PathRefused(f"{path!r} has an empty or '.' part; write each folder once, separated by '/'.")
    if found := _FORBIDDEN.search(part):
        hint = " Folders are separated by '/'." if found.group() == "\\" else ""
        raise PathRefused(f"{path!r} holds {found.group()!r}, which is not allowed in names.{hint}")
    if part != unicodedata.normalize("NFC", part):
        raise PathRefused(f"{path!r} is not written in composed form (NFC); the same letters have one spelling here.")
    if any(unicodedata.category(letter) in ("Cf", "Cs", "Co", "Cn", "Zl", "Zp") for letter in part):
        raise PathRefused(f"{path!r} holds an invisible or unassigned character.")
    if part != part.strip() or part.endswith("."):
        raise PathRefused(f"{path!r} has a name that begins or ends with a space, or ends with a dot.")
    if _RESERVED.match(part):
        raise PathRefused(f"{part!r} is a name that Windows keeps for devices.")
    if _SHORT_NAME.match(part):
        raise PathRefused(f"{part!r} looks like a short form of a longer name; write the whole name.")
    if len(part.encode()) > LONGEST_NAME:
        raise PathRefused(f"A name in {path[:80]!r}... has more than {LONGEST_NAME} bytes.")
    if folded(part).startswith(DRAFT_START):
        raise PathRefused(f"{part!r} is a name the console uses for its own drafts.")


def folded(name: str) -> str:
    """One form for all spellings that some file system takes as the same name."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def is_protected(parts: tuple[str, ...]) -> bool:
    """Whether this path (relative to the workspace folder) belongs to the console itself."""
    if not parts:
        return False
    first = folded(parts[0]).rstrip(". ")
    return (
        first in PROTECTED_NAMES
        or first.startswith(PROTECTED_STARTS)
        or first.endswith(PROTECTED_ENDS)
        or any(folded(part).startswith(DRAFT_START) for part in parts)
    )


def refuse_protected(parts: tuple[str, ...]) -> None:
    """Raise PathRefused for what belongs to the console."""
    if is_protected(parts):
        raise PathRefused(f"{'/'.join(parts)!r} belongs to the console itself; no agent reaches it.")


def workspace_path(text: str) -> str:
    """For options that name a place in the workspace: the text, or PathRefused (a ValueError, which pydantic tells)."""
    refuse_protected(parts_of(text))
    return text
