"""Which keyring of this machine secrets are kept in, for whoever only wants to know."""

from storage.keyring_calls import find_backend


def keyring_found() -> str:
    """Its name. Asked in a thread: a locked one may not answer at all. Raises CredentialStoreAbsent where there is none
    that keeps secrets encrypted, as the store itself does."""
    kind = type(find_backend())
    return f"{kind.__module__}.{kind.__qualname__}"
