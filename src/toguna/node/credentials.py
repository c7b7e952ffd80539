"""What opens the door for a person: password, authenticator app, recovery and sign-up codes.

The keeper gives a new person a sign-up code, good once and for a day; with it they choose a
password and an app, or a passkey (:mod:`toguna.node.passkeys`). Where an app is enrolled the
password alone opens nothing. It does where there is none in an exercise, and nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from toguna.core.table import Transaction
from toguna.node.people import People
from toguna.node.people_tables import CREDENTIAL


class Credential(NamedTuple):
    """What is kept for a person; see the table."""

    person: str
    password: str | None = None
    totp: bytes | None = None
    step: int = 0
    code: bytes | None = None
    code_until_us: int = 0


class Credentials:
    """The credentials of all our people."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._node = people.node

    def of(self, person: str) -> Credential:
        """What is kept for this person; all empty when nothing is, or nobody has this id."""
        with self._node.reading() as tx:
            row = tx.get(CREDENTIAL, (person,))
        return Credential(person) if row is None else Credential(*row)  # type: ignore[arg-type]

    def set_password(self, person: str, kept: str, by: str) -> None:
        """``kept`` is the hash of a person's new password."""
        with self._people.changing() as tx:
            self.put(tx, self.read(tx, person)._replace(password=kept))
        self._node.journal("people", f"{by} set the password of {person}")

    @staticmethod
    def read(tx: Transaction, person: str) -> Credential:
        """The same as :meth:`of`, inside a transaction."""
        row = tx.get(CREDENTIAL, (person,))
        return Credential(person) if row is None else Credential(*row)  # type: ignore[arg-type]

    @staticmethod
    def put(tx: Transaction, credential: Credential) -> None:
        """Store it."""
        tx.put(CREDENTIAL, [cast("tuple[str, ...]", tuple(credential))])
