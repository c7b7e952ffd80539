"""What the keeper does with people: add them, give and end offices, let them begin anew.

The command line beside the node does the same with the node's own log key; so the first keeper
is added, and one who lost every way in comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from toguna.errors import Refused
from toguna.node.passwords import check_password
from toguna.node.people import KEEPER, Person
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json
from toguna.surfaces.session_shown import TermShown, terms_of
from toguna.surfaces.signing_in import SIGN_IN_BYTES

KEEPERS: Final = frozenset({KEEPER})
MOST_OFFICES: Final = 16


class PersonListed(msgspec.Struct):
    """One of our people; ``ended_us`` is when they left, ``sessions`` how many are open. ``ways``
    are those by which they can sign in: password, app, passkey, or a sign-up code.
    """

    id: str
    name: str
    offices: list[str]
    terms: list[TermShown]
    added_us: int
    ended_us: int | None
    sessions: int
    ways: list[str]


class PeopleShown(msgspec.Struct):
    """Everybody who works at this node, by id."""

    items: list[PersonListed]


class PersonBegins(msgspec.Struct):
    """A person, and the sign-up code to hand to them: shown this once, good once, and until
    ``code_until_us``. Empty for a person who was given a password (in an exercise).
    """

    person: PersonListed
    code: str
    code_until_us: int


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


class OfficeSaid(msgspec.Struct, forbid_unknown_fields=True):
    """Give a person an office for a term (from now unless ``from_us``), or ``end`` it now."""

    person: str
    office: str
    from_us: int | None = None
    until_us: int | None = None
    end: bool = False


class PersonNamed(msgspec.Struct, forbid_unknown_fields=True):
    """The id of a person."""

    person: str


# Looking ---------------------------------------------------------------------------------


def _listed(asked: Asked, person: Person, counts: dict[str, int]) -> PersonListed:
    now, threshold = asked.node.now(), asked.house.threshold
    kept = threshold.credentials.of(person.id)
    ways = {
        "password": kept.password is not None,
        "app": kept.totp is not None,
        "passkey": bool(threshold.passkeys.of(person.id)),
        "code": kept.code is not None and now < kept.code_until_us,
    }
    return PersonListed(
        id=person.id,
        name=person.name,
        offices=sorted(person.offices(now)),
        terms=terms_of(person, now),
        added_us=person.added_us,
        ended_us=person.ended_us,
        sessions=counts.get(person.id, 0),
        ways=[way for way, there in ways.items() if there],
    )


def _counts(asked: Asked) -> dict[str, int]:
    counts: dict[str, int] = {}
    for session in asked.house.sessions.all():
        counts[session.person] = counts.get(session.person, 0) + 1
    return counts


async def people(asked: Asked) -> Answer:
    """Everybody."""
    counts = _counts(asked)
    return answer_json(PeopleShown([_listed(asked, p, counts) for p in asked.house.people.all()]))


def by_whom(asked: Asked) -> str:
    """Who acts, for the diary: a person, or the node's own command line."""
    return asked.caller.person or "the command line"


# Changing --------------------------------------------------------------------------------


async def add(asked: Asked) -> Answer:
    """A new person."""
    said = read_json(await asked.body(), PersonSaid)
    house, kept = asked.house, ""
    offices = {term.office: term.until_us for term in said.offices}
    if len(offices) != len(said.offices) or len(offices) > MOST_OFFICES:
        raise Refused(f"each office once, and {MOST_OFFICES} at most", where="offices")
    if said.password:
        if not asked.node.parts.desk.exercise:
            raise Refused(
                "people choose their own password and a second factor",
                where="password",
                remedy="leave it out: they get a sign-up code (or exercise = true in toguna.toml)",
            )
        check_password(said.password, (said.id, said.name))
        kept = await house.threshold.hashing(lambda: house.threshold.passwords.hash(said.password))
    by, credentials = by_whom(asked), house.threshold.credentials

    def write() -> tuple[Person, str, int]:
        person = house.people.add(said.id, said.name, offices, by)
        if kept:
            credentials.set_password(said.id, kept, by)
            return person, "", 0
        return person, *credentials.issue_code(said.id, by)

    person, code, until = await house.writer.run(write)
    return answer_json(PersonBegins(_listed(asked, person, {}), code, until))


async def office(asked: Asked) -> Answer:
    """Give or end an office."""
    said = read_json(await asked.body(), OfficeSaid)
    known, by = asked.house.people, by_whom(asked)
    if said.end:
        return await _changed(
            asked,
            said.person,
            lambda: known.take(said.person, said.office, by, last_keeper=_is_beside(asked)),
        )
    return await _changed(
        asked,
        said.person,
        lambda: known.grant(said.person, said.office, said.from_us, said.until_us, by),
    )


async def end(asked: Asked) -> Answer:
    """A person leaves."""
    said = read_json(await asked.body(), PersonNamed)
    known, by = asked.house.people, by_whom(asked)
    return await _changed(
        asked, said.person, lambda: known.end(said.person, by, last_keeper=_is_beside(asked))
    )


async def reset(asked: Asked) -> Answer:
    """Let a person begin anew: nothing opens the door for them but a new sign-up code."""
    said = read_json(await asked.body(), PersonNamed)
    house, by = asked.house, by_whom(asked)

    def write() -> tuple[str, int]:
        issued = house.threshold.credentials.issue_code(said.person, by)
        house.sessions.end_all(said.person)
        return issued

    code, until = await house.writer.run(write)
    listed = _listed(asked, house.people.need(said.person), {})
    return answer_json(PersonBegins(listed, code, until))


def _is_beside(asked: Asked) -> bool:
    """Whether this is the command line, which can always add another keeper."""
    return asked.caller.key != "session"


async def _changed(asked: Asked, person: str, change: Callable[[], Any]) -> Answer:
    """Change somebody's terms; the keys of their devices follow."""
    house, by = asked.house, by_whom(asked)

    def write() -> None:
        change()
        house.keys.follow(person, by)

    await house.writer.run(write)
    house.wakes.sealed()  # peers hear of keys that ended
    return answer_json(_listed(asked, house.people.need(person), _counts(asked)))


def _keeping(path: str, answer: Any, summary: str, gives: type, takes: type) -> Endpoint:
    return Endpoint(
        "POST", path, answer, "person", summary, gives, takes=takes, most=SIGN_IN_BYTES,
        offices=KEEPERS,
    )  # fmt: skip


ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/people", people, "person", "Everybody who works at this node.", PeopleShown,
        offices=KEEPERS,
    ),
    _keeping("/api/people", add, "Add a person.", PersonBegins, PersonSaid),
    _keeping("/api/people/office", office, "Give or end an office.", PersonListed, OfficeSaid),
    _keeping("/api/people/end", end, "A person leaves.", PersonListed, PersonNamed),
    _keeping("/api/people/reset", reset, "A new sign-up code.", PersonBegins, PersonNamed),
)  # fmt: skip
