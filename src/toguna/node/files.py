"""Files that our records quote by digest: kept at home, given to our own people alone.

Only clean pictures come in (:mod:`toguna.node.pictures`), under the SHA-256 of the clean bytes.
They have no name, so none has to be trusted. A file that no record quotes is swept a week after
it came; one whose last record was erased goes with the next sweep after that week.

No peer is ever served a file, and a digest in a record that leaves says only that there is one.
A record may quote a digest that is not kept here: the file can lie in another archive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from toguna.core.table import Reader, Row, Transaction, Where
from toguna.errors import Refused, Unknown
from toguna.node import tables as t
from toguna.node.pictures import Picture

if TYPE_CHECKING:
    from toguna.node.node import Node

PART_BYTES: Final = 1 << 16
UNUSED_US: Final = 7 * 86_400_000_000
DAY_US: Final = 86_400_000_000
DAY_BYTES: Final = 256 << 20
"""What one person may bring in a day."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_QUOTES: Final = b'"evidence":['
_QUOTED: Final = re.compile(rb'"([0-9a-f]{64})"')


class Kept(NamedTuple):
    """A file that is kept: its digest in hex, and what it is."""

    digest: str
    type: str
    bytes: int
    width: int
    height: int


class Files:
    """The files of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def keep(self, picture: Picture, by: str) -> Kept:
        """Store a clean picture that ``by`` brought; the same one twice is kept once.

        Refused beyond what a person may bring in a day, or the node may keep at all.
        """
        digest = sha256(picture.data).hexdigest()
        kept = Kept(digest, picture.type, len(picture.data), picture.width, picture.height)
        with self._node.writing() as tx:
            now = self._node.now()
            if tx.get(t.FILE, (digest,)) is None:
                self._check_room(tx, kept.bytes, by, now)
                data = picture.data
                tx.put(
                    t.FILE_PART,
                    [
                        (digest, at, data[at : at + PART_BYTES])
                        for at in range(0, len(data), PART_BYTES)
                    ],
                )
            tx.put(t.FILE, [(*kept, now, by)])
        return kept

    def _check_room(self, tx: Reader, size: int, by: str, now: int) -> None:
        recent = [Where("by", "=", by), Where("at", ">=", now - DAY_US)]
        if _bytes(tx, recent) + size > DAY_BYTES:
            raise Refused(
                f"more than {DAY_BYTES >> 20} MB in a day", where="file", remedy="go on tomorrow"
            )
        quota = self._node.parts.desk.files_quota_mb << 20
        if _bytes(tx, ()) + size > quota:
            raise Refused(
                f"the files of this node take {quota >> 20:,} MB, which is the most",
                where="file",
                remedy="a keeper can raise files.quota_mb",
            )

    def show(self, digest: str) -> tuple[Kept, bytes]:
        """A file and its bytes; Unknown when it is not here, or that is no digest."""
        if not _DIGEST.fullmatch(digest):
            raise Unknown("no such file")
        with self._node.reading() as tx:
            row = tx.get(t.FILE, (digest,))
            if row is None:
                raise Unknown("no such file")
            parts = tx.scan(t.FILE_PART, [Where("digest", "=", digest)], columns=("data",))
            data = b"".join(cast(bytes, part[0]) for part in parts)
        return Kept(*row[:5]), data  # type: ignore[arg-type]

    def sweep(self) -> int:
        """Remove the files that no record quotes after a week; how many those were."""
        before = self._node.now() - UNUSED_US
        with self._node.reading() as tx:
            old = tx.scan(t.FILE, [Where("at", "<", before)], columns=("digest",))
            if not any(_is_unused(tx, cast(str, row[0])) for row in old):
                return 0
        with self._node.writing() as wtx:
            rows = list(wtx.scan(t.FILE, [Where("at", "<", before)], columns=("digest",)))
            unused = [digest for row in rows if _is_unused(wtx, digest := cast(str, row[0]))]
            for digest in unused:
                parts = wtx.scan(
                    t.FILE_PART, [Where("digest", "=", digest)], columns=("digest", "at")
                )
                wtx.delete(t.FILE_PART, list(parts))
            wtx.delete(t.FILE, [(digest,) for digest in unused])
        return len(unused)


def note_uses(tx: Transaction, rows: Sequence[Row]) -> None:
    """Remember which files these records of ours quote (rows of RECORD)."""
    tx.put(
        t.FILE_USE,
        [
            (digest.decode(), row[0])
            for row in rows
            if _QUOTES in (raw := cast(bytes, row[8]))
            for digest in sorted(set(_QUOTED.findall(raw)))
        ],
    )


def forget_uses(tx: Transaction, key: int) -> None:
    """This record is erased: it quotes nothing any more."""
    used = tx.scan(t.FILE_USE, [Where("record", "=", key)], columns=("digest", "record"))
    tx.delete(t.FILE_USE, list(used))


def _is_unused(tx: Reader, digest: str) -> bool:
    return not tx.count(t.FILE_USE, [Where("digest", "=", digest)])


def _bytes(tx: Reader, where: Sequence[Where]) -> int:
    return sum(cast(int, row[0]) for row in tx.scan(t.FILE, where, columns=("bytes",)))
