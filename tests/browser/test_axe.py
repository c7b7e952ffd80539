"""axe-core on every screen, in both languages and both lights: nothing serious, nothing critical.

Screens are found where they are registered, so a new one is looked at without a word here. At
desktop width in French, at phone width in English; each in the light of the sun and in the dark.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.desks import Desks, Watch, need_page
from tests.browser.house import until
from tests.browser.screens import screens, write_all_kinds
from tests.browser.sight import assert_usable, findings

VIEWS = [("fr", "sun", 1280), ("en", "dark", 390)]


@pytest.fixture(scope="module")
def records(alliance):
    """Something of each kind to look at, from bf for ml."""
    written = write_all_kinds(alliance["bf"], "ml", "Texte à lire", time.time_ns() // 1_000)
    own = write_all_kinds(alliance["ml"], "bf", "Texte de chez nous", time.time_ns() // 1_000)
    address = written["sharing.report/1"]
    until("it is at ml", lambda: address in str(alliance["ml"].get("/api/sharing/report")))
    return {"theirs": written, "own": own}


@pytest.fixture(scope="module", params=VIEWS, ids=lambda view: f"{view[0]}-{view[2]}")
def pages(request, browser, alliance, records):
    """``pages(office)``: a desk that goes from screen to screen; one for each office."""
    need_page()
    lang, theme, width = request.param
    desks, opened = Desks(browser, alliance, Watch()), {}

    def page(office):
        if office not in opened:
            opened[office] = desks("ml", office, lang, theme, width)
        return opened[office]

    page.view = request.param
    yield page
    desks.close()


def look(page):
    """Nothing serious in the light that is on; in the other one, every contrast holds."""
    assert_usable(page)
    before = page.evaluate("document.documentElement.dataset.theme")
    turn = "to => { document.documentElement.dataset.theme = to }"
    page.evaluate(turn, "dark" if before == "sun" else "sun")
    faint = [one for one in findings(page) if "contrast" in one["id"]]
    page.evaluate(turn, before)
    assert not faint


def go(page, hash_):
    page.evaluate("hash => { location.hash = hash }", hash_)
    page.wait_for_timeout(400)
    expect(page.locator("toguna-desk")).to_be_attached()


@pytest.mark.parametrize("screen", screens(), ids=lambda screen: screen.name or "desk")
def test_a_screen_has_nothing_serious(pages, shot, screen):
    page = pages(screen.office)
    go(page, f"#/{screen.name}")
    lang, _, width = pages.view
    shot(page, f"screen-{screen.name or 'desk'}-{lang}-{width}")
    look(page)


@pytest.mark.parametrize("whose", ["own", "theirs"])
def test_records_have_nothing_serious(pages, records, whose):
    page = pages("duty")
    looked = ("sharing.report/1", "alerts.alert/1", "questions.question/1", "sharing.event/1")
    for kind in looked:
        go(page, f"#/record/{records[whose][kind]}")
        expect(page.locator("toguna-panel")).to_contain_text(records[whose][kind])
        assert_usable(page)


@pytest.mark.parametrize("kind", ["sharing.report", "alerts.alert", "questions.question"])
def test_forms_have_nothing_serious(pages, kind):
    page = pages("duty")
    go(page, f"#/write/{kind}")
    look(page)
    submit = page.locator("toguna-panel button[type=submit], toguna-panel button.main").first
    if submit.count():
        submit.click()  # nothing was typed: the errors are looked at, too
        page.wait_for_timeout(200)
        assert_usable(page)


@pytest.mark.parametrize("keys", ["Control+k", "?"])
def test_what_opens_by_a_key_has_nothing_serious(pages, keys):
    page = pages("duty")
    go(page, "#/")
    page.locator("body").press(keys)
    page.wait_for_timeout(200)
    try:
        look(page)
    finally:
        page.keyboard.press("Escape")


def test_the_way_in_has_nothing_serious(browser, alliance, pages):
    lang, theme, width = pages.view
    desks = Desks(browser, alliance, Watch())
    page = desks.context(alliance["ml"], lang=lang, theme=theme, width=width).new_page()
    page.goto(alliance["ml"].url + "/desk/")
    page.locator("toguna-sign-in").wait_for()
    try:
        look(page)
    finally:
        desks.close()


def test_what_is_wrong_is_found(pages):
    page = pages("duty")
    go(page, "#/")
    page.evaluate("""() => {
      const bad = document.createElement('button');
      bad.id = 'bad';
      document.body.append(bad);
    }""")
    wrong = findings(page)
    page.evaluate("document.getElementById('bad').remove()")
    assert "button-name" in {one["id"] for one in wrong}
