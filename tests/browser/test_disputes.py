"""Scene 6 at the desk (D3): claims with their errors, a dispute, a bundle for a stranger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import until
from tests.browser.sight import assert_usable
from tests.unit.cli_house import toguna
from tests.unit.disputes_house import boundary, claim

TITLE = "EXERCICE drone"


class Scene:
    """Both claims and both lines as ml keeps them, shown to bf; the title tells them apart."""

    def __init__(self, alliance: Any, title: str) -> None:
        self.ml, self.bf = alliance["ml"], alliance["bf"]
        self.title = title
        self.line_a = self.post("boundary", boundary(-1.6, f"Tracé A {title}"))
        self.line_b = self.post("boundary", boundary(9.5, f"Tracé B {title}"))
        self.algiers = self.post(
            "claim", claim("Algérie", 1_600, "Algérie", title=title), refs=[self.line_a]
        )
        self.bamako = self.post(
            "claim", claim("Mali", 9_500, "Mali"), refs=[self.line_b], about=self.algiers
        )
        until("bf has both", lambda: self.bamako in addresses(self.bf, "claim"))

    def post(self, noun: str, body: Any, node: Any = None, **more: Any) -> str:
        said = {"body": msgspec.to_builtins(body), "label": {"to": ["bf"]}, **more}
        return str((node or self.ml).post(f"/api/disputes/{noun}", said)["addresses"][0])


def addresses(node: Any, noun: str) -> list[str]:
    found = node.get(f"/api/disputes/{noun}", limit=1_000)["items"]
    return [row["address"] for row in found]


def matter(page: Page, scene: Scene) -> Any:
    return page.locator(f"toguna-matter article[data-matter='{scene.algiers}']")


def figure(page: Page, scene: Scene, claim_: str, line: str) -> Any:
    section = matter(page, scene).locator(f"section[data-claim='{claim_}']")
    return section.locator(f"[data-boundary='{line}']")


def sign(page: Page) -> None:
    page.locator("toguna-signing-dialog [data-sign]").click()


@pytest.mark.parametrize(
    ("lang", "theme", "width", "near", "far"),
    [
        ("fr", "sun", 1280, "1 600 ± 751 m", "9 500 ± 751 m"),
        ("en", "dark", 390, "1,600 ± 751 m", "9,500 ± 751 m"),
    ],
)
def test_claims_when_looked_at_stand_side_by_side_with_their_errors(
    desk, alliance, shot, lang, theme, width, near, far
) -> None:
    scene = Scene(alliance, f"{TITLE} {width}")
    page = desk("bf", office="analyst", lang=lang, theme=theme, width=width, path="#/disputes")
    own = figure(page, scene, scene.algiers, scene.line_a)
    expect(own).to_contain_text(near)
    expect(own).to_contain_text("Algérie")
    expect(figure(page, scene, scene.bamako, scene.line_b)).to_contain_text(far)
    other = figure(page, scene, scene.bamako, scene.line_a)
    expect(other).to_contain_text("ne tient pas" if lang == "fr" else "does not fit")
    sketch = matter(page, scene).locator("toguna-sketch")
    for address in (scene.algiers, scene.bamako):
        expect(sketch.locator(f"[data-claim='{address}']")).to_be_visible()
    for address in (scene.line_a, scene.line_b):
        expect(sketch.locator(f"[data-line='{address}']")).to_be_visible()
    assert_usable(page)
    shot(page, f"disputes-{lang}-{theme}-{width}")


def test_dispute_when_signed_at_the_desk_waits_for_the_owner(desk, alliance, shot) -> None:
    scene = Scene(alliance, f"{TITLE} contesté")
    raw = scene.bf.get(f"/api/records/{scene.algiers}")["raw"]
    bf = desk("bf", office="analyst", path=f"#/disputes/contest/{scene.algiers}")
    form = bf.locator("toguna-dispute-form")
    form.locator("[name=version]").fill("Au sud des deux tracés.")
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-field=reason]")).to_contain_text("à remplir")
    expect(form.locator("[name=version]")).to_have_value("Au sud des deux tracés.")
    form.locator("[name=reason]").fill("Le tracé A n’a jamais été levé.")
    form.locator("button[type=submit]").click()
    expect(bf.locator("toguna-signing-dialog [data-bytes]")).to_contain_text("jamais été levé")
    sign(bf)
    expect(matter(bf, scene).locator("[data-dispute]")).to_contain_text("jamais été levé")

    ml = desk("ml", office="analyst", path="#/disputes")
    waiting = ml.locator("toguna-waiting", has_text="jamais été levé")
    expect(waiting).to_contain_text("Notre document est contesté", timeout=20_000)
    expect(matter(ml, scene).locator("[data-dispute]")).to_contain_text("Burkina Faso")
    shot(ml, "disputes-contested-fr")
    # Nothing was overwritten by it, on either side.
    for node in (scene.ml, scene.bf):
        assert node.get(f"/api/records/{scene.algiers}")["raw"] == raw


def test_bundle_when_downloaded_is_verified_by_a_stranger(desk, alliance, shot, tmp_path) -> None:
    scene = Scene(alliance, f"{TITLE} dossier")
    page = desk("ml", office="analyst", path="#/disputes")
    matter(page, scene).locator("[data-bundle]").click()
    dialog = page.locator("toguna-bundle")
    for address in (scene.algiers, scene.bamako, scene.line_a, scene.line_b):
        expect(dialog).to_contain_text(address)
    assert_usable(page)
    with page.expect_download() as download:
        dialog.locator("[data-make]").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    command = dialog.locator("[data-command]")
    expect(command).to_contain_text(f"toguna evidence verify {file.name} --founding ")
    shot(page, "disputes-bundle-fr")
    founding = (command.text_content() or "").rpartition(" ")[2]
    told = stranger(file, founding)
    assert told.code == 0, told.err
    assert "1,600 ± 751 m" in told.out
    assert "9,500 ± 751 m" in told.out
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert stranger(file, founding).code == 1


def stranger(file: Path, founding: str) -> Any:
    """The command, apart: Playwright's event loop runs in this thread."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(toguna, "evidence", "verify", file, "--founding", founding).result()


def test_bundle_when_the_records_are_anothers_says_who_can_make_one(desk, alliance) -> None:
    scene = Scene(alliance, f"{TITLE} d’autrui")
    page = desk("bf", office="analyst", path="#/disputes")
    matter(page, scene).locator("[data-bundle]").click()
    dialog = page.locator("toguna-bundle")
    expect(dialog).to_contain_text("leur propriétaire peut en faire un dossier")
    expect(dialog.locator("[data-make]")).to_be_disabled()
    dialog.locator("[name=onto]").select_option("ne")
    dialog.locator("[data-make]").click()
    expect(dialog.locator("[role=alert]")).to_contain_text("n’a pas permis de le transmettre")


def test_claim_and_line_when_written_at_the_desk_are_measured_at_once(desk, tmp_path) -> None:
    page = desk("ne", office="analyst", path="#/disputes/line")
    geojson = tmp_path / "line.geojson"
    geojson.write_text('{"type":"LineString","coordinates":[[2,20],[4,20]]}')
    form = page.locator("toguna-line-form")
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-field=parts]")).to_contain_text("aucune ligne")
    form.locator("[name=file]").set_input_files(geojson)
    expect(form).to_contain_text("2 sommets")
    for name, value in {
        "name": "Parallèle d’essai", "source": "essai", "licence": "libre", "as_of": "2026-01-02",
        "uncertainty_m": "0,2 km", "left": "Nord", "right": "Sud",
    }.items():  # fmt: skip
        form.locator(f"[name={name}]").fill(value)
    form.locator("button[type=submit]").click()
    expect(page.locator("p[data-line]", has_text="Parallèle d’essai")).to_be_visible()

    page.goto(page.url.split("#")[0] + "#/disputes/claim")
    form = page.locator("toguna-claim-form")
    for name, value in {
        "claimant": "Niger", "title": "EXERCICE borne", "says": "La borne est au nord.",
        "place": "20,05 N 3,0 E", "error_m": "100", "stated_m": "5,5 km",
    }.items():  # fmt: skip
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=stated_side]").select_option("Nord")
    form.get_by_text("Parallèle d’essai").click()
    form.locator("button[type=submit]").click()
    shown = page.locator("toguna-matter", has_text="La borne est au nord.")
    expect(shown).to_contain_text("5 535 ± 301 m")
    expect(shown).to_contain_text("tient dans l’erreur")
    expect(shown).to_contain_text("la ligne de l’auteur")
