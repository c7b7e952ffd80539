"""The spine: salted commitments, runs, slots and the seal that closes a batch.

One seal appends, in this order:

1. the batch's records, grouped by audience so that each audience's run is contiguous,
2. padding, random commitments that nobody can tell from real ones (Padmé sizes),
3. one heads entry: the root of a tree of :data:`SLOTS` leaves, one slot for each reader.

A reader's slot holds how many records were ever assigned to it and a chain over all of
their commitments. So a reader that recomputes both has proof that *everything assigned to
it arrived*, whatever lies between it and the owner, and learns nothing of the rest.

Not here: what is stored and in which order (node), how a peer checks it (frame.py).
Sources: RFC 6962 section 2.1 (tree), Nikitin et al. 2019 "Reducing Metadata Leakage"
(Padmé), docs/decisions/0002 (one slot a reader).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2s, sha256
from typing import NamedTuple

import msgspec

from toguna.core import merkle, tiles

RECORD_DOMAIN = b"toguna/record/v1\n"
RUN_DOMAIN = b"toguna/run/v1\n"
SLOTS = 64
SLOT_LEVELS = 6
SALT_BYTES = 16
SMALLEST_BATCH = 8
NO_CHAIN = bytes(32)

RandomBytes = Callable[[int], bytes]


class Slot(msgspec.Struct, frozen=True):
    """What one reader has been assigned so far: how many records, and the chain over them."""

    count: int
    chain: bytes


EMPTY_SLOT = Slot(0, NO_CHAIN)


class Group(NamedTuple):
    """The records of one batch for one audience. ``readers`` are slot numbers."""

    audience: int
    readers: tuple[int, ...]
    raws: Sequence[bytes]


class SealedRun(NamedTuple):
    """Where a group came to stand: ``raws[k]`` is entry ``start + k`` of the log."""

    audience: int
    start: int
    raws: Sequence[bytes]
    salts: list[bytes]


class Sealed(NamedTuple):
    """All that one seal adds. Nothing of it is valid until it is durable as a whole."""

    start: int
    entries: list[bytes]
    runs: list[SealedRun]
    tiles: list[tiles.Tile]
    edge: tiles.Edge
    slots: dict[int, Slot]
    root: bytes


def batch_key(secret: bytes, audience: int, start: int) -> bytes:
    """The key of all salts of one audience's run in the batch that begins at ``start``."""
    return blake2s(
        audience.to_bytes(8, "big") + start.to_bytes(8, "big"), key=secret, person=b"tgbatch"
    ).digest()


def salts(key: bytes, start: int, count: int) -> list[bytes]:
    """The salts of entries ``start … start+count-1``, 16 bytes each."""
    base = blake2s(key=key, digest_size=SALT_BYTES)
    out = []
    for index in range(start, start + count):
        salt = base.copy()
        salt.update(index.to_bytes(8, "big"))
        out.append(salt.digest())
    return out


def commitment(salt: bytes, raw: bytes) -> bytes:
    """What the log says of a record: it hides the bytes and binds to them."""
    return sha256(RECORD_DOMAIN + salt + raw).digest()


def commitments(salted: Sequence[bytes], raws: Sequence[bytes]) -> list[bytes]:
    """:func:`commitment` for many."""
    return [sha256(RECORD_DOMAIN + s + r).digest() for s, r in zip(salted, raws, strict=True)]


def next_slot(slot: Slot, start: int, run: Sequence[bytes]) -> Slot:
    """Take a run of commitments, the first at entry ``start``, into a reader's slot."""
    digest = sha256(b"".join(run)).digest()
    place = start.to_bytes(8, "big") + len(run).to_bytes(8, "big")
    return Slot(slot.count + len(run), sha256(RUN_DOMAIN + slot.chain + place + digest).digest())


def padded(entries: int) -> int:
    """The Padmé size for a batch: at most 12 % more, and few sizes to tell apart."""
    if entries <= SMALLEST_BATCH:
        return SMALLEST_BATCH
    exponent = entries.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (entries + mask) & ~mask


def blind(secret: bytes, size: int, slot: int) -> bytes:
    """What hides a slot in the heads entry of the checkpoint of ``size``: 16 bytes."""
    place = size.to_bytes(8, "big") + slot.to_bytes(1, "big")
    return blake2s(place, key=secret, digest_size=16, person=b"tgblind").digest()


def slot_leaf(blinding: bytes, slot: Slot) -> bytes:
    """The hash of one slot in the heads entry."""
    return sha256(b"\x00" + blinding + slot.count.to_bytes(8, "big") + slot.chain).digest()


def heads(secret: bytes, size: int, slots: Mapping[int, Slot]) -> list[bytes]:
    """The slot leaves of the heads entry that ends the batch of tree size ``size``.

    Unused slots are pseudo-random: nobody can tell how many readers there are.
    """
    used = {number: slot_leaf(blind(secret, size, number), slot) for number, slot in slots.items()}
    empty = size.to_bytes(8, "big")
    return [
        used.get(k) or blake2s(empty + bytes([k]), key=secret, person=b"tgempty").digest()
        for k in range(SLOTS)
    ]


def heads_root(leaves: Sequence[bytes]) -> bytes:
    """The value of the heads entry: the root over the slot leaves."""
    return merkle.tree_root(leaves)


def heads_path(leaves: Sequence[bytes], slot: int) -> list[bytes]:
    """The six hashes that lead from a slot to the heads entry."""
    path, level, index = [], list(leaves), slot
    while len(level) > 1:
        path.append(level[index ^ 1])
        level = [merkle.node_hash(a, b) for a, b in zip(level[::2], level[1::2], strict=True)]
        index >>= 1
    return path


def heads_from_path(leaf: bytes, slot: int, path: Sequence[bytes]) -> bytes:
    """The heads entry that a slot leaf and its path lead to."""
    node = leaf
    for k, other in enumerate(path):
        right = (slot >> k) & 1
        node = merkle.node_hash(other, node) if right else merkle.node_hash(node, other)
    return node


def seal(
    edge: tiles.Edge,
    slots: Mapping[int, Slot],
    groups: Sequence[Group],
    secret: bytes,
    randbytes: RandomBytes,
) -> Sealed:
    """Close a batch on top of ``edge``. Pure: the caller signs and stores the result.

    ``slots`` holds every reader, also those that were never assigned anything: an empty slot
    is the proof that nothing was.
    """
    start = edge.size
    entries: list[bytes] = []
    after = dict(slots)
    runs = []
    for group in groups:
        first = start + len(entries)
        salted = salts(batch_key(secret, group.audience, start), first, len(group.raws))
        committed = commitments(salted, group.raws)
        for reader in group.readers:
            after[reader] = next_slot(after.get(reader, EMPTY_SLOT), first, committed)
        runs.append(SealedRun(group.audience, first, group.raws, salted))
        entries += committed
    size = padded(len(entries) + 1)
    noise = randbytes(32 * (size - len(entries) - 1))
    entries += [noise[k : k + 32] for k in range(0, len(noise), 32)]
    entries.append(heads_root(heads(secret, start + size, after)))
    grown, changed = tiles.extend(edge, merkle.leaf_hashes(entries))
    return Sealed(start, entries, runs, changed, grown, after, grown.root())


def journal(edge: tiles.Edge, group: Group, secret: bytes) -> Sealed:
    """Close a batch of the home journal: one run, no readers, no padding, no heads."""
    raws = group.raws
    salted = salts(batch_key(secret, group.audience, edge.size), edge.size, len(raws))
    entries = commitments(salted, raws)
    grown, changed = tiles.extend(edge, merkle.leaf_hashes(entries))
    run = SealedRun(group.audience, edge.size, raws, salted)
    return Sealed(edge.size, entries, [run], changed, grown, {}, grown.root())
