"""The lists of operations: units and who commands them, consents, plans and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from toguna.core.domain import Drop, Fold, Placing, Put, Stored, View
from toguna.core.folding import about_of, document, listing, row_of
from toguna.core.table import Column, Table
from toguna.core.time import LAST_US
from toguna.domains.operations import bodies

_ABOUT: Final = Column("thing", "text")
_UNTIL: Final = Column("until_us", "int", nullable=True)


def _about(name: str, *more: Column) -> Table:
    """A list of what is about something, found by the address of that."""
    return listing(f"operations_{name}", _ABOUT, *more, indexes=(("thing",),))


UNITS = listing("operations_units", _UNTIL)
"""One row a unit."""
ATTACHMENTS = _about("attachments", _UNTIL)
"""One row an attachment; ``thing`` is the unit."""
ORDERS = _about("orders", _UNTIL)
"""One row an order; ``thing`` is the unit."""
RESCINDED = _about("rescinded")
"""One row an order taken back; ``thing`` is the order."""
REQUESTS = listing("operations_requests", Column("host", "text"), _UNTIL, indexes=(("until_us",),))
"""One row a request for consent; ``until_us`` is the end of its window."""
CONSENTS = _about("consents", Column("answer", "text"))
"""One row an answer; ``thing`` is the request."""
REVOCATIONS = _about("revocations")
"""One row a consent taken back; ``thing`` is the consent."""
TERMS = listing("operations_terms", _UNTIL)
"""One row of standing terms."""
PLANS = listing("operations_plans", _UNTIL, indexes=(("until_us",),))
"""One row a plan; ``until_us`` is the end of its last volume, the end of time for an open one."""
GUARDS = _about("guards")
"""One row a plan that its own node held against what is protected."""
STEPS = _about("steps", Column("what", "text"))
"""One row a check, approval, waiver, start, close or review; ``thing`` is the plan."""
CROSSINGS = _about("crossings", Column("unit", "text"), Column("state", "text"))
"""One row a change in how a unit stands to a consent; ``thing`` is the request, or the unit
where there is none."""

ENCOUNTERS = listing("operations_encounters", Column("other", "text"))
"""One row a comparison of plans that showed none."""

Cells = Callable[[Any, str], tuple[Any, ...]]


def opening(table: Table, body: type[Struct], cells: Callable[[Any], tuple[Any, ...]]) -> Fold:
    """A fold of what opens a thing: one row each."""

    def fold(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
        said = view.body(stored)
        if isinstance(said, body):
            yield Put(table, row_of(stored, placing, cells(said), document(stored, said)))

    return fold


def following(table: Table, cells: Cells, *, needed: bool = True) -> Fold:
    """A fold of what is about a thing, whether that has come yet or not.

    ``needed``: what is about nothing is left out.
    """

    def fold(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
        said, about = view.body(stored), about_of(stored)
        envelope = stored.envelope
        if not isinstance(said, Struct) or envelope is None or (needed and about is None):
            return
        noun = envelope.kind.partition(".")[2].partition("/")[0]
        doc = document(stored, said) | {"noun": noun, "key": envelope.by.key}
        yield Put(table, row_of(stored, placing, (str(about or ""), *cells(said, noun)), doc))

    return fold


def fold_plan(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """A plan is a row; one without an end stands as if it ended when time does."""
    plan = view.body(stored)
    if isinstance(plan, bodies.Plan):
        end = end_of(plan)
        doc = document(stored, plan) | ({} if end is None else {"until_us": end})
        yield Put(PLANS, row_of(stored, placing, (LAST_US if end is None else end,), doc))


def end_of(plan: bodies.Plan) -> int | None:
    """When the last of a plan's volumes ends; None when one has no end."""
    ends = [volume.until_us for volume in plan.volumes]
    return None if None in ends else max(end for end in ends if end is not None)
