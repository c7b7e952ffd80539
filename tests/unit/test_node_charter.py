"""What the charter takes away: leaving (A3), offices (A5), stolen keys (A6)."""

from __future__ import annotations

import random

import pytest

from tests.alliance import DAY, SECOND, Alliance, report
from tests.framing import drafts, journal, raw_of, raws, seal_raw
from toguna.core import acts, drafting, ed25519, note, record
from toguna.core.charter import charter_hash
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.signed import encode_key, key_id
from toguna.domains.sharing.bodies import Consent, Recall
from toguna.errors import Refused, Unknown
from toguna.node import tables as t

SPINE = "ml/spine"


def sign(alliance: Alliance, act: acts.Act, *parties: str) -> bytes:
    document = acts.sign_act(acts.encode_act(act), parties[0], alliance.seeds[parties[0]].root)
    for party in parties[1:]:
        document = acts.cosign_act(document, party, alliance.seeds[party].root)
    return document


def titles(node) -> set[str]:
    docs = node.access.list(node.access.actor(node.party, "duty"), "sharing.report").docs
    return {d.split(b'"title":"')[1].split(b'"')[0].decode() for d in docs}


# A3: leaving ----------------------------------------------------------------------------


def leave(alliance: Alliance, party: str) -> acts.Withdrawal:
    standing = alliance[party].standing
    act = acts.withdrawal_of(
        standing.charter, standing.charter_hash, party, "décision nationale", alliance.clock()
    )
    alliance[party].learn([sign(alliance, act, party)])
    alliance.exchange(2)
    hash_ = alliance[party].standing.departures[0].hash
    for other in alliance.nodes:
        if other != party and other not in alliance[other].standing.departures[0].receipts:
            receipt = acts.Receipt(
                at=alliance.clock(), charter=standing.charter_hash, party=other, withdrawal=hash_
            )
            alliance[other].learn([sign(alliance, receipt, other)])
    alliance.exchange(3)
    return act


def test_a_party_when_it_has_left_gets_nothing_more_and_keeps_what_it_has():
    alliance = Alliance()
    ml, bf, ne = (alliance[p] for p in ("ml", "bf", "ne"))
    label = Label(to=("bf",), onward=("ne",))
    early, late = ml.submit(
        [Draft("sharing.report/1", report(w, source=None), label) for w in ("tôt", "tard")], "duty"
    )
    ml.submit(drafts("pour ne", "ne"), "duty")
    ne.submit(drafts("de ne", "ml", "bf"), "duty")
    alliance.exchange(2)
    passed = bf.releasing.release(early, Label(to=("ne",)), "liaison")  # it works before
    alliance.exchange(2)
    actor = ne.access.actor("ne", "duty")
    assert ne.access.show(actor, passed).envelope.about == str(early)

    act = leave(alliance, "ne")
    for node in alliance.nodes.values():
        (departure,) = node.standing.departures
        assert set(departure.receipts) == {"ml", "bf"}
        assert departure.waiting == ()
        assert departure.days_left > 150
    held = {name: raws(ne, name) for name in (SPINE, "bf/spine", "ne/spine")}
    alliance.clock.now_us = act.effective + SECOND
    with pytest.raises(Refused, match=r"left|ne"):
        bf.releasing.release(late, Label(to=("ne",)), "liaison")
    with pytest.raises(Refused, match="ne"):
        ml.submit(drafts("trop tard", "ne"), "duty")
    with pytest.raises(Unknown, match="it is left"):
        ml.answer("ne", b"\x93\x90\x90\xc4\x00")
    ml.submit(drafts("entre nous", "bf"), "duty")
    alliance.exchange(2)
    assert {name: raws(ne, name) for name in held} == held
    assert ne.access.show(ne.access.actor("ne", "duty"), passed).raw
    assert "entre nous 0" in titles(bf)
    assert any("left" in line for line in journal(ml, "refused"))
    rejoin(alliance)


def rejoin(alliance: Alliance) -> None:
    """ne is admitted again: all three sign, and it gets what is released to it from now on."""
    charter = alliance["ml"].standing.charter
    again = drafting.amend_admit(charter, alliance.seeds["ne"].card(), "member", alliance.clock())
    document = sign(alliance, again, "bf", "ml", "ne")
    for node in alliance.nodes.values():
        node.learn([document])
    for node in alliance.nodes.values():
        assert node.standing.status("ne") == "active"
        assert node.standing.charter_hash == charter_hash(again)
    alliance.clock.advance(SECOND)
    alliance["ml"].submit(drafts("bon retour", "ne"), "duty")
    alliance.exchange(3)
    assert "bon retour 0" in titles(alliance["ne"])
    assert journal(alliance["ne"], "alarm") == []


def test_a_consent_when_its_receiver_has_left_opens_nothing():
    alliance = Alliance()
    ml, bf = alliance["ml"], alliance["bf"]
    address = ml.submit(drafts("à nous", "bf"), "duty")[0]
    alliance.exchange(2)
    body = Consent(allowed=True, onto="ne")
    yes = Draft("sharing.consent/1", body, Label(to=("bf",)), str(address))
    ml.submit([yes], "liaison")
    act = leave(alliance, "ne")
    alliance.clock.now_us = act.effective + SECOND
    with pytest.raises(Refused):
        bf.releasing.release(address, Label(to=("ne",)), "liaison")


# A5: offices ----------------------------------------------------------------------------


def test_an_act_when_its_office_was_handed_over_is_refused_by_all_and_named():
    alliance = Alliance()
    bf, ml, ne = (alliance[p] for p in ("bf", "ml", "ne"))
    (term,) = ml.standing.terms
    assert term.party == "bf"
    before = bf.submit(drafts("en fonction", "ml", "ne"), term.office)[0]
    moment = alliance.clock() + 3_600 * SECOND
    act = acts.Handover(
        at=alliance.clock(), charter=ml.standing.charter_hash, from_party="bf", from_us=moment,
        office=term.office, to_party="ml", until_us=None,
    )  # fmt: skip
    bf.learn([acts.sign_act(acts.encode_act(act), "bf", alliance.seeds["bf"].desk)])
    alliance.exchange(2)
    alliance.clock.now_us = moment + SECOND
    with pytest.raises(Refused, match="out of office"):
        bf.submit(drafts("trop tard", "ml", "ne"), term.office)
    ml.submit(drafts("président", "bf", "ne"), term.office)

    # A changed program at bf writes it all the same.
    raw = raw_of(bf, drafts("usurpé", "ml", "ne")[0], term.office, moment + SECOND)
    start = bf.spine.size
    seal_raw(bf, raw, ("ml", "ne"))
    alliance.exchange(3)
    for node in (ml, ne):
        assert not any(b"usurp" in raw for raw in raws(node, "bf/spine").values())
        (line,) = journal(node, "refused")
        assert line.startswith(f"bf/spine/{start}: ")
        assert "out of office" in line
        shown = node.access.show(node.access.actor(node.party, "duty"), before)
        assert shown.raw
        assert not shown.refused
        assert "président 0" in titles(node) or node is ml
    assert ne.standing.office_holder(term.office) == "ml"


# A6: stolen keys ------------------------------------------------------------------------


def revoke(alliance: Alliance, party: str, role: str, size: int, replacement: bytes) -> bytes:
    node = alliance[party]
    with node.reading() as tx:
        root = node.spine.root_at(tx, size)
    public = ed25519.public_key(getattr(alliance.seeds[party], role))
    act = acts.Revocation(
        at=alliance.clock(), charter=node.standing.charter_hash,
        cutoff=acts.Cutoff(root=root.hex(), size=size), key=key_id(public), party=party,
        replacement=encode_key(ed25519.public_key(replacement)), role=role, why="volée",
    )  # fmt: skip
    return sign(alliance, act, party)


def test_a_stolen_desk_key_when_it_is_revoked_signs_nothing_more_and_what_stood_stands():
    alliance = Alliance()
    ml, bf = alliance["ml"], alliance["bf"]
    one, two = ml.submit(drafts("un", "bf", count=2), "duty")
    good = ml.releasing.recall(one, "before", "liaison")
    alliance.exchange(2)
    size = ml.spine.size
    new = random.Random(9).randbytes(32)
    document = revoke(alliance, "ml", "desk", size, new)
    # The thief writes a recall in ml's log with the old key, and seals it.
    draft_ = Draft("sharing.recall/1", Recall(why="hop"), Label(to=("bf",)), str(two))
    seal_raw(ml, record.sign(raw_of(ml, draft_), ml.parts.keys.sign_desk), ("bf",))
    for node in alliance.nodes.values():
        node.learn([document])
    alliance.exchange(3)
    actor = bf.access.actor("bf", "duty")
    assert bf.access.show(actor, one).gone == "recalled"  # before the cut-off it stands
    assert bf.access.show(actor, good).raw
    assert bf.access.show(actor, two).raw  # after it nothing does
    (line,) = journal(bf, "refused")
    assert line.startswith(f"ml/spine/{size}: ")
    assert "after it was revoked" in line


def test_a_stolen_log_key_when_it_is_revoked_seals_nothing_more_and_its_heir_goes_on():
    alliance = Alliance()
    ml, bf = alliance["ml"], alliance["bf"]
    ml.submit(drafts("avant", "bf"), "duty")
    alliance.exchange(2)
    size = ml.spine.size
    new = random.Random(9).randbytes(32)
    document = revoke(alliance, "ml", "log", size, new)
    thief = alliance.open("ml", type(ml.parts.engine).restored(ml.parts.engine.snapshot()))
    for node in alliance.nodes.values():
        node.learn([document])
    thief.submit(drafts("volé", "bf"), "duty")
    alliance.nodes["ml"] = thief
    alliance.exchange(2)
    assert bf.state.followed[SPINE].size == size
    assert not any(b"vol\xc3\xa9" in raw for raw in raws(bf, SPINE).values())
    assert bf.state.peers["ml"].last_error
    alliance.seeds["ml"].log = new
    heir = alliance.open("ml", type(ml.parts.engine).restored(ml.parts.engine.snapshot()))
    heir.learn([document])
    for other in ("bf", "ne"):
        heir.talk_to(other)
    alliance.nodes["ml"] = heir
    heir.submit(drafts("après", "bf"), "duty")
    alliance.clock.advance(DAY)
    alliance.exchange(3)
    assert heir.held_back == ""
    assert {b"avant" in r or b"apr\xc3\xa8s" in r for r in raws(bf, SPINE).values()} == {True}
    assert len(raws(bf, SPINE)) == 2


def test_two_nodes_when_they_use_one_key_are_found_out():
    """A thief with key and folder speaks to ne, the true node to bf."""
    alliance = Alliance()
    ml = alliance["ml"]
    ml.submit(drafts("vrai", "bf", "ne"), "duty")
    alliance.exchange(2)
    thief = alliance.open("ml", type(ml.parts.engine).restored(ml.parts.engine.snapshot()))
    for other in ("bf", "ne"):
        thief.talk_to(other)
    ml.submit(drafts("vrai encore", "bf"), "duty")
    alliance.exchange(2, apart=frozenset({"ne"}))
    alliance.nodes["ml"] = thief
    thief.submit(drafts("faux", "ne"), "duty")
    alliance.exchange(2, apart=frozenset({"bf"}))
    alliance.nodes["ml"] = ml
    alliance.exchange(3)
    found = []
    for node in alliance.nodes.values():
        with node.reading() as tx:
            found += [(node.party, row) for row in tx.scan(t.FORK)]
    assert {party for party, _row in found} >= {"bf", "ne"}
    key = note.VerifierKey(ml.standing.origin("ml"), 1, ed25519.public_key(ml.parts.keys.log))
    for _party, row in found:
        one, two = (note.open_checkpoint(row[k], key) for k in (4, 5))
        assert (one.size, one.root) != (two.size, two.root)
    assert any("two different trees" in line for line in journal(alliance["ne"], "fork"))


def test_a_withdrawal_when_it_is_learned_from_a_peer_reaches_everybody():
    alliance = Alliance(("bf", "ml", "ne", "td"))
    leave(alliance, "td")
    assert [n.standing.status("td") for n in alliance.nodes.values()] == ["leaving"] * 4
