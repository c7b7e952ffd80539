"""The configuration: every setting is documented, every mistake named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from toguna.errors import BadInput, Refused, Unknown
from toguna.node.config import (
    FILE,
    SETTINGS,
    parse_config,
    read_config,
    render_config,
    split_listen,
)
from toguna.node.opening import create_folder, house_catalogue, open_node

CATALOGUE = house_catalogue()
LEAST = 'party = "ml"\nname = "Mali"\n'


def test_every_setting_when_declared_is_on_its_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "configuration.md").read_text(
        "utf-8"
    )
    declared = [s.place for s in SETTINGS]
    declared += [f"domains.{d.name}.{name}" for d in CATALOGUE.domains for name in d.settings]
    assert not [place for place in declared if f"`{place}`" not in page]


def test_example_on_the_page_when_read_is_a_configuration() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "configuration.md").read_text(
        "utf-8"
    )
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert parse_config(example, CATALOGUE).peers == {"bf": "http://10.0.0.2:8102"}


def test_file_when_little_is_said_has_defaults() -> None:
    config = parse_config(LEAST, CATALOGUE)
    assert (config.store, config.exercise, config.listen) == ("sqlite", False, "127.0.0.1:8101")


def test_file_when_written_is_read_back() -> None:
    values = {
        "party": "ml",
        "name": 'Le "Mali"\\',
        "serve.addresses": ["http://a:1", "http://b:2"],
        "peers": {"bf": "http://c:3"},
        "domains.sharing.comply_with_recall": "no: évidence",
    }
    config = parse_config(render_config(values, CATALOGUE), CATALOGUE)
    assert config.name == 'Le "Mali"\\'
    assert config.addresses == ("http://a:1", "http://b:2")
    assert config.peers == {"bf": "http://c:3"}
    assert config.settings["comply_with_recall"] == "no: évidence"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (LEAST + "exercize = true\n", ":3", "did you mean exercise?"),
        (LEAST + '[serve]\nlissten = "a:1"\n', ":4", "did you mean serve.listen?"),
        (LEAST + '[domains.sharing]\ncomply = "yes"\n', ":4", "comply_with_recall"),
        (LEAST + '[domains.sharring]\nx = "yes"\n', ":3", "domains.sharing"),
        (LEAST + "[peers]\nbf = 3\n", ":4", "http://"),
        (LEAST + '[peers]\n"b f" = "http://x"\n', ":4", "not a party id"),
        (LEAST + 'exercise = "yes"\n', ":3", "true or false"),
        (LEAST + '[log]\nlevel = "loud"\n', ":4", "debug"),
        (LEAST + "[backup]\nwarn_after_days = 0\n", ":4", "3650"),
        (LEAST + '[serve]\nlisten = "8101"\n', ":4", "HOST:PORT"),
        ('party = "ML"\nname = "Mali"\n', ":1", "not a party id"),
        (LEAST + "party = \n", "", "not TOML"),
        ('name = "Mali"\n', "", "not a party id"),
    ],
)
def test_mistake_when_made_is_named_with_its_line(text: str, place: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_config(text, CATALOGUE, "toguna.toml")
    assert said in str(caught.value)
    assert f"toguna.toml{place}" in caught.value.where


@pytest.mark.parametrize(
    ("text", "wanted"), [("127.0.0.1:8101", ("127.0.0.1", 8101)), ("[::1]:80", ("::1", 80))]
)
def test_listen_when_well_formed_is_taken_apart(text: str, wanted: tuple[str, int]) -> None:
    assert split_listen(text) == wanted


@pytest.mark.parametrize("text", ["8101", ":8101", "a:", "a:99999", "a:x", "a:²"])
def test_listen_when_malformed_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        split_listen(text)


def test_folder_when_it_holds_no_node_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match="no node here"):
        read_config(tmp_path, CATALOGUE)


def test_folder_when_its_database_is_gone_does_not_begin_anew(tmp_path: Path) -> None:
    create_folder(tmp_path / "ml", "ml", "Mali")
    (tmp_path / "ml" / "toguna.db").unlink()
    with pytest.raises(Unknown, match="no database") as caught:
        open_node(tmp_path / "ml")
    assert "restore" in caught.value.remedy


def test_keys_when_of_another_party_are_refused(tmp_path: Path) -> None:
    for party in ("ml", "bf"):
        create_folder(tmp_path / party, party, party)
    (tmp_path / "ml" / "keys").rename(tmp_path / "away")
    (tmp_path / "bf" / "keys").rename(tmp_path / "ml" / "keys")
    with pytest.raises(BadInput, match="keys are those of bf"):
        open_node(tmp_path / "ml")


def test_store_when_of_another_party_is_refused(tmp_path: Path) -> None:
    for party in ("ml", "bf"):
        create_folder(tmp_path / party, party, party)
    (tmp_path / "bf" / "toguna.db").replace(tmp_path / "ml" / "toguna.db")
    with pytest.raises(BadInput, match="holds a node of bf"):
        open_node(tmp_path / "ml")


def test_clock_when_moved_goes_on_from_there(tmp_path: Path) -> None:
    create_folder(tmp_path / "ml", "ml", "Mali", exercise=True)
    node = open_node(tmp_path / "ml", at_us=1_800_000_000_000_000)
    try:
        assert 0 <= node.now() - 1_800_000_000_000_000 < 5_000_000
    finally:
        node.close()


def test_clock_when_the_node_is_live_is_not_moved(tmp_path: Path) -> None:
    create_folder(tmp_path / "ml", "ml", "Mali")
    with pytest.raises(Refused, match="live node"):
        open_node(tmp_path / "ml", at_us=1_800_000_000_000_000)


def test_configuration_when_written_is_private(tmp_path: Path) -> None:
    create_folder(tmp_path / "ml", "ml", "Mali")
    assert (tmp_path / "ml" / FILE).stat().st_mode & 0o777 == 0o600
