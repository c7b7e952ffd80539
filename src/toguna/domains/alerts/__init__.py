"""Alerts: each addressee must acknowledge, act or decline; clocks; escalation (B6).

====================  ===========  ========================================================
kind                  act          who may write it, about what
====================  ===========  ========================================================
alerts.alert/1                     anybody, to the parties of its label
alerts.answer/1       acknowledge  an addressee, about the alert: read, acting, or not
alerts.ring/1                      an addressee's own node: nobody had answered in time
alerts.escalation/1                the same, later: it lies before a further office too
alerts.end/1                       the sender, about its alert: over, called off, replaced
====================  ===========  ========================================================

Silence stays silence: nothing here answers in anybody's name.
"""

from __future__ import annotations

from toguna.core.domain import Act, Domain, Kind, Layer, Projection
from toguna.domains.alerts import boards, clocks, folds, rules, tables
from toguna.domains.alerts.bodies import Alert, Answer, End, Escalation, Ring

__all__ = ["DOMAIN", "Alert", "Answer", "End", "Escalation", "Ring"]

_NODE = frozenset({clocks.NODE_OFFICE})

_KINDS = (
    Kind("alerts.alert/1", Alert, "Alerte", "Alert", check=rules.check_alert),
    Kind(
        "alerts.answer/1",
        Answer,
        "Réponse à une alerte",
        "Answer to an alert",
        act=Act.ACKNOWLEDGE,
        check=rules.check_answer,
    ),
    Kind(
        "alerts.ring/1",
        Ring,
        "Deuxième sonnerie",
        "Second ring",
        authors=_NODE,
        check=rules.check_ring,
    ),
    Kind(
        "alerts.escalation/1",
        Escalation,
        "Remontée",
        "Escalation",
        authors=_NODE,
        check=rules.check_ring,
    ),
    Kind("alerts.end/1", End, "Fin d'alerte", "End of an alert", check=rules.check_end),
)

DOMAIN = Domain(
    name="alerts",
    kinds=_KINDS,
    projections=(
        Projection(
            tables.ALERTS, ("alerts.alert/1", "alerts.end/1"), folds.fold_alert, newest="at"
        ),
        Projection(tables.ANSWERS, ("alerts.answer/1",), folds.fold_answer, newest="at"),
        Projection(
            tables.RINGS, ("alerts.ring/1", "alerts.escalation/1"), folds.fold_ring, newest="at"
        ),
        Projection(tables.ENDS, ("alerts.end/1",), folds.fold_end, newest="at"),
    ),
    boards=boards.BOARDS,
    layers=(Layer("alerts", tables.ALERTS, "Alertes", "Alerts"),),
    waits=clocks.waits,
    on_clock=clocks.on_clock,
)
"""The declaration; everything else follows from it."""
