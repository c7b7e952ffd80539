"""The board of sectors: for each, who shares it, how they stand, and what was reported there.

Silence has a state of its own. A party of whom nothing came for :data:`SILENT` hours is
``no_reporting``; ``quiet`` is shown only where that party said so since, with when and by
which office. A sector is as bad as the worst word on it, and quiet only when every party that
shares it says so.

Reports count where their whole circle lies inside the ring and their whole span in the window;
where circle or span reach over the edge they *may* be inside, and are counted apart. Reports
that a link joins count once, and so does a report with its copies. Reports that name no point
(a region, a country) can stand in no sector; how many there are is said in each row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from toguna.core.domain import Board, View, Waiting
from toguna.core.record import Address
from toguna.core.table import Row, Where
from toguna.core.time import HOUR_US
from toguna.domains.borders.bodies import Gap, Stance, Word
from toguna.domains.borders.seen import Reports, Seen
from toguna.domains.borders.tables import POSTURES, SECTORS, WATCHES, doc_of
from toguna.errors import BadInput

SILENT: Final = "borders_silent_after_h"
"""Setting: after so many hours without a word a party is shown as not reporting."""
SILENT_H: Final = "24"
LONGEST_H: Final = 24 * 31

State = Literal["incident", "movement", "unknown", "reported", "quiet", "no_reporting"]
_WORST_FIRST: Final[tuple[State, ...]] = (
    "incident", "movement", "no_reporting", "unknown", "reported", "quiet",
)  # fmt: skip


class Side(msgspec.Struct, kw_only=True):
    """One party in a sector: how it stands, and what it said last."""

    party: str
    posture: Stance | None
    """None: it has not said."""
    posture_address: str | None
    posture_at_us: int | None
    posture_until_us: int | None
    posture_over: bool
    """Whether its end has come without a newer word."""
    note: str | None
    contact: str | None
    state: State
    said_at_us: int | None
    """When the word behind ``state`` was written; None for ``no_reporting``."""
    said_by: str | None
    """The office that wrote it."""
    last_us: int | None
    """Until when anything of this party speaks of the sector; None: nothing ever came."""
    gaps: list[Gap]
    """When it had nobody there, by its own word, in the window."""
    unwatched_h: int
    """Whole hours of the window of which no watch of this party speaks."""


class SectorRow(msgspec.Struct, kw_only=True):
    """One sector as of now."""

    address: str
    party: str
    """Whose drawing it is."""
    name: str
    name_en: str | None
    neighbours: list[str]
    contact: str | None
    state: State
    contradicted: bool
    """Whether somebody says quiet of a time in which something happened for certain."""
    sides: list[Side]
    incidents_inside: int
    """Attacks, clashes and hazards in the window that lie inside for certain."""
    incidents_may_be: int
    """Those that may."""
    others_inside: int
    others_may_be: int
    unplaced: int
    """Reports of the window that name no point, and stand in no sector."""
    last_us: int | None
    from_us: int
    to_us: int


class _Place(NamedTuple):
    """A sector on its way to a row; ``names`` are the addresses that words may be about."""

    doc: Mapping[str, object]
    names: frozenset[str]


class _Window(NamedTuple):
    from_us: int
    to_us: int
    silent_us: int


def board_sectors(view: View, query: Mapping[str, str]) -> Iterator[SectorRow]:
    """Every sector that the looker may see, the worst first."""
    silent_us = silence_us(view)
    hours = _hours(query.get("hours", ""), silent_us // HOUR_US)
    window = _Window(view.now_us - hours * HOUR_US, view.now_us, view.now_us - silent_us)
    wanted = query.get("party", "")
    reports = Reports(view, min(window.from_us, window.silent_us))
    rows = [_row(view, place, window, reports) for place in _sectors(view)]
    if wanted:
        rows = [row for row in rows if any(side.party == wanted for side in row.sides)]
    yield from sorted(rows, key=lambda r: (_WORST_FIRST.index(r.state), r.name, r.address))


def silence_us(view: View) -> int:
    """After how long without a word a party is not reporting, microseconds."""
    text = view.setting(SILENT)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LONGEST_H):
        raise BadInput(
            f"{text[:12]!r} is no number of hours", where=SILENT, remedy=f"1 to {LONGEST_H}"
        )
    return int(text) * HOUR_US


def _hours(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LONGEST_H):
        raise BadInput(f"{text[:12]!r} is out of bounds", where="hours", remedy=f"1 to {LONGEST_H}")
    return int(text)


def _sectors(view: View) -> Iterator[_Place]:
    """Each sector once: one that was released stands for the drawing at home as well."""
    rows = view.rows(SECTORS)
    seen = {str(row[SECTORS.position("address")]) for row in rows}
    twins: dict[str, set[str]] = {}
    at_home: set[str] = set()
    for row in rows:
        address = str(row[SECTORS.position("address")])
        if row[SECTORS.position("log")] == "home":
            released = {str(a) for a in view.released(Address.parse(address))} & seen
            for name in released:
                twins.setdefault(name, set()).add(address)
            if released:
                at_home.add(address)
    for row in rows:
        address = str(row[SECTORS.position("address")])
        if address not in at_home:
            yield _Place(doc_of(row), frozenset({address, *twins.get(address, ())}))


def _row(view: View, place: _Place, window: _Window, reports: Reports) -> SectorRow:
    sector = msgspec.convert(place.doc, _Sector)
    ring = [(lat, lon) for lon, lat in sector.area]
    seen = reports.inside(ring, window.from_us)
    recent = reports.inside(ring, window.silent_us)
    since_us = min(window.from_us, window.silent_us)
    words = {p: _watches(view, place.names, p, since_us) for p in sector.parties}
    sides = [_side(view, place, sector, p, window, words[p], recent) for p in sector.parties]
    counts = reports.count(seen)
    states: set[State] = {side.state for side in sides}
    if any(s.sure and s.is_incident for s in recent):
        states.add("incident")
    lasts = [at for side in sides if (at := side.last_us) is not None]
    return SectorRow(
        address=sector.address,
        party=sector.party,
        name=sector.name,
        name_en=sector.name_en,
        neighbours=sector.neighbours,
        contact=sector.contact,
        state=next((s for s in _WORST_FIRST if s in states), "no_reporting"),
        contradicted=_contradicted([w for said in words.values() for w in said], seen),
        sides=sides,
        incidents_inside=counts[True, True],
        incidents_may_be=counts[True, False],
        others_inside=counts[False, True],
        others_may_be=counts[False, False],
        unplaced=reports.unplaced(window.from_us),
        last_us=max(lasts, default=None),
        from_us=window.from_us,
        to_us=window.to_us,
    )


class _Sector(msgspec.Struct):
    address: str
    area: list[tuple[int, int]]
    name: str
    party: str
    parties: list[str]
    contact: str | None = None
    name_en: str | None = None
    neighbours: list[str] = []


class _Watch(msgspec.Struct):
    address: str
    at: int
    from_us: int
    office: str
    state: Word
    to_us: int
    gaps: list[Gap] = []


class _Posture(msgspec.Struct):
    address: str
    at: int
    posture: Stance
    contact: str | None = None
    note: str | None = None
    until_us: int | None = None


def _contradicted(watches: Sequence[_Watch], seen: Sequence[Seen]) -> bool:
    happened = [(w.from_us, w.to_us) for w in watches if w.state == "incident"]
    happened += [(s.report.from_us, s.report.ends_us) for s in seen if s.sure and s.is_incident]
    return any(
        w.state == "quiet" and w.from_us <= end and start <= w.to_us
        for w in watches
        for start, end in happened
    )


def _side(
    view: View,
    place: _Place,
    sector: _Sector,
    party: str,
    window: _Window,
    watches: Sequence[_Watch],
    recent: Sequence[Seen],
) -> Side:
    # What may lie elsewhere is no word on this sector.
    own = [seen for seen in recent if seen.report.party == party and seen.sure]
    state, said_at, said_by = _state(watches, own, window.silent_us)
    stands = _posture(view, place.names, party)
    over = stands is not None and stands.until_us is not None and stands.until_us <= window.to_us
    contact = sector.contact if party == sector.party else None
    return Side(
        party=party,
        posture=stands.posture if stands else None,
        posture_address=stands.address if stands else None,
        posture_at_us=stands.at if stands else None,
        posture_until_us=stands.until_us if stands else None,
        posture_over=over,
        note=stands.note if stands else None,
        contact=(stands.contact if stands else None) or contact,
        state=state,
        said_at_us=said_at,
        said_by=said_by,
        last_us=last_word_us(view, place.names, party, own),
        gaps=[g for w in watches for g in w.gaps if g.to_us > window.from_us],
        unwatched_h=_unwatched_us(watches, window) // HOUR_US,
    )


def _state(
    watches: Sequence[_Watch], own: Sequence[Seen], silent_us: int
) -> tuple[State, int | None, str | None]:
    """The worst that a party said since ``silent_us``; its newest word where that is not bad."""
    words = [w for w in watches if w.to_us > silent_us]
    mine = [s for s in own if s.report.at > silent_us]
    wanted: tuple[tuple[State, bool], ...] = (("incident", True), ("movement", False))
    for state, bad in wanted:
        said = [(w.at, w.office) for w in words if w.state == state]
        said += [
            (s.report.at, s.report.office)
            for s in mine
            if (s.is_incident if bad else s.report.category == state)
        ]
        if said:
            at, office = max(said)
            return state, at, office or None
    if words:
        newest = max(words, key=lambda w: (w.at, w.address))
        return newest.state, newest.at, newest.office
    if mine:
        last = max(mine, key=lambda s: s.report.at).report
        return "reported", last.at, last.office or None
    return "no_reporting", None, None


def _watches(view: View, names: frozenset[str], party: str, after_us: int) -> list[_Watch]:
    found = [
        msgspec.convert(doc_of(row), _Watch)
        for name in sorted(names)
        for row in view.rows(
            WATCHES,
            (Where("sector", "=", name), Where("party", "=", party), Where("to_us", ">", after_us)),
        )
    ]
    return sorted(_once(view, found), key=lambda w: (w.from_us, w.address))


def _once(view: View, watches: Sequence[_Watch]) -> list[_Watch]:
    """Those at home that were released stand for themselves no more."""
    spine = {w.address for w in watches if "/spine/" in w.address}
    return [
        w
        for w in watches
        if w.address in spine
        or not spine & {str(a) for a in view.released(Address.parse(w.address))}
    ]


def _posture(view: View, names: frozenset[str], party: str) -> _Posture | None:
    own = Where("party", "=", party)
    rows: list[Row] = [
        row for name in names for row in view.rows(POSTURES, (Where("sector", "=", name), own))
    ]
    found = [msgspec.convert(doc_of(row), _Posture) for row in rows]
    # Of one moment the released word stands before the one at home.
    return max(found, key=lambda p: (p.at, "/spine/" in p.address, p.address), default=None)


def last_word_us(
    view: View, names: frozenset[str], party: str, own: Sequence[Seen] = ()
) -> int | None:
    """Until when anything of a party speaks of a sector; None when nothing ever came."""
    at = WATCHES.position("to_us")
    said = [
        row[at]
        for name in names
        for row in view.rows(WATCHES, (Where("sector", "=", name), Where("party", "=", party)))
    ]
    times = [us for us in said if isinstance(us, int)] + [s.report.at for s in own]
    return max(times, default=None)


def _unwatched_us(watches: Sequence[_Watch], window: _Window) -> int:
    """How much of the window no watch speaks of; a stated gap is not watched either."""
    spans: list[tuple[int, int]] = []
    for watch in watches:
        start = watch.from_us
        for gap in sorted(watch.gaps, key=lambda g: g.from_us):
            spans.append((start, gap.from_us))
            start = max(start, gap.to_us)
        spans.append((start, watch.to_us))
    covered, reached = 0, window.from_us
    for begin, end in sorted(spans):
        begin, end = max(begin, reached), min(end, window.to_us)
        if end > begin:
            covered, reached = covered + end - begin, end
    return window.to_us - window.from_us - covered


# What waits for us -----------------------------------------------------------------------


def waits(view: View) -> Iterator[Waiting]:
    """A sector that we share, of which we have said nothing for half of the time allowed."""
    silent_us = silence_us(view)
    for place in _sectors(view):
        sector = msgspec.convert(place.doc, _Sector)
        if view.party not in sector.parties:
            continue
        last = last_word_us(view, place.names, view.party)
        since = last if last is not None else int(str(place.doc["at"]))
        if view.now_us - since >= silent_us // 2:
            yield Waiting(
                "borders.watch", sector.address, sector.party, sector.name, since,
                since + silent_us, "urgent" if view.now_us - since >= silent_us else "routine",
            )  # fmt: skip


BOARDS: Final = (
    Board(
        "sectors",
        "Secteurs frontaliers",
        "Border sectors",
        SectorRow,
        board_sectors,
        {
            "hours": f"the window in hours before now, 1 to {LONGEST_H}; {SILENT} unless said",
            "party": "only sectors that this party shares",
        },
    ),
)
