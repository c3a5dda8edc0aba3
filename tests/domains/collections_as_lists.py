"""Collections that are lists: the same records by key, where each carries an id; what cannot be keyed is refused."""

from collections.abc import Iterable
from typing import Any

Collection = dict[str, Any] | list[Any]


def records_by_key(name: str, collection: Collection) -> dict[str, Any]:
    """An object as it is; a list by the id in its records, numbers as their text. Raises ValueError with a sentence."""
    if isinstance(collection, dict):
        return collection
    if not isinstance(collection, list):
        raise ValueError(f"{name} is neither an object of records by key nor a list of records with an id.")
    field = _id_field(name, collection)
    return {str(record[field]): record for record in collection}


def _id_field(name: str, records: list[Any]) -> str:
    singular = name.removesuffix("s")
    if not all(isinstance(record, dict) for record in records):
        raise ValueError(f"{name} is a list, but not every entry is a record: there is no key to find one by.")
    tried = ("id", *(f"{singular}_{ending}" for ending in ("id", "number", "code", "key")))
    for field in tried:
        if _tells_apart(record.get(field) for record in records):
            return field
    raise ValueError(
        f"{name} is a list whose records carry no id of their own ({', '.join(tried)}): write it as an object by key."
    )


def _tells_apart(values: Iterable[Any]) -> bool:
    """A text or whole number in every record, no two the same (7 and "7" are the same key)."""
    keys = [str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None for value in values]
    return None not in keys and len(set(keys)) == len(keys)
