"""Keys as files: made once, readable by their owner alone, never shown."""

from __future__ import annotations

import random
import stat

import pyrage
import pytest

from toguna.core import ed25519
from toguna.core.charter import Card, open_card, sign_card
from toguna.core.signed import encode_key, key_id
from toguna.errors import BadInput, Conflict, Refused, TogunaError, Unverified
from toguna.node import keyfiles


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "keys"
    keyfiles.create(place, "ml", random.Random(1).randbytes)
    return place


def test_five_keys_that_only_their_owner_reads(folder):
    names = {path.name for path in folder.iterdir()}
    assert names == {"root.key", "log.key", "witness.key", "desk.key", "box.key", "root.pub"}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_format_is_plain_text(folder):
    lines = (folder / "log.key").read_text().split("\n")
    assert lines[:3] == ["toguna key v1", "role: log", "party: ml"]
    assert lines[3].startswith("secret: ")
    assert lines[4:] == [""]


def test_the_same_randomness_gives_the_same_keys(folder, tmp_path):
    keyfiles.create(tmp_path / "again", "ml", random.Random(1).randbytes)
    assert keyfiles.load(tmp_path / "again") == keyfiles.load(folder)


def test_loaded_keys_make_a_card_that_opens(folder):
    keys = keyfiles.public_keys(folder)
    party, seed = keyfiles.load_root(folder / "root.key")
    assert keys.root == (encode_key(ed25519.public_key(seed)),)
    card = Card(addresses=(), keys=keys, name="Mali", party=party, v=1)
    assert open_card(sign_card(card, [seed])) == card


def test_the_box_key_opens_what_is_sealed_to_its_public_half(folder):
    public = pyrage.x25519.Recipient.from_str(keyfiles.public_keys(folder).box)
    identity = pyrage.x25519.Identity.from_str(keyfiles.load(folder).box)
    assert pyrage.decrypt(pyrage.encrypt(b"bundle", [public]), [identity]) == b"bundle"


def test_the_desk_key_signs_and_is_named_by_its_id(folder):
    keys = keyfiles.load(folder)
    public = ed25519.public_key(keys.desk)
    assert keys.desk_id == key_id(public)
    assert ed25519.verify(public, keys.sign_desk(b"x"), b"x")


def test_cards_need_no_root_key_in_the_folder(folder):
    assert keyfiles.root_state(folder) == "open"
    before = keyfiles.public_keys(folder)
    (folder / "root.key").rename(folder.parent / "stick.key")
    assert keyfiles.root_state(folder) == "away"
    assert keyfiles.public_keys(folder) == before
    assert keyfiles.load_root(folder.parent / "stick.key")[0] == "ml"


def test_keys_are_not_written_over(folder):
    before = keyfiles.load(folder)
    with pytest.raises(Conflict, match="never written over"):
        keyfiles.create(folder, "ml", random.Random(2).randbytes)
    assert keyfiles.load(folder) == before


def test_repr_and_messages_hold_no_secret(folder):
    keys = keyfiles.load(folder)
    assert repr(keys) == "Keys(party='ml')"
    secret = (folder / "log.key").read_text().split("secret: ")[1].strip()
    (folder / "log.key").write_text(f"toguna key v1\nsecret: {secret}\n")
    with pytest.raises(BadInput) as refusal:
        keyfiles.load(folder)
    assert secret[:8] not in str(refusal.value)


def test_a_key_that_others_may_read_is_refused(folder):
    (folder / "desk.key").chmod(0o640)
    with pytest.raises(Refused) as refusal:
        keyfiles.load(folder)
    assert "chmod 600" in refusal.value.remedy
    (folder / "desk.key").chmod(0o600)
    folder.chmod(0o755)
    with pytest.raises(Refused) as refusal:
        keyfiles.load(folder)
    assert "chmod 700" in refusal.value.remedy


def _swap(folder):
    (folder / "log.key").unlink()
    (folder / "witness.key").rename(folder / "log.key")


def _alien(folder):
    keyfiles.create(folder.parent / "bf", "bf", random.Random(3).randbytes)
    (folder.parent / "bf" / "log.key").replace(folder / "log.key")


def _copy(folder):
    text = (folder / "desk.key").read_bytes().replace(b"role: desk", b"role: log")
    (folder / "log.key").write_bytes(text)


WRONG = {
    "missing": (lambda f: (f / "log.key").unlink(), "missing"),
    "empty": (lambda f: (f / "log.key").write_bytes(b""), "damaged"),
    "cut": (lambda f: (f / "log.key").write_bytes((f / "log.key").read_bytes()[:-9]), "damaged"),
    "binary": (lambda f: (f / "log.key").write_bytes(b"\xff" * 90), "damaged"),
    "short secret": (
        lambda f: (f / "log.key").write_text(
            "toguna key v1\nrole: log\nparty: ml\nsecret: AAAA\n"
        ),
        "damaged",
    ),
    "no colon": (
        lambda f: (f / "log.key").write_text("toguna key v1\nrole\nparty\nsecret\n"), "damaged"),
    "another role": (_swap, "not the log key"),
    "another party": (_alien, "several parties: bf, ml"),
    "one key twice": (_copy, "one key stands in two files"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_files_are_named(folder, case):
    spoil, says = WRONG[case]
    spoil(folder)
    with pytest.raises(BadInput) as refusal:
        keyfiles.load(folder)
    assert says in str(refusal.value)


def test_no_folder_is_said_so(tmp_path):
    with pytest.raises(BadInput, match="no keys here"):
        keyfiles.load(tmp_path / "nowhere")


def test_a_sealed_root_key_opens_with_its_passphrase_alone(tmp_path):
    folder = tmp_path / "keys"
    keyfiles.create(folder, "ml", random.Random(1).randbytes, "the baobab is dry")
    path = folder / "root.key"
    assert keyfiles.root_state(folder) == "sealed"
    seed = keyfiles.load_root(path, "the baobab is dry")
    assert seed == ("ml", random.Random(1).randbytes(32))
    with pytest.raises(Refused, match="passphrase-file"):
        keyfiles.load_root(path)
    with pytest.raises(Unverified, match="does not open it"):
        keyfiles.load_root(path, "the baobab is green")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unverified, match="damaged"):
        keyfiles.load_root(path, "the baobab is dry")


def test_an_empty_passphrase_seals_nothing(tmp_path):
    with pytest.raises(BadInput, match="empty passphrase"):
        keyfiles.create(tmp_path / "keys", "ml", random.Random(1).randbytes, "")
    assert not (tmp_path / "keys").exists()


def test_a_renewed_key_takes_the_place_of_the_old(folder):
    before = keyfiles.load(folder)
    public = keyfiles.renew(folder, "log", random.Random(9).randbytes)
    after = keyfiles.load(folder)
    assert ed25519.public_key(after.log) == public
    assert after.log != before.log
    assert (after.desk, after.box) == (before.desk, before.box)
    with pytest.raises(Conflict, match="carry it away"):
        keyfiles.renew(folder, "log", random.Random(10).randbytes)


def test_saved_keys_come_back(folder, tmp_path):
    keys = keyfiles.load(folder)
    roots = keyfiles.public_keys(folder).root
    keyfiles.save(tmp_path / "restored", keys, roots)
    assert keyfiles.load(tmp_path / "restored") == keys
    assert keyfiles.public_keys(tmp_path / "restored").root == roots
    assert keyfiles.root_state(tmp_path / "restored") == "away"


@pytest.mark.parametrize(
    "text", ["", "toguna public v1\n", "toguna public v1\nparty: ml\nthreshold: x\nroot: AA\n"]
)
def test_damaged_public_root_keys_are_named(folder, text):
    (folder / "root.pub").write_text(text)
    with pytest.raises(TogunaError, match=r"root\.pub"):
        keyfiles.public_keys(folder)
