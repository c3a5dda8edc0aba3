"""Words about connections to providers of language models. No Qt."""

from runtime.domain.money import dollars
from runtime.projections.rows import ConnectionRow

PROVIDERS = (
    ("anthropic", "Anthropic"),
    ("openai", "OpenAI"),
    ("compatible", "OpenAI-compatible server"),
)


def provider_words(kind: str) -> str:
    """How a provider is named on screen."""
    return dict(PROVIDERS).get(kind, kind)


def key_words(row: ConnectionRow) -> str:
    """Whether it has a key; the key is not shown."""
    if row.spec.keyless:
        return "not needed"
    if not row.key_for:
        return "none"
    return "in the keyring" if row.key_for == row.spec.base_url else f"for {row.key_for}; enter it again"


def trial_words(row: ConnectionRow) -> str:
    """Whether agents ask it now; where they do, what the last test found."""
    if not row.breaker.closed:
        return "left alone for now"
    if row.test is None:
        return "not tested"
    if not row.test.works:
        return "failed"
    cost = "price unknown" if row.test.cost_micros is None else dollars(row.test.cost_micros)
    return f"works, {cost}"


def route_words(row: ConnectionRow) -> str:
    """How an agent names a model over it."""
    spec = row.spec
    return f"{spec.kind}/MODEL" if spec.name == spec.kind else f"{spec.kind}:{spec.name}/MODEL"
