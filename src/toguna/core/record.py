"""Records: one immutable statement, kept for ever as the bytes that were written.

A record is restricted RFC 8785 JSON (see :mod:`toguna.core.canonical`) with the envelope

    about, at, body, by {key, office, party}, kind, label, refs, sig, v

in this order, which is both the alphabet's and RFC 8785's. ``sig`` stands last but for the
constant ``"v":1``, so a signature is checked on the received bytes by cutting out a piece
of fixed length: nothing is ever serialised again to be verified.

Not here: what a body means (domains), who may read it (labels), where it is kept (engines).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from toguna.core import canonical, ed25519
from toguna.core.labels import Label
from toguna.errors import BadInput, Unverified

MAX_RECORD_BYTES = 1 << 20
"""A record is a statement, not a file: 1 MiB and no more."""

SIGNED = b"toguna/record-signature/v1\n"
"""What stands before the bytes of a record where its author signs them."""
_END = b',"v":1}'
_SIGNATURE_BYTES = 64
_SIG_PART = len(b',"sig":"') + 88 + len(b'"')
_INDEX_BITS = 40
MAX_INDEX = (1 << _INDEX_BITS) - 1


class Address(msgspec.Struct, frozen=True, order=True):
    """Where a record stands: ``ml/spine/17``. Assigned once, when its batch is sealed."""

    party: str
    log: str
    index: int

    def __str__(self) -> str:
        return f"{self.party}/{self.log}/{self.index}"

    @property
    def log_name(self) -> str:
        """The log that holds it, for example ``ml/spine``."""
        return f"{self.party}/{self.log}"

    @staticmethod
    def parse(text: str) -> Address:
        """Read ``party/log/index``; :class:`BadInput` says what an address looks like."""
        parts = text.split("/")
        if len(parts) == 3 and parts[1] in ("home", "spine") and parts[2].isascii():
            digits = parts[2]
            plain = digits.isdigit() and (digits == "0" or digits[0] != "0")
            if parts[0] and plain and int(digits) <= MAX_INDEX:
                return Address(parts[0], parts[1], int(digits))
        raise BadInput(
            f"{text[:80]!r} is not an address", remedy="write it like ml/spine/17 or ml/home/3"
        )


class Author(msgspec.Struct, frozen=True):
    """Who speaks: the party, the office held, and the id of the key that signs."""

    key: str
    office: str
    party: str


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands around every body. Times are microseconds since the epoch, UTC.

    ``about`` names the record that opened the thing spoken of; ``refs`` what it rests on.
    Fields that this version does not know are ignored here and kept in the bytes.
    """

    at: int
    body: msgspec.Raw
    by: Author
    kind: str
    label: Label
    v: int
    about: str | None = None
    refs: tuple[str, ...] = ()
    sig: str | None = None


class _Wire(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The same, in the order in which RFC 8785 writes it."""

    about: str | None = None
    at: int
    body: msgspec.Raw | msgspec.Struct
    by: Author
    kind: str
    label: Label
    refs: tuple[str, ...] = ()
    v: int


class Draft(NamedTuple):
    """What an author wants to say, before it is a record. ``body`` is a kind's struct."""

    kind: str
    body: msgspec.Struct
    label: Label
    about: str | None = None
    refs: tuple[str, ...] = ()


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Envelope)


def encode(draft: Draft, author: Author, at_us: int) -> bytes:
    """The record's bytes without a signature. Raises BadInput when too large."""
    wire = _Wire(
        about=draft.about,
        at=at_us,
        body=draft.body,
        by=author,
        kind=draft.kind,
        label=draft.label,
        refs=draft.refs,
        v=1,
    )
    raw = _encoder.encode(wire)
    if len(raw) > MAX_RECORD_BYTES:
        raise BadInput(
            f"the record has {len(raw):,} bytes, the most is {MAX_RECORD_BYTES:,}",
            remedy="put large files beside it and quote their digest",
        )
    return raw


def sign(raw: bytes, signer: Callable[[bytes], bytes]) -> bytes:
    """Put the author's signature into the bytes that will be committed to."""
    return with_signature(raw, b64encode(signer(SIGNED + raw)).decode())


def with_signature(raw: bytes, sig: str) -> bytes:
    """The bytes of :func:`encode` with a signature made elsewhere, base64 of 64 bytes. It is
    not verified here. :class:`BadInput` when it is none.
    """
    try:
        size = len(b64decode(sig, validate=True))
    except (Base64Error, ValueError):
        size = 0
    if size != _SIGNATURE_BYTES:
        raise BadInput("a signature is 64 bytes in base64", where="sig")
    return raw[: -len(_END)] + b',"sig":"' + sig.encode() + b'"' + _END


def verify_signature(raw: bytes, envelope: Envelope, public: bytes) -> None:
    """Check ``sig`` on the bytes as received; :class:`Unverified` names what is wrong."""
    if envelope.sig is None:
        raise Unverified(f"{envelope.kind} is a decisive act and carries no signature")
    cut = len(raw) - len(_END) - _SIG_PART
    if cut < 0 or raw[cut:] != b',"sig":"' + envelope.sig.encode() + b'"' + _END:
        raise Unverified(f"the signature of {envelope.kind} does not stand in its place")
    try:
        signature = b64decode(envelope.sig, validate=True)
    except Base64Error:
        raise Unverified(f"the signature of {envelope.kind} is not base64") from None
    if not ed25519.verify(public, signature, SIGNED + raw[:cut] + _END):
        raise Unverified(
            f"the signature of {envelope.kind} by {envelope.by.party} {envelope.by.office} is false"
        )


def decode(raw: bytes) -> Envelope:
    """Read received bytes. :class:`BadInput` unless they are one canonical record, version 1."""
    canonical.check(raw, max_bytes=MAX_RECORD_BYTES)
    return decode_trusted(raw)


def decode_trusted(raw: bytes) -> Envelope:
    """Read bytes that this node has checked before (out of its own store)."""
    try:
        envelope = _decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise BadInput(f"not a record: {error}") from None
    except msgspec.DecodeError as error:
        raise BadInput(f"not a record: {error}") from None
    if envelope.v != 1 or not raw.endswith(_END):
        raise BadInput(f"record version {envelope.v} is not known here", remedy="update toguna")
    return envelope
