"""The demo workspace as data: every agent file is without faults, and every mail is read as a person would read it."""

import sqlite3
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.task import Task
from runtime.gate.names import kind_of_schema, policy_faults
from runtime.models.examples import ExampleIndex
from runtime.models.playbook.model import labelled
from runtime.models.playbook.planning import HAND_OVER, intent_named, plan_for, values_for
from runtime.models.playbook.reading import read_task
from runtime.models.table import model_faults
from runtime.operations.agent_file import read_agent_file, write_agent_file
from runtime.operations.demo_workspace import AGENTS, RESOURCES, DemoBroken, lay_out_demo, read_demo
from runtime.tools.families import standard_families
from runtime.tools.mail.intake import tasks_in
from runtime.tools.registry import Registry

HANDED_OVER = "handed over"
EXPECTED: dict[str, tuple[str, dict[str, Any]]] = {
    "inbox/0001-where-is-it.eml": ("order_status", {"order_id": 1001}),
    "inbox/0002-cancel.eml": ("cancel_order", {"order_id": 1002}),
    "inbox/0003-broken-lamp.eml": ("damaged", {"order_id": 1003}),
    "inbox/0004-opening-hours.eml": ("shop_info", {}),
    "inbox/0005-status-quoted.eml": ("order_status", {"order_id": 1004}),
    "inbox/0006-voucher-small.eml": ("compensation", {"order_id": 1005, "amount_cents": 1500}),
    "inbox/0007-new-address.eml": ("change_address", {"order_id": 1006, "ship_to": "14 Canal Street, Tillford"}),
    "inbox/0008-voucher-large.eml": ("compensation", {"order_id": 1007, "amount_cents": 6000}),
    "inbox/0009-furious.eml": ("complaint", {}),
    "inbox/0010-where-parcel-shop.eml": ("order_status", {"order_id": 1008}),
    "inbox/0011-stock-teapot.eml": ("stock", {"sku": "teapot"}),
    "inbox/0012-no-carrier-news.eml": ("order_status", {"order_id": 1015}),
    "inbox/0013-two-questions.eml": (HANDED_OVER, {}),
    "inbox/0014-ignore-your-rules.eml": (HANDED_OVER, {}),
    "inbox/0015-thanks.eml": ("thanks", {}),
    "inbox/0016-advert.eml": ("advert", {}),
    "inbox/0017-html-only.eml": ("order_status", {"order_id": 1010}),
    "inbox/0018-invoice.eml": ("invoice", {"order_id": 1014}),
    "inbox/0019-long-story.eml": ("damaged", {"order_id": 1018}),
    "inbox/0020-cancel-late.eml": ("cancel_order", {"order_id": 1011}),
    "inbox/0021-snow.eml": ("order_status", {"order_id": 1019}),
    "inbox/0022-address-missing.eml": ("change_address", {"order_id": 1021}),
    "inbox/0023-somebody-elses-order.eml": ("cancel_order", {"order_id": 1025}),
    "inbox/0024-unclear.eml": (HANDED_OVER, {}),
    "inbox/0025-shipping-abroad.eml": ("shop_info", {}),
    "inbox/0026-no-number.eml": ("damaged", {}),
    "inbox/0027-unknown-order.eml": ("order_status", {"order_id": 1999}),
    "inbox/0028-broken-mime.eml": ("damaged", {"order_id": 1020}),
    "inbox/0029-refund-wish.eml": ("refund_request", {"order_id": 1024}),
    "inbox/0030-stock-tray.eml": ("stock", {"sku": "oak-tray"}),
    "inbox/0031-cancel-two.eml": ("cancel_order", {"order_id": 1017}),
    "inbox/0032-address-two.eml": ("change_address", {"order_id": 1029, "ship_to": "3 Chapel Hill, Ashcombe"}),
    "inbox/0033-complaint-quiet.eml": ("complaint", {}),
    "inbox/0034-depot.eml": ("order_status", {"order_id": 1027}),
    "inbox/0035-nothing-from-carrier.eml": ("order_status", {"order_id": 1023}),
    "inbox/0036-receipt.eml": ("invoice", {"order_id": 1032}),
    "inbox/0037-thanks-two.eml": ("thanks", {"order_id": 1038}),
    "inbox/0038-forwarded.eml": ("order_status", {"order_id": 1030}),
    "inbox/0039-lost.eml": ("order_status", {"order_id": 1034}),
    "inbox/0040-voucher-medium.eml": ("compensation", {"order_id": 1039, "amount_cents": 1000}),
    "inbox/0041-empty.eml": (HANDED_OVER, {}),
    "refunds-inbox/0001-return-mugs.eml": ("refund_return", {"order_id": 1013}),
    "refunds-inbox/0002-lamp.eml": ("refund_broken", {"order_id": 1003}),
    "refunds-inbox/0003-floor-lamp.eml": ("refund_return", {"order_id": 1016}),
    "refunds-inbox/0004-double-payment.eml": ("charged_twice", {"order_id": 1009}),
    "refunds-inbox/0005-refund-where.eml": ("refund_status", {"order_id": 1045}),
    "refunds-inbox/0006-apron.eml": ("refund_return", {"order_id": 1022}),
    "refunds-inbox/0007-bread-board.eml": ("refund_broken", {"order_id": 1028}),
    "refunds-inbox/0008-not-delivered.eml": ("refund_return", {"order_id": 1033}),
    "refunds-inbox/0009-all-the-money.eml": ("refund_broken", {"order_id": 1020}),
    "refunds-inbox/0010-dinner-plates.eml": ("refund_broken", {"order_id": 1034}),
    "refunds-inbox/0011-again.eml": ("refund_return", {"order_id": 1050}),
    "refunds-inbox/0012-unclear.eml": (HANDED_OVER, {}),
    "catalogue-inbox/0001-blue-mug-price.eml": ("price", {"sku": "blue-mug", "old_cents": 1400, "new_cents": 1550}),
    "catalogue-inbox/0002-blue-mug-wording.eml": (
        "wording",
        {"sku": "blue-mug", "old_text": "Handmade in Devon.", "new_text": "Made by hand in Devon."},
    ),
    "catalogue-inbox/0003-gift-box.eml": ("sold_out", {"sku": "gift-box"}),
    "catalogue-inbox/0004-espresso-back.eml": ("back_on_sale", {"sku": "espresso-cup"}),
    "catalogue-inbox/0005-delete-dripper.eml": ("remove", {"sku": "coffee-dripper"}),
    "catalogue-inbox/0006-teapot-price.eml": ("price", {"sku": "teapot", "old_cents": 4600, "new_cents": 4900}),
    "catalogue-inbox/0007-salad-bowl.eml": ("wording", {"sku": "salad-bowl", "old_text": "30 cm", "new_text": "32 cm"}),
    "catalogue-inbox/0008-soup-bowl-price.eml": ("price", {"sku": "soup-bowl", "old_cents": 1600, "new_cents": 1680}),
    "catalogue-inbox/0009-which-one.eml": (HANDED_OVER, {}),
}


@cache
def agent(name: str) -> AgentSpec:
    spec = read_agent_file((RESOURCES / "agents" / f"{name}.toml").read_text("utf-8"))
    assert isinstance(spec, AgentSpec), spec
    return spec


@cache
def index(name: str) -> ExampleIndex:
    playbook = agent(name).playbook
    assert playbook is not None
    return ExampleIndex(labelled(playbook), playbook.neighbours)


@cache
def mails() -> dict[str, tuple[str, Task]]:
    found: dict[str, tuple[str, Task]] = {}
    for name in AGENTS:
        for mail in tasks_in(RESOURCES / agent(name).inbox, ()):
            found[mail.source] = (
                name,
                Task(mail.title, mail.text, mail.source, dict(mail.facts), key=mail.message_key),
            )
    return found


def test_every_mail_has_an_expectation() -> None:
    assert sorted(mails()) == sorted(EXPECTED)
    assert len(EXPECTED) >= 60


@pytest.mark.parametrize("source", EXPECTED)
def test_a_mail_is_understood_or_handed_over(source: str) -> None:
    name, task = mails()[source]
    expected, values = EXPECTED[source]
    playbook = agent(name).playbook
    assert playbook is not None
    work = plan_for(playbook, read_task(task, index(name)), task)
    handed_over = work.steps[0].step_id == HAND_OVER
    assert (HANDED_OVER if handed_over else work.intent) == expected, work.reason
    if handed_over:
        return
    intent = intent_named(playbook, work.intent)
    assert intent is not None
    found = values_for(playbook, intent, task)
    assert {name: value for name, value in found.items() if name != "message_ref"} == values


@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_file_has_no_faults_and_is_read_back_exactly(name: str) -> None:
    spec = agent(name)
    registry = Registry(standard_families())
    assert registry.faults(spec) == []
    schemas = {tool: made.contract.input_schema for tool, made in registry.tools_for(spec).items()}
    assert model_faults(spec, schemas) == ()
    assert spec.playbook is not None
    assert all(len(intent.examples) >= 6 for intent in spec.playbook.intents)
    assert read_agent_file(write_agent_file(spec)) == spec


def test_the_rules_have_no_faults_and_refunds_are_bounded() -> None:
    demo = read_demo()
    registry = Registry(standard_families())
    names: dict[str, dict[str, str]] = {}
    for spec in demo.agents:
        for tool, made in registry.tools_for(spec).items():
            properties = made.contract.input_schema.get("properties", {})
            kinds = {name: kind_of_schema(schema) for name, schema in properties.items()}
            names[tool] = kinds | dict(made.contract.facts)
    assert policy_faults(demo.policy, names) == ()
    small = next(rule for rule in demo.policy.rules if rule.rule_id == "small-refunds")
    assert (small.agents, small.tools) == ("refunds", "sql.refund_order")
    assert any(quota.tools == small.tools and quota.per_day for quota in agent("refunds").quotas)


def test_examples_are_not_copies_of_the_mails() -> None:
    texts = {" ".join(task.text.lower().split()) for _, task in mails().values()}
    for name in AGENTS:
        playbook = agent(name).playbook
        assert playbook is not None
        assert not texts & {" ".join(example.lower().split()) for example, _ in labelled(playbook)}


def test_names_and_addresses_are_invented() -> None:
    reserved = ("example.org", "example.com", "example.net", "hearthandclay.example")
    for _, task in mails().values():
        assert task.facts["sender"].endswith(reserved)


def test_the_demo_is_laid_out_once_and_left_alone_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo = lay_out_demo(folder)
    assert [spec.name for spec in demo.agents] == list(AGENTS)
    assert len(list((folder / "inbox").glob("*.eml"))) >= 40
    (folder / "products" / "teapot.toml").write_text("changed")
    (folder / "inbox" / "0001-where-is-it.eml").unlink()
    lay_out_demo(folder)
    assert (folder / "products" / "teapot.toml").read_text() == "changed"
    assert not (folder / "inbox" / "0001-where-is-it.eml").exists()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def rows(folder: Path, sql: str) -> Iterator[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "shop.sqlite")
    try:
        yield from connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_the_shop_agrees_with_itself_and_with_the_product_pages(tmp_path: Path) -> None:
    lay_out_demo(tmp_path)
    assert list(rows(tmp_path, "PRAGMA integrity_check")) == [("ok",)]
    assert list(rows(tmp_path, "PRAGMA foreign_key_check")) == []
    items = "SELECT sum(quantity * price_cents) FROM order_items i WHERE i.order_id = o.order_id"
    wrong = f"SELECT order_id FROM orders o WHERE total_cents <> ({items})"
    assert list(rows(tmp_path, wrong)) == []
    for sku, title, price in rows(tmp_path, "SELECT sku, title, price_cents FROM products"):
        page = tomllib.loads((tmp_path / "products" / f"{sku}.toml").read_text("utf-8"))
        assert (page["sku"], page["title"], page["price_cents"]) == (sku, title, price)


def test_a_damaged_installation_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DemoBroken, match="install the program again"):
        read_demo(tmp_path)
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "support-triage.toml").write_text("name = 1")
    with pytest.raises(DemoBroken, match="role: it is missing"):
        read_demo(tmp_path)


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DemoBroken, match="could not be made"):
        lay_out_demo(tmp_path / "file" / "demo")
