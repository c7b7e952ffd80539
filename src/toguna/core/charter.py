"""The charter: who is a party, with which keys, and by which rules acts become binding.

After TUF's root (The Update Framework s5.3.4): each version is signed by the thresholds of
the version before it and by its own. Here are the documents and what must hold inside one of
them; how signatures are counted is in :mod:`toguna.core.tally`, what the accepted versions
and later acts amount to in :mod:`toguna.core.standing`.

Fields stand in the order of the alphabet, which is that of their canonical bytes; all are
required and unknown ones refused, so one charter has one sequence of bytes. Times are
microseconds since the epoch. Public keys are 32 bytes in base64, hashes 64 hex digits.

Not here: private keys, storage, votes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final, Literal, TypeVar

import msgspec

from toguna.core import canonical, quorum
from toguna.core import signed as signatures
from toguna.core.signed import Signature, decode_key, key_id
from toguna.core.time import check_time
from toguna.errors import BadInput, Unverified

Role = Literal["member", "partner", "neighbour", "humanitarian", "auditor"]
"""What a party is. Only members vote; the others reach less far."""

KeyRole = Literal["desk", "log", "witness"]
"""The online keys, each with one use: authors' acts, the spine's heads, cosignatures."""

SLOTS: Final = 64
MAX_CARD_BYTES: Final = 16_384
MAX_CHARTER_BYTES: Final = 262_144
_CARD: Final = b"toguna/card/v1\n"
_PARTY: Final = re.compile(r"[a-z][a-z0-9-]{0,15}")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_WORD: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_BOX: Final = re.compile(r"age1[02-9ac-hj-np-z]{58}")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all parts of signed documents share: immutable, no unknown fields."""


class PartyKeys(_Part, frozen=True):
    """A party's public keys. ``threshold`` of the ``root`` keys (k of m) speak for the party.

    ``box`` is an age X25519 recipient for what is sent sealed. One key has one use.
    """

    box: str
    desk: str
    log: str
    root: tuple[str, ...]
    threshold: int
    witness: str

    def roots(self) -> dict[str, bytes]:
        """The root keys by their ids."""
        return {key_id(raw): raw for raw in map(decode_key, self.root)}

    def spelled(self) -> tuple[str, ...]:
        """Every key as text; none may appear twice in a charter."""
        return (self.box, self.desk, self.log, self.witness, *self.root)


class Card(_Part, frozen=True):
    """What a party hands to the others before there is a charter."""

    addresses: tuple[str, ...]
    keys: PartyKeys
    name: str
    party: str
    v: int


class SignedCard(_Part, frozen=True):
    """A card as it is carried: its exact bytes, and signatures by its own root keys."""

    card: msgspec.Raw
    signatures: tuple[Signature, ...]


class PartyEntry(_Part, frozen=True):
    """A party in a charter.

    ``slot`` is its place in every seal's tree of heads; ``since_us`` the moment of its
    admission, so that who left and was admitted again is not held to the old withdrawal.
    """

    addresses: tuple[str, ...]
    keys: PartyKeys
    name: str
    party: str
    role: Role
    since_us: int
    slot: int


class Rules(_Part, frozen=True):
    """Treaty rules as data. Quorums are words of :mod:`toguna.core.quorum` among members.

    ``signs`` says for an act ("release", "decide" ...) which offices may sign it; an act
    that is not named may be signed by any. ``assistance_hours`` is the clock of a call for
    help, ``recall_hours`` that of a recall, before silence is shown as "no answer".
    """

    accession: str
    amendment: str
    assistance_hours: int
    exclusion: str
    read_receipts: bool
    recall_hours: int
    signs: dict[str, tuple[str, ...]]
    withdrawal_months: int


class OfficeTerm(_Part, frozen=True):
    """``party`` holds ``office`` from ``from_us`` until (not including) ``until_us``."""

    from_us: int
    office: str
    party: str
    until_us: int | None


class Charter(_Part, frozen=True, tag_field="type", tag="charter"):
    """One version of the charter. ``prev`` is the hash of the version before it, or ""."""

    at: int
    name: str
    offices: tuple[OfficeTerm, ...]
    parties: tuple[PartyEntry, ...]
    prev: str
    profile: str
    rules: Rules
    v: int
    version: int

    def party(self, party: str) -> PartyEntry | None:
        """The entry of ``party``, or None when this version does not name it."""
        return next((p for p in self.parties if p.party == party), None)

    def members(self) -> tuple[str, ...]:
        """Who votes: the parties whose role is member."""
        return tuple(p.party for p in self.parties if p.role == "member")


def charter_hash(charter: Charter) -> str:
    """The hash that names this version: SHA-256 of its canonical bytes, in hex."""
    return sha256(canonical.encode(charter)).hexdigest()


def alliance_id(name: str, founding_hash: str) -> str:
    """``name-1a2b3c4d``: the charter's name and version 1, the same for all later versions."""
    return f"{name}-{founding_hash[:8]}"


_T = TypeVar("_T")


def decode_as(data: bytes, kind: type[_T], max_bytes: int, what: str) -> _T:
    """Canonical bytes as one of our types; BadInput names the field that is wrong."""
    canonical.check(data, max_bytes)
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise BadInput(f"not {what}: {error}") from None


# Cards ---------------------------------------------------------------------------------


def sign_card(card: Card, seeds: Sequence[bytes]) -> bytes:
    """The card with its own root keys' signatures, as the bytes of a file.

    BadInput when the card is not in order or ``seeds`` are not enough of its root keys.
    """
    raw = canonical.encode(card)
    signed = tuple(sorted(signatures.sign(_CARD, raw, card.party, seed) for seed in seeds))
    data = canonical.encode(SignedCard(card=msgspec.Raw(raw), signatures=signed))
    open_card(data)
    return data


def open_card(data: bytes) -> Card:
    """Read a card. Unverified unless the threshold of its own root keys signed these bytes.

    A card proves only that one hand made it: compare its key ids with the party by another
    way (telephone, paper) before founding anything on it.
    """
    signed = decode_as(data, SignedCard, MAX_CARD_BYTES, "a card")
    raw = bytes(signed.card)
    card = decode_as(raw, Card, MAX_CARD_BYTES, "a card")
    if card.v != 1:
        raise BadInput(f"card version {card.v} is not known here", remedy="update toguna")
    where = f"card of {card.party[:16]}"
    _check_holder(card, where)
    _refuse_shared_keys([card])
    signatures.refuse_doubled(signed.signatures, where)
    for s in signed.signatures:
        keys = card.keys.roots() if s.party == card.party else {}
        signatures.verify(_CARD, raw, s, keys, where)
    if len(signed.signatures) < card.keys.threshold:
        raise Unverified(
            f"{len(signed.signatures)} of {card.keys.threshold} root signatures", where=where
        )
    return card


# What must hold inside one charter -----------------------------------------------------


def check_text(text: str, most: int, where: str) -> None:
    """BadInput when a text for people is empty, too long or holds control characters."""
    if not 0 < len(text) <= most or any(ord(c) < 32 and c != "\n" for c in text):
        raise BadInput(f"needs 1 to {most} characters of plain text", where=where)


def check_hash(text: str, where: str) -> None:
    """BadInput unless ``text`` is a SHA-256 in 64 lower-case hex digits."""
    if not _HASH.fullmatch(text):
        raise BadInput(f"{text[:24]!r} is not a SHA-256 in hex", where=where)


def check_party(party: str, where: str) -> None:
    """BadInput unless ``party`` is a party id: a letter, then letters, digits or ``-``."""
    if not _PARTY.fullmatch(party):
        raise BadInput(
            f"{party[:24]!r} is not a party id", remedy="like ml: a-z, 0-9, -", where=where
        )


def check_office(office: str, where: str) -> None:
    """BadInput unless ``office`` is one word in small letters."""
    if not _WORD.fullmatch(office):
        raise BadInput(f"{office[:24]!r} is not an office", where=where)


def _check_holder(holder: Card | PartyEntry, where: str) -> None:
    check_party(holder.party, where)
    check_text(holder.name, 80, f"{where}: name")
    if len(holder.addresses) > 8:
        raise BadInput("more than 8 addresses", where=where)
    for address in holder.addresses:
        check_text(address, 200, f"{where}: address")
    keys = holder.keys
    for public in (keys.desk, keys.log, keys.witness, *keys.root):
        decode_key(public, where)
    if not _BOX.fullmatch(keys.box):
        raise BadInput("the box key is not an age recipient (age1...)", where=where)
    if not 1 <= keys.threshold <= len(keys.root) <= 16:
        raise BadInput(
            f"a threshold of {keys.threshold} among {len(keys.root)} root keys", where=where
        )


def _refuse_shared_keys(holders: Iterable[Card | PartyEntry]) -> None:
    """One key, one party, one use: a shared key would let one act pass for another."""
    owners: dict[str, str] = {}
    for holder in holders:
        for public in holder.keys.spelled():
            if public in owners:
                raise BadInput(
                    f"one key serves twice: {owners[public]} and {holder.party}", where="keys"
                )
            owners[public] = holder.party


def _doubled(values: Iterable[_T]) -> _T | None:
    seen: set[_T] = set()
    return next((v for v in values if v in seen or seen.add(v)), None)  # type: ignore[func-returns-value]


def validate(charter: Charter) -> None:
    """BadInput naming what does not hold inside this version, by itself."""
    where = f"charter version {charter.version}"
    if charter.v != 1:
        raise BadInput(f"charter format {charter.v} is not known here", remedy="update toguna")
    if not _NAME.fullmatch(charter.name) or not _NAME.fullmatch(charter.profile):
        raise BadInput("name and profile are words of a-z, 0-9 and -", where=where)
    check_time(charter.at, where)
    if not 1 <= charter.version <= 1_000_000:
        raise BadInput("versions count from 1", where=where)
    if charter.version == 1:
        if charter.prev:
            raise BadInput("the first version has nothing before it", where=where)
    else:
        check_hash(charter.prev, f"{where}: prev")
    _check_parties(charter, where)
    _check_rules(charter, where)
    _check_offices(charter, where)


def _check_parties(charter: Charter, where: str) -> None:
    ids = [p.party for p in charter.parties]
    twice = _doubled(ids)
    if twice is not None:
        raise BadInput(f"the party {twice} stands twice", where=where)
    if ids != sorted(ids) or len(ids) > SLOTS:
        raise BadInput(f"at most {SLOTS} parties, in order of their ids", where=where)
    if not charter.members():
        raise BadInput("there is no member", where=where)
    for entry in charter.parties:
        _check_holder(entry, f"{where}: {entry.party[:16]}")
        check_time(entry.since_us, f"{where}: {entry.party}: since_us")
        if not 0 <= entry.slot < SLOTS:
            raise BadInput(f"slots are 0 to {SLOTS - 1}", where=f"{where}: {entry.party}")
    slot = _doubled(p.slot for p in charter.parties)
    if slot is not None:
        raise BadInput(f"two parties have slot {slot}", where=where)
    _refuse_shared_keys(charter.parties)


def _check_rules(charter: Charter, where: str) -> None:
    rules, voters = charter.rules, len(charter.members())
    for name in ("accession", "amendment", "exclusion"):
        quorum.check(getattr(rules, name), voters, f"{where}: rules: {name}")
    if not 0 <= rules.withdrawal_months <= 120:
        raise BadInput("a notice of 0 to 120 months", where=f"{where}: rules")
    if not (1 <= rules.recall_hours <= 8784 and 1 <= rules.assistance_hours <= 8784):
        raise BadInput("clocks run for 1 hour to a year", where=f"{where}: rules")
    for act, offices in rules.signs.items():
        for word in (act, *offices):
            check_office(word, f"{where}: rules: signs")


def _check_offices(charter: Charter, where: str) -> None:
    last: OfficeTerm | None = None
    for term in charter.offices:
        here = f"{where}: office {term.office[:24]}"
        check_office(term.office, here)
        check_time(term.from_us, here)
        if term.until_us is not None and check_time(term.until_us, here) <= term.from_us:
            raise BadInput("a term ends after it begins", where=here)
        if charter.party(term.party) is None:
            raise BadInput(f"{term.party[:16]!r} is not a party", where=here)
        if last is not None and (last.office, last.from_us) >= (term.office, term.from_us):
            raise BadInput("terms stand in order of office and beginning", where=here)
        held = last is not None and last.office == term.office
        if last is not None and held and (last.until_us is None or last.until_us > term.from_us):
            raise BadInput(f"held by {last.party} and {term.party} at once", where=here)
        last = term


def read_charter(data: bytes) -> Charter:
    """A charter version from its exact bytes, checked by :func:`validate`."""
    charter = decode_as(data, Charter, MAX_CHARTER_BYTES, "a charter")
    validate(charter)
    return charter


def online_keys(keys: PartyKeys) -> Iterator[tuple[KeyRole, bytes]]:
    """The keys that a node uses by itself, with their roles."""
    yield "desk", decode_key(keys.desk)
    yield "log", decode_key(keys.log)
    yield "witness", decode_key(keys.witness)
