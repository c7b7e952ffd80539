"""A world of nodes in virtual time: one seed, one history, every time the same.

Real nodes on memory engines; nothing in them knows that time and network are ours. Messages
are lost, late, doubled and out of order; links are cut; clocks are wrong; processes die, also
inside a transaction; folders come back from old backups.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.alliance import CATALOGUE, SECOND, START, Seeds
from toguna.core import acts, messages, sync
from toguna.core.drafting import found
from toguna.engines.memory import MemoryEngine, Snapshot
from toguna.errors import TogunaError
from toguna.node.node import Node, Parts

MS = 1_000
TIMEOUT_US = 15 * SECOND


class Crash(BaseException):
    """The power went: nothing may catch this."""


class Fragile(MemoryEngine):
    """A memory engine that dies at the commit that it was told to die at."""

    def __init__(self) -> None:
        super().__init__()
        self.dies_in = -1
        self.durable = False

    def _commit(self, changes) -> None:
        if self.dies_in == 0:
            self.dies_in = -1
            if self.durable:
                super()._commit(changes)
            raise Crash
        self.dies_in -= self.dies_in > 0
        super()._commit(changes)


@dataclass(order=True)
class _Due:
    at: int
    seq: int
    deed: Callable[[], None] = field(compare=False)


@dataclass
class Weather:
    """How bad the links are. Times in microseconds."""

    loss: float = 0.1
    doubled: float = 0.05
    delay: tuple[int, int] = (20 * MS, 3_000 * MS)
    bits_per_s: int = 0
    """How much goes over one direction of a link; 0: as much as one likes."""
    silence_us: int = TIMEOUT_US
    """After how long the transport gives a question up."""


class Host:
    """One party's machine: a disk that lasts, a process that may not."""

    def __init__(self, world: World, party: str) -> None:
        self.world = world
        self.party = party
        self.skew_us = world.rng.randint(-120, 120) * SECOND
        self.engine: Fragile = Fragile()
        self.node: Node | None = None
        self.life = 0
        self.restored = 0
        self.gone = False

    def clock(self) -> int:
        return self.world.now_us + self.skew_us

    def start(self) -> None:
        """Open the node on its disk, and talk to everybody."""
        self.life += 1
        self.node = Node(
            Parts(
                engine=self.engine,
                keys=self.world.seeds[self.party].keys(),
                catalogue=CATALOGUE,
                clock=self.clock,
                randbytes=self.world.rng.randbytes,
                settings={},
            )
        )
        for other in self.world.hosts:
            if other != self.party:
                self.node.talk_to(other)
        life = self.life
        self.world.later(self.world.rng.randint(0, 2 * SECOND), lambda: self._tick(life))

    def _tick(self, life: int) -> None:
        if self.life == life and self.node is not None:
            self.step(sync.Tick())
            self.world.later(self.world.rng.randint(2, 6) * SECOND, lambda: self._tick(life))

    def step(self, event: sync.Event) -> None:
        """Give the node an event; what it wants to ask goes onto the wire."""
        if self.node is None:
            return
        sends = self.guarded(lambda: self.node.step(event)) or []  # type: ignore[union-attr]
        for send in sends:
            self.world.ask(self, send)

    def guarded(self, deed: Callable[[], object]):
        """Do something that may meet a crash of this machine."""
        try:
            return deed()
        except Crash:
            self.crash()
        return None

    def crash(self) -> None:
        """The process is gone; it comes back after a while."""
        self.node = None
        self.life += 1
        life = self.life
        self.engine.dies_in = -1
        self.world.log(f"{self.party} dies")
        self.world.later(self.world.rng.randint(1, 60) * SECOND, lambda: self._revive(life))

    def _revive(self, life: int) -> None:
        if self.life == life and self.node is None:
            self.world.log(f"{self.party} starts")
            self.guarded(self.start)

    def stop(self) -> None:
        """The machine is gone, and does not come back by itself."""
        self.node = None
        self.life += 1
        self.gone = True

    def restore(self, snapshot: Snapshot, *, gate: bool) -> None:
        """The folder comes back out of an old backup."""
        self.gone = False
        engine = Fragile.restored(snapshot)
        assert isinstance(engine, Fragile)
        self.engine = engine
        self.restored += 1
        self.start()
        if gate:
            assert self.node is not None
            self.node.recovery.must_ask_first("this folder came out of a backup")


class World:
    """Everything, and the time."""

    def __init__(self, seed: int, parties: tuple[str, ...]) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.now_us = START
        self.weather = Weather()
        self.apart: set[frozenset[str]] = set()
        self.history: list[str] = []
        self.carried = 0
        self.arrived: dict[tuple[str, str], int] = {}
        self._busy: dict[tuple[str, str], int] = {}
        self._queue: list[_Due] = []
        self._seq = 0
        self.seeds = {p: Seeds(p, self.rng) for p in parties}
        self.hosts: dict[str, Host] = {}
        for party in parties:
            self.hosts[party] = Host(self, party)
        charter = found([self.seeds[p].card() for p in parties], "aes", "sim", START - 300 * SECOND)
        document = acts.sign_act(acts.encode_act(charter), parties[0], self.seeds[parties[0]].root)
        for party in parties[1:]:
            document = acts.cosign_act(document, party, self.seeds[party].root)
        self.document = document
        for host in self.hosts.values():
            host.start()
            assert host.node is not None
            host.node.learn([document])

    def log(self, text: str) -> None:
        self.history.append(f"{(self.now_us - START) / SECOND:9.3f} {text}")

    # Time ------------------------------------------------------------------------------

    def later(self, after_us: int, deed: Callable[[], None]) -> None:
        self._seq += 1
        heapq.heappush(self._queue, _Due(self.now_us + after_us, self._seq, deed))

    def run(self, for_us: int) -> None:
        """Let so much time pass."""
        end = self.now_us + for_us
        while self._queue and self._queue[0].at <= end:
            due = heapq.heappop(self._queue)
            self.now_us = due.at
            due.deed()
        self.now_us = end

    # The wire --------------------------------------------------------------------------

    def up(self, a: str, b: str) -> bool:
        return frozenset((a, b)) not in self.apart

    def _carry(self, a: str, b: str, size: int) -> int:
        """How long until a message of so many bytes has left ``a``, behind those before it."""
        if not self.weather.bits_per_s:
            return 0
        start = max(self.now_us, self._busy.get((a, b), 0))
        self._busy[a, b] = start + size * 8 * SECOND // self.weather.bits_per_s
        return self._busy[a, b] - self.now_us

    def post(self, a: str, b: str, size: int, deed: Callable[[], None]) -> None:
        """A message on its way: lost, late, doubled, overtaken, cut off in the middle."""
        carried_us = self._carry(a, b, size)

        def arrive() -> None:
            if self.up(a, b):
                self.arrived[a, b] = self.arrived.get((a, b), 0) + size
                deed()

        copies = 2 if self.rng.random() < self.weather.doubled else 1
        for _ in range(copies):
            if self.rng.random() < self.weather.loss or not self.up(a, b):
                continue
            self.later(carried_us + self.rng.randint(*self.weather.delay), arrive)

    def ask(self, asker: Host, send: sync.Send) -> None:
        """A pull goes out; its answer, or the silence, comes back to the same process."""
        life, turn, other = asker.life, send.pull.turn, self.hosts[send.party]
        pull = messages.encode(send.pull)

        def failed() -> None:
            node = asker.node
            if asker.life == life and node is not None:
                peer = node.state.peers[other.party]
                if peer.asked_us >= 0 and peer.turn == turn:
                    asker.step(sync.Failed(other.party, "no answer"))

        def arrived(reply: bytes) -> None:
            if asker.life == life:
                asker.step(sync.Replied(other.party, messages.decode_reply(reply)))

        def asked() -> None:
            if other.node is None:
                return
            try:
                node = other.node
                reply = other.guarded(lambda: node.answer(asker.party, pull))
            except TogunaError as error:
                self.log(f"{other.party} refuses {asker.party}: {error}")
                return
            if reply is not None:
                size = len(pull) + len(reply)
                self.carried += size
                self.post(other.party, asker.party, len(reply), lambda: arrived(reply))

        self.post(asker.party, other.party, len(pull), asked)
        self.later(self.weather.silence_us, failed)

    # Nodes -----------------------------------------------------------------------------

    @property
    def nodes(self) -> dict[str, Node]:
        return {p: h.node for p, h in self.hosts.items() if h.node is not None}

    def heal(self, for_us: int) -> None:
        """Fine weather, all links, all processes, for so long."""
        self.weather = Weather(loss=0.0, doubled=0.0, delay=(10 * MS, 50 * MS))
        self.apart.clear()
        for host in self.hosts.values():
            host.engine.dies_in = -1
            if host.node is None and not host.gone:
                host.life += 1
                host.start()
        self.log("all is well again")
        self.run(for_us)
