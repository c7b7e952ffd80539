"""Volumes in space, height and time, and whether two of them meet.

A volume is an area (a polygon with holes, or a corridor along a line), a band of heights and
a window of time. All three are *closed*: volumes that touch in an edge, a height or an
instant meet, for two flights at one height at one instant are no less close for sharing only
a border. An end that is None is open: from the ground, without ceiling, until further notice.

Edges are straight in longitude and latitude, as they are drawn on a plate carrée map: the
same corners give the same edge on every node. An edge between longitudes more than 180 degrees
apart goes the short way, over the antimeridian.

Coordinates are integers (degrees x 10^7), which a double holds exactly, and the predicates of
GEOS are exact on them; so a verdict does not hang on rounding. Where something must be rounded
(the outline of a corridor, the place where two volumes meet) it is rounded outward.

Not here: plans, consents, protected sites, and the form of the question that shows no plan
(:mod:`toguna.core.encounter`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple

import msgspec
import shapely
from msgspec import Meta
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from toguna.core.fields import MomentUs, Position
from toguna.core.geo import CIRCLE_E7, MAX_LON_E7, UNITS_PER_METRE
from toguna.core.time import format_time
from toguna.errors import BadInput

MOST_POINTS: Final = 2_000
LOWEST_M: Final = -500
HIGHEST_M: Final = 30_000
WIDEST_M: Final = 500_000
_ARC: Final = 12
"""Positions by which a corridor goes round a quarter of a circle, outside of it."""

Ring = Annotated[tuple[Position, ...], Meta(min_length=4, max_length=MOST_POINTS)]
"""A closed line: the last corner is the first (RFC 7946 s3.1.6)."""
HeightM = Annotated[int, Meta(ge=LOWEST_M, le=HIGHEST_M)]


class Volume(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Either ``area`` (the outline, then holes) or ``line`` with ``half_width_m``.

    Heights are metres above mean sea level, times microseconds since the epoch, UTC.
    """

    area: tuple[Ring, ...] = ()
    """Outline, then holes; the last corner of each is its first."""
    line: Annotated[tuple[Position, ...], Meta(max_length=MOST_POINTS)] = ()
    """The middle of a corridor."""
    half_width_m: Annotated[int, Meta(ge=1, le=WIDEST_M)] | None = None
    """Half the width of the corridor, which also goes on so far beyond its ends."""
    floor_m: HeightM | None = None
    ceiling_m: HeightM | None = None
    from_us: MomentUs | None = None
    until_us: MomentUs | None = None


class Box(NamedTuple):
    """Bounds of a meeting: longitudes and latitudes x 10^7, rounded outward. ``west`` is
    greater than ``east`` where it lies across the antimeridian.
    """

    west: int
    south: int
    east: int
    north: int


class Meeting(NamedTuple):
    """Where and when two volumes meet; None is an open end, as in a volume."""

    box: Box
    floor_m: int | None
    ceiling_m: int | None
    from_us: int | None
    until_us: int | None


# What is in order ----------------------------------------------------------------------


def check(volume: Volume, where: str = "volume") -> None:
    """BadInput naming the place in the volume that is not in order."""
    if bool(volume.area) == bool(volume.line):
        raise BadInput(
            "a volume is either an area or a line with its width", where=where,
            remedy="give area, or line and half_width_m",
        )  # fmt: skip
    if bool(volume.line) != (volume.half_width_m is not None):
        raise BadInput(
            "a corridor has a line and half its width in metres", where=f"{where}.half_width_m"
        )
    if len(volume.line) == 1:
        raise BadInput("a line has two points or more", where=f"{where}.line")
    if sum(map(len, volume.area)) > MOST_POINTS:
        raise BadInput(f"more than {MOST_POINTS:,} corners", where=f"{where}.area")
    _check_ends(volume, where)
    for k, ring in enumerate(volume.area):
        _check_ring(ring, f"{where}.area[{k}]")
    if volume.area:
        outline = _polygon(volume.area)
        if not outline.is_valid:
            raise BadInput(
                f"the area is not one piece with holes inside it: {_why(outline)}",
                where=f"{where}.area",
            )


def _check_ends(volume: Volume, where: str) -> None:
    floor, ceiling = volume.floor_m, volume.ceiling_m
    if floor is not None and ceiling is not None and floor > ceiling:
        raise BadInput(
            f"the floor ({floor} m) is above the ceiling ({ceiling} m)", where=f"{where}.floor_m"
        )
    begins, ends = volume.from_us, volume.until_us
    if begins is not None and ends is not None and begins >= ends:
        raise BadInput(
            f"the window ends ({format_time(ends)}) before it begins ({format_time(begins)})",
            where=f"{where}.until_us",
        )


def _check_ring(ring: Ring, where: str) -> None:
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise BadInput(
            "an outline is closed: three corners or more, then the first again", where=where
        )
    if len(set(ring)) < len(ring) - 1:
        twice = next(corner for k, corner in enumerate(ring) if corner in ring[:k])
        raise BadInput(f"the corner {_said(twice)} stands twice", where=where)
    outline = _polygon((ring,))
    if not outline.is_valid:
        raise BadInput(f"the outline crosses itself: {_why(outline)}", where=where)


def _said(corner: Position) -> str:
    return f"{corner[1] / 1e7:.5f}, {corner[0] / 1e7:.5f}"


def _why(outline: Polygon) -> str:
    """GEOS's reason with its place in degrees, latitude first."""
    words = str(shapely.is_valid_reason(outline))
    reason, _, place = words.rstrip("]").partition("[")
    try:
        lon, lat = (float(part) / 1e7 for part in place.split())
    except ValueError:
        return reason.lower()
    return f"{reason.lower()} at {lat:.5f}, {lon:.5f}"


# Shapes --------------------------------------------------------------------------------


def shape(volume: Volume) -> BaseGeometry:
    """The area in units of 10^-7 degree, longitudes going on beyond +-180 where it crosses
    the antimeridian.
    """
    if volume.area:
        return _polygon(volume.area)
    return corridor(volume.line, volume.half_width_m or 1)


def corridor(line: Sequence[Position], half_width_m: int) -> BaseGeometry:
    """All that lies within ``half_width_m`` of the line, and a little more: each stretch is
    as wide in longitude as where it is nearest to a pole.
    """
    points = _unwrapped(line)
    pieces = [_capsule(a, b, half_width_m) for a, b in itertools.pairwise(points)]
    return shapely.union_all(pieces, grid_size=1.0)


def _capsule(a: tuple[int, int], b: tuple[int, int], half_width_m: int) -> BaseGeometry:
    high = half_width_m * UNITS_PER_METRE * 1.01
    farthest = min(max(abs(a[1]), abs(b[1])) + high, 89.0 * 1e7)
    wide = high / math.cos(math.radians(farthest / 1e7))
    # Positions of a polygon around the ellipse: its sides touch it, so it holds all of it.
    out = 1 / math.cos(math.pi / (4 * _ARC))
    round_ = [
        (wide * out * math.cos(turn), high * out * math.sin(turn))
        for turn in (2 * math.pi * k / (4 * _ARC) for k in range(4 * _ARC))
    ]
    ends = [
        (_outward(x + dx, dx), _outward(min(max(y + dy, -9e8), 9e8), dy))
        for x, y in (a, b)
        for dx, dy in round_
    ]
    return shapely.convex_hull(shapely.multipoints(ends))


def _outward(value: float, away: float) -> int:
    return math.ceil(value) if away > 0 else math.floor(value)


def _polygon(rings: Sequence[Sequence[Position]]) -> Polygon:
    outline = _unwrapped(rings[0])
    holes = [_beside(_unwrapped(ring), outline) for ring in rings[1:]]
    return Polygon(outline, holes)


def _unwrapped(points: Sequence[Position]) -> list[tuple[int, int]]:
    """The points with longitudes that never jump: each step goes the short way round."""
    out = [points[0]]
    for lon, lat in points[1:]:
        step = (lon - out[-1][0] + MAX_LON_E7) % CIRCLE_E7 - MAX_LON_E7
        out.append((out[-1][0] + step, lat))
    return out


def _beside(ring: list[tuple[int, int]], outline: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A hole in the same turn of longitudes as its outline."""
    west, east = min(x for x, _ in outline), max(x for x, _ in outline)
    for turn in (0, -CIRCLE_E7, CIRCLE_E7):
        if west <= ring[0][0] + turn <= east:
            return [(x + turn, y) for x, y in ring]
    return ring


# Meeting -------------------------------------------------------------------------------


def later(a: int | None, b: int | None) -> int | None:
    """The greater of two lower ends."""
    return b if a is None else a if b is None else max(a, b)


def sooner(a: int | None, b: int | None) -> int | None:
    """The smaller of two upper ends."""
    return b if a is None else a if b is None else min(a, b)


def overlap(
    low_a: int | None, high_a: int | None, low_b: int | None, high_b: int | None
) -> tuple[int | None, int | None] | None:
    """The common part of two closed intervals with open ends, or None."""
    low, high = later(low_a, low_b), sooner(high_a, high_b)
    return None if low is not None and high is not None and low > high else (low, high)


def meet(a: Volume, b: Volume) -> Meeting | None:
    """Where and when two volumes meet, or None."""
    return meet_shaped(a, shape(a), b, shape(b))


def meet_shaped(a: Volume, area_a: BaseGeometry, b: Volume, area_b: BaseGeometry) -> Meeting | None:
    """:func:`meet` with areas that are known already."""
    heights = overlap(a.floor_m, a.ceiling_m, b.floor_m, b.ceiling_m)
    window = overlap(a.from_us, a.until_us, b.from_us, b.until_us)
    if heights is None or window is None:
        return None
    for turn in turns(area_a, area_b):
        moved = affinity.translate(area_b, turn) if turn else area_b
        if shapely.intersects(area_a, moved):
            return Meeting(_box(shapely.intersection(area_a, moved)), *heights, *window)
    return None


def turns(area_a: BaseGeometry, area_b: BaseGeometry) -> list[int]:
    """By how many full turns of longitude the second area must be moved to be able to meet."""
    west_a, _, east_a, _ = area_a.bounds
    west_b, _, east_b, _ = area_b.bounds
    return [
        turn
        for turn in (0, CIRCLE_E7, -CIRCLE_E7)
        if west_b + turn <= east_a and west_a <= east_b + turn
    ]


def _box(common: BaseGeometry) -> Box:
    west, south, east, north = common.bounds
    return Box(_lon(math.floor(west)), math.floor(south), _lon(math.ceil(east)), math.ceil(north))


def _lon(value: int) -> int:
    """A longitude within +-180 degrees; +180 stays as it is."""
    if -MAX_LON_E7 <= value <= MAX_LON_E7:
        return value
    return (value + MAX_LON_E7) % CIRCLE_E7 - MAX_LON_E7


# Many ----------------------------------------------------------------------------------


class Index:
    """Many volumes, to be checked against one: boxes in a tree first, exact shapes after.

    Immutable; ``volumes[k]`` is what a found ``k`` means.
    """

    def __init__(self, volumes: Sequence[Volume]) -> None:
        self.volumes = tuple(volumes)
        self._shapes = [shape(v) for v in self.volumes]
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def meeting(self, volume: Volume) -> list[tuple[int, Meeting]]:
        """Every volume that meets this one, by place, and where and when."""
        area = shape(volume)
        near: set[int] = set()
        for turn in (0, CIRCLE_E7, -CIRCLE_E7):
            near |= set(self._tree.query(affinity.translate(area, turn)).tolist())
        return [
            (k, found)
            for k in sorted(near)
            if (found := meet_shaped(self.volumes[k], self._shapes[k], volume, area)) is not None
        ]
