"""Scene 2 in the browser: released coarsely to one, unseen by the other, passed on to nobody
without a yes, recalled, and answered for.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import until
from tests.browser.sharing_desk import (
    LAT_E7,
    LON_E7,
    PLACE,
    SOURCE,
    act,
    choose,
    fill,
    form,
    has,
    heard,
    listening,
    open_record,
    read_bytes,
    release,
    sign,
    sign_release,
    state_of,
    write_at_home,
)
from toguna.core.geo import distance_m

BOTH = [pytest.param("fr", 1280, id="fr-desk"), pytest.param("en", 390, id="en-phone")]
SAID = {
    "fr": {"passing": "étiquette de Mali", "gone": "n’est plus ici", "within": "à moins de"},
    "en": {"passing": "label of Mali", "gone": "no longer here", "within": "within"},
}
# Times of the answer itself, and how the node stands with its peers: what the others' signed
# heads are is no secret (their padding hides how much is in them).
UNCOMPARED = {"at_us", "now_us", "idle_ends_us", "seen_us", "last_heard_us", "epoch"}
OF_THE_NODE = ("/api/session", "/api/status", "/api/sync", "/api/live", "/api/positions")


def written(page: Page, title: str) -> str:
    """Write a report and go on to its release; its address at home."""
    fill(page, title)
    form(page).locator("[data-release]").click()
    expect(page.locator("toguna-release-dialog input[name=reader]").first).to_be_visible()
    return page.url.partition("#/record/")[2]


def listed(node: Any, title: str) -> list[dict[str, Any]]:
    rows = node.get("/api/sharing/report", limit=1_000)["items"]
    return [row for row in rows if row["title"] == title]


def plain(value: Any) -> Any:
    """An answer without what differs from one moment to the next."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in UNCOMPARED}
    return [plain(one) for one in value] if isinstance(value, list) else value


def told(page: Page) -> dict[str, Any]:
    """All that a page that was just loaded heard of records, by path, once it asks no more."""
    before, now = -1, 0
    while before != now:
        page.wait_for_timeout(1_500)
        before, now = (
            now,
            sum(len(one["text"]) for one in heard(page) if not one["path"].startswith(OF_THE_NODE)),
        )
    return {
        re.sub(r"_us=\d+", "_us=", one["path"]): plain(json.loads(one["text"]))
        for one in heard(page)
        if one["text"] and not one["path"].startswith(OF_THE_NODE)
    }


PLACES = {
    "": ("/api/waiting", "/api/changed", "/api/map", "/api/picture/"),
    "reports": ("/api/sharing/report",),
    "incidents": ("/api/board/sharing/incidents",),
}
"""What a page asks for at each place: it has been told when all of these were answered."""


def loaded(page: Page, url: str) -> dict[str, Any]:
    """What a fresh look at the desk, its lists and its events hears."""
    found: dict[str, Any] = {}
    for place, paths in PLACES.items():
        page.goto("about:blank")
        page.goto(f"{url}/desk/#/{place}")
        page.locator("toguna-desk").wait_for(state="attached")

        def answered(paths: tuple[str, ...] = paths) -> bool:
            asked = [one["path"] for one in heard(page) if one["text"]]
            page.wait_for_timeout(200)
            return all(any(path.startswith(p) for path in asked) for p in paths)

        until(f"{place!r} has read {paths}", answered, 60)
        found |= told(page)
    return found


@pytest.mark.parametrize(("lang", "width"), BOTH)
def test_a_release_when_coarse_shows_a_circle_and_no_source(
    desk: Any, alliance: Any, shot: Any, lang: str, width: int
) -> None:
    title = f"Scène 2 marché {lang}"
    ml = desk("ml", lang=lang, width=width, path="#/write/sharing.report")
    bf = desk("bf", lang=lang, width=width)
    written(ml, title)
    choose(ml, "bf")
    leaving = read_bytes(ml)["bf"]
    shot(ml, f"scene2-preview-{lang}-{width}")
    assert leaving["label"] == {"precision_m": 10_000, "source_shield": True, "to": ["bf"]}
    assert not {"source", "place_name", "evidence"} & set(leaving["body"])
    raw = json.dumps(leaving, ensure_ascii=False)
    assert SOURCE not in raw
    assert PLACE not in raw
    sign_release(ml)

    # What bf holds is what was signed, byte for byte but for the signature.
    until("bf has it", lambda: listed(alliance["bf"], title))
    (row,) = listed(alliance["bf"], title)
    record = alliance["bf"].get(f"/api/records/{row['address']}")
    there = json.loads(record["raw"])
    assert there.pop("sig")
    assert there == leaving
    moved = distance_m((LAT_E7, LON_E7), (row["lat_e7"], row["lon_e7"]))
    assert 0 < moved <= row["radius_m"] <= 10_000

    # It came to bf's desk by itself.
    if width < 600:
        bf.locator("nav.tabs button").nth(1).click()
    bf.locator("toguna-changed").get_by_text(title).first.click()
    view = bf.locator("toguna-report-view")
    expect(view).to_contain_text(SAID[lang]["within"])
    expect(view.locator("toguna-circles canvas")).to_be_visible()
    expect(view.locator("[data-source]")).not_to_contain_text(SOURCE)
    assert SOURCE not in bf.locator("toguna-record").inner_text()
    shot(bf, f"scene2-bf-{lang}-{width}")


def test_a_third_party_when_a_record_goes_by_learns_nothing(desk: Any, alliance: Any) -> None:
    title = "Scène 2 rien pour Niger"
    ml, node = desk("ml", path="#/write/sharing.report"), alliance["ne"]
    context = desk.context(node)
    listening(context)
    ne = context.new_page()
    desk.seat(ne, node, node.person("duty"))
    before = loaded(ne, node.url)
    written(ml, title)
    choose(ml, "bf")
    read_bytes(ml)
    sign_release(ml)
    until("bf has it", lambda: listed(alliance["bf"], title))
    (row,) = listed(alliance["bf"], title)
    # ne has asked ml again since: what it could be told, it has been told.
    alliance["ne"].post("/api/sync", {"parties": ["ml", "bf"], "timeout_s": 30})

    live = "".join(one["text"] for one in heard(ne))
    after = loaded(ne, node.url)
    everything = live + json.dumps(after, ensure_ascii=False) + ne.content()
    for trace in (title, row["address"], SOURCE, PLACE):
        assert trace not in everything
    # Which layers the map has asked for by now may differ; what any of them says may not.
    assert {k: after[k] for k in after.keys() & before.keys()} == {
        k: before[k] for k in after.keys() & before.keys()
    }
    for paths in PLACES.values():
        for path in paths:
            assert any(k.startswith(path) for k in after.keys() & before.keys()), path


@pytest.mark.parametrize(("lang", "width"), BOTH)
def test_a_recall_when_sent_empties_the_reader_and_comes_back_as_a_receipt(
    desk: Any, alliance: Any, shot: Any, lang: str, width: int
) -> None:
    title = f"Scène 2 rappel {lang}"
    home = write_at_home(alliance["ml"], title)
    address = release(alliance["ml"], home, "bf", precision_m=10_000, source_shield=True)
    until("bf has it", lambda: has(alliance["bf"], address))
    ml, bf = desk("ml", lang=lang, width=width), desk("bf", lang=lang, width=width)
    open_record(ml, alliance["ml"].url, address)
    open_record(bf, alliance["bf"].url, address)
    expect(state_of(ml, address, "bf")).to_have_attribute("data-state", "read")

    # bf may not pass it on: it is refused, and ml is asked.
    act(bf, "sharing.pass_on")
    choose(bf, "ne")
    expect(bf.locator("[data-must-ask]")).to_be_visible()
    bf.locator("toguna-release-dialog textarea[name=why]").fill("Le marché est à leur frontière.")
    bf.locator("toguna-release-dialog [data-next]").click()
    expect(bf.locator("toguna-release-dialog [data-problem]")).to_contain_text(
        SAID[lang]["passing"]
    )
    shot(bf, f"scene2-refused-{lang}-{width}")
    assert not has(alliance["ne"], address)
    card = ml.locator("toguna-consent-card")
    expect(card).to_contain_text("Le marché est à leur frontière.")
    expect(card).to_contain_text("Niger")

    # ml recalls it; bf's page empties by itself, and bf's receipt comes to ml's.
    act(ml, "sharing.recall")
    ml.locator("toguna-recall-dialog textarea[name=why]").fill("Mauvais village.")
    ml.locator("toguna-recall-dialog [data-next]").click()
    expect(ml.locator("toguna-signing-dialog [data-bytes]")).to_contain_text("Mauvais village.")
    sign(ml)
    expect(bf.locator("toguna-record")).to_contain_text(SAID[lang]["gone"])
    assert title not in bf.locator("toguna-record").inner_text()
    expect(state_of(ml, address, "bf")).to_have_attribute("data-state", "deleted")
    shot(ml, f"scene2-recalled-{lang}-{width}")
    assert alliance["bf"].get(f"/api/records/{address}")["raw"] == ""
    assert not has(alliance["bf"], address)


def test_a_holder_when_its_node_is_down_is_named_until_it_answers(
    browser: Any, fresh_alliance: Any, watch: Any, shot: Any
) -> None:
    from tests.browser.desks import Desks, need_page

    need_page()
    desks = Desks(browser, fresh_alliance, watch)
    ml_node, ne_node = fresh_alliance["ml"], fresh_alliance["ne"]
    home = write_at_home(ml_node, "Scène 2 silence")
    address = release(ml_node, home, "bf", "ne", precision_m=10_000)
    until("both have it", lambda: all(has(fresh_alliance[p], address) for p in ("bf", "ne")))
    ne_node.stop()
    ml = desks("ml")
    open_record(ml, ml_node.url, address)
    act(ml, "sharing.recall")
    ml.locator("toguna-recall-dialog textarea[name=why]").fill("Mauvais village.")
    ml.locator("toguna-recall-dialog [data-next]").click()
    sign(ml)
    expect(state_of(ml, address, "bf")).to_have_attribute("data-state", "deleted")
    expect(state_of(ml, address, "ne")).to_have_attribute("data-state", "silent")
    expect(ml.locator("toguna-readers [data-recalled]")).to_contain_text("Niger")
    shot(ml, "scene2-silent-fr")
    ne_node.start()
    ne_node.wait()
    expect(state_of(ml, address, "ne")).to_have_attribute("data-state", "deleted", timeout=60_000)
    expect(ml.locator("toguna-readers [data-recalled]")).not_to_contain_text("Niger")
    desks.close()
