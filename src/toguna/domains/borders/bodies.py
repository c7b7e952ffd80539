"""What the kinds of borders say: a shared sector, a party's posture in it, and its word.

A watch speaks of what a party saw, or did not, along its own side between two moments. There
is no field for a person; ``contact`` is how a desk is reached, never who sits there.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from toguna.core.fields import LineOfText, MomentUs, PartyId, Position, Text, Why

Ring = Annotated[tuple[Position, ...], Meta(min_length=4, max_length=200)]
Stance = Literal["normal", "reinforced", "restricted", "closed"]
Word = Literal["quiet", "movement", "incident", "unknown"]


class Sector(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A stretch of border that two or more states look after together, as an area."""

    area: Ring
    """A closed ring of [longitude, latitude], degrees x 10^7; the last vertex is the first."""
    contact: LineOfText | None = None
    """How the author's desk for this sector is reached: a frequency, a post; never a person."""
    name: LineOfText
    """Its name, in the author's language."""
    name_en: LineOfText | None = None
    """The same in English."""
    neighbours: Annotated[tuple[LineOfText, ...], Meta(max_length=8)] = ()
    """States across the line that do not belong to the alliance, in words."""
    parties: Annotated[tuple[PartyId, ...], Meta(min_length=1, max_length=8)]
    """Parties that share it, sorted, each once."""


class Posture(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How one party stands in a sector, until a moment or until it says otherwise.

    About the sector (``about``). The party's newest word counts, the earlier ones stay.
    """

    contact: LineOfText | None = None
    """How this party's desk for the sector is reached; never a person."""
    note: Why | None = None
    """What that means on the ground."""
    posture: Stance
    """normal; reinforced: more than usual; restricted: passage with limits; closed."""
    until_us: MomentUs | None = None
    """Its end, microseconds since the epoch; after it the party has said nothing newer."""


class Gap(Struct, frozen=True, kw_only=True):
    """A time in which nobody of this party was there to see."""

    from_us: MomentUs
    """When it began, microseconds since the epoch."""
    to_us: MomentUs
    """When it ended."""
    why: LineOfText
    """Why: a vehicle, the weather, a relief that came late."""


class Watch(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One party's word on its side of a sector between two moments. About the sector.

    ``quiet`` is said by somebody who looked. Nobody who says nothing has said it.
    """

    from_us: MomentUs
    """From when on, microseconds since the epoch."""
    gaps: Annotated[tuple[Gap, ...], Meta(max_length=32)] = ()
    """Times in between when nobody was there."""
    state: Word
    """quiet; movement; incident; unknown: nobody could tell."""
    text: Text | None = None
    """What there is to say of it."""
    text_en: Text | None = None
    """The same in English."""
    to_us: MomentUs
    """Until when it speaks, microseconds since the epoch."""
