"""The change feed: what committed transactions did to the lists, in order, for whoever looks on.

Off until a surface starts it; a node that only authors or receives pays nothing for it. Once
on, a write transaction is wrapped: puts and deletes of projection rows are noted as they are
made, published when the transaction has committed, and forgotten when it failed. So what is in
the feed was committed, in the order in which it was committed.

The feed is a ring of bounded size. Everybody who follows it has a place in it (a number), no
queue of their own; who is too slow falls out of it and is told so. Each change is encoded once,
whoever looks, and each stretch of changes is put together once for each party that is looked
through: what that party may not see is left out before anything leaves.

Owned by the writing thread: the notes of its transaction. Under ``_lock``: the ring, which one
thread writes and the event loop reads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, cast

from toguna.core.catalogue import Catalogue
from toguna.core.table import Row, Table, Transaction, Value, Where
from toguna.node.ledger import Ledger

KEPT: Final = 65_536
"""How many changes the ring keeps; a power of two."""
KEPT_BYTES: Final = 32 << 20
"""The most bytes of changes that the ring keeps."""
EPOCH_BYTES: Final = 8
CHUNK_BYTES: Final = 256 << 10
"""About how much is handed out at once."""


class Seen(NamedTuple):
    """A stretch of the feed as one party sees it: events, and the place behind them."""

    data: bytes
    place: int


class Sight(dict[int, bool]):
    """Whether a party sees what carries an audience's number, by that number.

    A party that left the charter still sees its own (core/labels.py, rule 1), no more.
    """

    def __init__(self, ledger: Ledger, party: str, active: bool) -> None:
        super().__init__()
        self._ledger = ledger
        self.who = (party, active)

    def __missing__(self, audience: int) -> bool:
        (party, active), (owner, readers) = self.who, self._ledger.readers(audience)
        sees = party == owner or (active and party in readers)
        self[audience] = sees  # a number that was committed means the same for ever
        return sees


class Changes:
    """One node's feed. :meth:`start` is called under the node's lock, as is :meth:`publish`."""

    def __init__(self, catalogue: Catalogue, ledger: Ledger) -> None:
        self._ledger = ledger
        self._tables = {
            table.name: _Columns(*map(table.position, ("id", "audience", "doc")))
            for table in (p.table for p in catalogue.projections.values())
        }
        self._waited = frozenset(_looked_at(catalogue))
        self._lock = threading.Lock()
        self._ring: list[tuple[int, bytes]] = []
        self._first = 1
        self._bytes = 0
        self._joined: dict[tuple[tuple[str, bool], int], Seen] = {}
        self.epoch = ""
        self.last = 0
        """The number of the newest change; 0 before the first."""
        self.waits = 0
        """Grows whenever what waits for our people may have changed."""
        self.listeners: list[Callable[[], None]] = []

    def start(self, epoch: bytes) -> None:
        """Note from now on; ``epoch`` is random, so that nobody takes up an older feed here."""
        if not self.epoch:
            self._empty()
            self.epoch = epoch.hex()

    def _empty(self) -> None:
        self._ring = [(0, b"")] * KEPT
        self._joined.clear()
        self._first, self._bytes = self.last + 1, 0

    # Writing -----------------------------------------------------------------------------

    def noting(self, tx: Transaction) -> Noting | None:
        """The transaction, wrapped so that it notes; None while nobody has started the feed."""
        return Noting(tx, self._tables) if self.epoch else None

    def publish(self, noted: Noting | None) -> None:
        """What a transaction noted has been committed."""
        if noted is None or not (noted.changes or noted.cleared):
            return
        with self._lock:
            self._joined.clear()
            if noted.cleared:  # everything is folded anew: whoever looks on reads the lists again
                self.last += 1
                self._empty()
            else:
                for (name, key, audience), doc in noted.changes.items():
                    self._keep(audience, name, key, doc)
        if noted.cleared or any(name in self._waited for name, _, _ in noted.changes):
            self.waits += 1
        for listener in list(self.listeners):
            listener()

    def _keep(self, audience: int, name: str, key: int, doc: bytes | None) -> None:
        self.last += 1
        address = str(self._ledger.address_of(key))
        event = b'id: %b.%d\nevent: change\ndata: {"table":"%b","address":"%b","doc":%b}\n\n' % (
            self.epoch.encode(), self.last, name.encode(), address.encode(), _on_one_line(doc),
        )  # fmt: skip
        place = self.last % KEPT
        self._bytes += len(event) - len(self._ring[place][1])
        self._ring[place] = (audience, event)
        self._first = max(self._first, self.last - KEPT + 1)
        while self._bytes > KEPT_BYTES and self._first < self.last:
            oldest = self._first % KEPT
            self._bytes -= len(self._ring[oldest][1])
            self._ring[oldest] = (0, b"")
            self._first += 1

    # Reading -----------------------------------------------------------------------------

    def sight(self, party: str, active: bool) -> Sight:
        """What this party sees; to be kept by whoever looks through it again and again."""
        return Sight(self._ledger, party, active)

    def place_of(self, event_id: str) -> int | None:
        """The place of an event's id in the feed; None when one cannot go on from there."""
        epoch, _, number = event_id.partition(".")
        if epoch != self.epoch or not (number.isascii() and number.isdecimal()):
            return None
        place = int(number[:18])
        return place if self._first - 1 <= place <= self.last else None

    def seen_from(self, place: int, sight: Sight) -> Seen | None:
        """What this sight sees behind ``place``, up to about 256 KiB; None when it is gone.

        Asked again for the same stretch it gives the same bytes: a hundred who look through
        one party share them.
        """
        with self._lock:
            if not self._first - 1 <= place <= self.last:
                return None
            known = self._joined.get((sight.who, place))
            if known is None:
                known = self._joined[sight.who, place] = self._join(place, sight)
            return known

    def _join(self, place: int, sight: Sight) -> Seen:
        found: list[bytes] = []
        size = 0
        while place < self.last and size < CHUNK_BYTES:
            place += 1
            audience, event = self._ring[place % KEPT]
            if sight[audience]:
                found.append(event)
                size += len(event)
        return Seen(b"".join(found), place)


def _looked_at(catalogue: Catalogue) -> Iterator[str]:
    """The tables by which something may come to wait for our people, or wait no longer."""
    for domain in catalogue.domains:
        if domain.has_waits:
            yield from (projection.table.name for projection in domain.projections)
            yield from (need.replace(".", "_") for need in domain.needs)


def _on_one_line(doc: bytes | None) -> bytes:
    """A document for the one line that an event's data has (JSON has no bare line end in it)."""
    if doc is None:
        return b"null"
    if b"\n" in doc or b"\r" in doc:
        return doc.replace(b"\n", b" ").replace(b"\r", b" ")
    return doc


class _Columns(NamedTuple):
    """Where a projection's row has what the feed needs."""

    key: int
    audience: int
    doc: int


class Noting:
    """A :class:`~toguna.core.table.Transaction` over another, which notes what lists lose and gain.

    ``changes`` are the last document (None: dropped) by table, packed address and audience, in
    the order in which they came to be so. A row whose audience changes is dropped for the old
    one: who could see it, and may no longer, is told.
    """

    def __init__(self, tx: Transaction, tables: Mapping[str, _Columns]) -> None:
        self._tx = tx
        self._tables = tables
        self.changes: dict[tuple[str, int, int], bytes | None] = {}
        self.cleared = False
        self.get, self.scan, self.count, self.swap = tx.get, tx.scan, tx.count, tx.swap

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows, replacing those with the same key."""
        columns = self._tables.get(table.name)
        if columns is not None:
            rows = list(rows)
            before = self._audiences(table, [row[columns.key] for row in rows])
            self._note_rows(table, columns, rows, before)
        self._tx.put(table, rows)

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows; Conflict if any key is there already."""
        columns = self._tables.get(table.name)
        if columns is not None:
            rows = list(rows)
            self._note_rows(table, columns, rows, {})
        self._tx.add(table, rows)

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Delete by primary key; the number of rows that were there."""
        if table.name in self._tables:
            keys = list(keys)
            for key, audience in self._audiences(table, [key for (key,) in keys]).items():
                self._note(table, key, audience, None)
        return self._tx.delete(table, keys)

    def clear(self, table: Table) -> None:
        """Delete every row of the table."""
        self.cleared = self.cleared or table.name in self._tables
        self._tx.clear(table)

    def _audiences(self, table: Table, keys: Sequence[Value]) -> dict[int, int]:
        rows = self._tx.scan(table, [Where("id", "in", keys)], columns=("id", "audience"))
        return {cast(int, key): cast(int, audience) for key, audience in rows}

    def _note_rows(
        self, table: Table, columns: _Columns, rows: Iterable[Row], before: dict[int, int]
    ) -> None:
        for row in rows:
            key, audience = cast(int, row[columns.key]), cast(int, row[columns.audience])
            was = before.get(key, audience)
            if was != audience:
                self._note(table, key, was, None)
            before[key] = audience
            self._note(table, key, audience, cast(bytes, row[columns.doc]))

    def _note(self, table: Table, key: int, audience: int, doc: bytes | None) -> None:
        self.changes.pop((table.name, key, audience), None)
        self.changes[table.name, key, audience] = doc
