"""Keys of people's devices: asked for by a browser, approved and cancelled by the keeper."""

from __future__ import annotations

from typing import Final

import msgspec

from toguna.core.signed import decode_key, encode_key
from toguna.errors import BadInput, Unknown
from toguna.node.device_keys import Known
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json
from toguna.surfaces.routes_people import KEEPERS, by_whom
from toguna.surfaces.session_shown import check_person, keeps
from toguna.surfaces.signing_in import SIGN_IN_BYTES


class KeyAsked(msgspec.Struct, forbid_unknown_fields=True):
    """The public half (32 bytes in base64) of an Ed25519 key, and what to call the device."""

    public: str
    device: str


class KeyShown(msgspec.Struct):
    """A key: ``state`` is asked, approved, cancelled or over; it signs in ``offices`` from
    ``from_us`` to ``until_us`` (null: no end).
    """

    id: str
    person: str
    name: str
    device: str
    public: str
    asked_us: int
    state: str
    offices: list[str]
    from_us: int | None
    until_us: int | None
    why: str
    mine: bool


class KeysShown(msgspec.Struct):
    """Keys of devices, oldest first."""

    items: list[KeyShown]


class KeyApproved(msgspec.Struct, forbid_unknown_fields=True):
    """Let a key sign in these offices, until a moment or until the first of their terms ends."""

    id: str
    offices: list[str]
    until_us: int | None = None


class KeyCancelled(msgspec.Struct, forbid_unknown_fields=True):
    """Cancel a key for good: the device was lost, or its key is not used any more."""

    id: str
    why: str


def _shown(asked: Asked, known: Known) -> KeyShown:
    person = asked.house.people.find(known.key.person)
    return KeyShown(
        id=known.key.id,
        person=known.key.person,
        name=person.name if person else "",
        device=known.key.device,
        public=encode_key(known.key.public),
        asked_us=known.key.asked_us,
        state=known.state,
        offices=list(known.offices),
        from_us=known.from_us,
        until_us=known.until_us,
        why=known.why,
        mine=known.key.person == asked.caller.person,
    )


async def ask(asked: Asked) -> Answer:
    """Hand in the public half of this device's key."""
    said = read_json(await asked.body(), KeyAsked)
    person, public, house = check_person(asked), decode_key(said.public, "public"), asked.house
    known = await house.writer.run(lambda: house.keys.ask(person, public, said.device))
    return answer_json(_shown(asked, known))


async def keys(asked: Asked) -> Answer:
    """One's own keys; for a keeper everybody's."""
    if asked.query():
        raise BadInput("there is no such parameter", where="query")
    whose = "" if keeps(asked) else asked.caller.person
    return answer_json(KeysShown([_shown(asked, k) for k in asked.house.keys.list(whose)]))


async def approve(asked: Asked) -> Answer:
    """Enrol a key; everybody hears of it."""
    said = read_json(await asked.body(), KeyApproved)
    house, by = asked.house, by_whom(asked)
    known = await house.writer.run(
        lambda: house.keys.approve(said.id, said.offices, said.until_us, by)
    )
    house.wakes.sealed()
    return answer_json(_shown(asked, known))


async def cancel(asked: Asked) -> Answer:
    """Cancel a key; everybody hears of it."""
    said = read_json(await asked.body(), KeyCancelled)
    house, by = asked.house, by_whom(asked)
    if not keeps(asked) and house.keys.find(said.id).key.person != asked.caller.person:
        raise Unknown("there is no such key", where="id")
    known = await house.writer.run(lambda: house.keys.cancel(said.id, said.why, by))
    house.wakes.sealed()
    return answer_json(_shown(asked, known))


ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/keys", keys, "person", "Keys of devices; a keeper sees everybody's.",
        KeysShown,
    ),
    Endpoint(
        "POST", "/api/keys", ask, "person", "Hand in the public half of a device's key.",
        KeyShown, takes=KeyAsked, most=SIGN_IN_BYTES,
    ),
    Endpoint(
        "POST", "/api/keys/approve", approve, "person", "Let a key sign in some offices.",
        KeyShown, takes=KeyApproved, most=SIGN_IN_BYTES, offices=KEEPERS,
    ),
    Endpoint(
        "POST", "/api/keys/cancel", cancel, "person", "Cancel a key for good.", KeyShown,
        takes=KeyCancelled, most=SIGN_IN_BYTES,
    ),
)  # fmt: skip
