"""Checking again what came from others: each span, from its bodies to the signed root.

A span is what one verified frame covered. The bodies we hold and the hidden hashes beside them
must add up to the checkpoint that its owner signed, now as on the day on which it came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from toguna.core import frame as frames
from toguna.core import log, merkle, record
from toguna.core.frame import Run
from toguna.core.merkle import CompactRange
from toguna.core.table import Row, Where
from toguna.errors import TogunaError, Unverified
from toguna.node import tables as t
from toguna.node.answering import commitment_of, seals_of

if TYPE_CHECKING:
    from toguna.node.verifying import Checking

CheckAuthor = Callable[["Checking", str, int, Row], None]


def check_followed(
    checking: Checking, name: str, head: Row, check_author: CheckAuthor
) -> tuple[int, int]:
    """Check all that we hold of another's log; how many records and seals that were."""
    from toguna.node.verifying import open_seal

    tx, no = checking.tx, cast(int, head[0])
    owner = name.partition("/")[0]
    restored = {r.size for r in checking.standing.restorations(owner)}
    known, slot, records, seals = CompactRange.empty(), log.EMPTY_SLOT, 0, 0
    for span in tx.scan(t.SPAN, [Where("log", "=", no)], order=("log", "start")):
        start, stop = cast(int, span[1]), cast(int, span[2])
        if start != known.size:
            raise Unverified("a verified stretch is gone", where=f"{name}/{known.size}")
        seal = tx.get(t.SEAL, (no, stop))
        if seal is None:
            raise Unverified(f"the checkpoint of size {stop} is gone", where=f"{name}/{start}")
        known, rows = check_span(checking, name, span, known)
        try:
            open_seal(checking, name, seal, known, start)
        except Unverified as error:
            raise _first_bad(name, rows, error) from None
        slot = log.EMPTY_SLOT if start in restored else slot
        slot = _advance(checking, no, span, rows, slot)
        for row in rows:
            check_author(checking, name, t.unpack(cast(int, row[0]))[1], row)
        records, seals = records + len(rows), seals + 1
        checking.progress(len(rows))
    ends = [slot, log.EMPTY_SLOT] if known.size in restored else [slot]
    verified = log.Slot(cast(int, head[2]), cast(bytes, head[3]))
    if known.size != head[1] or verified not in ends:
        what = "what we hold is not what we once verified"
        raise Unverified(what, where=f"{name}/{known.size}")
    return records, seals


def check_span(
    checking: Checking, name: str, span: Row, known: CompactRange
) -> tuple[CompactRange, list[Row]]:
    """The compact range behind a span, out of its bodies and hidden hashes; and its records.

    Raises Unverified naming the first record of a run that is not there.
    """
    no, start, end, withheld, heads = span[:5]
    low, high, hidden = cast(int, start), cast(int, end), cast(bytes, withheld)
    runs = checking.ledger.runs_between(checking.tx, cast(int, no), low, high)
    rows = list(checking.ledger.rows_between(checking.tx, cast(int, no), low, high))
    held = {t.unpack(cast(int, r[0]))[1]: r for r in rows}
    for run in runs:
        for index in range(cast(int, run[1]), cast(int, run[1]) + cast(int, run[2])):
            if index not in held:
                raise Unverified("the record is gone from the store", where=f"{name}/{index}")
    kept = [
        held[i] for r in runs for i in range(cast(int, r[1]), cast(int, r[1]) + cast(int, r[2]))
    ]
    shown = [Run(cast(int, r[1]), cast(int, r[2]), ()) for r in runs]
    end_gap = high - 1 if heads else high
    try:
        pieces = [(a, b, False) for a, b in frames.gaps(shown, low, end_gap, seals_of(span))]
    except TogunaError as error:
        raise Unverified(error.what, where=f"{name}/{low}") from None
    pieces += [(r.start, r.start + r.count, True) for r in shown]
    at = 0
    for first, last, seen in sorted(pieces):
        if seen:
            committed = [commitment_of(held[i]) for i in range(first, last)]
            known = known.extend(merkle.leaf_hashes(committed))
            continue
        for level, _index in merkle.cover(first, last):
            known = known.extend_subtree(level, _hash_at(hidden, at, f"{name}/{first}"))
            at += 32
    if at != len(hidden):
        raise Unverified("records are gone from the store", where=f"{name}/{low}")
    if heads:
        known = known.extend([merkle.leaf_hash(cast(bytes, heads))])
    return known, kept


def _hash_at(hidden: bytes, at: int, where: str) -> bytes:
    value = hidden[at : at + 32]
    if len(value) != merkle.HASH_SIZE:
        raise Unverified("records, or the hashes beside them, are gone", where=where)
    return value


def _advance(
    checking: Checking, no: int, span: Row, rows: Sequence[Row], slot: log.Slot
) -> log.Slot:
    by_index = {t.unpack(cast(int, r[0]))[1]: r for r in rows}
    low, high = cast(int, span[1]), cast(int, span[2])
    for run in checking.ledger.runs_between(checking.tx, no, low, high):
        first, count = cast(int, run[1]), cast(int, run[2])
        committed = [commitment_of(by_index[i]) for i in range(first, first + count)]
        slot = log.next_slot(slot, first, committed)
    return slot


def _first_bad(name: str, rows: Sequence[Row], error: Unverified) -> Unverified:
    """Name a record, as near as the proof goes: a root tells that one of a span is wrong.

    The first that is no record any more is surely bad; else it is one of them all.
    """
    if "add up" not in error.what or not rows:
        return error
    indexes = [t.unpack(cast(int, row[0]))[1] for row in rows]
    for row, index in zip(rows, indexes, strict=True):
        raw, kept = cast(bytes, row[8]), cast(bytes, row[10])
        if raw and kept and log.commitment(cast(bytes, row[9]), raw) != kept:
            return Unverified("body and salt are not those that came", where=f"{name}/{index}")
        if raw and not row[7]:
            try:
                record.decode(raw)
            except TogunaError as broken:
                return Unverified(f"no record any more: {broken.what}", where=f"{name}/{index}")
    others = f" (or one of those up to {name}/{indexes[-1]})" if len(indexes) > 1 else ""
    return Unverified(f"{error.what}{others}", where=f"{name}/{indexes[0]}")
