"""What acts amount to: withdrawal (row A3), offices (A5), keys (A6)."""

from __future__ import annotations

import msgspec
import pytest

from tests import charters as c
from tests.charters import DAY, HOUR, T0
from toguna.core import acts, drafting
from toguna.core.charter import OfficeTerm
from toguna.core.time import parse_time
from toguna.errors import BadInput, Unverified

# Withdrawal (A3) -----------------------------------------------------------------------

EFFECTIVE = parse_time("2026-07-31T10:00:00Z")


def _leaving():
    home = c.alliance()
    act = acts.withdrawal_of(home.charter, home.hash, "ne", "denounced", T0)
    document = c.sign(act, "ne")
    home.book.add(document, T0)
    return home, acts.parse_document(document).hash


def test_withdrawal_runs_its_months_then_the_party_has_left():
    home, hash_ = _leaving()
    standing = home.book.standing(T0)
    assert (standing.status("ne"), standing.is_active("ne")) == ("leaving", True)
    (departure,) = standing.departures
    assert (departure.effective, departure.days_left) == (EFFECTIVE, 181)
    assert departure.waiting == ("bf", "ml")
    for party in ("ml", "bf"):
        receipt = acts.Receipt(at=T0 + DAY, charter=home.hash, party=party, withdrawal=hash_)
        home.book.add(c.sign(receipt, party, use="desk"), T0 + DAY)
    standing = home.book.standing(EFFECTIVE - 1)
    assert standing.departures[0].receipts == {"bf": T0 + DAY, "ml": T0 + DAY}
    assert (standing.departures[0].waiting, standing.departures[0].days_left) == ((), 1)
    assert standing.status("ne") == "leaving"
    standing = home.book.standing(EFFECTIVE)
    assert (standing.status("ne"), standing.is_active("ne")) == ("left", False)
    assert standing.status("ne", EFFECTIVE - 1) == "leaving"
    assert standing.status("ne", T0 - 1) == "active"
    assert standing.departures[0].days_left == 0
    assert standing.may_act("ne", "duty") == (False, "ne left the alliance on 2026-07-31")


def test_who_has_left_is_not_asked_any_more_and_may_join_again():
    home, _ = _leaving()
    now = EFFECTIVE + DAY
    rules = msgspec.structs.replace(home.charter.rules, recall_hours=12)
    second = drafting.amend_rules(home.charter, rules, now)
    home.book.add(c.sign(second, "ml", "bf"), now)
    assert home.book.standing(now).version == 2
    again = drafting.amend_admit(second, c.card("ne", generation=1), "member", now + DAY)
    document = acts.cosign_act(c.sign(again, "ml", "bf"), "ne", c.seed("ne", "root0", 1))
    home.book.add(document, now + DAY)
    standing = home.book.standing(now + DAY)
    assert (standing.version, standing.status("ne")) == (3, "active")
    assert standing.status("ne", now + DAY) == "active"
    assert standing.departures == ()
    assert standing.party("ne").slot == home.charter.party("ne").slot


def test_a_withdrawal_that_cuts_its_notice_short_is_refused():
    home = c.alliance()
    act = acts.withdrawal_of(home.charter, home.hash, "ne", "now", T0)
    short = msgspec.structs.replace(act, effective=T0 + DAY)
    with pytest.raises(Unverified, match="the charter's notice ends on 2026-07-31"):
        home.book.add(c.sign(short, "ne"), T0)


def test_nobody_withdraws_another():
    home = c.alliance()
    act = acts.withdrawal_of(home.charter, home.hash, "ne", "pushed", T0)
    with pytest.raises(Unverified, match="foreign signature"):
        home.book.add(c.sign(act, "ml"), T0)
    forged = acts.sign_act(acts.encode_act(act), "ne", c.seed("ml", "root0"))
    with pytest.raises(Unverified, match="foreign signature"):
        home.book.add(forged, T0)


# Offices (A5) --------------------------------------------------------------------------


def _handover(home, giver, taker, at, **more):
    act = acts.Handover(
        at=at,
        charter=home.hash,
        from_party=giver,
        from_us=at,
        office="presidency",
        to_party=taker,
        until_us=None,
        **more,
    )
    return c.sign(act, giver, use="desk")


def test_an_act_out_of_term_is_refused_in_words():
    home = c.alliance()
    assert home.book.standing(T0).office_holder("presidency") == "ml"
    home.book.add(_handover(home, "ml", "bf", T0 + DAY), T0 + DAY)
    standing = home.book.standing(T0 + DAY + 1_000_000)
    assert standing.office_holder("presidency") == "bf"
    assert standing.office_holder("presidency", T0 + DAY - 1) == "ml"
    assert standing.may_act("ml", "presidency") == (
        False,
        "ml is out of office since 2026-02-01T10:00:00Z: bf holds presidency",
    )
    assert standing.may_act("ml", "presidency", T0 + DAY - 1) == (True, "")
    assert standing.may_act("bf", "presidency") == (True, "")
    assert standing.may_act("ne", "presidency")[1] == "ne is not in office: bf holds presidency"
    assert standing.may_act("ne", "duty") == (True, "")
    assert standing.may_act("zz", "duty") == (False, "zz is not a party of the charter")


def test_who_does_not_hold_an_office_cannot_pass_it_on():
    home = c.alliance()
    home.book.add(_handover(home, "bf", "ne", T0 + DAY), T0 + DAY)
    assert home.book.standing(T0 + 2 * DAY).office_holder("presidency") == "ml"
    home.book.add(_handover(home, "ml", "bf", T0 + 2 * DAY), T0 + 2 * DAY)
    home.book.add(_handover(home, "ml", "ne", T0 + 3 * DAY), T0 + 3 * DAY)
    standing = home.book.standing(T0 + 3 * DAY)
    assert standing.office_holder("presidency") == "bf"


def test_a_handover_outlives_a_version_that_does_not_touch_offices():
    home = c.alliance(profile="park")
    term = [OfficeTerm(from_us=T0, office="chair", party="ml", until_us=None)]
    assert list(home.charter.offices) == term
    act = acts.Handover(
        at=T0, charter=home.hash, from_party="ml", from_us=T0 + HOUR, office="chair",
        to_party="bf", until_us=None,
    )  # fmt: skip
    home.book.add(c.sign(act, "ml", use="desk"), T0)
    version = drafting.amend_exclude(home.charter, "ml", T0 + DAY)
    home.book.add(c.sign(version, "bf", "ne"), T0 + DAY)
    standing = home.book.standing(T0 + 2 * DAY)
    assert standing.version == 2
    assert standing.office_holder("chair") == "bf"


def test_the_charter_says_which_office_signs_what():
    standing = c.alliance().book.standing(T0)
    allowed, reason = standing.may_sign("ml", "analyst", "decide")
    assert not allowed
    assert reason.startswith("by the charter decide is signed by commander, j3, presidency")
    assert standing.may_sign("ml", "presidency", "decide") == (True, "")
    assert standing.may_sign("ne", "analyst", "release") == (True, "")


# Keys (A6) -----------------------------------------------------------------------------


def _revocation(home, role, *, cutoff=None, replacement=None, generation=0, at=T0 + DAY):
    return acts.Revocation(
        at=at,
        charter=home.hash,
        cutoff=cutoff,
        key=c.key_id("ml", role, generation),
        party="ml",
        replacement=replacement,
        role=role,
        v=1,
        why="stolen laptop",
    )


def test_a_revoked_key_counts_up_to_its_cutoff_and_its_replacement_goes_on():
    home = c.alliance()
    cut = acts.Cutoff(root="ab" * 32, size=40)
    for role in ("log", "desk"):
        act = _revocation(home, role, cutoff=cut, replacement=c.public("ml", role, 1))
        home.book.add(c.sign(act, "ml"), T0 + DAY)
    standing = home.book.standing(T0 + DAY)
    (old, most), (new, none) = standing.log_keys("ml")
    assert (most, none) == (40, None)
    assert standing.current_key("ml", "log") == new != old
    assert standing.desk_key("ml", c.key_id("ml", "desk"))[1] == 40
    assert standing.desk_key("ml", c.key_id("ml", "desk", 1))[1] is None
    assert standing.desk_key("ml", "0" * 16) is None
    assert standing.log_keys("bf")[0][1] is None
    assert len(standing.revocations) == 2


def test_a_key_is_revoked_by_its_own_party_alone():
    home = c.alliance()
    with pytest.raises(Unverified, match="foreign signature"):
        home.book.add(c.sign(_revocation(home, "log"), "bf"), T0 + DAY)
    with pytest.raises(Unverified, match="foreign signature"):
        home.book.add(c.sign(_revocation(home, "log"), "ml", use="log"), T0 + DAY)
    taken = _revocation(home, "log", replacement=c.public("bf", "log"))
    with pytest.raises(BadInput, match="in use already"):
        home.book.add(c.sign(taken, "ml"), T0 + DAY)


def test_without_a_cutoff_nothing_of_a_log_key_stands():
    home = c.alliance()
    home.book.add(c.sign(_revocation(home, "log"), "ml"), T0 + DAY)
    standing = home.book.standing(T0 + DAY)
    assert standing.log_keys("ml")[0][1] == 0
    assert standing.current_key("ml", "log") is None


def test_a_revoked_witness_key_counts_before_its_revocation():
    home = c.alliance()
    home.book.add(c.sign(_revocation(home, "witness"), "ml"), T0 + DAY)
    assert home.book.standing(T0 + DAY).witness_keys("ml")[0][1] == T0 + DAY


def test_what_a_revoked_desk_key_signs_later_is_left_out():
    home = c.alliance()
    home.book.add(c.sign(_revocation(home, "desk"), "ml"), T0 + DAY)
    home.book.add(_handover(home, "ml", "ne", T0 + 2 * DAY), T0 + 2 * DAY)
    assert home.book.standing(T0 + 3 * DAY).office_holder("presidency") == "ml"


def test_a_restoration_is_signed_with_the_log_key_old_or_replaced():
    home = c.alliance()

    def back(at, size):
        return acts.Restoration(at=at, charter=home.hash, party="ml", root="cd" * 32, size=size)

    home.book.add(c.sign(back(T0, 7), "ml", use="log"), T0)
    act = _revocation(home, "log", replacement=c.public("ml", "log", 1))
    later = acts.sign_act(acts.encode_act(back(T0 + 2 * DAY, 9)), "ml", c.seed("ml", "log", 1))
    assert home.book.add(later, T0 + 2 * DAY)
    assert home.book.aside == 1
    assert [r.size for r in home.book.standing(T0).restorations("ml")] == [7]
    home.book.add(c.sign(act, "ml"), T0 + 2 * DAY)
    assert home.book.aside == 0
    assert [r.size for r in home.book.standing(T0).restorations("ml")] == [7, 9]


def test_root_keys_that_were_replaced_speak_only_for_earlier_acts():
    home = c.alliance()
    version = drafting.amend_keys(home.charter, "ne", c.keys("ne", generation=1), T0 + 2 * DAY)
    document = acts.cosign_act(c.sign(version, "ml", "bf", "ne"), "ne", c.seed("ne", "root0", 1))
    home.book.add(document, T0 + 2 * DAY)
    now = T0 + 3 * DAY
    assert home.book.standing(now).version == 2
    stolen = acts.withdrawal_of(home.charter, home.hash, "ne", "not by ne", now)
    home.book.add(c.sign(stolen, "ne"), now)
    assert home.book.standing(now).departures == ()
    own = acts.withdrawal_of(home.charter, home.hash, "ne", "before", T0 + DAY)
    home.book.add(c.sign(own, "ne"), now)
    assert [d.why for d in home.book.standing(now).departures] == ["before"]
