"""How a position stands to a consent: inside, about to leave, outside, or nobody can tell.

A consent has a border, a depth beyond it, an area, a band of heights and a window of time. A
position has a circle of error. A verdict is given only where the whole circle agrees with it:
where it lies across a limit, the verdict is *cannot tell*, never a guess. "About to leave" is
what heading and speed predict for the next minutes.

Distances that are shown are geodesics (:mod:`toguna.core.geodesy`). Far from every limit
nobody needs them: there a bound is enough, and five thousand positions a second are judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from toguna.core.geodesy import ARITHMETIC_M, nearest
from toguna.core.volumes import Volume, shape

AHEAD_S: Final = 300
"""How far ahead "about to leave" looks, in seconds."""
STEP_S: Final = 15

_LEAST_M: Final = 0.011_05
"""Metres of a unit (10^-7 degree) of latitude at least, on WGS84."""
_MOST_M: Final = 0.011_18
_SECOND_US: Final = 1_000_000
_ROUGHEST: Final = 0.5
_Ring = list[tuple[int, int]]
_Array = npt.NDArray[Any]

State = Literal["home", "approaching", "inside", "leaving", "outside", "no_consent", "cannot_tell"]
What = Literal["depth", "area", "height", "window", "none", "position"]


class Fix(NamedTuple):
    """Where something is: degrees x 10^7, metres, seconds, degrees from north."""

    lat_e7: int
    lon_e7: int
    at_us: int
    error_m: int = 0
    alt_m: int | None = None
    alt_error_m: int = 0
    speed_ms: float = 0.0
    track_deg: float | None = None

    def ahead(self, seconds: float) -> Fix:
        """Where it will be if nothing changes."""
        if not self.speed_ms or self.track_deg is None:
            return self
        far, turn = self.speed_ms * seconds / 0.0111, math.radians(self.track_deg)
        lat = self.lat_e7 + round(far * math.cos(turn))
        squeeze = max(math.cos(math.radians(self.lat_e7 / 1e7)), 0.01)
        lon = self.lon_e7 + round(far * math.sin(turn) / squeeze)
        return self._replace(lat_e7=max(min(lat, 900_000_000), -900_000_000), lon_e7=lon)


class Verdict(NamedTuple):
    """How a position stands, in which respect, and by how much.

    ``metres``: outside, how far beyond the limit; about to leave or approaching, how much is
    left. ``seconds``: outside of the window, how long; about to leave, until then. None where
    it has no meaning.
    """

    state: State
    what: What = "none"
    metres: int | None = None
    seconds: int | None = None


_ORDER: Final[tuple[State, ...]] = (
    "inside", "leaving", "home", "cannot_tell", "approaching", "outside", "no_consent",
)  # fmt: skip


class Border:
    """A border as a line; the host's land lies to the right as one goes along it."""

    def __init__(self, line: Sequence[tuple[int, int]]) -> None:
        """``line``: [longitude, latitude] x 10^7, two points or more."""
        self._places = [(lat, lon) for lon, lat in line]
        self._shape = shapely.linestrings([(lon, lat) for lon, lat in line])
        # The same squeezed, so that a unit is about as long in both directions.
        self._middle = math.radians(sum(lat for _, lat in line) / len(line) / 1e7)
        flat = np.array(line, float) * (math.cos(self._middle), 1.0)
        self._flat = shapely.linestrings(flat)
        self._points = flat
        steps = np.hypot(*np.diff(flat, axis=0).T)
        self._along = np.concatenate(([0.0], np.cumsum(steps)))
        for prepared in (self._shape, self._flat):
            shapely.prepare(prepared)

    def beyond(self, fix: Fix) -> float | None:
        """Metres beyond the border, negative on this side; None beyond the ends of the line."""
        found = nearest((fix.lat_e7, fix.lon_e7), [self._places])
        if not found.side:
            return None
        return found.distance_m if found.side == "right" else -found.distance_m

    def roughly(self, lats: _Array, lons: _Array) -> tuple[_Array, _Array]:
        """Between how many metres beyond the border places are, negative on this side: many
        at once, at a hundredth of the time of :meth:`beyond`. NaN where only that can tell.
        """
        xs, ys = lons * math.cos(self._middle), lats.astype(float)
        points = shapely.points(xs, ys)
        far = shapely.distance(self._flat, points)
        at = shapely.line_locate_point(self._flat, points)
        right, known = self._sides(at, xs, ys)
        # How much the squeeze is off between here and the middle of the line.
        apart = np.radians(np.abs(lats / 1e7 - math.degrees(self._middle)) + far / 1e7)
        off = 0.006 + apart * abs(math.tan(self._middle)) + apart * apart
        known &= (at > 0) & (at < self._along[-1]) & (off < _ROUGHEST)
        least, most = far * _LEAST_M * (1 - off), far * _MOST_M * (1 + off)
        low, high = np.where(right, least, -most), np.where(right, most, -least)
        return np.where(known, low, np.nan), np.where(known, high, np.nan)

    def _sides(self, at: _Array, xs: _Array, ys: _Array) -> tuple[_Array, _Array]:
        """Whether places lie to the right of the stretch of the line that is nearest, and
        whether that is sure: of two stretches that join there, both must say the same.
        """
        near, last = self._along[-1] * 1e-9 + 1.0, len(self._points) - 2

        def right_of(along: _Array) -> _Array:
            k = np.clip(np.searchsorted(self._along, along, side="right") - 1, 0, last)
            a, b = self._points[k], self._points[k + 1]
            turn = (b[:, 0] - a[:, 0]) * (ys - a[:, 1]) - (b[:, 1] - a[:, 1]) * (xs - a[:, 0])
            return np.asarray(turn < 0)

        before, after = right_of(at - near), right_of(at + near)
        return before, before == after

    def ahead(
        self, fix: Fix, depth_m: float = 0.0, edge: BaseGeometry | None = None
    ) -> list[tuple[int, Fix]]:
        """Where it will be in the next minutes: those steps, with their seconds, at which it
        may be beyond ``depth_m`` or near or over an ``edge``; only they need a second look.
        """
        steps = [(s, fix.ahead(s)) for s in range(STEP_S, AHEAD_S + 1, STEP_S)]
        lats, lons = (np.array([step[k] for _, step in steps]) for k in (0, 1))
        _, high = self.roughly(lats, lons)
        look = np.isnan(high) | (high > depth_m)
        if edge is not None:
            way = shapely.linestrings(np.column_stack((lons, lats)))
            look |= bool(shapely.distance(edge, way) <= STEP_S * fix.speed_ms / _LEAST_M * 2)
        return [step for step, wanted in zip(steps, look.tolist(), strict=True) if wanted]

    def at_least(self, fix: Fix) -> float:
        """Metres to the line, never more than it is."""
        return _bound(self._shape, fix)


def _bound(line: BaseGeometry, fix: Fix) -> float:
    far = shapely.distance(line, shapely.points(fix.lon_e7, fix.lat_e7))
    # A degree of longitude is the shorter one, and shortest where the distance reaches to.
    farthest = min(abs(fix.lat_e7) + far, 890_000_000) / 1e7
    return float(far) * _LEAST_M * math.cos(math.radians(farthest))


class Grant:
    """A consent in force: what was asked for, within the limits of the answer."""

    def __init__(self, border: Border, depth_m: int, volume: Volume) -> None:
        self.border, self.depth_m, self.volume = border, depth_m, volume
        self._area = shape(volume)
        self._rings = _rings(self._area)
        self._edge = shapely.boundary(self._area)
        for prepared in (self._area, self._edge):
            shapely.prepare(prepared)

    def judge(self, fix: Fix, beyond_m: float, now_us: int) -> Verdict:
        """How a position that is abroad, ``beyond_m`` metres, stands to this consent."""
        now = self._at(fix, beyond_m, now_us)
        if now.state != "inside":
            return now
        return self._ahead(fix, beyond_m, now_us) or now

    def surely_inside(
        self, lats: _Array, lons: _Array, low: _Array, high: _Array, margin: _Array, now_us: int
    ) -> _Array:
        """Where a position is inside and stays so for the next minutes, whatever it does.

        ``low`` and ``high`` bound how far it is beyond the border, ``margin`` how far it can
        come or be off, all in metres.
        """
        volume = self.volume
        begins, ends = volume.from_us, volume.until_us
        closing = ends is not None and now_us > ends - (AHEAD_S + 1) * _SECOND_US
        heights = volume.floor_m is not None or volume.ceiling_m is not None
        if heights or closing or (begins is not None and now_us < begins):
            return np.zeros(len(lats), bool)
        points = shapely.points(lons, lats)
        far = shapely.distance(self._edge, points)
        farthest = np.minimum(np.abs(lats) + far, 890_000_000) / 1e7
        edge_m = far * _LEAST_M * np.cos(np.radians(farthest))
        held = shapely.intersects(self._area, points)
        return np.asarray(
            held & (edge_m > margin) & (low > margin) & (high + margin < self.depth_m)
        )

    def _at(self, fix: Fix, beyond_m: float, now_us: int) -> Verdict:
        found = [
            self._window(now_us),
            self._depth(fix, beyond_m),
            self._where(fix),
            self._height(fix),
        ]
        for state in ("outside", "cannot_tell"):
            for verdict in found:
                if verdict.state == state:
                    return verdict
        return Verdict("inside")

    def _window(self, now_us: int) -> Verdict:
        begins, ends = self.volume.from_us, self.volume.until_us
        if ends is not None and now_us > ends:
            return Verdict("outside", "window", None, _seconds(now_us - ends))
        if begins is not None and now_us < begins:
            return Verdict("outside", "window", None, _seconds(begins - now_us))
        return Verdict("inside")

    def _depth(self, fix: Fix, beyond_m: float) -> Verdict:
        return _limit("depth", beyond_m - self.depth_m, fix.error_m + ARITHMETIC_M)

    def _where(self, fix: Fix) -> Verdict:
        held = bool(shapely.intersects(self._area, shapely.points(fix.lon_e7, fix.lat_e7)))
        error = fix.error_m + ARITHMETIC_M if fix.error_m else 0
        if held and _bound(self._edge, fix) > error:
            return Verdict("inside")
        far = nearest((fix.lat_e7, fix.lon_e7), self._rings).distance_m
        return _limit("area", -far if held else far, error)

    def _height(self, fix: Fix) -> Verdict:
        floor, ceiling = self.volume.floor_m, self.volume.ceiling_m
        if floor is None and ceiling is None:
            return Verdict("inside")
        if fix.alt_m is None:
            return Verdict("cannot_tell", "height")
        over = fix.alt_m - ceiling if ceiling is not None else -math.inf
        under = floor - fix.alt_m if floor is not None else -math.inf
        return _limit("height", max(over, under), fix.alt_error_m)

    def _ahead(self, fix: Fix, beyond_m: float, now_us: int) -> Verdict | None:
        """What leaves first in the next minutes, if anything does."""
        ends = self.volume.until_us
        left_s = None if ends is None else (ends - now_us) // _SECOND_US
        closing = left_s is not None and left_s <= AHEAD_S
        reach = fix.speed_ms * AHEAD_S if fix.track_deg is not None else 0.0
        margin = reach * 1.02 + fix.error_m + 2
        if reach and (self.depth_m - beyond_m <= margin or _bound(self._edge, fix) <= margin):
            for seconds, then in self.border.ahead(fix, self.depth_m, self._edge):
                verdict = self._step(then)
                if verdict is not None and not (
                    closing and left_s is not None and left_s < seconds
                ):
                    left_m = self._left(fix, beyond_m, verdict.what)
                    return Verdict("leaving", verdict.what, left_m, seconds)
        return Verdict("leaving", "window", None, left_s) if closing else None

    def _step(self, fix: Fix) -> Verdict | None:
        beyond_m = self.border.beyond(fix)
        if beyond_m is None or beyond_m <= 0:  # going home is no breach
            return None
        for verdict in (self._depth(fix, beyond_m), self._where(fix)):
            if verdict.state == "outside":
                return verdict
        return None

    def _left(self, fix: Fix, beyond_m: float, what: What) -> int:
        if what == "depth":
            return max(0, round(self.depth_m - beyond_m))
        return round(nearest((fix.lat_e7, fix.lon_e7), self._rings).distance_m)


def judge_all(
    border: Border, grants: Sequence[Grant], fixes: Sequence[Fix], now_us: int
) -> list[Verdict]:
    """:func:`judge` for many positions: those far from every limit together, the rest one by
    one.
    """
    if not fixes:
        return []
    lats, lons = (np.array([getattr(f, name) for f in fixes]) for name in ("lat_e7", "lon_e7"))
    reach = [f.speed_ms * AHEAD_S * 1.02 if f.track_deg is not None else 0.0 for f in fixes]
    margin = np.array(reach) + np.array([f.error_m for f in fixes]) + 2.0
    low, high = border.roughly(lats, lons)
    with np.errstate(invalid="ignore"):
        home = high + margin < 0
        inside = np.zeros(len(fixes), bool)
        for grant in grants:
            inside |= grant.surely_inside(lats, lons, low, high, margin, now_us)
    plain = {1: Verdict("home"), 2: Verdict("inside")}
    sure = np.where(home, 1, np.where(inside, 2, 0)).tolist()
    return [
        plain[kind] if kind else judge(border, grants, fix, now_us)
        for kind, fix in zip(sure, fixes, strict=True)
    ]


def judge(border: Border, grants: Iterable[Grant], fix: Fix, now_us: int) -> Verdict:
    """How a position stands to a border and the consents for it that are in force.

    Of several consents the one counts that is kept best.
    """
    reach = fix.speed_ms * AHEAD_S * 1.02 if fix.track_deg is not None else 0.0
    known = list(grants)
    beyond = border.beyond(fix)
    if beyond is None:
        # The line ends before: what is farther from it than it moves and errs is not followed.
        near = border.at_least(fix) <= fix.error_m + reach
        return Verdict("cannot_tell", "position") if near else Verdict("home")
    if beyond - fix.error_m > 0:
        verdicts = [grant.judge(fix, beyond, now_us) for grant in known]
        return min(verdicts, key=_rank, default=Verdict("no_consent", "none", round(beyond)))
    if beyond + fix.error_m > 0:
        if any(
            grant.judge(fix, max(beyond, 0.0), now_us).state in ("inside", "leaving")
            for grant in known
        ):
            return Verdict("inside")
        return Verdict("cannot_tell", "position", None, None)
    if -beyond > reach:
        return Verdict("home")
    return _approach(border, known, fix, beyond, now_us)


def _rank(verdict: Verdict) -> int:
    return _ORDER.index(verdict.state)


def _approach(
    border: Border, grants: Sequence[Grant], fix: Fix, beyond: float, now_us: int
) -> Verdict:
    """Whether it will be over the border within minutes where no consent lets it."""
    for seconds, then in border.ahead(fix):
        far = border.beyond(then)
        if far is not None and far > 0:
            at = now_us + seconds * _SECOND_US
            let = any(g.judge(then, far, at).state in ("inside", "leaving") for g in grants)
            return (
                Verdict("home") if let else Verdict("approaching", "none", round(-beyond), seconds)
            )
    return Verdict("home")


def _limit(what: What, over: float, error_m: float) -> Verdict:
    """A limit that is passed by ``over`` metres (negative: not), give or take an error."""
    if over - error_m > 0:
        return Verdict("outside", what, max(1, round(over)))
    if over + error_m > 0 and error_m > ARITHMETIC_M:
        return Verdict("cannot_tell", what, round(abs(over)))
    return Verdict("inside")


def _seconds(us: int) -> int:
    return max(1, us // _SECOND_US)


def _rings(area: BaseGeometry) -> list[_Ring]:
    parts = shapely.get_parts(area)
    rings = [shapely.get_exterior_ring(part) for part in parts]
    rings += [hole for part in parts for hole in part.interiors]
    return [[(int(y), int(x)) for x, y in shapely.get_coordinates(ring)] for ring in rings]
