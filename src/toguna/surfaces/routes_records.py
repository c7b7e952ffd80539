"""Records over HTTP: lists and authoring for every declared kind, out of the catalogue alone.

A list is the documents that a projection stored, joined without being read again. To look
as another party does, ``view`` names it; to look in an office, ``as``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from toguna.core.catalogue import Catalogue
from toguna.core.domain import Kind
from toguna.core.labels import Actor, Label
from toguna.core.record import Address, Draft
from toguna.errors import Refused, TogunaError
from toguna.node.access import Shown
from toguna.node.once import Once
from toguna.node.once import asked as once_asked
from toguna.surfaces.endpoints import (
    BATCH_BYTES,
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

PAGE: Final = 100


def _no_label() -> msgspec.Raw:
    return msgspec.Raw(b"{}")


class Authoring(msgspec.Struct, forbid_unknown_fields=True):
    """Something to be said. Without readers in the label it stays in the home journal.

    ``once`` is an id that the caller makes for it: asked again, it is not said again.
    """

    body: msgspec.Raw
    label: msgspec.Raw = msgspec.field(default_factory=_no_label)
    about: str | None = None
    refs: tuple[str, ...] = ()
    office: str = ""
    flash: bool = False
    once: UUID | None = None


class Item(msgspec.Struct, forbid_unknown_fields=True):
    """One of many things to be said at once."""

    kind: str
    body: msgspec.Raw
    label: msgspec.Raw = msgspec.field(default_factory=_no_label)
    about: str | None = None
    refs: tuple[str, ...] = ()


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """Things that are sealed together: all of them, or none. ``once`` as for a single one."""

    items: list[Item]
    office: str = ""
    flash: bool = False
    once: UUID | None = None


class Addresses(msgspec.Struct):
    """Where the new records stand, in the order in which they were given."""

    addresses: list[str]


class KindShown(msgspec.Struct):
    """A kind of record as its domain declares it. ``fields`` is the JSON Schema of a body."""

    name: str
    path: str
    title_fr: str
    title_en: str
    act: str | None
    authors: list[str]
    releasable: bool
    fields: dict[str, Any]


class Kinds(msgspec.Struct):
    """Every kind that this node understands."""

    kinds: list[KindShown]


class RecordShown(msgspec.Struct):
    """A record as one may see it: ``record`` for reading, ``raw`` its exact bytes as text.
    Both are empty when it is ``gone`` (erased, why); ``refused`` says why it counts for
    nothing, and then ``record`` is empty.
    """

    address: str
    record: msgspec.Raw | None
    raw: str
    readers: list[str]
    gone: str
    refused: str
    received_us: int


class PageShown(msgspec.Struct):
    """A page of a list, newest first; ``next`` is what ``after`` takes for the page behind."""

    items: list[msgspec.Raw]
    next: str | None


# Reading -------------------------------------------------------------------------------


def _actor(asked: Asked, query: dict[str, str]) -> Actor:
    office = asked.office(query.pop("as", ""))
    return asked.node.access.actor(query.pop("view", "") or asked.node.party, office)


async def _list(asked: Asked, kind: str) -> Answer:
    query = asked.query()
    actor = _actor(asked, query)
    limit = number(query.pop("limit", str(PAGE)), "limit")
    after = query.pop("after", "") or None
    page = asked.node.access.list(actor, kind, where=query, limit=limit, after=after)
    tail = b'],"next":%s}' % (b"null" if page.next is None else b'"%s"' % page.next.encode())
    return Answer(b'{"items":[' + b",".join(page.docs) + tail)


async def show(asked: Asked) -> Answer:
    """One record. Not seeing is refused and journalled, so it stands in the writer's line."""
    params, query = asked.params, asked.query()
    address = Address.parse(f"{params['party']}/{params['log']}/{params['index']}")
    actor = _actor(asked, query)
    shown = await asked.house.writer.run(lambda: asked.node.access.show(actor, address))
    return answer_json(_shown(shown))


def _shown(shown: Shown) -> RecordShown:
    return RecordShown(
        str(shown.address),
        msgspec.Raw(shown.raw) if shown.envelope is not None else None,
        shown.raw.decode("utf-8", "backslashreplace"),
        list(shown.readers),
        shown.gone,
        shown.refused,
        shown.received_us,
    )


async def kinds(asked: Asked) -> Answer:
    """All kinds with the schema of their bodies."""
    return answer_json(Kinds([_kind(k) for k in asked.node.catalogue.kinds.values()]))


def _kind(kind: Kind) -> KindShown:
    (schema,), definitions = msgspec.json.schema_components(
        [kind.body], ref_template="#/$defs/{name}"
    )
    return KindShown(
        name=kind.name,
        path=path_of(kind),
        title_fr=kind.title_fr,
        title_en=kind.title_en,
        act=kind.act.value if kind.act else None,
        authors=sorted(kind.authors),
        releasable=kind.release is not None,
        fields={**schema, "$defs": definitions},
    )


# Writing -------------------------------------------------------------------------------


def draft_of(
    catalogue: Catalogue,
    kind_name: str,
    item: Authoring | Item,
) -> Draft:
    """What somebody wants to say, read strictly; BadInput names the field that is wrong."""
    kind = catalogue.kind(kind_name)
    body = catalogue.author_body(kind, bytes(item.body))
    return Draft(kind.name, body, read_label(item.label), item.about, item.refs)


def _stays_home(asked: Asked, draft: Draft) -> None:
    """What a person lets out of the house bears that person's own signature."""
    if asked.caller.key == "session" and draft.label.to:
        raise Refused(
            "what goes to others is signed by you",
            remedy="sign it: /api/acts/prepare, then /api/acts/commit",
            where="label.to",
        )


async def _author(asked: Asked, kind: str) -> Answer:
    said = read_json(await asked.body(), Authoring)
    draft = draft_of(asked.node.catalogue, kind, said)
    _stays_home(asked, draft)
    office = asked.office(said.office)
    once = _once(asked, said, [draft], office)
    addresses = await asked.house.writer.submit([draft], office, flash=said.flash, once=once)
    return answer_json(Addresses([str(a) for a in addresses]))


def _once(
    asked: Asked, said: Authoring | Batch, drafts: Sequence[Draft], office: str
) -> Once | None:
    """The caller's id for this write: a person's own, or that of the node's key."""
    if said.once is None:
        return None
    return once_asked(str(said.once), asked.caller.person, drafts, office, flash=said.flash)


async def batch(asked: Asked) -> Answer:
    """Many drafts in one seal. Read in the writing thread: it may be megabytes."""
    data = await asked.body()
    node = asked.node

    def write() -> list[Address]:
        said = read_json(data, Batch)
        drafts = []
        for place, item in enumerate(said.items):
            try:
                drafts.append(draft_of(node.catalogue, item.kind, item))
                _stays_home(asked, drafts[-1])
            except TogunaError as error:
                error.where = f"items[{place}] {error.where}".strip()
                raise
        office = asked.office(said.office)
        once = _once(asked, said, drafts, office)
        return node.submit(drafts, office, flash=said.flash, once=once) if drafts else []

    return answer_json(Addresses([str(a) for a in await asked.house.writer.run(write)]))


# Declarations --------------------------------------------------------------------------

LOOKING: Final = (
    Query("as", "string", "The office in which one looks; that of the request unless given."),
    Query("view", "string", "The party through whose eyes one looks; our own unless given."),
)
PAGING: Final = (
    Query("limit", "integer", "Rows on a page, 1 to 1,000; 100 unless given."),
    Query("after", "string", "Where the page begins: `next` of the page before."),
)

_ITEM: Any = shape_of(Item, body=dict[str, Any], label=Label)

ENDPOINTS: Final = (
    Endpoint("GET", "/api/kinds", kinds, "person", "The kinds of record known here.", Kinds),
    Endpoint(
        "GET",
        "/api/records/{party}/{log}/{index}",
        show,
        "person",
        "One record by its address.",
        RecordShown,
        query=LOOKING,
    ),
    Endpoint(
        "POST",
        "/api/batch",
        batch,
        "person",
        "Author many records in one seal, all or none.",
        Addresses,
        takes=shape_of(Batch, items=list[_ITEM]),
        most=BATCH_BYTES,
    ),
)


def path_of(kind: Kind) -> str:
    """Where records of this kind are listed and written; the newest version is meant."""
    return f"/api/{kind.domain}/{kind.noun}"


def for_kinds(catalogue: Catalogue) -> Iterator[Endpoint]:
    """A list and a way to author for each declared kind."""
    newest = {
        path_of(kind): catalogue.kind(kind.name.partition("/")[0])
        for kind in catalogue.kinds.values()
    }
    for path, kind in sorted(newest.items()):
        yield _listing(catalogue, path, kind)
        yield _writing(path, kind)


def _listing(catalogue: Catalogue, path: str, kind: Kind) -> Endpoint:
    name = kind.name

    async def list_kind(asked: Asked) -> Answer:
        return await _list(asked, name)

    lists = catalogue.opens.get(name)
    columns = (
        [c for c in lists.table.columns if c.type != "bytes" and c.name not in ("id", "audience")]
        if lists
        else []
    )
    filters = tuple(
        Query(c.name + suffix, "integer" if c.type == "int" else "string", meaning)
        for c in columns
        for suffix, meaning in (("", "exactly"), ("_from", "at least"), ("_to", "at most"))
    )
    summary = f"List: {kind.title_en} / {kind.title_fr}."
    return Endpoint(
        "GET", path, list_kind, "person", summary, PageShown, query=(*PAGING, *LOOKING, *filters),
        tag=kind.domain,
    )  # fmt: skip


def _writing(path: str, kind: Kind) -> Endpoint:
    name = kind.name

    async def author_kind(asked: Asked) -> Answer:
        return await _author(asked, name)

    takes = shape_of(Authoring, f"Author_{kind.domain}_{kind.noun}", body=kind.body, label=Label)
    summary = f"Author: {kind.title_en} / {kind.title_fr}."
    return Endpoint(
        "POST", path, author_kind, "person", summary, Addresses, takes=takes, tag=kind.domain
    )
