"""Endpoints for the operator's care of the node: bundles, backups, and the folder itself.

They are only where somebody runs the command line on the node's own machine.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec

from toguna.errors import BadInput, EngineFailure
from toguna.node import backup, opening
from toguna.node.bundle import Told, export_bundle, import_bundle
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json

BUNDLE_BYTES: Final = 64 << 20
OCTETS: Final = "application/octet-stream"


class BundleAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A bundle for ``reader``, from this size of our spine on, or from what it has shown."""

    reader: str
    from_size: int | None = None


class BundleTold(msgspec.Struct):
    """What a bundle holds or brought: entries [start, end) of ``log``, records, documents."""

    sender: str
    log: str
    start: int
    end: int
    records: int
    documents: int


class BackupAsked(msgspec.Struct, forbid_unknown_fields=True):
    """A backup of the node in ``folder`` to ``file`` (absolute paths on the node's machine),
    sealed for the age ``recipient``; ``sealed`` is kept in it for who has the passphrase.
    """

    folder: str
    file: str
    recipient: str
    sealed: str = ""


class BackupTold(msgspec.Struct):
    """What was written."""

    file: str
    records: int
    bytes: int


class CopyAsked(msgspec.Struct, forbid_unknown_fields=True):
    """The node's own folder, declared to be the only one."""

    folder: str


class CareShown(msgspec.Struct):
    """What only the node itself can see: its last backup, and what is broken in its store."""

    backup_us: int | None
    broken: list[str]


def _told(told: Told) -> Answer:
    return answer_json(BundleTold(*told))


async def export(asked: Asked) -> Answer:
    """The bundle as bytes."""
    said = read_json(await asked.body(export_.most), BundleAsked)
    sealed, _ = await asked.house.writer.run(
        lambda: export_bundle(asked.node, said.reader, said.from_size)
    )
    return Answer(sealed, OCTETS)


async def describe(asked: Asked) -> Answer:
    """What such a bundle holds."""
    said = read_json(await asked.body(describe_.most), BundleAsked)
    _, told = await asked.house.writer.run(
        lambda: export_bundle(asked.node, said.reader, said.from_size)
    )
    return _told(told)


async def take(asked: Asked) -> Answer:
    """Take in a bundle."""
    data = await asked.body(BUNDLE_BYTES)
    told = await asked.house.writer.run(lambda: import_bundle(asked.node, data, "the bundle"))
    return _told(told)


async def back_up(asked: Asked) -> Answer:
    """Write a sealed backup, whole or not at all."""
    said = read_json(await asked.body(backup_.most), BackupAsked)
    return answer_json(await asked.house.writer.run(lambda: _write_backup(asked, said)))


def _write_backup(asked: Asked, said: BackupAsked) -> BackupTold:
    path, lock = Path(said.file), backup.Lock(said.recipient, said.sealed)
    if not path.is_absolute():
        raise BadInput("the path must be absolute", where="file")
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("xb") as out:
            fresh.chmod(0o600)
            records = backup.write_backup(asked.node, Path(said.folder), lock, out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
        return BackupTold(str(path), records, path.stat().st_size)
    except OSError as error:
        raise EngineFailure(f"cannot be written: {error.strerror}", where=str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


async def care(asked: Asked) -> Answer:
    """Backup and integrity."""
    node = asked.node
    engine = node.parts.engine

    def look() -> CareShown:
        broken: list[str] = engine.integrity() if hasattr(engine, "integrity") else []
        return CareShown(backup.last_backup_us(node), broken)

    return answer_json(await asked.house.writer.run(look))


async def accept(asked: Asked) -> Answer:
    """A person says that no other copy of the folder runs."""
    said = read_json(await asked.body(accept_.most), CopyAsked)
    await asked.house.writer.run(lambda: opening.accept_copy(asked.node, Path(said.folder)))
    return answer_json({})


export_: Final = Endpoint(
    "POST", "/api/bundle/export", export, "operator", "A sealed bundle for a party.",
    OCTETS, takes=BundleAsked,
)  # fmt: skip
describe_: Final = Endpoint(
    "POST", "/api/bundle/describe", describe, "operator", "What such a bundle holds.",
    BundleTold, takes=BundleAsked,
)  # fmt: skip
backup_: Final = Endpoint(
    "POST", "/api/backup", back_up, "operator", "Write a sealed backup of the node.",
    BackupTold, takes=BackupAsked,
)  # fmt: skip
accept_: Final = Endpoint(
    "POST", "/api/copied", accept, "operator", "Declare this folder the only copy of the node.",
    dict, takes=CopyAsked,
)  # fmt: skip

ENDPOINTS: Final = (
    export_,
    describe_,
    backup_,
    accept_,
    Endpoint(
        "POST", "/api/bundle/import", take, "operator", "Take in a bundle.", BundleTold,
        takes=OCTETS, most=BUNDLE_BYTES,
    ),
    Endpoint("GET", "/api/care", care, "person", "Backup age and integrity.", CareShown),
)  # fmt: skip
