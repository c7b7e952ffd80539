"""positions: feed a stream of positions, and check the files that are kept of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import click

from toguna.errors import Conflict
from toguna.node import positions_files as files
from toguna.surfaces import words
from toguna.surfaces.client import Client, read_json
from toguna.surfaces.options import folder, label_of, labelled, moved, say, spoken

_HEADS: Final = ("file", "stream", "state", "journal")
_GRAVE: Final = frozenset({"altered", "missing", "in no line"})
_GATHER_S: Final = 1.0
_BATCH: Final = 5_000


@click.group(epilog="Example: toguna positions verify ml")
def positions() -> None:
    """Streams of positions: feed one; list and check the hourly files of ours."""


# Files -------------------------------------------------------------------------------------


class Checked(NamedTuple):
    """A file and its line in the journal. ``state``: whole, altered, missing, no longer kept, in
    no line. ``journal`` is the address of the line.
    """

    file: str
    stream: str
    state: str
    journal: str
    digest: str


def check(client: Client) -> Iterator[Checked]:
    """Every file of positions that is there, or that the journal names, oldest first."""
    place = client.folder / files.FOLDER
    there = {path.name: path for path in files.files_in(place)}
    lines = dict(_lines(client))
    kept = files.oldest_kept(client.now(), client.config.positions.keep_days)
    for name in sorted({*there, *lines}):
        digest, address = lines.get(name, ("", ""))
        if name not in there:
            state = "missing" if name >= kept else "no longer kept"
        elif not address:
            state = "in no line"
        else:
            state = "whole" if files.digest_of(there[name]) == digest else "altered"
        yield Checked(name, files.stream_of(name), state, address, digest)


def _lines(client: Client) -> Iterator[tuple[str, tuple[str, str]]]:
    """Digest and address of the line of each file, by its name."""
    after = None
    while True:
        page = client.get("/api/journal/line", what=files.JOURNAL, limit=1_000, after=after)
        for line in page["items"]:
            found = files.parse_line(line["text"])
            if found is not None:
                yield found[0], (found[1], line["address"])
        after = page["next"]
        if after is None:
            return


@positions.command("list", epilog="Example: toguna positions list ml")
@folder
@moved
@spoken
def list_(folder: Path, at_us: int | None, as_json: bool) -> None:
    """List the hourly files of our streams, and where the journal has their digests."""
    with Client(folder, at_us) as client:
        found = list(check(client))
        say({"files": [c._asdict() for c in found]}, _text(found), as_json)


@positions.command(epilog="Example: toguna positions verify ml")
@folder
@moved
@spoken
def verify(folder: Path, at_us: int | None, as_json: bool) -> None:
    """Compare each file with the digest that the journal has of it.

    Exit code 0 when all are whole, 1 when one is altered, missing, or in no line.
    """
    with Client(folder, at_us) as client:
        found = list(check(client))
        wrong = [c for c in found if c.state in _GRAVE]
        whole = sum(c.state == "whole" for c in found)
        text = f"{words.count(whole, 'file')} whole"
        if wrong:
            text += f", {len(wrong)} not\n{_text(wrong)}"
        say({"well": not wrong, "files": [c._asdict() for c in found]}, text, as_json)
        if wrong:
            raise click.exceptions.Exit(1)


def _text(found: list[Checked]) -> str:
    return words.table([c[:4] for c in found], _HEADS if found else ())


# Feeding -----------------------------------------------------------------------------------


@positions.command(epilog="Example: toguna positions feed ml patrols --to bf --precision-m 1000")
@folder
@click.argument("name")
@click.option("--file", "source", type=click.File("rb"), default="-", help="Instead of stdin.")
@labelled
@spoken
def feed(folder: Path, name: str, source: IO[bytes], as_json: bool, **given: Any) -> None:
    """Feed the stream NAME: one position as JSON on each line.

    What has gathered is sent at each blank line, and once a second. A line is like {"id":
    "LION 21", "lat_e7": 156597000, "lon_e7": 5022000, "at_us": 1795478400000000}.
    """
    label, sent = label_of(given), 0
    with Client(folder) as client:
        if client.node is not None:
            raise Conflict("nobody serves this node", remedy=f"start it with toguna serve {folder}")
        for batch in _batches(source):
            client.post(f"/api/positions/{name}", {"label": label, "objects": batch})
            sent += len(batch)
    say({"sent": sent}, words.count(sent, "position") + " sent", as_json)


def _batches(source: IO[bytes]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    began = time.monotonic()
    for number, line in enumerate(source, 1):
        blank = not line.strip()
        if not blank:
            batch.append(read_json(line, f"line {number}"))
        due = blank or len(batch) >= _BATCH or time.monotonic() - began >= _GATHER_S
        if batch and due:
            yield batch
            batch, began = [], time.monotonic()
    if batch:
        yield batch
