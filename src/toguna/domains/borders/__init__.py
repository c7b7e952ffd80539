"""Border sectors: stretches that two or more states look after together.

====================  ======================================================================
kind                  who may write it, about what
====================  ======================================================================
borders.sector/1      anybody: an area, the parties that share it, the neighbours beyond
borders.posture/1     a party that shares the sector, about it: how it stands, until when
borders.watch/1       a party that shares the sector, about it: what it saw between two moments
====================  ======================================================================

The board ``borders/sectors`` adds what sharing's reports say of the area. Where nobody said
anything it says so: silence is never shown as quiet.
"""

from __future__ import annotations

from toguna.core.domain import Domain, Kind, Layer, Projection
from toguna.domains.borders import board, rules, seen, tables
from toguna.domains.borders.bodies import Gap, Posture, Sector, Watch

__all__ = ["DOMAIN", "Gap", "Posture", "Sector", "Watch"]

DOMAIN = Domain(
    name="borders",
    kinds=(
        Kind(
            "borders.sector/1",
            Sector,
            "Secteur frontalier",
            "Border sector",
            release=rules.release_sector,
            check=rules.check_sector,
        ),
        Kind(
            "borders.posture/1",
            Posture,
            "Posture dans un secteur",
            "Posture in a sector",
            release=rules.release_word,
            check=rules.check_posture,
        ),
        Kind(
            "borders.watch/1",
            Watch,
            "Point de situation d'un secteur",
            "Sector report",
            release=rules.release_word,
            check=rules.check_watch,
        ),
    ),
    projections=(
        Projection(tables.SECTORS, ("borders.sector/1",), tables.fold_sector, "at"),
        Projection(tables.POSTURES, ("borders.posture/1",), tables.fold_posture, "at"),
        Projection(tables.WATCHES, ("borders.watch/1",), tables.fold_watch, "at"),
    ),
    settings={board.SILENT: board.SILENT_H},
    needs=seen.NEEDS,
    boards=board.BOARDS,
    layers=(Layer("sectors", tables.SECTORS, "Secteurs frontaliers", "Border sectors", "area"),),
    waits=board.waits,
)
"""The declaration; everything else follows from it."""
