"""What two parties say to one another: a pull and its reply, as msgpack arrays.

Every part of a reply proves itself (checkpoints, proofs, signed documents), so it does not
matter through whose hands it came. Not here: the reasons for asking (sync.py).
"""

from __future__ import annotations

import msgspec

from toguna.errors import BadInput


class Want(msgspec.Struct, frozen=True, array_like=True):
    """Send me ``log`` from ``size`` on; of the frame ``digest`` I hold ``offset`` bytes."""

    log: str
    size: int
    digest: bytes = b""
    offset: int = 0


class Proof(msgspec.Struct, frozen=True, array_like=True):
    """That the log of size ``old`` is a beginning of that of size ``new`` (RFC 6962 2.1.2)."""

    log: str
    old: int
    new: int
    path: tuple[bytes, ...] = ()


class Pull(msgspec.Struct, frozen=True, array_like=True):
    """One party's question to another. ``room`` bounds the bytes of parts in the answer;
    ``cosigned`` is the asker's witness line under the newest head that it verified; ``turn``
    numbers the question, so that a late or repeated answer is known as one.
    """

    wants: tuple[Want, ...]
    heads: tuple[bytes, ...]
    book: bytes
    documents: tuple[bytes, ...] = ()
    flashed: int = -1
    prove: tuple[Proof, ...] = ()
    room: int = 32_768
    cosigned: bytes = b""
    turn: int = 0


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A piece of an encoded frame: ``data`` stands at ``offset`` of ``total`` bytes. With the
    last piece, ``stop`` says where the frame ends.
    """

    log: str
    stop: int
    digest: bytes
    total: int
    offset: int
    data: bytes


class Flash(msgspec.Struct, frozen=True, array_like=True):
    """One record sent ahead of the backlog, with its own inclusion proof."""

    log: str
    index: int
    readers: tuple[str, ...]
    salt: bytes
    raw: bytes
    path: tuple[bytes, ...]
    note: bytes


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """The answer to a :class:`Pull` of this ``turn``. ``more`` says that asking again at once
    is worth it; ``why`` in words, what of the wants cannot be met.
    """

    parts: tuple[Part, ...]
    flashes: tuple[Flash, ...]
    heads: tuple[bytes, ...]
    book: bytes
    documents: tuple[bytes, ...]
    proofs: tuple[Proof, ...]
    more: bool
    turn: int = 0
    why: str = ""


_encoder = msgspec.msgpack.Encoder()
_pulls = msgspec.msgpack.Decoder(Pull)
_replies = msgspec.msgpack.Decoder(Reply)


def encode(message: Pull | Reply) -> bytes:
    """The message as it goes over the wire."""
    return _encoder.encode(message)


def decode_pull(data: bytes) -> Pull:
    """Read a pull; :class:`BadInput` when it is none."""
    try:
        return _pulls.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not a pull: {error}") from None


def decode_reply(data: bytes) -> Reply:
    """Read a reply; :class:`BadInput` when it is none."""
    try:
        return _replies.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not a reply: {error}") from None
