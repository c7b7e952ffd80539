"""board, waiting: what the node computes for whoever looks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from toguna.errors import BadInput
from toguna.surfaces import words
from toguna.surfaces.client import Client
from toguna.surfaces.options import folder, moved, say, spoken

_URGENT_FIRST: Final = ("what", "party", "title", "since", "due", "urgency", "about")


@click.command(epilog="Example: toguna board ml sharing/incidents --where linked=yes")
@folder
@click.argument("name", required=False, metavar="[DOMAIN/NAME]")
@click.option("--as", "office", default="duty", show_default=True, help="The office that looks.")
@click.option("--view", metavar="PARTY", help="Show what this party may see of what we hold.")
@click.option("--where", multiple=True, metavar="NAME=VALUE", help="What the board itself takes.")
@moved
@spoken
def board(
    folder: Path,
    name: str | None,
    office: str,
    view: str | None,
    where: tuple[str, ...],
    at_us: int | None,
    as_json: bool,
) -> None:
    """Show a board, computed now; without a name, list the boards and what they take."""
    with Client(folder, at_us) as client:
        if name is None:
            said = client.get("/api/boards")
            say(said, _boards_text(said["boards"]), as_json)
            return
        domain, slash, board_name = name.partition("/")
        if not slash or not domain.isidentifier() or not board_name.isidentifier():
            raise BadInput(f"{name[:40]!r} is no board", remedy="write it like sharing/incidents")
        query = {"as": office, "view": view, **dict(map(_pair, where))}
        said = client.get(f"/api/board/{domain}/{board_name}", **query)
        say(said, _rows_text(said), as_json)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput(f"{text[:40]!r} is not NAME=VALUE", where="--where")
    return name, value


def _boards_text(boards: Sequence[dict[str, Any]]) -> str:
    rows = [
        (f"{b['domain']}/{b['name']}", b["title_en"], ", ".join(b["query"]) or "-") for b in boards
    ]
    return words.table(rows, ("board", "", "--where")) if rows else words.NOTHING


def _rows_text(said: dict[str, Any]) -> str:
    """A table of what fits a cell; what is nested is counted, and whole with --json."""
    rows = said["rows"]
    as_of = f"as of {words.moment(said['at_us'])}, as {said['party']} may see it"
    if not rows:
        return f"{words.NOTHING}\n{as_of}"
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(name, row.get(name)) for name in names] for row in rows]
    return f"{words.table(cells, [name.removesuffix('_us') for name in names])}\n{as_of}"


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return words.YES if value else words.NO
    if name.endswith("_us"):
        return words.moment(value)
    if isinstance(value, list | dict):
        plain = isinstance(value, list) and all(isinstance(v, str | int) for v in value)
        return ", ".join(map(str, value)) or "-" if plain else str(len(value))
    return words.shortened(str(value), 40)


@click.command(epilog="Example: toguna waiting bf")
@folder
@moved
@spoken
def waiting(folder: Path, at_us: int | None, as_json: bool) -> None:
    """List what waits for an act of ours, the most urgent first, with who asks and until when."""
    with Client(folder, at_us) as client:
        said = client.get("/api/waiting")
        rows = [
            (
                item["what"],
                item["party"],
                words.shortened(item["title"], 40),
                words.moment(item["since_us"]),
                words.moment(item["due_us"]),
                item["urgency"],
                item["about"],
            )
            for item in said["items"]
        ]
        text = words.table(rows, _URGENT_FIRST) if rows else words.NOTHING
        say(said, text, as_json)
