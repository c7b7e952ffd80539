"""What people sign themselves: first the exact bytes, then their signature, then it stands.

A session may not send anything to other parties in the name of the node alone: whatever has
readers goes through here, signed in the browser with a key that the node never held.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from toguna.core.labels import Label
from toguna.core.record import SIGNED, Address
from toguna.errors import BadInput
from toguna.node.signing import Shown, Signer
from toguna.surfaces.endpoints import (
    Answer,
    Asked,
    Endpoint,
    answer_json,
    read_json,
    read_label,
    shape_of,
)
from toguna.surfaces.routes_house import AddressShown
from toguna.surfaces.routes_records import Item, draft_of


def _null() -> msgspec.Raw:
    return msgspec.Raw(b"null")


class Prepare(msgspec.Struct, forbid_unknown_fields=True):
    """An act that a person wants to sign with the enrolled key ``key`` (its id).

    write: ``kind``, ``body``, ``label``, ``about``, ``refs``. release: ``address`` and
    ``label``; ``why`` is told to an owner whose yes is needed. recall: ``address`` and ``why``.
    correct: ``address``, ``body`` (the whole new report) and ``why``.
    """

    act: Literal["write", "release", "recall", "correct"]
    key: str
    kind: str = ""
    body: msgspec.Raw = msgspec.field(default_factory=_null)
    label: msgspec.Raw = msgspec.field(default_factory=_null)
    about: str | None = None
    refs: tuple[str, ...] = ()
    address: str = ""
    why: str = ""
    office: str = ""
    flash: bool = False


class Prepared(msgspec.Struct):
    """What is to be signed: Ed25519 over ``prefix`` and then ``raw``, both as UTF-8. ``raw``
    is the record as it will stand, but for the signature. Commit before ``expires_us``.
    """

    token: str
    prefix: str
    raw: str
    expires_us: int


class Commit(msgspec.Struct, forbid_unknown_fields=True):
    """The signature (base64 of 64 bytes) on what was prepared under ``token``."""

    token: str
    sig: str


async def prepare(asked: Asked) -> Answer:
    """Make the bytes that a person will sign."""
    said = read_json(await asked.body(), Prepare)
    by = Signer(_session(asked), said.key, asked.office(said.office))
    if asked.caller.key == "session":
        asked.house.keys.check_owner(asked.caller.person, said.key)
    shown = await asked.house.writer.run(lambda: _shown(asked, said, by))
    return answer_json(Prepared(shown.token, SIGNED.decode(), shown.raw.decode(), shown.expires_us))


def _shown(asked: Asked, said: Prepare, by: Signer) -> Shown:
    node, personal = asked.node, asked.node.personal
    if said.act == "write":
        draft = draft_of(
            node.catalogue, said.kind, Item(said.kind, said.body, said.label, said.about, said.refs)
        )
        if not draft.label.to:
            raise BadInput(
                "it names no reader", where="label.to", remedy=f"post it to /api/{said.kind}"
            )
        return personal.write(by, draft, flash=said.flash)
    address = Address.parse(said.address)
    if said.act == "release":
        return personal.release(by, address, read_label(said.label), flash=said.flash, why=said.why)
    if said.act == "recall":
        return personal.recall(by, address, said.why)
    kind = node.catalogue.kind("sharing.report")
    report: Any = node.catalogue.author_body(kind, bytes(said.body))
    return personal.correct(by, address, report, said.why)


async def commit(asked: Asked) -> Answer:
    """Author what was prepared, as it was shown."""
    said = read_json(await asked.body(), Commit)
    session = _session(asked)
    address = await asked.house.writer.run(
        lambda: asked.node.personal.commit(session, said.token, said.sig)
    )
    return answer_json(AddressShown(str(address)))


def _session(asked: Asked) -> str:
    """Whose prepared acts these are; the command line's own stand under no session."""
    return asked.caller.session


_PREPARE: Final = shape_of(Prepare, body=dict[str, Any] | None, label=Label | None)

ENDPOINTS: Final = (
    Endpoint(
        "POST", "/api/acts/prepare", prepare, "person",
        "The exact bytes that a person will sign.", Prepared, takes=_PREPARE,
    ),
    Endpoint(
        "POST", "/api/acts/commit", commit, "person",
        "Author what was prepared, with the person's signature.", AddressShown, takes=Commit,
    ),
)  # fmt: skip
