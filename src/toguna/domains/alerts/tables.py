"""The lists of alerts. An alert's row holds what its sender said; answers are rows of their
own, each with its own readers: who may see an alert may not see every answer to it.
"""

from __future__ import annotations

from toguna.core.table import Column, Table

_ID = Column("id", "int")
_AUDIENCE = Column("audience", "int")
_ADDRESS = Column("address", "text")
_PARTY = Column("party", "text")
_AT = Column("at", "int")
_DOC = Column("doc", "bytes")
# The address of the alert, which may come later than what is about it.
_ALERT = Column("alert", "text")

ALERTS = Table(
    "alerts_alerts",
    (
        _ID,
        _AUDIENCE,
        _ADDRESS,
        _PARTY,
        _AT,
        Column("level", "text"),
        Column("category", "text"),
        Column("state", "text"),
        Column("until_us", "int"),
        Column("lat_e7", "int", nullable=True),
        Column("lon_e7", "int", nullable=True),
        _DOC,
    ),
    ("id",),
    (("at",), ("address",), ("state", "until_us")),
)
"""One row an alert; ``state`` is open or ended (by its sender; it may be over by its time)."""

ANSWERS = Table(
    "alerts_answers",
    (_ID, _AUDIENCE, _ALERT, _PARTY, Column("answer", "text"), _AT, _DOC),
    ("id",),
    (("at",), ("alert",)),
)
"""One row an answer."""

RINGS = Table(
    "alerts_rings",
    (_ID, _AUDIENCE, _ALERT, _PARTY, Column("what", "text"), _AT, _DOC),
    ("id",),
    (("at",), ("alert",)),
)
"""One row a second ring or an escalation; ``what`` says which."""

ENDS = Table(
    "alerts_ends",
    (_ID, _AUDIENCE, _ALERT, _PARTY, _AT, _DOC),
    ("id",),
    (("at",), ("alert",)),
)
"""One row an end, by the alert's sender."""
