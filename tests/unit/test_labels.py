"""Labels: every refusal names its rule, and nothing is wider by being left out."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core.labels import Actor, Decision, Label, Use, decide, expires_at, narrower
from toguna.core.markings import STANAG_POLICY, to_stanag, to_tlp
from toguna.core.time import DAY_US, parse_time
from toguna.errors import BadInput

KNOWN = ("bf", "ml", "ne")
NOW = parse_time("2026-06-01T12:00:00Z")
ML, BF, NE = (Actor(name, "duty") for name in ("ml", "bf", "ne"))
GONE = Actor("ne", "duty", active=False)
NO_ONWARD = Label(to=("bf",))
ONWARD = Label(onward=("ne",), to=("bf",))
EXPIRED = Label(to=("bf",), until=parse_time("2026-01-01"), onward=("ne",))


def ask(actor: Actor, label: Label, use: Use, **more: Any) -> Decision:
    return decide(actor, "ml", label, use, NOW, **more)


REFUSALS: dict[str, tuple[Actor, Label, Use, dict[str, Any], str]] = {
    "not a reader": (NE, NO_ONWARD, Use.READ, {}, "ne is not among the readers"),
    "nobody named": (BF, Label(), Use.READ, {}, "bf is not among the readers"),
    "a reader who left": (GONE, Label(to=("ne",)), Use.READ, {}, "ne left the charter"),
    "expired": (BF, EXPIRED, Use.READ, {}, "expired on 2026-01-01"),
    "kept too long": (
        BF,
        Label(keep_days=30, to=("bf",)),
        Use.READ,
        {"received_us": NOW - 30 * DAY_US},
        "expired on 2026-06-01",
    ),
    "no onward": (
        BF,
        NO_ONWARD,
        Use.PASS_ON,
        {"onto": "ne"},
        "no onward: ml did not allow passing this on to ne",
    ),
    "derived, no onward": (BF, NO_ONWARD, Use.DERIVE, {"onto": "ne"}, "no onward: ml"),
    "onward to one who left": (
        BF,
        ONWARD,
        Use.PASS_ON,
        {"onto": "ne", "onto_active": False},
        "ne left the charter",
    ),
    "consent does not revive what expired": (
        BF,
        EXPIRED,
        Use.PASS_ON,
        {"onto": "ne", "consented": True},
        "expired on 2026-01-01",
    ),
    "consent does not make a reader": (
        NE,
        NO_ONWARD,
        Use.PASS_ON,
        {"onto": "td", "consented": True},
        "ne is not among the readers",
    ),
    "the onward party itself, before it was given": (NE, ONWARD, Use.READ, {}, "ne is not among"),
    "passed on to nobody": (BF, ONWARD, Use.PASS_ON, {}, "no other party was named"),
    "an owner who left releases nothing": (
        Actor("ml", "duty", active=False),
        ONWARD,
        Use.PASS_ON,
        {"onto": "bf"},
        "ml left the charter",
    ),
    "an owner's release to one who left": (
        ML,
        ONWARD,
        Use.PASS_ON,
        {"onto": "ne", "onto_active": False},
        "ne left the charter",
    ),
}


@pytest.mark.parametrize(
    ("actor", "label", "use", "more", "reason"), REFUSALS.values(), ids=REFUSALS.keys()
)
def test_decide_when_refused_names_the_rule(
    actor: Actor, label: Label, use: Use, more: dict[str, Any], reason: str
) -> None:
    decision = ask(actor, label, use, **more)
    assert not decision
    assert decision.reason.startswith(reason)


GRANTS: dict[str, tuple[Actor, Label, Use, dict[str, Any]]] = {
    "the owner reads": (ML, Label(), Use.READ, {}),
    "the owner reads what expired": (ML, EXPIRED, Use.READ, {}),
    "the owner reads after it left": (Actor("ml", "duty", False), Label(), Use.READ, {}),
    "the owner derives at home after it left": (
        Actor("ml", "duty", False),
        Label(),
        Use.DERIVE,
        {},
    ),
    "the owner releases": (ML, Label(), Use.PASS_ON, {"onto": "bf"}),
    "a reader reads": (BF, NO_ONWARD, Use.READ, {}),
    "a moment before the end": (BF, Label(to=("bf",), until=NOW + 1), Use.READ, {}),
    "a reader derives at home": (BF, NO_ONWARD, Use.DERIVE, {}),
    "a reader derives for itself": (BF, NO_ONWARD, Use.DERIVE, {"onto": "bf"}),
    "onward is allowed": (BF, ONWARD, Use.PASS_ON, {"onto": "ne"}),
    "the owner consented": (BF, NO_ONWARD, Use.DERIVE, {"onto": "ne", "consented": True}),
    "the receiver is a reader": (BF, Label(to=("bf", "ne")), Use.PASS_ON, {"onto": "ne"}),
    "back to its owner": (BF, NO_ONWARD, Use.DERIVE, {"onto": "ml"}),
}


@pytest.mark.parametrize(("actor", "label", "use", "more"), GRANTS.values(), ids=GRANTS.keys())
def test_decide_when_allowed_is_true(
    actor: Actor, label: Label, use: Use, more: dict[str, Any]
) -> None:
    assert ask(actor, label, use, **more)


def test_decide_when_a_label_holds_a_nonsense_time_still_answers() -> None:
    label = Label(to=("bf",), until=-(2**53))
    assert ask(BF, label, Use.READ).reason == f"expired on {-(2**53)} us"


BAD: dict[str, tuple[Label, str]] = {
    "unknown reader": (Label(to=("bf", "xx")), r"label\.to.*'xx'.*bf, ml, ne"),
    "unknown onward": (Label(onward=("xx",), to=("bf",)), r"label\.onward.*'xx'"),
    "the owner as reader": (Label(to=("ml",)), r"label\.to.*ml owns"),
    "the owner onward": (Label(onward=("ml",), to=("bf",)), r"label\.onward.*ml owns"),
    "unsorted": (Label(to=("ne", "bf")), r"label\.to.*sorted"),
    "twice": (Label(to=("bf", "bf")), r"label\.to.*sorted"),
    "no days": (Label(keep_days=0), r"label\.keep_days"),
    "too many days": (Label(keep_days=36_501), r"label\.keep_days.*36,500"),
    "true is no number": (Label(keep_days=True), r"label\.keep_days"),
    "no metres": (Label(precision_m=0), r"label\.precision_m"),
    "too many metres": (Label(precision_m=1_000_001), r"label\.precision_m"),
    "seconds for microseconds": (Label(until=2**53), r"label\.until"),
    "an empty purpose": (Label(purpose=" "), r"label\.purpose"),
    "two lines": (Label(handling="a\nb"), r"label\.handling"),
    "a long marking": (Label(handling="x" * 201), r"label\.handling"),
}


@pytest.mark.parametrize(("label", "message"), BAD.values(), ids=BAD.keys())
def test_check_when_a_label_must_not_be_authored_refuses(label: Label, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        label.check(KNOWN, "ml")


def test_check_when_a_label_is_full_passes() -> None:
    FULL.check(KNOWN, "ml")
    Label().check(())


FULL = Label(
    handling="DIFFUSION RESTREINTE",
    keep_days=30,
    onward=("ne",),
    precision_m=10_000,
    purpose="secours",
    source_shield=True,
    to=("bf",),
    until=parse_time("2027-01-01"),
)


def test_label_when_encoded_is_sorted_and_leaves_out_what_is_not_set() -> None:
    encoded = msgspec.json.encode(FULL)
    assert encoded == msgspec.json.encode(msgspec.json.decode(encoded), order="deterministic")
    assert msgspec.json.decode(encoded, type=Label) == FULL
    assert msgspec.json.encode(Label()) == b"{}"


def test_label_when_of_a_later_version_still_decodes() -> None:
    later = b'{"to":["bf"],"zeal":{"new":1}}'
    assert msgspec.json.decode(later, type=Label) == Label(to=("bf",))


@given(st.lists(st.sampled_from(("bf", "ne"))), st.lists(st.sampled_from(("bf", "ne"))))
def test_normalised_when_given_any_order_passes_the_check(to: list[str], on: list[str]) -> None:
    label = Label(onward=tuple(on), to=tuple(to)).normalised()
    label.check(KNOWN, "ml")
    assert set(label.to) == set(to)
    assert label.normalised() == label


EXPIRY: dict[str, tuple[Label, int | None, int | None]] = {
    "never": (Label(), NOW, None),
    "until": (Label(until=NOW), 0, NOW),
    "days from receipt": (Label(keep_days=2), NOW, NOW + 2 * DAY_US),
    "the owner's own copy": (Label(keep_days=2), None, None),
    "until comes first": (Label(keep_days=2, until=NOW + 1), NOW, NOW + 1),
    "the days come first": (Label(keep_days=2, until=NOW + 9 * DAY_US), NOW, NOW + 2 * DAY_US),
}


@pytest.mark.parametrize(("label", "received", "end"), EXPIRY.values(), ids=EXPIRY.keys())
def test_expires_at(label: Label, received: int | None, end: int | None) -> None:
    assert expires_at(label, received) == end


INNER = Label(
    handling="SECRET",
    keep_days=30,
    precision_m=10_000,
    purpose="secours",
    source_shield=True,
    to=("ne",),
    until=parse_time("2027-01-01"),
)

WIDER: dict[str, tuple[dict[str, Any], str]] = {
    "a new reader": ({"to": ("ne", "td")}, "to: td"),
    "a new onward": ({"onward": ("td",)}, "onward: td"),
    "later": ({"until": parse_time("2027-01-02")}, "until: it must end by 2027-01-01"),
    "never ending": ({"until": None}, "until"),
    "kept longer": ({"keep_days": 31}, "keep_days: at most 30"),
    "kept for ever": ({"keep_days": None}, "keep_days"),
    "finer": ({"precision_m": 9_999}, "precision_m: no finer than 10000"),
    "exact": ({"precision_m": None}, "precision_m"),
    "source shown": ({"source_shield": False}, "source_shield"),
    "another purpose": ({"purpose": "patrouille"}, "purpose"),
    "any purpose": ({"purpose": None}, "purpose"),
    "marking dropped": ({"handling": None}, "handling"),
}


@pytest.mark.parametrize(("change", "reason"), WIDER.values(), ids=WIDER.keys())
def test_narrower_when_one_thing_is_wider_names_it(change: dict[str, Any], reason: str) -> None:
    (found,) = narrower(FULL, msgspec.structs.replace(INNER, **change))
    assert found.startswith(reason)


def test_narrower_when_within_the_first_label_is_silent() -> None:
    assert narrower(FULL, INNER) == []
    assert narrower(FULL, msgspec.structs.replace(INNER, to=("bf", "ne"))) == []


def test_narrower_when_back_to_the_owner_or_consented_is_silent() -> None:
    assert narrower(NO_ONWARD, Label(to=("ml",)), owner="ml") == []
    assert narrower(NO_ONWARD, Label(to=("ml",))) != []
    assert narrower(NO_ONWARD, Label(to=("ne",)), consented=("ne",)) == []


def test_narrower_when_passed_from_hand_to_hand_does_not_begin_the_days_anew() -> None:
    outer = Label(keep_days=30, to=("bf", "ne"))
    copy = Label(keep_days=30, to=("ne",))
    assert narrower(outer, copy) == []
    (reason,) = narrower(outer, copy, received_us=NOW)
    assert reason == "until: it must end by 2026-07-01"
    ended = msgspec.structs.replace(copy, until=NOW + 30 * DAY_US)
    assert narrower(outer, ended, received_us=NOW) == []


TLP: dict[str, tuple[Label, tuple[str, ...], str]] = {
    "nobody": (Label(), (), "TLP:RED"),
    "readers": (NO_ONWARD, (), "TLP:AMBER+STRICT"),
    "onward": (ONWARD, (), "TLP:AMBER"),
    "everybody": (ONWARD, ("bf", "ne"), "TLP:GREEN"),
    "not quite everybody": (ONWARD, ("bf", "ne", "td"), "TLP:AMBER"),
    "its own marking is stricter": (Label(handling="tlp:red", to=("bf",)), (), "TLP:RED"),
    "its own marking is wider": (
        Label(handling="TLP:GREEN", to=("bf",)),
        (),
        "TLP:AMBER+STRICT",
    ),
    "clear is never derived": (
        Label(handling="TLP:CLEAR", onward=("ne",), to=("bf",)),
        ("bf", "ne"),
        "TLP:GREEN",
    ),
}


@pytest.mark.parametrize(("label", "community", "marking"), TLP.values(), ids=TLP.keys())
def test_to_tlp(label: Label, community: tuple[str, ...], marking: str) -> None:
    assert to_tlp(label, community) == marking


def test_to_stanag_when_full_maps_every_field() -> None:
    fields = to_stanag(FULL, "ml", NOW)
    about = fields["ConfidentialityInformation"]
    assert about["PolicyIdentifier"] == STANAG_POLICY
    assert about["Classification"] == "DIFFUSION RESTREINTE"
    assert about["PrivacyMark"] == "ORIGINATOR CONTROLLED"
    assert {(c["Type"], c["TagName"]): c["GenericValue"] for c in about["Category"]} == {
        ("PERMISSIVE", "Releasable To"): ["ml", "bf"],
        ("PERMISSIVE", "Onward Releasable To"): ["ne"],
        ("RESTRICTIVE", "Purpose"): ["secours"],
        ("RESTRICTIVE", "Retention Days"): ["30"],
        ("RESTRICTIVE", "Precision Metres"): ["10000"],
        ("RESTRICTIVE", "Source Shield"): ["true"],
        ("RESTRICTIVE", "Until"): ["2027-01-01T00:00:00Z"],
        ("INFORMATIVE", "TLP"): ["TLP:AMBER"],
    }
    assert fields["OriginatorID"] == "ml"
    assert fields["CreationDateTime"] == "2026-06-01T12:00:00Z"
    assert fields["ReviewDateTime"] == "2027-01-01T00:00:00Z"


def test_to_stanag_when_bare_says_no_onward_release() -> None:
    fields = to_stanag(NO_ONWARD, "ml", NOW, policy="urn:ml:defense")
    about = fields["ConfidentialityInformation"]
    assert about["PolicyIdentifier"] == "urn:ml:defense"
    assert about["Classification"] == "TLP:AMBER+STRICT"
    assert about["PrivacyMark"] == "ORIGINATOR CONTROLLED; NO ONWARD RELEASE"
    assert [c["TagName"] for c in about["Category"]] == ["Releasable To", "TLP"]
    assert "ReviewDateTime" not in fields
