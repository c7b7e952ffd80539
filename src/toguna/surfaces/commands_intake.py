"""intake: bring in a STIX 2.1 or MISP file, without the persons in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import click

from toguna.surfaces import words
from toguna.surfaces.client import Client
from toguna.surfaces.options import FOLDER, acting, folder, moved, naming, read_bytes, say, spoken

REASONS: Final = {
    "person": "an identity of a person",
    "unknown_identity": "an identity that does not say what it is",
    "actor": "a threat actor that is one person",
    "account": "an account or address",
    "person_field": "a field made for persons",
    "about_person": "it speaks of one of these",
}


@click.command(epilog="Example: toguna intake ml bundle.json --preview")
@folder
@click.argument("file", type=FOLDER)
@click.option("--preview", is_flag=True, help="Only show what would come in.")
@click.option("--keep-days", type=int, help="Days that readers may keep what comes of it.")
@acting
@moved
@spoken
def intake(
    folder: Path,
    file: Path,
    preview: bool,
    keep_days: int | None,
    office: str,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Bring in a STIX 2.1 bundle or a MISP export. It stays at home; each object comes once.

    What describes persons is kept out: counted with its reason, and nothing of it is stored.
    A person who is named only in a text is not known to it: read before you release.
    """
    data = read_bytes(file, "the file")
    query: dict[str, Any] = {"as": office}
    if keep_days is not None:
        query["keep_days"] = keep_days
    with Client(folder, at_us) as client, naming(file):
        said = client.send_bytes(f"/api/intake?{urlencode(query)}", data)
        if not preview:
            more = {**query, "accept": "yes", "digest": said["digest"]}
            said = client.send_bytes(f"/api/intake?{urlencode(more)}", data)
    say(said, _text(said), as_json)


def _text(said: dict[str, Any]) -> str:
    verb = "in" if said["accepted"] else "would come in"
    lines = [f"{said['format']}: {words.count(said['new'], 'report')} {verb}"]
    if said["already"]:
        lines.append(f"{said['already']:,} were here already")
    if said["cleaned"]:
        lines.append(f"{words.count(said['cleaned'], 'text')} had names or contacts taken out")
    kept: dict[str, int] = {}
    for one in said["kept_out"]:
        kept[one["reason"]] = kept.get(one["reason"], 0) + 1
    lines.append(f"{len(said['kept_out']):,} kept out, nothing of them stored")
    lines += [f"  {n:,} {REASONS[reason]}" for reason, n in sorted(kept.items())]
    if said["left_out"]:
        rest = ", ".join(f"{n:,} {what}" for what, n in sorted(said["left_out"].items()))
        lines.append(f"left out, as nothing that is reported here: {rest}")
    if said["accepted"]:
        lines.append(f"told in {said['addresses'][-1]}")
    return "\n".join(lines)
