"""The one thread that writes, and how concurrent authors share one seal.

A node has one writer, so requests that write stand in one line. What waits when the thread
comes free is authored together: one seal, one fsync. When such a group is refused it is
halved until the culprit stands alone, so each author gets its own error and nobody another's.

``_waiting`` is owned by whoever holds ``_lock``; each item leaves it exactly once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple, TypeVar

from toguna.core.record import Address, Draft
from toguna.errors import BadInput, Conflict, Refused, TogunaError, Unknown
from toguna.node.node import Node
from toguna.node.once import Once

GROUP_DRAFTS: Final = 1_000
"""How many drafts share a seal at most; one submission may be larger by itself."""

_T = TypeVar("_T")


class _Item(NamedTuple):
    drafts: Sequence[Draft]
    office: str
    flash: bool
    once: Once | None
    done: Future[list[Address]]


class Writer:
    """A node's line of writers. Its methods are for coroutines; :meth:`close` ends it."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="toguna-writer")
        self._lock = threading.Lock()
        self._waiting: list[_Item] = []

    async def run(self, call: Callable[[], _T]) -> _T:
        """Do something in the writing thread, behind what stands in line already."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def submit(
        self,
        drafts: Sequence[Draft],
        office: str,
        *,
        flash: bool = False,
        once: Once | None = None,
    ) -> list[Address]:
        """Author drafts, all or none of them; their addresses, once they are durable.

        What was authored before under ``once`` is not authored again.
        """
        item = _Item(drafts, office, flash, once, Future())
        with self._lock:
            first = not self._waiting
            self._waiting.append(item)
        if first:
            self._thread.submit(self._flush)
        return await asyncio.wrap_future(item.done)

    def close(self) -> None:
        """Finish what stands in line, then end the thread."""
        self._thread.shutdown(wait=True)

    def _flush(self) -> None:
        with self._lock:
            items, self._waiting = self._waiting, []
        # Whoever gave up waiting before its turn came is left out.
        items = [item for item in items if item.done.set_running_or_notify_cancel()]
        for group in _groups(items):
            self._author(group)

    def _author(self, group: Sequence[_Item]) -> None:
        drafts = [draft for item in group for draft in item.drafts]
        try:
            first = group[0]
            addresses = self._node.submit(drafts, first.office, flash=first.flash, once=first.once)
        except (Refused, BadInput, Unknown, Conflict) as error:
            if len(group) == 1:
                group[0].done.set_exception(error)
                return
            half = len(group) // 2
            self._author(group[:half])
            self._author(group[half:])
        except BaseException as error:  # storage failed: it failed for all of them
            for item in group:
                item.done.set_exception(_own_copy(error))
        else:
            for item in group:
                item.done.set_result(addresses[: len(item.drafts)])
                addresses = addresses[len(item.drafts) :]


def _own_copy(error: BaseException) -> BaseException:
    """An error object for each waiter: a traceback grows wherever one is raised again."""
    if isinstance(error, TogunaError):
        return type(error)(error.what, remedy=error.remedy, where=error.where)
    return error


def _groups(items: Sequence[_Item]) -> list[list[_Item]]:
    """Items that may share a seal, in the order in which they came."""
    groups: list[list[_Item]] = []
    open_: dict[tuple[str, bool], list[_Item]] = {}
    for item in items:
        if item.once is not None:  # it has a transaction of its own, where its id is noted
            groups.append([item])
            continue
        key = (item.office, item.flash)
        group = open_.get(key)
        if group is None or sum(len(i.drafts) for i in group) + len(item.drafts) > GROUP_DRAFTS:
            group = open_[key] = []
            groups.append(group)
        group.append(item)
    return groups
