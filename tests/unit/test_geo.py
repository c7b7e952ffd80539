"""Coarse places: true, always the same, and telling nothing finer than they say."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toguna.core.geo import (
    CIRCLE_E7,
    DEGREE_E7,
    LADDER_M,
    MAX_LAT_E7,
    MAX_LON_E7,
    Place,
    check_place,
    coarsen,
    distance_m,
    format_degrees,
    ladder_size,
    parse_degrees,
)
from toguna.errors import BadInput

NIAMEY = (135_137_000, 21_098_000)
BAMAKO = (126_392_000, -80_029_000)

latitudes = st.integers(-MAX_LAT_E7, MAX_LAT_E7) | st.sampled_from(
    [-MAX_LAT_E7, -MAX_LAT_E7 + 1, -1, 0, 1, MAX_LAT_E7 - 1, MAX_LAT_E7]
)
longitudes = st.integers(-MAX_LON_E7, MAX_LON_E7) | st.sampled_from(
    [-MAX_LON_E7, -MAX_LON_E7 + 1, -1, 0, 1, MAX_LON_E7 - 1, MAX_LON_E7]
)
places = st.tuples(latitudes, longitudes)
precisions = st.sampled_from(LADDER_M) | st.integers(1, 1_000_000)


def straight_line_m(a: Place, b: Place) -> float:
    """The chord between two places on WGS84, through the earth: an independent measure."""

    def point(place: Place) -> tuple[float, float, float]:
        lat, lon = (math.radians(value / DEGREE_E7) for value in place)
        e2 = 0.00669437999014
        n = 6_378_137 / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        return (
            n * math.cos(lat) * math.cos(lon),
            n * math.cos(lat) * math.sin(lon),
            n * (1 - e2) * math.sin(lat),
        )

    return math.dist(point(a), point(b))


@given(places, precisions)
def test_the_true_place_is_within_the_radius(place: Place, precision_m: int) -> None:
    lat, lon, radius_m = coarsen(*place, precision_m)
    assert check_place(lat, lon) == (lat, lon)
    assert distance_m(place, (lat, lon)) <= radius_m
    assert straight_line_m(place, (lat, lon)) <= radius_m


@given(places, precisions)
def test_a_coarse_place_is_its_own_coarse_place(place: Place, precision_m: int) -> None:
    coarse = coarsen(*place, precision_m)
    assert coarsen(*coarse[:2], precision_m) == coarse


@given(places, precisions, precisions)
def test_cells_nest_so_that_two_precisions_tell_no_more_than_the_finer(
    place: Place, one_m: int, other_m: int
) -> None:
    fine_m, coarse_m = sorted((one_m, other_m))
    assert coarsen(*coarsen(*place, fine_m)[:2], coarse_m) == coarsen(*place, coarse_m)


@given(places, precisions, st.randoms(use_true_random=False))
def test_neighbours_in_a_cell_come_out_alike(place: Place, precision_m: int, random) -> None:
    """Whoever lies nearer to the centre than half a cell's width lies in the same cell."""
    lat, lon, _ = coarsen(*place, precision_m)
    assume(abs(lat) < MAX_LAT_E7)
    half_e7 = ladder_size(precision_m) * 90 // 2
    shrink = math.cos(math.radians(min(90, (abs(lat) - half_e7) / DEGREE_E7)))
    for _ in range(5):
        near_lat = lat + random.randint(-half_e7, half_e7 - 1)
        near_lon = lon + random.randint(-half_e7, half_e7 - 1)
        if shrink > 0 and abs(near_lon) <= MAX_LON_E7:
            assert coarsen(near_lat, near_lon, precision_m) == coarsen(lat, lon, precision_m)


@given(places, st.sampled_from(LADDER_M))
def test_a_cell_is_at_least_as_wide_and_high_as_it_says(place: Place, size_m: int) -> None:
    lat, lon, _ = coarsen(*place, size_m)
    assume(abs(lat) < MAX_LAT_E7)
    # Walk to where the answer changes; the two edges are what the released place can hide.
    north = edge_e7(lambda d: lat + d <= MAX_LAT_E7 and coarsen(lat + d, lon, size_m)[0] == lat)
    assert 2 * north * 1.112 / 100 >= size_m  # 1.1119 cm a unit on the mean sphere
    east = edge_e7(lambda d: coarsen(lat, wrapped(lon + d), size_m)[1] == lon)
    poleward = math.cos(math.radians((abs(lat) + size_m * 45) / DEGREE_E7))
    assert (2 * east + 1) * 0.011119 * poleward >= size_m * 0.999


def edge_e7(inside) -> int:
    """The first distance from the centre, in units, that is outside the cell."""
    low, high = 0, CIRCLE_E7 // 4
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if inside(middle) else (low, middle)
    return high


def wrapped(lon_e7: int) -> int:
    return (lon_e7 + MAX_LON_E7) % CIRCLE_E7 - MAX_LON_E7


@pytest.mark.parametrize("size_m", LADDER_M)
@pytest.mark.parametrize("lat", [0, 135_137_000, -600_000_000, 899_999_999])
def test_both_sides_of_the_antimeridian_are_one_meridian(lat: int, size_m: int) -> None:
    assert coarsen(lat, MAX_LON_E7, size_m) == coarsen(lat, -MAX_LON_E7, size_m)


@pytest.mark.parametrize("size_m", LADDER_M)
@pytest.mark.parametrize("pole", [MAX_LAT_E7, -MAX_LAT_E7])
def test_around_a_pole_there_is_one_round_cell(pole: int, size_m: int) -> None:
    answers = {coarsen(pole, lon, size_m) for lon in range(-MAX_LON_E7, MAX_LON_E7, 450_000_000)}
    (answer,) = answers
    assert answer[:2] == (pole, 0)


def test_every_size_divides_the_next() -> None:
    assert all(coarser % finer == 0 for finer, coarser in pairwise(LADDER_M))


def test_a_precision_between_sizes_is_taken_up_never_down() -> None:
    assert ladder_size(10_000) == 10_000
    assert ladder_size(10_001) == 50_000
    assert ladder_size(1) == 1


@pytest.mark.parametrize("precision", [0, -1, 1_000_001, 10.5, True, None])
def test_coarsen_refuses_a_precision_out_of_bounds(precision) -> None:
    with pytest.raises(BadInput, match="precision"):
        coarsen(*NIAMEY, precision)


def test_the_grid_is_fixed_for_ever() -> None:
    """Released places are compared over years: a moved grid would cut cells down."""
    assert coarsen(*NIAMEY, 10_000) == (135_450_000, 21_315_790, 7_193)
    assert coarsen(*NIAMEY, 1_000) == (135_135_000, 21_078_947, 720)
    assert coarsen(*BAMAKO, 10_000) == coarsen(BAMAKO[0] + 5, BAMAKO[1] - 5, 10_000)


def test_distance_is_that_of_the_atlas() -> None:
    assert abs(distance_m(NIAMEY, BAMAKO) - 1_096_000) < 6_000
    assert distance_m(NIAMEY, NIAMEY) == 0
    assert distance_m((0, 0), (0, MAX_LON_E7)) == 20_015_114
    assert distance_m((0, MAX_LON_E7), (0, -MAX_LON_E7)) == 0


@given(places, places)
def test_distance_is_near_wgs84_and_the_same_both_ways(a: Place, b: Place) -> None:
    assert distance_m(a, b) == distance_m(b, a)
    chord = straight_line_m(a, b)
    sphere_chord = 2 * 6_371_008.8 * math.sin(distance_m(a, b) / 2 / 6_371_008.8)
    assert abs(sphere_chord - chord) <= chord * 0.0068 + 1


@given(places)
def test_text_comes_back_as_the_same_place(place: Place) -> None:
    assert parse_degrees(format_degrees(*place)) == place


READ = {
    "as on a map": ("13.5137,2.1098", NIAMEY),
    "with a blank": ("13.5137, 2.1098", NIAMEY),
    "French decimals": ("13,5137;2,1098", NIAMEY),
    "points and a semicolon": ("13.5137; 2.1098", NIAMEY),
    "south and west": ("-0.0000001,-180", (-1, -MAX_LON_E7)),
    "signs": ("+13.5137,+2.1098", NIAMEY),
    "more decimals than we keep": ("0.00000005,0.00000015", (0, 2)),
    "what floats get wrong": ("1.1,1.0000003", (11_000_000, 10_000_003)),
}

REFUSED = {
    "empty": "",
    "one number": "13.5",
    "three numbers": "1,2,3",
    "French decimals without a semicolon": "13,5137,2,1098",
    "words": "Niamey",
    "infinity": "inf,nan",
    "an exponent": "1e1,2",
    "digits of another script": "١,٢",
    "beyond the pole": "90.0000001,0",
    "beyond the antimeridian": "0,180.0000001",
    "very long": "1," * 100_000,
}


@pytest.mark.parametrize(("text", "place"), READ.values(), ids=READ.keys())
def test_parse_reads(text: str, place: Place) -> None:
    assert parse_degrees(text) == place


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_parse_refuses(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_degrees(text)
    assert len(str(caught.value)) < 300


def test_swapped_degrees_get_a_hint() -> None:
    with pytest.raises(BadInput, match=r"did you mean 13\.5,103\.25\?"):
        parse_degrees("103.25,13.5")
    with pytest.raises(BadInput) as caught:
        parse_degrees("200,13.5")
    assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize("place", [(1.5, 2), (True, 2), (None, 2)])
def test_check_place_takes_integers_only(place: tuple[object, object]) -> None:
    with pytest.raises(BadInput, match=r"body\.place"):
        check_place(place[0], place[1], "body.place")  # type: ignore[arg-type]
