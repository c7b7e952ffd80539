"""The command line: what each command says, and with which exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from tests.unit.cli_house import REPORT, carry, done, found, make, toguna
from toguna.surfaces.cli import COMMANDS, house


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return found(tmp_path_factory.mktemp("house"), "ml", "bf", "ne", more=("--exercise",))


def walk(
    group: click.Group, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command, those of groups included."""
    context = click.Context(group)
    commands = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        commands.append(((*path, name), command))
        if isinstance(command, click.Group):
            commands += walk(command, (*path, name))
    return commands


EVERY = walk(house)


# The surface itself ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "command"), EVERY, ids=lambda v: " ".join(v) if isinstance(v, tuple) else ""
)
def test_command_when_asked_for_help_gives_an_example(
    path: tuple[str, ...], command: click.Command
) -> None:
    answer = done(*path, "--help")
    assert f"Example: toguna {path[0]}" in answer.out
    assert (command.help or "").strip()


@pytest.mark.parametrize(
    ("path", "command"), EVERY, ids=lambda v: " ".join(v) if isinstance(v, tuple) else ""
)
def test_command_when_declared_takes_json(path: tuple[str, ...], command: click.Command) -> None:
    if not isinstance(command, click.Group) and path[0] not in ("serve", "demo"):
        assert "as_json" in [p.name for p in command.params]


def reference() -> str:
    pages = sorted((Path(__file__).parents[2] / "docs" / "reference").glob("cli*.md"))
    return "\n".join(page.read_text("utf-8") for page in pages)


def test_every_command_when_listed_is_on_the_reference_page() -> None:
    page = reference()
    missing = [" ".join(path) for path, _ in EVERY if f"toguna {' '.join(path)}" not in page]
    assert not missing


def test_every_option_when_declared_is_on_the_reference_page() -> None:
    page = reference()
    options = {o for _, c in EVERY for p in c.params for o in p.opts if o.startswith("--")}
    assert not [o for o in sorted(options) if not re.search(rf"[` ]{re.escape(o)}\b", page)]


def test_commands_when_listed_are_those_in_help() -> None:
    assert [path[0] for path, _ in EVERY if len(path) == 1] == list(COMMANDS)


def test_help_when_asked_for_starts_fast() -> None:
    begin = time.perf_counter()
    done_ = subprocess.run(
        [sys.executable, "-c", "from toguna.surfaces.cli import main; main()", "--help"],
        capture_output=True,
        check=True,
    )
    assert b"doctor" in done_.stdout
    assert time.perf_counter() - begin < 1.5  # 0.15 s alone; the machine may be busy


def test_command_when_misspelt_names_the_nearest() -> None:
    answer = toguna("relase")
    assert (answer.code, answer.err) == (
        2,
        "toguna: there is no command 'relase' -- did you mean release?\n",
    )


def test_option_when_unknown_is_one_line_and_exit_2() -> None:
    answer = toguna("init", "x", "--praty", "ml")
    assert answer.code == 2
    assert answer.err.startswith("toguna: No such option")
    assert answer.err.count("\n") == 1


def test_error_when_asked_for_json_is_json(tmp_path: Path) -> None:
    answer = toguna("doctor", tmp_path / "nothing", "--json")
    assert answer.code == 2
    assert json.loads(answer.err)["error"] == "unknown"


# Founding ----------------------------------------------------------------------------------


def test_init_when_the_folder_is_taken_leaves_it_alone(homes: dict[str, Path]) -> None:
    before = sorted(p.name for p in homes["ml"].iterdir())
    answer = toguna("init", homes["ml"], "--party", "ml", "--name", "Mali")
    assert answer.code == 3
    assert "something here already" in answer.err
    assert sorted(p.name for p in homes["ml"].iterdir()) == before


@pytest.mark.parametrize("party", ["ML", "mali bamako", "", "-ml"])
def test_init_when_the_party_cannot_be_leaves_nothing(tmp_path: Path, party: str) -> None:
    answer = toguna("init", tmp_path / "x", "--party", party, "--name", "Mali")
    assert answer.code == 2
    assert list(tmp_path.iterdir()) == []


def test_keys_when_made_are_for_their_owner_alone(homes: dict[str, Path]) -> None:
    modes = {p.name: p.stat().st_mode & 0o777 for p in (homes["ml"] / "keys").iterdir()}
    assert set(modes.values()) == {0o600}
    assert homes["ml"].stat().st_mode & 0o777 == 0o700


def test_root_key_when_sealed_needs_its_passphrase(tmp_path: Path) -> None:
    secret, wrong = tmp_path / "secret", tmp_path / "wrong"
    secret.write_text("open sesame\n")
    wrong.write_text("open barley\n")
    done("init", tmp_path / "ml", "--party", "ml", "--name", "Mali", "--passphrase-file", secret)
    card = ("card", tmp_path / "ml", "-o", tmp_path / "ml.card")
    assert toguna(*card).code == 1
    assert "passphrase does not open it" in toguna(*card, "--passphrase-file", wrong).err
    assert done(*card, "--passphrase-file", secret).out.startswith(str(tmp_path / "ml.card"))


def test_root_key_when_carried_away_is_asked_for(tmp_path: Path) -> None:
    home = make(tmp_path, "ml")
    away = tmp_path / "safe.key"
    (home / "keys" / "root.key").rename(away)
    assert "bring it" in toguna("card", home, "-o", tmp_path / "c").err
    done("card", home, "-o", tmp_path / "c", "--root-key", away)


def test_founding_when_somebody_is_missing_names_them(tmp_path: Path) -> None:
    homes = {party: make(tmp_path, party) for party in ("ml", "bf", "ne")}
    charter = tmp_path / "charter.json"
    cards = [tmp_path / f"{party}.card" for party in homes]
    done("found", homes["ml"], *cards, "-o", charter)
    done("sign", homes["bf"], charter)
    assert "pending, waiting ne" in toguna("adopt", homes["ml"], charter).err
    done("refuse", homes["ne"], charter, "--why", "not before the summit")
    answer = toguna("adopt", homes["bf"], charter)
    assert answer.code == 1
    assert "rejected: ne refused: not before the summit" in answer.err
    assert "no charter is in force" in done("charter", "show", homes["ml"]).out


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json", b'{"act":{},"signatures":[]}'])
def test_charter_when_it_is_none_is_refused_untouched(
    homes: dict[str, Path], tmp_path: Path, damage: bytes
) -> None:
    file = tmp_path / "charter.json"
    file.write_bytes(damage)
    for command in ("sign", "adopt"):
        assert toguna(command, homes["ml"], file).code in (1, 2)
    assert file.read_bytes() == damage


def test_card_when_changed_is_refused(homes: dict[str, Path], tmp_path: Path) -> None:
    card = homes["ml"].parent / "ml.card"
    changed = tmp_path / "ml.card"
    changed.write_bytes(card.read_bytes().replace(b'"ML"', b'"MM"'))
    answer = toguna("found", homes["ml"], changed, "-o", tmp_path / "c.json")
    assert answer.code == 1
    assert not (tmp_path / "c.json").exists()


def test_charter_when_shown_says_who_is_in_it(homes: dict[str, Path]) -> None:
    said = done("charter", "show", homes["ml"], "--json").json
    assert [p["party"] for p in said["parties"]] == ["bf", "ml", "ne"]
    assert said["alliance"].startswith("sahel-")
    assert "accession unanimity" in done("charter", "show", homes["bf"]).out


# Records -----------------------------------------------------------------------------------


def test_record_when_released_prints_both_addresses(homes: dict[str, Path], tmp_path: Path) -> None:
    report = homes["ml"].parent / "report.json"
    answer = done(
        "record", homes["ml"], "sharing.report", "--file", report, "--to", "bf",
        "--precision-m", "10000", "--shield-source",
    )  # fmt: skip
    at_home, released = answer.lines
    assert at_home.startswith("ml/home/")
    assert released.startswith("ml/spine/")
    carry(tmp_path, homes["ml"], homes["bf"])
    shown = done("show", homes["bf"], released, "--json").json
    assert "source" not in shown["record"]["body"]
    assert shown["record"]["body"]["lat_e7"] != REPORT["lat_e7"]
    raw = done("show", homes["bf"], released, "--raw").out
    assert "lorry driver" not in raw
    assert "Ayorou" not in raw
    listed = done("list", homes["bf"], "sharing.report").out
    assert released in listed
    assert toguna("show", homes["ne"], released).code == 2
    assert toguna("show", homes["bf"], at_home).code == 2


def test_preview_when_asked_for_is_what_leaves(homes: dict[str, Path]) -> None:
    report = homes["ml"].parent / "report.json"
    at_home = done("record", homes["ml"], "sharing.report", "--file", report).out.strip()
    limits = ("--to", "bf", "--precision-m", "25000", "--until", "2200-01-01")
    before = done("release", homes["ml"], at_home, *limits, "--preview").out.strip()
    released = done("release", homes["ml"], at_home, *limits).out.strip()
    left = done("show", homes["ml"], released, "--raw").out.strip()
    first, second = json.loads(before), json.loads(left)
    assert first.pop("at") <= second.pop("at")
    assert first == second


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "not JSON"),
        ('{"title":1.5}', "float"),
        ('{"title":"x","colour":"y"}', "no such field"),
        ('{"title":"x"}', "missing required field"),
        ("[]", "object"),
    ],
)
def test_record_when_the_body_is_wrong_says_where(
    homes: dict[str, Path], tmp_path: Path, body: str, said: str
) -> None:
    file = tmp_path / "body.json"
    file.write_text(body)
    answer = toguna("record", homes["ml"], "sharing.report", "--file", file)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--to", "td"), 2, "no party 'td'"),
        (("--to", "ml"), 2, "owns the record"),
        (("--to", "bf", "--until", "2001-01-01"), 2, "ended already"),
        (("--to", "bf", "--until", "tomorrow"), 2, "not a time"),
        (("--to", "bf", "--keep-days", "0"), 2, "out of bounds"),
        (("--to", "bf", "--onward", "ne", "--no-onward"), 2, "exclude one another"),
    ],
)
def test_label_when_wrong_is_refused_in_words(
    homes: dict[str, Path], arguments: tuple[str, ...], code: int, said: str
) -> None:
    report = homes["ml"].parent / "report.json"
    answer = toguna("record", homes["ml"], "sharing.report", "--file", report, *arguments)
    assert answer.code == code
    assert said in answer.err


def test_record_when_its_release_is_refused_says_where_it_stands(homes: dict[str, Path]) -> None:
    report = homes["ml"].parent / "report.json"
    answer = toguna("record", homes["ml"], "sharing.report", "--file", report, "--to", "td")
    assert "it stands at home as ml/home/" in answer.err


def test_kind_when_unknown_lists_those_there_are(homes: dict[str, Path]) -> None:
    answer = toguna("list", homes["ml"], "sharing.rumour")
    assert answer.code == 2
    assert "sharing.report/1" in answer.err
    assert "sharing.report/1" in done("kinds", homes["ml"]).out
    assert "from_us" in done("kinds", homes["ml"], "sharing.report").out


def test_recall_when_asked_for_erases_at_the_holder(homes: dict[str, Path], tmp_path: Path) -> None:
    report = homes["ml"].parent / "report.json"
    released = done("record", homes["ml"], "sharing.report", "--file", report, "--to", "bf").lines[
        1
    ]
    carry(tmp_path, homes["ml"], homes["bf"])
    done("recall", homes["ml"], released, "--why", "wrong village")
    carry(tmp_path, homes["ml"], homes["bf"])
    assert "gone" in done("show", homes["bf"], released).out
    carry(tmp_path, homes["bf"], homes["ml"])
    said = done("receipts", homes["ml"], "--json").json["items"]
    entry = next(e for e in said if e["address"] == released)
    assert entry["parties"]["bf"]["state"] == "deleted"


def test_correction_when_made_replaces_the_figures(homes: dict[str, Path], tmp_path: Path) -> None:
    report = homes["ml"].parent / "report.json"
    released = done("record", homes["ml"], "sharing.report", "--file", report, "--to", "bf").lines[
        1
    ]
    better = tmp_path / "better.json"
    better.write_text(json.dumps(REPORT | {"title": "Pont rétabli"}))
    done("correct", homes["ml"], released, "--file", better, "--why", "repaired")
    carry(tmp_path, homes["ml"], homes["bf"])
    assert "Pont rétabli" in done("list", homes["bf"], "sharing.report").out
