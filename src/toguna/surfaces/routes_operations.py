"""Verdicts while a plan is drawn: what it touches, what it meets, what civil life is there.

Nothing is stored and nothing leaves: the volumes are held against what this node knows.
"""

from __future__ import annotations

from typing import Final

import msgspec

from toguna.core import volumes
from toguna.core.volumes import Volume
from toguna.domains.operations import guard, tables
from toguna.errors import BadInput
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json

MOST: Final = 32


class Drawn(msgspec.Struct, forbid_unknown_fields=True):
    """Volumes as they are drawn. ``but`` is the address of a plan that they replace."""

    volumes: tuple[Volume, ...]
    but: str = ""


class Verdicts(msgspec.Struct):
    """What the volumes touch and meet now, as far as this node knows, as of ``at_us``."""

    touched: list[guard.Touched]
    cautions: list[guard.Caution]
    meets: list[guard.Met]
    at_us: int


async def verdict(asked: Asked) -> Answer:
    """Hold drawn volumes against sites, seasons and other plans."""
    said = read_json(await asked.body(), Drawn)
    if not 1 <= len(said.volumes) <= MOST:
        raise BadInput(f"from 1 to {MOST} volumes", where="volumes")
    for k, volume in enumerate(said.volumes):
        volumes.check(volume, f"volumes[{k}]")
    return answer_json(await asked.house.writer.run(lambda: _verdicts(asked, said)))


def _verdicts(asked: Asked, said: Drawn) -> Verdicts:
    with asked.node.reading() as tx:
        view = asked.node.view(tx)
        return Verdicts(
            guard.touched(view, said.volumes),
            guard.cautions(view, said.volumes),
            guard.met(said.volumes, guard.plans_under_way(view, tables.PLANS, said.but)),
            view.now_us,
        )


ENDPOINTS: Final = (
    Endpoint(
        "POST", "/api/plans/verdict", verdict, "person",
        "What drawn volumes touch and meet, as far as this node knows.", Verdicts, takes=Drawn,
    ),
)  # fmt: skip
