"""The wording of the command line in one place: sentences, and tables of plain text.

Messages of commands are English; what people are shown in the demo has French first (its own
file). Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from toguna.core.time import duration_text, format_time

YES: Final = "yes"
NO: Final = "no"
CARRY_AWAY: Final = (
    "carry {path} away (a safe, a sealed stick): whoever has it can speak for {party}"
)
SEALED_ROOT: Final = "the root key is sealed with the passphrase; carry it away all the same"
NOTHING: Final = "nothing here yet"
PENDING: Final = "not in force: {state}"
LEFT_OUT: Final = "after that nothing more is served to {party}, and its channels are closed"


def moment(us: int | None) -> str:
    """A time in words, or a dash."""
    return "-" if us is None or us < 0 else format_time(us)


def ago(us: int | None, now_us: int) -> str:
    """How long ago, in words."""
    return "never" if us is None or us < 0 else f"{duration_text(now_us - us)} ago"


def count(number: int, one: str, many: str = "") -> str:
    """``1 record``, ``2,000 records``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def table(rows: Iterable[Sequence[Any]], heads: Sequence[str] = ()) -> str:
    """Columns padded to their widest cell; no line ends in white space."""
    cells = [[str(c) for c in row] for row in ([heads] if heads else [])]
    cells += [["-" if c is None else str(c) for c in row] for row in rows]
    if not cells:
        return NOTHING
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def fields(values: Mapping[str, Any]) -> str:
    """``name  value`` lines; what is empty is left out."""
    shown = {k: v for k, v in values.items() if v not in (None, "", (), [], {})}
    return table([(k, _plain(v)) for k, v in shown.items()])


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def shortened(text: str, most: int = 60) -> str:
    """One line of at most ``most`` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
