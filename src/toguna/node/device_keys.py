"""The keys of our people's devices: who asked for one, and what the charter book says of it.

A browser makes a key that it cannot give away and hands in the public half. The keeper
approves it for some offices and a time; the node's desk key then says so to everybody, in an
enrolment. Whose key it is, no peer learns. A key reaches no further than the terms of its
person: what of an office ends earlier than the key, ends for the key as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from toguna.core import acts
from toguna.core.charter import check_text
from toguna.core.enrolled import PersonKey
from toguna.core.signed import encode_key, key_id
from toguna.core.table import Row, Where
from toguna.errors import BadInput, Conflict, Refused, Unknown
from toguna.node.people import People, Person, check_name
from toguna.node.people_tables import DEVICE_KEY

if TYPE_CHECKING:
    from toguna.core.standing import Standing

MOST_EACH: Final = 10
NO_CHARTER: Final = "no charter is in force, in which a key could be entered"


class DeviceKey(NamedTuple):
    """A row of the table: ``cancelled_us`` is when it was, ``why`` says why."""

    id: str
    person: str
    public: bytes
    device: str
    asked_us: int
    cancelled_us: int | None = None
    why: str = ""


class Known(NamedTuple):
    """A key and where it stands: asked, approved, cancelled or over. ``offices`` and the
    moments are those of the enrolment.
    """

    key: DeviceKey
    state: str
    offices: tuple[str, ...] = ()
    from_us: int | None = None
    until_us: int | None = None
    why: str = ""


class DeviceKeys:
    """All keys of our people's devices. What changes them belongs in the writing thread."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._node = people.node

    # Looking ----------------------------------------------------------------------------

    def list(self, person: str = "") -> list[Known]:
        """The keys of a person, or of everybody, oldest first."""
        where = [Where("person", "=", person)] if person else []
        with self._node.reading() as tx:
            rows = [_key(row) for row in tx.scan(DEVICE_KEY, where)]
        return [self._known(key) for key in sorted(rows, key=lambda k: (k.asked_us, k.id))]

    def find(self, id_: str) -> Known:
        """One key; Unknown when nobody asked for it."""
        with self._node.reading() as tx:
            row = tx.get(DEVICE_KEY, (id_,))
        if row is None:
            raise Unknown("there is no such key", where="id")
        return self._known(_key(row))

    def check_owner(self, person: str, id_: str) -> None:
        """Refused unless this is a key of this person: nobody signs with another's."""
        with self._node.reading() as tx:
            row = tx.get(DEVICE_KEY, (id_,))
        if row is None or row[1] != person:
            remedy = "ask your keeper to approve the key of this device"
            raise Refused("this is no key of yours", where="key", remedy=remedy)

    def _known(self, key: DeviceKey) -> Known:
        own = self._node.standing.person_key(self._node.party, key.id)
        if key.cancelled_us is not None:
            offices, from_us, _ = _of(own)
            return Known(key, "cancelled", offices, from_us, key.cancelled_us, key.why)
        if own is None:
            return Known(key, "asked")
        over = own.until_us is not None and own.until_us <= self._node.now()
        state = "cancelled" if own.why else "over" if over else "approved"
        return Known(key, state, *_of(own), own.why)

    # Changing ---------------------------------------------------------------------------

    def ask(self, person: str, public: bytes, device: str) -> Known:
        """Hand in the public half of a device's key. Asking twice is asking once.

        :raises Conflict: it is somebody else's, or was cancelled.
        """
        check_name(device, "device")
        new = DeviceKey(key_id(public), person, public, device, self._node.now())
        with self._people.changing() as tx:
            row = tx.get(DEVICE_KEY, (new.id,))
            if row is None:
                held = tx.count(DEVICE_KEY, [Where("person", "=", person), Where("why", "=", "")])
                if held >= MOST_EACH:
                    raise Refused(f"{MOST_EACH} keys are enough", remedy="cancel one first")
                tx.add(DEVICE_KEY, [tuple(new)])
                self._people.note(tx, f"{person} asked for the key {new.id} of {device}")
            elif _key(row).person != person or _key(row).cancelled_us is not None:
                remedy = "let the device make a new one"
                raise Conflict("this key was used before", where="public", remedy=remedy)
        return self.find(new.id)

    def approve(self, id_: str, offices: Iterable[str], until_us: int | None, by: str) -> Known:
        """Enrol a key for these offices of its person, until a moment or the end of a term.

        :raises Refused: the person does not hold an office, or not for so long.
        """
        known = self.find(id_)
        if known.state == "cancelled":
            raise Conflict("this key was cancelled", where="id", remedy="make a new one")
        person, wanted, now = self._people.present(known.key.person), tuple(offices), self._now()
        if missing := sorted(set(wanted) - person.offices(now)):
            raise Refused(f"{person.id} does not hold the office {missing[0]}", where="offices")
        if not wanted:
            raise BadInput("name the offices in which it signs", where="offices")
        ends = _end_of(person, wanted, now)
        if until_us is not None and ends is not None and until_us > ends:
            raise Refused("a term ends earlier than that", where="until_us")
        until = ends if until_us is None else until_us
        if until is not None and until <= now:
            raise BadInput("the key ends after now", where="until_us")
        self._enrol(known.key, wanted, until)
        named = ", ".join(sorted(set(wanted)))
        with self._people.changing() as tx:
            self._people.note(tx, f"{by} approved the key {id_} of {person.id} as {named}")
        return self.find(id_)

    def cancel(self, id_: str, why: str, by: str) -> Known:
        """From now on this key signs nothing, for good. It is said to everybody."""
        check_text(why, 200, "why")
        known, now = self.find(id_), self._now()
        if known.state == "cancelled":
            return known
        if self._node.standing.person_key(self._node.party, id_) is not None:
            act = acts.Cancellation(
                at=now, charter=self._standing().charter_hash, party=self._node.party, key=id_,
                why=why,
            )  # fmt: skip
            self._publish(act)
        with self._people.changing() as tx:
            tx.put(DEVICE_KEY, [tuple(known.key._replace(cancelled_us=now, why=why))])
            self._people.note(tx, f"{by} cancelled the key {id_} of {known.key.person}: {why}")
        return self.find(id_)

    def follow(self, person: str, by: str) -> None:
        """After a change of terms: keys keep to what their person still holds."""
        now = self._now()
        held = self._people.need(person)
        for known in self.list(person):
            if known.state != "approved":
                continue
            offices = tuple(o for o in known.offices if o in held.offices(now))
            if not offices:
                self.cancel(known.key.id, "the terms of its offices are over", by)
                continue
            ends = _end_of(held, offices, now)
            until = min((e for e in (ends, known.until_us) if e is not None), default=None)
            if (offices, until) != (known.offices, known.until_us):
                self._enrol(known.key, offices, until)

    # Acts -------------------------------------------------------------------------------

    def _now(self) -> int:
        return self._node.now()

    def _standing(self) -> Standing:
        standing = self._node.standing
        if not standing.in_force:
            raise Refused(NO_CHARTER, remedy="found the alliance first")
        return standing

    def _enrol(self, key: DeviceKey, offices: Iterable[str], until_us: int | None) -> None:
        act = acts.Enrolment(
            at=self._now(),
            charter=self._standing().charter_hash,
            offices=tuple(sorted(set(offices))),
            party=self._node.party,
            public=encode_key(key.public),
            until_us=until_us,
        )
        self._publish(act)

    def _publish(self, act: acts.Act) -> None:
        node = self._node
        document = acts.sign_act(acts.encode_act(act), node.party, node.parts.keys.desk)
        node.learn([document])


def _key(row: Row) -> DeviceKey:
    return DeviceKey(*cast("DeviceKey", row))


def _of(own: PersonKey | None) -> tuple[tuple[str, ...], int | None, int | None]:
    if own is None:
        return (), None, None
    return tuple(sorted(own.offices)), own.from_us, own.until_us


def _end_of(person: Person, offices: Iterable[str], now_us: int) -> int | None:
    """When the first of these offices ends; None when none does."""
    ends = [
        term.until_us
        for term in person.terms
        if term.office in offices and term.covers(now_us) and term.until_us is not None
    ]
    return min(ends, default=None)
