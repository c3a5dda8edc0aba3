"""Asks for a secret at the terminal without showing it; without a terminal one line of standard input is taken."""

import asyncio
import getpass
import sys

from runtime.domain.commands import Secret


async def typed_secret(prompt: str) -> Secret:
    """The secret. It is in no argument list, no environment and no log."""
    return Secret(await asyncio.to_thread(_read, prompt))


def _read(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")
