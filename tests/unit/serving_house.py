"""Nodes with their applications, asked through ASGI without a socket; for the HTTP tests."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import httpx
import msgspec

from tests.alliance import Alliance, report
from toguna.surfaces.http import app_for
from toguna.surfaces.signatures import sign_request


class Web:
    """An alliance whose nodes answer over HTTP, in one process."""

    def __init__(self, **more: Any) -> None:
        self.alliance = Alliance(**more)
        self.clock = self.alliance.clock
        self.apps = {p: app_for(n) for p, n in self.alliance.nodes.items()}

    def __getitem__(self, party: str):
        return self.alliance[party]

    def house(self, party: str):
        return self.apps[party].state.house

    def endpoints(self, party: str = "ml"):
        return self.apps[party].state.endpoints

    def signed(self, method, url, body=None, *, by="ml", to="ml", office="", **more) -> dict:
        """The headers of a signed request; ``more`` takes the place of what is right."""
        given = {
            "party": by,
            "to": to,
            "seed": self[by].parts.keys.log,
            "now_us": self.clock(),
            "nonce": secrets.token_bytes(16),
            "office": office,
        }
        return sign_request(method, url, body, **{**given, **more})

    def send(self, method, url, body=None, headers=None, *, to="ml") -> httpx.Response:
        """One request as it stands."""
        return asyncio.run(self.sending(method, url, body, headers, to=to))

    async def sending(self, method, url, body=None, headers=None, *, to="ml") -> httpx.Response:
        transport = httpx.ASGITransport(app=self.apps[to])
        async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
            return await client.request(method, url, content=body, headers=headers)

    def get(self, url, *, by="ml", to="ml", office="", status=200) -> Any:
        """The JSON that a signed GET answers."""
        answer = self.send(
            "GET", url, None, self.signed("GET", url, None, by=by, to=to, office=office), to=to
        )
        assert answer.status_code == status, answer.text
        return msgspec.json.decode(answer.content)

    def post(self, url, value, *, by="ml", to="ml", office="", status=200) -> Any:
        """The JSON that a signed POST answers; ``value`` is JSON or bytes as they are."""
        return asyncio.run(self.posting(url, value, by=by, to=to, office=office, status=status))

    async def posting(self, url, value, *, by="ml", to="ml", office="", status=200) -> Any:
        body = value if isinstance(value, bytes) else msgspec.json.encode(value)
        headers = self.signed("POST", url, body, by=by, to=to, office=office)
        answer = await self.sending("POST", url, body, headers, to=to)
        assert answer.status_code == status, answer.text
        return msgspec.json.decode(answer.content)

    def author(self, title="Convoi signalé", *, by="ml", office="", body=None, **label) -> str:
        """A report by this party over HTTP; its address."""
        value = {"body": body or report(title), "label": label}
        answer = self.post("/api/sharing/report", value, by=by, to=by, office=office)
        return answer["addresses"][0]


async def unanswered(asked):
    """The status of an answer that may come while the body is still under way: who is not
    known is not read to the end, and may find the door shut before it has finished."""
    try:
        return (await asked).status_code
    except httpx.TransportError:
        return None
