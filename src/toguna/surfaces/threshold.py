"""What all ways of signing in share: attempts, stamps, and hashing beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from toguna.errors import Refused
from toguna.node.credentials import Credentials
from toguna.node.passkeys import Passkeys
from toguna.node.passwords import Passwords
from toguna.node.people import People
from toguna.surfaces.attempts import Attempted
from toguna.surfaces.stamps import Stamps

if TYPE_CHECKING:
    from toguna.surfaces.provider import Provider

HASHING_AT_ONCE: Final = 2
MOST_WAITING: Final = 32
_T = TypeVar("_T")


class Threshold:
    """One for each node; used on the event loop."""

    def __init__(self, people: People) -> None:
        self.attempted = Attempted()
        self.passwords = Passwords(people.node.parts.desk)
        self.credentials = Credentials(people)
        self.passkeys = Passkeys(people)
        self.stamps = Stamps()
        self._desk = people.node.parts.desk
        self._provider: Provider | None = None
        self._threads = ThreadPoolExecutor(HASHING_AT_ONCE, thread_name_prefix="toguna-hash")
        self._waiting = 0

    def make_room(self) -> None:
        """Refused when too many are waiting for their password to be looked at."""
        if self._waiting >= MOST_WAITING:
            raise Refused("too many are signing in", where="wait", remedy="try again in 5 s")

    async def hashing(self, call: Callable[[], _T]) -> _T:
        """Do something slow beside the event loop. Refused when too many wait for that."""
        self.make_room()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        finally:
            self._waiting -= 1

    def provider(self) -> Provider | None:
        """The identity provider, where one is configured."""
        if self._provider is None and self._desk.oidc_issuer:
            from toguna.surfaces.provider import Provider

            self._provider = Provider(self._desk)
        return self._provider

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=True)
