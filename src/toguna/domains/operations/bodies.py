"""What the kinds of operations say: one struct a kind, every field with its unit and bounds.

There is no word here for what is done to anybody: an operation has a place, a time, units
and consents. Units are named by whoever owns them; no person is.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from toguna.core.fields import Digest, LineOfText, MomentUs, PartyId, Position, Text, Why
from toguna.core.volumes import Volume

UnitAddress = Annotated[str, Meta(min_length=5, max_length=120)]
Units = Annotated[tuple[UnitAddress, ...], Meta(max_length=64)]
Volumes = Annotated[tuple[Volume, ...], Meta(min_length=1, max_length=32)]
DepthM = Annotated[int, Meta(ge=0, le=1_000_000)]
Says = Literal["cross", "do_not_cross", "move", "hold", "withdraw", "other"]


class Unit(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A unit, as its owner names it. Its address is how others speak of it."""

    category: Literal["ground", "air", "river", "engineers", "medical", "logistics", "staff"]
    """What it is."""
    name: LineOfText
    """Its name."""
    stream: LineOfText | None = None
    """The id under which its position comes in a stream of its owner, where one does."""
    until_us: MomentUs | None = None
    """It exists until then."""


class Attachment(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The owner puts its unit under somebody's command for a time, with its caveats."""

    caveats: Annotated[tuple[LineOfText, ...], Meta(max_length=32)] = ()
    """What the unit may not be ordered to do, in the owner's words."""
    from_us: MomentUs
    """From when, microseconds since the epoch."""
    under: Annotated[str, Meta(min_length=1, max_length=64)]
    """``joint`` (the force's commander) or a party."""
    until_us: MomentUs
    """Until when: every grant has an end."""


class Order(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An order to a unit, by its capital or by those under whom it stands."""

    chain: Literal["national", "joint"]
    """Which chain of command speaks."""
    from_us: MomentUs
    """From when it holds, microseconds since the epoch."""
    says: Says
    """What, in a word that can be compared: cross against do_not_cross, move against hold."""
    text: Text
    """In full."""
    until_us: MomentUs
    """Until when it holds."""


class Rescind(Struct, frozen=True, kw_only=True):
    """The author of an order takes it back."""

    why: Why
    """In words."""


class Request(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """May these units come over the border? To the host, and to whoever else should know."""

    border: Annotated[tuple[Position, ...], Meta(min_length=2, max_length=500)]
    """The border, [longitude, latitude] x 10^7; the host's land lies to the right of it."""
    conditions: Text | None = None
    """What the asker undertakes: liaison aboard, no night flights, report each hour."""
    depth_m: DepthM
    """How far beyond the border, metres."""
    host: PartyId
    """Whose land it is."""
    title: LineOfText
    """One line for lists."""
    units: Annotated[tuple[UnitAddress, ...], Meta(min_length=1, max_length=64)]
    """Addresses of the units."""
    urgent: bool = False
    """An answer is needed in minutes."""
    volume: Volume
    """Area or corridor, height band and window; the window has both its ends."""
    why: Why
    """For what."""


class Consent(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The host's answer. What it does not narrow is as it was asked for."""

    answer: Literal["yes", "limits", "no"]
    """``limits``: yes, within what is narrower here."""
    ceiling_m: Annotated[int, Meta(ge=-500, le=30_000)] | None = None
    """No higher than this, metres above mean sea level."""
    conditions: Text | None = None
    """What the host asks for in return."""
    depth_m: DepthM | None = None
    """No deeper than this, metres."""
    from_us: MomentUs | None = None
    """Not before this moment."""
    terms: UnitAddress | None = None
    """The standing terms that it rests on, by their address."""
    until_us: MomentUs | None = None
    """Not after this moment."""
    why: Why | None = None
    """The reason; a no needs it."""


class Revocation(Struct, frozen=True, kw_only=True):
    """The host takes its consent back, from the moment at which this was signed."""

    why: Why
    """In words."""


class Terms(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Standing terms of a host: what its desk may grant at once in an urgent case.

    They fill in the answer; they are none. Without a desk's yes there is no consent.
    """

    border: Annotated[tuple[Position, ...], Meta(max_length=500)] = ()
    """The border, [longitude, latitude] x 10^7, the host's land to the right of it: units that
    come near it are followed, whether anybody asked for them or not."""
    conditions: Text | None = None
    """What is asked for in return."""
    depth_m: DepthM
    """How deep at most, metres."""
    hours: Annotated[int, Meta(ge=1, le=168)]
    """For how many hours at most."""
    until_us: MomentUs
    """The terms hold until then."""


class Plan(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An operation: what, where, at what height and when, with whom."""

    consents: Annotated[tuple[UnitAddress, ...], Meta(max_length=32)] = ()
    """Addresses of the requests for consent that it rests on."""
    contributors: Annotated[tuple[PartyId, ...], Meta(min_length=1, max_length=16)]
    """Parties whose units take part; each makes its own legal check and approves for itself."""
    desk: LineOfText
    """Whom to call about it."""
    text: Text
    """Purpose and course, in words."""
    title: LineOfText
    """One line for lists."""
    units: Units = ()
    """Addresses of the units."""
    volumes: Volumes
    """Where, how high and when."""


class Guard(Struct, frozen=True, kw_only=True):
    """Written by a node about its own plan: it was held against what is protected."""

    lists: Annotated[dict[PartyId, str], Meta(max_length=64)]
    """By notifier: version and digest of the list that was used, ``17 3f9a…``."""
    plan: Digest
    """SHA-256 of the plan's record, in hex."""
    touches: Annotated[int, Meta(ge=0, le=1_000_000)]
    """How many protected sites and movements the plan touches."""


class Check(Struct, frozen=True, kw_only=True):
    """A contributor's legal check of a plan."""

    lawful: bool
    """Whether it may go on by that contributor's law and obligations."""
    text: Why
    """The reasons."""


class Approval(Struct, frozen=True, kw_only=True):
    """A contributor's decision on a plan."""

    approved: bool
    """Yes or no."""
    text: Why
    """The reasons."""


class Waiver(Struct, frozen=True, kw_only=True):
    """One of two signatures by which a plan may touch something protected all the same."""

    thing: UnitAddress
    """The address of the site or movement."""
    why: Why
    """The reason, which the auditor reads."""


class Start(Struct, frozen=True, kw_only=True):
    """The plan is carried out from now on."""

    text: Why
    """Who leads, where the post is."""


class Close(Struct, frozen=True, kw_only=True):
    """The operation is over; a review is due."""

    text: Why
    """What came of it."""


class Review(Struct, frozen=True, kw_only=True):
    """What is to be learned from it."""

    text: Text
    """What went as it should, what did not, what changes."""


class Crossing(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Written by a node that follows a unit across a border: how it stands to its consent."""

    beyond_m: Annotated[int, Meta(ge=0, le=20_038_000)] | None = None
    """By how many metres it is outside, or how many are left."""
    error_m: Annotated[int, Meta(ge=0, le=20_038_000)] | None = None
    """How exactly its place is known."""
    late_s: Annotated[int, Meta(ge=0, le=315_360_000)] | None = None
    """By how many seconds it is outside its window, or how many are left."""
    host: PartyId
    """Whose border."""
    state: Literal[
        "home", "approaching", "inside", "leaving", "outside", "no_consent", "cannot_tell"
    ]
    """How it stands; ``home``: on its own side again."""
    unit: UnitAddress
    """Which unit."""
    what: Literal["depth", "area", "height", "window", "none", "position"]
    """In which respect."""


class CellBox(Struct, frozen=True, kw_only=True):
    """A part of space, height and time: degrees x 10^7, metres, microseconds."""

    ceiling_m: int
    east_e7: int
    floor_m: int
    from_us: int
    north_e7: int
    south_e7: int
    until_us: int
    west_e7: int


class Encounter(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Kept at home by both sides: plans were compared without being shown.

    ``met`` are cells of our own plans in which a plan of the other party lies as well.
    """

    asked: bool
    """Whether we asked; else the other party did."""
    cells: Annotated[int, Meta(ge=0, le=1_000_000)]
    """How many cells of ours went into it."""
    desk: LineOfText | None = None
    """Whom to call at the other party."""
    grid: Literal["fine", "coarse"]
    """The size of a cell."""
    met: Annotated[tuple[CellBox, ...], Meta(max_length=1_000)] = ()
    """Where and when the plans meet, the first thousand cells."""
    other: PartyId
    """With whom."""
    plan: UnitAddress | None = None
    """Our plan that was asked about."""
    uncovered: Annotated[int, Meta(ge=0, le=10_000)] = 0
    """Plans of the other party that could not be compared so: call its desk."""
