r"""Sealed backups: everything a node holds, in one file that only its owner opens.

::

    toguna backup v1\n
    {"alliance":…,"at":…,"lock":…,"party":…}\n      restricted JSON
    an age file of a zstd stream of msgpack values:
        ["config", text] ["key", name, bytes]… ["table", name, columns]
        ["rows", [row…]]… ["end", records]

The rows are a logical dump of one snapshot, so a backup of one engine restores into another.
Projections are left out: they are folded again. The root key is left out: it is carried
away by itself. ``lock`` is an age identity sealed with the passphrase; without one the backup
is sealed to the node's own box key, which must then be kept elsewhere.

Nothing of it lies anywhere unsealed on the way.
"""

from __future__ import annotations

import io
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

import msgspec
import pyrage
import zstandard

from toguna.core import canonical
from toguna.core.table import Reader, Row, Table, Transaction
from toguna.errors import BadInput, EngineFailure, Refused, Unverified
from toguna.node import tables as t
from toguna.node.config import FILE
from toguna.node.node import Node

MAGIC: Final = b"toguna backup v1\n"
ROWS_AT_ONCE: Final = 500
_KEY_FILES: Final = ("log.key", "witness.key", "desk.key", "box.key", "root.pub")
_PIECE: Final = 1 << 16
_MADE: Final = ("backup",)
_encode = msgspec.msgpack.Encoder().encode


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands outside: whose, of which alliance, when, and the lock (or "")."""

    alliance: str
    at: int
    lock: str
    party: str


class Lock(NamedTuple):
    """For whom a backup is sealed: an age recipient, and the sealed way to its identity."""

    recipient: str
    sealed: str


class Opened(NamedTuple):
    """What an unsealed backup says of itself, and its values still to be read."""

    header: Header
    values: Iterator[list[Any]]


def make_lock(passphrase: str | None, box_recipient: str) -> Lock:
    """A lock of a passphrase; without one, of the node's own box key."""
    if passphrase is None:
        return Lock(box_recipient, "")
    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.passphrase.encrypt(str(identity).encode(), passphrase)
    return Lock(str(identity.to_public()), b64encode(sealed).decode())


# Writing -----------------------------------------------------------------------------------


def write_backup(node: Node, folder: Path, lock: Lock, out: BinaryIO) -> int:
    """Write a backup of one snapshot of the node; how many records are in it."""
    header = Header(node.standing.id, node.now(), lock.sealed, node.party)
    out.write(MAGIC + canonical.encode(header) + b"\n")
    count = 0

    def values() -> Iterator[bytes]:
        nonlocal count
        yield _encode(["config", (folder / FILE).read_text("utf-8")])
        for name in _KEY_FILES:
            yield _encode(["key", name, (folder / "keys" / name).read_bytes()])
        with node.reading() as tx:
            for table in t.ALL:
                yield _encode(["table", table.name, [c.name for c in table.columns]])
                for rows in _batches(tx, table):
                    count += len(rows) if table is t.RECORD else 0
                    yield _encode(["rows", rows])
        yield _encode(["end", count])

    try:
        recipient = pyrage.x25519.Recipient.from_str(lock.recipient)
        pyrage.encrypt_io(_Flow(_packed(values())), out, [recipient])
    except OSError as error:
        raise EngineFailure(f"the backup cannot be written: {error.strerror}") from error
    with node.parts.engine.write() as tx:
        tx.put(t.META, [(*_MADE, header.at.to_bytes(8, "big"))])
    return count


def last_backup_us(node: Node) -> int | None:
    """When this node was last backed up, microseconds since the epoch."""
    with node.reading() as tx:
        row = tx.get(t.META, _MADE)
    return None if row is None else int.from_bytes(cast(bytes, row[1]), "big")


def _batches(tx: Reader, table: Table) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in tx.scan(table):
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _packed(values: Iterable[bytes]) -> Iterator[bytes]:
    """Each value behind its length (4 bytes, big-endian), as a zstd stream."""
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    for value in values:
        if piece := packer.compress(len(value).to_bytes(4, "big") + value):
            yield piece
    yield packer.flush()


class _Flow(io.RawIOBase):
    """Pieces of bytes as something to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; empty at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        taken = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(taken) :]
        return taken


# Reading -----------------------------------------------------------------------------------


def read_header(file: BinaryIO, where: str) -> Header:
    """The outside of a backup; BadInput when it is none."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BadInput("this is no backup", where=where, remedy="one is made by toguna backup")
    try:
        return msgspec.json.decode(file.readline(1 << 16), type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadInput("its header is damaged", where=where) from None


def open_lock(header: Header, passphrase: str | None, box: str | None, where: str) -> str:
    """The age identity that opens a backup.

    Refused without what it was sealed with, Unverified when the passphrase is wrong.
    """
    if not header.lock:
        if box is None:
            raise Refused("sealed to the box key", where=where, remedy="give --box-key FILE")
        return box
    if passphrase is None:
        raise Refused("sealed with a passphrase", where=where, remedy="give --passphrase-file")
    try:
        return bytes(pyrage.passphrase.decrypt(b64decode(header.lock), passphrase)).decode()
    except (pyrage.DecryptError, Base64Error, ValueError):
        raise Unverified(
            "the passphrase does not open it, or its header was changed", where=where
        ) from None


def unseal(file: BinaryIO, identity: str, scratch: BinaryIO, where: str) -> Iterator[list[Any]]:
    """The values of a backup whose header was read. ``scratch`` takes the unsealed bytes.

    All of it is unsealed, and so authenticated, before the first value is given out.
    """
    try:
        pyrage.decrypt_io(file, scratch, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError:
        raise Unverified(
            "it does not open with this key, or it was cut short or changed", where=where
        ) from None
    except OSError as error:
        raise Unverified(f"it was cut short or changed: {error}", where=where) from None
    scratch.seek(0)
    return _unpacked(scratch, where)


def _unpacked(scratch: BinaryIO, where: str) -> Iterator[list[Any]]:
    reader = zstandard.ZstdDecompressor().stream_reader(scratch)
    try:
        while head := _exactly(reader, 4, where):
            yield msgspec.msgpack.decode(_exactly(reader, int.from_bytes(head, "big"), where))
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise BadInput(f"its content is damaged: {error}", where=where) from None


def _exactly(reader: Any, size: int, where: str) -> bytes:
    data = b""
    while len(data) < size and (piece := reader.read(size - len(data))):
        data += piece
    if data and len(data) != size:
        raise BadInput("its content is cut short", where=where)
    return data


def fill_store(values: Iterator[list[Any]], tx: Transaction, where: str) -> int:
    """Write the dumped rows into an empty store; how many records that were.

    BadInput when a table is unknown, has other columns, or the dump has no end.
    """
    known = {table.name: table for table in t.ALL}
    table: Table | None = None
    for value in values:
        if value[0] == "table":
            table = known.get(value[1])
            if table is None or [c.name for c in table.columns] != value[2]:
                raise BadInput(
                    f"its table {value[1]!r} is of another version", where=where,
                    remedy="restore it with the version of toguna that made it",
                )  # fmt: skip
        elif value[0] == "rows" and table is not None:
            tx.put(table, [tuple(row) for row in value[1]])
        elif value[0] == "end":
            return int(value[1])
        else:
            raise BadInput(f"an unknown part {str(value[0])[:20]!r}", where=where)
    raise BadInput("it has no end", where=where, remedy="use another backup")
