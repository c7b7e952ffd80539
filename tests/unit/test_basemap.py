"""The maps that a member lays into its node's folder, as its people get them."""

from __future__ import annotations

import gzip
import hashlib
import os

import msgspec
import pytest

from tests.unit.serving_house import Web
from toguna.surfaces import basemap

RIVER = {
    "type": "FeatureCollection",
    "attribution": "Service hydrologique",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Niger"},
            "geometry": {"type": "LineString", "coordinates": [[-3, 16], [0, 16.3]]},
        }
    ],
}


def pmtiles(metadata=b'{"attribution":"IGN"}', kind=1, packed=True):
    """The head of a PMTiles file, version 3, with its metadata right behind."""
    inside = gzip.compress(metadata) if packed else metadata
    header = bytearray(127)
    header[:8] = b"PMTiles\x03"
    header[24:32] = (127).to_bytes(8, "little")
    header[32:40] = len(inside).to_bytes(8, "little")
    header[97], header[99] = (2 if packed else 1), kind
    return bytes(header) + inside


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "rivers.geojson").write_bytes(msgspec.json.encode(RIVER))
    (tmp_path / "map" / "roads.pmtiles").write_bytes(pmtiles())
    (tmp_path / "secret.geojson").write_text("{}")
    return tmp_path / "map"


@pytest.fixture
def web(folder):
    web = Web()
    parts = web["ml"].parts
    web["ml"].parts = parts._replace(desk=parts.desk._replace(map_folder=folder))
    return web


def ask(web, path, **headers):
    signed = web.signed("GET", path, None)
    return web.send("GET", path, None, {**signed, **headers})


def test_files_are_listed_with_what_they_say_of_themselves(web, folder):
    rivers, roads = web.get("/api/map")["files"]
    assert (rivers["name"], rivers["type"]) == ("rivers.geojson", "geojson")
    assert rivers["attribution"] == "Service hydrologique"
    assert rivers["sha256"] == hashlib.sha256((folder / "rivers.geojson").read_bytes()).hexdigest()
    assert (roads["type"], roads["attribution"], roads["why"]) == ("vector", "IGN", "")
    assert roads["changed_us"] > 1_600_000_000_000_000


def test_a_file_that_changed_is_looked_at_again(web, folder):
    before = web.get("/api/map")["files"][0]
    (folder / "rivers.geojson").write_bytes(msgspec.json.encode({**RIVER, "attribution": "autre"}))
    after = web.get("/api/map")["files"][0]
    assert (before["attribution"], after["attribution"]) == ("Service hydrologique", "autre")
    assert before["sha256"] != after["sha256"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.geojson", b"{", "not a GeoJSON"),
        ("a.geojson", b'{"type":"Feature"}', "not a GeoJSON"),
        ("a.pmtiles", b"PMTiles\x02" + bytes(200), "version 3"),
        ("a.pmtiles", pmtiles()[:60], "version 3"),
        ("a.pmtiles", pmtiles()[:-4], "cut off"),
        ("a.pmtiles", pmtiles(kind=0), "not drawn here"),
    ],
)
def test_a_file_that_cannot_be_drawn_is_listed_with_the_reason(web, folder, name, content, why):
    (folder / name).write_bytes(content)
    found = next(f for f in web.get("/api/map")["files"] if f["name"] == name)
    assert found["type"] == "unknown"
    assert why in found["why"]


def test_metadata_that_unpacks_to_very_much_is_not_believed(folder):
    (folder / "bomb.pmtiles").write_bytes(pmtiles(b" " * (64 << 20)))
    found = basemap.files_in(folder).files[0]
    assert (found.type, found.attribution) == ("vector", "")


def test_a_file_is_given_whole_and_again_only_when_it_changed(web, folder):
    answer = ask(web, "/api/map/rivers.geojson")
    assert answer.status_code == 200
    assert answer.content == (folder / "rivers.geojson").read_bytes()
    assert answer.headers["content-type"] == "application/geo+json"
    assert "sandbox" in answer.headers["content-security-policy"]
    again = {"if-none-match": answer.headers["etag"]}
    assert ask(web, "/api/map/rivers.geojson", **again).status_code == 304


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=5-", 5, None),
        ("bytes=-7", -7, None),
        ("bytes=3-99999", 3, None),
    ],
)
def test_a_range_is_given_as_it_was_asked_for(web, folder, wanted, first, last):
    content = (folder / "roads.pmtiles").read_bytes()
    answer = ask(web, "/api/map/roads.pmtiles", range=wanted)
    expected = content[first:] if last is None else content[first : last + 1]
    assert (answer.status_code, answer.content) == (206, expected)
    start = first % len(content)
    said = f"bytes {start}-{start + len(expected) - 1}/{len(content)}"
    assert answer.headers["content-range"] == said


def test_a_range_beyond_the_end_is_not_satisfiable_and_one_that_nobody_reads_is_ignored(
    web, folder
):
    size = (folder / "roads.pmtiles").stat().st_size
    beyond = ask(web, "/api/map/roads.pmtiles", range=f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    for strange in ("bytes=0-1,5-6", "bytes=-", "lines=1-2", "bytes=9-3x"):
        assert ask(web, "/api/map/roads.pmtiles", range=strange).status_code == 200


def test_a_range_of_what_the_file_was_before_is_not_given(web):
    answer = ask(web, "/api/map/roads.pmtiles", range="bytes=0-9", **{"if-range": '"old"'})
    assert answer.status_code == 200


def test_a_large_file_is_given_in_ranges_alone_and_in_bounds(web, folder, monkeypatch):
    monkeypatch.setattr(basemap, "GEOJSON_BYTES", 50)
    monkeypatch.setattr(basemap, "RANGE_BYTES", 20)
    assert ask(web, "/api/map/roads.pmtiles").status_code == 400
    answer = ask(web, "/api/map/roads.pmtiles", range="bytes=0-")
    assert len(answer.content) == 20
    assert answer.headers["content-range"].startswith("bytes 0-19/")
    found = next(f for f in web.get("/api/map")["files"] if f["name"] == "rivers.geojson")
    assert "PMTiles" in found["why"]


@pytest.mark.parametrize(
    "name",
    [
        "..%2Fsecret.geojson", "%2e%2e%2fsecret.geojson", "nothing.geojson", ".hidden.geojson",
        "rivers.geojson%00", "toguna.toml", "a" * 200 + ".geojson", "riv%C3%A9res.geojson",
    ],
)  # fmt: skip
def test_nothing_but_the_folder_can_be_asked_for(web, folder, name):
    (folder / ".hidden.geojson").write_text("{}")
    (folder / "toguna.toml").write_text("")
    assert ask(web, f"/api/map/{name}").status_code == 404


def test_links_folders_and_pipes_are_no_maps(web, folder):
    (folder / "out.geojson").symlink_to(folder.parent / "secret.geojson")
    (folder / "deep.geojson").mkdir()
    os.mkfifo(folder / "pipe.geojson")
    names = [f["name"] for f in web.get("/api/map")["files"]]
    assert names == ["rivers.geojson", "roads.pmtiles"]
    for name in ("out", "deep", "pipe"):
        assert ask(web, f"/api/map/{name}.geojson").status_code == 404


def test_a_node_without_a_folder_has_no_maps():
    web = Web()
    assert web.get("/api/map") == {"files": [], "more": 0}
    assert ask(web, "/api/map/rivers.geojson").status_code == 404
    assert basemap.files_in(None).files == []
