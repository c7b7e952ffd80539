"""Finding what a draft is about, and checks that several rules share."""

from __future__ import annotations

from typing import Any

from toguna.core.domain import View
from toguna.core.folding import docs
from toguna.core.record import Draft
from toguna.core.table import Table
from toguna.errors import BadInput, Unknown


def about(draft: Draft, view: View, table: Table, what: str) -> dict[str, Any]:
    """What a draft is about; BadInput when it names nothing, Unknown when that is not here."""
    if draft.about is None:
        raise BadInput(f"it names no {what}", remedy="say which: about ml/spine/17", where="about")
    return one(view, table, draft.about, what, "about")


def one(view: View, table: Table, address: str, what: str, where: str) -> dict[str, Any]:
    """The document at an address of a list; Unknown when it is not here."""
    found = docs(view, table, address=address)
    if not found:
        raise Unknown(f"there is no {what} {address[:80]}", where=where)
    return found[0]


def reaches(parties: set[str], draft: Draft, view: View, why: str) -> None:
    """BadInput when somebody who must read this would not. Drafts that stay at home may wait."""
    if not draft.label.to:
        return
    missed = sorted(p for p in parties - {view.party, *draft.label.to} if view.active(p))
    if missed:
        raise BadInput(
            f"{', '.join(missed)} {why}",
            remedy=f"release it to {', '.join(missed)} as well",
            where="label.to",
        )


def window(from_us: int | None, until_us: int | None, view: View) -> None:
    """A window that ends after it begins, and is not over."""
    if from_us is not None and until_us is not None and until_us <= from_us:
        raise BadInput("it ends before it begins", where="until_us")
    if until_us is not None and until_us <= view.now_us:
        raise BadInput("it would be over already", where="until_us")


def in_force(doc: dict[str, Any], now_us: int) -> bool:
    """Whether what has a window is in it."""
    begins, ends = doc.get("from_us"), doc.get("until_us")
    return (begins is None or begins <= now_us) and (ends is None or now_us < ends)


def others(*parties: str, view: View) -> set[str]:
    """These parties but for ourselves."""
    return {p for p in parties if p != view.party}
