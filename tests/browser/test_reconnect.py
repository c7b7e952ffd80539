"""A power cut at the node while people write and look: the page comes back by itself, says so,
shows what was acknowledged, each once, and never had to be loaded again.
"""

from __future__ import annotations

import threading
from collections import Counter
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.house import founded, until
from tests.unit.cli_house import REPORT

GONE = "ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|FAILED)"
EACH = 12


@pytest.fixture(scope="module")
def stoppable():
    with founded(("ml", "bf")) as nodes:
        yield nodes


OFFICES = ("duty", "liaison", "analyst", "keeper")


def keep_writing(node, person, acknowledged, back):
    """Write as a page does: what gets no answer is asked again under the same id."""
    headers = {"origin": node.url, "toguna-csrf": person.csrf}
    cookies = dict([person.cookie])
    with httpx.Client(base_url=node.url, trust_env=False, cookies=cookies, timeout=20) as http:
        for k in range(EACH):
            title = f"Coupure {person.office} {k:02}"
            said = {"body": {**REPORT, "title": title}, "once": str(uuid4())}
            while title not in acknowledged:
                try:
                    answer = http.post("/api/sharing/report", json=said, headers=headers)
                except httpx.TransportError:
                    back.wait(60)
                    continue
                assert answer.status_code == 200, answer.text
                acknowledged[title] = answer.json()["addresses"][0]


def test_a_page_comes_back_by_itself_with_all_that_was_acknowledged(desk, stoppable, watch, shot):
    watch.allow(GONE)
    ml, back, acknowledged = stoppable["ml"], threading.Event(), {}
    pages = {
        "connexion perdue": desk("ml", alliance=stoppable, path="#/reports"),
        "connection lost": desk("ml", "analyst", "en", "dark", 390, alliance=stoppable),
    }
    for page in pages.values():
        page.evaluate("window.never_loaded_again = true")
        expect(page.locator("toguna-line [data-state=connected]")).to_be_attached()
    writers = [
        threading.Thread(target=keep_writing, args=(ml, person, acknowledged, back))
        for person in [ml.person(office) for office in OFFICES]
    ]
    for writer in writers:
        writer.start()
    until("a third is written", lambda: len(acknowledged) >= EACH * len(writers) // 3)
    ml.kill()
    for said, page in pages.items():
        expect(page.locator("toguna-line")).to_contain_text(said)
    shot(pages["connection lost"], "lost-while-writing-en-390")
    ml.start()
    ml.wait()
    back.set()
    for writer in writers:
        writer.join(60)
    assert len(acknowledged) == EACH * len(writers)
    for page in pages.values():
        expect(page.locator("toguna-line [data-state=connected]")).to_be_attached(timeout=45_000)
        assert page.evaluate("window.never_loaded_again")
    listed = pages["connexion perdue"].locator("toguna-reports")
    for title in acknowledged:
        expect(listed.get_by_text(title, exact=True)).to_have_count(1)
    assert Counter(t for t in ml.titles() if t.startswith("Coupure")) == Counter(list(acknowledged))


def test_a_form_that_is_sent_into_a_power_cut_keeps_what_was_typed(desk, stoppable, watch):
    watch.allow(GONE)
    ml = stoppable["ml"]
    page = desk("ml", alliance=stoppable, path="#/write/sharing.report")
    form = page.locator("toguna-report-form")
    for name, value in (("category", "movement"), ("grade", "B"), ("credibility", "2")):
        form.locator(f"select[name={name}]").select_option(value)
    typed = {"title": "Juste avant la coupure", "text": "EXERCICE", "from": "2026-11-01"}
    for name, value in typed.items():
        form.locator(f"[name={name}]").fill(value)
    ml.kill()
    form.locator("button[type=submit]").click()
    expect(form.locator("[role=alert]").first).to_contain_text("Le nœud ne répond pas")
    for name, value in typed.items():
        expect(form.locator(f"[name={name}]")).to_have_value(value)
    ml.start()
    ml.wait()
    form.locator("button[type=submit]").click()
    expect(page.locator("toguna-panel")).to_contain_text(typed["title"])
    assert ml.titles().count(typed["title"]) == 1
