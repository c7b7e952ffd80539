"""Passwords: what may be one, and argon2id (RFC 9106) as the only thing that is kept of it.

Hashing takes long on purpose: never on the event loop, and never while a lock is held.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from toguna.errors import BadInput
from toguna.node.config import Desk

LEAST_CHARACTERS: Final = 12
MOST_CHARACTERS: Final = 256
_LANES: Final = 4


class Passwords:
    """Hashes and compares by the node's settings. Safe from any thread."""

    def __init__(self, desk: Desk) -> None:
        self._hasher = PasswordHasher(desk.password_passes, desk.password_kib, _LANES)
        self._nobody = ""

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        return self._hasher.hash(_plain(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password. Takes as long when there is none to compare with."""
        if not self._nobody:  # whoever is first, so that it tells nothing of who is not there
            self._nobody = self._hasher.hash(secrets.token_hex(16))
        try:
            self._hasher.verify(kept or self._nobody, _plain(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_dated(self, kept: str) -> bool:
        """Whether it was hashed by other settings than today's, and should be hashed anew."""
        return self._hasher.check_needs_rehash(kept)


def check_password(password: str, names: tuple[str, ...], where: str = "password") -> None:
    """BadInput unless this may be the password of somebody with these names."""
    plain = _plain(password)
    if not LEAST_CHARACTERS <= len(plain) <= MOST_CHARACTERS:
        raise BadInput(
            f"a password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters",
            where=where,
            remedy="a few words in a row are good",
        )
    folded = _folded(plain)
    if len(set(folded)) < 4 or folded in {_folded(name) for name in names}:
        raise BadInput("this is too easy to guess", where=where, remedy="take a few words")


def _plain(password: str) -> str:
    """One spelling of a password, whatever keyboard it was typed on (RFC 8265 s4.2)."""
    return unicodedata.normalize("NFC", password)


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
