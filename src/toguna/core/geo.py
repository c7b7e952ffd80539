"""Places as integers: degrees x 10^7 (about 1 cm), and places made coarser before they leave.

**The grid.** A coarse place is the centre of a cell of a fixed grid, so the same place always
comes out the same: releasing it again, or next to its neighbours, adds nothing to average.
All arithmetic is on integers, so every machine draws the same grid.

**The ladder.** Cells come in sizes of 1, 5, 10, 50, 100, 500 m and so on to 1,000 km, and each
cell lies wholly inside one cell of the next size; another precision is taken up to the next
size. Hence two releases of one place at different precisions show no more than the finer of
them (cells that overlap at random would cut one another down), and
``coarsen(coarsen(p, fine), coarse) == coarsen(p, coarse)``: a receiver who passes a place on
more coarsely still gives a true circle.

**The metre** of the grid is the one of 1791: 10,000 km from pole to equator, so that a metre
of latitude is exactly 90 units. On the sphere used here cells are never narrower than they
say; on WGS84 their height falls short by at most 0.6 % near the equator, and the released
radius allows for that.

What is *not* here: shapes, maps, names of places.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Final

from toguna.errors import BadInput

DEGREE_E7: Final = 10_000_000
MAX_LAT_E7: Final = 90 * DEGREE_E7
MAX_LON_E7: Final = 180 * DEGREE_E7
CIRCLE_E7: Final = 360 * DEGREE_E7

LADDER_M: Final[tuple[int, ...]] = (*(k * 10**n for n in range(6) for k in (1, 5)), 1_000_000)
"""The cell sizes of the grid in metres; each divides the next."""

UNITS_PER_METRE: Final = 90
"""Units of 10^-7 degree in one metre of the grid."""

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of WGS84 (IUGG R1), for :func:`distance_m`."""

# The longest degree that WGS84 has, of latitude (at the poles) or of a parallel's cosine.
_LONGEST_DEGREE_MM: Final = 111_694_500
_FARTHEST_M: Final = 20_038_000  # half a great circle: no radius needs more

_ONE: Final = 1 << 64
_PI: Final = 57952155664616982739  # pi * 2^64, rounded

Place = tuple[int, int]
"""Latitude and longitude, degrees x 10^7, north and east positive."""


def check_place(lat_e7: int, lon_e7: int, where: str = "") -> Place:
    """The place itself, when latitude is within +-90 and longitude within +-180 degrees.

    :raises BadInput: otherwise; ``where`` names the field. If the two look swapped, it says so.
    """
    if type(lat_e7) is not int or type(lon_e7) is not int:
        raise BadInput("a place is two integers", remedy="give degrees x 10,000,000", where=where)
    if abs(lat_e7) <= MAX_LAT_E7 and abs(lon_e7) <= MAX_LON_E7:
        return lat_e7, lon_e7
    swapped = abs(lon_e7) <= MAX_LAT_E7 < abs(lat_e7) <= MAX_LON_E7
    raise BadInput(
        f"{_degrees(lat_e7)},{_degrees(lon_e7)} is not on the earth",
        remedy=(
            f"latitude comes first: did you mean {_degrees(lon_e7)},{_degrees(lat_e7)}?"
            if swapped
            else "latitude is -90 to 90, longitude -180 to 180"
        ),
        where=where,
    )


def coarsen(lat_e7: int, lon_e7: int, precision_m: int) -> tuple[int, int, int]:
    """The place to release instead of an exact one: cell centre, and a radius in metres.

    The true place lies within ``radius_m`` of the centre, on the sphere and on WGS84. Of the
    place within its cell nothing is left. Idempotent, and it nests (see the module).

    :param precision_m: 1..1,000,000; the cell is at least so wide and high, to the next size
        of :data:`LADDER_M`. Cells at the poles are round: the cap around the pole.
    :raises BadInput: not on the earth, or ``precision_m`` out of bounds.
    """
    check_place(lat_e7, lon_e7)
    size_m = ladder_size(precision_m)
    # The north pole itself belongs to the last band.
    band = min(lat_e7 + MAX_LAT_E7, 2 * MAX_LAT_E7 - 1) // (size_m * UNITS_PER_METRE)
    # Cell k holds the integers from ceil(k * circle / columns) on; +180 and -180 are one.
    column = (lon_e7 + MAX_LON_E7) % CIRCLE_E7 * _columns(band, size_m) // CIRCLE_E7
    return _cell(band, column, size_m)


@lru_cache(maxsize=16_384)
def _cell(band: int, column: int, size_m: int) -> tuple[int, int, int]:
    """Centre and radius of a cell; kept, for what moves stays in its cell for a while."""
    south, height_e7 = _south_and_height(band, size_m)
    columns = _columns(band, size_m)
    if columns == 1:
        # A cap: its centre is the pole, and every place in it is one height away at most.
        return (MAX_LAT_E7 if band else -MAX_LAT_E7), 0, _radius_m(height_e7, 0, 0)
    first = -(-column * CIRCLE_E7 // columns)
    beyond = -(-(column + 1) * CIRCLE_E7 // columns)
    lon = (first + beyond) // 2
    # No band crosses the equator, so a cell is widest along the edge that is nearer to it.
    widest_e7 = min(abs(south), abs(south + height_e7))
    return (
        south + height_e7 // 2,
        lon - MAX_LON_E7,
        _radius_m(height_e7 // 2, max(lon - first, beyond - lon), widest_e7),
    )


def ladder_size(precision_m: int) -> int:
    """The smallest cell size in metres that is no finer than ``precision_m``.

    :raises BadInput: not a whole number of 1..1,000,000.
    """
    if type(precision_m) is not int or not 1 <= precision_m <= LADDER_M[-1]:
        raise BadInput(
            f"a precision of {precision_m!r} m is out of bounds",
            remedy=f"give whole metres from 1 to {LADDER_M[-1]:,}",
        )
    return LADDER_M[bisect_left(LADDER_M, precision_m)]


def _south_and_height(band: int, size_m: int) -> tuple[int, int]:
    """Southern edge and height of a band, in units. Bands are counted from the south pole."""
    height_e7 = size_m * UNITS_PER_METRE
    return band * height_e7 - MAX_LAT_E7, height_e7


@lru_cache(maxsize=4096)
def _columns(band: int, size_m: int) -> int:
    """How many cells go round the earth in a band.

    As many as still are ``size_m`` wide along the edge nearer to the pole, and a multiple of
    those in the band of the next size that holds this one.
    """
    rung = LADDER_M.index(size_m)
    wider = 1
    if size_m != LADDER_M[-1]:
        wider_m = LADDER_M[rung + 1]
        wider = _columns(band * size_m // wider_m, wider_m)
    south, height_e7 = _south_and_height(band, size_m)
    poleward_e7 = max(abs(south), abs(south + height_e7))
    return wider * max(1, CIRCLE_E7 * _cos(poleward_e7) // (height_e7 * wider * _ONE))


def _cos(lat_e7: int) -> int:
    """Cosine x 2^64 by its series, in integers: libm differs between machines, a grid must not."""
    x = lat_e7 * _PI // MAX_LON_E7
    square = x * x // _ONE
    total = term = _ONE
    for k in range(1, 28, 2):
        term = -term * square // (k * (k + 1) * _ONE)
        total += term
    return max(0, total)


def _radius_m(half_height_e7: int, half_width_e7: int, widest_lat_e7: int) -> int:
    """Metres from a cell's centre to its farthest corner, rounded up.

    A bound, not an estimate: the straight line on the chart to a corner, measured with the
    longest degree of WGS84 and the widest edge, is longer than the way on the ground.
    """
    width = half_width_e7 * (_cos(widest_lat_e7) + _ONE // 10**9) // _ONE + 1
    diagonal = math.isqrt(half_height_e7 * half_height_e7 + width * width) + 1
    return min(_FARTHEST_M, -(-diagonal * _LONGEST_DEGREE_MM // (DEGREE_E7 * 1000)))


def distance_m(a: Place, b: Place) -> int:
    """Great-circle distance in metres, rounded (haversine on the mean sphere).

    Against WGS84 it is off by at most 0.6 %: 60 m in 10 km. Good for "how far", not for
    survey.
    """
    lat_a, lat_b = math.radians(a[0] / DEGREE_E7), math.radians(b[0] / DEGREE_E7)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians((b[1] - a[1]) / DEGREE_E7) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h))))


_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?")


def parse_degrees(text: str) -> Place:
    """``"13.5137,2.1098"`` (latitude, longitude) to degrees x 10^7, exactly.

    French decimals are read when a semicolon parts the two: ``"13,5137;2,1098"``. More than
    seven decimals are rounded, half to even.

    :raises BadInput: not two numbers, or not on the earth.
    """
    parts = text.replace(",", ".").split(";") if ";" in text else text.split(",")
    numbers = [part.strip() for part in parts]
    if len(text) > 80 or len(numbers) != 2 or not all(map(_NUMBER.fullmatch, numbers)):
        shown = text if len(text) <= 40 else text[:37] + "..."
        raise BadInput(
            f"{shown!r} is not a place",
            remedy='write latitude,longitude as "13.5137,2.1098" or "13,5137;2,1098"',
        )
    lat, lon = (
        int((Decimal(number) * DEGREE_E7).to_integral_value(ROUND_HALF_EVEN)) for number in numbers
    )
    return check_place(lat, lon)


def format_degrees(lat_e7: int, lon_e7: int) -> str:
    """``"13.5137,2.1098"``; exact, and :func:`parse_degrees` takes it back."""
    return f"{_degrees(lat_e7)},{_degrees(lon_e7)}"


def _degrees(value_e7: int) -> str:
    whole, part = divmod(abs(value_e7), DEGREE_E7)
    decimals = f".{part:07d}".rstrip("0").rstrip(".")
    return f"{'-' if value_e7 < 0 else ''}{whole}{decimals}"
