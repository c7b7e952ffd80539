"""People, what opens the door for them and their sessions are the same on every engine."""

from __future__ import annotations

from typing import Any

from tests.alliance import DAY, SECOND, Alliance
from toguna.core import ed25519
from toguna.engines import Engine
from toguna.engines.memory import MemoryEngine
from toguna.node.config import Desk
from toguna.node.credentials import Credentials
from toguna.node.device_keys import DeviceKeys
from toguna.node.passkeys import Passkeys
from toguna.node.people import People
from toguna.node.second_factor import STEP_US, app_code, hash_code
from toguna.node.sessions import Sessions

SECRET = b"s" * 20


def a_day(engine: Engine) -> list[Any]:
    """What was seen in the course of it; nothing random is in it."""
    engines = iter((MemoryEngine(), engine, MemoryEngine()))
    alliance = Alliance(engine=lambda: next(engines))
    node, clock = alliance["ml"], alliance.clock
    node.parts = node.parts._replace(desk=Desk(exercise=True))
    people = People(node)
    credentials, passkeys, keys = Credentials(people), Passkeys(people), DeviceKeys(people)
    sessions = Sessions(people)
    seen: list[Any] = []

    people.add("ml-a", "Aïssata", {"duty": clock() + DAY, "liaison": None}, "somebody")
    people.add("ml-b", "Boubacar", {"keeper": None}, "somebody")
    code, _ = credentials.issue_code("ml-a", "ml-b")
    step = clock() // STEP_US
    recovery = credentials.enrol("ml-a", hash_code(code), "hash", (SECRET, step))
    clock.advance(60 * SECOND)
    used = [recovery[0], recovery[0], app_code(SECRET, step + 2), app_code(SECRET, step + 2)]
    seen.append([credentials.spend("ml-a", given) for given in used])
    seen.append(credentials.recovery_left("ml-a"))
    with people.changing() as tx:
        passkeys.add(tx, "ml-a", b"\x00\xff", "phone", b"public")
    found = passkeys.find(b"\x00\xff")
    assert found is not None
    passkeys.used(found, 7)
    seen.append(passkeys.of("ml-a"))

    opened = sessions.begin("ml-a", "Firefox · Linux", "password")
    sessions.begin("ml-b", "Firefox · Linux", "passkey")
    keys.ask("ml-a", ed25519.public_key(b"k" * 32), "phone")
    seen.append(keys.approve(keys.list()[0].key.id, ["duty", "liaison"], None, "ml-b"))
    clock.advance(60 * SECOND)
    people.take("ml-a", "liaison", "ml-b")
    keys.follow("ml-a", "ml-b")
    seen.append((keys.list("ml-a"), people.all()))
    again = Sessions(people)
    seen.append([s.person for s in sorted(again.all(), key=lambda s: s.person)])
    still = again.find(opened.secret)
    assert still is not None
    seen.append(again.offices_of(still, clock()))
    people.end("ml-a", "ml-b")
    seen.append((again.find(opened.secret), passkeys.of("ml-a"), credentials.of("ml-a")))
    clock.advance(DAY)
    again.sweep()
    seen.append((Sessions(people).all(), people.all()))
    return seen


def test_a_day_when_lived_on_any_engine_looks_the_same(engine: Engine) -> None:
    expected, found = a_day(MemoryEngine()), a_day(engine)
    assert found == expected
    assert expected[0] == [True, False, True, False]
    assert expected[1] == 9
    assert expected[6] == {"duty"}
