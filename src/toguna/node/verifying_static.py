"""Checking a log that was published as files: checkpoint, vkey, tiles, entry bundles.

The layout is C2SP tlog-tiles. Whoever holds such files, a folder or a web server, shows
commitments only; so what is checked is that they add up to the signed root, and when they do
not, which entry is the first that cannot be as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from toguna.core import merkle, note, tiles
from toguna.core.merkle import CompactRange
from toguna.core.note import VerifierKey
from toguna.errors import TogunaError, Unknown, Unverified

Fetch = Callable[[str], bytes]
"""The file of this path; :class:`Unknown` when there is none."""


class Published(NamedTuple):
    """A published log that holds."""

    log: str
    origin: str
    size: int
    root: bytes
    key: VerifierKey


def open_published(fetch: Fetch, vkey: str | None) -> tuple[note.Checkpoint, VerifierKey]:
    """The checkpoint, opened with the key that is given, or that the log shows of itself.

    A key that the log itself names proves only that the files belong together: take it from
    the charter, or from the party by another way.
    """
    text = vkey or fetch("vkey").decode("utf-8", "replace").strip()
    key = VerifierKey.parse(text)
    return note.open_checkpoint(fetch("checkpoint"), key), key


def log_of(origin: str) -> str:
    """``ml/spine`` of the origin ``toguna/aes-1a2b3c4d/ml``; else the origin itself."""
    parts = origin.split("/")
    return f"{parts[2]}/spine" if len(parts) == 3 and parts[0] == "toguna" else origin


def verify_published(
    fetch: Fetch, vkey: str | None = None, progress: Callable[[int], None] = lambda _n: None
) -> Published:
    """Check every entry and tile against the signed root.

    Raises Unverified naming the first bad entry; BadInput for what is no log at all.
    """
    checkpoint, key = open_published(fetch, vkey)
    name = log_of(checkpoint.origin)
    known, bad = CompactRange.empty(), ""
    for tile in tiles.tree_tiles(checkpoint.size):
        where = f"{name}/{tile.index * tiles.TILE_WIDTH}"
        if tile.level == "entries":
            leaves = _leaves(fetch, tile, where)
            known = known.extend(leaves)
            bad = bad or _differs(
                _tile(fetch, tiles.TileName(0, tile.index, tile.width), name), leaves, name, tile
            )
            progress(tile.width)
    if known.root() != checkpoint.root:
        what = f"entries up to {checkpoint.size} do not add up to the signed root"
        raise Unverified(what, where=bad or f"{name}/0")
    if bad:
        raise Unverified("entry and tile differ", where=bad)
    _check_high(fetch, checkpoint.size, name)
    return Published(name, checkpoint.origin, checkpoint.size, checkpoint.root, key)


def _leaves(fetch: Fetch, tile: tiles.TileName, where: str) -> list[bytes]:
    path = tiles.tile_path("entries", tile.index, tile.width)
    try:
        entries = tiles.decode_entries(fetch(path))
    except TogunaError as error:
        raise Unverified(f"{path}: {error.what}", where=where) from None
    if len(entries) != tile.width:
        first = f"{where.rpartition('/')[0]}/{tile.index * tiles.TILE_WIDTH + len(entries)}"
        raise Unverified(f"{path} has {len(entries)} entries, not {tile.width}", where=first)
    return merkle.leaf_hashes(entries)


def _tile(fetch: Fetch, tile: tiles.TileName, name: str) -> bytes:
    path = tiles.tile_path(tile.level, tile.index, tile.width)
    try:
        return fetch(path)
    except Unknown as error:
        first = tile.index * tiles.TILE_WIDTH
        raise Unverified(f"{path}: {error.what}", where=f"{name}/{first}") from None


def _differs(stored: bytes, leaves: list[bytes], name: str, tile: tiles.TileName) -> str:
    """The address of the first entry whose hash the tile does not have; empty when none."""
    for k, leaf in enumerate(leaves):
        if stored[k * 32 : k * 32 + 32] != leaf:
            return f"{name}/{tile.index * tiles.TILE_WIDTH + k}"
    return "" if len(stored) == 32 * len(leaves) else f"{name}/{tile.index * tiles.TILE_WIDTH}"


def _check_high(fetch: Fetch, size: int, name: str) -> None:
    """Each hash of a higher tile is the root of the full tile below it."""
    for tile in tiles.tree_tiles(size):
        if tile.level == "entries" or tile.level == 0:
            continue
        data = _tile(fetch, tile, name)
        for k in range(tile.width):
            below = tiles.TileName(tile.level - 1, tile.index * 256 + k, tiles.TILE_WIDTH)
            hashes = _tile(fetch, below, name)
            root = merkle.tree_root([hashes[i : i + 32] for i in range(0, len(hashes), 32)])
            if data[k * 32 : k * 32 + 32] != root:
                first = (tile.index * 256 + k) << 8 * tile.level
                path = tiles.tile_path(tile.level, tile.index, tile.width)
                raise Unverified(f"{path} differs from the tiles below", where=f"{name}/{first}")
