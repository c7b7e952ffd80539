"""person add, list, office, end, reset: who works at this node. The first keeper is added here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toguna.core.time import format_time
from toguna.surfaces import words
from toguna.surfaces.client import Client
from toguna.surfaces.options import FOLDER, MOMENT, folder, moved, read_passphrase, say, spoken


@click.group(epilog='Example: toguna person add ml --id ml-duty --name "Aïssata K." --office duty')
def person() -> None:
    """The people of this node: who they are, and which offices they hold until when."""


@person.command(
    epilog='Example: toguna person add ml --id ml-duty --name "Aïssata K." --office duty'
)
@folder
@click.option("--id", "id_", required=True, help="How they sign in: 2 to 32 of a-z, 0-9 and -.")
@click.option("--name", required=True, help="The name that the others of the house see.")
@click.option("--office", "offices", multiple=True, required=True, help="An office; may repeat.")
@click.option("--until", "until_us", type=MOMENT, metavar="TIME", help="The end of the term.")
@click.option("--password-file", type=FOLDER, help="Exercises only: this file's first line.")
@moved
@spoken
def add(
    folder: Path,
    id_: str,
    name: str,
    offices: tuple[str, ...],
    until_us: int | None,
    password_file: Path | None,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Add a person, from now until the end of their term.

    They get a code with which they sign in the first time; hand it to them in person. With
    --password-file, at a node for exercises, that password alone opens the door.
    """
    asked: dict[str, Any] = {
        "id": id_,
        "name": name,
        "offices": [{"office": office, "until_us": until_us} for office in offices],
        "password": read_passphrase(password_file) or "",
    }
    with Client(folder, at_us) as client:
        said = client.post("/api/people", asked)
        held = ", ".join(said["person"]["offices"])
        say(said, f"{id_} works here as {held}{_code(said)}", as_json)


@person.command("list", epilog="Example: toguna person list ml")
@folder
@moved
@spoken
def list_(folder: Path, at_us: int | None, as_json: bool) -> None:
    """List everybody who works at this node."""
    with Client(folder, at_us) as client:
        said = client.get("/api/people")
        rows = [(p["id"], p["name"], _terms(p), p["sessions"]) for p in said["items"]]
        say(said, words.table(rows, ("id", "name", "offices", "sessions")), as_json)


def _terms(listed: dict[str, Any]) -> str:
    if listed["ended_us"] is not None:
        return f"left {format_time(listed['ended_us'])}"
    return ", ".join(
        t["office"] + (f" until {format_time(t['until_us'])}" if t["until_us"] else "")
        for t in listed["terms"]
    )


def _code(said: dict[str, Any]) -> str:
    if not said["code"]:
        return ""
    until = format_time(said["code_until_us"])
    return f"\nsign-up code {said['code']}, good once and until {until}"


@person.command(epilog="Example: toguna person office ml ml-duty liaison --until 2027-01-01")
@folder
@click.argument("id_", metavar="ID")
@click.argument("office")
@click.option("--from", "from_us", type=MOMENT, metavar="TIME", help="From when (default: now).")
@click.option("--until", "until_us", type=MOMENT, metavar="TIME", help="The end of the term.")
@click.option("--end", is_flag=True, help="End this office now.")
@moved
@spoken
def office(
    folder: Path,
    id_: str,
    office: str,
    from_us: int | None,
    until_us: int | None,
    end: bool,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Give a person an office for a term, or end it.

    A new office counts from their next sign-in; one that ends is over at once.
    """
    asked = {"person": id_, "office": office, "from_us": from_us, "until_us": until_us, "end": end}
    with Client(folder, at_us) as client:
        said = client.post("/api/people/office", asked)
        say(said, f"{id_}: {_terms(said) or 'no office'}", as_json)


@person.command(epilog="Example: toguna person end ml ml-duty")
@folder
@click.argument("id_", metavar="ID")
@moved
@spoken
def end(folder: Path, id_: str, at_us: int | None, as_json: bool) -> None:
    """A person leaves now: their sessions end, and the keys of their devices are cancelled."""
    with Client(folder, at_us) as client:
        said = client.post("/api/people/end", {"person": id_})
        say(said, f"{id_}: {_terms(said)}", as_json)


@person.command(epilog="Example: toguna person reset ml ml-duty")
@folder
@click.argument("id_", metavar="ID")
@moved
@spoken
def reset(folder: Path, id_: str, at_us: int | None, as_json: bool) -> None:
    """Let a person begin anew: nothing opens the door for them but a new sign-up code.

    Their sessions end. Keys of their devices go on; cancel at the desk what was lost.
    """
    with Client(folder, at_us) as client:
        said = client.post("/api/people/reset", {"person": id_})
        say(said, f"{id_} begins anew{_code(said)}", as_json)
