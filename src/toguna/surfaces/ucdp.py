"""UCDP GED files as events: a stream of rows, each an event or a problem, nothing guessed.

Takes the files of UCDP itself (``best, low, high``), those of HDX (with a row of HXL tags)
and cuts of them (``best_est, low_est, high_est``); comma, semicolon or tab; a further empty
field at the end of rows. What does not fit is named with its line and column and left out.

What concerns the whole file (no such column, not UTF-8) is raised; what concerns one row is
yielded as a :class:`Problem`, so that one bad row does not cost the other five thousand.

Not here: writing records. UCDP GED codebook: Högbladh, "UCDP GED Codebook version 24.1".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from toguna.core.time import parse_time
from toguna.domains.sharing import Event
from toguna.errors import BadInput, Unknown

DATASET: Final = "UCDP GED"

_SAME: Final = {"best_est": "best", "low_est": "low", "high_est": "high"}
_SAME.update({f"deaths_{name}": name for name in ("best", "low", "high")})
_DEATHS: Final = {
    "deaths_best": "best",
    "deaths_low": "low",
    "deaths_high": "high",
    "deaths_a": "deaths_a",
    "deaths_b": "deaths_b",
    "deaths_civilians": "deaths_civilians",
    "deaths_unknown": "deaths_unknown",
}
_NEEDED: Final = (
    *("id", "country", "date_start", "date_end", "date_prec", "type_of_violence"),
    *("where_prec", "latitude", "longitude", *_DEATHS.values()),
)
_DELIMITERS: Final = (",", ";", "\t")
_MOST_DEATHS: Final = 10_000_000
_MOST_LINE_BYTES: Final = 1 << 20
_LINE: Final = 200
_DETAIL: Final = 1_000
_VERSION: Final = re.compile(r"ged(?:event)?_?v?(\d\d)_?\.?(\d)(?!\d)", re.IGNORECASE)
# UCDP's own files add a midnight to the day.
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00:00(?:\.0+)?)?", re.ASCII)


class Row(NamedTuple):
    """One event, the line on which its row ends, and the bytes of the file read so far."""

    line: int
    event: Event
    read_bytes: int


class Problem(NamedTuple):
    """A row that was left out: its line, and what is wrong with which column."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


def read_ucdp(path: Path, version: str | None = None) -> Iterator[Row | Problem]:
    """The rows of a UCDP GED file, in its order, without holding more than one of them.

    :param version: of the dataset; without one it is read off the file's name, and is
        ``unknown`` when that does not tell.
    :raises BadInput: not a CSV file in UTF-8, or a column is missing; ``where`` is file and line.
    :raises Unknown: there is no such file.
    """
    version = version or version_of(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unknown(
            f"cannot be read: {error.strerror}", remedy="check the path", where=str(path)
        ) from None
    with file:
        yield from _rows(file, str(path), version)


def version_of(path: Path) -> str:
    """The version in a file's name (``ucdp_ged_v24_1…``, ``GEDEvent_v25_1``, ``ged241``)."""
    found = _VERSION.search(path.name)
    return f"{found[1]}.{found[2]}" if found else "unknown"


class _Lines:
    """The lines of a file as text; it knows how far it has read."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self.name = name
        self.line = 0
        self.read_bytes = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(_MOST_LINE_BYTES + 1)
        if not raw:
            raise StopIteration
        self.line += 1
        self.read_bytes += len(raw)
        if b"\0" in raw or len(raw) > _MOST_LINE_BYTES:
            raise self.wrong("this is not a CSV file", "export it as CSV, in UTF-8")
        try:
            return raw.decode("utf-8-sig" if self.line == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise self.wrong(
                f"byte {error.start + 1} of the line is not UTF-8", "save the file as UTF-8"
            ) from None

    def wrong(self, what: str, remedy: str) -> BadInput:
        """An error about the whole file, at the line that shows it."""
        return BadInput(what, remedy=remedy, where=f"{self.name}:{max(self.line, 1)}")


def _rows(file: BinaryIO, name: str, version: str) -> Iterator[Row | Problem]:
    lines = _Lines(file, name)
    first = next(lines, "")
    if not first.strip():
        raise lines.wrong("the file is empty", "give a UCDP GED file")
    delimiter, columns = _header(first, lines)
    seen: dict[str, int] = {}
    for fields in _split(first, lines, delimiter):
        # An HXL tag row (hxlstandard.org s2): every cell that is filled begins with "#".
        if isinstance(fields, list) and all(f.startswith("#") for f in fields if f):
            continue
        line = lines.line
        try:
            event = _event(_cells(fields, columns), version)
            if event.dataset_id in seen:
                first_line = seen[event.dataset_id]
                raise BadInput(f"{event.dataset_id} stood in line {first_line}", where="id")
        except BadInput as error:
            column = f"column {error.where}: " if error.where else ""
            yield Problem(line, f"{column}{error.what}")
            continue
        seen[event.dataset_id or ""] = line
        yield Row(line, event, lines.read_bytes)


def _split(first: str, lines: _Lines, delimiter: str) -> Iterator[list[str] | BadInput]:
    """The fields of each row below the header, or what is wrong with its quotes."""
    reader = csv.reader(chain((first,), lines), delimiter=delimiter, strict=True)
    header = True
    while True:
        began = lines.line + (0 if header else 1)
        try:
            fields = next(reader, None)
        except csv.Error as error:
            if "expected after" in str(error) and not header:
                yield BadInput("text follows a closing quote")
                continue
            # A quote that is never closed, or closed far below, has swallowed whole rows.
            raise BadInput(
                f"this is not CSV: {error}",
                remedy="look for a quote that is not closed, or export the file again",
                where=f"{lines.name}:{began}",
            ) from None
        if fields is None:
            return
        if not header:
            yield fields
        header = False


def _header(first: str, lines: _Lines) -> tuple[str, list[str]]:
    """Delimiter and column names, by the delimiter that finds most of the columns."""
    best: tuple[str, list[str]] = (",", [])
    most = -1
    for delimiter in _DELIMITERS:
        try:
            raw = next(csv.reader([first], delimiter=delimiter))
        except csv.Error as error:
            raise lines.wrong(f"this is not CSV: {error}", "export the file again") from None
        names = [_SAME.get(c := cell.strip().lower(), c) for cell in raw]
        if (known := len(set(names) & set(_NEEDED))) > most:
            best, most = (delimiter, names), known
    names = best[1]
    missing = [c for c in _NEEDED if c not in names]
    if missing:
        raise lines.wrong(
            f"no column {', '.join(missing)}", "give a UCDP GED file, with its first line"
        )
    doubled = sorted({c for c in names if c in _NEEDED and names.count(c) > 1})
    if doubled:
        raise lines.wrong(f"column {', '.join(doubled)} stands there twice", "remove one")
    return best


def _cells(fields: list[str] | BadInput, columns: list[str]) -> dict[str, str]:
    """The row by column name. A row of another width was mangled, and is not put together."""
    if isinstance(fields, BadInput):
        raise fields
    if len(fields) < len(columns) or any(f.strip(" ;") for f in fields[len(columns) :]):
        mangled = len(fields) < len(columns) // 2 or any(f.endswith(";;") for f in fields)
        cause = ": a spreadsheet has mangled it, export it again" if mangled else ""
        raise BadInput(f"{len(fields)} fields instead of {len(columns)}{cause}")
    return {name: value.strip() for name, value in zip(columns, fields, strict=False)}


def _event(cells: dict[str, str], version: str) -> Event:
    start_us, end_us = _day(cells, "date_start"), _day(cells, "date_end")
    if end_us < start_us:
        raise BadInput(f"{cells['date_end']} is before date_start", where="date_end")
    deaths = {field: _number(cells, c, 0, _MOST_DEATHS) for field, c in _DEATHS.items()}
    clarity = cells.get("event_clarity", "")
    return Event(
        adm_1=_words(cells, "adm_1"),
        adm_2=_words(cells, "adm_2"),
        clarity=int(clarity) if clarity in ("1", "2") else None,
        country=_required(cells, "country"),
        dataset=DATASET,
        dataset_id=_required(cells, "id"),
        dataset_version=version,
        date_end_us=end_us,
        date_prec=_number(cells, "date_prec", 1, 5),
        date_start_us=start_us,
        dyad=_words(cells, "dyad_name"),
        lat_e7=_degrees(cells, "latitude", 90),
        lon_e7=_degrees(cells, "longitude", 180),
        side_a=_words(cells, "side_a"),
        side_b=_words(cells, "side_b"),
        type_of_violence=_number(cells, "type_of_violence", 1, 3),
        where_detail=_words(cells, "where_description", _DETAIL),
        where_prec=_number(cells, "where_prec", 1, 7),
        where_text=_words(cells, "where_coordinates"),
        **deaths,
    )


def _number(cells: dict[str, str], column: str, least: int, most: int) -> int:
    text = cells[column]
    if not re.fullmatch(r"-?\d{1,12}", text, re.ASCII):
        raise BadInput(f"{text[:40]!r} is not a whole number", where=column)
    if not least <= int(text) <= most:
        raise BadInput(f"{text} is not in {least}..{most:,}", where=column)
    return int(text)


def _degrees(cells: dict[str, str], column: str, most: int) -> int:
    """Degrees x 10^7, exact in decimals: no float stands between the file and the record."""
    text = cells[column]
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadInput(f"{text[:40]!r} is not a number of degrees", where=column) from None
    if not value.is_finite() or abs(value) > most:
        raise BadInput(f"{text[:40]} is not in -{most}..{most} degrees", where=column)
    return round(value * 10_000_000)


def _day(cells: dict[str, str], column: str) -> int:
    """Midnight UTC of a day, in microseconds since the epoch."""
    text = cells[column]
    found = _DAY.fullmatch(text)
    if not found:
        raise BadInput(f"{text[:40]!r} is not a day like 2023-12-31", where=column)
    try:
        return parse_time(found[1])
    except BadInput as error:
        raise BadInput(error.what, where=column) from None


def _required(cells: dict[str, str], column: str) -> str:
    text = _words(cells, column)
    if text is None:
        raise BadInput("it is empty", where=column)
    return text


def _words(cells: dict[str, str], column: str, most: int = _LINE) -> str | None:
    """The text of a cell; None when there is none. A longer one is cut, and shows it."""
    text = cells.get(column, "")
    return (text if len(text) <= most else f"{text[: most - 1]}…") or None
