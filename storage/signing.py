"""Signs heads of the journal with Ed25519, and tells a genuine seal from a changed one. Runs in worker threads."""

from __future__ import annotations

import msgspec

from storage.records import Head

_DOMAIN = b"operator-console seal 1\n"


class Seal(msgspec.Struct, frozen=True):
    """`signature` (Ed25519) by `key` (public) over workspace, seq, hash and time; all of them hexadecimal."""

    workspace: str
    seq: int
    hash: str
    at: int  # microseconds since the epoch, UTC
    key: str
    signature: str

    @property
    def head(self) -> Head:
        return Head(self.seq, bytes.fromhex(self.hash))


class KeptSeal(msgspec.Struct, frozen=True):
    """The signing key with its newest seal, kept in one piece so that neither is ever there without the other."""

    private: str
    seal: Seal

    def as_text(self) -> str:
        return msgspec.json.encode(self).decode()


def sign(workspace: str, head: Head, at: int, former: KeptSeal | None) -> KeptSeal:
    """A new seal by the key of the former one; where there is none, by a new key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if former is not None:
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(former.private))
    else:
        private = Ed25519PrivateKey.generate()
    signature = private.sign(_message(workspace, head, at)).hex()
    public = private.public_key().public_bytes_raw().hex()
    seal = Seal(workspace, head.seq, head.hash.hex(), at, public, signature)
    return KeptSeal(private.private_bytes_raw().hex(), seal)


def genuine(workspace: str, text: str) -> KeptSeal | None:
    """The seal in the text, or None when the text is none, was changed, or belongs to another workspace."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        kept = msgspec.json.decode(text, type=KeptSeal)
        public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept.private)).public_key()
        public.verify(bytes.fromhex(kept.seal.signature), _message(workspace, kept.seal.head, kept.seal.at))
    except (ValueError, msgspec.DecodeError, InvalidSignature):
        return None
    fits = (kept.seal.workspace, kept.seal.key) == (workspace, public.public_bytes_raw().hex())
    return kept if fits else None


def _message(workspace: str, head: Head, at: int) -> bytes:
    name = workspace.encode()
    return b"".join((_DOMAIN, len(name).to_bytes(4, "big"), name, b"%d\n%d\n" % (head.seq, at), head.hash))
