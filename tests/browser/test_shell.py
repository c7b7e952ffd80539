"""The desk itself: what stands where, in both languages and lights, by hand and by keyboard."""

from __future__ import annotations

import re

import pytest
from msgspec import to_builtins
from playwright.sync_api import expect

from tests.alliance import report
from tests.browser.sight import assert_usable
from toguna.surfaces.desk import BUILT

WAITING = {"fr": "En attente de moi", "en": "Waiting for me"}
CHANGED = {"fr": "Du nouveau pour moi", "en": "Changed since I looked"}
FIRST_PAGE_BYTES = 200_000
WEIGHED = "performance.getEntriesByType('resource').map(r => [r.name, r.encodedBodySize])"
FOCUSED = """() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return (found?.closest('[data-address]')?.dataset.address ?? '') + '|' + (found?.id ?? '') +
    '|' + (found?.tagName ?? '');
}"""


def told(alliance, title, *, by="ml"):
    """A report at home; its address."""
    value = {"body": to_builtins(report(title)), "label": {}}
    return alliance[by].post("/api/sharing/report", value)["addresses"][0]


def line(page, title):
    return page.locator("toguna-changed button[data-line]", has_text=title)


def focused(page):
    return page.evaluate(FOCUSED).split("|")


@pytest.mark.parametrize(
    ("lang", "theme", "width"),
    [("fr", "sun", 1280), ("en", "dark", 1280), ("fr", "dark", 390), ("en", "sun", 360)],
)
def test_the_desk_when_opened_can_be_used_by_all(desk, alliance, shot, lang, theme, width):
    title = f"Puits à sec {lang} {width}"
    address = told(alliance, title)
    page = desk("ml", lang=lang, theme=theme, width=width)
    name = f"shell-{lang}-{theme}-{width}"
    expect(page.get_by_role("heading", name=WAITING[lang])).to_be_visible()
    if width < 760:
        page.locator("nav.tabs button").nth(1).click()
        expect(page.get_by_role("heading", name=WAITING[lang])).to_be_hidden()
    expect(page.get_by_role("heading", name=CHANGED[lang])).to_be_visible()
    expect(line(page, title)).to_be_visible()
    assert_usable(page)
    shot(page, name)
    line(page, title).click()
    expect(page.locator("toguna-record h2")).to_have_text(title)
    expect(page.locator("toguna-record").get_by_text(address, exact=True)).to_be_visible()
    assert_usable(page)
    shot(page, f"{name}-record")


def test_the_first_page_when_loaded_is_light(desk, alliance):
    page = desk("ml")
    expect(page.get_by_role("heading", name=CHANGED["fr"])).to_be_visible()
    page.locator("toguna-changed").wait_for()
    loaded = page.evaluate(WEIGHED)
    ours = {n.rpartition("/desk/")[2]: size for n, size in loaded if "/desk/" in n}
    first = {n: s for n, s in ours.items() if not re.search(r"map|scene|basemap|world", n)}
    assert any(name.endswith(".js") for name in first)
    assert sum(first.values()) <= FIRST_PAGE_BYTES, first
    built = {p.relative_to(BUILT).as_posix() for p in BUILT.rglob("*")}
    assert set(ours) <= built | {""}


def test_the_language_when_switched_changes_in_place(desk, alliance):
    told(alliance, "Marché fermé")
    page = desk("ml")
    line(page, "Marché fermé").first.click()
    expect(page.get_by_role("tab", name="Octets exacts")).to_be_visible()
    page.evaluate("window.sameDocument = true")
    page.get_by_role("button", name="EN: switch to English").click()
    expect(page.get_by_role("tab", name="Exact bytes")).to_be_visible()
    expect(page.get_by_role("heading", name=WAITING["en"])).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("window.sameDocument")
    page.reload()
    expect(page.get_by_role("heading", name=WAITING["en"])).to_be_visible()


def test_the_theme_when_chosen_is_kept(desk):
    page = desk("ml", theme="sun")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.keyboard.press("Control+k")
    page.keyboard.type("sombre")
    page.keyboard.press("Enter")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    dark = page.evaluate(ground)
    assert sum(map(int, re.findall(r"\d+", dark))) < 200 < sum(map(int, re.findall(r"\d+", light)))
    page.reload()
    page.locator("toguna-desk").wait_for()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_lists_when_walked_by_keys_open_and_close(desk, alliance):
    addresses = [told(alliance, f"Ligne {n} du clavier") for n in range(3)]
    page = desk("ml")
    line(page, "Ligne 2 du clavier").wait_for()
    page.keyboard.press("2")
    first = focused(page)[0]
    page.keyboard.press("j")
    second = focused(page)[0]
    assert first
    assert second not in ("", first)
    page.keyboard.press("k")
    assert focused(page)[0] == first
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("toguna-record")).to_be_visible()
    assert second in addresses
    page.wait_for_function("wanted => location.hash === `#/record/${wanted}`", arg=second)
    page.keyboard.press("Escape")
    expect(page.locator("toguna-record")).to_be_hidden()
    assert page.evaluate("location.hash") == "#/"


def test_single_keys_when_turned_off_do_nothing(desk, shot):
    page = desk("ml")
    page.locator("toguna-waiting").wait_for()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Raccourcis clavier")
    expect(help_).to_be_visible()
    assert_usable(page)
    shot(page, "shell-keys")
    page.get_by_label("Les touches seules").uncheck()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Chercher ou agir")).to_be_focused()
    expect(help_).to_be_hidden()


def test_the_skip_link_when_used_leads_past_the_lists(desk):
    page = desk("ml")
    page.locator("toguna-waiting").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => ({FOCUSED})().endsWith('TOGUNA-PLACE')")


def test_a_record_when_open_shows_its_label_and_its_exact_bytes(desk, alliance, shot):
    label = {"to": ["bf"], "purpose": "sécurité", "keep_days": 30}
    value = {"body": to_builtins(report("Convoi vers le nord")), "label": label}
    address = alliance["ml"].post("/api/sharing/report", value)["addresses"][0]
    page = desk("ml", path=f"#/record/{address}")
    facts = page.locator("toguna-label")
    for words in ("Burkina Faso", "sécurité", "30 jours", "ne pas transmettre"):
        expect(facts.get_by_text(words)).to_be_visible()
    page.get_by_role("tab", name="Lire").focus()
    page.keyboard.press("ArrowRight")
    raw = alliance["ml"].get(f"/api/records/{address}")["raw"]
    expect(page.locator("toguna-record pre")).to_have_text(raw)
    page.keyboard.press("ArrowRight")
    expect(page.locator("toguna-receipts").get_by_text("Burkina Faso")).to_be_visible()
    shot(page, "shell-receipts")
    assert_usable(page)


def test_a_record_when_not_there_says_so_and_no_more(desk):
    page = desk("ml", path="#/record/bf/spine/999")
    expect(page.get_by_role("alert")).to_contain_text("il n’y a pas de document bf/spine/999")
    page = desk("ml", lang="en", path="#/record/bf/spine/999")
    expect(page.get_by_role("alert")).to_contain_text("there is no record bf/spine/999")


def test_the_handover_when_printed_holds_what_is_open_and_what_came(desk, alliance, shot):
    told(alliance, "Consigne pour la relève")
    page = desk("ml", path="#/handover")
    expect(page.get_by_role("heading", name="Relève")).to_be_visible()
    row = page.locator("toguna-handover tr", has_text="Consigne pour la relève")
    expect(row).to_be_visible()
    assert_usable(page)
    page.emulate_media(media="print")
    expect(row).to_be_visible()
    expect(page.locator("toguna-bar")).to_be_hidden()
    expect(page.locator("toguna-waiting")).to_be_hidden()
    shot(page, "shell-handover-print")


def test_boards_when_listed_open_as_tables_with_their_date(desk, alliance, shot):
    boards = alliance["ml"].get("/api/boards")["boards"]
    page = desk("ml", lang="en", path="#/board")
    cards = page.locator("a.card")
    for board in boards:
        expect(cards.filter(has_text=board["title_en"]).first).to_be_visible()
    first = boards[0]
    cards.filter(has_text=first["title_en"]).first.click()
    expect(page.get_by_role("heading", name=first["title_en"])).to_be_visible()
    page.locator("toguna-board").get_by_text(re.compile("Computed on|No rows")).wait_for()
    assert_usable(page)
    shot(page, "shell-board")
