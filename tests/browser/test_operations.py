"""Scene 3 at the desks: consent asked and answered, a unit followed, orders that contradict."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.house import until
from tests.browser.sight import assert_usable

HOUR = 3_600_000_000
NORTH = 140_000_000
LINE = [[-5_000_000, NORTH], [-25_000_000, NORTH], [-45_000_000, NORTH]]
AREA = [[-45_000_000, 130_000_000], [-5_000_000, 130_000_000], [-5_000_000, 170_000_000],
        [-45_000_000, 170_000_000], [-45_000_000, 130_000_000]]  # fmt: skip


def say(
    node: Any, noun: str, body: dict[str, Any], to: tuple[str, ...] = (), about: str = ""
) -> str:
    """One record of operations by the node's own key; its address."""
    said: dict[str, Any] = {"body": body, "label": {"to": sorted(to)}}
    return str(
        node.post(f"/api/operations/{noun}", said | ({"about": about} if about else {}), "j3")[
            "addresses"
        ][0]
    )


def there(node: Any, noun: str, address: str) -> None:
    """Until this node holds it."""
    path = f"/api/operations/{noun}"
    until(f"{node.party} holds it", lambda: address in str(node.get(path, limit=1_000)))


def unit(alliance: Any, name: str, **more: str) -> str:
    """A unit of ml's that bf and ne know of."""
    at = say(alliance["ml"], "unit", {"category": "ground", "name": name, **more}, ("bf", "ne"))
    for party in ("bf", "ne"):
        there(alliance[party], "unit", at)
    return at


def ask(alliance: Any, company: str, title: str, *, hours: int = 12) -> str:
    """May ml's company come 50 km into bf's land? Known at bf."""
    now = alliance["ml"].client.now()
    body = {
        "host": "bf", "title": title, "why": "poursuite", "units": [company], "depth_m": 50_000,
        "border": LINE, "urgent": True,
        "volume": {"area": [AREA], "from_us": now, "until_us": now + hours * HOUR},
    }  # fmt: skip
    at = say(alliance["ml"], "request", body, ("bf",))
    there(alliance["bf"], "request", at)
    return at


def card(page: Page, title: str) -> Any:
    return page.locator("toguna-passage", has_text=title)


def sign(page: Page) -> None:
    page.locator("toguna-signing-dialog [data-sign]").click()


def fill_request(page: Page, company: str, title: str) -> None:
    form = page.locator("toguna-request-form")
    form.locator("[name=host]").select_option("bf")
    form.locator(f"[name='unit-{company}']").check()
    form.locator("[name=title]").fill(title)
    form.locator("[name=why]").fill("EXERCICE. Poursuite.")
    form.locator("[name=border]").fill("14, -0.5\n14, -2.5\n14, -4.5")


def test_request_when_answered_on_a_phone_takes_at_most_four_taps(desk, alliance, shot) -> None:
    title = "EXERCICE passage 1"
    company = unit(alliance, "Compagnie des taps")
    terms = {"depth_m": 30_000, "hours": 6, "conditions": "Officier de liaison à bord",
             "until_us": alliance["bf"].client.now() + 9 * HOUR}  # fmt: skip
    say(alliance["bf"], "terms", terms)
    ml = desk("ml", path="#/operations/request")
    form = ml.locator("toguna-request-form")
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-field=host]")).to_contain_text("À remplir", ignore_case=True)
    fill_request(ml, company, title)
    expect(form.locator("toguna-drawing svg")).to_be_visible()
    shot(ml, "operations-request-fr")
    form.locator("button[type=submit]").click()
    sign(ml)
    # Silence is no consent, in those words, before the asker.
    expect(card(ml, title).locator("article")).to_have_attribute("data-state", "no_consent")
    expect(card(ml, title)).to_contain_text("Pas d’accord")
    expect(card(ml, title)).to_contain_text("Le silence n’est pas un oui")

    bf = desk("bf", width=390)
    line = bf.locator("toguna-waiting [data-line]", has_text=title)
    expect(line).to_contain_text("Répondre : peuvent-ils passer ?")
    taps = 0
    for target in (
        line,
        card(bf, title).locator("[data-answer=limits]"),
        card(bf, title).locator("[data-sign]"),
    ):
        if taps == 1:
            assert_read_at_once(card(bf, title))
            assert_usable(bf)
            shot(bf, "operations-consent-phone-fr")
        if taps == 2:
            shot(bf, "operations-consent-limits-phone-fr")
        target.tap()
        taps += 1
    assert taps <= 4
    expect(card(bf, title).locator("article")).to_have_attribute("data-state", "limited")
    shot(bf, "operations-consent-signed-phone-fr")

    mine = card(ml, title)
    expect(mine.locator("article")).to_have_attribute("data-state", "limited", timeout=20_000)
    expect(mine.locator("[data-fact=depth]")).to_contain_text("30 km")
    expect(mine.locator("[data-fact=conditions]")).to_contain_text("liaison à bord")


def assert_read_at_once(shown: Any) -> None:
    """Who, where, until when, how high, which units: without a tap; the answers in reach."""
    for text in ("Mali demande à entrer", "50 km", "toute hauteur", "Compagnie des taps"):
        expect(shown).to_contain_text(text)
    expect(shown.locator("[data-fact=until]")).to_contain_text("12 h")
    expect(shown.locator("toguna-drawing svg")).to_be_visible()
    for word in ("yes", "limits", "no"):
        expect(shown.locator(f"[data-answer={word}]")).to_be_in_viewport()


def test_refusal_with_its_reason_and_a_withdrawal_stand_before_both(desk, alliance, shot) -> None:
    title = "EXERCICE passage 2"
    request = ask(alliance, unit(alliance, "Compagnie du retrait"), title)
    bf = desk("bf", lang="en", width=390, path=f"#/operations/answer/{request}")
    ml = desk("ml", path="#/operations")
    mine = card(bf, title)
    mine.locator("[data-answer=yes]").tap()
    expect(mine.locator("form")).to_contain_text("We say yes to ml: up to 50 km")
    mine.locator("[data-sign]").tap()
    expect(mine.locator("article")).to_have_attribute("data-state", "granted")
    # Another desk of bf says no: the narrower counts, and both sides see both.
    mine.locator("[data-answer=no]").tap()
    mine.locator("[data-sign]").tap()
    expect(mine.locator("[data-field=why]")).to_contain_text(
        "a refusal carries its reason", ignore_case=True
    )
    mine.locator("[data-reason=civilians]").tap()
    mine.locator("[data-sign]").tap()
    expect(mine).to_contain_text("Two answers of Burkina Faso disagree")
    expect(card(ml, title)).to_contain_text("se contredisent", timeout=20_000)
    expect(card(ml, title).locator("article")).to_have_attribute("data-state", "refused")
    expect(card(ml, title).locator("li[data-word]")).to_have_count(2)
    shot(ml, "operations-disagree-fr")
    for word in ("no", "yes"):
        one = mine.locator(f"li[data-word={word}]")
        one.locator("[data-revoke]").tap()
        one.locator("[name=why]").fill("EXERCICE. Retiré.")
        one.locator("[data-sign]").tap()
        expect(one).to_contain_text("taken back")
    expect(card(ml, title).locator("article")).to_have_attribute(
        "data-state", "revoked", timeout=20_000
    )
    expect(card(ml, title)).to_contain_text("EXERCICE. Retiré.")
    assert_usable(bf)
    shot(bf, "operations-revoked-phone-en")


def move(alliance: Any, stream: str, km: float) -> None:
    """The unit of this stream is so many kilometres beyond the border, seen by bf as well."""
    ml = alliance["ml"]
    here = {"id": "MLI-12", "lat_e7": NORTH + round(km * 90_437), "lon_e7": -25_000_000,
            "at_us": ml.client.now()}  # fmt: skip
    ml.post(f"/api/positions/{stream}", {"label": {"to": ["bf"]}, "objects": [here]})


def stands(node: Any, company: str) -> set[str]:
    rows = node.get("/api/board/operations/crossings")["rows"]
    return {row["state"] for row in rows if row["unit"] == company}


def test_unit_at_49_km_is_within_and_at_51_km_alarms_both_desks(desk, alliance, shot) -> None:
    stream = "patrouille-3"
    company = unit(alliance, "Compagnie suivie", stream=f"{stream}/MLI-12")
    request = ask(alliance, company, "EXERCICE passage 3")
    answer = say(alliance["bf"], "consent", {"answer": "yes"}, ("ml",), request)
    there(alliance["ml"], "consent", answer)
    pages = [
        desk("ml", path="#/operations"),
        desk("bf", lang="en", theme="dark", width=390, path="#/operations"),
    ]
    followed = [page.locator(f"toguna-crossings [data-unit='{company}']") for page in pages]
    move(alliance, stream, 49)
    for row in followed:
        expect(row).to_have_attribute("data-state", "inside", timeout=20_000)
    move(alliance, stream, 51)
    for row in followed:
        expect(row).to_have_attribute("data-state", "outside", timeout=20_000)
        expect(row.locator("[data-measure]")).to_contain_text("1 km")
    expect(followed[0]).to_contain_text("HORS DE L’ACCORD")
    expect(followed[0]).to_contain_text("au-delà")
    expect(followed[1]).to_contain_text("OUTSIDE ITS CONSENT")
    waits = pages[0].locator("toguna-waiting [data-line]", has_text="Compagnie suivie")
    expect(waits).to_contain_text("Hors de l’accord", timeout=20_000)
    for page, name in zip(
        pages, ("operations-alarm-fr", "operations-alarm-phone-dark-en"), strict=True
    ):
        assert_usable(page)
        shot(page, name)


def test_orders_that_contradict_name_both_signers_on_every_desk(desk, alliance, shot) -> None:
    name = "Compagnie B des ordres"
    company = unit(alliance, name)
    now = alliance["ml"].client.now()
    window = {"from_us": now, "until_us": now + 5 * HOUR}
    attached = {"under": "bf", "caveats": ["Pas de nuit"], **window}
    at = say(alliance["ml"], "attachment", attached, ("bf", "ne"), company)
    there(alliance["bf"], "attachment", at)
    views = [("ml", {}), ("bf", {"width": 390, "lang": "en", "theme": "dark"}), ("ne", {})]
    pages = [desk(party, path="#/operations/units", **more) for party, more in views]
    cards = [page.locator("toguna-unit", has_text=name) for page in pages]
    for shown in cards:
        expect(shown.locator("dd[data-under=bf]")).to_be_visible()
        expect(shown).to_contain_text("Pas de nuit")
    order = {"text": "EXERCICE", **window}
    say(
        alliance["bf"], "order", {"chain": "joint", "says": "cross", **order}, ("ml", "ne"), company
    )
    # By the charter the duty officer gives no orders; what was typed stays.
    cards[0].locator("[data-give]").click()
    form = pages[0].locator("toguna-order-form")
    form.locator("[name=says]").select_option("do_not_cross")
    form.locator("[name=text]").fill("EXERCICE. Ne pas passer.")
    expect(form.locator("input[name=to-ne]")).to_be_checked()
    form.locator("button[type=submit]").click()
    expect(form.locator(".notice.bad")).to_contain_text("d’après la charte")
    expect(form.locator("[name=text]")).to_have_value("EXERCICE. Ne pas passer.")
    pages[0].get_by_text("Toutes les unités").click()
    capital = {"chain": "national", "says": "do_not_cross", **order}
    given = say(alliance["ml"], "order", capital, ("bf", "ne"), company)
    for page, shown in zip(pages, cards, strict=True):
        expect(shown.locator("[data-conflict]")).to_be_visible(timeout=20_000)
        for party in ("bf", "ml"):
            expect(shown.locator(f"[data-conflict] [data-signer={party}]")).to_be_visible()
        assert_usable(page)
    expect(cards[2]).to_contain_text("Signés par Burkina Faso et par Mali")
    expect(pages[2].locator("toguna-waiting [data-line]", has_text=name)).to_contain_text(
        "Ordres contradictoires"
    )
    shot(pages[0], "operations-orders-fr")
    shot(pages[1], "operations-orders-phone-dark-en")
    expect(cards[0].locator("[data-signer=ml] [data-rescind]")).to_be_visible()
    expect(cards[0].locator("[data-rescind]")).to_have_count(1)  # one's own alone
    say(alliance["ml"], "rescind", {"why": "EXERCICE. Accordé."}, ("bf", "ne"), given)
    for shown in cards:
        expect(shown.locator("[data-conflict]")).to_have_count(0, timeout=20_000)


def site(alliance: Any, name: str, lat: int, lon: int) -> str:
    """A hospital that ne notifies to ml and bf; known at ml."""
    body = {"category": "hospital", "lat_e7": lat, "lon_e7": lon, "name": name}
    said = {"body": body, "label": {"to": ["bf", "ml"]}}
    at = str(alliance["ne"].post("/api/protection/site", said, "protection")["addresses"][0])
    ml = alliance["ml"]
    until("ml holds it", lambda: at in str(ml.get("/api/protection/site", limit=1_000)))
    return at


def test_plan_when_drawn_over_a_hospital_stops_and_says_what_is_missing(
    desk, alliance, shot
) -> None:
    title, name = "EXERCICE plan 5", "Hôpital du plan 5"
    at = site(alliance, name, 165_500_000, 25_000_000)
    ml = desk("ml", path="#/operations/plan")
    form = ml.locator("toguna-plan-form")
    verdict = form.locator("toguna-verdict")
    expect(verdict).to_contain_text("Tracez une zone")
    form.locator("[name=points]").fill("18, 2\n18, 3\n18.5, 3")
    expect(verdict.locator("[data-clear]")).to_be_visible()
    form.locator("[name=points]").fill("16.53, 2.48\n16.53, 2.52\n16.57, 2.52\n16.57, 2.48")
    form.locator("[name=ceiling_m]").fill("1000")
    expect(verdict.locator(f"[data-touched='{at}']")).to_contain_text(f"ARRÊT : {name}")
    shot(ml, "operations-plan-form-fr")
    form.locator("[data-compare]").click()
    expect(form.locator("[data-compared=bf]")).to_contain_text("Aucune rencontre")
    form.locator("[name=title]").fill(title)
    form.locator("[name=desk]").fill("PC 3")
    form.locator("[name=text]").fill("EXERCICE. Patrouille.")
    form.locator("toguna-party-ticks[data-field=contributors] input[name=to-bf]").check()
    form.locator("button[type=submit]").click()
    sign(ml)
    mine = ml.locator("toguna-plan", has_text=title)
    for missing in ("legal_check bf", "legal_check ml", f"protected {at}", "approval bf"):
        expect(mine.locator(f"[data-missing='{missing}']")).to_be_visible()
    expect(mine.locator(f"[data-missing='protected {at}']")).to_contain_text(name)
    assert_usable(ml)
    shot(ml, "operations-plan-fr")
    bf = desk("bf", lang="en", theme="dark", width=390, path="#/operations/plans")
    theirs = bf.locator("toguna-plan", has_text=title)
    expect(theirs.locator("[data-do=approval]")).to_be_visible(timeout=20_000)
    plan = str(theirs.locator("article").get_attribute("data-address"))
    yes = {"approved": True, "text": "EXERCISE. Yes."}
    say(alliance["bf"], "approval", yes, ("ml",), plan)
    expect(theirs.locator("[data-step=approval]")).to_contain_text("approved")
    expect(mine.locator("[data-missing='approval bf']")).to_have_count(0, timeout=20_000)
    expect(mine.locator("[data-missing='approval ml']")).to_be_visible()
    assert_usable(bf)
    shot(bf, "operations-plan-phone-dark-en")
