"""Moments are exact integers, and text is read in one way only."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core.time import (
    DAY_US,
    FIRST_US,
    HOUR_US,
    LAST_US,
    MINUTE_US,
    SECOND_US,
    add_months,
    check_time,
    day_of,
    duration_text,
    format_time,
    months_between,
    parse_time,
    time_left_text,
)
from toguna.errors import BadInput

moments = st.integers(FIRST_US, LAST_US)

READ = {
    "a date is its midnight in UTC": ("1970-01-02", DAY_US),
    "the epoch": ("1970-01-01T00:00:00Z", 0),
    "an offset east of Greenwich is earlier": ("1970-01-01T01:00:00+01:00", 0),
    "an offset west of Greenwich is later": ("1969-12-31T19:30:00-04:30", 0),
    "lower case and a blank (RFC 3339 s5.6)": ("1970-01-01 00:00:01z", SECOND_US),
    "without seconds": ("1970-01-01T00:05Z", 5 * MINUTE_US),
    "part of a second": ("1970-01-01T00:00:00.25Z", 250_000),
    "the last microsecond": ("2200-12-31T23:59:59.999999Z", LAST_US),
    "the first one": ("1900-01-01", FIRST_US),
    "29 February of a leap year": ("2024-02-29", 19_782 * DAY_US),
    "blanks around it": (" 1970-01-01 ", 0),
}

REFUSED = {
    "empty": "",
    "words": "tomorrow",
    "no offset": "2027-01-01T06:00:00",
    "no such day": "2027-02-29",
    "no such month": "2027-13-01",
    "hour 24": "2027-01-01T24:00:00Z",
    "a leap second": "2016-12-31T23:59:60Z",
    "finer than a microsecond": "2027-01-01T00:00:00.1234567Z",
    "before 1900": "1899-12-31",
    "before 1900 by its offset": "1900-01-01T00:30:00+01:00",
    "after 2200": "2201-01-01",
    "year nought": "0000-01-01",
    "the last year of the calendar": "9999-12-31T23:59:59-12:00",
    "an offset of 24 h": "2027-01-01T00:00:00+24:00",
    "an offset of 61 minutes": "2027-01-01T00:00:00+00:61",
    "digits of another script": "٢٠٢٧-٠١-٠١",
    "something behind it": "2027-01-01T00:00:00Z or so",
    "a megabyte": "2" * 1_000_000,
}


@pytest.mark.parametrize(("text", "us"), READ.values(), ids=READ.keys())
def test_parse_reads(text: str, us: int) -> None:
    assert parse_time(text) == us


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_parse_refuses(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_time(text)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@given(moments)
def test_text_comes_back_as_the_same_moment(us: int) -> None:
    assert parse_time(format_time(us)) == us
    assert format_time(us).startswith(day_of(us))


@given(st.text(max_size=40))
def test_parse_takes_any_text_or_says_bad_input(text: str) -> None:
    with suppress(BadInput):
        assert FIRST_US <= parse_time(text) <= LAST_US


def test_format_shows_microseconds_only_when_there_are_any() -> None:
    assert format_time(0) == "1970-01-01T00:00:00Z"
    assert format_time(1) == "1970-01-01T00:00:00.000001Z"


@pytest.mark.parametrize("us", [LAST_US + 1, FIRST_US - 1, 2**53, True, 1.5, None])
def test_check_time_refuses_what_is_no_moment(us: object) -> None:
    with pytest.raises(BadInput, match=r"label\.until"):
        check_time(us, "label.until")  # type: ignore[arg-type]


MONTHS = {
    "half a year": ("2026-03-15T12:00:00Z", 6, "2026-09-15T12:00:00Z"),
    "into a short month": ("2026-08-31", 6, "2027-02-28"),
    "into a leap year's February": ("2027-08-31", 6, "2028-02-29"),
    "over the end of the year": ("2026-12-31", 1, "2027-01-31"),
    "into December": ("2026-11-30", 1, "2026-12-30"),
    "back": ("2026-03-31", -1, "2026-02-28"),
    "none": ("2026-03-31", 0, "2026-03-31"),
}


@pytest.mark.parametrize(("start", "months", "end"), MONTHS.values(), ids=MONTHS.keys())
def test_add_months(start: str, months: int, end: str) -> None:
    assert add_months(parse_time(start), months) == parse_time(end)


def test_add_months_stays_within_the_years() -> None:
    with pytest.raises(BadInput):
        add_months(LAST_US, 1)
    with pytest.raises(BadInput):
        add_months(FIRST_US, -1)


@given(moments, st.integers(-600, 600))
def test_add_months_moves_the_month_and_never_past_its_end(us: int, months: int) -> None:
    try:
        moved = add_months(us, months)
    except BadInput:
        return
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    a, b = epoch + timedelta(microseconds=us), epoch + timedelta(microseconds=moved)
    assert (b.year * 12 + b.month) - (a.year * 12 + a.month) == months
    assert b.time() == a.time()
    assert b.day == a.day or (b.day < a.day and (b + timedelta(days=1)).day == 1)


@given(moments, moments)
def test_months_between_is_the_most_that_fits(a: int, b: int) -> None:
    start, end = sorted((a, b))
    months = months_between(start, end)
    assert add_months(start, months) <= end
    with suppress(BadInput):
        assert add_months(start, months + 1) > end
    assert months_between(end, start) == -months


SPANS = {
    "nothing": (0, "0 s"),
    "seconds": (45 * SECOND_US, "45 s"),
    "minutes": (90 * MINUTE_US, "90 min"),
    "hours": (12 * HOUR_US, "12 h"),
    "rounded down": (12 * HOUR_US + 59 * MINUTE_US, "12 h"),
    "days": (3 * DAY_US, "3 days"),
    "the sign is left out": (-3 * DAY_US, "3 days"),
}


@pytest.mark.parametrize(("us", "text"), SPANS.values(), ids=SPANS.keys())
def test_duration_text(us: int, text: str) -> None:
    assert duration_text(us) == text


LEFT = {
    "six months' notice on its first day": ("2026-08-31", "2027-02-28", "6 months left"),
    "a moment later": ("2026-08-31T00:00:01Z", "2027-02-28", "5 months left"),
    "hours": ("2027-01-01", "2027-01-01T12:00:00Z", "12 h left"),
    "days": ("2027-01-01", "2027-01-31", "30 days left"),
    "years": ("2027-01-01", "2030-01-01", "3 years left"),
    "the moment itself": ("2027-01-01", "2027-01-01", "over for 0 s"),
    "past": ("2027-01-04", "2027-01-01", "over for 3 days"),
    "long past": ("2027-07-01", "2027-01-01", "over for 6 months"),
}


@pytest.mark.parametrize(("now", "until", "text"), LEFT.values(), ids=LEFT.keys())
def test_time_left_text(now: str, until: str, text: str) -> None:
    assert time_left_text(parse_time(until), parse_time(now)) == text
