"""Only one plain statement can be granted; what hides a second one or another verb is refused."""

import pytest

from runtime.tools.sql.statement_text import StatementRefused, read_statement


@pytest.mark.parametrize(
    ("sql", "kind", "parameters"),
    [
        ("SELECT 1", "query", set()),
        ("select * from t where a = :a and b = ':b' -- :c\n", "query", {"a"}),
        ("VALUES (1), (:x);  -- done", "query", {"x"}),
        ("WITH a AS (SELECT 1), b AS (DELETE) SELECT * FROM a", "query", set()),
        ("WITH a AS (SELECT :q) UPDATE t SET x = (SELECT 1)", "change", {"q"}),
        ("/* ; */ INSERT INTO t VALUES (';', \";\", [;], `;`)", "change", set()),
        ("SELECT 1 /* an open comment swallows the rest, as in SQLite; DROP", "query", set()),
        ("DELETE FROM t WHERE a = :a OR b = :a", "change", {"a"}),
    ],
)
def test_one_statement_is_read(sql: str, kind: str, parameters: set[str]) -> None:
    text = read_statement(sql)
    assert (text.kind, set(text.parameters)) == (kind, parameters)


@pytest.mark.parametrize(
    "sql",
    [
        "", "-- SELECT 1", "SELECT 1; DELETE FROM t", "SELECT 1;;", "DROP TABLE t", "PRAGMA user_version", "VACUUM",
        "ATTACH 'x' AS y", "BEGIN", "REPLACE INTO t VALUES (1)", "CREATE TABLE t (a)", "WITH a AS (SELECT 1)",
        "EXPLAIN SELECT 1", "SELECT ?", "SELECT ?1", "SELECT @a", "SELECT $a", "SELECT 'open", 'SELECT "open',
        "SELECT [open", "SELECT \x00",
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_a_sentence(sql: str) -> None:
    with pytest.raises(StatementRefused) as caught:
        read_statement(sql)
    assert str(caught.value).endswith(".")


def test_replace_is_noticed() -> None:
    assert read_statement("INSERT OR REPLACE INTO t VALUES (1)").replaces
    assert not read_statement("INSERT INTO t VALUES ('replace')").replaces
