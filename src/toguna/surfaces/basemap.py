"""What a member lays into the folder ``map/`` of its node: rivers, roads, regions, whole maps.

Any GeoJSON or PMTiles file there is listed and given to our own people, and drawn by their desk.
Only plain files directly in that folder are; a name is checked before it meets the file system,
and a link is not followed, so nothing beside the folder can be asked for. A file is trusted to be
a map, not to be harmless: it is sent under a type of our own choosing, to be drawn and not run.

PMTiles files may be larger than memory: they are read by ranges (RFC 9110 14).
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from toguna.errors import BadInput, Unknown
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json

FILES: Final = 64
"""Files of one folder that are looked at, in the order of their names."""
GEOJSON_BYTES: Final = 32 << 20
"""A GeoJSON file is drawn as a whole; a larger one belongs into PMTiles."""
RANGE_BYTES: Final = 8 << 20
"""At most so much of a file is sent at once when a range is asked for."""

CACHE: Final = "private, no-cache"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.(geojson|pmtiles)")
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_TYPES: Final = {"geojson": "application/geo+json", "pmtiles": "application/vnd.pmtiles"}
_HEADER: Final = 127
_METADATA_BYTES: Final = 4 << 20
_GZIP: Final = 2
_GUARDS: Final = {
    "accept-ranges": "bytes",
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}

Drawn = Literal["geojson", "vector", "raster", "unknown"]
_TILES: Final[tuple[Drawn, ...]] = ("unknown", "vector", "raster", "raster", "raster", "raster")
"""How tiles are drawn, by their type in the specification."""


class MapFile(msgspec.Struct):
    """A file of the folder. ``type`` is how it is drawn; one that cannot be is ``unknown``, and
    ``why`` says what is wrong with it. ``changed_us`` is the file's own time.
    """

    name: str
    type: Drawn
    bytes: int
    sha256: str
    changed_us: int
    attribution: str = ""
    why: str = ""


class MapFiles(msgspec.Struct):
    """What the member has laid into the folder, by name; ``more`` files were not looked at."""

    files: list[MapFile]
    more: int


class _Collection(msgspec.Struct):
    """As much of a GeoJSON file (RFC 7946) as is looked at here."""

    type: Literal["FeatureCollection"]
    features: list[msgspec.Raw]
    attribution: str = ""


class _Metadata(msgspec.Struct):
    """As much of the metadata of a PMTiles file (version 3) as is looked at here."""

    attribution: str = ""


class _Stamp(NamedTuple):
    """What changes with a file's content, as far as a file system says."""

    bytes: int
    changed_ns: int
    inode: int


_known: dict[tuple[Path, _Stamp], MapFile] = {}
_collection = msgspec.json.Decoder(_Collection)
_metadata = msgspec.json.Decoder(_Metadata)


@contextmanager
def _opened(folder: Path | None, name: str) -> Iterator[tuple[BufferedReader, _Stamp]]:
    """The file of this name; Unknown unless it is a plain file directly in the folder."""
    if folder is None or _NAME.fullmatch(name) is None:
        raise Unknown("there is no such map")
    try:
        # O_NONBLOCK: a pipe of that name must not hold us up before it is recognised.
        number = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise Unknown("there is no such map") from None
    found = os.fstat(number)
    if not stat.S_ISREG(found.st_mode):
        os.close(number)
        raise Unknown("there is no such map")
    with os.fdopen(number, "rb") as file:
        yield file, _Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


def files_in(folder: Path | None) -> MapFiles:
    """The maps in a folder. Each is read as a whole once, and again when it has changed."""
    names: list[str] = []
    if folder is not None and folder.is_dir():
        names = sorted(entry.name for entry in folder.iterdir() if _NAME.fullmatch(entry.name))
    files = []
    for name in names[:FILES]:
        try:
            with _opened(folder, name) as (file, stamp):
                files.append(_looked_at(file, Path(str(folder), name), stamp))
        except Unknown:  # it went away, or was none: then it is not listed
            continue
    return MapFiles(files, max(0, len(names) - FILES))


def _looked_at(file: BufferedReader, path: Path, stamp: _Stamp) -> MapFile:
    known = _known.get((path, stamp))
    if known is not None:
        return known
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    found = MapFile(path.name, "unknown", stamp.bytes, digest, stamp.changed_ns // 1_000)
    try:
        look = _geojson if path.suffix == ".geojson" else _pmtiles
        found.type, found.attribution = look(file, stamp.bytes)
    except BadInput as error:
        found.why = error.what
    for old in [key for key in _known if key[0] == path]:
        del _known[old]
    _known[path, stamp] = found
    return found


def _geojson(file: BufferedReader, size: int) -> tuple[Drawn, str]:
    if size > GEOJSON_BYTES:
        raise BadInput(f"more than {GEOJSON_BYTES >> 20} MB: make a PMTiles file of it")
    file.seek(0)
    try:
        return "geojson", _collection.decode(file.read()).attribution
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadInput("not a GeoJSON FeatureCollection") from None


def _pmtiles(file: BufferedReader, size: int) -> tuple[Drawn, str]:
    file.seek(0)
    header = file.read(_HEADER)
    if len(header) < _HEADER or header[:8] != b"PMTiles\x03":
        raise BadInput("not a PMTiles file of version 3")
    start, length = (int.from_bytes(header[i : i + 8], "little") for i in (24, 32))
    if start + length > size or length > _METADATA_BYTES:
        raise BadInput("a PMTiles file that is cut off")
    file.seek(start)
    raw = file.read(length)
    try:
        if header[97] == _GZIP:
            raw = _unzipped(raw)
        said = _metadata.decode(raw).attribution
    except (OSError, EOFError, msgspec.DecodeError, UnicodeDecodeError):
        said = ""
    if not 1 <= header[99] < len(_TILES):
        raise BadInput("tiles of a kind that is not drawn here")
    return _TILES[header[99]], said


def _unzipped(data: bytes) -> bytes:
    """At most so much as metadata may be: a small file may unpack to a very large one."""
    return gzip.GzipFile(fileobj=BytesIO(data)).read(_METADATA_BYTES)


# Answers -------------------------------------------------------------------------------


async def listed(asked: Asked) -> Answer:
    """What lies in the folder."""
    folder = asked.node.parts.desk.map_folder
    return answer_json(await asyncio.to_thread(files_in, folder))


async def given(asked: Asked) -> Answer:
    """One file, or a range of it."""
    folder, name = asked.node.parts.desk.map_folder, asked.params["name"]
    headers = asked.house.headers(asked.scope)
    return await asyncio.to_thread(give, folder, name, headers.get("range", ""), headers)


def give(folder: Path | None, name: str, wanted: str, headers: Mapping[str, str]) -> Answer:
    """The file, or the range that is ``wanted`` of it (``bytes=0-16383``).

    :raises BadInput: it is too large to be sent as a whole.
    """
    with _opened(folder, name) as (file, stamp):
        type_ = _TYPES[name.rpartition(".")[2]]
        etag = f'"{stamp.inode:x}-{stamp.changed_ns:x}-{stamp.bytes:x}"'
        told = {**_GUARDS, "etag": etag}
        # A range of what the file was before would fit nowhere.
        if headers.get("if-range", etag) != etag:
            wanted = ""
        if etag == headers.get("if-none-match") and not wanted:
            return Answer(b"", type_, 304, CACHE, told)
        place = _place(wanted, stamp.bytes)
        if place is None:
            if stamp.bytes > GEOJSON_BYTES:
                raise BadInput("too large to be sent as a whole", remedy="ask for ranges of it")
            return Answer(file.read(GEOJSON_BYTES), type_, 200, CACHE, told)
        start, end = place
        if start >= end:
            told["content-range"] = f"bytes */{stamp.bytes}"
            return Answer(b"", type_, 416, CACHE, told)
        file.seek(start)
        content = file.read(min(end - start, RANGE_BYTES))
        told["content-range"] = f"bytes {start}-{start + len(content) - 1}/{stamp.bytes}"
        return Answer(content, type_, 206, CACHE, told)


def _place(wanted: str, size: int) -> tuple[int, int] | None:
    """Where a range begins and ends; None when there is none that we read (14.2: ignore it)."""
    found = _RANGE.fullmatch(wanted.replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1 if last else size)


ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/map", listed, "person",
        "The maps that were laid into the node's folder.", MapFiles,
    ),
    Endpoint(
        "GET", "/api/map/{name}", given, "person",
        "One of these files, whole or by ranges.", "*/*",
    ),
)  # fmt: skip
