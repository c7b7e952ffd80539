"""Volumes covered by cells, so that two plans can be compared without being shown.

A cell is a square of longitude and latitude, a band of heights and a slot of time, on a grid
that is the same for everybody. A cover holds every cell that the volume touches, its rim
included. So two volumes that meet share a cell always (the point where they meet lies in a
cell of both): the answer "no cell in common" is never false. The other way round it can be:
two plans in one cell may still pass by one another, and the desks talk about it.

Cells are lattice steps of 10^-7 degree, metres and microseconds: integers, the same on every
machine. DESIGN.md names H3; a hexagon's border is a float, and two nodes that round it
differently could each leave out the cell of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
import shapely

from toguna.core.geo import CIRCLE_E7, MAX_LON_E7
from toguna.core.volumes import HIGHEST_M, LOWEST_M, Volume, shape
from toguna.errors import BadInput

MOST_CELLS: Final = 20_000
"""Cells of one plan at most; a larger plan takes a coarser grid."""


class Grid(NamedTuple):
    """The size of a cell: degrees x 10^7 either way, metres, microseconds. Sides divide a
    full circle, so that the antimeridian is no border.
    """

    side_e7: int
    height_m: int
    slot_us: int


FINE: Final = Grid(500_000, 500, 900_000_000)
"""About 5.5 km, 500 m, a quarter of an hour."""
COARSE: Final = Grid(2_000_000, 2_000, 3_600_000_000)
"""About 22 km, 2,000 m, an hour."""
GRIDS: Final = {"fine": FINE, "coarse": COARSE}


class Cell(NamedTuple):
    """One cell by its place on the grid: column from the antimeridian eastward, row from the
    equator northward, band from sea level, slot from the epoch.
    """

    column: int
    row: int
    band: int
    slot: int

    def token(self) -> bytes:
        """The cell as bytes, the same everywhere: 4 signed 64-bit integers, big-endian."""
        return b"".join(part.to_bytes(8, "big", signed=True) for part in self)


def cover(volumes: Iterable[Volume], grid: Grid) -> set[Cell]:
    """Every cell that one of the volumes touches.

    An open floor or ceiling goes to the ends of the scale; a window must have both its ends.

    :raises BadInput: a window without an end, or more than :data:`MOST_CELLS` cells.
    """
    found: set[Cell] = set()
    for k, volume in enumerate(volumes):
        where = f"volumes[{k}]"
        if volume.from_us is None or volume.until_us is None:
            raise BadInput(
                "a window without an end cannot be compared unseen",
                remedy="give from_us and until_us",
                where=where,
            )
        low = LOWEST_M if volume.floor_m is None else volume.floor_m
        high = HIGHEST_M if volume.ceiling_m is None else volume.ceiling_m
        bands = list(_steps(low, high, grid.height_m))
        slots = list(_steps(volume.from_us, volume.until_us, grid.slot_us))
        layers = len(bands) * len(slots)
        _bound(layers, where)
        squares = _squares(volume, grid, where, MOST_CELLS // layers)
        found |= {Cell(x, y, band, slot) for x, y in squares for band in bands for slot in slots}
        _bound(len(found), where)
    return found


def _bound(count: int, where: str) -> None:
    if count > MOST_CELLS:
        raise BadInput(
            f"it covers more than {MOST_CELLS:,} cells",
            remedy="take the coarse grid, or ask about a part of it",
            where=where,
        )


def _steps(low: int, high: int, size: int) -> Iterator[int]:
    """Every step of a lattice that touches [low, high], both its ends belonging to two steps
    where they lie on the lattice.
    """
    return iter(range(-(-low // size) - 1, high // size + 1))


def _squares(volume: Volume, grid: Grid, where: str, most: int) -> list[tuple[int, int]]:
    area, side = shape(volume), grid.side_e7
    west, south, east, north = (
        int(v) for v in (*np.floor(area.bounds[:2]), *np.ceil(area.bounds[2:]))
    )
    columns = np.fromiter(_steps(west + MAX_LON_E7, east + MAX_LON_E7, side), np.int64)
    rows = np.fromiter(_steps(south, north, side), np.int64)
    if len(columns) * len(rows) > 64 * MOST_CELLS:
        _bound(len(columns) * len(rows), where)
    x, y = (part.ravel() for part in np.meshgrid(columns, rows))
    left, low = x * side - MAX_LON_E7, y * side
    shapely.prepare(area)
    touched = shapely.intersects(area, shapely.box(left, low, left + side, low + side))
    if int(touched.sum()) > most:
        _bound(MOST_CELLS + 1, where)
    turn = CIRCLE_E7 // side
    return list(zip((x[touched] % turn).tolist(), y[touched].tolist(), strict=True))


class Bounds(NamedTuple):
    """What a cell spans: degrees x 10^7, metres, microseconds."""

    west_e7: int
    south_e7: int
    east_e7: int
    north_e7: int
    floor_m: int
    ceiling_m: int
    from_us: int
    until_us: int


def bounds(cell: Cell, grid: Grid) -> Bounds:
    """What a cell spans."""
    west, south = cell.column * grid.side_e7 - MAX_LON_E7, cell.row * grid.side_e7
    floor, begins = cell.band * grid.height_m, cell.slot * grid.slot_us
    return Bounds(
        west, south, west + grid.side_e7, south + grid.side_e7,
        floor, floor + grid.height_m, begins, begins + grid.slot_us,
    )  # fmt: skip
