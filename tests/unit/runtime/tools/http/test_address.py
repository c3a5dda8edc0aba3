"""Every address has one spelling; what lies below a granted one is told exactly, and inner networks are none of it."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.tools.contract import ToolFailed
from runtime.tools.http.address import address_of, base_address
from runtime.tools.http.network import allowed, is_public, numbers_of

BASE = address_of("https://api.example.org/v1/")


@pytest.mark.parametrize(
    "text",
    [
        "https://api.example.org/v1/orders",
        "https://api.example.org/v1/",
        "https://api.example.org/v1/orders/..%3Fx=1?state=open&page=2",
        "https://api.example.org/v1/a;b=c/%C3%BC",
    ],
)
def test_what_lies_below_a_base(text: str) -> None:
    address = address_of(text)
    assert address.below(BASE)
    assert f"{address.scheme}://{address.authority}{address.target}" == text


@pytest.mark.parametrize(
    "text",
    [
        "https://api.example.org/v1",
        "https://api.example.org/v10/orders",
        "https://api.example.org/v2/",
        "http://api.example.org/v1/orders",
        "https://api.example.org:8443/v1/orders",
        "https://api.example.org.evil.example/v1/orders",
        "https://evil.example/v1/?https://api.example.org/v1/",
    ],
)
def test_what_does_not(text: str) -> None:
    assert not address_of(text).below(BASE)


@pytest.mark.parametrize(
    "text",
    [
        "https://api.example.org/v1/../admin",
        "https://api.example.org/v1/%2e%2e/admin",
        "https://api.example.org/v1/.%2E/admin",
        "https://api.example.org/v1/..;/admin",
        "https://api.example.org/v1/.%2e;x=1/admin",
        "https://api.example.org/v1/..%3Bx/admin",
        "https://api.example.org/v1/%61dmin",
        "https://api.example.org/v1/orders?state=%6Fpen",
        "https://api.example.org/v1/%c3%bc",
        "https://api.example.org/v1/a%2Fb",
        "https://api.example.org/v1/a%5Cb",
        "https://api.example.org/v1/a\\b",
        "https://api.example.org//v1/",
        "https://api.example.org/v1/%zz",
        "https://api.example.org/v1/#part",
        "https://user:pw@api.example.org/v1/",
        "https://api.example.org@evil.example/v1/",
        "https://API.example.org/v1/",
        "https://api.example.org:443/v1/",
        "https://api.example.org./v1/",
        "https://аpi.example.org/v1/",
        "https://api.example.org/v1/ orders",
        "https://api.example.org/v1/orders\r\nHost: evil.example",
        "https://127.1/v1/",
        "https://2130706433/v1/",
        "https://0x7f.0.0.1/v1/",
        "https://0177.0.0.1/v1/",
        "https://[::0:1]/v1/",
        "file:///etc/passwd",
        "//api.example.org/v1/",
        "https://api.example.org",
        "",
    ],
)
def test_second_spellings_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w{3,}"):
        address_of(text)


@given(st.text(max_size=80))
def test_whatever_is_taken_is_sent_as_it_stands(text: str) -> None:
    try:
        address = address_of(f"https://api.example.org/{text}")
    except ValueError:
        return
    assert address.target == f"/{text}"
    assert address.below(address_of("https://api.example.org/"))


def test_a_base_needs_no_last_slash_and_has_no_query() -> None:
    assert base_address("https://api.example.org") == "https://api.example.org/"
    with pytest.raises(ValueError, match="no query"):
        base_address("https://api.example.org/?a")


@pytest.mark.parametrize(
    "number",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.9.9",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *(
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::a00:1",
            "fec0::1",
        ),
        *("255.255.255.255", "192.0.2.1", "240.0.0.1", "fe80::1%eth0"),
    ],
)
def test_inner_networks_are_not_public(number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize(
    "number", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_the_open_internet_is(number: str) -> None:
    assert is_public(ip_address(number))


def test_a_granted_network_is_allowed_and_no_other() -> None:
    granted = (ip_network("10.0.0.0/24"),)
    assert allowed(ip_address("10.0.0.9"), granted)
    assert not allowed(ip_address("10.0.1.9"), granted)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]])
def test_a_name_that_leads_inside_is_refused_also_when_it_leads_elsewhere_too(found: list[str]) -> None:
    with pytest.raises(ToolFailed, match=r"inner network.*nothing was sent") as failed:
        numbers_of(BASE, (), lambda host, port: found)
    assert failed.value.code == "private-address"


def test_a_name_nobody_knows_is_told() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(ToolFailed, match=r"can't be looked up .*nothing was sent"):
        numbers_of(BASE, (), unknown)
