"""evidence export, evidence verify: records that a stranger can check alone."""

from __future__ import annotations

from pathlib import Path

import click

from toguna.errors import BadInput
from toguna.surfaces import words
from toguna.surfaces.options import (
    FOLDER,
    acting,
    folder,
    moved,
    naming,
    read_bytes,
    say,
    spoken,
    write_whole,
)


@click.group(epilog="Example: toguna evidence verify dispute.zip --founding HASH")
def evidence() -> None:
    """Records with all their proofs, in one file that a stranger checks without a network."""


@evidence.command(epilog="Example: toguna evidence export ml ml/spine/16 ml/spine/24 -o drone.zip")
@folder
@click.argument("addresses", nargs=-1, required=True)
@click.option("-o", "--output", type=FOLDER, required=True, help="The file to write.")
@click.option("--for", "onto", metavar="PARTY", default="", help="For this party of the charter.")
@click.option("--attach", multiple=True, type=FOLDER, metavar="FILE", help="A quoted file.")
@acting
@moved
@spoken
def export(
    folder: Path,
    addresses: tuple[str, ...],
    output: Path,
    onto: str,
    attach: tuple[Path, ...],
    office: str,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Put released records together with their proofs, and with those that they rest on.

    For anybody, unless --for names a party: then what others wrote goes along where their
    label or their signed yes lets it. A file goes along whose SHA-256 a record of ours quotes
    (an hour of positions). That the bundle was made stands in the home journal.
    """
    from toguna.core.note import encode64
    from toguna.core.stored_zip import unpack
    from toguna.surfaces.client import Client

    with Client(folder, at_us) as client:
        files = [encode64(read_bytes(path, "the file")) for path in attach]
        asked = {"addresses": list(addresses), "onto": onto, "attached": files, "office": office}
        data = client.post_bytes("/api/evidence", asked)
    write_whole(output, data)
    names = [name for name, _ in unpack(data)]
    records = sum(name.endswith(".tlog-proof") for name in names)
    text = f"{output}: {words.count(records, 'record')}, {len(data):,} bytes\ncheck it anywhere: "
    text += f"toguna evidence verify {output}"
    say({"file": str(output), "records": records, "bytes": len(data)}, text, as_json)


@evidence.command(epilog="Example: toguna evidence verify drone.zip --founding HASH")
@click.argument("file", type=FOLDER)
@click.option("--founding", metavar="HASH", default="", help="The alliance's founding hash.")
@spoken
def verify(file: Path, founding: str, as_json: bool) -> None:
    """Check every byte of a bundle: no node, no network, nothing but the file.

    Exit code 1 when anything in it is false. The founding hash, got from a member by another
    way, says that the alliance is the one you mean; their charter show prints it.
    """
    from toguna.node import opening
    from toguna.surfaces import evidence as shown

    if founding and not (len(founding) == 64 and set(founding) <= set("0123456789abcdef")):
        raise BadInput("a founding hash is 64 hex digits", where="--founding")
    data = read_bytes(file, "the bundle")
    with naming(file):
        found = shown.verify(data, opening.wall_clock(), opening.house_catalogue(), founding)
    say(shown.told(found), shown.text(found, len(data)), as_json)
