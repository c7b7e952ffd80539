"""Evidence by command and by HTTP: what a stranger is shown, and with which exit code."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from tests.unit.cli_house import carry, done, found, toguna
from tests.unit.disputes_house import boundary, claim
from tests.unit.serving_house import Web
from toguna.core import evidence
from toguna.core.evidence import README
from toguna.core.stored_zip import pack, unpack

BODIES = {"line": boundary(-1.6, "A"), "claim": claim("Algérie", 1_600, "Algérie")}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """A folder with three nodes, a claim and its boundary released to bf, and their bundle."""
    folder = tmp_path_factory.mktemp("evidence")
    homes = found(folder, "ml", "bf")
    for name, body in BODIES.items():
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(body))
    line = done("record", homes["ml"], "disputes.boundary", "--file", folder / "line.json",
                "--to", "bf").lines[-1]  # fmt: skip
    said = done("record", homes["ml"], "disputes.claim", "--file", folder / "claim.json",
                "--ref", line, "--to", "bf").lines[-1]  # fmt: skip
    carry(folder, homes["ml"], homes["bf"])
    file = folder / "drone.zip"
    told = done("evidence", "export", homes["ml"], said, "-o", file, "--office", "legal")
    assert told.lines[0].startswith(f"{file}: 2 records, ")
    return folder, homes, file, said, line


def test_stranger_when_it_verifies_needs_the_file_alone(bundle, monkeypatch, tmp_path) -> None:
    _folder, _homes, file, said, line = bundle
    alone = tmp_path / "elsewhere.zip"
    alone.write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    told = done("evidence", "verify", alone)
    assert told.lines[-1] == "verified: every byte, hash and signature holds"
    assert "NOT COMPARED" in told.out
    assert any(said in x and "1,600 ± 751 m" in x and line in x for x in told.lines)
    for limit in ("what the records say is true", "recalled since", "the office in question",
                  "no witness signed", "the alliance you mean"):  # fmt: skip
        assert limit in told.out


def test_stranger_when_it_gives_the_founding_hash_knows_the_alliance(bundle) -> None:
    _folder, homes, file, said, _line = bundle
    shown = done("charter", "show", homes["bf"], "--json").json
    told = done("evidence", "verify", file, "--founding", shown["founding"], "--json").json
    assert (told["founding_compared"], told["founding"]) == (True, shown["founding"])
    assert {r["address"] for r in told["records"]} >= {said}
    assert told["measures"][0]["agrees"] == "yes"
    assert not any("alliance you mean" in line for line in told["not_proved"])
    wrong = toguna("evidence", "verify", file, "--founding", "0" * 64)
    assert (wrong.code, "another alliance" in wrong.err) == (1, True)
    assert toguna("evidence", "verify", file, "--founding", "xyz").code == 2


def test_verify_when_a_byte_is_false_says_where_and_ends_with_one(bundle, tmp_path) -> None:
    _folder, _homes, file, said, _line = bundle
    data = bytearray(file.read_bytes())
    place = data.index(b'"stated_m":1600') + 11
    data[place : place + 4] = b"9999"
    (tmp_path / "false.zip").write_bytes(data)
    told = toguna("evidence", "verify", tmp_path / "false.zip")
    assert told.code == 1
    assert f"records/{said.replace('/', '-')}.json" in told.err
    parts = [(n, d.replace(b"Toguna", b"Another") if n == README else d) for n, d in unpack(
        file.read_bytes())]  # fmt: skip
    (tmp_path / "false.zip").write_bytes(pack(parts))
    assert toguna("evidence", "verify", tmp_path / "false.zip", "--json").code == 1
    assert toguna("evidence", "verify", tmp_path / "missing.zip").code == 2
    (tmp_path / "no.zip").write_text("no zip")
    assert toguna("evidence", "verify", tmp_path / "no.zip").code == 2


def test_export_when_another_owns_it_is_refused_with_what_to_do(bundle, tmp_path) -> None:
    _folder, homes, _file, said, _line = bundle
    told = toguna("evidence", "export", homes["bf"], said, "-o", tmp_path / "x.zip")
    assert (told.code, "let ml make the bundle" in told.err) == (1, True)
    assert not (tmp_path / "x.zip").exists()


def test_endpoint_when_asked_gives_a_file_to_keep_and_journals_it() -> None:
    web = Web()
    address = web.author(to=["bf"])
    asked = json.dumps({"addresses": [address], "office": "liaison"}).encode()
    headers = web.signed("POST", "/api/evidence", asked)
    answer = web.send("POST", "/api/evidence", asked, headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    name = answer.headers["content-disposition"]
    assert name.startswith('attachment; filename="evidence-ml-')
    verified = evidence.verify(answer.content, web.clock())
    assert [str(p.address) for p in verified.records] == [address]
    lines = [x["text"] for x in web.get("/api/journal/line")["items"]]
    assert any(x.startswith(f"liaison made evidence for anybody: {address}") for x in lines)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"addresses": []}, 400),
        ({"addresses": ["rubbish"]}, 400),
        ({"addresses": ["ml/spine/99"]}, 404),
        ({"addresses": ["bf/home/0"]}, 404),
        ({"addresses": ["ml/spine/0"], "onto": "xx"}, 403),
        ({"addresses": ["ml/spine/0"], "path": "x"}, 400),
    ],
)
def test_endpoint_when_asked_for_what_cannot_be_says_so(said, status) -> None:
    web = Web()
    web.author(to=["bf"])
    web.post("/api/evidence", said, status=status)


def test_files_when_they_are_kept_here_go_along(monkeypatch) -> None:
    from tests.alliance import Alliance
    from toguna.core.labels import Label
    from toguna.core.record import Address, Draft
    from toguna.node.evidence import Evidence
    from toguna.node.files import Kept

    alliance, kept = Alliance(), b"a picture"
    digest, other = sha256(kept).hexdigest(), "ab" * 32
    ml = alliance["ml"]
    show = ml.files.show
    monkeypatch.setattr(
        ml.files, "show",
        lambda d: (Kept(d, "image/png", 9, 1, 1), kept) if d == digest else show(d),
    )  # fmt: skip
    body = claim("X", None, None, evidence=(digest, other))
    at = str(ml.submit([Draft("disputes.claim/1", body, Label(to=("bf",)))], "duty")[0])
    made = Evidence(ml).make([Address.parse(at)], "legal")
    verified = evidence.verify(made.data, alliance.clock())
    assert verified.files == {digest: kept}
    assert verified.manifest.absent == (other,)


def test_file_when_given_goes_along_only_where_a_record_of_ours_quotes_it(bundle, tmp_path) -> None:
    _folder, homes, _file, _said, _line = bundle
    hour = tmp_path / "20261124T01-ml.patrols.positions"
    hour.write_bytes(b"toguna positions 1\n and what follows")
    body = claim("X", None, None, evidence=(sha256(hour.read_bytes()).hexdigest(),))
    (tmp_path / "quotes.json").write_bytes(msgspec.json.encode(body))
    said = done("record", homes["ml"], "disputes.claim", "--file", tmp_path / "quotes.json",
                "--to", "bf").lines[-1]  # fmt: skip
    out = tmp_path / "with.zip"
    export = ("evidence", "export", homes["ml"], said, "-o", out, "--attach")
    done(*export, hour)
    (verified,) = done("evidence", "verify", out, "--json").json["files"]
    assert verified == sha256(hour.read_bytes()).hexdigest()
    (tmp_path / "other").write_text("nobody quotes this")
    answer = toguna(*export, tmp_path / "other")
    assert (answer.code, "no record of ours in it quotes" in answer.err) == (1, True)


def test_how_to_page_when_read_names_the_limits() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "evidence.md").read_text("utf-8")
    for word in ("founding", "not proved", "true"):
        assert word in page
