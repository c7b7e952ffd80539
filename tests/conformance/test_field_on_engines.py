"""What comes from the field is kept alike on every engine: pictures, and ids of writes."""

from __future__ import annotations

import random
from hashlib import sha256

import msgspec
import pytest

from tests.alliance import DAY, Alliance, draft, report
from tests.conformance.test_node_on_engines import Opening, opening  # noqa: F401
from toguna.errors import Conflict, Unknown
from toguna.node import once
from toguna.node import tables as t
from toguna.node.pictures import Picture

DATA = random.Random(7).randbytes(200_000)
PICTURE = Picture(DATA, "image/jpeg", 10, 20, stripped=True)


def test_a_picture_in_parts_comes_back_whole_and_goes_with_its_last_record(
    opening: Opening,  # noqa: F811
) -> None:
    alliance = Alliance(engine=opening)
    node = alliance["ml"]
    kept = node.files.keep(PICTURE, "awa")
    assert kept.digest == sha256(DATA).hexdigest()
    assert node.files.show(kept.digest) == (kept, DATA)
    quoting = msgspec.structs.replace(report(), evidence=(kept.digest,))
    (address,) = node.submit([draft(quoting)], "duty")
    alliance.clock.advance(8 * DAY)
    assert node.files.sweep() == 0
    with node.writing() as tx:
        key = node.ledger.id_of(address)
        assert key is not None
        node.authoring.erase(tx, key, "by hand")
    assert node.files.sweep() == 1
    with pytest.raises(Unknown):
        node.files.show(kept.digest)
    with node.reading() as tx:
        assert [tx.count(table) for table in (t.FILE, t.FILE_PART, t.FILE_USE)] == [0, 0, 0]


def test_what_was_written_under_an_id_is_not_written_again(
    opening: Opening,  # noqa: F811
) -> None:
    node = Alliance(engine=opening)["ml"]
    said, other = [draft(report("Une fois"))], [draft(report("Autre chose"))]
    first = node.submit(said, "duty", once=once.asked("a", "awa", said, "duty", flash=False))
    size = node.home.size
    assert (
        node.submit(said, "duty", once=once.asked("a", "awa", said, "duty", flash=False)) == first
    )
    with pytest.raises(Conflict):
        node.submit(other, "duty", once=once.asked("a", "awa", other, "duty", flash=False))
    assert node.home.size == size
