"""A node behaves the same on every engine: one week of sharing, compared answer by answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.alliance import Alliance, draft, report
from tests.conformance.conftest import ENGINES
from tests.postgres import fresh_schema
from toguna.core.labels import Label
from toguna.engines import Engine
from toguna.engines.memory import MemoryEngine
from toguna.engines.opening import open_engine

Opening = Callable[[], Engine]


@pytest.fixture(params=ENGINES)
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Opens a fresh engine at each call, one for each node."""
    numbers = itertools.count()
    with ExitStack() as stack:

        def fresh() -> Engine:
            if request.param == "memory":
                return MemoryEngine()
            if request.param == "postgres":
                url = stack.enter_context(fresh_schema(request.getfixturevalue("postgres_server")))
                engine = open_engine(url, None)
                stack.callback(engine.close)
                return engine
            folder = tmp_path / str(next(numbers))
            folder.mkdir()
            engine = open_engine("sqlite", folder)
            stack.callback(engine.close)
            return engine

        yield fresh


def a_week(opening: Opening) -> dict[str, Any]:
    """What three desks see at the end of it."""
    alliance = Alliance(engine=opening)
    ml, bf = alliance["ml"], alliance["bf"]
    titles = ["Attaque à Djibo", "Pont coupé à Labbezanga", "Convoi à Téra", "Crue à Gao"]
    homes = ml.submit([draft(report(t, credibility=k + 1)) for k, t in enumerate(titles)], "duty")
    to_bf, to_both = Label(to=("bf",), precision_m=10_000), Label(to=("bf", "ne"), onward=("ne",))
    first = ml.releasing.release(homes[0], to_bf, "duty")
    second = ml.releasing.release(homes[1], to_both, "duty")
    ml.releasing.release(homes[2], Label(to=("bf",), onward=("ne",)), "duty", flash=True)
    alliance.exchange(2)
    bf.access.show(bf.access.actor("bf", "analyst"), second)
    ml.releasing.correct(second, report(titles[1], deaths_best=3), "recompté", "duty")
    ml.releasing.recall(first, "erreur de lieu", "duty")
    alliance.exchange(3)
    return {party: seen(alliance, party) for party in ("bf", "ml", "ne")}


def seen(alliance: Alliance, party: str) -> dict[str, Any]:
    """Every list of a node, in its own eyes and in a neighbour's, and after a rebuild."""
    node = alliance[party]

    def lists(eyes: str) -> dict[str, list[Any]]:
        actor = node.access.actor(eyes, "duty")
        return {
            kind: [msgspec.json.decode(doc) for doc in node.access.list(actor, kind).docs]
            for kind in sorted(node.catalogue.kinds)
        }

    filtered = node.access.list(
        node.access.actor(party, "duty"), "sharing.report", where={"credibility_from": "2"}, limit=2
    )
    before = lists(party)
    with node.writing() as tx:
        node.projector.rebuild(tx, node.view(tx))
    assert lists(party) == before
    return {
        "own": before,
        "as ne": lists("ne"),
        "filtered": [msgspec.json.decode(doc)["title"] for doc in filtered.docs],
        "receipts": node.releasing.receipts(),
    }


def test_a_week_when_lived_on_any_engine_looks_the_same(opening: Opening) -> None:
    expected, found = a_week(MemoryEngine), a_week(opening)
    assert found == expected
    reports = expected["bf"]["own"]["sharing.report/1"]
    assert {r["title"] for r in reports} == {"Pont coupé à Labbezanga", "Convoi à Téra"}
    assert [r["title"] for r in expected["ne"]["own"]["sharing.report/1"]] == [
        "Pont coupé à Labbezanga"
    ]
    assert expected["bf"]["filtered"] == ["Convoi à Téra", "Pont coupé à Labbezanga"]
