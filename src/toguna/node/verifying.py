"""Reading everything that a store holds, and checking it from the bodies up to the signatures.

=======================  ================================================================
what                     against what
=======================  ================================================================
body and salt            the commitment in the log (own logs), or the signed root
entries, level-0 tiles   one another, leaf by leaf, and the root of every checkpoint
higher tiles             the tiles below them
checkpoints              the log keys that count at their size; cosignatures likewise
runs                     the readers' slots as they were sealed: none is missing
followed logs            each verified span again, bodies and hidden hashes to its root
decisive acts            their author's own signature
=======================  ================================================================

The first thing that does not hold is raised as :class:`Unverified`, its ``where`` being the
address of the first bad record. Nothing is written. No rule of cryptography is repeated here:
all of it is ``core``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, cast

import msgspec

from toguna.core import acts, log, merkle, note, record, sync, tiles
from toguna.core.book import Book, Standing
from toguna.core.catalogue import Catalogue
from toguna.core.charter import Charter
from toguna.core.merkle import CompactRange
from toguna.core.table import Reader, Row, Where
from toguna.errors import TogunaError, Unverified
from toguna.node import tables as t
from toguna.node.answering import commitment_of
from toguna.node.ledger import Ledger
from toguna.node.verifying_spans import check_followed

Progress = Callable[[int], None]
_slots = msgspec.msgpack.Decoder(dict[int, tuple[int, bytes]])
_SIG_AT = -(len(b',"sig":"') + 88 + len(b'"') + len(b',"v":1}'))


class Verified(NamedTuple):
    """One log that holds: its name, size, how many of its records we hold, its seals."""

    log: str
    size: int
    records: int
    seals: int


class Checking(NamedTuple):
    """What a check leans on besides the store's rows."""

    tx: Reader
    party: str
    ledger: Ledger
    standing: Standing
    catalogue: Catalogue
    home_keys: tuple[bytes, ...]
    slots: dict[str, int | None]
    progress: Progress


def load_book(tx: Reader, now_us: int) -> Book:
    """The charter book as it is stored."""
    book = Book()
    for row in tx.scan(t.DOCUMENT):
        book.add(cast(bytes, row[1]), now_us)
    return book


def verify_store(
    tx: Reader,
    party: str,
    catalogue: Catalogue,
    own_key: bytes,
    now_us: int,
    progress: Progress = lambda _n: None,
) -> Iterator[Verified]:
    """Check every log of a store, our own first; one line for each that holds.

    ``own_key`` is our public log key, for the home journal; ``progress`` is told how many
    records were checked. Raises Unverified naming the first bad record.
    """
    ledger = Ledger(party)
    ledger.load(tx)
    book = load_book(tx, now_us)
    standing = book.standing(now_us)
    keys = tuple(dict.fromkeys([own_key, *(k for k, _most in standing.log_keys(party))]))
    checking = Checking(
        tx, party, ledger, standing, catalogue, keys, party_slots(book, standing), progress
    )
    own = (f"{party}/home", sync.spine(party))
    for name in sorted(ledger.log_numbers, key=lambda n: (n not in own, n)):
        head = tx.get(t.HEAD, (ledger.log_numbers[name],))
        if head is None:
            continue
        yield _check_own(checking, name, head) if name in own else _followed(checking, name, head)


def party_slots(book: Book, standing: Standing) -> dict[str, int | None]:
    """The slot of each party in any accepted version; None for one that changed it."""
    slots: dict[str, int | None] = {}
    hash_ = standing.charter_hash
    while hash_ and (document := book.document(hash_)) is not None:
        version = acts.parse_document(document).act
        if not isinstance(version, Charter):
            break
        for entry in version.parties:
            if slots.setdefault(entry.party, entry.slot) != entry.slot:
                slots[entry.party] = None
        hash_ = version.prev
    return slots


def _followed(checking: Checking, name: str, head: Row) -> Verified:
    records, seals = check_followed(checking, name, head, check_author)
    return Verified(name, cast(int, head[1]), records, seals)


# Our own logs ------------------------------------------------------------------------------


class _Own(NamedTuple):
    """How far one of our own logs was checked."""

    known: CompactRange
    slots: dict[int, log.Slot]
    records: int


def _check_own(checking: Checking, name: str, head: Row) -> Verified:
    tx, no, size = checking.tx, cast(int, head[0]), cast(int, head[1])
    state = _Own(CompactRange.empty(), {}, 0)
    seals = 0
    for seal in tx.scan(t.SEAL, [Where("log", "=", no)], order=("log", "size")):
        if seal[2] != state.known.size:
            raise Unverified("a seal is missing here", where=f"{name}/{state.known.size}")
        entries = _entries(tx, no, state.known.size, cast(int, seal[1]))
        if entries is None:
            state = _taken_back(checking, name, seal, state)
        else:
            state = _check_batch(checking, name, seal, entries, state)
        seals += 1
    if state.known.size != size or _peaks(state.known) != head[4]:
        raise Unverified("the head is not that of the last seal", where=f"{name}/{size}")
    _check_high_tiles(tx, no, name, size)
    return Verified(name, size, state.records, seals)


def _peaks(known: CompactRange) -> bytes:
    return b"".join(known.peaks)


def _entries(tx: Reader, no: int, start: int, end: int) -> list[bytes] | None:
    """The stored entries [start, end), or None where a restore left a hole."""
    out: list[bytes] = []
    for place in range(start >> 8, (end - 1 >> 8) + 1):
        row = tx.get(t.TILE, (no, t.ENTRIES, place))
        bundle = tiles.decode_entries(cast(bytes, row[3])) if row else []
        piece = bundle[max(0, start - place * 256) : end - place * 256]
        if len(piece) != min(end, place * 256 + 256) - max(start, place * 256):
            return None
        out += piece
    return out


def _check_batch(
    checking: Checking, name: str, seal: Row, entries: list[bytes], state: _Own
) -> _Own:
    no, end, start = cast("tuple[int, int, int]", seal[:3])
    runs = checking.ledger.runs_between(checking.tx, no, start, end)
    rows = {
        t.unpack(cast(int, r[0]))[1]: r
        for r in checking.ledger.rows_between(checking.tx, no, start, end)
    }
    _check_runs(name, runs, start, end)
    for run in runs:
        for index in range(cast(int, run[1]), cast(int, run[1]) + cast(int, run[2])):
            row = rows.pop(index, None)
            if row is None:
                raise Unverified("the record is gone from the store", where=f"{name}/{index}")
            if commitment_of(row) != entries[index - start]:
                what = "body and salt are not those that were committed to"
                raise Unverified(what, where=f"{name}/{index}")
            check_author(checking, name, index, row)
    if rows:
        raise Unverified("a record stands in no run", where=f"{name}/{min(rows)}")
    leaves = merkle.leaf_hashes(entries)
    _check_low_tiles(checking.tx, no, name, start, leaves)
    known = state.known.extend(leaves)
    open_seal(checking, name, seal, known, start)
    slots = _grown_slots(checking, runs, entries, start, state.slots)
    if name.endswith("/spine") and seal[5]:
        _check_slots(name, checking, seal, runs, slots)
    elif name.endswith("/spine"):
        slots = {}  # a restoration was declared here: slots begin anew
    held = sum(cast(int, run[2]) for run in runs)
    checking.progress(held)
    return _Own(known, slots, state.records + held)


def _check_runs(name: str, runs: Sequence[Row], start: int, end: int) -> None:
    """Runs of a batch stand side by side from its beginning; a journal has nothing else."""
    at = start
    for run in runs:
        if run[1] != at:
            raise Unverified("records are gone from the store", where=f"{name}/{at}")
        at += cast(int, run[2])
    if at > end or (name.endswith("/home") and at != end):
        raise Unverified("records are gone from the store", where=f"{name}/{min(at, end)}")


def _check_low_tiles(tx: Reader, no: int, name: str, start: int, leaves: Sequence[bytes]) -> None:
    end = start + len(leaves)
    for place in range(start >> 8, (end - 1 >> 8) + 1):
        row = tx.get(t.TILE, (no, 0, place))
        if row is None:
            continue  # beside a restored hole
        low, high = max(start, place * 256), min(end, place * 256 + 256)
        stored = cast(bytes, row[3])[(low - place * 256) * 32 : (high - place * 256) * 32]
        wanted = b"".join(leaves[low - start : high - start])
        if stored != wanted:
            first = next(
                k for k in range(high - low)
                if stored[k * 32 : k * 32 + 32] != wanted[k * 32 : k * 32 + 32]
            )  # fmt: skip
            raise Unverified("entry and tile differ", where=f"{name}/{low + first}")


def _check_high_tiles(tx: Reader, no: int, name: str, size: int) -> None:
    for tile in tiles.tree_tiles(size):
        if tile.level == "entries" or tile.level == 0:
            continue
        row = tx.get(t.TILE, (no, tile.level, tile.index))
        if row is None:
            continue
        data = cast(bytes, row[3])
        for k in range(tile.width):
            below = tx.get(t.TILE, (no, tile.level - 1, tile.index * 256 + k))
            hashes = cast(bytes, below[3]) if below else b""
            if len(hashes) != 256 * 32:
                continue
            root = merkle.tree_root([hashes[i : i + 32] for i in range(0, len(hashes), 32)])
            if data[k * 32 : k * 32 + 32] != root:
                first = (tile.index * 256 + k) << 8 * tile.level
                raise Unverified(
                    f"a tile of level {tile.level} differs from those below it",
                    where=f"{name}/{first}",
                )


def open_seal(checking: Checking, name: str, seal: Row, known: CompactRange, start: int) -> None:
    """The checkpoint of a seal must be signed by a key that counts, and have this root."""
    size, signed = cast(int, seal[1]), cast(bytes, seal[4])
    where = f"{name}/{start}"
    checkpoint = None
    for key in seal_keys(checking, name, size):
        try:
            checkpoint = note.open_checkpoint(signed, key)
            break
        except TogunaError:
            continue
    if checkpoint is None:
        raise Unverified(f"no key that counts signed the checkpoint of size {size}", where=where)
    if checkpoint.size != size or checkpoint.root != known.root():
        raise Unverified(f"entries up to {size} do not add up to the signed root", where=where)
    witnesses = [
        note.VerifierKey(checking.standing.witness_name(p.party), note.COSIGNATURE, public)
        for p in checking.standing.parties
        for public, _until in checking.standing.witness_keys(p.party)
    ]
    try:
        note.cosignatures(signed, witnesses)
    except TogunaError as error:
        raise Unverified(f"checkpoint of size {size}: {error.what}", where=where) from None


def seal_keys(checking: Checking, name: str, size: int) -> list[note.VerifierKey]:
    """The keys that may have signed a log at this size."""
    owner, _, kind = name.partition("/")
    if kind == "home":
        origin = f"toguna/home/{owner}"
        return [note.VerifierKey(origin, note.ED25519, public) for public in checking.home_keys]
    return sync.log_keys(checking.standing, owner, size)


# Slots -------------------------------------------------------------------------------------


def _grown_slots(
    checking: Checking,
    runs: Sequence[Row],
    entries: Sequence[bytes],
    start: int,
    slots: dict[int, log.Slot],
) -> dict[int, log.Slot]:
    grown = dict(slots)
    for run in runs:
        first, count, audience = cast("tuple[int, int, int]", run[1:4])
        committed = entries[first - start : first - start + count]
        for reader in checking.ledger.readers(audience)[1]:
            slot = checking.slots.get(reader)
            if slot is not None:
                before = grown.get(slot, log.EMPTY_SLOT)
                grown[slot] = log.next_slot(before, first, committed)
    return grown


def _check_slots(
    name: str, checking: Checking, seal: Row, runs: Sequence[Row], slots: dict[int, log.Slot]
) -> None:
    """What each reader was promised must be what the runs add up to."""
    sealed = {k: log.Slot(*v) for k, v in _slots.decode(cast(bytes, seal[5]) or b"\x80").items()}
    steady = {slot for slot in checking.slots.values() if slot is not None}
    moved = any(slot is None for slot in checking.slots.values())
    after = max((cast(int, r[1]) + cast(int, r[2]) for r in runs), default=cast(int, seal[2]))
    for slot in sorted(steady):
        promised = sealed.get(slot, log.EMPTY_SLOT)
        found = slots.get(slot, log.EMPTY_SLOT)
        if promised != found and not moved:
            raise Unverified(
                f"{promised.count - found.count} records are gone that a reader was promised"
                if promised.count > found.count
                else "the records of a reader are not those that were promised",
                where=f"{name}/{after}",
            )


def _taken_back(checking: Checking, name: str, seal: Row, state: _Own) -> _Own:
    """A stretch that a restore brought back from peers: the hashes that they gave us for it
    must lead to the root, and the records to those hashes. Only the last seal of what one
    peer gave has its checkpoint still; it stands for those before it.
    """
    tx, no, size = checking.tx, cast(int, seal[0]), cast(int, seal[1])
    start, known = state.known.size, state.known

    def kept(level: int, place: int) -> bytes | None:
        row = tx.get(t.HASH, (no, level, place))
        return None if row is None else cast(bytes, row[3])

    try:
        for level, place in merkle.cover(start, size):
            known = known.extend_subtree(
                level, tiles.subtree_hash(level, place, lambda _l, _p: None, kept)
            )
    except TogunaError:
        raise Unverified("entries are gone from the store", where=f"{name}/{start}") from None
    records = 0
    rows = {
        t.unpack(cast(int, r[0]))[1]: r for r in checking.ledger.rows_between(tx, no, start, size)
    }
    runs = checking.ledger.runs_between(tx, no, start, size)
    for run in runs:
        for index in range(cast(int, run[1]), cast(int, run[1]) + cast(int, run[2])):
            row = rows.get(index)
            if row is None:
                raise Unverified("the record is gone from the store", where=f"{name}/{index}")
            if merkle.leaf_hash(commitment_of(row)) != kept(0, index):
                what = "body and salt are not those that were committed to"
                raise Unverified(what, where=f"{name}/{index}")
            check_author(checking, name, index, row)
            records += 1
    if seal[4]:
        open_seal(checking, name, seal, known, start)
    slots: dict[int, log.Slot] = {}
    if seal[5]:  # sealed by us, beside the hole
        entries = [commitment_of(rows[i]) if i in rows else b"" for i in range(start, size)]
        slots = _grown_slots(checking, runs, entries, start, state.slots)
        _check_slots(name, checking, seal, runs, slots)
    checking.progress(records)
    return _Own(known, slots, state.records + records)


# Authors -----------------------------------------------------------------------------------


def check_author(checking: Checking, name: str, index: int, row: Row) -> None:
    """A decisive act must bear its author's signature. Other records have none to check."""
    raw, kind = cast(bytes, row[8]), checking.catalogue.kinds.get(cast(str, row[1]))
    if not raw or row[7] is not None:
        return  # erased, or kept though it counts for nothing
    decisive = kind is not None and kind.act is not None
    if not decisive and not raw[_SIG_AT:].startswith(b',"sig":"'):
        return
    where = f"{name}/{index}"
    try:
        envelope = record.decode_trusted(raw)
        key = checking.standing.desk_key(envelope.by.party, envelope.by.key)
        if key is None:
            if checking.standing.in_force or not name.startswith(f"{checking.party}/home"):
                raise Unverified(f"signed with key {envelope.by.key}, which is nobody's")
            return  # written at home before there was a charter
        record.verify_signature(raw, envelope, key[0])
    except TogunaError as error:
        raise Unverified(error.what, where=where) from None
