"""The session of a browser at the door: its cookie, and what a request by it must show.

The cookie goes to this host alone, is out of reach of scripts and never sent from another
site. A request that changes something names in a header the token that only our own page can
read, and comes from our own page by what the browser says of it (``Origin``,
``Sec-Fetch-Site``). Each of the three stands alone; a cookie of another port of the same host,
which browsers do not keep apart, meets the other two.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from toguna.errors import BadInput, Refused, Unverified
from toguna.node.config import Desk
from toguna.surfaces.signatures import DEFAULT_OFFICE, OFFICE_HEADER, Caller

if TYPE_CHECKING:
    from toguna.surfaces.endpoints import Endpoint, Scope
    from toguna.surfaces.house import House

CSRF_HEADER: Final = "toguna-csrf"
_COOKIE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_NUMBERS: Final = re.compile(r"[0-9.]+|.*:.*")
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS: Final = (
    ("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip


# The request -----------------------------------------------------------------------------


def is_proxied(desk: Desk, scope: Scope) -> bool:
    """Whether the request came through a proxy whose word we take."""
    client = scope.get("client")
    return client is not None and client[0] in desk.proxies


def is_secure(house: House, scope: Scope) -> bool:
    """Whether the browser spoke TLS, to us or to the proxy before us."""
    if is_proxied(house.node.parts.desk, scope):
        return house.headers(scope).get("x-forwarded-proto", "") == "https"
    return bool(scope.get("scheme") == "https")


def address_of(house: House, scope: Scope) -> str:
    """The client's address, for limits. Behind a proxy it is what that proxy saw."""
    client = scope.get("client")
    if is_proxied(house.node.parts.desk, scope):
        seen = house.headers(scope).get("x-forwarded-for", "").rpartition(",")[2].strip()
        if seen:
            return seen[:64]
    return str(client[0]) if client else ""


def device_of(house: House, scope: Scope) -> str:
    """The browser in two words, so that people know their devices apart."""
    agent = house.headers(scope).get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or "unknown"


def origin_of(house: House, scope: Scope) -> str:
    """Our own origin as the browser knows it: what is configured, else what it asked for."""
    configured = house.node.parts.desk.origin
    if configured:
        return configured
    scheme = "https" if is_secure(house, scope) else "http"
    return f"{scheme}://{house.headers(scope).get('host', '')}"


def relying_party(house: House, scope: Scope) -> str:
    """The name for which passkeys are made here: the host of our origin. Empty where there are
    none: a browser makes them for a name alone, and an unconfigured name is not believed.
    """
    host = urlsplit(origin_of(house, scope)).hostname or ""
    named = bool(house.node.parts.desk.origin) and not _NUMBERS.fullmatch(host)
    return host if named or host == "localhost" else ""


# The cookie ------------------------------------------------------------------------------


def cookie_name(house: House, scope: Scope) -> str:
    """The cookie's name. It holds the party, for nodes on one host share one cookie jar."""
    prefix = "__Host-" if is_secure(house, scope) else ""
    return f"{prefix}toguna-{house.node.party}"


def cookie(house: House, scope: Scope, secret: str) -> dict[str, str]:
    """The header that gives a browser its session, or takes it with an empty secret."""
    kept = f"{cookie_name(house, scope)}={secret}; Path=/; HttpOnly; SameSite=Strict"
    kept += "; Secure" if is_secure(house, scope) else ""
    return {"set-cookie": kept if secret else f"{kept}; Max-Age=0"}


def secret_in(house: House, scope: Scope) -> str:
    """The secret in the request's cookie; empty when there is none, or more than one."""
    found = cookies_in(house, scope).get(cookie_name(house, scope), "")
    return found if _COOKIE.fullmatch(found) else ""


def cookies_in(house: House, scope: Scope) -> dict[str, str]:
    """The request's cookies by name; one that stands twice counts as none."""
    found: dict[str, str] = {}
    for part in re.split("[;,]", house.headers(scope).get("cookie", "")):
        name, _, value = part.strip().partition("=")
        found[name] = "" if name in found else value
    return found


def csrf_token(secret: str) -> str:
    """The token of a session: made of the secret, so it is kept nowhere."""
    return hmac.new(secret.encode(), b"toguna csrf", sha256).hexdigest()


# Judging ---------------------------------------------------------------------------------


def caller_of(house: House, scope: Scope) -> Caller | None:
    """Whose session this request shows; None when it shows none.

    :raises Unverified: the session is over or was never there, or its person does not hold
        the office that the request names.
    """
    headers = house.headers(scope)
    if "signature-input" in headers or "cookie" not in headers:
        return None
    session = house.sessions.find(secret_in(house, scope))
    if session is None:
        raise Unverified("no session")
    offices = house.sessions.offices_of(session, house.node.now())
    usual = DEFAULT_OFFICE if DEFAULT_OFFICE in offices else min(offices, default="")
    office = headers.get(OFFICE_HEADER, usual)
    if office not in offices:
        raise Unverified("the person does not hold this office")
    return Caller(house.node.party, office, "session", session.person, offices, session.id)


def check_request(house: House, scope: Scope, endpoint: Endpoint) -> None:
    """Refused unless a request that changes something comes from our own page.

    Someone who is not signed in has no token yet; the rest holds for them, too.
    """
    asks = scope["method"] != "POST"
    signed_in = scope["toguna.caller"].key == "session"
    if asks and not signed_in:
        return
    headers = house.headers(scope)
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin" and not (asks and site == "none"):
        raise _foreign()
    if asks:
        return
    origin = headers.get("origin")
    if origin is not None and origin != origin_of(house, scope):
        raise _foreign()
    if signed_in:
        if origin is None and site is None:
            raise _foreign()
        token = csrf_token(secret_in(house, scope))
        if not hmac.compare_digest(headers.get(CSRF_HEADER, "").encode(), token.encode()):
            remedy = "load the page again"
            raise Refused("the request lacks its token", where="csrf", remedy=remedy)
    _check_type(headers, endpoint)


def _foreign() -> Refused:
    return Refused("the request does not come from our own page", where="csrf")


def _check_type(headers: Mapping[str, str], endpoint: Endpoint) -> None:
    """Forms of other sites can only send types of their own, never JSON."""
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    if isinstance(endpoint.takes, str):
        # Each endpoint of bytes judges its own content; what a form sends is none of it.
        fits = given not in ("", "text/plain", "application/x-www-form-urlencoded",
                             "multipart/form-data")  # fmt: skip
    else:
        fits = given == "application/json"
    if not fits:
        raise BadInput("another content type is taken here", where="content-type")
