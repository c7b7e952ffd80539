"""People at a node, and browsers in which they sign in; for the tests of everything around that."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import msgspec

from tests.unit.serving_house import Web
from toguna.node.config import Desk
from toguna.surfaces.http import app_for

PASSWORD = "the well behind the mango"
ORIGIN = "http://localhost"
# As weak as argon2 allows: these tests are not about its strength.
QUICK = Desk(exercise=True, password_kib=64, password_passes=1)


class Desks(Web):
    """An alliance of which ``ml`` is a node with people; ``desk`` are its settings."""

    def __init__(self, party: str = "ml", **desk: Any) -> None:
        super().__init__()
        self.reopen(party, **desk)

    def reopen(self, party: str = "ml", **desk: Any) -> None:
        """The process of a node ends, and another begins on the same store."""
        node = self[party]
        node.parts = node.parts._replace(desk=QUICK._replace(**desk))
        self.apps[party] = app_for(node)

    def add(self, id_: str, *offices: str, password: str = PASSWORD, party: str = "ml", **more):
        """A person of the party, by its command line."""
        terms = [{"office": o, "until_us": more.get("until_us")} for o in offices or ("duty",)]
        value = {"id": id_, "name": f"Agent {id_}", "offices": terms, "password": password}
        return self.post("/api/people", value, by=party, to=party)

    def browser(self, party: str = "ml", **headers: str) -> Browser:
        """A browser in which nobody has signed in."""
        return Browser(self, party, headers)

    def inside(self, id_: str, *offices: str, **more: Any) -> Browser:
        """A new person who has signed in."""
        self.add(id_, *offices, **more)
        browser = self.browser(more.get("party", "ml"))
        browser.enter(id_)
        return browser


class Browser:
    """Keeps cookies, sends the token and what a browser says of where a request comes from."""

    def __init__(self, web: Web, party: str, headers: dict[str, str]) -> None:
        self.web = web
        self.party = party
        self.headers = headers
        self.cookies: dict[str, str] = {}
        self.session: dict[str, Any] = {}

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def sent(self, method: str, **more: str | None) -> dict[str, str]:
        """The headers of a request; ``more`` adds some, or leaves out those that are None."""
        found: dict[str, str | None] = {"sec-fetch-site": "same-origin", **self.headers}
        if self.cookies:
            found["cookie"] = self.cookie
        if method == "POST":
            found |= {"origin": ORIGIN, "content-type": "application/json"}
            if self.session.get("csrf"):
                found["toguna-csrf"] = self.session["csrf"]
        found |= {name.replace("_", "-"): value for name, value in more.items()}
        return {name: value for name, value in found.items() if value is not None}

    async def asking(self, method: str, url: str, value: Any = None, **headers: str | None):
        body = value if isinstance(value, bytes | None) else msgspec.json.encode(value)
        transport = httpx.ASGITransport(app=self.web.apps[self.party])
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            sent = {k: v.encode("latin-1") for k, v in self.sent(method, **headers).items()}
            answer = await client.request(method, url, content=body, headers=sent)
        for kept in answer.headers.get_list("set-cookie"):
            name, _, rest = kept.partition("=")
            value = rest.partition(";")[0]
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def ask(self, method: str, url: str, value: Any = None, **headers: str | None):
        """One request; its answer."""
        return asyncio.run(self.asking(method, url, value, **headers))

    def get(self, url: str, *, status: int = 200, **headers: str | None) -> Any:
        """The JSON that a GET answers."""
        answer = self.ask("GET", url, **headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, url: str, value: Any, *, status: int = 200, **headers: str | None) -> Any:
        """The JSON that a POST answers. A session in it is kept, as the page does."""
        answer = self.ask("POST", url, value, **headers)
        assert answer.status_code == status, answer.text
        said = answer.json()
        found = said.get("session", said) if isinstance(said, dict) else {}
        if status == 200 and "csrf" in found:
            self.session = found
        return said

    def enter(self, person: str, password: str = PASSWORD, code: str = "", status: int = 200):
        """Sign in with a password."""
        value = {"person": person, "password": password, "code": code}
        return self.post("/api/sign-in/password", value, status=status)

    def is_in(self) -> bool:
        """Whether the node still knows who sits here."""
        return bool(self.get("/api/session")["signed_in"])


def journal(web: Web, party: str = "ml") -> list[str]:
    """Every line of the house's own diary."""
    found = web.get("/api/journal/line?limit=1000", by=party, to=party)
    return [f"{row['what']}: {row['text']}" for row in found["items"]]


def all_bytes(web: Web, party: str = "ml") -> bytes:
    """All that stands in the tables of a node's people."""
    from toguna.node import people_tables

    node = web[party]
    tables = [*people_tables.KEPT, people_tables.SESSION]
    with node.reading() as tx:
        return repr([list(tx.scan(table)) for table in tables]).encode()
