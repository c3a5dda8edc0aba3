"""How a connection stands is told with the time it is tried again."""

from console.presenters.connection_text import breaker_words, trial_words
from console.presenters.times import clock_time
from runtime.domain import breaker as b
from runtime.domain.connection import own_connections
from runtime.models.providers.known import homes
from runtime.projections.rows import ConnectionRow

NOW = 1_700_000_000 * b.SECOND


def test_open_names_the_time_half_open_the_call_and_closed_the_test() -> None:
    opened = b.failed(b.CLOSED, NOW, "its key was refused", by_person=True)
    row = ConnectionRow(own_connections(homes())["openai"], False, "", breaker=opened)
    assert trial_words(row) == f"left alone to {clock_time(NOW + b.PERSON_PAUSE)}"
    assert breaker_words(b.trying(opened, opened.probe_at)) == "one call tries it"
    assert breaker_words(b.due(opened, NOW + 5)) == "the next call tries it"
    assert breaker_words(b.answered(opened, NOW)) == ""
    assert trial_words(ConnectionRow(own_connections(homes())["openai"], False, "")) == "not tested"
