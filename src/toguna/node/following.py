"""Following the other spines: performs the effects of ``core/sync.py``, answers pulls.

The order that survives a crash: a frame's records, runs, hidden hashes, checkpoint and the
moved resume point are one transaction, together with what our rules answer. A receipt is
therefore never sent for a record that we do not hold, nor lost for one that we do.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from toguna.core import merkle, note, sync
from toguna.core.book import Book
from toguna.core.frame import Arrived
from toguna.core.messages import Pull, Reply
from toguna.core.standing import Standing
from toguna.core.sync import Effect
from toguna.core.table import Reader, Row, Transaction, Where
from toguna.errors import TogunaError, Unknown
from toguna.node import tables as t
from toguna.node.acknowledging import receipts_due
from toguna.node.admission import Admission
from toguna.node.answering import Asking, commitment_of, pack_seals, span_hashes
from toguna.node.ownlog import followed_row

if TYPE_CHECKING:
    from toguna.node.node import Node

COSIGNED_AT_MOST = 3


class Following:
    """A node's side of the conversation with its peers."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._witnessed: dict[str, tuple[int, int]] = {}

    # Answering -------------------------------------------------------------------------

    def answer(self, party: str, pull: Pull) -> Reply:
        """Answer a pull. Raises Unknown for who is no party, or no longer one."""
        node = self._node
        standing = node.standing
        entry = standing.party(party)
        status = standing.status(party, node.now())
        if entry is None or not standing.is_active(party, node.now()):
            node.journal("refused", f"{party} asked for our spine and is {status}")
            raise Unknown(f"nothing is served to {party[:40]!r}: it is {status}")
        if pull.documents:
            self.learn(pull.documents, source=party)
        with node.lock:
            self._heard(party, pull)
            node.state, effects = self._step(sync.Asked(party, pull.heads))
            for effect in effects:
                self._perform(effect)
            with node.reading() as tx:
                return node.answers.reply(
                    tx,
                    Asking(party, entry.slot),
                    pull,
                    sync.known_heads(node.state, party),
                    *node.shown_book(),
                    frozenset(r.size for r in standing.restorations(node.party)),
                )

    def _heard(self, party: str, pull: Pull) -> None:
        """Note how far the peer is, and take its cosignatures under our checkpoint."""
        node = self._node
        verified = next((w.size for w in pull.wants if w.log == node.spine.name), 0)
        with node.reading() as tx:
            held = tx.get(t.HELD, (party,))
            due = next(iter(tx.scan(t.EXPIRY, order=("at",), limit=1)), None)
        moved = held is None or held[1] != verified
        overdue = due is not None and cast(int, due[1]) <= node.now()
        if not (moved or overdue or pull.cosigned):
            return
        with node.writing() as tx:
            if overdue:
                node.authoring.sweep(tx)
            if moved:
                tx.put(t.HELD, [(party, verified, node.now())])
            if pull.cosigned:
                self._take_cosignature(tx, party, pull.cosigned)

    def _take_cosignature(self, tx: Transaction, party: str, line: bytes) -> None:
        node = self._node
        try:
            signature = note.NoteSignature.parse(line.decode())
            signed = note.add_signatures(node.spine.note, [signature])
            keys = witness_keys(node.standing, party)
            if node.spine.note and note.cosignatures(signed, keys):
                node.spine.replace_note(tx, node.spine.size, signed)
        except (TogunaError, UnicodeDecodeError):
            return  # made for an older head, or by no witness: it says nothing of this one

    # Following -------------------------------------------------------------------------

    def step(self, event: sync.Event) -> list[sync.Send]:
        """Take an event, perform what follows at home, hand back what is to be sent."""
        with self._node.lock:
            before = self._node.state
            state, effects = self._step(event)
            self._node.state = state
            sends = []
            for effect in effects:
                if isinstance(effect, sync.Send):
                    sends.append(self._with_cosignature(effect))
                    continue
                try:
                    self._perform(effect)
                except TogunaError:
                    self._node.state = before
                    raise
            if state.recovering:
                self._node.recovery.advance()
            return sends

    def _step(self, event: sync.Event) -> tuple[sync.State, list[Effect]]:
        node = self._node
        with node.reading() as tx:
            context = self.context(tx)
            return sync.step(node.state, event, node.now(), context)

    def context(self, tx: Reader) -> sync.Context:
        """What a step may read."""
        node = self._node
        return sync.Context(
            node.standing,
            *node.shown_book(),
            lambda size: node.spine.range_at(tx, size),
        )

    def _with_cosignature(self, send: sync.Send) -> sync.Send:
        """Witness the peer's newest head that we verified, in the same breath as we ask.

        A few times for each head: the line may be lost on the way, and costs 180 bytes.
        """
        node = self._node
        followed = node.state.followed.get(sync.spine(send.party))
        if followed is None or not followed.note or node.standing.party(node.party) is None:
            return send
        size, times = self._witnessed.get(send.party, (0, 0))
        times = times if size == followed.size else 0
        if times >= COSIGNED_AT_MOST:
            return send
        self._witnessed[send.party] = (followed.size, times + 1)
        name = node.standing.witness_name(node.party)
        line = note.cosign(followed.note, name, node.parts.keys.witness, node.now() // 1_000_000)
        pull = sync.with_cosignature(send.pull, line.line().rstrip().encode())
        return sync.Send(send.party, pull)

    def _perform(self, effect: Effect) -> None:
        node = self._node
        match effect:
            case sync.Keep():
                self.keep(effect)
            case sync.KeepFlash(name, arrived):
                with node.writing() as tx:
                    self._take_arrived(tx, name, [arrived])
            case sync.Learn(party, documents):
                self.learn(documents, source=party)
            case sync.SavePart(name, digest, data):
                self._save_part(name, digest, data)
            case sync.Fork(name, first, second, why):
                self._evidence(name, first, second, why)
            case sync.Alarm(party, why):
                node.journal("alarm", f"from {party}: {why}")
            case sync.Behind(party, size, root):
                node.recovery.begin(party, size, root)
            case sync.OwnHead(size, root, signed):
                self._own_head(size, root, signed)
            case sync.Lost(_name, why):
                node.journal("restore", why)
            case sync.Emptied():
                node.recovery.advance()

    def _save_part(self, name: str, digest: bytes, data: bytes) -> None:
        with self._node.writing() as tx:
            under = self._node.state.under.get(name)
            so_far = len(under.data) - len(data) if under else 0
            if so_far == 0:
                self._drop_parts(tx, name)
            tx.put(t.PART, [(name, so_far, digest, data)])

    def _drop_parts(self, tx: Transaction, name: str) -> None:
        keys = [(row[0], row[1]) for row in tx.scan(t.PART, [Where("log", "=", name)])]
        tx.delete(t.PART, keys)

    # Keeping ---------------------------------------------------------------------------

    def keep(self, kept: sync.Keep) -> None:
        """Store a verified frame."""
        node = self._node
        with node.writing() as tx:
            name = kept.followed.log
            own = name == node.spine.name
            no = node.ledger.log_no(tx, name)
            frame, size = kept.frame, kept.followed.size
            seals = pack_seals(frame.seals)
            self._drop_parts(tx, sync.under_key(node.state, kept.source, name))
            before = tx.get(t.HEAD, (no,))
            peaks = before[4] if before is not None and not own else b""
            if own:
                self._take_back(tx, kept)
            else:
                tx.put(t.HEAD, [followed_row(no, kept.followed)])
                tx.put(t.SEAL, [(no, size, frame.start, node.now(), frame.note, b"")])
                tx.put(
                    t.SPAN,
                    [(no, frame.start, frame.end, frame.withheld, frame.heads, peaks, seals)],
                )
            tx.put(
                t.RUN,
                [
                    (no, r.start, r.count, node.ledger.audience(tx, owner_of(name), r.readers), -1)
                    for r in frame.runs
                ],
            )
            if not own:
                self._drop_lost(tx, no, kept)
            self._take_arrived(tx, name, kept.arrived)

    def _take_back(self, tx: Transaction, kept: sync.Keep) -> None:
        """Our own log, out of a peer's hands: remember every hash that we learn."""
        node, frame = self._node, kept.frame
        seals = pack_seals(frame.seals)
        span: Row = (
            node.spine.no, frame.start, frame.end, frame.withheld, frame.heads, b"", seals
        )  # fmt: skip
        known = span_hashes(span, list(frame.runs))
        for arrived in kept.arrived:
            known[0, arrived.index] = merkle.leaf_hash(arrived.commitment)
        tx.put(t.HASH, [(node.spine.no, lv, ix, h) for (lv, ix), h in known.items()])
        node.spine.regain(tx, frame.start, [*frame.seals, frame.end], frame.note)
        if kept.followed.size > node.spine.size:
            node.spine.adopt(tx, kept.followed)

    def _take_arrived(self, tx: Transaction, name: str, arrived: Sequence[Arrived]) -> None:
        node = self._node
        no, now, view = node.ledger.log_no(tx, name), node.now(), node.view(tx)
        owner = owner_of(name)
        admission = Admission(view.standing, node.catalogue, view)
        held = self._held_already(tx, no, arrived)
        rows: list[Row] = []
        labelled, flashed, own = [], [], name == node.spine.name
        for one in arrived:
            key = t.pack(no, one.index)
            if key in held and commitment_of(held[key]) != one.commitment:
                self._never_was(tx, name, key)  # flashed, lost by its owner, and sealed anew
            elif key in held:
                if one.why and held[key][6] is None:  # what its owner erased, we erase
                    node.authoring.erase(tx, key, one.why)
                elif not one.why and not own:
                    flashed.append(held[key])
                continue
            audience = node.ledger.audience(tx, owner, one.readers)
            if one.why:
                rows.append(node.ledger.row_without_meaning(key, one, audience, now, None))
                continue
            address = t.address_of(name, one.index)
            envelope, refused = admission.admit(one.raw, address, one.readers)
            if envelope is None:
                rows.append(node.ledger.row_without_meaning(key, one, audience, now, refused))
                continue
            rows.append(node.ledger.row_for(key, envelope, audience, now, one.raw, one.salt))
            if envelope.label.until or envelope.label.keep_days:
                labelled.append((key, envelope.label))
        empty = [(a.index, a.why) for a in arrived if a.why and t.pack(no, a.index) not in held]
        for why in sorted({why for _index, why in empty}):
            of = [str(t.address_of(name, index)) for index, said in empty if said == why]
            text = f"{len(of)} came without content, first {of[0]}: {owner} says {why}"
            node.authoring.journal(tx, "gone", text)
        tx.put(t.RECORD, rows)
        tx.put(t.EXPIRY, node.ledger.expiries(labelled, None if own else now))
        for row in rows:
            if row[7]:
                address = node.ledger.address_of(cast(int, row[0]))
                node.authoring.journal(tx, "refused", f"{address}: {cast(str, row[7])}")
        # What was flashed came before that of which it speaks: now its rules look again.
        counting = [r for r in (*rows, *flashed) if not r[6] and not r[7]]
        node.authoring.take_in(tx, sorted(counting, key=lambda r: cast(int, r[0])))

    def _drop_lost(self, tx: Transaction, no: int, kept: sync.Keep) -> None:
        """What was flashed from this stretch and does not stand in it: its owner lost it."""
        frame, there = kept.frame, {one.index for one in kept.arrived}
        for row in list(self._node.ledger.rows_between(tx, no, frame.start, frame.end)):
            if t.unpack(cast(int, row[0]))[1] not in there:
                self._never_was(tx, frame.log, cast(int, row[0]))

    def _never_was(self, tx: Transaction, name: str, key: int) -> None:
        node, address = self._node, self._node.ledger.address_of(key)
        node.authoring.erase(tx, key, "lost by its owner")
        tx.delete(t.RECORD, [(key,)])
        text = f"{address} came ahead of the rest, and {owner_of(name)} lost it"
        node.authoring.journal(tx, "restore", text)

    def _held_already(self, tx: Reader, no: int, arrived: Sequence[Arrived]) -> dict[int, Row]:
        """The rows of those that stand here already: a flash, or a repeat."""
        if not arrived:
            return {}
        first = min(one.index for one in arrived)
        last = max(one.index for one in arrived)
        return {
            cast(int, row[0]): row
            for row in self._node.ledger.rows_between(tx, no, first, last + 1)
        }

    # Charter documents, forks, our own head --------------------------------------------

    def learn(self, documents: Sequence[bytes], source: str = "") -> int:
        """Add documents to the book. From a peer, a false one is journalled and left out."""
        node, new = self._node, 0
        with node.lock:
            book = node.book.copy()  # readers in other threads keep the one that they have
            for data in documents:
                try:
                    new += book.add(data, node.now())
                except TogunaError as error:
                    if not source:
                        raise
                    node.journal("alarm", f"charter document from {source}: {error}")
            if new:
                self._take_book(self._pinned(book))
                for receipt in receipts_due(node):
                    new += self._with_receipt(receipt)
        return new

    def _with_receipt(self, receipt: bytes) -> bool:
        book = self._node.book.copy()
        new = book.add(receipt, self._node.now())
        self._take_book(book)
        return new

    def _take_book(self, book: Book) -> None:
        """Store the book, and its founding with it; then it is the one in use."""
        node = self._node
        with node.writing() as tx:
            tx.clear(t.DOCUMENT)
            tx.put(t.DOCUMENT, [(sha256(d).digest(), d) for d in book.documents()])
            if book.founding:
                tx.put(t.META, [("founding", book.founding.encode())])
        node.book = book
        node.book_version += 1

    def _pinned(self, book: Book) -> Book:
        """The first founding that comes into force here is ours for good: no other one that
        is shown to us later, however well signed, can take its place.
        """
        standing = book.standing(self._node.now())
        if book.founding or not standing.in_force:
            return book
        return book.pinned(standing.founding_hash)

    def _evidence(self, name: str, first: bytes, second: bytes, why: str) -> None:
        node = self._node
        digest = sha256(b"".join(sorted((first, second)))).digest()
        with node.writing() as tx:
            if tx.get(t.FORK, (digest,)) is None:
                tx.add(t.FORK, [(digest, name, node.now(), why, first, second)])
                node.authoring.journal(tx, "fork", why)

    def _own_head(self, size: int, root: bytes, signed: bytes) -> None:
        """Somebody holds a head of ours: whether it is one that we sealed."""
        node = self._node
        with node.reading() as tx:
            ours = node.spine.root_at(tx, size)
        if ours == root or (ours is None and node.state.base is not None):
            return  # while our log is taken back, sizes may still be missing
        why = f"{node.spine.name}: somebody holds a head of size {size} that we never sealed"
        self._evidence(node.spine.name, node.spine.note, signed, why)


def witness_keys(standing: Standing, party: str) -> list[note.VerifierKey]:
    """The keys of a party's cosignatures that count now."""
    name = standing.witness_name(party)
    return [
        note.VerifierKey(name, note.COSIGNATURE, public)
        for public, until_us in standing.witness_keys(party)
        if until_us is None
    ]


def owner_of(name: str) -> str:
    """The party whose log this is."""
    return name.partition("/")[0]
