"""The tables of a node's own people. They stay in this node's store: no record holds them,
no peer is asked for them or given them, and no projection reads them.

What opens a door is kept only as its hash, but for the secrets of authenticator apps, from
which codes must be computed.
"""

from __future__ import annotations

from typing import Final

from toguna.core.table import Column, Table

PERSON: Final = Table(
    "people",
    (
        Column("id", "text"),
        Column("name", "text"),
        Column("added", "int"),
        Column("ended", "int", nullable=True),
    ),
    ("id",),
)
"""Who works here. Whoever left stays listed, with the moment."""

TERM: Final = Table(
    "people_terms",
    (
        Column("person", "text"),
        Column("office", "text"),
        Column("start", "int"),
        Column("stop", "int", nullable=True),
        Column("granted", "int"),
    ),
    ("person", "office", "start"),
)
"""Who holds which office of this party from when, until when, and when that was entered."""

CREDENTIAL: Final = Table(
    "people_credentials",
    (
        Column("person", "text"),
        Column("password", "text", nullable=True),
        Column("totp", "bytes", nullable=True),
        Column("step", "int"),
        Column("code", "bytes", nullable=True),
        Column("code_until", "int"),
    ),
    ("person",),
)
"""The password as argon2id, the secret of the app and the last step that it was used for, and
the hash of the sign-up code with its end."""

RECOVERY: Final = Table(
    "people_recovery", (Column("person", "text"), Column("hash", "bytes")), ("person", "hash")
)
"""Recovery codes that were not used yet, hashed."""

PASSKEY: Final = Table(
    "people_passkeys",
    (
        Column("id", "bytes"),
        Column("person", "text"),
        Column("name", "text"),
        Column("public", "bytes"),
        Column("signs", "int"),
        Column("added", "int"),
        Column("used", "int"),
    ),
    ("id",),
    (("person",),),
)
"""Passkeys: the public half, and how often the authenticator says that it has signed."""

DEVICE_KEY: Final = Table(
    "people_keys",
    (
        Column("id", "text"),
        Column("person", "text"),
        Column("public", "bytes"),
        Column("device", "text"),
        Column("asked", "int"),
        Column("cancelled", "int", nullable=True),
        Column("why", "text"),
    ),
    ("id",),
    (("person",),),
)
"""Keys of browsers: whose they are, which nobody outside is told. Which of them count, for what
and until when, stands in the charter book alone."""

SESSION: Final = Table(
    "people_sessions",
    (
        Column("digest", "bytes"),
        Column("id", "text"),
        Column("person", "text"),
        Column("since", "int"),
        Column("seen", "int"),
        Column("device", "text"),
        Column("way", "text"),
    ),
    ("digest",),
)
"""Open sessions, by the SHA-256 of their secret. Not in backups."""

KEPT: Final = (PERSON, TERM, CREDENTIAL, RECOVERY, PASSKEY, DEVICE_KEY)
"""What a backup holds."""
