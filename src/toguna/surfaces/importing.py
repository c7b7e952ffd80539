"""Bringing a UCDP GED file into the home journal: in batches, each event once.

What is there already is known by the dataset's own number, so an import that was killed goes
on where it stopped, and running it twice adds nothing.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

import click
import msgspec

from toguna.errors import EngineFailure
from toguna.surfaces import words
from toguna.surfaces.client import Client
from toguna.surfaces.ucdp import Problem, Row, read_ucdp

BATCH: Final = 1_000
KIND: Final = "sharing.event/1"
PROBLEMS_SHOWN: Final = 20


class Imported(NamedTuple):
    """What an import came to: new events by country, those that were there, problems."""

    new: dict[str, int]
    there: int
    problems: list[Problem]

    def value(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "new": sum(self.new.values()),
            "by_country": self.new,
            "already_there": self.there,
            "problems": [{"line": p.line, "what": p.what} for p in self.problems],
        }

    def text(self) -> str:
        """The same in words."""
        rows = [(country, f"{n:,}") for country, n in sorted(self.new.items())]
        lines = [words.table(rows)] if rows else []
        lines.append(f"{words.count(sum(self.new.values()), 'new event')}")
        if self.there:
            lines.append(f"{self.there:,} were here already")
        for problem in self.problems[:PROBLEMS_SHOWN]:
            lines.append(f"line {problem.line}: {problem.what}")
        if len(self.problems) > PROBLEMS_SHOWN:
            lines.append(f"and {len(self.problems) - PROBLEMS_SHOWN:,} more problems")
        if self.problems:
            lines.append(f"{words.count(len(self.problems), 'row')} left out")
        return "\n".join(lines)


def import_ucdp(
    client: Client,
    path: Path,
    version: str | None,
    office: str,
    *,
    show: bool,
    countries: Collection[str] = (),
) -> Imported:
    """Read the file and write what is new, of these countries or of all; see the module."""
    rows = read_ucdp(path, version)
    known = _known(client)
    new: Counter[str] = Counter()
    there, problems = 0, []
    batch: list[Row] = []
    size = path.stat().st_size if path.is_file() else 0  # reading it says what is wrong
    with click.progressbar(length=max(1, size), label="events", file=_bar(show)) as bar:
        at = 0
        for row in rows:
            if isinstance(row, Problem):
                problems.append(row)
                continue
            if countries and row.event.country not in countries:
                continue
            key = (row.event.dataset, row.event.dataset_version, row.event.dataset_id or "")
            if key in known:
                there += 1
            else:
                known.add(key)
                batch.append(row)
            if len(batch) == BATCH:
                new.update(_write(client, batch, office))
                batch = []
            if row.read_bytes - at > size // 100:
                bar.update(row.read_bytes - at)
                at = row.read_bytes
        new.update(_write(client, batch, office))
        bar.update(size - at)
    return Imported(dict(new), there, problems)


def _bar(show: bool) -> TextIO:
    """Standard error, so that what a command answers stays clean; nothing when asked so."""
    return sys.stderr if show else io.StringIO()


def _write(client: Client, batch: list[Row], office: str) -> Iterator[str]:
    """Write a batch in one seal; the countries of its events."""
    if not batch:
        return iter(())
    items = [{"kind": KIND, "body": msgspec.to_builtins(row.event)} for row in batch]
    said = client.post("/api/batch", {"items": items, "office": office})
    if len(said["addresses"]) != len(batch):
        raise EngineFailure("the node wrote another number of records than it was given")
    return iter([row.event.country for row in batch])


def _known(client: Client) -> set[tuple[str, str, str]]:
    """The numbers of the events of our own that are here already."""
    known: set[tuple[str, str, str]] = set()
    after: str | None = None
    while True:
        said = client.get("/api/sharing/event", limit=1_000, after=after)
        for row in said["items"]:
            if str(row.get("address", "")).startswith(f"{client.party}/home/"):
                known.add((row["dataset"], row["dataset_version"], row.get("dataset_id") or ""))
        after = said.get("next")
        if after is None:
            return known
