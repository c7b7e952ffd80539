"""What is computed when somebody looks: boards, and what waits for us.

A domain's rule looks at the projections through the eyes of the one who asks: every table is
filtered by that party's audiences before a row reaches the rule. So a board cannot count
what its reader may not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from toguna.core.domain import Board, Domain, Stored, Waiting
from toguna.core.labels import Actor
from toguna.core.record import Address
from toguna.core.table import Row, Table, Where
from toguna.errors import BadInput, Unknown
from toguna.node.projector import NodeView

if TYPE_CHECKING:
    from toguna.node.node import Node

_URGENCY = ("flash", "urgent", "routine")


class SeenView(NodeView):
    """A view whose projections hold only what some audiences may see."""

    __slots__ = ()

    def record(self, address: Address) -> Stored | None:
        """A record that this party may see."""
        held = self.ledger.find(self.tx, address)
        if held is None or held.refused or held.audience not in self._seen():
            return None
        return None if held.id in self._ended() else held.stored

    def row(self, table: Table, key: Row) -> Row | None:
        """One row of a projection, if this party may see it."""
        row = self.tx.get(table, key)
        if row is None or row[table.position("audience")] not in self._seen():
            return None
        return None if row[table.position("id")] in self._ended() else row

    def rows(self, table: Table, where: Sequence[Where] = ()) -> list[Row]:
        """Rows of a projection that this party may see."""
        rows = self.tx.scan(table, [Where("audience", "in", self._seen()), *where])
        ended, at = self._ended(), table.position("id")
        return [row for row in rows if row[at] not in ended] if ended else list(rows)

    def _seen(self) -> list[int]:
        eyes = self.eyes or self.party
        return self.ledger.audiences_of(eyes, active=eyes == self.party or self.active(eyes))

    def _ended(self) -> frozenset[int]:
        return self.ledger.ended(self.tx, self.now_us)


class Looking:
    """Boards and waiting lists of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def board(
        self, actor: Actor, domain_name: str, name: str, query: Mapping[str, str]
    ) -> list[msgspec.Struct]:
        """The rows of a board as this actor may see them. Unknown when there is no such board;
        BadInput for a parameter that it does not take.
        """
        board = self._board(domain_name, name)
        if unknown := sorted(set(query) - set(board.query)):
            known = ", ".join(sorted(board.query)) or "none"
            raise BadInput(
                f"no parameter {unknown[0][:40]!r}", where="query", remedy=f"it takes {known}"
            )
        with self._node.reading() as tx:
            view = self._node.view(tx)._replace(eyes=actor.party)
            return list(board.rows(SeenView(*view), query))

    def _board(self, domain_name: str, name: str) -> Board:
        domain: Domain | None = self._node.catalogue.by_name.get(domain_name)
        found = [b for b in domain.boards if b.name == name] if domain else []
        if not found:
            raise Unknown(f"there is no board {domain_name[:40]}/{name[:40]}")
        return found[0]

    def waiting(self, offices: frozenset[str] | None) -> list[Waiting]:
        """What waits for these offices of ours (None: for any), the most urgent first."""
        with self._node.reading() as tx:
            view = SeenView(*self._node.view(tx))
            found = [w for d in self._node.catalogue.domains for w in d.waits(view)]
        mine = [w for w in found if offices is None or not w.offices or offices & set(w.offices)]
        return sorted(mine, key=_order)


def _order(waiting: Waiting) -> tuple[int, int, int]:
    due = 1 << 62 if waiting.due_us is None else waiting.due_us
    return _URGENCY.index(waiting.urgency), due, waiting.since_us
