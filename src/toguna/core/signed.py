"""Signatures on documents: who signed, with which key, over which exact bytes.

One rule for cards and for charter acts: the signature is Ed25519 over a context line and
the received bytes (never over something serialised again), and it names its key by a short
id. A context line keeps a signature on one kind of thing from passing for another.

Not here: which keys count (:mod:`toguna.core.charter`, :mod:`toguna.core.tally`).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec

from toguna.core import ed25519
from toguna.errors import BadInput, Unverified

MAX_SIGNATURES = 256


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """One signature: the id of the key, the party that it speaks for, 64 bytes in base64."""

    key: str
    party: str
    sig: str


def key_id(public: bytes) -> str:
    """A short name of a public key: the first 8 bytes of its SHA-256, in hex."""
    return sha256(public).hexdigest()[:16]


def encode_key(public: bytes) -> str:
    """A 32-byte public key as it stands in cards and charters: base64 with padding."""
    return b64encode(public).decode("ascii")


def decode_key(text: str, where: str = "") -> bytes:
    """The 32 bytes of a public key. BadInput unless it is their one base64 spelling."""
    return _decode(text, ed25519.PUBLIC_SIZE, "public key", where)


def _decode(text: str, size: int, what: str, where: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raw = b""
    # Base64 has several spellings of one value; only the plain one is let in.
    if len(raw) != size or b64encode(raw).decode("ascii") != text:
        raise BadInput(f"{text[:24]!r} is not a {what} ({size} bytes in base64)", where=where)
    return raw


def sign(context: bytes, payload: bytes, party: str, seed: bytes) -> Signature:
    """Sign ``context || payload`` with the 32-byte ``seed`` of one of the party's keys."""
    sig = b64encode(ed25519.sign(seed, context + payload)).decode("ascii")
    return Signature(key=key_id(ed25519.public_key(seed)), party=party, sig=sig)


def refuse_doubled(signatures: Iterable[Signature], where: str) -> None:
    """One key signs once: :class:`Unverified` names the party whose key stands twice."""
    seen: set[tuple[str, str]] = set()
    for s in signatures:
        if (s.party, s.key) in seen:
            raise Unverified(f"the key {s.key} of {s.party} signed twice", where=where)
        seen.add((s.party, s.key))
    if len(seen) > MAX_SIGNATURES:
        raise BadInput(f"more than {MAX_SIGNATURES} signatures", where=where)


def verify(
    context: bytes, payload: bytes, signature: Signature, keys: Mapping[str, bytes], where: str
) -> None:
    """Check one signature; ``keys`` holds what may sign for its party, by key id.

    :class:`Unverified` when the key is foreign or the signature does not hold.
    """
    public = keys.get(signature.key)
    if public is None:
        raise Unverified(
            f"a foreign signature: {signature.key[:16]} is no key of {signature.party} for this",
            where=where,
        )
    raw = _decode(signature.sig, ed25519.SIGNATURE_SIZE, "signature", where)
    if not ed25519.verify(public, raw, context + payload):
        raise Unverified(f"the signature of {signature.party} does not hold", where=where)
