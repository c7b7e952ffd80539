"""Making a node's folder, and opening it: the only place where files, engine, clock and
randomness of the machine are put together.

A folder holds ``toguna.toml``, ``keys/``, the database (unless PostgreSQL keeps it) and
``anchor``. The anchor says whether this folder is the one in which the node last ran, or a
copy of it: a copy has another inode. Two copies that both sealed would fork the log, so a
copied folder seals nothing before a peer was heard.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from toguna.core.catalogue import Catalogue
from toguna.core.charter import check_party, check_text
from toguna.domains import journal, load_domains
from toguna.engines import Engine
from toguna.engines.opening import open_engine
from toguna.errors import BadInput, Conflict, EngineFailure, Refused, TogunaError
from toguna.node import keyfiles
from toguna.node import tables as t
from toguna.node.config import Config, Desk, read_config, write_config
from toguna.node.node import Node, Parts

ANCHOR: Final = "anchor"
KEYS: Final = "keys"
MAP: Final = "map"
COPIED: Final = (
    "this folder is a copy of the one in which the node last ran, and two that seal would "
    "fork our log; nothing is sealed before a peer has told us where our log stands"
)
_PARTY: Final = ("party",)
_ANCHORED: Final = ("anchor",)


def house_catalogue() -> Catalogue:
    """All kinds of the installed domains, and the node's own diary."""
    domains = {d.name: d for d in (journal.DOMAIN, *load_domains())}
    return Catalogue(domains.values())


def wall_clock() -> int:
    """The machine's time in microseconds since the epoch."""
    return time.time_ns() // 1_000


def shifted_clock(at_us: int) -> Callable[[], int]:
    """A clock that stands at ``at_us`` now and goes on from there."""
    offset = at_us - wall_clock()
    return lambda: wall_clock() + offset


# Making ----------------------------------------------------------------------------------


def create_folder(
    folder: Path,
    party: str,
    name: str,
    store: str = "sqlite",
    passphrase: str | None = None,
    exercise: bool = False,
    *,
    addresses: Sequence[str] = (),
    listen: str = "",
    randbytes: Callable[[int], bytes] = secrets.token_bytes,
) -> None:
    """Make a node: keys, configuration and empty logs; all of it or nothing.

    :raises Conflict: the folder holds something already, or the store holds a node.
    :raises BadInput: a party, name or store that cannot be.
    """
    check_party(party, "--party")
    check_text(name, 80, "--name")
    values: dict[str, Any] = {
        "party": party,
        "name": name,
        "store": store,
        "exercise": exercise,
        "serve.addresses": list(addresses),
    }
    if listen:
        values["serve.listen"] = listen

    def keys(place: Path) -> None:
        keyfiles.create(place / KEYS, party, randbytes, passphrase)

    build_folder(folder, values, keys)


def build_folder(folder: Path, values: Mapping[str, Any], put_keys: Callable[[Path], None]) -> None:
    """Make a folder under another name and rename it, so that no half of one is ever seen."""
    refuse_taken(folder)
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    catalogue = house_catalogue()
    try:
        fresh.mkdir(parents=True, mode=0o700)
        write_config(fresh, values, catalogue)
        put_keys(fresh)
        _begin_store(fresh, read_config(fresh, catalogue))
        fresh.rename(folder)
    except OSError as error:
        raise EngineFailure(f"cannot be made: {error.strerror}", where=str(folder)) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def refuse_taken(folder: Path) -> None:
    """Conflict unless ``folder`` is missing or an empty folder."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        remedy = "give a folder that does not exist yet"
        raise Conflict("there is something here already", where=str(folder), remedy=remedy)


def _begin_store(folder: Path, config: Config) -> None:
    token = secrets.token_hex(16)
    (folder / ANCHOR).write_text(f"{token}\n", "utf-8")
    engine = open_engine(config.store, folder)
    try:
        engine.declare([t.META])
        with engine.write() as tx:
            held = tx.get(t.META, _PARTY)
            if held is not None:
                party = cast(bytes, held[1]).decode()
                raise Conflict(
                    f"the store holds a node of {party} already",
                    remedy="give another database or schema (?schema=NAME)",
                )
            tx.put(t.META, [(*_PARTY, config.party.encode()), (*_ANCHORED, _anchor(folder))])
    finally:
        engine.close()


# Opening ---------------------------------------------------------------------------------


def open_node(
    folder: Path,
    *,
    clock: Callable[[], int] | None = None,
    at_us: int | None = None,
    randbytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Node:
    """Open the node in ``folder``; :meth:`Node.close` gives it back.

    ``at_us`` moves its clock and is Refused unless the configuration says ``exercise``.
    Conflict names the process that holds the folder.
    """
    catalogue = house_catalogue()
    config = read_config(folder, catalogue)
    if at_us is not None:
        refuse_live(config)
        clock = shifted_clock(at_us)
    keys = keyfiles.load(folder / KEYS)
    if keys.party != config.party:
        raise BadInput(
            f"the keys are those of {keys.party}, the configuration is that of {config.party}",
            where=str(folder),
            remedy="put back the keys that belong to this folder",
        )
    engine = open_engine(config.store, folder, create=False)
    try:
        _check_party(engine, config.party)
        now = clock or wall_clock
        parts = Parts(
            engine, keys, catalogue, now, randbytes, config.settings, _desk(folder, config),
            config.positions._replace(folder=folder),
        )  # fmt: skip
        node = Node(parts)
        _check_anchor(node, folder)
    except BaseException:
        engine.close()
        raise
    return node


def _desk(folder: Path, config: Config) -> Desk:
    """The settings for people, with the secret for the identity provider out of its file."""
    desk = config.desk._replace(map_folder=folder / MAP)
    if not config.oidc_client_secret_file:
        return desk
    path = folder / config.oidc_client_secret_file  # an absolute path stands for itself
    try:
        if path.stat().st_mode & 0o077:
            raise BadInput("others may read it", where=str(path), remedy=f"chmod 600 {path.name}")
        secret = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            "cannot be read", where=str(path), remedy="check oidc.client_secret_file"
        ) from None
    return desk._replace(oidc_client_secret=secret)


def refuse_live(config: Config) -> None:
    """Refused unless this node is one for exercises."""
    if not config.exercise:
        raise Refused(
            "the clock of a live node is not moved",
            where="--at",
            remedy="only where toguna.toml says exercise = true",
        )


def _check_party(engine: Engine, party: str) -> None:
    engine.declare([t.META])
    with engine.read() as tx:
        row = tx.get(t.META, _PARTY)
    if row is not None and cast(bytes, row[1]) != party.encode():
        raise BadInput(
            f"the store holds a node of {cast(bytes, row[1]).decode()}, not of {party}",
            remedy="check `store` in toguna.toml",
        )


# The anchor ------------------------------------------------------------------------------


def _anchor(folder: Path) -> bytes:
    path = folder / ANCHOR
    try:
        return f"{path.read_text('utf-8').strip()} {path.stat().st_ino}".encode()
    except OSError:
        return b"none"


def is_copied(node: Node, folder: Path) -> bool:
    """Whether the folder is not the one in which this node last ran."""
    with node.reading() as tx:
        row = tx.get(t.META, _ANCHORED)
    return row is None or cast(bytes, row[1]) != _anchor(folder)


def _check_anchor(node: Node, folder: Path) -> None:
    if not is_copied(node, folder):
        return
    others = [p for p in node.standing.parties if p.party != node.party]
    if node.spine.size == 0 or not others:
        settle_anchor(node, folder)  # there is nothing yet that could fork
    else:
        node.recovery.must_ask_first(COPIED)


def settle_anchor(node: Node, folder: Path) -> bool:
    """The node may seal here: from now on this folder is the one. Says whether it was not.

    Called once a peer was heard, or when a person said that this is the only copy.
    """
    if node.held_back or not is_copied(node, folder):
        return False
    path = folder / ANCHOR
    if not path.exists():
        path.write_text(f"{secrets.token_hex(16)}\n", "utf-8")
    with node.parts.engine.write() as tx:
        tx.put(t.META, [(*_ANCHORED, _anchor(folder))])
    return True


def accept_copy(node: Node, folder: Path) -> None:
    """A person says that no other copy of this folder runs: lift the gate."""
    if node.held_back != COPIED:
        raise Refused(f"nothing to accept here: {node.held_back or 'this folder is no copy'}")
    node.recovery.go_on("this folder was declared the only copy of the node")
    settle_anchor(node, folder)


def still_runs(pid: int) -> bool:
    """Whether a process with this id is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def close_quietly(node: Node) -> None:
    """Close a node after a failure whose message matters more than one of closing."""
    try:
        node.close()
    except TogunaError:
        return
