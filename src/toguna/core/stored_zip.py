"""Zip files that any computer opens, in one form only: the same files are the same bytes.

Entries are *stored*, not packed, so a file unfolds to no more than its own size and no two
versions of a packer differ. Names are ASCII, times are the beginning of 1980, attributes are
fixed, there are no comments, extra fields or encryption (PKWARE APPNOTE 6.3.10, s4.3). Whoever
reads rebuilds the file from what was found and compares: there is no byte that means nothing.
"""

from __future__ import annotations

import re
import struct
from binascii import crc32
from collections.abc import Sequence
from typing import Final

from toguna.errors import BadInput, Unverified

MAX_ENTRIES: Final = 8_192
MAX_BYTES: Final = 256 << 20
"""A whole file; far below where a zip needs its 64-bit form."""

_LOCAL: Final = struct.Struct("<4s5H3L2H")  # APPNOTE s4.3.7
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")  # s4.3.12
_END: Final = struct.Struct("<4s4H2LH")  # s4.3.16
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_NEEDS, _MADE_BY = 10, 3 << 8 | 10  # stored needs version 1.0; made on Unix
_MODE = 0o100644 << 16
_DATE = 0x21  # 1980-01-01
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}")

Files = Sequence[tuple[str, bytes]]
"""Names and contents, in the order in which they stand in the file."""


def pack(files: Files) -> bytes:
    """The zip file of these files. BadInput for a name that is none, or too much of it."""
    if len(files) > MAX_ENTRIES or sum(len(data) for _, data in files) > MAX_BYTES // 2:
        raise BadInput("too many files, or too large, for one file", remedy="make two of it")
    body, directory = bytearray(), bytearray()
    names: set[str] = set()
    for name, data in files:
        if not _NAME.fullmatch(name) or len(name) > 200 or name in names:
            raise BadInput(f"{name[:80]!r} cannot name a file in it")
        names.add(name)
        encoded, at = name.encode(), len(body)
        sizes = (crc32(data), len(data), len(data))
        body += _LOCAL.pack(_LOCAL_MARK, _NEEDS, 0, 0, 0, _DATE, *sizes, len(encoded), 0)
        body += encoded + data
        directory += _CENTRAL.pack(
            _CENTRAL_MARK, _MADE_BY, _NEEDS, 0, 0, 0, _DATE, *sizes, len(encoded), 0, 0, 0, 0,
            _MODE, at,
        )  # fmt: skip
        directory += encoded
    count = len(files)
    end = _END.pack(_END_MARK, 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory) + end


def unpack(data: bytes) -> list[tuple[str, bytes]]:
    """The files in such a zip file, in order.

    :raises BadInput: it is no zip file of this form, cut short, or too large.
    :raises Unverified: a byte is not as it would be written (flipped, added, hidden).
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"{len(data):,} bytes; at most {MAX_BYTES:,} are read")
    files: list[tuple[str, bytes]] = []
    at = 0
    while data[at : at + 4] == _LOCAL_MARK:
        head = data[at : at + _LOCAL.size]
        if len(head) < _LOCAL.size or len(files) >= MAX_ENTRIES:
            raise BadInput("the file is cut short, or holds too many files")
        fields = _LOCAL.unpack(head)
        size, length = fields[8], fields[9]
        begin = at + _LOCAL.size + length
        at = begin + size
        if at > len(data):
            raise BadInput("the file is cut short")
        name = data[begin - length : begin].decode("ascii", "replace")
        files.append((name, data[begin:at]))
    if not files:
        raise BadInput("this is no zip file of stored files", remedy="give the file as it came")
    try:
        rebuilt = pack(files)
    except BadInput as error:
        raise Unverified(f"it was not written by Toguna: {error.what}") from None
    if rebuilt != data:
        first = next(
            (k for k, (a, b) in enumerate(zip(rebuilt, data, strict=False)) if a != b),
            min(len(rebuilt), len(data)),
        )
        raise Unverified(
            f"byte {first} is not as it was written", where=_place(files, first) or "zip directory"
        )
    return files


def _place(files: Files, at: int) -> str:
    """Which file a byte belongs to, its header included; empty behind the last."""
    end = 0
    for name, data in files:
        end += _LOCAL.size + len(name) + len(data)
        if at < end:
            return name
    return ""
