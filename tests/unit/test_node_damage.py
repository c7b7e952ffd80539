"""One byte of a store is changed, or one record dropped: the first bad record is named (A6)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.framing import SPINE, ask, copy_of, raws, spoken
from toguna.core import ed25519
from toguna.errors import Unverified
from toguna.node import tables as t
from toguna.node.node import Node
from toguna.node.verifying import verify_store


def checked(node: Node) -> None:
    key = ed25519.public_key(node.parts.keys.log)
    with node.reading() as tx:
        list(verify_store(tx, node.party, node.catalogue, key, node.now()))


def spoil(node: Node, name: str, index: int, at: int) -> None:
    """Flip one bit in the body of a record; a negative ``at`` drops the record."""
    key = (t.pack(node.ledger.log_numbers[name], index),)
    with node.parts.engine.write() as tx:
        row = list(tx.get(t.RECORD, key))
        if at < 0:
            tx.delete(t.RECORD, [key])
            return
        row[8] = row[8][:at] + bytes([row[8][at] ^ 4]) + row[8][at + 1 :]
        tx.put(t.RECORD, [tuple(row)])


@settings(max_examples=40)
@given(st.data())
def test_any_record_when_it_is_changed_or_dropped_at_its_owner_is_named(data):
    ml = copy_of(spoken(), "ml")
    checked(ml)
    index = data.draw(st.sampled_from(sorted(raws(ml))))
    spoil(ml, SPINE, index, data.draw(st.integers(-1, len(raws(ml)[index]) - 1)))
    with pytest.raises(Unverified) as caught:
        checked(ml)
    assert caught.value.where == f"{SPINE}/{index}"


@settings(max_examples=40)
@given(st.data())
def test_any_record_when_it_is_changed_or_dropped_at_its_reader_is_found(data):
    ml, bf = copy_of(spoken(), "ml"), copy_of(spoken(), "bf")
    ask(bf, ml)
    checked(bf)
    index = data.draw(st.sampled_from(sorted(raws(bf))))
    spoil(bf, SPINE, index, data.draw(st.integers(-1, len(raws(bf)[index]) - 1)))
    with pytest.raises(Unverified) as caught:
        checked(bf)
    assert caught.value.where.startswith(f"{SPINE}/")


def test_a_reader_when_its_owner_changed_a_record_since_can_prove_it():
    """What bf verified it has with its proof; what ml serves now is another thing, and named."""
    ml, bf, ne = (copy_of(spoken(), p) for p in ("ml", "bf", "ne"))
    ask(bf, ml)
    spoil(ml, SPINE, 0, 60)
    ml.answers.forget()
    ask(ne, ml)
    assert "do not add up" in ne.state.peers["ml"].last_error
    assert raws(ne) == {}
    checked(bf)
