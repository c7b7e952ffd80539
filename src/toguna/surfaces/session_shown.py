"""Who is signed in, as the page asks first, and how a session begins."""

from __future__ import annotations

import contextlib
from typing import Final
from urllib.parse import urlsplit

import msgspec

from toguna.errors import BadInput, Refused, TogunaError
from toguna.node import logs
from toguna.node.people import KEEPER, Person
from toguna.node.sessions import Session
from toguna.surfaces.endpoints import Answer, Asked, answer_json
from toguna.surfaces.sessions import (
    caller_of,
    cookie,
    csrf_token,
    device_of,
    relying_party,
    secret_in,
)

_log = logs.logger("toguna.entrance")
FRESH_US: Final = 900_000_000
"""How long after signing in people may change what opens the door: 15 minutes."""


class PersonShown(msgspec.Struct):
    """A person, as the others of the house know them."""

    id: str
    name: str


class TermShown(msgspec.Struct):
    """An office and its term, microseconds since the epoch; no end when ``until_us`` is null."""

    office: str
    from_us: int
    until_us: int | None


class Ways(msgspec.Struct):
    """How people sign in here. ``oidc`` names the host of the identity provider, or is empty."""

    password: bool
    passkey: bool
    oidc: str


class SessionShown(msgspec.Struct):
    """Who is signed in. A stranger learns whose node it is, and how one signs in.

    ``offices`` are those in which this session acts; ``later`` were entered after it began and
    count from the next sign-in. ``csrf`` goes with every request that changes something; until
    ``fresh_until_us`` that may be what opens the door. ``names`` are those of the ``parties``.
    """

    signed_in: bool
    party: str
    ways: Ways
    now_us: int
    person: PersonShown | None = None
    offices: list[str] = []
    office: str = ""
    terms: list[TermShown] = []
    later: list[str] = []
    csrf: str = ""
    id: str = ""
    way: str = ""
    fresh_until_us: int = 0
    ends_us: int = 0
    idle_ends_us: int = 0
    parties: list[str] = []
    names: dict[str, str] = {}
    alliance: str = ""


async def session(asked: Asked) -> Answer:
    """Who is signed in."""
    caller, found = None, None
    with contextlib.suppress(TogunaError):  # what is wrong with a session, nobody is told
        caller = caller_of(asked.house, asked.scope)
    if caller is not None:
        found = asked.house.sessions.named(caller.session)
    if found is None:
        now = asked.node.now()
        return answer_json(SessionShown(False, asked.node.party, ways_of(asked), now))
    return answer_json(shown(asked, found, secret_in(asked.house, asked.scope)))


def ways_of(asked: Asked) -> Ways:
    """The ways of signing in that this node offers to whoever asks it by this name."""
    return Ways(
        password=True,
        passkey=bool(relying_party(asked.house, asked.scope)),
        oidc=urlsplit(asked.node.parts.desk.oidc_issuer).hostname or "",
    )


def shown(asked: Asked, session: Session, secret: str) -> SessionShown:
    """A session, to the browser that holds its secret."""
    house, node = asked.house, asked.node
    now, standing = node.now(), node.standing
    person = house.people.need(session.person)
    offices = house.sessions.offices_of(session, now)
    return SessionShown(
        signed_in=True,
        party=node.party,
        ways=ways_of(asked),
        now_us=now,
        person=PersonShown(person.id, person.name),
        offices=sorted(offices),
        office="duty" if "duty" in offices else min(offices, default=""),
        terms=terms_of(person, now),
        later=sorted(person.offices(now) - offices),
        csrf=csrf_token(secret),
        id=session.id,
        way=session.way,
        fresh_until_us=session.since_us + FRESH_US,
        ends_us=house.sessions.ends_us(session),
        idle_ends_us=house.sessions.idle_ends_us(session),
        parties=[p.party for p in standing.parties],
        names={p.party: p.name for p in standing.parties},
        alliance=standing.id,
    )


def check_person(asked: Asked) -> str:
    """Who is signed in; BadInput when it is nobody (the command line)."""
    if not asked.caller.person:
        raise BadInput("only somebody who signed in can do this")
    return asked.caller.person


def keeps(asked: Asked) -> bool:
    """Whether the caller looks after people and their keys: a keeper, or the command line."""
    return asked.caller.key != "session" or KEEPER in asked.caller.offices


def terms_of(person: Person, now: int) -> list[TermShown]:
    """The terms of a person that are not over."""
    return [
        TermShown(t.office, t.from_us, t.until_us)
        for t in person.terms
        if t.until_us is None or t.until_us > now
    ]


# Beginning -------------------------------------------------------------------------------


async def begin(asked: Asked, person: str, way: str) -> tuple[SessionShown, dict[str, str]]:
    """Begin a session under a new id, and the header that gives it to the browser.

    The session that this browser had before is over, whoever's it was.
    """
    house, old = asked.house, secret_in(asked.house, asked.scope)
    device = device_of(house, asked.scope)

    def write() -> tuple[Session, str]:
        before = house.sessions.find(old) if old else None
        opened = house.sessions.begin(person, device, way)
        if before is not None:
            house.sessions.end(before.id)
        return opened

    new, secret = await house.writer.run(write)
    _log.info("signed in", person=person, way=way, device=device)
    return shown(asked, new, secret), cookie(house, asked.scope, secret)


async def renew(asked: Asked) -> tuple[SessionShown, dict[str, str]]:
    """After a change of what opens the door: a new id here, and every other session ends."""
    house, person = asked.house, asked.caller.person
    way = fresh(asked).way
    await house.writer.run(lambda: house.sessions.end_all(person, but=asked.caller.session))
    return await begin(asked, person, way)


def fresh(asked: Asked) -> Session:
    """The caller's session, which began a short while ago. Refused when it did not."""
    found = asked.house.sessions.named(asked.caller.session)
    if found is None:
        raise BadInput("only somebody who signed in can do this")
    if asked.node.now() >= found.since_us + FRESH_US:
        raise Refused(
            "you signed in too long ago for this", where="fresh", remedy="sign in once more"
        )
    return found
