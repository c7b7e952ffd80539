"""Retention (B8): what was given for thirty days is gone on day 31 wherever it went."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.alliance import DAY, SECOND, START, Alliance, report
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.errors import Unknown
from toguna.node import tables as t

WORDS = "Trente jours et pas un de plus"


def listed(node, kind: str = "sharing.report") -> list[dict[str, Any]]:
    page = node.access.list(node.access.actor(node.party, "duty"), kind)
    return [json.loads(doc) for doc in page.docs]


def cells(node) -> bytes:
    """Every cell of every table of this node."""
    with node.reading() as tx:
        return b"\n".join(
            cell if isinstance(cell, bytes) else str(cell).encode()
            for table in (*t.ALL, *node.projector.tables())
            for row in tx.scan(table)
            for cell in row
        )


def sweep(node) -> int:
    with node.writing() as tx:
        return int(node.authoring.sweep(tx))


@pytest.fixture
def passed_on():
    """ml gives bf a report for thirty days; nine days later bf passes it on to ne, who reads it."""
    alliance = Alliance()
    ml, bf, ne = (alliance[p] for p in ("ml", "bf", "ne"))
    body = report(WORDS, text=WORDS, source=None)
    label = Label(to=("bf",), onward=("ne",), keep_days=30, purpose="patrouille commune")
    at = ml.submit([Draft("sharing.report/1", body, label)], "duty")[0]
    alliance.exchange(2)
    bf.access.show(bf.access.actor("bf", "duty"), at)
    alliance.clock.now_us = START + 9 * DAY
    copy = bf.releasing.release(at, Label(to=("ne",)), "duty")
    alliance.exchange(2)
    ne.access.show(ne.access.actor("ne", "duty"), copy)
    alliance.exchange(2)
    return alliance, at, copy


def test_record_when_its_thirty_days_are_over_is_gone_at_every_holder(passed_on) -> None:
    alliance, at, copy = passed_on
    alliance.clock.now_us = START + 30 * DAY - 60 * SECOND
    for party in ("bf", "ne"):
        sweep(alliance[party])
        assert {d["title"] for d in listed(alliance[party])} == {WORDS}
    alliance.clock.now_us = START + 31 * DAY
    for party, address in (("bf", at), ("ne", copy)):
        node = alliance[party]
        with pytest.raises(Unknown):  # before anything is swept: the right has ended
            node.access.show(node.access.actor(party, "duty"), address)
        sweep(node)
        assert listed(node) == []
        assert WORDS.encode() not in cells(node)
    assert listed(alliance["ml"])[0]["title"] == WORDS  # its owner's own


def test_receipts_when_the_record_is_gone_are_kept(passed_on) -> None:
    alliance, at, copy = passed_on
    alliance.clock.now_us = START + 31 * DAY
    for node in alliance.nodes.values():
        sweep(node)
    alliance.exchange(2)
    (read,) = listed(alliance["ml"], "sharing.read")
    assert (read["record"]["about"], read["record"]["body"]["office"]) == (str(at), "duty")
    reads = [r["record"] for r in listed(alliance["bf"], "sharing.read")]
    assert [(r["by"]["party"], r["about"]) for r in reads if r["by"]["party"] == "ne"] == [
        ("ne", str(copy))
    ]


def test_copy_when_passed_on_cannot_be_kept_longer_than_the_first(passed_on) -> None:
    alliance, _at, copy = passed_on
    shown = alliance["ne"].access.show(alliance["ne"].access.actor("ne", "duty"), copy)
    label = shown.envelope.label
    assert (label.keep_days, label.purpose) == (30, "patrouille commune")
    assert label.until <= START + 30 * DAY + 60 * SECOND
