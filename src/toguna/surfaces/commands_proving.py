"""verify and log export: proofs that a stranger can run."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from toguna.core import note, tiles
from toguna.core.note import VerifierKey
from toguna.errors import BadInput, Conflict, EngineFailure, Unknown
from toguna.node.config import FILE
from toguna.surfaces import words
from toguna.surfaces.options import FOLDER, folder, naming, read_bytes, say, spoken, write_whole

Progress = Callable[[int], None]


@click.command(epilog="Example: toguna verify ml; toguna verify http://127.0.0.1:8101 --as bf")
@click.argument("target")
@click.option("--vkey", help="The log's key, name+id+key, got by another way than from the log.")
@click.option(
    "--as", "as_folder", type=FOLDER, metavar="DIR", help="Ask as the party of this node."
)
@spoken
def verify(target: str, vkey: str | None, as_folder: Path | None, as_json: bool) -> None:
    """Check every hash and signature of a node's folder, a served or exported log, or a bundle.

    With --as the peer at URL is asked for all that DIR's party may see, and that is compared
    with what DIR holds. The first bad record is named, and the exit code is 1.
    """
    with _bar(as_json) as progress:
        rows = list(_checked(target, vkey, as_folder, progress))
    heads = ("log", "size", "records", "")
    said = {"target": target, "verified": True, "logs": rows}
    text = words.table(
        [(r["log"], f"{r['size']:,}", r["records"], r.get("note", "")) for r in rows], heads
    )
    say(said, f"{text}\nverified: every hash and signature holds", as_json)


def _checked(
    target: str, vkey: str | None, as_folder: Path | None, progress: Progress
) -> Iterator[dict[str, Any]]:
    path = Path(target)
    if target.startswith(("http://", "https://")):
        if as_folder is None:
            yield _published(_from_url(target), vkey, progress)
            return
        from toguna.surfaces.asking_afresh import verify_afresh

        yield from verify_afresh(target, as_folder, vkey, progress)
    elif (path / FILE).is_file():
        yield from _store(path, progress)
    elif path.is_dir() and (path / "checkpoint").is_file():
        yield _published(_from_folder(path), vkey, progress)
    elif path.is_file():
        yield _bundle(path, as_folder)
    elif path.is_dir():
        raise BadInput("neither a node's folder nor an exported log", where=target)
    else:
        raise BadInput("there is no such file, folder or address", where=target)


@contextlib.contextmanager
def _bar(as_json: bool) -> Iterator[Progress]:
    """A counter on a terminal, nothing elsewhere."""
    done = 0

    def progress(more: int) -> None:
        nonlocal done
        done += more
        click.echo(f"\r{done:,} records checked", nl=False, err=True)

    if as_json or not sys.stderr.isatty():
        yield lambda _more: None
        return
    try:
        yield progress
    finally:
        click.echo("", err=True)


# A node's folder ---------------------------------------------------------------------------


def _store(folder: Path, progress: Progress) -> Iterator[dict[str, Any]]:
    from toguna.core.ed25519 import public_key
    from toguna.engines.opening import open_engine
    from toguna.node import keyfiles, opening
    from toguna.node import tables as t
    from toguna.node.config import read_config
    from toguna.node.verifying import verify_store

    catalogue = opening.house_catalogue()
    config = read_config(folder, catalogue)
    own_key = public_key(keyfiles.load(folder / opening.KEYS).log)
    try:
        engine = open_engine(config.store, folder, create=False)
    except Conflict as error:
        remedy = "stop it, or verify its address instead"
        raise Conflict(error.what, where=error.where, remedy=remedy) from None
    try:
        whole: list[str] = engine.integrity() if hasattr(engine, "integrity") else []
        engine.declare(t.ALL)
        with engine.read() as tx:
            found = verify_store(
                tx, config.party, catalogue, own_key, opening.wall_clock(), progress
            )
            for log in found:
                yield {"log": log.log, "size": log.size, "records": log.records, "seals": log.seals}
        if whole:
            raise EngineFailure(
                f"the database is damaged: {whole[0]}",
                where=str(folder),
                remedy="no record is bad; restore it from your backup all the same",
            )
    finally:
        engine.close()


# Published logs ----------------------------------------------------------------------------


def _published(
    fetch: Callable[[str], bytes], vkey: str | None, progress: Progress
) -> dict[str, Any]:
    from toguna.node.verifying_static import verify_published

    found = verify_published(fetch, vkey, progress)
    own = "" if vkey else "by the key that the log shows of itself"
    return {
        "log": found.log,
        "size": found.size,
        "records": "commitments",
        "root": found.root.hex(),
        "vkey": str(found.key),
        "note": own,
    }


def _from_folder(folder: Path) -> Callable[[str], bytes]:
    def fetch(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError:
            raise Unknown("the file is missing", where=path) from None

    return fetch


def _from_url(url: str) -> Callable[[str], bytes]:
    """Files of a served spine; the base may be the node's address or the log's own."""
    import httpx

    base = url.rstrip("/")
    client = httpx.Client(timeout=30, trust_env=False)

    def get(path: str) -> httpx.Response:
        try:
            return client.get(f"{base}/{path}")
        except httpx.HTTPError as error:
            raise EngineFailure(f"does not answer: {error}", where=base) from None

    if not base.endswith("/spine") and get("checkpoint").status_code != 200:
        base += "/spine"

    def fetch(path: str) -> bytes:
        answer = get(path)
        if answer.status_code != 200:
            raise Unknown(f"the log has no {path} ({answer.status_code})", where=base)
        return answer.content

    return fetch


# Bundles -----------------------------------------------------------------------------------


def _bundle(path: Path, as_folder: Path | None) -> dict[str, Any]:
    from toguna.core import frame as frames
    from toguna.node import bundle, opening

    data = read_bytes(path, "the file")
    header, _sealed = bundle.read_header(data, str(path))
    if as_folder is None:
        raise BadInput(
            f"sealed for {header.reader}, so nobody else can look inside",
            where=str(path),
            remedy=f"give --as DIR with the folder of {header.reader}",
        )
    node = opening.open_node(as_folder)
    try:
        with naming(path):
            _header, content = bundle.open_bundle(node, data, str(path))
            decoded = [frames.decode(raw) for raw in content.frames]
            records = bundle.verify_frames(node, decoded, header.sender)
        size = decoded[-1].end if decoded else 0
        return {"log": content.log, "size": size, "records": records, "note": "nothing was kept"}
    finally:
        node.close()


# Export ------------------------------------------------------------------------------------


@click.group(epilog="Example: toguna log export ml -o public/")
def log() -> None:
    """Our spine as static files, for any plain web server and any C2SP client."""


@log.command(epilog="Example: toguna log export ml -o public/")
@folder
@click.option("-o", "--output", type=FOLDER, required=True, help="The folder to write into.")
@spoken
def export(folder: Path, output: Path, as_json: bool) -> None:
    """Write checkpoint, tiles, entries and vkey: commitments only, safe for anyone to carry."""
    from toguna.surfaces.client import Client

    with Client(folder) as client:
        signed, vkey = client.fetch("/spine/checkpoint"), client.fetch("/spine/vkey")
        key = VerifierKey.parse(vkey.decode().strip())
        checkpoint = note.open_checkpoint(signed, key)
        count = 0
        for tile in tiles.tree_tiles(checkpoint.size):
            path = tiles.tile_path(tile.level, tile.index, tile.width)
            _put(output / path, client.fetch(f"/spine/{path}"))
            count += 1
        # The checkpoint comes last: whoever follows it finds what it promises.
        _put(output / "vkey", vkey)
        write_whole(output / "checkpoint", signed)
        value = {
            "folder": str(output),
            "size": checkpoint.size,
            "files": count + 2,
            "vkey": str(key),
        }
        text = f"{output}: {client.party}/spine, {checkpoint.size:,} entries, {count + 2:,} files"
        say(value, text, as_json)


def _put(path: Path, data: bytes) -> None:
    """Write a file of an export; one fsync for each of ten thousand would take minutes."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        raise EngineFailure(f"cannot be written: {error.strerror}", where=str(path)) from error
