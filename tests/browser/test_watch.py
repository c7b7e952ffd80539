"""The harness itself: it sees what leaves the node, what errs, and that nodes come back."""

from __future__ import annotations

import pytest

from tests.browser.desks import Desks, Watch


@pytest.fixture
def page(browser, alliance):
    watch = Watch()
    desks = Desks(browser, alliance, watch)
    page = desks.context(alliance["ml"]).new_page()
    page.goto(alliance["ml"].url + "/healthz")  # no policy here: all may be tried
    page.watch = watch
    yield page
    desks.close()


def test_a_page_of_the_node_is_fine(page):
    assert "ok" in page.content()
    page.watch.check()


@pytest.mark.parametrize("url", ["http://example.org/a.js", "http://192.0.2.1/b", "//ne.invalid/c"])
def test_a_request_to_anybody_else_is_seen_and_does_not_arrive(page, url):
    arrived = page.evaluate(
        "url => new Promise(done => { const img = new Image();"
        " img.onload = () => done(true); img.onerror = () => done(false); img.src = url; })",
        url,
    )
    assert not arrived
    with pytest.raises(AssertionError, match="somebody else"):
        page.watch.check()


def test_another_node_is_somebody_else(page, alliance):
    page.evaluate("url => fetch(url, {mode: 'no-cors'}).catch(() => 0)", alliance["bf"].url + "/")
    with pytest.raises(AssertionError, match="somebody else"):
        page.watch.check()


@pytest.mark.parametrize(
    "script", ["setTimeout(() => { throw new Error('lost') })", "console.error('lost')"]
)
def test_an_error_in_the_page_is_seen_unless_allowed(page, script):
    with page.expect_event("console" if "console" in script else "pageerror"):
        page.evaluate(script)
    with pytest.raises(AssertionError, match="lost"):
        page.watch.check()
    page.watch.allow("lost")
    page.watch.check()


def test_a_refusal_of_the_interface_is_no_error_but_a_missing_part_is(page):
    page.evaluate("fetch('/api/no/such').then(() => 0)")
    page.watch.check()
    with page.expect_event("console"):
        page.evaluate("fetch('/desk/assets/missing.js').then(() => 0)")
    with pytest.raises(AssertionError, match="missing"):
        page.watch.check()


def test_nothing_of_an_older_test_is_left(browser, alliance):
    one, other = (Desks(browser, alliance, Watch()).context(alliance["ml"]) for _ in range(2))
    one.add_cookies([{"name": "kept", "value": "1", "url": alliance["ml"].url}])
    assert other.cookies() == []
    one.close()
    other.close()


def test_a_node_that_was_killed_comes_back_with_what_it_acknowledged(fresh_alliance):
    ml = fresh_alliance["ml"]
    from tests.unit.cli_house import REPORT

    ml.post("/api/sharing/report", {"body": REPORT})
    ml.kill()
    ml.start()
    ml.wait()
    assert ml.titles() == [REPORT["title"]]
