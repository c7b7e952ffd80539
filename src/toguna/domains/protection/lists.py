"""The list of a notifier as one member holds it: its version, and the digest that proves it.

A list is made of the acts by which its notifier notified, renewed and ended. Version 17 is the
list after the first 17 acts that this member could read, in the order of the notifier's log;
its digest is the SHA-256 of their addresses, a line each. The notifier, who knows what it
released to whom, makes the same digest by itself, and so can tell that a member's check used
all that it had been given, without learning anything of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from toguna.core.domain import View
from toguna.core.folding import doc_of
from toguna.core.record import Address
from toguna.core.table import Where
from toguna.domains.protection import tables


class Version(NamedTuple):
    """A list by its number of acts and its digest; ``newest_us`` is when it last changed."""

    number: int
    digest: str
    newest_us: int


def digest(addresses: Sequence[str]) -> str:
    """The digest of a list made of the acts at these addresses, in their order."""
    return sha256("".join(f"{address}\n" for address in addresses).encode()).hexdigest()


def acts_of(view: View, notifier: str, reader: str) -> list[dict[str, Any]]:
    """The acts of a notifier that ``reader`` could read, in the order of its log."""
    found = [doc_of(row) for row in view.rows(tables.CHANGES, (Where("party", "=", notifier),))]
    given = [doc for doc in found if reader in doc["to"] or reader == notifier]
    return sorted(given, key=lambda doc: Address.parse(doc["address"]).index)


def version(view: View, notifier: str, reader: str) -> Version:
    """The list that ``reader`` should be using now."""
    return version_of(acts_of(view, notifier, reader))


def version_of(acts: Sequence[dict[str, Any]]) -> Version:
    """The version that these acts make."""
    newest = max((doc["at"] for doc in acts), default=0)
    return Version(len(acts), digest([doc["address"] for doc in acts]), newest)


def notifiers(view: View) -> list[str]:
    """Everybody but us who notified us of something."""
    rows = view.rows(tables.CHANGES)
    return sorted({str(row[tables.CHANGES.position("party")]) for row in rows} - {view.party})
