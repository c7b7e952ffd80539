"""What people do for themselves: sessions, password, app, recovery codes, passkeys.

What opens the door is changed by somebody who signed in a short while ago, and whoever does so
goes on under a new session while all their others end.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from toguna.errors import BadInput, Refused, Unknown
from toguna.node.passwords import check_password
from toguna.node.second_factor import new_app_secret, step_of
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, Query, answer_json, read_json
from toguna.surfaces.passkeys import CREDENTIAL_BYTES, Begun, Nothing, id_of, site_of, text_of
from toguna.surfaces.session_shown import check_person, fresh, keeps, renew
from toguna.surfaces.sessions import address_of
from toguna.surfaces.signing_in import SIGN_IN_BYTES
from toguna.surfaces.signing_up import AppShown, PasskeyMade, SignedUp, app_shown, passkey_options

_APP: Final = "app"
_PASSKEY: Final = "passkey"


class SessionListed(msgspec.Struct):
    """An open session: on which device, how it began, when it was last heard of."""

    id: str
    person: str
    device: str
    way: str
    since_us: int
    seen_us: int
    ends_us: int
    current: bool


class SessionsShown(msgspec.Struct):
    """Open sessions, the newest first."""

    items: list[SessionListed]


class SessionsEnd(msgspec.Struct, forbid_unknown_fields=True):
    """End the session ``id``; or all of one's own but this one; or, as keeper, all of
    ``person``.
    """

    id: str = ""
    person: str = ""
    all: bool = False


class SessionsEnded(msgspec.Struct):
    """How many ended."""

    ended: int


class PasswordNew(msgspec.Struct, forbid_unknown_fields=True):
    """A new password in the place of ``before`` (empty when there was none)."""

    password: str
    before: str = ""


class AppBegun(msgspec.Struct):
    """A secret for an app; ``ticket`` comes back with its first code."""

    ticket: str
    app: AppShown


class AppCode(msgspec.Struct, forbid_unknown_fields=True):
    """The first code of a new app."""

    ticket: str
    code: str


class CodeNow(msgspec.Struct, forbid_unknown_fields=True):
    """A code of the app."""

    code: str


class PasskeyListed(msgspec.Struct):
    """A passkey: its id, what it is called, when it was made and last used."""

    id: str
    name: str
    added_us: int
    used_us: int


class AccountShown(msgspec.Struct):
    """What opens the door for whoever asks."""

    password: bool
    app: bool
    recovery_codes_left: int
    passkeys: list[PasskeyListed]


class PasskeyEnd(msgspec.Struct, forbid_unknown_fields=True):
    """The passkey to forget."""

    id: str


class _AppWaiting(msgspec.Struct, array_like=True):
    person: str
    secret: bytes


class _PasskeyWaiting(msgspec.Struct, array_like=True):
    person: str
    challenge: bytes


# Sessions --------------------------------------------------------------------------------


async def sessions(asked: Asked) -> Answer:
    """One's own sessions; as keeper also those of another person, or of everybody."""
    query = asked.query()
    whose = query.pop("person", asked.caller.person)
    if query:
        raise BadInput("there is no such parameter", where="query")
    if whose != asked.caller.person and not keeps(asked):
        raise Unknown("there is nothing here for you")
    house = asked.house
    found = [
        SessionListed(
            id=s.id, person=s.person, device=s.device, way=s.way, since_us=s.since_us,
            seen_us=s.seen_us, ends_us=house.sessions.ends_us(s),
            current=s.id == asked.caller.session,
        )
        for s in sorted(house.sessions.all(), key=lambda s: -s.since_us)
        if s.person == whose or (not whose and keeps(asked))
    ]  # fmt: skip
    return answer_json(SessionsShown(found))


async def end_sessions(asked: Asked) -> Answer:
    """End sessions; what they were doing stops at once."""
    said = read_json(await asked.body(), SessionsEnd)
    if (said.id != "") == (said.all or said.person != ""):
        raise BadInput("name one session, or all of a person", where="id")
    keeper, house, own = keeps(asked), asked.house, asked.caller.person
    if said.person not in ("", own) and not keeper:
        raise Unknown("there is nothing here for you")
    if said.id:
        there = await house.writer.run(lambda: house.sessions.end(said.id, "" if keeper else own))
        if not there:
            raise Unknown("there is no such session", where="id")
        return answer_json(SessionsEnded(1))
    whose = said.person or check_person(asked)
    but = asked.caller.session if whose == own else ""
    ended = await house.writer.run(lambda: house.sessions.end_all(whose, but=but))
    return answer_json(SessionsEnded(ended))


# Password and app ------------------------------------------------------------------------


async def account(asked: Asked) -> Answer:
    """What opens the door for me."""
    person, threshold = check_person(asked), asked.house.threshold
    kept = threshold.credentials.of(person)
    return answer_json(
        AccountShown(
            password=kept.password is not None,
            app=kept.totp is not None,
            recovery_codes_left=threshold.credentials.recovery_left(person),
            passkeys=[
                PasskeyListed(text_of(k.id), k.name, k.added_us, k.used_us)
                for k in threshold.passkeys.of(person)
            ],
        )
    )


async def password(asked: Asked) -> Answer:
    """Another password."""
    said = read_json(await asked.body(), PasswordNew)
    house, threshold, id_ = asked.house, asked.house.threshold, check_person(asked)
    fresh(asked)
    kept, person = threshold.credentials.of(id_), house.people.need(id_)
    check_password(said.password, (person.id, person.name))
    if kept.password is not None:
        address = address_of(house, asked.scope)
        threshold.attempted.begin(id_, address, asked.node.now())
        passwords = threshold.passwords
        if not await threshold.hashing(lambda: passwords.fits(kept.password, said.before)):
            raise Refused("this is not your password", where="before")
        threshold.attempted.right(id_, address)
    hashed = await threshold.hashing(lambda: threshold.passwords.hash(said.password))
    await house.writer.run(lambda: threshold.credentials.set_password(id_, hashed, id_))
    return await _renewed(asked, [])


async def begin_app(asked: Asked) -> Answer:
    """A secret for a new app; nothing changes before its first code came back."""
    read_json(await asked.body() or b"{}", Nothing)
    person, secret = check_person(asked), new_app_secret()
    fresh(asked)
    stamps, now = asked.house.threshold.stamps, asked.node.now()
    ticket = stamps.stamp(_APP, _AppWaiting(person, secret), now)
    return answer_json(AppBegun(ticket, app_shown(asked, person, secret)))


async def enrol_app(asked: Asked) -> Answer:
    """Enrol an app by its first code."""
    said = read_json(await asked.body(), AppCode)
    person, threshold, now = check_person(asked), asked.house.threshold, asked.node.now()
    fresh(asked)
    waiting = threshold.stamps.open(_APP, said.ticket, _AppWaiting, now)
    step = step_of(waiting.secret, said.code, now, 0)
    if waiting.person != person or step is None:
        raise Refused(
            "this is not the code of the app", where="code", remedy="wait for the next one"
        )
    threshold.stamps.use(_APP, said.ticket, _AppWaiting, now)
    codes = await asked.house.writer.run(
        lambda: threshold.credentials.set_app(person, waiting.secret, step)
    )
    return await _renewed(asked, codes)


async def renew_recovery(asked: Asked) -> Answer:
    """Ten new recovery codes."""
    said = read_json(await asked.body(), CodeNow)
    person, threshold = check_person(asked), asked.house.threshold
    fresh(asked)
    address = address_of(asked.house, asked.scope)
    threshold.attempted.begin(person, address, asked.node.now())
    credentials = threshold.credentials
    if not await asked.house.writer.run(lambda: credentials.spend(person, said.code[:64])):
        raise Refused("this is not the code of the app", where="code")
    threshold.attempted.right(person, address)
    codes = await asked.house.writer.run(lambda: credentials.renew_recovery(person))
    return await _renewed(asked, codes)


# Passkeys --------------------------------------------------------------------------------


async def begin_passkey(asked: Asked) -> Answer:
    """The options with which the browser makes a passkey."""
    read_json(await asked.body() or b"{}", Nothing)
    threshold, person = asked.house.threshold, asked.house.people.need(check_person(asked))
    fresh(asked)
    known = [key.id for key in threshold.passkeys.of(person.id)]
    challenge, options = passkey_options(asked, person.id, person.name, known)
    waiting = _PasskeyWaiting(person.id, challenge)
    ticket = threshold.stamps.stamp(_PASSKEY, waiting, asked.node.now())
    return answer_json(Begun(ticket, options))


async def add_passkey(asked: Asked) -> Answer:
    """Keep a passkey that the browser made."""
    from toguna.surfaces.authenticators import check_made

    said = read_json(await asked.body(), PasskeyMade)
    person, house, threshold = check_person(asked), asked.house, asked.house.threshold
    fresh(asked)
    waiting = threshold.stamps.use(_PASSKEY, said.ticket, _PasskeyWaiting, asked.node.now())
    if waiting.person != person:
        raise Refused("this was begun by somebody else", where="ticket")
    made = check_made(site_of(asked), said.credential, waiting.challenge)

    def write() -> None:
        with house.people.changing() as tx:
            threshold.passkeys.add(tx, person, made.id, said.name, made.public)
            house.people.note(tx, f"{person} made a passkey")

    await house.writer.run(write)
    return await _renewed(asked, [])


async def end_passkey(asked: Asked) -> Answer:
    """Forget a passkey."""
    said = read_json(await asked.body(), PasskeyEnd)
    person, threshold = check_person(asked), asked.house.threshold
    fresh(asked)
    id_ = id_of(said.id)
    await asked.house.writer.run(lambda: threshold.passkeys.remove(person, id_))
    return await _renewed(asked, [])


async def _renewed(asked: Asked, codes: list[str]) -> Answer:
    shown, more = await renew(asked)
    return answer_json(SignedUp(shown, codes))._replace(more=more)


def _own(path: str, answer: Any, summary: str, gives: Any, takes: Any = None) -> Endpoint:
    most = CREDENTIAL_BYTES if takes is PasskeyMade else SIGN_IN_BYTES
    return Endpoint("POST", path, answer, "person", summary, gives, takes=takes, most=most)


ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/sessions", sessions, "person", "One's own sessions; a keeper sees others'.",
        SessionsShown, query=(Query("person", "string", "Whose, for a keeper; all if empty."),),
    ),
    _own("/api/sessions/end", end_sessions, "End sessions.", SessionsEnded, SessionsEnd),
    Endpoint(
        "GET", "/api/account", account, "person", "What opens the door for me.", AccountShown
    ),
    _own("/api/account/password", password, "Another password.", SignedUp, PasswordNew),
    _own("/api/account/app/begin", begin_app, "A secret for an app.", AppBegun, Nothing),
    _own("/api/account/app", enrol_app, "Enrol an app by its first code.", SignedUp, AppCode),
    _own("/api/account/recovery", renew_recovery, "Ten new recovery codes.", SignedUp, CodeNow),
    _own("/api/account/passkeys/begin", begin_passkey, "What makes a passkey.", Begun, Nothing),
    _own("/api/account/passkeys", add_passkey, "Keep a passkey.", SignedUp, PasskeyMade),
    _own("/api/account/passkeys/end", end_passkey, "Forget a passkey.", SignedUp, PasskeyEnd),
)  # fmt: skip
