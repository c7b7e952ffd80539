"""backup, restore, import, doctor, demo: keeping a node, and filling it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from toguna.errors import BadInput
from toguna.node import keyfiles, opening
from toguna.surfaces import words
from toguna.surfaces.client import Client
from toguna.surfaces.commands_carrying import addresses
from toguna.surfaces.options import (
    FOLDER,
    acting,
    folder,
    moved,
    read_passphrase,
    say,
    spoken,
)


@click.command(epilog="Example: toguna backup ml -o ml.backup --passphrase-file secret.txt")
@folder
@click.option("-o", "--output", type=FOLDER, required=True, help="The file to write.")
@click.option("--passphrase-file", type=FOLDER, help="Seal it with this file's first line.")
@moved
@spoken
def backup(
    folder: Path, output: Path, passphrase_file: Path | None, at_us: int | None, as_json: bool
) -> None:
    """Write everything that this node holds, but the root key, into one sealed file.

    Without a passphrase it opens only with DIR/keys/box.key: keep that key elsewhere, too.
    """
    from toguna.node.backup import make_lock

    box = keyfiles.public_keys(folder / opening.KEYS).box
    lock = make_lock(read_passphrase(passphrase_file), box)
    asked = {
        "folder": str(folder.resolve()),
        "file": str(output.resolve()),
        "recipient": lock.recipient,
        "sealed": lock.sealed,
    }
    with Client(folder, at_us) as client:
        said = client.post("/api/backup", asked)
        how = "with the passphrase" if lock.sealed else "to the box key: keep a copy of it"
        text = (
            f"{output}: {words.count(said['records'], 'record')}, {said['bytes']:,} bytes, "
            f"sealed {how}\nthe root key is not in it"
        )
        say(said, text, as_json)


@click.command(
    epilog="Example: toguna restore ml --from bf=http://127.0.0.1:8102 "
    "--backup ml.backup --passphrase-file secret.txt"
)
@folder
@click.argument("peers", nargs=-1)
@click.option("--from", "_from", is_flag=True, expose_value=False, help="Peers follow: PARTY=URL.")
@click.option("--backup", "file", type=FOLDER, help="The sealed backup.")
@click.option("--passphrase-file", type=FOLDER, help="Opens a backup sealed with a passphrase.")
@click.option("--box-key", type=FOLDER, help="Opens a backup sealed to the box key.")
@click.option(
    "--keys", type=FOLDER, metavar="KEYS", help="Without a backup: the carried-away keys."
)
@click.option("--timeout", default=600, show_default=True, help="Seconds to wait for peers.")
@spoken
def restore(
    folder: Path,
    peers: tuple[str, ...],
    file: Path | None,
    passphrase_file: Path | None,
    box_key: Path | None,
    keys: Path | None,
    timeout: int,
    as_json: bool,
) -> None:
    """Rebuild a lost node in DIR: private records from the backup, shared ones from peers.

    Nothing is sealed before the peers have given our own log back as far as they hold it.
    """
    from toguna.surfaces.restoring import Sources, restore_node

    if (file is None) == (keys is None):
        raise BadInput("give either --backup FILE or --keys KEYS")
    given = addresses(peers)
    if not given or not all(given.values()):
        raise BadInput(
            "name at least one peer", where="--from", remedy="--from bf=http://HOST:PORT"
        )
    sources = Sources(file, read_passphrase(passphrase_file), box_key, keys, given)
    told = restore_node(folder, sources, timeout, _progress)
    say(told.value(), told.text(), as_json)


def _progress(line: str) -> None:
    """What is going on, for somebody who waits at a terminal."""
    if sys.stderr.isatty():
        click.echo(line, err=True)


# import ------------------------------------------------------------------------------------


@click.group("import", epilog="Example: toguna import ucdp ml events.csv")
def import_() -> None:
    """Bring in outside data, beside what the members say themselves."""


@import_.command(epilog="Example: toguna import ucdp ml ged241.csv")
@folder
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dataset-version", help="Like 24.1 (default: as the file's name says).")
@click.option("--country", "countries", multiple=True, help="Only events of this country.")
@acting
@moved
@spoken
def ucdp(
    folder: Path,
    file: Path,
    dataset_version: str | None,
    countries: tuple[str, ...],
    office: str,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Bring in a UCDP GED file: each event once, however often the command is run.

    What does not fit is listed with its line and left out. Events stay at home.
    """
    from toguna.surfaces.importing import import_ucdp

    with Client(folder, at_us) as client:
        told = import_ucdp(
            client, file, dataset_version, office, show=not as_json, countries=countries
        )
        say(told.value(), told.text(), as_json)


# doctor ------------------------------------------------------------------------------------


@click.command(epilog="Example: toguna doctor ml")
@folder
@click.option("--accept-copy", is_flag=True, help="This folder was copied, and is the only one.")
@moved
@spoken
def doctor(folder: Path, accept_copy: bool, at_us: int | None, as_json: bool) -> None:
    """The health of this node in words: keys, head, peers and their lag, backup, disk.

    Exit code 0 when nothing needs anybody, 1 when something does.
    """
    from toguna.surfaces.health import examine

    with Client(folder, at_us) as client:
        if accept_copy:
            client.post("/api/copied", {"folder": str(folder.resolve())})
        found = examine(client)
        say(found.value(), found.text(), as_json)
        if found.grave:
            raise click.exceptions.Exit(1)


# demo --------------------------------------------------------------------------------------


@click.command(epilog="Example: toguna demo --data events.csv")
@click.option("--data", type=FOLDER, metavar="FILE", help="A UCDP GED file to load as well.")
@click.option("--keep", type=FOLDER, metavar="DIR", help="Leave the three folders there.")
@click.option("--seconds", type=int, help="End by itself after so many seconds.")
@click.option("--check", is_flag=True, help="Unattended: check what happens, then end.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Only in this language.")
def demo(
    data: Path | None, keep: Path | None, seconds: int | None, check: bool, lang: str | None
) -> None:
    """Three nodes on this machine found an alliance and share real reports."""
    from toguna.surfaces.demo import run_demo

    if data is not None and not data.is_file():
        raise BadInput("there is no such file", where=str(data), remedy="give DATA=FILE")
    code: Any = run_demo(data, keep, seconds, check, lang)
    if code:
        raise click.exceptions.Exit(int(code))
