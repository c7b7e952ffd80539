"""The contract of an engine, case by case, over memory, SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import islice

import pytest

from tests.conformance.tables import ALL, NAMES, NUMBERS, REPORTS, everything, put, report
from toguna.core.table import Column, Row, Table, Where
from toguna.engines import Engine
from toguna.errors import BadInput, Conflict, EngineFailure

# In the order of UTF-8 bytes, which is not the order of any language or of UTF-16.
ORDERED_TEXT = ["", "\x01", "A", "Z", "a", "aa", "ab", "z", "É", "é", "\ue000", "\U0001f600"]
ORDERED_INTS = [-(2**63), -1, 0, 1, 2**53, 2**63 - 1]


def test_values_come_back_as_they_were(tables: Engine) -> None:
    rows: list[Row] = [("ml", n, None, None, None) for n in ORDERED_INTS]
    rows += [("bf", i, t, i, t.encode() + b"\x00\xff") for i, t in enumerate(ORDERED_TEXT)]
    put(tables, REPORTS, *rows)
    with tables.read() as r:
        assert [r.get(REPORTS, row[:2]) for row in rows] == rows
        assert r.get(REPORTS, ("ne", 1)) is None
        assert r.count(REPORTS) == len(rows)


def test_a_big_body_comes_back_whole(tables: Engine) -> None:
    body = bytes(range(256)) * 40_000
    put(tables, REPORTS, ("ml", 1, None, None, body))
    with tables.read() as r:
        assert r.get(REPORTS, ("ml", 1)) == ("ml", 1, None, None, body)


def test_text_is_ordered_by_its_bytes(tables: Engine) -> None:
    put(tables, NAMES, *((t,) for t in reversed(ORDERED_TEXT)))
    assert [name for (name,) in everything(tables, NAMES)] == ORDERED_TEXT
    above = everything(tables, NAMES, Where("name", ">", "a"))
    assert [name for (name,) in above] == [t for t in ORDERED_TEXT if t > "a"]


def test_integers_are_ordered_as_numbers(tables: Engine) -> None:
    put(tables, NUMBERS, *((n, 0) for n in reversed(ORDERED_INTS)))
    assert [n for n, _ in everything(tables, NUMBERS)] == ORDERED_INTS
    assert [n for n, _ in everything(tables, NUMBERS, order=("-n",))] == ORDERED_INTS[::-1]


def test_null_is_first_ascending_and_last_descending(tables: Engine) -> None:
    put(tables, REPORTS, report(1, at_us=5), report(2), report(3, at_us=-5))
    up = everything(tables, REPORTS, order=("at_us",))
    down = everything(tables, REPORTS, order=("-at_us",))
    assert [row[1] for row in up] == [2, 3, 1]
    assert [row[1] for row in down] == [1, 3, 2]


def test_ties_come_by_key_in_the_direction_of_the_last_term(tables: Engine) -> None:
    put(tables, REPORTS, *(report(n, "A", 7) for n in (3, 1, 2)))
    assert [r[1] for r in everything(tables, REPORTS, order=("grade",))] == [1, 2, 3]
    assert [r[1] for r in everything(tables, REPORTS, order=("-at_us",))] == [3, 2, 1]
    assert [r[1] for r in everything(tables, REPORTS, order=("-grade", "at_us"))] == [1, 2, 3]


def test_comparisons_with_null_are_false(tables: Engine) -> None:
    put(tables, REPORTS, report(1, "A", 5), report(2, None, 5))
    assert everything(tables, REPORTS, Where("grade", "!=", "B")) == [report(1, "A", 5)]
    for op in ("=", "!=", "<", "<=", ">", ">="):
        assert everything(tables, REPORTS, Where("grade", op, None)) == []
    assert everything(tables, REPORTS, Where("grade", "in", (None, "A"))) == [report(1, "A", 5)]


def test_in_takes_many_values_and_none(tables: Engine) -> None:
    put(tables, NUMBERS, *((n, n * n) for n in range(200)))
    put(tables, NAMES, ("a",), ("b",), ("c",))
    put(tables, REPORTS, report(1, "A"))
    many = Where("n", "in", tuple(range(150, 40_000)))
    assert len(everything(tables, NUMBERS, many)) == 50
    assert everything(tables, NAMES, Where("name", "in", ("c", "a", "x"))) == [("a",), ("c",)]
    assert everything(tables, NAMES, Where("name", "in", ())) == []
    assert everything(tables, REPORTS, Where("body", "in", (b"x", b"body"))) == [report(1, "A")]
    with tables.read() as r:
        assert r.count(NAMES, [Where("name", "in", ())]) == 0
        assert r.count(NUMBERS, [Where("n", "in", [1, 2, 500]), Where("square", ">", 1)]) == 1


def test_paging_meets_every_row_once(tables: Engine) -> None:
    put(tables, REPORTS, *(report(n, "AB"[n % 2], n // 10) for n in range(95)))
    seen: list[int] = []
    after = -1
    while page := everything(tables, REPORTS, Where("number", ">", after), limit=10):
        seen += [row[1] for row in page]  # type: ignore[misc]
        after = seen[-1]
    assert seen == list(range(95))
    assert everything(tables, REPORTS, limit=0) == []
    newest = everything(tables, REPORTS, order=("-number",), limit=2)
    assert [row[1] for row in newest] == [94, 93]


def test_a_scan_of_some_columns_holds_these_alone(tables: Engine) -> None:
    put(tables, REPORTS, *(report(n, "AB"[n % 2], n) for n in range(4)))
    chosen = ("at_us", "party")
    found = everything(tables, REPORTS, Where("grade", "=", "A"), columns=chosen)
    assert found == [(0, "ml"), (2, "ml")]
    newest = everything(tables, REPORTS, order=("-at_us",), limit=1, columns=chosen)
    assert newest == [(3, "ml")]
    with tables.write() as w:
        assert list(w.scan(REPORTS, limit=1, columns=("number",))) == [(0,)]
    with pytest.raises(BadInput, match="no column"):
        everything(tables, REPORTS, columns=("nothing",))


def test_a_scan_longer_than_any_buffer_is_whole_and_lazy(tables: Engine) -> None:
    put(tables, NUMBERS, *((n, n) for n in range(5_000)))
    with tables.read() as r:
        scan = r.scan(NUMBERS)
        assert list(islice(scan, 3)) == [(0, 0), (1, 1), (2, 2)]
        assert r.get(NUMBERS, (9,)) == (9, 9)
        other = r.scan(NUMBERS, order=("-n",))
        assert next(other) == (4_999, 4_999)
        assert sum(1 for _ in scan) == 4_997
    assert len(everything(tables, NUMBERS, limit=4_000)) == 4_000


def test_put_replaces_and_the_last_of_equal_keys_stays(tables: Engine) -> None:
    put(tables, NUMBERS, (1, 1), (2, 2))
    put(tables, NUMBERS, (2, 20), (3, 3), (2, 22))
    assert everything(tables, NUMBERS) == [(1, 1), (2, 22), (3, 3)]
    put(tables, NUMBERS, *((n, -n) for n in range(100)), (5, 0))
    assert everything(tables, NUMBERS, Where("n", "in", (2, 5, 99))) == [(2, -2), (5, 0), (99, -99)]
    put(tables, NAMES, ("a",))
    put(tables, NAMES, ("a",), ("b",))
    assert everything(tables, NAMES) == [("a",), ("b",)]


@pytest.mark.parametrize("size", [3, 300])
def test_add_with_a_taken_key_adds_nothing_and_the_rest_stands(tables: Engine, size: int) -> None:
    put(tables, NUMBERS, (7, 7))
    with tables.write() as w:
        w.put(NUMBERS, [(1_000, 0)])
        with pytest.raises(Conflict, match="numbers"):
            w.add(NUMBERS, [(n + 8 - size, 1) for n in range(size)])
        with pytest.raises(Conflict):
            w.add(NUMBERS, [(2_000 + n, 1) for n in range(size)] + [(2_000, 2)])
        w.add(NUMBERS, [(3_000 + n, 3) for n in range(size)])
    kept = everything(tables, NUMBERS)
    assert kept == [(7, 7), (1_000, 0), *((3_000 + n, 3) for n in range(size))]


def test_delete_counts_what_was_there(tables: Engine) -> None:
    put(tables, REPORTS, report(1), report(2), report(3))
    with tables.write() as w:
        assert w.delete(REPORTS, [("ml", 1), ("ml", 9), ("ml", 1), ("ml", 3)]) == 2
        assert w.delete(REPORTS, []) == 0
    assert everything(tables, REPORTS) == [report(2)]


def test_swap_needs_the_expected_row(tables: Engine) -> None:
    with tables.write() as w:
        w.swap(NUMBERS, (1,), None, (1, 10))
        w.swap(NUMBERS, (1,), (1, 10), (1, 11))
        for wrong in (None, (1, 10), (2, 11)):
            with pytest.raises(Conflict):
                w.swap(NUMBERS, (1,), wrong, (1, 12))
        with pytest.raises(Conflict):
            w.swap(NUMBERS, (2,), (2, 2), (2, 3))
        with pytest.raises(BadInput):
            w.swap(NUMBERS, (1,), (1, 11), (2, 12))
    assert everything(tables, NUMBERS) == [(1, 11)]


def test_a_transaction_sees_its_own_writes_and_nobody_else_does(tables: Engine) -> None:
    put(tables, NUMBERS, (1, 1), (2, 2))
    with tables.write() as w:
        w.put(NUMBERS, [(2, 20), (3, 30)])
        w.delete(NUMBERS, [(1,)])
        assert list(w.scan(NUMBERS, order=("-square",))) == [(3, 30), (2, 20)]
        assert w.count(NUMBERS) == 2
        assert w.get(NUMBERS, (1,)) is None
        with tables.read() as r:
            assert list(r.scan(NUMBERS)) == [(1, 1), (2, 2)]
        w.clear(NUMBERS)
        w.put(NUMBERS, [(9, 9)])
        assert list(w.scan(NUMBERS)) == [(9, 9)]
    assert everything(tables, NUMBERS) == [(9, 9)]


def test_rows_may_be_written_while_a_scan_of_the_transaction_runs(tables: Engine) -> None:
    put(tables, NUMBERS, *((n, 0) for n in range(10)))
    with tables.write() as w:
        for n, _ in w.scan(NUMBERS):
            assert isinstance(n, int)
            w.put(NUMBERS, [(n, 1), (n + 100, 1)])
    assert everything(tables, NUMBERS) == [(n, 1) for n in (*range(10), *range(100, 110))]


def test_an_exception_leaves_no_trace(tables: Engine) -> None:
    put(tables, NUMBERS, (1, 1))

    def failing() -> None:
        with tables.write() as w:
            w.put(NUMBERS, [(1, 100), (2, 2)])
            w.add(NAMES, [("a",)])
            w.clear(REPORTS)
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert everything(tables, NUMBERS) == [(1, 1)]
    assert everything(tables, NAMES) == []
    put(tables, NUMBERS, (3, 3))
    assert everything(tables, NUMBERS) == [(1, 1), (3, 3)]


def test_a_reader_keeps_its_snapshot(tables: Engine) -> None:
    put(tables, NUMBERS, (1, 1), (2, 2))
    with tables.read() as before:
        half = before.scan(NUMBERS)
        assert next(half) == (1, 1)
        with tables.write() as w:
            w.clear(NUMBERS)
            w.put(NUMBERS, [(5, 5)])
        assert everything(tables, NUMBERS) == [(5, 5)]
        assert list(half) == [(2, 2)]
        assert list(before.scan(NUMBERS)) == [(1, 1), (2, 2)]
        assert before.get(NUMBERS, (5,)) is None


def test_a_scan_left_halfway_does_not_hold_an_old_snapshot(tables: Engine) -> None:
    put(tables, NUMBERS, *((n, n) for n in range(3_000)))
    left = []
    for round_ in range(3):
        with tables.read() as r:
            left.append(r.scan(NUMBERS))
            next(left[-1])
        put(tables, NUMBERS, (0, -round_))
        assert everything(tables, NUMBERS, limit=1) == [(0, -round_)]
    for scan in left:
        with pytest.raises(EngineFailure, match="ended"):
            next(scan)


def test_nothing_works_after_the_end(tables: Engine) -> None:
    with tables.write() as w:
        unread = w.scan(NUMBERS)
    with tables.read() as r:
        pass
    actions: list[Callable[[], object]] = [
        lambda: w.put(NUMBERS, [(1, 1)]),
        lambda: w.get(NUMBERS, (1,)),
        lambda: r.count(NUMBERS),
        lambda: r.scan(NUMBERS),
    ]
    for action in actions:
        with pytest.raises(EngineFailure, match="ended"):
            action()
    assert list(unread) == []
    tables.close()
    tables.close()
    with pytest.raises(EngineFailure, match="closed"), tables.read():
        pass
    with pytest.raises(EngineFailure, match="closed"), tables.write():
        pass


def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(tables: Engine) -> None:
    with tables.write() as w:
        with pytest.raises(EngineFailure, match="this thread"), tables.write():
            pass
        with pytest.raises(EngineFailure, match="this thread"):
            tables.declare([NAMES])
        w.put(NUMBERS, [(1, 1)])
    assert everything(tables, NUMBERS) == [(1, 1)]


def test_words_of_sql_are_names_like_any_other(engine: Engine) -> None:
    table = Table(
        "select", (Column("from", "int"), Column("order", "text")), ("from",), (("order",),)
    )
    engine.declare([table])
    put(engine, table, (1, "group"))
    assert everything(engine, table, Where("order", "=", "group")) == [(1, "group")]


def test_declaring_again_keeps_rows_and_another_form_is_a_conflict(tables: Engine) -> None:
    put(tables, NUMBERS, (1, 1), (2, 4))
    tables.declare(ALL)
    changed = NUMBERS._replace(columns=(Column("n", "int"), Column("square", "text")))
    wider = NUMBERS._replace(columns=(*NUMBERS.columns, Column("cube", "int")))
    for other in (changed, wider, NUMBERS._replace(key=("n", "square"))):
        with pytest.raises(Conflict, match="numbers"):
            tables.declare([other])
        with pytest.raises(EngineFailure, match="not declared"):
            put(tables, other)
    indexed = NUMBERS._replace(indexes=(("square",),))
    tables.declare([indexed])
    assert everything(tables, indexed, order=("-square",)) == [(2, 4), (1, 1)]


def test_a_dropped_table_may_come_back_in_another_form(tables: Engine) -> None:
    put(tables, NUMBERS, (1, 1))
    assert everything(tables, NUMBERS) == [(1, 1)]
    tables.drop(NUMBERS)
    tables.drop(NUMBERS)
    with pytest.raises(EngineFailure, match="not declared"):
        everything(tables, NUMBERS)
    other = NUMBERS._replace(columns=(Column("n", "int"), Column("square", "text")))
    tables.declare([other])
    assert everything(tables, other) == []
    put(tables, other, (1, "one"))
    assert everything(tables, other) == [(1, "one")]


def test_one_writer_and_four_readers_agree_on_every_sum(tables: Engine) -> None:
    rows = 20
    put(tables, NUMBERS, *((n, 100) for n in range(rows)))
    stop, wrong = threading.Event(), []

    def reading() -> None:
        while not stop.is_set():
            with tables.read() as r:
                total = sum(row[1] for row in r.scan(NUMBERS))  # type: ignore[misc]
                if total != 100 * rows or r.count(NUMBERS) != rows:
                    wrong.append(total)

    readers = [threading.Thread(target=reading) for _ in range(4)]
    for thread in readers:
        thread.start()
    for n in range(60):
        with tables.write() as w:
            one, two = w.get(NUMBERS, (n % rows,)), w.get(NUMBERS, ((n * 7 + 1) % rows,))
            assert one
            assert two
            if one != two:
                w.put(NUMBERS, [(one[0], one[1] - 3), (two[0], two[1] + 3)])  # type: ignore[operator]
    stop.set()
    for thread in readers:
        thread.join()
    assert wrong == []


def test_writers_wait_for_one_another(tables: Engine) -> None:
    put(tables, NUMBERS, (0, 0))

    def adding() -> None:
        for _ in range(20):
            with tables.write() as w:
                row = w.get(NUMBERS, (0,))
                w.put(NUMBERS, [(0, row[1] + 1)])  # type: ignore[index, operator]

    threads = [threading.Thread(target=adding) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert everything(tables, NUMBERS) == [(0, 80)]
