"""What does not leave: unreleased records (B1), exact places and sources (B2)."""

from __future__ import annotations

import json

import pytest

from tests.alliance import SECOND, Alliance, draft, report
from tests.framing import journal
from toguna.core import messages, sync
from toguna.core.labels import Label
from toguna.engines.memory import MemoryEngine
from toguna.engines.sqlite import SqliteEngine
from toguna.errors import Refused, Unknown
from toguna.node import tables as t

LAT, LON = 156_597_312, 5_022_847
POINT = {"lat_e7": LAT, "lon_e7": LON, "place_name": "Ansongo-plage"}
SOURCE = "patrouille du gué de Seyna"


def wiretap(alliance: Alliance, seconds: int) -> list[bytes]:
    """All that goes over the wires in so much time, every pull and every answer."""
    wire: list[bytes] = []
    for _ in range(0, seconds, 30):
        for party, node in alliance.nodes.items():
            sends = node.step(sync.Tick())
            while sends:
                send = sends.pop(0)
                asked = messages.encode(send.pull)
                answer = alliance[send.party].answer(party, asked)
                wire += [asked, answer]
                sends += node.step(sync.Replied(send.party, messages.decode_reply(answer)))
        alliance.clock.advance(30 * SECOND)
    return wire


def secret(k: int):
    return draft(report(f"Titre secret {k}", text=f"Texte secret {k}", source=SOURCE, **POINT))


def test_unreleased_records_when_an_hour_is_synced_leave_no_trace_on_the_wire():
    hours = []
    for count in (0, 1_000):
        alliance = Alliance(seed=7)
        ml = alliance["ml"]
        ml.submit([draft(report("Publié", source=None), to=("bf",))], "duty")
        addresses = []
        for start in range(0, count, 250):
            addresses += ml.submit([secret(start + k) for k in range(250)], "duty")
        hours.append(wiretap(alliance, 3_600))
    empty, full = hours
    everything = b"".join(full)
    assert len(full) > 600
    words = ("Titre secret", "Texte secret", SOURCE, "Ansongo", "ml/home", "home", "999")
    for word in (*words, str(LAT), str(LON), "15.659", "0.502"):
        assert word.encode() not in everything, word
    for number in (1_000, LAT, LON):
        assert number.to_bytes(8, "big") not in everything
        assert number.to_bytes(4, "big") not in everything
    assert b"\xcd\x03\xe8" not in everything  # 1,000 as msgpack writes it
    assert len(addresses) == 1_000
    # Same questions, same answers, byte by byte as long.
    assert [len(m) for m in full] == [len(m) for m in empty]


def dump(node) -> bytes:
    """Every cell of every table of the node's store."""
    out = []
    with node.reading() as tx:
        for table in (*t.ALL, *node.projector.tables()):
            for row in tx.scan(table):
                for cell in row:
                    out.append(cell if isinstance(cell, bytes) else str(cell).encode())
    return b"\n".join(out)


def traces() -> list[bytes]:
    degrees = (f"{LAT / 1e7:.5f}", f"{LON / 1e7:.5f}", f"{LAT / 1e7:.4f}")
    digits = (str(LAT), str(LON), SOURCE, "Ansongo-plage")
    return [x.encode() for x in (*degrees, *digits)] + [
        n.to_bytes(4, order) for n in (LAT, LON) for order in ("big", "little")
    ]


def test_a_release_when_it_is_coarsened_holds_neither_source_nor_point_at_its_reader(tmp_path):
    folder = tmp_path / "bf"
    folder.mkdir()
    stores = iter([SqliteEngine(folder / "node.db")])
    alliance = Alliance(engine=lambda: next(stores, None) or MemoryEngine())
    ml, bf, ne = (alliance[p] for p in ("ml", "bf", "ne"))
    text = f"Vu près d'Ansongo-plage, dit la {SOURCE}."
    home = ml.submit([draft(report("Convoi", text=text, source=SOURCE, **POINT))], "duty")[0]
    label = Label(to=("bf",), precision_m=10_000, source_shield=True)
    released = ml.releasing.release(home, label, "liaison")
    alliance.exchange()

    shown = bf.access.show(bf.access.actor("bf", "duty"), released)
    body = json.loads(bytes(shown.envelope.body))
    assert body["radius_m"] >= 5_000
    assert (body["lat_e7"], body["lon_e7"]) != (LAT, LON)
    everything = dump(bf)
    for trace in traces():
        assert trace not in everything, trace
    bf.close()
    on_disk = b"".join(p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file())
    assert len(on_disk) > 10_000
    for trace in traces():
        assert trace not in on_disk, trace
    assert all(trace in dump(ml) for trace in (str(LAT).encode(), SOURCE.encode()))

    actor = ne.access.actor("ne", "duty")
    with pytest.raises(Unknown, match="there is no record"):
        ne.access.show(actor, released)
    assert ne.access.list(actor, "sharing.report").docs == []
    with ne.reading() as tx:
        spine = ne.ledger.log_numbers["ml/spine"]
        rows = [r for r in tx.scan(t.RECORD) if t.unpack(r[0])[0] == spine]
        assert rows == []
        runs = [r for r in tx.scan(t.RUN) if r[0] == spine]
        assert runs == []


def test_what_is_hidden_when_it_is_counted_from_outside_is_the_same_for_one_and_for_seven():
    """Padding: ne cannot tell from sizes how many records went to bf."""
    sizes = set()
    for count in (1, 4, 7):
        alliance = Alliance()
        some = [draft(report(f"R {k}", source=None), to=("bf",)) for k in range(count)]
        alliance["ml"].submit(some, "duty")
        alliance.exchange(2)
        sizes.add(alliance["ne"].state.followed["ml/spine"].size)
    assert sizes == {8}


def test_passing_on_when_the_owner_did_not_allow_it_is_refused_and_asks_the_owner():
    alliance = Alliance()
    ml, bf, ne = (alliance[p] for p in ("ml", "bf", "ne"))
    home = ml.submit([draft(report("Convoi"))], "duty")[0]
    released = ml.releasing.release(home, Label(to=("bf",)), "liaison")
    alliance.exchange()
    with pytest.raises(Refused, match="no onward") as refusal:
        bf.releasing.release(released, Label(to=("ne",)), "liaison")
    assert "ml has been asked" in refusal.value.remedy
    alliance.exchange()
    (request,) = ml.access.list(ml.access.actor("ml", "duty"), "sharing.request").docs
    assert b'"onto":"ne"' in request
    assert journal(ne, "alarm") == []
    assert ne.access.list(ne.access.actor("ne", "duty"), "sharing.report").docs == []
