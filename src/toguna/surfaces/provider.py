"""An identity provider, as OpenID Connect has them: its description, its keys, its word.

The node calls the configured issuer and no other host: the token endpoint and the keys must lie
at the same origin. An ID token counts when the provider signed it, for us, now, and in answer
to the question that this very browser was sent with.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import httpx
import msgspec
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from toguna.errors import EngineFailure, Unverified
from toguna.node.config import Desk

AT_MOST_S: Final = 10.0
KEPT_US: Final = 3_600_000_000
LEEWAY_S: Final = 60
ANSWER_BYTES: Final = 1 << 20
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
BACK: Final = "/api/sign-in/oidc/back"


class Place(NamedTuple):
    """Where the provider answers, by its own description."""

    authorize: str
    token: str
    keys: str


class Away(msgspec.Struct, array_like=True):
    """What the browser keeps for us while it is at the provider."""

    state: str
    nonce: str
    verifier: str
    back_to: str


class Provider:
    """The configured identity provider. One for each node; used on the event loop."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._place: tuple[int, Place] | None = None
        self._keys: tuple[int, Any] | None = None

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to."""
        return self._desk.origin + BACK

    async def way_there(self, away: Away, now_us: int) -> str:
        """The address at the provider to which a browser is sent."""
        place = await self._find(now_us)
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                place.authorize, state=away.state, code_verifier=away.verifier, nonce=away.nonce
            )
        return str(url)

    async def claims(self, code: str, away: Away, now_us: int) -> dict[str, Any]:
        """What the provider says of whoever came back with this code.

        :raises Unverified: its ID token does not hold.
        """
        place = await self._find(now_us)
        try:
            async with self._client() as client:
                token = await client.fetch_token(
                    place.token, code=code, code_verifier=away.verifier
                )
        except (OAuthError, httpx.HTTPError, ValueError) as error:
            raise Unverified(f"the provider took the code back: {error!s:.80}") from None
        text = token.get("id_token")
        if not isinstance(text, str):
            raise Unverified("the provider gave no ID token")
        return await self._check(text, away, now_us)

    async def _check(self, text: str, away: Away, now_us: int) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            now=now_us // 1_000_000,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._desk.oidc_issuer},
            aud={"essential": True, "value": self._desk.oidc_client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": away.nonce},
        )
        for newly in (False, True):  # a provider may have changed its keys since we asked
            try:
                keys = await self._key_set(now_us, newly)
                token = jwt.decode(text, keys, algorithms=list(ALGORITHMS))
                registry.validate(token.claims)
                break
            except (JoseError, ValueError) as error:
                if newly:
                    raise Unverified(f"the ID token does not hold: {error!s:.80}") from None
        claims: dict[str, Any] = token.claims
        others = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims.get("azp", self._desk.oidc_client_id) != self._desk.oidc_client_id or (
            len(others) > 1 and "azp" not in claims
        ):
            raise Unverified("the ID token is for somebody else")
        return claims

    # What the provider publishes ---------------------------------------------------------

    async def _find(self, now_us: int) -> Place:
        if self._place is not None and now_us - self._place[0] < KEPT_US:
            return self._place[1]
        issuer = self._desk.oidc_issuer
        said = await self._get(f"{issuer}/.well-known/openid-configuration")
        if str(said.get("issuer", "")).rstrip("/") != issuer:
            raise Unverified("the provider is another one than the configured issuer")
        place = Place(
            str(said.get("authorization_endpoint", "")),
            str(said.get("token_endpoint", "")),
            str(said.get("jwks_uri", "")),
        )
        for url in place:
            if _origin(url) != _origin(issuer):
                raise Unverified("the provider has an address that is not its issuer's")
        self._place = (now_us, place)
        return place

    async def _key_set(self, now_us: int, newly: bool) -> Any:
        if self._keys is None or newly or now_us - self._keys[0] >= KEPT_US:
            place = await self._find(now_us)
            keys: Any = await self._get(place.keys)
            self._keys = (now_us, KeySet.import_key_set(keys))
        return self._keys[1]

    async def _get(self, url: str) -> dict[str, Any]:
        try:
            async with (
                httpx.AsyncClient(timeout=AT_MOST_S, trust_env=False) as client,
                client.stream("GET", url) as answer,
            ):
                answer.raise_for_status()
                data = b""
                async for piece in answer.aiter_bytes():
                    data += piece
                    if len(data) > ANSWER_BYTES:
                        raise EngineFailure("the provider says too much", where=url)
            return msgspec.json.decode(data, type=dict[str, Any])
        except (httpx.HTTPError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise EngineFailure(f"the provider does not answer: {error!s:.80}", where=url) from None

    def _client(self) -> Any:
        secret = self._desk.oidc_client_secret
        return AsyncOAuth2Client(
            self._desk.oidc_client_id,
            secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope="openid profile email",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            timeout=AT_MOST_S,
            trust_env=False,
        )


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
