"""Taking our own log back after a loss, and the gate that keeps us from forking it.

A folder that came out of a backup does not know what it sealed since. If it sealed again it
would fork its own log. So whenever a peer shows a newer head of ours, or the folder is a
copy, sealing stops until every active peer that we talk to has given back what it holds;
then a signed restoration says at which size we go on, and every reader's slot begins anew
there. We wait a day for peers that are silent, and less when a person says so: a fork that
follows is named, and both checkpoints are kept.

``held_back`` on the node says in words why nothing is sealed; empty means that we may.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, cast

from toguna.core import acts, returning
from toguna.core.table import Row, Transaction
from toguna.node import tables as t

if TYPE_CHECKING:
    from toguna.node.node import Node

PATIENCE_US = 86_400_000_000
"""How long sealing waits for peers that do not answer: a day."""

_KEY = "recovering"
_DISOWNED = "disowned"
_SHOWN = "shown"


class _Way(NamedTuple):
    """How far to go, where our copy ended, when this began, and whether sealing goes on."""

    target: int
    base: int
    began_us: int
    sealing: int

    def row(self) -> Row:
        return (_KEY, b"".join(n.to_bytes(8, "big") for n in self))

    @staticmethod
    def of(row: Row | None) -> _Way | None:
        if row is None:
            return None
        packed = cast(bytes, row[1])
        return _Way(*(int.from_bytes(packed[k : k + 8], "big") for k in range(0, 32, 8)))


class Recovery:
    """What a node knows of its own way back."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._way: _Way | None = None
        self._shown: set[tuple[int, bytes]] = set()

    def load(self) -> None:
        """Go on with a recovery that was under way when the process ended."""
        node = self._node
        with node.reading() as tx:
            self._way = _Way.of(tx.get(t.META, (_KEY,)))
            disowned, shown = (_heads_of(tx.get(t.META, (k,))) for k in (_DISOWNED, _SHOWN))
        self._shown = set(shown)
        node.state = node.state._replace(disowned=disowned)
        if self._way is None:
            return
        node.state = returning.begin(node.state, self._way.base)
        if self._way.sealing:
            node.state = returning.go_on(node.state, done=False)
        else:
            self._say("a peer")

    def _say(self, party: str) -> None:
        node, way = self._node, cast(_Way, self._way)
        node.held_back = (
            f"this folder is older than what {party} holds of {node.spine.name} "
            f"({node.spine.size:,} of {way.target:,} entries); it is being taken back"
        )

    def _keep(self, tx: Transaction, way: _Way | None) -> None:
        if way is None:
            tx.delete(t.META, [(_KEY,)])
        else:
            tx.put(t.META, [way.row()])
        self._way = way

    def begin(self, party: str, size: int, root: bytes) -> None:
        """A peer holds a newer head of ours: stop sealing and remember how far to go."""
        node, way = self._node, self._way
        if size <= node.spine.size or (size, root) in node.state.disowned:
            return  # taken back, or given up, since the peer showed it
        if way is not None and not way.sealing and (size, root) in self._shown:
            self._say(party)
            return
        self._shown.add((size, root))
        with node.writing() as tx:
            tx.put(t.META, [_heads_row(_SHOWN, self._shown)])
            if way is not None and not way.sealing:
                self._keep(tx, way._replace(target=max(size, way.target)))
            else:
                way = _Way(size, node.spine.size, node.now(), 0)
                self._keep(tx, way)
                node.authoring.journal(tx, "restore", f"{party} holds our spine at size {size:,}")
        node.state = returning.begin(node.state, way.base)
        self._say(party)

    def must_ask_first(self, why: str) -> None:
        """Set the gate at opening (a folder that was copied, or came out of a backup): nothing
        is sealed until the peers have been asked whether they hold more of our log.
        """
        node = self._node
        if self._way is None or self._way.sealing:
            self._way = _Way(node.spine.size, node.spine.size, node.now(), 0)
            with node.writing() as tx:
                self._keep(tx, self._way)
            node.state = returning.begin(node.state, self._way.base)
        node.held_back = why

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The active peers that may still hold something of our own log; empty when none may."""
        node = self._node
        if self._way is None:
            return ()
        now = node.now()
        peers = (p for p in node.state.peers if node.standing.is_active(p, now))
        return tuple(sorted(p for p in peers if p not in node.state.emptied))

    def advance(self) -> None:
        """Look whether sealing may go on, and whether all is taken back."""
        way, node = self._way, self._node
        if way is None:
            return
        waiting = self.waiting_for
        if not way.sealing and not waiting and node.state.emptied:
            self.go_on("every peer has given back what it holds")
        elif not way.sealing and node.now() - way.began_us >= PATIENCE_US:
            self.go_on(f"{', '.join(waiting)} did not answer for a day")
        if not waiting and self._way is not None and self._way.sealing:
            with node.writing() as tx:
                self._keep(tx, None)
            node.state = returning.go_on(node.state, done=True)

    def confirm(self, parties: set[str]) -> None:
        """These peers have been heard; see :meth:`advance`."""
        if parties:
            self.advance()

    def go_on(self, why: str) -> None:
        """Seal again: because the peers have been heard, or a person says that it is right."""
        node, way = self._node, self._way
        if way is None:
            node.held_back = ""
            return
        disowned = node.state.disowned | self._shown
        node.state = node.state._replace(disowned=disowned)
        declared = {r.size for r in node.standing.restorations(node.party)}
        if max(node.spine.size, way.target) > way.base and node.spine.size not in declared:
            self.declare()
        with node.writing() as tx:
            self._keep(tx, way._replace(sealing=1))
            tx.put(t.META, [_heads_row(_DISOWNED, disowned)])
            node.held_back = ""
            text = f"our spine goes on at {node.spine.size:,}: {why}"
            if node.spine.size < way.target:
                text += f"; of {way.target:,} entries nobody could give back the rest"
            node.authoring.journal(tx, "restore", text)
            node.authoring.send_waiting(tx)
        node.state = returning.go_on(node.state, done=False)

    def declare(self) -> None:
        """Sign and learn the restoration at the size that we have now."""
        node = self._node
        with node.writing() as tx:
            node.spine.begin_anew(tx)
        act = acts.Restoration(
            at=node.now(),
            charter=node.standing.charter_hash,
            party=node.party,
            root=node.spine.edge.root().hex(),
            size=node.spine.size,
        )
        node.learn([acts.sign_act(acts.encode_act(act), node.party, node.parts.keys.log)])


def _heads_row(key: str, heads: Iterable[tuple[int, bytes]]) -> Row:
    """Size and root of heads of ours: those that were shown to us, or that we gave up."""
    return (key, b"".join(size.to_bytes(8, "big") + root for size, root in sorted(heads)))


def _heads_of(row: Row | None) -> frozenset[tuple[int, bytes]]:
    """Undo :func:`_heads_row`; none when there is no row."""
    packed = b"" if row is None else cast(bytes, row[1])
    each = (packed[k : k + 40] for k in range(0, len(packed), 40))
    return frozenset((int.from_bytes(one[:8], "big"), one[8:]) for one in each)
