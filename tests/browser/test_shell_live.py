"""The desk while things happen: news, a lost line, an ended session."""

from __future__ import annotations

import pytest
from msgspec import to_builtins
from playwright.sync_api import expect

from tests.alliance import report
from tests.browser.house import founded, until

GONE = r"ERR_CONNECTION_|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_FAILED"


@pytest.fixture(scope="module")
def stoppable():
    """An alliance whose node ``ml`` these tests stop."""
    with founded(("ml", "bf")) as nodes:
        yield nodes


def released(node, title, *to):
    value = {"body": to_builtins(report(title)), "label": {"to": list(to)}}
    return node.post("/api/sharing/report", value)["addresses"][0]


def line(page, title):
    return page.locator("toguna-changed button[data-line]", has_text=title)


def test_what_a_peer_releases_when_one_looks_appears_and_is_new(desk, alliance, shot):
    page = desk("ml")
    expect(page.locator("toguna-line [data-state=connected]")).to_be_visible()
    released(alliance["bf"], "Vu à Tin-Akoff", "ml")
    news = line(page, "Vu à Tin-Akoff")
    expect(news).to_be_visible(timeout=20_000)
    expect(news).to_contain_text("nouveau")
    shot(page, "shell-news")
    news.click()
    expect(news).not_to_contain_text("nouveau")
    page.reload()
    expect(news).to_be_visible()
    expect(news).not_to_contain_text("nouveau")


def test_all_when_marked_seen_is_seen_by_this_person_alone(desk, alliance):
    for n in range(3):
        released(alliance["ml"], f"Vague {n}", "bf")
    page, other = desk("ml", "liaison"), desk("ml", "analyst")
    for one in (page, other):
        expect(line(one, "Vague 2")).to_contain_text("nouveau")
    page.get_by_role("button", name="Tout vu").click()
    for n in range(3):
        expect(line(page, f"Vague {n}")).not_to_contain_text("nouveau")
    page.get_by_label("non vus").check()
    expect(page.get_by_text("Aucun document ne correspond")).to_be_visible()
    expect(line(other, "Vague 2")).to_contain_text("nouveau")


def test_what_changed_when_filtered_is_of_that_party_and_kind(desk, alliance):
    released(alliance["ml"], "Filtre chez nous", "bf")
    released(alliance["bf"], "Filtre chez bf", "ml")
    page = desk("ml")
    expect(line(page, "Filtre chez bf")).to_be_visible(timeout=20_000)
    page.get_by_label("Filtrer par partie").select_option("bf")
    expect(line(page, "Filtre chez nous")).to_be_hidden()
    page.get_by_label("Filtrer par genre").select_option("sharing.report")
    expect(line(page, "Filtre chez bf")).to_be_visible()


@pytest.mark.parametrize(("lang", "live", "lost"), [
    ("fr", "en direct", "connexion perdue"), ("en", "live", "connection lost"),
])  # fmt: skip
def test_the_line_when_lost_says_so_and_comes_back(desk, stoppable, watch, shot, lang, live, lost):
    watch.allow(GONE)
    ml = stoppable["ml"]
    page = desk("ml", lang=lang, alliance=stoppable)
    state = page.locator("toguna-line")
    expect(state).to_contain_text(live)
    ml.kill()
    expect(state).to_contain_text(lost)
    expect(page.locator("toguna-line [role=status]")).not_to_be_empty()
    shot(page, f"shell-lost-{lang}")
    ml.start()
    ml.wait()
    title = f"Écrit pendant la coupure {lang}"
    released(ml, title, "bf")
    expect(line(page, title)).to_be_visible(timeout=45_000)
    expect(page.locator("toguna-line [data-state=connected]")).to_contain_text(live)


def test_the_page_when_its_node_is_away_at_first_waits_for_it(desk, stoppable, watch):
    watch.allow(GONE)
    ml = stoppable["ml"]
    page = desk("ml", alliance=stoppable)
    page.route("**/api/session", lambda route: route.abort())
    page.reload()
    expect(page.get_by_text("Le nœud ne répond pas")).to_be_visible()
    page.unroute("**/api/session")
    expect(page.locator("toguna-waiting")).to_be_visible(timeout=20_000)
    assert ml.is_running


def test_a_session_when_ended_elsewhere_ends_the_desk(desk):
    page = desk("ml", fresh=True)
    page.locator("toguna-waiting").wait_for()
    page.context.clear_cookies()
    page.keyboard.press("Control+k")
    page.keyboard.type("tableaux")
    page.keyboard.press("Enter")
    page.locator("toguna-sign-in").wait_for()
    expect(page.locator("toguna-desk")).to_have_count(0)


def test_whoever_signs_out_is_out(desk, watch):
    page = desk("ml", fresh=True)
    page.get_by_role("button", name="Mon compte").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.locator("toguna-sign-in").wait_for()
    said = page.evaluate("fetch('/api/session').then(answer => answer.json())")
    assert not said["signed_in"]


def test_two_desks_when_one_writes_show_the_same(desk, alliance):
    one, other = desk("ml"), desk("ml", "analyst", lang="en")
    released(alliance["ml"], "Vu par deux bureaux", "bf")
    for page in (one, other):
        expect(line(page, "Vu par deux bureaux")).to_be_visible()
    until("both count it", lambda: line(other, "Vu par deux bureaux").count() == 1)
