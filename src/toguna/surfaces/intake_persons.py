"""Keeping persons out of what is imported: which words of a file go, and how they are taken out.

The names of the persons in a file are known from the file itself. They live as long as the
import takes, and are taken out of every other text of it: whole, and word by word where a word
is long enough to be a name. E-mail addresses, telephone numbers written with a plus, and the
15 digits of a device go from every text.

**What this cannot do**: a person who is named in a free text only, and nowhere in the file as a
person, is not known here. Whoever releases a report that was imported reads it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

from toguna.core.redaction import TAKEN_OUT

_CONTACT: Final = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"  # an e-mail address
    r"|\+\d(?:[\s().-]?\d){7,14}(?!\d)"  # a telephone number, as E.164 begins it
    r"|(?<!\d)\d{15}(?!\d)"  # the number of a device or a card
)
_TOKEN: Final = re.compile(r"\w+")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_LEAST, _LONG, _MOST = 3, 4, 200
_NAMES: Final = frozenset(
    "name aliases display_name account_login user_id value contact_information personal_name "
    "full_name first_name last_name middle_name alias".split()
)
"""Fields of a person in whose values names are looked for."""


class Persons:
    """The persons of one file, for as long as it is read. Nothing of it is ever stored."""

    def __init__(self) -> None:
        # Names as their words in small letters, by the first of these, so that a text is
        # read once however many names there are.
        self._names: dict[str, set[tuple[str, ...]]] = {}
        self._words: set[str] = set()

    def note(self, described: dict[str, Any]) -> None:
        """Learn the names in an object that describes a person."""
        for field, value in described.items():
            if field.lower().replace("-", "_") in _NAMES:
                self.learn(value)

    def learn(self, value: Any) -> None:
        """Learn a name, or each of a list of them."""
        for text in value if isinstance(value, list) else [value]:
            if not isinstance(text, str) or not _LEAST <= len(text.strip()) <= _MOST:
                continue
            words = _TOKEN.findall(text)
            name = tuple(word.casefold() for word in words)
            if name:
                self._names.setdefault(name[0], set()).add(name)
            self._words |= {w for w in words if len(w) >= _LONG and w.isalpha() and w[0].isupper()}

    def clean(self, text: str) -> str:
        """The text without what this file tells of persons, and without contacts."""
        text = _CONTACT.sub(TAKEN_OUT, text)
        tokens = list(_TOKEN.finditer(text))
        out: list[str] = []
        at = done = 0
        while at < len(tokens):
            length = self._named_at(tokens, at)
            if length:
                out += (text[done : tokens[at].start()], TAKEN_OUT)
                done = tokens[at + length - 1].end()
            at += length or 1
        return "".join([*out, text[done:]])

    def _named_at(self, tokens: list[re.Match[str]], at: int) -> int:
        """How many words from here on are a name; 0 when none are."""
        longest = 0
        for name in self._names.get(tokens[at][0].casefold(), ()):
            there = tokens[at : at + len(name)]
            if len(name) > longest and tuple(t[0].casefold() for t in there) == name:
                longest = len(name)
        return longest or int(tokens[at][0] in self._words)


def plain(text: Any, most: int) -> str:
    """A text of a file as one that a record can hold: Unicode, no controls, at most so long."""
    if not isinstance(text, str):
        return ""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    kept = "".join(c for c in whole if c in "\n\t" or c.isprintable())
    return kept.strip()[:most]


def one_line(text: Any, most: int = 200) -> str:
    """The same on one line."""
    return " ".join(plain(text, 20_000).split())[:most]


def mark_of(id_: str) -> str | None:
    """First half of the SHA-256 of an id, in hex; None where the id is no random UUID.

    A UUID of version 5 is made from what it names (STIX 2.1 s2.9): its hash would let a guess
    be confirmed.
    """
    found = _UUID.search(id_)
    if found is None or found[1] != "4":
        return None
    return sha256(id_.encode()).hexdigest()[:32]


def any_mark(id_: str) -> str:
    """The mark of something that is taken in: nothing is hidden by it, any id will do."""
    return sha256(id_.encode("utf-8", "replace")).hexdigest()[:32]


def texts(values: Iterable[Any]) -> list[str]:
    """Those of the values that are text."""
    return [value for value in values if isinstance(value, str)]
