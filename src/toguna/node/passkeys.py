"""Passkeys of our people: the public halves. How they are checked is in the surfaces."""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from toguna.core.table import Row, Transaction, Where
from toguna.errors import Conflict, Refused, Unknown
from toguna.node.people import People, check_name
from toguna.node.people_tables import CREDENTIAL, PASSKEY

MOST_EACH: Final = 10


class Passkey(NamedTuple):
    """One passkey. ``signs`` is how often it says that it has signed, 0 when it does not count."""

    id: bytes
    person: str
    name: str
    public: bytes
    signs: int
    added_us: int
    used_us: int


class Passkeys:
    """The passkeys of all our people. What changes them belongs in the writing thread."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._node = people.node

    def find(self, id_: bytes) -> Passkey | None:
        """The passkey with this id."""
        with self._node.reading() as tx:
            row = tx.get(PASSKEY, (id_,))
        return None if row is None else _passkey(row)

    def of(self, person: str) -> list[Passkey]:
        """All of a person, oldest first."""
        with self._node.reading() as tx:
            rows = list(tx.scan(PASSKEY, [Where("person", "=", person)]))
        return sorted((_passkey(row) for row in rows), key=lambda k: (k.added_us, k.id))

    def add(self, tx: Transaction, person: str, id_: bytes, name: str, public: bytes) -> None:
        """Keep a passkey that was just made and checked.

        :raises Conflict: it is here already.
        :raises Refused: the person has ten of them.
        """
        check_name(name, "name")
        if tx.get(PASSKEY, (id_,)) is not None:
            raise Conflict("this passkey is known already", where="credential")
        if tx.count(PASSKEY, [Where("person", "=", person)]) >= MOST_EACH:
            raise Refused(f"{MOST_EACH} passkeys are enough", remedy="remove one first")
        now = self._node.now()
        tx.put(PASSKEY, [(id_, person, name, public, 0, now, now)])

    def used(self, key: Passkey, signs: int) -> None:
        """It opened the door. Refused when it did so elsewhere at the same time."""
        with self._people.counting() as tx:
            row = tx.get(PASSKEY, (key.id,))
            if row is None or _passkey(row).signs != key.signs:
                raise Refused("this passkey is no more the one that was shown")
            tx.put(PASSKEY, [(*row[:4], signs, row[5], self._node.now())])

    def remove(self, person: str, id_: bytes) -> None:
        """Forget a passkey of this person. Refused when nothing else would open the door."""
        with self._people.changing() as tx:
            row = tx.get(PASSKEY, (id_,))
            if row is None or row[1] != person:
                raise Unknown("there is no such passkey", where="id")
            password = tx.get(CREDENTIAL, (person,))
            alone = tx.count(PASSKEY, [Where("person", "=", person)]) == 1
            if alone and (password is None or password[1] is None):
                raise Refused(
                    "nothing else would open the door for you",
                    where="id",
                    remedy="add another passkey, or a password and an app, first",
                )
            tx.delete(PASSKEY, [(id_,)])
            self._people.note(tx, f"{person} removed the passkey {_passkey(row).name}")


def _passkey(row: Row) -> Passkey:
    return Passkey(*cast("Passkey", row))
