"""release, recall, correct, receipts: letting records out, calling them back, seeing who has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toguna.surfaces import words
from toguna.surfaces.client import Client, read_json
from toguna.surfaces.options import (
    FOLDER,
    acting,
    folder,
    label_of,
    labelled,
    moved,
    read_bytes,
    say,
    spoken,
)


@click.command(
    epilog="Example: toguna release ml ml/home/3 --to bf --precision-m 10000 --no-onward"
)
@folder
@click.argument("address")
@labelled
@click.option("--flash", is_flag=True, help="Goes out ahead of everything else.")
@click.option("--preview", is_flag=True, help="Only show the very bytes that would leave.")
@acting
@moved
@spoken
def release(
    folder: Path,
    address: str,
    flash: bool,
    preview: bool,
    office: str,
    at_us: int | None,
    as_json: bool,
    **label: Any,
) -> None:
    """Let the record at ADDRESS out to readers, under a label, as a body of its own.

    Another party's record goes on as its owner wrote it, and only where its owner allows;
    otherwise the owner is asked.
    """
    asked = {"address": address, "label": label_of(label), "office": office}
    with Client(folder, at_us) as client:
        if preview:
            said = client.post("/api/preview", asked, office)
            say(said, said["bytes"], as_json)
            return
        said = client.post("/api/release", {**asked, "flash": flash}, office)
        say(said, said["address"], as_json)


@click.command(epilog='Example: toguna recall ml ml/spine/17 --why "wrong village"')
@folder
@click.argument("address")
@click.option("--why", required=True, help="The reason, which the holders read.")
@acting
@moved
@spoken
def recall(
    folder: Path, address: str, why: str, office: str, at_us: int | None, as_json: bool
) -> None:
    """Ask every holder of our record at ADDRESS to erase it; `toguna receipts` says who has."""
    with Client(folder, at_us) as client:
        said = client.post(
            "/api/recall", {"address": address, "why": why, "office": office}, office
        )
        say(said, said["address"], as_json)


@click.command(epilog='Example: toguna correct ml ml/spine/17 --file report.json --why "14, not 9"')
@folder
@click.argument("address")
@click.option("--file", type=FOLDER, required=True, help="The whole report again, as JSON.")
@click.option("--why", required=True, help="What was wrong.")
@acting
@moved
@spoken
def correct(
    folder: Path,
    address: str,
    file: Path,
    why: str,
    office: str,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Replace our report at ADDRESS for all who hold it. The first version stays on record."""
    body = read_json(read_bytes(file, "the report"), str(file))
    asked = {"address": address, "body": body, "why": why, "office": office}
    with Client(folder, at_us) as client:
        said = client.post("/api/correct", asked, office)
        say(said, said["address"], as_json)


@click.command(epilog="Example: toguna receipts ml")
@folder
@click.option("--limit", default=100, show_default=True, help="Releases at most.")
@moved
@spoken
def receipts(folder: Path, limit: int, at_us: int | None, as_json: bool) -> None:
    """What became of what we released and recalled: by reader, with its signed answer."""
    with Client(folder, at_us) as client:
        said = client.get("/api/receipts", limit=limit)
        rows = [row for entry in said["items"] for row in _rows(entry)]
        heads = ("record", "kind", "released", "party", "state", "at", "")
        say(said, words.table(rows, heads) if rows else words.NOTHING, as_json)


def _rows(entry: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows = []
    for party, state in sorted(entry.get("parties", {}).items()):
        more = state.get("why") or ""
        if read := state.get("read_by"):
            more = f"read by {', '.join(read)} {more}".strip()
        rows.append(
            (
                entry["address"],
                entry.get("kind", "-"),
                words.moment(entry.get("at")),
                party,
                state.get("state", "-"),
                words.moment(state.get("at")),
                words.shortened(more),
            )
        )
    return rows
