"""Protected sites out of a table: a CSV file and a map from its columns to our fields.

A row without a place, or with one that cannot be, is listed with its line; nothing is guessed.
What is there already, by name and place, is not written a second time.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

import msgspec

from toguna.core.geo import DEGREE_E7, check_place
from toguna.domains.protection.bodies import Site, SiteCategory
from toguna.errors import BadInput, TogunaError
from toguna.surfaces.client import Client

BATCH: Final = 1_000
KIND: Final = "protection.site/1"
FIELDS: Final = ("name", "lat", "lon", "category", "register")
CATEGORIES: Final = get_args(SiteCategory)
MOST_BYTES: Final = 64 << 20


class Columns(NamedTuple):
    """Which column is what: by our field the header of the file; ``categories`` maps its words
    to ours; ``category`` is for rows whose word is not among them (none: they are listed).
    """

    headers: Mapping[str, str]
    categories: Mapping[str, str]
    category: str | None
    register: str
    buffer_m: int


class Problem(NamedTuple):
    """A row that was left out, and why."""

    line: int
    name: str
    what: str


class Row(NamedTuple):
    """A row that can be written."""

    line: int
    site: Site


class Read(NamedTuple):
    """What a file holds: sites, and rows that were left out."""

    rows: list[Row]
    problems: list[Problem]


def read_sites(path: Path, columns: Columns) -> Read:
    """Read the file. BadInput when it is no such table; single rows are listed instead."""
    if not path.is_file():
        raise BadInput("there is no such file", where=str(path))
    if path.stat().st_size > MOST_BYTES:
        raise BadInput(f"more than {MOST_BYTES >> 20} MB", where=str(path), remedy="cut it up")
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            _check_headers(table.fieldnames or (), columns, path)
            for record in table:
                row = _row(record, table.line_num, columns)
                (rows if isinstance(row, Row) else problems).append(row)  # type: ignore[arg-type]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"it is no CSV in UTF-8: {error}", where=str(path)) from None
    return Read(rows, problems)


def _check_headers(there: Any, columns: Columns, path: Path) -> None:
    for field in ("name", "lat", "lon"):
        if field not in columns.headers:
            raise BadInput(f"no column is named for {field}", where="--column")
    if "category" not in columns.headers and columns.category is None:
        raise BadInput("neither a column nor a category is named", where="--category")
    for field, header in columns.headers.items():
        if header not in there:
            raise BadInput(
                f"there is no column {header[:80]!r} for {field}",
                where=str(path),
                remedy=f"its columns are {', '.join(there)[:400]}",
            )


def _row(record: dict[str, Any], line: int, columns: Columns) -> Row | Problem:
    def cell(field: str) -> str:
        return (record.get(columns.headers.get(field, "")) or "").strip()

    name = cell("name")[:200]
    if not name:
        return Problem(line, "", "it has no name")
    if not cell("lat") or not cell("lon"):
        return Problem(line, name, "it has no place")
    try:
        place = check_place(_degrees(cell("lat")), _degrees(cell("lon")))
    except (InvalidOperation, ValueError):
        return Problem(line, name, f"{cell('lat')[:24]}, {cell('lon')[:24]} is no place")
    except TogunaError as error:
        return Problem(line, name, str(error))
    category = columns.categories.get(cell("category"), columns.category)
    if category is None:
        return Problem(line, name, f"no category for {cell('category')[:60]!r}")
    register = " ".join(part for part in (columns.register, cell("register")) if part)
    body = {"name": name, "lat_e7": place[0], "lon_e7": place[1], "category": category,
            "buffer_m": columns.buffer_m}  # fmt: skip
    try:
        site = msgspec.convert(body | ({"register": register[:200]} if register else {}), Site)
    except msgspec.ValidationError as error:
        return Problem(line, name, str(error))
    return Row(line, site)


def _degrees(text: str) -> int:
    return int((Decimal(text) * DEGREE_E7).to_integral_value())


# Writing -----------------------------------------------------------------------------------


def known(client: Client) -> set[tuple[str, int, int]]:
    """Name and place of the sites of our own that are here already."""
    found: set[tuple[str, int, int]] = set()
    after: str | None = None
    while True:
        said = client.get("/api/protection/site", limit=1_000, after=after, party=client.party)
        found |= {(s["name"], s["lat_e7"], s["lon_e7"]) for s in said["items"]}
        after = said.get("next")
        if after is None:
            return found


def write_sites(
    client: Client, rows: list[Row], to: tuple[str, ...], office: str
) -> Iterator[tuple[int, int]]:
    """Write what is not here yet, a batch at a time; how many of it are new, and were there."""
    there = known(client)
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        new: dict[tuple[str, int, int], Site] = {}
        for row in part:
            key = (row.site.name, row.site.lat_e7, row.site.lon_e7)
            if key not in there:
                new[key] = row.site
        there |= new.keys()
        label = {"to": sorted(to)} if to else {}
        items = [
            {"kind": KIND, "body": msgspec.to_builtins(site), "label": label}
            for site in new.values()
        ]
        if items:
            client.post("/api/batch", {"items": items, "office": office})
        yield len(items), len(part) - len(items)
