"""Writing into our own logs: author, seal, store, fold, react, erase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

import msgspec

from toguna.core import note, record
from toguna.core.domain import Effect, Write
from toguna.core.labels import Label
from toguna.core.log import Group, Sealed, SealedRun
from toguna.core.record import Address, Author, Draft
from toguna.core.standing import Standing
from toguna.core.table import Reader, Row, Transaction, Where
from toguna.domains.journal import Line
from toguna.errors import BadInput, Conflict, Refused, Unknown
from toguna.node import admission, files
from toguna.node import tables as t
from toguna.node.gathering import Gathering
from toguna.node.ledger import Held
from toguna.node.ownlog import OwnLog
from toguna.node.projector import NodeView, apply_rows

if TYPE_CHECKING:
    from toguna.node.node import Node

KEEPER = "keeper"
_Grouped = dict[tuple[str, ...], list[tuple[int, bytes]]]
"""By readers: where each draft stands in the submission, and its bytes."""


class Signing(NamedTuple):
    """A person's own signature on one draft: by which enrolled key, dated when, base64."""

    key: str
    at_us: int
    sig: str


class _Submission(NamedTuple):
    """Checked drafts on their way into the logs; ``addresses`` are filled in by place."""

    drafts: Sequence[Draft]
    addresses: dict[int, Address]
    view: NodeView
    at_us: int
    flash: bool


class Authoring:
    """What a node does to write. Always inside a transaction of the node's own."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def author(
        self,
        tx: Transaction,
        drafts: Sequence[Draft],
        office: str,
        *,
        flash: bool = False,
        signed: Signing | None = None,
    ) -> list[Address]:
        """Author the drafts and seal them; addresses in the order of the drafts.

        ``signed`` is a person's signature on the only draft; without one the desk key signs
        what is decisive. :class:`Unverified` when it is not over these very bytes.
        """
        node, view = self._node, self._node.view(tx)
        at_us = signed.at_us if signed else view.now_us
        by = Author(signed.key if signed else node.parts.keys.desk_id, office, node.party)
        checks = admission.Drafting(office, view.standing, view)
        checked: list[Draft] = []
        groups: _Grouped = {}
        for place, draft in enumerate(drafts):
            kind = node.catalogue.kind(draft.kind)
            draft = checks.check(draft, kind)
            raw = record.encode(draft, by, at_us)
            if signed is not None:
                raw = _signed(raw, signed, view.standing)
            elif kind.act is not None:
                raw = record.sign(raw, node.parts.keys.sign_desk)
            groups.setdefault(draft.label.to, []).append((place, raw))
            checked.append(draft)
        given = _Submission(checked, {}, view, at_us, flash)
        home = groups.pop((), [])
        if home:
            self._seal(tx, node.home, {(): home}, given)
        if groups:
            self._seal(tx, node.spine, groups, given)
        return [given.addresses[place] for place in range(len(drafts))]

    def unsigned(
        self, tx: Reader, draft: Draft, key: str, office: str, at_us: int | None = None
    ) -> tuple[Draft, bytes]:
        """The draft as it would be authored now, and its bytes without a signature. Refuses
        what :meth:`author` would refuse.
        """
        node, view = self._node, self._node.view(tx)
        kind = node.catalogue.kind(draft.kind)
        draft = admission.check_draft(draft, kind, office, view.standing, view)
        by = Author(key, office, node.party)
        return draft, record.encode(draft, by, view.now_us if at_us is None else at_us)

    def journal(self, tx: Transaction, what: str, text: str) -> Address:
        """One line of the node's own into the home journal."""
        draft = Draft("journal.line/1", Line(what=what, text=text[:2_000]), Label())
        return self.author(tx, [draft], KEEPER)[0]

    # Sealing ---------------------------------------------------------------------------

    def _seal(self, tx: Transaction, own: OwnLog, grouped: _Grouped, given: _Submission) -> None:
        """Close a batch of one log, and take in what it holds."""
        node, view = self._node, given.view
        if own is node.spine and node.held_back:
            raise Refused(f"nothing can be released now: {node.held_back}")
        groups, members = self._groups(tx, grouped, view.standing)
        rows: list[Row] = []

        def rows_of(sealed: Sealed) -> list[Row]:
            for run in sealed.runs:
                for k, place in enumerate(members[run.audience]):
                    index, draft = run.start + k, given.drafts[place]
                    given.addresses[place] = t.address_of(own.name, index)
                    rows.append(self._row(t.pack(own.no, index), draft, run, k, given))
            return rows

        origin = origin_of(own, view.standing)
        everybody = [p.slot for p in view.standing.parties if p.party != node.party]
        batch = own.append(
            tx, groups, everybody, rows_of, self._sign, origin, view.now_us, node.parts.randbytes
        )
        own.committed(batch)
        self._note_ends(tx, own, members, given)
        files.note_uses(tx, rows)
        if given.flash and own is node.spine:
            tx.put(t.FLASH, [(row[0], row[4]) for row in rows])
        self.take_in(tx, rows)

    def _groups(
        self, tx: Transaction, grouped: _Grouped, standing: Standing
    ) -> tuple[list[Group], dict[int, list[int]]]:
        """What is sealed for each audience, and where its drafts stand in the submission."""
        groups, members = [], {}
        for readers, placed in grouped.items():
            audience = self._node.ledger.audience(tx, self._node.party, readers)
            slots = tuple(entry.slot for r in readers if (entry := standing.party(r)))
            groups.append(Group(audience, slots, [raw for _place, raw in placed]))
            members[audience] = [place for place, _raw in placed]
        return groups, members

    def _note_ends(
        self, tx: Transaction, own: OwnLog, members: dict[int, list[int]], given: _Submission
    ) -> None:
        """Remember which of our own records end at a moment that their label names."""
        ending = [
            (t.pack(own.no, given.addresses[place].index), given.drafts[place].label)
            for places in members.values()
            for place in places
            if given.drafts[place].label.until
        ]
        tx.put(t.EXPIRY, self._node.ledger.expiries(ending, None))

    def _row(self, key: int, draft: Draft, run: SealedRun, k: int, given: _Submission) -> Row:
        about = self._node.ledger.id_of(Address.parse(draft.about)) if draft.about else None
        at, received = given.at_us, given.view.now_us
        raw, salt = run.raws[k], run.salts[k]
        return (key, draft.kind, about, at, run.audience, received, None, None, raw, salt, b"")

    def _sign(self, checkpoint: note.Checkpoint) -> bytes:
        return note.sign_checkpoint(checkpoint, self._node.parts.keys.log)

    # What follows from a record --------------------------------------------------------

    def take_in(self, tx: Transaction, rows: Sequence[Row]) -> None:
        """Fold the rows' records and do what their rules ask, in order."""
        node = self._node
        if not rows:
            return
        active = [r for r in rows if node.projector.concerns(cast(str, r[1]))]
        together = Gathering(tx)
        view = node.view(together)
        for row in active:
            held = node.ledger.held(row)
            node.projector.fold(together, held, view)
            self._react(together, held, view)
        together.flush()

    def _react(self, tx: Transaction, held: Held, view: NodeView) -> None:
        erases, writes = apply_rows(tx, self._node.projector.react(held, view))
        for erase in erases:
            key = self._node.ledger.id_of(erase.address)
            if key is not None:
                self.erase(tx, key, erase.why)
        for write in writes:
            self.answer_with(tx, write, view)

    def answer_with(self, tx: Transaction, write: Write, view: NodeView) -> None:
        """Author what a rule answered. What cannot go out now stands in the journal."""
        label = write.draft.label
        to = tuple(r for r in label.to if view.active(r) and r != view.party)
        if label.to and not to:
            return
        draft = write.draft
        if to != label.to:
            draft = draft._replace(label=replace_to(label, to))
        if self._node.held_back:
            self._wait(tx, draft, write.office)
            return
        try:  # before anything is written: an answer that cannot be given stops nothing else
            now = self._node.view(tx)
            kind = self._node.catalogue.kind(draft.kind)
            admission.check_rule(draft, kind)
            admission.Drafting(write.office, now.standing, now).check(draft, kind)
        except (Refused, BadInput, Conflict, Unknown) as refusal:
            self.journal(tx, "refused", f"{draft.kind} about {draft.about}: {refusal}")
            return
        self.author(tx, [draft], write.office, flash=write.flash)

    def keep_time(self) -> int:
        """Do what time alone has made due by the domains' rules; how many acts that were.

        Looks first: as long as nothing is due, nothing is written.
        """
        node = self._node
        with node.reading() as tx:
            if not any(True for _ in self._due(node.view(tx))):
                return 0
        with node.writing() as wtx:
            view = node.view(wtx)
            effects = list(self._due(view))
            erases, writes = apply_rows(wtx, effects)
            for erase in erases:
                if (key := node.ledger.id_of(erase.address)) is not None:
                    self.erase(wtx, key, erase.why)
            for write in writes:
                self.answer_with(wtx, write, view)
        return len(effects)

    def _due(self, view: NodeView) -> Iterator[Effect]:
        for domain in self._node.catalogue.domains:
            yield from domain.on_clock(view)

    def _wait(self, tx: Transaction, draft: Draft, office: str) -> None:
        if any((row[2], row[5]) == (draft.kind, draft.about) for row in tx.scan(t.WAITING)):
            return  # a rule that looked twice: one answer is enough
        body, label = msgspec.json.encode(draft.body), msgspec.json.encode(draft.label)
        row: Row = (tx.count(t.WAITING), office, draft.kind, body, label, draft.about)
        tx.add(t.WAITING, [row])

    def send_waiting(self, tx: Transaction) -> int:
        """Author the answers that had to wait; how many."""
        rows = list(tx.scan(t.WAITING))
        tx.clear(t.WAITING)
        for _no, office, kind, body, label, about in rows:
            draft = Draft(
                cast(str, kind),
                self._node.catalogue.decode_body(cast(str, kind), cast(bytes, body)),
                msgspec.json.decode(cast(bytes, label), type=Label),
                cast("str | None", about),
            )
            self.answer_with(tx, Write(draft, cast(str, office)), self._node.view(tx))
        return len(rows)

    def erase(self, tx: Transaction, key: int, why: str) -> bool:
        """Erase a record that we hold, and what the projections made of it."""
        return bool(self._erase(tx, [key], why))

    def _erase(self, tx: Transaction, keys: Sequence[int], why: str) -> list[int]:
        erased = [key for key in keys if self._node.ledger.erase(tx, key, why) is not None]
        if erased:
            self._node.projector.forget(tx, erased)
            for key in erased:
                files.forget_uses(tx, key)
            self._node.answers.forget()
        return erased

    def sweep(self, tx: Transaction) -> int:
        """Erase what its label says is over by now; how many records that were."""
        due = list(tx.scan(t.EXPIRY, [Where("at", "<=", self._node.now())], limit=10_000))
        keys = [cast(int, key) for key, _at in due]
        self._erase(tx, keys, "expired")
        tx.delete(t.EXPIRY, [(key,) for key in keys])
        return len(keys)


def _signed(raw: bytes, signed: Signing, standing: Standing) -> bytes:
    """The bytes with a person's signature, once that was found to hold over them."""
    raw = record.with_signature(raw, signed.sig)
    admission.check_person(raw, record.decode_trusted(raw), standing)
    return raw


def replace_to(label: Label, to: tuple[str, ...]) -> Label:
    """The label with other readers."""
    return msgspec.structs.replace(label, to=to)


def origin_of(own: OwnLog, standing: Standing) -> str:
    """The checkpoint origin: the charter's for the spine, a private one for the journal."""
    party = own.name.partition("/")[0]
    return standing.origin(party) if own.name.endswith("/spine") else f"toguna/home/{party}"
