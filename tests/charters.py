"""Parties with keys that are the same in every run, and the documents that they sign."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from toguna.core import acts, drafting, ed25519, signed
from toguna.core.book import Book
from toguna.core.charter import Card, Charter, PartyKeys, charter_hash
from toguna.core.time import parse_time

T0 = parse_time("2026-01-31T10:00:00Z")
HOUR = 3_600_000_000
DAY = 24 * HOUR
_BECH32 = "023456789acdefghjklmnpqrstuvwxyz"


def seed(party: str, use: str, generation: int = 0) -> bytes:
    return sha256(f"test key {party} {use} {generation}".encode()).digest()


def public(party: str, use: str, generation: int = 0) -> str:
    return signed.encode_key(ed25519.public_key(seed(party, use, generation)))


def key_id(party: str, use: str, generation: int = 0) -> str:
    return signed.key_id(ed25519.public_key(seed(party, use, generation)))


def keys(party: str, roots: int = 1, threshold: int = 1, generation: int = 0) -> PartyKeys:
    digest = sha256(seed(party, "box", generation)).digest() * 2
    return PartyKeys(
        box="age1" + "".join(_BECH32[b % 32] for b in digest[:58]),
        desk=public(party, "desk", generation),
        log=public(party, "log", generation),
        root=tuple(public(party, f"root{i}", generation) for i in range(roots)),
        threshold=threshold,
        witness=public(party, "witness", generation),
    )


def card(party: str, roots: int = 1, threshold: int = 1, generation: int = 0) -> Card:
    return Card(
        addresses=(f"http://{party}.test:8100",),
        keys=keys(party, roots, threshold, generation),
        name=party.upper(),
        party=party,
        v=1,
    )


def roots(party: str, count: int = 1, generation: int = 0) -> list[bytes]:
    return [seed(party, f"root{i}", generation) for i in range(count)]


def founding(*parties: str, profile: str = "aes", **more) -> Charter:
    cards = more.pop("cards", None) or [card(p) for p in parties or ("ml", "bf", "ne")]
    return drafting.found(cards, profile, "sahel", T0, **more)


def sign(act: acts.Act, *parties: str, use: str = "root0") -> bytes:
    raw = acts.encode_act(act)
    document = acts.sign_act(raw, parties[0], seed(parties[0], use))
    for party in parties[1:]:
        document = acts.cosign_act(document, party, seed(party, use))
    return document


def vote(charter: Charter, party: str, word: str = "no", why: str = "too early", at=T0) -> bytes:
    act = acts.Vote(at=at, charter=charter_hash(charter), party=party, vote=word, why=why)
    return sign(act, party)


def book_of(*documents: bytes, now=T0) -> Book:
    book = Book()
    for document in documents:
        book.add(document, now)
    return book


class Alliance(NamedTuple):
    """A founded alliance: version 1, its hash, and a book that holds it."""

    charter: Charter
    hash: str
    book: Book


def alliance(*parties: str, profile: str = "aes", **more) -> Alliance:
    charter = founding(*parties, profile=profile, **more)
    return Alliance(
        charter, charter_hash(charter), book_of(sign(charter, *(p.party for p in charter.parties)))
    )
