"""What the keeper does with people: add them, give and end offices, let them begin anew."""

from __future__ import annotations

from typing import Final

import msgspec

from toguna.errors import Refused
from toguna.node.passwords import check_password
from toguna.node.people import KEEPER, Person
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json
from toguna.surfaces.signing_in import SIGN_IN_BYTES, TermShown, terms_of

KEEPERS: Final = frozenset({KEEPER})


class PersonListed(msgspec.Struct):
    """One of our people; ``ended_us`` is when they left, ``sessions`` how many are open."""

    id: str
    name: str
    offices: list[str]
    terms: list[TermShown]
    added_us: int
    ended_us: int | None
    sessions: int


class PeopleShown(msgspec.Struct):
    """Everybody who works at this node."""

    people: list[PersonListed]


class TermSaid(msgspec.Struct, forbid_unknown_fields=True):
    """An office from now until a moment, or without an end."""

    office: str
    until_us: int | None = None


class PersonSaid(msgspec.Struct, forbid_unknown_fields=True):
    """A new person. A ``password`` is taken at a node for exercises alone; elsewhere people
    choose their own, with a sign-up code.
    """

    id: str
    name: str
    offices: list[TermSaid]
    password: str = ""


def _listed(asked: Asked, person: Person, counts: dict[str, int]) -> PersonListed:
    now = asked.node.now()
    return PersonListed(
        id=person.id,
        name=person.name,
        offices=sorted(person.offices(now)),
        terms=terms_of(person, now),
        added_us=person.added_us,
        ended_us=person.ended_us,
        sessions=counts.get(person.id, 0),
    )


async def people(asked: Asked) -> Answer:
    """Everybody."""
    counts: dict[str, int] = {}
    for session in asked.house.sessions.all():
        counts[session.person] = counts.get(session.person, 0) + 1
    found = [_listed(asked, p, counts) for p in asked.house.people.all()]
    return answer_json(PeopleShown(found))


def by_whom(asked: Asked) -> str:
    """Who acts, for the diary: a person, or the node's own command line."""
    return asked.caller.person or "the command line"


async def add(asked: Asked) -> Answer:
    """A new person."""
    said = read_json(await asked.body(), PersonSaid)
    house, kept = asked.house, ""
    if said.password:
        if not asked.node.parts.desk.exercise:
            raise Refused(
                "people choose their own password and a second factor",
                where="password",
                remedy="leave it out: they get a sign-up code (or exercise = true in toguna.toml)",
            )
        check_password(said.password, (said.id, said.name))
        kept = await house.threshold.hashing(lambda: house.threshold.passwords.hash(said.password))
    offices = {term.office: term.until_us for term in said.offices}
    by = by_whom(asked)

    def write() -> Person:
        person = house.people.add(said.id, said.name, offices, by)
        if kept:
            house.threshold.credentials.set_password(said.id, kept, by)
        return person

    return answer_json(_listed(asked, await house.writer.run(write), {}))


ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/people", people, "person", "Everybody who works at this node.", PeopleShown,
        offices=KEEPERS,
    ),
    Endpoint(
        "POST", "/api/people", add, "person", "Add a person.", PersonListed, takes=PersonSaid,
        most=SIGN_IN_BYTES, offices=KEEPERS,
    ),
)  # fmt: skip
