"""A small airline of our own: nested records, lists of records, numbers as ids, texts and lists as answers."""

import json
from typing import Any

from tests.domains.domain import Domain, Refused
from tests.domains.records import Record, Records
from tests.domains.skyways.made_data import make

Given = dict[str, Any]


def list_airports(airline: Records) -> str:
    return json.dumps([{"code": code, "city": city} for code, city in airline.all("airports")])


def get_reservation(airline: Records, reservation_id: str) -> Record:
    found = airline.find("reservations", reservation_id)
    if found is None:
        raise Refused("Reservation not found")
    return found


def search_flights(airline: Records, origin: str, destination: str, date: str) -> list[Record]:
    """What flies that day, with the seats and prices of that day only."""
    found = []
    for _, flight in airline.all("flights"):
        day = flight["dates"].get(date)
        if (flight["origin"], flight["destination"]) == (origin, destination) and day and day["status"] == "available":
            plain = {name: value for name, value in flight.items() if name != "dates"}
            found.append({**plain, "date": date, "seats": day["seats"], "prices": day["prices"]})
    return found


def hand_over(airline: Records, summary: str) -> str:
    return "Handed over"


def book_reservation(
    airline: Records, user_id: str, cabin: str, flights: list[Given], passengers: list[Given], payments: list[Given]
) -> Record:
    user = _user(airline, user_id)
    legs = [_seated(airline, leg, cabin, len(passengers)) for leg in flights]
    total = sum(leg["price"] for leg in legs) * len(passengers)
    if sum(payment["amount"] for payment in payments) != total:
        raise Refused(f"Payment amount does not add up, total price is {total}")
    for payment in payments:
        _pay(user, payment["payment_id"], payment["amount"])
    key = f"R{len(list(airline.all('reservations'))) + 1}"
    booked = {
        "reservation_id": key, "user_id": user_id, "cabin": cabin, "flights": legs, "passengers": passengers,
        "payment_history": [dict(payment) for payment in payments], "status": None,
    }  # fmt: skip
    airline.add("reservations", key, booked)
    user["reservations"].append(key)
    return booked


def change_flights(
    airline: Records, reservation_id: str, cabin: str, flights: list[Given], payment_id: str | None
) -> Record:
    booked, heads = (
        get_reservation(airline, reservation_id),
        len(get_reservation(airline, reservation_id)["passengers"]),
    )
    before = sum(leg["price"] for leg in booked["flights"]) * heads
    for leg in booked["flights"]:
        _day(airline, leg)["seats"][booked["cabin"]] += heads
    legs = [_seated(airline, leg, cabin, heads) for leg in flights]
    owed = sum(leg["price"] for leg in legs) * heads - before
    if owed:
        paid_with = payment_id or booked["payment_history"][0]["payment_id"]
        _pay(_user(airline, booked["user_id"]), paid_with, owed)
        booked["payment_history"].append({"payment_id": paid_with, "amount": owed})
    booked.update(cabin=cabin, flights=legs)
    return booked


def cancel_reservation(airline: Records, reservation_id: str) -> Record:
    booked = get_reservation(airline, reservation_id)
    if booked["status"] == "cancelled":
        raise Refused("Reservation is cancelled already")
    for leg in booked["flights"]:
        _day(airline, leg)["seats"][booked["cabin"]] += len(booked["passengers"])
    back = [{**payment, "amount": -payment["amount"]} for payment in booked["payment_history"]]
    booked.update(status="cancelled", payment_history=booked["payment_history"] + back)
    return booked


def send_certificate(airline: Records, user_id: str, amount: float) -> str:
    methods = _user(airline, user_id)["payment_methods"]
    key = f"certificate_{len(methods) + 1}"
    methods[key] = {"source": "certificate", "id": key, "amount": amount}
    return f"Certificate {key} added to user {user_id} with amount {amount}."


def assign_gate(airline: Records, gate: int, flight_number: str | None) -> str:
    found = airline.find("gates", gate)
    if found is None:
        raise Refused("Gate not found")
    found["flight_number"] = flight_number
    return f"Gate {gate}: {flight_number or 'free'}"


def move_gate(airline: Records, gate: int, to: int) -> list[int]:
    found = airline.find("gates", gate)
    if found is None:
        raise Refused("Gate not found")
    airline.remove("gates", gate)
    airline.add("gates", to, {**found, "id": to})
    return [record["id"] for _, record in airline.all("gates")]


def add_bag(airline: Records, gate: int, bag: Given) -> list[Given]:
    found = airline.find("gates", gate)
    if found is None:
        raise Refused("Gate not found")
    found["bags"] = [*found.get("bags", []), bag]
    return list(found["bags"])


def note_failure(airline: Records, gate: int) -> str:
    """Answers an error after it changed something: no refusal."""
    found = airline.find("gates", gate)
    if found is None:
        raise Refused("Gate not found")
    found["broken"] = True
    return f"Error: Gate {gate} is out of order"


def ticket_number(airline: Records, reservation_id: str) -> str:
    get_reservation(airline, reservation_id)
    return "9007199254740993"


def _user(airline: Records, user_id: str) -> Record:
    found = airline.find("users", user_id)
    if found is None:
        raise Refused("User not found")
    return found


def _day(airline: Records, leg: Given) -> Record:
    flight = airline.find("flights", leg["flight_number"])
    day: Record | None = flight and flight["dates"].get(leg["date"])
    if day is None:
        raise Refused(f"Flight {leg['flight_number']} not found on {leg['date']}")
    return day


def _seated(airline: Records, leg: Given, cabin: str, heads: int) -> Record:
    day = _day(airline, leg)
    if day["status"] != "available" or day["seats"][cabin] < heads:
        raise Refused(f"Not enough seats on flight {leg['flight_number']}")
    day["seats"][cabin] -= heads
    return {"flight_number": leg["flight_number"], "date": leg["date"], "price": day["prices"][cabin]}


def _pay(user: Record, payment_id: str, amount: float) -> None:
    method = user["payment_methods"].get(payment_id)
    if method is None:
        raise Refused("Payment method not found")
    if "amount" in method:
        if method["amount"] < amount:
            raise Refused("Payment method has not enough balance")
        method["amount"] -= amount


DOMAIN = Domain(
    "skyways",
    "skyways",
    {
        function.__name__: function
        for function in (
            list_airports, get_reservation, search_flights, hand_over, book_reservation, change_flights,
            cancel_reservation, send_certificate, assign_gate, move_gate, add_bag, note_failure, ticket_number,
        )
    },
    make,
)  # fmt: skip
