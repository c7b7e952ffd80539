"""What the kinds of sharing say: one struct a kind, every field with its unit and bounds.

There is no field for a person, and none for the name of an armed individual: a side of an
event is a group, as its dataset names it. What a record speaks of stands in its envelope
(``about``), not here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from toguna.core.geo import MAX_LAT_E7, MAX_LON_E7
from toguna.core.time import FIRST_US, LAST_US

FARTHEST_M = 20_038_000
"""Half a great circle in metres: no radius needs more."""

MomentUs = Annotated[int, Meta(ge=FIRST_US, le=LAST_US)]
LatE7 = Annotated[int, Meta(ge=-MAX_LAT_E7, le=MAX_LAT_E7)]
LonE7 = Annotated[int, Meta(ge=-MAX_LON_E7, le=MAX_LON_E7)]
Metres = Annotated[int, Meta(ge=0, le=FARTHEST_M)]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=20_000)]
Why = Annotated[str, Meta(min_length=1, max_length=2_000)]
PartyId = Annotated[str, Meta(min_length=1, max_length=64)]
SpineOrHome = Annotated[str, Meta(pattern="^[^/]{1,64}/(home|spine)/[0-9]{1,13}$", max_length=96)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]

Category = Literal[
    "attack", "clash", "movement", "hazard", "displacement", "outbreak", "infrastructure", "other"
]
WherePrecision = Literal["exact", "near", "area", "region", "country"]
REGIONS = frozenset({"region", "country"})
"""Places that are never drawn as a point."""


class Report(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What one member says happened, graded by it, with as much place as it wants to give."""

    category: Category
    """What it is about."""
    credibility: Annotated[int, Meta(ge=1, le=6)]
    """How credible the content is: 1 confirmed, 2 probably true, 3 possibly true, 4 doubtful,
    5 improbable, 6 cannot be judged."""
    date_precision: Literal["moment", "day", "week", "month", "year"] = "day"
    """How exactly the time is known."""
    deaths_best: Count | None = None
    """Dead, best estimate. None: not reported, which is not zero."""
    deaths_high: Count | None = None
    """Dead, highest estimate."""
    deaths_low: Count | None = None
    """Dead, lowest estimate."""
    evidence: Annotated[tuple[Digest, ...], Meta(max_length=64)] = ()
    """SHA-256 of files kept at home, in hex. Removed with the source."""
    from_us: MomentUs
    """When it began, microseconds since the epoch, UTC."""
    grade: Literal["A", "B", "C", "D", "E", "F"]
    """How reliable the source is: A completely, B usually, C fairly, D not usually,
    E unreliable, F cannot be judged."""
    lat_e7: LatE7 | None = None
    """Latitude x 10^7, north positive."""
    lon_e7: LonE7 | None = None
    """Longitude x 10^7, east positive."""
    place_name: Line | None = None
    """The place in words. A village's name is an exact point, and goes where the point goes."""
    radius_m: Metres | None = None
    """The true place lies within so many metres of the point."""
    source: Line | None = None
    """Where it comes from: never a person's name. Removed by the label's source shield."""
    text: Text
    """The report itself, in the author's language."""
    text_en: Text | None = None
    """The same in English, where somebody wrote it."""
    title: Line
    """One line for lists."""
    title_en: Line | None = None
    """The same in English."""
    to_us: MomentUs
    """When it ended; equal to ``from_us`` for a moment."""
    where_precision: WherePrecision = "exact"
    """How exactly the place is known. A region or country is never drawn as a point."""


class Event(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An incident of an outside dataset, kept beside the members' own reports, never merged.

    Field meanings are those of the UCDP GED codebook.
    """

    adm_1: Line | None = None
    """First-order administrative unit (region)."""
    adm_2: Line | None = None
    """Second-order administrative unit (cercle, province, département)."""
    clarity: Annotated[int, Meta(ge=1, le=2)] | None = None
    """1 the sources tell single events apart, 2 they lump several together."""
    country: Line
    """Country, as the dataset writes it."""
    dataset: Line
    """For example ``UCDP GED``."""
    dataset_id: Line | None = None
    """The dataset's own number. Left out of a coarsened release: it would look the point up."""
    dataset_version: Line
    """For example ``24.1``."""
    date_end_us: MomentUs
    """Last day, midnight UTC, microseconds since the epoch."""
    date_prec: Annotated[int, Meta(ge=1, le=5)]
    """1 the day, 2 two to six days, 3 the week, 4 the month, 5 longer than a month."""
    date_start_us: MomentUs
    """First day, midnight UTC, microseconds since the epoch."""
    deaths_a: Count
    """Dead of side A."""
    deaths_b: Count
    """Dead of side B."""
    deaths_best: Count
    """Dead, the dataset's best estimate."""
    deaths_civilians: Count
    """Dead civilians."""
    deaths_high: Count
    """Dead, highest estimate."""
    deaths_low: Count
    """Dead, lowest estimate."""
    deaths_unknown: Count
    """Dead of unknown status."""
    dyad: Line | None = None
    """The two sides together, as the dataset names them."""
    lat_e7: LatE7
    """Latitude x 10^7 as the dataset gives it, also where it stands for a whole region."""
    lon_e7: LonE7
    """Longitude x 10^7, likewise."""
    radius_m: Metres | None = None
    """Set by a release that made the place coarser: the given point lies so near, in metres."""
    side_a: Line | None = None
    """A group or government, never a person."""
    side_b: Line | None = None
    """A group, a government or "Civilians"."""
    type_of_violence: Annotated[int, Meta(ge=1, le=3)]
    """1 state-based, 2 non-state, 3 one-sided (against civilians)."""
    where_prec: Annotated[int, Meta(ge=1, le=7)]
    """1 exact, 2 within about 25 km, 3 second-order unit, 4 first-order unit, 5 a line or a
    fuzzy area, 6 country, 7 at sea or in international airspace."""
    where_detail: Annotated[str, Meta(min_length=1, max_length=1_000)] | None = None
    """More about the place in the dataset's words, finer than its coordinates may be."""
    where_text: Line | None = None
    """The name of what the coordinates stand for: a place, or a region."""


class Correction(Struct, frozen=True, kw_only=True):
    """The author's own report was wrong; here is the whole of it again. The first stays."""

    report: Report
    """The full replacement."""
    why: Why
    """What was wrong."""


class Recall(Struct, frozen=True, kw_only=True):
    """The owner asks every holder to erase one of its records."""

    why: Why
    """The reason, which the holders read."""


class Deleted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Receipt: this party erased the record. Attested by its signature, never provable."""

    deleted_at_us: MomentUs
    """When, microseconds since the epoch."""
    first_read_us: MomentUs | None = None
    """When somebody here first read it, where that was written down."""
    read_by: Annotated[tuple[Line, ...], Meta(max_length=64)] = ()
    """Offices that had read it, sorted; never persons."""


class Refused(Struct, frozen=True, kw_only=True):
    """Receipt: this party did not comply with a recall, and says so."""

    why: Why
    """Its reason."""


class Read(Struct, frozen=True, kw_only=True):
    """Receipt: an office of this party read the record."""

    at_us: MomentUs
    """When, microseconds since the epoch."""
    office: Line
    """Which office."""


class Request(Struct, frozen=True, kw_only=True):
    """A holder asks the owner whether a record may go on to that party."""

    onto: PartyId
    """Who shall get it."""
    why: Why
    """What for."""


class Consent(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The owner's signed yes or no to passing on. The latest counts; silence is no."""

    allowed: bool
    """Yes or no."""
    onto: PartyId
    """To whom."""
    until_us: MomentUs | None = None
    """The yes holds until then, microseconds since the epoch."""
    why: Why | None = None
    """The owner's words to it."""


class Copy(Struct, frozen=True, kw_only=True):
    """A record passed on, or released late: the owner's own bytes, and proof that they are."""

    proof: Annotated[str, Meta(min_length=1, max_length=65_536)]
    """C2SP tlog-proof: the commitment stands in the owner's log under this checkpoint."""
    record: Annotated[str, Meta(min_length=2, max_length=900_000)]
    """The exact bytes of the original, as text."""
    salt: Annotated[str, Meta(min_length=24, max_length=24)]
    """The 16 bytes that open its commitment, base64."""


class Link(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody says that reports speak of one event, or that two of them do not.

    The reports stay as they are, each with its owner; the link is one party's word on them.
    """

    claims: Annotated[tuple[SpineOrHome, ...], Meta(min_length=2, max_length=16)]
    """Addresses of the reports, as their owners released them; two when ``same`` is false."""
    confidence: Line | None = None
    """How sure the author is, in its own words."""
    same: bool = True
    """Yes: they speak of one event. No: these two do not (dissent beside another's link)."""
    why: Why
    """What it rests on: time, place, figures, names of places."""


class Unlink(Struct, frozen=True, kw_only=True):
    """The author of a link takes it back; the reports count as before."""

    why: Why
    """What was wrong with it."""
