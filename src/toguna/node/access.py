"""The one door to data. Whoever asks, from whatever surface, asks here.

Lists are filtered in the store by audience, before a row leaves it; a single record is
checked by :func:`toguna.core.labels.decide`. What one may not see is unknown, in the same
words as what never was, and the refusal with its real reason stands in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

import msgspec

from toguna.core.domain import Stored
from toguna.core.labels import Actor, Label, Use, decide
from toguna.core.record import Address, Envelope
from toguna.core.table import Reader, Row, Table, Where
from toguna.errors import BadInput, Unknown
from toguna.node import tables as t
from toguna.node.ledger import Held
from toguna.node.projector import apply_rows

if TYPE_CHECKING:
    from toguna.node.node import Node

MAX_PAGE = 1_000


class Shown(NamedTuple):
    """One record as an actor may see it. ``gone`` and ``refused`` say why it is empty, or
    why it counts for nothing.
    """

    address: Address
    raw: bytes
    envelope: Envelope | None
    readers: tuple[str, ...]
    gone: str
    refused: str
    received_us: int


class Page(NamedTuple):
    """A page of a list: JSON objects as bytes, newest first, and where the next begins
    (``after`` of the next call; None at the end).
    """

    docs: list[bytes]
    next: str | None


class Access:
    """Reads for actors. The actor's party is ours, or one in whose eyes we look."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def actor(self, party: str, office: str) -> Actor:
        """Who asks: the party must be one of the charter, or ourselves."""
        node = self._node
        own = party == node.party
        if not own and node.standing.party(party) is None:
            raise BadInput(f"there is no party {party[:40]!r}", where="party")
        return Actor(party, office, own or self.active(party))

    def active(self, party: str) -> bool:
        """Whether a party is in good standing now."""
        return self._node.standing.is_active(party, self._node.now())

    def audiences(self, actor: Actor) -> list[int]:
        """The audiences whose records the actor may list."""
        return self._node.ledger.audiences_of(actor.party, active=actor.active)

    def show(self, actor: Actor, address: Address, *, read: bool = True) -> Shown:
        """One record. :class:`Unknown` for what is not there and for what one may not see.

        ``read`` tells the domains that somebody of ours has read it (read receipts).
        """
        node = self._node
        with node.reading() as tx:
            held = node.ledger.find(tx, address)
            why = "never came here" if held is None else self._hidden(tx, actor, held)
        if held is None or why:
            node.journal("refused", f"{actor.party} {actor.office} asked for {address}: {why}")
            raise Unknown(f"there is no record {address}", remedy="look at toguna list")
        if read and actor.party == node.party and address.party != node.party:
            self._read(held, actor)
        stored = held.stored
        return Shown(
            address, stored.raw, stored.envelope, stored.readers, stored.gone, held.refused,
            stored.received_us,
        )  # fmt: skip

    def _hidden(self, tx: Reader, actor: Actor, held: Held) -> str:
        """Why this actor may not see it; empty when it may."""
        owner, readers = self._node.ledger.readers(held.audience)
        envelope = held.stored.envelope
        label = envelope.label if envelope else Label(to=readers)
        if actor.party == self._node.party and owner == actor.party:
            return ""
        # keep_days runs where a record was received; with its owner, until alone counts.
        received = None if owner == self._node.party else held.stored.received_us
        decision = decide(actor, owner, label, Use.READ, self._node.now(), received_us=received)
        return "" if decision else decision.reason

    def _read(self, held: Held, actor: Actor) -> None:
        node = self._node
        domain_name = held.stored.envelope.kind.partition(".")[0] if held.stored.envelope else ""
        domain = node.catalogue.by_name.get(domain_name)
        if domain is None:
            return
        with node.reading() as tx:
            effects = list(domain.on_read(held.stored, actor.office, node.view(tx)))
        if not effects:
            return
        with node.writing() as wtx:
            _erases, writes = apply_rows(wtx, effects)
            for write in writes:
                node.authoring.answer_with(wtx, write, node.view(wtx))

    def list(
        self,
        actor: Actor,
        kind_name: str,
        *,
        where: Mapping[str, str] | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page:
        """Records of a kind, newest first, filtered by columns of its projection.

        A kind that no projection opens is listed from the records themselves, each party's
        newest first: an index over all times would cost every record that is written.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise BadInput(f"a page has 1 to {MAX_PAGE:,} rows", where="limit")
        node = self._node
        kind = node.catalogue.kind(kind_name)
        projection = node.catalogue.opens.get(kind.name)
        conditions = [Where("audience", "in", self.audiences(actor))]
        with node.reading() as tx:
            ended = node.ledger.ended(tx, node.now())
            if projection is not None:
                table, newest = projection.table, projection.newest
                conditions += _filters(table, where or {})
                rows = _page(tx, table, conditions, newest, after, limit, ("doc",))
                docs = [cast(bytes, row[2]) for row in rows if row[1] not in ended]
                return Page(docs, _next(rows, limit))
            conditions += [Where("kind", "=", kind.name), *_filters(t.RECORD, where or {})]
            columns = tuple(column.name for column in t.RECORD.columns)
            rows = _page(tx, t.RECORD, conditions, "id", after, limit, columns)
        docs = [self._plain(row[2:]) for row in rows if row[1] not in ended]
        return Page(docs, _next(rows, limit))

    def _plain(self, row: Row) -> bytes:
        held = self._node.ledger.held(row)
        return plain_doc(held.stored, held.refused)


def _page(
    tx: Reader,
    table: Table,
    conditions: Sequence[Where],
    newest: str,
    after: str | None,
    limit: int,
    columns: tuple[str, ...],
) -> list[Row]:
    """Rows behind ``after`` with the largest ``newest`` first, and the largest id where those
    are equal. Each begins with both, then come ``columns``.
    """
    shown = (newest, "id", *columns)
    rows: list[Row] = []
    if after is not None:
        at, key = _cursor(after)
        same = [*conditions, Where(newest, "=", at), Where("id", "<", key)]
        rows += tx.scan(table, same, order=("-id",), limit=limit, columns=shown)
        conditions = [*conditions, Where(newest, "<", at)]
    if len(rows) < limit:
        order = ("-id",) if newest == "id" else (f"-{newest}", "-id")
        rows += tx.scan(table, conditions, order=order, limit=limit - len(rows), columns=shown)
    return rows


def _next(rows: Sequence[Row], limit: int) -> str | None:
    if len(rows) < limit:
        return None
    newest, key = cast("tuple[int, int]", rows[-1][:2])
    return f"{newest}.{key}"


def _cursor(after: str) -> tuple[int, int]:
    at, dot, key = after.partition(".")
    if not (dot and at.removeprefix("-").isdecimal() and key.isdecimal() and len(after) < 40):
        raise BadInput(
            f"{after[:40]!r} is not where a page begins",
            remedy="give next of the page before",
            where="after",
        )
    return int(at), int(key)


def plain_doc(stored: Stored, refused: str) -> bytes:
    """A record as a JSON object, for kinds without a projection of their own."""
    head = b'{"address":"' + str(stored.address).encode() + b'"'
    if stored.gone or refused:
        return head + b',"gone":' + _quoted(stored.gone) + b',"refused":' + _quoted(refused) + b"}"
    return head + b',"record":' + stored.raw + b"}"


def _quoted(text: str) -> bytes:
    return msgspec.json.encode(text)


def _filters(table: Table, where: Mapping[str, str]) -> list[Where]:
    """Column filters as text: ``country=Mali``, ``at>=…`` is written ``at_from``/``at_to``."""
    out = []
    for name, text in where.items():
        column, op = name, "="
        for suffix, meant in (("_from", ">="), ("_to", "<=")):
            if name.endswith(suffix):
                column, op = name.removesuffix(suffix), meant
        found = next((c for c in table.columns if c.name == column), None)
        if found is None or found.type == "bytes" or column in ("id", "audience"):
            names = ", ".join(c.name for c in table.columns if c.type != "bytes")
            raise BadInput(f"no column {name[:40]!r}", remedy=f"filter by {names}", where="where")
        if found.type == "int":
            try:
                out.append(Where(column, op, int(text)))  # type: ignore[arg-type]
            except ValueError:
                raise BadInput(f"{text[:40]!r} is no number", where=name) from None
        else:
            out.append(Where(column, op, text))  # type: ignore[arg-type]
    return out
