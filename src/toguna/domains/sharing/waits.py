"""What sharing puts before our own people: who asks us for a yes, and who has not erased.

Not here: what was refused or answered; that is news, and stands in the lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

import msgspec

from toguna.core.domain import View, Waiting
from toguna.core.record import Address
from toguna.core.table import Row, Where
from toguna.core.time import HOUR_US, MINUTE_US
from toguna.domains.sharing import tables
from toguna.domains.sharing.lookup import is_recalled
from toguna.errors import BadInput

CONSENT: Final = "sharing.consent"
"""A holder asks whether a record of ours may go on; we answer yes or no."""
CHASE: Final = "sharing.chase"
"""A holder has not said that it erased what we recalled; somebody calls it."""

PATIENCE_US: Final = 15 * MINUTE_US
"""How long a node may be out of reach before a person has to care."""
OVERDUE_US: Final = 24 * HOUR_US
"""When a silent holder counts as late here; the charter's own clock stands in the receipts."""

_ANSWER: Final = ("duty", "liaison")


def waits(view: View) -> Iterable[Waiting]:
    """Requests to us that nobody answered, and holders that are silent after our recall."""
    yield from _requests(view)
    yield from _silent(view)


def _requests(view: View) -> Iterable[Waiting]:
    """Of those who may still get it, about what still stands."""
    open_to_us = (Where("owner", "=", view.party), Where("state", "=", "open"))
    for row in view.rows(tables.REQUESTS, open_to_us):
        doc = _doc(row)
        if _goes_nowhere(view, doc["about"]) or not view.active(doc["party"]):
            continue
        yield Waiting(
            what=CONSENT,
            about=doc["address"],
            party=doc["party"],
            title=doc["why"],
            since_us=doc["at"],
            urgency="urgent",
            offices=_ANSWER,
        )


def _goes_nowhere(view: View, about: str) -> bool:
    """A record that is recalled, gone or never was needs no answer: nobody can pass it on."""
    try:
        held = view.record(Address.parse(about))
    except BadInput:
        return True
    return held is None or bool(held.gone) or is_recalled(view, about)


def _silent(view: View) -> Iterable[Waiting]:
    """One line a holder: each is another call to make."""
    ours = (Where("party", "=", view.party), Where("state", "=", "pending"))
    for row in view.rows(tables.RECALLS, ours):
        doc = _doc(row)
        if view.now_us - doc["at"] < PATIENCE_US:
            continue
        for party, entry in sorted(doc["parties"].items()):
            if entry["state"] == "pending" and view.active(party):
                yield Waiting(
                    what=CHASE,
                    about=doc["address"],
                    party=party,
                    title=doc["why"],
                    since_us=doc["at"],
                    due_us=doc["at"] + OVERDUE_US,
                    offices=_ANSWER,
                )


def _doc(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(cast(bytes, row[-1]))
    return found
