"""For every tree: growing in any steps meets the definition, and no altered proof passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core import merkle
from toguna.core.merkle import CompactRange
from toguna.errors import Unverified

LEAVES = [merkle.leaf_hash(i.to_bytes(4, "big")) for i in range(700)]
_, LEVELS = CompactRange.empty().grow(LEAVES)
sizes = st.integers(0, len(LEAVES))


def fetch(level: int, index: int) -> bytes:
    return LEVELS[level][index]


def defined_root(hashes: list[bytes]) -> bytes:
    """MTH word for word as in RFC 6962 s2.1: the oracle."""
    if len(hashes) < 2:
        return hashes[0] if hashes else merkle.EMPTY_ROOT
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return merkle.node_hash(defined_root(hashes[:k]), defined_root(hashes[k:]))


@given(st.lists(sizes, max_size=6))
def test_growing_in_any_steps_meets_the_definition(cuts: list[int]) -> None:
    grown = CompactRange.empty()
    for cut in sorted(cuts):
        before = grown
        grown, levels = before.grow(LEAVES[before.size : cut])
        for level, nodes in enumerate(levels):
            first = before.size >> level
            assert nodes == LEVELS[level][first : first + len(nodes)]
            assert first + len(nodes) == cut >> level
    assert grown.root() == defined_root(LEAVES[: grown.size])


@given(sizes, sizes)
def test_cover_is_exactly_the_range_and_rebuilds_the_tree(a: int, b: int) -> None:
    start, end = sorted((a, b))
    covered: list[int] = []
    grown = CompactRange.empty().extend(LEAVES[:start])
    for level, index in merkle.cover(start, end):
        covered.extend(range(index << level, (index + 1) << level))
        grown = grown.extend_subtree(level, fetch(level, index))
    assert covered == list(range(start, end))
    assert grown.root() == defined_root(LEAVES[:end])


@given(st.data(), st.integers(1, len(LEAVES)))
def test_inclusion_holds_and_every_change_is_refused(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    root = defined_root(LEAVES[:size])
    path = merkle.inclusion_path(index, size, fetch)
    merkle.verify_inclusion(LEAVES[index], index, size, path, root)
    for changed in changes(data, path):
        with pytest.raises(Unverified):
            merkle.verify_inclusion(LEAVES[index], index, size, changed, root)
    other = data.draw(st.integers(0, len(LEAVES) - 1).filter(lambda i: i != index))
    with pytest.raises(Unverified):
        merkle.verify_inclusion(LEAVES[other], index, size, path, root)
    with pytest.raises(Unverified):
        merkle.verify_inclusion(LEAVES[index], other, size, path, root)


@given(st.data(), sizes, sizes)
def test_consistency_holds_and_every_change_is_refused(data: st.DataObject, a: int, b: int) -> None:
    old, new = sorted((a, b))
    roots = defined_root(LEAVES[:old]), defined_root(LEAVES[:new])
    path = merkle.consistency_path(old, new, fetch)
    merkle.verify_consistency(old, new, *roots, path)
    for changed in changes(data, path):
        with pytest.raises(Unverified):
            merkle.verify_consistency(old, new, *roots, changed)
    if roots[0] != roots[1]:
        with pytest.raises(Unverified):
            merkle.verify_consistency(old, new, *reversed(roots), path)


def changes(data: st.DataObject, path: list[bytes]) -> list[list[bytes]]:
    """Paths that differ: one bit, one hash more, one less, two swapped."""
    out = [[*path, bytes(32)], [bytes(32), *path]]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = (int.from_bytes(path[at], "big") ^ (1 << bit)).to_bytes(32, "big")
        out += [[*path[:at], flipped, *path[at + 1 :]], [*path[:at], *path[at + 1 :]]]
        out.append([*path[:at], path[at][:31], *path[at + 1 :]])
    if len(path) > 1:
        out.append([path[1], path[0], *path[2:]])
    return out
