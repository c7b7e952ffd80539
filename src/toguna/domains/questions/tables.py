"""The lists of questions. A question's row holds what the asker said; replies are rows of
their own, each with its own readers: what one party answers is not told to the others asked.
"""

from __future__ import annotations

from toguna.core.table import Column, Table

_ID = Column("id", "int")
_AUDIENCE = Column("audience", "int")
_ADDRESS = Column("address", "text")
_PARTY = Column("party", "text")
_AT = Column("at", "int")
_DOC = Column("doc", "bytes")
# The address of the question, which may come later than what is about it.
_QUESTION = Column("question", "text")

QUESTIONS = Table(
    "questions_questions",
    (
        _ID,
        _AUDIENCE,
        _ADDRESS,
        _PARTY,
        _AT,
        Column("due_us", "int"),
        Column("priority", "text"),
        Column("state", "text"),
        _DOC,
    ),
    ("id",),
    (("at",), ("address",), ("state", "due_us")),
)
"""One row a question; ``state`` is open or closed (by its asker)."""

REPLIES = Table(
    "questions_replies",
    (_ID, _AUDIENCE, _QUESTION, _PARTY, Column("final", "int"), _AT, _DOC),
    ("id",),
    (("at",), ("question",)),
)
"""One row a reply."""

CLOSES = Table(
    "questions_closes",
    (_ID, _AUDIENCE, _QUESTION, _PARTY, _AT, _DOC),
    ("id",),
    (("at",), ("question",)),
)
"""One row a closing, by the asker."""
