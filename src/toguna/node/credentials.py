"""What opens the door for a person: password, authenticator app, recovery and sign-up codes.

The keeper gives a new person a sign-up code, good once and for a day; with it they choose a
password and an app, or a passkey (:mod:`toguna.node.passkeys`). Where an app is enrolled the
password alone opens nothing. It does where there is none in an exercise, and nowhere else.

Codes are compared and used up in the one writing thread, so that none is good twice.
"""

from __future__ import annotations

import hmac
from typing import Final, NamedTuple, cast

from toguna.core.table import Row, Transaction, Where
from toguna.errors import Refused
from toguna.node.people import People, shut_doors
from toguna.node.people_tables import CREDENTIAL, RECOVERY
from toguna.node.second_factor import (
    RECOVERY_CODES,
    hash_code,
    new_app_secret,
    new_code,
    step_of,
)

SIGN_UP_US: Final = 24 * 3_600_000_000
_NO_APP: Final = new_app_secret()


class Credential(NamedTuple):
    """What is kept for a person; see the table."""

    person: str
    password: str | None = None
    totp: bytes | None = None
    step: int = 0
    code: bytes | None = None
    code_until_us: int = 0


class Credentials:
    """The credentials of all our people. What changes them belongs in the writing thread."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._node = people.node

    def of(self, person: str) -> Credential:
        """What is kept for this person; all empty when nothing is, or nobody has this id."""
        with self._node.reading() as tx:
            return _credential(person, tx.get(CREDENTIAL, (person,)))

    def recovery_left(self, person: str) -> int:
        """How many recovery codes were not used yet."""
        with self._node.reading() as tx:
            return tx.count(RECOVERY, [Where("person", "=", person)])

    # Beginning --------------------------------------------------------------------------

    def issue_code(self, person: str, by: str) -> tuple[str, int]:
        """A new sign-up code and its end. Whatever opened the door before opens it no more."""
        self._people.present(person)
        code, until = new_code(), self._node.now() + SIGN_UP_US
        with self._people.changing() as tx:
            shut_doors(tx, person)
            _put(tx, Credential(person, code=hash_code(code), code_until_us=until))
            self._people.note(tx, f"{by} gave {person} a sign-up code")
        return code, until

    def opens(self, person: str, code: bytes) -> bool:
        """Whether this is the hash of the person's sign-up code, unused and not too old."""
        kept = self.of(person)
        same = hmac.compare_digest(kept.code or bytes(32), code)
        return same and kept.code is not None and self._node.now() < kept.code_until_us

    def sign_up(self, tx: Transaction, person: str, code: bytes) -> Credential:
        """Use up a sign-up code; Refused when it does not open any more."""
        kept = _credential(person, tx.get(CREDENTIAL, (person,)))
        if kept.code != code or self._node.now() >= kept.code_until_us:
            raise Refused("the sign-up code was used or is too old", where="code")
        kept = kept._replace(code=None, code_until_us=0)
        _put(tx, kept)
        return kept

    def enrol(
        self, person: str, code: bytes, password: str, app: tuple[bytes, int] | None
    ) -> list[str]:
        """A new person's password (hashed) and app (secret, step just used), for a sign-up code;
        their recovery codes.
        """
        with self._people.changing() as tx:
            kept = self.sign_up(tx, person, code)._replace(password=password)
            codes: list[str] = []
            if app is not None:
                kept = kept._replace(totp=app[0], step=app[1])
                codes = _new_codes(tx, person)
            _put(tx, kept)
            self._people.note(tx, f"{person} signed up with a password")
        return codes

    # Changing ---------------------------------------------------------------------------

    def set_password(self, person: str, password: str, by: str) -> None:
        """``password`` is the hash of a person's new password."""
        with self._people.changing() as tx:
            kept = _credential(person, tx.get(CREDENTIAL, (person,)))
            _put(tx, kept._replace(password=password))
            self._people.note(tx, f"{by} set the password of {person}")

    def rehash(self, person: str, before: str, after: str) -> None:
        """Keep the same password by newer settings."""
        with self._people.counting() as tx:
            kept = _credential(person, tx.get(CREDENTIAL, (person,)))
            if kept.password == before:
                _put(tx, kept._replace(password=after))

    def set_app(self, person: str, secret: bytes, step: int) -> list[str]:
        """Enrol an app in the place of the one before; new recovery codes."""
        with self._people.changing() as tx:
            kept = _credential(person, tx.get(CREDENTIAL, (person,)))
            _put(tx, kept._replace(totp=secret, step=step))
            codes = _new_codes(tx, person)
            self._people.note(tx, f"{person} enrolled an authenticator app")
        return codes

    def renew_recovery(self, person: str) -> list[str]:
        """Ten new recovery codes; those before are good no more."""
        with self._people.changing() as tx:
            codes = _new_codes(tx, person)
            self._people.note(tx, f"{person} made new recovery codes")
        return codes

    def spend(self, person: str, code: str, *, really: bool = True) -> bool:
        """Whether this code is the app's of now, or a recovery code: then it is used up.

        With ``really`` false, as much is computed and the answer is no.
        """
        with self._node.reading() as tx:
            kept = _credential(person, tx.get(CREDENTIAL, (person,)))
            recovery = (person, hash_code(code))
            is_recovery = tx.get(RECOVERY, recovery) is not None
        step = step_of(kept.totp or _NO_APP, code, self._node.now(), kept.step)
        if kept.totp is None or not really or (step is None and not is_recovery):
            return False
        if step is not None:
            with self._people.counting() as tx:
                _put(tx, kept._replace(step=step))
        else:
            with self._people.changing() as tx:
                tx.delete(RECOVERY, [recovery])
                self._people.note(tx, f"{person} used a recovery code")
        return True


def _credential(person: str, row: Row | None) -> Credential:
    return Credential(person) if row is None else Credential(*cast("Credential", row))


def _put(tx: Transaction, credential: Credential) -> None:
    tx.put(CREDENTIAL, [tuple(credential)])


def _new_codes(tx: Transaction, person: str) -> list[str]:
    tx.delete(RECOVERY, list(tx.scan(RECOVERY, [Where("person", "=", person)])))
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    tx.put(RECOVERY, [(person, hash_code(code)) for code in codes])
    return codes
