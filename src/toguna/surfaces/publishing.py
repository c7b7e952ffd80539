"""The charter book as commands see it: read it from the node, and publish acts to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from toguna.core import acts
from toguna.core.book import Book
from toguna.core.standing import Standing
from toguna.errors import Refused
from toguna.surfaces.client import Client


def known_book(client: Client) -> Book:
    """Everything that the node knows of the charter, verified again here."""
    said = client.get("/api/charter/documents")
    return Book("", [document.encode() for document in said["documents"]])


def standing_of(client: Client) -> Standing:
    """The charter as it stands; Refused while none is in force."""
    standing = known_book(client).standing(client.now())
    if not standing.in_force:
        raise Refused(
            "no charter is in force here", remedy="sign one with the others, then adopt it"
        )
    return standing


def publish(client: Client, documents: Sequence[bytes]) -> int:
    """Hand charter documents to the node, which gossips them; how many were new."""
    value = {"documents": [document.decode() for document in documents]}
    said: dict[str, Any] = client.post("/api/charter/documents", value)
    return int(said.get("new", 0))


def signed_act(act: acts.Act, party: str, seed: bytes) -> bytes:
    """An act of one party, signed with one of its keys."""
    return acts.sign_act(acts.encode_act(act), party, seed)


def as_value(struct: Any) -> Any:
    """A struct as plain JSON values."""
    return msgspec.to_builtins(struct)
