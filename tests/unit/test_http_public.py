"""What a node answers to anybody and to its peers, asked without a socket."""

from __future__ import annotations

import msgspec
import pytest

from tests.alliance import SECOND, draft, report
from tests.unit.serving_house import Web
from toguna.core import acts, merkle, messages, note, tiles


@pytest.fixture
def web():
    return Web()


# The public part -----------------------------------------------------------------------


def test_health_and_numbers_hold_no_contents(web):
    web.author("Titre secret", to=["bf"])
    assert web.send("GET", "/healthz").json() == {"ok": True}
    text = web.send("GET", "/metrics").text
    assert 'toguna_log_entries{log="ml/spine"}' in text
    assert "toguna_request_seconds" in text
    for word in ("secret", "Ansongo", "patrouille"):
        assert word not in text


def test_the_front_page_is_for_people_and_speaks_both_languages(web):
    french = web.send("GET", "/")
    assert "text/html" in french.headers["content-type"]
    assert "default-src 'none'" in french.headers["content-security-policy"]
    english = web.send("GET", "/?lang=en")
    assert french.text != english.text
    spoof = web.send("GET", "/", headers={"host": 'x"><script>'})
    assert "<script>" not in spoof.text


def fetched(web, path):
    answer = web.send("GET", f"/spine/{path}")
    assert answer.status_code == 200, path
    return answer


def test_a_stranger_rebuilds_the_signed_root_out_of_what_is_served(web):
    assert web.send("GET", "/spine/checkpoint").status_code == 404
    web["ml"].submit([draft(report(f"n{n}"), to=("bf",)) for n in range(300)], "duty")
    web.author("encore un", to=["ne"])
    key = note.VerifierKey.parse(fetched(web, "vkey").text.strip())
    signed = fetched(web, "checkpoint")
    assert signed.headers["content-type"].startswith("text/plain")
    head = note.open_checkpoint(signed.content, key)
    leaves, hashes = [], []
    for name in tiles.tree_tiles(head.size):
        answer = fetched(web, tiles.tile_path(name.level, name.index, name.width))
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        if name.level == "entries":
            leaves += [merkle.leaf_hash(e) for e in tiles.decode_entries(answer.content)]
        elif name.level == 0:
            data = answer.content
            hashes += [data[i : i + 32] for i in range(0, len(data), 32)]
    assert leaves == hashes
    assert merkle.tree_root(leaves) == head.root


def test_partial_tiles_are_there_for_sealed_sizes_only_and_stay_there(web):
    sizes = []
    for n in range(4):
        web.author(f"n{n}", to=["bf"])
        sizes.append(web["ml"].spine.size)
    for width in range(1, 256):
        for level in ("0", "entries"):
            answer = web.send("GET", f"/spine/tile/{level}/000.p/{width}")
            assert answer.status_code == (200 if width in sizes else 404), width
            if width in sizes:
                assert len(answer.content) == width * (32 if level == "0" else 34)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/001",
        "tile/1/000",
        "tile/63/000",
        "tile/64/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/00",
        "tile/0/x000/000",
        "tile/entries/999",
        "tile/-1/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999.p/3",
        "tile/7/x999/x999/x999/x999/x999/999.p/3",
        "tile/0/000/",
        "../../etc/passwd",
        "checkpoint/",
        "",
    ],
)
def test_a_file_that_the_log_does_not_have_is_not_there(web, path):
    web.author(to=["bf"])
    assert web.send("GET", f"/spine/{path}").status_code == 404


def test_a_head_request_gets_the_head_alone(web):
    web.author(to=["bf"])
    answer = web.send("HEAD", "/spine/checkpoint")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) == len(web["ml"].spine.note)


# Peers ---------------------------------------------------------------------------------


def pull(web, by="bf", to="ml", body=None):
    if body is None:
        want = messages.Want("ml/spine", 0)
        body = messages.encode(messages.Pull((want,), (), b"", turn=1))
    headers = web.signed("POST", "/peer/pull", body, by=by, to=to)
    return web.send("POST", "/peer/pull", body, headers, to=to)


def test_a_peer_pulls_and_what_it_may_not_read_is_not_in_the_answer(web):
    web.author("Pour ne seulement", to=["ne"])
    answer = pull(web)
    assert answer.status_code == 200
    reply = messages.decode_reply(answer.content)
    assert reply.parts
    assert b"seulement" not in answer.content


def test_a_pull_that_is_none_is_refused(web):
    assert pull(web, body=b"\xc1").status_code == 400
    assert pull(web, body=b"x" * (5 << 20)).status_code == 400


def test_the_book_goes_to_members_and_to_nobody_else(web):
    answer = web.send("GET", "/peer/book", None, web.signed("GET", "/peer/book", by="bf"))
    assert msgspec.msgpack.decode(answer.content) == web["ml"].book.documents()


def test_who_left_is_served_nothing(web):
    node = web["ml"]
    standing = node.standing
    leave = acts.withdrawal_of(
        standing.charter, standing.charter_hash, "bf", "par décision", web.clock()
    )
    node.learn([acts.sign_act(acts.encode_act(leave), "bf", web.alliance.seeds["bf"].root)])
    assert pull(web).status_code == 200, "in the notice period all goes on"
    web.clock.now_us = leave.effective + SECOND
    nothing = web.send("GET", "/no/such/path").content
    for method, url in (("POST", "/peer/pull"), ("GET", "/peer/book"), ("GET", "/peer/wake")):
        body = b"" if method == "POST" else None
        answer = web.send(method, url, body, web.signed(method, url, body, by="bf"))
        assert (answer.status_code, answer.content) == (404, nothing)
