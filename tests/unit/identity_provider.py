"""A small identity provider on the loopback: OpenID Connect, as a real one answers.

It lets in whoever ``claims`` name, checks the client, the code and PKCE, and signs. What a test
wants to be wrong, it sets.
"""

from __future__ import annotations

import base64
import contextlib
import json
import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "toguna-ml"
SECRET = "known to the two of us"


class Provider:
    """What the server does; its clock is that of the node."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.url = ""
        self.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.signer: Any = None
        self.claims: dict[str, Any] = {"preferred_username": "ml-duty"}
        self.changed: dict[str, Any] = {}
        self.described: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.moved = ""
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            **self.described,
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent after somebody has shown the provider who they are."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        more = {"code": code, "state": query["state"], "iss": self.url}
        return f"{query['redirect_uri']}?{urlencode(more)}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, which is good once and for the one who began."""
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        began = self.codes.pop(form.get("code", ""), None)
        if began is None or given != f"{CLIENT}:{SECRET}":
            return None
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        if challenge != began["code_challenge"] or form["redirect_uri"] != began["redirect_uri"]:
            return None
        now = self.clock() // 1_000_000
        claims = {"iss": self.url, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300}
        claims |= {"nonce": began["nonce"], **self.claims, **self.changed}
        claims = {k: v for k, v in claims.items() if v is not None}
        token = jwt.encode(
            self.header, claims, self.signer or self.key, algorithms=["RS256", "HS256"]
        )
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}


@contextlib.contextmanager
def provider(clock) -> Iterator[Provider]:
    """A provider that answers while this lasts."""
    known = Provider(clock)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            known.asked.append(self.path)
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path == "/.well-known/openid-configuration":
                self.say(200, known.describe())
            elif path == "/keys":
                self.say(200, {"keys": [known.key.as_dict(private=False)]})
            elif path == "/authorize":
                self.lead(known.authorize({k: v[0] for k, v in query.items()}))
            elif path == "/moved":
                self.lead(known.moved)
            else:
                self.say(404, {})

        def do_POST(self):
            known.asked.append(self.path)
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {k: v[0] for k, v in parse_qs(sent).items()}
            said = known.token(form, self.headers.get("authorization", ""))
            self.say(200 if said else 400, said or {"error": "invalid_grant"})

        def lead(self, where):
            self.send_response(303)
            self.send_header("location", where)
            self.send_header("content-length", "0")
            self.end_headers()

        def say(self, status, value):
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
