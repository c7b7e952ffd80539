"""Evidence bundles (D3): whoever holds one checks all of it alone; every false byte is found."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from tests.alliance import DAY, START, Alliance, report
from tests.unit.disputes_house import Scene, claim, dispute
from toguna.core import canonical, ed25519, evidence, stored_zip
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.errors import BadInput, Refused, TogunaError, Unknown, Unverified
from toguna.node.evidence import Evidence, Made

NOW = START + DAY


class Bundled(Scene):
    """The scene of the drone, its heads cosigned by both others, and the bundle of it."""

    def __init__(self) -> None:
        super().__init__()
        self.alliance.exchange(3)
        self.made = self.export("ml", self.algiers, self.bamako)

    def export(self, party: str, *addresses: str, onto: str = "", office: str = "legal") -> Made:
        parsed = [Address.parse(a) for a in addresses]
        return Evidence(self.alliance[party]).make(parsed, office, onto)

    @property
    def founding(self) -> str:
        return self.ml.standing.founding_hash


@pytest.fixture(scope="module")
def scene():
    return Bundled()


def verify(data: bytes, **more: Any) -> evidence.Verified:
    return evidence.verify(data, NOW, decisive={"disputes.dispute/1"}, **more)


def test_bundle_when_it_is_whole_verifies_with_nothing_else(scene) -> None:
    found = verify(scene.made.data, founding=scene.founding)
    assert found.pinned
    # The boundaries come along because the claims rest on them.
    there = [str(p.address) for p in found.records]
    assert there == [scene.line_a, scene.line_b, scene.algiers, scene.bamako]
    for proved in found.records:
        shown = scene.ml.access.show(scene.ml.access.actor("ml", "duty"), proved.address)
        assert proved.raw == shown.raw
        assert set(proved.witnesses) == {"bf", "ne"}
        assert proved.signed_by == ""
    assert (found.manifest.by.party, found.manifest.by.office) == ("ml", "legal")
    assert (found.manifest.onto, found.manifest.left_out) == ("", ())


def test_bundle_when_made_twice_is_the_same_bytes_and_any_zip_program_opens_it(scene) -> None:
    again = scene.export("ml", scene.algiers, scene.bamako)
    first, second = (verify(m.data).manifest for m in (scene.made, again))
    assert msgspec.structs.replace(second, at=first.at) == first
    with zipfile.ZipFile(io.BytesIO(scene.made.data)) as opened:
        assert opened.testzip() is None
        assert opened.namelist()[:4] == [
            "README.txt",
            "manifest.json",
            "manifest.sig",
            "charter/0001.json",
        ]
        raw = opened.read(f"records/{scene.algiers.replace('/', '-')}.json")
    assert json.loads(raw)["body"]["claimant"] == "Algérie"


def test_bundle_when_it_is_of_another_alliance_than_was_asked_for_does_not_verify(scene) -> None:
    with pytest.raises(Unverified, match="another alliance"):
        verify(scene.made.data, founding="0" * 64)


def test_bundle_when_any_one_byte_is_false_does_not_verify(scene) -> None:
    data = scene.made.data
    for place in range(len(data)):
        false = bytearray(data)
        false[place] ^= 1 << place % 8
        with pytest.raises((Unverified, BadInput)):
            verify(bytes(false))


def test_bundle_when_a_byte_of_a_file_in_it_is_false_and_it_is_packed_anew(scene) -> None:
    """The zip is in order; the digests of the manifest and its signature are not."""
    files = stored_zip.unpack(scene.made.data)
    for number, (name, content) in enumerate(files):
        step = 1 if name.startswith("manifest") else 23
        for place in range(0, len(content), step):
            false = bytearray(content)
            false[place] ^= 1 << place % 8
            changed = [*files[:number], (name, bytes(false)), *files[number + 1 :]]
            with pytest.raises((Unverified, BadInput)):
                verify(stored_zip.pack(changed))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d[:-1],
        lambda d: d + b"\0",
        lambda d: b"\0" + d,
        lambda d: d[: len(d) // 2],
        lambda d: b"",
        lambda d: b"PK\x03\x04",
        lambda d: b"not a zip at all",
    ],
)
def test_bundle_when_cut_short_or_grown_does_not_verify(scene, change) -> None:
    with pytest.raises((Unverified, BadInput)):
        verify(change(scene.made.data))


def test_bundle_when_it_is_a_packed_zip_is_never_unfolded() -> None:
    """A bomb: a zip that unfolds to a gigabyte is refused by its form, unread."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("manifest.json", bytes(50 << 20))
    with pytest.raises(TogunaError):
        verify(held.getvalue())
    with pytest.raises(BadInput, match="at most"):
        verify(bytes(stored_zip.MAX_BYTES + 1))


# A dishonest hand: everything re-hashed, what can be signed signed anew ----------------------


def remade(scene: Bundled, change: Any) -> bytes:
    """The bundle after ``change(parts)``, every digest and the maker's own signature made anew."""
    parts = dict(stored_zip.unpack(scene.made.data))
    manifest = json.loads(parts["manifest.json"])
    change(parts, manifest)
    manifest["parts"] = {
        name: sha256(data).hexdigest()
        for name, data in parts.items()
        if name not in ("manifest.json", "manifest.sig")
    }
    parts["manifest.json"] = canonical.encode(manifest)
    sig = scene.ml.parts.keys.sign_desk(evidence.SIGNED + parts["manifest.json"])
    signed = {"key": manifest["by"]["key"], "sig": base64.b64encode(sig).decode()}
    parts["manifest.sig"] = canonical.encode(signed)
    return stored_zip.pack(list(parts.items()))


def test_remade_bundle_when_nothing_was_changed_verifies(scene) -> None:
    assert remade(scene, lambda _parts, _manifest: None) == scene.made.data


def swap(suffix: str, old: bytes, new: bytes) -> Any:
    def change(parts: dict[str, bytes], _manifest: Any) -> None:
        name = next(n for n in parts if n.startswith("records/") and n.endswith(suffix)
                    and old in parts[n])  # fmt: skip
        parts[name] = parts[name].replace(old, new, 1)

    return change


FORGERIES = {
    "another distance": (swap(".json", b'"stated_m":1600', b'"stated_m":9999'), "records/"),
    "another place": (swap(".json", b'"lat_e7":199500000', b'"lat_e7":199500001'), "records/"),
    "another claimant": (swap(".json", b'"claimant":"Mali"', b'"claimant":"Niger"'), "records/"),
    "another author": (swap(".json", b'"party":"ml"', b'"party":"bf"'), "records/"),
    "another salt": (lambda p, _m: p.update({"records/ml-spine-16.salt": b"A" * 22 + b"=="}),
                     "records/ml-spine-16"),
    "a shorter salt": (lambda p, _m: p.update({"records/ml-spine-16.salt": b"AAAA"}), "salt"),
    "another index": (swap(".tlog-proof", b"index ", b"index 1"), "records/"),
    "no charter": (lambda p, m: (p.pop("charter/0001.json"), m.update(charter=[])), "charter"),
    "another office": (lambda _p, m: m["by"].update(office="duty"), None),
    "another founding": (lambda _p, m: m.update(founding="1" * 64), "charter"),
    "a record less, and its proof": (lambda p, m: m["records"].pop(), "manifest"),
    "a file that nobody quotes": (
        lambda p, m: (p.update({f"files/{sha256(b'x').hexdigest()}": b"x"}),
                      m.update(files=[sha256(b"x").hexdigest()])), "files/"),
    "another greeting": (lambda p, _m: p.update({"README.txt": b"all is well"}), "README"),
    "a further file": (lambda p, _m: p.update({"records/more.json": b"{}"}), "manifest"),
}  # fmt: skip


@pytest.mark.parametrize("name", [n for n, (_, where) in FORGERIES.items() if where])
def test_forgery_when_its_maker_signs_it_anew_is_found(scene, name) -> None:
    change, where = FORGERIES[name]
    assert where
    with pytest.raises((Unverified, BadInput)) as told:
        verify(remade(scene, change))
    assert where in f"{told.value.where} {told.value.what}"


def test_word_of_its_maker_when_it_is_changed_by_its_maker_is_its_own(scene) -> None:
    change, _ = FORGERIES["another office"]
    assert verify(remade(scene, change)).manifest.by.office == "duty"


def test_witnesses_when_their_lines_are_cut_out_are_missed_and_no_more(scene) -> None:
    def cut(parts: dict[str, bytes], _manifest: Any) -> None:
        for name in [n for n in parts if n.endswith(".tlog-proof")]:
            kept = [x for x in parts[name].decode().splitlines(True) if "/bf/witness" not in x]
            parts[name] = "".join(kept).encode()

    found = verify(remade(scene, cut))
    assert {w for p in found.records for w in p.witnesses} == {"ne"}


def test_manifest_when_another_member_signs_in_our_name_does_not_verify(scene) -> None:
    parts = dict(stored_zip.unpack(scene.made.data))
    sig = ed25519.sign(scene.bf.parts.keys.desk, evidence.SIGNED + parts["manifest.json"])
    signed = {**json.loads(parts["manifest.sig"]), "sig": base64.b64encode(sig).decode()}
    parts["manifest.sig"] = canonical.encode(signed)
    with pytest.raises(Unverified, match="does not hold"):
        verify(stored_zip.pack(list(parts.items())))


def test_alliance_when_a_stranger_makes_one_up_verifies_only_without_a_founding_hash(scene) -> None:
    other = Alliance(seed=99)
    address = other["ml"].submit(
        [Draft("disputes.claim/1", claim("Algérie", None, None), Label(to=("bf",)))], "duty"
    )[0]
    data = Evidence(other["ml"]).make([address], "legal").data
    assert not verify(data).pinned
    with pytest.raises(Unverified, match="another alliance"):
        verify(data, founding=scene.founding)


def test_decisive_act_when_bundled_shows_whose_key_signed_it() -> None:
    scene = Bundled()
    said = scene.say("bf", "dispute", dispute(), scene.algiers, to=("ml",))
    scene.alliance.exchange(2)
    found = verify(scene.export("bf", said).data)
    assert [(str(p.address), p.signed_by) for p in found.records] == [
        (said, scene.bf.parts.keys.desk_id)
    ]
    assert found.manifest.left_out == (scene.algiers,)


def test_charter_when_bundled_holds_no_more_than_the_keys_need() -> None:
    scene = Bundled()
    found = verify(scene.made.data)
    assert len(found.manifest.charter) == 1
    assert found.standing.charter_hash == scene.ml.standing.charter_hash


# What may go to whom -------------------------------------------------------------------------


def test_anothers_record_when_exported_for_anybody_is_refused_and_journalled() -> None:
    scene = Bundled()
    with pytest.raises(Refused, match="ml wrote it") as told:
        scene.export("bf", scene.algiers)
    assert "let ml make the bundle" in told.value.remedy
    lines = scene.bf.access.list(scene.bf.access.actor("bf", "duty"), "journal.line").docs
    assert any("evidence for anybody" in json.loads(x)["text"] for x in lines)


def test_anothers_record_when_its_label_names_the_reader_goes_there() -> None:
    scene = Scene()
    shared = scene.say("ml", "claim", claim("X", None, None), to=("bf", "ne"))
    onward = scene.say("ml", "claim", claim("Y", None, None), to=("bf",), onward=("ne",))
    scene.alliance.exchange(2)
    made = Evidence(scene.bf).make([Address.parse(a) for a in (shared, onward)], "legal", "ne")
    assert verify(made.data).manifest.onto == "ne"
    with pytest.raises(Refused, match="no onward"):
        Evidence(scene.bf).make([Address.parse(scene.algiers)], "legal", "ne")


def test_own_record_when_it_rests_on_anothers_needs_that_owners_word() -> None:
    scene = Scene()
    own = scene.say("bf", "claim", claim("X", None, None), to=("ml",), refs=(scene.line_a,))
    with pytest.raises(Refused, match="ml wrote it"):
        Evidence(scene.bf).make([Address.parse(own)], "legal")


@pytest.mark.parametrize(
    ("what", "error", "says"),
    [
        ("home", Refused, "home journal"),
        ("recalled", Refused, "nothing of it"),
        ("unknown", Unknown, "there is no record"),
        ("copy", Refused, "holds another's record"),
    ],
)
def test_record_when_it_cannot_be_shown_is_refused(what, error, says) -> None:
    scene = Scene()
    ml = scene.ml
    home = str(ml.submit([Draft("sharing.report/1", report(), Label())], "duty")[0])
    if what == "recalled":
        ml.releasing.recall(Address.parse(scene.algiers), "erreur", "duty")
    copy = str(ml.releasing.release(Address.parse(scene.line_a), Label(to=("ne",)), "duty"))
    named = {"home": home, "recalled": scene.algiers, "unknown": "ml/spine/99", "copy": copy}[what]
    with pytest.raises(error, match=says):
        Evidence(ml).make([Address.parse(named)], "legal")


@pytest.mark.parametrize(("onto", "error"), [("ml", BadInput), ("xx", Refused), ("pub", Refused)])
def test_reader_when_it_is_no_party_is_refused(scene, onto, error) -> None:
    with pytest.raises(error):
        scene.export("ml", scene.algiers, onto=onto)


def test_addresses_when_there_are_none_or_too_many_are_refused(scene) -> None:
    for addresses in ((), (scene.algiers,) * 201):
        with pytest.raises(BadInput, match="name 1 to 200"):
            scene.export("ml", *addresses)
