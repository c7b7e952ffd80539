"""What a real browser is made to try: scripts in texts, frames, forms of other sites, old cookies.

The other sites are real too: servers of this test on the loopback, by the same name at another
port (same site, other origin) and by number (another site).
"""

from __future__ import annotations

import http.server
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.desks import Desks, Watch
from tests.browser.house import PASSWORD, founded, until
from tests.browser.screens import screens, write_all_kinds
from tests.unit.cli_house import REPORT

PAYLOADS = {
    "picture": '<img src=x onerror="window.hacked=1">',
    "script": "</title></textarea><script>window.hacked=1</script>",
    "svg": "\"'><svg onload=window.hacked=1><a href=javascript:window.hacked=1>x</a>",
    "template": "{{constructor.constructor('window.hacked=1')()}}${window.hacked=1}",
}
NEEDED = {"sharing.report/1", "sharing.event/1", "alerts.alert/1", "questions.question/1"}
REFUSED_POLICY = r"Content Security Policy|Refused to"


@pytest.fixture(scope="module")
def attacked():
    """bf, whose every text is an attack, and ml, which reads them."""
    with founded(("ml", "bf")) as nodes:
        now_us = time.time_ns() // 1_000
        for payload in PAYLOADS.values():
            written = write_all_kinds(nodes["bf"], "ml", payload, now_us)
            assert set(written) >= NEEDED
        nodes.wanted = {a for a in written.values() if "/spine/" in a}
        known = "/api/records/{}".format
        until(
            "all of it is at ml", lambda: all(_there(nodes["ml"], known(a)) for a in nodes.wanted)
        )
        yield nodes


def _there(node, path):
    try:
        return node.get(path)["record"]
    except Exception:
        return None


def is_hacked(page):
    return page.evaluate("window.hacked") is not None


@pytest.mark.parametrize("office", sorted({screen.office for screen in screens()}))
def test_texts_of_another_party_run_nothing_on_any_screen(desk, attacked, office):
    page, dialogs = desk("ml", office, alliance=attacked), []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    for screen in screens():
        if screen.office == office:
            page.evaluate("hash => { location.hash = hash }", f"#/{screen.name}")
            page.wait_for_timeout(400)  # whatever would run has its chance
            assert not is_hacked(page), screen.name
            assert not dialogs, screen.name


def test_texts_of_another_party_run_nothing_in_any_record(desk, attacked):
    page = desk("ml", alliance=attacked)
    for address in sorted(attacked.wanted):
        page.evaluate("hash => { location.hash = hash }", f"#/record/{address}")
        expect(page.locator("toguna-panel")).to_contain_text(address)
        assert not is_hacked(page), address


def test_texts_are_shown_as_they_were_written(desk, attacked, shot):
    page = desk("ml", alliance=attacked, path="#/reports")
    for payload in PAYLOADS.values():
        expect(page.locator("toguna-reports")).to_contain_text(payload)
    shot(page, "hostile-texts-fr-1280")


def test_a_script_that_got_into_the_page_would_not_run(desk, alliance, watch):
    watch.allow(REFUSED_POLICY)
    page = desk("ml")
    page.evaluate(
        """() => {
          const inline = document.createElement('script');
          inline.textContent = 'window.hacked = 1';
          document.body.append(inline);
          const far = document.createElement('script');
          far.src = 'http://example.org/far.js';
          document.body.append(far);
          document.body.insertAdjacentHTML('beforeend', '<p onclick="window.hacked=1">x</p>');
          document.body.lastChild.click();
          const link = document.createElement('a');
          link.href = 'javascript:window.hacked=1';
          document.body.append(link);
          link.click();
        }"""
    )
    page.evaluate("new Promise(done => { setTimeout('window.hacked = 1'); setTimeout(done, 50) })")
    assert not is_hacked(page)


def test_every_answer_of_the_page_bears_its_policy(alliance):
    for path in ("/desk/", "/desk/worker.js"):
        headers = httpx.get(alliance["ml"].url + path, trust_env=False).headers
        policy = dict(
            p.strip().split(" ", 1) for p in headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    ["/desk/..%2f..%2f..%2fetc/passwd", "/desk/%2e%2e/%2e%2e/keys/log.key", "/desk//etc/passwd",
     "/desk/assets/..%5c..%5ctoguna.toml", "/desk/manifest.json%00.svg", "/desk/sizes.json"],
)  # fmt: skip
def test_no_path_leads_out_of_the_page(alliance, path):
    node = alliance["ml"]
    with httpx.Client(trust_env=False) as http:
        answer = http.send(http.build_request("GET", httpx.URL(node.url).join(path)))
        raw = httpx.Request("GET", node.url, extensions={"target": path.encode()})
        for status in (answer.status_code, http.send(raw).status_code):
            assert status == 404


# Other sites ---------------------------------------------------------------------------------


@contextmanager
def site(page):
    """A server of somebody else that answers every path with this page; its port."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def victim(browser, alliance):
    """A page in whose browser somebody is signed in at ml, free to go anywhere."""
    desks = Desks(browser, alliance, Watch())
    page = desks("ml")
    yield page
    desks.close()


HOSTS = pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])

FORM = """<form id=f method=post enctype="{type}" action="{url}/api/sharing/report">
<input name='{name}' value='{value}'></form>"""
BODY = (
    '{"body":{"title":"forged","text":"x","category":"other","grade":"A","credibility":1,'
    '"from_us":1795392000000000,"to_us":1795392000000000},"x":"'
)


def forged(node):
    return [title for title in node.titles() if title == "forged"]


@HOSTS
@pytest.mark.parametrize("type_", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_form_of_another_site_writes_nothing(victim, alliance, host, type_):
    form = FORM.format(type=type_, url=alliance["ml"].url, name=BODY, value='"}')
    with site(form) as port:
        victim.goto(f"http://{host}:{port}/")
        with victim.expect_response(lambda answer: "/api/sharing/report" in answer.url) as answer:
            victim.evaluate("document.getElementById('f').submit()")
        assert answer.value.status in (400, 403, 404)
    assert not forged(alliance["ml"])


@HOSTS
@pytest.mark.parametrize("type_", ["text/plain", "application/json"])
def test_a_script_of_another_site_writes_nothing_and_reads_nothing(victim, alliance, host, type_):
    with site("<p>elsewhere</p>") as port:
        victim.goto(f"http://{host}:{port}/")
        told = victim.evaluate(
            """async ({url, body, type}) => {
              const asked = {credentials: 'include', method: 'POST', body,
                headers: {'content-type': type, 'toguna-csrf': '0'.repeat(64)}};
              const blind = {credentials: 'include', method: 'POST', body, mode: 'no-cors'};
              const seen = [];
              for (const how of [asked, blind, {credentials: 'include'}])
                for (const path of ['/api/sharing/report', '/api/session', '/api/files/x'])
                  seen.push(await fetch(url + path, how).then(a => a.text(), () => ''));
              return seen;
            }""",
            {"url": alliance["ml"].url, "body": BODY + '"}', "type": type_},
        )
    assert set(told) == {""}
    assert not forged(alliance["ml"])


@HOSTS
def test_no_other_site_may_frame_the_desk(victim, alliance, host):
    frame = f'<iframe id=f width=900 height=700 src="{alliance["ml"].url}/desk/"></iframe>'
    with site(frame) as port:
        victim.goto(f"http://{host}:{port}/")
        victim.wait_for_timeout(500)
        for inner in victim.frames[1:]:
            assert "/desk/" not in inner.url
            assert inner.locator("toguna-desk").count() == 0


@HOSTS
def test_a_page_that_opened_the_desk_has_no_hold_of_it(victim, alliance, host):
    with site("<p>elsewhere</p>") as port:
        victim.goto(f"http://{host}:{port}/")
        with victim.context.expect_page() as opened:
            victim.evaluate(
                "url => { window.got = window.open(url) }", alliance["ml"].url + "/desk/"
            )
        opened.value.locator("toguna-desk, toguna-sign-in").wait_for(state="attached")
        victim.wait_for_function("window.got.closed")
        assert opened.value.evaluate("window.opener === null")


@HOSTS
def test_no_link_from_elsewhere_changes_anything(victim, alliance, host):
    node = alliance["ml"]
    with site(f'<a id=a href="{node.url}/api/sign-out">x</a>') as port:
        victim.goto(f"http://{host}:{port}/")
        victim.locator("#a").click()
        victim.wait_for_load_state()
    victim.goto(node.url + "/desk/")
    victim.locator("toguna-desk").wait_for(state="attached")


# Sessions ------------------------------------------------------------------------------------


def sign_in(page):
    return page.evaluate(
        """said => fetch('/api/sign-in/password', {method: 'POST',
          headers: {'content-type': 'application/json'}, body: JSON.stringify(said)})
          .then(answer => answer.status)""",
        {"person": "ml-liaison", "password": PASSWORD},
    )


def session_cookie(context):
    (found,) = [c for c in context.cookies() if c["name"].endswith("toguna-ml")]
    return found


def test_a_session_that_was_planted_is_not_the_one_that_one_gets(desk, alliance):
    ml = alliance["ml"]
    planted = ml.sign_in("analyst").cookie
    context = desk.context(ml)
    context.add_cookies([{"name": planted[0], "value": planted[1], "url": ml.url}])
    page = context.new_page()
    page.goto(ml.url + "/desk/")
    assert sign_in(page) == 200
    assert session_cookie(context)["value"] != planted[1]
    who = page.evaluate("fetch('/api/session').then(a => a.json()).then(s => s.person.id)")
    assert who == "ml-liaison"


def test_a_made_up_session_opens_nothing_and_is_not_taken_over(desk, alliance):
    ml = alliance["ml"]
    context = desk.context(ml)
    context.add_cookies([{"name": "toguna-ml", "value": "A" * 43, "url": ml.url}])
    page = context.new_page()
    page.goto(ml.url + "/desk/")
    page.locator("toguna-sign-in").wait_for()
    assert sign_in(page) == 200
    assert session_cookie(context)["value"] != "A" * 43


def test_the_session_is_out_of_reach_of_scripts_and_of_other_sites(desk, alliance):
    ml = alliance["ml"]
    context = desk.context(ml)
    page = context.new_page()
    page.goto(ml.url + "/desk/")
    assert sign_in(page) == 200
    cookie = session_cookie(context)
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["domain"] == urlsplit(ml.url).hostname
    assert "toguna" not in page.evaluate("document.cookie")


def test_a_session_that_was_signed_out_of_is_worth_nothing(alliance):
    ml = alliance["ml"]
    person = ml.sign_in("liaison")
    headers = {"origin": ml.url, "toguna-csrf": person.csrf, "content-type": "application/json"}
    cookies = dict([person.cookie])
    with httpx.Client(base_url=ml.url, trust_env=False, cookies=cookies) as http:
        assert http.get("/api/kinds", headers=headers).status_code == 200
        assert http.post("/api/sign-out", content=b"{}", headers=headers).status_code == 200
        http.cookies.set(*person.cookie)
        assert http.get("/api/kinds", headers=headers).status_code == 404
        said = {"body": REPORT}
        assert http.post("/api/sharing/report", json=said, headers=headers).status_code == 404
