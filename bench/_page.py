"""Rows as lines for a terminal, and as the page ``docs/explanation/performance.md``."""

from __future__ import annotations

from pathlib import Path

from bench._rows import Row

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "performance.md"


def number(value: float | None) -> str:
    """A number with as many digits as mean something."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"


def line(row: Row) -> str:
    """One row for a terminal."""
    sign = "≥" if row.better == "more" else "≤"
    aim = f"  target {sign} {number(row.target)}" if row.target is not None else ""
    met = {True: " met", False: " MISSED", None: ""}[row.met]
    wall = f" (wall {number(row.wall)})" if row.wall is not None else ""
    beside = f"  | {row.peer}: {number(row.peer_value)}, ratio {row.ratio}" if row.peer else ""
    why = f"  [{row.why}]" if row.why else ""
    return f"{row.name}: {number(row.value)} {row.unit}{wall}{aim}{met}{beside}{why}"


def write(rows: list[Row]) -> None:
    """Write the page."""
