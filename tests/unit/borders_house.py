"""A week at a border: sectors, and what three parties say of them, each at its own hour."""

from __future__ import annotations

from typing import Any

from tests.alliance import DAY, START, Alliance, report
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.borders import Sector, Watch
from toguna.domains.borders.bodies import Word

HOUR = DAY // 24
NOW = START + 7 * DAY
ALL = ("bf", "ml", "ne")


def box(south: float, west: float, north: float, east: float) -> tuple[tuple[int, int], ...]:
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return tuple((round(lon * 1e7), round(lat * 1e7)) for lon, lat in corners)


def sector(**changes: Any) -> Sector:
    first: dict[str, Any] = {"area": box(14, 0, 15, 1), "name": "Trois", "parties": ALL}
    return Sector(**{**first, **changes})


def watch(state: Word, from_h: int, to_h: int, **more: Any) -> Watch:
    return Watch(from_us=NOW - from_h * HOUR, to_us=NOW - to_h * HOUR, state=state, **more)


class Week:
    """An alliance in which each thing is said at its own hour, and heard by all at the end."""

    def __init__(self, **more: Any) -> None:
        self.alliance = Alliance(**more)
        self.clock = self.alliance.clock

    def say(self, hours_ago: float, party: str, kind: str, body: Any, about=None, to=None) -> str:
        self.clock.now_us = NOW - round(hours_ago * HOUR)
        readers = tuple(p for p in (ALL if to is None else to) if p != party)
        draft = Draft(f"{kind}/1", body, Label(to=readers), None if about is None else str(about))
        return str(self.alliance[party].submit([draft], "duty")[0])

    def heard(self) -> None:
        """Everybody has heard everything, and it is now."""
        self.alliance.exchange(3)
        self.clock.now_us = NOW

    def board(self, whose: str, view: str = "", **query: str) -> list[Any]:
        node = self.alliance[whose]
        actor = node.access.actor(view or whose, "duty")
        return node.looking.board(actor, "borders", "sectors", query)


def said(category: str, hours_ago: int, lat: float, lon: float, **more: Any) -> Any:
    from_us = NOW - hours_ago * HOUR
    return report(
        category, category=category, from_us=from_us, to_us=from_us,
        lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7), place_name=None, source=None, **more,
    )  # fmt: skip
