"""The people of one party's node: who they are, and which offices they hold until when.

An office has a term. What a person may do is looked up at each request, so an office that
ended a second ago is over. An office that is entered while somebody is signed in counts from
their next sign-in: a session never gains power.

What opens the door for them stands in :mod:`toguna.node.credentials`, who is in at the moment
in :mod:`toguna.node.sessions`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from toguna.core.charter import check_office, check_text
from toguna.core.table import Row, Transaction, Where
from toguna.core.time import format_time
from toguna.errors import BadInput, Conflict, Refused, Unknown
from toguna.node.people_tables import CREDENTIAL, PASSKEY, PERSON, RECOVERY, TERM

if TYPE_CHECKING:
    from toguna.node.node import Node

KEEPER: Final = "keeper"
"""The office that looks after people and keys."""
NAME_CHARACTERS: Final = 80
MOST_PEOPLE: Final = 10_000
_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,31}")


class Term(NamedTuple):
    """An office held from ``from_us`` to before ``until_us`` (None: no end is set)."""

    office: str
    from_us: int
    until_us: int | None
    granted_us: int

    def covers(self, at_us: int) -> bool:
        """Whether the office is held at this moment."""
        return self.from_us <= at_us and (self.until_us is None or at_us < self.until_us)


class Person(NamedTuple):
    """One of our people. ``ended_us`` is when they left, None while they are here."""

    id: str
    name: str
    added_us: int
    ended_us: int | None
    terms: tuple[Term, ...] = ()

    def offices(self, at_us: int, granted_until_us: int | None = None) -> frozenset[str]:
        """The offices held at a moment; with a limit, those alone that were entered by then."""
        if self.ended_us is not None and at_us >= self.ended_us:
            return frozenset()
        return frozenset(
            t.office
            for t in self.terms
            if t.covers(at_us) and (granted_until_us is None or t.granted_us <= granted_until_us)
        )

    def ends_us(self, at_us: int) -> int | None:
        """When the last of the offices held now ends; None when one has no end."""
        ends = [t.until_us for t in self.terms if t.covers(at_us)]
        return None if not ends or None in ends else max(cast("list[int]", ends))


def _person(row: Row, terms: dict[str, list[Term]]) -> Person:
    id_, name, added, ended = row
    held = tuple(terms.get(cast(str, id_), ()))
    return Person(
        cast(str, id_), cast(str, name), cast(int, added), cast("int | None", ended), held
    )


class People:
    """Everybody who works at this node. Reading is quick, and safe from any thread."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.changed: list[Callable[[], None]] = []
        """Called after each change, in the thread that made it."""
        self._lock = threading.Lock()
        self._version = 0
        self._known: dict[str, Person] | None = None

    def all(self) -> list[Person]:
        """Everybody, by id, whoever left among them."""
        return list(self._all().values())

    def find(self, id_: str) -> Person | None:
        """The person with this id."""
        return self._all().get(id_)

    def need(self, id_: str, where: str = "person") -> Person:
        """The person with this id; Unknown when there is none."""
        found = self.find(id_)
        if found is None:
            raise Unknown("there is nobody with this id", where=where)
        return found

    def _all(self) -> dict[str, Person]:
        known, version = self._known, self._version
        if known is None:
            with self.node.reading() as tx:
                terms: dict[str, list[Term]] = {}
                for row in tx.scan(TERM):
                    terms.setdefault(cast(str, row[0]), []).append(Term(*row[1:]))  # type: ignore[arg-type]
                known = {cast(str, row[0]): _person(row, terms) for row in tx.scan(PERSON)}
            with self._lock:  # what was read before a change is not kept after it
                if version == self._version:
                    self._known = known
        return known

    @contextmanager
    def changing(self) -> Iterator[Transaction]:
        """The one way to change anything about people; afterwards ``changed`` is called.

        What changes and the line in the diary about it stand in one transaction.
        """
        try:
            with self.node.writing() as tx:
                yield tx
        finally:
            with self._lock:
                self._version += 1
                self._known = None
        for call in list(self.changed):
            call()

    @contextmanager
    def counting(self) -> Iterator[Transaction]:
        """A small write of which nobody need hear: a code is used up, a passkey has signed."""
        with self.node.lock, self.node.parts.engine.write() as tx:
            yield tx

    def note(self, tx: Transaction, line: str) -> None:
        """A line in the house's own diary. Never a secret, and each time anew."""
        self.node.authoring.journal(tx, "people", line)

    # Changing ---------------------------------------------------------------------------

    def add(self, id_: str, name: str, offices: dict[str, int | None], by: str) -> Person:
        """A new person; ``offices`` are held from now until the moment named, or for good.

        :raises Conflict: the id is taken, also by somebody who left.
        """
        if not is_id(id_):
            remedy = "2 to 32 of a-z, 0-9 and -, like ml-duty"
            raise BadInput("this cannot be an id", where="id", remedy=remedy)
        check_name(name, "name")
        if not offices:
            raise BadInput("name an office: nobody signs in without one", where="offices")
        now = self.node.now()
        for office, until_us in offices.items():
            check_term(office, now, until_us)
        with self.changing() as tx:
            if tx.get(PERSON, (id_,)) is not None:
                raise Conflict("this id is taken", where="id", remedy="give another id")
            if tx.count(PERSON) >= MOST_PEOPLE:
                raise Refused(f"a node has room for {MOST_PEOPLE:,} people")
            tx.add(PERSON, [(id_, name, now, None)])
            tx.add(TERM, [(id_, o, now, until_us, now) for o, until_us in offices.items()])
            self.note(tx, f"{by} added {id_} as {', '.join(sorted(offices))}")
        return self.need(id_)

    def grant(
        self, id_: str, office: str, from_us: int | None, until_us: int | None, by: str
    ) -> Person:
        """Give an office for a term; one that is under way is replaced by the new term.

        It counts from the person's next sign-in, unless they held it already.
        """
        person, now = self.present(id_), self.node.now()
        starts = now if from_us is None else from_us
        if starts < now:
            raise BadInput("an office is not given for the past", where="from_us")
        check_term(office, starts, until_us)
        # Who holds it already goes on: a longer term is no new power.
        held = [t.granted_us for t in person.terms if t.office == office and t.covers(starts)]
        until = "" if until_us is None else f" until {format_time(until_us)}"
        with self.changing() as tx:
            self._cut(tx, person, office, starts)
            tx.put(TERM, [(id_, office, starts, until_us, min(held, default=now))])
            said = f"the office {office} from {format_time(starts)}{until}"
            self.note(tx, f"{by} gave {id_} {said}")
        return self.need(id_)

    def take(self, id_: str, office: str, by: str, *, last_keeper: bool = False) -> Person:
        """End an office now, also where it was to begin later.

        Refused when nobody would be left as keeper, unless ``last_keeper`` allows that.
        """
        person, now = self.present(id_), self.node.now()
        if not any(t.office == office and (t.until_us or now + 1) > now for t in person.terms):
            raise Unknown(f"{id_} does not hold this office", where="office")
        if office == KEEPER and not last_keeper:
            self._keep_one(id_)
        with self.changing() as tx:
            self._cut(tx, person, office, now)
            self.note(tx, f"{by} ended the office {office} of {id_}")
        return self.need(id_)

    def end(self, id_: str, by: str, *, last_keeper: bool = False) -> Person:
        """A person leaves now: no office, no sign-in; the name stays for those who read back."""
        person, now = self.present(id_), self.node.now()
        if not last_keeper:
            self._keep_one(id_)
        with self.changing() as tx:
            for office in {t.office for t in person.terms}:
                self._cut(tx, person, office, now)
            tx.put(PERSON, [(id_, person.name, person.added_us, now)])
            shut_doors(tx, id_)
            self.note(tx, f"{by} ended the work of {id_} here")
        return self.need(id_)

    def present(self, id_: str) -> Person:
        """The person with this id, who is still here; Refused when they left."""
        person = self.need(id_)
        if person.ended_us is not None:
            raise Refused(
                "this person has left", where="person", remedy="add them anew, under another id"
            )
        return person

    def _keep_one(self, without: str) -> None:
        now = self.node.now()
        keepers = {p.id for p in self.all() if KEEPER in p.offices(now)}
        if keepers == {without}:
            raise Refused(
                "nobody would be left who keeps this node",
                where="person",
                remedy="give the office keeper to somebody else first",
            )

    @staticmethod
    def _cut(tx: Transaction, person: Person, office: str, at_us: int) -> None:
        """End what is held of this office at ``at_us``; what would begin later never does."""
        for term in person.terms:
            if term.office != office or (term.until_us is not None and term.until_us <= at_us):
                continue
            tx.delete(TERM, [(person.id, office, term.from_us)])
            if term.from_us < at_us:
                row = (person.id, office, term.from_us, at_us, term.granted_us)
                tx.put(TERM, [row])


def is_id(text: str) -> bool:
    """Whether this can be the id of a person."""
    return _ID.fullmatch(text) is not None


def shut_doors(tx: Transaction, person: str) -> None:
    """Forget all that opened the door for a person."""
    whose = [Where("person", "=", person)]
    tx.delete(CREDENTIAL, [(person,)])
    tx.delete(RECOVERY, list(tx.scan(RECOVERY, whose)))
    tx.delete(PASSKEY, [(row[0],) for row in tx.scan(PASSKEY, whose)])


def check_name(text: str, where: str) -> None:
    """BadInput unless this is a name for people: one line, nothing that does not print."""
    check_text(text, NAME_CHARACTERS, where)
    if not text.isprintable() or text != text.strip():
        raise BadInput("one line of plain text, please", where=where)


def check_term(office: str, from_us: int, until_us: int | None) -> None:
    """BadInput unless this is an office, and a term that ends after it begins."""
    check_office(office, "office")
    if until_us is not None and until_us <= from_us:
        raise BadInput("a term ends after it begins", where="until_us")
