"""What folds share: the head of a row's document, what a record is about, and its JSON.

Every list shows documents with the same head: ``address``, ``at``, ``kind``, ``party`` (whose
log it stands in), ``office`` and ``to`` (its readers).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from toguna.core.domain import Placing, Stored, View
from toguna.core.record import Address
from toguna.core.table import Column, Row, Table, Where
from toguna.errors import BadInput

HEAD = (
    Column("id", "int"),
    Column("audience", "int"),
    Column("address", "text"),
    Column("party", "text"),
    Column("at", "int"),
)
"""The first columns of a list: packed id, audience, address, owner, and when it was said."""

_to_json = msgspec.json.Encoder(order="sorted").encode


def listing(name: str, *more: Column, indexes: Iterable[tuple[str, ...]] = ()) -> Table:
    """A table for :class:`~toguna.core.domain.Projection`: :data:`HEAD`, ``more``, and ``doc``;
    sorted by ``at``, found by ``address`` and by each of ``indexes``.
    """
    columns = (*HEAD, *more, Column("doc", "bytes"))
    return Table(name, columns, ("id",), (("at",), ("address",), *indexes))


def row_of(stored: Stored, placing: Placing, cells: Sequence[Any], doc: dict[str, Any]) -> Row:
    """A row of a :func:`listing`; ``cells`` are the columns between head and document."""
    at = stored.envelope.at if stored.envelope else 0
    head = (placing.id, placing.audience, str(stored.address), stored.address.party, at)
    return (*head, *cells, _to_json(doc))


def document(stored: Stored, body: msgspec.Struct) -> dict[str, Any]:
    """The head, what the record is about, and its body with its defaults, without what was
    left empty.
    """
    envelope = stored.envelope
    assert envelope is not None
    named = {name: getattr(body, name) for name in body.__struct_fields__}
    head: dict[str, Any] = {
        "address": str(stored.address),
        "at": envelope.at,
        "kind": envelope.kind,
        "office": envelope.by.office,
        "party": stored.address.party,
        "to": stored.readers,
    }
    if envelope.about is not None:
        head["about"] = envelope.about
    return head | {name: value for name, value in named.items() if value is not None}


def doc_of(row: Row) -> dict[str, Any]:
    """The document of a row, which is its last column."""
    doc: dict[str, Any] = msgspec.json.decode(row[-1])  # type: ignore[arg-type]
    return doc


def with_doc(row: Row, **changed: Any) -> Row:
    """The row with further fields in its document."""
    return (*row[:-1], _to_json(doc_of(row) | changed))


def about_of(stored: Stored) -> Address | None:
    """The address that a record is about; None when it names none that can be read."""
    if stored.envelope is None or stored.envelope.about is None:
        return None
    try:
        return Address.parse(stored.envelope.about)
    except BadInput:
        return None


def docs(view: View, table: Table, **where: Any) -> list[dict[str, Any]]:
    """The documents of the rows whose columns are so: ``docs(view, T, about="ml/spine/3")``."""
    rows = view.rows(table, [Where(column, "=", value) for column, value in where.items()])
    return [doc_of(row) for row in rows]


def in_order(doc: dict[str, Any]) -> tuple[int, str, int]:
    """Sorts documents by their time, and those of one moment by their place."""
    address = Address.parse(doc["address"])
    return doc["at"], address.party, address.index
