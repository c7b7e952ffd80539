"""toguna person: the keeper's hand on the node's own machine, with and without a running node."""

from __future__ import annotations

import io
import re
from pathlib import Path

import httpx
import pytest

from tests.unit.cli_house import done, make, served, toguna
from tests.unit.people_house import PASSWORD
from toguna.engines.memory import MemoryEngine
from toguna.node import backup, keyfiles, people_tables
from toguna.node import tables as t
from toguna.surfaces.client import announced

CODE = re.compile(r"sign-up code ((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}), good once and until 20")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make(tmp_path, "ml", "--exercise")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "password.txt"
    path.write_text(f"{PASSWORD}\n")
    return path


def add(home: Path, id_: str, *more: object):
    return done(
        "person", "add", home, "--id", id_, "--name", "Diarra S.", "--office", "duty", *more
    )


def test_person_when_added_gets_a_code_and_is_listed_with_their_term(home):
    said = add(home, "ml-diarra", "--until", "2099-01-01")
    assert said.lines[0] == "ml-diarra works here as duty"
    assert CODE.match(said.lines[1])
    assert done("person", "list", home).lines == [
        "id         name       offices                          sessions",
        "ml-diarra  Diarra S.  duty until 2099-01-01T00:00:00Z  0",
    ]


def test_password_when_given_at_a_live_node_is_refused(tmp_path, secret):
    home = make(tmp_path, "bf")
    answer = toguna("person", "add", home, "--id", "bf-a", "--name", "A", "--office", "duty",
                    "--password-file", secret)  # fmt: skip
    assert answer.code == 1
    assert "leave it out: they get a sign-up code" in answer.err
    assert done("person", "list", home).out == "id  name  offices  sessions\n"


def test_office_when_given_and_ended_is_shown(home):
    add(home, "ml-diarra")
    more = ("ml-diarra", "liaison", "--until", "2099-01-01")
    assert done("person", "office", home, *more).out == (
        "ml-diarra: duty, liaison until 2099-01-01T00:00:00Z\n"
    )
    assert done("person", "office", home, "ml-diarra", "liaison", "--end").out == (
        "ml-diarra: duty\n"
    )
    assert done("person", "office", home, "ml-diarra", "duty", "--end").out == (
        "ml-diarra: no office\n"
    )


def test_person_when_they_leave_or_begin_anew_is_told_so(home):
    add(home, "ml-diarra")
    first = CODE.search(done("person", "reset", home, "ml-diarra").out)
    second = CODE.search(done("person", "reset", home, "ml-diarra").out)
    assert first[1] != second[1]
    assert done("person", "end", home, "ml-diarra").out.startswith("ml-diarra: left 20")
    answer = toguna("person", "reset", home, "ml-diarra")
    assert (answer.code, "has left" in answer.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("end", "ml-x"), 2, "person: there is nobody with this id"),
        (("office", "ml-diarra", "Duty"), 2, "office: 'Duty' is not an office"),
        (("office", "ml-diarra", "duty", "--until", "2020-01-01"), 2, "until_us: a term ends"),
        (
            ("add", "--id", "ml-diarra", "--name", "B", "--office", "duty"),
            3,
            "id: this id is taken",
        ),
        (("add", "--id", "x", "--name", "B", "--office", "duty"), 2, "id: this cannot be an id"),
        (("add", "--id", "ml-b", "--name", "B"), 2, "Missing option '--office'"),
    ],
)
def test_command_when_it_cannot_be_done_says_why_in_one_line(home, words, code, said):
    add(home, "ml-diarra")
    command, *rest = words
    answer = toguna("person", command, home, *rest)
    assert answer.code == code
    assert answer.err.startswith(f"toguna: {said}")
    assert len(answer.err.splitlines()) == 1


def test_commands_when_asked_for_json_answer_with_one_value(home):
    said = add(home, "ml-diarra", "--json").json
    assert said["person"]["ways"] == ["code"]
    assert done("person", "list", home, "--json").json["items"][0]["id"] == "ml-diarra"
    assert done("person", "reset", home, "ml-diarra", "--json").json["code"]


def test_person_when_the_node_is_running_is_added_there_and_signs_in(home, secret):
    with served(home) as url, announced(home, url):
        add(home, "ml-diarra", "--password-file", secret)
        headers = {"origin": url}
        value = {"person": "ml-diarra", "password": PASSWORD}
        with httpx.Client(base_url=url, trust_env=False, headers=headers) as browser:
            assert browser.get("/api/kinds").status_code == 404
            entered = browser.post("/api/sign-in/password", json=value)
            assert entered.json()["person"]["name"] == "Diarra S."
            assert browser.get("/api/kinds").status_code == 200
            large = browser.post("/api/sign-in/password", content=b" " * 100_000,
                                 headers={"content-type": "application/json"})  # fmt: skip
            assert large.status_code == 400
            assert "4,096 bytes" in large.json()["what"]
            done("person", "end", home, "ml-diarra")
            assert browser.get("/api/kinds").status_code == 404
    assert "left 20" in done("person", "list", home).out


def test_doctor_when_people_work_here_says_what_they_lack(home, secret):
    assert "people" not in done("doctor", home).out
    add(home, "ml-diarra", "--password-file", secret)
    said = " ".join(done("doctor", home).out.split())
    assert "people 1 person, 0 of them keeping this node; nobody can approve a key" in said
    assert "an exercise: 1 may come in by a password alone" in said
    done("person", "office", home, "ml-diarra", "keeper")
    assert "1 of them keeping this node" in done("doctor", home).out
    config = home / "toguna.toml"
    config.write_text(config.read_text().replace('listen = "127.0.0.1', 'listen = "0.0.0.0'))
    assert "set serve.origin" in done("doctor", home).out


def test_backup_when_opened_has_the_people_and_no_session(home, secret, tmp_path):
    add(home, "ml-diarra", "--password-file", secret)
    with served(home) as url:
        value = {"person": "ml-diarra", "password": PASSWORD}
        assert httpx.post(f"{url}/api/sign-in/password", json=value, trust_env=False).is_success
    file = tmp_path / "ml.backup"
    done("backup", home, "-o", file)
    box = keyfiles.load(home / "keys").box
    engine = MemoryEngine()
    engine.declare([*t.ALL, people_tables.SESSION])
    with file.open("rb") as sealed, engine.write() as tx:
        header = backup.read_header(sealed, "")
        identity = backup.open_lock(header, None, box, "")
        values = backup.unseal(sealed, identity, io.BytesIO(), "")
        backup.fill_store((v for v in values if v[0] not in ("config", "key")), tx, "")
        assert [row[:2] for row in tx.scan(people_tables.PERSON)] == [("ml-diarra", "Diarra S.")]
        assert tx.count(people_tables.CREDENTIAL) == 1
        assert tx.count(people_tables.SESSION) == 0
    # It was there to be left out.
    assert done("person", "list", home, "--json").json["items"][0]["sessions"] == 1
