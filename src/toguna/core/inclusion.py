"""Offline proofs that an entry is in a log (c2sp.org/tlog-proof): one text, no server.

Not here: verifying (:func:`toguna.core.note.open_checkpoint` for the checkpoint, then
:func:`toguna.core.merkle.verify_inclusion` for the path).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from toguna.core import note
from toguna.errors import BadInput

_PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"
_MAX_PATH: Final = 64


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry is in a log, to be checked offline (tlog-proof).

    ``checkpoint`` is the signed note verbatim; ``extra`` is not authenticated.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The proof as the text that is stored with the ending ``.tlog-proof``."""
        lines = [_PROOF_HEADER]
        if self.extra is not None:
            lines.append(f"extra {note.encode64(self.extra)}")
        lines += [f"index {self.index}", *map(note.encode64, self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> InclusionProof:
        """The proof in this text; its checkpoint must be a note, not yet verified."""
        head, blank, rest = note.text_of(data, "proof").partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != _PROOF_HEADER:
            raise BadInput(f"a proof begins with {_PROOF_HEADER} and holds a checkpoint")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = note.decode64(lines.pop(0).removeprefix("extra "), "extra data of the proof")
        if not lines or not lines[0].startswith("index "):
            raise BadInput("the proof does not name the index of its entry")
        index = note.decimal(lines.pop(0).removeprefix("index "), "index of the proof")
        if len(lines) > _MAX_PATH:
            raise BadInput(f"the path of the proof has {len(lines)} hashes; {_MAX_PATH} are read")
        path = tuple(note.hash64(line, f"hash {i} of the path") for i, line in enumerate(lines))
        checkpoint = rest.encode()
        note.Checkpoint.parse(note.Note.parse(checkpoint).text)
        return cls(index, path, checkpoint, extra)
