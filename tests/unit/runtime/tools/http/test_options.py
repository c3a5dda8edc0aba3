"""What a grant may not say is told with its place."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.words import EffectKind, Idempotency
from runtime.operations.agent_file import read_agent_file, write_agent_file
from runtime.tools.families import standard_families
from runtime.tools.http.address import address_of
from runtime.tools.http.family import HttpFamily
from runtime.tools.http.options import HttpOptions
from runtime.tools.registry import Registry
from runtime.tools.sentences import sentences_of

ONE = "https://api.example.org/v1/"
TWO = "https://mail.example.org/"
CRM = {"account": "crm", "prefix": "Bearer "}


def options(**more: Any) -> HttpOptions:
    return HttpOptions.model_validate_json(json.dumps({"addresses": [ONE], **more}))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"addresses": []}, "addresses: "),
        ({"addresses": ["https://user@api.example.org/"]}, "addresses[0]: This is no address"),
        ({"methods": ["TRACE"]}, "methods[0]: "),
        ({"headers": ["Host"]}, "Host is written by the program itself"),
        ({"headers": ["Authorization"]}, "name its keyring account under credentials"),
        ({"headers": ["X-A"], "fixed_headers": {"x-a": "1"}}, "fixed_headers: One of the headers is named twice"),
        ({"fixed_headers": {"X-A": "1\r\nHost: x"}}, "one line of plain letters"),
        ({"fixed_headers": {"Cookie": "a=b"}}, "name its keyring account under credentials"),
        ({"addresses": [ONE, TWO], "credentials": [CRM]}, "credentials: Number 1: its address is one of addresses"),
        ({"credentials": [{**CRM, "address": TWO}]}, "credentials: Number 1: its address is one of addresses"),
        ({"addresses": ["http://api.example.org/"], "credentials": [CRM]}, "a secret goes over https only"),
        ({"credentials": [{**CRM, "prefix": "a: b\r\n"}]}, "a word and a blank"),
        ({"methods": ["POST", "PUT"], "delete_undoes": True}, "delete_undoes: Only what a POST made"),
        ({"private_networks": ["10.0.0.1/8"]}, "private_networks[0]: "),
    ],
)
def test_faults_have_their_place(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        options(**more)
    assert said in " ".join(sentences_of(caught.value))


AGENT = """
name = "crm"
role = "Looks orders up."
playbook.intents = [{ name = "n", title = "N", examples = ["n"] }]
[[tools]]
family = "http"
[tools.options]
addresses = ["https://api.example.org/v1"]
methods = ["GET", "POST"]
headers = ["X-Why"]
[[tools.options.credentials]]
account = "crm"
prefix = "Bearer "
"""


def test_an_agent_file_grants_it_and_names_its_faults() -> None:
    spec = read_agent_file(AGENT)
    assert isinstance(spec, AgentSpec), spec
    assert read_agent_file(write_agent_file(spec)) == spec
    registry = Registry(standard_families())
    send = registry.tools_for(spec)["http.send"].contract
    assert send.purpose.endswith("POST at https://api.example.org/v1 and what lies below. Headers it may set: X-Why.")
    broken = read_agent_file(AGENT.replace("https://api", "http://api"))
    assert isinstance(broken, AgentSpec)
    assert registry.faults(broken)[0].startswith(
        "tools[0].options.credentials: Number 1: a secret goes over https only"
    )


def test_a_credential_goes_to_its_own_address_alone() -> None:
    both = options(addresses=[ONE, TWO], credentials=[{**CRM, "address": ONE}])
    assert [one.account for one in both.credentials_for(address_of(f"{ONE}orders"))] == ["crm"]
    assert both.credentials_for(address_of(f"{TWO}orders")) == ()


def test_a_get_leaves_for_good_until_the_grant_says_that_it_only_reads() -> None:
    def tools(**more: Any) -> dict[str, Any]:
        text = json.dumps({"addresses": [ONE], "methods": ["GET", "POST"], **more})
        return {tool.contract.name: tool.contract for tool in HttpFamily().tools(text)}

    assert tools()["http.get"].effect is EffectKind.IRREVERSIBLE
    assert tools(get_only_reads=True)["http.get"].effect is EffectKind.READ
    assert tools(get_only_reads=True)["http.send"].effect is EffectKind.IRREVERSIBLE
    assert tools()["http.send"].idempotency is Idempotency.NEITHER
    assert tools(keyed=True)["http.send"].idempotency is Idempotency.KEYED
    assert list(tools(methods=["HEAD"])) == ["http.get"]
