"""Protection of civilians: sites and movements, proof that their list is used, cases of harm.

=======================  ===========  =====================================================
kind                     act          who may write it, about what
=======================  ===========  =====================================================
protection.site/1                     anybody, to those who plan; told exactly
protection.movement/1                 the same, of something that moves
protection.renewal/1                  its notifier: it still stands
protection.end/1                      its notifier: it is no more
protection.seen/1        acknowledge  a member: taken into the checks of its plans
protection.season/1                   anybody: markets, wells, the ways of herds
protection.use/1                      a member's own node, to a notifier: a plan was checked
protection.case/1                     anybody: civilians were harmed. Kept for good
protection.step/1                     protection, legal, auditor: what became of a case
=======================  ===========  =====================================================

A site protects until its notifier ends it: an expiry asks for renewal, and no more.
"""

from __future__ import annotations

from toguna.core.domain import Act, Domain, Kind, Layer, Projection
from toguna.domains.protection import boards, bodies, rules, tables

__all__ = ["DOMAIN"]


_KINDS = (
    Kind(
        "protection.site/1", bodies.Site, "Site protégé", "Protected site", check=rules.check_site
    ),
    Kind(
        "protection.movement/1",
        bodies.Movement,
        "Mouvement protégé",
        "Protected movement",
        check=rules.check_movement,
    ),
    Kind(
        "protection.renewal/1",
        bodies.Renewal,
        "Renouvellement",
        "Renewal",
        check=rules.check_change,
    ),
    Kind("protection.end/1", bodies.End, "Fin de protection", "No more", check=rules.check_change),
    Kind(
        "protection.seen/1",
        bodies.Seen,
        "Prise en compte",
        "Taken in",
        act=Act.ACKNOWLEDGE,
        check=rules.check_seen,
    ),
    Kind(
        "protection.season/1",
        bodies.Season,
        "Vie locale",
        "Pattern of life",
        check=rules.check_season,
    ),
    Kind("protection.use/1", bodies.Use, "Preuve d'usage", "Proof of use"),
    Kind(
        "protection.case/1",
        bodies.Case,
        "Dommage aux civils",
        "Civilian-harm case",
        release=rules.release_case,
        check=rules.check_case,
        lasting=True,
    ),
    Kind(
        "protection.step/1",
        bodies.CaseStep,
        "Suite donnée",
        "Step of a case",
        authors=rules.INDEPENDENT,
        check=rules.check_step,
        lasting=True,
    ),
)


def _kinds(*nouns: str) -> tuple[str, ...]:
    return tuple(f"protection.{noun}/1" for noun in nouns)


DOMAIN = Domain(
    name="protection",
    kinds=_KINDS,
    projections=(
        Projection(tables.SITES, _kinds("site", "renewal", "end"), tables.fold_site, newest="at"),
        Projection(
            tables.MOVEMENTS,
            _kinds("movement", "renewal", "end"),
            tables.fold_movement,
            newest="at",
        ),
        Projection(
            tables.CHANGES,
            _kinds("renewal", "end", "site", "movement"),
            tables.fold_change,
            newest="at",
        ),
        Projection(tables.SEEN, _kinds("seen"), tables.fold_seen, newest="at"),
        Projection(tables.SEASONS, _kinds("season"), tables.fold_season, newest="at"),
        Projection(tables.USES, _kinds("use"), tables.fold_use, newest="at"),
        Projection(tables.CASES, _kinds("case"), tables.fold_case, newest="at"),
        Projection(tables.STEPS, _kinds("step"), tables.fold_step, newest="at"),
    ),
    boards=boards.BOARDS,
    layers=(
        Layer("sites", tables.SITES, "Sites protégés", "Protected sites"),
        Layer("movements", tables.MOVEMENTS, "Mouvements protégés", "Protected movements", "line"),
        Layer("seasons", tables.SEASONS, "Vie locale", "Pattern of life", "line"),
    ),
    waits=boards.waits,
)
"""The declaration; everything else follows from it."""
