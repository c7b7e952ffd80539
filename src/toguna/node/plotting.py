"""What a map draws of a list: columns instead of documents, so that 100,000 rows are small.

Rows are filtered by audience in the store, as in every list (:mod:`.access`). A row without a
point is counted by the name of its region and never drawn: a point for it would be false.
What stands twice at its owner, at home and released, is drawn once, as it stands at home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import msgspec

from toguna.core.labels import Actor
from toguna.core.record import MAX_INDEX
from toguna.core.table import Reader, Row, Table, Where
from toguna.errors import Unknown
from toguna.node import tables as t

if TYPE_CHECKING:
    from toguna.node.node import Node

MOST: Final = 200_000
"""Rows of one plot; of more the newest."""
REGIONS: Final = 500
"""Regions named in one plot, those with most rows first."""

_TIMES: Final = ("from_us", "date_end_us", "at")
_CATEGORIES: Final = ("category", "type_of_violence", "urgency", "state")


class Region(msgspec.Struct):
    """Rows known to a region only. ``name`` is empty where nobody named it."""

    name: str
    count: int
    newest_us: int


class Plot(msgspec.Struct):
    """The rows with a point, column by column.

    ``log``, ``category``, ``party`` and ``grade`` are places in the lists ``logs``,
    ``categories``, ``parties`` and ``grades``; an address is ``logs[log]/index``. ``at`` is when
    it happened, where the rows say so, microseconds (``time`` names the column).
    ``radius_m`` 0: nobody said how exact the point is. ``total`` counts every row that ``view``
    may see, those of ``regions`` too; ``cut``: there are older ones, left out.
    """

    projection: str
    view: str
    at_us: int
    time: str
    total: int
    cut: bool
    logs: Sequence[str]
    log: Sequence[int]
    index: Sequence[int]
    lat_e7: Sequence[int]
    lon_e7: Sequence[int]
    radius_m: Sequence[int]
    at: Sequence[int]
    categories: Sequence[str]
    category: Sequence[int]
    parties: Sequence[str]
    party: Sequence[int]
    grades: Sequence[str]
    grade: Sequence[int]
    regions: Sequence[Region]


class _Shape(NamedTuple):
    """Which columns of a projection say what; those that it lacks are empty."""

    table: Table
    time: str
    category: str
    radius: str
    party: str
    grade: str
    credibility: str

    @property
    def columns(self) -> tuple[str, ...]:
        """What is read of a row, in this order; ``id`` stands in for what there is not."""
        asked = ("id", "lat_e7", "lon_e7", *self[1:])
        return tuple(name or "id" for name in asked)


class _Placed(msgspec.Struct):
    """What a document says of its place beside the point: a name, and how exact it is."""

    where_name: str | None = None
    place_name: str | None = None
    radius_m: int | None = None
    error_m: int | None = None


_placed = msgspec.json.Decoder(_Placed)


def plot(
    node: Node, actor: Actor, name: str, from_us: int | None = None, to_us: int | None = None
) -> Plot:
    """The rows of the projection ``name`` (``sharing_reports``) between two times that the actor
    may see. :class:`Unknown` for a projection that there is not, or that has no places.
    """
    shape = _shape(node, name)
    where = [Where("audience", "in", node.access.audiences(actor))]
    where += [Where(shape.time, ">=", from_us)] if from_us is not None else []
    where += [Where(shape.time, "<=", to_us)] if to_us is not None else []
    with node.reading() as tx:
        total = tx.count(shape.table, where)
        cut = total > MOST
        order = (f"-{shape.time}",) if cut else ()
        rows = list(tx.scan(shape.table, where, order=order, limit=MOST, columns=shape.columns))
        if ended := node.ledger.ended(tx, node.now()):
            found = len(rows)
            rows = [row for row in rows if row[0] not in ended]
            total -= found - len(rows)
        if actor.party == node.party:
            found = len(rows)
            rows = _once(tx, rows)
            total -= found - len(rows)
        regions = _regions(tx, shape.table, [row for row in rows if row[1] is None])
    placed = [row for row in rows if row[1] is not None and row[2] is not None]
    return Plot(
        projection=name, view=actor.party, at_us=node.now(), time=shape.time, total=total,
        cut=cut, regions=regions, **_columns(node.ledger.log_names, shape, placed),
    )  # fmt: skip


def _shape(node: Node, name: str) -> _Shape:
    for projection in node.catalogue.opens.values():
        table = projection.table
        names = {column.name for column in table.columns}
        if table.name == name and {"lat_e7", "lon_e7"} <= names:
            time = next(n for n in (*_TIMES, projection.newest) if n in names)
            category = next((n for n in _CATEGORIES if n in names), "")
            radius = "radius_m" if "radius_m" in names else "doc"
            more = ("party", "grade", "credibility")
            return _Shape(table, time, category, radius, *(n if n in names else "" for n in more))
    raise Unknown(f"there is no picture of {name[:40]!r}", remedy="look at /api/layers")


def _once(tx: Reader, rows: list[Row]) -> list[Row]:
    """Without the releases of records that are among the rows as they stand at home."""
    here = {row[0] for row in rows}
    again = {released for released, home in tx.scan(t.RELEASED) if home in here}
    return [row for row in rows if row[0] not in again] if again else rows


def _regions(tx: Reader, table: Table, lost: Sequence[Row]) -> list[Region]:
    """Rows without a point, by the name of the region that their documents give."""
    times = {row[0]: cast(int, row[3]) for row in lost}
    found: dict[str, Region] = {}
    wanted = list(times)
    for start in range(0, len(wanted), 1_000):
        some = [Where("id", "in", wanted[start : start + 1_000])]
        for key, doc in tx.scan(table, some, columns=("id", "doc")):
            named = _placed.decode(cast(bytes, doc))
            name = named.where_name or named.place_name or ""
            region = found.setdefault(name, Region(name, 0, times[key]))
            region.count += 1
            region.newest_us = max(region.newest_us, times[key])
    return sorted(found.values(), key=lambda r: (-r.count, r.name))[:REGIONS]


def _columns(names: Mapping[int, str], shape: _Shape, placed: Sequence[Row]) -> dict[str, Any]:
    """The columns of rows that have a point."""
    cells: list[Any] = list(zip(*placed, strict=True)) or [()] * len(shape.columns)
    ids, lat, lon, at, category, radius, party, grade, credibility = cells
    logs, log = _numbered([names[key >> t.INDEX_BITS] for key in ids])
    said = shape.category and f"{shape.category}-"
    plain = category and isinstance(category[0], str)
    categories, category_of = _numbered(category if shape.category else [""] * len(ids))
    parties, party_of = _numbered(
        party if shape.party else [logs[n].partition("/")[0] for n in log]
    )
    graded = zip(grade, credibility, strict=True) if shape.grade and shape.credibility else ()
    grades, grade_of = _numbered([f"{a}{b}" for a, b in graded] or [""] * len(ids))
    return {
        "logs": logs,
        "log": log,
        "index": [key & MAX_INDEX for key in ids],
        "lat_e7": lat,
        "lon_e7": lon,
        "radius_m": [_metres(one) for one in radius],
        "at": at,
        "categories": categories if plain else [f"{said}{one}" for one in categories],
        "category": category_of,
        "parties": parties,
        "party": party_of,
        "grades": grades,
        "grade": grade_of,
    }


def _metres(cell: int | bytes | None) -> int:
    """The radius in a row: a column of its own, or somewhere in the document."""
    if isinstance(cell, bytes):
        said = _placed.decode(cell)
        return said.radius_m or said.error_m or 0
    return cell or 0


def _numbered(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """The different values, and each value as a place in their list."""
    places = {value: n for n, value in enumerate(dict.fromkeys(values))}
    return list(places), [places[value] for value in values]
