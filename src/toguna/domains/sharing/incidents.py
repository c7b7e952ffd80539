"""Events as they are counted: what several members say of one event counts once.

Computed for whoever looks, out of the reports and links that it may see. Links join reports
into groups; a report without one is a group of its own. Nobody's figure is changed: a group
has the range from the lowest to the highest best figure. Whether a link is believed is for
the one who looks to say (``by``); dissent is shown beside it and never undoes it.

Reports count alone: events of an outside dataset are nobody's claim here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from toguna.core.board import number, window, yes
from toguna.core.domain import Board, View
from toguna.core.record import Address
from toguna.core.table import Row, Where
from toguna.core.time import DAY_US, day_of
from toguna.domains.sharing import tables
from toguna.domains.sharing.links import STANDING

WINDOW_DAYS: Final = 30
STATISTICS_DAYS: Final = 365
MOST: Final = 1_000


class Claim(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One party's report, as it stands with its corrections. What is left out was not reported."""

    address: str
    party: str
    at: int
    """When it was written, microseconds since the epoch."""
    grade: str
    """How reliable its source is, A to F."""
    credibility: int
    """How credible its content is, 1 to 6."""
    category: str
    title: str
    title_en: str | None = None
    from_us: int
    to_us: int
    deaths_low: int | None = None
    deaths_best: int | None = None
    deaths_high: int | None = None
    lat_e7: int | None = None
    lon_e7: int | None = None
    radius_m: int | None = None
    place_name: str | None = None
    corrections: int = 0
    origin: str = ""
    """Where it stands with its owner, when this is a copy."""
    via: str = ""
    """Who passed the copy on."""

    def lowest(self) -> int | None:
        """Its best figure; where it gives none, its low one."""
        return next((n for n in (self.deaths_best, self.deaths_low, self.deaths_high)
                     if n is not None), None)  # fmt: skip

    def highest(self) -> int | None:
        """Its best figure; where it gives none, its high one."""
        return next((n for n in (self.deaths_best, self.deaths_high, self.deaths_low)
                     if n is not None), None)  # fmt: skip


class Said(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A link that stands: whose word it is, on which reports, and why."""

    address: str
    party: str
    at: int
    claims: list[str]
    same: bool
    why: str
    confidence: str | None = None


class Incident(msgspec.Struct, kw_only=True):
    """One event, with everything that is said of it."""

    id: str
    """Address of its first report."""
    claims: int
    """How many reports speak of it."""
    parties: list[str]
    """Whose they are, each once."""
    deaths_low: int | None
    """Dead: the lowest of the best figures. None: nobody reported a figure, which is not zero."""
    deaths_high: int | None
    """The highest of the best figures."""
    without_figure: int
    """Reports that give no figure."""
    from_us: int
    """When it began, by the earliest of the reports."""
    to_us: int
    """When it ended, by the latest of them."""
    latest_us: int
    """When the newest report was written."""
    disputed: bool
    """Whether somebody says that two of these reports do not speak of one event."""
    members: list[Claim]
    """The reports, oldest first, each with its owner and grade."""
    links: list[Said]
    """The words that join them, and those against."""


class Tally(msgspec.Struct, kw_only=True):
    """Events counted in one month, by all parties together or by one of them.

    The lines of the parties do not add up to that of all: an event that two of them report
    is one event.
    """

    month: str
    """``2026-03``, by the beginning of the event, UTC."""
    party: str | None
    """None: all together."""
    events: int
    claims: int
    """Reports behind them."""
    deaths_low: int
    """Dead, with the lowest figure of each event that has one."""
    deaths_high: int
    """Dead, with the highest figure of each event that has one."""
    without_figure: int
    """Events of which no figure is reported; they stand in neither sum."""
    disputed: int
    """Events of which it is disputed that their reports speak of one."""
    newest_us: int
    """When the newest report behind the line was written."""


def board_incidents(view: View, query: Mapping[str, str]) -> Iterator[Incident]:
    """Events, the latest first."""
    wanted = _wanted(query, view.now_us - WINDOW_DAYS * DAY_US)
    limit = number(query, "limit", 200, 1, MOST)
    linked = yes(query, "linked")
    found = [i for i in _incidents(view, wanted) if not linked or i.claims > 1]
    yield from sorted(found, key=lambda i: (-i.from_us, i.id))[:limit]


def board_statistics(view: View, query: Mapping[str, str]) -> Iterator[Tally]:
    """Counts by month, the latest first; all parties together, then each."""
    wanted = _wanted(query, view.now_us - STATISTICS_DAYS * DAY_US)
    by_line: dict[tuple[str, str], list[tuple[Incident, list[Claim]]]] = {}
    for incident in _incidents(view, wanted):
        month = day_of(incident.from_us)[:7]
        by_line.setdefault((month, ""), []).append((incident, incident.members))
        for party in incident.parties:
            own = [c for c in incident.members if c.party == party]
            by_line.setdefault((month, party), []).append((incident, own))
    months = sorted({month for month, _ in by_line}, reverse=True)
    for month in months:
        for party in sorted(p for m, p in by_line if m == month):
            yield _tally(month, party, by_line[month, party])


def _tally(month: str, party: str, counted: Sequence[tuple[Incident, list[Claim]]]) -> Tally:
    ranges = [_range(claims) for _, claims in counted]
    return Tally(
        month=month,
        party=party or None,
        events=len(counted),
        claims=sum(len(claims) for _, claims in counted),
        deaths_low=sum(low or 0 for low, _ in ranges),
        deaths_high=sum(high or 0 for _, high in ranges),
        without_figure=sum(low is None for low, _ in ranges),
        disputed=sum(incident.disputed for incident, _ in counted),
        newest_us=max(c.at for _, claims in counted for c in claims),
    )


def _range(claims: Sequence[Claim]) -> tuple[int | None, int | None]:
    lows = [n for c in claims if (n := c.lowest()) is not None]
    highs = [n for c in claims if (n := c.highest()) is not None]
    return min(lows, default=None), max(highs, default=None)


# --- what is asked for ---------------------------------------------------------------------


class _Wanted(NamedTuple):
    """The window of the events' beginnings, and whose links and what category count."""

    from_us: int
    to_us: int
    category: str
    by: frozenset[str]


def _wanted(query: Mapping[str, str], first_us: int) -> _Wanted:
    return _Wanted(
        *window(query, first_us),
        query.get("category", ""),
        frozenset(p for p in query.get("by", "").split(",") if p),
    )


# --- grouping ------------------------------------------------------------------------------


class _Groups:
    """Disjoint sets of names (union-find with path halving)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def find(self, name: str) -> str:
        """The name that stands for the set of this one."""
        above = self._above
        while (next_ := above.get(name, name)) != name:
            above[name] = above.get(next_, next_)
            name = above[name]
        return name

    def join(self, first: str, second: str) -> None:
        """Make the sets of both one."""
        a, b = self.find(first), self.find(second)
        if a != b:
            self._above[max(a, b)] = min(a, b)


def _incidents(view: View, wanted: _Wanted) -> list[Incident]:
    """Every event of which a visible report begins in the window."""
    links = _links(view, wanted.by)
    inside = (Where("from_us", ">=", wanted.from_us), Where("from_us", "<=", wanted.to_us))
    only = (Where("category", "=", wanted.category),) if wanted.category else ()
    claims = _Claims(view)
    taken = [claims.take(row) for row in view.rows(tables.REPORTS, (*inside, *only))]
    for text in {text for link in links for text in link.claims}:
        claims.fetch(text)
    groups = _Groups()
    for link in links:
        if link.same:
            first, *others = (claims.name(text) for text in link.claims)
            for other in others:
                groups.join(first, other)
    roots = {groups.find(claims.name(name)) for name in taken}
    of_group: dict[str, list[Said]] = {}
    for link in links:
        joined = {groups.find(claims.name(text)) for text in link.claims}
        if len(joined) == 1:
            of_group.setdefault(joined.pop(), []).append(link)
    members: dict[str, list[Claim]] = {}
    for name, claim in claims.found.items():
        members.setdefault(groups.find(name), []).append(claim)
    return [_incident(members[root], of_group.get(root, [])) for root in roots]


def _links(view: View, by: frozenset[str]) -> list[Said]:
    rows = view.rows(tables.LINKS, (Where("state", "=", STANDING),))
    found = [msgspec.json.decode(_doc(row), type=Said) for row in rows]
    return [link for link in found if not by or link.party in by]


def _incident(members: list[Claim], links: list[Said]) -> Incident:
    members.sort(key=lambda c: (c.at, c.address))
    low, high = _range(members)
    return Incident(
        id=members[0].address,
        claims=len(members),
        parties=sorted({c.party for c in members}),
        deaths_low=low,
        deaths_high=high,
        without_figure=sum(c.lowest() is None for c in members),
        from_us=min(c.from_us for c in members),
        to_us=max(c.to_us for c in members),
        latest_us=max(c.at for c in members),
        disputed=any(not link.same for link in links),
        members=members,
        links=sorted(links, key=lambda link: (link.at, link.address)),
    )


class _Claims:
    """The reports that somebody may see, each once.

    A report stands at its owner's twice, at home and released, and may come as a copy as
    well: these are one claim, under the name of the first release, else of its own address.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._released: dict[str, str] = {}
        self.found: dict[str, Claim] = {}

    def name(self, origin: str) -> str:
        """Under which name the report of this address is counted."""
        return self._released.get(origin, origin)

    def take(self, row: Row) -> str:
        """Count the report of a row; the name under which it is."""
        claim = msgspec.json.decode(_doc(row), type=Claim)
        origin = claim.origin or claim.address
        if row[tables.REPORTS.position("log")] == "home":
            return self._take_home(origin, claim)
        name = self.name(origin)
        known = self.found.get(name)
        # What its owner sent us itself stands before a copy, and the first release before others.
        if known is None or "/home/" in known.address or (known.via and not claim.via):
            self.found[name] = claim
        return name

    def _take_home(self, origin: str, claim: Claim) -> str:
        released = [str(a) for a in self._view.released(Address.parse(origin))]
        name = min(released, key=_place, default=origin)
        for text in (origin, *released):
            self._released[text] = name
        for text in released:
            if (twin := self.found.pop(text, None)) is not None:
                self.found.setdefault(name, twin)
        self.found.setdefault(name, claim)
        return name

    def fetch(self, origin: str) -> None:
        """Count a linked report that lies outside of the window, if it may be seen."""
        if self.name(origin) in self.found:
            return
        for row in self._view.rows(tables.REPORTS, (Where("origin", "=", origin),)):
            self.take(row)


def _place(address: str) -> int:
    return Address.parse(address).index


def _doc(row: Row) -> bytes:
    data = row[-1]
    assert isinstance(data, bytes)
    return data


_WINDOW: Final = {
    "from_us": "events of which a report begins at this moment or later",
    "to_us": "events of which a report begins at this moment or earlier",
    "category": "reports of this category alone",
    "by": "links of these parties alone count, separated by commas; else of all",
}

BOARDS: Final = (
    Board(
        "incidents",
        "Événements et ce que chacun en dit",
        "Events, and what each says of them",
        Incident,
        board_incidents,
        _WINDOW
        | {
            "linked": "yes: only events that several reports speak of",
            "limit": "how many at most, 200 unless said, 1,000 at most",
        },
    ),
    Board(
        "statistics",
        "Événements par mois et par partie",
        "Events by month and party",
        Tally,
        board_statistics,
        _WINDOW,
    ),
)
"""What sharing computes for whoever looks."""
