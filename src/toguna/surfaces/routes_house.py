"""What our own people ask of the house: releases and recalls, receipts, charter, health, sync."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from toguna.core import acts
from toguna.core.labels import Label
from toguna.core.record import Address
from toguna.domains.sharing import bodies
from toguna.errors import BadInput
from toguna.node.outbox import Outcome
from toguna.surfaces.endpoints import (
    Answer,
    Asked,
    Endpoint,
    Query,
    answer_json,
    number,
    read_json,
    read_label,
    shape_of,
)
from toguna.surfaces.status import Status, status_of

DOCUMENTS_BYTES: Final = 8 << 20
LONGEST_SYNC_S: Final = 90


class Release(msgspec.Struct, forbid_unknown_fields=True):
    """Let a record go to the readers of this label. ``label`` has the fields of a label."""

    address: str
    label: msgspec.Raw
    office: str = ""
    flash: bool = False


class Recall(msgspec.Struct, forbid_unknown_fields=True):
    """Ask every holder of an own released record to erase it."""

    address: str
    why: str
    office: str = ""


class Correct(msgspec.Struct, forbid_unknown_fields=True):
    """Replace an own released report as a whole. ``body`` is the new report."""

    address: str
    body: msgspec.Raw
    why: str
    office: str = ""


class AddressShown(msgspec.Struct):
    """Where the new record stands."""

    address: str


class Preview(msgspec.Struct):
    """The very bytes that a release would commit to, as text, but for the signature."""

    bytes: str


class Receipts(msgspec.Struct):
    """What became of our releases, newest first: ``id``, ``address``, ``kind``, ``at``, the
    ``home`` record from which it was made, and for each reader of ``parties`` its ``state``
    and when it was reached.
    """

    items: list[dict[str, Any]]


class Documents(msgspec.Struct, forbid_unknown_fields=True):
    """Charter documents, each as the text of its exact bytes."""

    documents: list[str]


class Learned(msgspec.Struct):
    """How many of the documents were new here, and which charter stands now."""

    new: int
    version: int
    hash: str


class PartyShown(msgspec.Struct):
    """A party of the charter in force."""

    party: str
    name: str
    role: str
    status: str
    slot: int
    since_us: int
    addresses: tuple[str, ...]


class CharterShown(msgspec.Struct):
    """The charter in force and all that follows from the book at this moment. ``founding`` is
    the hash of version 1, by which strangers know the alliance.
    """

    in_force: bool
    id: str
    version: int
    hash: str
    founding: str
    profile: str
    rules: dict[str, Any]
    parties: list[PartyShown]
    terms: list[dict[str, Any]]
    departures: list[dict[str, Any]]
    pending: list[dict[str, Any]]
    revocations: list[dict[str, Any]]
    contradictions: list[dict[str, Any]]


class SyncAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Talk to peers now. ``parties`` limits it; ``addresses`` go before the charter's, where
    nobody serves; at most ``timeout_s`` seconds.
    """

    parties: tuple[str, ...] = ()
    addresses: dict[str, str] = {}
    timeout_s: int = 60


class Synced(msgspec.Struct):
    """What came of it, by party; and in words why nothing is sealed, empty when we may seal."""

    parties: dict[str, Outcome]
    held_back: str


# Releases ------------------------------------------------------------------------------


async def release(asked: Asked) -> Answer:
    """Release, or pass on."""
    said = read_json(await asked.body(), Release)
    address, label = Address.parse(said.address), read_label(said.label)
    office = asked.office(said.office)
    releasing = asked.node.releasing
    new = await asked.house.writer.run(
        lambda: releasing.release(address, label, office, flash=said.flash)
    )
    return answer_json(AddressShown(str(new)))


async def preview(asked: Asked) -> Answer:
    """The very bytes that would leave."""
    said = read_json(await asked.body(), Release)
    address, label = Address.parse(said.address), read_label(said.label)
    office = asked.office(said.office)
    releasing = asked.node.releasing
    raw = await asked.house.writer.run(lambda: releasing.preview(address, label, office))
    return answer_json(Preview(raw.decode()))


async def recall(asked: Asked) -> Answer:
    """Call a record back."""
    said = read_json(await asked.body(), Recall)
    address, office = Address.parse(said.address), asked.office(said.office)
    releasing = asked.node.releasing
    new = await asked.house.writer.run(lambda: releasing.recall(address, said.why, office))
    return answer_json(AddressShown(str(new)))


async def correct(asked: Asked) -> Answer:
    """Release a full replacement."""
    said = read_json(await asked.body(), Correct)
    node, address = asked.node, Address.parse(said.address)
    report: Any = node.catalogue.author_body(
        node.catalogue.kind("sharing.report"), bytes(said.body)
    )
    office = asked.office(said.office)
    new = await asked.house.writer.run(
        lambda: node.releasing.correct(address, report, said.why, office)
    )
    return answer_json(AddressShown(str(new)))


async def receipts(asked: Asked) -> Answer:
    """Reader by reader."""
    query = asked.query()
    limit = number(query.pop("limit", "100"), "limit")
    after = number(query.pop("after", "0"), "after") or None
    of = query.pop("about", "")
    about = Address.parse(of) if of else None
    _nothing_else(query)
    if not 1 <= limit <= 1_000:
        raise BadInput("a page has 1 to 1,000 rows", where="limit")
    releasing = asked.node.releasing
    found = await asked.house.writer.run(lambda: releasing.receipts(limit, after, about))
    return answer_json(Receipts(found))


def _nothing_else(query: dict[str, str]) -> None:
    if query:
        raise BadInput(f"no parameter {next(iter(query))[:40]!r}", where="query")


# Charter -------------------------------------------------------------------------------


async def charter(asked: Asked) -> Answer:
    """The charter as it stands."""
    standing = asked.node.standing
    newest = standing.charter if standing.in_force else None
    plain: Any = msgspec.to_builtins
    return answer_json(
        CharterShown(
            in_force=standing.in_force,
            id=standing.id,
            version=standing.version,
            hash=standing.charter_hash,
            founding=standing.founding_hash,
            profile=newest.profile if newest else "",
            rules=plain(newest.rules) if newest else {},
            parties=[
                PartyShown(
                    p.party, p.name, p.role, standing.status(p.party), p.slot, p.since_us,
                    p.addresses,
                )
                for p in standing.parties
            ],
            terms=plain(standing.terms),
            departures=[d._asdict() for d in standing.departures],
            pending=[{**p._asdict(), "words": p.describe()} for p in standing.pending],
            revocations=plain(standing.revocations),
            contradictions=[c._asdict() for c in standing.contradictions],
        )
    )  # fmt: skip


async def documents(asked: Asked) -> Answer:
    """Every document of the book."""
    found = await asked.house.writer.run(asked.node.book.documents)
    return answer_json(Documents([document.decode() for document in found]))


async def learn(asked: Asked) -> Answer:
    """Take charter documents; peers hear of them at the next contact."""
    data = await asked.body()
    said = read_json(data, Documents)
    for document in said.documents:
        acts.parse_document(document.encode())
    node = asked.node
    new = await asked.house.writer.run(
        lambda: node.learn([document.encode() for document in said.documents])
    )
    asked.house.wakes.sealed()
    return answer_json(Learned(new, node.standing.version, node.standing.charter_hash))


# Health and sync -----------------------------------------------------------------------


async def status(asked: Asked) -> Answer:
    """How the node is."""
    return answer_json(status_of(asked.node))


async def sync_now(asked: Asked) -> Answer:
    """Ask the peers now, through the outbox when one runs."""
    from toguna.surfaces.serving import sync_once

    said = read_json(await asked.body(), SyncAsked)
    if not 1 <= said.timeout_s <= LONGEST_SYNC_S:
        raise BadInput(f"from 1 to {LONGEST_SYNC_S} seconds", where="timeout_s")
    house = asked.house
    if house.syncing is not None and not said.addresses:
        outcomes = await house.syncing.sync_now(said.parties, said.timeout_s)
    else:
        outcomes = await sync_once(
            house.node, said.addresses, parties=said.parties, timeout_s=said.timeout_s,
            writer=house.writer,
        )  # fmt: skip
    if not outcomes:
        raise BadInput("there is no peer to ask", remedy="give --peer PARTY=URL")
    return answer_json(Synced(outcomes, house.node.held_back))


# Declarations --------------------------------------------------------------------------

_RELEASE: Final = shape_of(Release, label=Label)
_CORRECT: Final = shape_of(Correct, body=bodies.Report)

release_: Final = Endpoint(
    "POST", "/api/release", release, "operator", "Release a record, or pass it on.",
    AddressShown, takes=_RELEASE,
)  # fmt: skip
preview_: Final = Endpoint(
    "POST", "/api/preview", preview, "person",
    "The very bytes that a release would commit to, but for the signature.",
    Preview, takes=_RELEASE,
)  # fmt: skip
recall_: Final = Endpoint(
    "POST", "/api/recall", recall, "operator", "Call an own released record back.",
    AddressShown, takes=Recall,
)  # fmt: skip
correct_: Final = Endpoint(
    "POST", "/api/correct", correct, "operator", "Replace an own released report.",
    AddressShown, takes=_CORRECT,
)  # fmt: skip
sync_: Final = Endpoint(
    "POST", "/api/sync", sync_now, "person", "Talk to the peers now.", Synced, takes=SyncAsked
)

ENDPOINTS: Final = (
    release_,
    preview_,
    recall_,
    correct_,
    sync_,
    Endpoint(
        "GET",
        "/api/receipts",
        receipts,
        "person",
        "What became of our releases, reader by reader.",
        Receipts,
        query=(
            Query("limit", "integer", "How many releases, 1 to 1,000; 100 unless given."),
            Query("after", "integer", "Those before this `id`."),
            Query("about", "string", "Only what was released of this record of ours."),
        ),
    ),
    Endpoint("GET", "/api/charter", charter, "person", "The charter as it stands.", CharterShown),
    Endpoint("GET", "/api/charter/documents", documents, "person", "The charter book.", Documents),
    Endpoint(
        "POST",
        "/api/charter/documents",
        learn,
        "operator",
        "Take charter documents into the book.",
        Learned,
        takes=Documents,
        most=DOCUMENTS_BYTES,
    ),
    Endpoint("GET", "/api/status", status, "person", "How the node is, in words.", Status),
)
