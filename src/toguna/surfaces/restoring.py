"""Rebuilding a lost node: the backup, then what peers hold of our own log and of theirs.

The folder appears only when the backup was read whole. It is a copy by its nature, so nothing
is sealed before a peer was heard; when a peer holds a newer head of ours, our log is taken
back first and a signed restoration says at which size we go on (docs/decisions/0009).
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import httpx
import msgspec

from toguna.core.table import Where
from toguna.core.time import format_time
from toguna.engines.opening import open_engine
from toguna.errors import BadInput, EngineFailure, TogunaError
from toguna.node import backup, keyfiles, opening
from toguna.node import tables as t
from toguna.node.config import FILE, parse_config
from toguna.node.node import Node
from toguna.surfaces import words
from toguna.surfaces.signatures import sign_request

ROUND_S: Final = 60
BETWEEN_S: Final = 1.0
Tell = Callable[[str], None]


class Sources(NamedTuple):
    """Where a node comes back from: a backup and what opens it, or its keys; and its peers."""

    file: Path | None
    passphrase: str | None
    box_key: Path | None
    keys: Path | None
    peers: Mapping[str, str]


class Restored(NamedTuple):
    """What came back, what did not, and how long it took (seconds)."""

    party: str
    seconds: float
    made_us: int | None
    from_backup: int
    own_from_peers: int
    theirs_from_peers: int
    not_shown: int
    complete: dict[str, str]

    def value(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**self._asdict(), "minutes": round(self.seconds / 60, 2)}

    def text(self) -> str:
        """The same in words."""
        when = f" of {format_time(self.made_us)}" if self.made_us else ""
        lines = [
            f"{self.party} is back after {self.seconds / 60:.1f} minutes",
            f"  {words.count(self.from_backup, 'record')} from the backup{when}",
            f"  {words.count(self.own_from_peers, 'record')} of our own from the peers",
            f"  {words.count(self.theirs_from_peers, 'record')} of theirs from the peers",
        ]
        since = f" since {format_time(self.made_us)}" if self.made_us else ""
        lines.append(f"lost: what was only at home{since}")
        if self.not_shown:
            lines.append(
                f"lost: at most {self.not_shown:,} entries of our spine that no peer could show "
                "(padding is among them)"
            )
        lines += [f"{party}: {state}" for party, state in sorted(self.complete.items())]
        return "\n".join(lines)


def restore_node(folder: Path, sources: Sources, timeout_s: float, tell: Tell) -> Restored:
    """Rebuild the node in ``folder``, which must not hold anything yet."""
    began = time.monotonic()
    opening.refuse_taken(folder)
    made_us = None
    if sources.file is not None:
        made_us, count = _unpack(folder, sources, tell)
    else:
        count = 0
        _from_keys(folder, sources)
    node = opening.open_node(folder)
    try:
        _rebuild(node)
        if not node.standing.in_force:
            _fetch_book(node, sources.peers)
        before = _held(node)
        own_size = node.spine.size
        tell(f"asking {', '.join(sorted(sources.peers))}")
        complete = _sync_until_back(node, sources.peers, began + timeout_s, tell)
        opening.settle_anchor(node, folder)
        after = _held(node)
        own = after.pop(node.party, 0) - before.pop(node.party, 0)
        theirs = sum(after.values()) - sum(before.values())
        grown = node.spine.size - own_size
        told = Restored(
            party=node.party,
            seconds=time.monotonic() - began,
            made_us=made_us,
            from_backup=count,
            own_from_peers=own,
            theirs_from_peers=theirs,
            not_shown=max(0, grown - own),
            complete=complete,
        )
    finally:
        node.close()
    if all(state != "complete" for state in complete.values()):
        raise EngineFailure(
            f"no peer could be asked: {'; '.join(f'{p}: {s}' for p, s in complete.items())}",
            where=str(folder),
            remedy="what the backup held is there; run toguna sync when a peer answers",
        )
    return told


# Unpacking ---------------------------------------------------------------------------------


def _unpack(folder: Path, sources: Sources, tell: Tell) -> tuple[int, int]:
    """Unpack the backup; when it was made, and how many records it held."""
    path = cast(Path, sources.file)
    where = str(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"the backup cannot be read: {error.strerror}", where=where) from None
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    with file:
        header = backup.read_header(file, where)
        identity = backup.open_lock(header, sources.passphrase, _box(sources.box_key), where)
        tell(f"the backup of {header.party} of {format_time(header.at)}")
        try:
            fresh.mkdir(parents=True, mode=0o700)
            # On the node's own disk, and gone with the file object: it is unsealed.
            with tempfile.TemporaryFile(dir=fresh) as scratch:
                values = backup.unseal(file, identity, scratch, where)
                count = _fill(fresh, values, where)
            fresh.rename(folder)
        except OSError as error:
            raise EngineFailure(f"cannot be made: {error.strerror}", where=str(folder)) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return header.at, count


def _box(path: Path | None) -> str | None:
    return None if path is None else keyfiles.load(path.parent).box


def _fill(fresh: Path, values: Iterator[list[Any]], where: str) -> int:
    keys = fresh / opening.KEYS
    keys.mkdir(mode=0o700)
    first = next(values, None)
    if first is None or first[0] != "config":
        raise BadInput("it has no configuration", where=where)
    text = str(first[1])
    config = parse_config(text, opening.house_catalogue(), where)
    _private(fresh / FILE, text.encode())
    value: list[Any] | None = None
    for value in values:
        if value[0] != "key":
            break
        if Path(value[1]).name != value[1]:
            raise BadInput("it names a file outside its folder", where=where)
        _private(keys / value[1], value[2])
    engine = open_engine(config.store, fresh)
    try:
        engine.declare(t.ALL)
        with engine.write() as tx:
            if tx.count(t.META):
                raise BadInput(
                    "the store that its configuration names is not empty", where=config.store
                )
            rest = values if value is None else _chained(value, values)
            return backup.fill_store(rest, tx, where)
    finally:
        engine.close()


def _chained(first: list[Any], rest: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield first
    yield from rest


def _private(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)


def _from_keys(folder: Path, sources: Sources) -> None:
    """No backup: an empty folder around the keys that were carried away."""
    source = cast(Path, sources.keys)
    keys = keyfiles.load(source)
    values = {"party": keys.party, "name": keys.party, "peers": dict(sources.peers)}

    def put(fresh: Path) -> None:
        public = keyfiles.public_keys(source)
        keyfiles.save(fresh / opening.KEYS, keys, public.root, public.threshold)

    opening.build_folder(folder, values, put)


# Peers -------------------------------------------------------------------------------------


def _rebuild(node: Node) -> None:
    with node.writing() as tx:
        node.projector.rebuild(tx, node.view(tx))


def _fetch_book(node: Node, peers: Mapping[str, str]) -> None:
    """The charter book, from the first peer that gives it: without it we know nobody."""
    why: list[str] = []
    for party, url in peers.items():
        headers = sign_request(
            "GET",
            f"{url}/peer/book",
            None,
            party=node.party,
            to=party,
            seed=node.parts.keys.log,
            now_us=node.now(),
            nonce=secrets.token_bytes(16),
        )
        try:
            answer = httpx.get(f"{url}/peer/book", headers=headers, timeout=60, trust_env=False)
            answer.raise_for_status()
            node.learn(msgspec.msgpack.decode(answer.content, type=list[bytes]))
        except (httpx.HTTPError, msgspec.DecodeError, TogunaError) as error:
            why.append(f"{party}: {error}")
            continue
        if node.standing.party(node.party) is not None:
            return
    raise EngineFailure(f"no peer gave us the charter: {'; '.join(why)}")


def _sync_until_back(
    node: Node, peers: Mapping[str, str], deadline: float, tell: Tell
) -> dict[str, str]:
    """Sync until our log is taken back and every peer's is verified to its head."""
    import asyncio

    from toguna.surfaces.serving import sync_once

    complete = dict.fromkeys(peers, "not asked")
    while True:
        left = max(1.0, min(ROUND_S, deadline - time.monotonic()))
        outcomes = asyncio.run(sync_once(node, peers, timeout_s=left))
        for party, outcome in outcomes.items():
            complete[party] = "complete" if outcome.ok else outcome.error
        moved = any(outcome.new for outcome in outcomes.values())
        back = not node.held_back and not node.state.recovering
        reached = any(state == "complete" for state in complete.values())
        if back and reached and not moved:
            return {p: s for p, s in complete.items() if p in peers or s == "complete"}
        if time.monotonic() >= deadline:
            return complete
        if node.held_back:
            tell(node.held_back)
        time.sleep(BETWEEN_S if not reached else 0.05)


def _held(node: Node) -> dict[str, int]:
    """How many records of each party's spine are here."""
    found = {}
    with node.reading() as tx:
        for name, no in node.ledger.log_numbers.items():
            party, _, log = name.partition("/")
            if log == "spine":
                where = [Where("id", ">=", t.pack(no, 0)), Where("id", "<", t.pack(no + 1, 0))]
                found[party] = tx.count(t.RECORD, where)
    return found
