"""What a desk is built from: what waits, boards, and the layers of the map."""

from __future__ import annotations

from typing import Final

import msgspec

from toguna.core.domain import Urgency
from toguna.node.access import Access
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, Query, answer_json
from toguna.surfaces.routes_records import LOOKING, path_of


class WaitingShown(msgspec.Struct):
    """Something that waits for an act of ours; ``due_us`` null: it has no date."""

    what: str
    about: str
    party: str
    title: str
    since_us: int
    due_us: int | None
    urgency: Urgency
    offices: tuple[str, ...]


class WaitingList(msgspec.Struct):
    """What waits for the offices of the one who asks, the most urgent first, as of ``at_us``."""

    items: list[WaitingShown]
    at_us: int


class BoardRows(msgspec.Struct):
    """The rows of a board as of ``at_us``, as ``party`` may see them."""

    rows: list[msgspec.Raw]
    at_us: int
    party: str


class BoardShown(msgspec.Struct):
    """A board as its domain declares it; ``query`` says what it takes."""

    domain: str
    name: str
    title_fr: str
    title_en: str
    query: dict[str, str]


class Boards(msgspec.Struct):
    """Every board of this node."""

    boards: list[BoardShown]


class LayerShown(msgspec.Struct):
    """A layer of the map: its rows are listed at ``path``, changes come for ``table``."""

    domain: str
    name: str
    title_fr: str
    title_en: str
    drawn_as: str
    path: str
    table: str


class Layers(msgspec.Struct):
    """Every layer that a domain declares."""

    layers: list[LayerShown]


_encode = msgspec.json.Encoder().encode


async def waiting(asked: Asked) -> Answer:
    """What waits for us."""
    caller, node = asked.caller, asked.node
    offices = caller.offices if caller.key == "session" else None
    found = await asked.house.writer.run(lambda: node.looking.waiting(offices))
    return answer_json(WaitingList([WaitingShown(*w) for w in found], node.now()))


async def board(asked: Asked) -> Answer:
    """One board, computed now."""
    node, params, query = asked.node, asked.params, asked.query()
    access: Access = node.access
    office = asked.office(query.pop("as", ""))
    actor = access.actor(query.pop("view", "") or node.party, office)
    rows = await asked.house.writer.run(
        lambda: node.looking.board(actor, params["domain"], params["name"], query)
    )
    return answer_json(BoardRows([msgspec.Raw(_encode(r)) for r in rows], node.now(), actor.party))


async def boards(asked: Asked) -> Answer:
    """All boards."""
    found = [
        BoardShown(d.name, b.name, b.title_fr, b.title_en, dict(b.query))
        for d in asked.node.catalogue.domains
        for b in d.boards
    ]
    return answer_json(Boards(found))


async def layers(asked: Asked) -> Answer:
    """All layers of the map."""
    catalogue = asked.node.catalogue
    opened = {p.table.name: kind for kind, p in catalogue.opens.items()}
    found = [
        LayerShown(
            d.name, layer.name, layer.title_fr, layer.title_en, layer.drawn_as,
            path_of(catalogue.kinds[opened[layer.table.name]]), layer.table.name,
        )
        for d in catalogue.domains
        for layer in d.layers
    ]  # fmt: skip
    return answer_json(Layers(found))


ENDPOINTS: Final = (
    Endpoint("GET", "/api/waiting", waiting, "person", "What waits for our offices.", WaitingList),
    Endpoint("GET", "/api/boards", boards, "person", "The boards there are.", Boards),
    Endpoint(
        "GET", "/api/board/{domain}/{name}", board, "person",
        "A board, computed from what one may see; it may take further parameters.", BoardRows,
        query=(*LOOKING, Query("*", "string", "What the board itself takes: see /api/boards.")),
    ),
    Endpoint("GET", "/api/layers", layers, "person", "The layers of the map.", Layers),
)  # fmt: skip
