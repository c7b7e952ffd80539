"""Running a node: one process that answers over HTTP, talks to its peers and keeps its labels.

Order at the start: the port is tried before anything else, so that a second process is told
at once; then the server answers, then peers are asked. At the end the streams are closed
first, then requests finish, then what stands in the writer's line.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final, Literal, cast

from starlette.applications import Starlette

from toguna.core.table import Where
from toguna.errors import Conflict, EngineFailure, TogunaError
from toguna.node import logs, once
from toguna.node import tables as t
from toguna.node.config import split_listen
from toguna.node.node import Node
from toguna.node.outbox import Outbox, Outcome, Run, Sign
from toguna.node.positions_peers import Hearing
from toguna.surfaces.endpoints import Endpoint
from toguna.surfaces.entrance import keep_sessions
from toguna.surfaces.house import House
from toguna.surfaces.http import app_for
from toguna.surfaces.signatures import NONCE_BYTES, Signer, sign_request
from toguna.surfaces.writing import Writer

ServerName = Literal["granian", "uvicorn"]
SWEEP_S: Final = 60.0
TIDY_S: Final = 3_600.0
CLOCK_S: Final = 1.0
STARTS_WITHIN_S: Final = 10.0
ENDS_WITHIN_S: Final = 10.0
_log = logs.logger("toguna.serving")


def signer_for(node: Node) -> Sign:
    """What makes requests this node's own."""

    def sign(
        method: str, url: str, body: bytes | None, to: str, key: Signer = "log"
    ) -> dict[str, str]:
        keys = node.parts.keys
        return sign_request(
            method,
            url,
            body,
            party=node.party,
            to=to,
            seed=keys.log if key == "log" else keys.witness,
            now_us=node.now(),
            nonce=node.parts.randbytes(NONCE_BYTES),
            key=key,
        )

    return sign


def outbox_for(node: Node, peers: Mapping[str, str], writer: Writer) -> Outbox:
    """The outbox of a node; ``peers`` are addresses that go before those of the charter."""
    return Outbox(node, peers, signer_for(node), cast(Run, writer.run))


async def sync_once(
    node: Node,
    peers: Mapping[str, str],
    *,
    parties: Sequence[str] = (),
    timeout_s: float = 60.0,
    writer: Writer | None = None,
) -> dict[str, Outcome]:
    """Ask peers until they have nothing more to say, without serving; what came of each.

    ``parties`` limits it to some; ``writer`` is given when the node's own line is in use.
    """
    line = writer or Writer(node)
    outbox = outbox_for(node, peers, line)
    try:
        async with outbox.open():
            return await outbox.sync_now(parties, timeout_s)
    finally:
        if writer is None:
            line.close()


# Serving ---------------------------------------------------------------------------------


def free_port(host: str, port: int) -> int:
    """The port to listen on, 0 being any free one. Conflict when somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the servers do it: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return int(probe.getsockname()[1])
        except OSError as error:
            where = f"{host}:{port}"
            if error.errno == errno.EADDRINUSE:
                remedy = "stop the process that listens there, or give another --listen"
                raise Conflict("the port is in use", where=where, remedy=remedy) from None
            remedy = "give an address of this machine, like 127.0.0.1:8101"
            raise EngineFailure(
                f"cannot listen: {error.strerror}", where=where, remedy=remedy
            ) from None


def serve(
    node: Node,
    listen: str,
    peers: Mapping[str, str],
    *,
    ready: Callable[[str], None] = lambda url: None,
    server: ServerName = "granian",
    more: Sequence[Endpoint] = (),
) -> None:
    """Serve until SIGTERM or SIGINT; then end cleanly. The node stays open.

    ``ready`` is told the URL once requests are answered. Conflict when the port is taken.
    """
    host, port = split_listen(listen)
    port = free_port(host, port)
    asyncio.run(_serve(node, host, port, peers, ready, server, more))


async def _serve(
    node: Node,
    host: str,
    port: int,
    peers: Mapping[str, str],
    ready: Callable[[str], None],
    server: ServerName,
    more: Sequence[Endpoint],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(node, host, port, peers, server=server, more=more) as url:
        ready(url)
        _log.info("serving", party=node.party, url=url)
        await stop.wait()
        _log.info("ending", party=node.party)


@contextlib.asynccontextmanager
async def running(
    node: Node,
    host: str,
    port: int,
    peers: Mapping[str, str],
    *,
    server: ServerName = "granian",
    more: Sequence[Endpoint] = (),
) -> AsyncIterator[str]:
    """A node that serves and talks to its peers while this lasts; its URL."""
    app = app_for(node, more)
    house: House = app.state.house
    outbox = outbox_for(node, peers, house.writer)
    house.syncing = outbox
    try:
        async with _listening(app, host, port, server), outbox.open():
            chores = [
                asyncio.create_task(outbox.run_forever()),
                asyncio.create_task(_keep_labels(house)),
                asyncio.create_task(keep_sessions(house)),
                asyncio.create_task(_keep_time(house)),
                asyncio.create_task(house.tracking.keep(house.writer)),
                asyncio.create_task(_hear_positions(house, outbox)),
                asyncio.create_task(_keep_tidy(house)),
            ]
            shown = f"[{host}]" if ":" in host else host
            try:
                yield f"http://{shown}:{port}"
            finally:
                for chore in chores:
                    chore.cancel()
                await asyncio.gather(*chores, return_exceptions=True)
                # Streams go on until somebody ends them, and a server waits for them.
                house.end_streams()
    finally:
        house.close()


async def _keep_labels(house: House) -> None:
    """Erase what its label says is over, also when no peer ever asks."""
    node = house.node

    def sweep() -> int:
        node.recovery.advance()  # who waits for silent peers stops waiting after a day
        with node.reading() as tx:
            if not tx.count(t.EXPIRY, [Where("at", "<=", node.now())]):
                return 0
        with node.writing() as tx:
            return node.authoring.sweep(tx)

    while True:
        try:
            if erased := await house.writer.run(sweep):
                _log.info("labels ended", records=erased)
        except TogunaError as error:
            _log.warning("sweep", why=str(error))
        await _until_a_label_ends(node)


async def _until_a_label_ends(node: Node) -> None:
    """Wait for the next label that ends, a minute at most. Lists hide what has ended at once;
    whoever looks on is told by the sweep.
    """
    look_s = min(1.0, SWEEP_S)
    for _ in range(round(SWEEP_S / look_s)):
        await asyncio.sleep(look_s)
        with node.reading() as tx:
            if tx.count(t.EXPIRY, [Where("at", "<=", node.now())]):
                return


async def _hear_positions(house: House, outbox: Outbox) -> None:
    """Keep up to date what the peers show us of their streams of positions."""
    tracking = house.tracking
    sign = signer_for(house.node)
    hearing = Hearing(house.node, tracking.positions, outbox.addresses, sign, tracking.noticed)
    await hearing.run_forever()


async def _keep_time(house: House) -> None:
    """Ring, escalate, whatever the domains' rules say that time has made due; and look where
    the units are that are followed across a border.
    """
    while True:
        try:
            await house.writer.run(house.node.authoring.keep_time)
            await house.writer.run(house.crossings.look)
        except TogunaError as error:
            _log.warning("clock", why=str(error))
        await asyncio.sleep(CLOCK_S)


async def _keep_tidy(house: House) -> None:
    """Let go of files that nothing quotes, and of ids that nobody will ask for again."""
    node = house.node

    def tidy() -> int:
        with node.writing() as tx:
            once.forget(tx, node.now())
        return node.files.sweep()

    while True:
        try:
            if swept := await house.writer.run(tidy):
                _log.info("files swept", files=swept)
        except TogunaError as error:
            _log.warning("tidy", why=str(error))
        await asyncio.sleep(TIDY_S)


# Servers ---------------------------------------------------------------------------------


def _listening(
    app: Starlette, host: str, port: int, server: ServerName
) -> contextlib.AbstractAsyncContextManager[None]:
    return _granian(app, host, port) if server == "granian" else _uvicorn(app, host, port)


@contextlib.asynccontextmanager
async def _granian(app: Starlette, host: str, port: int) -> AsyncIterator[None]:
    """Granian inside this process: its embedded server, on our event loop."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    embedded = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        websockets=False,
        log_enabled=False,
        backlog=512,
    )
    async with _task(embedded.serve(), embedded.stop, host, port):
        yield


@contextlib.asynccontextmanager
async def _uvicorn(app: Starlette, host: str, port: int) -> AsyncIterator[None]:
    """Uvicorn, where somebody prefers it (it must be installed)."""
    import uvicorn

    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, ws="none",
        timeout_graceful_shutdown=int(ENDS_WITHIN_S), lifespan="off",
    )  # fmt: skip
    inner = uvicorn.Server(config)

    def stop() -> None:
        inner.should_exit = True

    # Signals are ours: the node has more to end than its server.
    inner.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    async with _task(inner.serve(), stop, host, port):
        yield


@contextlib.asynccontextmanager
async def _task(
    serving: Any, stop: Callable[[], None], host: str, port: int
) -> AsyncIterator[None]:
    task = asyncio.ensure_future(serving)
    try:
        await _until_answering(task, host, port)
        yield
    finally:
        if not task.done():
            stop()
        done, _ = await asyncio.wait([task], timeout=ENDS_WITHIN_S)
        if not done:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until_answering(task: asyncio.Future[Any], host: str, port: int) -> None:
    """Wait until the port takes connections. EngineFailure when the server ended instead."""
    for _ in range(int(STARTS_WITHIN_S / 0.02)):
        if task.done():
            break
        try:
            _, writer = await asyncio.open_connection(
                host if host != "0.0.0.0" else "127.0.0.1", port
            )
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.02)
    why = task.exception() if task.done() and not task.cancelled() else "it does not answer"
    raise EngineFailure(f"the server did not start: {why}", where=f"{host}:{port}")
