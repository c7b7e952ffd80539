"""The spine's parts: salts, commitments, slots, padding, the seal."""

from __future__ import annotations

import random
from hashlib import blake2s, sha256

from hypothesis import given
from hypothesis import strategies as st

from toguna.core import log, merkle, tiles
from toguna.core.log import EMPTY_SLOT, Group, Slot

SECRET = bytes(range(32))


def seal(groups, edge=None, slots=None, seed=1):
    rng = random.Random(seed)
    return log.seal(edge or tiles.Edge.empty(), slots or {}, groups, SECRET, rng.randbytes)


def test_salts_when_many_are_made_are_those_of_each_index():
    key = log.batch_key(SECRET, 3, 40)
    for k, salt in enumerate(log.salts(key, 41, 5)):
        index = (41 + k).to_bytes(8, "big")
        assert salt == blake2s(index, key=key, digest_size=16).digest()
    assert log.batch_key(SECRET, 3, 41) != key != log.batch_key(SECRET, 4, 40)


def test_a_commitment_when_it_is_made_is_a_hash_in_its_own_domain():
    salt, raw = bytes(16), b'{"v":1}'
    assert log.commitment(salt, raw) == sha256(b"toguna/record/v1\n" + salt + raw).digest()
    assert log.commitments([salt], [raw]) == [log.commitment(salt, raw)]


@given(st.integers(1, 1 << 40))
def test_padding_when_a_batch_is_large_costs_at_most_an_eighth(entries):
    size = log.padded(entries)
    assert size >= max(entries, 8)
    assert log.padded(size) == size
    if entries > 8:
        assert size - entries <= entries * 0.12 + 1


def test_sizes_when_batches_differ_a_little_are_the_same():
    assert {log.padded(n) for n in range(1, 9)} == {8}
    assert len({log.padded(n) for n in range(1_000, 1_100)}) <= 4


def test_a_seal_when_it_closes_holds_runs_then_noise_then_the_heads_entry():
    done = seal([Group(1, (0,), [b"a", b"b"]), Group(2, (0, 5), [b"c"])], slots={7: EMPTY_SLOT})
    assert [(r.audience, r.start, len(r.raws)) for r in done.runs] == [(1, 0, 2), (2, 2, 1)]
    assert len(done.entries) == 8
    assert done.entries[:2] == log.commitments(done.runs[0].salts, [b"a", b"b"])
    heads = log.heads(SECRET, 8, done.slots)
    assert done.entries[-1] == log.heads_root(heads)
    assert done.root == merkle.tree_root(merkle.leaf_hashes(done.entries))
    assert {k: s.count for k, s in done.slots.items()} == {0: 3, 5: 1, 7: 0}


def test_slots_when_they_are_proved_lead_to_the_heads_entry_and_to_nothing_else():
    done = seal([Group(1, (0,), [b"a"])], slots={0: EMPTY_SLOT, 63: EMPTY_SLOT})
    leaves = log.heads(SECRET, 8, done.slots)
    for slot, what in done.slots.items():
        leaf = log.slot_leaf(log.blind(SECRET, 8, slot), what)
        path = log.heads_path(leaves, slot)
        assert len(path) == log.SLOT_LEVELS
        assert log.heads_from_path(leaf, slot, path) == done.entries[-1]
        assert log.heads_from_path(leaf, slot ^ 1, path) != done.entries[-1]
        other = log.slot_leaf(log.blind(SECRET, 8, slot), Slot(what.count + 1, what.chain))
        assert log.heads_from_path(other, slot, path) != done.entries[-1]


def test_unused_slots_when_they_are_looked_at_cannot_be_told_from_used_ones():
    leaves = log.heads(SECRET, 8, {3: Slot(9, bytes(32))})
    assert len(set(leaves)) == log.SLOTS
    assert log.heads(SECRET, 16, {3: Slot(9, bytes(32))}) != leaves


@given(st.lists(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=4), max_size=5))
def test_a_chain_when_runs_follow_one_another_depends_on_all_of_them(runs):
    slot, start, chains = EMPTY_SLOT, 0, {EMPTY_SLOT.chain}
    for run in runs:
        committed = [sha256(raw).digest() for raw in run]
        slot = log.next_slot(slot, start, committed)
        assert slot.chain not in chains
        chains.add(slot.chain)
        start += len(run) + 3
    assert slot.count == sum(map(len, runs))


def test_a_chain_when_place_order_or_size_differ_differs():
    one, two = sha256(b"1").digest(), sha256(b"2").digest()
    true = log.next_slot(EMPTY_SLOT, 5, [one, two])
    assert true != log.next_slot(EMPTY_SLOT, 6, [one, two])
    assert true != log.next_slot(EMPTY_SLOT, 5, [two, one])
    assert true.chain != log.next_slot(log.next_slot(EMPTY_SLOT, 5, [one]), 6, [two]).chain


def test_the_journal_when_it_is_sealed_has_neither_padding_nor_heads():
    done = log.journal(tiles.Edge.empty(), Group(1, (), [b"a", b"b", b"c"]), SECRET)
    assert len(done.entries) == 3
    assert done.slots == {}
