"""Sharing between three parties: what is corrected, recalled, passed on, and answered."""

from __future__ import annotations

import msgspec
import pytest

from tests.unit.sharing_house import (
    CATALOGUE,
    DAY,
    NOW,
    SALT,
    House,
    copy_of,
    correct,
    draft,
    plain,
    recall,
    report,
    share,
)
from toguna.domains.sharing import (
    Consent,
    Copy,
    Correction,
    Deleted,
    Recall,
    Request,
    has_consent,
    read_receipt,
    tables,
)
from toguna.errors import BadInput, Conflict, TogunaError
from toguna.errors import Refused as RefusedError


@pytest.fixture
def house() -> House:
    return House()


# --- correction -----------------------------------------------------------------------------


def test_correction_when_written_keeps_the_figures_before(house: House) -> None:
    about = share(house["ml"], "bf")
    correct(house["ml"], about, "bf", dead=14)
    correct(house["ml"], about, "bf", dead=12)
    for party in ("ml", "bf"):
        (doc,) = house[party].docs(tables.REPORTS)
        assert (doc["deaths_best"], doc["corrections"], doc["state"]) == (12, 2, "corrected")
        assert [old["deaths_best"] for old in doc["previous"]] == [9, 14]
        assert doc["address"] == str(about)


def test_correction_when_it_misses_a_reader_is_refused(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    with pytest.raises(BadInput, match="ne would hold"):
        correct(house["ml"], about, "bf")
    house.gone.add("ne")
    correct(house["ml"], about, "bf")


def test_correction_when_its_label_is_wider_is_refused(house: House) -> None:
    about = share(house["ml"], "bf", precision_m=10_000)
    with pytest.raises(RefusedError, match="precision_m"):
        correct(house["ml"], about, "bf")


def test_correction_when_finer_than_the_label_is_refused(house: House) -> None:
    about = share(house["ml"], "bf", precision_m=10_000)
    body = Correction(report=report(source=None), why="lieu")
    with pytest.raises(RefusedError, match="more than its label"):
        house["ml"].write(draft("correction", body, "bf", about=about, precision_m=10_000))


def test_correction_when_forged_by_another_changes_nothing(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    forged = Correction(report=plain(deaths_best=0), why="faux")
    house["bf"].force(draft("correction", forged, "ml", "ne", about=about))
    for party in ("ml", "ne"):
        (doc,) = house[party].docs(tables.REPORTS)
        assert doc["deaths_best"] == 9


# --- recall ---------------------------------------------------------------------------------


def test_recall_when_it_arrives_erases_and_answers(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    correct(house["ml"], about, "bf", "ne")
    house.away["ne"] = []
    recall(house["ml"], about, "bf", "ne")
    assert house["bf"].held[about].gone == "recalled"
    assert house["bf"].docs(tables.REPORTS) == []
    assert all(
        not s.raw for a, s in house["bf"].held.items() if a.index in (0, 1) and a.party == "ml"
    )
    (doc,) = house["ml"].docs(tables.RECALLS)
    assert doc["parties"]["bf"]["state"] == "deleted"
    assert doc["parties"]["ne"] == {"state": "pending"}
    house.back("ne")
    (row,) = house["ml"].rows(tables.RECALLS)
    assert row[tables.RECALLS.position("state")] == "complied"
    assert not house["ne"].held[about].raw
    assert not house["ml"].held[about].raw


def test_recall_when_it_was_read_says_by_whom(house: House) -> None:
    about = share(house["ml"], "bf")
    bf = house["bf"]
    for office in ("duty", "analyst", "duty"):
        effect = read_receipt(bf.held[about], office, bf)
        bf.perform([effect] if effect else [])
        house.now_us += DAY
    assert len(house["ml"].docs(tables.RECEIPTS)) == 2
    recall(house["ml"], about, "bf")
    (doc,) = house["ml"].docs(tables.RECALLS)
    assert doc["parties"]["bf"]["read_by"] == ["analyst", "duty"]
    assert doc["parties"]["bf"]["first_read_us"] == NOW


def test_recall_when_a_node_refuses_is_shown_as_not_complied(house: House) -> None:
    house["bf"].settings["comply_with_recall"] = "no: enquête judiciaire en cours"
    about = share(house["ml"], "bf")
    recall(house["ml"], about, "bf")
    assert house["bf"].held[about].raw
    (doc,) = house["ml"].docs(tables.RECALLS)
    assert doc["parties"]["bf"]["state"] == "not complied"
    assert doc["parties"]["bf"]["why"] == "enquête judiciaire en cours"
    assert house["ml"].rows(tables.RECALLS)[0][tables.RECALLS.position("state")] == "refused"


def test_recall_when_forged_by_another_does_nothing(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    house["bf"].force(draft("recall", Recall(why="faux"), "ml", "ne", about=about))
    assert house["ml"].held[about].raw
    assert house["ne"].held[about].raw
    assert house["ne"].docs(tables.RECALLS) == []


def test_recall_when_the_record_never_came_here_does_nothing(house: House) -> None:
    about = share(house["ml"], "bf")
    recall(house["ml"], about, "bf", "ne")
    assert [a for a in house["ne"].held if a.party == "ne"] == []


def test_recall_when_it_misses_a_reader_or_comes_twice_is_refused(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    with pytest.raises(BadInput, match="ne would hold"):
        recall(house["ml"], about, "bf")
    first = recall(house["ml"], about, "bf", "ne")
    with pytest.raises(Conflict):
        recall(house["ml"], about, "bf", "ne")
    with pytest.raises(RefusedError, match="itself an answer"):
        recall(house["ml"], first, "bf", "ne")


def test_recall_when_the_record_was_passed_on_follows_it(house: House) -> None:
    about = share(house["ml"], "bf", onward=("ne",))
    copy = copy_of(house["bf"], about, "ne")
    assert house["ne"].docs(tables.REPORTS)[0]["via"] == "bf"
    recall(house["ml"], about, "bf")
    assert not house["ne"].held[copy].raw
    assert house["ne"].docs(tables.REPORTS) == []
    (doc,) = (d for d in house["bf"].docs(tables.RECALLS) if d["party"] == "bf")
    assert doc["parties"]["ne"]["state"] == "deleted"


def test_recall_when_the_owner_released_late_reaches_the_newcomer(house: House) -> None:
    about = share(house["ml"], "bf")
    copy = copy_of(house["ml"], about, "ne")
    with pytest.raises(BadInput, match="ne would hold"):
        recall(house["ml"], about, "bf")
    recall(house["ml"], about, "bf", "ne")
    assert not house["ne"].held[copy].raw
    (doc,) = house["ml"].docs(tables.RECALLS)
    assert {p: e["state"] for p, e in doc["parties"].items()} == {"bf": "deleted", "ne": "deleted"}


def test_copy_when_it_comes_after_the_recall_does_not_stay(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    stale = Copy(record=house["bf"].held[about].raw.decode(), salt=SALT, proof="proof")
    recall(house["ml"], about, "bf", "ne")
    copy = house["bf"].force(draft("copy", stale, "ne", about=about))
    assert not house["ne"].held[copy].raw
    assert house["ne"].docs(tables.REPORTS) == []


# --- passing on -----------------------------------------------------------------------------


def test_copy_when_the_owner_said_no_onward_is_refused_until_its_yes(house: House) -> None:
    about = share(house["ml"], "bf")
    with pytest.raises(RefusedError, match="no onward"):
        copy_of(house["bf"], about, "ne")
    house["bf"].write(draft("request", Request(onto="ne", why="même secteur"), "ml", about=about))
    assert house["ml"].docs(tables.REQUESTS)[0]["state"] == "open"
    no = Consent(allowed=False, onto="ne", why="pas encore")
    house["ml"].write(draft("consent", no, "bf", about=about))
    assert house["bf"].docs(tables.REQUESTS)[0]["state"] == "refused"
    house.now_us += 1
    yes = Consent(allowed=True, onto="ne", until_us=house.now_us + DAY)
    house["ml"].write(draft("consent", yes, "bf", about=about))
    assert house["bf"].docs(tables.REQUESTS)[0]["state"] == "allowed"
    copy_of(house["bf"], about, "ne")
    (doc,) = house["ne"].docs(tables.REPORTS)
    assert (doc["party"], doc["origin"], doc["via"]) == ("ml", str(about), "bf")
    house.now_us += DAY
    assert not has_consent(house["bf"], about, "ne")
    with pytest.raises(RefusedError, match="no onward"):
        copy_of(house["bf"], about, "ne")


def test_consent_when_by_another_than_the_owner_is_none(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    house["ne"].force(draft("consent", Consent(allowed=True, onto="ne"), "bf", about=about))
    assert not has_consent(house["bf"], about, "ne")


def test_request_when_answered_before_it_arrives_is_answered(house: House) -> None:
    about = share(house["ml"], "bf")
    house["ml"].write(draft("consent", Consent(allowed=True, onto="ne"), "bf", about=about))
    house["bf"].write(draft("request", Request(onto="ne", why="x"), "ml", about=about))
    assert house["bf"].docs(tables.REQUESTS)[0]["state"] == "allowed"


def test_copy_when_not_the_owners_bytes_is_refused(house: House) -> None:
    about = share(house["ml"], "bf", onward=("ne",))
    other = house["bf"].held[about].raw.decode().replace('"deaths_best":9', '"deaths_best":1')
    body = Copy(record=other, salt=SALT, proof="proof")
    with pytest.raises(BadInput, match="not the bytes"):
        house["bf"].write(draft("copy", body, "ne", about=about))


def test_copy_when_its_label_is_wider_is_refused(house: House) -> None:
    about = share(house["ml"], "bf", onward=("ne",), keep_days=30)
    with pytest.raises(RefusedError, match="keep_days"):
        copy_of(house["bf"], about, "ne")
    copy_of(house["bf"], about, "ne", keep_days=30, until=NOW + 30 * DAY)


def test_copy_when_asked_to_be_coarser_is_refused(house: House) -> None:
    about = share(house["ml"], "bf", onward=("ne",))
    with pytest.raises(BadInput, match="a copy is exact"):
        copy_of(house["bf"], about, "ne", precision_m=50_000)


def test_correction_when_a_copy_is_held_changes_that_row_too(house: House) -> None:
    about = share(house["ml"], "bf")
    copy_of(house["ml"], about, "ne")
    correct(house["ml"], about, "bf", "ne")
    (doc,) = house["ne"].docs(tables.REPORTS)
    assert (doc["deaths_best"], doc["origin"]) == (14, str(about))


# --- receipts -------------------------------------------------------------------------------


def test_read_receipt_when_nobody_asks_is_not_written(house: House) -> None:
    about = share(house["ml"], "bf")
    bf = house["bf"]
    assert read_receipt(house["ml"].held[about], "duty", house["ml"]) is None
    house.read_receipts = False
    assert read_receipt(bf.held[about], "duty", bf) is None
    house.read_receipts = True
    bf.settings["read_receipts"] = "no"
    assert read_receipt(bf.held[about], "duty", bf) is None


def test_receipt_when_for_ones_own_record_is_not_listed(house: House) -> None:
    about = share(house["ml"], "bf")
    house["ml"].force(draft("deleted", Deleted(deleted_at_us=NOW), "bf", about=about))
    assert house["bf"].docs(tables.RECEIPTS) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"proof": "another"}, "does not stand"),
        ({"salt": "A" * 24}, "base64|does not stand"),
        ({"record": '"deaths_best":1'}, "does not stand"),
        ({"about": "ne/spine/0"}, "cannot stand"),
        ({"about": "ml/spine/7"}, "does not stand"),
        ({"about": "ml/home/0"}, "home journal"),
    ],
)
def test_copy_when_not_proved_is_not_admitted(
    house: House, change: dict[str, str], said: str
) -> None:
    about = share(house["ml"], "bf", onward=("ne",))
    raw = house["bf"].held[about].raw.decode()
    if "record" in change:
        raw = raw.replace('"deaths_best":9', change["record"])
    salt, proof = change.get("salt", SALT), change.get("proof", "proof")
    false = draft("copy", Copy(record=raw, salt=salt, proof=proof), about=about)
    stored = house["bf"].held[house["bf"].force(false)]
    if "about" in change:
        moved = msgspec.structs.replace(stored.envelope, about=change["about"])
        stored = stored._replace(envelope=moved)
    with pytest.raises(TogunaError, match=said):
        CATALOGUE.kinds["sharing.copy/1"].admit(stored, house["ne"])


def test_copy_when_passed_on_again_is_proved_hand_by_hand(house: House) -> None:
    about = share(house["ml"], "bf", onward=("ne",))
    first = copy_of(house["bf"], about, "ne", onward=("ml",))
    second = copy_of(house["ne"], first, "ml")
    kind = CATALOGUE.kinds["sharing.copy/1"]
    kind.admit(house["ml"].held[second], house["ml"])
    forged = house["bf"].held[first].raw.decode().replace("deaths_best", "deaths_high")
    body = Copy(record=forged, salt=SALT, proof="proof")
    stored = house["ne"].held[house["ne"].force(draft("copy", body, about=first))]
    with pytest.raises(TogunaError, match="does not stand"):
        kind.admit(stored, house["ml"])


def test_correction_when_folded_again_counts_once(house: House) -> None:
    about = share(house["ml"], "bf")
    copy = copy_of(house["ml"], about, "ne")
    correction = correct(house["ml"], about, "bf", "ne")
    ne = house["ne"]
    for address in (copy, correction, copy, correction):
        stored = ne.held[address]
        ne.hold(address, stored.raw, stored.readers)
    (doc,) = ne.docs(tables.REPORTS)
    assert (doc["corrections"], doc["deaths_best"]) == (1, 14)
    assert [old["deaths_best"] for old in doc["previous"]] == [9]
