"""Field types that the bodies of several domains share: units and bounds, said once.

A name of a field says its unit (``_us``, ``_e7``, ``_m``); its type here says its bounds.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from toguna.core.geo import MAX_LAT_E7, MAX_LON_E7
from toguna.core.time import FIRST_US, LAST_US

FARTHEST_M = 20_038_000
"""Half a great circle in metres: no distance needs more."""

MomentUs = Annotated[int, Meta(ge=FIRST_US, le=LAST_US)]
LatE7 = Annotated[int, Meta(ge=-MAX_LAT_E7, le=MAX_LAT_E7)]
LonE7 = Annotated[int, Meta(ge=-MAX_LON_E7, le=MAX_LON_E7)]
Metres = Annotated[int, Meta(ge=0, le=FARTHEST_M)]
LineOfText = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=20_000)]
Why = Annotated[str, Meta(min_length=1, max_length=2_000)]
PartyId = Annotated[str, Meta(min_length=1, max_length=64)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Position = tuple[LonE7, LatE7]
"""A vertex as GeoJSON orders it: longitude first, both in degrees x 10^7."""
