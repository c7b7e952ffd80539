"""Answering another party's pull: frames, flashes, heads, proofs, the charter book.

Who asks is known (their log key signed the request). What they get is decided by audience,
in the store, before a byte is built: a run that does not name them is hashes to them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple, cast

from toguna.core import frame as frames
from toguna.core import log, merkle, note, sync, tiles
from toguna.core.frame import Frame, Gone, Run
from toguna.core.messages import Flash, Part, Proof, Pull, Reply, Want
from toguna.core.table import Reader, Row, Where
from toguna.errors import BadInput, TogunaError, Unknown
from toguna.node import tables as t
from toguna.node.ledger import Ledger
from toguna.node.ownlog import OwnLog

RECORDS_A_FRAME = 2_048
FRAMES_KEPT = 16
MAX_ROOM = 4 << 20


class Asking(NamedTuple):
    """Who asks: the party and its slot by the charter."""

    party: str
    slot: int


class Answers:
    """Builds frames out of our spine, and gives a peer its own log back.

    ``boundaries`` are sizes that no frame may step over (restorations). A finished frame is
    kept a while, so that a peer on a bad link gets the same bytes part by part. ``sign`` is
    our log key at work.
    """

    def __init__(self, ledger: Ledger, spine: OwnLog, sign: Callable[[bytes], bytes]) -> None:
        self._ledger = ledger
        self._sign = sign
        self._spine = spine
        self._kept: OrderedDict[tuple[str, str, int], tuple[bytes, bytes]] = OrderedDict()

    def forget(self) -> None:
        """Something was erased: no frame that was built before goes out any more."""
        self._kept.clear()

    def reply(
        self,
        tx: Reader,
        asking: Asking,
        pull: Pull,
        heads: tuple[bytes, ...],
        book: bytes,
        documents: tuple[bytes, ...],
        boundaries: frozenset[int],
    ) -> Reply:
        """The whole answer to one pull."""
        room = max(1_024, min(pull.room, MAX_ROOM))
        parts, more, why = [], False, ""
        for want in pull.wants[:4]:
            try:
                part = self._part(tx, asking, want, boundaries, room)
            except TogunaError as error:  # one log that cannot be served does not stop the rest
                part, why = None, str(error)
            if part is not None:
                parts.append(part)
                more = more or self._more(part)
        return Reply(
            parts=tuple(parts),
            flashes=self._flashes(tx, asking, pull),
            heads=heads,
            book=book,
            documents=() if pull.book == book else documents,
            proofs=self._proofs(tx, pull),
            more=more,
            turn=pull.turn,
            why=why,
        )

    def _more(self, part: Part) -> bool:
        """Asking again at once is worth it: this frame goes on, or there are later seals."""
        whole = part.offset + len(part.data) >= part.total
        return not whole or part.log != self._spine.name or part.stop < self._spine.size

    def _part(
        self, tx: Reader, asking: Asking, want: Want, boundaries: frozenset[int], room: int
    ) -> Part | None:
        kept = self._kept.get((asking.party, want.log, want.size))
        if kept is None or (want.offset and kept[0] != want.digest):
            frame = self.frame(tx, asking, want.log, want.size, boundaries)
            if frame is None:
                return None
            data = frames.encode(frame)
            kept = (sha256(data).digest()[:16], data)
            self._kept[asking.party, want.log, want.size] = kept
            while len(self._kept) > FRAMES_KEPT:
                self._kept.popitem(last=False)
        digest, data = kept
        offset = want.offset if want.digest == digest and want.offset < len(data) else 0
        end = frames.decode(data).end if offset + room >= len(data) else 0
        return Part(want.log, end, digest, len(data), offset, data[offset : offset + room])

    def frame(
        self, tx: Reader, asking: Asking, name: str, size: int, boundaries: frozenset[int]
    ) -> Frame | None:
        """The next frame of ``name`` behind ``size`` for this reader; None when there is none."""
        if name == self._spine.name:
            end = self._end(tx, asking, size, boundaries)
            frame = None if end is None else self._own_frame(tx, asking, size, end, boundaries)
        elif name == sync.spine(asking.party):
            frame = self._their_frame(tx, asking.party, name, size)
        else:
            raise Unknown(f"{name[:80]!r} is not served to {asking.party}")
        return None if frame is None else frames.sign(frame, self._sign)

    def _end(self, tx: Reader, asking: Asking, size: int, boundaries: frozenset[int]) -> int | None:
        """Where the frame behind ``size`` ends: a seal that speaks of this reader, not over a
        boundary, and soon enough that no frame grows without bound.
        """
        if size >= self._spine.size:
            return None
        if size and tx.get(t.SEAL, (self._spine.no, size)) is None:
            raise BadInput(f"{self._spine.name} was never sealed at {size}", remedy="ask from 0")
        stop = min((b for b in boundaries if b > size), default=self._spine.size)
        enough = self._enough(tx, asking, size)
        end = min(stop, self._spine.next_seal(tx, enough - 1) or stop) if enough else stop
        while end not in boundaries and asking.slot not in self._spine.slots_at(tx, end):
            later = self._spine.next_seal(tx, end)
            if later is None:
                return None  # no seal since this reader was admitted: nothing to say yet
            end = later
        return end

    def _enough(self, tx: Reader, asking: Asking, size: int) -> int:
        """The end of the run with which a frame behind ``size`` is full; 0 when it never is."""
        mine = Where("audience", "in", self._ledger.audiences_of(asking.party))
        where = [Where("log", "=", self._spine.no), Where("start", ">=", size), mine]
        records = 0
        for row in tx.scan(t.RUN, where, order=("log", "start"), limit=RECORDS_A_FRAME):
            records += cast(int, row[2])
            if records >= RECORDS_A_FRAME:
                return cast(int, row[1]) + cast(int, row[2])
        return 0

    def _own_frame(
        self, tx: Reader, asking: Asking, start: int, end: int, boundaries: frozenset[int]
    ) -> Frame:
        seal = cast(Row, tx.get(t.SEAL, (self._spine.no, end)))
        mine = set(self._ledger.audiences_of(asking.party))
        runs, raws = [], []
        for row in self._ledger.runs_between(tx, self._spine.no, start, end):
            if row[3] in mine:
                run, bodies = self._run(tx, row)
                runs.append(run)
                raws += bodies
        fetch = self._spine.fetch(tx)
        proved = end not in boundaries
        leaves = self._spine.heads_at(tx, end) if proved else []
        seals = self._spine.seals_between(tx, start, end)
        return Frame(
            log=self._spine.name,
            start=start,
            end=end,
            note=note.bare(cast(bytes, seal[4])),
            runs=tuple(runs),
            withheld=frames.withheld(runs, start, end - 1 if proved else end, fetch, seals),
            heads=log.heads_root(leaves) if proved else b"",
            blind=self._spine.blind(end, asking.slot) if proved else b"",
            path=b"".join(log.heads_path(leaves, asking.slot)) if proved else b"",
            bodies=frames.pack_bodies(raws) if raws else b"",
            seals=seals,
        )

    def _run(self, tx: Reader, row: Row) -> tuple[Run, list[bytes]]:
        no, start, count, audience, batch = cast("tuple[int, int, int, int, int]", row)
        raws, salts, gone = [], [], []
        for held in self._ledger.rows_between(tx, no, start, start + count):
            key, why = cast(int, held[0]), held[6]
            if why is not None:
                gone.append(Gone(t.unpack(key)[1], cast(bytes, held[10]), str(why)))
            else:
                raws.append(cast(bytes, held[8]))
                salts.append(cast(bytes, held[9]))
        whole = batch >= 0 and not gone and count > 1
        readers = self._ledger.readers(audience)[1]
        run = Run(
            start=start,
            count=count,
            readers=readers,
            key=self._spine.batch_key(audience, batch) if whole else b"",
            salts=b"" if whole else b"".join(salts),
            gone=tuple(gone),
        )
        return run, raws

    def _their_frame(self, tx: Reader, party: str, name: str, size: int) -> Frame | None:
        """Give a party its own log back: what we hold of it, as we once verified it."""
        no = self._ledger.log_numbers.get(name)
        if no is None:
            return None
        where = [Where("log", "=", no), Where("stop", ">", size)]
        span = next(iter(tx.scan(t.SPAN, where, order=("log", "start"), limit=1)), None)
        if span is None:
            return None
        start, end = cast(int, span[1]), cast(int, span[2])
        seal = cast(Row, tx.get(t.SEAL, (no, end)))
        runs, raws = [], []
        for row in self._ledger.runs_between(tx, no, start, end):
            run, bodies = self._run(tx, row)
            runs.append(run)
            raws += bodies
        fetch = self.span_fetch(tx, no, span, runs)
        return Frame(
            log=name,
            start=start,
            end=end,
            note=cast(bytes, seal[4]),
            runs=tuple(runs),
            withheld=frames.withheld(runs, start, end, fetch, seals_of(span)),
            heads=b"",
            blind=b"",
            path=b"",
            bodies=frames.pack_bodies(raws) if raws else b"",
            seals=seals_of(span),
        )

    def span_fetch(
        self, tx: Reader, no: int, span: Row, runs: list[Run]
    ) -> Callable[[int, int], bytes]:
        """Subtree hashes inside a span that we verified: the hidden ones and those we see."""
        known = span_hashes(span, runs)
        for run in runs:
            for row in self._ledger.rows_between(tx, no, run.start, run.start + run.count):
                known[0, t.unpack(cast(int, row[0]))[1]] = merkle.leaf_hash(commitment_of(row))

        def fetch(level: int, index: int) -> bytes:
            return tiles.subtree_hash(
                level, index, lambda _l, _i: None, lambda lv, ix: known.get((lv, ix))
            )

        return fetch

    def followed_fetch(
        self, tx: Reader, no: int, index: int
    ) -> tuple[Callable[[int, int], bytes], int, bytes]:
        """Subtree hashes to prove entry ``index`` of a log that we follow, with the size and
        the signed checkpoint that they lead to: those of the frame in which it came.
        """
        where = [Where("log", "=", no), Where("stop", ">", index)]
        span = next(iter(tx.scan(t.SPAN, where, order=("log", "start"), limit=1)), None)
        if span is None:
            raise Unknown("its proof has not arrived yet", remedy="sync, then try again")
        start, end, peaks = cast(int, span[1]), cast(int, span[2]), cast(bytes, span[5])
        runs = [self._run(tx, r)[0] for r in self._ledger.runs_between(tx, no, start, end)]
        inside = self.span_fetch(tx, no, span, runs)
        before = {
            place: peaks[32 * k : 32 * k + 32] for k, place in enumerate(merkle.cover(0, start))
        }

        def fetch(level: int, place: int) -> bytes:
            found = before.get((level, place))
            if found is not None:
                return found
            if level and place << level < start:
                return merkle.node_hash(
                    fetch(level - 1, 2 * place), fetch(level - 1, 2 * place + 1)
                )
            return inside(level, place)

        seal = cast(Row, tx.get(t.SEAL, (no, end)))
        return fetch, end, cast(bytes, seal[4])

    # The rest --------------------------------------------------------------------------

    def _flashes(self, tx: Reader, asking: Asking, pull: Pull) -> tuple[Flash, ...]:
        verified = next((w.size for w in pull.wants if w.log == self._spine.name), 0)
        after = max(pull.flashed + 1, verified)
        where = [
            Where("id", ">=", t.pack(self._spine.no, after)),
            Where("audience", "in", self._ledger.audiences_of(asking.party)),
        ]
        return tuple(
            flash
            for row in tx.scan(t.FLASH, where, order=("id",), limit=8)
            if (flash := self._flash(tx, cast(int, row[0]))) is not None
        )

    def _flash(self, tx: Reader, key: int) -> Flash | None:
        row = tx.get(t.RECORD, (key,))
        if row is None or row[6] is not None:
            return None
        index = t.unpack(key)[1]
        path = merkle.inclusion_path(index, self._spine.size, self._spine.fetch(tx))
        readers = self._ledger.readers(cast(int, row[4]))[1]
        raw, salt = cast(bytes, row[8]), cast(bytes, row[9])
        return Flash(self._spine.name, index, readers, salt, raw, tuple(path), self._spine.note)

    def _proofs(self, tx: Reader, pull: Pull) -> tuple[Proof, ...]:
        out = []
        for asked in pull.prove[:8]:
            if asked.log == self._spine.name and 0 < asked.old < asked.new <= self._spine.size:
                try:
                    path = merkle.consistency_path(asked.old, asked.new, self._spine.fetch(tx))
                except Unknown:  # we came out of a loss, and nobody could tell us these hashes
                    continue
                out.append(Proof(asked.log, asked.old, asked.new, tuple(path)))
        return tuple(out)


def _no_tile(_level: int, _index: int) -> None:
    """A followed log has no tiles here."""


def span_hashes(span: Row, runs: list[Run]) -> dict[tuple[int, int], bytes]:
    """The hidden subtree hashes of a stored span, by level and index."""
    start, end = cast(int, span[1]), cast(int, span[2])
    hidden, heads = cast(bytes, span[3]), cast(bytes, span[4])
    known: dict[tuple[int, int], bytes] = {}
    at = 0
    for low, high in frames.gaps(runs, start, end - 1 if heads else end, seals_of(span)):
        for place in merkle.cover(low, high):
            known[place] = hidden[at : at + 32]
            at += 32
    if heads:
        known[0, end - 1] = merkle.leaf_hash(heads)
    return known


def seals_of(span: Row) -> tuple[int, ...]:
    """The sizes at which the owner sealed inside a stored span."""
    packed = cast(bytes, span[6])
    return tuple(int.from_bytes(packed[k : k + 8], "big") for k in range(0, len(packed), 8))


def pack_seals(seals: Sequence[int]) -> bytes:
    """Undo :func:`seals_of`."""
    return b"".join(size.to_bytes(8, "big") for size in seals)


def commitment_of(row: Row) -> bytes:
    """The commitment of a row of RECORD, kept or computed from the body."""
    kept = cast(bytes, row[10])
    return kept or log.commitment(cast(bytes, row[9]), cast(bytes, row[8]))
