"""One case: a story, killed in one life after the other, looked at after each kill, then lived to its end."""

import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tests.kills.inspecting import FINDINGS, Findings
from tests.kills.killer import KILLS, PASSED, SURVEY
from tests.kills.life import ORDER, WITNESS, Order
from tests.kills.nursery import KILLED, Lives
from tests.kills.recoveries import RIGHT

COMMAND = "python -m tests.kills --replay"


@dataclass(frozen=True)
class Case:
    """``kills``: when each life is killed; one that comes to its end before needs no further."""

    story: str
    kills: tuple[str, ...]
    recovery: str = RIGHT

    @property
    def command(self) -> str:
        """What repeats it."""
        wrong = () if self.recovery == RIGHT else ("--recovery", self.recovery)
        return f"{COMMAND} {shlex.join((self.story, *self.kills, *wrong))}"


@dataclass
class Killed:
    """What became of a case."""

    case: Case
    at: list[str] = field(default_factory=list)
    """The boundaries at which it was killed in fact."""
    broken: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)


class Bench:
    """Folders for cases, each a copy of its story before anything happened."""

    def __init__(self, lives: Lives, folder: Path, web: str = "") -> None:
        """``web``: the address of the other company's server, whose cases are in ``folder``."""
        self._lives = lives
        self._folder = folder
        self._web = web
        self._made = 0

    def run(self, case: Case) -> Killed:
        """Kill it as the case says, then let it live to its end; look after each."""
        folder, result = self.laid_out(case), Killed(case)
        for when in case.kills:
            code = self._lives.end_of(folder, when)
            if code == 0:
                break
            if code not in KILLED:
                result.broken.append(f"The life {when} ended with {code}; its words are above.")
                return result
            self._note_kill(folder, when, result)
            self._look(folder, "inspect", result)
        if (code := self._lives.end_of(folder, "never")) != 0:
            result.broken.append(f"The last life ended with {code}; its words are above.")
            return result
        self._look(folder, "inspect-end", result)
        if not result.broken:
            shutil.rmtree(folder)
        return result

    def survey(self, case: Case) -> list[str]:
        """Every boundary that is passed after these kills, until the end; none where it ends before it is killed.

        That happens: two runs side by side may pass a boundary together that they passed one after the other before.
        """
        folder = self.laid_out(case)
        killed = all(self._lives.end_of(folder, when) in KILLED for when in case.kills)
        passed = ""
        if killed:
            assert self._lives.end_of(folder, SURVEY) == 0, case.command
            passed = (folder / WITNESS / PASSED).read_text("utf-8")
        shutil.rmtree(folder)
        return passed.splitlines()

    def laid_out(self, case: Case) -> Path:
        """A folder of its own, as the story begins."""
        template = self._folder / f"template-{case.story}"
        if not template.exists():
            template.mkdir(parents=True)
            (template / ORDER).write_bytes(msgspec.json.encode(Order(case.story, web=self._web)))
            assert self._lives.one(template, "furnish")
        self._made += 1
        folder = self._folder / f"case-{self._made}"
        shutil.copytree(template, folder)
        (folder / ORDER).write_bytes(msgspec.json.encode(Order(case.story, case.recovery, self._web)))
        return folder

    def _note_kill(self, folder: Path, when: str, result: Killed) -> None:
        noted = (folder / WITNESS / KILLS).read_text("utf-8").splitlines() if "#" in when else []
        result.at.append(noted[-1] if noted else when)

    def _look(self, folder: Path, when: str, result: Killed) -> None:
        if (code := self._lives.end_of(folder, when)) != 0:
            result.broken.append(f"What was left after {result.at} could not be read ({code}); see above.")
            return
        found = msgspec.json.decode((folder / WITNESS / FINDINGS).read_bytes(), type=Findings)
        result.broken += [f"{when} after {' '.join(result.at) or 'no kill'}: {sentence}" for sentence in found.broken]
        result.told.update(found.told)
