"""Looking things up for the rules: whose record one is about, and what we know of it."""

from __future__ import annotations

from typing import Final

from toguna.core.domain import Stored, View
from toguna.core.record import Address, Envelope
from toguna.core.table import Row, Table, Where
from toguna.domains.sharing import tables
from toguna.errors import BadInput

ANSWERS: Final = frozenset({"recall", "deleted", "refused", "read"})
"""Kinds of sharing that answer something; they are neither recalled nor receipted."""

MOST_HANDS: Final = 8
"""A copy of a copy of a copy: so far it is followed, and no further."""


def owned_about(text: str | None) -> Address:
    """The address a draft is about, on a spine; BadInput when there is none."""
    if text is None:
        raise BadInput("it names no record", remedy="say which: about ml/spine/17", where="about")
    address = Address.parse(text)
    if address.log != "spine":
        raise BadInput(
            f"{address} stands in a home journal, which nobody else can see",
            remedy="name the released record on the spine",
            where="about",
        )
    return address


def by_owner(stored: Stored) -> Address | None:
    """What a stored record is about, when its author owns that; else None."""
    about = about_of(stored)
    return about if about is not None and about.party == stored.address.party else None


def about_of(stored: Stored) -> Address | None:
    """The spine address that a stored record is about, or None when it names none."""
    if stored.envelope is None or stored.envelope.about is None:
        return None
    try:
        return owned_about(stored.envelope.about)
    except BadInput:
        return None


def cell(table: Table, row: Row, column: str) -> str:
    """One text cell of a row."""
    return str(row[table.position(column)])


def rows_of(view: View, table: Table, origin: str) -> list[Row]:
    """Rows of ``table`` that concern one record."""
    return view.rows(table, (Where("origin", "=", origin),))


def is_recalled(view: View, origin: str) -> bool:
    """Whether we hold the owner's recall of this record."""
    return bool(rows_of(view, tables.RECALLS, origin))


def holders(view: View, stored: Stored) -> set[str]:
    """Who holds a record of ours: its readers, and those of the copies that we made of it."""
    found = set(stored.readers)
    for row in rows_of(view, tables.COPIES, str(stored.address)):
        copy = view.record(Address.parse(cell(tables.COPIES, row, "address")))
        if copy is not None and copy.address.party == view.party:
            found |= set(copy.readers)
    return found


def noun_of(envelope: Envelope) -> str:
    """``report`` of ``sharing.report/1``; empty for a kind of another domain."""
    domain, _, rest = envelope.kind.partition(".")
    return rest.partition("/")[0] if domain == "sharing" else ""


def has_consent(view: View, about: Address, onto: str) -> bool:
    """Whether the owner's latest answer on passing ``about`` on to ``onto`` is a yes that holds."""
    consents = tables.CONSENTS
    rows = view.rows(consents, (Where("origin", "=", str(about)), Where("onto", "=", onto)))
    if not rows:
        return False
    at, number = consents.position("at"), consents.position("id")
    latest = max(rows, key=lambda row: (row[at], row[number]))
    until = latest[consents.position("until_us")]
    holds = not isinstance(until, int) or view.now_us < until
    return latest[consents.position("allowed")] == 1 and holds
