"""Alliances of real node processes for the browser tests, and whoever signs in at them.

Each node is ``toguna serve`` in a process of its own, in a folder of its own, on a free port of
the loopback; it is stopped, or killed, by its own id. The browser reaches it by the name
``localhost``, which passkeys want; the nodes reach one another by number.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx

from toguna.core import ed25519
from toguna.surfaces.client import Client, running
from toguna.surfaces.desk import BUILT

NAMES: Final = {"ml": "Mali", "bf": "Burkina Faso", "ne": "Niger", "hum": "Aide"}
ROLES: Final = {"hum": "humanitarian"}
OFFICES: Final = ("duty", "liaison", "analyst", "keeper")
PAGE: Final = "page"
PASSWORD: Final = "exercise-words-for-a-test"
"""Everybody's, at nodes for exercises, where a password alone opens the door."""

STARTS_WITHIN_S: Final = 30.0
HAPPENS_WITHIN_S: Final = 20.0
ENDS_WITHIN_S: Final = 15.0
_OTHER_PAGE: Final = (
    "from pathlib import Path; from toguna.surfaces import desk; "
    "desk.endpoints.__defaults__ = (Path({!r}),); "
)
_RUN: Final = "from toguna.surfaces.cli import main; main()"


def until(what: str, holds: Callable[[], Any], within_s: float = HAPPENS_WITHIN_S) -> Any:
    """What ``holds`` answers once that is something; AssertionError when it never is."""
    ends = time.monotonic() + within_s
    while not (found := holds()):
        if time.monotonic() > ends:
            raise AssertionError(f"not within {within_s:.0f} s: {what}")
        time.sleep(0.05)
    return found


class Person(NamedTuple):
    """Somebody who has signed in, with a key that the keeper approved."""

    id: str
    office: str
    cookie: tuple[str, str]
    """Name and value."""
    csrf: str
    key: str
    """The id of the key."""
    seed: bytes
    public: bytes


class Served:
    """One party's node: a folder, and the process that serves it when there is one."""

    def __init__(self, party: str, folder: Path, port: int) -> None:
        self.party = party
        self.folder = folder
        self.port = port
        self.url = f"http://localhost:{port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._client: Client | None = None
        self._people: dict[str, Person] = {}

    @property
    def pid(self) -> int:
        """The id of the process; AssertionError when there is none."""
        assert self._process is not None, f"{self.party} is not running"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self, prefix: Sequence[str] = (), page: Path | None = None) -> None:
        """Serve. ``prefix`` are words that go before the command (``ip netns exec …``);
        ``page`` is a folder with another build of the page than the alliance began with.
        """
        page = page or self.folder.parent / PAGE
        assert self._process is None, f"{self.party} runs already"
        with (self.folder.parent / f"{self.party}.log").open("ab") as log:
            run = (_OTHER_PAGE.format(str(page)) if page.exists() else "") + _RUN
            self._process = subprocess.Popen(
                [*prefix, sys.executable, "-c", run, "serve", str(self.folder)],
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until it answers."""

        def answers() -> bool:
            ended = self._process is None or self._process.poll() is not None
            assert not ended, f"{self.party} ended: {self.log()[-600:]}"
            if running(self.folder) is None:
                return False
            with contextlib.suppress(httpx.HTTPError):
                there = httpx.get(f"http://127.0.0.1:{self.port}/healthz", trust_env=False)
                return there.status_code == 200
            return False

        until(f"{self.party} answers", answers, STARTS_WITHIN_S)

    def log(self) -> str:
        """What the process wrote so far."""
        path = self.folder.parent / f"{self.party}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @property
    def client(self) -> Client:
        """The command line's way in: requests signed with the node's log key."""
        if self._client is None:
            self._client = Client(self.folder)
        return self._client

    def get(self, path: str, **query: Any) -> Any:
        """The JSON that a GET by the log key answers; ``office=`` acts in one."""
        return self.client.get(path, **query)

    def post(self, path: str, value: Any, office: str = "") -> Any:
        """The JSON that a POST by the log key answers."""
        return self.client.post(path, value, office)

    def titles(self, party: str = "", **query: Any) -> list[str]:
        """The titles of the reports that this node lists."""
        view = {"view": party} if party else {}
        found = self.get("/api/sharing/report", limit=1_000, **view, **query)
        return [row["title"] for row in found["items"]]

    # People ------------------------------------------------------------------------------

    def add_people(self) -> None:
        """One person for each office: ``ml-duty`` is the duty officer of ml."""
        for office in OFFICES:
            name = f"{self.party}-{office}"
            offices = [{"office": office, "until_us": None}]
            said = {"id": name, "name": name, "offices": offices, "password": PASSWORD}
            self.post("/api/people", said, "keeper")

    def person(self, office: str) -> Person:
        """Whoever holds this office, signed in and with an approved key; the same each time."""
        if office not in self._people:
            self._people[office] = self.sign_in(office)
        return self._people[office]

    def sign_in(self, office: str) -> Person:
        """Sign in once more, as a browser would, with a key of its own."""
        name, seed = f"{self.party}-{office}", os.urandom(32)
        said = {"person": name, "password": PASSWORD}
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as http:
            answer = http.post("/api/sign-in/password", json=said, headers={"origin": self.url})
            assert answer.status_code == 200, answer.text
            ((cookie, value),) = answer.cookies.items()
            csrf = answer.json()["csrf"]
            public = ed25519.public_key(seed)
            asked = {"public": b64encode(public).decode(), "device": "test"}
            headers = {"origin": self.url, "toguna-csrf": csrf}
            made = http.post("/api/keys", json=asked, headers=headers)
            assert made.status_code == 200, made.text
        approved = {"id": made.json()["id"], "offices": [office]}
        self.post("/api/keys/approve", approved, "keeper")
        return Person(name, office, (cookie, value), csrf, approved["id"], seed, public)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End the process by its id: SIGTERM, or SIGKILL for a power cut."""
        process, self._process = self._process, None
        if self._client is not None:
            self._client.close()
            self._client = None
        if process is None or process.poll() is not None:
            return
        os.kill(process.pid, number)
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """End it as a power cut does."""
        self.stop(signal.SIGKILL)


class Alliance:
    """Founded nodes that serve; ``alliance["ml"]`` is one of them."""

    def __init__(self, folder: Path, parties: Sequence[str] = ("ml", "bf", "ne")) -> None:
        self.folder = folder
        ports = _free_ports(len(parties))
        self.nodes = {
            party: Served(party, folder / party, port)
            for party, port in zip(parties, ports, strict=True)
        }

    def __getitem__(self, party: str) -> Served:
        return self.nodes[party]

    def found(self) -> None:
        """Folders, cards, one charter that all have adopted, and the people of each party."""
        # A copy of its own: a build of the page meanwhile takes nothing away from these nodes.
        if BUILT.exists():
            shutil.copytree(BUILT, self.folder / PAGE)
        first, *others = self.nodes
        for node in self.nodes.values():
            place, folder = f"127.0.0.1:{node.port}", str(node.folder)
            _toguna("init", folder, "--party", node.party, "--name", NAMES[node.party],
                    "--listen", place, "--address", f"http://{place}", "--exercise")  # fmt: skip
            _soften(node.folder / "toguna.toml")
            _toguna("card", folder, "-o", f"{folder}.card")
        charter = str(self.folder / "charter.json")
        roles = [w for p in self.nodes if p in ROLES for w in ("--role", f"{p}={ROLES[p]}")]
        cards = [f"{node.folder}.card" for node in self.nodes.values()]
        _toguna("found", str(self[first].folder), "--cards", *cards, *roles, "-o", charter)
        for party in others:
            _toguna("sign", str(self[party].folder), charter)
        for node in self.nodes.values():
            _toguna("adopt", str(node.folder), charter)

    def start(self, prefix: Mapping[str, Sequence[str]] = {}) -> None:
        """Serve all of them, and wait until each answers and all hold the same charter."""
        for node in self.nodes.values():
            node.start(prefix.get(node.party, ()))
        for node in self.nodes.values():
            node.wait()
        until("one charter everywhere", self._is_founded)

    def _is_founded(self) -> bool:
        states = [node.get("/api/status")["charter"] for node in self.nodes.values()]
        return all(state["same"] == state["of"] == len(self.nodes) for state in states)

    def close(self) -> None:
        """End what runs."""
        for node in self.nodes.values():
            node.stop()


@contextlib.contextmanager
def founded(parties: Sequence[str] = ("ml", "bf", "ne")) -> Iterator[Alliance]:
    """An alliance that serves while this lasts, in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="toguna-browser-"))
    alliance = Alliance(folder, parties)
    try:
        # The commands run event loops of their own, and Playwright's runs in this thread.
        with ThreadPoolExecutor(1) as apart:
            apart.submit(alliance.found).result()
        alliance.start()
        for node in alliance.nodes.values():
            node.add_people()
        yield alliance
    finally:
        alliance.close()
        shutil.rmtree(folder, ignore_errors=True)


def _toguna(*arguments: str) -> str:
    """One command in this process; what it printed."""
    from tests.unit.cli_house import done

    return done(*arguments).out


def _soften(settings: Path) -> None:
    """The least work for a password that a node takes: many sign in here."""
    text = settings.read_text("utf-8")
    for name, least in (("password_kib", 19_456), ("password_passes", 2)):
        text = re.sub(rf"^{name} = \d+$", f"{name} = {least}", text, flags=re.MULTILINE)
    settings.write_text(text, "utf-8")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
