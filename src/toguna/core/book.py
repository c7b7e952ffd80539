"""The book: a grow-only set of signed charter acts, the same at every node in the end.

Peers show one another the digest of their books at every contact, and hand over documents
where it differs, by wire or as files. Adding is commutative, associative and idempotent:
order and repetition make no difference to the :class:`Standing`. The book does not rest on
any party's spine, so a stolen log key can be revoked in it.

What :meth:`Book.add` refuses is named and leaves no trace: a document without a signature,
with a doubled, foreign or false one; a version that does not follow the one it names (a
replay); a party's keys or threshold changed without that party; unknown fields; a date in the
future; another alliance's charter. Documents that speak of a charter, or are signed with a
key, not seen yet are kept aside until it comes.

Not here: storage, the network, and whether enough have signed (:mod:`toguna.core.tally`).
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from toguna.core import acts
from toguna.core.acts import Act, Parsed, Receipt, Restoration, Revocation, Vote, Withdrawal
from toguna.core.amendment import check_successor
from toguna.core.charter import Charter, PartyEntry, online_keys
from toguna.core.signed import Signature, decode_key, key_id
from toguna.core.standing import Standing
from toguna.core.tally import Signed
from toguna.core.time import DAY_US, HOUR_US, add_months, format_time
from toguna.errors import BadInput, Refused, TogunaError, Unverified

__all__ = ["Book", "Standing"]

MAX_DOCUMENTS: Final = 20_000
MAX_ASIDE: Final = 256
MAX_AHEAD_US: Final = DAY_US
"""How far a document's date may be ahead of our clock: a day, since clocks differ."""

_ORDER: Final = ("charter", "revocation", "withdrawal", "vote", "handover", "receipt")


class _Entry(NamedTuple):
    """An act and its verified signatures, by party and public key."""

    parsed: Parsed
    signed: dict[tuple[str, bytes], Signature]


class _Waits(Exception):
    """What this document rests on has not come yet."""


class Book:
    """The set. ``founding`` is the hash of the version 1 that this node adopted, if it has.

    Before that a book takes any founding document, so that one can be discussed.
    """

    def __init__(self, founding: str = "", documents: Iterable[bytes] = ()) -> None:
        self.founding = founding
        self._entries: dict[str, _Entry] = {}
        self._aside: dict[str, bytes] = {}
        self._folded: Standing | None = None
        self._encoded: dict[str, bytes] = {}
        self._digest: bytes | None = None
        for document in documents:
            self._add(document)
        self._try_again()

    def copy(self) -> Book:
        """A book with the same documents; what is added to one is not in the other."""
        book = Book(self.founding)
        book._entries, book._aside = dict(self._entries), dict(self._aside)
        book._encoded = dict(self._encoded)
        return book

    def pinned(self, founding: str) -> Book:
        """A book of the alliance founded by this version 1, with all that belongs to it."""
        book = Book(founding)
        for document in self.documents():
            try:
                book._add(document)
            except TogunaError:
                continue  # another founding, or what was built on one
        book._aside = dict(self._aside)
        book._try_again()
        return book

    def add(self, document: bytes, now_us: int) -> bool:
        """Take a document; whether it brought anything new (an act, or a signature).

        BadInput or Unverified name what is wrong with it, and the book is as before.
        """
        ahead = acts.parse_document(document).act.at - now_us
        if ahead > MAX_AHEAD_US:
            raise BadInput(
                f"dated {ahead // HOUR_US} hours ahead of our clock ({format_time(now_us)})",
                where="charter document",
                remedy="check both clocks, then send it again",
            )
        new = self._add(document)
        if new:
            self._try_again()
        return new

    def add_all(self, documents: Iterable[bytes], now_us: int) -> tuple[int, list[str]]:
        """Take what is good: how many brought something new, and what was wrong with others."""
        new, wrong = 0, []
        for document in documents:
            try:
                new += self.add(document, now_us)
            except TogunaError as error:
                wrong.append(str(error))
        return new, wrong

    def _add(self, document: bytes) -> bool:
        parsed = acts.parse_document(document)
        try:
            signed = self._verified(parsed)
        except _Waits:
            return self._put_aside(document)
        there = self._entries.get(parsed.hash)
        if there is None and len(self._entries) >= MAX_DOCUMENTS:
            raise Refused(f"the book holds {MAX_DOCUMENTS:,} documents, and takes no more")
        merged = dict(there.signed) if there else {}
        for key, signature in signed.items():
            # One key can sign the same bytes in several ways; every node keeps the same one.
            merged[key] = min(signature, merged.get(key, signature))
        if there is not None and merged == there.signed:
            return False
        self._entries[parsed.hash] = _Entry(parsed, merged)
        self._encoded.pop(parsed.hash, None)
        self._folded = self._digest = None
        return True

    def _put_aside(self, document: bytes) -> bool:
        name = sha256(document).hexdigest()
        if name in self._aside:
            return False
        if len(self._aside) >= MAX_ASIDE:
            self._aside.pop(next(iter(self._aside)))
        self._aside[name] = document
        return True

    def _try_again(self) -> None:
        """Documents kept aside get another chance for as long as one of them fits in."""
        grew = True
        while grew and self._aside:
            waiting, self._aside = list(self._aside.values()), {}
            grew = False
            for document in waiting:
                try:
                    before = len(self._aside)
                    self._add(document)
                    grew = grew or len(self._aside) == before
                except TogunaError:
                    continue  # it proved false now that what it rests on is here

    # Signatures ------------------------------------------------------------------------

    def _verified(self, parsed: Parsed) -> dict[tuple[str, bytes], Signature]:
        act, where = parsed.act, acts.describe(parsed.act)
        if isinstance(act, Charter):
            prev = self._before(act, parsed.hash)
        else:
            self._check_context(act, where)
        found = {}
        for signature in parsed.signatures:
            if isinstance(act, Charter):
                keys = _roots(act.party(signature.party))
                keys |= _roots(prev.party(signature.party) if prev else None)
            else:
                keys = self._keys_for(act, signature)
            acts.verify_signature(parsed.raw, signature, keys, where)
            found[signature.party, keys[signature.key]] = signature
        if isinstance(act, Charter) and prev is not None:
            check_successor(act, prev, frozenset(found))
        return found

    def _before(self, act: Charter, hash_: str) -> Charter | None:
        if act.version == 1:
            if self.founding and hash_ != self.founding:
                raise Unverified("the founding of another alliance", where="charter version 1")
            return None
        return self._charter(act.prev)

    def _charter(self, hash_: str) -> Charter:
        entry = self._entries.get(hash_)
        if entry is None:
            raise _Waits
        if not isinstance(entry.parsed.act, Charter):
            raise Unverified(f"{hash_[:16]} is not a charter", where="charter document")
        return entry.parsed.act

    def _check_context(self, act: Act, where: str) -> None:
        """What an act says of its charter must be so."""
        assert not isinstance(act, Charter)
        charter = self._charter(act.charter)
        if isinstance(act, Withdrawal):
            due = add_months(act.at, charter.rules.withdrawal_months)
            if act.effective != due:
                raise Unverified(
                    f"takes effect on {format_time(act.effective)}, the charter's notice ends on "
                    f"{format_time(due)}",
                    where=where,
                )
        used = {key for p in charter.parties for key in p.keys.spelled()}
        if isinstance(act, Revocation) and act.replacement in used:
            raise BadInput("the replacement is a key in use already", where=where)

    def _keys_for(self, act: Act, signature: Signature) -> dict[str, bytes]:
        """The keys by which ``signature`` may sign this act; _Waits while it may still come."""
        assert not isinstance(act, Charter)
        party, charter = acts.author(act), self._charter(act.charter)
        entry = charter.party(signature.party) if signature.party == party else None
        if isinstance(act, Vote):
            keys = _roots(entry)
            if charter.prev and signature.party == party:
                keys |= _roots(self._charter(charter.prev).party(signature.party))
            return keys
        if entry is None:
            return {}
        if isinstance(act, Withdrawal | Revocation):
            return _roots(entry)
        role = "log" if isinstance(act, Restoration) else "desk"
        keys = {key_id(raw): raw for r, raw in online_keys(entry.keys) if r == role}
        keys |= _roots(entry) if isinstance(act, Receipt) else {}
        keys |= self._replacements(entry.party, role)
        if signature.key not in keys:
            raise _Waits  # the revocation that names this key as a replacement may follow
        return keys

    def _replacements(self, party: str, role: str) -> dict[str, bytes]:
        found = (e.parsed.act for e in self._entries.values())
        named = (
            decode_key(a.replacement)
            for a in found
            if isinstance(a, Revocation) and (a.party, a.role) == (party, role) and a.replacement
        )
        return {key_id(raw): raw for raw in named}

    # What is in it ---------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def aside(self) -> int:
        """How many documents wait for what they rest on. They are not passed on."""
        return len(self._aside)

    def document(self, hash_: str) -> bytes | None:
        """The document of an act, with all signatures gathered so far."""
        entry = self._entries.get(hash_)
        if entry is None:
            return None
        if hash_ not in self._encoded:
            self._encoded[hash_] = acts.encode_document(entry.parsed.raw, entry.signed.values())
        return self._encoded[hash_]

    def documents(self) -> list[bytes]:
        """All documents, in an order in which another book can take each at once."""

        def rank(hash_: str) -> tuple[int, int, int, str]:
            act = self._entries[hash_].parsed.act
            kind = type(act).__name__.lower()
            place = _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
            return place, act.version if isinstance(act, Charter) else 0, act.at, hash_

        return [self.document(h) or b"" for h in sorted(self._entries, key=rank)]

    def documents_of(self, party: str) -> list[bytes]:
        """The documents that this party signed, alone or among others, in the same order."""
        signed = {
            self.document(h) for h, e in self._entries.items() if party in {p for p, _ in e.signed}
        }
        return [document for document in self.documents() if document in signed]

    def digest(self) -> bytes:
        """SHA-256 over the sorted hashes of the documents: equal books, equal digests."""
        if self._digest is None:
            hashes = sorted(sha256(document).digest() for document in self.documents())
            self._digest = sha256(b"toguna/book/v1\n" + b"".join(hashes)).digest()
        return self._digest

    def standing(self, now_us: int) -> Standing:
        """What the acts amount to at ``now_us``."""
        if self._folded is None:
            signed = {
                h: Signed(h, e.parsed.act, frozenset(e.signed)) for h, e in self._entries.items()
            }
            self._folded = Standing(signed, now_us, self.founding)
        return self._folded.at(now_us)

    # charter.json ----------------------------------------------------------------------

    def charter_file(self, hash_: str) -> bytes:
        """charter.json for one version: its document, its votes, and all it stands on."""
        document, entry = self.document(hash_), self._entries.get(hash_)
        if document is None or entry is None or not isinstance(entry.parsed.act, Charter):
            raise BadInput(f"there is no charter {hash_[:16]} in the book")
        before: list[bytes] = []
        prev = entry.parsed.act.prev
        while prev:
            before.insert(0, self.document(prev) or b"")
            prev = self._charter(prev).prev
        votes = [
            self.document(h) or b""
            for h, e in sorted(self._entries.items())
            if isinstance(e.parsed.act, Vote) and e.parsed.act.charter == hash_
        ]
        return acts.write_charter_file(document, votes, before)

    def add_file(self, data: bytes, now_us: int) -> str:
        """Take charter.json whole or not at all; the hash of the version that it is about.

        The first document that is wrong is raised as its error.
        """
        file = acts.read_charter_file(data)
        trial = Book(self.founding, self.documents())
        for document in file.documents():
            trial.add(document, now_us)
        hash_ = acts.parse_document(file.document).hash
        if hash_ not in trial._entries:
            raise Unverified("the version that this one stands on is not in the file")
        for document in file.documents():
            self.add(document, now_us)
        return hash_


def _roots(entry: PartyEntry | None) -> dict[str, bytes]:
    return entry.keys.roots() if entry is not None else {}
