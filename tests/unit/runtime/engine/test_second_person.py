"""What cannot be undone and is wide needs a second person with a passphrase, not the one who started the run."""

import asyncio
from pathlib import Path

import msgspec

from runtime.domain.commands import Approve, SaveOperator, Secret, SetPassphrase, StoreCredential
from runtime.domain.events.workspace import PassphraseMissed
from runtime.domain.queue_commands import MarkHarmful, ReadAfterwards
from runtime.domain.refusals import Refusal
from runtime.domain.settings import Operator
from runtime.domain.words import Tier
from runtime.operations.passphrase import account_of
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.room import act, done, furnished

WIDE = {"to": [f"person{number}@example.org" for number in range(30)], "subject": "News", "text": "Hello"}
WORDS = "correct horse battery"


async def test_two_people_and_one_passphrase(tmp_path: Path) -> None:
    keyring = KeyringInMemory()
    async with furnished(tmp_path) as room:
        room.own.credentials._calls = keyring.calls()
        await room.do(SaveOperator(Operator("cleo", "Cleo"), "anna"))
        run_id = await room.start("news", act(("mail.send", WIDE)), done())
        ask = await room.asked(run_id)
        assert ask.raised.tier is Tier.FINAL_AND_WIDE
        ticked = tuple(range(len(ask.raised.checks)))
        alone = Approve(ask.raised.ask_id, "ben", ask.raised.digest, ticked=ticked)
        with_cleo = msgspec.structs.replace(alone, second="cleo", passphrase=Secret(WORDS))
        assert (await room.refused(alone)).code == "second"
        assert "no passphrase yet" in (await room.refused(with_cleo)).sentence
        assert (await room.refused(SetPassphrase("cleo", Secret("short"), "anna"))).code == "short"
        await room.do(SetPassphrase("cleo", Secret(WORDS), "anna"))
        await room.do(SetPassphrase("anna", Secret(WORDS), "anna"))
        wrong = msgspec.structs.replace(with_cleo, passphrase=Secret("correct horse batter"))
        assert "not the passphrase" in (await room.refused(wrong)).sentence
        starter = msgspec.structs.replace(with_cleo, second="anna")
        assert "started this run" in (await room.refused(starter)).sentence
        assert not list((tmp_path / "outbox").glob("*.eml"))
        await room.do(with_cleo)
        await room.finished(run_id)
        assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1
        kept = [value for (_, account), value in keyring.kept.items() if account == account_of("cleo")]
        assert len(kept) == 1
        assert WORDS not in kept[0]
        assert "scrypt-32768-8-3$" in kept[0]
        await room.do(MarkHarmful(ask.raised.ask_id, "anna", "It went to the wrong list"))
        await room.reopen()
        history = room.runtime.history
        for person in ("ben", "cleo"):
            [came] = await history.afterwards(person)
            assert (came.ask_id, came.by, came.harm) == (ask.raised.ask_id, "Anna", "It went to the wrong list")
        assert await history.afterwards("anna") == []
        assert (await room.refused(ReadAfterwards(ask.raised.ask_id, "anna", harm=True))).code == "state"
        await room.do(ReadAfterwards(ask.raised.ask_id, "cleo", harm=True))
        assert [len(await history.afterwards(person)) for person in ("ben", "cleo")] == [1, 0]
    assert WORDS.encode() not in (tmp_path / "journal.sqlite").read_bytes()


async def test_wrong_passphrases_are_counted_slowed_and_recorded_also_over_a_restart(tmp_path: Path) -> None:
    keyring = KeyringInMemory()
    async with furnished(tmp_path) as room:
        room.own.credentials._calls = keyring.calls()
        run_id = await room.start("news", act(("mail.send", WIDE)), done())
        ask = await room.asked(run_id)
        await room.do(SaveOperator(Operator("cleo", "Cleo"), "anna"))
        await room.do(SetPassphrase("cleo", Secret(WORDS), "anna"))
        right = msgspec.structs.replace(room.approval(ask, by="ben"), second="cleo", passphrase=Secret(WORDS))
        wrong = msgspec.structs.replace(right, passphrase=Secret("not at all"))
        stranger = msgspec.structs.replace(wrong, by="mallory")
        assert (await room.refused(stranger)).code == "operator"
        for _ in range(7):
            assert "not the passphrase" in (await room.refused(wrong)).sentence
            room.pass_time(301)
        answers = await asyncio.gather(*(room.runtime.perform(wrong) for _ in range(6)))
        codes = sorted(answer.code for answer in answers if isinstance(answer, Refusal))
        assert codes == ["second"] + ["second-slowed"] * 5
        assert (await room.refused(right)).code == "second-slowed"
        await room.reopen()
        room.own.credentials._calls = keyring.calls()
        assert "8 wrong passphrases of Cleo" in (await room.refused(right)).sentence
        room.pass_time(301)
        await room.do(right)
        await room.finished(run_id)
        every = await room.log.read(limit=10_000)
        recorded = [(one.by, one.event) for one in every if isinstance(one.event, PassphraseMissed)]
        assert recorded == [("operator:ben", PassphraseMissed("cleo", ask.raised.ask_id))] * 8


async def test_without_a_keyring_nobody_can_be_the_second_person(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        refused = await room.refused(SetPassphrase("ben", Secret(WORDS), "anna"))
        assert refused.code == "storage"
        assert (await room.refused(StoreCredential("x", "y", Secret("z"), "anna"))).code == "storage"
