"""Two histories of one log: proved by two signed checkpoints, and by nothing less."""

from __future__ import annotations

import pytest

from tests.framing import SPINE, ask, copy_of, drafts, journal, raws, spoken
from toguna.core import note, sync
from toguna.core.table import Row
from toguna.node import tables as t
from toguna.node.node import Node

ADD_UP = "do not add up to the signed root"


@pytest.fixture
def ml() -> Node:
    return copy_of(spoken(), "ml")


@pytest.fixture
def bf() -> Node:
    return copy_of(spoken(), "bf")


def two_histories() -> tuple[Node, Node]:
    """The same party twice, from one moment on with two histories: a fork."""
    one, other = copy_of(spoken(), "ml"), copy_of(spoken(), "ml")
    one.submit(drafts("pour bf", "bf"), "duty")
    other.submit(drafts("pour ne", "ne", count=2), "duty")
    return one, other


def forks(node: Node) -> list[Row]:
    with node.reading() as tx:
        return list(tx.scan(t.FORK))


def check_evidence(node: Node, row: Row) -> None:
    """Anybody can check it: both notes are signed by ml, and they contradict each other."""
    key = note.VerifierKey(node.standing.origin("ml"), 1, node.standing.log_keys("ml")[0][0])
    one = note.open_checkpoint(row[4], key)
    two = note.open_checkpoint(row[5], key)
    assert (one.size, one.root) != (two.size, two.root)


def test_a_fork_when_each_half_is_shown_to_one_peer_is_proved_by_two_checkpoints(bf):
    one, other = two_histories()
    ne = copy_of(spoken(), "ne")
    ask(bf, one)
    ask(ne, other)
    assert forks(bf) == forks(ne) == []
    ask(bf, ne)  # they show one another the heads that they know
    (row,) = forks(ne)
    check_evidence(ne, row)
    ask(ne, bf)
    (row,) = forks(bf)
    check_evidence(bf, row)
    assert any("two" in line for line in journal(bf, "fork"))


def test_a_fork_when_the_sizes_differ_is_proved_by_the_owners_silence(bf):
    one, other = two_histories()
    one.submit(drafts("plus", "bf", count=9), "duty")
    ne = copy_of(spoken(), "ne")
    ask(bf, one)
    ask(ne, other)
    ask(ne, bf)
    ask(bf, ne)
    assert forks(bf) == []  # sizes differ: it may still be one log
    for _ in range(4):
        ask(bf, one)
    (row,) = forks(bf)
    check_evidence(bf, row)
    assert "cannot prove" in row[3]


def test_a_rollback_when_the_owner_goes_back_moves_nobody(ml, bf):
    """ml comes back smaller and shows its old head: bf stays where it is, and says so to ml."""
    older = copy_of(spoken(), "ml")
    ml.submit(drafts("neuf", "bf"), "duty")
    ask(bf, ml)
    size, held = bf.state.followed[SPINE].size, raws(bf)
    ask(bf, older)
    assert bf.state.followed[SPINE].size == size
    assert raws(bf) == held
    assert "taken back" in older.held_back  # bf's heads told ml that it is behind


def test_an_old_record_when_it_is_rewritten_after_it_was_followed_is_refused(bf):
    """bf follows to the end; ml then makes its log anew from an older state and goes on."""
    one, other = two_histories()
    ask(bf, one)
    for k in range(3):
        other.submit(drafts(f"suite {k}", "bf"), "duty")
    ask(bf, other)
    assert ADD_UP in journal(bf, "alarm")[-1] or "never sealed" in bf.state.peers["ml"].last_error
    assert not any(b"suite" in raw for raw in raws(bf).values())


def test_a_head_when_nobody_signed_it_is_no_evidence(bf, ml):
    """A relay invents heads: they prove nothing and accuse nobody."""
    forged = ml.spine.note.replace(b"\n36\n", b"\n44\n")
    for _ in range(5):
        bf.step(sync.Asked("ne", (forged, b"", b"nonsense")))
    assert bf.state.doubts == ()
    assert forks(bf) == []
