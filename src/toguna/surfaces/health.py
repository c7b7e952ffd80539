"""What doctor says: the node's own words about itself, and what only the folder can show."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from toguna.core.time import DAY_US
from toguna.errors import TogunaError
from toguna.node import keyfiles, opening
from toguna.node.config import split_listen
from toguna.surfaces import words
from toguna.surfaces.client import Client

LOW_BYTES: Final = 1 << 30
ROOT_WORDS: Final = {
    "open": "the root key is open in DIR/keys: whoever reads it speaks for the party; "
    "carry it away",
    "sealed": "the root key is sealed, and still here: carry it away",
}


class Finding(NamedTuple):
    """One line: of what, in words, and whether somebody has to do something."""

    topic: str
    text: str
    grave: bool = False


class Health(NamedTuple):
    """All findings about one node."""

    party: str
    findings: list[Finding]

    @property
    def grave(self) -> bool:
        """Whether anything is broken. What is only to be done some day is not."""
        return any(f.grave for f in self.findings)

    def value(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "party": self.party,
            "well": not self.grave,
            "findings": [f._asdict() for f in self.findings],
        }

    def text(self) -> str:
        """The same in words, the gravest marked."""
        return words.table(
            [
                ("!" if f.grave else " ", f.topic, words.shortened(f.text, 400))
                for f in self.findings
            ]
        )


def examine(client: Client) -> Health:
    """Look at a node from all sides; nothing is changed."""
    status = client.get("/api/status")
    care = client.get("/api/care")
    findings = [
        *_keys(client),
        *_charter(status),
        *_head(status),
        *_peers(status),
        *_backup(client, care, status["now_us"]),
        *_disk(client, care),
        *_people(client),
    ]
    return Health(client.party, findings)


def _keys(client: Client) -> Iterator[Finding]:
    folder = client.folder / opening.KEYS
    try:
        keyfiles.load(folder)
        state = keyfiles.root_state(folder)
    except TogunaError as error:
        yield Finding("keys", str(error), True)
        return
    yield Finding("keys", ROOT_WORDS.get(state, "whole, and the root key is away"))


def _charter(status: dict[str, Any]) -> Iterator[Finding]:
    charter = status["charter"]
    if not charter["version"]:
        yield Finding("charter", "none is in force; records stay at home")
        return
    same = f"{charter['same']} of {charter['of']} known to hold it"
    if charter["same"] == charter["of"]:
        same = f"{charter['of']} of {charter['of']}, charter hash equal"
    yield Finding("charter", f"{charter['id']} version {charter['version']}, {same}")


def _head(status: dict[str, Any]) -> Iterator[Finding]:
    witnessed = f"witnessed {len(status['witnessed'])}/{status['witnesses']}"
    sealed = words.moment(status["sealed_us"])
    if status["head"]:
        yield Finding("head", f"{status['head']:,} entries, sealed {sealed}, {witnessed}")
    else:
        yield Finding("head", "nothing was released yet")
    if status["sealed_us"] > status["now_us"]:
        yield Finding("clock", "our last seal is dated ahead of the clock: set the clock", True)
    for fork in status["forks"]:
        yield Finding("fork", f"{fork['log']}: {fork['why']}; the two heads are kept", True)
    if status["held_back"]:
        yield Finding("sealing", not_sealed(status["held_back"]), True)


def not_sealed(held_back: str, missing: Sequence[str] = ()) -> str:
    """Why nothing is sealed, and what to do. ``missing`` are those who did not answer."""
    who = " and ".join(missing) + (" answers" if len(missing) == 1 else " answer")
    text = f"{held_back}. Run toguna sync again when {who if missing else 'the others answer'}"
    if held_back == opening.COPIED:
        text += "; or, if no other copy runs: toguna doctor DIR --accept-copy"
    return f"{text}. After a day it goes on without them"


def _peers(status: dict[str, Any]) -> Iterator[Finding]:
    for peer in status["peers"]:
        if peer["status"] not in ("active", "leaving"):
            yield Finding(peer["party"], peer["status"])
            continue
        parts = [f"{peer['verified']:,} verified"]
        if peer["behind"]:
            parts.append(f"{peer['behind']:,} behind")
        unseen = status["head"] - peer["holds"]
        if unseen > 0:
            parts.append(f"has not taken {unseen:,} of ours")
        parts.append(f"heard {words.ago(peer['heard_us'], status['now_us'])}")
        if peer["failures"]:
            parts.append(f"does not answer ({peer['failures']} times): {peer['error']}")
        if peer["same_charter"] is False:
            parts.append("knows other charter documents")
        yield Finding(peer["party"], ", ".join(parts))


def _backup(client: Client, care: dict[str, Any], now_us: int) -> Iterator[Finding]:
    made = care["backup_us"]
    if made is None:
        yield Finding("backup", "there is none: toguna backup DIR -o FILE")
        return
    days = max(0, (now_us - made) // DAY_US)
    text = f"{words.ago(made, now_us)}"
    if days >= client.config.backup_warn_days:
        text += ": make a new one"
    yield Finding("backup", text)


def _disk(client: Client, care: dict[str, Any]) -> Iterator[Finding]:
    for line in care["broken"][:3]:
        yield Finding("database", f"damaged: {line}; restore it from the backup", True)
    if not care["broken"]:
        yield Finding("database", "whole")
    free = shutil.disk_usage(client.folder).free
    scarce = free < LOW_BYTES
    yield Finding("disk", f"{free >> 20:,} MB free" + (": make room" if scarce else ""), scarce)
    if not is_private(client.folder):
        yield Finding("folder", f"others may look into it: chmod 700 {client.folder}")


def _people(client: Client) -> Iterator[Finding]:
    """Who works here, where somebody does."""
    here = [p for p in client.get("/api/people")["items"] if p["ended_us"] is None]
    if not here:
        return
    keepers = sum("keeper" in person["offices"] for person in here)
    parts = [f"{words.count(len(here), 'person', 'people')}, {keepers} of them keeping this node"]
    if not keepers:
        parts.append("nobody can approve a key: toguna person office DIR ID keeper")
    host, _ = split_listen(client.config.listen)
    if not client.config.desk.origin and host not in ("127.0.0.1", "::1", "localhost"):
        parts.append("set serve.origin in toguna.toml to the name under which they reach it")
    alone = sum("password" in p["ways"] and "app" not in p["ways"] for p in here)
    if alone and client.config.exercise:
        parts.append(f"an exercise: {alone} may come in by a password alone")
    yield Finding("people", "; ".join(parts))


def is_private(folder: Path) -> bool:
    """Whether nobody but its owner may look into the folder."""
    return not folder.stat().st_mode & 0o077
