"""Whoever sits at a desk is signed in, in the language and the light that the test wants."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("party", "office", "lang", "theme", "width"),
    [("ml", "duty", "fr", "sun", 1280), ("bf", "keeper", "en", "dark", 390)],
)
def test_a_desk_has_its_person_language_and_light(desk, shot, party, office, lang, theme, width):
    page = desk(party, office, lang, theme, width)
    said = page.evaluate("fetch('/api/session').then(answer => answer.json())")
    assert said["person"]["id"] == f"{party}-{office}"
    assert said["office"] == office
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.evaluate("innerWidth") == width
    keys = page.evaluate("fetch('/api/keys').then(answer => answer.json())")
    assert "approved" in {key["state"] for key in keys["items"] if key["mine"]}
    shot(page, f"desk-{party}-{office}-{lang}-{theme}-{width}")


def test_the_key_of_a_desk_cannot_be_read_out(desk):
    page = desk("ml")
    answer = page.evaluate(
        """async () => {
          const db = await new Promise(done => {
            const opening = indexedDB.open('toguna-keys', 1);
            opening.onsuccess = () => done(opening.result);
          });
          const keys = db.transaction('keys').objectStore('keys').getAll();
          await new Promise(done => { keys.onsuccess = done; });
          return crypto.subtle.exportKey('pkcs8', keys.result[0].pair.privateKey)
            .then(() => 'read', error => error.name);
        }"""
    )
    assert answer == "InvalidAccessError"
