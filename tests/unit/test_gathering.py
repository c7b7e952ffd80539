"""Rows that are written together look, at every moment, as if they had been written at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core.table import Column, Table, Where
from toguna.engines.memory import MemoryEngine
from toguna.errors import BadInput
from toguna.node.gathering import ROWS_AT_MOST, Gathering

A = Table("first", (Column("n", "int"), Column("v", "int")), ("n",))
B = Table("second", (Column("n", "int"), Column("v", "int")), ("n",))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("put", "get", "scan", "count", "delete", "clear", "swap")),
        st.sampled_from((A, B)),
        st.integers(0, 4),
        st.integers(0, 9),
    ),
    max_size=30,
)


def step(tx, what, table, n, v):
    if what == "put":
        return tx.put(table, [(n, v), (n, v + 1)])
    if what == "get":
        return tx.get(table, (n,))
    if what == "scan":
        return list(tx.scan(table, [Where("v", ">", v)], order=("-n",)))
    if what == "delete":
        return tx.delete(table, [(n,)])
    if what == "swap":
        return tx.swap(table, (n,), tx.get(table, (n,)), (n, v))
    return getattr(tx, what)(table)


@given(STEPS)
def test_what_is_seen_is_what_one_by_one_shows(steps):
    plain, gathered = MemoryEngine(), MemoryEngine()
    for engine in (plain, gathered):
        engine.declare([A, B])
    with plain.write() as here, gathered.write() as under:
        there = Gathering(under)
        for one in steps:
            assert step(here, *one) == step(there, *one)
        there.flush()
    with plain.read() as here, gathered.read() as there:
        assert [list(here.scan(t)) for t in (A, B)] == [list(there.scan(t)) for t in (A, B)]


def test_rows_when_there_are_many_do_not_wait():
    engine = MemoryEngine()
    engine.declare([A])
    with engine.write() as tx:
        gathering = Gathering(tx)
        gathering.put(A, [(n, n) for n in range(ROWS_AT_MOST)])
        assert tx.count(A) == ROWS_AT_MOST


def test_a_bad_row_is_said_at_the_latest_when_flushed():
    engine = MemoryEngine()
    engine.declare([A])
    with engine.write() as tx:
        gathering = Gathering(tx)
        gathering.put(A, [(1, "text")])
        with pytest.raises(BadInput):
            gathering.flush()
