"""Signing in through an identity provider: a real one on the loopback, honest and not."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey

from tests.alliance import SECOND
from tests.unit.identity_provider import CLIENT, SECRET, provider
from tests.unit.people_house import Desks
from toguna.errors import BadInput
from toguna.node.config import parse_config
from toguna.node.opening import create_folder, house_catalogue, open_node
from toguna.surfaces.oidc import is_local

pytestmark = pytest.mark.filterwarnings("ignore:The httpx module is deprecated")
ORIGIN = "http://localhost"
FAILED = "/desk/?problem=oidc"
TO = "/desk/#/record/ml/spine/3"


@pytest.fixture
def idp():
    web = Desks()
    with provider(web.clock) as known:
        web.reopen(
            exercise=False,
            origin=ORIGIN,
            oidc_issuer=known.url,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            oidc_claim="preferred_username",
        )
        web.add("ml-duty", password="")
        known.web = web
        yield known


def leave(browser, to=TO):
    """The address at the provider to which the browser is sent."""
    answer = browser.ask("GET", httpx.URL("/api/sign-in/oidc", params={"to": to}))
    assert answer.status_code == 303
    return answer


def come_back(url):
    """The path on which the provider sends the browser back to us."""
    found = httpx.get(url, trust_env=False).headers["location"]
    assert found.startswith(f"{ORIGIN}/")
    return found.removeprefix(ORIGIN)


def enter(browser, **changed):
    """The whole way; where the browser ends. ``changed`` replaces parts of the way back."""
    path = come_back(leave(browser).headers["location"])
    query = {k: v[0] for k, v in parse_qs(urlsplit(path).query).items()} | changed
    query = {k: v for k, v in query.items() if v is not None}
    answer = browser.ask("GET", httpx.URL("/api/sign-in/oidc/back", params=query),
                         sec_fetch_site="cross-site")  # fmt: skip
    assert answer.status_code == 303
    return answer.headers["location"]


def test_person_when_the_provider_vouches_for_them_is_in(idp):
    browser = idp.web.browser()
    assert browser.get("/api/session")["ways"]["oidc"] == "127.0.0.1"
    assert enter(browser) == TO
    said = browser.get("/api/session")
    assert (said["person"]["id"], said["way"], said["offices"]) == ("ml-duty", "oidc", ["duty"])


def test_way_there_when_begun_is_bound_to_this_browser_and_question(idp):
    answer = leave(idp.web.browser())
    there = urlsplit(answer.headers["location"])
    query = {k: v[0] for k, v in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}" == idp.url
    assert query["redirect_uri"] == f"{ORIGIN}/api/sign-in/oidc/back"
    assert query["code_challenge_method"] == "S256"
    assert min(len(query[name]) for name in ("state", "nonce", "code_challenge")) >= 32
    kept = answer.headers["set-cookie"]
    for part in ("toguna-ml-away=", "Path=/api/sign-in/oidc", "HttpOnly", "SameSite=Lax"):
        assert part in kept


def test_person_when_nobody_knows_them_stays_outside(idp):
    idp.web.add("ml-gone", password="")
    idp.web.post("/api/people/end", {"person": "ml-gone"})
    for named in ("ml-nobody", "ml-gone", "", "ML-DUTY", 3, None, ["ml-duty"], "ml-duty\x00"):
        idp.claims["preferred_username"] = named
        browser = idp.web.browser()
        assert enter(browser) == FAILED, named
        assert not browser.is_in()


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "another"},
        {"state": None},
        {"state": "é"},
        {"code": "another"},
        {"code": None, "error": "access_denied"},
        {"iss": "https://evil.example"},
    ],
)
def test_way_back_when_it_does_not_fit_opens_nothing(idp, changed):
    browser = idp.web.browser()
    assert enter(browser, **changed) == FAILED
    assert not browser.is_in()


def test_way_back_when_another_browser_takes_it_opens_nothing(idp):
    """Somebody who sends a victim their own way back would sign the victim in as themselves."""
    attacker, victim = idp.web.browser(), idp.web.browser()
    path = come_back(leave(attacker).headers["location"])
    assert victim.ask("GET", path).headers["location"] == FAILED
    leave(victim)
    assert victim.ask("GET", path).headers["location"] == FAILED
    assert not victim.is_in()


def test_way_back_when_taken_twice_or_too_late_opens_once(idp):
    browser = idp.web.browser()
    path = come_back(leave(browser).headers["location"])
    assert browser.ask("GET", path).headers["location"] == TO
    again = idp.web.browser()
    again.cookies = {k: v for k, v in browser.cookies.items() if k.endswith("-away")}
    assert again.ask("GET", path).headers["location"] == FAILED
    late = idp.web.browser()
    path = come_back(leave(late).headers["location"])
    idp.web.clock.advance(600 * SECOND)
    assert late.ask("GET", path).headers["location"] == FAILED


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"]},
        {"azp": "somebody-else"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"iat": 99_999_999_999},
    ],
)
def test_token_when_it_does_not_say_what_it_must_opens_nothing(idp, changed):
    idp.changed = changed
    browser = idp.web.browser()
    assert enter(browser) == FAILED
    assert not browser.is_in()


@pytest.mark.parametrize("forged", ["another key", "the secret", "the public key", "nothing"])
def test_token_when_the_provider_did_not_sign_it_opens_nothing(idp, forged):
    if forged == "another key":
        idp.signer = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    elif forged == "the secret":
        idp.header, idp.signer = {"alg": "HS256"}, OctKey.import_key(SECRET)
    elif forged == "the public key":
        idp.header = {"alg": "HS256", "kid": "one"}
        public = json.dumps(idp.key.as_dict(private=False))
        idp.signer = OctKey.import_key(public)
    else:
        real = idp.token

        def unsigned(form, authorization):
            said = real(form, authorization)
            body = said["id_token"].split(".")[1]
            return said | {"id_token": f"eyJhbGciOiJub25lIn0.{body}."}

        idp.token = unsigned
    browser = idp.web.browser()
    assert enter(browser) == FAILED
    assert not browser.is_in()


def test_token_when_the_provider_has_new_keys_is_taken(idp):
    assert enter(idp.web.browser()) == TO
    idp.key = RSAKey.generate_key(2048, {"kid": "two"}, private=True)
    idp.header = {"alg": "RS256", "kid": "two"}
    assert enter(idp.web.browser()) == TO


def test_answer_when_it_has_no_token_opens_nothing(idp):
    idp.token = lambda form, authorization: {"access_token": "x", "token_type": "Bearer"}
    assert enter(idp.web.browser()) == FAILED


def test_address_when_the_provider_does_not_vouch_for_it_opens_nothing(idp):
    web = idp.web
    web.reopen(
        origin=ORIGIN, oidc_issuer=idp.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
        oidc_claim="email",
    )  # fmt: skip
    idp.claims = {"email": "ml-duty"}
    assert enter(web.browser()) == FAILED
    idp.claims |= {"email_verified": True}
    assert enter(web.browser()) == TO


# What the node calls ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"])
def test_provider_when_it_names_another_host_is_not_followed(idp, name):
    with provider(idp.web.clock) as elsewhere:
        idp.described = {name: f"{elsewhere.url}/token"}
        answer = leave(idp.web.browser())
        assert answer.headers["location"] == FAILED
        assert elsewhere.asked == []


def test_provider_when_its_keys_have_moved_to_another_host_is_not_followed(idp):
    with provider(idp.web.clock) as elsewhere:
        elsewhere.key = idp.key
        idp.described, idp.moved = {"jwks_uri": f"{idp.url}/moved"}, f"{elsewhere.url}/keys"
        assert enter(idp.web.browser()) == FAILED
        assert "/moved" in idp.asked
        assert elsewhere.asked == []


def test_provider_when_it_does_not_answer_leaves_the_other_ways(idp):
    web = idp.web
    web.reopen(origin=ORIGIN, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT)
    browser = web.browser()
    assert leave(browser).headers["location"] == FAILED
    assert browser.get("/api/session")["ways"]["password"] is True


def test_endpoints_when_no_provider_is_configured_are_not_there():
    web = Desks()
    nothing = web.send("GET", "/no/such").content
    for path in ("/api/sign-in/oidc", "/api/sign-in/oidc/back?code=x&state=y"):
        answer = web.browser().ask("GET", path)
        assert (answer.status_code, answer.content) == (404, nothing)


# Where one comes back to -----------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/desk/",
        "/desk/../api/people",
        "/desk//evil.example",
        "/desk/\r\nSet-Cookie: toguna-ml=x",
        "/desk/#/x\r\nLocation: http://evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/desk/#<script>",
        "/desk/#" + "a" * 300,
        "",
    ],
)
def test_return_when_it_leads_elsewhere_leads_home(idp, to):
    assert not is_local(to)
    browser = idp.web.browser()
    path = come_back(leave(browser, to).headers["location"])
    assert browser.ask("GET", path).headers["location"] == "/desk/"


@pytest.mark.parametrize("to", ["/desk/", "/desk/#/", TO, "/desk/#/list/sharing.report?a=b&c=d-e"])
def test_return_when_it_is_on_our_page_is_taken(to):
    assert is_local(to)


# Configuration ---------------------------------------------------------------------------

LEAST = 'party = "ml"\nname = "Mali"\n[serve]\norigin = "https://desk.example.org"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEAST + '[oidc]\nissuer = "http://id.example"\nclient_id = "x"\n', "on this machine"),
        (LEAST + '[oidc]\nissuer = "https://id.example"\n', "client_id"),
        (LEAST + '[oidc]\nissuer = "https://a@id.example"\nclient_id = "x"\n', "https://"),
        (LEAST.replace("desk.example.org", "desk.example.org/x"), "without a path"),
        (LEAST.replace("desk.example.org", "user@desk.example.org"), "without a path"),
        (LEAST + "[people]\npassword_kib = 64\n", "19,456"),
        (LEAST + "[people]\nidle_minutes = 1\n", "from 5"),
    ],
)
def test_setting_when_it_would_be_unsafe_is_refused(text, said):
    with pytest.raises(BadInput, match=said):
        parse_config(text, house_catalogue())


def test_secret_when_others_may_read_its_file_is_refused(tmp_path):
    folder = tmp_path / "ml"
    create_folder(folder, "ml", "Mali")
    config = folder / "toguna.toml"
    config.write_text(
        config.read_text()
        .replace('client_secret_file = ""', 'client_secret_file = "oidc.secret"')
        .replace('issuer = ""', 'issuer = "https://id.example"')
        .replace('client_id = ""', 'client_id = "x"')
        .replace('origin = ""', 'origin = "https://desk.example.org"')
    )
    with pytest.raises(BadInput, match=r"cannot be read.*client_secret_file"):
        open_node(folder)
    (folder / "oidc.secret").write_text(f"{SECRET}\n")
    (folder / "oidc.secret").chmod(0o644)
    with pytest.raises(BadInput, match="others may read it"):
        open_node(folder)
    (folder / "oidc.secret").chmod(0o600)
    node = open_node(folder)
    assert node.parts.desk.oidc_client_secret == SECRET
    node.close()


def test_token_when_it_is_too_large_to_be_one_is_refused(idp):
    idp.described = {"padding": "x" * (2 << 20)}
    assert leave(idp.web.browser()).headers["location"] == FAILED


def test_way_in_when_many_go_at_once_each_has_their_own(idp):
    for number in range(3):
        idp.web.add(f"ml-{number}", password="")

    browsers = [idp.web.browser() for _ in range(3)]
    ways = [leave(browser).headers["location"] for browser in browsers]
    for number, (browser, url) in enumerate(zip(browsers, ways, strict=True)):
        idp.claims["preferred_username"] = f"ml-{number}"
        asyncio.run(browser.asking("GET", come_back(url)))
        assert browser.get("/api/session")["person"]["id"] == f"ml-{number}"
