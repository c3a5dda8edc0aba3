"""Sending: exact bytes, no header of anybody else's, real SMTP over TLS, and honesty about what is not known."""

import asyncio
import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace
from pydantic import ValidationError

from runtime.domain.words import Tier
from runtime.tools.contract import Happened, Tool, ToolContext, ToolFailed
from runtime.tools.mail.composing import Letter, amounts_in
from runtime.tools.mail.family import MailFamily
from runtime.tools.mail.reading import read_message
from runtime.tools.mail.smtp import SmtpAccount
from tests.fixtures.tool_cases.case import MemoryBlobs

pytestmark = pytest.mark.may_log("aiosmtpd, the server of these tests, warns about itself and about clients that leave")
KEY = "ab" * 32
LETTER = {"to": ["anna@example.org"], "subject": "Grüße", "text": "Refund of $84.00 and €5.\n.\nBye.\n"}


def context(folder: Path, **more: Any) -> ToolContext:
    return ToolContext(folder, KEY, MemoryBlobs(), threading.Event(), lambda text: None, lambda name: "secret", **more)


def sender(family: MailFamily | None = None, **options: Any) -> Tool:
    chosen = {"from": "Desk <desk@shop.example>", **options}
    tools = (family or MailFamily()).tools(json.dumps(chosen))
    return next(tool for tool in tools if tool.contract.name == "mail.send")


def letter(**more: Any) -> Letter:
    return Letter.model_validate_json(json.dumps({**LETTER, **more}), strict=True)


@pytest.mark.parametrize(
    "bad",
    [
        {"subject": "x\r\nBcc: eve@evil.example"},
        {"subject": "x\u2028y"},
        {"to": ["anna@example.org\r\nBcc: eve@evil.example"]},
        {"to": ["Anna <anna@example.org>"]},
        {"to": ["anna@example.org,eve@evil.example"]},
        {"to": ["annа@example.org"]},
        {"to": []},
        {"in_reply_to": "<a@b>\r\nBcc: eve@evil.example"},
        {"text": "a\x00b"},
    ],
    ids=str,
)
def test_nothing_can_slip_into_the_headers(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        letter(**bad)


def test_into_the_outbox_once_and_found_again(tmp_path: Path) -> None:
    tool, here = sender(), context(tmp_path)
    given = letter(cc=["bo@example.org"], bcc=["cy@example.org"])
    assert tool.probe(given, here).happened is Happened.NO
    first = tool.run(given, here)
    assert tool.run(given, here).output == first.output
    files = list((tmp_path / "outbox").iterdir())
    assert [file.name for file in files] == [f"{KEY[:32]}.eml"]
    message = read_message(files[0].read_bytes())
    assert (message.subject, message.text) == ("Grüße", "Refund of $84.00 and €5.\n.\nBye.")
    assert [one.address for one in message.recipients] == ["anna@example.org", "bo@example.org", "cy@example.org"]
    assert message.message_id == f"<{KEY[:32]}@shop.example>"
    found = tool.probe(given, here)
    assert (found.happened, found.result and found.result.output) == (Happened.YES, first.output)


def test_the_card_names_everybody_and_what_to_check(tmp_path: Path) -> None:
    tool, here = sender(), replace(context(tmp_path), key="")
    one = tool.appraise(letter(), here)
    assert (one.title, one.resource, one.tier) == (
        "Send mail to anna@example.org",
        "mailto:anna@example.org",
        Tier.FINAL,
    )
    assert one.checks[0] == "The recipient anna@example.org is the right person"
    assert one.checks[2] == "The amounts $84.00, €5 are right"
    several = tool.appraise(letter(bcc=["x@one.example"], cc=["ANNA@example.org"]), here)
    assert (several.touches, several.tier) == ("2 recipients", Tier.FINAL_AND_WIDE)
    assert several.also == ("mailto:anna@example.org", "mailto:x@one.example")
    assert not several.resource.startswith("mailto:")
    many = tool.appraise(letter(to=[f"p{number}@shop.example" for number in range(21)]), here)
    assert many.tier is Tier.FINAL_AND_WIDE
    preview = tool.preview(letter(bcc=["x@one.example"]), here)
    assert ("Bcc", "x@one.example") in preview.headers
    assert "Bcc: x@one.example" in preview.source
    assert preview.body == LETTER["text"]


def test_amounts_are_found_as_written() -> None:
    assert amounts_in("Order 1042: $84.00, 12 EUR, and $84.00 again; 20 dollars") == ("$84.00", "12 EUR", "20 dollars")


def test_an_outbox_that_cannot_be_written_sends_nothing(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands here")
    with pytest.raises(ToolFailed) as failed:
        sender().run(letter(), context(tmp_path))
    assert (failed.value.code, failed.value.uncertain) == ("outbox-not-writable", False)


@dataclass
class Post:
    """What the server took, and how it answers."""

    taken: list[Envelope]
    refuse: str = ""
    answer: str = "250 OK"
    drop: bool = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refuse:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        if self.drop:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.answer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def post() -> Post:
    return Post([])


def _logged_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"desk", b"secret"), handled=False)


class AnyPort(Controller):
    """A server on whichever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def server(post: Post, certificate: Path) -> Iterator[Controller]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    controller = AnyPort(
        post, hostname="127.0.0.1", port=0, ready_timeout=120, tls_context=tls,
        require_starttls=True, auth_required=True, authenticator=_logged_in,
    )  # fmt: skip
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def tool(server: Controller, certificate: Path) -> Tool:
    account = SmtpAccount("127.0.0.1", server.port, "desk", "smtp")
    return sender(MailFamily(lambda: account, lambda: ssl.create_default_context(cafile=str(certificate))), smtp=True)


def test_smtp_hands_the_mail_over_and_keeps_a_copy(tool: Tool, post: Post, tmp_path: Path) -> None:
    given = letter(bcc=["cy@example.org"])
    tool.run(given, context(tmp_path))
    (envelope,) = post.taken
    assert envelope.mail_from == "desk@shop.example"
    assert envelope.rcpt_tos == ["anna@example.org", "cy@example.org"]
    assert isinstance(envelope.content, bytes)
    assert b"Bcc" not in envelope.content
    assert read_message(envelope.content).text == "Refund of $84.00 and €5.\n.\nBye."
    assert b"Bcc: cy@example.org" in (tmp_path / "outbox" / f"{KEY[:32]}.eml").read_bytes()
    assert tool.probe(given, context(tmp_path)).happened is Happened.YES
    tool.run(given, context(tmp_path))
    assert len(post.taken) == 1


def test_one_refused_recipient_means_nobody_gets_it(tool: Tool, post: Post, tmp_path: Path) -> None:
    post.refuse = "cy@example.org"
    with pytest.raises(ToolFailed, match=r"refuses cy@example\.org .* nothing was sent to anybody") as failed:
        tool.run(letter(bcc=["cy@example.org"]), context(tmp_path))
    assert (failed.value.code, failed.value.uncertain) == ("smtp-refused", False)
    assert post.taken == []
    assert tool.probe(letter(), context(tmp_path)).happened is Happened.NO


def test_a_mail_that_is_not_taken_was_not_sent(tool: Tool, post: Post, tmp_path: Path) -> None:
    post.answer = "451 later"
    with pytest.raises(ToolFailed) as failed:
        tool.run(letter(), context(tmp_path))
    assert (failed.value.code, failed.value.passing, failed.value.uncertain) == ("smtp-refused", True, False)
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_connection_that_breaks_at_the_end_is_not_known(tool: Tool, post: Post, tmp_path: Path) -> None:
    post.drop = True
    with pytest.raises(ToolFailed) as failed:
        tool.run(letter(), context(tmp_path))
    assert (failed.value.code, failed.value.uncertain) == ("smtp-unknown", True)
    assert tool.probe(letter(), context(tmp_path)).happened is Happened.UNKNOWN


def test_a_server_without_the_right_certificate_gets_nothing(server: Controller, post: Post, tmp_path: Path) -> None:
    account = SmtpAccount("127.0.0.1", server.port, "desk", "smtp")
    with pytest.raises(ToolFailed, match="nothing was sent") as failed:
        sender(MailFamily(lambda: account), smtp=True).run(letter(), context(tmp_path))
    assert failed.value.code == "smtp-unreachable"
    assert post.taken == []


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_login_that_fails_sends_nothing(tool: Tool, post: Post, tmp_path: Path, password: str | None) -> None:
    with pytest.raises(ToolFailed) as failed:
        tool.run(letter(), replace(context(tmp_path), secret=lambda name: password))
    assert failed.value.code == "smtp-login"
    assert post.taken == []


def test_without_an_account_smtp_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="no SMTP account"):
        sender(smtp=True).appraise(letter(), context(tmp_path))


def test_nobody_listens(tmp_path: Path) -> None:
    account = SmtpAccount("127.0.0.1", 1, plain=True)
    with pytest.raises(ToolFailed) as failed:
        sender(MailFamily(lambda: account), smtp=True).run(letter(), context(tmp_path))
    assert (failed.value.code, failed.value.passing) == ("smtp-unreachable", True)
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_mail_server_elsewhere_is_never_spoken_to_in_the_open() -> None:
    assert SmtpAccount("127.0.0.1", 25, plain=True).here
    assert not SmtpAccount("mail.example.org", 25, plain=True).here
