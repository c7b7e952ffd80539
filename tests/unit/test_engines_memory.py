"""The memory engine as a simulation uses it: snapshots, and starting from an old one."""

from __future__ import annotations

from toguna.core.table import Column, Row, Table
from toguna.engines.memory import MemoryEngine

NUMBERS = Table("numbers", (Column("n", "int"), Column("t", "text", True)), ("n",), (("t",),))


def write(engine: MemoryEngine, *rows: Row) -> None:
    with engine.write() as w:
        w.put(NUMBERS, rows)


def rows(engine: MemoryEngine) -> list[Row]:
    with engine.read() as r:
        assert r.count(NUMBERS) == len(list(r.scan(NUMBERS, order=("t",))))
        return list(r.scan(NUMBERS))


def test_an_engine_starts_again_from_an_old_snapshot() -> None:
    engine = MemoryEngine()
    engine.declare([NUMBERS])
    write(engine, (1, "a"))
    backup = engine.snapshot()
    write(engine, (1, "b"), (2, None))
    first, second = MemoryEngine.restored(backup), MemoryEngine.restored(backup)
    write(first, (3, "c"))
    assert rows(engine) == [(1, "b"), (2, None)]
    assert rows(first) == [(1, "a"), (3, "c")]
    assert rows(second) == [(1, "a")]
    engine.close()
    assert rows(MemoryEngine.restored(backup)) == [(1, "a")]


def test_rows_are_copied_only_when_somebody_looks_at_them() -> None:
    engine = MemoryEngine()
    engine.declare([NUMBERS])
    write(engine, (1, "a"))
    before = engine._tables["numbers"]
    write(engine, (2, "b"))
    assert engine._tables["numbers"] is before
    with engine.read():
        write(engine, (3, "c"))
        assert engine._tables["numbers"] is not before
    before = engine._tables["numbers"]
    write(engine, (4, "d"))
    assert engine._tables["numbers"] is before
