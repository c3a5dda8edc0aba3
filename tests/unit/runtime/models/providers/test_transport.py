"""Whom a connection to a provider trusts: over https those the machine trusts, over http nobody."""

import ssl

from runtime.models.providers.connection import Connection
from runtime.models.providers.known import PROVIDERS
from runtime.models.providers.transport import KeyedTransport
from tests.fixtures.kinds import OPENAI


def trusted_by(address: str) -> ssl.SSLContext:
    transport = KeyedTransport(Connection("house", OPENAI, address), PROVIDERS[OPENAI].facts)
    context = transport._inner._pool._ssl_context
    assert isinstance(context, ssl.SSLContext)
    return context


def test_over_https_a_certificate_is_asked_for_and_held_against_those_the_machine_trusts() -> None:
    context = trusted_by("https://models.example/v1")
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.cert_store_stats()["x509_ca"] > 0


def test_over_http_nobody_is_trusted_so_nothing_can_pass_for_https() -> None:
    context = trusted_by("http://127.0.0.1:11434/v1")
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.cert_store_stats()["x509_ca"] == 0
