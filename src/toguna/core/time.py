"""Moments as integers: microseconds since 1970-01-01T00:00:00Z, always UTC, without a clock.

Text in and out is RFC 3339. Years outside 1900..2200 are refused: in our records they are
slips of the keyboard, and inside that span every moment is a small exact integer.
What is *not* here: the present. "Now" is an argument everywhere, so that every rule that
depends on time can be tested and replayed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from toguna.errors import BadInput

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
FIRST_US: Final = (datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""The earliest moment that we take: 1900-01-01T00:00:00Z."""
LAST_US: Final = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND - 1
"""The last moment that we take: 2200-12-31T23:59:59.999999Z."""

_MOMENT: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<offset>[Zz]|[+-]\d\d:\d\d)?)?",
    re.ASCII,
)
_FORMS: Final = 'write "2027-01-01" or "2027-01-01T06:30:00Z"'


def parse_time(text: str) -> int:
    """Microseconds since the epoch of a date (midnight UTC) or an RFC 3339 moment.

    A moment needs ``Z`` or an offset: a time without one means something else in each
    capital. Seconds may be left out. More than six digits of a second are refused, since
    they could not be kept. A leap second (``:60``) is refused: our count has none.

    :raises BadInput: not a time, no offset, or outside the years 1900..2200.
    """
    found = _MOMENT.fullmatch(text.strip()) if len(text) <= 64 else None
    if found is None:
        raise BadInput(f"{_shown(text)} is not a time", remedy=_FORMS)
    if found["hour"] is not None and found["offset"] is None:
        raise BadInput(f"{_shown(text)} has no offset from UTC", remedy='add "Z" or "+01:00"')
    fraction = found["fraction"] or ""
    if len(fraction) > 6:
        raise BadInput(
            f"{_shown(text)} is finer than a microsecond", remedy="give at most six digits"
        )
    try:
        moment = datetime.combine(
            date.fromisoformat(found["day"]),
            datetime.min.time().replace(
                int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0)
            ),
            _zone(found["offset"]),
        )
        us = (moment - _EPOCH) // _MICROSECOND + int(fraction.ljust(6, "0"))
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{_shown(text)} is not a time: {error}", remedy=_FORMS) from None
    return check_time(us)


def _zone(offset: str | None) -> timezone:
    """The fixed zone of an RFC 3339 offset; hours to 23 and minutes to 59 (s5.6)."""
    if offset is None or offset in "Zz":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("an offset is at most 23:59")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[0] == "-" else span)


def _shown(text: str) -> str:
    """What was handed in, short enough for a message and without control characters."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def check_time(us: int, where: str = "") -> int:
    """``us`` itself when it lies in the years 1900..2200.

    :raises BadInput: otherwise, or not an integer; ``where`` names the field.
    """
    if type(us) is not int:
        raise BadInput(f"a time is an integer, not {type(us).__name__}", where=where)
    if not FIRST_US <= us <= LAST_US:
        raise BadInput(
            f"a time of {us} us is outside the years {FIRST_YEAR} to {LAST_YEAR}",
            remedy="times are microseconds since 1970, not seconds or milliseconds",
            where=where,
        )
    return us


def _datetime(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=check_time(us))


def format_time(us: int) -> str:
    """RFC 3339 in UTC, ``2027-01-01T06:30:00Z``; six digits of a second when there are any.

    ``parse_time(format_time(us)) == us``.

    :raises BadInput: outside the years 1900..2200.
    """
    return _datetime(us).replace(tzinfo=None).isoformat() + "Z"


def day_of(us: int) -> str:
    """The UTC day, ``2027-01-01``.

    :raises BadInput: outside the years 1900..2200.
    """
    return _datetime(us).date().isoformat()


def add_months(us: int, months: int) -> int:
    """The same day and time of day ``months`` calendar months on (or back), in UTC.

    Where the month is too short its last day is taken: 31 August + 6 months is the last day
    of February. Notice periods of the charter are counted in this way.

    :raises BadInput: the result, or ``us``, is outside the years 1900..2200.
    """
    then = _datetime(us)
    month0 = then.year * 12 + then.month - 1 + months
    year, month = month0 // 12, month0 % 12 + 1
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInput(f"{months} months from {day_of(us)} is outside {FIRST_YEAR} to {LAST_YEAR}")
    moved = then.replace(year=year, month=month, day=min(then.day, _days_in(year, month)))
    return (moved - _EPOCH) // _MICROSECOND


def _days_in(year: int, month: int) -> int:
    return ((date(year + month // 12, month % 12 + 1, 1)) - date(year, month, 1)).days


def months_between(start_us: int, end_us: int) -> int:
    """How many whole calendar months fit from ``start_us`` to ``end_us``; negative backwards."""
    if end_us < start_us:
        return -months_between(end_us, start_us)
    start, end = _datetime(start_us), _datetime(end_us)
    months = (end.year - start.year) * 12 + end.month - start.month
    # The day of the month, or the clock, may not have been reached yet.
    return months if months == 0 or add_months(start_us, months) <= end_us else months - 1


def duration_text(span_us: int) -> str:
    """A span in words, its largest fitting unit rounded down: ``45 s``, ``12 h``, ``3 days``.

    A span has no calendar, so days are the largest unit; use :func:`time_left_text` for
    months. The sign is left out.
    """
    span_us = abs(span_us)
    if span_us < 2 * MINUTE_US:
        return f"{span_us // SECOND_US} s"
    if span_us < 2 * HOUR_US:
        return f"{span_us // MINUTE_US} min"
    if span_us < 2 * DAY_US:
        return f"{span_us // HOUR_US} h"
    return f"{span_us // DAY_US} days"


def time_left_text(until_us: int, now_us: int) -> str:
    """How long until a moment, in words: ``6 months left``, ``12 h left``, ``over for 3 days``.

    Calendar months from two months on, so that six months' notice reads "6 months left"
    on the day on which it is given. At the moment itself it is over.
    """
    months = abs(months_between(now_us, until_us))
    if months >= 24:
        span = f"{months // 12} years"
    elif months >= 2:
        span = f"{months} months"
    else:
        span = duration_text(until_us - now_us)
    return f"{span} left" if until_us > now_us else f"over for {span}"
