"""Signing in with a password, signing out, and what a page asks first: who is here.

A wrong password, a wrong code, a person who is not there and one without a password get the
same answer after the same work.
"""

from __future__ import annotations

from typing import Final

import msgspec

from toguna.errors import BadInput, Refused
from toguna.node.passwords import MOST_CHARACTERS
from toguna.node.people import Person
from toguna.node.sessions import Session
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, read_json
from toguna.surfaces.house import House
from toguna.surfaces.sessions import (
    address_of,
    caller_of,
    cookie,
    csrf_token,
    device_of,
    secret_in,
)

SIGN_IN_BYTES: Final = 4_096
_encode = msgspec.json.encode


class PersonShown(msgspec.Struct):
    """A person, as the others of the house know them."""

    id: str
    name: str


class PartyNamed(msgspec.Struct):
    """A party of the charter."""

    party: str
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
    count from the next sign-in. ``csrf`` goes with every request that changes something.
    """

    signed_in: bool
    party: str
    ways: Ways
    person: PersonShown | None = None
    offices: list[str] = []
    office: str = ""
    terms: list[TermShown] = []
    later: list[str] = []
    csrf: str = ""
    id: str = ""
    way: str = ""
    ends_us: int = 0
    idle_ends_us: int = 0
    parties: list[PartyNamed] = []
    alliance: str = ""


class PasswordSaid(msgspec.Struct, forbid_unknown_fields=True):
    """Sign in. ``code`` is that of the app, or a recovery code, where one is enrolled."""

    person: str
    password: str
    code: str = ""


# Who am I --------------------------------------------------------------------------------


async def session(asked: Asked) -> Answer:
    """Who is signed in."""
    try:
        caller = caller_of(asked.house, asked.scope)
    except Exception:
        caller = None
    if caller is None:
        return Answer(_encode(SessionShown(False, asked.node.party, ways_of(asked.house))))
    found = asked.house.sessions.named(caller.session)
    if found is None:
        return Answer(_encode(SessionShown(False, asked.node.party, ways_of(asked.house))))
    return Answer(_encode(shown(asked, found, secret_in(asked.house, asked.scope))))


def ways_of(house: House) -> Ways:
    """The ways of signing in that this node offers."""
    return Ways(password=True, passkey=False, oidc="")


def shown(asked: Asked, session: Session, secret: str) -> SessionShown:
    """A session, to the browser that holds its secret."""
    house, node = asked.house, asked.node
    now, standing = node.now(), node.standing
    person = house.people.need(session.person)
    offices = house.sessions.offices_of(session, now)
    return SessionShown(
        signed_in=True,
        party=node.party,
        ways=ways_of(house),
        person=PersonShown(person.id, person.name),
        offices=sorted(offices),
        office="duty" if "duty" in offices else min(offices, default=""),
        terms=[TermShown(t.office, t.from_us, t.until_us) for t in terms_of(person, now)],
        later=sorted(person.offices(now) - offices),
        csrf=csrf_token(secret),
        id=session.id,
        way=session.way,
        ends_us=house.sessions.ends_us(session),
        idle_ends_us=house.sessions.idle_ends_us(session),
        parties=[PartyNamed(p.party, p.name) for p in standing.parties],
        alliance=standing.id,
    )


def terms_of(person: Person, now: int) -> list[TermShown]:
    """The terms of a person that are not over."""
    return [
        TermShown(t.office, t.from_us, t.until_us)
        for t in person.terms
        if t.until_us is None or t.until_us > now
    ]


# Password --------------------------------------------------------------------------------


async def by_password(asked: Asked) -> Answer:
    """Sign in with a password, and a code where an app is enrolled."""
    said = read_json(await asked.body(), PasswordSaid)
    if not said.person or not said.password or len(said.password) > MOST_CHARACTERS:
        empty = "password" if said.person else "person"
        raise BadInput("this is needed", where=empty)
    house, threshold, now = asked.house, asked.house.threshold, asked.node.now()
    address = address_of(house, asked.scope)
    threshold.attempted.begin(said.person, address, now)
    person, kept = house.people.find(said.person), threshold.credentials.of(said.person)
    fits = await threshold.hashing(lambda: threshold.passwords.fits(kept.password, said.password))
    there = person is not None and bool(person.offices(now))
    if not (fits and there and await second_factor(asked, said)):
        house.meters.refused("sign-in")
        raise Refused("this is not right", where="password", remedy="check all that you entered")
    threshold.attempted.right(said.person, address)
    return await signed_in(asked, said.person, "password")


async def second_factor(asked: Asked, said: PasswordSaid) -> bool:
    """Whether the password is enough, or the code holds; a code that does is used up."""
    return asked.node.parts.desk.exercise


async def signed_in(asked: Asked, person: str, way: str) -> Answer:
    """Begin a session; the one that this browser had before is over, whoever's it was."""
    house, old = asked.house, secret_in(asked.house, asked.scope)
    device = device_of(house, asked.scope)

    def begin() -> tuple[Session, str]:
        before = house.sessions.find(old) if old else None
        if before is not None:
            house.sessions.end(before.id)
        return house.sessions.begin(person, device, way)

    new, secret = await house.writer.run(begin)
    more = cookie(house, asked.scope, secret)
    return Answer(_encode(shown(asked, new, secret)), more=more)


async def sign_out(asked: Asked) -> Answer:
    """End this session."""
    if asked.caller.key != "session":
        raise BadInput("there is no session to end")
    await asked.body()
    await asked.house.writer.run(lambda: asked.house.sessions.end(asked.caller.session))
    return Answer(b"{}", more=cookie(asked.house, asked.scope, ""))


# Declarations ----------------------------------------------------------------------------

ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/session", session, "public", "Who is signed in, and how one signs in.",
        SessionShown,
    ),
    Endpoint(
        "POST", "/api/sign-in/password", by_password, "public", "Sign in with a password.",
        SessionShown, takes=PasswordSaid, most=SIGN_IN_BYTES,
    ),
    Endpoint(
        "POST", "/api/sign-out", sign_out, "person", "End this session.", dict,
        most=SIGN_IN_BYTES,
    ),
)  # fmt: skip
