"""A plan against what is protected, and against other plans (C5, C6).

What is protected arrives from the domain that keeps it, as rows: sites with a buffer around
them, movements with one along their way. A plan that touches one is stopped; an ended site
protects no more, an expired one does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from toguna.core import volumes
from toguna.core.domain import View
from toguna.core.folding import doc_of
from toguna.core.geo import UNITS_PER_METRE
from toguna.core.table import Table, Where
from toguna.core.volumes import Index, Meeting, Volume

NEEDS: Final = (
    "protection.sites", "protection.movements", "protection.seasons", "protection.changes",
)  # fmt: skip
SITES, MOVEMENTS, SEASONS, CHANGES = NEEDS
_ALOFT_M: Final = 3_000
"""A site is protected from the ground up to here, metres above mean sea level."""


class Touched(Struct, omit_defaults=True, kw_only=True):
    """Something protected that a plan touches, and where in the plan."""

    address: str
    party: str
    """Who notified it."""
    kind: str
    category: str
    name: str
    buffer_m: int
    volume: int
    """The place of the volume in the plan."""
    from_us: int | None = None
    until_us: int | None = None
    at: int


class Caution(Struct, omit_defaults=True, kw_only=True):
    """Civil life where and when the plan is: a caution, never a stop."""

    address: str
    category: str
    name: str
    months: list[int]
    days: list[int]
    source: str
    volume: int


def touched(view: View, plan: Sequence[Volume]) -> list[Touched]:
    """Every protected site and movement that the volumes touch, by name."""
    found = [*_sites(view, plan), *_movements(view, plan)]
    return sorted(found, key=lambda t: (t.name, t.address, t.volume))


def _sites(view: View, plan: Sequence[Volume]) -> Iterator[Touched]:
    table = view.table(SITES)
    for k, volume in enumerate(plan):
        west, south, east, north = _bounds(volume)
        around = 20_000 * UNITS_PER_METRE * 2
        near = [
            Where("lat_e7", ">=", south - around),
            Where("lat_e7", "<=", north + around),
            Where("state", "=", "active"),
        ]
        wide = round(around / max(math.cos(math.radians(max(abs(south), abs(north)) / 1e7)), 0.02))
        if west - wide >= -1_800_000_000 and east + wide <= 1_800_000_000:
            near += [Where("lon_e7", ">=", west - wide), Where("lon_e7", "<=", east + wide)]
        for row in view.rows(table, near):
            doc = doc_of(row)
            ring = _around(doc["lat_e7"], doc["lon_e7"], doc["buffer_m"])
            yield from _touch(doc, Volume(area=(ring,), ceiling_m=_ALOFT_M), volume, k)


def _movements(view: View, plan: Sequence[Volume]) -> Iterator[Touched]:
    table = view.table(MOVEMENTS)
    for k, volume in enumerate(plan):
        begins = volume.from_us or view.now_us
        still = (Where("until_us", ">=", begins), Where("state", "=", "active"))
        for row in view.rows(table, still):
            doc = doc_of(row)
            line = tuple((lon, lat) for lon, lat in doc["line"])
            way = Volume(
                line=line,
                half_width_m=doc["buffer_m"],
                ceiling_m=_ALOFT_M,
                from_us=doc["from_us"],
                until_us=doc["until_us"],
            )
            yield from _touch(doc, way, volume, k)


def _touch(doc: dict[str, Any], around: Volume, volume: Volume, k: int) -> Iterator[Touched]:
    met = volumes.meet(around, volume)
    if met is not None:
        ends = {"from_us": met.from_us, "until_us": met.until_us}
        yield msgspec.convert(doc | ends | {"volume": k}, Touched)


def cautions(view: View, plan: Sequence[Volume]) -> list[Caution]:
    """Markets, wells and corridors in their season, where the plan is."""
    found = []
    docs = [doc_of(row) for row in view.rows(view.table(SEASONS))] if plan else []
    for k, volume in enumerate(plan):
        days = _days(volume)
        for doc in docs:
            line = tuple((lon, lat) for lon, lat in doc["line"])
            around = (
                Volume(line=line, half_width_m=doc["buffer_m"])
                if len(line) > 1
                else Volume(area=(_around(line[0][1], line[0][0], doc["buffer_m"]),))
            )
            if _in_season(doc, days) and volumes.meet(around, volume) is not None:
                found.append(msgspec.convert(doc | {"volume": k}, Caution))
    return sorted(found, key=lambda c: (c.name, c.volume))


def _days(volume: Volume) -> list[tuple[int, int]] | None:
    """Month and day of the week of each day of a volume, UTC; None when it has no end."""
    day_us = 86_400_000_000
    if volume.from_us is None or volume.until_us is None:
        return None
    first, last = volume.from_us // day_us, volume.until_us // day_us
    if last - first > 366:
        return None
    return [(_month(day), (day + 3) % 7 + 1) for day in range(first, last + 1)]


def _month(day: int) -> int:
    """The month of a day since the epoch (Hinnant, "chrono-compatible low-level date
    algorithms", civil_from_days).
    """
    z = day + 719_468
    of_era = z % 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return month + 3 if month < 10 else month - 9


def _in_season(doc: dict[str, Any], days: list[tuple[int, int]] | None) -> bool:
    months, named = doc.get("months") or range(1, 13), doc.get("days") or range(1, 8)
    return days is None or any(month in months and day in named for month, day in days)


def _bounds(volume: Volume) -> tuple[int, int, int, int]:
    west, south, east, north = volumes.shape(volume).bounds
    return math.floor(west), math.floor(south), math.ceil(east), math.ceil(north)


def _around(lat_e7: int, lon_e7: int, buffer_m: int) -> tuple[tuple[int, int], ...]:
    """A ring around a point that holds every place within ``buffer_m``."""
    high = buffer_m * UNITS_PER_METRE * 1.01 / math.cos(math.pi / 32)
    wide = high / max(math.cos(math.radians(min(abs(lat_e7) + high, 8.9e8) / 1e7)), 0.02)
    ring = []
    for k in range(32):
        turn = 2 * math.pi * k / 32
        lon = round(lon_e7 + wide * math.cos(turn))
        lat = round(min(max(lat_e7 + high * math.sin(turn), -9e8), 9e8))
        ring.append(((lon + 1_800_000_000) % 3_600_000_000 - 1_800_000_000, lat))
    return (*ring, ring[0])


# Other plans -----------------------------------------------------------------------------


class Met(Struct, omit_defaults=True, kw_only=True):
    """Another plan that meets this one: where, how high and when, and whom to call."""

    address: str
    party: str
    title: str
    desk: str
    volume: int
    """The place of the volume in our plan."""
    box: list[int]
    """West, south, east, north, degrees x 10^7."""
    floor_m: int | None = None
    ceiling_m: int | None = None
    from_us: int | None = None
    until_us: int | None = None


def plans_under_way(view: View, table: Table, but: str = "") -> list[dict[str, Any]]:
    """Plans that are not over, our own and those released to us, but for one address."""
    still = [doc_of(row) for row in view.rows(table, [Where("until_us", ">", view.now_us)])]
    found = {(d["party"], d["title"], str(d["volumes"])): d for d in still}
    return [doc for doc in found.values() if doc["address"] != but]


def met(plan: Sequence[Volume], others: Iterable[dict[str, Any]]) -> list[Met]:
    """Every other plan that one of the volumes meets."""
    owners: list[dict[str, Any]] = []
    known: list[Volume] = []
    for other in others:
        for volume in msgspec.convert(other["volumes"], tuple[Volume, ...]):
            owners.append(other)
            known.append(volume)
    index = Index(known)
    found = []
    for k, volume in enumerate(plan):
        for place, meeting in index.meeting(volume):
            found.append(_met(owners[place], meeting, k))
    return sorted(found, key=lambda m: (m.party, m.title, m.address, m.volume))


def _met(other: dict[str, Any], meeting: Meeting, k: int) -> Met:
    ends = meeting._asdict() | {"box": list(meeting.box), "volume": k}
    names = ("address", "party", "title", "desk")
    return msgspec.convert({name: other[name] for name in names} | ends, Met)
