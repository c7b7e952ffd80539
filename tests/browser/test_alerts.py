"""Alerts at three desks, in the browser (B6): given, answered with one tap, rung, escalated."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

TITLE = "EXERCICE colonne vers Labbezanga"


def give(node: Any, title: str, *to: str, **more: Any) -> str:
    """An alert by the node's own key; its address."""
    body = {"title": title, "text": "EXERCICE.", "category": "movement", "level": "urgent"} | more
    said = {"body": body, "label": {"to": sorted(to)}, "flash": True}
    return str(node.post("/api/alerts/alert", said)["addresses"][0])


def card(page: Page, title: str) -> Any:
    return page.locator("toguna-alert", has_text=title)


def light(page: Page, title: str, party: str) -> Any:
    return card(page, title).locator(f"li[data-party={party}]")


def fill(page: Page, title: str, **more: str) -> None:
    values = {"title": title, "text": "EXERCICE. Trois villages.", **more}
    for name, value in values.items():
        page.locator(f"toguna-alert-form [name={name}]").fill(value)
    page.locator("toguna-alert-form [name=category]").select_option("movement")


def sign(page: Page) -> None:
    page.locator("toguna-signing-dialog [data-sign]").click()


def test_alert_when_ne_is_silent_is_seen_at_all_three_desks(desk, shot) -> None:
    title = f"{TITLE} 1"
    ml, bf = desk("ml", path="#/alerts/new"), desk("bf", lang="en", width=390, path="#/alerts")
    ne, boss = desk("ne"), desk("ne", office="liaison")
    fill(ml, title, ack_within_s="4", escalate_after_s="7")
    for name in ("to-bf", "to-ne"):
        ml.locator(f"toguna-alert-form input[name={name}]").check()
    ml.locator("toguna-alert-form input[value=flash]").check()
    ml.locator("toguna-alert-form button[type=submit]").click()
    expect(ml.locator("toguna-signing-dialog [data-bytes]")).to_contain_text(title)
    sign(ml)
    record = ml.locator("toguna-alert-record")
    expect(record.locator("li[data-party=ne]")).to_have_attribute("data-state", "waiting")

    # bf, on a phone, in English: one tap.
    expect(bf.locator("toguna-alert-bell a.flash")).to_be_visible()
    card(bf, title).locator("[data-word=acting]").click()
    expect(light(bf, title, "bf")).to_have_attribute("data-state", "acting")
    expect(light(bf, title, "ne")).to_contain_text("not told")
    shot(bf, "alert-answered-phone-en")

    # ml sees it come in, without touching anything; and that ne is silent.
    expect(record.locator("li[data-party=bf]")).to_have_attribute("data-state", "acting")
    silent = record.locator("li[data-party=ne]")
    expect(silent).to_have_attribute("data-state", "no_answer")
    expect(silent).to_contain_text("rappelé")
    expect(silent).to_contain_text("remonté à Liaison", timeout=20_000)
    shot(ml, "alert-escalated-fr")

    # ne's desk was told twice; its liaison has it too, from the escalation on.
    said = ne.locator("toguna-alert-bell [data-said]")
    expect(said).to_contain_text("Deuxième sonnerie")
    expect(said).to_contain_text(title)
    expect(boss.locator("toguna-waiting")).to_contain_text(title, timeout=20_000)


def test_response_when_members_answered_shows_medians_and_silence(desk, alliance, shot) -> None:
    title = f"{TITLE} 2"
    address = give(alliance["ml"], title, "bf", "ne", ack_within_s=1, escalate_after_s=2)
    bf = desk("bf", path="#/alerts")
    card(bf, title).locator("[data-word=acknowledged]").click()
    expect(light(bf, title, "bf")).to_have_attribute("data-state", "acknowledged")
    ml = desk("ml", theme="dark", path="#/alerts/response")
    members = ml.locator("toguna-alert-response section")
    expect(members.locator("[data-median=answer] .big").first).to_be_visible()
    niger = ml.locator("toguna-alert-response section[data-party=ne]")
    expect(niger.locator("[data-count=no_answer] b")).not_to_have_text("0")
    expect(niger.locator("[data-count=escalations]")).not_to_have_text("0 remontée")
    shot(ml, "alert-response-dark-fr")
    rows = alliance["ml"].get("/api/board/alerts/alerts", address=address)["rows"]
    assert {a["party"]: a["state"] for a in rows[0]["addressees"]}["bf"] == "acknowledged"


@pytest.mark.parametrize(
    ("lang", "needed", "nobody"),
    [
        ("fr", "À remplir", "Cocher au moins un destinataire"),
        ("en", "This is needed", "Tick at least one addressee"),
    ],
)
def test_form_when_it_is_wrong_says_where_and_keeps_what_was_typed(
    desk, lang: str, needed: str, nobody: str
) -> None:
    page = desk("ml", lang=lang, width=390, path="#/alerts/new")
    form = page.locator("toguna-alert-form")
    page.locator("toguna-alert-form [name=text]").fill("Trois villages.")
    page.locator("toguna-alert-form [name=escalate_after_s]").fill("10")
    form.locator("button[type=submit]").click()
    expect(form).to_contain_text(nobody)
    expect(form.locator("toguna-field", has=page.locator("[name=title]"))).to_contain_text(needed)
    wrong = form.locator("toguna-field", has=page.locator("[name=escalate_after_s]"))
    expect(wrong.locator("[role=alert]")).to_be_visible()
    assert form.locator("[name=escalate_after_s]").get_attribute("aria-invalid") == "true"
    assert form.locator("[name=text]").input_value() == "Trois villages."
    switch = {"fr": "EN: switch to English", "en": "FR : passer en français"}[lang]
    page.get_by_role("button", name=switch).click()
    expect(form).to_contain_text({"fr": "Tick at least", "en": "Cocher au moins"}[lang])
    assert form.locator("[name=text]").input_value() == "Trois villages."


def test_refusal_when_the_node_refuses_keeps_the_form(desk) -> None:
    """The place has to be in the body's bounds: the page lets a radius through, the node not."""
    page = desk("ml", path="#/alerts/new")
    fill(page, f"{TITLE} 3", place="14.96, 0.68", radius_m="99999999")
    page.locator("toguna-alert-form input[name=to-bf]").check()
    page.locator("toguna-alert-form button[type=submit]").click()
    wrong = page.locator("toguna-field", has=page.locator("[name=radius_m]"))
    expect(wrong.locator("[role=alert]")).to_be_visible()
    assert page.locator("toguna-alert-form [name=title]").input_value() == f"{TITLE} 3"


def test_declining_when_no_reason_is_given_asks_for_it(desk, alliance) -> None:
    title = f"{TITLE} 4"
    give(alliance["ml"], title, "bf", "ne")
    page = desk("bf", path="#/alerts")
    mine = card(page, title)
    mine.locator("[data-word=declined]").click()
    mine.locator("button[type=submit]").click()
    expect(mine).to_contain_text("Il faut une raison")
    mine.locator("[name=why]").fill("Hors de portée.")
    mine.locator("button[type=submit]").click()
    expect(light(page, title, "bf")).to_have_attribute("data-state", "declined")
    there = desk("ml", path="#/alerts")
    expect(light(there, title, "bf")).to_have_attribute("data-state", "declined")
    card(there, title).locator("h2 a").click()
    expect(there.locator("toguna-alert-record")).to_contain_text("Hors de portée.")


def test_end_when_the_sender_ends_it_is_gone_from_what_waits(desk, alliance) -> None:
    title = f"{TITLE} 5"
    give(alliance["ml"], title, "bf")
    bf = desk("bf")
    expect(bf.locator("toguna-waiting li", has_text=title)).to_be_visible()
    ml = desk("ml", path="#/alerts")
    card(ml, title).locator("[data-end]").click()
    card(ml, title).locator("[name=outcome]").select_option("cancelled")
    card(ml, title).locator("[name=end-why]").fill("Erreur de lecture.")
    card(ml, title).locator("button[type=submit]").click()
    expect(card(ml, title)).to_contain_text("annulée")
    expect(bf.locator("toguna-waiting li", has_text=title)).to_have_count(0)


def test_text_when_it_looks_like_markup_is_shown_as_text(desk, alliance) -> None:
    title = "<img src=x onerror=\"document.title='taken'\"><b>EXERCICE 6</b>"
    give(alliance["ml"], title, "bf", text="<script>document.title='taken'</script>")
    page = desk("bf", path="#/alerts")
    expect(card(page, "EXERCICE 6").locator("h2")).to_have_text(title)
    assert page.locator("toguna-alert img, toguna-alert b").count() == 0
    assert page.title() != "taken"


def test_keyboard_when_it_is_all_one_has_answers_an_alert(desk, alliance) -> None:
    title = f"{TITLE} 7"
    give(alliance["ml"], title, "ne")
    page = desk("ne", path="#/alerts")
    button = card(page, title).locator("[data-word=acknowledged]")
    button.focus()
    page.keyboard.press("Enter")
    expect(light(page, title, "ne")).to_have_attribute("data-state", "acknowledged")
