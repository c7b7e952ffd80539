"""charter show, propose, handover, revoke, withdraw: acts under a charter in force."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast, get_args

import click
import msgspec

from toguna.core import acts, drafting
from toguna.core.charter import Charter, KeyRole, Role, Rules
from toguna.core.profiles import profile as find_profile
from toguna.core.signed import encode_key, key_id
from toguna.core.standing import Standing
from toguna.core.table import Where
from toguna.core.time import add_months, day_of, format_time
from toguna.errors import BadInput, Refused, Unknown
from toguna.node import keyfiles, opening
from toguna.node import tables as t
from toguna.node.node import Node
from toguna.surfaces import words
from toguna.surfaces.client import Client, need_node
from toguna.surfaces.commands_founding import read_card
from toguna.surfaces.options import FOLDER, MOMENT, folder, moved, read_bytes, rooted, say, spoken
from toguna.surfaces.publishing import known_book, publish, signed_act, standing_of
from toguna.surfaces.rooting import House, house, root_seed, write_draft


@click.group(epilog="Example: toguna charter show ml")
def charter() -> None:
    """The charter: who is a party, and by which rules acts become binding."""


@charter.command(epilog="Example: toguna charter show ml")
@folder
@moved
@spoken
def show(folder: Path, at_us: int | None, as_json: bool) -> None:
    """Show the charter in force, who leaves, who holds which office, what is proposed."""
    with Client(folder, at_us) as client:
        standing = known_book(client).standing(client.now())
        say(charter_value(standing), charter_text(standing), as_json)


def charter_value(standing: Standing) -> dict[str, Any]:
    """The charter as JSON values."""
    entries = [
        {
            "party": p.party,
            "name": p.name,
            "role": p.role,
            "status": standing.status(p.party),
            "addresses": list(p.addresses),
        }
        for p in standing.parties
    ]
    return {
        "alliance": standing.id,
        "version": standing.version,
        "hash": standing.charter_hash,
        "founding": standing.founding_hash,
        "profile": standing.charter.profile if standing.in_force else "",
        "parties": entries,
        "rules": msgspec.to_builtins(standing.charter.rules) if standing.in_force else {},
        "offices": [
            {
                "office": term.office,
                "holder": term.party,
                "from": term.from_us,
                "until": term.until_us,
            }
            for term in standing.terms
        ],
        "departures": [d._asdict() for d in standing.departures],
        "revocations": [msgspec.to_builtins(r) for r in standing.revocations],
        "pending": [{**p._asdict(), "words": p.describe()} for p in standing.pending],
    }


def charter_text(standing: Standing) -> str:
    """The charter in words."""
    if not standing.in_force:
        lines = ["no charter is in force"]
        return "\n".join(lines + [f"{p.summary}: {p.describe()}" for p in standing.proposals])
    charter_ = standing.charter
    lines = [
        f"{standing.id} version {standing.version}, profile {charter_.profile}",
        f"charter {standing.charter_hash}",
        f"founding {standing.founding_hash}",
        "",
        words.table(
            [(p.party, p.name, p.role, standing.status(p.party)) for p in standing.parties],
            ("party", "name", "role", "status"),
        ),
        "",
        f"accession {charter_.rules.accession}, exclusion {charter_.rules.exclusion}, "
        f"amendment {charter_.rules.amendment}, notice {charter_.rules.withdrawal_months} months",
    ]
    for office in sorted({term.office for term in standing.terms}):
        lines.append(f"{office}: {standing.office_holder(office) or 'vacant'}")
    for d in standing.departures:
        waiting = f", waiting {', '.join(d.waiting)}" if d.waiting else ""
        when = f"{d.days_left} days left" if d.days_left else "in effect"
        seen = ", ".join(d.receipts) or "nobody yet"
        lines.append(f"{d.party} leaves on {day_of(d.effective)} ({when}): {d.why}")
        lines.append(f"  receipts: {seen}{waiting}")
    for r in standing.revocations:
        lines.append(f"the {r.role} key {r.key} of {r.party} was revoked: {r.why}")
    for proposal in standing.pending:
        lines.append(f"proposed: {proposal.summary}: {proposal.describe()}")
    return "\n".join(lines)


# Proposing -------------------------------------------------------------------------------


@click.command(epilog="Example: toguna propose ml --admit td.card -o charter.json")
@folder
@click.option("--admit", type=FOLDER, metavar="CARD", help="Admit the party of this card.")
@click.option("--role", type=click.Choice(get_args(Role)), default="member", show_default=True)
@click.option("--exclude", metavar="PARTY", help="Strike a party from the charter.")
@click.option("--profile", metavar="NAME", help="Take over another profile's rules.")
@click.option("--rules", type=FOLDER, metavar="FILE", help="Other rules: the changed ones as JSON.")
@click.option("-o", "--output", type=FOLDER, required=True, help="The charter file to write.")
@rooted
@moved
@spoken
def propose(
    folder: Path,
    admit: Path | None,
    role: str,
    exclude: str | None,
    profile: str | None,
    rules: Path | None,
    output: Path,
    root_key: Path | None,
    passphrase_file: Path | None,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Draft the next version of the charter, sign it and publish it to everybody's book.

    The others sign or refuse the file and pass it on; `toguna adopt` takes what is decided.
    """
    if sum(x is not None for x in (admit, exclude, profile, rules)) != 1:
        raise BadInput("give one of --admit, --exclude, --profile and --rules")
    home = house(folder, at_us)
    seed = root_seed(home, root_key, passphrase_file)
    with Client(folder, at_us) as client:
        standing, now_us = standing_of(client), client.now()
        version = _next_version(standing.charter, now_us, admit, role, exclude, profile, rules)
        document = acts.sign_act(acts.encode_act(version), home.party, seed)
        publish(client, [document])
        book = known_book(client)
        hash_ = acts.parse_document(document).hash
        file = acts.read_charter_file(book.charter_file(hash_))
        write_draft(output, file.document, file.votes, file.before)
        proposal = book.standing(now_us).proposal(hash_)
        state = proposal.describe() if proposal else "pending"
        summary = proposal.summary if proposal else ""
        value = {
            "file": str(output), "hash": hash_, "version": version.version, "summary": summary,
            "words": state,
        }  # fmt: skip
        say(value, f"{output}: {summary}, version {version.version}\n{state}", as_json)


def _next_version(
    current: Charter,
    now_us: int,
    admit: Path | None,
    role: str,
    exclude: str | None,
    profile: str | None,
    rules: Path | None,
) -> Charter:
    if admit is not None:
        return drafting.amend_admit(current, read_card(admit), cast(Role, role), now_us)
    if exclude is not None:
        return drafting.amend_exclude(current, exclude, now_us)
    if profile is not None:
        # An alliance keeps its name and profile; what it takes over is the rules.
        return drafting.amend_rules(current, find_profile(profile).rules, now_us)
    assert rules is not None
    return drafting.amend_rules(current, _changed_rules(current.rules, rules), now_us)


def _changed_rules(now: Rules, path: Path) -> Rules:
    try:
        given = msgspec.json.decode(read_bytes(path, "the rules"), type=dict[str, Any])
        return msgspec.convert(msgspec.to_builtins(now) | given, Rules)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"not rules: {error}", where=str(path)) from None


# Acts of one party -----------------------------------------------------------------------


@click.command(epilog="Example: toguna handover ml presidency --to bf --from 2027-01-01")
@folder
@click.argument("office")
@click.option("--to", "to_party", required=True, metavar="PARTY", help="Who takes it over.")
@click.option("--from", "from_us", type=MOMENT, metavar="TIME", help="From when (default: now).")
@click.option("--until", "until_us", type=MOMENT, metavar="TIME", help="The end of its term.")
@moved
@spoken
def handover(
    folder: Path,
    office: str,
    to_party: str,
    from_us: int | None,
    until_us: int | None,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Pass an office of the alliance that this party holds to another party."""
    with Client(folder, at_us) as client:
        standing, now_us = standing_of(client), client.now()
        may, reason = standing.may_act(client.party, office, now_us)
        if not may or office not in {term.office for term in standing.terms}:
            raise Refused(reason or f"there is no office {office} in the charter")
        if standing.party(to_party) is None:
            raise BadInput(f"there is no party {to_party!r}", where="--to")
        starts = now_us if from_us is None else from_us
        act = acts.Handover(
            at=now_us,
            charter=standing.charter_hash,
            from_party=client.party,
            from_us=starts,
            office=office,
            to_party=to_party,
            until_us=until_us,
        )
        publish(client, [signed_act(act, client.party, client.desk_seed)])
        text = f"{office}: {client.party} to {to_party} from {format_time(starts)}"
        say({"office": office, "from": client.party, "to": to_party, "at": starts}, text, as_json)


@click.command(epilog='Example: toguna withdraw ne --why "by decision of parliament"')
@folder
@click.option("--why", required=True, help="The reason; everybody reads it.")
@rooted
@moved
@spoken
def withdraw(
    folder: Path,
    why: str,
    root_key: Path | None,
    passphrase_file: Path | None,
    at_us: int | None,
    as_json: bool,
) -> None:
    """Leave the alliance. The charter's notice runs from now; until its end all goes on."""
    home = house(folder, at_us)
    seed = root_seed(home, root_key, passphrase_file)
    with Client(folder, at_us) as client:
        standing, now_us = standing_of(client), client.now()
        status = standing.status(home.party)
        if status != "active":
            raise Refused(f"{home.party} is {status}, it cannot withdraw")
        act = acts.withdrawal_of(standing.charter, standing.charter_hash, home.party, why, now_us)
        publish(client, [signed_act(act, home.party, seed)])
        months = standing.charter.rules.withdrawal_months
        text = (
            f"{home.party} leaves on {day_of(act.effective)}, after {months} months of notice\n"
            + words.LEFT_OUT.format(party=home.party)
        )
        assert act.effective == add_months(now_us, months)
        say({"party": home.party, "effective": act.effective, "why": why}, text, as_json)


@click.command(
    epilog='Example: toguna revoke ml --key log --at 2026-11-20 --replace --why "stolen"'
)
@folder
@click.option("--key", "role", type=click.Choice(get_args(KeyRole)), required=True)
@click.option("--at", "since_us", type=MOMENT, metavar="TIME", help="Since when it is not ours.")
@click.option("--replace", is_flag=True, help="Make a new key that takes over at once.")
@click.option("--why", default="stolen or lost", show_default=True, help="Everybody reads it.")
@rooted
@spoken
def revoke(
    folder: Path,
    role: str,
    since_us: int | None,
    replace: bool,
    why: str,
    root_key: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Declare a key of ours stolen or lost.

    What it signed up to the last seal before TIME stands; nothing after it does.
    """
    home = house(folder)
    seed = root_seed(home, root_key, passphrase_file)
    with Client(folder) as client:
        node = need_node(client, "replacing a key")
        standing = standing_of(client)
        public = standing.current_key(home.party, cast(KeyRole, role))
        if public is None:
            raise Unknown(f"{home.party} has no {role} key that counts")
        size = cutoff(node, since_us) if role != "witness" else None
        keys = home.folder / opening.KEYS
        fresh = keyfiles.renew(keys, cast(KeyRole, role), secrets.token_bytes) if replace else None
        act = acts.Revocation(
            at=client.now(),
            charter=standing.charter_hash,
            cutoff=size,
            key=key_id(public),
            party=home.party,
            replacement=encode_key(fresh) if fresh else None,
            role=cast(KeyRole, role),
            why=why,
        )
        _publish(client, act, seed, home)
        text = f"revoked: the {role} key {act.key}"
        text += f"; what stands before {home.party}/spine/{size.size} counts" if size else ""
        text += f"; {key_id(fresh)} takes over" if fresh else ""
        value = {
            "key": act.key,
            "role": role,
            "cutoff": size.size if size else None,
            "replacement": act.replacement,
        }
        say(value, text, as_json)


def _publish(client: Client, act: acts.Revocation, seed: bytes, home: House) -> None:
    """Publish, or put the old key back where that fails: a new key that nobody knows of
    would leave the node without a voice.
    """
    try:
        publish(client, [signed_act(act, home.party, seed)])
    except BaseException:
        old = home.folder / opening.KEYS / f"{act.role}.key.old"
        if act.replacement is not None and old.exists():
            old.replace(old.with_suffix(""))
        raise


def cutoff(node: Node, since_us: int | None) -> acts.Cutoff | None:
    """The last seal of our spine before a moment: what stands there was still ours."""
    where: Sequence[Where] = [Where("log", "=", node.spine.no)]
    if since_us is not None:
        where = [*where, Where("at", "<", since_us)]
    with node.reading() as tx:
        rows = tx.scan(t.SEAL, where, order=("-size",), limit=1)
        last = next(iter(rows), None)
        if last is None:
            return None
        size = cast(int, last[1])
        return acts.Cutoff(root=node.spine.range_at(tx, size).root().hex(), size=size)
