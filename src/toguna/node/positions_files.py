"""What our own streams showed, hour by hour, in files whose digest stands in the journal.

A file can so be quoted as evidence: it was there, as it is, when its line was sealed. Streams of
other parties are theirs to keep, not ours.

While an hour runs, its positions are appended to ``<hour>-<party>.<stream>.part``, a chunk a
minute, each on the disk before the next begins. At the hour's end, and when the node ends, the
file gets its name (one rename: there is never half of one), and then its line in the home
journal. What a crash leaves is ended in the same way at the next start, without a torn chunk.

The form: a line of text that names it, then chunks, each its length (4 bytes, big endian) and a
zstd frame of msgpack: ``ids`` the objects by number, and columns of little-endian integers:
``object`` (u32), ``at_us`` (i64), ``lat_e7``, ``lon_e7``, ``alt_m``, ``speed_ms``, ``track_deg``
(i32; -2^31: not given). Of each object one position in ten seconds is kept, unless set otherwise.

Owned by the event loop: what was noted since the last :meth:`HourlyFiles.take`. All else runs in
the writing thread.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import zstandard

from toguna.core.time import DAY_US, format_time
from toguna.errors import BadInput
from toguna.node.positions import Feed, Position

FOLDER: Final = "positions"
SUFFIX: Final = ".positions"
PART: Final = ".part"
FIRST_LINE: Final = b"toguna positions 1\n"
JOURNAL: Final = "positions"
"""The word under which the journal has the digests."""
HOUR_US: Final = 3_600_000_000
CHUNK_BYTES: Final = 64 << 20
"""No chunk is larger, packed or not."""

_NONE: Final = -(1 << 31)
_COLUMNS: Final = (
    ("object", "I"), ("at_us", "q"), ("lat_e7", "i"), ("lon_e7", "i"), ("alt_m", "i"),
    ("speed_ms", "i"), ("track_deg", "i"),
)  # fmt: skip
_FILE: Final = re.compile(
    r"(?P<hour>[0-9]{8}T[0-9]{2})-(?P<party>[a-z][a-z0-9-]*)\.(?P<name>[a-z][a-z0-9-]*)"
    r"(\.[0-9]+)?\.positions"
)
_LINE: Final = re.compile(r"(?P<file>[^ /]+) sha256:(?P<digest>[0-9a-f]{64}), .*")


class Noted(NamedTuple):
    """Positions of one stream, noted within one hour."""

    stream: str
    hour_us: int
    positions: list[Position]


class HourlyFiles:
    """The files of one node, in its folder. ``journal`` writes a line into the home journal."""

    def __init__(
        self, folder: Path, every_s: int, keep_days: int, journal: Callable[[str], None]
    ) -> None:
        self._folder = folder / FOLDER
        self._every_us = every_s * 1_000_000
        self._keep_days = keep_days
        self._journal = journal
        self._lock = threading.Lock()
        self._noted: dict[tuple[str, int], Noted] = {}
        self._kept: dict[str, dict[str, int]] = {}

    def note(self, stream: str, positions: Sequence[Position], now_us: int) -> None:
        """Keep these positions, of each object one in so many seconds."""
        kept = self._kept.setdefault(stream, {})
        hour = now_us - now_us % HOUR_US
        chosen = [p for p in positions if p.at_us - kept.get(p.id, -HOUR_US) >= self._every_us]
        if not chosen:
            return
        kept.update((p.id, p.at_us) for p in chosen)
        noted = self._noted.get((stream, hour))
        if noted is None:
            noted = self._noted[stream, hour] = Noted(stream, hour, [])
        noted.positions.extend(chosen)

    def forget(self, feeds: Mapping[str, Feed]) -> None:
        """Only these streams and their objects are still there."""
        self._kept = {
            name: {id_: at for id_, at in kept.items() if id_ in feeds[name].objects}
            for name, kept in self._kept.items()
            if name in feeds
        }

    def take(self) -> list[Noted]:
        """What was noted since the last time."""
        noted, self._noted = self._noted, {}
        return list(noted.values())

    # In the writing thread ---------------------------------------------------------------

    def write(self, noted: Sequence[Noted], now_us: int, *, last: bool = False) -> None:
        """Append to the files of this hour; end those of hours that are over, or all of them."""
        with self._lock:  # the last one may come while the one before is still under way
            for one in noted:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                part = self._folder / f"{_stem(one.stream, one.hour_us)}{PART}"
                _append(part, _pack(one.positions))
            running = _hour(now_us - now_us % HOUR_US)
            for part in sorted(self._folder.glob(f"*{PART}")):
                if last or part.name[: len(running)] < running:
                    self._end(part)

    def end_old(self) -> None:
        """End what an earlier run of the node has left open."""
        for part in sorted(self._folder.glob(f"*{PART}")):
            _cut_torn(part)
            self._end(part)

    def _end(self, part: Path) -> None:
        """Give a file its name, then the journal its digest. A crash between the two is mended
        by :meth:`journal_missing`.
        """
        target = part.with_name(part.name.removesuffix(PART) + SUFFIX)
        number = 2
        while target.exists():
            target = part.with_name(f"{part.name.removesuffix(PART)}.{number}{SUFFIX}")
            number += 1
        part.rename(target)
        _sync(self._folder)
        self._journal(line_of(target))

    def journal_missing(self, known: Mapping[str, str]) -> None:
        """Journal files that stand in no line (``known``: digests by name)."""
        for path in files_in(self._folder):
            if path.name not in known:
                self._journal(line_of(path))

    def drop_old(self, now_us: int) -> int:
        """Delete files that are older than they are to be kept; how many."""
        oldest = oldest_kept(now_us, self._keep_days)
        old = [path for path in files_in(self._folder) if path.name < oldest]
        for path in old:
            path.unlink()
        return len(old)


def files_in(folder: Path) -> list[Path]:
    """The ended files in this folder, oldest first."""
    return sorted(p for p in folder.glob(f"*{SUFFIX}") if _FILE.fullmatch(p.name))


def oldest_kept(now_us: int, keep_days: int) -> str:
    """The names of files that are kept no longer stand before this one."""
    return _hour(max(0, now_us - keep_days * DAY_US))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    hashed = sha256()
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            hashed.update(data)
    return hashed.hexdigest()


def line_of(path: Path) -> str:
    """A file's line in the journal."""
    ids: set[str] = set()
    rows = 0
    for chunk in read_chunks(path):
        rows += len(chunk)
        ids |= {position.id for position in chunk}
    return f"{path.name} sha256:{digest_of(path)}, {rows:,} positions of {len(ids):,} objects"


def parse_line(text: str) -> tuple[str, str] | None:
    """File and digest of a line in the journal; None for another line."""
    match = _LINE.fullmatch(text)
    return (match["file"], match["digest"]) if match else None


def stream_of(name: str) -> str:
    """``ml/patrols`` of a file's name; empty when it is none."""
    match = _FILE.fullmatch(name)
    return f"{match['party']}/{match['name']}" if match else ""


def _stem(stream: str, hour_us: int) -> str:
    return f"{_hour(hour_us)}-{stream.replace('/', '.')}"


def _hour(us: int) -> str:
    """``20261123T14``, UTC."""
    return format_time(us)[:13].replace("-", "")


# Chunks ------------------------------------------------------------------------------------


def _pack(positions: Sequence[Position]) -> bytes:
    numbers: dict[str, int] = {}
    for position in positions:
        numbers.setdefault(position.id, len(numbers))
    chunk: dict[str, Any] = {"ids": list(numbers)}
    for name, code in _COLUMNS:
        if name == "object":
            values = [numbers[position.id] for position in positions]
        else:
            given = (getattr(position, name) for position in positions)
            values = [_NONE if value is None else value for value in given]
        chunk[name] = _little(array(code, values)).tobytes()
    packed = zstandard.compress(msgspec.msgpack.encode(chunk))
    return len(packed).to_bytes(4, "big") + packed


def _little(column: array[int]) -> array[int]:
    if sys.byteorder == "big":
        column.byteswap()
    return column


def read_chunks(path: Path) -> Iterator[list[Position]]:
    """The positions in a file, chunk by chunk. BadInput when it is not of this form."""
    with path.open("rb") as file:
        if file.readline(len(FIRST_LINE)) != FIRST_LINE:
            raise BadInput("it does not begin as a file of positions", where=str(path))
        while head := file.read(4):
            length = int.from_bytes(head, "big")
            packed = file.read(min(length, CHUNK_BYTES))
            if len(head) != 4 or len(packed) != length:
                raise BadInput("its last chunk is torn", where=str(path))
            yield _unpack(packed, str(path))


def _unpack(packed: bytes, where: str) -> list[Position]:
    try:
        data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=CHUNK_BYTES)
        chunk: dict[str, Any] = msgspec.msgpack.decode(data)
        columns = []
        for name, code in _COLUMNS:
            column = array(code)
            column.frombytes(chunk[name])
            columns.append(_little(column))
        return [
            Position(chunk["ids"][number], lat, lon, at, *(None if v == _NONE else v for v in rest))
            for number, at, lat, lon, *rest in zip(*columns, strict=True)
        ]
    except (zstandard.ZstdError, msgspec.DecodeError, KeyError, IndexError, ValueError) as error:
        raise BadInput(f"a chunk cannot be read: {error}", where=where) from None


# The disk ----------------------------------------------------------------------------------


def _append(part: Path, chunk: bytes) -> None:
    """Append a chunk; on the disk when this returns."""
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        size = file.tell()
        try:
            file.write(chunk if size else FIRST_LINE + chunk)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), size)  # what follows must not stand behind half a chunk
            raise


def _cut_torn(part: Path) -> None:
    """Cut off a chunk that a crash has left half written."""
    with part.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if file.read(len(FIRST_LINE)) != FIRST_LINE:
            file.seek(0)
            file.truncate()
            file.write(FIRST_LINE)
            return
        whole = file.tell()
        while len(head := file.read(4)) == 4 and whole + 4 + int.from_bytes(head, "big") <= size:
            whole = file.seek(whole + 4 + int.from_bytes(head, "big"))
        file.truncate(whole)


def _sync(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
