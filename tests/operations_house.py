"""Units, requests and plans for the tests of operations: one border along a parallel."""

from __future__ import annotations

from tests.alliance import SECOND, START, Alliance
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.volumes import Volume
from toguna.domains.operations import bodies
from toguna.domains.protection.bodies import Site

HOUR = 3_600 * SECOND
NORTH = 140_000_000
LINE = ((-5_000_000, NORTH), (-25_000_000, NORTH), (-45_000_000, NORTH))


def square(west, south, side, **ends):
    ring = ((west, south), (west + side, south), (west + side, south + side), (west, south + side))
    return Volume(area=((*ring, ring[0]),), **ends)


def window(hours=12):
    return {"from_us": START, "until_us": START + hours * HOUR}


class Force(Alliance):
    """An alliance with short words for what operations say."""

    def say(self, party, noun, body, to=(), about=None, office="j3"):
        draft = Draft(f"operations.{noun}/1", body, Label(to=tuple(sorted(to))), about)
        address = str(self[party].submit([draft], office)[0])
        self.exchange()
        return address

    def board(self, party, name, looker=""):
        node = self[party]
        actor = node.access.actor(looker or party, "duty")
        return list(node.looking.board(actor, "operations", name, {}))

    def waiting(self, party):
        found = self[party].looking.waiting(None)
        return [w.what for w in found if w.what.startswith("operations.")]

    def unit(self, party="ml", name="Compagnie B", to=("bf", "ne")):
        return self.say(party, "unit", bodies.Unit(category="ground", name=name), to)

    def order(self, party, unit, says, chain, to, *, hours=5):
        now = self.clock()
        body = bodies.Order(
            chain=chain, from_us=now, until_us=now + hours * HOUR, says=says, text=says
        )
        return self.say(party, "order", body, to, unit)

    def request(self, unit, **more):
        area = square(-45_000_000, 130_000_000, 40_000_000, **window())
        said = {
            "border": LINE, "depth_m": 50_000, "host": "bf", "title": "Poursuite",
            "units": (unit,), "volume": area, "why": "poursuite",
        }  # fmt: skip
        return self.say("ml", "request", bodies.Request(**(said | more)), ("bf",))

    def answer(self, request, answer="yes", **more):
        return self.say("bf", "consent", bodies.Consent(answer=answer, **more), ("ml",), request)

    def plan(self, party="ml", to=("bf",), *, volumes=None, contributors=("bf", "ml"), **more):
        area = square(-20_000_000, NORTH, 2_000_000, **window(48))
        said = {
            "contributors": contributors, "desk": "PC 3", "text": "Patrouille", "title": "Taabo",
            "volumes": volumes or (area,),
        }  # fmt: skip
        return self.say(party, "plan", bodies.Plan(**(said | more)), to)

    def clear(self, plan, *parties, to=("bf", "ml")):
        """Legal checks and approvals of these parties."""
        for party in parties:
            readers = set(to) - {party}
            self.say(party, "check", bodies.Check(lawful=True, text="vu"), readers, plan, "legal")
            self.say(party, "approval", bodies.Approval(approved=True, text="oui"), readers, plan)

    def site(self, lat, lon, to=("bf", "ml"), by="ne", name="Hôpital"):
        body = Site(category="hospital", lat_e7=lat, lon_e7=lon, name=name)
        draft = Draft("protection.site/1", body, Label(to=to))
        address = str(self[by].submit([draft], "protection")[0])
        self.exchange()
        return address
