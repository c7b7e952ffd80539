"""What a node does, once, when it first holds a record of sharing: effects, never deeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from toguna.core.domain import Effect, Erase, Stored, View, Write
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.core.table import Where
from toguna.domains.sharing import bodies, tables
from toguna.domains.sharing.lookup import (
    ANSWERS,
    about_of,
    by_owner,
    cell,
    holders,
    is_recalled,
    noun_of,
    rows_of,
)

COMPLY: Final = "comply_with_recall"
"""Setting: ``yes``, or ``no: reason``, which is then written to the owner."""
READ_RECEIPTS: Final = "read_receipts"
"""Setting: ``yes``, or ``no``. Where the charter asks for none, none is written either way."""
OFFICE: Final = "duty"
"""The office in whose name a node answers by itself."""
RECALLED: Final = "recalled"


def react_recall(stored: Stored, view: View) -> Iterable[Effect]:
    """Erase what its owner recalls, with corrections and copies, and say so; or refuse aloud.

    A recall by another than the owner, or of what never came here, does nothing. The owner's
    node erases the released copy too: it is served to nobody any more (home keeps its own).
    A recall that was flashed ahead is looked at again when the rest has come: one answer is
    enough.
    """
    about = by_owner(stored)
    if about is None:
        return
    origin = str(about)
    held = view.record(about)
    copies = [cell(tables.COPIES, row, "address") for row in rows_of(view, tables.COPIES, origin)]
    if held is None and not copies:
        return
    ours = about.party == view.party
    setting = view.setting(COMPLY)
    if not ours and setting != "yes":
        if _answered(view, origin):
            return
        why = setting.partition(":")[2].strip() or "no reason given"
        yield _answer("refused", bodies.Refused(why=why), about)
        return
    if held is not None and not held.gone:
        yield Erase(about, RECALLED)
    for row in rows_of(view, tables.CORRECTIONS, origin):
        yield Erase(Address.parse(cell(tables.CORRECTIONS, row, "address")), RECALLED)
    yield from _recall_copies(stored, [Address.parse(text) for text in copies], view)
    if not ours and not _answered(view, origin):
        yield _answer("deleted", _deleted(about, view), about)


def _answered(view: View, origin: str) -> bool:
    """Whether our own answer to a recall of this record stands already."""
    receipts = tables.RECEIPTS
    ours = (Where("origin", "=", origin), Where("party", "=", view.party))
    rows = view.rows(receipts, ours)
    return any(cell(receipts, row, "state") in ("deleted", "refused") for row in rows)


def _recall_copies(stored: Stored, copies: list[Address], view: View) -> Iterable[Effect]:
    """Those that came to us are erased; those that we made are recalled from their readers.

    So a recall follows a record down every hand that it went through.
    """
    recall = view.body(stored)
    for address in copies:
        copy = view.record(address)
        if address.party != view.party or address.party == stored.address.party:
            yield Erase(address, RECALLED)
        elif copy is not None and not copy.gone and not is_recalled(view, str(address)):
            why = recall.why if isinstance(recall, bodies.Recall) else "recalled by its owner"
            readers = tuple(sorted(p for p in holders(view, copy) if view.active(p)))
            draft = Draft(
                "sharing.recall/1", bodies.Recall(why=why), Label(to=readers), str(address)
            )
            yield Write(draft, OFFICE)


def react_late(stored: Stored, view: View) -> Iterable[Effect]:
    """A correction or a copy of what its owner had recalled before does not stay."""
    about = about_of(stored)
    if about is None or not is_recalled(view, str(about)):
        return
    if about.party == view.party or view.setting(COMPLY) == "yes":
        yield Erase(stored.address, RECALLED)


def _deleted(about: Address, view: View) -> bodies.Deleted:
    receipts = tables.RECEIPTS
    ours = (Where("party", "=", view.party), Where("state", "=", "read"))
    reads = view.rows(receipts, (Where("origin", "=", str(about)), *ours))
    times = [at for row in reads if isinstance(at := row[receipts.position("at")], int)]
    return bodies.Deleted(
        deleted_at_us=view.now_us,
        first_read_us=min(times, default=None),
        read_by=tuple(sorted({cell(receipts, row, "office") for row in reads})),
    )


def on_read(stored: Stored, office: str, view: View) -> Iterable[Effect]:
    """What follows when an office of ours reads somebody else's record: a receipt, if asked."""
    receipt = read_receipt(stored, office, view)
    return () if receipt is None else (receipt,)


def read_receipt(stored: Stored, office: str, view: View) -> Write | None:
    """The receipt that an office read a record of somebody else, or None.

    None when neither charter nor configuration asks for it, or the office has read it before.
    """
    owner = stored.address.party
    wanted = view.read_receipts and view.setting(READ_RECEIPTS) == "yes"
    if not wanted or owner == view.party or stored.envelope is None:
        return None
    if noun_of(stored.envelope) in ANSWERS:
        return None
    receipts = tables.RECEIPTS
    ours = (Where("origin", "=", str(stored.address)), Where("party", "=", view.party))
    for row in view.rows(receipts, ours):
        if (cell(receipts, row, "state"), cell(receipts, row, "office")) == ("read", office):
            return None
    return _answer("read", bodies.Read(at_us=view.now_us, office=office), stored.address)


def _answer(noun: str, body: msgspec.Struct, about: Address) -> Write:
    """A receipt to the owner, and to nobody else."""
    return Write(Draft(f"sharing.{noun}/1", body, Label(to=(about.party,)), str(about)), OFFICE)
