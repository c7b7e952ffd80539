"""The lists of sharing: tables folded out of records, dropped and rebuilt at will.

Every list has ``address`` (text) beside the packed ``id``: rules look rows up by it, and a
person can read it. A fold trusts no claim in a body: who owns a record is read off its
address, and what somebody else says about it is left out.
"""

from __future__ import annotations

from toguna.core.table import Column, Table

_ID = Column("id", "int")
_AUDIENCE = Column("audience", "int")
# NULL when what it is about never came here.
_ABOUT = Column("about", "int", nullable=True)
_ADDRESS = Column("address", "text")
_ORIGIN = Column("origin", "text")
_PARTY = Column("party", "text")
_AT = Column("at", "int")
_LOG = Column("log", "text")
_STATE = Column("state", "text")
_DOC = Column("doc", "bytes")
_LAT = Column("lat_e7", "int", nullable=True)
_LON = Column("lon_e7", "int", nullable=True)
# The true place lies within so many metres of the point; NULL where nobody said, or no point.
_RADIUS = Column("radius_m", "int", nullable=True)

REPORTS = Table(
    "sharing_reports",
    (
        _ID,
        _AUDIENCE,
        _ADDRESS,
        # The owner's address of it: another than ``address`` when it came as a copy.
        _ORIGIN,
        # "home" or "spine": at the owner a released report stands twice, once in each.
        _LOG,
        _PARTY,
        _AT,
        Column("from_us", "int"),
        Column("grade", "text"),
        Column("credibility", "int"),
        Column("category", "text"),
        # NULL for a region, a country, or when no place was given: never a point.
        _LAT,
        _LON,
        _RADIUS,
        _STATE,
        _DOC,
    ),
    ("id",),
    (("at",), ("from_us",), ("lat_e7",), ("origin",)),
)
"""One row a report, with its corrections folded in; ``state`` is stated or corrected."""

EVENTS = Table(
    "sharing_events",
    (
        _ID,
        _AUDIENCE,
        _LOG,
        _PARTY,
        Column("dataset", "text"),
        Column("dataset_id", "text", nullable=True),
        Column("country", "text"),
        Column("adm_1", "text", nullable=True),
        Column("date_end_us", "int"),
        # Of date_end, as the dataset's own yearly sums count it.
        Column("year", "int"),
        Column("type_of_violence", "int"),
        Column("where_prec", "int"),
        # NULL from where_prec 3 on.
        _LAT,
        _LON,
        _RADIUS,
        Column("deaths_best", "int"),
        _DOC,
    ),
    ("id",),
    (("country", "date_end_us"), ("date_end_us",), ("lat_e7",), ("dataset_id",)),
)
"""One row an event of an outside dataset."""

CORRECTIONS = Table(
    "sharing_corrections",
    (_ID, _AUDIENCE, _ABOUT, _ADDRESS, _ORIGIN, _PARTY, _AT, _DOC),
    ("id",),
    (("at",), ("origin",)),
)
"""One row a correction; ``origin`` is the report corrected."""

COPIES = Table(
    "sharing_copies",
    (_ID, _AUDIENCE, _ABOUT, _ADDRESS, _ORIGIN, _PARTY, Column("owner", "text"), _AT, _DOC),
    ("id",),
    (("at",), ("origin",)),
)
"""One row a copy; ``origin`` is the owner's record, ``party`` who passed it on."""

RECEIPTS = Table(
    "sharing_receipts",
    (_ID, _AUDIENCE, _ABOUT, _ORIGIN, _PARTY, Column("office", "text"), _STATE, _AT, _DOC),
    ("id",),
    (("at",), ("about",), ("origin", "party")),
)
"""One row a receipt; ``state`` is deleted, refused or read."""

RECALLS = Table(
    "sharing_recalls",
    (_ID, _AUDIENCE, _ABOUT, _ADDRESS, _ORIGIN, _PARTY, _STATE, _AT, _DOC),
    ("id",),
    (("at",), ("origin",)),
)
"""One row a recall by an owner; ``doc.parties`` says of each holder where it stands, and
``state`` is pending, complied or refused: the worst of them."""

CONSENTS = Table(
    "sharing_consents",
    (
        _ID,
        _AUDIENCE,
        _ABOUT,
        _ORIGIN,
        _PARTY,
        Column("onto", "text"),
        Column("allowed", "int"),
        Column("until_us", "int", nullable=True),
        _AT,
        _DOC,
    ),
    ("id",),
    (("at",), ("origin", "onto")),
)
"""One row an owner's yes or no; of several for one ``origin`` and ``onto`` the latest counts."""

REQUESTS = Table(
    "sharing_requests",
    (
        _ID,
        _AUDIENCE,
        _ABOUT,
        _ORIGIN,
        _PARTY,
        Column("owner", "text"),
        Column("onto", "text"),
        _STATE,
        _AT,
        _DOC,
    ),
    ("id",),
    (("at",), ("state",), ("origin", "onto")),
)
"""One row a request to an owner; ``state`` is open, allowed or refused."""

LINKS = Table(
    "sharing_links",
    (_ID, _AUDIENCE, _ADDRESS, _PARTY, Column("same", "int"), _STATE, _AT, _DOC),
    ("id",),
    (("at",), ("address",), ("state",)),
)
"""One row a link; ``state`` is standing or undone. ``same`` is 0 where it says that they differ."""

UNLINKS = Table(
    "sharing_unlinks",
    (_ID, _AUDIENCE, _ABOUT, _ORIGIN, _PARTY, _AT, _DOC),
    ("id",),
    (("at",), ("origin",)),
)
"""One row a link taken back; ``origin`` is the link."""
