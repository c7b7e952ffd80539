"""Books are sets: order, repetition and the way documents travel make no difference."""

from __future__ import annotations

from functools import cache

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests import charters as c
from tests.charters import DAY, T0
from toguna.core import acts, drafting
from toguna.core.book import Book
from toguna.core.charter import charter_hash
from toguna.errors import BadInput, Unverified

NOW = T0 + 400 * DAY


@cache
def pool() -> tuple[bytes, ...]:
    """Half a year of an alliance: rivals, votes, an exit and a return, keys, offices."""
    first = c.founding(profile="park")
    one = charter_hash(first)
    raw = acts.encode_act(first)
    second = drafting.amend_admit(first, c.card("td"), "member", T0 + DAY)
    rival = drafting.amend_admit(first, c.card("mr"), "member", T0 + DAY)
    rules = msgspec.structs.replace(second.rules, recall_hours=9)
    third = drafting.amend_rules(second, rules, T0 + 2 * DAY)
    leaving = c.sign(acts.withdrawal_of(first, one, "ne", "denounced", T0), "ne")
    back = drafting.amend_admit(third, c.card("ne", generation=1), "member", T0 + 200 * DAY)
    cut = acts.Cutoff(root="ab" * 32, size=7)
    revoked = [
        acts.Revocation(
            at=T0 + 3 * DAY, charter=one, cutoff=cut, key=c.key_id("ml", role), party="ml",
            replacement=c.public("ml", role, 1), role=role, why="lost",
        )
        for role in ("log", "desk")
    ]  # fmt: skip
    handover = acts.Handover(
        at=T0 + 4 * DAY, charter=one, from_party="ml", from_us=T0 + 4 * DAY, office="chair",
        to_party="bf", until_us=None,
    )  # fmt: skip
    restored = acts.Restoration(at=T0 + 5 * DAY, charter=one, party="ml", root="cd" * 32, size=7)
    receipt = acts.Receipt(
        at=T0, charter=one, party="bf", withdrawal=acts.parse_document(leaving).hash
    )
    return (
        *(acts.sign_act(raw, p, c.seed(p, "root0")) for p in ("ml", "bf", "ne")),
        c.sign(first, "ml", "bf", "ne"),
        c.sign(second, "ml"),
        c.sign(second, "bf", "td"),
        c.sign(rival, "ml", "mr"),
        c.sign(rival, "bf"),
        c.vote(rival, "bf"),
        c.vote(rival, "ne"),
        c.vote(second, "ne", "yes", ""),
        c.vote(third, "td", why="late"),
        c.sign(third, "ml", "bf"),
        c.sign(third, "td"),
        acts.cosign_act(c.sign(back, "ml", "bf", "td"), "ne", c.seed("ne", "root0", 1)),
        leaving,
        c.sign(receipt, "bf", use="desk"),
        *(c.sign(act, "ml") for act in revoked),
        acts.sign_act(acts.encode_act(handover), "ml", c.seed("ml", "desk", 1)),
        acts.sign_act(acts.encode_act(restored), "ml", c.seed("ml", "log", 1)),
    )


CHOICE = st.lists(st.integers(0, 20), max_size=40)


def filled(choice) -> Book:
    book = Book()
    for i in choice:
        book.add(pool()[i], NOW)
    return book


def test_the_pool_is_as_long_as_the_choice_and_ends_as_told():
    assert len(pool()) == 21
    standing = filled(range(21)).standing(NOW)
    assert standing.version == 4
    assert standing.status("ne") == "active"
    assert standing.office_holder("chair") == "bf"
    assert [r.size for r in standing.restorations("ml")] == [7]


@given(st.data())
def test_order_and_repetition_make_no_difference(data):
    choice = data.draw(CHOICE)
    other = data.draw(st.permutations(choice + data.draw(CHOICE.map(lambda c: c[:5]))))
    one, two = filled(choice + other), filled(other + choice[:3])
    assert one.digest() == two.digest()
    assert one.standing(NOW) == two.standing(NOW)
    assert one.aside == two.aside


@given(CHOICE, CHOICE, CHOICE)
def test_books_merge_in_any_grouping(a, b, d):
    left = filled(a)
    left.add_all(filled(b).documents(), NOW)
    left.add_all(filled(d).documents(), NOW)
    right = filled(d)
    inner = filled(b)
    inner.add_all(filled(a).documents(), NOW)
    right.add_all(inner.documents(), NOW)
    assert left.digest() == right.digest() or _has_waiting(a, b, d)
    # What one book keeps aside is not passed on; the acts themselves then reach the same.
    for choice in (a, b, d):
        for i in choice:
            left.add(pool()[i], NOW)
            right.add(pool()[i], NOW)
    assert left.digest() == right.digest()
    assert left.standing(NOW) == right.standing(NOW)


def _has_waiting(*choices) -> bool:
    return any(filled(choice).aside for choice in choices)


@given(CHOICE)
def test_a_book_hands_its_documents_on_in_an_order_that_needs_no_waiting(choice):
    book = filled(choice)
    other = Book()
    for document in book.documents():
        assert other.add(document, NOW)
        assert other.aside == 0
    assert other.digest() == book.digest()
    assert all(not other.add(document, NOW) for document in book.documents())


@given(st.integers(0, 20), st.integers(0, 100_000), st.integers(0, 7))
def test_a_flipped_bit_never_changes_what_stands(which, at, bit):
    book = filled(range(21))
    before = book.digest(), book.standing(NOW)
    document = bytearray(pool()[which])
    document[at % len(document)] ^= 1 << bit
    try:
        new = book.add(bytes(document), NOW)
    except (BadInput, Unverified):
        new = False
    assert not new or book.aside == 1
    assert (book.digest(), book.standing(NOW)) == before
