"""Collections that are lists or plain values are kept as they are; what has no key is refused in a sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from runtime.tools.contract import ToolContext
from runtime.tools.sql.database import Database
from tests.domains.collections_as_lists import records_by_key
from tests.domains.material import Material, contents_of, difference
from tests.domains.records import Records


@pytest.mark.parametrize(
    ("name", "records", "keys"),
    [
        ("gates", [{"id": 7}, {"id": 12}], ["7", "12"]),
        ("flights", [{"flight_number": "SK1", "id": "x"}, {"flight_number": "SK2", "id": "x"}], ["SK1", "SK2"]),
        ("users", [{"user_id": "a"}], ["a"]),
        ("nothing", [], []),
        ("cities", {"OSL": "Oslo"}, ["OSL"]),
    ],
)
def test_a_record_is_found_by_its_own_id(name: str, records: Any, keys: list[str]) -> None:
    assert list(records_by_key(name, records)) == keys


@pytest.mark.parametrize(
    ("collection", "told"),
    [
        ([{"id": 1}, {"id": "1"}], "carry no id of their own"),
        ([{"id": True}], "carry no id of their own"),
        ([{"title": "x"}], "write it as an object by key"),
        (["OSL", "ZRH"], "not every entry is a record"),
        ("OSL", "neither an object of records by key nor a list"),
    ],
)
def test_what_cannot_be_keyed_is_refused_in_a_sentence(collection: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        records_by_key("flights", collection)


def test_a_list_stays_a_list_and_a_number_and_its_text_are_one_key(tmp_path: Path) -> None:
    (tmp_path / "gates.json").write_text('[{"id":7,"free":true},{"id":5,"free":true}]', "utf-8")
    (tmp_path / "cities.json").write_text('{"OSL":"Oslo"}', "utf-8")
    material = Material(tmp_path)
    database = material.build(tmp_path / "base.sqlite")
    assert contents_of(database) == material.base
    after: dict[str, Any] = {"gates": [{"id": 7, "free": False}, {"id": 9}], "cities": {"OSL": "Christiania"}}
    assert difference(material.base, after) == {
        "cities": {"OSL": {"": ["Oslo", "Christiania"]}},
        "gates": {"5": {"free": [True, None], "id": [5, None]}, "7": {"free": [True, False]}, "9": {"id": [None, 9]}},
    }
    with_numbers(database)


def with_numbers(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        records = Records(Database(connection, cast(ToolContext, None), 1.0, path.name))
        assert records.find("gates", 7) is records.find("gates", "7")
        records.remove("gates", 5)
        assert [key for key, _ in records.all("gates")] == ["7"]
