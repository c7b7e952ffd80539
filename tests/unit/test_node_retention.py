"""How long things are kept, how they are called back (B3), and how they reach a newcomer."""

from __future__ import annotations

import json

import msgspec
import pytest

from tests.alliance import DAY, SECOND, START, Alliance, report
from tests.framing import frame_of, journal, raws, seal_raw, take
from toguna.core import acts, drafting, record
from toguna.core.labels import Label
from toguna.core.record import Author, Draft
from toguna.domains.sharing.bodies import Copy
from toguna.errors import Unknown
from toguna.node.answering import commitment_of

SPINE = "ml/spine"


def say(node, word: str, **label):
    body = report(word, source=None)
    return node.submit([Draft("sharing.report/1", body, Label(**label))], "duty")[0]


def sweep(node) -> int:
    with node.writing() as tx:
        return node.authoring.sweep(tx)


def gone(node, address) -> str:
    return node.access.show(node.access.actor(node.party, "duty"), address, read=False).gone


def listed(node, kind: str = "sharing.report") -> list[dict]:
    page = node.access.list(node.access.actor(node.party, "duty"), kind)
    return [json.loads(doc) for doc in page.docs]


# Labels that end ------------------------------------------------------------------------


def test_until_when_the_moment_has_come_ends_at_every_holder_and_at_its_owner():
    alliance = Alliance()
    address = say(alliance["ml"], "bref", to=("bf", "ne"), until=START + 10 * DAY)
    alliance.exchange(2)
    for moment, over in ((10 * DAY - SECOND, False), (10 * DAY, True)):
        alliance.clock.now_us = START + moment
        for node in alliance.nodes.values():
            assert sweep(node) == over
            assert (address.index in raws(node, SPINE)) is not over
    for node in alliance.nodes.values():
        assert gone_or_unknown(node, address) == "expired"
        assert listed(node) == []


def gone_or_unknown(node, address) -> str:
    try:
        return gone(node, address)
    except Unknown:
        return "unknown"


def test_keep_days_when_they_are_over_end_at_each_holder_by_its_own_receipt():
    alliance = Alliance()
    ml, bf, ne = (alliance[p] for p in ("ml", "bf", "ne"))
    address = say(ml, "trois jours", to=("bf", "ne"), keep_days=3, until=START + 300 * DAY)
    alliance.exchange(2, apart=frozenset({"ne"}))
    received = alliance.clock() - 20 * SECOND
    alliance.clock.advance(2 * DAY)
    alliance.exchange(2)  # two days later for ne
    alliance.clock.now_us = received + 3 * DAY + 60 * SECOND
    assert [sweep(n) for n in (ml, bf, ne)] == [0, 1, 0]
    assert gone(bf, address) == "expired"
    assert gone(ne, address) == ""
    alliance.clock.advance(2 * DAY)
    assert [sweep(n) for n in (ml, bf, ne)] == [0, 0, 1]
    assert gone(ml, address) == ""  # the owner keeps its own until its label ends


def test_the_right_to_read_when_it_is_over_ends_before_anything_is_swept():
    alliance = Alliance()
    address = say(alliance["ml"], "bref", to=("bf",), until=START + DAY)
    alliance.exchange(2)
    bf = alliance["bf"]
    actor = bf.access.actor("bf", "duty")
    assert bf.access.show(actor, address).raw
    alliance.clock.now_us = START + DAY
    with pytest.raises(Unknown, match="there is no record"):
        bf.access.show(actor, address)


def test_a_label_that_ended_when_the_line_was_cut_brings_only_the_proof():
    alliance = Alliance()
    ml, bf = alliance["ml"], alliance["bf"]
    address = say(ml, "bref", to=("bf",), until=START + DAY)
    say(ml, "long", to=("bf",))
    alliance.clock.advance(2 * DAY)
    sweep(ml)
    alliance.exchange(2)
    assert [d["title"] for d in listed(bf)] == ["long"]
    assert "1 came without content, first ml/spine/0: ml says expired" in journal(bf, "gone")
    assert bf.state.followed[SPINE].slot.count == 2
    assert gone_or_unknown(bf, address) in ("expired", "unknown")


def test_receipts_when_the_record_is_over_are_kept():
    alliance = Alliance()
    ml, bf = alliance["ml"], alliance["bf"]
    address = say(ml, "bref", to=("bf",), until=START + DAY)
    alliance.exchange(2)
    bf.access.show(bf.access.actor("bf", "duty"), address)
    alliance.exchange(2)
    alliance.clock.now_us = START + 2 * DAY
    for node in alliance.nodes.values():
        sweep(node)
    (read,) = listed(ml, "sharing.read")
    assert read["record"]["about"] == str(address)
    assert read["record"]["body"]["office"] == "duty"


# Recall ---------------------------------------------------------------------------------


def test_a_recall_when_one_is_online_and_one_is_not_says_so_of_each():
    alliance = Alliance()
    ml, bf, ne = (alliance[p] for p in ("ml", "bf", "ne"))
    address = say(ml, "faux", to=("bf", "ne"))
    alliance.exchange(2)
    bf.access.show(bf.access.actor("bf", "air"), address)
    ml.releasing.recall(address, "erreur de lieu", "liaison")
    alliance.exchange(2, apart=frozenset({"ne"}))
    assert gone(bf, address) == "recalled"
    assert b"faux" not in b"".join(raws(bf, SPINE).values())
    (recall,) = listed(ml, "sharing.recall")
    assert recall["parties"]["ne"] == {"state": "pending"}
    assert recall["parties"]["bf"]["state"] == "deleted"
    assert recall["parties"]["bf"]["read_by"] == ["air"]
    assert gone(ne, address) == ""
    alliance.exchange(2)
    (recall,) = listed(ml, "sharing.recall")
    assert recall["parties"]["ne"]["state"] == "deleted"
    assert gone(ne, address) == "recalled"


def test_a_recall_when_a_node_does_not_comply_is_shown_as_not_complied():
    alliance = Alliance(settings={"bf": {"comply_with_recall": "no: enquête ouverte"}})
    ml, bf = alliance["ml"], alliance["bf"]
    address = say(ml, "faux", to=("bf",))
    alliance.exchange(2)
    ml.releasing.recall(address, "erreur", "liaison")
    alliance.exchange(2)
    (recall,) = listed(ml, "sharing.recall")
    assert recall["parties"]["bf"]["state"] == "not complied"
    assert recall["parties"]["bf"]["why"] == "enquête ouverte"
    assert gone(bf, address) == ""


def test_a_record_when_it_is_recalled_before_it_came_never_comes():
    alliance = Alliance()
    ml, bf = alliance["ml"], alliance["bf"]
    address = say(ml, "faux", to=("bf",))
    ml.releasing.recall(address, "erreur", "liaison")
    alliance.exchange(2)
    assert gone(bf, address) == "recalled"
    (recall,) = listed(ml, "sharing.recall")
    assert recall["parties"]["bf"]["state"] == "deleted"


def test_a_recall_when_it_was_flashed_ahead_finds_what_comes_after_it():
    """The record is on its way when its recall overtakes it."""
    from toguna.core import sync
    from toguna.core.frame import Arrived
    from toguna.node import tables as t

    alliance = Alliance()
    ml, bf = alliance["ml"], alliance["bf"]
    address = say(ml, "faux", to=("bf",))
    frame = frame_of(ml, "bf")
    recall = ml.releasing.recall(address, "erreur", "liaison")
    with ml.reading() as tx:
        row = tx.get(t.RECORD, (t.pack(ml.spine.no, recall.index),))
    flash = Arrived(recall.index, ("bf",), row[9], row[8], commitment_of(row), "")
    bf.following._perform(sync.KeepFlash(SPINE, flash))
    (kept,) = take(bf, frame)  # sent before the recall, as a bundle is
    bf.state = bf.state._replace(followed={SPINE: kept.followed})
    bf.following.keep(kept)
    assert b"faux" in b"".join(raws(bf, SPINE).values())  # until the rest has come
    alliance.exchange(2)
    assert gone(bf, address) == "recalled"
    assert len(listed(ml, "sharing.deleted")) == 1
    (told,) = listed(ml, "sharing.recall")
    assert told["parties"]["bf"]["state"] == "deleted"


def test_a_recall_when_a_copy_was_copied_again_reaches_every_hand():
    """bf passed it to ne, and its own copy to td; ml recalls what it wrote."""
    alliance = Alliance(("bf", "ml", "ne", "td"))
    ml, bf, ne, td = (alliance[p] for p in ("ml", "bf", "ne", "td"))
    address = say(ml, "faux", to=("bf",), onward=("ne", "td"))
    alliance.exchange(2)
    first = bf.releasing.release(address, Label(to=("ne",), onward=("td",)), "liaison")
    second = bf.releasing.release(first, Label(to=("td",)), "liaison")
    alliance.exchange(2)
    assert [d["title"] for d in listed(ne)] == ["faux"]
    assert second.index in raws(td, "bf/spine")
    ml.releasing.recall(address, "erreur", "liaison")
    alliance.exchange(4)
    for node in alliance.nodes.values():
        assert not any(
            b"faux" in raw for name in (SPINE, "bf/spine") for raw in raws(node, name).values()
        )
    assert journal(bf, "refused") == []


# Late release to a newcomer -------------------------------------------------------------


def admit(alliance: Alliance, party: str) -> None:
    """A new member by a new version of the charter; then its node."""
    import random

    from tests.alliance import Seeds
    from toguna.engines.memory import MemoryEngine

    alliance.seeds[party] = Seeds(party, random.Random(77))
    charter = alliance["ml"].standing.charter
    version = drafting.amend_admit(
        charter, alliance.seeds[party].card(), "member", alliance.clock()
    )
    document = acts.sign_act(acts.encode_act(version), "ml", alliance.seeds["ml"].root)
    for other in ("bf", "ne", party):
        document = acts.cosign_act(document, other, alliance.seeds[other].root)
    alliance.nodes[party] = alliance.open(party, MemoryEngine())
    for node in alliance.nodes.values():
        node.learn([alliance.document, document])
    for a, node in alliance.nodes.items():
        for b in alliance.nodes:
            if a != b:
                node.talk_to(b)
    alliance.clock.advance(SECOND)


def test_an_old_record_when_it_is_released_to_a_newcomer_comes_with_its_proof():
    alliance = Alliance()
    ml = alliance["ml"]
    old = say(ml, "ancien", to=("bf",))
    for k in range(5):
        say(ml, f"autre {k}", to=("ne",))
    alliance.exchange(2)
    admit(alliance, "td")
    late = ml.releasing.release(old, Label(to=("td",)), "liaison")
    alliance.exchange(3)
    td = alliance["td"]
    shown = td.access.show(td.access.actor("td", "duty"), late)
    assert shown.refused == ""
    assert shown.envelope.about == str(old)
    (row,) = listed(td)
    assert (row["title"], row["party"]) == ("ancien", "ml")
    assert raws(td, SPINE).keys() == {late.index}
    assert journal(td, "alarm") == journal(td, "refused") == []
    ml.releasing.recall(old, "erreur", "liaison")  # and it is recalled from there, too
    alliance.exchange(3)
    assert listed(td) == []


@pytest.mark.parametrize("what", ["record", "salt", "proof", "owner", "index"])
def test_a_copy_when_it_is_forged_counts_for_nothing(what):
    alliance = Alliance()
    ml, bf, ne = (alliance[p] for p in ("ml", "bf", "ne"))
    true = say(ml, "vrai", to=("bf",), onward=("ne",))
    say(ml, "autre", to=("bf",), onward=("ne",))
    alliance.exchange(2)
    with bf.writing() as tx:
        draft = bf.releasing._draft(tx, true, Label(to=("ne",)))
    assert isinstance(draft.body, Copy)
    body, about = draft.body, draft.about
    if what == "record":
        body = msgspec.structs.replace(body, record=body.record.replace("vrai", "faux"))
    elif what == "salt":
        body = msgspec.structs.replace(body, salt="A" * 22 + "==")
    elif what == "proof":
        lines = body.proof.split("\n")
        at = next(k for k, line in enumerate(lines) if len(line) == 44 and line.endswith("="))
        lines[at] = "A" * 43 + "="
        body = msgspec.structs.replace(body, proof="\n".join(lines))
    elif what == "owner":
        about = about.replace("ml/", "bf/")
    else:
        about = "ml/spine/9"
    author = Author(bf.parts.keys.desk_id, "liaison", "bf")
    draft = draft._replace(body=body, about=about)
    raw = record.sign(record.encode(draft, author, bf.now()), bf.parts.keys.sign_desk)
    seal_raw(bf, raw, ("ne",))
    alliance.exchange(2)
    assert listed(ne) == []
    (line,) = journal(ne, "refused")
    assert line.startswith("bf/spine/0: ")
    assert raws(ne, "bf/spine") == {}
