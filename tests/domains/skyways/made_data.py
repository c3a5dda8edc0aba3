"""The folder of the airline of our own: invented records, declarations, and tasks whose answers are written by hand."""

import copy
import json
from pathlib import Path
from typing import Any

from tests.domains.material import canonical_hash

Json = dict[str, Any]
DAY, NEXT = "2031-05-02", "2031-05-03"


def _day(economy: int, business: int) -> Json:
    prices = {"economy": 90, "business": 210.5}
    return {"status": "available", "seats": {"economy": economy, "business": business}, "prices": prices}


def _flight(number: str, origin: str, destination: str, dates: Json) -> Json:
    return {"flight_number": number, "origin": origin, "destination": destination, "departs": "07:15", "dates": dates}


MIA = {"first_name": "Mia", "last_name": "Ølund", "born": "1980-01-31"}
JO = {"first_name": "Jo", "last_name": "Ølund", "born": "2019-12-01"}
BASE: dict[str, Any] = {
    "airports": {"OSL": "Oslo", "ZRH": "Zürich"},
    "users": {
        "mia_1": {
            "name": {"first": "Mia", "last": "Ølund"},
            "payment_methods": {
                "card_1": {"source": "card", "id": "card_1", "last_four": "0042"},
                "gift_2": {"source": "gift_card", "id": "gift_2", "amount": 200},
            },
            "saved_passengers": [JO],
            "reservations": ["R1"],
        }
    },
    "reservations": {
        "R1": {
            "reservation_id": "R1", "user_id": "mia_1", "cabin": "economy",
            "flights": [{"flight_number": "SK101", "date": DAY, "price": 90}], "passengers": [MIA, JO],
            "payment_history": [{"payment_id": "card_1", "amount": 180}], "status": None,
        }
    },
    "flights": [
        _flight("SK101", "OSL", "ZRH", {DAY: _day(3, 1), NEXT: {"status": "landed"}}),
        _flight("SK202", "ZRH", "OSL", {NEXT: _day(2, 2)}),
    ],
    "gates": [{"id": 7, "airport": "OSL", "flight_number": None}, {"id": 12, "airport": "ZRH", "flight_number": None}],
}  # fmt: skip

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
TEXT_OR_NONE = {"anyOf": [TEXT, {"type": "null"}]}
FREE = {"type": "object", "additionalProperties": True}
DEFINED = {
    "FlightInfo": {"type": "object", "properties": {"flight_number": TEXT, "date": TEXT},
                   "required": ["flight_number", "date"]},
    "Passenger": {"type": "object", "properties": dict.fromkeys(MIA, TEXT), "required": list(MIA)},
    "Bag": {"type": "object", "properties": {"weight": WHOLE, "tag": TEXT, "within": {"$ref": "#/$defs/Bag"}},
            "required": ["weight"], "additionalProperties": True},
    "Payment": {"type": "object", "properties": {"payment_id": TEXT, "amount": {"type": "number"}},
                "required": ["payment_id", "amount"]},
}  # fmt: skip


def _many(name: str) -> Json:
    return {"type": "array", "items": {"anyOf": [{"$ref": f"#/$defs/{name}"}, FREE]}}


CABIN = {"type": "string", "enum": ["economy", "business"]}
CHANGING: dict[str, Json] = {
    "book_reservation": {"user_id": TEXT, "cabin": CABIN, "flights": _many("FlightInfo"),
                         "passengers": _many("Passenger"), "payments": _many("Payment")},
    "change_flights": {"reservation_id": TEXT, "cabin": CABIN, "flights": _many("FlightInfo"),
                       "payment_id": {**TEXT_OR_NONE, "default": None}},
    "cancel_reservation": {"reservation_id": TEXT},
    "send_certificate": {"user_id": TEXT, "amount": {"type": "number"}},
    "assign_gate": {"gate": WHOLE, "flight_number": TEXT_OR_NONE},
    "move_gate": {"gate": WHOLE, "to": WHOLE},
    "add_bag": {"gate": WHOLE, "bag": {"$ref": "#/$defs/Bag"}},
    "note_failure": {"gate": WHOLE},
}  # fmt: skip
READING: dict[str, Json] = {
    "list_airports": {},
    "get_reservation": {"reservation_id": TEXT},
    "search_flights": {"origin": TEXT, "destination": TEXT, "date": TEXT},
    "hand_over": {"summary": TEXT},
    "ticket_number": {"reservation_id": TEXT},
}


def _declared(name: str, given: Json, mutates: bool) -> Json:
    needed = [one for one, part in given.items() if "default" not in part]
    schema = {"type": "object", "properties": given, "required": needed, "$defs": DEFINED}
    return {"name": name, "kind": "write" if mutates else "read", "mutates": mutates, "description": f"Do {name}.",
            "parameters": schema}  # fmt: skip


def _step(name: str, output: Any, **arguments: Any) -> Json:
    error = isinstance(output, str) and output.startswith("Error: ")
    changes = name in CHANGING and not error
    return {"name": name, "arguments": arguments, "output": output, "error": error, "changes_state": changes}


R1 = BASE["reservations"]["R1"]
LEG = {"flight_number": "SK202", "date": NEXT}
SOLD = {**LEG, "price": 210.5}
R2 = {"reservation_id": "R2", "user_id": "mia_1", "cabin": "business", "flights": [SOLD], "passengers": [MIA],
      "payment_history": [{"payment_id": "gift_2", "amount": 200}, {"payment_id": "card_1", "amount": 10.5}],
      "status": None}  # fmt: skip
CARDS = BASE["users"]["mia_1"]["payment_methods"]
USED = {**CARDS, "gift_2": {**CARDS["gift_2"], "amount": 0}}
CERTIFICATE = {"source": "certificate", "id": "certificate_3", "amount": 50}
HISTORY = [*R1["payment_history"], {"payment_id": "card_1", "amount": -180}]
CHEAP = _flight("SK101", "OSL", "ZRH", {})
del CHEAP["dates"]
DATES = {flight["flight_number"]: flight["dates"] for flight in BASE["flights"]}
AFTER_MOVE = {**R1, "flights": [{**LEG, "price": 90}]}

BAG = {"weight": 9, "colour": "red", "within": {"weight": 20, "tag": "T1"}}

Task = tuple[Any, list[Json], dict[str, Any]]
"""(id, steps, collection -> key -> fields after it; None = the record is gone)"""
TASKS: list[Task] = [
    (1, [
        _step("list_airports", '[{"code": "OSL", "city": "Oslo"}, {"code": "ZRH", "city": "Z\\u00fcrich"}]'),
        _step("search_flights", [{**CHEAP, "date": DAY, **{name: DATES["SK101"][DAY][name] for name in (
            "seats", "prices")}}], origin="OSL", destination="ZRH", date=DAY),
        _step("search_flights", [], origin="OSL", destination="ZRH", date=NEXT),
        _step("book_reservation", "Error: Payment amount does not add up, total price is 210.5", user_id="mia_1",
              cabin="business", flights=[LEG], passengers=[MIA], payments=[{"payment_id": "card_1", "amount": 200}]),
        _step("book_reservation", R2, user_id="mia_1", cabin="business", flights=[{**LEG, "origin": "ZRH"}],
              passengers=[MIA], payments=R2["payment_history"]),
    ], {"reservations": {"R2": R2}, "users": {"mia_1": {"payment_methods": USED, "reservations": ["R1", "R2"]}},
        "flights": {"SK202": {"dates": {NEXT: _day(2, 1)}}}}),
    ("cancel", [
        _step("get_reservation", R1, reservation_id="R1"),
        _step("cancel_reservation", {**R1, "status": "cancelled", "payment_history": HISTORY}, reservation_id="R1"),
        _step("cancel_reservation", "Error: Reservation is cancelled already", reservation_id="R1"),
        _step("send_certificate", "Certificate certificate_3 added to user mia_1 with amount 50.", user_id="mia_1",
              amount=50),
    ], {"reservations": {"R1": {"status": "cancelled", "payment_history": HISTORY}},
        "users": {"mia_1": {"payment_methods": {**CARDS, "certificate_3": CERTIFICATE}}},
        "flights": {"SK101": {"dates": {**DATES["SK101"], DAY: _day(5, 1)}}}}),
    (3, [_step("change_flights", AFTER_MOVE, reservation_id="R1", cabin="economy", flights=[LEG])],
     {"reservations": {"R1": {"flights": AFTER_MOVE["flights"]}},
      "flights": {"SK101": {"dates": {**DATES["SK101"], DAY: _day(5, 1)}},
                  "SK202": {"dates": {NEXT: _day(0, 2)}}}}),
    (4, [
        _step("assign_gate", "Gate 12: SK202", gate=12, flight_number="SK202"),
        _step("move_gate", [12, 9], gate=7, to=9),
        _step("assign_gate", "Error: Gate not found", gate=7, flight_number="SK101"),
        _step("assign_gate", "Gate 9: free", gate=9, flight_number=None),
    ], {"gates": {"12": {"flight_number": "SK202"}, "7": None,
                  "9": {"id": 9, "airport": "OSL", "flight_number": None}}}),
    (5, [_step("hand_over", "Handed over", summary="Wants a window."),
         _step("get_reservation", "Error: Reservation not found", reservation_id="R9"),
         _step("ticket_number", "9007199254740993", reservation_id="R1")], {}),
    (6, [{**_step("assign_gate", "Gate 7: free", gate=7, flight_number=None), "changes_state": False}], {}),
    (7, [_step("add_bag", [BAG], gate=12, bag=BAG),
         {**_step("note_failure", "Error: Gate 12 is out of order", gate=12), "changes_state": True}],
     {"gates": {"12": {"bags": [BAG], "broken": True}}}),
]  # fmt: skip


def _after(diff: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the whole database, the differences field by field) as the task leaves them: from the hand-written fields."""
    whole, told = copy.deepcopy(BASE), dict[str, Any]()
    for table, records in diff.items():
        named = {str(one.get("flight_number") if table == "flights" else one["id"]): one for one in whole[table]} if (
            isinstance(whole[table], list)) else whole[table]  # fmt: skip
        for key, fields in records.items():
            old = named.pop(key) if fields is None else named.setdefault(key, {})
            names = old if fields is None else fields
            values = {name: [old.get(name), None if fields is None else fields[name]] for name in names}
            values = {name: copy.deepcopy(pair) for name, pair in values.items() if pair[0] != pair[1]}
            told.setdefault(table, {})[key] = values
            old.update(fields or {})
        if isinstance(whole[table], list):
            whole[table] = list(named.values())
    return whole, told


def make(folder: Path) -> None:
    """Write the folder as a benchmark would hand it over."""

    def put(name: str, value: Any) -> None:
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")

    for table, records in BASE.items():
        put(table, records)
    put("tools", [_declared(name, given, True) for name, given in CHANGING.items()]
        + [_declared(name, given, False) for name, given in READING.items()])  # fmt: skip
    put("meta", {"base_db_sha256_canonical": canonical_hash(BASE)})
    tasks = []
    for number, steps, diff in TASKS:
        whole, told = _after(diff)
        gold = [{"name": step["name"], "arguments": step["arguments"]} for step in steps]
        expected = {"db_sha256_canonical": canonical_hash(whole), "changed": bool(diff), "record_diff": told}
        tasks.append({"id": number, "ground_truth_actions": gold, "expected": expected})
    put("tasks_made", tasks)
    put("traces_made", [{"id": number, "steps": steps} for number, steps, _ in TASKS])
