"""What is wrong with a grant of statements is said when it is saved, with its place."""

import json
from typing import Any

import pytest

from runtime.domain.agent_spec import AgentSpec, ToolGrant
from runtime.domain.ids import AgentName
from runtime.domain.words import EffectKind
from runtime.tools.registry import Registry
from runtime.tools.runner import Runner
from runtime.tools.sentences import ContractBroken
from runtime.tools.sql.family import SqlFamily
from tests.fixtures.tool_cases.case import MemoryBlobs

GOOD: dict[str, Any] = {
    "name": "pay",
    "purpose": "Pay.",
    "kind": "change",
    "sql": "UPDATE orders SET paid = :paid, note = :note WHERE number = :number",
    "parameters": {
        "number": {"type": "text", "description": "Order.", "pattern": "^[0-9]{4}$"},
        "paid": {"type": "integer", "description": "Cents.", "minimum": 1, "maximum": 5000},
        "note": {"type": "text", "description": "Why.", "enum": ["late", "broken"]},
    },
    "title": "Pay {paid} for {number}",
}


def faults(**changes: Any) -> list[str]:
    options = {"database": changes.pop("database", "shop.sqlite"), "statements": [{**GOOD, **changes}]}
    spec = AgentSpec(AgentName("a"), "r", tools=(ToolGrant("sql", json.dumps(options)),))
    return Registry([SqlFamily()]).faults(spec)


def test_a_good_grant_has_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "query"}, "the SQL is a change, but the grant says query"),
        (
            {"sql": "UPDATE orders SET paid = :paid WHERE number = :number"},
            "note is described, but the SQL does not use",
        ),
        ({"sql": GOOD["sql"] + " AND x = :x"}, "the SQL uses x, not described"),
        ({"sql": GOOD["sql"] + "; DELETE FROM orders"}, "exactly one statement"),
        ({"sql": "DROP TABLE orders"}, "DROP cannot be granted"),
        ({"title": "Pay {price}"}, "title names {price}"),
        ({"title": "Pay {paid.real}"}, "title names {paid.real}"),
        ({"title": "Pay {"}, "never closed"),
        ({"effect": "irreversible"}, "needs one to three checks"),
        ({"database": "../shop.sqlite"}, "leads out"),
        ({"database": "journal.sqlite"}, "belongs to the console"),
        ({"name": "Pay!"}, "name: string should match"),
        (
            {"parameters": {**GOOD["parameters"], "paid": {"type": "text", "description": "x", "minimum": 1}}},
            "belong to",
        ),
        (
            {"parameters": {**GOOD["parameters"], "note": {"type": "text", "description": "x", "enum": [1]}}},
            "not of type",
        ),
        (
            {"parameters": {**GOOD["parameters"], "note": {"type": "text", "description": "x", "pattern": "("}}},
            "regular",
        ),
        ({"colour": 1}, "colour: there is no such name"),
    ],
)
def test_each_fault_is_named_with_its_place(changes: dict[str, Any], said: str) -> None:
    found = faults(**changes)
    assert len(found) == 1
    assert found[0].startswith("tools[0].options.")
    assert said in found[0]


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"paid": 0}, "paid"),
        ({"paid": 5001}, "paid"),
        ({"paid": 1.5}, "paid"),
        ({"paid": "1"}, "paid"),
        ({"paid": True}, "paid"),
        ({"number": "10420"}, "number"),
        ({"number": "1042\n"}, "number"),
        ({"number": "1042\n1043"}, "number"),
        ({"note": "other"}, "note"),
    ],
)
def test_arguments_are_held_to_what_the_grant_says(arguments: dict[str, Any], place: str, tmp_path: Any) -> None:
    tool = SqlFamily().tools(json.dumps({"database": "shop.sqlite", "statements": [GOOD]}))[0]
    runner = Runner(tmp_path, MemoryBlobs(), lambda account: None)
    valid = {"number": "1042", "paid": 5, "note": "late"}
    assert runner.check(tool, json.dumps(valid)).arguments == '{"note":"late","number":"1042","paid":5}'
    with pytest.raises(ContractBroken) as caught:
        runner.check(tool, json.dumps({**valid, **arguments}))
    assert str(caught.value).startswith(f"{place}: ")


def test_other_options_are_another_contract() -> None:
    def digest(**changes: Any) -> str:
        options = json.dumps({"database": "shop.sqlite", "statements": [{**GOOD, **changes}]})
        return SqlFamily().tools(options)[0].contract.digest

    assert digest() == digest()
    assert digest() != digest(max_changed=21)
    assert digest() != digest(sql=GOOD["sql"] + " AND 1")


def test_kinds_of_effect() -> None:
    query = {"name": "look", "purpose": "Look.", "kind": "query", "sql": "SELECT 1"}
    final = {**GOOD, "name": "final", "effect": "irreversible", "checks": ["Right order"]}
    tools = SqlFamily().tools(json.dumps({"database": "s.sqlite", "statements": [query, GOOD, final]}))
    assert [tool.contract.effect for tool in tools] == [
        EffectKind.READ, EffectKind.REVERSIBLE, EffectKind.IRREVERSIBLE
    ]  # fmt: skip
