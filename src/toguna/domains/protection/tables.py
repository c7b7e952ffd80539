"""The lists of protection: sites, movements, who has taken them in, seasons, uses and cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toguna.core.domain import Drop, Placing, Put, Stored, View
from toguna.core.folding import (
    about_of,
    doc_of,
    docs,
    document,
    in_order,
    listing,
    row_of,
    with_doc,
)
from toguna.core.table import Column, Row, Table, Where
from toguna.domains.protection import bodies

_ABOUT = Column("thing", "text")
_SOUTH = Column("south_e7", "int")
_NORTH = Column("north_e7", "int")
_WEST = Column("west_e7", "int")
_EAST = Column("east_e7", "int")
_BOUNDS = (_SOUTH, _NORTH, _WEST, _EAST)

SITES = listing(
    "protection_sites",
    Column("lat_e7", "int"),
    Column("lon_e7", "int"),
    Column("state", "text"),
    Column("until_us", "int", nullable=True),
    indexes=(("lat_e7",), ("state",)),
)
"""One row a site; ``state`` is active or ended."""
MOVEMENTS = listing(
    "protection_movements",
    Column("state", "text"),
    Column("from_us", "int"),
    Column("until_us", "int"),
    *_BOUNDS,
    indexes=(("until_us",),),
)
"""One row a movement, with the bounds of its way."""
SEASONS = listing("protection_seasons", *_BOUNDS, indexes=(("south_e7",),))
"""One row a market, well, corridor, with the bounds of it."""
CHANGES = listing("protection_changes", _ABOUT, Column("what", "text"), indexes=(("thing",),))
"""Every act by which a notifier made or changed its list: notified, renewed, ended."""
SEEN = listing("protection_seen", _ABOUT, indexes=(("thing",),))
"""One row a member that has taken a site or movement in."""
USES = listing("protection_uses", Column("number", "int"))
"""One row a proof of use."""
CASES = listing(
    "protection_cases",
    Column("alleged", "text", nullable=True),
    Column("category", "text"),
    Column("lat_e7", "int", nullable=True),
    Column("lon_e7", "int", nullable=True),
)
"""One row a case, as it was filed; its steps say how it stands."""
STEPS = listing("protection_steps", _ABOUT, Column("step", "text"), indexes=(("thing",),))
"""One row a step of a case."""

Folded = Iterable[Put | Drop]
ACTIVE, ENDED = "active", "ended"


def fold_site(stored: Stored, view: View, placing: Placing) -> Folded:
    """A site is a row; its notifier's renewal and end change it, whichever came first."""
    body = view.body(stored)
    if isinstance(body, bodies.Renewal | bodies.End):
        yield from _change(stored, body, view, SITES)
    elif isinstance(body, bodies.Site):
        cells = (body.lat_e7, body.lon_e7, ACTIVE, body.until_us)
        doc = document(stored, body) | {"state": ACTIVE, "radius_m": body.buffer_m}
        yield Put(SITES, _with_changes(row_of(stored, placing, cells, doc), view, SITES))


def fold_movement(stored: Stored, view: View, placing: Placing) -> Folded:
    """A movement is a row in the same way."""
    body = view.body(stored)
    if isinstance(body, bodies.Renewal | bodies.End):
        yield from _change(stored, body, view, MOVEMENTS)
    elif isinstance(body, bodies.Movement):
        cells = (ACTIVE, body.from_us, body.until_us, *bounds(body.line))
        doc = document(stored, body) | {"state": ACTIVE}
        yield Put(MOVEMENTS, _with_changes(row_of(stored, placing, cells, doc), view, MOVEMENTS))


def _change(stored: Stored, body: Any, view: View, table: Table) -> Folded:
    """Only its notifier renews or ends what was notified."""
    about = about_of(stored)
    if about is None or about.party != stored.address.party:
        return
    for row in view.rows(table, (Where("address", "=", str(about)),)):
        yield Put(table, changed(row, document(stored, body), table))


def _with_changes(row: Row, view: View, table: Table) -> Row:
    doc = doc_of(row)
    known = docs(view, CHANGES, thing=doc["address"])
    for change in sorted((c for c in known if c["party"] == doc["party"]), key=in_order):
        row = changed(row, change, table)
    return row


def changed(row: Row, change: dict[str, Any], table: Table) -> Row:
    """The row after a renewal or an end. An end is for good; of renewals the latest counts."""
    doc = doc_of(row)
    if change["kind"].startswith("protection.end"):
        told = {"at": change["at"], "why": change["why"]}
        return _set(with_doc(row, state=ENDED, end=told), table, state=ENDED)
    if doc.get("renewed_us", 0) >= change["at"] or not change["kind"].startswith("protection.ren"):
        return row
    until = change["until_us"]
    return _set(with_doc(row, until_us=until, renewed_us=change["at"]), table, until_us=until)


def _set(row: Row, table: Table, **cells: Any) -> Row:
    out = list(row)
    for name, value in cells.items():
        out[table.position(name)] = value
    return tuple(out)


def fold_change(stored: Stored, view: View, placing: Placing) -> Folded:
    """Every act that makes a notifier's list what it is."""
    body = view.body(stored)
    assert stored.envelope is not None
    what = stored.envelope.kind.partition(".")[2].partition("/")[0]
    about = stored.address if what in ("site", "movement") else about_of(stored)
    if body is not None and about is not None and about.party == stored.address.party:
        cells = (str(about), what)
        yield Put(CHANGES, row_of(stored, placing, cells, document(stored, body)))


def fold_seen(stored: Stored, view: View, placing: Placing) -> Folded:
    """A member has taken something in."""
    body, about = view.body(stored), about_of(stored)
    if isinstance(body, bodies.Seen) and about is not None:
        yield Put(SEEN, row_of(stored, placing, (str(about),), document(stored, body)))


def fold_season(stored: Stored, view: View, placing: Placing) -> Folded:
    """A market, a well, a corridor."""
    body = view.body(stored)
    if isinstance(body, bodies.Season):
        doc = document(stored, body)
        lon, lat = body.line[0]
        doc |= {"lat_e7": lat, "lon_e7": lon} if len(body.line) == 1 else {}
        yield Put(SEASONS, row_of(stored, placing, bounds(body.line), doc))


def fold_use(stored: Stored, view: View, placing: Placing) -> Folded:
    """A proof of use."""
    body = view.body(stored)
    if isinstance(body, bodies.Use):
        yield Put(USES, row_of(stored, placing, (body.number,), document(stored, body)))


def fold_case(stored: Stored, view: View, placing: Placing) -> Folded:
    """A case, without what its filer wants kept at home."""
    body = view.body(stored)
    if isinstance(body, bodies.Case):
        doc = document(stored, body)
        doc.pop("filer", None)
        cells = (body.alleged, body.category, body.lat_e7, body.lon_e7)
        yield Put(CASES, row_of(stored, placing, cells, doc))


def fold_step(stored: Stored, view: View, placing: Placing) -> Folded:
    """A step of a case."""
    body, about = view.body(stored), about_of(stored)
    if isinstance(body, bodies.CaseStep) and about is not None:
        cells = (str(about), body.step)
        yield Put(STEPS, row_of(stored, placing, cells, document(stored, body)))


def bounds(line: Iterable[tuple[int, int]]) -> tuple[int, int, int, int]:
    """South, north, west and east of a line, degrees x 10^7."""
    lons, lats = zip(*line, strict=True)
    return min(lats), max(lats), min(lons), max(lons)
