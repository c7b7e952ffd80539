"""Who may say what of a border sector, and what of it may leave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.borders_house import ALL, HOUR, NOW, Week, box, said, sector, watch
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.borders import Gap, Posture
from toguna.errors import BadInput, Refused, Unknown


def plain_week() -> tuple[Week, str]:
    week = Week()
    return week, week.say(40, "ml", "borders.sector", sector())


# Who may say what --------------------------------------------------------------------------


def refused(week: Week, error: type, says: str, *args: Any, **more: Any) -> None:
    with pytest.raises(error, match=says):
        week.say(*args, **more)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"area": box(14, 0, 15, 1)[:-1]}, "closed ring"),
        ({"parties": ("ne", "bf")}, "sorted"),
        ({"parties": ("ml", "xx")}, "no party"),
        ({"area": ((0, 0), (10**7, 10**7), (10**7, 0), (0, 10**7), (0, 0))}, "cross"),
    ],
)
def test_sector_when_it_is_none_is_refused(changes, says) -> None:
    refused(Week(), BadInput, says, 1, "ml", "borders.sector", sector(**changes))


def test_sector_when_one_that_shares_it_would_not_hear_is_refused() -> None:
    refused(Week(), BadInput, "ne shares", 1, "ml", "borders.sector", sector(), to=("bf",))


def test_sector_when_its_release_asks_for_a_coarse_place_is_refused() -> None:
    week = Week()
    ml = week.alliance["ml"]
    home = ml.submit([Draft("borders.sector/1", sector(), Label())], "duty")[0]
    with pytest.raises(BadInput, match="exact"):
        ml.releasing.release(home, Label(to=("bf", "ne"), precision_m=10_000), "duty")


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("borders.watch", watch("quiet", 1, 2), "ends before"),
        ("borders.watch", watch("quiet", 1, -1), "still to come"),
        ("borders.watch", watch("quiet", 9, 2, gaps=(Gap(from_us=NOW - 10 * HOUR,
                                                         to_us=NOW - 3 * HOUR, why="pluie"),)),
         "within the watch"),
        ("borders.posture", Posture(posture="normal", until_us=NOW - 3 * HOUR), "over already"),
    ],
)  # fmt: skip
def test_word_when_its_time_makes_no_sense_is_refused(kind, body, says) -> None:
    week, at = plain_week()
    refused(week, BadInput, says, 1, "ml", kind, body, at)


def test_word_when_it_is_another_partys_sector_is_refused() -> None:
    week = Week()
    at = week.say(40, "ml", "borders.sector", sector(parties=("bf", "ml")), to=ALL)
    week.alliance.exchange(2)
    args = ("ne", "borders.watch", watch("quiet", 9, 2), at)
    refused(week, Refused, "does not share", 1, *args, to=("ml",))


def test_word_when_a_reader_does_not_hold_the_sector_is_refused() -> None:
    week = Week()
    at = week.say(40, "ml", "borders.sector", sector(parties=("bf", "ml")), to=("bf",))
    refused(week, BadInput, "ne does not hold", 1, "ml", "borders.watch", watch("quiet", 9, 2), at)


@pytest.mark.parametrize(
    ("about", "error"), [(None, BadInput), ("ml/spine/99", Unknown), ("rubbish", BadInput)]
)
def test_word_when_it_is_about_nothing_is_refused(about, error) -> None:
    week, _ = plain_week()
    with pytest.raises(error):
        week.say(1, "ml", "borders.posture", Posture(posture="normal"), about)


def test_word_when_it_is_about_a_report_is_refused() -> None:
    week = Week()
    at = week.say(2, "ml", "sharing.report", said("attack", 4, 14.5, 0.5))
    refused(week, BadInput, "no sector", 1, "ml", "borders.watch", watch("quiet", 9, 2), at)
