"""Do two plans meet? Asked so that neither side sees the other's plan.

A private set intersection by Diffie-Hellman (Meadows 1986; Huberman, Franklin, Hogg 1999) over
the cells of :mod:`toguna.core.cells`. Cells are hashed to points of the subgroup of prime
order of edwards25519 (Elligator 2) and go on as u-coordinates of curve25519 (RFC 7748 s4.1, s5):
PyNaCl has no ristretto255, and X25519 takes a third of the time of a checked edwards25519
multiplication. A point and its negative are one u, which loses nothing here. Each side blinds
its points with a secret of its own, made for one question alone:

1. the asker sends a·H(x) for its cells x, in random order;
2. the other returns b·a·H(x) in the same order, shortened, and b·H(y) for its own cells;
3. the asker, who can make a·b·H(y), sees which of its cells are met, and returns those,
   shortened, in the order of y, so that the other sees which of its own cells are met.

So each learns which of *its own* cells the other's plan touches as well, and about how many
cells the other has: numbers are padded with random points to a multiple of 256. Shortened
values (6 bytes) can agree by chance, once in some ten million questions; that shows a meeting
where none is, never the other way round.

What it does not do: a side that puts cells into a question that are in no plan of its own
learns whether the other is there. Nothing here can tell; the node limits how often and how
much one may ask, and keeps each question in both journals. Both sides follow the steps, or
one of them sees nothing or something false, and the asker may keep step 3 for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha512
from typing import Final, NamedTuple

from nacl import bindings
from nacl.exceptions import CryptoError

from toguna.core.cells import MOST_CELLS, Cell
from toguna.errors import BadInput

POINT: Final = 32
SHORT: Final = 6
PADDED_TO: Final = 256
NONCE: Final = 16
_P: Final = 2**255 - 19
_CONTEXT: Final = b"toguna/encounter/v1\n"

RandomBytes = Callable[[int], bytes]


class Question(NamedTuple):
    """What the asker sends: a nonce for this question, and its blinded points, 32 B each."""

    nonce: bytes
    points: bytes


class Answer(NamedTuple):
    """What the other returns: the asker's points blinded twice and shortened, in their order,
    and its own points blinded once.
    """

    doubled: bytes
    points: bytes


class Side(NamedTuple):
    """What one side keeps to itself while a question is under way. ``cells`` stand in the
    order in which its points were sent; None is padding.
    """

    nonce: bytes
    secret: bytes
    cells: tuple[Cell | None, ...]


def ask(cells: Iterable[Cell], randbytes: RandomBytes) -> tuple[Side, Question]:
    """Begin: what to keep and what to send. ``randbytes`` must be fit for keys."""
    nonce = randbytes(NONCE)
    side, points = _blinded(cells, nonce, randbytes)
    return side, Question(nonce, points)


def answer(
    question: Question, cells: Iterable[Cell], randbytes: RandomBytes
) -> tuple[Side, Answer]:
    """Answer a question out of one's own cells: what to keep and what to return.

    :raises BadInput: points that are none, or too many of them.
    """
    if len(question.nonce) != NONCE:
        raise BadInput(f"a nonce has {NONCE} bytes", where="nonce")
    side, points = _blinded(cells, question.nonce, randbytes)
    return side, Answer(b"".join(_doubled(question.points, side)), points)


def conclude(asker: Side, given: Answer) -> tuple[set[Cell], bytes]:
    """The asker's cells that are met, and what the other needs in order to see its own."""
    theirs = _doubled(given.points, asker)
    ours = _shorts(given.doubled, len(asker.cells))
    return _met(asker, ours, theirs), b"".join(theirs)


def finish(answerer: Side, question: Question, doubled: bytes) -> set[Cell]:
    """The other's cells that are met, from what the asker returned at the end."""
    theirs = _doubled(question.points, answerer)
    return _met(answerer, _shorts(doubled, len(answerer.cells)), theirs)


def _met(side: Side, ours: Sequence[bytes], theirs: Sequence[bytes]) -> set[Cell]:
    there = set(theirs)
    pairs = zip(side.cells, ours, strict=True)
    return {cell for cell, short in pairs if cell is not None and short in there}


def _blinded(cells: Iterable[Cell], nonce: bytes, randbytes: RandomBytes) -> tuple[Side, bytes]:
    """Blinded points of cells and padding, in an order that says nothing."""
    own: list[Cell | None] = list(set(cells))
    if len(own) > MOST_CELLS:
        raise BadInput(f"more than {MOST_CELLS:,} cells", remedy="take the coarse grid")
    own += [None] * (-len(own) % PADDED_TO or (0 if own else PADDED_TO))
    drawn = {k: randbytes(16) for k in range(len(own))}
    order = tuple(own[k] for k in sorted(drawn, key=drawn.__getitem__))
    secret = randbytes(POINT)
    prefix = _CONTEXT + nonce
    points = [_point(prefix + (c.token() if c is not None else randbytes(32))) for c in order]
    blinded = [bindings.crypto_scalarmult(secret, p) for p in points]
    return Side(nonce, secret, order), b"".join(blinded)


def _point(data: bytes) -> bytes:
    """The u-coordinate of a point of the prime-order subgroup with an unknown logarithm."""
    edwards = bindings.crypto_core_ed25519_from_uniform(sha512(data).digest()[:32])
    y = int.from_bytes(edwards, "little") & ((1 << 255) - 1)
    # RFC 7748 s4.1: u = (1 + y) / (1 - y). The neutral element, y = 1, is never met.
    u = (1 + y) * pow(1 - y, -1, _P) % _P
    return u.to_bytes(POINT, "little")


def _doubled(points: bytes, side: Side) -> list[bytes]:
    """The other's points, blinded with our secret as well, shortened."""
    if len(points) % POINT or not points or len(points) > POINT * (MOST_CELLS + PADDED_TO):
        raise BadInput("points are 32 bytes each, and not too many", where="points")
    out = []
    for at in range(0, len(points), POINT):
        point = points[at : at + POINT]
        try:
            twice = bindings.crypto_scalarmult(side.secret, point)
        except CryptoError:  # RFC 7748 s6.1: of small order, the result would be all zeros
            raise BadInput("not a point of the group", where=f"points[{at // POINT}]") from None
        out.append(sha512(_CONTEXT + side.nonce + twice).digest()[:SHORT])
    return out


def _shorts(data: bytes, count: int) -> list[bytes]:
    if len(data) != SHORT * count:
        raise BadInput(f"{count} values of {SHORT} bytes are due", where="doubled")
    return [data[k : k + SHORT] for k in range(0, len(data), SHORT)]
