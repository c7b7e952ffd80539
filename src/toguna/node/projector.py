"""Folds records into projections and lets the domains' rules answer them.

A fold can be run again at will; a reaction happens once, in the transaction in which the
record first stands here. So replaying projections never sends a second receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

import msgspec

from toguna.core import log, merkle, note, sync
from toguna.core.catalogue import Catalogue
from toguna.core.domain import Drop, Effect, Erase, Placing, Projection, Put, Stored, Write
from toguna.core.inclusion import InclusionProof
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.core.standing import Standing
from toguna.core.table import Reader, Row, Table, Transaction, Where
from toguna.errors import Unverified
from toguna.node import tables as t
from toguna.node.ledger import Held, Ledger


class NodeView(NamedTuple):
    """What a rule may look at; see :class:`toguna.core.domain.View`. ``eyes`` is the party
    through whose eyes somebody looks, where that is not our own (:mod:`toguna.node.looking`).
    """

    tx: Reader
    ledger: Ledger
    catalogue: Catalogue
    standing: Standing
    settings: dict[str, str]
    now_us: int
    eyes: str = ""

    @property
    def party(self) -> str:
        """Whose node this is."""
        return self.ledger.party

    @property
    def looker(self) -> str:
        """Through whose eyes a board looks."""
        return self.eyes or self.ledger.party

    @property
    def read_receipts(self) -> bool:
        """Whether the charter asks for read receipts."""
        return self.standing.in_force and self.standing.charter.rules.read_receipts

    def setting(self, name: str) -> str:
        """A setting of a domain, or the default that it declared."""
        if name in self.settings:
            return self.settings[name]
        for domain in self.catalogue.domains:
            if name in domain.settings:
                return domain.settings[name]
        raise KeyError(f"no domain declares a setting {name!r}")

    def active(self, party: str) -> bool:
        """Whether this party is in good standing, now."""
        return self.standing.is_active(party, self.now_us)

    def record(self, address: Address) -> Stored | None:
        """A record that this node holds, or the tombstone of one."""
        held = self.ledger.find(self.tx, address)
        return None if held is None or held.refused else held.stored

    def body(self, stored: Stored) -> msgspec.Struct | None:
        """The decoded body, or None when it is gone or its kind is unknown here."""
        envelope = stored.envelope
        if envelope is None or envelope.kind not in self.catalogue.kinds:
            return None
        return self.catalogue.decode_body(envelope.kind, envelope.body)

    def lasting(self, stored: Stored) -> bool:
        """Whether records of its kind are kept for good."""
        kind = self.catalogue.kinds.get(stored.envelope.kind) if stored.envelope else None
        return kind is not None and kind.lasting

    def proves(self, address: Address, raw: bytes, salt: bytes, proof: str) -> None:
        """Check that ``raw`` stands at ``address`` of its owner's spine; else Unverified."""
        parsed = InclusionProof.parse(proof.encode())
        checkpoint = note.Checkpoint.parse(note.Note.parse(parsed.checkpoint).text)
        for key in sync.log_keys(self.standing, address.party, checkpoint.size):
            try:
                checkpoint = note.open_checkpoint(parsed.checkpoint, key)
                break
            except Unverified:
                continue
        else:
            raise Unverified(f"no key of {address.party} that counts signed the proof")
        if parsed.index != address.index:
            raise Unverified(f"the proof is for entry {parsed.index}", where=str(address))
        leaf = merkle.leaf_hash(log.commitment(salt, raw))
        merkle.verify_inclusion(leaf, parsed.index, checkpoint.size, parsed.path, checkpoint.root)

    def released(self, home: Address) -> Sequence[Address]:
        """Where on our spine the releases of one of our home records stand."""
        key = self.ledger.id_of(home)
        if key is None:
            return []
        rows = self.tx.scan(t.RELEASED, [Where("home", "=", key)])
        return [self.ledger.address_of(cast(int, row[0])) for row in rows]

    def make(self, kind: str, **fields: object) -> Draft:
        """A draft of any kind that is known here, another domain's as well; no label yet."""
        known = self.catalogue.kind(kind)
        body = self.catalogue.author_body(known, msgspec.json.encode(fields))
        return Draft(known.name, body, Label())

    def table(self, need: str) -> Table:
        """The table of a projection, by the name under which domains declare a need."""
        return self.catalogue.projections[need.replace(".", "_")].table

    def row(self, table: Table, key: Row) -> Row | None:
        """One row of a projection."""
        return self.tx.get(table, key)

    def rows(self, table: Table, where: Sequence[Where] = ()) -> list[Row]:
        """Rows of a projection."""
        return list(self.tx.scan(table, where))


class Projector:
    """Applies folds and reactions of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_kind: dict[str, list[Projection]] = {}
        for projection in catalogue.projections.values():
            for kind in projection.kinds:
                self._by_kind.setdefault(kind, []).append(projection)

    def concerns(self, kind: str) -> bool:
        """Whether anything is folded or answered for records of this kind."""
        declared = self._catalogue.kinds.get(kind)
        return kind in self._by_kind or (declared is not None and declared.reacts)

    def tables(self) -> list[Table]:
        """The tables that an engine must have for the projections."""
        return [p.table for p in self._catalogue.projections.values()]

    def fold(self, tx: Transaction, held: Held, view: NodeView) -> None:
        """Fold one record into every projection that takes its kind."""
        envelope = held.stored.envelope
        if envelope is None or held.refused:
            return
        for projection in self._by_kind.get(envelope.kind, ()):
            about = view.ledger.id_of(Address.parse(envelope.about)) if envelope.about else None
            placing = Placing(held.id, held.audience, about)
            _apply(tx, projection.fold(held.stored, view, placing))

    def react(self, held: Held, view: NodeView) -> list[Effect]:
        """What the kind's rule wants done now that we hold this record."""
        envelope = held.stored.envelope
        if envelope is None or held.refused or envelope.kind not in self._catalogue.kinds:
            return []
        return list(self._catalogue.kinds[envelope.kind].react(held.stored, view))

    def forget(self, tx: Transaction, keys: Sequence[int]) -> None:
        """Drop what erased records opened."""
        for projection in self._catalogue.projections.values():
            tx.delete(projection.table, [(key,) for key in keys])

    def rebuild(self, tx: Transaction, view: NodeView) -> int:
        """Fold every record again into empty projections; how many were folded."""
        for table in self.tables():
            tx.clear(table)
        folded = 0
        for no in sorted(view.ledger.log_names):
            for row in view.ledger.rows_between(tx, no, 0, 1 << t.INDEX_BITS):
                self.fold(tx, view.ledger.held(row), view)
                folded += 1
        return folded


def apply_rows(tx: Transaction, effects: Iterable[Effect]) -> tuple[list[Erase], list[Write]]:
    """Write what reactions put into projections; hand back what the node must do."""
    erases, writes = [], []
    for effect in effects:
        match effect:
            case Erase():
                erases.append(effect)
            case Write():
                writes.append(effect)
            case _:
                _apply(tx, [effect])
    return erases, writes


def _apply(tx: Transaction, effects: Iterable[Put | Drop]) -> None:
    for effect in effects:
        if isinstance(effect, Put):
            tx.put(effect.table, [effect.row])
        else:
            tx.delete(effect.table, [effect.key])
