"""A bare relay: what one connection says, all others hear. ``relay.py PORT``; ends when killed.

The limit of what a single asyncio process can do: no parsing, no rights, no memory of anything.
"""

import asyncio
import sys

transports: set[asyncio.BaseTransport] = set()


class Line(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transports.add(transport)

    def connection_lost(self, _error: Exception | None) -> None:
        transports.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        for transport in transports:
            if transport is not self.transport:
                transport.write(data)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Line, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


asyncio.run(main())
