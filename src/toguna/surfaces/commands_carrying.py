"""serve, sync, bundle: records on their way to other parties, by wire and by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from toguna.errors import BadInput, Conflict, EngineFailure
from toguna.node import opening
from toguna.surfaces import words
from toguna.surfaces.client import Client, announced, running
from toguna.surfaces.health import not_sealed
from toguna.surfaces.options import (
    FOLDER,
    folder,
    moved,
    naming,
    read_bytes,
    say,
    spoken,
    write_whole,
)


def addresses(given: tuple[str, ...]) -> dict[str, str]:
    """``bf=http://…`` options as addresses by party; a party alone has none."""
    found = {}
    for text in given:
        party, _, url = text.partition("=")
        if url and not url.startswith(("http://", "https://")):
            raise BadInput(f"{url[:60]!r} is no address", where="--peer", remedy="http://HOST:PORT")
        found[party] = url.rstrip("/")
    return found


@click.command(
    epilog="Example: toguna serve ml --listen 127.0.0.1:8101 --peer bf=http://127.0.0.1:8102"
)
@folder
@click.option("--listen", help="HOST:PORT (default: as configured); port 0 takes any free one.")
@click.option("--peer", "peers", multiple=True, metavar="PARTY=URL", help="Where a party answers.")
@click.option("--server", type=click.Choice(["granian", "uvicorn"]), default="granian")
@moved
def serve(
    folder: Path, listen: str | None, peers: tuple[str, ...], server: Any, at_us: int | None
) -> None:
    """Run the node: answer over HTTP and talk to the others, until SIGTERM or Ctrl-C."""
    from toguna.node import logs
    from toguna.node.config import read_config
    from toguna.surfaces.routes_care import ENDPOINTS
    from toguna.surfaces.serving import serve

    config = read_config(folder, opening.house_catalogue())
    if at_us is not None:
        opening.refuse_live(config)
    if (other := running(folder)) is not None:
        raise Conflict(f"process {other.pid} serves this node", where=str(folder), remedy="stop it")
    logs.configure(config.log_level)
    offset = 0 if at_us is None else at_us - opening.wall_clock()
    node = opening.open_node(folder, at_us=at_us)
    given = {**config.peers, **addresses(peers)}
    lock = None

    def ready(url: str) -> None:
        nonlocal lock
        lock = announced(folder, url, offset)
        lock.__enter__()
        click.echo(f"{config.name} ({config.party}) answers at {url}")
        sys.stdout.flush()

    try:
        serve(node, listen or config.listen, given, ready=ready, server=server, more=ENDPOINTS)
    finally:
        if lock is not None:
            lock.__exit__(None, None, None)
        opening.settle_anchor(node, folder)
        node.close()


@click.command(epilog="Example: toguna sync ml --peer bf")
@folder
@click.option("--peer", "peers", multiple=True, metavar="PARTY[=URL]", help="Only these parties.")
@click.option("--timeout", default=60, show_default=True, help="Seconds at most, 1 to 90.")
@moved
@spoken
def sync(
    folder: Path, peers: tuple[str, ...], timeout: int, at_us: int | None, as_json: bool
) -> None:
    """Ask the other parties once for all that is new, and say what came."""
    with Client(folder, at_us) as client:
        given = addresses(peers)
        known = {**client.config.peers, **{p: url for p, url in given.items() if url}}
        serves = client.node is None
        asked: dict[str, Any] = {"parties": sorted(given), "timeout_s": timeout}
        if known and not (serves and not any(given.values())):
            asked["addresses"] = known
        said = client.post("/api/sync", asked)
        outcomes = said["parties"]
        rows = [
            (
                party,
                "done" if o["ok"] else "failed",
                f"{o['new']:,} new",
                f"{o['size']:,}",
                o["error"],
            )
            for party, o in sorted(outcomes.items())
        ]
        failed = sorted(party for party, o in outcomes.items() if not o["ok"])
        text = words.table(rows)
        if said["held_back"]:
            text += f"\nnothing is sealed: {not_sealed(said['held_back'], failed)}"
        say(said, text, as_json)
        if failed and len(failed) == len(outcomes):
            raise EngineFailure(
                f"nobody could be asked: {', '.join(failed)}",
                remedy="check their addresses; what is there already stays",
            )


@click.group(epilog="Example: toguna bundle export ml --for bf -o ml-to-bf.bundle")
def bundle() -> None:
    """Carry records to a party by hand: the same frames as by wire, sealed to that party."""


@bundle.command(epilog="Example: toguna bundle export ml --for bf -o ml-to-bf.bundle")
@folder
@click.option("--for", "party", required=True, metavar="PARTY", help="Who shall open it.")
@click.option("--from-size", type=int, help="From this size on (default: what it has shown).")
@click.option("-o", "--output", type=FOLDER, required=True, help="The file to write.")
@moved
@spoken
def export(
    folder: Path,
    party: str,
    from_size: int | None,
    output: Path,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Write what PARTY may see of our spine into one sealed file."""
    with Client(folder, at_us) as client:
        asked = {"reader": party, "from_size": from_size}
        sealed = client.post_bytes("/api/bundle/export", asked)
        told = client.post("/api/bundle/describe", asked)
        write_whole(output, sealed, mode=0o600)
        value = {"file": str(output), "for": party, "bytes": len(sealed), **told}
        text = (
            f"{output}: for {party}, {told['log']} from {told['start']:,} to {told['end']:,}, "
            f"{words.count(told['records'], 'record')}, {len(sealed):,} bytes"
        )
        say(value, text, as_json)


@bundle.command("import", epilog="Example: toguna bundle import bf ml-to-bf.bundle")
@folder
@click.argument("file", type=FOLDER)
@moved
@spoken
def import_(folder: Path, file: Path, at_us: int | None, as_json: bool) -> None:
    """Take in a bundle that a party wrote for us: all of what it proves, or nothing."""
    data = read_bytes(file, "the file")
    with Client(folder, at_us) as client:
        with naming(file, "the bundle"):
            told = client.send_bytes("/api/bundle/import", data)
        text = (
            f"from {told['sender']}: {told['log']} verified to {told['end']:,}, "
            f"{words.count(told['records'], 'new record')}"
        )
        say(told, text, as_json)
