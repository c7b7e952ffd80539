"""Who may claim or dispute what, before whom; and what of a claim may leave the house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from toguna.core.domain import View
from toguna.core.fields import FARTHEST_M
from toguna.core.geo import coarsen
from toguna.core.geodesy import check_line
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.core.redaction import without
from toguna.domains.disputes.bodies import Boundary, Claim, Dispute
from toguna.errors import BadInput, Refused, Unknown

MOST_VERTICES: Final = 5_000


def check_boundary(draft: Draft, _view: View) -> None:
    """Lines that can be drawn, with two different sides."""
    boundary = draft.body
    if not isinstance(boundary, Boundary):
        raise BadInput("the body is no boundary", where=draft.kind)
    if boundary.left.casefold() == boundary.right.casefold():
        raise BadInput("both sides have one name", remedy="name who lies there", where="right")
    vertices = sum(map(len, boundary.parts))
    if vertices > MOST_VERTICES:
        raise BadInput(
            f"{vertices:,} vertices; {MOST_VERTICES:,} are taken",
            remedy="cut the dataset to the stretch that matters",
            where="parts",
        )
    for number, part in enumerate(boundary.parts):
        check_line([(lat, lon) for lon, lat in part], f"parts[{number}]")
    release_boundary(boundary, draft.label)


def check_claim(draft: Draft, view: View) -> None:
    """A claim whose readers hold what it speaks of, and that keeps to its label."""
    claim = draft.body
    if not isinstance(claim, Claim):
        raise BadInput("the body is no claim", where=draft.kind)
    if claim.stated_side is not None and claim.stated_m is None:
        raise BadInput("a side without a distance", remedy="give both", where="stated_m")
    _held_by_all(draft, view)
    if draft.label.to and release_claim(claim, draft.label) != claim:
        raise Refused(
            "the body tells more than its label allows (place or source)",
            remedy="record it at home without readers and release it, or make it coarser",
            where=draft.kind,
        )


def check_dispute(draft: Draft, view: View) -> None:
    """Of another's record, to its owner, and to nobody who may not know of that record."""
    if not isinstance(draft.body, Dispute):
        raise BadInput("the body is no dispute", where=draft.kind)
    if draft.about is None:
        raise BadInput("it names no record", remedy="say which: about bf/spine/17", where="about")
    about = Address.parse(draft.about)
    if about.party == view.party:
        raise Refused(
            f"{about} is our own",
            remedy="correct it, or recall it; one disputes what others say",
            where="about",
        )
    stored = view.record(about)
    if stored is None:
        raise Unknown(f"there is no {about}", where="about")
    if not stored.raw:
        raise Refused(f"{about} is gone ({stored.gone})", where="about")
    if draft.label.to and about.party not in draft.label.to:
        raise BadInput(
            f"{about.party} owns {about} and would not hear of this",
            remedy=f"release it to {about.party} as well",
            where="label.to",
        )
    _held_by_all(draft, view)


def _held_by_all(draft: Draft, view: View) -> None:
    """Nobody learns from a record of ours that another record is there."""
    for field, text in _named(draft):
        address = Address.parse(text)
        stored = view.record(address)
        if stored is None:
            raise Unknown(f"there is no {address}", where=field)
        may_know = {address.party, *stored.readers}
        if stored.envelope is not None:
            may_know |= {*stored.envelope.label.onward}
        strangers = sorted(set(draft.label.to) - may_know)
        if strangers:
            raise Refused(
                f"{', '.join(strangers)} does not hold {address}, and would learn of it",
                remedy=f"leave {', '.join(strangers)} out, or let {address.party} release it there",
                where="label.to",
            )


def _named(draft: Draft) -> Iterable[tuple[str, str]]:
    if draft.about is not None:
        yield "about", draft.about
    for place, ref in enumerate(draft.refs):
        yield f"refs[{place}]", ref


# What leaves the house -------------------------------------------------------------------


def release_boundary(body: msgspec.Struct, label: Label) -> Boundary:
    """The boundary as it is: a coarser line would be another dataset."""
    if not isinstance(body, Boundary):
        raise BadInput("this is no boundary", where="disputes.boundary")
    if label.precision_m is not None:
        raise BadInput(
            "a boundary is as its dataset draws it",
            remedy="leave precision_m out; its uncertainty stands in the record",
            where="label.precision_m",
        )
    return body


def release_claim(body: msgspec.Struct, label: Label) -> Claim:
    """The claim with a coarser place, whose circle takes in the true one, or without its source.

    With a precision the stated distance goes too: along a known line it would tell the place.
    """
    if not isinstance(body, Claim):
        raise BadInput("this is no claim", where="disputes.claim")
    claim = body
    if label.source_shield:
        claim = _without_source(claim)
    if label.precision_m is None:
        return claim
    lat, lon, radius_m = coarsen(claim.lat_e7, claim.lon_e7, label.precision_m)
    there = (lat, lon) == (claim.lat_e7, claim.lon_e7) and claim.error_m >= radius_m
    return msgspec.structs.replace(
        claim,
        lat_e7=lat,
        lon_e7=lon,
        error_m=claim.error_m if there else min(claim.error_m + radius_m, FARTHEST_M),
        stated_m=None,
        stated_side=None,
    )


def _without_source(claim: Claim) -> Claim:
    hidden = [claim.source] if claim.source else []
    return msgspec.structs.replace(
        claim,
        evidence=(),
        source=None,
        says=without(claim.says, hidden),
        says_en=claim.says_en and without(claim.says_en, hidden),
        title=without(claim.title, hidden),
        title_en=claim.title_en and without(claim.title_en, hidden),
    )
