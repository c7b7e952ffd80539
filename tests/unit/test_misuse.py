"""The misuse suite (B8): attempts to make of this what it must not be, each refused aloud.

By HTTP, by command, by import, by schema (a domain that somebody installs), by machine. What
is refused because the house keeps no place for it stands in the home journal as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from tests.alliance import CATALOGUE, DAY, Alliance, report
from tests.unit.cli_house import make, toguna
from tests.unit.intake_house import NAMES, as_bytes, stix, thing
from tests.unit.serving_house import Web
from toguna.core.catalogue import Catalogue
from toguna.core.domain import Act, Board, Domain, Kind, Layer, Projection, Write
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.table import Column, Table
from toguna.errors import NeverKept
from toguna.node.node import Node, Parts

REPORT = msgspec.to_builtins(report(source=None))


class Scene:
    """ml before its own node; bf has shown it a report that goes no further."""

    def __init__(self) -> None:
        self.web = Web()
        self.theirs = self.web.author("Convoi de bf", by="bf", to=["ml"])
        self.own = self.web.author("Convoi de ml", to=["bf"])
        self.web.alliance.exchange(2)

    def post(self, path: str, value: Any, status: int) -> dict[str, Any]:
        said = self.web.post(path, value, status=status)
        assert set(said) == {"error", "what", "where", "remedy"}
        assert said["what"]
        return dict(said)

    def journal(self) -> list[tuple[str, str]]:
        items = self.web.get("/api/journal/line?limit=1000")["items"]
        return [(line["what"], line["text"]) for line in items]


@pytest.fixture
def scene():
    return Scene()


# By HTTP: fields for which there is no place -----------------------------------------------

PERSONS = {"persons": [{"name": "Quelqu'un"}]}
FIELDS: dict[str, dict[str, Any]] = {
    "a list of persons": PERSONS,
    "a watch-list": {"watch_list": ["Quelqu'un"]},
    "a suspect, deep inside": {"source": {"of": [{"suspect": "Quelqu'un"}]}},
    "a face": {"biometrics": {"faceprint": "0101"}},
    "a telephone": {"phoneNumber": "+22370000000"},
    "a device": {"IMEI": "358240051111110"},
    "a target list": {"targetList": [1]},
    "a weapon state": {"weapon_state": "armed"},
    "a fire-control link": {"fire_control": True},
    "a hostile mark": {"hostile": True},
    "a risk score of a village": {"risk_score": 7},
    "a wanted person": {"wanted": "Quelqu'un"},
    "an ethnic group": {"ethnicGroup": "x"},
    "a passport": {"passport-number": "AB1"},
}


@pytest.mark.parametrize("name", FIELDS)
def test_field_when_there_is_no_place_for_it_is_refused_and_journalled(scene, name) -> None:
    said = scene.post("/api/sharing/report", {"body": {**REPORT, **FIELDS[name]}}, 403)
    assert said["error"] == "refused"
    assert "keeps no place for" in said["what"]
    (line,) = [text for what, text in scene.journal() if what == "misuse"]
    assert "sharing.report" in line
    assert "Quelqu" not in line


@pytest.mark.parametrize("kind", ["sharing.correction", "alerts.alert", "borders.watch"])
def test_field_when_it_is_sent_by_another_way_is_refused_as_well(scene, kind) -> None:
    item = {"kind": kind, "body": {"report": {**REPORT, **PERSONS}}}
    scene.post("/api/batch", {"items": [item]}, 403)
    asked = {
        "act": "write",
        "key": "0" * 16,
        "kind": kind,
        "body": PERSONS,
        "label": {"to": ["bf"]},
    }
    scene.post("/api/acts/prepare", asked, 403)
    correct = {"address": scene.own, "body": {**REPORT, **PERSONS}, "why": "x"}
    scene.post("/api/correct", correct, 403)
    assert len([w for w, _ in scene.journal() if w == "misuse"]) == 3


def test_words_when_they_stand_in_a_text_are_the_authors_own(scene) -> None:
    body = {**REPORT, "text": "Une munition non explosée; des persons ont fui."}
    scene.web.post("/api/sharing/report", {"body": body})


# By HTTP: acts that are not ours -------------------------------------------------------------

Attempt = Callable[[Scene], tuple[str, Any, int]]
BF: dict[str, Any] = {"label": {"to": ["bf"]}}


def written(status: int, label: dict[str, Any], **more: Any) -> Attempt:
    """A report by the plain way, under this label."""
    body = {**REPORT, **more.pop("body", {})}
    return lambda _s: ("/api/sharing/report", {"body": body, "label": label, **more}, status)


def about_theirs(path: str, body: dict[str, Any], status: int = 403) -> Attempt:
    """Something said about the report that is bf's."""
    return lambda s: (path, {"body": body, "about": s.theirs, **BF}, status)


COPY = {"record": "{}", "salt": "A" * 24, "proof": "x"}
IMPORT = {"already": 0, "cleaned": 0, "digest": "0" * 64, "format": "MISP", "kept_out": [],
          "left_out": {}, "taken": []}  # fmt: skip

ACTS: dict[str, Attempt] = {
    "everybody reads": written(400, {"to": ["*"]}),
    "the public reads": written(400, {"to": ["pub"]}),
    "everybody passes it on": written(400, {"to": ["bf"], "onward": ["*"]}),
    "a mark of hostility": written(400, {}, body={"category": "hostile"}),
    "an exact place under a coarse label": written(403, {"to": ["bf"], "precision_m": 10_000}),
    "a source under its shield": written(
        403, {"to": ["bf"], "source_shield": True}, body={"source": "x"}
    ),
    "a home address to readers": written(403, {"to": ["bf"]}, refs=["ml/home/0"]),
    "a kind for the wanted": lambda _s: (
        "/api/batch", {"items": [{"kind": "persons.wanted/1", "body": {}}]}, 400),
    "another's record, passed on": lambda s: (
        "/api/release", {"address": s.theirs, "label": {"to": ["ne"]}}, 403),
    "another's record, copied by hand": about_theirs("/api/sharing/copy", COPY, 400),
    "another's yes, given by us": about_theirs(
        "/api/sharing/consent", {"allowed": True, "onto": "ne"}),
    "a wipe at another's": lambda s: ("/api/recall", {"address": s.theirs, "why": "x"}, 404),
    "a wipe in another's name": about_theirs("/api/sharing/recall", {"why": "x"}),
    "another's record, corrected": about_theirs(
        "/api/sharing/correction", {"report": REPORT, "why": "x"}),
    "another's record for anybody": lambda s: ("/api/evidence", {"addresses": [s.theirs]}, 403),
    "quiet, said of what is no sector": about_theirs(
        "/api/borders/watch", {"from_us": 1, "to_us": 2, "state": "quiet"}, 400),
    "our own record, disputed": lambda s: (
        "/api/disputes/dispute", {"body": {"reason": "x"}, "about": s.own, **BF}, 403),
    "an import that publishes": lambda _s: ("/api/intake?to=bf", stix(), 400),
    "a record of an import for others": lambda _s: (
        "/api/intake/import", {"body": IMPORT, **BF}, 403),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_act_when_it_is_not_ours_is_refused(scene, name) -> None:
    before = scene.web["ml"].spine.size
    path, value, status = ACTS[name](scene)
    scene.post(path, value, status)
    grown = scene.web["ml"].spine.size - before
    # The one thing that may have left is the question to the owner.
    assert not grown or name == "another's record, passed on"


@pytest.mark.parametrize("path", ["/api/wipe", "/api/erase", "/api/override", "/peer/wipe"])
def test_remote_wipe_when_looked_for_is_nowhere(scene, path) -> None:
    for by, to in (("ml", "ml"), ("bf", "ml")):
        body = b'{"address":"ml/spine/0"}'
        answer = scene.web.send(
            "POST", path, body, scene.web.signed("POST", path, body, by=by, to=to)
        )
        assert answer.status_code == 404


def test_silence_when_a_month_has_passed_is_still_no(scene) -> None:
    asked = {"address": scene.theirs, "label": {"to": ["ne"]}}
    first = scene.post("/api/release", asked, 403)
    assert "bf has been asked" in first["remedy"]
    scene.web.alliance.exchange(2)
    scene.web.clock.now_us += 31 * DAY
    again = scene.post("/api/release", asked, 403)
    assert "has not answered yet" in again["remedy"]


def test_recall_by_another_when_it_comes_all_the_same_erases_nothing() -> None:
    """What a dishonest node would send: the rule at the holder does nothing with it."""
    alliance = Alliance()
    ml, bf = alliance["ml"], alliance["bf"]
    at = ml.submit(
        [Draft("sharing.report/1", report(source=None), Label(to=("bf", "ne")))], "duty"
    )[0]
    alliance.exchange(2)
    kind = bf.catalogue.kind("sharing.recall")
    loose = {**bf.catalogue.kinds, kind.name: replace(kind, check=lambda _d, _v: None)}
    bf.catalogue.kinds = loose
    try:
        recall = msgspec.convert({"why": "sur ordre"}, kind.body)
        bf.submit([Draft(kind.name, recall, Label(to=("ne",)), str(at))], "duty")
    finally:
        bf.catalogue.kinds = {**loose, kind.name: kind}
    alliance.exchange(2)
    ne = alliance["ne"]
    assert ne.access.show(ne.access.actor("ne", "duty"), at).raw


# By command ----------------------------------------------------------------------------------


def test_commands_when_misused_end_with_an_error_and_a_reason(tmp_path: Path) -> None:
    home = make(tmp_path, "ml")
    file = tmp_path / "body.json"
    for body, code, says in (
        ({**REPORT, **PERSONS}, 1, "keeps no place for persons"),
        ({**REPORT, "risk_score": 3}, 1, "keeps no place for risk_score"),
        ({**REPORT, "informer": "x"}, 2, "no such field"),
    ):
        file.write_text(json.dumps(body))
        answer = toguna("record", home, "sharing.report", "--file", file)
        assert (answer.code, says in answer.err) == (code, True), answer
    file.write_text(json.dumps(REPORT))
    for extra in (("--to", "*"), ("--to", "pub")):
        assert toguna("record", home, "sharing.report", "--file", file, *extra).code in (1, 2)
    assert toguna("intake", home, file, "--to", "bf").code == 2
    assert toguna("wipe", home).code == 2
    assert toguna("evidence", "export", home, "ml/home/0", "-o", tmp_path / "x.zip").code == 1


# By import -----------------------------------------------------------------------------------


def test_import_when_it_is_a_list_of_wanted_persons_brings_nothing(scene) -> None:
    wanted = [
        thing("identity", identity_class="individual", name=name, roles=["wanted"])
        for name in NAMES
    ]
    bundle = {"type": "bundle", "id": "bundle--x", "objects": wanted}
    data = as_bytes(bundle)
    said = scene.web.post(f"/api/intake?accept=yes&digest={sha256(data).hexdigest()}", data)
    assert (said["new"], len(said["kept_out"])) == (0, 3)
    everything = json.dumps([scene.journal(), said])
    assert not any(name in everything for name in NAMES)


# By schema: a domain that somebody installs --------------------------------------------------


def struct(**fields: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct("Body", list(fields.items()))


class Inner(msgspec.Struct):
    """A part of a body."""

    suspect_name: str


DOMAINS: dict[str, dict[str, Any]] = {
    "a field": {"body": struct(watchlist=bool)},
    "a field in camel case": {"body": struct(riskScore=int)},
    "a field of a part": {"body": struct(parts=tuple[Inner, ...])},
    "a field of an optional part": {"body": struct(part=Inner | None)},
    "a field in a mapping": {"body": struct(parts=dict[str, list[Inner]])},
    "a value": {"body": struct(side=Literal["friendly", "hostile"])},
    "a field of a person": {"body": struct(date_of_birth=int)},
    "a kind": {"noun": "target_list"},
    "a column": {"column": "imei"},
    "a setting": {"settings": {"threat_score_from": "3"}},
    "a board": {"row": struct(weapons=int)},
    "a layer": {"layer": "suspects"},
}


def domain(
    body: Any = None,
    noun: str = "thing",
    column: str = "x",
    row: Any = None,
    layer: str = "",
    **more: Any,
) -> Domain:
    columns = [Column("id", "int"), Column("audience", "int"), Column(column, "text")]
    table = Table("acme_things", (*columns, Column("doc", "bytes")), ("id",))
    kind = Kind(f"acme.{noun}/1", body or struct(text=str), "Chose", "Thing")
    projection = Projection(table, (kind.name,), lambda _s, _v, _p: ())
    boards = (Board("things", "x", "x", row, lambda _v, _q: ()),) if row else ()
    layers = (Layer(layer, table, "x", "x"),) if layer else ()
    return Domain("acme", (kind,), (projection,), boards=boards, layers=layers, **more)


@pytest.mark.parametrize("name", DOMAINS)
def test_domain_when_it_declares_what_is_kept_nowhere_does_not_come_in(name) -> None:
    Catalogue([domain()])
    with pytest.raises(NeverKept, match="keeps no place for"):
        Catalogue([domain(**DOMAINS[name])])


# By machine ----------------------------------------------------------------------------------


def rule_that_writes(wanted: Draft) -> Domain:
    """A domain whose rule answers each of its records by writing this."""
    own = domain()
    kind = replace(own.kinds[0], react=lambda _s, _v: [Write(wanted, "duty")])
    return replace(
        own, kinds=(kind, Kind("acme.yes/1", struct(text=str), "Oui", "Yes", act=Act.CONSENT))
    )


MACHINES = {
    "publishes a report": Draft("sharing.report/1", report(source=None), Label(to=("bf",))),
    "consents": Draft("acme.yes/1", struct(text=str)("yes"), Label(to=("bf",))),
}


@pytest.mark.parametrize("name", MACHINES)
def test_rule_when_it_would_publish_or_decide_does_not(name) -> None:
    alliance = Alliance()
    ml = alliance["ml"]
    catalogue = Catalogue([*CATALOGUE.domains, rule_that_writes(MACHINES[name])])
    node = Node(
        Parts(engine=ml.parts.engine, keys=ml.parts.keys, catalogue=catalogue,
              clock=alliance.clock, randbytes=alliance.rng.randbytes, settings={})
    )  # fmt: skip
    node.submit([Draft("acme.thing/1", struct(text=str)("x"), Label())], "duty")
    assert node.spine.size == 0
    page = node.access.list(node.access.actor("ml", "duty"), "journal.line")
    told = [json.loads(doc)["text"] for doc in page.docs]
    assert any("a rule" in text for text in told), told


def test_attempts_when_counted_are_more_than_were_asked_for() -> None:
    assert len(FIELDS) + len(ACTS) + len(DOMAINS) + len(MACHINES) >= 25
