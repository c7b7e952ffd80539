"""Signed notes, checkpoints, cosignatures and proofs: the specifications' own examples."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core import ed25519, merkle, note
from toguna.core.inclusion import InclusionProof
from toguna.core.note import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Note,
    NoteSignature,
    VerifierKey,
)
from toguna.errors import BadInput, Unverified

LOG_SEED, WITNESS_SEED = bytes(range(32)), bytes(range(1, 33))
ORIGIN, WITNESS = "toguna/abc/ml", "toguna/abc/bf"
LOG_KEY = VerifierKey(ORIGIN, ED25519, ed25519.public_key(LOG_SEED))
WITNESS_KEY = VerifierKey(WITNESS, COSIGNATURE, ed25519.public_key(WITNESS_SEED))
HEAD = Checkpoint(ORIGIN, 3, merkle.tree_root([bytes(32)] * 3))
AT_S = 1_679_315_147


def signed() -> bytes:
    return note.sign_checkpoint(HEAD, LOG_SEED)


def cosigned() -> bytes:
    return note.add_signatures(signed(), [note.cosign(signed(), WITNESS, WITNESS_SEED, AT_S)])


def fenced(page: Path, containing: str) -> bytes:
    """The fenced block of a specification that holds this text."""
    blocks = re.findall(r"```\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return next(b for b in blocks if containing in b).encode()


def test_the_example_of_the_signed_note_specification_verifies(shared_dir: Path) -> None:
    page = shared_dir / "vectors/c2sp/signed-note.md"
    vkey = re.search(r"^ +(example\.com/foo\+\S+)$", page.read_text(encoding="utf-8"), re.M)
    assert vkey is not None
    key = VerifierKey.parse(vkey[1])
    assert str(key) == vkey[1]
    example = fenced(page, "This is an example message")
    assert note.verify(Note.parse(example), [key]) == [key]
    assert Note.parse(example).encode() == example
    with pytest.raises(Unverified, match=r"example\.com/foo"):
        note.verify(Note.parse(example.replace(b"an example", b"no example")), [key])


def test_a_note_text_may_hold_empty_lines_and_other_scripts(shared_dir: Path) -> None:
    parsed = Note.parse(fenced(shared_dir / "vectors/c2sp/signed-note.md", "Ognuno"))
    assert parsed.text.endswith("raggio di sole:\n\ned è subito sera.\n")
    assert parsed.signatures[0].name == "quasimodo.example/salvatore"


def test_the_example_of_the_cosignature_specification_parses(shared_dir: Path) -> None:
    page = shared_dir / "vectors/c2sp/tlog-cosignature.md"
    parsed = Note.parse(fenced(page, "witness.example.com/w1"))
    assert Checkpoint.parse(parsed.text).size == 20_852_163
    assert [s.name for s in parsed.signatures][1] == "witness.example.com/w1"
    assert int.from_bytes(parsed.signatures[1].signature[:8], "big") == AT_S


def test_a_checkpoint_opens_with_its_logs_key() -> None:
    assert note.open_checkpoint(signed(), LOG_KEY) == HEAD
    assert signed().decode().startswith(f"{ORIGIN}\n3\n")


def test_a_checkpoint_is_refused_when_another_log_signed_it() -> None:
    other = VerifierKey(ORIGIN, ED25519, ed25519.public_key(WITNESS_SEED))
    with pytest.raises(Unverified, match="not signed by any key"):
        note.open_checkpoint(signed(), other)
    text = HEAD.text()
    strange = Note(text, (note.sign(text, "somebody/else", WITNESS_SEED),)).encode()
    with pytest.raises(Unverified, match="not one of log somebody/else"):
        note.open_checkpoint(strange, replace(other, name="somebody/else"))
    with pytest.raises(Unverified, match="not one of log"):
        note.open_checkpoint(cosigned(), WITNESS_KEY)


def test_a_checkpoint_is_refused_when_its_text_was_changed() -> None:
    with pytest.raises(Unverified, match="does not hold"):
        note.open_checkpoint(signed().replace(b"\n3\n", b"\n4\n"), LOG_KEY)


def test_a_bad_line_of_a_known_key_spoils_the_note_and_unknown_ones_do_not() -> None:
    unknown = NoteSignature("who/knows", 7, b"anything")
    assert note.open_checkpoint(note.add_signatures(signed(), [unknown]), LOG_KEY) == HEAD
    bad = NoteSignature(WITNESS, WITNESS_KEY.key_id, bytes(72))
    with pytest.raises(Unverified, match=WITNESS):
        note.verify(Note.parse(note.add_signatures(signed(), [bad])), [LOG_KEY, WITNESS_KEY])


def test_cosignatures_name_who_saw_it_and_when() -> None:
    assert note.cosignatures(signed(), [WITNESS_KEY, LOG_KEY]) == {}
    assert note.cosignatures(cosigned(), [WITNESS_KEY, LOG_KEY]) == {WITNESS: AT_S}
    assert note.open_checkpoint(cosigned(), LOG_KEY) == HEAD
    assert note.verify(Note.parse(cosigned()), [WITNESS_KEY, LOG_KEY]) == [LOG_KEY, WITNESS_KEY]


def test_a_cosignature_covers_time_and_text() -> None:
    line = note.cosign(signed(), WITNESS, WITNESS_SEED, AT_S)
    for other in ((AT_S + 1).to_bytes(8, "big"), (2**63).to_bytes(8, "big")):
        forged = line._replace(signature=other + line.signature[8:])
        with pytest.raises(Unverified, match="cosignature of toguna/abc/bf"):
            note.cosignatures(note.add_signatures(signed(), [forged]), [WITNESS_KEY])
    later = note.sign_checkpoint(replace(HEAD, size=4), LOG_SEED)
    with pytest.raises(Unverified):
        note.cosignatures(note.add_signatures(later, [line]), [WITNESS_KEY])
    with pytest.raises(BadInput, match="POSIX second"):
        note.cosign(signed(), WITNESS, WITNESS_SEED, -1)


def test_the_same_key_signs_as_log_and_as_witness_under_different_ids() -> None:
    as_witness = replace(LOG_KEY, algorithm=COSIGNATURE)
    assert as_witness.key_id != LOG_KEY.key_id
    with pytest.raises(Unverified):
        note.verify(Note.parse(signed()), [as_witness])


def test_merging_keeps_one_line_a_key_and_takes_the_newer() -> None:
    again = note.cosign(signed(), WITNESS, WITNESS_SEED, AT_S + 60)
    merged = note.add_signatures(cosigned(), [again, again])
    assert note.cosignatures(merged, [WITNESS_KEY]) == {WITNESS: AT_S + 60}
    assert len(Note.parse(merged).signatures) == 2
    assert note.add_signatures(merged, [again]) == merged


def test_two_known_keys_with_one_name_and_id_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VerifierKey, "key_id", 7)
    with pytest.raises(BadInput, match="two different keys"):
        note.verify(Note.parse(signed()), [LOG_KEY, replace(LOG_KEY, public=bytes(32))])


LINE = note.sign("x\n", "a", LOG_SEED).line()
BAD_NOTES = {
    "empty": b"",
    "no signature": b"x\n",
    "no empty line": b"x\n" + LINE.encode(),
    "no line after the empty one": b"x\n\n",
    "last line without newline": b"x\n\n" + LINE.encode()[:-1],
    "empty line at the end": b"x\n\n" + LINE.encode() + b"\n",
    "hyphen for dash": b"x\n\n" + LINE.replace("\u2014", "-").encode(),
    "no name": b"x\n\n" + LINE.replace(" a ", "  ").encode(),
    "plus in name": b"x\n\n" + LINE.replace(" a ", " a+b ").encode(),
    "no-break space in name": b"x\n\n" + LINE.replace(" a ", " a\u00a0b ").encode(),
    "not base64": b"x\n\n" + LINE.replace("=", "!").encode(),
    "base64 with rest": b"x\n\n" + LINE.replace("\n", "AAAA\n").encode(),
    "base64 not canonical": b"x\n\n" + "\u2014 a AAAAAAF=\n".encode(),
    "too short": b"x\n\n" + "\u2014 a AAAAAA==\n".encode(),
    "carriage return": b"x\r\n\n" + LINE.encode(),
    "tab": b"x\ty\n\n" + LINE.encode(),
    "NUL": b"x\0\n\n" + LINE.encode(),
    "not UTF-8": b"\xff\n\n" + LINE.encode(),
    "65 signatures": b"x\n\n" + LINE.encode() * 65,
    "too large": b"x" * 1_000_000 + b"\n\n" + LINE.encode(),
}


@pytest.mark.parametrize("case", BAD_NOTES)
def test_parse_refuses_what_is_not_a_note(case: str) -> None:
    with pytest.raises(BadInput):
        Note.parse(BAD_NOTES[case])


def test_parse_takes_as_many_signatures_as_the_limit() -> None:
    assert len(Note.parse(b"x\n\n" + LINE.encode() * 64).signatures) == 64


@pytest.mark.parametrize("text", ["", "x", "x\ty\n", "x\ud800\n"])
def test_encode_refuses_what_would_not_be_a_note(text: str) -> None:
    with pytest.raises(BadInput):
        Note(text, Note.parse(signed()).signatures).encode()
    with pytest.raises(BadInput):
        note.sign(text, "a", LOG_SEED)


def test_encode_refuses_no_signature_and_too_many() -> None:
    with pytest.raises(BadInput, match="at least one"):
        Note("x\n", ()).encode()
    with pytest.raises(BadInput, match="at most 64"):
        Note("x\n", tuple(NoteSignature(f"n{i}", i, b"12345") for i in range(65))).encode()


@given(st.binary(max_size=200) | st.text(max_size=60).map(str.encode))
def test_parse_of_anything_is_a_note_that_encodes_back_or_bad_input(data: bytes) -> None:
    for candidate in (data, data + b"\n\n" + LINE.encode()):
        try:
            parsed = Note.parse(candidate)
        except BadInput:
            continue
        assert parsed.encode() == candidate


GOOD_VKEY = str(LOG_KEY)
BAD_VKEYS = {
    "two parts": "a+00000000",
    "no name": GOOD_VKEY.removeprefix(ORIGIN),
    "foreign ID": GOOD_VKEY.replace(f"{LOG_KEY.key_id:08x}", "00000000"),
    "ID in capitals": GOOD_VKEY.replace(f"{LOG_KEY.key_id:08x}", f"{LOG_KEY.key_id:08X}"),
    "other name": GOOD_VKEY.replace("/ml", "/bf"),
    "space in name": GOOD_VKEY.replace("/ml", " ml"),
    "no key": GOOD_VKEY.rpartition("+")[0] + "+",
    "cut key": GOOD_VKEY[:-4],
    "not base64": GOOD_VKEY[:-1] + "!",
    "unknown type": GOOD_VKEY.rpartition("+")[0] + "+" + "Ag" + GOOD_VKEY.rpartition("+")[2][2:],
}


@pytest.mark.parametrize("case", BAD_VKEYS)
def test_vkey_parse_refuses_bad_forms(case: str) -> None:
    assert VerifierKey.parse(GOOD_VKEY) == LOG_KEY
    with pytest.raises(BadInput):
        VerifierKey.parse(BAD_VKEYS[case])


ROOT64 = HEAD.text().split("\n")[2]
BAD_CHECKPOINTS = {
    "no newline": f"o\n3\n{ROOT64}",
    "two lines": "o\n3\n",
    "no origin": f"\n3\n{ROOT64}\n",
    "leading zero": f"o\n03\n{ROOT64}\n",
    "plus": f"o\n+3\n{ROOT64}\n",
    "negative": f"o\n-3\n{ROOT64}\n",
    "underscore": f"o\n1_0\n{ROOT64}\n",
    "other digits": f"o\n\u0663\n{ROOT64}\n",
    "too large": f"o\n{2**63}\n{ROOT64}\n",
    "empty size": f"o\n\n{ROOT64}\n",
    "short root": "o\n3\nAAAA\n",
    "empty extension": f"o\n3\n{ROOT64}\n\n",
}


@pytest.mark.parametrize("case", BAD_CHECKPOINTS)
def test_checkpoint_parse_refuses_bad_forms(case: str) -> None:
    with pytest.raises(BadInput):
        Checkpoint.parse(BAD_CHECKPOINTS[case])


def test_checkpoint_parse_keeps_extensions_and_big_sizes() -> None:
    head = Checkpoint("o", 2**63 - 1, bytes(32), ("one more", "and another"))
    assert Checkpoint.parse(head.text()) == head


def test_checkpoint_refuses_what_could_not_be_written() -> None:
    for wrong in ({"origin": ""}, {"origin": "a\nb"}, {"size": -1}, {"root": b""}):
        with pytest.raises(BadInput):
            replace(HEAD, **wrong)
    with pytest.raises(BadInput, match="key name"):
        note.sign_checkpoint(replace(HEAD, origin="two words"), LOG_SEED)


@pytest.mark.parametrize("extra", [None, b"", b"salt"])
def test_a_proof_round_trips_and_proves(extra: bytes | None) -> None:
    _, levels = merkle.CompactRange.empty().grow([bytes(32)] * 3)
    path = merkle.inclusion_path(2, 3, lambda level, index: levels[level][index])
    proof = InclusionProof(2, tuple(path), cosigned(), extra)
    assert proof.encode().startswith(b"c2sp.org/tlog-proof@v1\n")
    read = InclusionProof.parse(proof.encode())
    assert read == proof
    head = note.open_checkpoint(read.checkpoint, LOG_KEY)
    merkle.verify_inclusion(bytes(32), read.index, head.size, read.path, head.root)


def test_a_proof_without_path_is_that_of_a_single_leaf() -> None:
    proof = InclusionProof(0, (), signed())
    assert InclusionProof.parse(proof.encode()) == proof


GOOD_PROOF = InclusionProof(2, (bytes(32),), signed()).encode()
BAD_PROOFS = {
    "empty": b"",
    "other version": GOOD_PROOF.replace(b"@v1", b"@v2"),
    "no index": GOOD_PROOF.replace(b"index 2\n", b""),
    "leading zero": GOOD_PROOF.replace(b"index 2", b"index 02"),
    "extra after index": GOOD_PROOF.replace(b"index 2\n", b"index 2\nextra AAAA\n"),
    "short hash": GOOD_PROOF.replace(b"AAAA", b"", 1),
    "no checkpoint": GOOD_PROOF.partition(b"\n\n")[0],
    "checkpoint is no note": GOOD_PROOF[:-1],
    "path too long": InclusionProof(2, (bytes(32),) * 65, signed()).encode(),
}


@pytest.mark.parametrize("case", BAD_PROOFS)
def test_proof_parse_refuses_bad_forms(case: str) -> None:
    with pytest.raises(BadInput):
        InclusionProof.parse(BAD_PROOFS[case])
