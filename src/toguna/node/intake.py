"""Taking in what was read from another system's file: all of it in one seal, at home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.domains.intake import Import, known_marks
from toguna.domains.sharing import Report

if TYPE_CHECKING:
    from toguna.node.node import Node

REPORT: Final = "sharing.report/1"
IMPORT: Final = "intake.import/1"


class Coming(NamedTuple):
    """A report that an import brings, under which marking of its owner."""

    report: Report
    handling: str | None


class Intake:
    """What one node has taken in from files."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def known(self) -> frozenset[str]:
        """Marks of the objects that came in before."""
        with self._node.reading() as tx:
            return known_marks(self._node.view(tx))

    def accept(
        self, coming: Sequence[Coming], told: Import, office: str, keep_days: int | None
    ) -> list[Address]:
        """Write the reports and the record of the import; addresses of the reports, then its own.

        Nothing of it has readers: an import releases nothing.
        """
        drafts = [
            Draft(REPORT, one.report, Label(handling=one.handling, keep_days=keep_days))
            for one in coming
        ]
        return self._node.submit([*drafts, Draft(IMPORT, told, Label())], office)
