"""sites: protected sites out of a table, with a preview."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from toguna.errors import BadInput
from toguna.surfaces import words
from toguna.surfaces.client import Client
from toguna.surfaces.options import folder, moved, say, spoken
from toguna.surfaces.sites import CATEGORIES, FIELDS, Columns, Problem, Row, read_sites, write_sites

_SHOWN: Final = 5


@click.group(epilog="Example: toguna sites import --help")
def sites() -> None:
    """Protected sites: bring them in out of a table."""


@sites.command(
    name="import",
    epilog='Example: toguna sites import hum sites.csv --column name="Facility name" '
    "--column lat=Lat --column lon=Long --category clinic --to ml --to bf --preview",
)
@folder
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", "columns", multiple=True, metavar="FIELD=HEADER", required=True,
              help=f"Which column is what: {', '.join(FIELDS)}.")  # fmt: skip
@click.option("--word", "mapped", multiple=True, metavar="WORD=CATEGORY",
              help="What a word of the category column means here.")  # fmt: skip
@click.option("--category", type=click.Choice(CATEGORIES), help="For rows with another word.")
@click.option("--register", default="", metavar="TEXT", help="From which register they come.")
@click.option("--buffer", "buffer_m", type=click.IntRange(1, 20_000), default=500,
              show_default=True, metavar="METRES", help="How far a plan stays away.")  # fmt: skip
@click.option("--to", "to", multiple=True, metavar="PARTY", help="Who gets them.")
@click.option("--as", "office", default="protection", show_default=True, help="In which office.")
@click.option("--preview", is_flag=True, help="Say what would be done, and do nothing.")
@moved
@spoken
def import_(
    folder: Path,
    file: Path,
    columns: tuple[str, ...],
    mapped: tuple[str, ...],
    category: str | None,
    register: str,
    buffer_m: int,
    to: tuple[str, ...],
    office: str,
    preview: bool,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Bring protected sites in; rows without a place are listed, never guessed."""
    meant = Columns(
        _pairs(columns, "--column", FIELDS), _pairs(mapped, "--word", None, CATEGORIES),
        category, register, buffer_m,
    )  # fmt: skip
    read = read_sites(file, meant)
    new = there = 0
    if not preview:
        with Client(folder, at_us) as client:
            for fresh, known in write_sites(client, read.rows, to, office):
                new, there = new + fresh, there + known
                if not as_json:
                    click.echo(f"\r{new + there:,} of {len(read.rows):,}", nl=False, err=True)
            if not as_json:
                click.echo("", err=True)
    value = {
        "rows": len(read.rows), "new": new, "already_there": there, "preview": preview,
        "left_out": [p._asdict() for p in read.problems],
    }  # fmt: skip
    say(value, _text(read.rows, read.problems, value), as_json)


def _pairs(
    given: tuple[str, ...], where: str, names: tuple[str, ...] | None,
    values: tuple[str, ...] | None = None,
) -> dict[str, str]:  # fmt: skip
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or (names and name not in names) or (values and value not in values):
            allowed = ", ".join(names or values or ())
            raise BadInput(f"{text[:60]!r} is not NAME=VALUE", where=where, remedy=f"use {allowed}")
        found[name] = value
    return found


def _text(rows: list[Row], problems: list[Problem], value: dict[str, Any]) -> str:
    lines = []
    if value["preview"]:
        counts = Counter(row.site.category for row in rows)
        lines.append(f"{words.count(len(rows), 'site')} would come in")
        lines += [f"  {name:10} {count:,}" for name, count in sorted(counts.items())]
        for row in rows[:_SHOWN]:
            lat, lon = row.site.lat_e7 / 1e7, row.site.lon_e7 / 1e7
            lines.append(f"  line {row.line}: {row.site.name} ({lat:.5f}, {lon:.5f})")
    else:
        lines.append(f"{words.count(value['new'], 'new site')}")
        if value["already_there"]:
            lines.append(f"{value['already_there']:,} were here already")
    lines += [f"line {p.line}: {p.name}: {p.what}" for p in problems]
    if problems:
        lines.append(f"{words.count(len(problems), 'row')} left out")
    return "\n".join(lines)
