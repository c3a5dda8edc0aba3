"""What cannot be undone and is wide needs a second person with a passphrase, not the one who started the run."""

from pathlib import Path

import msgspec

from runtime.domain.commands import Approve, SaveOperator, Secret, SetPassphrase, StoreCredential
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
    assert WORDS.encode() not in (tmp_path / "journal.sqlite").read_bytes()


async def test_without_a_keyring_nobody_can_be_the_second_person(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        refused = await room.refused(SetPassphrase("ben", Secret(WORDS), "anna"))
        assert refused.code == "storage"
        assert (await room.refused(StoreCredential("x", "y", Secret("z"), "anna"))).code == "storage"
