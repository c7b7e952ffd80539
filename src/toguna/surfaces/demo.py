"""The demonstration: three nodes on this machine found an alliance and share reports.

Three processes of ``toguna serve``, one a member, each in a folder of its own, and nothing
beside them. They are driven as anybody drives a node: through its interface. At the end each
is stopped by its own id.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from toguna.core.time import duration_text
from toguna.errors import EngineFailure, Refused, TogunaError
from toguna.surfaces.client import Client, running
from toguna.surfaces.demo_desk import Seat, give_work, seat
from toguna.surfaces.demo_words import Voice
from toguna.surfaces.importing import import_ucdp
from toguna.surfaces.scenario import PARTIES, Item, scenario

COUNTRIES: Final = {"bf": "Burkina Faso", "ml": "Mali", "ne": "Niger"}
STARTS_WITHIN_S: Final = 20.0
ARRIVES_WITHIN_S: Final = 20.0
ENDS_WITHIN_S: Final = 10.0
_RUN: Final = "from toguna.surfaces.cli import main; main()"


def run_demo(
    data: Path | None, keep: Path | None, seconds: int | None, check: bool, lang: str | None
) -> int:
    """Run it; 0 when all went as it should. ``check`` ends at once instead of waiting."""
    voice = Voice(lang)
    before = signal.signal(signal.SIGTERM, _as_interrupt)
    folder = keep.resolve() if keep else Path(tempfile.mkdtemp(prefix="toguna-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    demo = _Demo(folder, voice)
    try:
        with demo.nodes():
            demo.tell_story()
            if data is not None:
                demo.load(data)
            demo.seat_people()
            demo.show_around(keep is not None)
            if not check:
                _wait(seconds)
        demo.prove()
    except KeyboardInterrupt:
        click.echo("")
    finally:
        signal.signal(signal.SIGTERM, before)
        voice.say("ended")
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    for what in demo.wrong:
        click.echo(f"! {what}", err=True)
    if check:
        click.echo("demo: " + ("failed" if demo.wrong else "ok"))
    return 1 if demo.wrong else 0


def _as_interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _wait(seconds: int | None) -> None:
    until = None if seconds is None else time.monotonic() + seconds
    while until is None or time.monotonic() < until:
        time.sleep(0.2)


def _toguna(*arguments: str) -> str:
    """One command in this process; what it printed. EngineFailure with its error."""
    from toguna.surfaces.cli import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(arguments)
    if code:
        raise EngineFailure(err.getvalue().strip() or f"toguna {arguments[0]} ended with {code}")
    return out.getvalue()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


class _Demo:
    """One run: the folder, the processes, what was told so far and what went wrong."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        self.folder = folder
        self.voice = voice
        self.wrong: list[str] = []
        self._urls: dict[str, str] = {}
        self._clients: dict[str, Client] = {}
        self._home: dict[str, str] = {}
        self._spine: dict[str, str] = {}
        self._seats: dict[str, Seat] = {}

    # Processes ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def nodes(self) -> Iterator[None]:
        """Found the alliance and run its nodes while this lasts."""
        began = time.monotonic()
        self._found()
        processes: dict[str, subprocess.Popen[bytes]] = {}
        logs = contextlib.ExitStack()
        try:
            for party in PARTIES:
                log = logs.enter_context((self.folder / f"{party}.log").open("wb"))
                processes[party] = subprocess.Popen(
                    [sys.executable, "-c", _RUN, "serve", str(self.folder / party)],
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is ours: we stop them in order
                )
            for party, process in processes.items():
                self._until_serving(party, process)
                self._clients[party] = Client(self.folder / party)
            self._await("3 of 3", self._is_founded)
            self.voice.say(
                "founded", count=len(PARTIES), seconds=f"{time.monotonic() - began:.0f}",
                pids=", ".join(f"{p} {processes[p].pid}" for p in PARTIES),
            )  # fmt: skip
            yield
        finally:
            for client in self._clients.values():
                client.close()
            _stop(list(processes.values()))
            logs.close()

    def _found(self) -> None:
        ports = _free_ports(len(PARTIES))
        self.voice.say("begin", folder=self.folder)
        for (party, name), port in zip(PARTIES.items(), ports, strict=True):
            folder, place = str(self.folder / party), f"127.0.0.1:{port}"
            self._urls[party] = f"http://{place}"
            _toguna("init", folder, "--party", party, "--name", name, "--listen", place,
                    "--address", f"http://{place}", "--exercise")  # fmt: skip
            _toguna("card", folder, "-o", f"{folder}.card")
        charter = str(self.folder / "charter.json")
        first, *others = ("ml", "bf", "ne")
        cards = [str(self.folder / f"{party}.card") for party in (first, *others)]
        _toguna("found", str(self.folder / first), "--cards", *cards, "-o", charter)
        for party in others:
            _toguna("sign", str(self.folder / party), charter)
        for party in PARTIES:
            _toguna("adopt", str(self.folder / party), charter)

    def _until_serving(self, party: str, process: subprocess.Popen[bytes]) -> None:
        ends = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < ends and process.poll() is None:
            if running(self.folder / party) is not None:
                return
            time.sleep(0.03)
        log = (self.folder / f"{party}.log").read_text("utf-8", "replace").strip()
        raise EngineFailure(f"the node of {party} did not start: {log[-300:]}")

    def _is_founded(self) -> bool:
        states = [client.get("/api/status")["charter"] for client in self._clients.values()]
        hashes = {state["hash"] for state in states}
        return len(hashes) == 1 and all(s["same"] == s["of"] == len(PARTIES) for s in states)

    def _await(self, what: str, holds: Callable[[], bool]) -> float:
        """Wait until something holds; how long it took. What never does is noted as wrong."""
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > ARRIVES_WITHIN_S:
                self.wrong.append(f"not within {ARRIVES_WITHIN_S:.0f} s: {what}")
                break
            time.sleep(0.1)
        return time.monotonic() - began

    # The story -----------------------------------------------------------------------------

    def tell_story(self) -> None:
        """Record, release, correct, pass on, recall; and look whether each has its effect."""
        story = scenario()
        self.voice.say("recording")
        for item in story.items:
            self._record(item)
        took = self._await("every release at its readers", self._all_arrived)
        self.voice.say("arrived", count=len(self._spine), seconds=f"{took:.1f}")
        self._check_silence()
        for item in story.items:
            if item.name in self._spine:
                self._correct(item)
                self._pass_on(item)
                self._recall(item)

    def _record(self, item: Item) -> None:
        client, body = self._clients[item.party], msgspec.to_builtins(item.body)
        said = client.post("/api/sharing/report", {"body": body})
        self._home[item.name] = said["addresses"][0]
        label = item.label
        ended = label.until is not None and label.until <= client.now()
        if not label.to or ended:
            self.voice.item("kept", item, address=self._home[item.name])
            return
        asked = {"address": self._home[item.name], "label": msgspec.to_builtins(label)}
        self._spine[item.name] = client.post("/api/release", asked)["address"]
        self.voice.item("released", item, address=self._spine[item.name])

    def _seen(self, party: str) -> dict[str, dict[str, Any]]:
        rows = self._clients[party].get("/api/sharing/report", limit=1_000)["items"]
        return {row["address"]: row for row in rows}

    def _all_arrived(self) -> bool:
        seen = {party: self._seen(party) for party in PARTIES}
        return all(
            self._spine[item.name] in seen[reader]
            for item in scenario().released()
            if item.name in self._spine
            for reader in item.label.to
        )

    def _check_silence(self) -> None:
        """Nobody has anything that was not for it."""
        for party in PARTIES:
            allowed = {
                self._spine[item.name]
                for item in scenario().items
                if item.name in self._spine and party in item.label.to
            }
            foreign = {a for a in self._seen(party) if not a.startswith(f"{party}/")}
            if foreign - allowed:
                self.wrong.append(f"{party} sees {', '.join(sorted(foreign - allowed))}")
        self.voice.say("silence")

    def _correct(self, item: Item) -> None:
        if item.correction is None:
            return
        client, address = self._clients[item.party], self._spine[item.name]
        body = msgspec.to_builtins(item.correction.report)
        client.post("/api/correct", {"address": address, "body": body, "why": item.correction.why})
        reader = item.label.to[0]
        wanted = item.correction.report.deaths_best

        def arrived() -> bool:
            return bool(self._seen(reader).get(address, {}).get("deaths_best") == wanted)

        self._await(f"the correction of {address} at {reader}", arrived)
        self.voice.item("corrected", item, address=address, why=item.correction.why)

    def _pass_on(self, item: Item) -> None:
        passing = item.pass_on
        if passing is None:
            return
        address = self._spine[item.name]
        asked = {"address": address, "label": {"to": [passing.to]}}
        try:
            copy = self._clients[passing.by].post("/api/release", asked)["address"]
        except Refused as refusal:
            self.wrong.append(f"{passing.by} could not pass on {address}: {refusal}")
            return
        self._await(
            f"the copy {copy} at {passing.to}",
            lambda: any(address in str(row) for row in self._seen(passing.to).values()),
        )
        self.voice.item("passed_on", item, address=address, by=passing.by, to=passing.to)
        self._try_forbidden(address, passing.by)

    def _try_forbidden(self, but: str, by: str) -> None:
        """What its owner did not allow to go on is refused, and the owner is asked."""
        for item in scenario().released():
            address = self._spine.get(item.name)
            others = set(PARTIES) - {item.party, by, *item.label.to, *item.label.onward}
            if address is None or address == but or by not in item.label.to or not others:
                continue
            onto = sorted(others)[0]
            try:
                self._clients[by].post(
                    "/api/release", {"address": address, "label": {"to": [onto]}}
                )
                self.wrong.append(f"{by} passed {address} on to {onto}, which nobody allowed")
            except Refused as refusal:
                self.voice.say("forbidden", by=by, onto=onto, address=address, why=refusal.what)
            return

    def _recall(self, item: Item) -> None:
        if item.recall is None:
            return
        client, address = self._clients[item.party], self._spine[item.name]
        client.post("/api/recall", {"address": address, "why": item.recall})

        def erased() -> bool:
            found = client.get("/api/receipts", limit=1_000)["items"]
            parties = [e["parties"] for e in found if e["address"] == address]
            states = [p["state"] for at in parties for p in at.values()]
            return bool(states) and all(state == "deleted" for state in states)

        took = self._await(f"receipts for the recall of {address}", erased)
        left = [reader for reader in item.label.to if address in self._seen(reader)]
        if left:
            self.wrong.append(f"{address} was recalled and is still listed at {', '.join(left)}")
        receipts = ", ".join(item.label.to)
        self.voice.item(
            "recalled", item, address=address, seconds=f"{took:.1f}", receipts=receipts,
            why=item.recall,
        )  # fmt: skip

    # Afterwards ----------------------------------------------------------------------------

    def load(self, data: Path) -> None:
        """Each member takes the events of its own country in; they stay at home."""
        for party, country in COUNTRIES.items():
            began = time.monotonic_ns()
            try:
                told = import_ucdp(
                    self._clients[party], data, None, "analyst", show=False, countries={country}
                )
            except TogunaError as error:
                self.wrong.append(f"{data}: {error}")
                return
            took = duration_text((time.monotonic_ns() - began) // 1_000)
            count = sum(told.new.values())
            self.voice.say("loaded", party=party, count=f"{count:,}", country=country, took=took)

    def seat_people(self) -> None:
        """Somebody to sit at each desk, and something that waits for them."""
        self._seats = {party: seat(client) for party, client in self._clients.items()}
        give_work(self._clients)

    def show_around(self, kept: bool) -> None:
        """Where to look now."""
        self.voice.say("look")
        for party, url in self._urls.items():
            desk, at = url.replace("127.0.0.1", "localhost"), self._seats[party]
            click.echo(f"  {PARTIES[party]:14} {desk}/desk/   {at.person}   {at.password}")
        here = "toguna" if shutil.which("toguna") else _short(Path(sys.argv[0]).absolute())
        self.voice.say("commands", folder=_short(self.folder), toguna=here)
        self.voice.say("kept_folder" if kept else "interrupt", folder=_short(self.folder))

    def prove(self) -> None:
        """With the nodes at rest: every hash and signature that each of them holds."""
        for party in PARTIES:
            try:
                _toguna("verify", str(self.folder / party))
            except EngineFailure as error:
                self.wrong.append(f"{party} does not verify: {error.what}")
        if not self.wrong:
            self.voice.say("proved")


def _short(folder: Path) -> str:
    """The path as one would type it."""
    with contextlib.suppress(ValueError):
        return str(folder.relative_to(Path.cwd()))
    return str(folder)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """End our own processes, each by its id; a deaf one is killed."""
    for process in processes:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
    for process in processes:
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
