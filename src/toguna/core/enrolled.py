"""Keys of persons, by which a party's decisive records may be signed besides its desk key.

A party enrols the public key of a device for some offices, with its desk key; the private
key never leaves that device. A cancelled key stays cancelled: a lost device comes back as a
new one. What it signed before that moment stands. The date in a record is its author's
word, but a thief cannot put it back: only the party's own node seals, and it takes nothing
from a key that is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from toguna.core.acts import Cancellation, Enrolment
from toguna.core.signed import decode_key, key_id


class PersonKey(NamedTuple):
    """An enrolled key: for which offices, and the moments between which it signs.

    ``until_us`` is the end of its term or when it was cancelled (``why`` then says why).
    """

    party: str
    public: bytes
    offices: frozenset[str]
    from_us: int
    until_us: int | None
    why: str = ""

    def refusal(self, office: str, at_us: int) -> str:
        """Why this key does not sign in this office at that moment; empty when it does."""
        name = key_id(self.public)
        if office not in self.offices:
            return f"key {name} does not sign as {office}"
        if at_us < self.from_us:
            return f"key {name} was not enrolled yet"
        if self.until_us is not None and at_us >= self.until_us:
            return f"key {name} was cancelled" if self.why else f"the term of key {name} is over"
        return ""


def fold_keys(
    enrolments: Iterable[Enrolment], cancellations: Iterable[Cancellation]
) -> dict[tuple[str, str], PersonKey]:
    """All enrolled keys by party and key id; acts count, oldest first. A later enrolment of a
    key takes the place of an earlier one, and none outlives a cancellation.
    """
    found: dict[tuple[str, str], PersonKey] = {}
    for act in enrolments:
        public = decode_key(act.public)
        found[act.party, key_id(public)] = PersonKey(
            act.party, public, frozenset(act.offices), act.at, act.until_us
        )
    for ended in cancellations:
        key = found.get((ended.party, ended.key))
        if key is not None and not key.why:
            until = ended.at if key.until_us is None else min(ended.at, key.until_us)
            found[ended.party, ended.key] = key._replace(until_us=until, why=ended.why)
    return found
