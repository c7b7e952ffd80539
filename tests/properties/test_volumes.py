"""Volumes against an oracle: integer geometry that tries every edge with every edge."""

from __future__ import annotations

import itertools
import random

import pytest

from toguna.core import volumes
from toguna.core.geo import distance_m
from toguna.core.volumes import Index, Volume, check, meet
from toguna.errors import BadInput

CIRCLE = 3_600_000_000
T0 = 1_700_000_000_000_000


# The oracle: exact, slow, and written another way ---------------------------------------


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def on(a, b, p):
    inside = min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(
        a[1], b[1]
    )
    return inside and turn(a, b, p) == 0


def cross(a, b, c, d):
    if any((on(a, b, c), on(a, b, d), on(c, d, a), on(c, d, b))):
        return True
    one, two = turn(a, b, c), turn(a, b, d)
    three, four = turn(c, d, a), turn(c, d, b)
    return (one > 0) != (two > 0) and (three > 0) != (four > 0) and 0 not in (one, two, three, four)


def inside(ring, p):
    odd = False
    for a, b in itertools.pairwise(ring):
        if on(a, b, p):
            return "edge"
        if (a[1] > p[1]) != (b[1] > p[1]):
            side = turn(a, b, p)
            odd ^= (side > 0) == (b[1] > a[1])
    return "in" if odd else "out"


def holds(rings, p):
    outline, *holes = (inside(r, p) for r in rings)
    return outline != "out" and "in" not in holes


def areas_meet(a, b):
    edges_a = [e for r in a for e in itertools.pairwise(r)]
    edges_b = [e for r in b for e in itertools.pairwise(r)]
    if any(cross(*e, *f) for e in edges_a for f in edges_b):
        return True
    return holds(b, a[0][0]) or holds(a, b[0][0])


def unwrapped(ring):
    out = [ring[0]]
    for x, y in ring[1:]:
        while x - out[-1][0] > CIRCLE // 2:
            x -= CIRCLE
        while out[-1][0] - x > CIRCLE // 2:
            x += CIRCLE
        out.append((x, y))
    return out


def oracle(a, b):
    for low, high in (("floor_m", "ceiling_m"), ("from_us", "until_us")):
        lows = [v for v in (getattr(a, low), getattr(b, low)) if v is not None]
        highs = [v for v in (getattr(a, high), getattr(b, high)) if v is not None]
        if lows and highs and max(lows) > min(highs):
            return False
    rings_a, rings_b = ([unwrapped(r) for r in v.area] for v in (a, b))
    rings_a[1:] = [near(r, rings_a[0]) for r in rings_a[1:]]
    rings_b[1:] = [near(r, rings_b[0]) for r in rings_b[1:]]
    return any(
        areas_meet(rings_a, [[(x + k * CIRCLE, y) for x, y in r] for r in rings_b])
        for k in (-1, 0, 1)
    )


def near(hole, outline):
    middle = sum(x for x, _ in outline) // len(outline)
    turns = round((middle - hole[0][0]) / CIRCLE)
    return [(x + turns * CIRCLE, y) for x, y in hole]


# Random volumes on a coarse lattice, so that edges and corners often touch ---------------


def wrap(x):
    return (x + CIRCLE // 2) % CIRCLE - CIRCLE // 2


def star(rng, x, y, size, unit):
    """A polygon around a point that never crosses itself, with corners on the lattice."""
    while True:
        corners = {(rng.randint(-size, size), rng.randint(-size, size)) for _ in range(7)}
        corners.discard((0, 0))
        ordered = sorted(corners, key=lambda c: (angle(c), abs(c[0]) + abs(c[1])))
        ring = [(wrap(x + dx * unit), y + dy * unit) for dx, dy in ordered]
        try:
            area = ((*ring, ring[0]),)
            check(Volume(area=area))
        except BadInput:
            continue
        return area


def angle(corner):
    import math

    return math.atan2(corner[1], corner[0])


def some_volume(rng):
    unit = rng.choice([1, 10_000_000])
    x = rng.choice([0, 1_795_000_000, -1_800_000_000]) + rng.randint(-4, 4) * unit
    y = rng.randint(-4, 4) * unit
    area = star(rng, wrap(x), y, 4, unit)
    if rng.random() < 0.3:
        hole = star(rng, wrap(x), y, 1, max(unit // 4, 1))
        try:
            check(Volume(area=(*area, *hole)))
            area = (*area, *hole)
        except BadInput:
            pass
    ends = [None if rng.random() < 0.2 else rng.randint(0, 3) for _ in range(4)]
    floor, ceiling = _ordered(ends[0], ends[1])
    begins, finishes = _ordered(ends[2], ends[3])
    if begins is not None and begins == finishes:
        finishes += 1
    return Volume(
        area=area,
        floor_m=floor,
        ceiling_m=ceiling,
        from_us=None if begins is None else T0 + begins,
        until_us=None if finishes is None else T0 + finishes,
    )


def _ordered(a, b):
    return (a, b) if a is None or b is None or a <= b else (b, a)


def test_10_000_random_pairs_are_judged_as_the_oracle_does():
    rng = random.Random(5)
    pool = [some_volume(rng) for _ in range(700)]
    met = 0
    for _ in range(10_000):
        a, b = rng.choice(pool), rng.choice(pool)
        said = meet(a, b)
        assert (said is not None) == oracle(a, b), (a, b)
        assert (said is None) == (meet(b, a) is None)
        met += said is not None
    assert 1_500 < met < 8_500


def test_many_against_one_are_found_as_one_by_one():
    rng = random.Random(6)
    pool = [some_volume(rng) for _ in range(300)]
    index = Index(pool)
    for _ in range(60):
        one = some_volume(rng)
        found = dict(index.meeting(one))
        assert found == {k: m for k, v in enumerate(pool) if (m := meet(v, one)) is not None}


# By hand ---------------------------------------------------------------------------------


def square(west, south, east, north, **ends):
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return Volume(area=(ring,), **ends)


A = square(0, 0, 100, 100, floor_m=0, ceiling_m=100, from_us=T0, until_us=T0 + 10)


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (square(100, 0, 200, 100), True),
        (square(101, 0, 200, 100), False),
        (square(100, 100, 200, 200), True),
        (square(0, 0, 100, 100, floor_m=100, ceiling_m=100), True),
        (square(0, 0, 100, 100, floor_m=101), False),
        (square(0, 0, 100, 100, from_us=T0 + 10), True),
        (square(0, 0, 100, 100, from_us=T0 + 11), False),
        (square(10, 10, 20, 20, until_us=T0), True),
        (square(10, 10, 20, 20, until_us=T0 - 1), False),
    ],
)
def test_what_touches_meets_and_what_is_next_to_it_does_not(other, meets):
    assert (meet(A, other) is not None) == meets


def test_what_lies_in_a_hole_does_not_meet_and_what_touches_its_rim_does():
    outline = ((0, 0), (90, 0), (90, 90), (0, 90), (0, 0))
    hole = ((30, 30), (60, 30), (60, 60), (30, 60), (30, 30))
    ring = Volume(area=(outline, hole))
    assert meet(ring, square(40, 40, 50, 50)) is None
    assert meet(ring, square(40, 40, 60, 50)) is not None


def test_a_meeting_says_where_and_when():
    other = square(50, 60, 300, 70, floor_m=50, from_us=T0 - 5, until_us=T0 + 4)
    found = meet(A, other)
    assert found == ((50, 60, 100, 70), 50, 100, T0, T0 + 4)


def test_over_the_antimeridian_the_box_goes_over_it_as_well():
    west = square(1_790_000_000, 0, -1_790_000_000, 100)
    east = square(-1_799_000_000, 0, -1_700_000_000, 100)
    found = meet(west, east)
    assert found is not None
    assert found.box == (-1_799_000_000, 0, -1_790_000_000, 100)
    across = meet(west, square(1_795_000_000, 0, -1_795_000_000, 50))
    assert across is not None
    assert (across.box.west, across.box.east) == (1_795_000_000, -1_795_000_000)


def test_a_corridor_holds_all_that_is_within_its_width_and_not_much_more():
    rng = random.Random(3)
    line = ((0, 120_000_000), (15_000_000, 150_000_000), (60_000_000, 155_000_000))
    track = Volume(line=line, half_width_m=10_000)
    for _ in range(300):
        k, part = rng.randrange(2), rng.random()
        x, y = (line[k][i] + part * (line[k + 1][i] - line[k][i]) for i in (0, 1))
        dx, dy = rng.uniform(-2e6, 2e6), rng.uniform(-2e6, 2e6)
        scale = 9_990 / max(distance_m((int(y), int(x)), (int(y + dy), int(x + dx))), 1)
        at = (int(x + dx * scale), int(y + dy * scale))
        assert meet(track, square(*at, at[0] + 1, at[1] + 1)) is not None
    for far in (12_000, 20_000):
        off = line[0][0] - far * 100, line[0][1] - far * 90
        assert meet(track, square(*off, off[0] + 1, off[1] + 1)) is None


@pytest.mark.parametrize(
    ("volume", "where", "says"),
    [
        (Volume(), "volume", "either"),
        (Volume(area=A.area, line=((0, 0), (1, 1)), half_width_m=5), "volume", "either"),
        (Volume(line=((0, 0), (1, 1))), "half_width_m", "half its width"),
        (Volume(line=((0, 0),), half_width_m=5), "line", "two points"),
        (Volume(area=(((0, 0), (9, 9), (9, 0), (0, 9), (0, 0)),)), "area[0]", "crosses itself"),
        (Volume(area=(((0, 0), (9, 0), (9, 9), (0, 9)),)), "area[0]", "closed"),
        (Volume(area=(((0, 0), (9, 0), (9, 9), (9, 0), (0, 0)),)), "area[0]", "stands twice"),
        (Volume(area=A.area, floor_m=9, ceiling_m=8), "floor_m", "above the ceiling"),
        (Volume(area=A.area, from_us=T0, until_us=T0), "until_us", "before it begins"),
        (
            Volume(area=(*A.area, ((500, 0), (600, 0), (600, 9), (500, 0)))),
            "area",
            "holes inside",
        ),
    ],
)
def test_what_is_not_in_order_is_named_with_its_place(volume, where, says):
    with pytest.raises(BadInput, match=says) as refused:
        check(volume)
    assert where in refused.value.where


def test_the_place_where_an_outline_crosses_itself_is_in_degrees():
    bow = ((0, 0), (20_000_000, 20_000_000), (20_000_000, 0), (0, 20_000_000), (0, 0))
    with pytest.raises(BadInput, match=r"1\.00000, 1\.00000"):
        check(Volume(area=(bow,)))


def test_a_width_beyond_all_measure_does_not_fail():
    assert not volumes.corridor(((0, 899_000_000), (10, 899_000_000)), 500_000).is_empty
