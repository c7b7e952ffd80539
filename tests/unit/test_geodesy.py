"""Distances to drawn lines, sides, and what lies inside an area."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from toguna.core import geodesy
from toguna.core.geodesy import check_line, check_ring, geodesic_m, nearest, ring_holds, within
from toguna.errors import BadInput


def at(lat: float, lon: float) -> tuple[int, int]:
    return round(lat * 1e7), round(lon * 1e7)


# Reference values of WGS84: the first degree of meridian, the one around 45, one degree of the
# equator, the quadrant from equator to pole.
KNOWN = [
    (at(0, 0), at(1, 0), 110_574.389),
    (at(44.5, 0), at(45.5, 0), 111_131.778),
    (at(0, 0), at(0, 1), 111_319.491),
    (at(0, 0), at(90, 0), 10_001_965.729),
    (at(15, -4), at(15, -4), 0.0),
]


@pytest.mark.parametrize(("a", "b", "metres"), KNOWN)
def test_geodesic_when_the_figure_is_known_is_that(a, b, metres) -> None:
    assert geodesic_m(a, b) == pytest.approx(metres, abs=0.002)
    assert geodesic_m(b, a) == geodesic_m(a, b)


def arc_length(a, b, steps: int = 4_000) -> float:
    """An independent measure of a short way: the chords of the ellipsoid along it."""

    def solid(lat: float, lon: float) -> tuple[float, float, float]:
        e2 = geodesy._FLATTENING * (2 - geodesy._FLATTENING)
        lat, lon = math.radians(lat / 1e7), math.radians(lon / 1e7)
        n = geodesy._EQUATOR_M / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        return (
            n * math.cos(lat) * math.cos(lon),
            n * math.cos(lat) * math.sin(lon),
            n * (1 - e2) * math.sin(lat),
        )

    points = [
        solid(a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps)
        for k in range(steps + 1)
    ]
    return sum(math.dist(p, q) for p, q in itertools.pairwise(points))


def test_geodesic_when_short_is_as_long_as_the_ground_between() -> None:
    rng = random.Random(5)
    for _ in range(20):
        a = at(rng.uniform(-60, 60), rng.uniform(-179, 178))
        b = (a[0] + rng.randint(-40_000, 40_000), a[1] + rng.randint(-40_000, 40_000))
        assert geodesic_m(a, b) == pytest.approx(arc_length(a, b), rel=1e-6, abs=0.01)


def test_geodesic_when_places_are_opposite_still_answers() -> None:
    far = geodesic_m(at(-41.32, 174.81), at(40.96, -5.50))
    assert far == pytest.approx(19_959_679.267, rel=0.006)
    assert geodesic_m(at(0, 0), at(0, 180)) == pytest.approx(20_003_931, rel=0.006)


def test_geodesic_when_the_date_line_lies_between_goes_the_short_way() -> None:
    assert geodesic_m(at(0, 179.5), at(0, -179.5)) == pytest.approx(111_319.491, abs=0.002)


def brute(place, lines) -> float:
    """The nearest of very many points of the lines."""
    found = math.inf
    for line in lines:
        for a, b in itertools.pairwise(line):
            count = max(2, int(geodesic_m(a, b) / 40))
            for k in range(count + 1):
                point = (a[0] + (b[0] - a[0]) * k / count, a[1] + (b[1] - a[1]) * k / count)
                found = min(found, geodesic_m(place, point))
    return found


def test_nearest_when_compared_with_every_point_is_the_nearest() -> None:
    rng = random.Random(7)
    for _ in range(12):
        lat, lon = rng.uniform(-60, 60), rng.uniform(-170, 170)
        line = [at(lat + rng.uniform(-0.3, 0.3), lon + rng.uniform(-0.3, 0.3)) for _ in range(4)]
        place = at(lat + rng.uniform(-0.4, 0.4), lon + rng.uniform(-0.4, 0.4))
        found = nearest(place, [line])
        assert found.distance_m <= brute(place, [line]) + 0.001
        assert geodesic_m(place, found.foot) == pytest.approx(found.distance_m, abs=0.02)
        assert found.distance_m == pytest.approx(brute(place, [line]), abs=20)


def test_nearest_when_the_line_is_long_is_exact_all_the_same() -> None:
    """A parallel is straight here: from a place north of it the nearest point is due south."""
    line = [at(19, -4), at(19, 4)]
    found = nearest(at(20, 0.5), [line])
    assert found.distance_m == pytest.approx(geodesic_m(at(20, 0.5), at(19, 0.5)), abs=0.05)
    assert found.foot[1] == pytest.approx(5_000_000, abs=400)
    assert found.side == "left"


LINE = [at(19, -1), at(19, 0), at(19.5, 1)]


@pytest.mark.parametrize(
    ("place", "side"),
    [
        (at(19.1, -0.5), "left"),
        (at(18.9, -0.5), "right"),
        (at(18.9, 0.02), "right"),  # nearest to the corner, on its outer side
        (at(19.0, -0.5), "on"),
        (at(19.2, -1.4), ""),  # before the line begins
        (at(19.8, 1.3), ""),
    ],
)
def test_side_when_one_goes_along_the_line(place, side) -> None:
    assert nearest(place, [LINE]).side == side
    mirrored = {"left": "right", "right": "left"}.get(side, side)
    assert nearest(place, [LINE[::-1]]).side == mirrored


def test_side_when_the_foot_is_a_vertex_of_a_straight_line_is_known() -> None:
    straight = [at(19, -1), at(19, 0), at(19, 1)]
    assert nearest(at(19.1, 0), [straight]).side == "left"
    assert nearest(at(18.9, 0), [straight]).side == "right"


def test_side_when_the_corner_is_shared_by_two_lines_is_known() -> None:
    first, second = LINE[:2], LINE[1:]
    place = at(18.9, 0.02)
    assert nearest(place, [first, second]).side == "right"
    assert nearest(place, [first]).side == ""
    assert nearest(at(19.4, 0.9), [first, second]).line == 1


def test_side_when_the_line_is_a_ring_is_known_at_its_first_vertex() -> None:
    ring = [at(0, 0), at(0, 1), at(1, 1), at(1, 0), at(0, 0)]
    assert nearest(at(-0.1, -0.1), [ring]).side == "right"
    assert nearest(at(0.4, 0.5), [ring]).side == "left"


def test_nearest_when_there_is_no_line_says_so() -> None:
    with pytest.raises(BadInput, match="no line"):
        nearest(at(0, 0), [])


RING = [at(14, 0), at(14, 1), at(15, 1), at(15, 0), at(14, 0)]


@pytest.mark.parametrize(
    ("place", "radius_m", "found"),
    [
        (at(14.5, 0.5), 0, "inside"),
        (at(15.5, 0.5), 0, "outside"),
        (at(14.5, 0.5), 20_000, "inside"),
        (at(14.5, 0.5), 60_000, "may be inside"),
        (at(14.95, 0.5), 5_000, "inside"),
        (at(14.95, 0.5), 6_000, "may be inside"),
        (at(15.05, 0.5), 5_000, "outside"),
        (at(15.05, 0.5), 6_000, "may be inside"),
        (at(14.5, 1.05), 5_300, "outside"),
        (at(14.5, 1.05), 5_500, "may be inside"),
        (at(60.0, 0.5), 1_000, "outside"),
    ],
)
def test_within_when_the_circle_reaches_over_the_ring_may_be(place, radius_m, found) -> None:
    assert within(place, radius_m, RING) == found


def test_ring_when_compared_with_its_corners_holds_what_is_between() -> None:
    rng = random.Random(3)
    for _ in range(500):
        lat, lon = rng.uniform(13.5, 15.5), rng.uniform(-0.5, 1.5)
        assert ring_holds(RING, at(lat, lon)) == (14 < lat < 15 and 0 < lon < 1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ([at(0, 0)], "two vertices"),
        ([at(0, 0), at(0, 0)], "twice in a row"),
        ([at(0, -179), at(0, 179)], "antimeridian"),
        ([(10**10, 0), at(0, 0)], "not on the earth"),
    ],
)
def test_line_when_it_cannot_be_drawn_is_refused(line, says) -> None:
    with pytest.raises(BadInput, match=says):
        check_line(line, "parts[0]")


@pytest.mark.parametrize(
    ("ring", "says"),
    [
        (RING[:-1], "closed ring"),
        ([at(0, 0), at(0, 1), at(0, 0)], "closed ring"),
        ([at(0, 0), at(1, 1), at(0, 1), at(1, 0), at(0, 0)], "cross"),
    ],
)
def test_ring_when_it_is_no_area_is_refused(ring, says) -> None:
    with pytest.raises(BadInput, match=says):
        check_ring(ring, "area")


def test_ring_when_it_is_one_is_taken() -> None:
    check_ring(RING, "area")
