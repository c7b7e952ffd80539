"""The book: founding, amendments, contradictions (row A2), and what it refuses."""

from __future__ import annotations

import msgspec
import pytest

from tests import charters as c
from tests.charters import DAY, HOUR, T0
from toguna.core import acts, canonical, drafting
from toguna.core.book import Book
from toguna.core.charter import charter_hash
from toguna.core.signed import Signature
from toguna.errors import BadInput, Refused, Unverified

# Founding ------------------------------------------------------------------------------


def test_a_charter_is_in_force_when_every_member_has_signed():
    charter = c.founding()
    book = c.book_of(c.sign(charter, "ml", "bf"))
    standing = book.standing(T0)
    assert not standing.in_force
    assert [p.describe() for p in standing.pending] == ["pending, waiting ne"]
    with pytest.raises(Refused, match="no charter is in force"):
        _ = standing.charter
    book.add(c.sign(charter, "ne"), T0)
    standing = book.standing(T0)
    assert standing.in_force
    assert standing.charter == charter
    assert standing.id == f"sahel-{charter_hash(charter)[:8]}"
    assert standing.origin("ml") == f"toguna/{standing.id}/ml"
    assert standing.proposals[0].summary == "found sahel with bf, ml, ne"
    assert standing.proposals[0].describe() == "accepted"


def test_a_member_that_refuses_the_founding_is_named():
    charter = c.founding()
    book = c.book_of(c.sign(charter, "ml", "bf"), c.vote(charter, "ne", why="no budget"))
    assert [p.describe() for p in book.standing(T0).pending] == ["rejected: ne refused: no budget"]


def test_a_threshold_of_two_root_keys_is_counted():
    charter = c.founding(cards=[c.card("ml", roots=3, threshold=2), c.card("bf")])
    raw = acts.encode_act(charter)
    one, two, three = c.roots("ml", 3)
    book = c.book_of(c.sign(charter, "bf"), acts.sign_act(raw, "ml", one))
    assert book.standing(T0).pending[0].describe() == (
        "pending, waiting ml (1 of 2 root signatures)"
    )
    book.add(acts.sign_act(raw, "ml", three), T0)
    assert book.standing(T0).in_force
    assert not book.add(acts.sign_act(raw, "ml", one), T0)
    assert book.add(acts.sign_act(raw, "ml", one, two), T0)


# Amendments (A2) -----------------------------------------------------------------------


def _admission(profile):
    home = c.alliance(profile=profile)
    version = drafting.amend_admit(home.charter, c.card("td"), "member", T0 + DAY)
    return home, version


def test_accession_by_unanimity_waits_for_all_and_fails_on_one_no():
    home, version = _admission("aes")
    home.book.add(c.sign(version, "ml", "bf", "td"), T0 + DAY)
    proposal = home.book.standing(T0 + DAY).pending[0]
    assert (proposal.summary, proposal.state) == ("admit td", "pending")
    assert proposal.describe() == "pending, waiting ne"
    home.book.add(c.vote(version, "ne", why="not before the vote in parliament"), T0 + DAY)
    standing = home.book.standing(T0 + DAY)
    assert standing.pending[0].describe() == (
        "rejected: ne refused: not before the vote in parliament"
    )
    assert standing.version == 1
    assert standing.status("td") == "unknown"


def test_accession_by_two_thirds_passes_with_the_same_votes():
    home, version = _admission("park")
    home.book.add(c.sign(version, "ml", "bf", "td"), T0 + DAY)
    home.book.add(c.vote(version, "ne"), T0 + DAY)
    standing = home.book.standing(T0 + DAY)
    assert (standing.version, standing.charter) == (2, version)
    assert standing.status("td") == "active"
    assert standing.id == f"sahel-{home.hash[:8]}"
    assert standing.proposal(charter_hash(version)).refused_by == {"ne": "too early"}


def test_a_newcomer_must_sign_itself():
    home, version = _admission("park")
    home.book.add(c.sign(version, "ml", "bf", "ne"), T0 + DAY)
    assert home.book.standing(T0 + DAY).pending[0].describe() == "pending, waiting td"


def test_where_a_quorum_may_come_from_several_it_says_how_many():
    home, version = _admission("park")
    home.book.add(c.sign(version, "ml"), T0 + DAY)
    assert home.book.standing(T0 + DAY).pending[0].describe() == (
        "pending, waiting td, 1 of bf, ne"
    )


def test_a_yes_by_vote_counts_like_a_signature():
    home, version = _admission("aes")
    home.book.add(c.sign(version, "ml", "bf", "td"), T0 + DAY)
    home.book.add(c.vote(version, "ne", "yes", ""), T0 + DAY)
    assert home.book.standing(T0 + DAY).version == 2


def test_partners_are_admitted_by_members_and_have_no_vote():
    home = c.alliance()
    version = drafting.amend_admit(home.charter, c.card("un"), "humanitarian", T0 + DAY)
    home.book.add(c.sign(version, "ml", "bf", "ne", "un"), T0 + DAY)
    standing = home.book.standing(T0 + DAY)
    assert standing.party("un").role == "humanitarian"
    rules = msgspec.structs.replace(version.rules, withdrawal_months=3)
    third = drafting.amend_rules(version, rules, T0 + 2 * DAY)
    home.book.add(c.sign(third, "ml", "bf", "ne"), T0 + 2 * DAY)
    standing = home.book.standing(T0 + 2 * DAY)
    assert standing.version == 3
    assert standing.proposals[-1].summary == "change rules"


def test_exclusion_does_not_ask_the_excluded_but_more_than_half():
    home = c.alliance()
    version = drafting.amend_exclude(home.charter, "ne", T0 + DAY)
    home.book.add(c.sign(version, "ml", "bf"), T0 + DAY)
    standing = home.book.standing(T0 + 2 * DAY)
    assert standing.version == 2
    assert standing.status("ne") == "excluded"
    assert standing.status("ne", T0 + HOUR) == "active"
    pair = c.alliance("ml", "bf")
    out = drafting.amend_exclude(pair.charter, "bf", T0 + DAY)
    pair.book.add(c.sign(out, "ml"), T0 + DAY)
    assert pair.book.standing(T0 + DAY).pending[0].describe() == (
        "rejected: too few members remain to decide it"
    )


def test_other_keys_need_the_party_itself_by_the_old_and_by_the_new():
    home = c.alliance(profile="park")
    version = drafting.amend_keys(home.charter, "ne", c.keys("ne", generation=1), T0 + DAY)
    with pytest.raises(Unverified, match="changes the keys of ne without its signature"):
        home.book.add(c.sign(version, "ml", "bf"), T0 + DAY)
    home.book.add(c.sign(version, "ml", "bf", "ne"), T0 + DAY)
    assert home.book.standing(T0 + DAY).pending[0].describe() == (
        "pending, waiting ne (0 of 1 root signatures by its new keys)"
    )
    new = acts.cosign_act(c.sign(version, "ne"), "ne", c.seed("ne", "root0", 1))
    home.book.add(new, T0 + DAY)
    standing = home.book.standing(T0 + DAY)
    assert standing.version == 2
    assert [s.until_us for s in standing.keys("ne", "log")] == [None, None]


# Contradictions ------------------------------------------------------------------------


def _rivals():
    home = c.alliance(profile="park")
    first = drafting.amend_admit(home.charter, c.card("td"), "member", T0 + DAY)
    second = drafting.amend_admit(home.charter, c.card("mr"), "member", T0 + DAY)
    return home, first, second


def test_yes_to_two_rival_versions_counts_for_neither_and_is_shown():
    home, first, second = _rivals()
    home.book.add(c.sign(first, "ml", "bf", "td"), T0 + DAY)
    assert home.book.standing(T0 + DAY).version == 2
    home.book.add(c.sign(second, "ml", "mr"), T0 + DAY)
    standing = home.book.standing(T0 + DAY)
    assert standing.version == 1
    (found,) = standing.contradictions
    assert (found.party, found.version) == ("ml", 2)
    assert set(found.hashes) == {charter_hash(first), charter_hash(second)}
    assert "ml said yes to a rival version as well" in standing.pending[0].describe()


def test_the_contradiction_ends_when_one_is_voted_down():
    home, first, second = _rivals()
    for document in (c.sign(first, "ml", "bf", "td"), c.sign(second, "ml", "mr")):
        home.book.add(document, T0 + DAY)
    home.book.add(c.vote(second, "bf"), T0 + DAY)
    home.book.add(c.vote(second, "ne"), T0 + DAY)
    standing = home.book.standing(T0 + DAY)
    assert standing.charter == first
    assert standing.pending == ()


def test_a_no_of_its_own_says_which_one_the_party_means():
    home, first, second = _rivals()
    for document in (c.sign(first, "ml", "bf", "td"), c.sign(second, "ml", "mr")):
        home.book.add(document, T0 + DAY)
    home.book.add(c.vote(second, "ml", why="signed by mistake"), T0 + DAY)
    assert home.book.standing(T0 + DAY).charter == first


def test_a_late_contradiction_does_not_pull_down_what_others_built_on():
    home, first, second = _rivals()
    home.book.add(c.sign(first, "ml", "bf", "td"), T0 + DAY)
    third = drafting.amend_exclude(first, "ne", T0 + 2 * DAY)
    home.book.add(c.sign(third, "ml", "bf", "td"), T0 + 2 * DAY)
    home.book.add(c.sign(second, "ml", "mr"), T0 + 2 * DAY)
    assert home.book.standing(T0 + 2 * DAY).charter == third


# Bad input -----------------------------------------------------------------------------


def _tampered(document, old, new):
    assert old in document
    return document.replace(old, new, 1)


def _unsigned(charter):
    return canonical.encode(acts.Document(act=msgspec.Raw(acts.encode_act(charter)), signatures=()))


def _doubled(charter):
    document = msgspec.json.decode(c.sign(charter, "ml"), type=acts.Document)
    twice = (*document.signatures, *document.signatures)
    return canonical.encode(msgspec.structs.replace(document, signatures=twice))


def _false(charter):
    document = msgspec.json.decode(c.sign(charter, "ml"), type=acts.Document)
    other = Signature(document.signatures[0].key, "ml", "A" * 86 + "==")
    return canonical.encode(msgspec.structs.replace(document, signatures=(other,)))


def _by_stranger(charter):
    return acts.sign_act(acts.encode_act(charter), "zz", c.seed("zz", "root0"))


BAD_FOUNDINGS = {
    "missing signature": (_unsigned, "bears no signature"),
    "doubled signature": (_doubled, "signed twice"),
    "foreign signature": (_by_stranger, "foreign signature"),
    "foreign key": (
        lambda v: acts.sign_act(acts.encode_act(v), "ml", c.seed("bf", "root0")),
        "foreign signature",
    ),
    "online key": (lambda v: c.sign(v, "ml", use="log"), "foreign signature"),
    "false signature": (_false, "does not hold"),
    "changed word": (
        lambda v: _tampered(c.sign(v, "ml"), b'"withdrawal_months":6', b'"withdrawal_months":0'),
        "does not hold",
    ),
    "lowered threshold": (
        lambda v: _tampered(c.sign(v, "ml"), b'"threshold":1', b'"threshold":0'),
        "a threshold of 0",
    ),
    "unknown field": (
        lambda v: _tampered(c.sign(v, "ml"), b'"at":', b'"aa":1,"at":'),
        "unknown field",
    ),
    "unknown act": (
        lambda v: _tampered(c.sign(v, "ml"), b'"type":"charter"', b'"type":"decree"'),
        "decree",
    ),
    "white space": (lambda v: c.sign(v, "ml") + b" ", "white space"),
    "truncated": (lambda v: c.sign(v, "ml")[:-20], "not JSON"),
    "too large": (lambda v: b'"' + b"x" * 2_000_000 + b'"', "bytes of JSON"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FOUNDINGS)
def test_a_bad_document_is_refused_and_leaves_no_trace(case):
    make, says = BAD_FOUNDINGS[case]
    book = Book()
    with pytest.raises((BadInput, Unverified)) as refusal:
        book.add(make(c.founding()), T0)
    assert says in str(refusal.value)
    assert (len(book), book.aside) == (0, 0)


def _next(home, **changes):
    version = drafting.amend_rules(home.charter, home.charter.rules, T0 + DAY)
    return msgspec.structs.replace(version, **changes)


def _with_entry(home, party, **changes):
    version = _next(home)
    parties = tuple(
        msgspec.structs.replace(p, **changes) if p.party == party else p for p in version.parties
    )
    return msgspec.structs.replace(version, parties=parties)


BAD_SUCCESSORS = {
    "replayed version": (lambda h: _next(h, version=3), ("ml",), "does not follow version 1"),
    "older date": (lambda h: _next(h, at=T0 - 1), ("ml",), "does not follow"),
    "other name": (lambda h: _next(h, name="sahara"), ("ml",), "keeps its name"),
    "other slot": (lambda h: _with_entry(h, "ne", slot=9), ("ml",), "the slot of ne changes"),
    "backdated admission": (
        lambda h: _with_entry(h, "ne", since_us=T0 - DAY), ("ml",), "admitted at another time"),
    "lowered threshold": (
        lambda h: _with_entry(h, "ne", keys=c.keys("ne", roots=2, threshold=1)), ("ml", "bf"),
        "lowers the threshold of ne from 2 to 1 without its signature"),
    "stranger alone": (
        lambda h: drafting.amend_admit(h.charter, c.card("zz"), "member", T0 + DAY), ("zz",),
        "no party of the version before it signed"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_SUCCESSORS)
def test_a_version_that_does_not_follow_is_refused(case):
    make, signers, says = BAD_SUCCESSORS[case]
    cards = [c.card("ml"), c.card("bf"), c.card("ne", roots=2, threshold=2)]
    home = c.alliance(cards=cards)
    before = home.book.digest()
    with pytest.raises(Unverified) as refusal:
        home.book.add(c.sign(make(home), *signers), T0 + DAY)
    assert says in str(refusal.value)
    assert home.book.digest() == before


def test_a_document_from_the_future_is_refused():
    with pytest.raises(BadInput, match="ahead of our clock"):
        Book().add(c.sign(c.founding(), "ml"), T0 - 2 * DAY)


def test_once_pinned_a_book_takes_no_other_founding():
    home = c.alliance()
    other = c.founding("ml", "bf")
    home.book.add(c.sign(other, "ml"), T0)
    assert "ml said yes to a rival" in home.book.standing(T0).pending[0].describe()
    pinned = home.book.pinned(home.hash)
    assert (len(pinned), pinned.standing(T0).version) == (1, 1)
    with pytest.raises(Unverified, match="another alliance"):
        pinned.add(c.sign(other, "ml"), T0)


def test_what_comes_before_its_charter_waits_for_it():
    charter = c.founding()
    version = drafting.amend_admit(charter, c.card("td"), "member", T0 + DAY)
    book = c.book_of(c.vote(version, "ne"), c.sign(version, "ml"), now=T0 + DAY)
    assert (len(book), book.aside) == (0, 2)
    book.add(c.sign(charter, "ml", "bf", "ne"), T0 + DAY)
    assert (len(book), book.aside) == (3, 0)
    assert book.standing(T0).pending[0].refused_by == {"ne": "too early"}


def test_a_book_is_read_back_from_its_documents():
    home, version = _admission("park")
    home.book.add(c.sign(version, "ml", "td"), T0 + DAY)
    home.book.add(c.vote(version, "ne"), T0 + DAY)
    again = Book(home.hash, home.book.documents())
    assert again.digest() == home.book.digest()
    assert again.standing(T0) == home.book.standing(T0)


# charter.json --------------------------------------------------------------------------


def test_a_charter_file_carries_a_version_its_votes_and_what_it_stands_on():
    home, version = _admission("aes")
    home.book.add(c.sign(version, "ml"), T0 + DAY)
    home.book.add(c.vote(version, "ne"), T0 + DAY)
    data = home.book.charter_file(charter_hash(version))
    file = acts.read_charter_file(data)
    assert (len(file.before), len(file.votes)) == (1, 1)
    assert acts.write_charter_file(file.document, file.votes, file.before) == data
    newcomer = Book()
    assert newcomer.add_file(data, T0 + DAY) == charter_hash(version)
    assert newcomer.standing(T0) == home.book.standing(T0)


def test_a_bad_charter_file_changes_nothing():
    home, version = _admission("aes")
    home.book.add(c.sign(version, "ml"), T0 + DAY)
    data = home.book.charter_file(charter_hash(version))
    book = Book()
    with pytest.raises(BadInput, match="not JSON"):
        book.add_file(data[:-9], T0 + DAY)
    with pytest.raises(Unverified, match="does not hold"):
        book.add_file(_tampered(data, b'"recall_hours":24', b'"recall_hours":99'), T0 + DAY)
    lonely = acts.write_charter_file(acts.read_charter_file(data).document)
    with pytest.raises(Unverified, match="not in the file"):
        book.add_file(lonely, T0 + DAY)
    assert len(book) == 0
