"""A person's first sign-in, with the code that their keeper gave them.

First the code is checked; then, with what they chose (a password and an authenticator app, or
a passkey), it is used up in the same transaction. Until then nothing of it stands anywhere.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from toguna.errors import BadInput, Refused
from toguna.node.passwords import check_password
from toguna.node.people import is_id
from toguna.node.second_factor import app_uri, hash_code, new_app_secret, step_of
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json
from toguna.surfaces.passkeys import CREDENTIAL_BYTES, new_challenge, site_of
from toguna.surfaces.session_shown import PersonShown, SessionShown, begin
from toguna.surfaces.sessions import address_of, relying_party
from toguna.surfaces.signing_in import MOST_TYPED, SIGN_IN_BYTES

LASTS_US: Final = 1_800_000_000
_SIGN_UP: Final = "sign-up"


class CodeSaid(msgspec.Struct, forbid_unknown_fields=True):
    """Who begins, and the code that the keeper gave them."""

    person: str
    code: str


class AppShown(msgspec.Struct):
    """What an authenticator app needs: a secret to type, or a QR code (a ``data:`` image)."""

    secret: str
    uri: str
    qr: str


class SignUpBegun(msgspec.Struct):
    """What to choose from. ``passkey`` are the options of WebAuthn, null where none are made;
    the app may be left out only where ``app_needed`` is false.
    """

    ticket: str
    person: PersonShown
    app: AppShown
    app_needed: bool
    passkey: dict[str, Any] | None


class PasswordChosen(msgspec.Struct, forbid_unknown_fields=True):
    """A password, and the first code of the app."""

    ticket: str
    password: str
    code: str = ""


class PasskeyMade(msgspec.Struct, forbid_unknown_fields=True):
    """A passkey, and what to call it: ``credential`` is ``PublicKeyCredential.toJSON()``."""

    ticket: str
    credential: dict[str, Any]
    name: str


class SignedUp(msgspec.Struct):
    """The session that began; ``recovery_codes`` are shown this once, each good once."""

    session: SessionShown
    recovery_codes: list[str]


class Waiting(msgspec.Struct, array_like=True):
    """What a ticket holds: who, by which code, the secret for an app, the challenge."""

    person: str
    code: bytes
    app: bytes
    challenge: bytes


def app_shown(asked: Asked, person: str, secret: bytes) -> AppShown:
    """A secret for an app, as text and as an image."""
    import segno  # slow to load, and seldom needed

    uri = app_uri(secret, f"{person}@{asked.node.party}", f"Toguna {asked.node.party}")
    picture = segno.make(uri, micro=False).svg_data_uri(scale=4, border=2, light="#fff")
    return AppShown(b32encode(secret).decode(), uri, picture)


def passkey_options(
    asked: Asked, person: str, name: str, known: Sequence[bytes] = ()
) -> tuple[bytes, dict[str, Any]]:
    """A challenge, and the options with which a browser makes a passkey."""
    from toguna.surfaces.authenticators import making

    challenge = new_challenge()
    return challenge, making(site_of(asked), person, name, known, challenge)


async def begin_sign_up(asked: Asked) -> Answer:
    """Check a sign-up code."""
    said = read_json(await asked.body(), CodeSaid)
    house, threshold, now = asked.house, asked.house.threshold, asked.node.now()
    address, code = address_of(house, asked.scope), hash_code(said.code)
    if not 0 < len(said.person) <= MOST_TYPED:
        raise BadInput(f"needs 1 to {MOST_TYPED} characters", where="person")
    threshold.attempted.begin(said.person, address, now)
    person = house.people.find(said.person)
    opens = threshold.credentials.opens(said.person if is_id(said.person) else "", code)
    if not opens or person is None:
        raise Refused("this is not right", where="code", remedy="ask your keeper for a new code")
    threshold.attempted.right(said.person, address)
    secret, challenge, options = new_app_secret(), b"", None
    if relying_party(house, asked.scope):
        challenge, options = passkey_options(asked, person.id, person.name)
    waiting = Waiting(person.id, code, secret, challenge)
    return answer_json(
        SignUpBegun(
            ticket=threshold.stamps.stamp(_SIGN_UP, waiting, now, LASTS_US),
            person=PersonShown(person.id, person.name),
            app=app_shown(asked, person.id, secret),
            app_needed=not asked.node.parts.desk.exercise,
            passkey=options,
        )
    )


async def with_password(asked: Asked) -> Answer:
    """Sign up with a password and an app."""
    said = read_json(await asked.body(), PasswordChosen)
    house, threshold, now = asked.house, asked.house.threshold, asked.node.now()
    waiting = threshold.stamps.open(_SIGN_UP, said.ticket, Waiting, now)
    person = house.people.need(waiting.person)
    check_password(said.password, (person.id, person.name))
    app = None
    if said.code or not asked.node.parts.desk.exercise:
        step = step_of(waiting.app, said.code, now, 0)
        if step is None:
            raise Refused(
                "this is not the code of the app", where="code", remedy="wait for the next one"
            )
        app = (waiting.app, step)
    kept = await threshold.hashing(lambda: threshold.passwords.hash(said.password))
    codes = await house.writer.run(
        lambda: threshold.credentials.enrol(person.id, waiting.code, kept, app)
    )
    return await _signed_up(asked, person.id, "password", codes)


async def with_passkey(asked: Asked) -> Answer:
    """Sign up with a passkey."""
    from toguna.surfaces.authenticators import check_made

    said = read_json(await asked.body(), PasskeyMade)
    house, threshold = asked.house, asked.house.threshold
    waiting = threshold.stamps.open(_SIGN_UP, said.ticket, Waiting, asked.node.now())
    made = check_made(site_of(asked), said.credential, waiting.challenge)
    person = waiting.person

    def write() -> None:
        with house.people.changing() as tx:
            threshold.credentials.sign_up(tx, person, waiting.code)
            threshold.passkeys.add(tx, person, made.id, said.name, made.public)
            house.people.note(tx, f"{person} signed up with a passkey")

    await house.writer.run(write)
    return await _signed_up(asked, person, "passkey", [])


async def _signed_up(asked: Asked, person: str, way: str, codes: list[str]) -> Answer:
    shown, more = await begin(asked, person, way)
    return answer_json(SignedUp(shown, codes))._replace(more=more)


ENDPOINTS: Final = (
    Endpoint(
        "POST", "/api/sign-up/begin", begin_sign_up, "public", "Check a sign-up code.",
        SignUpBegun, takes=CodeSaid, most=SIGN_IN_BYTES,
    ),
    Endpoint(
        "POST", "/api/sign-up/password", with_password, "public",
        "Choose a password and an app, and sign in.", SignedUp, takes=PasswordChosen,
        most=SIGN_IN_BYTES,
    ),
    Endpoint(
        "POST", "/api/sign-up/passkey", with_passkey, "public",
        "Make a passkey, and sign in.", SignedUp, takes=PasskeyMade,
        most=CREDENTIAL_BYTES,
    ),
)  # fmt: skip
