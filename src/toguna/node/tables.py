"""The node's own tables. Everything a node knows stands in these and the projections.

A record's key packs its address into one integer: ``log number << 40 | index``. The log
number is local; on the wire a log has its name.
"""

from __future__ import annotations

from toguna.core.record import MAX_INDEX, Address
from toguna.core.table import Column, Table
from toguna.node import people_tables

INDEX_BITS = 40
ENTRIES = -1
"""The level under which TILE keeps entry bundles rather than hashes."""

META = Table("meta_values", (Column("key", "text"), Column("value", "bytes")), ("key",))
"""Small facts: the salt secret, the party, digests of projections."""

LOG = Table("logs", (Column("no", "int"), Column("name", "text")), ("no",))
"""Local numbers of logs, our own and those that we follow."""

HEAD = Table(
    "heads",
    (
        Column("log", "int"),
        Column("size", "int"),
        Column("count", "int"),
        Column("chain", "bytes"),
        Column("peaks", "bytes"),
        Column("note", "bytes"),
    ),
    ("log",),
)
"""The newest head of each log. For our own logs it is swapped, never just written: a head
that somebody else moved stops the seal. For a followed log it is the resume point."""

SEAL = Table(
    "seals",
    (
        Column("log", "int"),
        Column("size", "int"),
        Column("start", "int"),
        Column("at", "int"),
        Column("note", "bytes"),
        Column("slots", "bytes"),
    ),
    ("log", "size"),
)
"""Every signed checkpoint: all of our own with the readers' slots, and those we verified."""

RECORD = Table(
    "records",
    (
        Column("id", "int"),
        Column("kind", "text"),
        Column("about", "int", nullable=True),
        Column("at", "int"),
        Column("audience", "int"),
        Column("received", "int"),
        Column("gone", "text", nullable=True),
        Column("refused", "text", nullable=True),
        Column("raw", "bytes"),
        Column("salt", "bytes"),
        Column("commitment", "bytes"),
    ),
    ("id",),
    (("kind",), ("about",)),
)
"""Records as received. ``gone``: erased, why (raw and salt are empty, the commitment stays).
``refused``: kept, because it is part of a log, but it counts for nothing, and why."""

RUN = Table(
    "runs",
    (
        Column("log", "int"),
        Column("start", "int"),
        Column("count", "int"),
        Column("audience", "int"),
        Column("batch", "int"),
    ),
    ("log", "start"),
)
"""Contiguous entries for one audience. ``batch`` is where its batch began, -1 when the
batch's key is not ours to give (a followed log, or one taken back from peers)."""

SPAN = Table(
    "spans",
    (
        Column("log", "int"),
        Column("start", "int"),
        Column("stop", "int"),
        Column("withheld", "bytes"),
        Column("heads", "bytes"),
        Column("before", "bytes"),
        Column("seals", "bytes"),
    ),
    ("log", "start"),
)
"""The hashes of what a verified frame did not show: our proof, and the owner's way back.
``before`` are the peaks of the tree at ``start``; ``seals`` the sizes at which the owner
sealed in between, 8 bytes each."""

HASH = Table(
    "hashes",
    (
        Column("log", "int"),
        Column("level", "int"),
        Column("place", "int"),
        Column("hash", "bytes"),
    ),
    ("log", "level", "place"),
)
"""Subtree hashes of our own log where a restore left no tiles."""

TILE = Table(
    "tiles",
    (
        Column("log", "int"),
        Column("level", "int"),
        Column("place", "int"),
        Column("data", "bytes"),
    ),
    ("log", "level", "place"),
)
"""C2SP tiles of our own logs; a partial tile is replaced by its wider self."""

AUDIENCE = Table(
    "audiences",
    (Column("no", "int"), Column("owner", "text"), Column("readers", "text")),
    ("no",),
)
"""The releasable-to table: who owns, and who may read, what carries this number."""

EXPIRY = Table("expiries", (Column("id", "int"), Column("at", "int")), ("id",), (("at",),))
"""When a label ends for a record that we hold."""

RELEASED = Table(
    "released", (Column("spine", "int"), Column("home", "int")), ("spine",), (("home",),)
)
"""Which spine record was made from which home record. Never leaves the node."""

FLASH = Table("flashes", (Column("id", "int"), Column("audience", "int")), ("id",))
"""Records of ours to be sent ahead of the backlog."""

DOCUMENT = Table("documents", (Column("hash", "bytes"), Column("data", "bytes")), ("hash",))
"""The charter book."""

PART = Table(
    "parts",
    (
        Column("log", "text"),
        Column("at", "int"),
        Column("digest", "bytes"),
        Column("data", "bytes"),
    ),
    ("log", "at"),
)
"""Pieces of a frame still under way, by byte offset."""

HELD = Table(
    "held",
    (Column("party", "text"), Column("size", "int"), Column("at", "int")),
    ("party",),
)
"""How far each peer says that it has verified our spine, and when it last asked."""

FORK = Table(
    "forks",
    (
        Column("digest", "bytes"),
        Column("log", "text"),
        Column("at", "int"),
        Column("why", "text"),
        Column("first", "bytes"),
        Column("second", "bytes"),
    ),
    ("digest",),
)
"""Evidence: two signed checkpoints of one log that contradict each other."""

WAITING = Table(
    "waiting",
    (
        Column("no", "int"),
        Column("office", "text"),
        Column("kind", "text"),
        Column("body", "bytes"),
        Column("label", "bytes"),
        Column("about", "text", nullable=True),
    ),
    ("no",),
)
"""Answers of our rules that wait until we may seal again."""

ONCE = Table(
    "once_asked",
    (
        Column("by", "text"),
        Column("once", "text"),
        Column("digest", "bytes"),
        Column("addresses", "text"),
        Column("at", "int"),
    ),
    ("by", "once"),
    (("at",),),
)
"""What was written under an id of its author's, so that asking again writes nothing."""

FILE = Table(
    "files",
    (
        Column("digest", "text"),
        Column("type", "text"),
        Column("bytes", "int"),
        Column("width", "int"),
        Column("height", "int"),
        Column("at", "int"),
        Column("by", "text"),
    ),
    ("digest",),
    (("at",), ("by", "at")),
)
"""Clean pictures by the SHA-256 of their bytes, when they came last, and who brought them."""

FILE_PART = Table(
    "file_parts",
    (Column("digest", "text"), Column("at", "int"), Column("data", "bytes")),
    ("digest", "at"),
)
"""Their bytes in pieces, by offset."""

FILE_USE = Table(
    "file_uses",
    (Column("digest", "text"), Column("record", "int")),
    ("digest", "record"),
    (("record",),),
)
"""Which records of ours quote which file, be it here or not."""

ALL = (
    META, LOG, HEAD, SEAL, RECORD, RUN, SPAN, HASH, TILE, AUDIENCE, EXPIRY, RELEASED, FLASH,
    DOCUMENT, PART, HELD, FORK, WAITING, ONCE, FILE, FILE_PART, FILE_USE, *people_tables.KEPT,
)  # fmt: skip


def pack(log_no: int, index: int) -> int:
    """The key of entry ``index`` of log ``log_no``. An index one too large is the end of it."""
    return (log_no << INDEX_BITS) + index


def unpack(key: int) -> tuple[int, int]:
    """The log number and index in a key."""
    return key >> INDEX_BITS, key & MAX_INDEX


def address_of(name: str, index: int) -> Address:
    """The address of an entry of the log ``name`` (``ml/spine``)."""
    party, _, log = name.partition("/")
    return Address(party, log, index)
