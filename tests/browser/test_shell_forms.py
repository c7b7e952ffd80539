"""The form that any kind has: what is wrong stands at its field, what was typed stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.sight import assert_usable

KIND = "sharing.event"
GOOD = {
    "country": "Mali", "dataset": "UCDP GED", "dataset_version": "24.1", "date_prec": "1",
    "date_start_us": "2024-05-02T00:00:00", "date_end_us": "2024-05-02T00:00:00",
    "deaths_a": "0", "deaths_b": "2", "deaths_best": "9", "deaths_civilians": "7",
    "deaths_high": "14", "deaths_low": "9", "deaths_unknown": "0", "type_of_violence": "3",
    "where_prec": "1", "lat_e7": "14,49 -4,19",
}  # fmt: skip


@pytest.fixture
def form(desk):
    def opened(lang="fr", width=1280, theme="sun"):
        page = desk("ml", lang=lang, width=width, theme=theme, path=f"#/write/{KIND}")
        page.locator("toguna-form form").wait_for()
        return page

    return opened


def box(page, name):
    return page.locator(f"toguna-form [name={name}]")


def error(page, name):
    return page.locator(f"toguna-form toguna-field[data-path={name}] [role=alert]")


def fill(page, **more):
    for name, value in {**GOOD, **more}.items():
        box(page, name).fill(value)


def send(page):
    page.locator("toguna-form button[type=submit]").click()


@pytest.mark.parametrize(
    ("lang", "theme", "width", "missing"),
    [("fr", "sun", 1280, "à remplir"), ("en", "dark", 390, "to be filled in")],
)
def test_a_form_when_empty_says_at_each_field_what_is_needed(
    form, shot, lang, theme, width, missing
):
    page = form(lang, width, theme)
    send(page)
    for name in ("country", "deaths_best", "date_start_us", "lat_e7"):
        expect(error(page, name)).to_contain_text(missing)
        expect(box(page, name)).to_have_attribute("aria-invalid", "true")
    expect(error(page, "side_a")).to_have_count(0)
    expect(box(page, "country")).to_be_focused()
    assert_usable(page)
    shot(page, f"shell-form-{lang}-{width}")


@pytest.mark.parametrize(("name", "typed", "french", "english"), [
    ("deaths_best", "neuf", "un nombre entier", "a whole number"),
    ("type_of_violence", "4", "au plus 3", "at most 3"),
    ("date_prec", "0", "au moins 1", "at least 1"),
    ("country", "x" * 201, "au plus 200 caractères", "at most 200 characters"),
    ("lat_e7", "à Gao", "ni MGRS ni degrés", "neither MGRS nor degrees"),
])  # fmt: skip
def test_a_field_when_wrong_says_so_in_either_language_and_keeps_what_was_typed(
    form, name, typed, french, english
):
    page = form()
    fill(page, **{name: typed})
    send(page)
    expect(error(page, name)).to_contain_text(french)
    page.get_by_role("button", name="EN: switch to English").click()
    expect(error(page, name)).to_contain_text(english)
    expect(box(page, name)).to_have_value(typed)
    expect(box(page, "dataset")).to_have_value("UCDP GED")


def test_a_refusal_of_the_node_stands_at_the_field_that_it_means(form):
    page = form()
    fill(page, date_start_us="2024-05-09T00:00:00")  # begins after it ends: the domain says no
    send(page)
    expect(page.locator("toguna-form [role=alert]").first).to_be_visible()
    expect(box(page, "deaths_best")).to_have_value("9")
    expect(page.locator("toguna-record")).to_have_count(0)


def test_a_form_when_right_is_written_once_and_opened(form, alliance):
    page = form("en")
    fill(page, where_text="Un lieu du formulaire")
    send(page)
    expect(page.locator("toguna-record")).to_be_visible()
    expect(page.locator("toguna-record").get_by_text("we alone")).to_be_visible()
    found = alliance["ml"].get("/api/sharing/event")["items"]
    mine = [doc for doc in found if doc.get("where_text") == "Un lieu du formulaire"]
    assert [(doc["deaths_best"], doc["lat_e7"], doc["to"]) for doc in mine] == [
        (9, 144_900_000, [])
    ]


def test_what_was_typed_when_the_node_is_away_is_still_there(form, watch):
    watch.allow("ERR_FAILED")
    page = form()
    fill(page)
    page.route("**/api/sharing/event", lambda route: route.abort())
    send(page)
    expect(page.locator("toguna-form [role=alert]").first).to_contain_text("ne répond pas")
    expect(box(page, "country")).to_have_value("Mali")
    page.unroute("**/api/sharing/event")
    send(page)
    expect(page.locator("toguna-record")).to_be_visible()
