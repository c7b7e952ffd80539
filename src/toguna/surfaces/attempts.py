"""How often somebody may try to sign in: counts of wrong attempts, in memory and bounded.

Two counts: for the person who was named, whether there is such a person or not, and for the
address that asked. After five wrong attempts a person's door stays shut for a minute, then
two, up to an hour; passkeys are not concerned, so nobody is locked out by a stranger for
good. An address gets more tries, for a whole office may stand behind one.

Used on the event loop alone.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Final, NamedTuple

from toguna.errors import Refused

SECOND_US: Final = 1_000_000
FREE_TRIES: Final = 5
FREE_TRIES_ADDRESS: Final = 30
FIRST_WAIT_S: Final = 60
LONGEST_WAIT_S: Final = 3_600
FORGOTTEN_AFTER_S: Final = 24 * 3_600
MOST_KEPT: Final = 10_000


class _Count(NamedTuple):
    wrong: int = 0
    last_us: int = 0


class Attempts:
    """Wrong attempts by what was tried; after ``free`` of them each costs a wait."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def wait_s(self, key: str, now_us: int) -> int:
        """Seconds until the next attempt is heard; 0 when it is heard now."""
        count = self._counts.get(key, _Count())
        if count.wrong < self._free:
            return 0
        doubled = min(count.wrong - self._free, 16)
        wait = min(FIRST_WAIT_S << doubled, LONGEST_WAIT_S)
        left = count.last_us + wait * SECOND_US - now_us
        return max(0, math.ceil(left / SECOND_US))

    def wrong(self, key: str, now_us: int) -> None:
        """One more attempt failed."""
        count = self._counts.pop(key, _Count())
        if now_us - count.last_us > FORGOTTEN_AFTER_S * SECOND_US:
            count = _Count()
        self._counts[key] = _Count(count.wrong + 1, now_us)
        while len(self._counts) > MOST_KEPT:
            # Whoever floods us with names pushes out names tried once, not a door that is shut.
            least = min(list(self._counts)[: MOST_KEPT // 100], key=lambda k: self._counts[k].wrong)
            del self._counts[least]

    def right(self, key: str) -> None:
        """It was them: what went wrong before is forgotten."""
        self._counts.pop(key, None)


class Attempted:
    """The two counts together."""

    def __init__(self) -> None:
        self._people = Attempts(FREE_TRIES)
        self._addresses = Attempts(FREE_TRIES_ADDRESS)

    def begin(self, person: str, address: str, now_us: int) -> None:
        """Count an attempt as wrong until it is known to be right, so that many at once do
        not all pass before the first is judged. Refused while the door is shut.
        """
        wait = max(self._people.wait_s(person, now_us), self._addresses.wait_s(address, now_us))
        if wait:
            remedy = f"try again in {wait} s"
            raise Refused("too many attempts", where="wait", remedy=remedy)
        self._people.wrong(person, now_us)
        self._addresses.wrong(address, now_us)

    def is_shut(self, person: str, now_us: int) -> bool:
        """Whether the next attempt for this person has to wait."""
        return self._people.wait_s(person, now_us) > 0

    def right(self, person: str, address: str) -> None:
        """The attempt that was begun held."""
        self._people.right(person)
        self._addresses.right(address)
