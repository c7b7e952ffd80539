"""Rows as lines for a terminal, and as the page ``docs/explanation/performance.md``."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench._rows import Row

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "performance.md"

_HEAD = """# How fast, how small, and what bounds it

This page is written by `python -m bench --write`; no number in a table was typed by hand. It was
measured on {day}, on {machine}.
Cores and disks like these are often shared, so the numbers to trust are CPU time and ratios: a
peer is measured in the same run, in turn with us. All values are medians. Whether a target is
met is judged by CPU time, where the row does not say otherwise; the wall beside it shows what
the disk and the neighbours added at that moment.

Nothing is measured beside the product's own path: `node.submit`, `sync` with
`node.following.keep`, the ASGI application; SQLite with `synchronous=FULL`, so that every
acknowledged batch is on the disk. The records have exactly 1,000 bytes, of French text.

To repeat it: `make bench` for everything, `python -m bench authoring --json` for one part as
JSON. Peers are installed from PyPI and npm into `bench/.scratch`, never into the product's
environment; where that fails the row says why.
"""


def number(value: float | None) -> str:
    """A number with as many digits as mean something."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"


def aim(row: Row) -> str:
    """The target, as a bound."""
    if row.target is None:
        return "–"
    return f"{'≥' if row.better == 'more' else '≤'} {number(row.target)}"


def verdict(row: Row) -> str:
    """Whether the target was met, and how far away the value is."""
    if row.met is None or row.target is None or row.value is None:
        return row.why or ""
    share = abs(row.value - row.target) / row.target
    return f"met, {share:.0%} to spare" if row.met else f"**missed by {share:.0%}**"


def line(row: Row) -> str:
    """One row for a terminal."""
    wall = f" (wall {number(row.wall)})" if row.wall is not None else ""
    target = f"  target {aim(row)}: {verdict(row)}" if row.target is not None else ""
    peer = f"  | {row.peer}: {number(row.peer_value)}, ratio {row.ratio}" if row.peer else ""
    why = f"  [{row.why}]" if row.why else ""
    return f"{row.name}: {number(row.value)} {row.unit}{wall}{target}{peer}{why}"


def write(found: Mapping[str, tuple[str, str, Sequence[Row]]]) -> None:
    """Write the page: for each benchmark its summary, what bounds it, and its rows."""
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    day = datetime.now(UTC).date().isoformat()
    parts = [_HEAD.format(machine=machine, day=day)]
    for summary, bounds, rows in found.values():
        parts.append(f"## {summary[0].upper()}{summary[1:]}\n\n{_table(rows)}\n")
        beside = [row for row in rows if row.peer]
        if beside:
            parts.append(_beside(beside) + "\n")
        parts.append(f"*What bounds it.* {bounds}\n")
        parts.append("*Conditions.*\n\n" + "\n".join(_conditions(rows)) + "\n")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _once(rows: Sequence[Row]) -> list[Row]:
    """Each measurement once, however many peers stand beside it."""
    return list({row.name: row for row in rows}.values())


def _table(rows: Sequence[Row]) -> str:
    lines = ["| what | reached | by the wall | target | |", "|---|---|---|---|---|"]
    for row in _once(rows):
        lines.append(
            f"| {row.name} | {number(row.value)} {row.unit} | {number(row.wall)} "
            f"| {aim(row)} | {verdict(row)} |"
        )
    return "\n".join(lines)


def _beside(rows: Sequence[Row]) -> str:
    lines = ["| beside | it reached | by the wall | ours, by it |", "|---|---|---|---|"]
    for row in rows:
        reached = number(row.peer_value) if row.peer_value is not None else row.why
        ratio = f"× {row.ratio:.3g}" if row.ratio is not None else "–"
        wall = number(row.peer_wall)
        lines.append(f"| {row.name}: {row.peer} | {reached} | {wall} | {ratio} |")
    return "\n".join(lines)


def _conditions(rows: Sequence[Row]) -> list[str]:
    return [f"- {row.name}: {row.conditions} ({row.runs} runs)." for row in _once(rows)]
