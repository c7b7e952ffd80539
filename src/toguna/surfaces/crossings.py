"""Following units across borders: positions against consents, once a second.

A unit whose owner says under which id it moves in one of its streams is judged at every border
that is known here: of requests for consent, and of standing terms that name one. Each node
judges for itself, by what its owner lets it see of the stream; a change in how a unit stands is
written down once and told to the two states alone. A position that is old says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from toguna.core.domain import View
from toguna.core.folding import docs
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.tracking import Border, Fix, Grant, Verdict, judge_all
from toguna.domains.operations import consent, tables
from toguna.domains.operations.bodies import Crossing
from toguna.errors import TogunaError
from toguna.node import logs
from toguna.node.node import Node
from toguna.node.positions import Position
from toguna.surfaces.tracking import Tracking

OLD_US: Final = 120_000_000
"""A position that is older than two minutes is not judged."""
OFFICE: Final = "j3"
_log = logs.logger("toguna.crossings")


class _Followed(NamedTuple):
    """Units at one border: whose land, which consents, and where each unit is."""

    host: str
    border: Border
    grants: tuple[Grant, ...]
    units: tuple[str, ...]
    fixes: tuple[Fix, ...]
    request: str | None


class Crossings:
    """How units stood when we last looked. Owned by the writing thread."""

    def __init__(self, node: Node, tracking: Tracking) -> None:
        self._node = node
        self._tracking = tracking
        self._last: dict[tuple[str, str], tuple[str, str]] | None = None

    def look(self) -> int:
        """Judge every unit that is followed; how many stand otherwise than before."""
        node, now = self._node, self._node.now()
        with node.reading() as tx:
            view = node.view(tx)
            if self._last is None:
                self._last = _stood(view)
            followed = list(self._follow(view, now))
        changed = 0
        for one in followed:
            verdicts = judge_all(one.border, one.grants, one.fixes, now)
            for unit, fix, verdict in zip(one.units, one.fixes, verdicts, strict=True):
                changed += self._note(one, unit, fix, verdict)
        return changed

    def _follow(self, view: View, now: int) -> Iterator[_Followed]:
        units = {u["address"]: u for u in docs(view, tables.UNITS) if u.get("stream")}
        if not units:
            return
        seen: set[tuple[str, str]] = set()
        grants = list(consent.grants(view))
        for request, border, _ in grants:
            fixes = {a: f for a in request.units if a in units and (f := self._fix(units[a], now))}
            mine = {a for a in fixes if (a, request.host) not in seen}
            seen |= {(a, request.host) for a in mine}
            given = tuple(
                g for r, _, g in grants
                if g is not None and r.host == request.host and mine & set(r.units)
            )  # fmt: skip
            yield _followed(
                request.host, border, given, {a: fixes[a] for a in mine}, request.address
            )
        for host, border in consent.borders(view):
            fixes = {
                a: f
                for a, u in units.items()
                if u["party"] != host and (a, host) not in seen and (f := self._fix(u, now))
            }
            yield _followed(host, border, (), fixes, None)

    def _fix(self, unit: dict[str, Any], now: int) -> Fix | None:
        """Where a unit is, as its owner's stream tells us; None when that is old or unknown."""
        stream, _, name = unit["stream"].rpartition("/")
        feed = self._tracking.positions.feeds.get(f"{unit['party']}/{stream}")
        at: Position | None = feed.objects.get(name) if feed is not None else None
        if feed is None or at is None or now - at.at_us > OLD_US:
            return None
        error = feed.received.radius_m if feed.received and feed.received.radius_m else 0
        return Fix(
            at.lat_e7, at.lon_e7, at.at_us, error, at.alt_m, 0, float(at.speed_ms or 0),
            None if at.track_deg is None else float(at.track_deg),
        )  # fmt: skip

    def _note(self, one: _Followed, unit: str, fix: Fix, verdict: Verdict) -> bool:
        """Write down that a unit stands otherwise than before; whether it does."""
        assert self._last is not None
        before = self._last.get((unit, one.host), ("home", "none"))
        if before == (verdict.state, verdict.what):
            return False
        self._last[unit, one.host] = (verdict.state, verdict.what)
        body = Crossing(
            unit=unit, host=one.host, state=verdict.state, what=verdict.what,
            beyond_m=verdict.metres, late_s=verdict.seconds, error_m=fix.error_m or None,
        )  # fmt: skip
        node, owner = self._node, unit.partition("/")[0]
        to = tuple(sorted(p for p in {one.host, owner} - {node.party} if node.access.active(p)))
        try:
            draft = Draft("operations.crossing/1", body, Label(to=to), one.request)
            node.submit([draft], OFFICE, flash=bool(to))
        except TogunaError as error:
            _log.warning("crossing", unit=unit, why=str(error))
        return True


def _followed(
    host: str,
    border: Border,
    grants: tuple[Grant, ...],
    fixes: dict[str, Fix],
    request: str | None,
) -> _Followed:
    return _Followed(host, border, grants, tuple(fixes), tuple(fixes.values()), request)


def _stood(view: View) -> dict[tuple[str, str], tuple[str, str]]:
    """How units stood when this node last wrote it down, so that a restart says nothing twice."""
    own = [d for d in docs(view, tables.CROSSINGS) if d["party"] == view.party]
    return {
        (d["unit"], d["host"]): (d["state"], d["what"]) for d in sorted(own, key=lambda d: d["at"])
    }
