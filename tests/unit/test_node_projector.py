"""Projections are rebuilt from the records, whatever number their log has."""

from __future__ import annotations

from tests.framing import ask, copy_of, spoken
from toguna.node import tables as t


def listed(node):
    actor = node.access.actor(node.party, "duty")
    return node.access.list(actor, "sharing.report").docs


def test_a_rebuild_when_it_is_done_gives_the_same_lists():
    alliance = spoken()
    ml, bf = copy_of(alliance, "ml"), copy_of(alliance, "bf")
    ask(bf, ml)
    for node, count in ((ml, 23), (bf, 9)):
        before = listed(node)
        assert len(before) == count
        with node.writing() as tx:
            folded = node.projector.rebuild(tx, node.view(tx))
        assert folded >= count
        assert listed(node) == before


def test_keys_when_an_index_is_one_too_large_are_past_the_end():
    for no in (1, 2, 3):
        assert t.pack(no, 1 << t.INDEX_BITS) == t.pack(no + 1, 0)
