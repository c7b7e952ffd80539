"""What people sign themselves: enrolled keys, prepared bytes, and what a peer makes of them."""

from __future__ import annotations

import contextlib
import random
from base64 import b64encode

import msgspec
import pytest

from tests.alliance import DAY, SECOND, START, Alliance, draft, report
from toguna.core import acts, ed25519, record
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.signed import encode_key, key_id
from toguna.domains.sharing.bodies import Consent, Recall
from toguna.errors import BadInput, Conflict, Refused, Unverified
from toguna.node.signing import KEPT_US, Signer

DEVICE = random.Random(7).randbytes(32)
PUBLIC = ed25519.public_key(DEVICE)
KEY = key_id(PUBLIC)
BY = Signer("session-1", KEY, "duty")


@pytest.fixture
def alliance():
    return Alliance(("bf", "ml", "ne"))


def enrol(alliance, party="ml", *, offices=("analyst", "duty"), until_us=None, seed=None):
    act = acts.Enrolment(
        at=alliance.clock(),
        charter=alliance[party].standing.charter_hash,
        offices=offices,
        party=party,
        public=encode_key(PUBLIC),
        until_us=until_us,
    )
    return publish(alliance, party, act, seed)


def cancel(alliance, party="ml"):
    charter = alliance[party].standing.charter_hash
    act = acts.Cancellation(
        at=alliance.clock(), charter=charter, key=KEY, party=party, why="lost on the road"
    )
    return publish(alliance, party, act)


def publish(alliance, party, act, seed=None):
    document = acts.sign_act(acts.encode_act(act), party, seed or alliance.seeds[party].desk)
    return alliance[party].learn([document])


def signature(shown, seed=DEVICE):
    return b64encode(ed25519.sign(seed, record.SIGNED + shown.raw)).decode()


def released(alliance, **label):
    node = alliance["ml"]
    home = node.submit([draft()], "duty")[0]
    shown = node.personal.release(BY, home, Label(to=("bf",), **label))
    return node.personal.commit("session-1", shown.token, signature(shown)), shown


def test_what_a_person_signed_counts_at_the_peer_under_that_key(alliance):
    enrol(alliance)
    address, shown = released(alliance, precision_m=10_000)
    alliance.exchange()
    there = alliance["bf"].access.show(alliance["bf"].access.actor("bf", "duty"), address)
    assert (there.refused, there.envelope.by.key) == ("", KEY)
    without = there.raw.replace(b',"sig":"' + there.envelope.sig.encode() + b'"', b"")
    assert without == shown.raw
    record.verify_signature(there.raw, there.envelope, PUBLIC)


def test_a_signature_by_another_key_or_on_other_bytes_is_not_taken(alliance):
    enrol(alliance)
    node = alliance["ml"]
    home = node.submit([draft()], "duty")[0]
    shown = node.personal.release(BY, home, Label(to=("bf",)))
    wrong = [
        signature(shown, bytes(32)),
        signature(shown._replace(raw=shown.raw.replace(b'"bf"', b'"ne"'))),
    ]
    for sig in wrong:
        with pytest.raises(Unverified):
            node.personal.commit("session-1", shown.token, sig)
    for sig in ("", "!", b64encode(bytes(63)).decode()):
        with pytest.raises(BadInput, match="64 bytes"):
            node.personal.commit("session-1", shown.token, sig)
    assert node.spine.size == 0
    assert node.personal.commit("session-1", shown.token, signature(shown))


def test_what_was_prepared_is_signed_once_in_its_session_and_soon(alliance):
    enrol(alliance)
    node = alliance["ml"]
    home = node.submit([draft()], "duty")[0]
    shown = node.personal.release(BY, home, Label(to=("bf",)))
    with pytest.raises(Conflict):
        node.personal.commit("session-2", shown.token, signature(shown))
    node.personal.commit("session-1", shown.token, signature(shown))
    with pytest.raises(Conflict):
        node.personal.commit("session-1", shown.token, signature(shown))
    late = node.personal.release(BY, home, Label(to=("ne",)))
    alliance.clock.advance(KEPT_US + 1)
    with pytest.raises(Conflict, match="any more"):
        node.personal.commit("session-1", late.token, signature(late))


def test_a_key_that_is_not_enrolled_or_not_for_the_office_prepares_nothing(alliance):
    node = alliance["ml"]
    home = node.submit([draft()], "duty")[0]
    with pytest.raises(Refused, match="not enrolled"):
        node.personal.release(BY, home, Label(to=("bf",)))
    enrol(alliance, offices=("analyst",))
    with pytest.raises(Refused, match="does not sign as duty"):
        node.personal.release(BY, home, Label(to=("bf",)))
    assert node.personal.release(BY._replace(office="analyst"), home, Label(to=("bf",)))


def test_a_lost_device_signs_nothing_more_and_what_it_signed_stands(alliance):
    enrol(alliance)
    before, _ = released(alliance)
    node = alliance["ml"]
    home = node.submit([draft()], "duty")[0]
    shown = node.personal.release(BY, home, Label(to=("bf",)))
    alliance.clock.advance(SECOND)
    cancel(alliance)
    with pytest.raises(Refused, match="cancelled"):
        node.personal.commit("session-1", shown.token, signature(shown))
    alliance.exchange()
    there = alliance["bf"].access.show(alliance["bf"].access.actor("bf", "duty"), before)
    assert there.refused == ""
    alliance.clock.advance(SECOND)
    enrol(alliance)
    with pytest.raises(Refused, match="cancelled"):
        node.personal.release(BY, home, Label(to=("bf",)))


def test_a_key_signs_until_its_term_is_over(alliance):
    enrol(alliance, until_us=START + DAY)
    node = alliance["ml"]
    home = node.submit([draft()], "duty")[0]
    alliance.clock.advance(DAY)
    with pytest.raises(Refused, match="is over"):
        node.personal.release(BY, home, Label(to=("bf",)))


def test_peers_refuse_what_a_key_signed_that_its_party_never_enrolled(alliance):
    enrol(alliance)
    address, _ = released(alliance)
    stranger = Alliance(("bf", "ml", "ne"))
    held = alliance["ml"].access.show(alliance["ml"].access.actor("ml", "duty"), address)
    from toguna.node.admission import check_person

    check_person(held.raw, held.envelope, alliance["ml"].standing)
    with pytest.raises(Refused, match="none of ml"):
        check_person(held.raw, held.envelope, stranger["bf"].standing)


def test_only_the_desk_key_of_the_party_itself_enrols(alliance):
    seeds = alliance.seeds
    for seed in (seeds["bf"].desk, seeds["ml"].log, bytes(32)):
        with contextlib.suppress(Unverified, Refused, BadInput):
            enrol(alliance, seed=seed)
        assert alliance["ml"].standing.person_key("ml", KEY) is None


@pytest.mark.parametrize("offices", [(), ("duty", "analyst"), ("duty", "duty"), ("Bad Office",)])
def test_an_enrolment_names_its_offices_in_order(alliance, offices):
    with pytest.raises(BadInput):
        enrol(alliance, offices=offices)


def test_what_changed_since_it_was_shown_must_be_shown_again(alliance):
    enrol(alliance)
    node = alliance["ml"]
    address, _ = released(alliance)
    shown = node.personal.recall(BY, address, "a mistake")
    node.releasing.release(address, Label(to=("ne",)), "duty")
    with pytest.raises(Conflict, match="changed since"):
        node.personal.commit("session-1", shown.token, signature(shown))
    again = node.personal.recall(BY, address, "a mistake")
    assert b'"to":["bf","ne"]' in again.raw
    assert node.personal.commit("session-1", again.token, signature(again))


def test_a_late_release_stands_though_the_log_grew_meanwhile(alliance):
    enrol(alliance)
    node = alliance["ml"]
    address, _ = released(alliance)
    shown = node.personal.release(BY, address, Label(to=("ne",)))
    released(alliance)
    late = node.personal.commit("session-1", shown.token, signature(shown))
    alliance.exchange()
    seen = alliance["ne"].access.show(alliance["ne"].access.actor("ne", "duty"), late)
    assert seen.refused == ""


def test_a_recall_and_a_correction_are_signed_by_the_person(alliance):
    enrol(alliance)
    node = alliance["ml"]
    address, _ = released(alliance)
    shown = node.personal.correct(BY, address, report(title="Pont coupé"), "seen from the air")
    corrected = node.personal.commit("session-1", shown.token, signature(shown))
    shown = node.personal.recall(BY, address, "it was elsewhere")
    recalled = node.personal.commit("session-1", shown.token, signature(shown))
    alliance.exchange()
    bf = alliance["bf"]
    for at in (corrected, recalled):
        seen = bf.access.show(bf.access.actor("bf", "duty"), at)
        assert (seen.refused, seen.envelope.by.key if seen.envelope else KEY) == ("", KEY)
    gone = bf.access.show(bf.access.actor("bf", "duty"), address)
    assert gone.gone == "recalled"


def test_passing_on_what_may_not_go_is_refused_and_asks_the_owner(alliance):
    address = alliance["ml"].releasing.release(
        alliance["ml"].submit([draft()], "duty")[0], Label(to=("bf",)), "duty"
    )
    enrol(alliance, "bf")
    alliance.exchange()
    with pytest.raises(Refused) as refused:
        alliance["bf"].personal.release(BY, address, Label(to=("ne",)))
    assert "ml has been asked" in refused.value.remedy
    alliance.exchange()
    consent = Draft(
        "sharing.consent/1", Consent(allowed=True, onto="ne", why="go on"), Label(to=("bf",)),
        str(address),
    )  # fmt: skip
    alliance["ml"].submit([consent], "duty")
    alliance.exchange()
    shown = alliance["bf"].personal.release(BY, address, Label(to=("ne",)))
    assert alliance["bf"].personal.commit("session-1", shown.token, signature(shown))


def test_passing_on_tells_the_owner_why_once(alliance):
    enrol(alliance, "bf")
    theirs, node = (
        alliance["ml"].submit([draft(to=("bf",))], "duty")[0],
        alliance["bf"],
    )
    alliance.exchange()
    for why in ("Le marché est à leur frontière.", "encore"):
        with pytest.raises(Refused, match="no onward"):
            node.personal.release(BY, theirs, Label(to=("ne",)), why=why)
    alliance.exchange()
    owner = alliance["ml"]
    page = owner.access.list(owner.access.actor("ml", "duty"), "sharing.request")
    (asked,) = [msgspec.json.decode(doc) for doc in page.docs]
    assert (asked["why"], asked["onto"], asked["state"]) == (
        "Le marché est à leur frontière.", "ne", "open",
    )  # fmt: skip


def test_a_written_act_is_checked_by_its_rules_before_it_is_shown(alliance):
    enrol(alliance)
    false = Draft("sharing.recall/1", Recall(why="not mine"), Label(to=("bf",)), "bf/spine/0")
    with pytest.raises((Refused, BadInput)):
        alliance["ml"].personal.write(BY, false)
