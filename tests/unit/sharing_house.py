"""A house of three parties in memory: enough of a node to try the sharing domain's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from toguna.core.catalogue import Catalogue
from toguna.core.domain import Drop, Effect, Erase, Placing, Put, Stored, Write
from toguna.core.labels import Label
from toguna.core.record import Address, Author, Draft, decode, encode
from toguna.core.table import Row, Table, Where
from toguna.domains.sharing import DOMAIN, Copy, Correction, Recall, Report
from toguna.errors import Unverified

CATALOGUE = Catalogue([DOMAIN])
NOW = 1_700_000_000_000_000
DAY = 86_400_000_000
SALT = "AAAAAAAAAAAAAAAAAAAAAA=="
PARTIES = ("bf", "ml", "ne")


def pack(address: Address) -> int:
    return (PARTIES.index(address.party) << 41) | ((address.log == "spine") << 40) | address.index


@dataclass
class Desk:
    """One party's holdings; it is the ``View`` of its rules."""

    party: str
    house: House
    settings: dict[str, str] = field(default_factory=lambda: dict(DOMAIN.settings))
    held: dict[Address, Stored] = field(default_factory=dict)
    tables: dict[str, dict[int, Row]] = field(default_factory=dict)

    @property
    def now_us(self) -> int:
        return self.house.now_us

    @property
    def read_receipts(self) -> bool:
        return self.house.read_receipts

    def setting(self, name: str) -> str:
        return self.settings[name]

    def active(self, party: str) -> bool:
        return party in PARTIES and party not in self.house.gone

    def record(self, address: Address) -> Stored | None:
        return self.held.get(address)

    def body(self, stored: Stored) -> msgspec.Struct | None:
        if not stored.raw or stored.envelope is None:
            return None
        return CATALOGUE.decode_body(stored.envelope.kind, bytes(stored.envelope.body))

    def lasting(self, stored: Stored) -> bool:
        return False

    def make(self, kind: str, **fields: object) -> Draft:
        raise AssertionError("sharing writes kinds of its own")

    def proves(self, address: Address, raw: bytes, salt: bytes, proof: str) -> None:
        """The house is one memory: what the owner holds is what is proved."""
        there = self.house.desks[address.party].held.get(address)
        if there is None or proof != "proof" or len(salt) != 16:
            raise Unverified(f"this does not stand at {address}")
        if self.house.signed[address] != raw:
            raise Unverified(f"this does not stand at {address}")

    def released(self, home: Address) -> Sequence[Address]:
        return ()

    def row(self, table: Table, key: Row) -> Row | None:
        return self.tables.get(table.name, {}).get(key[0])  # type: ignore[arg-type]

    def rows(self, table: Table, where: Sequence[Where] = ()) -> list[Row]:
        found = self.tables.get(table.name, {})
        assert all(w.op == "=" for w in where)
        return [
            found[i]
            for i in sorted(found)
            if all(found[i][table.position(w.column)] == w.value for w in where)
        ]

    def docs(self, table: Table) -> list[dict[str, Any]]:
        at = table.position("doc")
        return [msgspec.json.decode(row[at]) for row in self.rows(table)]  # type: ignore[arg-type]

    # --- what a node does -----------------------------------------------------------------

    def hold(self, address: Address, raw: bytes, readers: tuple[str, ...]) -> list[Effect]:
        stored = Stored(address, raw, decode(raw), readers, self.now_us)
        assert stored.envelope is not None
        if address.party != self.party:
            CATALOGUE.kinds[stored.envelope.kind].admit(stored, self)
        self.held[address] = stored
        self.house.signed.setdefault(address, raw)
        about = Address.parse(stored.envelope.about) if stored.envelope.about else None
        placing = Placing(pack(address), 0, pack(about) if about else None)
        for projection in CATALOGUE.projections.values():
            if stored.envelope.kind in projection.kinds:
                for effect in projection.fold(stored, self, placing):
                    self._apply(effect)
        return list(CATALOGUE.kinds[stored.envelope.kind].react(stored, self))

    def perform(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._apply(effect)

    def _apply(self, effect: Effect) -> None:
        if isinstance(effect, Put):
            assert len(effect.row) == len(effect.table.columns)
            for value, column in zip(effect.row, effect.table.columns, strict=True):
                expected = {"int": int, "text": str, "bytes": bytes}[column.type]
                assert isinstance(value, expected) or (value is None and column.nullable), column
            self.tables.setdefault(effect.table.name, {})[effect.row[0]] = effect.row  # type: ignore[index]
        elif isinstance(effect, Drop):
            self.tables.get(effect.table.name, {}).pop(effect.key[0], None)  # type: ignore[arg-type]
        elif isinstance(effect, Erase):
            old = self.held[effect.address]
            self.held[effect.address] = old._replace(raw=b"", envelope=None, gone=effect.why)
            for rows in self.tables.values():
                rows.pop(pack(effect.address), None)
        elif isinstance(effect, Write):
            self.write(effect.draft, effect.office)

    def write(self, draft: Draft, office: str = "duty", log: str = "spine") -> Address:
        """Check, author, hold, and deliver to the readers who are within reach."""
        CATALOGUE.kinds[draft.kind].check(draft, self)
        return self.force(draft, office, log)

    def force(self, draft: Draft, office: str = "duty", log: str = "spine") -> Address:
        """The same without the check: what a dishonest node would do."""
        index = sum(a.party == self.party and a.log == log for a in self.held)
        address = Address(self.party, log, index)
        raw = encode(draft, Author("0" * 16, office, self.party), self.now_us)
        readers = draft.label.to if log == "spine" else ()
        self.perform(self.hold(address, raw, readers))
        for party in readers:
            self.house.deliver(party, address, raw, readers)
        return address


class House:
    """Three desks and the post between them. ``away`` parties get theirs on ``back``."""

    def __init__(self) -> None:
        self.now_us = NOW
        self.read_receipts = True
        self.gone: set[str] = set()
        self.signed: dict[Address, bytes] = {}
        self.away: dict[str, list[tuple[Address, bytes, tuple[str, ...]]]] = {}
        self.desks = {party: Desk(party, self) for party in PARTIES}

    def __getitem__(self, party: str) -> Desk:
        return self.desks[party]

    def deliver(self, party: str, address: Address, raw: bytes, readers: tuple[str, ...]) -> None:
        if party in self.away:
            self.away[party].append((address, raw, readers))
        else:
            desk = self.desks[party]
            desk.perform(desk.hold(address, raw, readers))

    def back(self, party: str) -> None:
        for address, raw, readers in self.away.pop(party):
            self.deliver(party, address, raw, readers)


def report(**changes: Any) -> Report:
    """A report of an attack near Ansongo, exact and with a source."""
    first: dict[str, Any] = {
        "category": "attack",
        "credibility": 2,
        "deaths_best": 9,
        "from_us": NOW - DAY,
        "grade": "B",
        "lat_e7": 156_600_000,
        "lon_e7": 5_000_000,
        "place_name": "Ansongo",
        "source": "Poste 14",
        "text": "Le marché d'Ansongo a été attaqué, selon poste 14. Les Ansongois ont fui.",
        "title": "Attaque à Ansongo",
        "to_us": NOW - DAY,
    }
    return Report(**{**first, **changes})


def plain(**changes: Any) -> Report:
    """A report without place or source, which any label lets go."""
    return report(lat_e7=None, lon_e7=None, place_name=None, source=None, **changes)


def draft(noun: str, body: msgspec.Struct, *to: str, about: object = None, **label: Any) -> Draft:
    named = None if about is None else str(about)
    return Draft(f"sharing.{noun}/1", body, Label(to=to, **label), named)


def share(desk: Desk, *to: str, **label: Any) -> Address:
    return desk.write(draft("report", plain(), *to, **label))


def copy_of(desk: Desk, about: Address, *to: str, **label: Any) -> Address:
    body = Copy(record=desk.held[about].raw.decode(), salt=SALT, proof="proof")
    return desk.write(draft("copy", body, *to, about=about, **label))


def recall(desk: Desk, about: Address, *to: str, why: str = "faux") -> Address:
    return desk.write(draft("recall", Recall(why=why), *to, about=about))


def correct(desk: Desk, about: Address, *to: str, dead: int = 14, **label: Any) -> Address:
    body = Correction(report=plain(deaths_best=dead), why="deux bilans")
    return desk.write(draft("correction", body, *to, about=about, **label))
