"""Disputed facts: claims beside one another, measured from boundaries that differ.

=====================  ========  ============================================================
kind                   act       who may write it, about what
=====================  ========  ============================================================
disputes.boundary/1              anybody: a line as one dataset draws it, with its uncertainty
disputes.claim/1                 anybody: what a state or institution says, and where; about a
                                 report, an event or the first claim; resting on boundaries
disputes.dispute/1     dispute   anybody, about another's record: why it cannot be so
=====================  ========  ============================================================

Nothing that another party wrote is changed by any of them. The board ``disputes/claims``
measures every claim from every boundary; :func:`measure` is the same for a bundle's reader.
"""

from __future__ import annotations

from toguna.core.domain import Act, Domain, Kind, Layer, Projection
from toguna.domains.disputes import board, rules, tables
from toguna.domains.disputes.bodies import Boundary, Claim, Dispute
from toguna.domains.disputes.measuring import Measure, measure

__all__ = ["DOMAIN", "Boundary", "Claim", "Dispute", "Measure", "measure"]

DOMAIN = Domain(
    name="disputes",
    kinds=(
        Kind(
            "disputes.boundary/1",
            Boundary,
            "Tracé de frontière",
            "Boundary line",
            release=rules.release_boundary,
            check=rules.check_boundary,
        ),
        Kind(
            "disputes.claim/1",
            Claim,
            "Affirmation",
            "Claim",
            release=rules.release_claim,
            check=rules.check_claim,
        ),
        Kind(
            "disputes.dispute/1",
            Dispute,
            "Contestation",
            "Dispute",
            act=Act.DISPUTE,
            check=rules.check_dispute,
        ),
    ),
    projections=(
        Projection(tables.BOUNDARIES, ("disputes.boundary/1",), tables.fold_boundary, "at"),
        Projection(tables.CLAIMS, ("disputes.claim/1",), tables.fold_claim, "at"),
        Projection(tables.DISPUTES, ("disputes.dispute/1",), tables.fold_dispute, "at"),
    ),
    boards=board.BOARDS,
    layers=(
        Layer("claims", tables.CLAIMS, "Affirmations contestées", "Disputed claims"),
        Layer("boundaries", tables.BOUNDARIES, "Tracés de frontière", "Boundary lines", "line"),
    ),
    waits=board.waits,
)
"""The declaration; everything else follows from it."""
