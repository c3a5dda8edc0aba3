"""The ``openai`` SDK as both of its APIs here use it: no retries of its own, no key, our own way to the network."""

from typing import Any

from runtime.models.interface import ProviderFacts
from runtime.models.providers.connection import Connection


def openai_client(connection: Connection, facts: ProviderFacts) -> Any:
    """Import the SDK and make its client; call it in a worker thread."""
    import openai

    from runtime.models.providers.transport import client_for

    http = client_for(connection, facts)
    return openai.AsyncOpenAI(
        api_key="kept elsewhere",
        base_url=connection.base_url,
        max_retries=0,
        timeout=http.timeout,
        http_client=http,
    )


def openai_errors() -> tuple[type[Exception], ...]:
    """What it raises, and what the network package beneath it does."""
    import httpx2
    import openai

    return (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL)
