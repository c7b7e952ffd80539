"""The page of the desk as it is served: which files, how they are kept, what the browser holds
them to."""

from __future__ import annotations

import asyncio
import gzip
import json

import httpx
import pytest

from tests.alliance import Alliance
from tests.conftest import ROOT
from toguna.surfaces import desk
from toguna.surfaces.http import app_for

SCRIPT = b"console.log('toguna')\n" * 60
FIRST_PAGE_BYTES = 200_000


@pytest.fixture
def page(tmp_path):
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Toguna</title>", "utf-8")
    (folder / "assets" / "index-1a2b3c.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-1a2b3c.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "index-1a2b3c.js.br").write_bytes(b"as brotli")
    (folder / "worker.js").write_text("self.x = 1", "utf-8")
    (folder / "sizes.json").write_text("{}", "utf-8")
    (folder / "left.behind").write_text("no", "utf-8")
    (tmp_path / "secret.json").write_text("{}", "utf-8")
    return folder


class Asking:
    """One node whose page lies in this folder."""

    def __init__(self, folder, monkeypatch):
        made = desk.endpoints(folder)
        monkeypatch.setattr(desk, "endpoints", lambda: made)
        self.app = app_for(Alliance(parties=("ml", "bf"))["ml"])

    def __call__(self, url, method="GET", **headers):
        async def ask():
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                asked = client.build_request(method, url, headers={"accept-encoding": "", **named})
                answer = await client.send(asked, stream=True)
                answer.raw = b"".join([part async for part in answer.aiter_raw()])
                return answer

        return asyncio.run(ask())


@pytest.fixture
def ask(page, monkeypatch):
    return Asking(page, monkeypatch)


def test_the_page_when_opened_is_asked_for_each_time(ask):
    answer = ask("/desk/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    again = ask("/desk/", if_none_match=f'"other", W/{answer.headers["etag"]}')
    assert (again.status_code, again.raw) == (304, b"")
    assert "content-length" not in again.headers
    assert ask("/desk/", if_none_match='"other"').status_code == 200


def test_the_page_when_opened_is_held_to_itself(ask):
    for url in ("/desk/", "/desk/assets/index-1a2b3c.js", "/desk/worker.js"):
        headers = ask(url).headers
        policy = dict(
            p.strip().split(" ", 1) for p in headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "microphone=()" in headers["permissions-policy"]


def test_assets_when_loaded_may_be_kept_for_good(ask):
    answer = ask("/desk/assets/index-1a2b3c.js")
    assert answer.raw == SCRIPT
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "accept-encoding"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br;q=1.0", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("deflate", None),
        ("br;q=0, gzip; q=0", None),
        ("", None),
    ],
)
def test_assets_when_asked_for_smaller_come_so(ask, accepted, encoding):
    answer = ask("/desk/assets/index-1a2b3c.js", accept_encoding=accepted)
    assert answer.headers.get("content-encoding") == encoding
    wanted = {"br": b"as brotli", "gzip": None, None: SCRIPT}[encoding]
    assert (gzip.decompress(answer.raw) if encoding == "gzip" else answer.raw) == (wanted or SCRIPT)


def test_the_worker_when_loaded_may_take_the_whole_desk(ask):
    answer = ask("/desk/worker.js")
    assert answer.headers["service-worker-allowed"] == "/desk/"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "no.js",
        "assets/",
        "assets",
        "left.behind",
        "sizes.json",
        "assets/index-1a2b3c.js.gz",
        "../secret.json",
        "..%2fsecret.json",
        "assets/..%2f..%2fsecret.json",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "assets/index-1a2b3c.js%00.html",
    ],
)
def test_files_when_not_of_the_page_are_not_there(ask, path):
    answer = ask(f"/desk/{path}")
    assert answer.status_code == 404
    assert json.loads(answer.raw)["error"] == "unknown"


def test_the_desk_when_asked_without_its_slash_leads_there(ask):
    answer = ask("/desk")
    assert (answer.status_code, answer.headers["location"]) == (308, "/desk/")


def test_head_when_asked_gives_the_same_head(ask):
    whole, head = ask("/desk/"), ask("/desk/", "HEAD")
    assert head.raw == b""
    same = ("content-length", "etag", "content-security-policy")
    assert [head.headers[name] for name in same] == [whole.headers[name] for name in same]


def test_the_desk_when_not_built_says_how(tmp_path, monkeypatch):
    answer = Asking(tmp_path / "nothing", monkeypatch)("/desk/")
    assert answer.status_code == 503
    assert b"make web" in answer.raw
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_file_when_gone_since_the_start_is_not_there(ask, page):
    (page / "worker.js").unlink()
    assert ask("/desk/worker.js").status_code == 404


def test_the_front_page_when_read_leads_to_the_desk(ask):
    assert b'href="/desk/"' in ask("/").raw


def test_the_built_page_when_weighed_is_light_and_holds_nothing_inline():
    if not (desk.BUILT / desk.INDEX).exists():
        pytest.skip("the page is not built: make web")
    sizes = json.loads((desk.BUILT / "sizes.json").read_text("utf-8"))["files"]
    assert any(name.endswith(".woff2") for name in sizes)
    assert any(name.endswith(".css") for name in sizes)
    weighed = {n: len(gzip.compress((desk.BUILT / n).read_bytes(), 9)) for n in sizes}
    assert sum(weighed.values()) <= FIRST_PAGE_BYTES, weighed
    assert not any("maplibre" in (desk.BUILT / n).read_text("utf-8", "replace") for n in sizes)
    index = (desk.BUILT / desk.INDEX).read_text("utf-8")
    assert "<style" not in index
    assert "style=" not in index
    assert all("src=" in tag for tag in index.split("<script")[1:])
    assert "http" not in index.replace('http-equiv="', "")


def test_the_sources_when_looked_for_are_in_the_package_of_sources():
    assert (ROOT / "web" / "package-lock.json").exists()
