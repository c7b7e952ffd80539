"""A node: one party's logs, records and rules on one engine, without a network.

Everything that changes a node goes through one lock and one write transaction; nothing is
acknowledged before that has committed. Clock and randomness are given from outside, so the
same class runs in the product, in the simulator and in a test.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, cast

from toguna.core import ed25519, messages, note, sync
from toguna.core.book import Book, Standing
from toguna.core.catalogue import Catalogue
from toguna.core.frame import Followed
from toguna.core.record import Address, Draft
from toguna.core.table import Reader, Transaction
from toguna.engines import Engine
from toguna.node import once as asking
from toguna.node import tables as t
from toguna.node.access import Access
from toguna.node.answering import Answers
from toguna.node.authoring import Authoring
from toguna.node.changes import EPOCH_BYTES, Changes
from toguna.node.config import Desk, Moving
from toguna.node.files import Files
from toguna.node.following import Following, witness_keys
from toguna.node.keyfiles import Keys
from toguna.node.ledger import Ledger
from toguna.node.looking import Looking
from toguna.node.once import Once
from toguna.node.ownlog import OwnLog, followed_from
from toguna.node.projector import NodeView, Projector
from toguna.node.recovery import Recovery
from toguna.node.releasing import Releasing
from toguna.node.signing import PersonalActs

SECRET_BYTES = 32
SAME_LINE_US = 3_600_000_000
LINES_REMEMBERED = 4_096


class Parts(NamedTuple):
    """What a node is given: nothing in it is made here."""

    engine: Engine
    keys: Keys
    catalogue: Catalogue
    clock: Callable[[], int]
    randbytes: Callable[[int], bytes]
    settings: dict[str, str]
    desk: Desk = Desk()
    positions: Moving = Moving()


class Node:
    """One party's node. Thread-safe; every public method says whether it writes."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.party = parts.keys.party
        self.catalogue = parts.catalogue
        self.projector = Projector(parts.catalogue)
        self.ledger = Ledger(self.party)
        self.changes = Changes(parts.catalogue, self.ledger)
        self.book = Book()
        self.lock = threading.RLock()
        self.listeners: list[Callable[[], None]] = []
        self.held_back = ""
        self._journalled: dict[tuple[str, str], int] = {}
        self.book_version = 0
        self._standing: tuple[tuple[int, int], Standing] | None = None
        self._shown: tuple[int, bytes, tuple[bytes, ...]] | None = None
        parts.engine.declare([*t.ALL, *self.projector.tables()])
        secret = self._secret()
        with self.parts.engine.write() as tx:
            home_no = self.ledger.log_no(tx, f"{self.party}/home")
            spine_no = self.ledger.log_no(tx, sync.spine(self.party))
        self.home = OwnLog(f"{self.party}/home", home_no, secret, spine=False)
        self.spine = OwnLog(sync.spine(self.party), spine_no, secret, spine=True)
        self.answers = Answers(self.ledger, self.spine, self._sign_frame)
        self.authoring = Authoring(self)
        self.following = Following(self)
        self.recovery = Recovery(self)
        self.access = Access(self)
        self.files = Files(self)
        self.releasing = Releasing(self)
        self.personal = PersonalActs(self)
        self.looking = Looking(self)
        self.state = sync.begin(self.party, self.spine.followed())
        self._load()
        self.recovery.load()

    def _sign_frame(self, data: bytes) -> bytes:
        return ed25519.sign(self.parts.keys.log, data)

    # Opening ---------------------------------------------------------------------------

    def _secret(self) -> bytes:
        with self.parts.engine.write() as tx:
            row = tx.get(t.META, ("secret",))
            if row is None:
                row = ("secret", self.parts.randbytes(SECRET_BYTES))
                tx.add(t.META, [row])
            self.ledger.load(tx)
        return cast(bytes, row[1])

    def _load(self) -> None:
        """Take up what is stored. Also the way back after a transaction that failed."""
        with self.parts.engine.read() as tx:
            self.ledger.forget_unsaved(tx)
            self.home.load(tx)
            self.spine.load(tx)
            founding = tx.get(t.META, ("founding",))
            book = Book(cast(bytes, founding[1]).decode() if founding else "")
            for row in tx.scan(t.DOCUMENT):
                book.add(cast(bytes, row[1]), self.now())
            self.book = book
            self.book_version += 1
            followed = {
                name: followed_from(name, row)
                for row in tx.scan(t.HEAD)
                if (name := self.ledger.log_names[cast(int, row[0])])
                not in (self.home.name, self.spine.name)
            }
            self._load_state(tx, followed)

    def _load_state(self, tx: Reader, followed: dict[str, Followed]) -> None:
        state = self.state._replace(mine=self.spine.followed(), followed=followed)
        for row in tx.scan(t.SEAL, order=("-log", "-size"), limit=sync.ROOTS_KEPT):
            name, signed = self.ledger.log_names[cast(int, row[0])], cast(bytes, row[4])
            if name != self.home.name and signed:
                root = note.Checkpoint.parse(note.Note.parse(signed).text).root
                state.roots[name, cast(int, row[1])] = (root, signed)  # type: ignore[index]
        under: dict[str, sync.Under] = {}
        for name_, _at, digest, data in tx.scan(t.PART):
            so_far = under.get(cast(str, name_), sync.Under(cast(bytes, digest), b""))
            under[cast(str, name_)] = sync.Under(so_far.digest, so_far.data + cast(bytes, data))
        self.state = state._replace(under=under)

    def close(self) -> None:
        """Give back the engine."""
        self.parts.engine.close()

    def now(self) -> int:
        """The time, in microseconds since the epoch."""
        return self.parts.clock()

    @property
    def standing(self) -> Standing:
        """The charter as it stands now (made anew when the book or the second changes)."""
        moment = (self.book_version, self.now() // 1_000_000)
        if self._standing is None or self._standing[0] != moment:
            self._standing = (moment, self.book.standing(self.now()))
        return self._standing[1]

    def shown_book(self) -> tuple[bytes, tuple[bytes, ...]]:
        """The book's digest and documents, as peers are shown them."""
        if self._shown is None or self._shown[0] != self.book_version:
            self._shown = (self.book_version, self.book.digest(), tuple(self.book.documents()))
        return self._shown[1:]

    def witnesses(self) -> dict[str, int]:
        """Who has cosigned our newest checkpoint, and when (POSIX seconds), by party."""
        standing, signed, found = self.standing, self.spine.note, {}
        for entry in standing.parties if signed else ():
            seen = note.cosignatures(signed, witness_keys(standing, entry.party))
            if seen:
                found[entry.party] = max(seen.values())
        return found

    def last_seal_us(self) -> int | None:
        """When our spine was last sealed; None while it is empty."""
        with self.reading() as tx:
            row = tx.get(t.SEAL, (self.spine.no, self.spine.size))
        return None if row is None else cast(int, row[3])

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A snapshot of everything that is committed."""
        with self.parts.engine.read() as tx:
            yield tx

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """The one way to change this node. What fails leaves no trace, in store or memory."""
        before = self.spine.size
        with self.lock:
            state = self.state
            try:
                with self.parts.engine.write() as tx:
                    noted = self.changes.noting(tx)
                    yield tx if noted is None else noted
            except BaseException:
                self.state = state
                self._load()
                raise
            self.state = sync.own_head(self.state, self.spine.followed())
            self.changes.publish(noted)
        if self.spine.size != before:
            for listener in list(self.listeners):
                listener()

    def show_changes(self) -> None:
        """Feed :attr:`changes` from the next transaction on; waits for the one under way."""
        with self.lock:
            self.changes.start(self.parts.randbytes(EPOCH_BYTES))

    def view(self, tx: Reader) -> NodeView:
        """What rules may look at, inside this transaction."""
        return NodeView(
            tx, self.ledger, self.catalogue, self.standing, self.parts.settings, self.now()
        )

    # Authoring -------------------------------------------------------------------------

    def submit(
        self,
        drafts: Sequence[Draft],
        office: str,
        *,
        flash: bool = False,
        once: Once | None = None,
    ) -> list[Address]:
        """Author, sign, seal and store; the addresses are given once all of it is durable.

        Drafts without readers go to the home journal, the others to the spine, where they
        are released by being written. Raises Refused or BadInput; then nothing was written.
        What was written before under the same ``once`` is not written again.
        """
        with self.writing() as tx:
            if once is not None and (before := asking.told(tx, once)) is not None:
                return before
            addresses = self.authoring.author(tx, drafts, office, flash=flash)
            if once is not None:
                asking.remember(tx, once, addresses, self.now())
            return addresses

    def journal(self, what: str, text: str) -> None:
        """Write a line of the node's own into the home journal.

        The same line is written once an hour at the most: a peer that knocks every few
        seconds must not fill our disk.
        """
        with self.lock:
            now = self.now()
            if now - self._journalled.get((what, text), -SAME_LINE_US) < SAME_LINE_US:
                return
            if len(self._journalled) >= LINES_REMEMBERED:
                self._journalled.clear()
            self._journalled[what, text] = now
            with self.writing() as tx:
                self.authoring.journal(tx, what, text)

    # Talking to peers ------------------------------------------------------------------

    def talk_to(self, party: str) -> None:
        """Follow this party's spine from now on."""
        with self.lock:
            self.state = sync.with_peer(self.state, party, self.now())

    def answer(self, party: str, data: bytes) -> bytes:
        """Answer a pull of a party whose signature on the request was checked."""
        return messages.encode(self.following.answer(party, messages.decode_pull(data)))

    def step(self, event: sync.Event) -> list[sync.Send]:
        """Take one sync event: what verifies is stored, what is to be asked is returned."""
        return self.following.step(event)

    def learn(self, documents: Sequence[bytes]) -> int:
        """Add charter documents; how many were new. Raises for the first that is false."""
        return self.following.learn(documents)
