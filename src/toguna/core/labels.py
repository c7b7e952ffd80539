"""Labels: the originator says who may see a record and what they may do with it.

One label goes with every record, inside the signed bytes. One pure function answers every
question about it::

    decide(actor, owner, label, use, now_us) -> Decision(allowed, reason)

The rules, in the order in which they are tried:

1. The owner always reads its own, also after it has left the charter.
2. A reader is named in ``to``, is in good standing, and the label has not expired.
3. Nobody passes on, or derives from, what it may not read.
4. It goes on only to a party in good standing that the owner named in ``to`` or ``onward``,
   or for which there is the owner's signed yes (third-party rule).
5. The owner itself, while in good standing, may release to any party in good standing.

Silence allows nothing: an empty ``to`` means the owner alone, an empty ``onward`` nobody else.

What is *not* here: ``purpose`` is a condition that the receiver accepts; no software can see
what somebody does with what they read, so no rule here pretends to. Deletion at the end of
``keep_days`` is done by the node; :func:`expires_at` says when.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from toguna.core.time import DAY_US, check_time, day_of
from toguna.errors import BadInput

MAX_KEEP_DAYS: Final = 36_500
MAX_PRECISION_M: Final = 1_000_000
MAX_TEXT: Final = 200
"""Longest ``handling`` or ``purpose``, in characters."""


class Label(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the originator asks of everybody who holds the record.

    In the words of the field: STANAG 4774 releasability, CISE ``Purpose`` and
    ``RetentionPeriod``. :mod:`toguna.core.markings` writes it in TLP and STANAG terms.

    Fields are declared in the order of their names, and what is not set is left out, so that
    the encoded label is RFC 8785 JSON. Unknown fields are kept out of the struct but stay in
    the signed bytes: a later version's label still decodes here.
    """

    handling: str | None = None
    """The owner's own marking, as it writes it ("DIFFUSION RESTREINTE")."""
    keep_days: int | None = None
    """Days that a receiver may keep it, from receipt; 1..36,500. None: no limit."""
    onward: tuple[str, ...] = ()
    """Parties to whom a receiver may pass it on. Empty: nobody."""
    precision_m: int | None = None
    """Places in it are no finer than this many metres; 1..1,000,000. None: as the owner knows."""
    purpose: str | None = None
    """What it may be used for, in words."""
    source_shield: bool = False
    """Where it came from was removed and is not to be asked for."""
    to: tuple[str, ...] = ()
    """The readers, sorted and unique. Empty: the owner alone."""
    until: int | None = None
    """Nobody but the owner reads it from this moment on, in microseconds since the epoch."""

    def normalised(self) -> Label:
        """The same label with ``to`` and ``onward`` sorted and unique.

        Readers are a set; written in one order, the same set is always the same channel.
        """
        return msgspec.structs.replace(
            self, onward=tuple(sorted(set(self.onward))), to=tuple(sorted(set(self.to)))
        )

    def check(self, known_parties: Collection[str], owner: str | None = None) -> None:
        """Refuse a label that must not be authored. Received labels are never "repaired".

        ``known_parties`` are those of the charter; ``owner`` is the author's party, which
        may be in neither list: it reads its own anyway.

        :raises BadInput: an unknown party, a value out of bounds, an order that is not
            :meth:`normalised`, or an owner who is named as its own reader.
        """
        _check_parties("to", self.to, known_parties, owner)
        _check_parties("onward", self.onward, known_parties, owner)
        _check_number("keep_days", self.keep_days, MAX_KEEP_DAYS)
        _check_number("precision_m", self.precision_m, MAX_PRECISION_M)
        _check_text("handling", self.handling)
        _check_text("purpose", self.purpose)
        if self.until is not None:
            check_time(self.until, "label.until")


def _check_parties(
    field: str, parties: tuple[str, ...], known: Collection[str], owner: str | None
) -> None:
    where = f"label.{field}"
    for party in parties:
        if party == owner:
            raise BadInput(f"{party} owns the record", remedy=f"leave {party} out", where=where)
        if party not in known:
            names = ", ".join(sorted(known))
            raise BadInput(
                f"there is no party {party[:40]!r}", remedy=f"parties are: {names}", where=where
            )
    if any(a >= b for a, b in pairwise(parties)):
        raise BadInput("parties must be sorted, each once", remedy="sort them", where=where)


def _check_number(field: str, value: int | None, most: int) -> None:
    # bool is an int to Python, but not to JSON: true is no number of days.
    if value is not None and (type(value) is not int or not 1 <= value <= most):
        raise BadInput(
            f"{value!r} is out of bounds",
            remedy=f"give a whole number from 1 to {most:,}",
            where=f"label.{field}",
        )


def _check_text(field: str, value: str | None) -> None:
    if value is None:
        return
    if not value.strip() or len(value) > MAX_TEXT or not value.isprintable():
        raise BadInput(
            "the text is empty, too long or not printable",
            remedy=f"give one line of 1 to {MAX_TEXT} characters, or leave it out",
            where=f"label.{field}",
        )


class Actor(NamedTuple):
    """Who asks: an office of a party.

    ``active``: the charter holds the party in good standing now (neither left nor suspended).
    """

    party: str
    office: str
    active: bool = True


class Use(Enum):
    """What somebody wants to do with a record."""

    READ = "read"
    PASS_ON = "pass on"
    """Give the record itself, as its owner wrote it, to another party."""
    DERIVE = "derive"
    """Make a new record out of it, for oneself or (``onto``) for another party."""


class Decision(NamedTuple):
    """Yes or no, and one plain sentence that names the rule. False in a condition when no."""

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        """``allowed``: a tuple of two would else be true even when it says no."""
        return self.allowed


_READ: Final = Use.READ
_DERIVE: Final = Use.DERIVE
_OWN: Final = Decision(True, "the owner reads its own")
_NAMED: Final = Decision(True, "the owner named this reader")
_RELEASE: Final = Decision(True, "the owner decides where its own goes")
_AT_HOME: Final = Decision(True, "who may read it may work with it at home")
_SHARED: Final = Decision(True, "the owner had already named this receiver as a reader")
_ONWARD: Final = Decision(True, "the owner allowed passing this on to this receiver")
_CONSENT: Final = Decision(True, "the owner signed its consent")
_BACK: Final = Decision(True, "it goes back to its owner")


def decide(
    actor: Actor,
    owner: str,
    label: Label,
    use: Use,
    now_us: int,
    *,
    onto: str | None = None,
    onto_active: bool = True,
    consented: bool = False,
    received_us: int | None = None,
) -> Decision:
    """Whether ``actor`` may make this ``use`` of a record of ``owner`` under ``label``.

    :param onto: who shall get it (PASS_ON), or what was made of it (DERIVE). DERIVE without
        one stays at home and needs no more than reading.
    :param onto_active: whether the charter holds ``onto`` in good standing now.
    :param consented: there is the owner's signed yes to just this, for ``onto``. It opens
        the way to ``onto`` but never revives an expired label.
    :param received_us: when the actor got it; with it ``keep_days`` counts as well.
    :returns: a :class:`Decision`; never raises, so that every refusal can be written down.
    """
    party = actor.party
    if party == owner:
        if use is _READ:
            return _OWN
    else:
        if party not in label.to:
            return Decision(False, f"{party} is not among the readers")
        if not actor.active:
            return _gone(party)
        ends_us = expires_at(label, received_us)
        if ends_us is not None and ends_us <= now_us:
            return Decision(False, f"expired on {_day(ends_us)}")
        if use is _READ:
            return _NAMED
    return _decide_onward(actor, owner, label, use, onto, onto_active, consented)


def _decide_onward(
    actor: Actor,
    owner: str,
    label: Label,
    use: Use,
    onto: str | None,
    onto_active: bool,
    consented: bool,
) -> Decision:
    """Rules 4 and 5, for somebody who may read."""
    if onto is None or onto == actor.party:
        if use is _DERIVE:
            return _AT_HOME
        return Decision(False, "no other party was named to pass this on to")
    if not actor.active:
        return _gone(actor.party)
    if not onto_active:
        return _gone(onto)
    if actor.party == owner:
        return _RELEASE
    if onto == owner:
        return _BACK
    if onto in label.to:
        return _SHARED
    if onto in label.onward:
        return _ONWARD
    if consented:
        return _CONSENT
    return Decision(False, f"no onward: {owner} did not allow passing this on to {onto}")


def _gone(party: str) -> Decision:
    return Decision(False, f"{party} left the charter or is suspended by it")


def _day(us: int) -> str:
    """A day for a sentence. A label from outside may hold any integer; then show that."""
    try:
        return day_of(us)
    except BadInput:
        return f"{us} us"


def expires_at(label: Label, received_us: int | None) -> int | None:
    """When a receiver's right to the record ends, in microseconds since the epoch, or None.

    The earlier of ``until`` and receipt + ``keep_days``; without a time of receipt (the
    owner's own copy) ``until`` alone. The moment itself is already over.
    """
    if label.keep_days is None or received_us is None:
        return label.until
    kept_us = received_us + label.keep_days * DAY_US
    return kept_us if label.until is None else min(label.until, kept_us)


def narrower(
    outer: Label,
    inner: Label,
    *,
    owner: str | None = None,
    consented: Collection[str] = (),
    received_us: int | None = None,
) -> list[str]:
    """Why ``inner``, put on something passed on or derived, is wider than ``outer`` it came from.

    :param owner: who wrote ``outer``; giving its own back to it is never wider.
    :param consented: parties for which there is the owner's signed yes.
    :param received_us: when the record was received; a copy must then end when ours does.
        Without it ``keep_days`` is compared as a number, and would begin anew with each hand.
    :returns: reasons, one plain sentence each; empty when nothing is wider.
    """
    reasons = []
    allowed = {*outer.to, *outer.onward, *consented, *(() if owner is None else (owner,))}
    for field, parties in (("to", inner.to), ("onward", inner.onward)):
        if extra := sorted(set(parties) - allowed):
            reasons.append(f"{field}: {', '.join(extra)} may not get it under the first label")
    ends_us = expires_at(outer, received_us)
    if ends_us is not None and (inner.until is None or inner.until > ends_us):
        reasons.append(f"until: it must end by {_day(ends_us)}")
    if _looser(inner.keep_days, outer.keep_days):
        reasons.append(f"keep_days: at most {outer.keep_days}")
    if outer.precision_m is not None and (inner.precision_m or 0) < outer.precision_m:
        reasons.append(f"precision_m: no finer than {outer.precision_m}")
    if outer.source_shield and not inner.source_shield:
        reasons.append("source_shield: the source is shielded and must stay so")
    if outer.purpose is not None and inner.purpose != outer.purpose:
        reasons.append("purpose: it must stay the one for which it was given")
    if outer.handling is not None and inner.handling is None:
        reasons.append("handling: a marking may be translated but not dropped")
    return reasons


def _looser(inner: int | None, outer: int | None) -> bool:
    return outer is not None and (inner is None or inner > outer)
