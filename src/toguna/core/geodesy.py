"""How far a place lies from a drawn line, and on which side; inside or outside of an area.

**The line.** Between two vertices it is straight in longitude and latitude, as RFC 7946
s3.1.1 says of every GeoJSON line: that is the line that a dataset means, and one that is cut
into pieces is still the same line.

**The distance** is the geodesic of WGS84 (Vincenty's inverse formula), to a millimetre for
any border. Near the opposite end of the earth, where that formula does not settle, the mean
sphere stands in, which is off by at most 0.6 %. The foot of the perpendicular is found by
halving the line where it may still hold the nearest point, then by a parabola through the
squares of three distances over at most 5 km. Both together stay below
:data:`ARITHMETIC_M`, which callers add to what their data leave open.

**Errors add up.** A place known to 500 m and a line known to 250 m are 750 m apart from what
is measured at worst. That is a bound; the root of the sum of squares would be a guess that
the two are independent, which nobody knows of a contested line.

What is *not* here: lines that cross the antimeridian (cut them there, as RFC 7946 s3.1.9
says), heights, projections.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from toguna.core.geo import DEGREE_E7, MAX_LON_E7, Place, check_place, distance_m
from toguna.errors import BadInput

ARITHMETIC_M: Final = 1
"""What rounding and the search for the foot may be off, in metres."""

Side = Literal["left", "right", "on", ""]
"""Where a place lies as one goes along a line. Empty: the line ends before it gets there."""
Within = Literal["inside", "may be inside", "outside"]

_EQUATOR_M: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257223563
_POLE_M: Final = _EQUATOR_M * (1 - _FLATTENING)
_METRES_A_UNIT: Final = _EQUATOR_M * math.pi / MAX_LON_E7  # of a degree x 10^-7, at most
_SPHERE_OFF: Final = 0.007  # by how much the mean sphere may be off, as a share, and a little
_PIECE_M: Final = 5_000.0
_ON_M: Final = 0.5

_Point = tuple[float, float]


class Nearest(NamedTuple):
    """The point of a set of lines that is nearest to a place: which line, how far in metres,
    where, and on which side of the line the place lies.
    """

    distance_m: float
    foot: Place
    line: int
    side: Side


# Checking what is drawn -----------------------------------------------------------------


def check_line(line: Sequence[Place], where: str) -> None:
    """A line of two vertices at least, on the earth, not across the antimeridian.

    :raises BadInput: otherwise; two equal vertices in a row are refused as well.
    """
    if len(line) < 2:
        raise BadInput("a line has two vertices at least", where=where)
    for k, place in enumerate(line):
        check_place(*place, where=f"{where}[{k}]")
        if k and place == line[k - 1]:
            raise BadInput("a vertex stands twice in a row", where=f"{where}[{k}]")
        if k and abs(place[1] - line[k - 1][1]) > MAX_LON_E7:
            raise BadInput(
                "it crosses the antimeridian",
                remedy="cut it there, as RFC 7946 s3.1.9 says",
                where=f"{where}[{k}]",
            )


def check_ring(ring: Sequence[Place], where: str) -> None:
    """A closed line around an area: the last vertex is the first, and it crosses nowhere.

    :raises BadInput: otherwise, with what to do.
    """
    check_line(ring, where)
    if ring[0] != ring[-1] or len(ring) < 4:
        raise BadInput(
            "an area is a closed ring of four vertices at least",
            remedy="repeat the first vertex at the end",
            where=where,
        )
    for j in range(1, len(ring) - 1):
        for i in range(j):
            neighbours = j - i == 1 or (i == 0 and j == len(ring) - 2)
            if not neighbours and _cross(ring[i], ring[i + 1], ring[j], ring[j + 1]):
                raise BadInput(
                    f"its edges {i} and {j} cross", remedy="draw around it once", where=where
                )


def _turn(a: _Point, b: _Point, c: _Point) -> float:
    """Above 0 when a, b, c turn left; in the plane of longitude and latitude."""
    return (b[1] - a[1]) * (c[0] - b[0]) - (b[0] - a[0]) * (c[1] - b[1])


def _cross(a: Place, b: Place, c: Place, d: Place) -> bool:
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


# Distances ------------------------------------------------------------------------------


def geodesic_m(a: _Point, b: _Point) -> float:
    """Metres between two places (degrees x 10^7, latitude first) on WGS84.

    Vincenty 1975, inverse; on the mean sphere where that does not settle (nearly opposite
    places). Symmetric, and 0 for a place and itself.
    """
    lat_a, lat_b = (
        math.atan((1 - _FLATTENING) * math.tan(math.radians(lat / DEGREE_E7)))
        for lat in (a[0], b[0])
    )
    lon = math.radians(((b[1] - a[1] + MAX_LON_E7) % (2 * MAX_LON_E7) - MAX_LON_E7) / DEGREE_E7)
    sin_a, cos_a, sin_b, cos_b = math.sin(lat_a), math.cos(lat_a), math.sin(lat_b), math.cos(lat_b)
    found = lon
    for _ in range(60):
        across = cos_b * math.sin(found)
        along = cos_a * sin_b - sin_a * cos_b * math.cos(found)
        sin_s = math.hypot(across, along)
        if sin_s == 0:
            return 0.0
        cos_s = sin_a * sin_b + cos_a * cos_b * math.cos(found)
        arc = math.atan2(sin_s, cos_s)
        sin_az = cos_a * cos_b * math.sin(found) / sin_s
        cos2_az = 1 - sin_az * sin_az
        # On the equator cos2_az is 0, and so is the term that it divides.
        cos_mid = cos_s - 2 * sin_a * sin_b / cos2_az if cos2_az > 1e-15 else 0.0
        c = _FLATTENING / 16 * cos2_az * (4 + _FLATTENING * (4 - 3 * cos2_az))
        bend = cos_mid + c * cos_s * (2 * cos_mid * cos_mid - 1)
        before, found = found, lon + (1 - c) * _FLATTENING * sin_az * (arc + c * sin_s * bend)
        if abs(found - before) < 1e-12:
            return _along(cos2_az, sin_s, cos_s, cos_mid, arc)
    return float(distance_m((round(a[0]), round(a[1])), (round(b[0]), round(b[1]))))


def _along(cos2_az: float, sin_s: float, cos_s: float, cos_mid: float, arc: float) -> float:
    """Vincenty's series for the length of an arc on the ellipsoid."""
    u2 = cos2_az * (_EQUATOR_M**2 - _POLE_M**2) / _POLE_M**2
    big_a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    big_b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    mid2 = cos_mid * cos_mid
    inner = cos_s * (2 * mid2 - 1)
    inner -= big_b / 6 * cos_mid * (4 * sin_s * sin_s - 3) * (4 * mid2 - 3)
    return _POLE_M * big_a * (arc - big_b * sin_s * (cos_mid + big_b / 4 * inner))


class _Piece(NamedTuple):
    """A stretch of segment ``segment`` of a line, and how near it may come at best."""

    at_least_m: float
    line: int
    segment: int
    start: float
    stop: float
    first: _Point
    last: _Point
    length_m: float


def nearest(place: Place, lines: Sequence[Sequence[Place]]) -> Nearest:
    """The nearest point of ``lines`` (each as :func:`check_line` wants it) to a place.

    Lines that begin where another ends are one line to it. :raises BadInput: no line.
    """
    whole, names = _joined(lines)
    heap = list(_segments(place, whole))
    heapq.heapify(heap)
    best: tuple[float, float, _Piece, _Point] | None = None
    while heap:
        piece = heapq.heappop(heap)
        if best is not None and piece.at_least_m >= best[0]:
            break
        if piece.length_m > _PIECE_M:
            for half in _halves(place, piece):
                heapq.heappush(heap, half)
            continue
        far, share, foot = _refined(place, piece)
        if best is None or far < best[0]:
            best = (far, share, piece, foot)
    if best is None:
        raise BadInput("there is no line to measure to")
    far, share, piece, foot = best
    at = piece.start + share * (piece.stop - piece.start)
    side = _side(place, whole[piece.line], piece.segment, at, far)
    name = names[piece.line][piece.segment]
    return Nearest(far, (round(foot[0]), round(foot[1])), name, side)


def _joined(lines: Sequence[Sequence[Place]]) -> tuple[list[list[Place]], list[list[int]]]:
    """Lines with those that go on from one another put together, and for each segment the
    number of the line that it came from.
    """
    whole: list[list[Place]] = []
    names: list[list[int]] = []
    for number, line in enumerate(lines):
        mine = [number] * (len(line) - 1)
        for k, before in enumerate(whole):
            if before[-1] == line[0] and before[0] != before[-1]:
                before.extend(line[1:])
                names[k] += mine
                break
        else:
            whole.append(list(line))
            names.append(mine)
    return whole, names


def _segments(place: Place, lines: Sequence[Sequence[Place]]) -> Iterator[_Piece]:
    for number, line in enumerate(lines):
        for k in range(len(line) - 1):
            yield _piece(place, number, k, 0.0, 1.0, line[k], line[k + 1])


def _piece(
    place: Place, line: int, segment: int, start: float, stop: float, a: _Point, b: _Point
) -> _Piece:
    cosine = math.cos(math.radians(min(abs(a[0]), abs(b[0])) / DEGREE_E7))
    length = math.hypot(b[0] - a[0], (b[1] - a[1]) * cosine) * _METRES_A_UNIT * 1.01
    middle = round((a[0] + b[0]) / 2), round((a[1] + b[1]) / 2)
    least = distance_m(place, middle) * (1 - _SPHERE_OFF) - length / 2 - 1
    return _Piece(least, line, segment, start, stop, a, b, length)


def _halves(place: Place, piece: _Piece) -> Iterator[_Piece]:
    a, b, mid = piece.first, piece.last, (piece.start + piece.stop) / 2
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    yield _piece(place, piece.line, piece.segment, piece.start, mid, a, middle)
    yield _piece(place, piece.line, piece.segment, mid, piece.stop, middle, b)


def _refined(place: Place, piece: _Piece) -> tuple[float, float, _Point]:
    """How near the piece comes, at which share of it, and where."""
    a, b = piece.first, piece.last

    def at(share: float) -> _Point:
        return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])

    begin, middle, end = (geodesic_m(place, at(share)) ** 2 for share in (0.0, 0.5, 1.0))
    bend = 2 * (begin - 2 * middle + end)
    lowest = 0.25 * (3 * begin - 4 * middle + end) * 2 / bend if bend > 0 else 0.0
    shares = {0.0, 1.0, min(1.0, max(0.0, lowest))}
    return min((geodesic_m(place, at(share)), share, at(share)) for share in shares)


def _side(place: Place, line: Sequence[Place], segment: int, at: float, far_m: float) -> Side:
    if far_m < _ON_M:
        return "on"
    if 1e-9 < at < 1 - 1e-9:
        turn = _turn(line[segment], line[segment + 1], _beside(place, line[segment]))
        return "left" if turn > 0 else "right"
    corner = segment + (at > 0.5)
    if corner in (0, len(line) - 1):
        if line[0] != line[-1]:
            return ""
        before, here, after = line[-2], line[0], line[1]
    else:
        before, here, after = line[corner - 1 : corner + 2]
    beside = _beside(place, here)
    turns = _turn(before, here, beside), _turn(here, after, beside)
    if min(turns) > 0 or max(turns) < 0:
        return "left" if turns[0] > 0 else "right"
    # Seen from both edges on different sides: it stands on the outer side of their turn.
    return "right" if _turn(before, here, after) > 0 else "left"


def _beside(place: Place, vertex: Place) -> _Point:
    """The place, with its longitude counted from the vertex the short way round."""
    lon = (place[1] - vertex[1] + MAX_LON_E7) % (2 * MAX_LON_E7) - MAX_LON_E7 + vertex[1]
    return place[0], lon


# Areas ----------------------------------------------------------------------------------


def ring_holds(ring: Sequence[Place], place: Place) -> bool:
    """Whether a place lies within a closed ring, in the plane of longitude and latitude."""
    lat, lon = place
    inside = False
    for a, b in itertools.pairwise(ring):
        if (a[0] > lat) != (b[0] > lat):
            inside ^= (b[1] - a[1]) * (lat - a[0]) / (b[0] - a[0]) + a[1] > lon
    return inside


def within(place: Place, radius_m: int, ring: Sequence[Place]) -> Within:
    """Whether what happened within ``radius_m`` of a place happened inside a ring.

    "may be inside" whenever the circle reaches over the ring, from whichever side.
    """
    far = (radius_m + ARITHMETIC_M) / 100_000 * DEGREE_E7 if radius_m else 0
    lats = [p[0] for p in ring]
    if not min(lats) - far <= place[0] <= max(lats) + far:
        return "outside"
    held = ring_holds(ring, place)
    if not radius_m:
        return "inside" if held else "outside"
    edge_m = nearest(place, [ring]).distance_m
    if edge_m <= radius_m + ARITHMETIC_M:
        return "may be inside"
    return "inside" if held else "outside"
