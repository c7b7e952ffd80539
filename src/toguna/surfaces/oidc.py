"""Signing in through an identity provider: OpenID Connect, code flow with PKCE.

Only people whom the keeper knows come in, by the claim that the configuration names; the
provider says who somebody is and nothing of what they may do. What goes there and back through
the browser is stamped, bound to that browser by a cookie, and good once.
"""

from __future__ import annotations

import hmac
import re
import secrets
from typing import TYPE_CHECKING, Final

from toguna.errors import Refused, TogunaError
from toguna.node import logs
from toguna.surfaces.endpoints import NOT_FOUND, Answer, Asked, Endpoint, Query
from toguna.surfaces.session_shown import begin
from toguna.surfaces.sessions import cookies_in, is_secure

if TYPE_CHECKING:
    from toguna.surfaces.provider import Away, Provider

HOME: Final = "/desk/"
FAILED: Final = "/desk/?problem=oidc"
_WAY: Final = "/api/sign-in/oidc"
_LOCAL: Final = re.compile(r"/desk/(#[A-Za-z0-9/_.=&?-]{0,200})?")
_log = logs.logger("toguna.oidc")


def is_local(path: str) -> bool:
    """Whether this leads to our own page and nowhere else."""
    return _LOCAL.fullmatch(path) is not None


async def leave(asked: Asked) -> Answer:
    """Send a browser to the provider."""
    provider, now = asked.house.threshold.provider(), asked.node.now()
    if provider is None:
        return NOT_FOUND
    from toguna.surfaces.provider import Away

    wanted = asked.query().get("to", HOME)
    away = Away(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        back_to=wanted if is_local(wanted) else HOME,
    )
    try:
        url = await provider.way_there(away, now)
    except TogunaError as error:
        _log.warning("provider", why=str(error))
        return _to(FAILED)
    ticket = asked.house.threshold.stamps.stamp(_WAY, away, now)
    return _to(url, {"set-cookie": _cookie(asked, ticket)})


async def back(asked: Asked) -> Answer:
    """Somebody comes back from the provider."""
    house, now = asked.house, asked.node.now()
    provider = house.threshold.provider()
    if provider is None:
        return NOT_FOUND
    from toguna.surfaces.provider import Away

    try:
        query = asked.query()
        ticket = cookies_in(house, asked.scope).get(_cookie_name(asked), "")
        away = house.threshold.stamps.use(_WAY, ticket, Away, now)
        person = await _who(asked, provider, away, query)
    except TogunaError as error:
        house.meters.refused("sign-in")
        _log.info("refused", why=error.what)
        return _to(FAILED)
    _, more = await begin(asked, person, "oidc")
    return _to(away.back_to, more)


async def _who(asked: Asked, provider: Provider, away: Away, query: dict[str, str]) -> str:
    """The person who came back; Refused when it is nobody of ours."""
    desk, now = asked.node.parts.desk, asked.node.now()
    if not hmac.compare_digest(query.get("state", "").encode(), away.state.encode()):
        raise Refused("the provider's answer is not to this browser's question")
    if query.get("iss", desk.oidc_issuer).rstrip("/") != desk.oidc_issuer:  # RFC 9207
        raise Refused("the answer comes from another provider")
    if "code" not in query:
        raise Refused("the provider let nobody in")
    claims = await provider.claims(query["code"], away, now)
    named = claims.get(desk.oidc_claim)
    if desk.oidc_claim == "email" and claims.get("email_verified") is not True:
        raise Refused("the provider does not vouch for the address")
    person = asked.house.people.find(named) if isinstance(named, str) else None
    if person is None or not person.offices(now):
        raise Refused("the provider named nobody who works here")
    return person.id


def _cookie_name(asked: Asked) -> str:
    prefix = "__Secure-" if is_secure(asked.house, asked.scope) else ""
    return f"{prefix}toguna-{asked.node.party}-away"


def _cookie(asked: Asked, ticket: str) -> str:
    # Lax, for the way back begins at another site; it opens nothing by itself.
    kept = f"{_cookie_name(asked)}={ticket}; Path={_WAY}; Max-Age=600; HttpOnly; SameSite=Lax"
    return kept + ("; Secure" if is_secure(asked.house, asked.scope) else "")


def _to(place: str, more: dict[str, str] | None = None) -> Answer:
    return Answer(b"", "text/plain", 303, more={"location": place, **(more or {})})


ENDPOINTS: Final = (
    Endpoint(
        "GET", _WAY, leave, "public", "To the identity provider.", "text/plain",
        query=(Query("to", "string", "Where on our own page to come back to."),),
    ),
    Endpoint(
        "GET", f"{_WAY}/back", back, "public", "Back from the identity provider.", "text/plain",
        query=(
            Query("state", "string", "What this browser was sent away with."),
            Query("code", "string", "What the provider gives for who somebody is."),
            Query("iss", "string", "Who answers (RFC 9207)."),
            Query("error", "string", "Why the provider let nobody in."),
        ),
    ),
)  # fmt: skip
