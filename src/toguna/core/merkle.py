"""The RFC 6962 tree: hashes, compact ranges, inclusion and consistency proofs.

A *node* is named by ``(level, index)``: the hash of the complete, aligned subtree over
the leaves ``[index << level, (index + 1) << level)``. Level 0 holds the leaf hashes.
Nothing here stores a tree; what a proof needs is asked of a ``fetch`` function.

Rules enforced: RFC 6962 s2.1 (hashes, with the prefixes 0x00 and 0x01), s2.1.1 and
s2.1.2 (paths), RFC 9162 s2.1.3.2 and s2.1.4.2 (verification of untrusted paths).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from toguna.errors import BadInput, Unverified

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962 s2.1)."""

Fetch = Callable[[int, int], bytes]
"""``fetch(level, index)`` gives the hash of one complete aligned subtree."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry as a leaf: SHA-256(0x00 || entry), RFC 6962 s2.1."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Leaf hashes of many entries, in order."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right), RFC 6962 s2.1."""
    return sha256(b"\x01" + left + right).digest()


def _fold(peaks: Sequence[bytes]) -> bytes:
    """Root over complete subtrees that stand side by side, largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = sha256(b"\x01" + peak + root).digest()
    return root


def tree_root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root of the tree over these leaf hashes; :data:`EMPTY_ROOT` when there is none."""
    return CompactRange.empty().extend(leaf_hashes).root()


@dataclass(frozen=True, slots=True)
class CompactRange:
    """The tree over leaves ``[0, size)``, held as its maximal complete subtrees.

    ``peaks`` has one hash for each set bit of ``size``, largest subtree first: all that
    is needed to append and to know the root. Immutable; growing gives a new one.

    Raises :class:`BadInput` when the peaks do not fit the size.
    """

    size: int
    peaks: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise BadInput(
                f"a tree of {self.size} leaves cannot have {len(self.peaks)} peaks",
                remedy="rebuild the compact range from the tiles",
            )
        for peak in self.peaks:
            if len(peak) != HASH_SIZE:
                raise BadInput(f"a peak has {HASH_SIZE} bytes, not {len(peak)}")

    @classmethod
    def empty(cls) -> CompactRange:
        """The tree without leaves."""
        return cls(0, ())

    def root(self) -> bytes:
        """Root of the tree (RFC 6962 s2.1)."""
        return _fold(self.peaks)

    def extend(self, leaf_hashes: Iterable[bytes]) -> CompactRange:
        """This tree with more leaves at its right edge."""
        return self.grow(leaf_hashes)[0]

    def extend_subtree(self, level: int, subtree: bytes) -> CompactRange:
        """This tree with one complete subtree of ``2**level`` leaves appended.

        Raises :class:`Unverified` when the subtree would not be aligned: such a hash
        cannot be a node of the tree, whoever says so.
        """
        if level < 0 or len(subtree) != HASH_SIZE:
            raise Unverified(f"no subtree hash of level {level} has {len(subtree)} bytes")
        if self.size & ((1 << level) - 1):
            raise Unverified(f"a subtree of 2^{level} leaves cannot start at leaf {self.size}")
        peaks, node = list(self.peaks), subtree
        carry = self.size >> level
        while carry & 1:
            node = node_hash(peaks.pop(), node)
            carry >>= 1
        return CompactRange(self.size + (1 << level), (*peaks, node))

    def grow(self, leaf_hashes: Iterable[bytes]) -> tuple[CompactRange, list[list[bytes]]]:
        """The extended tree, and every node that the new leaves completed.

        ``levels[k]`` are the new nodes of level ``k``, the first of which has the index
        ``size >> k``. One list comprehension a level: no work on single leaves but hashing.
        """
        nodes = list(leaf_hashes)
        size = self.size + len(nodes)
        old, new, levels = list(self.peaks), [], []
        level = 0
        while nodes:
            levels.append(nodes)
            run = [old.pop(), *nodes] if (self.size >> level) & 1 else nodes
            if len(run) & 1:
                new.append(run[-1])
            pairs = iter(run)  # zip takes from it twice, and leaves the odd one out
            nodes = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(pairs, pairs, strict=False)
            ]
            level += 1
        return CompactRange(size, (*old, *reversed(new))), levels


def cover(start: int, end: int) -> list[tuple[int, int]]:
    """The maximal aligned subtrees over leaves ``[start, end)``, left to right.

    Each is ``(level, index)``. Empty when ``start == end``; :class:`BadInput` when the
    range is not one.
    """
    if not 0 <= start <= end:
        raise BadInput(f"[{start}, {end}) is not a range of leaves")
    subtrees = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        subtrees.append((level, start >> level))
        start += 1 << level
    return subtrees


def _range_root(start: int, end: int, fetch: Fetch) -> bytes:
    """MTH of leaves ``[start, end)``, where start is aligned as in a split of RFC 6962."""
    return _fold([fetch(level, index) for level, index in cover(start, end)])


def _split(count: int) -> int:
    """The largest power of two below ``count`` (RFC 6962 s2.1); ``count`` is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_path(index: int, size: int, fetch: Fetch) -> list[bytes]:
    """The path that proves leaf ``index`` in a tree of ``size`` leaves (RFC 6962 s2.1.1).

    From the leaf's sibling up to the root's child. :class:`BadInput` when there is no
    such leaf; whatever ``fetch`` raises passes through.
    """
    if not 0 <= index < size:
        raise BadInput(f"there is no leaf {index} in a tree of {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, fetch))
            end = middle
        else:
            path.append(_range_root(start, middle, fetch))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, fetch: Fetch) -> list[bytes]:
    """The path that proves that ``new`` leaves begin with the ``old`` ones (RFC 6962 s2.1.2).

    Empty when ``old`` is 0 or equals ``new``. :class:`BadInput` when ``old > new``.
    """
    if not 0 <= old <= new:
        raise BadInput(f"a tree of {new} leaves does not extend one of {old}")
    if old in (0, new):
        return []
    path, start, end = [], 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, fetch))
            end = middle
        else:
            path.append(_range_root(start, middle, fetch))
            start = middle
    if start:  # the old tree is not itself a node of the new one: its last part is named
        path.append(_range_root(start, end, fetch))
    return path[::-1]


def _check_path(path: Sequence[bytes], *named: tuple[str, bytes]) -> None:
    """Every hash must be 32 bytes, or it could carry a forged boundary into a node."""
    for name, value in named:
        if len(value) != HASH_SIZE:
            raise Unverified(f"the {name} has {len(value)} bytes, not {HASH_SIZE}")
    for i, value in enumerate(path):
        if len(value) != HASH_SIZE:
            raise Unverified(f"hash {i} of the path has {len(value)} bytes, not {HASH_SIZE}")


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that ``leaf_hash`` is leaf ``index`` of the tree ``size``, ``root``.

    RFC 9162 s2.1.3.2. Raises :class:`Unverified` naming what does not hold.
    """
    if not 0 <= index < size:
        raise Unverified(f"there is no leaf {index} in a tree of {size}")
    _check_path(path, ("leaf hash", leaf_hash), ("root", root))
    place, last, node = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            raise Unverified(f"the inclusion path of leaf {index} is too long")
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Unverified(f"the inclusion path of leaf {index} is too short")
    if node != root:
        raise Unverified(f"leaf {index} is not in the tree of {size} with this root")


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the new tree begins with the old one: nothing rewritten, nothing removed.

    RFC 9162 s2.1.4.2. The empty tree begins every tree, with an empty path (C2SP
    tlog-witness, add-checkpoint). Raises :class:`Unverified` naming what does not hold.
    """
    if not 0 <= old_size <= new_size:
        raise Unverified(f"a tree of {new_size} leaves does not extend one of {old_size}")
    for name, size, root in (("old", old_size, old_root), ("new", new_size, new_root)):
        if size == 0 and root != EMPTY_ROOT:
            raise Unverified(f"the {name} tree is empty, but its root is not that of no leaves")
    if old_size in (0, new_size):
        if path:
            raise Unverified("the consistency path is too long: none is needed here")
        if old_size == new_size and old_root != new_root:
            raise Unverified(f"two trees of {new_size} leaves have different roots")
        if old_size != new_size:
            _check_path((), ("new root", new_root))
        return
    _check_path(path, ("old root", old_root), ("new root", new_root))
    old, new = _roots_of_consistency(old_size, new_size, old_root, path)
    if old != old_root:
        raise Unverified(f"the consistency path does not lead to the old root of {old_size}")
    if new != new_root:
        raise Unverified(f"the consistency path does not lead to the new root of {new_size}")


def _roots_of_consistency(
    old_size: int, new_size: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Old and new root as the path has them (RFC 9162 s2.1.4.2, steps 2 to 6)."""
    # Step 2: an old tree that is a power of two is a node of the new one, left out of the path.
    hashes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not hashes:
        raise Unverified("the consistency path is too short: it is empty")
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise Unverified("the consistency path is too long")
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Unverified("the consistency path is too short")
    return old, new
