"""Who commands which unit, and whether its orders agree (C1).

The owner alone puts its unit under somebody, for a time and with caveats. Orders may come from
the owner's capital and, while it is attached, from those under whom it stands. Where two orders
in force say opposite things, the unit stands as *conflicting orders* with both signers named;
the software lets neither win.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from toguna.core.domain import View, Waiting
from toguna.core.folding import docs, in_order
from toguna.core.record import Draft
from toguna.domains.operations import bodies, tables
from toguna.domains.operations.finding import about, in_force, reaches, window
from toguna.errors import BadInput, Conflict, Refused

CONFLICT: Final = "operations.conflicting_orders"
JOINT: Final = "joint"
_OPPOSED: Final = frozenset(
    frozenset(pair)
    for pair in (
        ("cross", "do_not_cross"), ("cross", "hold"), ("cross", "withdraw"), ("move", "hold"),
        ("move", "withdraw"), ("hold", "withdraw"),
    )
)  # fmt: skip


def check_unit(draft: Draft, view: View) -> None:
    """A unit that is not over yet."""
    body = draft.body
    assert isinstance(body, bodies.Unit)
    window(None, body.until_us, view)


def check_attachment(draft: Draft, view: View) -> None:
    """By the unit's owner, to those under whom it stands and all who know of the unit."""
    body = draft.body
    assert isinstance(body, bodies.Attachment)
    unit = _own_unit(draft, view)
    window(body.from_us, body.until_us, view)
    if body.under == view.party:
        raise BadInput("it stands under its owner by itself", where="under")
    if body.under != JOINT and not view.active(body.under):
        raise BadInput(f"{body.under[:40]} is no party in good standing", where="under")
    known = set(unit["to"]) | ({body.under} if body.under != JOINT else set())
    reaches(known, draft, view, "must know under whom the unit stands")


def _own_unit(draft: Draft, view: View) -> dict[str, Any]:
    unit = about(draft, view, tables.UNITS, "unit")
    if unit["party"] != view.party:
        raise Refused(f"it is a unit of {unit['party']}", where="about")
    return unit


def check_order(draft: Draft, view: View) -> None:
    """By the owner's capital, or by those under whom the unit stands now; to the owner."""
    body = draft.body
    assert isinstance(body, bodies.Order)
    unit = about(draft, view, tables.UNITS, "unit")
    window(body.from_us, body.until_us, view)
    owner = unit["party"]
    if body.chain == "national" and owner != view.party:
        raise Refused(f"the capital of {owner} gives national orders", where="chain")
    if body.chain == JOINT:
        under = _under(view, unit)
        if under is None or under["under"] not in (JOINT, view.party):
            raise Refused(f"{unit['name']} does not stand under us", where="about")
    reaches({owner, *unit["to"]}, draft, view, "must hear of an order to this unit")


def check_rescind(draft: Draft, view: View) -> None:
    """By the author of the order, once."""
    order = about(draft, view, tables.ORDERS, "order")
    if order["party"] != view.party:
        raise Refused(f"it is an order of {order['party']}", where="about")
    if docs(view, tables.RESCINDED, thing=order["address"]):
        raise Conflict("it was taken back already", where="about")
    reaches(set(order["to"]), draft, view, "got the order")


# How units stand -----------------------------------------------------------------------


class OrderShown(Struct, omit_defaults=True, kw_only=True):
    """An order in force."""

    address: str
    at: int
    party: str
    office: str
    chain: str
    says: str
    text: str
    from_us: int
    until_us: int


class UnitShown(Struct, omit_defaults=True, kw_only=True):
    """One unit, under whom it stands, its orders in force, and whether they conflict."""

    address: str
    at: int
    party: str
    name: str
    category: str
    under: str
    """The owner, ``joint`` or a party."""
    state: str
    """in order, or conflicting orders."""
    attached_us: int | None = None
    attached_until_us: int | None = None
    caveats: list[str] = []
    orders: list[OrderShown] = []
    conflicts: list[list[str]] = []
    """Pairs of addresses of orders that say opposite things."""


def board_units(view: View, query: Mapping[str, str]) -> Iterator[UnitShown]:
    """Units, those with conflicting orders first."""
    shown = [unit_shown(view, unit) for unit in docs(view, tables.UNITS)]
    current = [u for u in shown if u is not None]
    yield from sorted(current, key=lambda u: (not u.conflicts, u.party, u.name, u.address))


def unit_shown(view: View, unit: dict[str, Any]) -> UnitShown | None:
    """How a unit stands now; None when it exists no more, or is shown by its release."""
    if not in_force(unit, view.now_us) or ("/home/" in unit["address"] and _released(view, unit)):
        return None
    under = _under(view, unit)
    orders = orders_in_force(view, unit["address"])
    attached = {} if under is None else {
        "under": under["under"], "caveats": under.get("caveats", []),
        "attached_us": under["from_us"], "attached_until_us": under["until_us"],
    }  # fmt: skip
    pairs = conflicts(orders)
    state = "conflicting orders" if pairs else "in order"
    more = {"under": unit["party"], "orders": orders, "state": state, "conflicts": pairs}
    return msgspec.convert(unit | more | attached, UnitShown)


def _released(view: View, unit: dict[str, Any]) -> bool:
    return any(
        other["name"] == unit["name"] and "/spine/" in other["address"]
        for other in docs(view, tables.UNITS)
        if other["party"] == unit["party"]
    )


def _under(view: View, unit: dict[str, Any]) -> dict[str, Any] | None:
    """The attachment that counts now: of the owner's, the latest."""
    known = docs(view, tables.ATTACHMENTS, thing=unit["address"])
    now = [a for a in known if a["party"] == unit["party"] and in_force(a, view.now_us)]
    return max(now, key=in_order, default=None)


def orders_in_force(view: View, unit: str) -> list[dict[str, Any]]:
    """Orders to a unit that hold now and that nobody took back, the oldest first."""
    found = []
    for order in sorted(docs(view, tables.ORDERS, thing=unit), key=in_order):
        taken = docs(view, tables.RESCINDED, thing=order["address"])
        if in_force(order, view.now_us) and not any(t["party"] == order["party"] for t in taken):
            found.append(order)
    return found


def conflicts(orders: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Pairs of orders of different signers that say opposite things. Of one signer and one
    chain the latest order stands for those before it.
    """
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for order in orders:
        latest[order["party"], order["chain"]] = order
    return [
        [a["address"], b["address"]]
        for a, b in itertools.combinations(latest.values(), 2)
        if frozenset((a["says"], b["says"])) in _OPPOSED
    ]


def waits(view: View) -> Iterator[Waiting]:
    """Units whose orders conflict: on every desk that may see them."""
    for unit in board_units(view, {}):
        if unit.conflicts:
            signers = ", ".join(sorted({o.party for o in unit.orders}))
            newest = max(o.at for o in unit.orders)
            title = f"{unit.name} ({signers})"
            offices = ("duty", "j3", "liaison", "commander")
            yield Waiting(CONFLICT, unit.address, unit.party, title, newest, None, "flash", offices)
