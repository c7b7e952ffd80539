"""What the kinds of protection say: one struct a kind, every field with its unit and bounds.

There is no field for the name of a person: neither of who was harmed, nor of who files, nor
of who did it. What a filer wants kept about themselves stays in ``filer``, which never leaves
the house.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from toguna.core.fields import (
    Digest,
    LatE7,
    LineOfText,
    LonE7,
    MomentUs,
    PartyId,
    Position,
    Text,
    Why,
)

BufferM = Annotated[int, Meta(ge=1, le=20_000)]
Lasts = Annotated[tuple[Position, ...], Meta(min_length=2, max_length=500)]
Months = Annotated[tuple[Annotated[int, Meta(ge=1, le=12)], ...], Meta(max_length=12)]
Days = Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(max_length=7)]

SiteCategory = Literal[
    "hospital", "clinic", "school", "camp", "water", "worship", "market", "aid", "heritage", "other"
]
MovementCategory = Literal["convoy", "vaccination", "evacuation", "return", "aid_flight", "other"]
Harm = Literal["death", "injury", "damage", "displacement", "detention", "other"]
Step = Literal[
    "received", "inquiry", "finding", "recategorised", "remedy_offered", "remedy_done", "closed",
    "reopened",
]  # fmt: skip


class Site(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A place that is protected, notified by whoever answers for it."""

    buffer_m: BufferM = 500
    """Metres around it that a plan stays out of."""
    category: SiteCategory
    """What it is."""
    lat_e7: LatE7
    """Latitude x 10^7, north positive."""
    lon_e7: LonE7
    """Longitude x 10^7, east positive."""
    name: LineOfText
    """Its name, as it stands on its sign or in a register."""
    register: LineOfText | None = None
    """From which register it comes, and its number there."""
    until_us: MomentUs | None = None
    """When it wants to be renewed, microseconds since the epoch; it stays protected after."""


class Movement(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Something protected that moves: a convoy, a vaccination round, people going home."""

    buffer_m: BufferM = 1_000
    """Metres on either side of the way."""
    category: MovementCategory
    """What it is."""
    from_us: MomentUs
    """When it sets out, microseconds since the epoch."""
    line: Lasts
    """The way, [longitude, latitude] x 10^7."""
    name: LineOfText
    """What it is called on the radio, or in a list."""
    until_us: MomentUs
    """When it will have arrived at the latest."""
    vehicles: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    """How many vehicles."""


class Seen(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A member has taken a site or movement into its plans' checks."""

    text: Why | None = None
    """A remark for whoever notified it."""


class Renewal(Struct, frozen=True, kw_only=True):
    """Who notified it says that it still stands."""

    until_us: MomentUs
    """When it wants to be renewed the next time."""


class End(Struct, frozen=True, kw_only=True):
    """Who notified it says that it is no more."""

    why: Why
    """In words: closed, moved, arrived."""


class Season(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What people live by: a market, a well, the way of herds, with its days and months."""

    buffer_m: BufferM = 1_000
    """Metres around it."""
    category: Literal["market", "well", "pasture", "transhumance", "harvest", "feast", "other"]
    """What it is."""
    days: Days = ()
    """Days of the week, 1 Monday to 7 Sunday; none named: every day."""
    line: Annotated[tuple[Position, ...], Meta(min_length=1, max_length=500)]
    """The place (one vertex) or the way, [longitude, latitude] x 10^7."""
    months: Months = ()
    """Months, 1 January to 12 December; none named: all year."""
    name: LineOfText
    """What people call it."""
    source: LineOfText
    """Who says so, and of which year."""


class Use(Struct, frozen=True, kw_only=True):
    """Proof of use, to whoever notified sites: a plan was checked against their list.

    Nothing of the plan stands here but a commitment, which its owner can open to an auditor.
    """

    checked: bool
    """Whether it was. A plan that went on unchecked says so here, of its own node's accord."""
    digest: Digest
    """SHA-256 of the addresses that the list was made of, in hex."""
    number: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    """The running number of the plan at this member: a gap is a plan that nobody spoke of."""
    plan: Digest
    """SHA-256 of a secret and the plan's address, in hex."""
    version: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    """How many acts of the notifier the list was made of."""


class Case(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Harm to civilians, as somebody says it happened. Anybody files one; nobody deletes it."""

    alleged: PartyId | None = None
    """Whose forces are said to have done it; None: not known, or somebody else's."""
    category: Harm
    """The gravest harm."""
    civilians: Annotated[int, Meta(ge=0, le=100_000)] | None = None
    """How many were harmed. None: not reported, which is not zero."""
    filed_by: Literal["person", "community", "organisation", "member", "paper"]
    """Who files: in person, for a community, as an organisation or a member, by a paper form."""
    filer: Text | None = None
    """How to reach who filed. It stays at home, and is removed before anything leaves."""
    from_us: MomentUs
    """When it happened, microseconds since the epoch."""
    lat_e7: LatE7 | None = None
    """Latitude x 10^7, north positive."""
    lon_e7: LonE7 | None = None
    """Longitude x 10^7, east positive."""
    place_name: LineOfText
    """The place in words."""
    radius_m: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    """The true place lies within so many metres of the point."""
    text: Text
    """What happened, without names of persons."""
    title: LineOfText
    """One line for lists."""
    unit: LineOfText | None = None
    """The unit that is named, as it calls itself."""


class CaseStep(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What became of a case. Each step stays; the latest says how it stands."""

    category: Harm | None = None
    """With ``recategorised``: what it is held to be now."""
    established: bool | None = None
    """With ``finding``: whether the harm by these forces is held to be established."""
    remedy: LineOfText | None = None
    """With ``remedy_offered`` and ``remedy_done``: what."""
    step: Step
    """What was done."""
    text: Why
    """The reason, or what was found, without names of persons."""
