"""Border sectors at the desk (D2): the board, a word with a gap in it, a posture, a new sector."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.house import until
from tests.browser.sight import assert_usable
from tests.unit.borders_house import box

HOUR = 3_600_000_000
PARTIES = ("bf", "ml", "ne")


def sector(alliance: Any, name: str, parties: tuple[str, ...] = PARTIES, west: float = 0) -> str:
    """A sector of ml's drawing, held by all who share it."""
    area = box(14, west, 15, west + 1)
    body = {"name": name, "name_en": f"{name} (en)", "area": area, "parties": sorted(parties)}
    label = {"to": sorted(p for p in parties if p != "ml")}
    address = alliance["ml"].post("/api/borders/sector", {"body": body, "label": label})
    at = str(address["addresses"][0])
    for party in label["to"]:
        until(f"{party} holds it", partial(holds, alliance[party], at))
    return at


def holds(node: Any, address: str) -> bool:
    rows = node.get("/api/borders/sector", limit=1_000)["items"]
    return any(row["address"] == address for row in rows)


def say(node: Any, noun: str, body: dict[str, Any], about: str, *to: str) -> None:
    said = {"body": body, "label": {"to": sorted(to)}, "about": about}
    node.post(f"/api/borders/{noun}", said)


def card(page: Any, name: str) -> Any:
    return page.locator("toguna-sector", has_text=name)


def side(page: Any, name: str, party: str) -> Any:
    return card(page, name).locator(f"tr[data-party={party}]")


def test_silence_when_seen_at_the_desk_is_never_quiet(desk, alliance, shot) -> None:
    name = "Secteur muet"
    at = sector(alliance, name)
    page = desk("ml", path="#/borders")
    for party in PARTIES:
        expect(side(page, name, party)).to_contain_text("Sans compte rendu")
        expect(side(page, name, party)).to_contain_text("Jamais")
    now = alliance["bf"].client.now()
    quiet = {"state": "quiet", "from_us": now - 4 * HOUR, "to_us": now}
    say(alliance["bf"], "watch", quiet, at, "ml", "ne")
    # It comes in live; two of three are still silent, so the sector is not quiet.
    expect(side(page, name, "bf").locator("[data-state=quiet]")).to_be_visible()
    expect(side(page, name, "bf")).to_contain_text("Permanence")
    expect(card(page, name).locator("header [data-state=no_reporting]")).to_be_visible()
    expect(side(page, name, "ne")).to_contain_text("Sans compte rendu")
    shot(page, "borders-silence-fr")


def test_word_when_written_at_the_desk_is_signed_and_reaches_the_neighbour(
    desk, alliance, shot
) -> None:
    name = "Secteur du gué"
    sector(alliance, name, west=2)
    ml, bf = desk("ml", path="#/borders"), desk("bf", lang="en", width=390, path="#/borders")
    card(ml, name).get_by_text("Point de situation").click()
    form = ml.locator("toguna-sector-word")
    form.locator("button[type=submit]").click()
    expect(form.locator("toguna-field[data-field=state]")).to_contain_text("dites comment c’était")
    form.locator("[name=state]").select_option("quiet")
    form.locator("[name=text]").fill("EXERCICE. Rien à signaler.")
    form.locator("[data-gap]").click()
    form.locator("button[type=submit]").click()
    expect(form.locator("fieldset[data-field='gaps[0]']")).to_contain_text("dites pourquoi")
    form.locator("[name=gap-why-0]").fill("véhicule en panne")
    expect(form.locator("[name=text]")).to_have_value("EXERCICE. Rien à signaler.")
    form.locator("button[type=submit]").click()
    expect(ml.locator("toguna-signing-dialog [data-bytes]")).to_contain_text("véhicule en panne")
    ml.locator("toguna-signing-dialog [data-sign]").click()
    expect(side(ml, name, "ml").locator("[data-state=quiet]")).to_be_visible()

    expect(side(bf, name, "ml").locator("[data-state=quiet]")).to_be_visible(timeout=20_000)
    expect(side(bf, name, "ml")).to_contain_text("Duty desk")
    expect(side(bf, name, "ml")).to_contain_text("véhicule en panne")
    expect(card(bf, name)).to_contain_text(f"{name} (en)")
    assert_usable(bf)
    shot(bf, "borders-phone-en")


def test_posture_when_set_at_the_desk_stands_with_its_end(desk, alliance) -> None:
    name = "Secteur du poste"
    sector(alliance, name, west=4)
    ml = desk("ml", path="#/borders")
    card(ml, name).get_by_text("Posture…").click()
    form = ml.locator("toguna-sector-word")
    form.locator("[name=posture]").select_option("closed")
    form.locator("[name=until]").fill("2020-01-01T00:00")
    form.locator("button[type=submit]").click()
    expect(form).to_contain_text("ce serait déjà fini")
    form.locator("[name=until]").fill("2099-01-01T00:00")
    form.locator("[name=note]").fill("crue")
    for party in ("bf", "ne"):  # at home, for now
        form.locator(f"input[name=to-{party}]").uncheck()
    form.locator("button[type=submit]").click()
    expect(side(ml, name, "ml")).to_contain_text("Fermée")
    expect(side(ml, name, "ml")).to_contain_text("crue")
    assert alliance["bf"].get("/api/borders/posture")["items"] == []


def test_sector_when_drawn_at_the_desk_is_on_both_boards_and_on_the_map(desk, alliance) -> None:
    name = "Secteur nouveau"
    ml = desk("ml", path="#/borders/new")
    form = ml.locator("toguna-sector-form")
    form.locator("[name=name]").fill(name)
    form.locator("[name=area]").fill("12, 6\n12, 7\nnulle part")
    form.locator("input[name=to-ne]").check()
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-field=area]")).to_contain_text("ne se lit pas")
    form.locator("[name=area]").fill("12, 6\n12, 7\n13, 7")
    form.locator("button[type=submit]").click()
    ml.locator("toguna-signing-dialog [data-sign]").click()
    expect(card(ml, name)).to_be_visible()
    shown = desk("ne", path="#/borders")
    expect(card(shown, name)).to_be_visible(timeout=20_000)
    rows = alliance["ne"].get("/api/borders/sector", limit=1_000)["items"]
    drawn = next(row for row in rows if row["name"] == name)
    assert drawn["area"][0] == drawn["area"][-1] == [60_000_000, 120_000_000]


@pytest.mark.parametrize(("lang", "theme", "width"), [("fr", "sun", 1280), ("en", "dark", 390)])
def test_board_when_looked_at_can_be_used_by_everybody(
    desk, alliance, shot, lang, theme, width
) -> None:
    name = f"Secteur vu {width}"
    at = sector(alliance, name, west=8)
    now = alliance["ml"].client.now()
    incident = {"state": "incident", "from_us": now - 4 * HOUR, "to_us": now}
    say(alliance["ml"], "watch", incident, at, "bf", "ne")
    page = desk("ml", lang=lang, theme=theme, width=width, path="#/borders")
    expect(card(page, name).locator("header [data-state=incident]")).to_be_visible()
    assert_usable(page)
    shot(page, f"borders-{lang}-{theme}-{width}")
