"""Links: one party's word that reports speak of one event, or that they do not.

Nothing is merged. A link joins what its readers hold already, so its label may reach nobody
who does not hold every report that it names: else it would tell of reports that were never
released there. Whoever disagrees writes a link of its own that says so; both stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from toguna.core.domain import Drop, Placing, Put, Stored, View
from toguna.core.record import Address, Draft
from toguna.core.table import Row, Where
from toguna.domains.sharing import bodies, tables
from toguna.domains.sharing.lookup import cell, noun_of, owned_about, rows_of
from toguna.errors import BadInput, Conflict, Refused, Unknown

STANDING: Final = "standing"
UNDONE: Final = "undone"

_to_json = msgspec.json.Encoder(order="sorted").encode


# --- rules ---------------------------------------------------------------------------------


def check_link(draft: Draft, view: View) -> None:
    """Between reports that we hold, once, and to nobody who does not hold them all.

    :raises BadInput: not reports, one named twice, or a dissent about more than two.
    :raises Refused: a reader would learn of a report that it does not hold; it says which.
    :raises Unknown: we hold no such report.
    :raises Conflict: we have said the same already.
    """
    link = _expect_link(draft)
    for text in link.claims:
        claim = Address.parse(text)
        if claim.log == "home" and (draft.label.to or claim.party != view.party):
            raise Refused(
                f"{claim} is in a home journal, whose addresses never leave the house",
                remedy="name the released report on the spine",
                where="claims",
            )
        seen_by = _who_holds(claim, view)
        missed = sorted({*draft.label.to, *draft.label.onward} - seen_by)
        if missed:
            raise Refused(
                f"{', '.join(missed)} does not hold {claim}, and would learn of it",
                remedy=f"leave {', '.join(missed)} out, or let its owner release it there",
                where="label.to",
            )
    _said_once(draft, link, view)


def _expect_link(draft: Draft) -> bodies.Link:
    link = draft.body
    if not isinstance(link, bodies.Link):
        raise BadInput("the body is no link", where=draft.kind)
    if len(set(link.claims)) != len(link.claims):
        raise BadInput("a report is named twice", remedy="name each once", where="claims")
    if not link.same and len(link.claims) != 2:
        raise BadInput(
            "which of them differ?", remedy="write one link for each two reports", where="claims"
        )
    return link


def _who_holds(claim: Address, view: View) -> set[str]:
    """Parties that hold this report, by what we can see; ourselves are always among them."""
    copies = rows_of(view, tables.COPIES, str(claim))
    stored = view.record(claim)
    if stored is None and not copies:
        raise Unknown(f"there is no report {claim}", remedy="look at toguna list", where="claims")
    if stored is not None and not stored.raw:
        raise Refused(f"{claim} is gone ({stored.gone})", where="claims")
    if stored is not None and (stored.envelope is None or noun_of(stored.envelope) != "report"):
        raise BadInput(f"{claim} is no report", remedy="reports alone are linked", where="claims")
    found = {view.party, claim.party, *(stored.readers if stored is not None else ())}
    for row in copies:
        passed_on = Address.parse(cell(tables.COPIES, row, "address"))
        copy = view.record(passed_on)
        if copy is not None and copy.raw:
            found |= {passed_on.party, *copy.readers}
    return found


def _said_once(draft: Draft, link: bodies.Link, view: View) -> None:
    ours = (Where("state", "=", STANDING), Where("party", "=", view.party))
    for doc in map(doc_of, view.rows(tables.LINKS, ours)):
        known = (set(doc["claims"]), doc["same"], set(doc["to"]))
        if known == (set(link.claims), link.same, set(draft.label.to)):
            raise Conflict(
                f"we said so already in {doc['address']}", remedy="unlink it first", where="claims"
            )


def check_unlink(draft: Draft, view: View) -> None:
    """Only of our own link, once, to all who have it."""
    if not isinstance(draft.body, bodies.Unlink):
        raise BadInput("the body is no unlink", where=draft.kind)
    about = Address.parse(draft.about) if draft.about else owned_about(None)
    rows = _links_at(view, about)
    if not rows:
        raise Unknown(f"there is no link {about}", where="about")
    if about.party != view.party:
        raise Refused(
            f"{about} is {about.party}'s word, which only {about.party} takes back",
            remedy="say that they differ: a link of your own with same=false",
            where="about",
        )
    doc = doc_of(rows[0])
    if doc["state"] == UNDONE:
        raise Conflict(f"{about} is taken back already", where="about")
    missed = sorted(p for p in set(doc["to"]) - set(draft.label.to) if view.active(p))
    if missed:
        raise BadInput(
            f"{', '.join(missed)} would hold the link and not hear of this",
            remedy=f"release it to {', '.join(doc['to'])}",
            where="label.to",
        )


# --- lists ---------------------------------------------------------------------------------


def fold_link(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """A link is a row; its author's unlink changes its state, whichever of them came first."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None:
        return
    if isinstance(body, bodies.Unlink):
        about = _own_link(stored)
        if about is not None:
            for old in _links_at(view, about):
                yield Put(tables.LINKS, _undone(old, str(stored.address), envelope.at, body))
        return
    if not isinstance(body, bodies.Link):
        return
    doc = {
        "address": str(stored.address),
        "at": envelope.at,
        "kind": envelope.kind,
        "party": stored.address.party,
        "same": body.same,
        "state": STANDING,
        "to": stored.readers,
    } | msgspec.to_builtins(body)
    head = (placing.id, placing.audience, str(stored.address), stored.address.party)
    row: Row = (*head, int(body.same), STANDING, envelope.at, _to_json(doc))
    for known in rows_of(view, tables.UNLINKS, str(stored.address)):
        said = doc_of(known)
        row = _undone(row, said["address"], said["at"], bodies.Unlink(why=said["why"]))
    yield Put(tables.LINKS, row)


def fold_unlink(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """Each unlink by the link's own author."""
    about, body = _own_link(stored), view.body(stored)
    if about is None or stored.envelope is None or not isinstance(body, bodies.Unlink):
        return
    doc = {"about": str(about), "address": str(stored.address), "at": stored.envelope.at}
    doc |= {"party": stored.address.party, "why": body.why}
    head = (placing.id, placing.audience, placing.about, str(about), stored.address.party)
    yield Put(tables.UNLINKS, (*head, stored.envelope.at, _to_json(doc)))


def _links_at(view: View, about: Address) -> list[Row]:
    return view.rows(tables.LINKS, (Where("address", "=", str(about)),))


def _own_link(stored: Stored) -> Address | None:
    """What an unlink is about, on the spine or at home, when its author owns that."""
    if stored.envelope is None or stored.envelope.about is None:
        return None
    try:
        about = Address.parse(stored.envelope.about)
    except BadInput:
        return None
    return about if about.party == stored.address.party else None


def _undone(row: Row, by: str, at_us: int, body: bodies.Unlink) -> Row:
    doc = doc_of(row) | {"state": UNDONE}
    doc["undone"] = {"address": by, "at": at_us, "why": body.why}
    start = row[: tables.LINKS.position("state")]
    return (*start, UNDONE, row[tables.LINKS.position("at")], _to_json(doc))


def doc_of(row: Row) -> dict[str, Any]:
    """The document of a row."""
    doc: dict[str, Any] = msgspec.json.decode(row[-1])  # type: ignore[arg-type]
    return doc
