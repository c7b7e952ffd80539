"""What a node holds: records by address, audiences, runs, and the logs they stand in.

The ledger knows rows and transactions, not rules: whether a record counts is decided in
``admission.py``, what it means by the projector, who may see it by ``access.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, cast

from toguna.core import labels, record
from toguna.core.domain import Stored
from toguna.core.frame import Arrived
from toguna.core.log import commitment
from toguna.core.record import Address, Envelope
from toguna.core.table import Reader, Row, Transaction, Where
from toguna.node import tables as t


class Held(NamedTuple):
    """One record's row, unpacked as far as everybody needs it."""

    id: int
    stored: Stored
    audience: int
    refused: str


class Ledger:
    """Names and numbers of logs and audiences (cached), and records by address.

    The maps are never changed in place: readers in other threads go on with the ones that
    they have, while the writer puts new ones in their stead.
    """

    def __init__(self, party: str) -> None:
        self.party = party
        self.log_numbers: dict[str, int] = {}
        self.log_names: dict[int, str] = {}
        self._audiences: dict[tuple[str, tuple[str, ...]], int] = {}
        self._audience_of: dict[int, tuple[str, tuple[str, ...]]] = {}

    def load(self, tx: Reader) -> None:
        """Take up the numbers given so far."""
        for no, name in tx.scan(t.LOG):
            self._name_log(cast(int, no), cast(str, name))
        for no, owner, readers in tx.scan(t.AUDIENCE):
            self._name_audience(
                cast(int, no),
                cast(str, owner),
                tuple(cast(str, readers).split(",")) if readers else (),
            )

    def _name_log(self, no: int, name: str) -> None:
        self.log_numbers = {**self.log_numbers, name: no}
        self.log_names = {**self.log_names, no: name}

    def _name_audience(self, no: int, owner: str, readers: tuple[str, ...]) -> None:
        self._audiences = {**self._audiences, (owner, readers): no}
        self._audience_of = {**self._audience_of, no: (owner, readers)}

    def log_no(self, tx: Transaction, name: str) -> int:
        """The number of a log, given when it is first met."""
        no = self.log_numbers.get(name)
        if no is None:
            no = max(self.log_names, default=0) + 1
            tx.add(t.LOG, [(no, name)])
            self._name_log(no, name)
        return no

    def audience(self, tx: Transaction, owner: str, readers: Iterable[str]) -> int:
        """The number of a releasable-to set, given when it is first used."""
        who = tuple(sorted(readers))
        no = self._audiences.get((owner, who))
        if no is None:
            no = max(self._audience_of, default=0) + 1
            tx.add(t.AUDIENCE, [(no, owner, ",".join(who))])
            self._name_audience(no, owner, who)
        return no

    def forget_unsaved(self, tx: Reader) -> None:
        """After a rolled back transaction: drop numbers that were never stored."""
        stored = Ledger(self.party)
        stored.load(tx)
        self.log_numbers, self.log_names = stored.log_numbers, stored.log_names
        self._audiences, self._audience_of = stored._audiences, stored._audience_of

    def audiences_of(self, party: str, *, active: bool = True) -> list[int]:
        """The audiences whose records this party may see: its own and, while it is ``active``
        (in good standing by the charter), those that name it.
        """
        return [
            no
            for (owner, who), no in self._audiences.items()
            if party == owner or (active and party in who)
        ]

    def readers(self, audience: int) -> tuple[str, tuple[str, ...]]:
        """Owner and readers of an audience."""
        return self._audience_of[audience]

    # Records ---------------------------------------------------------------------------

    def id_of(self, address: Address) -> int | None:
        """The packed key of an address; None when its log was never met here."""
        no = self.log_numbers.get(address.log_name)
        return None if no is None else t.pack(no, address.index)

    def address_of(self, key: int) -> Address:
        """The address behind a packed key."""
        no, index = t.unpack(key)
        return t.address_of(self.log_names[no], index)

    def find(self, tx: Reader, address: Address) -> Held | None:
        """The record at this address, or what is left of it; None when it never came here."""
        key = self.id_of(address)
        row = None if key is None else tx.get(t.RECORD, (key,))
        return None if row is None else self.held(row)

    def held(self, row: Row) -> Held:
        """Unpack a row of RECORD."""
        key, _kind, _about, _at, audience, received, gone, refused, raw, *_ = row
        envelope: Envelope | None = None
        if raw and not refused:
            envelope = record.decode_trusted(cast(bytes, raw))
        stored = Stored(
            self.address_of(cast(int, key)),
            cast(bytes, raw),
            envelope,
            self.readers(cast(int, audience))[1],
            cast(int, received),
            cast("str | None", gone) or "",
        )
        return Held(cast(int, key), stored, cast(int, audience), cast("str | None", refused) or "")

    def rows_between(self, tx: Reader, log_no: int, start: int, end: int) -> Iterator[Row]:
        """Rows of RECORD for entries [start, end) of a log, in order."""
        return tx.scan(
            t.RECORD,
            [Where("id", ">=", t.pack(log_no, start)), Where("id", "<", t.pack(log_no, end))],
        )

    def runs_between(self, tx: Reader, log_no: int, start: int, end: int) -> list[Row]:
        """Rows of RUN that begin in [start, end), in order."""
        return list(
            tx.scan(
                t.RUN,
                [Where("log", "=", log_no), Where("start", ">=", start), Where("start", "<", end)],
            )
        )

    def row_for(
        self, key: int, envelope: Envelope, audience: int, received_us: int, raw: bytes, salt: bytes
    ) -> Row:
        """A row of RECORD for a record that counts."""
        about = None
        if envelope.about:
            about = self.id_of(Address.parse(envelope.about))
        return (
            key, envelope.kind, about, envelope.at, audience, received_us, None, None,
            raw, salt, b"",
        )  # fmt: skip

    def row_without_meaning(
        self, key: int, arrived: Arrived, audience: int, received_us: int, refused: str | None
    ) -> Row:
        """A row for an entry that is gone already, or that counts for nothing."""
        gone = arrived.why or None
        return (
            key, "", None, 0, audience, received_us, gone, refused, arrived.raw, arrived.salt,
            arrived.commitment,
        )  # fmt: skip

    def erase(self, tx: Transaction, key: int, why: str) -> bytes | None:
        """Erase body and salt, keep the commitment. The bytes that were there, or None."""
        row = tx.get(t.RECORD, (key,))
        if row is None or row[6] is not None:
            return None
        from_raw, salt = cast(bytes, row[8]), cast(bytes, row[9])
        kept = cast(bytes, row[10]) or commitment(salt, from_raw)
        tx.put(t.RECORD, [(*row[:6], why, row[7], b"", b"", kept)])
        tx.delete(t.EXPIRY, [(key,)])
        tx.delete(t.FLASH, [(key,)])
        return from_raw

    def ended(self, tx: Reader, now_us: int) -> frozenset[int]:
        """What its label says is over and the sweep has not erased yet: nobody is shown it."""
        rows = tx.scan(t.EXPIRY, [Where("at", "<=", now_us)], columns=("id",))
        return frozenset(cast(int, key) for (key,) in rows)

    def expiries(
        self, keyed: Sequence[tuple[int, labels.Label]], received_us: int | None
    ) -> list[Row]:
        """Rows of EXPIRY for labels that end; ``received_us`` is None for our own records."""
        return [
            (key, at)
            for key, label in keyed
            if (at := labels.expires_at(label, received_us)) is not None
        ]
