"""One of our own logs, the home journal or the spine, on top of an engine.

``edge``, ``slots`` and ``tail`` are owned by whoever holds the engine's write transaction;
they change only after it has committed. Which order survives a crash:

1. records, tiles, runs, the seal and the swapped head go into one transaction;
2. the transaction commits; only then is the submission acknowledged,
3. and only then can anybody fetch the checkpoint.

A checkpoint that was signed and never committed has never left this process, so the log
cannot fork by dying in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import msgspec

from toguna.core import log, merkle, note, tiles
from toguna.core.frame import Followed
from toguna.core.log import Group, RandomBytes, Sealed, Slot
from toguna.core.table import Reader, Row, Transaction, Where
from toguna.errors import Conflict, Unknown, Unverified
from toguna.node import tables as t

Signer = Callable[[note.Checkpoint], bytes]
_slots_out = msgspec.msgpack.Encoder()
_slots_in = msgspec.msgpack.Decoder(dict[int, tuple[int, bytes]])


class Batch(NamedTuple):
    """A seal under way inside a transaction; :meth:`OwnLog.committed` takes it over."""

    sealed: Sealed
    note: bytes
    head: Row
    tail: tuple[bytes, ...] | None


class OwnLog:
    """Appends to one log of ours; reads its hashes back for proofs."""

    def __init__(self, name: str, no: int, secret: bytes, *, spine: bool) -> None:
        self.name = name
        self.no = no
        self._secret = secret
        self._spine = spine
        self._begin()

    def _begin(self) -> None:
        """As it is before the first seal: also after a first seal that failed."""
        self._head: Row | None = None
        self.edge = tiles.Edge.empty()
        self.slots: dict[int, Slot] = {}
        self._tail: tuple[bytes, ...] | None = ()
        self.note = b""

    @property
    def size(self) -> int:
        """How many entries are sealed."""
        return self.edge.size

    def load(self, tx: Reader) -> None:
        """Take up the stored head. Reads only the right edge, however long the log is."""
        self._begin()
        self._head = tx.get(t.HEAD, (self.no,))
        if self._head is None:
            return
        size, self.note = cast(int, self._head[1]), cast(bytes, self._head[5])
        known = _range(size, cast(bytes, self._head[4]))
        self.edge = tiles.Edge.load(size, lambda level: self._partial(tx, level, size), known)
        self.slots = self.slots_at(tx, size)
        self._tail = self._load_tail(tx, size)

    def _partial(self, tx: Reader, level: int, size: int) -> bytes | None:
        """The stored partial tile; None where a restore left an older, narrower one."""
        width = (size >> 8 * level) % 256
        stored = self.tile(tx, level, size >> 8 * (level + 1))
        return None if stored is None or len(stored) < 32 * width else stored

    def _load_tail(self, tx: Reader, size: int) -> tuple[bytes, ...] | None:
        if size % 256 == 0:
            return ()
        stored = self.tile(tx, t.ENTRIES, size >> 8)
        if stored is None:
            return None
        entries = tiles.decode_entries(stored)[: size % 256]
        return tuple(entries) if len(entries) == size % 256 else None

    def slots_at(self, tx: Reader, size: int) -> dict[int, Slot]:
        """The readers' slots as they stood at the seal of this size."""
        row = tx.get(t.SEAL, (self.no, size))
        if row is None:
            raise Unknown(f"{self.name} was never sealed at size {size}")
        try:
            slots = _slots_in.decode(cast(bytes, row[5]) or b"\x80")
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Unverified(
                "the stored slots are damaged", where=f"{self.name} at {size}",
                remedy="toguna verify, then restore from a backup and the peers",
            ) from None  # fmt: skip
        return {k: Slot(*v) for k, v in slots.items()}

    def heads_at(self, tx: Reader, size: int) -> list[bytes]:
        """The slot leaves under the heads entry of this size."""
        return log.heads(self._secret, size, self.slots_at(tx, size))

    def blind(self, size: int, slot: int) -> bytes:
        """What hides this slot at this size; given to its reader alone."""
        return log.blind(self._secret, size, slot)

    def batch_key(self, audience: int, start: int) -> bytes:
        """The salts' key of one audience's run in the batch that began at ``start``."""
        return log.batch_key(self._secret, audience, start)

    # Sealing ---------------------------------------------------------------------------

    def append(
        self,
        tx: Transaction,
        groups: Sequence[Group],
        readers: Sequence[int],
        rows: Callable[[Sealed], list[Row]],
        sign: Signer,
        origin: str,
        at_us: int,
        randbytes: RandomBytes,
    ) -> Batch:
        """Seal the groups inside ``tx``. :class:`Conflict` when somebody moved the head.

        ``readers`` are the slots of all who may read here at all.
        """
        if self._spine:
            slots = {**dict.fromkeys(readers, log.EMPTY_SLOT), **self.slots}
            sealed = log.seal(self.edge, slots, groups, self._secret, randbytes)
        else:
            sealed = log.journal(self.edge, groups[0], self._secret)
        signed = sign(note.Checkpoint(origin, sealed.edge.size, sealed.root))
        packed = _slots_out.encode({k: (v.count, v.chain) for k, v in sealed.slots.items()})
        head: Row = (
            self.no, sealed.edge.size, 0, b"", _peaks(sealed.edge.compact_range()), signed,
        )  # fmt: skip
        try:
            tx.swap(t.HEAD, (self.no,), self._head, head)
        except Conflict:
            raise Conflict(
                f"{self.name} was moved on by somebody else",
                remedy="one folder, one process: stop the other one and try again",
            ) from None
        seal_row = (
            self.no,
            sealed.edge.size,
            sealed.start,
            at_us,
            signed,
            packed,
        )
        tx.add(t.SEAL, [seal_row])
        tx.add(t.RECORD, rows(sealed))
        tx.add(
            t.RUN,
            [(self.no, r.start, len(r.raws), r.audience, sealed.start) for r in sealed.runs],
        )
        tx.put(t.TILE, [(self.no, x.level, x.index, x.data) for x in sealed.tiles])
        tail = self._put_entries(tx, sealed)
        return Batch(sealed, signed, head, tail)

    def _put_entries(self, tx: Transaction, sealed: Sealed) -> tuple[bytes, ...] | None:
        """Store the entry bundles; the entries of the last one that is not full."""
        if self._tail is None:
            return self._put_beside_hole(tx, sealed)
        start = sealed.start - len(self._tail)
        return self._put_bundles(tx, start, [*self._tail, *sealed.entries])

    def _put_beside_hole(self, tx: Transaction, sealed: Sealed) -> tuple[bytes, ...] | None:
        """Behind a restore the first tile and bundle stay holes: the hashes stand by themselves
        until the next tile begins.
        """
        start, beside = sealed.start, -sealed.start % 256
        hashes = merkle.leaf_hashes(sealed.entries[:beside])
        tx.put(t.HASH, [(self.no, 0, start + k, leaf) for k, leaf in enumerate(hashes)])
        if len(sealed.entries) < beside:
            return None
        return self._put_bundles(tx, start + beside, sealed.entries[beside:])

    def _put_bundles(
        self, tx: Transaction, start: int, entries: Sequence[bytes]
    ) -> tuple[bytes, ...]:
        """Store entries that begin where a bundle begins."""
        rows: list[Row] = [
            (self.no, t.ENTRIES, (start + k) >> 8, tiles.encode_entries(entries[k : k + 256]))
            for k in range(0, len(entries), 256)
        ]
        tx.put(t.TILE, rows)
        return tuple(entries[len(entries) - len(entries) % 256 :])

    def committed(self, batch: Batch) -> None:
        """The transaction is durable: from now on this is our head."""
        self.edge, self.slots = batch.sealed.edge, batch.sealed.slots
        self._head, self._tail, self.note = batch.head, batch.tail, batch.note

    def adopt(self, tx: Transaction, followed: Followed) -> None:
        """Take our log back at a head that a peer proved to us; :meth:`regain` comes first."""
        known = followed.range
        head: Row = (self.no, known.size, 0, b"", _peaks(known), followed.note)
        tx.put(t.HEAD, [head])
        levels = merkle.cover(0, known.size)
        tx.put(
            t.HASH,
            [(self.no, lv, ix, h) for (lv, ix), h in zip(levels, known.peaks, strict=True)],
        )
        self._head, self.edge, self.slots = head, tiles.Edge.at(known), {}
        self._tail, self.note = None if known.size % 256 else (), followed.note

    def regain(self, tx: Transaction, start: int, sizes: Sequence[int], signed: bytes) -> None:
        """Remember at which sizes we had sealed, out of a peer's frame that begins at ``start``.

        The checkpoints themselves are gone but for the frame's last: their notes are empty.
        """
        for size in sizes:
            there = tx.get(t.SEAL, (self.no, size))
            kept = signed if size == sizes[-1] else b""
            if there is None:
                tx.add(t.SEAL, [(self.no, size, start, 0, kept, b"")])
            elif kept and not there[4]:
                tx.put(t.SEAL, [(*there[:4], kept, there[5])])
            start = size

    def begin_anew(self, tx: Transaction) -> None:
        """From here on every reader's slot begins at zero: a restoration is declared."""
        row = tx.get(t.SEAL, (self.no, self.size))
        if row is not None:
            tx.put(t.SEAL, [(*row[:5], b"")])
        self.slots = {}

    def root_at(self, tx: Reader, size: int) -> bytes | None:
        """The root of our log at a size at which we sealed; None when we never did, or do not
        know any more.
        """
        if size and tx.get(t.SEAL, (self.no, size)) is None:
            return None
        try:
            return self.range_at(tx, size).root()
        except Unknown:
            return None

    def replace_note(self, tx: Transaction, size: int, signed: bytes) -> None:
        """Keep a checkpoint with more cosignatures under it."""
        row = tx.get(t.SEAL, (self.no, size))
        if row is None:
            return
        tx.put(t.SEAL, [(*row[:4], signed, row[5])])
        if size == self.size and self._head is not None:
            self._head = (*self._head[:5], signed)
            tx.put(t.HEAD, [self._head])
            self.note = signed

    # Reading ---------------------------------------------------------------------------

    def tile(self, tx: Reader, level: int, index: int) -> bytes | None:
        """A stored tile (or entry bundle), full or partial; None where a restore left a hole."""
        row = tx.get(t.TILE, (self.no, level, index))
        return None if row is None else cast(bytes, row[3])

    def fetch(self, tx: Reader) -> Callable[[int, int], bytes]:
        """Hashes of complete subtrees, out of tiles and what a restore left."""

        def known(level: int, index: int) -> bytes | None:
            row = tx.get(t.HASH, (self.no, level, index))
            return None if row is None else cast(bytes, row[3])

        def fetch(level: int, index: int) -> bytes:
            return tiles.subtree_hash(level, index, lambda lv, ix: self.tile(tx, lv, ix), known)

        return fetch

    def range_at(self, tx: Reader, size: int) -> merkle.CompactRange:
        """The compact range of our log when it had ``size`` entries; Unknown where a restore
        left a hole.
        """
        fetch = self.fetch(tx)
        grown = merkle.CompactRange.empty()
        for level, index in merkle.cover(0, size):
            grown = grown.extend_subtree(level, fetch(level, index))
        return grown

    def followed(self) -> Followed:
        """Our own head in the shape that sync speaks of."""
        return Followed(self.name, self.edge.compact_range(), log.EMPTY_SLOT, self.note)

    def next_seal(self, tx: Reader, size: int) -> int | None:
        """The size of the first seal after ``size``."""
        where = [Where("log", "=", self.no), Where("size", ">", size)]
        row = next(iter(tx.scan(t.SEAL, where, order=("log", "size"), limit=1)), None)
        return None if row is None else cast(int, row[1])

    def seals_between(self, tx: Reader, start: int, end: int) -> tuple[int, ...]:
        """The sizes of the seals strictly between two sizes."""
        where = [Where("log", "=", self.no), Where("size", ">", start), Where("size", "<", end)]
        return tuple(cast(int, row[1]) for row in tx.scan(t.SEAL, where, order=("log", "size")))


def _peaks(known: merkle.CompactRange) -> bytes:
    return b"".join(known.peaks)


def _range(size: int, peaks: bytes) -> merkle.CompactRange:
    return merkle.CompactRange(size, tuple(peaks[k : k + 32] for k in range(0, len(peaks), 32)))


def followed_row(no: int, followed: Followed) -> Row:
    """A followed log's resume point as a row of HEAD."""
    slot = followed.slot
    return (no, followed.size, slot.count, slot.chain, _peaks(followed.range), followed.note)


def followed_from(name: str, row: Row) -> Followed:
    """Undo :func:`followed_row`."""
    _no, size, count, chain, peaks, signed = row
    return Followed(
        name,
        _range(cast(int, size), cast(bytes, peaks)),
        Slot(cast(int, count), cast(bytes, chain)),
        cast(bytes, signed),
    )
