"""Words about connections to providers of language models. No Qt."""

from console.presenters.times import clock_time
from console.presenters.wording import dollars, say
from runtime.domain.breaker import Breaker, Standing
from runtime.projections.rows import ConnectionRow


def key_words(row: ConnectionRow) -> str:
    """Whether it has a key; the key is not shown."""
    if row.spec.keyless:
        return say("not needed")
    if not row.key_for:
        return "none"
    return (
        say("in the keyring")
        if row.key_for == row.spec.base_url
        else say("for {key_for}; enter it again", key_for=row.key_for)
    )


def trial_words(row: ConnectionRow) -> str:
    """Whether agents ask it now; where they do, what the last test found."""
    if not row.breaker.closed:
        return breaker_words(row.breaker)
    if row.test is None:
        return say("not tested")
    if not row.test.works:
        return "failed"
    cost = say("price unknown") if row.test.cost_micros is None else dollars(row.test.cost_micros)
    return say("works, {cost}", cost=cost)


def breaker_words(breaker: Breaker) -> str:
    """``left alone to 14:32:41``, ``the next call tries it``, ``one call tries it``; nothing where agents ask it."""
    if breaker.closed:
        return ""
    if breaker.standing is Standing.HALF_OPEN:
        return say("one call tries it")
    if breaker.probe_at <= breaker.since:
        return say("the next call tries it")
    return say("left alone to {time}", time=clock_time(breaker.probe_at))


def route_words(row: ConnectionRow) -> str:
    """How an agent names a model over it."""
    spec = row.spec
    return (
        say("{kind}/MODEL", kind=spec.kind)
        if spec.name == spec.kind
        else say("{kind}:{name}/MODEL", kind=spec.kind, name=spec.name)
    )
