"""Pictures over HTTP: who may bring and see them, how they are given, when they go."""

from __future__ import annotations

import itertools
from hashlib import sha256

import msgspec
import pytest

from tests.alliance import DAY, report
from tests.unit.pictures_house import PLACE, encoded, with_everything
from tests.unit.serving_house import Web
from toguna.core.record import Address
from toguna.core.table import Where
from toguna.node import files, pictures
from toguna.node import tables as t

WEEK = 7 * DAY


@pytest.fixture
def web():
    return Web()


def bring(web, data=None, **more):
    return web.post("/api/files", with_everything("JPEG") if data is None else data, **more)


def fetch(web, digest, **more):
    url = f"/api/files/{digest}"
    return web.send("GET", url, None, web.signed("GET", url, None, **more))


def quoting(web, digest, **label):
    return web.author(
        "Avec photo", body=msgspec.structs.replace(report(), evidence=(digest,)), **label
    )


def test_a_picture_is_kept_under_the_digest_of_its_clean_bytes(web):
    said = bring(web)
    answer = fetch(web, said["digest"])
    assert sha256(answer.content).hexdigest() == said["digest"]
    assert PLACE not in answer.content
    assert said == {
        "digest": said["digest"], "type": "image/jpeg", "bytes": len(answer.content),
        "width": 64, "height": 40, "exif_removed": True,
    }  # fmt: skip


def test_a_picture_of_several_parts_comes_back_whole(web, monkeypatch):
    monkeypatch.setattr(files, "PART_BYTES", 100)
    said = bring(web, encoded("PNG"))
    assert sha256(fetch(web, said["digest"]).content).hexdigest() == said["digest"]


def test_a_picture_can_do_nothing_in_the_place_where_it_is_shown(web):
    headers = fetch(web, bring(web)["digest"]).headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_what_the_sender_calls_it_comes_back_in_no_header(web):
    body = encoded()
    headers = web.signed("POST", "/api/files", body)
    names = {
        "content-disposition": 'attachment; filename="a.svg%0d%0aset-cookie: a=b"',
        "content-type": "image/svg+xml",
        "x-file-name": "../../etc/passwd",
    }
    answer = web.send("POST", "/api/files", body, {**headers, **names})
    digest = answer.json()["digest"]
    back = fetch(web, digest).headers
    assert back["content-disposition"] == f'inline; filename="{digest[:16]}.jpg"'
    assert back["content-type"] == "image/jpeg"
    assert not {"passwd", "cookie", "svg"} & set(str(dict(back)).replace("/", " ").split())


@pytest.mark.parametrize(
    "digest",
    [
        "0" * 64,
        "0" * 63,
        "A" * 64,
        "..%2f..%2fkeys%2flog.key",
        "%2e%2e",
        "a" * 63 + "%00",
        "a" * 64 + "%0d%0aset-cookie:%20a=b",
    ],
)
def test_what_is_no_digest_of_ours_is_not_there(web, digest):
    answer = fetch(web, digest)
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_another_party_and_a_stranger_see_no_picture(web):
    digest = bring(web)["digest"]
    nothing = web.send("GET", "/no/such/path").content
    for headers in ({}, web.signed("GET", f"/api/files/{digest}", None, by="bf")):
        answer = web.send("GET", f"/api/files/{digest}", None, headers)
        assert (answer.status_code, answer.content) == (404, nothing)


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", encoded()[:30]])
def test_what_is_no_picture_is_refused_and_leaves_nothing(web, data):
    said = bring(web, data, status=400)
    assert said["error"] == "bad_input"
    assert said["remedy"]
    with web["ml"].reading() as tx:
        assert tx.count(t.FILE) == tx.count(t.FILE_PART) == 0


def test_a_body_beyond_the_bound_is_refused(web):
    said = bring(web, b"\xff\xd8\xff" + b"\0" * pictures.MOST_BYTES, status=400)
    assert "8,388,608" in said["what"]


def test_the_same_picture_twice_is_kept_once(web):
    first, again = bring(web), bring(web)
    assert first == again
    with web["ml"].reading() as tx:
        assert tx.count(t.FILE) == 1


def test_a_person_may_bring_only_so_much_in_a_day(web, monkeypatch):
    monkeypatch.setattr(files, "DAY_BYTES", len(pictures.clean(encoded()).data) + 10)
    bring(web, encoded())
    said = bring(web, encoded("PNG"), status=403)
    assert said["remedy"]
    web.clock.advance(DAY + 1)
    bring(web, encoded("PNG"))


def test_the_node_keeps_only_so_much(web, monkeypatch):
    node = web["ml"]
    full = node.parts.desk._replace(files_quota_mb=0)
    monkeypatch.setattr(node, "parts", node.parts._replace(desk=full))
    assert "files.quota_mb" in bring(web, status=403)["remedy"]


def test_a_picture_that_no_record_quotes_is_gone_after_a_week(web):
    digest = bring(web)["digest"]
    web.clock.advance(WEEK)
    assert web["ml"].files.sweep() == 0
    web.clock.advance(1)
    assert web["ml"].files.sweep() == 1
    assert fetch(web, digest).status_code == 404
    with web["ml"].reading() as tx:
        assert tx.count(t.FILE_PART) == 0


def test_a_picture_that_a_record_quotes_stays_until_its_last_record_is_erased(web):
    digest = bring(web)["digest"]
    until_us = web.clock() + 30 * DAY
    quoting(web, digest)
    quoting(web, digest, to=["bf"], until=until_us)
    web.clock.advance(31 * DAY)
    node = web["ml"]
    with node.writing() as tx:
        assert node.authoring.sweep(tx) == 1
    assert node.files.sweep() == 0
    with node.writing() as tx:
        key = next(iter(tx.scan(t.FILE_USE, [Where("digest", "=", digest)])))[1]
        node.authoring.erase(tx, key, "by hand")
    assert node.files.sweep() == 1


def test_a_picture_brought_again_before_it_is_quoted_has_its_week_again(web):
    digest = bring(web)["digest"]
    web.clock.advance(WEEK - 1)
    bring(web)
    web.clock.advance(WEEK - 1)
    assert web["ml"].files.sweep() == 0
    assert fetch(web, digest).status_code == 200


def test_a_report_may_quote_a_file_that_lies_elsewhere(web):
    address = Address.parse(quoting(web, "e" * 64))
    shown = web.get(f"/api/records/{address}")
    assert shown["record"]["body"]["evidence"] == ["e" * 64]


def test_no_frame_to_a_peer_carries_a_picture(web):
    picture = bring(web)["digest"]
    content = fetch(web, picture).content
    quoting(web, picture, to=["bf"])
    web.alliance.exchange()
    held = web["bf"]
    with held.reading() as tx:
        stored = [c for table in t.ALL for row in tx.scan(table) for c in row]
    assert any(isinstance(c, bytes) and picture.encode() in c for c in stored)
    pieces = {content[at : at + 200] for at in range(0, len(content) - 200, 100)}
    assert not any(
        piece in cell
        for cell, piece in itertools.product(stored, pieces)
        if isinstance(cell, bytes)
    )
