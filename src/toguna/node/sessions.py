"""Who is signed in. A session is a secret in a browser's cookie, and a row here.

Only the SHA-256 of the secret is kept, so whoever reads the store can sign in as nobody. A
session ends by itself: after a while of silence, after its longest time, when the last of
its person's terms ends, and when somebody ends it. Whoever goes on for long (a stream of
events) asks to be told by :meth:`Sessions.on_end`.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, cast

from toguna.errors import Refused
from toguna.node.people import People
from toguna.node.people_tables import SESSION

SECRET_BYTES: Final = 32
MOST_EACH: Final = 20
"""Sessions of one person; the one that was silent longest gives way."""
SEEN_EVERY_US: Final = 60_000_000
"""How old the stored moment of the last request may be."""
MINUTE_US: Final = 60_000_000


class Session(NamedTuple):
    """A person in one browser. ``way`` is how they signed in; times in microseconds."""

    digest: bytes
    id: str
    person: str
    since_us: int
    seen_us: int
    device: str
    way: str


class Opened(NamedTuple):
    """A new session and its secret, which is shown once and kept by the browser alone."""

    session: Session
    secret: str


class _Told(NamedTuple):
    call: Callable[[], None]
    loop: asyncio.AbstractEventLoop | None
    offices: frozenset[str]


class Sessions:
    """All open sessions of a node. Safe from any thread; what ends one is durable at once."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._node = people.node
        # Never held while waiting for the store: requests are judged on the event loop.
        self._lock = threading.Lock()
        self._open: dict[bytes, Session] = {}
        self._digests: dict[str, bytes] = {}
        self._saved: dict[bytes, int] = {}
        self._told: dict[str, list[_Told]] = {}
        self._node.parts.engine.declare([SESSION])
        desk = self._node.parts.desk
        self._idle_us = desk.idle_minutes * MINUTE_US
        self._longest_us = desk.longest_minutes * MINUTE_US
        with self._node.reading() as tx:
            for row in tx.scan(SESSION):
                session = Session(*row)  # type: ignore[arg-type]
                self._keep(session)
        people.changed.append(self._look_at_terms)

    # Opening and finding ----------------------------------------------------------------

    def begin(self, person: str, device: str, way: str) -> Opened:
        """Sign a person in, who has proved who they are. Refused without an office."""
        now = self._node.now()
        if not self._people.need(person).offices(now):
            raise Refused("you hold no office at the moment", remedy="ask your keeper")
        secret = secrets.token_urlsafe(SECRET_BYTES)
        session = Session(_digest(secret), secrets.token_hex(8), person, now, now, device, way)
        theirs = sorted((s for s in self.all() if s.person == person), key=lambda s: s.seen_us)
        with self._node.lock, self._node.parts.engine.write() as tx:
            tx.put(SESSION, [session])
        with self._lock:
            self._keep(session)
        self._end(theirs[: max(0, len(theirs) + 1 - MOST_EACH)])
        return Opened(session, secret)

    def find(self, secret: str) -> Session | None:
        """The session that goes with this secret, if it is open now; its clock starts anew."""
        session = self._open.get(_digest(secret))
        if session is None:
            return None
        now = self._node.now()
        if not self._lasts(session, now):
            self._forget([session])  # its row goes with the next sweep
            return None
        session = session._replace(seen_us=max(now, session.seen_us))
        with self._lock:
            if session.digest not in self._open:  # ended by another thread just now
                return None
            self._open[session.digest] = session
        return session

    def _keep(self, session: Session) -> None:
        self._open[session.digest] = session
        self._digests[session.id] = session.digest
        self._saved[session.digest] = session.seen_us

    def all(self) -> list[Session]:
        """Every open session."""
        now = self._node.now()
        return [s for s in list(self._open.values()) if self._lasts(s, now)]

    def offices(self, id_: str) -> frozenset[str]:
        """The offices in which this session may act now; none once it has ended."""
        session, now = self.named(id_), self._node.now()
        if session is None or not self._lasts(session, now):
            return frozenset()
        return self.offices_of(session, now)

    def named(self, id_: str) -> Session | None:
        """The session with this id, unless it was ended."""
        return self._open.get(self._digests.get(id_, b""))

    def offices_of(self, session: Session, now: int) -> frozenset[str]:
        """The offices of a session: those that its person held when signing in, and still."""
        person = self._people.find(session.person)
        return person.offices(now, session.since_us) if person else frozenset()

    def ends_us(self, session: Session) -> int:
        """When the session ends at the latest, be it used or not."""
        ends = session.since_us + self._longest_us
        person = self._people.find(session.person)
        term = person.ends_us(self._node.now()) if person else None
        return ends if term is None else min(ends, term)

    def idle_ends_us(self, session: Session) -> int:
        """When it ends if nothing is asked until then."""
        return session.seen_us + self._idle_us

    def _lasts(self, session: Session, now: int) -> bool:
        fresh = now < session.seen_us + self._idle_us and now < session.since_us + self._longest_us
        return fresh and bool(self.offices_of(session, now))

    # Ending -----------------------------------------------------------------------------

    def end(self, id_: str, person: str = "") -> bool:
        """End one session; with ``person`` only if it is theirs. Whether there was one."""
        found = self.named(id_)
        if found is None or (person and found.person != person):
            return False
        self._end([found])
        return True

    def end_all(self, person: str, but: str = "") -> int:
        """End every session of a person, except the one named; how many."""
        found = [s for s in self.all() if s.person == person and s.id != but]
        self._end(found)
        return len(found)

    def on_end(self, id_: str, call: Callable[[], None]) -> Callable[[], None]:
        """``call`` once when this session ends or loses an office, at once if it has ended.

        What is returned undoes it. It is called on the event loop on which it was asked for,
        else in the thread that ended the session.
        """
        try:
            loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        told = _Told(call, loop, self.offices(id_))
        with self._lock:
            there = self.named(id_) is not None
            if there:
                self._told.setdefault(id_, []).append(told)

        def undo() -> None:
            with self._lock:
                waiting = self._told.get(id_, [])
                if told in waiting:
                    waiting.remove(told)
                if not waiting:
                    self._told.pop(id_, None)

        if not there:
            _tell(told)
        return undo

    def sweep(self) -> int:
        """End what time has ended, and store when the others were last seen; how many ended.

        Called now and then in the writing thread.
        """
        now, rows = self._node.now(), list(self._open.values())
        over = [s for s in rows if not self._lasts(s, now)]
        self._forget(over)
        self._tell_of_offices()
        fresh = [s for s in rows if s.seen_us - self._saved.get(s.digest, now) >= SEEN_EVERY_US]
        with self._node.reading() as tx:
            stored = {cast(bytes, row[0]) for row in tx.scan(SESSION, columns=("digest",))}
        gone = stored - set(self._open)
        if gone or fresh:
            with self._node.lock, self._node.parts.engine.write() as tx:
                tx.delete(SESSION, [(digest,) for digest in gone])
                tx.put(SESSION, [s for s in fresh if s.digest in self._open])
            self._saved |= {s.digest: s.seen_us for s in fresh if s.digest in self._open}
        return len(over)

    def _look_at_terms(self) -> None:
        """People changed: whoever holds nothing any more is out now."""
        now = self._node.now()
        self._end([s for s in list(self._open.values()) if not self._lasts(s, now)])
        self._tell_of_offices()

    def _tell_of_offices(self) -> None:
        """Tell whoever goes on in a session that lost an office since; it begins again without."""
        held = {id_: self.offices(id_) for id_ in list(self._told)}
        lost: list[_Told] = []
        with self._lock:
            for id_, offices in held.items():
                waiting = self._told.get(id_, [])
                lost += [told for told in waiting if told.offices - offices]
                self._told[id_] = [told for told in waiting if not told.offices - offices]
        for told in lost:
            _tell(told)

    def _end(self, ended: Sequence[Session]) -> None:
        """End sessions for good, in the writing thread."""
        if not ended:
            return
        self._forget(ended)
        with self._node.lock, self._node.parts.engine.write() as tx:
            tx.delete(SESSION, [(s.digest,) for s in ended])

    def _forget(self, ended: Sequence[Session]) -> None:
        """From now on these are not open, and whoever waits for that is told."""
        told: list[_Told] = []
        with self._lock:
            for session in ended:
                self._open.pop(session.digest, None)
                self._digests.pop(session.id, None)
                self._saved.pop(session.digest, None)
                told += self._told.pop(session.id, [])
        for one in told:
            _tell(one)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _tell(told: _Told) -> None:
    if told.loop is None:
        told.call()
        return
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
        told.loop.call_soon_threadsafe(told.call)
