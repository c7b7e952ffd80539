"""Numbers about one node, as Prometheus reads them. No contents; parties only by their id."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from toguna.core import sync
from toguna.node import tables as t
from toguna.node.node import Node

TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)


class Meters:
    """The meters of one node, in a registry of their own."""

    def __init__(self, node: Node) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Looking(node))
        self._times = Histogram(
            "toguna_request_seconds",
            "Time from a request's arrival to the end of its answer",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._refusals = Counter(
            "toguna_refusals",
            "Requests that were not answered as asked, by the name of the error",
            ("error",),
            registry=self._registry,
        )
        self._by_route: dict[tuple[str, str], Histogram] = {}

    def took(self, method: str, route: str, seconds: float) -> None:
        """A request of this route was answered. ``route`` is the declared path."""
        found = self._by_route.get((method, route))
        if found is None:
            found = self._by_route[method, route] = self._times.labels(method, route)
        found.observe(seconds)

    def refused(self, error: str) -> None:
        """A request ended in an error of this name."""
        self._refusals.labels(error).inc()

    def text(self) -> bytes:
        """All meters in Prometheus' text format."""
        return generate_latest(self._registry)


class _Looking(Collector):
    """What is read from the node at the moment of asking."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def describe(self) -> Iterable[Metric]:
        """Nothing: with it the registry would look at the node when it is made."""
        return ()

    def collect(self) -> Iterable[Metric]:
        node, state, now = self._node, self._node.state, self._node.now()
        sizes = GaugeMetricFamily(
            "toguna_log_entries", "Entries: our own sealed, the others' verified", labels=["log"]
        )
        sizes.add_metric([node.home.name], node.home.size)
        sizes.add_metric([node.spine.name], node.spine.size)
        for name, followed in state.followed.items():
            sizes.add_metric([name], followed.size)
        yield sizes
        behind = GaugeMetricFamily(
            "toguna_entries_behind", "Known of a log and not verified yet", labels=["log"]
        )
        for party in state.peers:
            name = sync.spine(party)
            at = state.followed[name].size if name in state.followed else 0
            behind.add_metric([name], max(0, newest_known(state, name) - at))
        yield behind
        yield from self._contacts(state, now)
        yield from self._stored()

    def _contacts(self, state: sync.State, now_us: int) -> Iterable[Metric]:
        heard = GaugeMetricFamily(
            "toguna_peer_silent_seconds", "Since a peer last answered", labels=["party"]
        )
        failures = GaugeMetricFamily(
            "toguna_peer_failures", "Failed attempts since the last answer", labels=["party"]
        )
        for party, peer in state.peers.items():
            if peer.last_heard_us >= 0:
                heard.add_metric([party], max(0, now_us - peer.last_heard_us) / 1_000_000)
            failures.add_metric([party], peer.failures)
        yield heard
        yield failures
        held = GaugeMetricFamily("toguna_held_back", "1 while nothing may be sealed")
        held.add_metric([], 1 if self._node.held_back else 0)
        yield held

    def _stored(self) -> Iterable[Metric]:
        seals = CounterMetricFamily("toguna_seals", "Checkpoints kept, ours and verified ones")
        forks = GaugeMetricFamily("toguna_forks", "Proved contradictions between signed heads")
        with self._node.reading() as tx:
            seals.add_metric([], tx.count(t.SEAL))
            forks.add_metric([], tx.count(t.FORK))
        yield seals
        yield forks


def newest_known(state: sync.State, name: str) -> int:
    """The largest size of this log that anybody has signed to us."""
    proved = max((size for log, size in state.roots if log == name), default=0)
    doubted = max((d.size for d in state.doubts if d.log == name), default=0)
    return max(proved, doubted)
