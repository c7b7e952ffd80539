"""Signing in with a password, and signing out.

A wrong password, a wrong code, a person who is not there and one without a password get the
same answer after the same work. Which of them it was, only the diary of the node could know,
and it is not told either.
"""

from __future__ import annotations

from typing import Final

import msgspec

from toguna.errors import BadInput, Refused
from toguna.node import logs
from toguna.node.passwords import MOST_CHARACTERS
from toguna.node.people import is_id
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json
from toguna.surfaces.passkeys import Nothing
from toguna.surfaces.session_shown import SessionShown, begin, session
from toguna.surfaces.sessions import address_of, cookie

_log = logs.logger("toguna.entrance")
SIGN_IN_BYTES: Final = 4_096
MOST_TYPED: Final = 64


class PasswordSaid(msgspec.Struct, forbid_unknown_fields=True):
    """Sign in. ``code`` is that of the app, or a recovery code, where an app is enrolled."""

    person: str
    password: str
    code: str = ""


async def by_password(asked: Asked) -> Answer:
    """Sign in with a password, and a code where an app is enrolled."""
    said = read_json(await asked.body(), PasswordSaid)
    for name, text, most in (
        ("person", said.person, MOST_TYPED),
        ("password", said.password, MOST_CHARACTERS),
    ):
        if not 0 < len(text) <= most:
            raise BadInput(f"needs 1 to {most} characters", where=name)
    house, threshold, now = asked.house, asked.house.threshold, asked.node.now()
    address = address_of(house, asked.scope)
    threshold.make_room()  # before it counts as an attempt
    threshold.attempted.begin(said.person, address, now)
    if not await _holds(asked, said):
        house.meters.refused("sign-in")
        if house.people.find(said.person) and threshold.attempted.is_shut(said.person, now):
            _log.warning("too many wrong attempts", person=said.person, address=address)
        raise Refused("this is not right", where="password", remedy="check all that you entered")
    threshold.attempted.right(said.person, address)
    shown, more = await begin(asked, said.person, "password")
    return answer_json(shown)._replace(more=more)


async def _holds(asked: Asked, said: PasswordSaid) -> bool:
    """Whether person, password and code go together. Each step is taken in any case."""
    house, threshold = asked.house, asked.house.threshold
    credentials, passwords = threshold.credentials, threshold.passwords
    id_ = said.person if is_id(said.person) else ""
    kept = credentials.of(id_)
    fits = await threshold.hashing(lambda: passwords.fits(kept.password, said.password))
    person = house.people.find(id_)
    fits = fits and person is not None and bool(person.offices(asked.node.now()))
    spent = await house.writer.run(
        lambda: credentials.spend(id_, said.code[:MOST_TYPED], really=fits)
    )
    # A password alone opens the door in an exercise, and only where no app is enrolled.
    if not (spent or (fits and asked.node.parts.desk.exercise and kept.totp is None)):
        return False
    if kept.password is not None and passwords.is_dated(kept.password):
        dated, fresh = kept.password, await threshold.hashing(lambda: passwords.hash(said.password))
        await house.writer.run(lambda: credentials.rehash(id_, dated, fresh))
    return True


async def sign_out(asked: Asked) -> Answer:
    """End this session."""
    if asked.caller.key != "session":
        raise BadInput("there is no session to end")
    read_json(await asked.body() or b"{}", Nothing)
    await asked.house.writer.run(lambda: asked.house.sessions.end(asked.caller.session))
    return Answer(b"{}", more=cookie(asked.house, asked.scope, ""))


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
        "POST", "/api/sign-out", sign_out, "person", "End this session.", Nothing,
        takes=Nothing, most=SIGN_IN_BYTES,
    ),
)  # fmt: skip
