"""How a command reaches its node: always through the HTTP interface, never around it.

When ``toguna serve`` holds the folder, requests go to that process; its address stands in
``run.json``, which it keeps locked while it runs. Otherwise the node is opened here and the
same ASGI application answers in this process. Either way a request is signed with the node's
own log key, and a command behaves the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, NamedTuple
from urllib.parse import quote, urlencode

import httpx
import msgspec

from toguna import errors
from toguna.core import ed25519
from toguna.core.record import Address
from toguna.errors import BadInput, Conflict, EngineFailure, TogunaError
from toguna.node import keyfiles, opening
from toguna.node.config import Config, read_config
from toguna.node.node import Node
from toguna.surfaces.signatures import sign_request

RUN: Final = "run.json"
_TIMEOUT_S: Final = 120.0
_ERRORS: Final = {
    kind.name: kind
    for kind in (
        errors.Refused,
        errors.Unverified,
        errors.Unknown,
        errors.BadInput,
        errors.Conflict,
        errors.EngineFailure,
    )
}


class Running(NamedTuple):
    """A process that serves a folder: its id, address, and how far its clock is moved."""

    pid: int
    url: str
    offset_us: int


def running(folder: Path) -> Running | None:
    """The process that serves this folder, or None. A file left by a dead one is nothing."""
    try:
        with (folder / RUN).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                said = json.load(file)
                return Running(int(said["pid"]), str(said["url"]), int(said["offset_us"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


@contextlib.contextmanager
def announced(folder: Path, url: str, offset_us: int = 0) -> Iterator[None]:
    """While this lasts, commands on ``folder`` find this process at ``url``.

    The lock, not the file, says that somebody is there; the kernel takes it back when the
    process dies. Conflict names the process that is there already.
    """
    path = folder / RUN
    file: IO[str] = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = running(folder)
            who = f"process {other.pid}" if other else "another process"
            remedy = "stop it first, or give another folder"
            raise Conflict(f"{who} serves this node", where=str(folder), remedy=remedy) from None
        file.truncate(0)
        json.dump({"pid": os.getpid(), "url": url, "offset_us": offset_us}, file)
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


class Client:
    """One command's connection to its node; a context manager.

    ``node`` is the open node when it is opened here, else None.
    """

    def __init__(self, folder: Path, at_us: int | None = None) -> None:
        self.folder = folder
        self.catalogue = opening.house_catalogue()
        self.config: Config = read_config(folder, self.catalogue)
        self.node: Node | None = None
        self._runner: asyncio.Runner | None = None
        self._stack = contextlib.AsyncExitStack()
        self._http: httpx.Client | None = None
        self._local: httpx.AsyncClient | None = None
        self.party = self.config.party
        there = running(folder)
        if there is not None:
            self._reach(there, at_us)
        else:
            self._open(at_us)

    def _reach(self, there: Running, at_us: int | None) -> None:
        if at_us is not None:
            opening.refuse_live(self.config)
            raise Conflict(
                f"process {there.pid} serves this node, with a clock of its own",
                where="--at",
                remedy="stop it, or start it with toguna serve --at TIME",
            )
        self._keys = keyfiles.load(self.folder / opening.KEYS)
        self.now: Callable[[], int] = lambda: opening.wall_clock() + there.offset_us
        self._http = httpx.Client(base_url=there.url, timeout=_TIMEOUT_S, trust_env=False)

    def _open(self, at_us: int | None) -> None:
        from toguna.surfaces.http import app_for
        from toguna.surfaces.routes_care import ENDPOINTS

        self.node = opening.open_node(self.folder, at_us=at_us)
        self._keys, self.now = self.node.parts.keys, self.node.now
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=app_for(self.node, ENDPOINTS))
        self._local = httpx.AsyncClient(
            transport=transport, base_url="http://node.invalid", timeout=_TIMEOUT_S
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connection, or the node that was opened for this command."""
        if self._http is not None:
            self._http.close()
        if self._runner is not None and self._local is not None:
            self._runner.run(self._local.aclose())
            self._runner.close()
        if self.node is not None:
            opening.settle_anchor(self.node, self.folder)
            self.node.close()

    @property
    def desk_seed(self) -> bytes:
        """The seed of the desk key, for charter acts that it signs."""
        return self._keys.desk

    @property
    def log_public(self) -> bytes:
        """The public key that signs this node's checkpoints."""
        return ed25519.public_key(self._keys.log)

    # Asking ------------------------------------------------------------------------------

    def get(self, path: str, **query: Any) -> Any:
        """The JSON that a GET answers. Errors are raised as the node meant them."""
        office = query.pop("office", "")
        given = {k: v for k, v in query.items() if v is not None}
        return self._ask("GET", f"{path}?{urlencode(given)}" if given else path, None, office)

    def post(self, path: str, value: Any, office: str = "") -> Any:
        """The JSON that a POST of this value answers."""
        return self._ask("POST", path, msgspec.json.encode(value), office)

    def post_bytes(self, path: str, value: Any) -> bytes:
        """The bytes that a POST of this value answers."""
        return self._signed("POST", path, msgspec.json.encode(value), "").content

    def send_bytes(self, path: str, data: bytes) -> Any:
        """The JSON that a POST of these bytes answers."""
        return self._json(self._signed("POST", path, data, ""), path)

    def fetch(self, path: str) -> bytes:
        """A public file of the node, like ``/spine/checkpoint``. Unknown when there is none."""
        answer = self._send("GET", path, None, {})
        if answer.status_code >= 400:
            raise self._error(answer)
        return answer.content

    def _ask(self, method: str, url: str, body: bytes | None, office: str) -> Any:
        return self._json(self._signed(method, url, body, office), url)

    def _signed(self, method: str, url: str, body: bytes | None, office: str) -> httpx.Response:
        headers = sign_request(
            method,
            url,
            body,
            party=self.party,
            to=self.party,
            seed=self._keys.log,
            now_us=self.now(),
            nonce=secrets.token_bytes(16),
            office=office,
        )
        if body is not None:
            headers["content-type"] = "application/json"
        answer = self._send(method, url, body, headers)
        if answer.status_code >= 400:
            raise self._error(answer)
        return answer

    def _json(self, answer: httpx.Response, url: str) -> Any:
        try:
            return msgspec.json.decode(answer.content) if answer.content else None
        except msgspec.DecodeError as error:
            raise EngineFailure(f"the node's answer is not JSON: {error}", where=url) from None

    def _send(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str]
    ) -> httpx.Response:
        if self._local is not None and self._runner is not None:
            request = self._local.request(method, url, content=body, headers=headers)
            return self._runner.run(request)
        assert self._http is not None
        try:
            return self._http.request(method, url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise EngineFailure(
                f"the running node does not answer: {error}",
                where=str(self._http.base_url),
                remedy="look at its log, or stop it and try again",
            ) from None

    def _error(self, answer: httpx.Response) -> TogunaError:
        try:
            said = msgspec.json.decode(answer.content)
            what, where = str(said["what"]), str(said.get("where", ""))
            kind = _ERRORS.get(said["error"], EngineFailure)
            return kind(what, where=where, remedy=str(said.get("remedy", "")))
        except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
            code = answer.status_code
            return EngineFailure(f"the node answered {code} without an explanation")


def kind_path(client: Client, kind: str) -> str:
    """``/api/sharing/report`` of ``sharing.report``; BadInput lists the kinds that there are."""
    found = client.catalogue.kind(kind)
    return f"/api/{found.domain}/{found.noun}"


def record_path(address: str) -> str:
    """``/api/records/ml/spine/17`` of an address, checked."""
    return "/api/records/" + quote(str(Address.parse(address)))


def need_node(client: Client, what: str) -> Node:
    """The node opened by this process; Conflict while another process serves it."""
    if client.node is None:
        there = running(client.folder)
        who = f"process {there.pid}" if there else "a process"
        raise Conflict(
            f"{who} serves this node; {what} needs it for itself", remedy="stop it first"
        )
    return client.node


def read_json(data: bytes, where: str) -> Any:
    """A JSON value from a file; BadInput names the place where it is broken."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not JSON: {error}", where=where) from None
