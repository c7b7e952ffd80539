"""What an import is made of, and reading its file within bounds.

Nothing that a file says stands in an error: a message names a place and a kind, never a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from toguna.core.geo import MAX_LAT_E7, MAX_LON_E7
from toguna.core.time import parse_time
from toguna.domains.intake import MOST_OBJECTS, Format, KeptOut
from toguna.domains.sharing import Report
from toguna.errors import BadInput, TogunaError

MOST_BYTES: Final = 8 << 20
MOST_DEPTH: Final = 32
CATEGORIES: Final = (
    "attack", "clash", "movement", "hazard", "displacement", "outbreak", "infrastructure",
)  # fmt: skip
"""Categories of reports that a label or tag of the file may name."""


class Taken(NamedTuple):
    """An object of the file that becomes a report at home."""

    mark: str
    report: Report
    handling: str | None
    cleaned: bool


class Read(NamedTuple):
    """A file as it was understood: reports to be, what describes persons, and the rest."""

    format: Format
    taken: list[Taken]
    kept_out: list[KeptOut]
    left_out: dict[str, int]


class Place(NamedTuple):
    """Where something happened: a point with its radius in metres, a name, or both."""

    lat_e7: int | None = None
    lon_e7: int | None = None
    radius_m: int | None = None
    name: str | None = None
    precision: str = "exact"


def parse(data: bytes) -> Any:
    """The JSON of a file, bounded in size, depth and number of values.

    :raises BadInput: it is too large, too deep, no JSON, or has a key twice in one object.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(
            f"the file has {len(data):,} bytes; at most {MOST_BYTES:,} are read",
            remedy="export it in parts",
        )
    try:
        value = json.loads(data, object_pairs_hook=_pairs, parse_float=Decimal)
    except RecursionError:
        raise BadInput(f"JSON nested deeper than {MOST_DEPTH}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"the file is not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise BadInput(f"the file is not JSON at line {error.lineno}") from None
    except (ValueError, InvalidOperation):
        raise BadInput("the file holds a number that is none") from None
    if _depth(value) > MOST_DEPTH:
        raise BadInput(f"JSON nested deeper than {MOST_DEPTH}")
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadInput("an object of the file has a key twice", remedy="export it again")
    return found


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= MOST_DEPTH:
        deepest += 1
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        level = inner
    return deepest


def objects(value: Any, what: str) -> Iterator[dict[str, Any]]:
    """The objects of a list in the file; BadInput when there are too many or it is no list."""
    if not isinstance(value, list):
        raise BadInput(f"{what} is no list")
    if len(value) > MOST_OBJECTS:
        raise BadInput(
            f"{what} has {len(value):,} entries; at most {MOST_OBJECTS:,} are read",
            remedy="export it in parts",
        )
    return (item for item in value if isinstance(item, dict))


def moment(value: Any) -> int | None:
    """A time of the file in microseconds, or None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        return parse_time(value)
    except TogunaError:
        return None


def degrees_e7(value: Any, most: int) -> int | None:
    """Degrees of the file x 10^7, or None when they are none."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value) if len(str(value)) < 40 else Decimal("NaN")
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > 180:
        return None
    found = int((number * 10_000_000).to_integral_value())
    return found if abs(found) <= most else None


def point(lat: Any, lon: Any) -> tuple[int, int] | None:
    """A point of the file, or None when half of it is missing or not on the earth."""
    lat_e7, lon_e7 = degrees_e7(lat, MAX_LAT_E7), degrees_e7(lon, MAX_LON_E7)
    return None if lat_e7 is None or lon_e7 is None else (lat_e7, lon_e7)


def metres(value: Any) -> int | None:
    """A whole number of metres, rounded up, or None."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value) if len(str(value)) < 24 else Decimal("NaN")
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= 20_000_000:
        return None
    return int(number.to_integral_value(rounding="ROUND_CEILING"))


def count(into: dict[str, int], what: str) -> None:
    """One more of these was left out."""
    into[what] = into.get(what, 0) + 1
