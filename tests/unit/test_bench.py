"""Each benchmark runs, at tiny size, and says what it measured in rows of one shape."""

from __future__ import annotations

import importlib
import json

import pytest

from bench import __main__ as bench_main
from bench import _page
from bench._rows import TINY, Peer, Row, beside

FIELDS = {
    "name", "value", "unit", "wall", "target", "better", "peer", "peer_value", "peer_wall", "ratio",
    "runs", "conditions", "why",
}  # fmt: skip


def test_benchmarks_are_found_by_their_files():
    assert bench_main.names() == [
        "authoring", "fanout", "listing", "million", "proofs", "receiving", "shown", "tracks",
    ]  # fmt: skip


@pytest.mark.parametrize("name", bench_main.names())
def test_a_benchmark_runs_at_tiny_size(name):
    benchmark = importlib.import_module(f"bench.{name}")
    rows = list(benchmark.run(TINY))
    assert rows
    assert benchmark.SUMMARY
    assert benchmark.BOUNDS
    for row in rows:
        assert row.value is not None, row.why
        assert row.value > 0
        assert row.unit
        assert row.conditions
        assert row.runs > 0


def test_rows_when_printed_as_json_have_one_shape(capsys):
    assert bench_main.main(["proofs", "--tiny", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [set(row) for row in rows] == [FIELDS] * len(rows)
    tail = next(row for row in rows if row["name"].startswith("proof of 1 new"))
    assert tail["value"] <= tail["target"] == 800


def test_a_wrong_name_when_asked_for_is_said(capsys):
    assert bench_main.main(["nothing"]) == 2
    assert "no benchmark nothing" in capsys.readouterr().err


def test_a_peer_that_cannot_be_had_leaves_the_row_and_its_reason():
    row = Row("author", 10.0, "records/s", target=20, runs=1)
    alone, with_it = beside(row, Peer("gone", None, "skipped: no network"), Peer("there", 5.0))
    assert (alone.ratio, alone.why) == (None, "skipped: no network")
    assert (with_it.ratio, with_it.why) == (2.0, "")


def test_the_page_when_a_target_is_missed_says_by_how_much(tmp_path, monkeypatch):
    monkeypatch.setattr(_page, "PAGE", tmp_path / "performance.md")
    rows = [
        Row("author", 10.0, "records/s", target=20, runs=3, conditions="one core"),
        Row("proof", 3.0, "bytes", target=4, better="less", runs=1, conditions="exact"),
    ]
    _page.write({"authoring": ("author and store", "the disk.", rows)})
    text = (tmp_path / "performance.md").read_text("utf-8")
    assert "**missed by 50%**" in text
    assert "met, 25% to spare" in text
    assert "*What bounds it.* the disk." in text
