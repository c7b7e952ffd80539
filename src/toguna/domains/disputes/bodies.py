"""What the kinds of disputes say: a boundary as a dataset draws it, what is claimed, and no.

Claims are of states and institutions, and boundaries of datasets. There is no field for a
person. How far a place lies from a line is never taken from anybody's word: whoever reads a
claim measures it (:mod:`.measuring`); what its author says of it stands beside that.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from toguna.core.fields import (
    Digest,
    LatE7,
    LineOfText,
    LonE7,
    Metres,
    MomentUs,
    Position,
    Text,
    Why,
)

Part = Annotated[tuple[Position, ...], Meta(min_length=2, max_length=5_000)]


class Boundary(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A boundary as one dataset draws it. Another dataset is another record, never a correction.

    Along the line, in the order of its vertices, ``left`` and ``right`` are who lies there.
    """

    as_of_us: MomentUs
    """The day of the dataset, microseconds since the epoch."""
    disputed: bool = False
    """Whether the dataset itself calls it disputed; it is then drawn so."""
    left: LineOfText
    """What lies to the left, as one goes along the line: a state, in words."""
    licence: LineOfText
    """Under which terms the dataset may be passed on."""
    name: LineOfText
    """Name of the line, for example ``Mali - Algérie``."""
    name_en: LineOfText | None = None
    """The same in English."""
    note: Why | None = None
    """Where the line comes from: a treaty, a map, a survey."""
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=64)]
    """Lines of [longitude, latitude], degrees x 10^7, straight in these between vertices; in
    one direction all of them, 5,000 vertices together at most."""
    right: LineOfText
    """What lies to the right."""
    source: LineOfText
    """Dataset and version, for example ``Natural Earth 10m 5.1.2``."""
    uncertainty_m: Metres
    """The drawn line lies within so many metres of the line that is meant."""


class Claim(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody claims that something happened at this place. Never merged with another claim.

    ``about`` in the envelope: the report or event, or the first claim on the same matter.
    ``refs`` name the boundaries that it is measured from by its author; readers measure from
    every boundary that they hold.
    """

    claimant: LineOfText
    """Who claims it: a state or an institution, never a person."""
    error_m: Metres
    """The true place, as claimed, lies within so many metres of the point."""
    evidence: Annotated[tuple[Digest, ...], Meta(max_length=64)] = ()
    """SHA-256 of files kept at home, in hex. Removed with the source."""
    lat_e7: LatE7
    """Latitude x 10^7, north positive."""
    lon_e7: LonE7
    """Longitude x 10^7, east positive."""
    said_us: MomentUs | None = None
    """When the claimant said so, microseconds since the epoch."""
    says: Text
    """What is claimed, in the author's language."""
    says_en: Text | None = None
    """The same in English."""
    source: LineOfText | None = None
    """Where it was said: a communiqué, a letter. Removed by the label's source shield."""
    stated_m: Metres | None = None
    """The distance that the claimant states, in metres. Readers compare it with their own."""
    stated_side: LineOfText | None = None
    """On whose side the claimant puts it, as the boundary names its sides."""
    title: LineOfText
    """One line for lists."""
    title_en: LineOfText | None = None
    """The same in English."""


class Dispute(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A party contradicts another party's record, which stays as it is. Signed.

    ``about`` in the envelope names the record; ``refs`` may name claims of one's own.
    """

    reason: Why
    """Why it cannot be so."""
    reason_en: Why | None = None
    """The same in English."""
    version: Text | None = None
    """What happened instead, in the words of the one who disputes."""
    version_en: Text | None = None
    """The same in English."""
