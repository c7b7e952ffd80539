"""The question that shows no plan: as true as the open one, and it tells nothing else."""

from __future__ import annotations

import random

import pytest

from tests.properties.test_volumes import some_volume
from toguna.core import encounter
from toguna.core.cells import COARSE, FINE, MOST_CELLS, Cell, Grid, cover
from toguna.core.volumes import HIGHEST_M, LOWEST_M, Volume, meet
from toguna.errors import BadInput

T0 = 1_700_000_000_000_000
HOUR = 3_600_000_000
TINY = Grid(2_500_000, 1, 1)


def randbytes(seed):
    return random.Random(seed).randbytes


def asked(ours, theirs, seed=1):
    """The whole exchange: what each side learns, and what went over the wire."""
    side, question = encounter.ask(ours, randbytes(seed))
    other, given = encounter.answer(question, theirs, randbytes(seed + 1))
    met, doubled = encounter.conclude(side, given)
    return met, encounter.finish(other, question, doubled), (question, given, doubled)


def bounded(volume):
    """The same with ends, as the unseen question needs them."""
    lows, highs = volume.from_us or T0, volume.until_us or T0 + 3
    return Volume(
        area=volume.area,
        floor_m=volume.floor_m or 0,
        ceiling_m=3 if volume.ceiling_m is None else volume.ceiling_m,
        from_us=min(lows, highs - 1),
        until_us=highs,
    )


def test_the_unseen_answer_is_the_open_one_for_random_sets():
    rng = random.Random(2)
    for seed in range(12):
        pool = [Cell(rng.randrange(40), rng.randrange(4), 0, 7) for _ in range(300)]
        ours, theirs = set(rng.sample(pool, 60)), set(rng.sample(pool, 90))
        mine, yours, _ = asked(ours, theirs, seed)
        assert mine == yours == ours & theirs


def test_volumes_that_meet_share_a_cell_always():
    rng = random.Random(8)
    pool = []
    while len(pool) < 120:
        volume = bounded(some_volume(rng))
        try:
            pool.append((volume, cover([volume], TINY)))
        except BadInput:  # too many cells
            continue
    met = 0
    for a, cells_a in pool:
        for b, cells_b in rng.sample(pool, 20):
            if meet(a, b) is not None:
                met += 1
                assert cells_a & cells_b, (a, b)
    assert met > 200


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257])
def test_of_numbers_only_the_next_256_is_seen(count):
    cells = {Cell(k, 0, 0, 0) for k in range(count)}
    met, _, (question, given, doubled) = asked(cells, cells)
    padded = max(256, -(-count // 256) * 256)
    assert met == cells
    assert len(question.points) == len(given.points) == 32 * padded
    assert len(doubled) == len(given.doubled) == 6 * padded


def test_one_who_knows_the_cells_cannot_tell_them_from_others_without_the_secret():
    """A simulator that knows sizes and the result alone makes a transcript of the same form:
    no point repeats between two questions about one plan, and none is the bare hash of a cell.
    """
    ours, theirs = ({Cell(k, j, 0, 0) for k in range(50)} for j in (1, 2))
    points = []
    for seed in (1, 50):
        met, _, (question, given, _) = asked(ours, theirs, seed)
        assert met == set()
        points += [
            part[k : k + 32] for part in (question.points, given.points) for k in range(0, 8192, 32)
        ]
        prefix = b"toguna/encounter/v1\n" + question.nonce
        bare = {encounter._point(prefix + c.token()) for c in ours | theirs}
        assert not bare & set(points)
    assert len(points) == len(set(points)) == 4 * 256
    tops = sum(p[31] > 63 for p in points) / len(points)
    assert 0.4 < tops < 0.6


def test_the_order_of_what_is_sent_does_not_follow_the_cells():
    cells = [Cell(k, 0, 0, 0) for k in range(256)]
    side, _ = encounter.ask(cells, randbytes(3))
    places = [c.column for c in side.cells]
    assert sorted(places) == list(range(256))
    assert places != sorted(places)
    again, _ = encounter.ask(cells, randbytes(4))
    assert [c.column for c in again.cells] != places


@pytest.mark.parametrize(
    "points", [b"", bytes(31), bytes(32), bytes(32 * (MOST_CELLS + 257)), b"\x01" + bytes(31)]
)
def test_points_that_are_none_are_refused(points):
    with pytest.raises(BadInput):
        encounter.answer(encounter.Question(bytes(16), points), set(), randbytes(1))


def test_answers_cut_short_are_refused():
    side, question = encounter.ask({Cell(1, 1, 1, 1)}, randbytes(1))
    other, given = encounter.answer(question, {Cell(1, 1, 1, 1)}, randbytes(2))
    with pytest.raises(BadInput):
        encounter.conclude(side, given._replace(doubled=given.doubled[:-1]))
    with pytest.raises(BadInput):
        encounter.finish(other, question, b"")
    with pytest.raises(BadInput):
        encounter.answer(question._replace(nonce=b""), set(), randbytes(2))


def square(side, **ends):
    ring = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return Volume(area=(ring,), **{"from_us": T0, "until_us": T0 + 1, **ends})


def test_a_window_without_an_end_and_a_cover_that_is_too_large_are_named():
    with pytest.raises(BadInput, match="without an end"):
        cover([square(1, until_us=None)], FINE)
    wide = square(100_000_000, floor_m=0, ceiling_m=400)
    with pytest.raises(BadInput, match="coarse grid"):
        cover([wide], FINE)
    assert 0 < len(cover([wide], COARSE)) < MOST_CELLS


def test_open_heights_reach_both_ends_of_the_scale():
    bands = {c.band for c in cover([square(1)], FINE)}
    assert min(bands) * 500 <= LOWEST_M < HIGHEST_M <= (max(bands) + 1) * 500


def test_a_point_on_the_lattice_belongs_to_every_cell_that_it_touches():
    slot = FINE.slot_us
    corner = square(FINE.side_e7, floor_m=500, ceiling_m=500,
                    from_us=T0 // slot * slot, until_us=T0 // slot * slot + 1)  # fmt: skip
    cells = cover([corner], FINE)
    assert {c.band for c in cells} == {0, 1}
    assert len({c.slot for c in cells}) == 2
    assert len({(c.column, c.row) for c in cells}) == 9


def test_cells_go_over_the_antimeridian():
    ring = ((1_799_900_000, 1), (-1_799_900_000, 1), (-1_799_900_000, 9), (1_799_900_000, 1))
    across = Volume(area=(ring,), floor_m=1, ceiling_m=2, from_us=T0 + 1, until_us=T0 + 2)
    assert {c.column for c in cover([across], FINE)} == {0, 7199}
