"""How far a claimed place lies from a boundary, by whoever reads: geometry, not words.

**The error** of a distance is the plain sum of three: how exactly the claimant knows the
place, how exactly the dataset knows the line, and one metre for the arithmetic. A sum is what
it may be off at worst. The root of the sum of squares, which is smaller, would hold only if
nobody had drawn the line with the place in mind.

**The side** is certain only where the distance is larger than its error. Where it is not, the
figures fit both sides, and that is what is said.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from toguna.core.geodesy import ARITHMETIC_M, nearest
from toguna.domains.disputes.bodies import Boundary, Claim

Agrees = Literal["yes", "no", "cannot tell"]


class Measure(msgspec.Struct, kw_only=True):
    """A claimed place, measured from one boundary."""

    distance_m: int
    """From the nearest point of the line, on WGS84, rounded to a metre."""
    error_m: int
    """What the distance may be off at worst: the sum of the next two, and a metre."""
    claim_error_m: int
    uncertainty_m: int
    side: str | None
    """On whose side; None on the line itself, or where the line ends before it gets there."""
    certain: bool
    """Whether the distance is larger than its error, so that it can be on no other side."""
    agrees: Agrees | None
    """Whether what the claimant states fits this within the error; None: nothing was stated."""
    foot_lat_e7: int
    """The nearest point of the line."""
    foot_lon_e7: int


def measure(claim: Claim, boundary: Boundary) -> Measure:
    """Measure a claim from a boundary."""
    lines = [[(lat, lon) for lon, lat in part] for part in boundary.parts]
    found = nearest((claim.lat_e7, claim.lon_e7), lines)
    distance_m = round(found.distance_m)
    error_m = claim.error_m + boundary.uncertainty_m + ARITHMETIC_M
    side = {"left": boundary.left, "right": boundary.right}.get(found.side)
    return Measure(
        distance_m=distance_m,
        error_m=error_m,
        claim_error_m=claim.error_m,
        uncertainty_m=boundary.uncertainty_m,
        side=side,
        certain=side is not None and distance_m > error_m,
        agrees=_agrees(claim, boundary, distance_m, error_m, side),
        foot_lat_e7=found.foot[0],
        foot_lon_e7=found.foot[1],
    )


def _agrees(
    claim: Claim, boundary: Boundary, distance_m: int, error_m: int, side: str | None
) -> Agrees | None:
    """Whether the stated distance, on the stated side, lies within the error of the measured.

    What is measured on the other side counts as below zero.
    """
    if claim.stated_m is None:
        return None
    if claim.stated_side is not None:
        sides = (boundary.left.casefold(), boundary.right.casefold())
        if claim.stated_side.casefold() not in sides or (side is None and distance_m > 0):
            return "cannot tell"
        if side is not None and side.casefold() != claim.stated_side.casefold():
            distance_m = -distance_m
    return "yes" if abs(claim.stated_m - distance_m) <= error_m else "no"
