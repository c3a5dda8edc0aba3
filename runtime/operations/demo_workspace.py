"""Lays out the demo workspace: copies its files, builds its shop, and reads the agents and rules to be saved."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.policy import Policy
from runtime.operations.agent_file import read_agent_file
from runtime.operations.policy_file import read_policy_file

RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources" / "demo"
TITLE: Final = "Demo: Hearth and Clay"
COPIED: Final = ("inbox", "refunds-inbox", "catalogue-inbox", "products", "carrier")
MADE: Final = ("drafts", "outbox", "tickets")
SHOP: Final = "shop.sqlite"
AGENTS: Final = ("support-triage", "refunds", "catalogue-upkeep")


class DemoBroken(Exception):
    """The demo cannot be laid out; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What is saved once its files are there: first the agents, then the policy, which speaks about their tools."""

    title: str
    agents: tuple[AgentSpec, ...]
    policy: Policy


def lay_out_demo(folder: Path, resources: Path = RESOURCES) -> Demo:
    """Make the files of the demo below ``folder``. What is there already is left alone. Blocking; may be repeated.

    Raises DemoBroken with a sentence.
    """
    demo = read_demo(resources)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            _copy_folder(resources / name, folder / name)
        for name in MADE:
            (folder / name).mkdir(exist_ok=True)
        if not (folder / SHOP).exists():
            _build_shop(resources / "shop.sql", folder / SHOP)
    except OSError as error:
        raise DemoBroken(
            f"The demo workspace could not be made in {folder}: {_why(error)}. "
            "What was copied stays; mend the folder and start again."
        ) from error
    return demo


def _why(error: OSError) -> str:
    """In words; copying a folder tells of each of its files."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        return str(error.args[0][0][-1])
    return error.strerror or str(error)


def read_demo(resources: Path = RESOURCES) -> Demo:
    """The demo's agents and rules. Raises DemoBroken where a file of the installation is missing or damaged."""
    agents = []
    for name in AGENTS:
        spec = read_agent_file(_text(resources / "agents" / f"{name}.toml"))
        if isinstance(spec, tuple):
            raise DemoBroken(f"The demo's agent file {name}.toml is damaged: {' '.join(spec)}")
        agents.append(spec)
    policy = read_policy_file(_text(resources / "policy.toml"))
    if isinstance(policy, tuple):
        raise DemoBroken(f"The demo's policy.toml is damaged: {' '.join(policy)}")
    return Demo(TITLE, tuple(agents), policy)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DemoBroken(f"The program's own file {path.name} cannot be read; install the program again.") from error


def _copy_folder(source: Path, target: Path) -> None:
    if target.exists():
        return
    half = target.with_name(f".{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(source, half)
    half.rename(target)


def _build_shop(script: Path, target: Path) -> None:
    half = target.with_name(f".{target.name}.half")
    half.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(half)) as shop:
            shop.executescript(_text(script))
            shop.commit()
    except sqlite3.Error as error:
        raise DemoBroken(f"The demo's shop could not be built from {script.name}: {error}.") from error
    os.replace(half, target)
