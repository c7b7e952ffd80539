"""Writes that may arrive twice and stand once.

A phone without network keeps what was written, and sends it when there is one. When an answer
is lost on its way, the phone cannot know whether the write was; so it asks again under the same
id, made before the first attempt, and gets the same addresses. The id is noted in the
transaction of the write itself: there is no moment in which one of the two is there alone.

Ids are those of one caller: nobody learns, or takes, what another has written under an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple, cast

import msgspec

from toguna.core.record import Address, Draft
from toguna.core.table import Reader, Transaction, Where
from toguna.errors import Conflict
from toguna.node import tables as t

KEPT_US: Final = 90 * 86_400_000_000
"""How long an id is remembered. A phone that was off for longer may write twice."""

_encode: Final = msgspec.json.Encoder(order="sorted").encode


class Once(NamedTuple):
    """An id of the caller ``by``, and the digest of what was asked under it."""

    id: str
    by: str
    digest: bytes


def asked(id_: str, by: str, drafts: Sequence[Draft], office: str, *, flash: bool) -> Once:
    """What somebody asks to be written once. How the JSON was spelled makes no difference."""
    what = [(d.kind, d.body, d.label, d.about, d.refs) for d in drafts]
    return Once(id_, by, sha256(_encode((what, office, flash))).digest())


def told(tx: Reader, once: Once) -> list[Address] | None:
    """The addresses that were given for it; None when it is new.

    :raises Conflict: something else was written under this id.
    """
    row = tx.get(t.ONCE, (once.by, once.id))
    if row is None:
        return None
    if row[2] != once.digest:
        raise Conflict(
            "something else was written under this id", where="once", remedy="make a new id for it"
        )
    return [Address.parse(text) for text in cast(str, row[3]).split()]


def remember(tx: Transaction, once: Once, addresses: Sequence[Address], now_us: int) -> None:
    """Note the addresses for whoever asks again."""
    given = " ".join(str(address) for address in addresses)
    tx.add(t.ONCE, [(once.by, once.id, once.digest, given, now_us)])


def forget(tx: Transaction, now_us: int) -> int:
    """Drop the ids that are older than :data:`KEPT_US`; how many those were."""
    old = tx.scan(t.ONCE, [Where("at", "<", now_us - KEPT_US)], columns=("by", "once"))
    return tx.delete(t.ONCE, list(old))
