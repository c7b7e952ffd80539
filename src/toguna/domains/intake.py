"""What came in from other systems' files, and what was kept out: the house's own record of it.

======================  =================================================================
kind                    who writes it
======================  =================================================================
intake.import/1         the node, at home, once for each file that was taken in
======================  =================================================================

What was kept out because it describes a person leaves no more than a reason and, where its id
was made at random, the first half of that id's SHA-256: enough to say "this one was it" to
whoever has the file, and nothing to anybody else. An import stays at home; what it brought is
released, if at all, record by record, by somebody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from toguna.core.domain import Domain, Drop, Kind, Placing, Projection, Put, Stored, View
from toguna.core.fields import Digest
from toguna.core.record import Draft
from toguna.core.table import Column, Table
from toguna.errors import BadInput, Refused

Mark = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
Format = Literal["STIX 2.1", "MISP"]
Reason = Literal["person", "unknown_identity", "actor", "account", "person_field", "about_person"]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
MOST_OBJECTS: Final = 10_000


class KeptOut(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An object of the file that was not taken in, and of which nothing is kept."""

    mark: Mark | None = None
    """First half of the SHA-256 of its id; left out where the id could be made from content."""
    reason: Reason
    """person: an identity of a person; unknown_identity: one that does not say what it is;
    actor: a threat actor that is one person; account: an address or account; person_field: a
    field that is made for persons; about_person: it speaks of one of these."""


class Import(Struct, frozen=True, kw_only=True):
    """One file that was taken in."""

    already: Count
    """Objects that an earlier import had brought."""
    cleaned: Count
    """Reports out of whose words names or contacts of persons were taken."""
    digest: Digest
    """SHA-256 of the file, in hex. The file itself is not kept."""
    format: Format
    """What kind of file it was."""
    kept_out: Annotated[tuple[KeptOut, ...], Meta(max_length=MOST_OBJECTS)]
    """What describes persons."""
    left_out: dict[Annotated[str, Meta(max_length=32)], Count]
    """Other objects that say nothing that this house reports, by kind, counted."""
    taken: Annotated[tuple[Mark, ...], Meta(max_length=MOST_OBJECTS)]
    """Marks of the objects that became reports, in the order of the reports."""


IMPORTS = Table(
    "intake_imports",
    (
        Column("id", "int"),
        Column("audience", "int"),
        Column("address", "text"),
        Column("party", "text"),
        Column("at", "int"),
        Column("digest", "text"),
        Column("marks", "bytes"),
        Column("doc", "bytes"),
    ),
    ("id",),
    (("at",), ("digest",)),
)
"""One row an import; ``marks`` are those of ``taken``, 16 bytes each, by which a file that
comes twice brings nothing twice."""

_to_json = msgspec.json.Encoder(order="sorted").encode


def fold_import(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """An import is a row: counts and reasons."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None or not isinstance(body, Import):
        return
    reasons: dict[str, int] = {}
    for one in body.kept_out:
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    doc = {
        "address": str(stored.address),
        "already": body.already,
        "at": envelope.at,
        "cleaned": body.cleaned,
        "digest": body.digest,
        "format": body.format,
        "kept_out": reasons,
        "kind": envelope.kind,
        "left_out": body.left_out,
        "office": envelope.by.office,
        "party": stored.address.party,
        "taken": len(body.taken),
        "to": stored.readers,
    }
    marks = b"".join(map(bytes.fromhex, body.taken))
    head = (placing.id, placing.audience, str(stored.address), stored.address.party, envelope.at)
    yield Put(IMPORTS, (*head, body.digest, marks, _to_json(doc)))


def check_import(draft: Draft, _view: View) -> None:
    """It is the house's own record, and stays at home."""
    if not isinstance(draft.body, Import):
        raise BadInput("the body is no import", where=draft.kind)
    if draft.label.to:
        raise Refused(
            "what was kept out of our house is nobody else's business",
            remedy="leave out the readers",
            where="label.to",
        )


def known_marks(view: View) -> frozenset[str]:
    """The marks of every object that an import has brought so far."""
    at = IMPORTS.position("marks")
    found: set[str] = set()
    for row in view.rows(IMPORTS):
        data = row[at]
        if isinstance(data, bytes):
            found |= {data[k : k + 16].hex() for k in range(0, len(data), 16)}
    return frozenset(found)


DOMAIN = Domain(
    name="intake",
    kinds=(
        Kind("intake.import/1", Import, "Fichier importé", "Imported file", check=check_import),
    ),
    projections=(Projection(IMPORTS, ("intake.import/1",), fold_import, "at"),),
)
"""The declaration; everything else follows from it."""
