"""Positions against consents: the case of 49 km, 51 km and 12 h 01, and what nobody can tell."""

from __future__ import annotations

import random

import numpy as np
import pytest

from toguna.core.tracking import AHEAD_S, Border, Fix, Grant, Verdict, judge, judge_all
from toguna.core.volumes import Volume

T0 = 1_700_000_000_000_000
SECOND = 1_000_000
HOUR = 3_600 * SECOND
KM = 90_437  # units of latitude in a kilometre at 14 degrees north, about
NORTH = 140_000_000
# Along the parallel to the west: the host's land is to the right, in the north.
LINE = ((-5_000_000, NORTH), (-25_000_000, NORTH), (-45_000_000, NORTH))
BORDER = Border(LINE)
RING = ((-45_000_000, 130_000_000), (-5_000_000, 130_000_000), (-5_000_000, 160_000_000),
        (-45_000_000, 160_000_000), (-45_000_000, 130_000_000))  # fmt: skip


def at(km, **more):
    return Fix(NORTH + round(km * KM), -25_000_000, T0, **more)


def grant(depth_m=50_000, hours=12, **more):
    volume = Volume(area=(RING,), from_us=T0, until_us=T0 + hours * HOUR, **more)
    return Grant(BORDER, depth_m, volume)


def state(km, *, after_us=0, grants=None, **more):
    known = [grant()] if grants is None else grants
    return judge(BORDER, known, at(km, **more), T0 + after_us)


def test_49_km_is_in_order_and_51_km_is_not_and_says_by_how_much():
    assert state(49) == Verdict("inside")
    out = state(51)
    assert (out.state, out.what) == ("outside", "depth")
    assert out.metres == pytest.approx(1_000, abs=60)


def test_12_hours_and_a_minute_is_a_breach_of_one_minute():
    assert state(20, after_us=12 * HOUR).state == "leaving"
    assert state(20, after_us=12 * HOUR + 60 * SECOND) == Verdict("outside", "window", None, 60)
    assert state(20, after_us=-60 * SECOND) == Verdict("outside", "window", None, 60)


def test_at_home_there_is_nothing_to_consent_to():
    assert state(-5, grants=[]) == Verdict("home")
    assert state(-5, after_us=99 * HOUR) == Verdict("home")


def test_over_the_border_without_any_consent_says_how_far():
    out = state(3, grants=[])
    assert (out.state, out.metres) == ("no_consent", pytest.approx(3_000, abs=20))


def test_before_the_line_is_crossed_heading_and_speed_tell():
    towards = {"speed_ms": 15.0, "track_deg": 0.0}
    out = state(-2, grants=[], **towards)
    assert (out.state, out.metres) == ("approaching", pytest.approx(2_000, abs=20))
    assert out.seconds == 135
    assert state(-2, **towards) == Verdict("home")
    assert state(-2, grants=[], speed_ms=15.0, track_deg=180.0) == Verdict("home")
    assert state(-20, grants=[], **towards) == Verdict("home")
    assert state(-2, after_us=20 * HOUR, **towards).state == "approaching"


def test_about_to_leave_says_metres_and_seconds_left():
    out = state(48, speed_ms=20.0, track_deg=0.0)
    assert (out.state, out.what) == ("leaving", "depth")
    assert out.metres == pytest.approx(2_000, abs=80)
    assert 90 <= out.seconds <= 120
    assert state(48, speed_ms=20.0, track_deg=180.0) == Verdict("inside")
    assert state(1, speed_ms=20.0, track_deg=180.0) == Verdict("inside")
    closing = state(20, after_us=12 * HOUR - AHEAD_S * SECOND)
    assert closing == Verdict("leaving", "window", None, AHEAD_S)
    assert state(20, after_us=12 * HOUR - (AHEAD_S + 1) * SECOND) == Verdict("inside")


@pytest.mark.parametrize("km", [49.8, 50, 50.2])
def test_a_circle_across_a_limit_is_nobodys_guess(km):
    assert state(km, error_m=500).state == "cannot_tell"
    assert state(km, error_m=500).what == "depth"


def test_a_circle_that_is_wholly_inside_or_outside_is_judged():
    assert state(49, error_m=500) == Verdict("inside")
    assert state(51, error_m=500).state == "outside"


def test_a_circle_across_the_border_is_inside_with_a_consent_and_unsure_without():
    assert state(0.1, error_m=500) == Verdict("inside")
    assert state(0.1, error_m=500, grants=[]).state == "cannot_tell"
    assert state(-0.1, error_m=500, grants=[]).state == "cannot_tell"


def test_heights_count_where_the_consent_names_them():
    low = [grant(floor_m=None, ceiling_m=1_000)]
    assert state(10, grants=low, alt_m=900).state == "inside"
    over = state(10, grants=low, alt_m=1_200)
    assert over == Verdict("outside", "height", 200)
    assert state(10, grants=low) == Verdict("cannot_tell", "height")
    assert state(10, grants=low, alt_m=1_010, alt_error_m=30).state == "cannot_tell"


def test_beside_the_area_is_outside_by_so_much():
    narrow = Volume(line=((-25_000_000, NORTH), (-25_000_000, NORTH + 60 * KM)), half_width_m=5_000,
                    from_us=T0, until_us=T0 + HOUR)  # fmt: skip
    fix = Fix(NORTH + 20 * KM, -25_000_000 + 700_000, T0)
    out = judge(BORDER, [Grant(BORDER, 50_000, narrow)], fix, T0)
    assert (out.state, out.what) == ("outside", "area")
    assert out.metres == pytest.approx(2_400, abs=250)


def test_of_two_consents_the_one_that_is_kept_counts():
    assert state(60, grants=[grant(), grant(depth_m=80_000)]) == Verdict("inside")


def test_beyond_the_ends_of_the_line_nobody_can_tell():
    far = Fix(NORTH + 10, -60_000_000, T0)
    assert judge(BORDER, [], far, T0).state == "home"
    near = Fix(NORTH, -45_000_100, T0, error_m=50)
    assert judge(BORDER, [], near, T0).state == "cannot_tell"


def test_many_are_judged_as_one_by_one_and_the_quick_look_bounds_the_exact_one():
    rng = random.Random(4)
    points, lon, lat = [], -60_000_000, 140_000_000
    for _ in range(200):
        points.append((lon, lat))
        lon, lat = lon + rng.randint(20_000, 700_000), lat + rng.randint(-400_000, 420_000)
    border = Border(points)
    area = Volume(area=(RING,), from_us=T0, until_us=T0 + 12 * HOUR)
    grants = [Grant(border, 120_000, area), Grant(border, 20_000, area)]
    fixes = [
        Fix(
            rng.randint(125_000_000, 160_000_000),
            rng.randint(-62_000_000, 15_000_000),
            T0,
            error_m=rng.choice([0, 0, 300]),
            speed_ms=rng.choice([0.0, 15.0]),
            track_deg=rng.random() * 360,
        )
        for _ in range(1_500)
    ]
    exact = [border.beyond(fix) for fix in fixes]
    lats, lons = (np.array([f[k] for f in fixes]) for k in (0, 1))
    low, high = border.roughly(lats, lons)
    known = [k for k, far in enumerate(exact) if far is not None and not np.isnan(low[k])]
    assert len(known) > 1_000
    assert all(low[k] <= exact[k] <= high[k] for k in known)
    for now in (T0, T0 + 12 * HOUR - 60 * SECOND):
        one_by_one = [judge(border, grants, fix, now) for fix in fixes]
        assert judge_all(border, grants, fixes, now) == one_by_one
    assert judge_all(border, grants, [], T0) == []
