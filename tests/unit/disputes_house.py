"""A disputed fact after the public claims on the drone of Tin Zaouatine, 1 April 2025.

Algiers said 1.6 km inside Algeria, Bamako 9.5 km south of the line. The two lines below are
drawn for this test and are nobody's boundary: each puts one of the claims where its claimant
says that it is.
"""

from __future__ import annotations

from typing import Any

from tests.alliance import START, Alliance
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.disputes import Boundary, Claim, Dispute

KM_E7 = 90_331
"""Degrees x 10^7 of latitude in a kilometre, near 20 degrees north, on WGS84."""
LAT, LON = 199_500_000, 29_000_000
NORTH, SOUTH = "Algérie", "Mali"


def line(km_north: float) -> tuple[tuple[tuple[int, int], ...], ...]:
    """A parallel so far north of the place, drawn from west to east: north is to the left."""
    lat = LAT + round(km_north * KM_E7)
    return (((LON - 8_000_000, lat), (LON, lat), (LON + 8_000_000, lat)),)


def boundary(km_north: float, name: str, **changes: Any) -> Boundary:
    first: dict[str, Any] = {
        "as_of_us": START,
        "left": NORTH,
        "licence": "essai",
        "name": name,
        "parts": line(km_north),
        "right": SOUTH,
        "source": f"tracé d'essai {name}",
        "uncertainty_m": 250,
    }
    return Boundary(**{**first, **changes})


def claim(claimant: str, stated_m: int | None, side: str | None, **changes: Any) -> Claim:
    first: dict[str, Any] = {
        "claimant": claimant,
        "error_m": 500,
        "lat_e7": LAT,
        "lon_e7": LON,
        "says": f"EXERCICE. D'après {claimant}.",
        "source": "communiqué public",
        "stated_m": stated_m,
        "stated_side": side,
        "title": f"Drone : {claimant}",
    }
    return Claim(**{**first, **changes})


class Scene:
    """ml keeps both claims and both lines, each as its own record, and shows them to bf."""

    def __init__(self) -> None:
        self.alliance = Alliance()
        self.ml, self.bf, self.ne = (self.alliance[p] for p in ("ml", "bf", "ne"))
        self.line_a = self.say("ml", "boundary", boundary(-1.6, "A"))
        self.line_b = self.say("ml", "boundary", boundary(9.5, "B"))
        self.algiers = self.say("ml", "claim", claim("Algérie", 1_600, NORTH), refs=(self.line_a,))
        self.bamako = self.say(
            "ml", "claim", claim("Mali", 9_500, SOUTH), self.algiers, refs=(self.line_b,)
        )
        self.alliance.exchange(2)

    def say(
        self,
        party: str,
        noun: str,
        body: Any,
        about: str | None = None,
        to: tuple[str, ...] = ("bf",),
        refs: tuple[str, ...] = (),
        **label: Any,
    ) -> str:
        draft = Draft(f"disputes.{noun}/1", body, Label(to=to, **label), about, refs)
        return str(self.alliance[party].submit([draft], "analyst")[0])

    def board(self, party: str, view: str = "", **query: str) -> list[Any]:
        node = self.alliance[party]
        actor = node.access.actor(view or party, "analyst")
        return node.looking.board(actor, "disputes", "claims", query)


def dispute(reason: str = "le tracé est un autre", **more: Any) -> Dispute:
    return Dispute(reason=reason, **more)
