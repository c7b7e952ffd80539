"""Putting evidence together: what may be shown to a stranger, with its proofs, in one file.

A bundle can be read by whoever holds it, so making one is a release: to the party for which
it is made, or to anybody. Anybody is more than any label names (:mod:`toguna.core.markings`):
for anybody a party exports its own records alone, and of those only what does not rest on
another's. What others wrote goes to a named party where their label, or their signed yes,
lets it. That is a decision of an office, and stands in the home journal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from toguna.core import evidence, merkle, note
from toguna.core.acts import Act, Cancellation, Enrolment, Revocation, parse_document
from toguna.core.book import Book
from toguna.core.charter import Charter
from toguna.core.evidence import By, Case, Exhibit
from toguna.core.inclusion import InclusionProof
from toguna.core.labels import Use, decide
from toguna.core.record import Address, Envelope
from toguna.core.signed import decode_key, key_id
from toguna.core.standing import Standing
from toguna.core.table import Reader, Row, Where
from toguna.domains.sharing.lookup import has_consent
from toguna.errors import BadInput, Refused, TogunaError, Unknown
from toguna.node import tables as t
from toguna.node.following import witness_keys
from toguna.node.ledger import Held

if TYPE_CHECKING:
    from toguna.node.node import Node

MOST_NAMED: Final = 200
SEALS_LOOKED_AT: Final = 64
COPY: Final = "sharing.copy/1"


class Made(NamedTuple):
    """A bundle: its bytes, digest, what is in it and what had to stay out."""

    data: bytes
    digest: str
    records: tuple[str, ...]
    left_out: tuple[str, ...]
    files: tuple[str, ...]


class Evidence:
    """Makes evidence bundles of one node's records."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def make(
        self,
        addresses: Sequence[Address],
        office: str,
        onto: str = "",
        attached: Sequence[bytes] = (),
    ) -> Made:
        """A bundle of these records, and of those that they name and that may go along.

        :param onto: the party for which it is made; empty: anybody.
        :param attached: files from elsewhere that records of ours quote by their digest: an
            hour of positions, a document out of an archive.
        :raises Refused: a record may not be shown there; names whose word is missing.
        :raises Unknown: there is no such record for us.
        """
        if not 1 <= len(addresses) <= MOST_NAMED:
            raise BadInput(f"name 1 to {MOST_NAMED} records", where="addresses")
        node = self._node
        actor = node.access.actor(node.party, office)
        for address in addresses:
            node.access.show(actor, address, read=False)
        try:
            with node.reading() as tx:
                self._check_right(office, onto)
                made = self._made(tx, addresses, office, onto, attached)
        except Refused as refusal:
            node.journal("refused", f"evidence for {onto or 'anybody'}: {refusal}")
            raise
        shown = ", ".join(made.records[:20])
        told = f"{office} made evidence for {onto or 'anybody'}: {shown}; SHA-256 {made.digest}"
        node.journal("evidence", told)
        return made

    def _check_right(self, office: str, onto: str) -> None:
        node = self._node
        now = node.now()
        may, why = node.standing.may_sign(node.party, office, "release", now)
        if not may:
            raise Refused(why)
        if onto == node.party:
            raise BadInput("we have it already", where="onto", remedy="name another party")
        if onto and not node.standing.is_active(onto, now):
            raise Refused(f"{onto[:40]} is no party in good standing", where="onto")

    def _made(
        self,
        tx: Reader,
        addresses: Sequence[Address],
        office: str,
        onto: str,
        attached: Sequence[bytes],
    ) -> Made:
        node = self._node
        held, left_out = self._gathered(tx, addresses, onto)
        exhibits = [self._exhibit(tx, one) for one in held]
        files, absent = self._files(held, attached)
        by = By(key=node.parts.keys.desk_id, office=office, party=node.party)
        authors = {(e.by.party, e.by.key) for e in map(_envelope, held)}
        documents = _needed(node.book, node.standing, authors, node.now())
        case = Case(by, node.now(), onto, documents, exhibits, files, left_out, absent)
        data = evidence.encode(case, node.standing, node.parts.keys.sign_desk)
        records = tuple(str(one.stored.address) for one in held)
        return Made(data, sha256(data).hexdigest(), records, tuple(left_out), tuple(files))

    # Which records ---------------------------------------------------------------------

    def _gathered(
        self, tx: Reader, addresses: Sequence[Address], onto: str
    ) -> tuple[list[Held], list[str]]:
        """The named records, then those that they name, as far as those may go along."""
        found: dict[Address, Held] = {}
        left_out: set[str] = set()
        for address in dict.fromkeys(addresses):
            found[address] = self._seen(tx, address)
            self._check_may_go(tx, found[address], onto)
        queue = list(found.values())
        while queue:
            for address in _named_in(_envelope(queue.pop(0))):
                if address in found or len(found) >= evidence.MAX_RECORDS:
                    continue
                try:
                    held = self._seen(tx, address)
                    self._check_may_go(tx, held, onto)
                except TogunaError:
                    left_out.add(str(address))
                    continue
                found[address] = held
                queue.append(held)
        return list(found.values()), sorted(left_out)

    def _seen(self, tx: Reader, address: Address) -> Held:
        """The record, if we may read it and anything of it is left."""
        node = self._node
        held = node.ledger.find(tx, address)
        if held is None:
            raise Unknown(f"there is no record {address}")
        if held.stored.gone or held.refused or held.stored.envelope is None:
            why = held.stored.gone or held.refused or "it is not understood here"
            raise Refused(f"nothing of it can be shown: {why}", where=str(address))
        decision = decide(
            node.access.actor(node.party, ""), address.party, _envelope(held).label, Use.READ,
            node.now(), received_us=held.stored.received_us,
        )  # fmt: skip
        if not decision:
            raise Unknown(f"there is no record {address}")
        return held

    def _check_may_go(self, tx: Reader, held: Held, onto: str) -> None:
        address, envelope = held.stored.address, _envelope(held)
        if address.log != "spine":
            raise Refused(
                "it stands in the home journal, of which nobody else has a proof",
                where=str(address),
                remedy="release it first, then name the released record",
            )
        if envelope.kind == COPY:
            raise Refused(
                "a copy holds another's record", where=str(address),
                remedy=f"name the original: {envelope.about}",
            )  # fmt: skip
        if address.party == self._node.party:
            for ref in envelope.refs:
                self._check_rests_on(tx, address, Address.parse(ref), onto)
        else:
            self._check_others(tx, held, onto, Use.PASS_ON)

    def _check_rests_on(self, tx: Reader, address: Address, source: Address, onto: str) -> None:
        """What rests on another's record needs that owner's word before strangers read it."""
        if source.party == self._node.party:
            return
        held = self._node.ledger.find(tx, source)
        if held is None or held.stored.envelope is None:
            raise Refused(f"it rests on {source}, which is not here any more", where=str(address))
        self._check_others(tx, held, onto, Use.DERIVE)

    def _check_others(self, tx: Reader, held: Held, onto: str, use: Use) -> None:
        node, view = self._node, self._node.view(tx)
        source, envelope = held.stored.address, _envelope(held)
        if not onto:
            raise Refused(
                f"{source.party} wrote it, and no label lets anybody have it",
                where=str(source),
                remedy=f"let {source.party} make the bundle, or name for which party ours is",
            )
        decision = decide(
            node.access.actor(node.party, ""), source.party, envelope.label, use, view.now_us,
            onto=onto, onto_active=view.active(onto), consented=has_consent(view, source, onto),
            received_us=held.stored.received_us,
        )  # fmt: skip
        if not decision:
            raise Refused(
                decision.reason, where=str(source),
                remedy=f"ask {source.party} with sharing.request",
            )  # fmt: skip

    # Their proofs ----------------------------------------------------------------------

    def _exhibit(self, tx: Reader, held: Held) -> Exhibit:
        row = cast(Row, tx.get(t.RECORD, (held.id,)))
        no, index = t.unpack(held.id)
        if no == self._node.spine.no:
            size, signed = self._best_seal(tx, index)
            fetch = self._node.spine.fetch(tx)
        else:
            fetch, size, signed = self._node.answers.followed_fetch(tx, no, index)
        path = merkle.inclusion_path(index, size, fetch)
        proof = InclusionProof(index, tuple(path), signed)
        return Exhibit(held.stored.address, held.stored.raw, cast(bytes, row[9]), proof)

    def _best_seal(self, tx: Reader, index: int) -> tuple[int, bytes]:
        """Of our checkpoints over this entry the one that most witnesses have signed; of
        several the first, which says the earliest by when it stood there.
        """
        node = self._node
        keys = [k for p in node.standing.parties for k in witness_keys(node.standing, p.party)]
        where = [Where("log", "=", node.spine.no), Where("size", ">", index)]
        best: tuple[int, int, bytes] | None = None
        for row in tx.scan(t.SEAL, where, order=("log", "size"), limit=SEALS_LOOKED_AT):
            size, signed = cast(int, row[1]), cast(bytes, row[4])
            if not signed:
                continue
            seen = len(note.cosignatures(signed, keys))
            if best is None or seen > best[0]:
                best = (seen, size, signed)
        return (best[1], best[2]) if best else (node.spine.size, node.spine.note)

    def _files(
        self, held: Iterable[Held], attached: Sequence[bytes]
    ) -> tuple[dict[str, bytes], list[str]]:
        """The files that our own records quote, given or kept here; digests of the others."""
        given = {sha256(data).hexdigest(): data for data in attached}
        files: dict[str, bytes] = {}
        quoted: set[str] = set()
        for one in held:
            digests = evidence.quotes(one.stored.raw)
            quoted |= {*digests}
            for digest in digests if one.stored.address.party == self._node.party else ():
                try:
                    files[digest] = given.get(digest) or self._node.files.show(digest)[1]
                except Unknown:
                    continue  # it lies in another archive, and is named as absent
        if strange := sorted(set(given) - set(files)):
            raise Refused(
                f"no record of ours in it quotes the file with SHA-256 {strange[0]}",
                where="attached",
                remedy="quote its digest in the field evidence of a claim or report",
            )
        return files, sorted(quoted - set(files))


def _envelope(held: Held) -> Envelope:
    return cast(Envelope, held.stored.envelope)


def _named_in(envelope: Envelope) -> Iterable[Address]:
    for text in (*envelope.refs, *((envelope.about,) if envelope.about else ())):
        yield Address.parse(text)


def _needed(
    book: Book, standing: Standing, authors: Collection[tuple[str, str]], now_us: int
) -> list[bytes]:
    """The charter documents without which the keys could not be known.

    Votes with their reasons, withdrawals, receipts, handovers and other people's keys tell more
    than that: they stay at home, unless the versions of the charter could not be followed
    without them.

    :param authors: party and key id of whoever signed a record in the bundle.
    """
    documents = book.documents()
    few = [d for d in documents if _is_needed(parse_document(d).act, authors)]
    fewer = Book(book.founding, few).standing(now_us)
    same = fewer.in_force and fewer.charter_hash == standing.charter_hash
    return few if same and _keys(fewer, authors) == _keys(standing, authors) else documents


def _is_needed(act: Act, authors: Collection[tuple[str, str]]) -> bool:
    if isinstance(act, Enrolment):
        return (act.party, key_id(decode_key(act.public))) in authors
    if isinstance(act, Cancellation):
        return (act.party, act.key) in authors
    return isinstance(act, Charter | Revocation)


def _keys(standing: Standing, authors: Collection[tuple[str, str]]) -> list[object]:
    found: list[object] = [standing.person_key(*author) for author in sorted(authors)]
    for entry in standing.parties:
        party = entry.party
        found += (standing.log_keys(party), standing.keys(party, "desk"))
        found.append(standing.witness_keys(party))
    return found
