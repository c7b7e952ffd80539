"""Boards and waiting lists: computed from what the one who looks may see, and time's acts once."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from tests import alliance as houses
from tests.alliance import SECOND, Alliance, draft
from toguna.core.catalogue import Catalogue
from toguna.core.domain import Board, Erase, Waiting, Write
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.domains.journal import Line
from toguna.domains.sharing import tables
from toguna.errors import BadInput, Unknown
from toguna.node.opening import house_catalogue


class Counted(msgspec.Struct):
    """How many reports one sees."""

    reports: int
    by_key: bool
    by_record: bool


def count(view, query):
    first = view.rows(tables.REPORTS)
    address = Address.parse(query["of"])
    key = view.ledger.id_of(address)
    yield Counted(
        len(first),
        view.row(tables.REPORTS, (key,)) is not None,
        view.record(address) is not None,
    )


def waits(view):
    yield Waiting("sharing.look", "ml/spine/0", "ml", "later", 1, 50)
    yield Waiting("sharing.look", "ml/spine/1", "ml", "at once", 2, None, "flash")
    yield Waiting("sharing.look", "ml/spine/2", "ml", "soon", 3, 40, "routine", ("liaison",))


def ring(view):
    """Erase what is older than a minute; say so once."""
    for row in view.rows(tables.REPORTS):
        address = Address.parse(row[2])
        stored = view.record(address)
        if stored and not stored.gone and view.now_us - stored.received_us > 60 * SECOND:
            yield Erase(address, "too old")
            yield Write(Draft("journal.line/1", Line(what="ring", text="rung"), Label()), "duty")


@pytest.fixture
def alliance(monkeypatch):
    def with_more(domain):
        if domain.name != "sharing":
            return domain
        board = Board("seen", "Vus", "Seen", Counted, count, {"of": "A record."})
        return replace(domain, boards=(board,), waits=waits, on_clock=ring)

    catalogue = Catalogue([with_more(d) for d in house_catalogue().domains])
    monkeypatch.setattr(houses, "CATALOGUE", catalogue)
    return Alliance(("bf", "ml", "ne"))


def board(node, party, of):
    actor = node.access.actor(party, "duty")
    return msgspec.structs.astuple(*node.looking.board(actor, "sharing", "seen", {"of": str(of)}))


def test_a_board_counts_only_what_its_reader_may_see(alliance):
    node = alliance["ml"]
    homes = node.submit([draft(), draft()], "duty")
    to_bf = node.releasing.release(homes[0], Label(to=("bf",)), "duty")
    node.releasing.release(homes[1], Label(to=("bf", "ne")), "duty")
    assert board(node, "ml", to_bf) == (4, True, True)
    assert board(node, "bf", to_bf) == (2, True, True)
    assert board(node, "ne", to_bf) == (1, False, False)
    assert board(node, "bf", homes[0]) == (2, False, False)
    alliance.exchange()
    assert board(alliance["ne"], "ne", "ml/spine/99") == (1, False, False)


def test_a_board_that_is_not_there_and_a_parameter_that_it_does_not_take_are_named(alliance):
    node = alliance["ml"]
    actor = node.access.actor("ml", "duty")
    for domain, name in (("sharing", "none"), ("none", "seen")):
        with pytest.raises(Unknown):
            node.looking.board(actor, domain, name, {})
    with pytest.raises(BadInput, match="colour"):
        node.looking.board(actor, "sharing", "seen", {"of": "ml/home/0", "colour": "red"})


def test_what_waits_is_for_the_offices_that_one_holds_the_most_urgent_first(alliance):
    looking = alliance["ml"].looking

    def titles(offices):
        found = looking.waiting(offices)
        return [w.title for w in found if w.what == "sharing.look"]

    assert titles(frozenset({"duty"})) == ["at once", "later"]
    assert titles(frozenset({"liaison"})) == ["at once", "soon", "later"]
    assert titles(None) == ["at once", "soon", "later"]


def test_what_time_makes_due_is_done_once(alliance):
    node = alliance["ml"]
    home = node.submit([draft()], "duty")[0]
    assert node.authoring.keep_time() == 0
    alliance.clock.advance(61 * SECOND)
    size = node.home.size
    assert node.authoring.keep_time() == 2
    assert node.authoring.keep_time() == 0
    assert node.home.size > size
    shown = node.access.show(node.access.actor("ml", "duty"), home)
    assert (shown.raw, shown.gone) == (b"", "too old")
