"""What sharing's reports say of an area: which lie inside, which may, each counted once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from toguna.core.domain import View
from toguna.core.geo import Place
from toguna.core.geodesy import within
from toguna.core.record import Address
from toguna.core.table import Table, Where
from toguna.core.time import DAY_US

REPORTS: Final = "sharing.reports"
LINKS: Final = "sharing.links"
NEEDS: Final = (REPORTS, LINKS)
"""The projections of other domains that the board looks at."""

INCIDENTS: Final = frozenset({"attack", "clash", "hazard"})
"""Categories of reports that are incidents at a border; all others are counted beside them."""

_SPAN_US: Final = {
    "moment": 0,
    "day": DAY_US,
    "week": 7 * DAY_US,
    "month": 31 * DAY_US,
    "year": 366 * DAY_US,
}
EARLIEST_US: Final = 62 * DAY_US
"""A report that began so long before the window is not looked at: one that is dated to a month
is, one that is dated to a year could be of any day, and says nothing of this one."""


class Report(msgspec.Struct):
    """What a report says of itself in its list."""

    address: str
    at: int
    category: str
    from_us: int
    party: str
    to_us: int
    date_precision: str = "day"
    lat_e7: int | None = None
    lon_e7: int | None = None
    office: str = ""
    origin: str = ""
    radius_m: int | None = None

    @property
    def ends_us(self) -> int:
        """The end of the time in which it happened, as exactly as that is known."""
        return self.to_us + _SPAN_US.get(self.date_precision, DAY_US)

    @property
    def place(self) -> Place | None:
        """The point; None for a region, a country, or where none was given."""
        if self.lat_e7 is None or self.lon_e7 is None:
            return None
        return self.lat_e7, self.lon_e7


class Seen(NamedTuple):
    """A report in or near an area. ``sure``: inside, and in the window, for certain."""

    report: Report
    group: str
    sure: bool

    @property
    def is_incident(self) -> bool:
        """Whether it is one of :data:`INCIDENTS`."""
        return self.report.category in INCIDENTS


class Reports:
    """The reports that a looker may see and that may speak of the time since ``after_us``."""

    def __init__(self, view: View, after_us: int) -> None:
        self._view = view
        table = view.table(REPORTS)
        early = Where("from_us", ">", after_us - EARLIEST_US)
        rows = view.rows(table, (early, Where("from_us", "<=", view.now_us)))
        doc = table.position("doc")
        read = msgspec.json.Decoder(Report).decode
        found = [read(row[doc]) for row in rows]  # type: ignore[arg-type]
        # First by time, which leaves few: whether one was released is a question each.
        self._reports = self._once([r for r in found if r.ends_us >= after_us])
        self._groups = self._linked(view.table(LINKS))

    def _once(self, found: Sequence[Report]) -> list[Report]:
        """Each report once: the released one before the one at home, its own before a copy."""
        there = {r.address for r in found}
        kept: dict[str, Report] = {}
        for report in sorted(found, key=lambda r: (bool(r.origin), r.address)):
            name = report.origin or report.address
            if "/home/" in name:
                released = {str(a) for a in self._view.released(Address.parse(name))}
                if released & there:
                    continue
            kept.setdefault(name, report)
        return list(kept.values())

    def _linked(self, table: Table) -> dict[str, str]:
        """For each address that a standing link joins, the name of its group."""
        above: dict[str, str] = {}

        def find(name: str) -> str:
            while above.get(name, name) != name:
                name = above[name]
            return name

        standing = (Where("state", "=", "standing"), Where("same", "=", 1))
        for row in self._view.rows(table, standing):
            link = msgspec.json.decode(row[table.position("doc")])  # type: ignore[arg-type]
            names = [find(name) for name in link["claims"]]
            above.update((name, min(names)) for name in names)
        return {name: find(name) for name in list(above)}

    def inside(self, ring: Sequence[Place], from_us: int) -> list[Seen]:
        """Reports that lie, or may lie, in a ring and in the time since ``from_us``."""
        found = []
        for report in self._reports:
            if report.place is None or report.ends_us < from_us:
                continue
            where = within(report.place, report.radius_m or 0, ring)
            if where == "outside":
                continue
            sure = where == "inside" and report.from_us >= from_us
            name = report.origin or report.address
            found.append(Seen(report, self._groups.get(name, name), sure))
        return found

    def count(self, seen: Sequence[Seen]) -> dict[tuple[bool, bool], int]:
        """How many events, by (is an incident, is sure); of linked reports the surest counts."""
        groups: dict[str, tuple[bool, bool]] = {}
        for one in seen:
            before = groups.get(one.group, (False, False))
            groups[one.group] = max(before, (one.is_incident, one.sure))
        counted = {(a, b): 0 for a in (True, False) for b in (True, False)}
        for name in groups.values():
            counted[name] += 1
        return counted

    def unplaced(self, from_us: int) -> int:
        """How many reports of the time since ``from_us`` name no point."""
        return sum(r.place is None and r.ends_us >= from_us for r in self._reports)
