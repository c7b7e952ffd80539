"""Who may say what of a sector; and what of it may leave the house."""

from __future__ import annotations

from typing import Final

import msgspec

from toguna.core.domain import Stored, View
from toguna.core.geodesy import check_ring
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.core.time import MINUTE_US
from toguna.domains.borders.bodies import Posture, Sector, Watch
from toguna.errors import BadInput, Refused, Unknown

SKEW_US: Final = 10 * MINUTE_US
"""How far a moment may lie ahead and still be now: clocks differ."""


def check_sector(draft: Draft, view: View) -> None:
    """An area that is one, shared by parties of the charter, and told to all of them."""
    sector = draft.body
    if not isinstance(sector, Sector):
        raise BadInput("the body is no sector", where=draft.kind)
    check_ring([(lat, lon) for lon, lat in sector.area], "area")
    if list(sector.parties) != sorted(set(sector.parties)):
        raise BadInput("parties must be sorted, each once", remedy="sort them", where="parties")
    for party in sector.parties:
        if party != view.party and not view.active(party):
            raise BadInput(f"{party[:40]} is no party in good standing", where="parties")
    missed = sorted(set(sector.parties) - {view.party, *draft.label.to})
    if draft.label.to and missed:
        raise BadInput(
            f"{', '.join(missed)} shares the sector and would not hear of it",
            remedy=f"release it to {', '.join(missed)} as well",
            where="label.to",
        )
    release_sector(sector, draft.label)


def check_posture(draft: Draft, view: View) -> None:
    """Of one's own party, in a sector that it shares, with an end that is not over."""
    posture = draft.body
    if not isinstance(posture, Posture):
        raise BadInput("the body is no posture", where=draft.kind)
    _own_side(draft, view)
    if posture.until_us is not None and posture.until_us <= view.now_us:
        raise BadInput("it would be over already", where="until_us")


def check_watch(draft: Draft, view: View) -> None:
    """Of one's own party, about what was: a time that is over, and gaps that lie in it."""
    watch = draft.body
    if not isinstance(watch, Watch):
        raise BadInput("the body is no watch", where=draft.kind)
    _own_side(draft, view)
    if watch.to_us < watch.from_us:
        raise BadInput("it ends before it begins", where="to_us")
    if watch.to_us > view.now_us + SKEW_US:
        raise BadInput("nobody has seen what is still to come", where="to_us")
    for place, gap in enumerate(watch.gaps):
        if not watch.from_us <= gap.from_us < gap.to_us <= watch.to_us:
            raise BadInput(
                "the gap does not lie within the watch",
                remedy="give its beginning and its end, between from_us and to_us",
                where=f"gaps[{place}]",
            )


def _own_side(draft: Draft, view: View) -> None:
    """The sector that a word is about: held here, shared by us, known to every reader."""
    stored = sector_of(draft, view)
    body = view.body(stored)
    if not isinstance(body, Sector):
        raise BadInput(f"{stored.address} is no sector", where="about")
    if view.party not in body.parties:
        raise Refused(
            f"{view.party} does not share this sector: {', '.join(body.parties)} do",
            remedy="report what happened there with sharing.report",
            where="about",
        )
    strangers = sorted(set(draft.label.to) - {stored.address.party, *stored.readers})
    if strangers:
        raise BadInput(
            f"{', '.join(strangers)} does not hold the sector, and could not place this",
            remedy=f"release it to those who hold {stored.address}",
            where="label.to",
        )


def sector_of(draft: Draft, view: View) -> Stored:
    """The record that a draft is about; BadInput when it names none, Unknown when it is gone."""
    if draft.about is None:
        raise BadInput("it names no sector", remedy="say which: about ml/spine/17", where="about")
    about = Address.parse(draft.about)
    stored = view.record(about)
    if stored is None or stored.envelope is None:
        raise Unknown(f"there is no sector {about}", where="about")
    return stored


def release_sector(body: msgspec.Struct, label: Label) -> Sector:
    """The sector as it is: an agreed area cannot be made coarser and stay the same area."""
    if not isinstance(body, Sector):
        raise BadInput("this is no sector", where="borders.sector")
    if label.precision_m is not None:
        raise BadInput(
            "an area is exact, or it is another area",
            remedy="leave precision_m out",
            where="label.precision_m",
        )
    return body


def release_word(body: msgspec.Struct, _label: Label) -> msgspec.Struct:
    """A posture or a watch holds no place and no source: it leaves as it is."""
    return body
