"""Requests for information in the browser (B7): asked, answered, late, and counted as late."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import until

TITLE = "EXERCICE quels marchés sont ouverts"


def ask(node: Any, title: str, *to: str, due_s: float = 6 * 3_600) -> str:
    """A question by the node's own key; its address."""
    due = int((time.time() + due_s) * 1_000_000)
    body = {"title": title, "text": "EXERCICE.", "due_us": due}
    said = {"body": body, "label": {"to": sorted(to)}}
    return str(node.post("/api/questions/question", said)["addresses"][0])


def card(page: Page, title: str) -> Any:
    return page.locator("toguna-question", has_text=title)


def asked(page: Page, title: str, party: str) -> Any:
    return card(page, title).locator(f"li[data-party={party}]")


def sign(page: Page) -> None:
    page.locator("toguna-signing-dialog [data-sign]").click()


def test_question_when_asked_and_answered_is_seen_on_both_sides(desk, shot) -> None:
    title = f"{TITLE} 1 ?"
    ml = desk("ml", office="analyst", path="#/questions/new")
    form = ml.locator("toguna-question-form")
    form.locator("[name=to-bf]").check()
    form.locator("[name=to-ne]").check()
    form.locator("[name=title]").fill(title)
    form.locator("[name=text]").fill("EXERCICE. Sur l'axe Ansongo-Gao.")
    form.get_by_role("button", name="dans 6 h").click()
    form.locator("button[type=submit]").click()
    expect(ml.locator("toguna-signing-dialog [data-bytes]")).to_contain_text(title)
    sign(ml)
    record = ml.locator("toguna-question-record")
    expect(record.locator("li[data-party=bf]")).to_have_attribute("data-state", "open")

    bf = desk("bf", lang="en", width=390, path="#/questions")
    card(bf, title).locator("[data-reply]").click()
    card(bf, title).locator("[name=text]").fill("Gao et Ansongo.")
    card(bf, title).locator("button[type=submit]").click()
    expect(bf.locator("toguna-signing-dialog [data-bytes]")).to_contain_text("Gao et Ansongo.")
    sign(bf)
    expect(card(bf, title)).to_have_count(0)  # nothing is owed any more
    bf.goto(bf.url.split("#")[0] + "#/questions/all")
    expect(asked(bf, title, "bf")).to_have_attribute("data-state", "answered")
    shot(bf, "question-answered-phone-en")

    there = record.locator("li[data-party=bf]")
    expect(there).to_have_attribute("data-state", "answered")
    expect(there).to_contain_text("Gao et Ansongo.")
    expect(record.locator("li[data-party=ne]")).to_contain_text("attendu")
    shot(ml, "question-answered-fr")


def test_answer_when_it_comes_after_its_time_is_late_and_counted(desk, alliance, shot) -> None:
    title = f"{TITLE} 2 ?"
    address = ask(alliance["ml"], title, "bf", due_s=3)
    bf = desk("bf", path="#/questions")
    expect(asked(bf, title, "bf")).to_have_attribute("data-state", "overdue", timeout=20_000)
    ml = desk("ml")
    expect(ml.locator("toguna-waiting li", has_text=title)).to_contain_text("Réponse en retard")
    card(bf, title).locator("[data-reply]").click()
    card(bf, title).locator("[name=text]").fill("Gao.")
    card(bf, title).locator("button[type=submit]").click()
    sign(bf)

    def late() -> bool:
        rows = alliance["ml"].get("/api/board/questions/questions", address=address)["rows"]
        return [a["state"] for a in rows[0]["asked"]] == ["late"]

    until("the answer is late at ml", late)
    rates = desk("ml", lang="en", theme="dark", path="#/questions/rates")
    member = rates.locator("toguna-question-rates section[data-party=bf]")
    expect(member.locator("[data-count=late] b")).not_to_have_text("0")
    expect(member.locator("[data-rate]")).to_contain_text("%")
    shot(rates, "question-rates-dark-en")


@pytest.mark.parametrize(
    ("lang", "why", "word"),
    [("fr", "Il faut une raison", "ne peut pas"), ("en", "A reason is needed", "cannot")],
)
def test_party_when_it_cannot_answer_says_why(desk, alliance, lang, why, word) -> None:
    title = f"{TITLE} 3 {lang} ?"
    ask(alliance["ml"], title, "ne")
    page = desk("ne", lang=lang, path="#/questions/all")
    mine = card(page, title)
    mine.locator("[data-reply]").click()
    mine.locator("[name=cannot]").check()
    mine.locator("button[type=submit]").click()
    expect(mine).to_contain_text(why)
    mine.locator("[name=why]").fill("Nos postes n'y sont pas.")
    mine.locator("button[type=submit]").click()
    sign(page)
    expect(asked(page, title, "ne")).to_contain_text(word)


def test_reply_when_it_rests_on_what_the_asker_lacks_is_refused_at_the_field(
    desk, alliance
) -> None:
    from tests.unit.cli_house import REPORT

    title = f"{TITLE} 4 ?"
    ask(alliance["ml"], title, "bf")
    body = {k: v for k, v in REPORT.items() if k != "source"}
    hidden = alliance["bf"].post("/api/sharing/report", {"body": body, "label": {"to": ["ne"]}})
    (ref,) = hidden["addresses"]
    page = desk("bf", path="#/questions")
    mine = card(page, title)
    mine.locator("[data-reply]").click()
    mine.locator("[name=text]").fill("Voir le compte rendu.")
    mine.locator("[name=refs]").fill(ref)
    mine.locator("button[type=submit]").click()
    wrong = mine.locator("toguna-field", has=page.locator("[name=refs]"))
    expect(wrong.locator("[role=alert]")).to_contain_text(f"ml n’a pas {ref}")
    assert mine.locator("[name=text]").input_value() == "Voir le compte rendu."


def test_question_when_its_asker_closes_it_waits_no_more(desk, alliance) -> None:
    title = f"{TITLE} 5 ?"
    ask(alliance["ml"], title, "bf", "ne")
    bf = desk("bf")
    expect(bf.locator("toguna-waiting li", has_text=title)).to_be_visible()
    ml = desk("ml", path="#/questions/ours")
    card(ml, title).locator("[data-close]").click()
    card(ml, title).locator("button[type=submit]").click()
    expect(card(ml, title)).to_contain_text("À remplir")
    card(ml, title).locator("[name=close-why]").fill("Vu sur place.")
    card(ml, title).locator("button[type=submit]").click()
    sign(ml)
    expect(asked(ml, title, "ne")).to_have_attribute("data-state", "closed")
    expect(bf.locator("toguna-waiting li", has_text=title)).to_have_count(0)


@pytest.mark.parametrize(
    ("lang", "nobody", "over"),
    [
        ("fr", "Cocher au moins une partie", "Cette date est passée"),
        ("en", "Tick at least one party", "This date is over"),
    ],
)
def test_form_when_it_is_wrong_says_where_and_keeps_what_was_typed(
    desk, lang: str, nobody: str, over: str
) -> None:
    page = desk("ml", lang=lang, width=390, path="#/questions/new")
    form = page.locator("toguna-question-form")
    form.locator("[name=text]").fill("EXERCICE.")
    form.locator("[name=due]").fill("2020-01-01T00:00")
    form.locator("button[type=submit]").click()
    expect(form).to_contain_text(nobody)
    expect(form.locator("toguna-field", has=page.locator("[name=due]"))).to_contain_text(over)
    assert form.locator("[name=text]").input_value() == "EXERCICE."
    assert form.locator("[name=due]").input_value() == "2020-01-01T00:00"
