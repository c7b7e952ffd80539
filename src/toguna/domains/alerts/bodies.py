"""What the kinds of alerts say: one struct a kind, every field with its unit and bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from toguna.core.fields import LatE7, LineOfText, LonE7, Metres, MomentUs, Text, Why

Seconds = Annotated[int, Meta(ge=1, le=604_800)]
Office = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z][a-z0-9_-]*$")]
Offices = Annotated[tuple[Office, ...], Meta(min_length=1, max_length=8)]
Level = Literal["flash", "urgent", "routine"]
Category = Literal[
    "attack", "clash", "movement", "hazard", "displacement", "outbreak", "infrastructure",
    "aircraft", "other",
]  # fmt: skip
Answered = Literal["acknowledged", "acting", "declined"]


class Alert(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Something that the addressees must know now, and answer. They stand in the label."""

    ack_within_s: Seconds = 300
    """Seconds in which each addressee is expected to answer; then its desk is rung again."""
    also_ours: bool = False
    """Our own offices are addressed as well: they answer like the others."""
    category: Category
    """What it is about."""
    escalate_after_s: Seconds = 900
    """Seconds after which an addressee that is silent has it put before a further office."""
    escalate_to: Office = "liaison"
    """That further office."""
    for_offices: Offices = ("duty",)
    """For whom it waits at each addressee."""
    lat_e7: LatE7 | None = None
    """Latitude x 10^7, north positive."""
    level: Level = "urgent"
    """How much haste: a flash goes ahead of everything on the line."""
    lon_e7: LonE7 | None = None
    """Longitude x 10^7, east positive."""
    place_name: LineOfText | None = None
    """The place in words."""
    radius_m: Metres | None = None
    """The true place lies within so many metres of the point."""
    text: Text
    """What is known, and what is asked for, in the author's language."""
    text_en: Text | None = None
    """The same in English, where somebody wrote it."""
    title: LineOfText
    """One line for lists."""
    title_en: LineOfText | None = None
    """The same in English."""
    until_us: MomentUs | None = None
    """It is over then, microseconds since the epoch; three days after it was given unless said."""


class Answer(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An addressee's word on an alert. The first stops its clock; the latest is how it stands."""

    answer: Answered
    """``acknowledged`` we have read it; ``acting`` we do something; ``declined`` we do not."""
    why: Why | None = None
    """What is being done, or why nothing is; a refusal needs it."""


class Ring(Struct, frozen=True, kw_only=True):
    """Written by an addressee's own node: nobody had answered, so the desk was rung again."""

    after_s: Annotated[int, Meta(ge=0, le=31_536_000)]
    """Seconds after the alert was given."""


class Escalation(Struct, frozen=True, kw_only=True):
    """Written by an addressee's own node: still silent, so it lies before a further office too."""

    after_s: Annotated[int, Meta(ge=0, le=31_536_000)]
    """Seconds after the alert was given."""
    office: Office
    """Which office."""


class End(Struct, frozen=True, kw_only=True):
    """The sender's word that its alert is no more: over, called off, or given anew."""

    outcome: Literal["over", "cancelled", "replaced"]
    """``over`` the matter is done; ``cancelled`` it was wrong; ``replaced`` by another alert."""
    why: Why
    """In words, which the addressees read."""
