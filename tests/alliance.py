"""Alliances for tests: real nodes on memory engines, a clock that we move, seeded randomness."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from toguna.core import acts, ed25519, messages, sync
from toguna.core.charter import Card, PartyKeys, open_card, sign_card
from toguna.core.drafting import found
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.signed import encode_key
from toguna.domains.sharing.bodies import Report
from toguna.engines import Engine
from toguna.engines.memory import MemoryEngine
from toguna.node.keyfiles import Keys
from toguna.node.node import Node, Parts
from toguna.node.opening import house_catalogue

START = 1_700_000_000_000_000
SECOND = 1_000_000
DAY = 86_400 * SECOND
CATALOGUE = house_catalogue()


class Clock:
    """A clock that stands still until it is moved. Microseconds since the epoch."""

    def __init__(self, now_us: int = START) -> None:
        self.now_us = now_us

    def __call__(self) -> int:
        return self.now_us

    def advance(self, us: int) -> None:
        self.now_us += us


class Seeds:
    """The secret seeds of one party, made from a seeded generator."""

    def __init__(self, party: str, rng: random.Random) -> None:
        from pyrage import x25519

        self.party = party
        self.root, self.log, self.witness, self.desk = (rng.randbytes(32) for _ in range(4))
        self.box = x25519.Identity.generate()

    def card(self) -> Card:
        public = {
            role: encode_key(ed25519.public_key(getattr(self, role)))
            for role in ("log", "witness", "desk")
        }
        root = (encode_key(ed25519.public_key(self.root)),)
        keys = PartyKeys(box=str(self.box.to_public()), root=root, threshold=1, **public)
        card = Card(addresses=(), keys=keys, name=self.party.upper(), party=self.party, v=1)
        return open_card(sign_card(card, [self.root]))

    def keys(self) -> Keys:
        return Keys(
            party=self.party,
            log=self.log,
            witness=self.witness,
            desk=self.desk,
            box=str(self.box),
        )


class Alliance:
    """Founded nodes that exchange by function calls, as fast as a test can."""

    def __init__(
        self,
        parties: Sequence[str] = ("bf", "ml", "ne"),
        *,
        seed: int = 1,
        engine: Callable[[], Engine] = MemoryEngine,
        settings: dict[str, dict[str, str]] | None = None,
        **founding: Any,
    ) -> None:
        self.rng = random.Random(seed)
        self.clock = Clock()
        self.seeds = {p: Seeds(p, self.rng) for p in parties}
        self.settings = settings or {}
        charter = found(
            [self.seeds[p].card() for p in parties], "aes", "aes", self.clock(), **founding
        )
        raw = acts.encode_act(charter)
        document = acts.sign_act(raw, parties[0], self.seeds[parties[0]].root)
        for party in parties[1:]:
            document = acts.cosign_act(document, party, self.seeds[party].root)
        self.document = document
        self.nodes = {p: self.open(p, engine()) for p in parties}
        for node in self.nodes.values():
            node.learn([document])
        for a in parties:
            for b in parties:
                if a != b:
                    self.nodes[a].talk_to(b)

    def open(self, party: str, engine: Engine) -> Node:
        return Node(
            Parts(
                engine=engine,
                keys=self.seeds[party].keys(),
                catalogue=CATALOGUE,
                clock=self.clock,
                randbytes=self.rng.randbytes,
                settings=self.settings.get(party, {}),
            )
        )

    def __getitem__(self, party: str) -> Node:
        return self.nodes[party]

    def exchange(self, rounds: int = 6, *, apart: frozenset[str] = frozenset()) -> int:
        """Let everybody pull from everybody until nothing moves; bytes that went over."""
        carried = 0
        for _ in range(rounds):
            for party, node in self.nodes.items():
                if party in apart:
                    continue
                sends = list(node.step(sync.Tick()))
                for peer in list(node.state.peers):
                    sends += node.step(sync.Woken(peer))
                while sends:
                    send = sends.pop(0)
                    if send.party in apart or send.party not in self.nodes:
                        sends += node.step(sync.Failed(send.party, "cut off"))
                        continue
                    asked = messages.encode(send.pull)
                    try:
                        answer = self.nodes[send.party].answer(party, asked)
                    except Exception as error:  # what the wire would make of a refusal
                        sends += node.step(sync.Failed(send.party, str(error)))
                        continue
                    carried += len(asked) + len(answer)
                    reply = messages.decode_reply(answer)
                    sends += node.step(sync.Replied(send.party, reply))
            self.clock.advance(10 * SECOND)
        return carried


def report(title: str = "Convoi signalé", **changes: Any) -> Report:
    """A report at a real place, at Ansongo."""
    body: dict[str, Any] = {
        "title": title,
        "text": "Texte",
        "category": "movement",
        "from_us": START - 3_600 * SECOND,
        "to_us": START - 1_800 * SECOND,
        "date_precision": "moment",
        "place_name": "Ansongo",
        "lat_e7": 156_597_000,
        "lon_e7": 5_022_000,
        "where_precision": "exact",
        "grade": "B",
        "credibility": 2,
        "source": "patrouille",
    }
    return Report(**{**body, **changes})


def draft(body: Report | None = None, **label: Any) -> Draft:
    """A draft of a report; the label's fields as keywords."""
    return Draft("sharing.report/1", body or report(), Label(**label))
