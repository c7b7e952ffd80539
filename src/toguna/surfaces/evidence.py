"""Evidence bundles for people: asking the node for one, and saying what one proves.

:func:`told` is all that a stranger is shown after verifying: what is proved, by whom it was
signed and by when it stood there, how far each claim lies from each line in the bundle, and,
as plainly, what is not proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from toguna.core import evidence
from toguna.core.catalogue import Catalogue
from toguna.core.evidence import Proved, Verified
from toguna.core.note import decode64
from toguna.core.record import Address
from toguna.core.time import format_time
from toguna.domains.disputes import Boundary, Claim, measure
from toguna.errors import TogunaError
from toguna.node.evidence import Evidence
from toguna.surfaces import words
from toguna.surfaces.endpoints import BATCH_BYTES, Answer, Asked, Endpoint, read_json

ZIP: Final = "application/zip"


class EvidenceAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Put these records together for somebody outside. ``onto`` names the party for which;
    without it the bundle is for anybody, and holds our own records alone. ``attached`` are files
    (base64) that records of ours quote by their SHA-256; pictures kept here go along anyway.
    """

    addresses: list[str]
    onto: str = ""
    attached: list[str] = []
    office: str = ""


async def make(asked: Asked) -> Answer:
    """A bundle. What stayed out, and why, is for the one who asks to read in the manifest."""
    said = read_json(await asked.body(), EvidenceAsked)
    addresses = [Address.parse(text) for text in said.addresses]
    office = asked.office(said.office)
    attached = [decode64(text, f"attached[{k}]") for k, text in enumerate(said.attached)]
    made = await asked.house.writer.run(
        lambda: Evidence(asked.node).make(addresses, office, said.onto, attached)
    )
    name = f"evidence-{asked.node.party}-{made.digest[:12]}.zip"
    more = {"content-disposition": f'attachment; filename="{name}"'}
    return Answer(made.data, ZIP, more=more)


ENDPOINTS: Final = (
    Endpoint(
        "POST", "/api/evidence", make, "person",
        "An evidence bundle: records with proofs that a stranger can check.", ZIP,
        takes=EvidenceAsked, most=BATCH_BYTES,
    ),
)  # fmt: skip


# What a bundle proves --------------------------------------------------------------------


def decisive(catalogue: Catalogue) -> frozenset[str]:
    """The kinds that must bear their author's own signature."""
    return frozenset(kind.name for kind in catalogue.kinds.values() if kind.act is not None)


def told(found: Verified) -> dict[str, Any]:
    """Everything that was proved, and what was not, as JSON values."""
    manifest = found.manifest
    return {
        "verified": True,
        "alliance": manifest.alliance,
        "founding": manifest.founding,
        "founding_compared": found.pinned,
        "charter_version": found.standing.version,
        "made_by": msgspec.to_builtins(manifest.by),
        "made_us": manifest.at,
        "onto": manifest.onto,
        "records": [_record(proved) for proved in found.records],
        "measures": list(_measures(found)),
        "files": list(manifest.files),
        "absent": list(manifest.absent),
        "left_out": list(manifest.left_out),
        "not_proved": list(not_proved(found)),
    }


def _record(proved: Proved) -> dict[str, Any]:
    envelope = proved.envelope
    return {
        "address": str(proved.address),
        "kind": envelope.kind,
        "party": envelope.by.party,
        "office": envelope.by.office,
        "at": envelope.at,
        "author_key": proved.signed_by,
        "log_key": proved.log_key,
        "size": proved.size,
        "witnesses": proved.witnesses,
        "record": msgspec.Raw(proved.raw),
    }


def _measures(found: Verified) -> Iterator[dict[str, Any]]:
    """Each claim in the bundle, measured from each boundary in it."""
    claims, lines = _bodies(found, Claim), _bodies(found, Boundary)
    for address, claim in claims:
        for drawn, boundary in lines:
            yield {
                "claim": str(address),
                "claimant": claim.claimant,
                "stated_m": claim.stated_m,
                "stated_side": claim.stated_side,
                "boundary": str(drawn),
                "name": boundary.name,
                "source": boundary.source,
                **msgspec.to_builtins(measure(claim, boundary)),
            }


def _bodies(found: Verified, kind: Any) -> list[tuple[Address, Any]]:
    name = f"disputes.{kind.__name__.lower()}/1"
    bodies = []
    for proved in found.records:
        if proved.envelope.kind == name:
            try:
                bodies.append(
                    (proved.address, msgspec.json.decode(proved.envelope.body, type=kind))
                )
            except (msgspec.ValidationError, TogunaError):
                continue  # proved to have been said, and still no claim that can be measured
    return bodies


def not_proved(found: Verified) -> Iterator[str]:
    """What somebody might take for proved, and is not."""
    if not found.pinned:
        yield (
            f"that this is the alliance you mean: its founding hash is {found.manifest.founding}; "
            "ask a member for it by another way, and give it with --founding"
        )
    yield "that what the records say is true, or that the places in them are the right ones"
    yield "that nothing else was said, or that nothing of this was corrected or recalled since"
    unseen = [str(p.address) for p in found.records if not p.witnesses]
    if unseen:
        yield (
            f"by when {', '.join(unseen[:5])} stood there: no witness signed that checkpoint, "
            "and a date in a record is its author's word"
        )
    yield "that whoever signed held the office in question; members check that, strangers cannot"
    if any(not p.signed_by for p in found.records):
        yield "which person wrote what bears no author's signature: its party's log answers for it"


def text(found: Verified, size: int) -> str:
    """The same in words."""
    manifest = found.manifest
    compared = "as you gave it" if found.pinned else "NOT COMPARED"
    lines = [
        f"{words.count(len(found.records), 'record')}, {words.count(len(found.files), 'file')}, "
        f"{words.count(len(manifest.charter), 'charter document')}; {size:,} bytes",
        f"put together by {manifest.by.party} ({manifest.by.office}) on "
        f"{format_time(manifest.at)} for {manifest.onto or 'anybody'}, key {manifest.by.key}",
        f"alliance {manifest.alliance}, founding {manifest.founding} ({compared})",
        "",
        "proved: these bytes stand in their party's log, under a checkpoint that it signed",
        words.table(list(map(_row, found.records)), _HEADS),
    ]
    measured = list(_measures(found))
    if measured:
        rows = [_measured(m) for m in measured]
        heads = ("claim", "claimant states", "measured", "side", "from", "fits")
        lines += ["", "measured from the lines in this file", words.table(rows, heads)]
    for what, names in (("left out", manifest.left_out), ("files not here", manifest.absent)):
        if names:
            lines += ["", f"{what}: {', '.join(names)}"]
    lines += ["", "not proved:", *(f"- {line}" for line in not_proved(found))]
    return "\n".join([*lines, "", "verified: every byte, hash and signature holds"])


_HEADS: Final = ("record", "kind", "by", "dated", "author's key", "witnessed by")


def _row(proved: Proved) -> tuple[str, ...]:
    envelope = proved.envelope
    seen = [
        f"{party} {format_time(at_s * 1_000_000)}"
        for party, at_s in sorted(proved.witnesses.items())
    ]
    return (
        str(proved.address),
        envelope.kind,
        f"{envelope.by.party} {envelope.by.office}",
        format_time(envelope.at),
        proved.signed_by or "-",
        ", ".join(seen) or "nobody",
    )


def _measured(found: dict[str, Any]) -> tuple[str, ...]:
    stated = "-" if found["stated_m"] is None else f"{found['stated_m']:,} m"
    if found["stated_side"]:
        stated += f", {found['stated_side']}"
    side = found["side"] or "the line ends before it"
    return (
        found["claim"],
        f"{found['claimant']}: {stated}",
        f"{found['distance_m']:,} ± {found['error_m']:,} m",
        side if found["certain"] else f"{side}?",
        f"{found['boundary']} {found['name']}",
        found["agrees"] or "-",
    )


def verify(data: bytes, now_us: int, catalogue: Catalogue, founding: str = "") -> Verified:
    """Check a bundle with the kinds that are known here; see :func:`evidence.verify`."""
    return evidence.verify(data, now_us, founding=founding, decisive=decisive(catalogue))
