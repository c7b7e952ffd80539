"""Tiles: which change, what stands in them, their names, and growing after a loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core import merkle, tiles
from toguna.core.merkle import CompactRange
from toguna.core.tiles import Edge, Tile, TileName
from toguna.errors import BadInput, Unknown, Unverified

LEAVES = merkle.leaf_hashes(i.to_bytes(4, "big") for i in range(70_000))
_, LEVELS = CompactRange.empty().grow(LEAVES)

Store = dict[tuple[int, int], bytes]


def store(changed: list[Tile], into: Store) -> None:
    for tile in changed:
        assert len(tile.data) == tile.width * 32
        into[tile.level, tile.index] = tile.data


def reader(stored: Store) -> tiles.ReadTile:
    return lambda level, index: stored.get((level, index))


def partial_of(stored: Store, size: int):
    return lambda level: stored.get((level, size >> 8 * (level + 1)))


def expected_tiles(size: int) -> Store:
    """Every tile of a tree of ``size``, straight from the definition in tlog-tiles."""
    out: Store = {}
    for level in range(3):
        count = size >> 8 * level
        for start in range(0, count, 256):
            hashes = LEVELS[8 * level][start : min(start + 256, count)]
            out[level, start // 256] = b"".join(hashes)
    return out


@pytest.mark.parametrize("steps", [[70_000], [1, 4, 251, 1, 1000], [256] * 3, [65_535, 1, 1]])
def test_stored_tiles_are_those_of_the_definition(steps: list[int]) -> None:
    edge, stored = Edge.empty(), Store()
    for step in steps:
        edge, changed = tiles.extend(edge, LEAVES[edge.size : edge.size + step])
        store(changed, stored)
        assert edge.root() == merkle.tree_root(LEAVES[: edge.size])
    assert stored == expected_tiles(edge.size)
    assert Edge.load(edge.size, partial_of(stored, edge.size)) == edge


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    _, changed = tiles.extend(Edge.empty(), LEAVES)
    widths = [(t.level, t.width) for t in changed]
    assert widths.count((0, 256)) == 273
    assert widths.count((1, 256)) == 1
    assert [w for w in widths if w[1] < 256] == [(0, 112), (1, 17), (2, 1)]


def test_only_changed_tiles_are_given() -> None:
    edge, _ = tiles.extend(Edge.empty(), LEAVES[:600])
    _, changed = tiles.extend(edge, LEAVES[600:601])
    assert [(t.level, t.index, t.width) for t in changed] == [(0, 2, 89)]
    assert tiles.extend(edge, []) == (edge, [])


@given(st.lists(st.integers(0, 1500), max_size=8))
def test_extend_in_any_steps_meets_extend_at_once(steps: list[int]) -> None:
    edge, stored = Edge.empty(), Store()
    for step in steps:
        edge, changed = tiles.extend(edge, LEAVES[edge.size : edge.size + step])
        store(changed, stored)
    assert stored == expected_tiles(edge.size)
    assert edge == tiles.extend(Edge.empty(), LEAVES[: edge.size])[0]


@given(st.integers(0, 3000), st.lists(st.integers(0, 900), min_size=1, max_size=4))
def test_a_restored_edge_keeps_the_root_and_gives_no_tile_with_holes(
    size: int, steps: list[int]
) -> None:
    edge = Edge.at(CompactRange.empty().extend(LEAVES[:size]))
    stored: Store = {}
    for step in steps:
        edge, changed = tiles.extend(edge, LEAVES[edge.size : edge.size + step])
        store(changed, stored)
    assert edge.root() == merkle.tree_root(LEAVES[: edge.size])
    expected = expected_tiles(edge.size)
    assert stored.items() <= expected.items()
    # Every level-0 tile that begins after the restore is whole and given.
    for start in range(-(-size // 256) * 256, edge.size, 256):
        assert (0, start // 256) in stored


def test_a_tile_with_holes_becomes_history_and_the_next_is_whole() -> None:
    edge = Edge.at(CompactRange.empty().extend(LEAVES[:7]))
    assert edge.partial == ((None,) * 6 + (LEAVES[6],),)
    edge, changed = tiles.extend(edge, LEAVES[7:300])
    assert [(t.level, t.index, t.width) for t in changed] == [(0, 1, 44), (1, 0, 1)]
    assert edge == tiles.extend(Edge.empty(), LEAVES[:300])[0]


def test_load_stands_in_for_lost_tiles_with_the_known_range() -> None:
    known = CompactRange.empty().extend(LEAVES[:70_000])
    stored = expected_tiles(70_000)
    del stored[0, 273]
    edge = Edge.load(70_000, partial_of(stored, 70_000), known)
    assert edge.root() == known.root()
    assert edge.partial[0] == (None,) * 112
    assert None not in edge.partial[1]
    with pytest.raises(Unknown, match="level 0 is not stored"):
        Edge.load(70_000, partial_of(stored, 70_000))


def test_load_names_what_is_wrong_with_a_tile() -> None:
    data = b"".join(LEAVES[:5])
    with pytest.raises(Unverified, match="4 hashes, not 5"):
        Edge.load(5, lambda _: data[:-32])
    with pytest.raises(Unverified, match="no sequence of hashes"):
        Edge.load(5, lambda _: data[:-1])
    with pytest.raises(Unverified, match="do not meet the known root"):
        Edge.load(5, lambda _: bytes(160), CompactRange.empty().extend(LEAVES[:5]))
    with pytest.raises(Unverified, match="6 leaves, not 5"):
        Edge.load(5, lambda _: data, CompactRange.empty().extend(LEAVES[:6]))
    assert Edge.load(4, lambda _: data).size == 4  # a tile that has grown since is cut


@given(st.data())
def test_subtree_hash_is_right_for_every_complete_subtree(data: st.DataObject) -> None:
    read = reader(expected_tiles(70_000))
    level = data.draw(st.integers(0, 16))
    index = data.draw(st.integers(0, (70_000 >> level) - 1))
    assert tiles.subtree_hash(level, index, read) == LEVELS[level][index]


def test_subtree_hash_asks_known_and_then_the_children() -> None:
    stored = expected_tiles(1000)
    del stored[1, 0]
    assert tiles.subtree_hash(9, 0, reader(stored)) == LEVELS[9][0]
    del stored[0, 1]
    lost = {(8, 1): LEVELS[8][1]}
    assert tiles.subtree_hash(9, 0, reader(stored), lambda *at: lost.get(at)) == LEVELS[9][0]
    with pytest.raises(Unknown, match="leaf 256"):
        tiles.subtree_hash(9, 0, reader(stored))
    with pytest.raises(Unverified, match="no sequence"):
        tiles.subtree_hash(0, 0, lambda *_: b"x" * 33)


def test_proofs_come_out_of_stored_tiles() -> None:
    edge, changed = tiles.extend(Edge.empty(), LEAVES[:5000])
    stored: Store = {}
    store(changed, stored)

    def fetch(level: int, index: int) -> bytes:
        return tiles.subtree_hash(level, index, reader(stored))

    for index in (0, 255, 256, 4095, 4999):
        path = merkle.inclusion_path(index, 5000, fetch)
        merkle.verify_inclusion(LEAVES[index], index, 5000, path, edge.root())
    path = merkle.consistency_path(777, 5000, fetch)
    old = merkle.tree_root(LEAVES[:777])
    merkle.verify_consistency(777, 5000, old, edge.root(), path)


PATHS = {
    "tile/0/000": TileName(0, 0, 256),
    "tile/0/000.p/1": TileName(0, 0, 1),
    "tile/1/x001/x234/067": TileName(1, 1_234_067, 256),
    "tile/63/999.p/255": TileName(63, 999, 255),
    "tile/0/x001/000": TileName(0, 1000, 256),
    "tile/entries/273.p/112": TileName("entries", 273, 112),
}


@pytest.mark.parametrize("path", PATHS)
def test_paths_are_written_and_read_as_specified(path: str) -> None:
    name = PATHS[path]
    assert tiles.tile_path(name.level, name.index, name.width) == path
    assert tiles.parse_tile_path(path) == name


@given(st.integers(0, 63) | st.just("entries"), st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_paths_round_trip(level: tiles.TileLevel, index: int, width: int) -> None:
    path = tiles.tile_path(level, index, width)
    assert tiles.parse_tile_path(path) == TileName(level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "", "tile", "/tile/0/000", "tile/0/000/", "tile/0/000\n", "tile/00/000", "tile/64/000",
        "tile/-1/000", "tile/0/0", "tile/0/0000", "tile/0/001/234", "tile/0/x001",
        "tile/0/x000/001",
        "tile/0/X001/234", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/",
        "tile/0/000.p/999", "tile/data/000", "tile/0/../000", "tile/0/\u0660\u0660\u0660",
        "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/" + "x001/" * 2000 + "000",
    ],
)  # fmt: skip
def test_bad_paths_are_refused(path: str) -> None:
    with pytest.raises(BadInput, match="not the path of a tile"):
        tiles.parse_tile_path(path)


def test_paths_outside_the_limits_are_not_written() -> None:
    for wrong in (
        (64, 0, 256),
        (-1, 0, 256),
        (0, -1, 256),
        (0, 2**63, 256),
        (0, 0, 0),
        (0, 0, 257),
    ):
        with pytest.raises(BadInput):
            tiles.tile_path(*wrong)


@given(st.lists(st.binary(max_size=70), max_size=256))
def test_entries_round_trip(entries: list[bytes]) -> None:
    assert tiles.decode_entries(tiles.encode_entries(entries)) == entries


@given(st.binary(max_size=300))
def test_any_bytes_are_a_bundle_that_encodes_back_or_bad_input(data: bytes) -> None:
    try:
        entries = tiles.decode_entries(data)
    except BadInput:
        return
    assert tiles.encode_entries(entries) == data


def test_entry_bundles_name_what_is_wrong() -> None:
    assert tiles.encode_entries([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    assert len(tiles.decode_entries(tiles.encode_entries([b"x" * 65_535]))[0]) == 65_535
    for cut in (b"\x00", b"\x00\x02a", b"\x00\x00\x00", b"\x00\x01a\xff"):
        with pytest.raises(BadInput, match="cut within entry"):
            tiles.decode_entries(cut)
    with pytest.raises(BadInput, match="257 entries"):
        tiles.decode_entries(bytes(2 * 257))
    with pytest.raises(BadInput, match="entry 1 has 65536 bytes"):
        tiles.encode_entries([b"", bytes(65_536)])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_536, 70_000])
def test_a_tree_has_exactly_the_tiles_that_growing_leaves(size: int) -> None:
    named = {(n.level, n.index): n.width for n in tiles.tree_tiles(size)}
    kept = {at: len(data) // 32 for at, data in expected_tiles(size).items()}
    bundles = {("entries", index): width for (level, index), width in kept.items() if level == 0}
    assert named == kept | bundles


def test_static_files_end_with_the_checkpoint_and_cut_what_has_grown() -> None:
    read = reader(expected_tiles(300))
    files = dict(tiles.static_files(257, read, lambda a, b: [b"e"] * (b - a), "k", b"head"))
    assert list(files)[-2:] == ["vkey", "checkpoint"]
    assert files["tile/0/001.p/1"] == LEAVES[256]
    assert files["tile/entries/001.p/1"] == b"\x00\x01e"
    assert sorted(files) == sorted(
        [
            "checkpoint", "vkey", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1",
            "tile/entries/000", "tile/entries/001.p/1",
        ]
    )  # fmt: skip
    for broken, kind in ((None, Unknown), (b"", Unverified)):
        with pytest.raises(kind, match="tile/0/000"):
            list(tiles.static_files(257, lambda *_, b=broken: b, lambda a, b: [], "k", b""))
