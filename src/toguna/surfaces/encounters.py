"""Comparing plans between two nodes without showing them (:mod:`toguna.core.encounter`).

The node that asks covers its plan with cells and sends them blinded; the other answers out of
all its own plans that are under way, released or not. Each side learns which of its own cells
are met, writes that into its home journal, and calls the other's desk. Questions of a party
are counted: so many an hour, and no more cells than one plan may have.

Owned by the event loop; secrets of a question are forgotten when it ends, or after a minute.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Literal, NamedTuple, TypeVar

import msgspec

from toguna.core import encounter
from toguna.core.cells import GRIDS, MOST_CELLS, Cell, bounds, cover
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.volumes import Volume
from toguna.domains.operations import DESK, plans
from toguna.domains.operations.bodies import CellBox, Encounter
from toguna.errors import BadInput, EngineFailure, Refused, Unknown
from toguna.node.node import Node
from toguna.surfaces.endpoints import (
    MSGPACK,
    Answer,
    Asked,
    Endpoint,
    answer_json,
    read_json,
)

QUESTIONS_AN_HOUR: Final = 20
HOUR_US: Final = 3_600_000_000
KEPT_US: Final = 60_000_000
MOST_OPEN: Final = 64
SHOWN: Final = 1_000
OFFICE: Final = "j3"
_BYTES: Final = 2 << 20

_T = TypeVar("_T")
GridName = Literal["fine", "coarse"]


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """The first message: blinded cells on a grid. ``id`` names the exchange."""

    id: str
    grid: GridName
    nonce: bytes
    points: bytes


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """The second: what :class:`toguna.core.encounter.Answer` has, whom to call, and how many
    plans could not be covered.
    """

    doubled: bytes
    points: bytes
    desk: str
    uncovered: int


class Ending(msgspec.Struct, forbid_unknown_fields=True):
    """The third: what the answering side needs to see its own met cells."""

    id: str
    doubled: bytes


class Compare(msgspec.Struct, forbid_unknown_fields=True):
    """Does our plan meet one of theirs? By the plan's address, or by volumes just drawn."""

    party: str
    plan: str = ""
    volumes: tuple[Volume, ...] = ()
    grid: GridName = "fine"
    office: str = ""


class Compared(msgspec.Struct):
    """Where and when our plan meets one of the other party's, and whom to call.

    Nothing met: no plan of theirs touches a cell of ours; but for those ``uncovered``.
    """

    met: list[CellBox]
    cells: int
    desk: str
    uncovered: int
    grid: GridName


class _Open(NamedTuple):
    party: str
    grid: GridName
    side: encounter.Side
    question: encounter.Question
    at_us: int


class Encounters:
    """Questions under way at one node, and how often each party has asked."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._open: OrderedDict[tuple[str, str], _Open] = OrderedDict()
        self._asked: dict[str, list[int]] = {}

    # Asking ------------------------------------------------------------------------------

    def volumes(self, address: str) -> tuple[Volume, ...]:
        """The volumes of one of our plans that is under way; Unknown when it is none."""
        with self._node.reading() as tx:
            own = dict(plans.under_way(self._node.view(tx)))
        if address not in own:
            raise Unknown(f"there is no plan of ours under way at {address[:80]}", where="plan")
        return own[address]

    def question(self, said: Compare) -> tuple[encounter.Side, Question]:
        """What to keep and what to send."""
        if bool(said.plan) == bool(said.volumes):
            raise BadInput("give a plan or its volumes", where="plan")
        own = self.volumes(said.plan) if said.plan else said.volumes
        side, asked = encounter.ask(cover(own, GRIDS[said.grid]), self._node.parts.randbytes)
        name = self._node.parts.randbytes(16).hex()
        return side, Question(name, said.grid, asked.nonce, asked.points)

    def keep(self, made: Encounter) -> None:
        """Write down at home what was learnt."""
        self._node.submit([Draft("operations.encounter/1", made, Label())], OFFICE)

    # Answering ---------------------------------------------------------------------------

    def answer(self, party: str, said: Question) -> Reply:
        """Answer a party; Refused when it asks too often."""
        node, now = self._node, self._node.now()
        self._count(party, now)
        cells, uncovered = self._own_cells(said.grid)
        question = encounter.Question(said.nonce, said.points)
        side, given = encounter.answer(question, cells, node.parts.randbytes)
        self._open[party, said.id[:64]] = _Open(party, said.grid, side, question, now)
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        desk = node.parts.settings.get(DESK, "")
        return Reply(given.doubled, given.points, desk[:200], uncovered)

    def _count(self, party: str, now: int) -> None:
        recent = [at for at in self._asked.get(party, ()) if now - at < HOUR_US]
        if len(recent) >= QUESTIONS_AN_HOUR:
            self._node.journal("refused", f"{party} asked more than {QUESTIONS_AN_HOUR} times")
            raise Refused(f"{QUESTIONS_AN_HOUR} questions an hour are answered", remedy="call us")
        self._asked[party] = [*recent, now]

    def _own_cells(self, grid: GridName) -> tuple[set[Cell], int]:
        """Cells of all our plans under way, and how many plans could not be covered."""
        with self._node.reading() as tx:
            own = plans.under_way(self._node.view(tx))
        found: set[Cell] = set()
        uncovered = 0
        for _, volumes in own:
            try:
                found |= cover(volumes, GRIDS[grid])
            except BadInput:
                uncovered += 1
        if len(found) > MOST_CELLS:
            raise Refused("our plans cover too much to be compared so", remedy="call our desk")
        return found, uncovered

    def finish(self, party: str, said: Ending) -> None:
        """Learn which of our own cells are met, and write it down."""
        held = self._open.pop((party, said.id[:64]), None)
        if held is None or self._node.now() - held.at_us > KEPT_US:
            raise Unknown("there is nothing here for you")
        met = encounter.finish(held.side, held.question, said.doubled)
        self.keep(_made(False, party, held.grid, held.side, met))


def _made(
    asked: bool, other: str, grid: GridName, side: encounter.Side, met: set[Cell], **more: object
) -> Encounter:
    return msgspec.convert(
        {
            "asked": asked,
            "other": other,
            "grid": grid,
            "cells": sum(cell is not None for cell in side.cells),
            "met": [_box(cell, grid) for cell in sorted(met)[:SHOWN]],
        }
        | {name: value for name, value in more.items() if value},
        Encounter,
    )


def _box(cell: Cell, grid: GridName) -> CellBox:
    return CellBox(**bounds(cell, GRIDS[grid])._asdict())


# Endpoints -------------------------------------------------------------------------------


async def compare(asked: Asked) -> Answer:
    """Ask a party whether our plan meets one of its own."""
    said = read_json(await asked.body(), Compare)
    asked.office(said.office)
    house, encounters = asked.house, asked.house.encounters
    standing = asked.node.standing
    if said.party == asked.node.party or not standing.is_active(said.party):
        raise BadInput(f"{said.party[:40]} is no other party in good standing", where="party")
    if house.syncing is None:
        raise EngineFailure("this node does not talk to its peers now", remedy="toguna serve")
    side, question = await house.writer.run(lambda: encounters.question(said))
    data = await house.syncing.ask(said.party, "/peer/encounter", msgspec.msgpack.encode(question))
    try:
        reply = msgspec.msgpack.decode(data, type=Reply)
    except msgspec.DecodeError:
        raise EngineFailure(f"{said.party} answered something else") from None
    given = encounter.Answer(reply.doubled, reply.points)
    met, doubled = await house.writer.run(lambda: encounter.conclude(side, given))
    ending = msgspec.msgpack.encode(Ending(question.id, doubled))
    await house.syncing.ask(said.party, "/peer/encounter/end", ending)
    made = _made(True, said.party, said.grid, side, met, desk=reply.desk[:200],
                 plan=said.plan, uncovered=min(max(reply.uncovered, 0), 10_000))  # fmt: skip
    await house.writer.run(lambda: encounters.keep(made))
    return answer_json(
        Compared(list(made.met), made.cells, reply.desk[:200], made.uncovered, said.grid)
    )


async def answer(asked: Asked) -> Answer:
    """Answer such a question of a party."""
    said = _read(await asked.body(), Question)
    encounters, party = asked.house.encounters, asked.caller.party
    reply = await asked.house.writer.run(lambda: encounters.answer(party, said))
    return Answer(msgspec.msgpack.encode(reply), MSGPACK)


async def end(asked: Asked) -> Answer:
    """Take the last message of an exchange."""
    said = _read(await asked.body(), Ending)
    encounters, party = asked.house.encounters, asked.caller.party
    await asked.house.writer.run(lambda: encounters.finish(party, said))
    return Answer(b"\xc0", MSGPACK)


def _read(data: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise BadInput(f"not such a message: {error}", where="body") from None


ENDPOINTS: Final = (
    Endpoint(
        "POST", "/api/encounters", compare, "person",
        "Whether our plan meets one of a party's, without showing either.", Compared,
        takes=Compare,
    ),
    Endpoint(
        "POST", "/peer/encounter", answer, "peer",
        "Blinded cells of a plan; ours come back, blinded.", MSGPACK, takes=MSGPACK, most=_BYTES,
    ),
    Endpoint(
        "POST", "/peer/encounter/end", end, "peer",
        "The last message of such an exchange.", MSGPACK, takes=MSGPACK, most=_BYTES,
    ),
)  # fmt: skip
