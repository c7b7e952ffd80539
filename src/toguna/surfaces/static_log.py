"""Our spine for anyone to read: checkpoint, tiles, entry bundles, verifier key.

C2SP tlog-tiles over HTTP. There are commitments only in it, so nothing of it is secret and
any plain cache may stand before it. What does not exist is 404; a partial tile exists for
the sizes that were sealed, and is cut from the wider tile that is stored by now.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from toguna.core import note, tiles
from toguna.core.table import Reader, Where
from toguna.errors import BadInput, Unknown
from toguna.node import tables as t
from toguna.node.node import Node

TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
CHANGES: Final = "no-cache"
"""The checkpoint moves on with every seal: ask again before it is shown from a cache."""
NEVER_CHANGES: Final = "public, max-age=604800, immutable"


class File(NamedTuple):
    """What is served: bytes, content type, Cache-Control."""

    content: bytes
    type: str
    cache: str


def _missing(path: str) -> Unknown:
    return Unknown("there is no such file in this log", where=path[:80])


def checkpoint(node: Node) -> File:
    """The newest checkpoint with the cosignatures gathered so far (tlog-checkpoint)."""
    if not node.spine.note:
        raise _missing("checkpoint")
    return File(node.spine.note, TEXT, CHANGES)


def vkey(node: Node) -> File:
    """The key that verifies the checkpoint, as a line ``name+id+key`` (signed-note)."""
    standing = node.standing
    public = standing.current_key(node.party, "log")
    if public is None:
        raise _missing("vkey")
    key = note.VerifierKey(standing.origin(node.party), note.ED25519, public)
    return File(f"{key}\n".encode(), TEXT, CHANGES)


def tile(node: Node, path: str) -> File:
    """The tile or entry bundle of this path, ``tile/0/x001/067.p/17`` (tlog-tiles)."""
    try:
        name = tiles.parse_tile_path(path)
    except BadInput:
        raise _missing(path) from None
    with node.reading() as tx:
        content = _content(node, tx, name)
    if content is None:
        raise _missing(path)
    return File(content, BYTES, NEVER_CHANGES)


def _content(node: Node, tx: Reader, name: tiles.TileName) -> bytes | None:
    level = 0 if name.level == "entries" else name.level
    if level > 7:  # 256^8 entries are more than an index can count
        return None
    if name.width < tiles.TILE_WIDTH and not _was_sealed(node, tx, level, name):
        return None
    if name.level == "entries":
        stored = node.spine.tile(tx, t.ENTRIES, name.index)
        entries = tiles.decode_entries(stored) if stored else []
        return tiles.encode_entries(entries[: name.width]) if len(entries) >= name.width else None
    stored = node.spine.tile(tx, name.level, name.index)
    size = name.width * 32
    return stored[:size] if stored is not None and len(stored) >= size else None


def _was_sealed(node: Node, tx: Reader, level: int, name: tiles.TileName) -> bool:
    """Whether there was a checkpoint at which this tile had just this width."""
    nodes = name.index * tiles.TILE_WIDTH + name.width
    low = nodes << tiles.TILE_HEIGHT * level
    high = (nodes + 1) << tiles.TILE_HEIGHT * level
    if high >= 1 << 63:
        return False
    where = [
        Where("log", "=", node.spine.no),
        Where("size", ">=", low),
        Where("size", "<", high),
    ]
    return next(iter(tx.scan(t.SEAL, where, limit=1)), None) is not None
