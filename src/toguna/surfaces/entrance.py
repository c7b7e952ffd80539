"""All that people meet on their way in: every endpoint of signing in, of people and keys."""

from __future__ import annotations

import asyncio
from typing import Final

from toguna.errors import TogunaError
from toguna.node import logs
from toguna.surfaces import (
    oidc,
    passkeys,
    routes_account,
    routes_keys,
    routes_people,
    signing_in,
    signing_up,
)
from toguna.surfaces.endpoints import Endpoint
from toguna.surfaces.house import House

SWEEP_S: Final = 5.0
_log = logs.logger("toguna.entrance")

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *signing_in.ENDPOINTS,
    *passkeys.ENDPOINTS,
    *signing_up.ENDPOINTS,
    *oidc.ENDPOINTS,
    *routes_account.ENDPOINTS,
    *routes_keys.ENDPOINTS,
    *routes_people.ENDPOINTS,
)


async def keep_sessions(house: House) -> None:
    """End sessions whose time is over, for ever: nobody may be asking for anything."""
    while True:
        try:
            if ended := await house.writer.run(house.sessions.sweep):
                _log.info("sessions ended", count=ended)
        except TogunaError as error:
            _log.warning("sweep", why=str(error))
        await asyncio.sleep(SWEEP_S)
