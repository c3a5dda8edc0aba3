"""The hash of a record is the one of its fields as a file has them, however it is put together."""

from hypothesis import given
from hypothesis import strategies as st

from storage.chain import hash_of_fields, next_hash
from storage.records import NewRecord

TEXTS = st.text(st.characters(codec="utf-8"), max_size=3_000)
NUMBERS = st.integers(0, 2**63 - 1)


@given(st.binary(min_size=32, max_size=32), NUMBERS, TEXTS, NUMBERS, TEXTS, NUMBERS, NUMBERS, TEXTS, st.binary())
def test_a_record_hashes_as_its_fields_do(
    previous: bytes, seq: int, stream: str, version: int, kind: str, schema: int, at: int, by: str, body: bytes
) -> None:
    record = NewRecord(stream, version, kind, schema, at, by, body)
    fields = (
        str(seq).encode(),
        stream.encode(),
        str(version).encode(),
        kind.encode(),
        str(schema).encode(),
        str(at).encode(),
        by.encode(),
        body,
    )
    assert next_hash(previous, seq, record) == hash_of_fields(previous, fields)
