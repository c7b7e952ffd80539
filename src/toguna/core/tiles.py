"""The tree as tiles: what is stored, served and carried (C2SP tlog-tiles).

A tile at tile level L holds up to 256 node hashes of tree level 8 * L, in order. Only
complete subtrees are in tiles, so a full tile never changes; the partial tile at the right
edge of each level is replaced as the tree grows. Entry bundles stand beside level 0.

:class:`Edge` is all that appending needs: the compact range and those partial tiles.
A node restored from peers may know the compact range and not the hashes under it. Such a
hash is a *hole* (None): tiles with holes are never given out, the root stays right, and
the first tile that begins after the restore is whole again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from toguna.core import merkle
from toguna.core.merkle import HASH_SIZE, CompactRange
from toguna.errors import BadInput, Unknown, Unverified

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
MAX_TILE_LEVEL: Final = 63
MAX_ENTRY_SIZE: Final = 2**16 - 1

TileLevel = int | Literal["entries"]
"""A tile level from 0 to 63, or ``entries`` for the entry bundles."""


@dataclass(frozen=True, slots=True)
class Tile:
    """``width`` hashes of tile level ``level``; full at 256. ``data`` is their sequence."""

    level: int
    index: int
    width: int
    data: bytes


@dataclass(frozen=True, slots=True)
class TileName:
    """Which tile or entry bundle a path names."""

    level: TileLevel
    index: int
    width: int


ReadTile = Callable[[int, int], bytes | None]
"""``read_tile(tile level, index)``: the tile in its greatest known width, or None."""


def _split_hashes(data: bytes, where: str) -> list[bytes]:
    if len(data) % HASH_SIZE:
        raise Unverified(f"the tile has {len(data)} bytes: no sequence of hashes", where=where)
    return [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tiled tree. Immutable; :func:`extend` gives a new one.

    ``partial[L]`` are the hashes in the partial tile of level L, None where one was lost;
    ``known`` is the compact range, which is whole even where tiles are not.
    """

    known: CompactRange
    partial: tuple[tuple[bytes | None, ...], ...]

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self.known.size

    def root(self) -> bytes:
        """Root of the tree (RFC 6962 s2.1)."""
        return self.known.root()

    def compact_range(self) -> CompactRange:
        """The tree as its maximal complete subtrees."""
        return self.known

    @classmethod
    def empty(cls) -> Edge:
        """The edge of the tree without leaves."""
        return cls(CompactRange.empty(), ())

    @classmethod
    def at(cls, known: CompactRange) -> Edge:
        """The edge of a tree of which only the compact range is known, with holes."""
        return cls.load(known.size, lambda _: None, known)

    @classmethod
    def load(
        cls,
        size: int,
        partial: Callable[[int], bytes | None],
        known: CompactRange | None = None,
    ) -> Edge:
        """The edge of a stored tree of ``size`` leaves.

        ``partial(L)`` gives the stored partial tile of level L, at least as wide as the
        size needs (a wider or full tile is cut), or None where it was lost. Where tiles
        were lost, ``known`` must stand in for them. Raises :class:`Unknown` when it does
        not, and :class:`Unverified` when a tile is short or does not meet ``known``.
        Without ``known``, compare the root with the newest checkpoint's.
        """
        if known is not None and known.size != size:
            raise Unverified(f"the compact range is one of {known.size} leaves, not {size}")
        rows: list[tuple[bytes | None, ...]] = []
        peaks: list[bytes] = []
        for level in range(_levels(size)):
            width = (size >> TILE_HEIGHT * level) % TILE_WIDTH
            stored = partial(level) if width else b""
            if stored is not None:
                row = _stored_row(stored, level, width)
                tops = _row_peaks(row)
                rows.append(tuple(row))
            else:
                tops = _known_peaks(known, level, width)
                rows.append(_holes(width, tops))
            peaks[:0] = tops
        found = CompactRange(size, tuple(peaks))
        if known is not None and found != known:
            raise Unverified(f"the stored tiles at size {size} do not meet the known root")
        return cls(found, tuple(rows))


def _levels(size: int) -> int:
    """How many tile levels a tree of ``size`` leaves has."""
    return -(-size.bit_length() // TILE_HEIGHT)


def _stored_row(stored: bytes, level: int, width: int) -> list[bytes]:
    where = f"partial tile of level {level}"
    row = _split_hashes(stored, where)
    if len(row) < width:
        raise Unverified(f"the tile has {len(row)} hashes, not {width}", where=where)
    return row[:width]


def _row_peaks(row: Sequence[bytes]) -> list[bytes]:
    """Peaks over the hashes of one partial tile, largest first."""
    return list(CompactRange.empty().extend(row).peaks)


def _known_peaks(known: CompactRange | None, level: int, width: int) -> list[bytes]:
    if known is None:
        raise Unknown(
            f"the partial tile of level {level} is not stored",
            remedy="restore the compact range from the newest checkpoint's proof",
        )
    above = (known.size >> TILE_HEIGHT * (level + 1)).bit_count()
    return list(known.peaks[above : above + width.bit_count()])


def _holes(width: int, peaks: Sequence[bytes]) -> tuple[bytes | None, ...]:
    """A row of which only the peaks are known: an odd last hash is itself one of them."""
    if width & 1:
        return (*[None] * (width - 1), peaks[-1])
    return (None,) * width


def extend(edge: Edge, leaf_hashes: Iterable[bytes]) -> tuple[Edge, list[Tile]]:
    """The edge with more leaves, and every tile that changed, by level and index.

    The last tile of a level may be partial and then takes the place of a narrower one.
    Tiles with holes are left out. Store the tiles before the checkpoint is published.
    """
    known, levels = edge.known.grow(leaf_hashes)
    rows = list(edge.partial)
    tiles: list[Tile] = []
    for level, nodes in enumerate(levels[::TILE_HEIGHT]):
        if level == len(rows):
            rows.append(())
        row = [*rows[level], *nodes]
        index = edge.size >> TILE_HEIGHT * (level + 1)
        for start in range(0, len(row), TILE_WIDTH):
            hashes = row[start : start + TILE_WIDTH]
            data = _joined(hashes)
            if data is not None:
                tiles.append(Tile(level, index + start // TILE_WIDTH, len(hashes), data))
        rows[level] = tuple(row[len(row) - len(row) % TILE_WIDTH :])
    return Edge(known, tuple(rows)), tiles


def _joined(hashes: Sequence[bytes | None]) -> bytes | None:
    if None in hashes:
        return None
    return b"".join(h for h in hashes if h is not None)


def subtree_hash(
    level: int,
    index: int,
    read_tile: ReadTile,
    known: Callable[[int, int], bytes | None] | None = None,
) -> bytes:
    """Hash of the complete subtree ``(level, index)`` out of stored tiles.

    Where a tile is missing or too narrow, ``known`` is asked, then the two children.
    Raises :class:`Unknown` naming the first leaf that is in neither, :class:`Unverified`
    when a stored tile is no sequence of hashes. The hashes are taken as they are stored:
    whoever does not trust the store checks what is built of them against a checkpoint.
    """
    tile_level, height = divmod(level, TILE_HEIGHT)
    first = index << height
    tile, start = divmod(first, TILE_WIDTH)
    data = read_tile(tile_level, tile)
    if data is not None:
        where = tile_path(tile_level, tile)
        hashes = _split_hashes(data, where)[start : start + (1 << height)]
        if len(hashes) == 1 << height:
            return hashes[0] if height == 0 else merkle.tree_root(hashes)
    if known is not None and (value := known(level, index)) is not None:
        return value
    if level == 0:
        raise Unknown(f"the hash of leaf {index} is in no stored tile")
    left, right = (subtree_hash(level - 1, 2 * index + i, read_tile, known) for i in (0, 1))
    return merkle.node_hash(left, right)


_PATH = re.compile(
    r"tile/(?P<level>0|[1-9][0-9]?|entries)/"
    r"(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


def tile_path(level: TileLevel, index: int, width: int = TILE_WIDTH) -> str:
    """The path of a tile or entry bundle below the log's prefix (tlog-tiles, Merkle Tree).

    For example ``tile/0/x001/x234/067.p/17``. :class:`BadInput` outside the limits.
    """
    if level != "entries" and not 0 <= level <= MAX_TILE_LEVEL:
        raise BadInput(f"there is no tile level {level}: from 0 to {MAX_TILE_LEVEL}")
    if not 0 <= index < 2**63 or not 1 <= width <= TILE_WIDTH:
        raise BadInput(f"there is no tile {index} of width {width}")
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03d}")
    suffix = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{suffix}"


def parse_tile_path(path: str) -> TileName:
    """What a path names. :class:`BadInput` unless it is exactly as :func:`tile_path` writes.

    So leading zeroes, a width of 0 or 256, a missing ``x`` and a superfluous ``x000``
    are refused: one tile has one name.
    """
    if found := _PATH.fullmatch(path):
        level: TileLevel = "entries" if found["level"] == "entries" else int(found["level"])
        index = int(found["index"].replace("/", "").replace("x", "")[:40])
        name = TileName(level, index, int(found["width"] or TILE_WIDTH))
        if (
            (level == "entries" or level <= MAX_TILE_LEVEL)
            and index < 2**63
            and name.width <= TILE_WIDTH
            and tile_path(level, index, name.width) == path
        ):
            return name
    raise BadInput(
        f"{path[:80]!r} is not the path of a tile",
        remedy="write it as tile/<level>/x001/234 or tile/entries/001.p/<width>",
    )


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length, a big-endian uint16 (tlog-tiles).

    :class:`BadInput` when an entry has more than 65,535 bytes.
    """
    for i, entry in enumerate(entries):
        if len(entry) > MAX_ENTRY_SIZE:
            raise BadInput(f"entry {i} has {len(entry)} bytes; at most {MAX_ENTRY_SIZE} fit")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def decode_entries(data: bytes) -> list[bytes]:
    """The entries of a bundle. :class:`BadInput` when it is cut, or holds more than 256."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise BadInput(f"the entry bundle is cut within entry {len(entries)}")
        entries.append(data[start:at])
    if len(entries) > TILE_WIDTH:
        raise BadInput(f"the entry bundle has {len(entries)} entries; at most {TILE_WIDTH} fit")
    return entries


def tree_tiles(size: int) -> Iterator[TileName]:
    """Every tile and entry bundle that a tree of ``size`` leaves has, none of them empty."""
    for level in range(_levels(size)):
        count = size >> TILE_HEIGHT * level
        for index in range(-(-count // TILE_WIDTH)):
            width = min(TILE_WIDTH, count - index * TILE_WIDTH)
            yield TileName(level, index, width)
            if level == 0:
                yield TileName("entries", index, width)


def static_files(
    size: int,
    read_tile: ReadTile,
    read_entries: Callable[[int, int], Sequence[bytes]],
    vkey: str,
    checkpoint: bytes,
) -> Iterator[tuple[str, bytes]]:
    """The log as files for a plain web server: path below the prefix, and content.

    ``read_entries(start, end)`` gives the entries of that range. The checkpoint comes
    last: write in this order, and whoever follows it always finds what it promises.
    Raises :class:`Unknown` when a tile is not stored, :class:`Unverified` when it is cut.
    """
    for name in tree_tiles(size):
        path = tile_path(name.level, name.index, name.width)
        if name.level == "entries":
            start = name.index * TILE_WIDTH
            yield path, encode_entries(read_entries(start, start + name.width))
            continue
        data = read_tile(name.level, name.index)
        if data is None:
            raise Unknown("the tile is not stored", where=path, remedy="restore it from a peer")
        if len(data) < name.width * HASH_SIZE:
            raise Unverified(f"the tile has {len(data)} bytes: too few", where=path)
        yield path, data[: name.width * HASH_SIZE]  # it may have grown since the checkpoint
    yield "vkey", f"{vkey}\n".encode()
    yield "checkpoint", checkpoint
