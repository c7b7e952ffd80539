"""Charters by themselves: cards, what must hold inside one version, drafts, quorums."""

from __future__ import annotations

import msgspec
import pytest

from tests import charters as c
from tests.charters import DAY, T0
from toguna.core import canonical, charter, drafting, quorum
from toguna.core.charter import Charter, OfficeTerm, charter_hash, read_charter
from toguna.core.profiles import PROFILES, profile
from toguna.errors import BadInput, Unverified

# Cards ---------------------------------------------------------------------------------


def test_a_card_signed_by_its_own_root_keys_opens():
    card = c.card("ml")
    assert charter.open_card(charter.sign_card(card, c.roots("ml"))) == card


def test_a_card_needs_the_threshold_of_its_root_keys():
    card = c.card("ml", roots=3, threshold=2)
    one, two, three = c.roots("ml", 3)
    assert charter.open_card(charter.sign_card(card, [three, one])) == card
    with pytest.raises(Unverified, match="1 of 2 root signatures"):
        charter.sign_card(card, [two])
    with pytest.raises(Unverified, match="signed twice"):
        charter.sign_card(card, [two, two])


def test_a_card_signed_by_another_is_refused():
    with pytest.raises(Unverified, match="foreign signature"):
        charter.sign_card(c.card("ml"), c.roots("bf"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"name":"ML"', b'"name":"MX"'),
        (b"http://ml.test", b"http://mx.test"),
        (b'"sig":"', b'"sig":"A'),
        (b'"party":"ml","sig"', b'"party":"bf","sig"'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1,"x":1'),
        (b'{"addresses"', b' {"addresses"'),
    ],
)
def test_tampering_with_a_card_is_found(old, new):
    data = charter.sign_card(c.card("ml"), c.roots("ml"))
    assert data.count(old) == 1
    with pytest.raises((BadInput, Unverified)):
        charter.open_card(data.replace(old, new))


# One version ---------------------------------------------------------------------------


def test_a_charter_is_read_from_its_exact_bytes():
    version = c.founding()
    raw = canonical.encode(version)
    assert read_charter(raw) == version
    assert canonical.encode(read_charter(raw)) == raw
    names = list(msgspec.json.decode(raw))
    assert names == sorted(names)


def _entry(version: Charter, which: str, **changes) -> Charter:
    parties = tuple(
        msgspec.structs.replace(p, **changes) if p.party == which else p for p in version.parties
    )
    return msgspec.structs.replace(version, parties=parties)


def _keys(version: Charter, party: str, **changes) -> Charter:
    entry = version.party(party)
    assert entry is not None
    return _entry(version, party, keys=msgspec.structs.replace(entry.keys, **changes))


def _rules(version: Charter, **changes) -> Charter:
    return msgspec.structs.replace(version, rules=msgspec.structs.replace(version.rules, **changes))


def _term(office="chair", party="ml", from_us=T0, until_us=None):
    return OfficeTerm(from_us=from_us, office=office, party=party, until_us=until_us)


def _offices(version: Charter, *terms) -> Charter:
    return msgspec.structs.replace(version, offices=tuple(terms))


_set = msgspec.structs.replace
WRONG = {
    "format": (lambda v: _set(v, v=2), "format 2"),
    "name": (lambda v: _set(v, name="Sahel 2"), "words of a-z"),
    "profile": (lambda v: _set(v, profile=""), "words of a-z"),
    "version 0": (lambda v: _set(v, version=0), "count from 1"),
    "prev of the first": (lambda v: _set(v, prev="ab" * 32), "nothing before it"),
    "no prev": (lambda v: _set(v, version=2), "not a SHA-256"),
    "prev": (lambda v: _set(v, version=2, prev="AB" * 32), "not a SHA-256"),
    "time in seconds": (lambda v: _set(v, at=8 * 10**15), "outside the years"),
    "no party": (lambda v: _set(v, parties=()), "no member"),
    "no member": (lambda v: _set(v, parties=tuple(_set(p, role="partner") for p in v.parties)),
        "no member"),
    "party twice": (lambda v: _set(v, parties=(*v.parties, v.parties[0])), "stands twice"),
    "order": (lambda v: _set(v, parties=v.parties[::-1]), "in order"),
    "party id": (lambda v: _entry(v, "bf", party="BF"), "not a party id"),
    "long party id": (lambda v: _entry(v, "ne", party="n" * 17), "not a party id"),
    "empty name": (lambda v: _entry(v, "ml", name=""), "1 to 80"),
    "control in name": (lambda v: _entry(v, "ml", name="a\x1b[2J"), "plain text"),
    "many addresses": (lambda v: _entry(v, "ml", addresses=("a",) * 9), "8 addresses"),
    "slot 64": (lambda v: _entry(v, "ml", slot=64), "slots are 0 to 63"),
    "slot twice": (lambda v: _entry(v, "ml", slot=0), "two parties have slot 0"),
    "threshold 0": (lambda v: _keys(v, "ml", threshold=0), "a threshold of 0"),
    "threshold above": (lambda v: _keys(v, "ml", threshold=2), "a threshold of 2"),
    "no root": (lambda v: _keys(v, "ml", root=()), "a threshold of 1 among 0"),
    "short key": (lambda v: _keys(v, "ml", log="AAAA"), "not a public key"),
    "other base64": (
        lambda v: _keys(v, "ml", log=c.public("ml", "log").rstrip("=")), "not a public key"),
    "box": (lambda v: _keys(v, "ml", box="age2x"), "age recipient"),
    "key of two parties": (
        lambda v: _keys(v, "ml", log=c.public("bf", "log")), "one key serves twice"),
    "key of two uses": (
        lambda v: _keys(v, "ml", witness=c.public("ml", "log")), "one key serves twice"),
    "root key twice": (
        lambda v: _keys(v, "ml", root=(c.public("ml", "root0"),) * 2), "one key serves twice"),
    "quorum": (lambda v: _rules(v, accession="all"), "not a quorum"),
    "quorum too high": (lambda v: _rules(v, exclusion="4"), "cannot be met"),
    "notice": (lambda v: _rules(v, withdrawal_months=121), "0 to 120 months"),
    "clock": (lambda v: _rules(v, recall_hours=0), "1 hour"),
    "office word": (lambda v: _rules(v, signs={"decide": ("J 3",)}), "not an office"),
    "office of nobody": (lambda v: _offices(v, _term(party="zz")), "not a party"),
    "term backwards": (lambda v: _offices(v, _term(until_us=T0)), "ends after it begins"),
    "two holders": (
        lambda v: _offices(v, _term(until_us=T0 + 2), _term(party="bf", from_us=T0 + 1)),
        "held by ml and bf at once"),
    "terms out of order": (
        lambda v: _offices(v, _term("chair"), _term("air")), "in order of office"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_hold_is_named(case):
    spoil, says = WRONG[case]
    with pytest.raises(BadInput) as refusal:
        read_charter(canonical.encode(spoil(c.founding())))
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'"name":"sahel",', b"", "missing required field"),
        (b'"prev":""', b'"prev":"","prexy":"ml"', "unknown field"),
        (b'"role":"member"', b'"role":"boss"', "boss"),
        (b'"slot":0', b'"slot":0.5', "a float"),
        (b'"version":1', b'"version":"1"', "int"),
        (b'"version":1', b'"version":1,"version":1', "stands twice"),
    ],
)
def test_bytes_that_are_no_charter_are_named(old, new, says):
    raw = canonical.encode(c.founding())
    assert old in raw
    with pytest.raises(BadInput) as refusal:
        read_charter(raw.replace(old, new, 1))
    assert says in str(refusal.value)


# Drafts --------------------------------------------------------------------------------


def test_a_founding_gives_slots_and_the_chair():
    version = c.founding("ne", "ml", "bf", roles={"bf": "partner"})
    assert [(p.party, p.slot, p.role) for p in version.parties] == [
        ("bf", 0, "partner"),
        ("ml", 1, "member"),
        ("ne", 2, "member"),
    ]
    assert version.members() == ("ml", "ne")
    assert [(t.office, t.party) for t in version.offices] == [("presidency", "ne")]
    assert version.rules.withdrawal_months == 6


def test_a_founding_needs_cards_and_known_words():
    with pytest.raises(BadInput, match="no cards"):
        drafting.found([], "aes", "sahel", T0)
    with pytest.raises(BadInput, match="one of aes, customs"):
        c.founding(profile="empire")
    with pytest.raises(BadInput, match="a role for td, but no card"):
        c.founding(roles={"td": "partner"})
    with pytest.raises(BadInput, match="stands twice"):
        c.founding("ml", cards=[c.card("ml"), c.card("ml", generation=1)])


def test_each_draft_stands_on_the_hash_of_the_one_before():
    first = c.founding()
    second = drafting.amend_admit(first, c.card("td"), "partner", T0 - DAY)
    assert (second.prev, second.version, second.at) == (charter_hash(first), 2, T0 + 1)
    td = second.party("td")
    assert td is not None
    assert (td.slot, td.role, td.since_us) == (3, "partner", second.at)
    third = drafting.amend_exclude(second, "ml", T0 + DAY)
    assert third.party("ml") is None
    assert third.offices == ()
    fourth = drafting.amend_admit(third, c.card("un"), "humanitarian", T0 + 2 * DAY)
    un = fourth.party("un")
    assert un is not None
    assert un.slot == 1
    with pytest.raises(BadInput, match="'zz' is not a party of version 1"):
        drafting.amend_exclude(first, "zz", T0)
    with pytest.raises(BadInput, match="'zz' is not a party of version 1"):
        drafting.amend_keys(first, "zz", c.keys("zz"), T0)


# Quorums and profiles ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "of_three", "of_four"),
    [("unanimity", 3, 4), ("majority", 2, 3), ("2/3", 2, 3), ("3/4", 3, 3), ("2", 2, 2)],
)
def test_how_many_yes_a_rule_asks_for(rule, of_three, of_four):
    assert (quorum.needed(rule, 3), quorum.needed(rule, 4)) == (of_three, of_four)


@pytest.mark.parametrize("rule", ["", "0", "3/2", "0/3", "half", "1.5", "-1", "100", "2/3 "])
def test_no_other_word_is_a_rule(rule):
    with pytest.raises(BadInput, match="not a quorum"):
        quorum.needed(rule, 3)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_profile_founds_an_alliance(name):
    version = c.founding(profile=name)
    chosen = profile(name)
    assert version.rules == chosen.rules
    assert version.offices[0].office == chosen.chair
    assert set(chosen.words) == set(profile("aes").words)


def test_civil_profiles_have_no_military_word():
    military = {"force", "operation", "command", "troop", "enemy", "mission", "j3", "commander"}
    for name in sorted(set(PROFILES) - {"aes"}):
        chosen = profile(name)
        said = " ".join((chosen.title, chosen.chair, *chosen.words.values(), *chosen.rules.signs))
        assert not military & set(said.lower().split())
