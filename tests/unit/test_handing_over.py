"""A log key that was replaced, at a node that nobody calls: its word goes by the witness key."""

from __future__ import annotations

import asyncio
import contextlib
import secrets

import httpx
import msgspec
import pytest

from tests.alliance import draft
from tests.unit.test_http_serving import HOST, Served
from toguna.core import acts, ed25519
from toguna.core.signed import encode_key, key_id
from toguna.node import outbox
from toguna.surfaces import serving
from toguna.surfaces.signatures import sign_request
from toguna.surfaces.writing import Writer


@pytest.fixture
def served():
    return Served(parties=("bf", "ml"))


def replace_log_key(served, party="ml"):
    """Revoke the log key that this party has, and go on with a new one; the revocation."""
    node, seeds = served[party], served.alliance.seeds[party]
    fresh = secrets.token_bytes(32)
    size = node.spine.size
    with node.reading() as tx:
        root = node.spine.root_at(tx, size)
    act = acts.Revocation(
        at=node.now(), charter=node.standing.charter_hash,
        cutoff=acts.Cutoff(root=root.hex(), size=size), key=key_id(ed25519.public_key(seeds.log)),
        party=party, replacement=encode_key(ed25519.public_key(fresh)), role="log", why="volée",
    )  # fmt: skip
    document = acts.sign_act(acts.encode_act(act), party, seeds.root)
    seeds.log = fresh
    node.parts = node.parts._replace(keys=seeds.keys())
    node.learn([document])
    return document


def test_a_node_that_only_calls_out_delivers_its_revocation_and_goes_on(served, monkeypatch):
    asked, post = [], outbox.Outbox._post

    async def watched(self, url, *rest, **more):
        asked.append(url.removeprefix(served.urls["bf"]))
        return await post(self, url, *rest, **more)

    monkeypatch.setattr(outbox.Outbox, "_post", watched)
    ml, bf = served["ml"], served["bf"]
    ml.submit([draft(to=("bf",))], "duty")
    bf.submit([draft(to=("ml",))], "duty")
    to_bf = {"bf": served.urls["bf"]}

    async def run():
        async with served.running("bf"):
            await serving.sync_once(ml, to_bf, timeout_s=10)
            document = replace_log_key(served)
            new = ed25519.public_key(ml.parts.keys.log)
            assert bf.standing.current_key("ml", "log") != new
            bf.submit([draft(to=("ml",))], "duty")
            asked.clear()
            first = await serving.sync_once(ml, to_bf, timeout_s=10)
            second = await serving.sync_once(ml, to_bf, timeout_s=10)
            return document, new, first["bf"], second["bf"]

    document, new, first, second = asyncio.run(run())
    assert first.ok, first.error
    assert second.ok, second.error
    assert first.size == bf.spine.size > 0
    assert bf.standing.current_key("ml", "log") == new
    assert document in bf.book.documents()
    assert asked[:3] == ["/peer/pull", "/peer/book", "/peer/pull"]
    assert asked.count("/peer/book") == 1, "handed over once, and then known"


def test_a_peer_that_stays_deaf_is_not_handed_the_same_book_at_every_poll(served):
    replace_log_key(served)
    asked = []

    async def talk(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            asked.append(head.split(b" ")[1].decode())
            writer.write(b"HTTP/1.1 404 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()
        writer.close()

    async def run():
        ml = served["ml"]
        server = await asyncio.start_server(talk, HOST, served.ports["bf"])
        line = Writer(ml)
        box = serving.outbox_for(ml, {"bf": served.urls["bf"]}, line)
        async with server, box.open():
            for _ in range(3):
                assert not (await box.sync_now(timeout_s=5))["bf"].ok
            here = list(asked)
            served.skew_us += outbox.HAND_OVER_AGAIN_US
            await box.sync_now(timeout_s=5)
        line.close()
        return here, asked[len(here) :]

    before, after = asyncio.run(run())
    assert before == ["/peer/pull", "/peer/book", "/peer/pull", "/peer/pull"]
    assert after == ["/peer/pull", "/peer/book"]


def test_what_is_handed_over_proves_itself_or_is_left_out(served):
    ml, bf = served["ml"], served["bf"]
    document = replace_log_key(served)
    forged = document.replace("volée".encode(), b"perdue")

    def post(documents, **more):
        body = documents if isinstance(documents, bytes) else msgspec.msgpack.encode(documents)
        given = {"seed": ml.parts.keys.witness, "key": "witness", **more}
        headers = sign_request(
            "POST", "/peer/book", body, party="ml", to="bf", now_us=ml.now(),
            nonce=secrets.token_bytes(16), **given,
        )  # fmt: skip
        return httpx.post(
            served.urls["bf"] + "/peer/book", content=body, headers=headers, trust_env=False
        )

    def ask():
        assert post([forged, b"", b"{}"]).json() == {"new": 0}
        assert post(b"\xc1").status_code == 400
        assert post([b""] * 2_000).status_code == 400
        assert post(b"x" * (outbox.DOCUMENTS_BYTES + 1)).status_code == 400
        assert post([document], seed=ml.parts.keys.log, key="log").status_code == 404
        assert post([document]).json() == {"new": 1}
        assert post([document]).json() == {"new": 0}
        assert post([document], seed=ml.parts.keys.log, key="log").json() == {"new": 0}

    async def run():
        async with served.running("bf"):
            await asyncio.to_thread(ask)

    asyncio.run(run())
    assert bf.standing.current_key("ml", "log") == ed25519.public_key(ml.parts.keys.log)


def test_our_own_documents_are_those_that_we_signed_and_as_many_as_fit(served):
    ml = served["ml"]
    document = replace_log_key(served)
    assert document in ml.book.documents_of("ml")
    assert ml.book.documents_of("bf") == [served.alliance.document]
    assert ml.book.documents_of("xx") == []
    assert outbox.as_many_as_fit([b"a" * 50, b"b" * 80, b"c" * 20], 90) == [b"a" * 50, b"c" * 20]
