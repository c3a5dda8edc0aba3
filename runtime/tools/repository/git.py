"""git as a program of ours: argument lists, and settings under which nothing in a repository can run anything.

Only commands that read or store objects and references are called: none that checks out, filters, merges or talks to
another place. A repository's hooks, file system monitor, helpers and attributes are off; no configuration of the person
or the system is read; no protocol is allowed, so that not even a missing object is fetched.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from runtime.tools.contract import Failure, ToolFailed

GIT = Failure("git", "git is not there, or could not do what was asked.")
LIMIT_S = 60.0
_OFF = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    f"core.attributesFile={os.devnull}",
    f"core.excludesFile={os.devnull}",
    "core.sshCommand=false",
    "core.pager=cat",
    "core.editor=false",
    "credential.helper=",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "commit.gpgSign=false",
    "submodule.recurse=false",
)
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_EDITOR": "false",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
    "GIT_AUTHOR_NAME": "Operator console",
    "GIT_AUTHOR_EMAIL": "operator-console@localhost",
    "GIT_COMMITTER_NAME": "Operator console",
    "GIT_COMMITTER_EMAIL": "operator-console@localhost",
}
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


class GitRefused(Exception):
    """git answered with an error; the text is its own."""


def git(folder: Path, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
    """What the command printed; ``folder`` is the repository's git folder. Raises GitRefused, or ToolFailed."""
    program = shutil.which("git")
    if program is None:
        raise ToolFailed(GIT.code, "git is not installed on this machine; install it and start again.")
    settings = [part for setting in _OFF for part in ("-c", setting)]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        ended = subprocess.run(
            [program, "--no-pager", f"--git-dir={folder}", *settings, *arguments],
            input=given,
            capture_output=True,
            env={**kept, **_ENVIRONMENT, **(more or {})},
            cwd=folder if folder.is_dir() else folder.parent,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        sentence = f"git {arguments[0]} did not end within {LIMIT_S:g} s."
        raise ToolFailed(GIT.code, sentence, passing=True, uncertain=arguments[0] == "update-ref") from error
    if ended.returncode:
        raise GitRefused(ended.stderr.decode("utf-8", "replace").strip()[:500] or f"status {ended.returncode}")
    return ended.stdout


def refused(error: GitRefused, doing: str) -> ToolFailed:
    """git's own words, with what was being done."""
    said = str(error).removeprefix("fatal: ").rstrip(".")
    return ToolFailed(GIT.code, f"{doing} was not possible: {said}. Nothing was done.")
