"""Taking our own log back after a loss, and the gate that keeps us from forking it.

A folder that came out of a backup does not know what it sealed since. If it sealed again it
would fork its own log. So whenever a peer shows a newer head of ours, sealing stops until
the peers have given back what they hold; then a signed restoration says at which size we go
on, and every reader's slot begins anew there.

``held_back`` on the node says in words why nothing is sealed; empty means that we may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from toguna.core import acts
from toguna.node import tables as t

if TYPE_CHECKING:
    from toguna.node.node import Node

_TARGET = "recovering"


class Recovery:
    """What a node knows of its own way back."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def load(self) -> None:
        """Go on with a recovery that was under way when the process ended."""
        with self._node.reading() as tx:
            row = tx.get(t.META, (_TARGET,))
        if row is not None:
            self._hold(int.from_bytes(cast(bytes, row[1]), "big"), "a peer")

    def _hold(self, target: int, party: str) -> None:
        node = self._node
        node.state = node.state._replace(recovering=True)
        node.held_back = (
            f"this folder is older than what {party} holds of {node.spine.name} "
            f"({node.spine.size:,} of {target:,} entries); it is being taken back"
        )

    def begin(self, party: str, size: int) -> None:
        """A peer holds a newer head of ours: stop sealing and remember how far to go."""
        node = self._node
        with node.writing() as tx:
            row = tx.get(t.META, (_TARGET,))
            target = max(size, int.from_bytes(cast(bytes, row[1]), "big") if row else 0)
            tx.put(t.META, [(_TARGET, target.to_bytes(8, "big"))])
            if row is None:
                node.authoring.journal(tx, "restore", f"{party} holds our spine at size {size:,}")
        self._hold(target, party)

    def advance(self) -> None:
        """A frame of our own was taken back: when that was the last, declare it and go on."""
        node = self._node
        with node.reading() as tx:
            row = tx.get(t.META, (_TARGET,))
        target = int.from_bytes(cast(bytes, row[1]), "big") if row else 0
        if node.spine.size < target:
            return
        self.declare()
        with node.writing() as tx:
            tx.delete(t.META, [(_TARGET,)])
            node.held_back = ""
            node.state = node.state._replace(recovering=False)
            node.authoring.journal(tx, "restore", f"our spine goes on at {node.spine.size:,}")
            node.authoring.send_waiting(tx)

    def declare(self) -> None:
        """Sign and learn the restoration at the size that we have now."""
        node = self._node
        act = acts.Restoration(
            at=node.now(),
            charter=node.standing.charter_hash,
            party=node.party,
            root=node.spine.edge.root().hex(),
            size=node.spine.size,
        )
        node.learn([acts.sign_act(acts.encode_act(act), node.party, node.parts.keys.log)])

    def confirm(self, parties: set[str]) -> None:
        """Peers have shown us no newer head: lift a gate that was set at opening."""
        node = self._node
        if node.held_back and parties and not node.state.recovering:
            node.held_back = ""

    def must_ask_first(self, why: str) -> None:
        """Set the gate at opening (a folder that was copied): nothing is sealed until a peer
        has been heard.
        """
        self._node.held_back = why
