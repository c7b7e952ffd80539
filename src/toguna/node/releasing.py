"""Letting things out of the house, and calling them back.

A release makes a new body from a home record: coarsened, its source removed, as the kind's
declaration says. Somebody else's record goes on only as a copy with its owner's proof, and
only where its owner allows; otherwise the question goes to the owner. The preview is the
very bytes that would leave.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from toguna.core import merkle
from toguna.core.inclusion import InclusionProof
from toguna.core.labels import Label, Use, decide, expires_at
from toguna.core.record import Address, Draft, Envelope
from toguna.core.table import Reader, Row, Transaction, Where
from toguna.domains.sharing import bodies
from toguna.domains.sharing import tables as sharing
from toguna.domains.sharing.lookup import has_consent
from toguna.errors import BadInput, Conflict, Refused, Unknown
from toguna.node import tables as t
from toguna.node.authoring import Signing
from toguna.node.ledger import Held
from toguna.node.receipts import receipts

if TYPE_CHECKING:
    from toguna.node.node import Node

WOULD_PASS_ON = "we would pass it on"
"""What an owner is told who is asked for its yes, when nobody gave a reason."""

COPY, RECALL, CORRECTION, REQUEST = (
    "sharing.copy/1",
    "sharing.recall/1",
    "sharing.correction/1",
    "sharing.request/1",
)


class Ready(NamedTuple):
    """A draft as a person was shown it, and that person's signature on it."""

    draft: Draft
    signed: Signing

    def instead_of(self, fresh: Draft) -> Draft:
        """The signed draft in place of one made now; :class:`Conflict` when that says
        something else by now. A copy's proof may have grown older without being less true.
        """
        fresh = fresh._replace(label=fresh.label.normalised())
        proof = fresh.kind == COPY and self.draft._replace(body=fresh.body) == fresh
        if self.draft != fresh and not proof:
            raise Conflict(
                "what would leave has changed since it was shown",
                remedy="look at it and sign again",
            )
        return self.draft


class Releasing:
    """Releases, copies, recalls and corrections of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    # Release ---------------------------------------------------------------------------

    def preview(self, address: Address, label: Label, office: str) -> bytes:
        """The bytes that a release would commit to, but for the author's signature."""
        node = self._node
        with node.reading() as tx:
            draft = self._draft(tx, address, label)
            return node.authoring.unsigned(tx, draft, node.parts.keys.desk_id, office)[1]

    def release(
        self,
        address: Address,
        label: Label,
        office: str,
        *,
        flash: bool = False,
        ready: Ready | None = None,
    ) -> Address:
        """Release; the new record's address on our spine.

        ``ready`` is what a person has seen and signed: it goes out as it is, if it may still
        go. Raises Refused with the label's reason. When another party owns the record, its duty
        office has then been asked (``sharing.request``), once for each third party.
        """
        node = self._node
        with self._refusals(address, label, office), node.writing() as tx:
            draft = self._draft(tx, address, label)
            if ready is not None:
                draft = ready.instead_of(draft)
            signed = ready.signed if ready else None
            released = node.authoring.author(tx, [draft], office, flash=flash, signed=signed)[0]
            home = node.ledger.id_of(address)
            if draft.kind != COPY and home is not None:
                tx.put(t.RELEASED, [(node.ledger.id_of(released), home)])
            return released

    def release_draft(self, address: Address, label: Label, office: str, why: str = "") -> Draft:
        """What a release would author, to be signed by a person. Refuses as it would; ``why``
        are the words to an owner whose yes is then asked for.
        """
        with self._refusals(address, label, office, why), self._node.reading() as tx:
            draft = self._draft(tx, address, label)
            self._node.authoring.unsigned(tx, draft, "", office)
            return draft

    @contextmanager
    def _refusals(
        self, address: Address, label: Label, office: str, why: str = ""
    ) -> Iterator[None]:
        """A refused release is journalled; for another's record, its owner is asked."""
        node = self._node
        try:
            yield
        except Refused as refusal:
            if address.party == node.party:
                node.journal("refused", f"release of {address} to {', '.join(label.to)}: {refusal}")
                raise
            raise Refused(
                refusal.what,
                remedy=self._ask_owner(address, label, office, why) or refusal.remedy,
                where=str(address),
            ) from None

    def _draft(self, tx: Reader, address: Address, label: Label) -> Draft:
        """What would leave for this address under this label."""
        node = self._node
        if not label.to:
            raise BadInput("a release names no reader", remedy="add --to PARTY", where="label.to")
        held = self._present(tx, address)
        envelope = cast(Envelope, held.stored.envelope)
        if address.party != node.party or address.log == "spine":
            return self._copy(tx, held, label)
        kind = node.catalogue.kinds.get(envelope.kind)
        if kind is None or kind.release is None:
            raise Refused(f"a record of kind {envelope.kind} cannot be released")
        body = node.catalogue.decode_body(kind.name, envelope.body)
        self._third_parties(tx, envelope, label)
        about = self._known_to_all(tx, (envelope.about,) if envelope.about else (), label)
        refs = self._known_to_all(tx, envelope.refs, label)
        return Draft(kind.name, kind.release(body, label), label, next(iter(about), None), refs)

    def _present(self, tx: Reader, address: Address) -> Held:
        held = self._node.ledger.find(tx, address)
        if held is None:
            raise Unknown(f"there is no record {address}", remedy="look at toguna list")
        if held.stored.gone or held.stored.envelope is None:
            why = held.stored.gone or held.refused or "it is not understood here"
            raise Refused(f"{address} cannot be released: {why}")
        return held

    def _third_parties(self, tx: Reader, envelope: Envelope, label: Label) -> None:
        """What rests on another's record needs that owner's yes before it goes on."""
        node, view = self._node, self._node.view(tx)
        for ref in envelope.refs:
            source = Address.parse(ref)
            if source.party == node.party:
                continue
            held = node.ledger.find(tx, source)
            if held is None or held.stored.envelope is None:
                raise Refused(f"it rests on {source}, which is not here any more")
            for onto in label.to:
                decision = decide(
                    node.access.actor(node.party, ""), source.party, held.stored.envelope.label,
                    Use.DERIVE, view.now_us, onto=onto, onto_active=view.active(onto),
                    consented=has_consent(view, source, onto),
                    received_us=held.stored.received_us,
                )  # fmt: skip
                if not decision and onto != source.party:
                    raise Refused(
                        f"it rests on {source}: {decision.reason}",
                        remedy=f"ask {source.party} with sharing.request",
                    )

    def _known_to_all(self, tx: Reader, addresses: Iterable[str], label: Label) -> tuple[str, ...]:
        """Those that the readers can follow: what they all hold too. Home ones stay home."""
        out = []
        for ref in addresses:
            source = Address.parse(ref)
            held = self._node.ledger.find(tx, source) if source.log == "spine" else None
            if held is not None and set(label.to) <= {*held.stored.readers, source.party}:
                out.append(ref)
        return tuple(out)

    def _copy(self, tx: Reader, held: Held, label: Label) -> Draft:
        """The owner's own bytes with an inclusion proof: a late release, or one passed on."""
        stored = held.stored
        if stored.address.log == "home":
            raise Unknown(f"there is no record {stored.address}")
        row = cast(Row, tx.get(t.RECORD, (held.id,)))
        proof = self._proof(tx, held)
        label = _as_given(label, cast(Envelope, stored.envelope).label, stored.received_us)
        body = bodies.Copy(
            proof=proof.encode().decode(),
            record=stored.raw.decode(),
            salt=b64encode(cast(bytes, row[9])).decode(),
        )
        return Draft(COPY, body, label, str(stored.address))

    def _proof(self, tx: Reader, held: Held) -> InclusionProof:
        node = self._node
        no, index = t.unpack(held.id)
        if no == node.spine.no:
            fetch, size, signed = node.spine.fetch(tx), node.spine.size, node.spine.note
        else:
            fetch, size, signed = node.answers.followed_fetch(tx, no, index)
        path = merkle.inclusion_path(index, size, fetch)
        return InclusionProof(index, tuple(path), signed)

    def _ask_owner(self, address: Address, label: Label, office: str, why: str) -> str:
        """Ask the owner, once, about each third party that needs its word; what was done."""
        node = self._node
        asked: list[Address] = []
        with node.reading() as tx:
            due = [(onto, self._word_of_owner(tx, address, onto)) for onto in label.to]
        for onto in (onto for onto, word in due if word == "none"):
            body = bodies.Request(onto=onto, why=why or WOULD_PASS_ON)
            draft = Draft(REQUEST, body, Label(to=(address.party,)), str(address))
            try:
                asked += node.submit([draft], office)
            except (Refused, BadInput, Unknown) as error:
                node.journal("refused", f"request for {address} to {onto}: {error}")
        if asked:
            return f"{address.party} has been asked ({', '.join(map(str, asked))})"
        is_open = any(word == "open" for _, word in due)
        return f"{address.party} has been asked and has not answered yet" if is_open else ""

    def _word_of_owner(self, tx: Reader, address: Address, onto: str) -> str:
        """``yes`` by label or consent, ``open`` while our question waits, else ``none``."""
        node = self._node
        view, held = node.view(tx), node.ledger.find(tx, address)
        if held is None or held.stored.envelope is None:
            return "open"
        given = held.stored.envelope.label
        if onto in (*given.to, *given.onward) or has_consent(view, address, onto):
            return "yes"
        ours = {"origin": str(address), "onto": onto, "party": node.party, "state": "open"}
        rows = view.rows(sharing.REQUESTS, tuple(Where(k, "=", v) for k, v in ours.items()))
        return "open" if rows else "none"

    def receipts(
        self, limit: int = 100, after: int | None = None, about: Address | None = None
    ) -> list[dict[str, Any]]:
        """What became of our releases, reader by reader (see ``receipts.py``)."""
        return receipts(self._node, limit, after, about)

    # Recall and correction -------------------------------------------------------------

    def recall(
        self, address: Address, why: str, office: str, *, ready: Ready | None = None
    ) -> Address:
        """Ask every holder of an own spine record to erase it; the recall's address."""
        with self._node.writing() as tx:
            return self._author(tx, self.recall_draft(tx, address, why), office, ready, flash=True)

    def recall_draft(self, tx: Reader, address: Address, why: str) -> Draft:
        """What a recall would author."""
        label = Label(to=self._holders(tx, address))
        return Draft(RECALL, bodies.Recall(why=why), label, str(address))

    def correct(
        self,
        address: Address,
        report: bodies.Report,
        why: str,
        office: str,
        *,
        ready: Ready | None = None,
    ) -> Address:
        """Release a full replacement of an own released report to those who hold it."""
        with self._node.writing() as tx:
            draft = self.correct_draft(tx, address, report, why)
            return self._author(tx, draft, office, ready)

    def correct_draft(self, tx: Reader, address: Address, report: bodies.Report, why: str) -> Draft:
        """What a correction would author."""
        held = self._present(tx, address)
        label = cast(Envelope, held.stored.envelope).label
        kind = self._node.catalogue.kind(CORRECTION)
        body: msgspec.Struct = bodies.Correction(report=report, why=why)
        if kind.release is not None:
            body = kind.release(body, label)
        return Draft(CORRECTION, body, label, str(address))

    def _author(
        self,
        tx: Transaction,
        draft: Draft,
        office: str,
        ready: Ready | None,
        *,
        flash: bool = False,
    ) -> Address:
        signed = None
        if ready is not None:
            draft, signed = ready.instead_of(draft), ready.signed
        authoring = self._node.authoring
        return authoring.author(tx, [draft], office, flash=flash, signed=signed)[0]

    def _holders(self, tx: Reader, address: Address) -> tuple[str, ...]:
        """Everybody who holds an own record or a copy that we made of it."""
        node = self._node
        held = node.ledger.find(tx, address)
        if held is None or address.party != node.party:
            raise Unknown(f"there is no record {address} of ours")
        readers = set(held.stored.readers)
        where = [Where("about", "=", held.id), Where("kind", "=", COPY)]
        for row in tx.scan(t.RECORD, where):
            if t.unpack(cast(int, row[0]))[0] == node.spine.no:
                readers |= set(node.ledger.readers(cast(int, row[4]))[1])
        return tuple(sorted(r for r in readers if node.access.active(r)))


def _as_given(label: Label, outer: Label, received_us: int) -> Label:
    """The label of a copy: what was not said for it stays as the owner said it. A wider one
    is not mended here; the rules refuse it.
    """
    return msgspec.structs.replace(
        label,
        handling=label.handling or outer.handling,
        keep_days=label.keep_days or outer.keep_days,
        precision_m=label.precision_m or outer.precision_m,
        purpose=label.purpose or outer.purpose,
        source_shield=label.source_shield or outer.source_shield,
        until=expires_at(outer, received_us) if label.until is None else label.until,
    )
