"""Without a network: reports are written, outlive the browser, arrive once; lists say their age."""

from __future__ import annotations

import io
import re
import shutil

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.house import founded, until
from tests.unit.pictures_house import PLACE, with_everything
from toguna.surfaces.desk import BUILT

GONE = "ERR_(FAILED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED)"
CONTROLLED = """navigator.serviceWorker.ready.then(() => new Promise(done => {
  if (navigator.serviceWorker.controller) done();
  else navigator.serviceWorker.addEventListener('controllerchange', () => done());
}))"""
IN_STORE = """store => new Promise(done => {
  const opening = indexedDB.open('toguna-offline', 1);
  opening.onsuccess = () => {
    const all = opening.result.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => { opening.result.close(); done(all.result.length); };
  };
})"""


@pytest.fixture(scope="module")
def stoppable():
    """An alliance whose nodes these tests may stop; each test leaves them running."""
    with founded(("ml", "bf")) as nodes:
        yield nodes


@pytest.fixture
def ml(stoppable):
    yield stoppable["ml"]
    if not stoppable["ml"].is_running:
        stoppable["ml"].start()
    stoppable["ml"].wait()


@pytest.fixture
def field(desk, stoppable, ml, watch):
    """``field()``: the field report on a phone, its service worker in place."""
    watch.allow(GONE)

    def opened(lang="fr", theme="sun", width=390, **more):
        page = desk(
            "ml", "duty", lang, theme, width,
            alliance=stoppable, path="#/field", workers=True, **more,
        )  # fmt: skip
        page.evaluate(CONTROLLED)
        return page

    return opened


def write(page, title, *, send="Envoyer", **fields):
    form = page.locator("toguna-field-report")
    form.locator("select[name=category]").select_option(fields.pop("category", "movement"))
    form.locator("input[name=title]").fill(title)
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name=send, exact=True).click()
    expect(form.locator("input[name=title]")).to_have_value("")  # it is in the queue


def waiting(page, title=""):
    return page.locator("toguna-unsent-list li[data-report]", has_text=title)


def all_sent(page):
    page.locator("toguna-unsent-list [data-none]").wait_for(timeout=30_000)


def titles(node, prefix):
    return sorted(title for title in node.titles() if title.startswith(prefix))


def test_twenty_reports_written_without_a_network_arrive_once_each(
    desk, stoppable, ml, watch, shot, tmp_path
):
    watch.allow(GONE)
    profile = tmp_path / "profile"
    wanted = sorted(f"Vingt {k:02}" for k in range(20))

    def opened():
        context = desk.context(ml, width=390, workers=True, profile=profile)
        return context, context.pages[0]

    context, page = opened()
    desk.seat(page, ml, ml.person("duty"))
    page.goto(f"{ml.url}/desk/#/field")
    page.evaluate(CONTROLLED)
    page.locator("toguna-field-report form").wait_for()
    ml.stop()
    for title in wanted[:10]:
        write(page, title)
        waiting(page, title).wait_for()
    assert page.locator("toguna-unsent [data-unsent='10']").is_visible()
    shot(page, "field-ten-unsent-fr-390")
    context.close()

    context, page = opened()  # the page itself comes out of the browser
    page.goto(f"{ml.url}/desk/#/field")
    waiting(page).nth(9).wait_for()
    for title in wanted[10:]:
        write(page, title)
        waiting(page, title).wait_for()
    assert waiting(page).count() == 20
    ml.start()
    ml.wait()
    all_sent(page)
    assert titles(ml, "Vingt") == wanted
    page.reload()
    page.locator("toguna-unsent-list [data-sent]").first.wait_for()
    assert page.locator("toguna-unsent-list [data-sent]").count() == 20
    assert titles(ml, "Vingt") == wanted
    context.close()


def test_a_report_whose_answer_was_lost_stands_once(field, ml):
    page, lost = field(), []

    def lose(route):
        if len(lost) < 3:
            answer = route.fetch()
            lost.append(answer.json()["addresses"])
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/api/sharing/report$"), lose)
    write(page, "Réponse perdue")
    for _ in range(3):
        until("an answer was lost", lambda: page.wait_for_timeout(50) or waiting(page).count())
        page.get_by_role("button", name="Envoyer maintenant").click()
    all_sent(page)
    assert len(lost) == 3
    assert titles(ml, "Réponse perdue") == ["Réponse perdue"]


def test_two_pages_of_one_browser_send_each_report_once(field, ml):
    page = field()
    other = page.context.new_page()
    other.goto(f"{ml.url}/desk/#/field")
    other.locator("toguna-field-report form").wait_for()
    ml.stop()
    for k in range(3):
        write(page, f"Deux {k}")
        write(other, f"Deux {k + 3}")
    waiting(page).nth(5).wait_for()
    waiting(other).nth(5).wait_for()
    ml.start()
    ml.wait()
    for one in (page, other):
        all_sent(one)
    assert titles(ml, "Deux") == [f"Deux {k}" for k in range(6)]


def test_photos_wait_with_their_report_and_say_nothing_but_the_picture(field, ml, tmp_path):
    picture = tmp_path / "a.jpg"
    picture.write_bytes(with_everything("JPEG"))
    page = field()
    ml.stop()
    page.locator("toguna-field-photos input[type=file]").set_input_files(picture)
    page.locator("toguna-field-photos img").wait_for()
    write(page, "Avec photo")
    waiting(page, "Avec photo").wait_for()
    kept = page.evaluate("""() => new Promise(done => {
      const opening = indexedDB.open('toguna-offline', 1);
      opening.onsuccess = () => {
        const all = opening.result.transaction('reports').objectStore('reports').getAll();
        all.onsuccess = () => all.result[0].photos[0].blob.text().then(done);
      };
    })""")
    assert PLACE.decode() not in kept
    ml.start()
    ml.wait()
    all_sent(page)
    (row,) = [r for r in ml.get("/api/sharing/report")["items"] if r["title"] == "Avec photo"]
    (digest,) = ml.get(f"/api/records/{row['address']}")["record"]["body"]["evidence"]
    stored = page.request.get(f"{ml.url}/api/files/{digest}").body()
    assert Image.open(io.BytesIO(stored)).size == (64, 40)
    assert PLACE not in stored


@pytest.mark.parametrize(
    ("lang", "send", "edit", "change"),
    [("fr", "Envoyer", "Corriger", "Garder la correction"),
     ("en", "Send", "Put right", "Keep the correction")],
)  # fmt: skip
def test_what_the_node_refuses_stays_with_its_reason_and_can_be_put_right(
    field, ml, shot, lang, send, edit, change
):
    page = field(lang)
    good, bad = f"Bon {lang}", f"Refusé {lang}"
    write(page, bad, send=send, when="1000-01-01T00:00")
    wrong = waiting(page, bad)
    wrong.locator("[role=alert]").wait_for()
    write(page, good, send=send)
    until("the other one arrived", lambda: page.wait_for_timeout(50) or titles(ml, good))
    assert page.locator("toguna-unsent .bad").is_visible()
    shot(page, f"field-refused-{lang}-390")
    wrong.get_by_role("button", name=edit).click()
    form = page.locator("toguna-field-report")
    assert form.locator("input[name=title]").input_value() == bad
    form.locator("input[name=when]").fill("2026-01-01T06:00")
    form.get_by_role("button", name=change, exact=True).click()
    all_sent(page)
    assert titles(ml, bad) == [bad]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_field_says_what_is_wrong_and_keeps_what_was_typed(field, lang, shot):
    page = field(lang)
    form = page.locator("toguna-field-report")
    typed = {"text": "x" * 30, "place": "près du fleuve", "when": "2031-01-01T00:00"}
    for name, value in typed.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button.main").click()
    errors = [
        e for e in form.locator("toguna-field").evaluate_all("all => all.map(f => f.error)") if e
    ]
    assert len(errors) == 4
    assert len(set(errors)) == 3  # what and the headline are both to be filled in
    for name, value in typed.items():
        assert form.locator(f"[name={name}]").input_value() == value
    assert page.evaluate("document.querySelector('toguna-desk') !== null")
    shot(page, f"field-bad-input-{lang}-390")
    page.reload()
    form.locator("form").wait_for()
    assert form.locator("[name=place]").input_value() == typed["place"]


def test_the_position_of_the_phone_is_taken_with_how_exact_it_is(field, ml):
    page = field(geolocation={"latitude": 16.27, "longitude": -0.04, "accuracy": 1830},
                 permissions=["geolocation"])  # fmt: skip
    page.locator("toguna-field-report [data-here]").click()
    page.get_by_text("30Q").wait_for()
    write(page, "Position du téléphone")
    all_sent(page)
    (row,) = [
        r for r in ml.get("/api/sharing/report")["items"] if r["title"].startswith("Position")
    ]
    assert (row["lat_e7"], row["lon_e7"], row["radius_m"]) == (162_700_000, -400_000, 1830)
    assert row["where_precision"] == "near"


def test_lists_can_be_read_without_a_network_and_say_how_old_they_are(field, ml, shot):
    page = field()
    write(page, "Pour lire plus tard")
    all_sent(page)
    page.goto(f"{ml.url}/desk/#/reports")
    row = page.get_by_text("Pour lire plus tard").locator("visible=true").first
    row.wait_for()
    ml.stop()
    page.reload()
    row.wait_for()
    mark = page.locator("toguna-unsent [data-as-of]")
    mark.wait_for()
    assert re.search(r"Pas de réseau · listes du .*UTC", mark.text_content())
    shot(page, "lists-without-network-fr-390")
    ml.start()
    ml.wait()
    mark.wait_for(state="detached", timeout=40_000)


def test_signing_out_asks_about_what_is_not_sent_and_leaves_nothing_to_read(field, ml, shot):
    page = field(fresh=True, width=1280)
    page.goto(f"{ml.url}/desk/#/reports")
    until("lists are kept", lambda: page.evaluate(
        "caches.open('toguna-kept').then(c => c.keys()).then(k => k.length)") > 2)  # fmt: skip
    page.goto(f"{ml.url}/desk/#/field")
    write(page, "Restera ici", when="1000-01-01T00:00")
    waiting(page).locator("[role=alert]").wait_for()
    leave = page.get_by_role("button", name="Se déconnecter")
    menu = page.locator("toguna-bar [popovertarget=menu]")
    menu.click()
    leave.click()
    asked = page.locator("toguna-leaving")
    asked.locator("[data-choice=stay]").click()
    assert page.evaluate(IN_STORE, "reports") == 1
    menu.click()
    leave.click()
    shot(page, "leaving-with-unsent-fr-1280")
    asked.locator("[data-choice=wipe]").click()
    page.locator("toguna-sign-in").wait_for()
    assert page.evaluate(IN_STORE, "reports") == 0
    assert page.evaluate(IN_STORE, "sent") == 0
    until("nothing is kept", lambda: not page.evaluate("caches.has('toguna-kept')"))
    assert not [k for k in page.evaluate("Object.keys(localStorage)") if "draft" in k]


def test_what_one_person_wrote_is_not_shown_to_or_sent_by_the_next(field, desk, ml, stoppable):
    page = field()
    ml.stop()
    write(page, "De la permanence")
    waiting(page).wait_for()
    page.goto("about:blank")
    ml.start()
    ml.wait()
    desk.seat(page, ml, ml.person("analyst"))
    page.goto(f"{ml.url}/desk/#/field")
    page.locator("toguna-unsent-list .notice").wait_for()
    assert waiting(page).count() == 0
    assert titles(ml, "De la permanence") == []
    desk.seat(page, ml, ml.person("duty"))
    page.goto(f"{ml.url}/desk/#/field")
    page.reload()
    all_sent(page)
    assert titles(ml, "De la permanence") == ["De la permanence"]


def test_a_new_version_of_the_page_waits_until_somebody_asks_for_it(field, ml, tmp_path):
    page, newer = field(), tmp_path / "page"
    shutil.copytree(BUILT, newer)
    for old in newer.glob("worker.js*"):
        old.unlink()
    worker = (BUILT / "worker.js").read_text("utf-8")
    before = re.search(r"toguna-page-.*?`([0-9a-f]{16})`", worker)[1]
    (newer / "worker.js").write_text(worker.replace(before, "f" * 16), "utf-8")
    ml.stop()
    ml.start(page=newer)
    ml.wait()
    title = page.locator("toguna-field-report [name=title]")
    title.fill("à moitié écrit")
    page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update())")
    offer = page.locator("toguna-offer")
    offer.wait_for()
    assert page.evaluate("caches.keys()").count(f"toguna-page-{before}") == 1
    with page.expect_navigation():
        offer.get_by_role("button", name="Recharger").click()
    page.locator("toguna-field-report form").wait_for()
    assert title.input_value() == "à moitié écrit"
    assert not offer.is_visible()
    pages = [name for name in page.evaluate("caches.keys()") if name.startswith("toguna-page-")]
    assert pages == ["toguna-page-" + "f" * 16]
    ml.stop()


def test_the_page_without_a_service_worker_works_as_it_is(desk, stoppable, ml):
    page = desk("ml", alliance=stoppable, path="#/field")
    write(page, "Sans worker")
    all_sent(page)
    assert titles(ml, "Sans worker") == ["Sans worker"]
