"""What a domain is: a name, a folder of data, and one function a tool; and where domains are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

ToolFunction = Callable[..., Any]
"""Called with the records and the arguments by name; answers plain data. What it changes in records is the effect."""


class Refused(Exception):
    """The domain's own rules refuse the call; the sentence says why. Nothing was changed."""


@dataclass(frozen=True)
class Domain:
    """``data`` is the folder below the test data; what a tool declares stands in its tools.json, not here.

    ``make`` writes that folder, for a domain of our own whose data is no download.
    """

    name: str
    data: str
    tools: Mapping[str, ToolFunction]
    make: Callable[[Path], None] | None = None


def all_domains() -> list[Domain]:
    """The ``DOMAIN`` of every ``<folder>/domain.py`` beside this file."""
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/domain.py"))
    return [import_module(f"tests.domains.{folder}.domain").DOMAIN for folder in folders]
