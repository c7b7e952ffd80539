"""init, card, found, sign, refuse, adopt: an alliance is founded by passing files around."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast, get_args

import click

from toguna.core import acts, drafting
from toguna.core.charter import (
    Card,
    OfficeTerm,
    Role,
    check_office,
    open_card,
    sign_card,
)
from toguna.core.ed25519 import public_key
from toguna.core.signed import key_id
from toguna.errors import BadInput, Refused
from toguna.node import keyfiles, opening
from toguna.surfaces import words
from toguna.surfaces.options import (
    FOLDER,
    folder,
    moved,
    read_bytes,
    read_passphrase,
    rooted,
    say,
    spoken,
    write_whole,
)
from toguna.surfaces.rooting import (
    ROOT_KEY,
    Draft,
    House,
    house,
    read_draft,
    root_seed,
    write_draft,
)


@click.command(epilog="Example: toguna init ml --party ml --name Mali")
@folder
@click.option("--party", required=True, help="The party's id, like ml.")
@click.option("--name", required=True, help="Its name for people.")
@click.option("--store", default="sqlite", show_default=True, help="Or postgresql://...")
@click.option("--address", "addresses", multiple=True, help="Where others reach us (http://...).")
@click.option("--listen", default="", help="HOST:PORT on which to serve.")
@click.option("--exercise", is_flag=True, help="A node whose clock may be moved with --at.")
@click.option("--passphrase-file", type=FOLDER, help="Seals the root key with its first line.")
@spoken
def init(
    folder: Path,
    party: str,
    name: str,
    store: str,
    addresses: tuple[str, ...],
    listen: str,
    exercise: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Make a node in DIR: keys and empty logs.

    The root key speaks for the party. It lies in a file of its own, to be carried away.
    """
    passphrase = read_passphrase(passphrase_file)
    opening.create_folder(
        folder, party, name, store, passphrase, exercise, addresses=addresses, listen=listen
    )
    path = folder / opening.KEYS / ROOT_KEY
    advice = words.SEALED_ROOT if passphrase else words.CARRY_AWAY.format(path=path, party=party)
    value = {
        "folder": str(folder),
        "party": party,
        "root_key": str(path),
        "sealed": bool(passphrase),
    }
    say(value, f"{folder}: the node of {name} ({party})\n{advice}", as_json)


@click.command(epilog="Example: toguna card ml -o ml.card")
@folder
@click.option("-o", "--output", type=FOLDER, required=True, help="The file to write.")
@click.option("--address", "addresses", multiple=True, help="Where others reach us.")
@rooted
@spoken
def card(
    folder: Path,
    output: Path,
    addresses: tuple[str, ...],
    root_key: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Write the public card of this party, signed with its root key.

    Compare the key id with the other parties by another way (telephone, paper).
    """
    home = house(folder)
    seed = root_seed(home, root_key, passphrase_file)
    keys = keyfiles.public_keys(folder / opening.KEYS)
    given = addresses or home.config.addresses
    made = Card(addresses=tuple(given), keys=keys, name=home.config.name, party=home.party, v=1)
    write_whole(output, sign_card(made, [seed]))
    root = key_id(public_key(seed))
    value = {"file": str(output), "party": home.party, "root": root, "addresses": list(given)}
    say(value, f"{output}: the card of {home.party}, root key {root}", as_json)


def read_card(path: Path) -> Card:
    """A card from its file, its own signatures verified; errors name the file."""
    try:
        return open_card(read_bytes(path, "the card"))
    except BadInput as error:
        raise BadInput(error.what, where=error.where or str(path), remedy=error.remedy) from None


@click.command(epilog="Example: toguna found ml --cards ml.card bf.card ne.card -o charter.json")
@folder
@click.argument("cards", nargs=-1, type=FOLDER, required=True)
@click.option("--cards", "_cards", is_flag=True, expose_value=False, help="The cards follow.")
@click.option("--profile", default="aes", show_default=True, help="The rules to begin with.")
@click.option("--name", help="The alliance's name in one word (default: the profile's).")
@click.option("--role", "roles", multiple=True, metavar="PARTY=ROLE", help="Other than member.")
@click.option(
    "--holds", "offices", multiple=True, metavar="OFFICE=PARTY", help="An office's first holder."
)
@click.option("-o", "--output", type=FOLDER, required=True, help="The charter file to write.")
@rooted
@moved
@spoken
def found(
    folder: Path,
    cards: tuple[Path, ...],
    profile: str,
    name: str | None,
    roles: tuple[str, ...],
    offices: tuple[str, ...],
    output: Path,
    root_key: Path | None,
    passphrase_file: Path | None,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Draft the first charter out of the parties' cards, and sign it.

    The first card's party holds the profile's chair, unless --holds says otherwise.
    """
    home = house(folder, at_us)
    opened = [read_card(path) for path in cards]
    if home.party not in {c.party for c in opened}:
        raise BadInput(f"the card of {home.party} itself is not among them")
    terms = [
        OfficeTerm(from_us=home.now_us, office=o, party=p, until_us=None)
        for o, p in _pairs(offices, "--holds")
    ]
    version = drafting.found(
        opened,
        profile,
        name or profile,
        home.now_us,
        roles=cast("dict[str, Role]", dict(_roles(roles))),
        offices=terms or None,
    )
    seed = root_seed(home, root_key, passphrase_file)
    write_draft(output, acts.sign_act(acts.encode_act(version), home.party, seed))
    _tell(
        read_draft(output, home.now_us), f"{output}: written, and signed by {home.party}", as_json
    )


def _pairs(given: tuple[str, ...], option: str) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        left, equals, right = text.partition("=")
        if not equals or not right:
            raise BadInput(f"{text[:40]!r} is not NAME=VALUE", where=option)
        check_office(left, option)
        pairs.append((left, right))
    return pairs


def _roles(given: tuple[str, ...]) -> list[tuple[str, str]]:
    known = get_args(Role)
    for party, role in (pairs := _pairs(given, "--role")):
        if role not in known:
            raise BadInput(f"{party}: no role {role[:20]!r}", remedy=f"one of {', '.join(known)}")
    return pairs


def _tell(draft: Draft, done: str, as_json: bool) -> None:
    """Say how a draft stands after a command."""
    state = draft.state
    value: dict[str, Any] = {
        "file": str(draft.path),
        "hash": draft.hash,
        "version": draft.version.version,
        "state": state.state if state else "unknown",
        "words": draft.words(),
        "signed_by": list(state.signed_by) if state else [],
        "missing": list(state.missing) if state else [],
        "refused_by": state.refused_by if state else {},
    }
    text = f"{done}\n{state.summary if state else 'charter'}: {draft.words()}"
    say(value, text, as_json)


@click.command(epilog="Example: toguna sign bf charter.json")
@folder
@click.argument("file", type=FOLDER)
@rooted
@moved
@spoken
def sign(
    folder: Path,
    file: Path,
    root_key: Path | None,
    passphrase_file: Path | None,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Add this party's signature to the charter in FILE. Read it first."""
    home = house(folder, at_us)
    draft = read_draft(file, home.now_us)
    seed = root_seed(home, root_key, passphrase_file)
    document = acts.cosign_act(draft.file.document, home.party, seed)
    if document == draft.file.document:
        _tell(draft, f"{file}: {home.party} had signed it already", as_json)
        return
    before, votes = draft.file.before, draft.file.votes
    _check_first(file, home, document, votes, before)
    write_draft(file, document, votes, before)
    _tell(read_draft(file, home.now_us), f"{file}: signed by {home.party}", as_json)


def _check_first(
    file: Path,
    home: House,
    document: bytes,
    votes: tuple[bytes, ...],
    before: tuple[bytes, ...],
) -> None:
    """A file that others pass on is never left with a signature that does not count."""
    fresh = file.with_name(f".{file.name}.check")
    try:
        write_draft(fresh, document, votes, before)
        read_draft(fresh, home.now_us)
    finally:
        fresh.unlink(missing_ok=True)


@click.command(epilog='Example: toguna refuse ne charter.json --why "not before the summit"')
@folder
@click.argument("file", type=FOLDER)
@click.option("--why", required=True, help="The reason; everybody reads it.")
@rooted
@moved
@spoken
def refuse(
    folder: Path,
    file: Path,
    why: str,
    root_key: Path | None,
    passphrase_file: Path | None,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Say no to the charter in FILE, with the reason."""
    home = house(folder, at_us)
    draft = read_draft(file, home.now_us)
    seed = root_seed(home, root_key, passphrase_file)
    vote = acts.Vote(
        at=max(home.now_us, draft.version.at),
        charter=draft.hash,
        party=home.party,
        vote="no",
        why=why,
    )
    signed = acts.sign_act(acts.encode_act(vote), home.party, seed)
    votes = (*draft.file.votes, signed)
    _check_first(file, home, draft.file.document, votes, draft.file.before)
    write_draft(file, draft.file.document, votes, draft.file.before)
    _tell(read_draft(file, home.now_us), f"{file}: refused by {home.party}", as_json)


@click.command(epilog="Example: toguna adopt ml charter.json")
@folder
@click.argument("file", type=FOLDER)
@moved
@spoken
def adopt(folder: Path, file: Path, at_us: int | None, as_json: bool) -> None:
    """Take the charter in FILE once enough have signed it; else say who is missing.

    Votes and signatures in the file are taken into the book either way, where a charter is
    in force already: so a refusal reaches everybody.
    """
    from toguna.surfaces.client import Client
    from toguna.surfaces.publishing import known_book, publish

    with Client(folder, at_us) as client:
        book = known_book(client)
        draft = read_draft(file, client.now(), book)
        standing = book.standing(client.now())
        if draft.state is None:
            raise Refused(
                "it does not stand on the charter in force",
                where=str(file),
                remedy="draft it anew with toguna propose",
            )
        if (
            draft.version.version == 1
            and standing.in_force
            and standing.founding_hash != draft.hash
        ):
            raise Refused(f"this node belongs to {standing.id} already", where=str(file))
        accepted = draft.state.state == "accepted"
        if accepted or standing.in_force:
            publish(client, draft.file.documents())
        if not accepted:
            raise Refused(
                draft.words(), where=str(file), remedy="adopt it again when that has changed"
            )
        after = known_book(client).standing(client.now())
        text = (
            f"in force: {after.id} version {after.version}, {len(after.parties)} of "
            f"{len(after.parties)} parties\ncharter {after.charter_hash}"
        )
        value = {
            "alliance": after.id,
            "version": after.version,
            "hash": after.charter_hash,
            "parties": [p.party for p in after.parties],
        }
        say(value, text, as_json)
