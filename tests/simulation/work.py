"""What the parties do in a simulated world, and what must be true of it in the end."""

from __future__ import annotations

from typing import NamedTuple

from tests.alliance import SECOND, report
from tests.framing import journal, raws
from tests.simulation.world import Host, World
from toguna.core import acts, record
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.domains.sharing.bodies import Consent
from toguna.errors import TogunaError
from toguna.node import tables as t
from toguna.node.node import Node


class Loss(NamedTuple):
    """A disk that was lost: what the backup held, and what somebody else held at that moment."""

    party: str
    backup: frozenset[int]
    elsewhere: frozenset[int]


class Work:
    """A random workload. ``acked`` is what a party was told to be durable on its spine."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng
        self.acked: dict[str, set[int]] = {p: set() for p in world.hosts}
        self.home: dict[str, list[Address]] = {p: [] for p in world.hosts}
        self.left: set[str] = set()
        self.losses: list[Loss] = []
        self.count = 0
        self.backups = {p: h.engine.snapshot() for p, h in world.hosts.items()}
        self.backed = {p: frozenset[int]() for p in world.hosts}

    def some_readers(self, party: str) -> tuple[str, ...]:
        others = [p for p in self.world.hosts if p != party]
        return tuple(sorted(self.rng.sample(others, self.rng.randint(1, len(others)))))

    def act(self) -> None:
        """One deed of one party that is up."""
        up = [h for h in self.world.hosts.values() if h.node is not None]
        if not up:
            return
        host = self.rng.choice(up)
        deeds = [self.speak] * 6 + [self.release] * 3 + [self.recall] * 2 + [self.correct]
        deeds += [self.pass_on] * 2 + [self.consent, self.hand_over, self.read]
        deed = self.rng.choice(deeds)
        if self.rng.random() < 0.06:
            host.engine.dies_in = self.rng.randint(0, 4)
            host.engine.durable = self.rng.random() < 0.5
        try:
            done = host.guarded(lambda: deed(host))
        except TogunaError as error:
            self.world.log(f"{host.party} {deed.__name__}: {error}")
            return
        for address in done or []:
            if address.log == "spine":
                self.acked[host.party].add(address.index)
        if done:
            self.world.log(f"{host.party} {deed.__name__} {', '.join(map(str, done))}")

    def _label(self, host: Host) -> Label:
        to = self.some_readers(host.party)
        onward = self.some_readers(host.party) if self.rng.random() < 0.4 else ()
        return Label(to=to, onward=onward)

    def speak(self, host: Host) -> list[Address]:
        out = []
        for _ in range(self.rng.randint(1, 4)):
            self.count += 1
            body = report(f"Rapport {self.count}", source=None, text="x" * self.rng.randint(1, 900))
            home = self.rng.random() < 0.2
            label = Label() if home else self._label(host)
            out.append(Draft("sharing.report/1", body, label))
        assert host.node is not None
        done = host.node.submit(out, "duty", flash=self.rng.random() < 0.1)
        self.home[host.party] += [a for a in done if a.log == "home"]
        return done

    def speak_to_all(self, host: Host) -> None:
        """One record for everybody, straight onto the spine."""
        self.count += 1
        others = tuple(sorted(p for p in self.world.hosts if p != host.party))
        body = report(f"Rapport {self.count}", source=None)
        assert host.node is not None
        host.node.submit([Draft("sharing.report/1", body, Label(to=others))], "duty")

    def release(self, host: Host) -> list[Address]:
        assert host.node is not None
        if not self.home[host.party]:
            return []
        return [
            host.node.releasing.release(
                self.rng.choice(self.home[host.party]), self._label(host), "liaison"
            )
        ]

    def _own(self, host: Host) -> Address | None:
        assert host.node is not None
        mine = sorted(raws(host.node, f"{host.party}/spine"))
        return Address(host.party, "spine", self.rng.choice(mine)) if mine else None

    def _others(self, host: Host) -> Address | None:
        assert host.node is not None
        held = [
            Address(p, "spine", i)
            for p in self.world.hosts
            if p != host.party
            for i in raws(host.node, f"{p}/spine")
        ]
        return self.rng.choice(sorted(held)) if held else None

    def recall(self, host: Host) -> list[Address]:
        address = self._own(host)
        assert host.node is not None
        return [host.node.releasing.recall(address, "erreur", "liaison")] if address else []

    def correct(self, host: Host) -> list[Address]:
        address = self._own(host)
        assert host.node is not None
        if address is None:
            return []
        body = report(f"Corrigé {self.count}", source=None)
        return [host.node.releasing.correct(address, body, "mieux", "liaison")]

    def pass_on(self, host: Host) -> list[Address]:
        address = self._others(host) if self.rng.random() < 0.8 else self._own(host)
        assert host.node is not None
        if address is None:
            return []
        to = (self.rng.choice([p for p in self.world.hosts if p != host.party]),)
        return [host.node.releasing.release(address, Label(to=to), "liaison")]

    def consent(self, host: Host) -> list[Address]:
        address = self._own(host)
        assert host.node is not None
        if address is None:
            return []
        onto = self.rng.choice([p for p in self.world.hosts if p != host.party])
        body = Consent(allowed=self.rng.random() < 0.7, onto=onto)
        label = Label(to=self.some_readers(host.party))
        return host.node.submit([Draft("sharing.consent/1", body, label, str(address))], "liaison")

    def read(self, host: Host) -> list[Address]:
        address = self._others(host)
        assert host.node is not None
        if address is not None:
            host.node.access.show(host.node.access.actor(host.party, "duty"), address)
        return []

    def hand_over(self, host: Host) -> list[Address]:
        node = host.node
        assert node is not None
        for term in node.standing.terms:
            if node.standing.office_holder(term.office) == host.party:
                to = self.rng.choice([p for p in self.world.hosts if p != host.party])
                act = acts.Handover(
                    at=node.now(), charter=node.standing.charter_hash, from_party=host.party,
                    from_us=node.now() + 5 * SECOND, office=term.office, to_party=to,
                    until_us=None,
                )  # fmt: skip
                seed = self.world.seeds[host.party].desk
                node.learn([acts.sign_act(acts.encode_act(act), host.party, seed)])
                self.world.log(f"{host.party} hands {term.office} to {to}")
        return []

    def withdraw(self, party: str) -> None:
        """A party says that it leaves; it keeps its rights until the end of the notice."""
        host = self.world.hosts[party]
        node = host.node
        if node is None:
            return
        standing = node.standing
        act = acts.withdrawal_of(
            standing.charter, standing.charter_hash, party, "décision", node.now()
        )
        document = acts.sign_act(acts.encode_act(act), party, self.world.seeds[party].root)
        host.guarded(lambda: node.learn([document]))
        self.left.add(party)
        self.world.log(f"{party} withdraws")

    # Disasters -------------------------------------------------------------------------

    def back_up(self) -> None:
        party = self.rng.choice(sorted(self.world.hosts))
        host = self.world.hosts[party]
        self.backups[party] = host.engine.snapshot()
        self.backed[party] = frozenset(entries(self.world, party, party))
        self.world.log(f"{party} is backed up, {len(self.backed[party])} records")

    def lose(self, party: str, *, gate: bool = True, after_us: int = 20 * SECOND) -> None:
        """The disk of this party is lost now; after a while the last backup comes back.

        By then nothing that the old process said is on its way any more.
        """
        host = self.world.hosts[party]
        snapshot, backed = self.backups[party], self.backed[party]
        host.stop()
        self.world.log(f"{party} loses its disk")

        def back() -> None:
            elsewhere = frozenset[int]().union(
                *(entries(self.world, other, party) for other in self.world.hosts if other != party)
            )
            self.losses.append(Loss(party, backed, elsewhere))
            lost = self.acked[party] - backed - elsewhere
            self.world.log(f"{party} is restored; reached nobody, lost: {sorted(lost)}")
            self.acked[party] -= lost
            self.home[party] = []
            host.restore(snapshot, gate=gate)

        self.world.later(after_us, back)


def entries(world: World, holder: str, party: str) -> set[int]:
    """The entries of a party's spine that a holder has and can prove, read off its disk."""
    with world.hosts[holder].engine.read() as tx:
        numbers = {row[1]: row[0] for row in tx.scan(t.LOG)}
        no = numbers.get(f"{party}/spine")
        head = None if no is None else tx.get(t.HEAD, (no,))
        if head is None:
            return set()
        found = {t.unpack(r[0])[1] for r in tx.scan(t.RECORD) if t.unpack(r[0])[0] == no}  # type: ignore[arg-type]
        return {index for index in found if index < head[1]}  # type: ignore[operator]


# The oracle -----------------------------------------------------------------------------


class Fact(NamedTuple):
    """One record as its owner's log has it in the end."""

    readers: tuple[str, ...]
    kind: str
    about: str | None


def rows(node: Node, name: str) -> dict[int, tuple]:
    no = node.ledger.log_numbers.get(name)
    if no is None:
        return {}
    with node.reading() as tx:
        return {t.unpack(r[0])[1]: r for r in node.ledger.rows_between(tx, no, 0, 1 << 40)}  # type: ignore[arg-type]


def check(work: Work, *, forked: frozenset[str] = frozenset()) -> None:
    """Everybody holds exactly what was released to it. Computed from labels alone."""
    world = work.world
    nodes = world.nodes
    for owner, ml in nodes.items():
        if owner in forked:
            continue
        name = f"{owner}/spine"
        own = rows(ml, name)
        missing = work.acked[owner] - set(own)
        assert not missing, f"{name}: acknowledged and gone: {sorted(missing)}"
        assert not ml.held_back, ml.held_back
        for reader, node in nodes.items():
            if reader == owner or reader in forked:
                continue
            followed = node.state.followed.get(name)
            assert ml.spine.size == 0 or followed is not None, f"{reader} never followed {name}"
            if followed is None:
                continue
            said = node.state.peers[owner].last_error
            assert followed.size == ml.spine.size, f"{reader} is behind on {name}: {said}"
            assert followed.range.root() == ml.spine.edge.root()
            _check_holder(own, rows(node, name), ml, reader, name)
    for party, node in nodes.items():
        alarms = [line for line in journal(node, "alarm") if not any(p in line for p in forked)]
        assert alarms == [], f"{party}: {alarms}"
        if not forked:
            with node.reading() as tx:
                assert tx.count(t.FORK) == 0, journal(node, "fork")
            assert journal(node, "refused") == [] or all(
                "asked for" in line or "release of" in line or "about" in line or "request" in line
                for line in journal(node, "refused")
            ), journal(node, "refused")
    assert len({n.book.digest() for n in nodes.values()}) == 1


def _check_holder(own: dict, held: dict, ml: Node, reader: str, name: str) -> None:
    meant = {i for i, r in own.items() if reader in ml.ledger.readers(r[4])[1]}
    for r in own.values():
        if r[8]:
            assert record.decode_trusted(r[8]).label.to == ml.ledger.readers(r[4])[1]
    held = {i: r for i, r in held.items() if i < ml.spine.size}  # else: a flash, lost since
    assert set(held) == meant, (
        f"{reader} on {name}: too much {sorted(set(held) - meant)}, "
        f"missing {sorted(meant - set(held))}"
    )
    for i in meant:
        mine, theirs = own[i], held[i]
        if theirs[8]:
            assert theirs[8] == mine[8] or mine[6], f"{name}/{i} differs at {reader}"
        assert bool(mine[6]) == bool(theirs[6]), (
            f"{name}/{i}: {mine[6] or 'there'} at its owner, {theirs[6] or 'there'} at {reader}"
        )
