"""What boards share: reading the numbers and words of their query, and the median."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toguna.core.time import FIRST_US, LAST_US
from toguna.errors import BadInput

_DIGITS = 17


def number(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number of a query within bounds; ``default`` where it is not given.

    :raises BadInput: not a whole number, or out of bounds; ``where`` names the parameter.
    """
    text = query.get(name, "")
    if not text:
        return default
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
        raise BadInput(f"{text[:24]!r} is no whole number", where=name)
    if not least <= int(text) <= most:
        raise BadInput(f"{text} is out of bounds", remedy=f"{least} to {most}", where=name)
    return int(text)


def window(query: Mapping[str, str], first_us: int) -> tuple[int, int]:
    """``from_us`` (``first_us`` unless given) and ``to_us`` (no end unless given) of a query."""
    return (
        number(query, "from_us", first_us, FIRST_US, LAST_US),
        number(query, "to_us", LAST_US, FIRST_US, LAST_US),
    )


def yes(query: Mapping[str, str], name: str) -> bool:
    """Whether a query says ``yes``; ``no`` unless given. BadInput for another word."""
    text = query.get(name) or "no"
    if text not in ("yes", "no"):
        raise BadInput(f"{text[:24]!r} is neither yes nor no", where=name)
    return text == "yes"


def median(numbers: Sequence[int]) -> int | None:
    """The middle one; between two, half way, rounded down. None of nothing."""
    if not numbers:
        return None
    ordered, middle = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2
