"""The change feed: what is published was committed, in that order, for those who may see it."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace

import pytest

from tests.alliance import DAY, START, Alliance, draft, report
from tests.unit.live_house import read_events
from toguna.core.domain import Domain, Kind, Projection, Put, Waiting
from toguna.core.record import Address
from toguna.core.table import Column, Table
from toguna.domains.sharing import tables
from toguna.engines.memory import MemoryEngine
from toguna.engines.sqlite import SqliteEngine
from toguna.node import changes as feed
from toguna.node.changes import Changes


@pytest.fixture(params=["memory", "sqlite"])
def ml(request, tmp_path):
    made = iter("abc")

    def sqlite():
        folder = tmp_path / next(made)
        folder.mkdir()
        return SqliteEngine(folder / "toguna.db")

    alliance = Alliance(engine=sqlite if request.param == "sqlite" else MemoryEngine)
    node = alliance["ml"]
    node.alliance = alliance
    node.show_changes()
    yield node
    for each in alliance.nodes.values():
        each.close()


def seen(node, party="ml", place=0, *, active=True):
    """What a party sees from a place on: (table, address, title or None)."""
    found = node.changes.seen_from(place, node.changes.sight(party, active))
    told = [event.data for event in read_events(found.data)]
    return [(d["table"], d["address"], d["doc"] and d["doc"].get("title")) for d in told]


def say(node, title, **label):
    return str(node.submit([draft(report(title), **label)], "duty")[0])


def say_and_fail(node):
    with suppress(RuntimeError), node.writing() as tx:
        node.authoring.author(tx, [draft(report("faux"))], "duty")
        raise RuntimeError("the disk is full")


def test_nothing_is_noted_before_somebody_looks():
    node = Alliance()["ml"]
    say(node, "avant", to=("bf",))
    assert (node.changes.last, node.changes.epoch) == (0, "")
    with node.writing() as tx:
        assert not isinstance(tx, feed.Noting)
    node.show_changes()
    say(node, "après", to=("bf",))
    assert [title for *_, title in seen(node) if title] == ["après"]


def test_starting_twice_is_starting_once(ml):
    epoch = ml.changes.epoch
    say(ml, "un")
    ml.show_changes()
    assert (ml.changes.epoch, len(seen(ml))) == (epoch, 1)


def test_each_party_sees_its_own_and_what_names_it(ml):
    at_home, to_bf = say(ml, "chez nous"), say(ml, "à bf", to=("bf",))
    to_both = say(ml, "aux deux", to=("bf", "ne"))
    reports = [(table, address) for table, address, _ in seen(ml) if table == "sharing_reports"]
    assert reports == [("sharing_reports", a) for a in (at_home, to_bf, to_both)]
    assert [a for _, a, _ in seen(ml, "bf") if a in (at_home, to_bf, to_both)] == [to_bf, to_both]
    assert [a for _, a, _ in seen(ml, "ne") if a in (at_home, to_bf, to_both)] == [to_both]
    assert seen(ml, "ne", active=False) == []


def test_what_failed_is_not_in_the_feed(ml):
    say(ml, "vrai")
    before = ml.changes.last
    say_and_fail(ml)
    assert ml.changes.last == before
    say(ml, "encore vrai")
    assert [title for *_, title in seen(ml) if title] == ["vrai", "encore vrai"]


def test_listeners_hear_only_of_what_was_committed(ml):
    heard = []
    ml.changes.listeners.append(lambda: heard.append(ml.changes.last))
    say_and_fail(ml)
    assert heard == []
    say(ml, "vrai")
    assert heard == [ml.changes.last] != [0]
    with ml.writing():
        pass
    assert len(heard) == 1


def test_a_row_that_goes_is_told_to_those_who_saw_it(ml):
    address = say(ml, "bref", to=("bf",), until=START + DAY)
    hidden = say(ml, "chez nous")
    place = ml.changes.last
    ml.alliance.clock.now_us = START + DAY
    with ml.writing() as tx:
        assert ml.authoring.sweep(tx) == 1
    gone = ("sharing_reports", address, None)
    assert gone in seen(ml, "ml", place)
    assert gone in seen(ml, "bf", place)
    assert seen(ml, "ne", place) == []
    assert hidden not in str(seen(ml, "ml", place))


def test_a_recall_reaches_the_feed_of_the_holder(ml):
    bf = ml.alliance["bf"]
    bf.show_changes()
    address = say(ml, "à rappeler", to=("bf",))
    ml.alliance.exchange(2)
    assert ("sharing_reports", address, "à rappeler") in seen(bf, "bf")
    place = bf.changes.last
    ml.releasing.recall(Address.parse(address), "faux", "duty")
    ml.alliance.exchange(2)
    assert ("sharing_reports", address, None) in seen(bf, "bf", place)
    assert ("sharing_reports", address, None) in seen(bf, "ml", place)
    assert seen(bf, "ne", place) == []


def test_the_feed_begins_anew_when_everything_is_folded_again(ml):
    say(ml, "un")
    place = ml.changes.last
    with ml.writing() as tx:
        ml.projector.rebuild(tx, ml.view(tx))
    sight = ml.changes.sight("ml", True)
    assert ml.changes.seen_from(place, sight) is None
    assert ml.changes.seen_from(ml.changes.last, sight).data == b""
    say(ml, "deux")
    assert [title for *_, title in seen(ml, place=place + 1) if title] == ["deux"]


# The ring -------------------------------------------------------------------------------

KEY = 1 << 40  # the first entry of the log whose number is 1


class _NoTransaction:
    get = scan = count = swap = None


def publish(ring, changes):
    noted = ring.noting(_NoTransaction())
    noted.changes.update(changes)
    ring.publish(noted)


@pytest.fixture
def fresh():
    """A feed of its own, whose epoch is 78."""

    def begin():
        node = Alliance()["ml"]
        ring = Changes(node.catalogue, node.ledger)
        ring.start(b"x")
        with node.writing() as tx:
            assert node.ledger.audience(tx, "ml", ()) == 1
        return ring, ring.sight("ml", True)

    return begin


def say_more(ring, count, doc=b"{}"):
    for n in range(ring.last, ring.last + count):
        publish(ring, {("sharing_reports", KEY + n, 1): doc})


def ids(seen):
    return [event.id for event in read_events(seen.data)]


def test_the_ring_forgets_the_oldest_and_says_so(fresh, monkeypatch):
    monkeypatch.setattr(feed, "KEPT", 8)
    ring, sight = fresh()
    say_more(ring, 20)
    assert ring.last == 20
    assert ring.seen_from(11, sight) is None
    assert ids(ring.seen_from(12, sight)) == [f"78.{n}" for n in range(13, 21)]
    assert ring.seen_from(20, sight) == (b"", 20)
    assert ring.seen_from(21, sight) is None


def test_the_ring_is_bounded_in_bytes(fresh, monkeypatch):
    monkeypatch.setattr(feed, "KEPT_BYTES", 10_000)
    ring, sight = fresh()
    say_more(ring, 40, b'"%s"' % (b"x" * 900))
    kept = [place for place in range(40) if ring.seen_from(place, sight) is not None]
    assert kept == list(range(kept[0], 40))
    assert 8 <= len(kept) <= 10
    assert len(ring.seen_from(kept[0], sight).data) <= 10_000
    say_more(ring, 1, b'"%s"' % (b"x" * 20_000))
    assert len(ring.seen_from(40, sight).data) > 20_000, "the newest goes out, however large"


def test_a_long_stretch_is_handed_out_in_pieces(fresh, monkeypatch):
    monkeypatch.setattr(feed, "CHUNK_BYTES", 1_000)
    ring, sight = fresh()
    say_more(ring, 50, b'"%s"' % (b"x" * 100))
    found, place = [], 0
    while (piece := ring.seen_from(place, sight)).data:
        assert len(piece.data) < 1_400
        found += ids(piece)
        place = piece.place
    assert found == [f"78.{n}" for n in range(1, 51)]


def test_the_same_stretch_is_put_together_once_for_each_party(fresh):
    ring, sight = fresh()
    say_more(ring, 3)
    again = ring.sight("ml", True)
    assert ring.seen_from(0, sight).data is ring.seen_from(0, again).data
    assert ring.seen_from(0, ring.sight("bf", True)).data == b""
    before = ring.seen_from(0, sight)
    say_more(ring, 1)
    assert ids(ring.seen_from(0, sight)) == [*ids(before), "78.4"]


@pytest.mark.parametrize(
    ("given", "place"),
    [("78.3", 3), ("78.0", 0), ("78.5", 5), ("78.6", None), ("79.3", None), ("", None),
     ("78.", None), ("78.-1", None), ("78.٣", None), ("78.3.3", None), ("x", None),
     ("78." + "9" * 40, None)],
)  # fmt: skip
def test_only_an_id_of_this_feed_is_a_place_in_it(fresh, given, place):
    ring, _ = fresh()
    say_more(ring, 5)
    assert ring.place_of(given) == place


def test_a_document_with_line_ends_stays_one_event(fresh):
    ring, sight = fresh()
    say_more(ring, 1, b'{"a":\n"b",\r\n"c": "\\n"}')
    (event,) = read_events(ring.seen_from(0, sight).data)
    assert event.data["doc"] == {"a": "b", "c": "\n"}


# Audiences and what waits ---------------------------------------------------------------


THINGS = Table(
    "things_all", (Column("id", "int"), Column("audience", "int"), Column("doc", "bytes")), ("id",)
)


def test_a_row_whose_audience_changes_is_dropped_for_the_old_one(ml):
    """Domains may do so, and who could see the row must not go on showing it."""
    address = Address.parse(say(ml, "un", to=("bf",)))
    with ml.reading() as tx:
        to_bf = ml.ledger.find(tx, address).audience
    with ml.writing() as tx:
        to_ne = ml.ledger.audience(tx, "ml", ("ne",))
    place, key = ml.changes.last, ml.ledger.id_of(address)
    table = tables.REPORTS
    with ml.writing() as tx:
        row = list(tx.get(table, (key,)))
        row[table.position("audience")] = to_ne
        tx.put(table, [tuple(row)])
    one = str(address)
    assert seen(ml, "bf", place) == [("sharing_reports", one, None)]
    assert seen(ml, "ne", place) == [("sharing_reports", one, "un")]
    assert seen(ml, "ml", place) == [("sharing_reports", one, None), ("sharing_reports", one, "un")]
    with ml.writing() as tx:  # there and back within one transaction
        for audience in (to_bf, to_ne):
            row[table.position("audience")] = audience
            tx.put(table, [tuple(row)])
    assert [doc for *_, doc in seen(ml, "ne", place)][-1] == "un"
    assert [doc for *_, doc in seen(ml, "bf", place)][-1] is None


def test_waits_grow_only_with_tables_that_are_looked_at_for_them(ml):
    def waits(_view):
        yield Waiting("things.look", "ml/home/0", "ml", "Une chose", START)

    domain = Domain(
        "things",
        (Kind("things.one/1", type(report()), "Chose", "Thing"),),
        (Projection(THINGS, ("things.one/1",), lambda *_: [Put(THINGS, (1, 1, b"{}"))]),),
        needs=("sharing.reports",),
        waits=waits,
    )

    projections = {**ml.catalogue.projections, "things_all": domain.projections[0]}
    ring = Changes(SimpleNamespace(projections=projections, domains=[domain]), ml.ledger)
    ring.start(b"x")
    for table, grown in (("sharing_copies", 0), ("things_all", 1), ("sharing_reports", 2)):
        publish(ring, {(table, KEY, 1): b"{}"})
        assert ring.waits == grown, table
