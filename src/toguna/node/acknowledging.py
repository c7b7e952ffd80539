"""A withdrawal that has arrived here gets our receipt: that it was seen, and nothing more.

The receipt is signed with the desk key, which the node has, and not with the root key, which
it has not: a node answers by itself, so that the one who leaves knows that its notice arrived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toguna.core import acts, ed25519

if TYPE_CHECKING:
    from toguna.node.node import Node


def receipts_due(node: Node) -> list[bytes]:
    """Our receipts, as signed documents, for the withdrawals that still wait for one.

    None with a desk key that does not count: they would wait all the same.
    """
    standing, desk = node.standing, node.parts.keys.desk
    if standing.current_key(node.party, "desk") != ed25519.public_key(desk):
        return []
    return [
        acts.sign_act(
            acts.encode_act(
                acts.Receipt(
                    at=max(node.now(), departure.at),
                    charter=standing.charter_hash,
                    party=node.party,
                    withdrawal=departure.hash,
                )
            ),
            node.party,
            desk,
        )
        for departure in standing.departures
        if node.party in departure.waiting
    ]
