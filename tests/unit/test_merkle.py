"""The RFC 6962 tree: known roots, outside vectors, and named refusals."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest

from toguna.core import merkle
from toguna.core.merkle import CompactRange
from toguna.errors import BadInput, Unverified

# Entries and roots of the test tree that Certificate Transparency has always used.
CT_ENTRIES = [
    bytes.fromhex(h)
    for h in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def leaves(count: int) -> list[bytes]:
    return merkle.leaf_hashes(i.to_bytes(4, "big") for i in range(count))


def fetch_from(hashes: list[bytes]) -> merkle.Fetch:
    _, levels = CompactRange.empty().grow(hashes)
    return lambda level, index: levels[level][index]


@pytest.mark.parametrize("size", sorted(CT_ROOTS))
def test_root_is_the_published_one(size: int) -> None:
    assert merkle.tree_root(merkle.leaf_hashes(CT_ENTRIES[:size])).hex() == CT_ROOTS[size]


def test_leaf_and_node_hashes_have_different_prefixes() -> None:
    left, right = leaves(2)
    assert merkle.leaf_hash(left + right) == sha256(b"\x00" + left + right).digest()
    assert merkle.node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert merkle.leaf_hashes([b"a", b"b"]) == [merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")]


def test_cover_is_maximal_and_in_order() -> None:
    assert merkle.cover(0, 8) == [(3, 0)]
    assert merkle.cover(3, 9) == [(0, 3), (2, 1), (0, 8)]
    assert merkle.cover(5, 5) == []
    with pytest.raises(BadInput, match=r"\[6, 5\)"):
        merkle.cover(6, 5)


def test_extend_subtree_meets_extend_when_aligned() -> None:
    hashes = leaves(12)
    grown = CompactRange.empty().extend(hashes[:8]).extend_subtree(2, merkle.tree_root(hashes[8:]))
    assert grown == CompactRange.empty().extend(hashes)


def test_extend_subtree_refuses_what_is_not_aligned() -> None:
    with pytest.raises(Unverified, match="cannot start at leaf 6"):
        CompactRange.empty().extend(leaves(6)).extend_subtree(2, bytes(32))
    with pytest.raises(Unverified, match="31 bytes"):
        CompactRange.empty().extend_subtree(0, bytes(31))


def test_compact_range_refuses_peaks_that_do_not_fit() -> None:
    with pytest.raises(BadInput, match="5 leaves cannot have 1 peaks"):
        CompactRange(5, (bytes(32),))
    with pytest.raises(BadInput, match="not 31"):
        CompactRange(4, (bytes(31),))


def test_paths_refuse_what_is_outside_the_tree() -> None:
    fetch = fetch_from(leaves(4))
    with pytest.raises(BadInput, match="no leaf 4 in a tree of 4"):
        merkle.inclusion_path(4, 4, fetch)
    with pytest.raises(BadInput, match="does not extend"):
        merkle.consistency_path(5, 4, fetch)


def test_verify_inclusion_names_what_fails() -> None:
    hashes = leaves(11)
    root = merkle.tree_root(hashes)
    path = merkle.inclusion_path(4, 11, fetch_from(hashes))
    merkle.verify_inclusion(hashes[4], 4, 11, path, root)
    cases = {
        "no leaf 11": (hashes[4], 11, 11, path, root),
        "too long": (hashes[4], 4, 11, [*path, bytes(32)], root),
        "too short": (hashes[4], 4, 11, path[:-1], root),
        "leaf hash has 31": (hashes[4][1:], 4, 11, path, root),
        "hash 1 of the path": (hashes[4], 4, 11, [path[0], b"", *path[2:]], root),
        "root has 0 bytes": (hashes[4], 4, 11, path, b""),
        "not in the tree": (hashes[5], 4, 11, path, root),
    }
    for message, arguments in cases.items():
        with pytest.raises(Unverified, match=message):
            merkle.verify_inclusion(*arguments)


def test_verify_consistency_names_what_fails() -> None:
    hashes = leaves(11)
    old, new = merkle.tree_root(hashes[:6]), merkle.tree_root(hashes)
    path = merkle.consistency_path(6, 11, fetch_from(hashes))
    merkle.verify_consistency(6, 11, old, new, path)
    cases = {
        "does not extend": (12, 11, old, new, path),
        "too long": (6, 11, old, new, [*path, bytes(32)]),
        "too short": (6, 11, old, new, path[:-1]),
        "it is empty": (6, 11, old, new, []),
        "old root of 6": (6, 11, bytes(32), new, path),
        "new root of 11": (6, 11, old, bytes(32), path),
        "different roots": (6, 6, old, new, []),
        "none is needed": (6, 6, old, old, path),
        "old tree is empty": (0, 11, old, new, []),
        "new root has 31": (0, 11, merkle.EMPTY_ROOT, new[1:], []),
    }
    for message, arguments in cases.items():
        with pytest.raises(Unverified, match=message):
            merkle.verify_consistency(*arguments)


def test_the_empty_tree_begins_every_tree() -> None:
    merkle.verify_consistency(0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])
    merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, merkle.tree_root(leaves(5)), [])


def decode(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_all_outside_inclusion_vectors_are_judged_right(shared_dir: Path) -> None:
    files = sorted((shared_dir / "vectors/merkle/inclusion").rglob("*.json"))
    assert len(files) >= 98
    for file in files:
        case = json.loads(file.read_text())
        path = [decode(h) for h in case["proof"] or []]
        try:
            merkle.verify_inclusion(
                decode(case["leafHash"]), case["leafIdx"], case["treeSize"], path,
                decode(case["root"]),
            )  # fmt: skip
            good = True
        except Unverified:
            good = False
        assert good != case["wantErr"], file.name


def test_all_outside_consistency_vectors_are_judged_right(shared_dir: Path) -> None:
    files = sorted((shared_dir / "vectors/merkle/consistency").rglob("*.json"))
    assert len(files) >= 98
    for file in files:
        case = json.loads(file.read_text())
        path = [decode(h) for h in case["proof"] or []]
        roots = decode(case["root1"]), decode(case["root2"])
        try:
            merkle.verify_consistency(case["size1"], case["size2"], *roots, path)
            good = True
        except Unverified:
            good = False
        assert good != case["wantErr"], file.name
