"""A second person's passphrase: kept as an scrypt verifier in the keyring, compared in constant time.

What it protects against: somebody who sits at an unlocked workstation and approves for two. What it does not: malware
that runs as the person, which can read what is typed. Parameters: OWASP Password Storage Cheat Sheet (2^15, 8, 3).
"""

import base64
import hashlib
import hmac
import os

from runtime.domain.commands import Secret

_N, _R, _P = 2**15, 8, 3
_MEMORY = 64 * 1024 * 1024
SHORTEST = 8


def account_of(operator_id: str) -> str:
    """Under which name the keyring keeps a person's verifier."""
    return f"passphrase of {operator_id}"


def verifier(passphrase: Secret) -> str:
    """A new salted verifier as text. Takes about a quarter of a second: call it in a thread."""
    salt = os.urandom(16)
    made = _scrypt(passphrase, salt)
    return f"scrypt-{_N}-{_R}-{_P}${base64.b64encode(salt).decode()}${base64.b64encode(made).decode()}"


def fits(kept: str, passphrase: Secret) -> bool:
    """Whether this passphrase made the verifier. False for a verifier that cannot be read."""
    try:
        _, salt, made = kept.split("$")
        return hmac.compare_digest(base64.b64decode(made), _scrypt(passphrase, base64.b64decode(salt)))
    except ValueError:
        return False


def _scrypt(passphrase: Secret, salt: bytes) -> bytes:
    words = passphrase.reveal().encode("utf-8", "surrogatepass")
    return hashlib.scrypt(words, salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)
