"""A world for the test of the picture: parties that say things under random labels, screens that
show what their nodes give, and an oracle that knows of labels and of nothing else.

The oracle is plain sets: who said it, to whom, until when, where it came, whether it was called
back. It calls no code of the product; tests/properties/test_picture_oracle.py puts Cedar beside it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.alliance import DAY, report
from tests.unit.live_house import Watcher
from tests.unit.serving_house import Web
from toguna.core.labels import Label
from toguna.core.record import Address, Draft

PARTIES = ("bf", "hum", "ml", "ne")
STEP = 3 * DAY // 10
TOKEN = re.compile(rb"zq[0-9]{6}")


@dataclass
class Said:
    """One statement, as far as a label speaks of it."""

    token: str
    address: str
    owner: str
    to: frozenset[str]
    until: int | None
    keep_days: int | None
    came: dict[str, int] = field(default_factory=dict)
    """When it came to each node that got it."""
    recalled: set[str] = field(default_factory=set)
    """The nodes that were told that its owner called it back."""

    def is_held(self, node: str, now: int) -> bool:
        """Whether this node has it at all."""
        if node in self.recalled or (self.until is not None and self.until <= now):
            return False
        if node == self.owner:
            return True
        if node not in self.came:
            return False
        return self.keep_days is None or now < self.came[node] + self.keep_days * DAY


class Oracle:
    """Who sees what, where, now."""

    def __init__(self) -> None:
        self.said: dict[str, Said] = {}
        self.left: set[str] = set()

    def sees(self, node: str, view: str, now: int) -> set[str]:
        """The addresses of statements that ``view`` sees of what ``node`` holds."""
        return {
            one.address
            for one in self.said.values()
            if one.is_held(node, now)
            and (
                view == one.owner
                or (view in one.to and (view == node or view not in self.left))
            )
        }  # fmt: skip

    def tokens(self, addresses: set[str]) -> set[bytes]:
        """The words by which these statements are known in any text."""
        return {self.said[address].token.encode() for address in addresses}


class Screen:
    """What one page shows: its list after hello, then what the stream says."""

    def __init__(self, world: World, node: str, view: str) -> None:
        self.world, self.node, self.view = world, node, view
        self.rows: dict[str, Any] = {}
        url = "/api/live" + ("" if view == node else f"?view={view}")
        self.watcher = Watcher(world.web, url, by=node, to=node)
        self._read = 0
        self._began = False

    async def follow(self) -> None:
        """Take in what has arrived since."""
        text = self.watcher.text
        end = text.rfind(b"\n\n") + 2
        for block in text[self._read : end].split(b"\n\n")[:-1]:
            lines = dict(line.split(b": ", 1) for line in block.split(b"\n") if line[:1] != b":")
            name = lines.get(b"event", b"")
            if name in (b"reset", b"hello") and (name == b"reset" or not self._began):
                self._began = True
                docs = await self.world.listed(self.node, self.view)
                self.rows = {doc["address"]: doc for doc in docs}
            elif name == b"change":
                change = msgspec.json.decode(lines[b"data"])
                if change["table"] != "sharing_reports":
                    continue
                self.rows.pop(change["address"], None)
                if change["doc"] is not None:
                    self.rows[change["address"]] = change["doc"]
        self._read = end


class World:
    """Four nodes, an oracle, and a screen at every node through every party's eyes."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.web = Web(parties=PARTIES, roles={"hum": "humanitarian"}, seed=seed)
        self.oracle = Oracle()
        self.screens = [Screen(self, node, view) for node in PARTIES for view in PARTIES]
        self.made = 0

    @property
    def now(self) -> int:
        return self.web.clock()

    # What parties do -------------------------------------------------------------------

    def label(self, owner: str) -> Label:
        """A random label: any readers, perhaps an end, perhaps days to keep."""
        rng = self.rng
        others = [p for p in PARTIES if p != owner and not {p, owner} & self.oracle.left]
        to = tuple(sorted(rng.sample(others, rng.randint(0, len(others)))))
        until = (
            self.now + rng.randint(1, 40) * DAY // 10 + DAY // 20 if rng.random() < 0.3 else None
        )
        days = rng.choice([1, 2]) if to and rng.random() < 0.3 else None
        return Label(to=to, until=until, keep_days=days)

    def author(self, owner: str, count: int) -> None:
        """So many reports of this party, each under a label of its own."""
        drafts, tokens = [], []
        for _ in range(count):
            tokens.append(f"zq{self.made:06d}")
            self.made += 1
            body = report(f"Rapport {tokens[-1]}", text=f"Texte de {tokens[-1]}", source=None)
            drafts.append(Draft("sharing.report/1", body, self.label(owner)))
        addresses = self.web[owner].submit(drafts, "duty")
        for token, address, draft in zip(tokens, addresses, drafts, strict=True):
            self._note(token, str(address), owner, draft.label)

    def _note(self, token: str, address: str, owner: str, label: Label) -> None:
        one = Said(token, address, owner, frozenset(label.to), label.until, label.keep_days)
        self.oracle.said[address] = one

    def release(self, owner: str) -> None:
        """Something that this party has at home goes out, coarser."""
        home = [
            one for one in self.oracle.said.values()
            if one.owner == owner and "/home/" in one.address and one.is_held(owner, self.now)
        ]  # fmt: skip
        label = self.label(owner)
        if not home or not label.to:
            return
        one = self.rng.choice(home)
        label = msgspec.structs.replace(label, precision_m=self.rng.choice([100, 10_000]))
        new = self.web[owner].releasing.release(Address.parse(one.address), label, "duty")
        self._note(one.token, str(new), owner, label)

    def recall(self, owner: str) -> None:
        """Something that this party let out is called back."""
        out = [
            one for one in self.oracle.said.values()
            if one.owner == owner and one.to and one.is_held(owner, self.now)
        ]  # fmt: skip
        if out and owner not in self.oracle.left:
            one = self.rng.choice(out)
            self.web[owner].releasing.recall(Address.parse(one.address), "exercice", "duty")
            one.recalled = set(PARTIES) - self.oracle.left  # who left is told nothing more

    def meet(self) -> None:
        """Everybody hears from everybody; time goes on; labels end."""
        began = self.now
        self.web.alliance.exchange(3)
        for one in self.oracle.said.values():
            for reader in one.to - self.oracle.left:
                one.came.setdefault(reader, began)

    def pass_time(self) -> None:
        """Some hours go by. Some nodes sweep what has ended at once, others have not yet."""
        self.web.clock.advance(STEP)
        for party in PARTIES:
            if self.rng.random() < 0.5:
                self.sweep(party)

    def sweep(self, party: str) -> None:
        """This node erases what has ended."""
        node = self.web[party]
        with node.writing() as tx:
            node.authoring.sweep(tx)

    # What screens show -----------------------------------------------------------------

    async def ask(self, node: str, url: str) -> bytes:
        """The bytes that a node answers one of its own people."""
        headers = self.web.signed("GET", url, None, by=node, to=node)
        answer = await self.web.sending("GET", url, None, headers, to=node)
        assert answer.status_code == 200, (url, answer.text)
        return answer.content

    async def listed(self, node: str, view: str) -> list[Any]:
        """All reports that a list shows, page by page."""
        found: list[Any] = []
        after = ""
        while True:
            url = f"/api/sharing/report?limit=1000&view={view}" + (after and f"&after={after}")
            page = msgspec.json.decode(await self.ask(node, url))
            found += page["items"]
            after = page["next"]
            if after is None:
                return found
