"""decide() and an independent Cedar policy say the same about every use of every record."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toguna.core.labels import Actor, Label, Use, decide, expires_at, narrower
from toguna.core.time import DAY_US

POLICY = (Path(__file__).parent / "labels.cedar").read_text("utf-8")
POLICIES = cedarpy.PolicySet.from_str(POLICY)
NAMES = re.findall(r'@id\("([^"]+)"\)', POLICY)
PARTIES = ("bf", "ml", "ne", "td")
NOW = 1_800_000_000_000_000
ACTIONS = {Use.READ: "read", Use.PASS_ON: "passOn", Use.DERIVE: "derive"}


class Question(NamedTuple):
    """Everything on which a decision may depend."""

    actor: Actor
    owner: str
    label: Label
    use: Use
    onto: str | None
    onto_active: bool
    consented: bool
    received_us: int | None

    def answer(self) -> bool:
        return decide(
            self.actor,
            self.owner,
            self.label,
            self.use,
            NOW,
            onto=self.onto,
            onto_active=self.onto_active,
            consented=self.consented,
            received_us=self.received_us,
        ).allowed


def party(name: str) -> dict[str, str]:
    return {"type": "Party", "id": name}


def as_cedar(question: Question) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The question as a Cedar request and its entities."""
    label = question.label
    record: dict[str, Any] = {
        "owner": {"__entity": party(question.owner)},
        "to": [{"__entity": party(name)} for name in label.to],
        "onward": [{"__entity": party(name)} for name in label.onward],
    }
    if label.until is not None:
        record["until"] = label.until
    if label.keep_days is not None:
        record["keepDays"] = label.keep_days
    context: dict[str, Any] = {
        "now": NOW,
        "ontoActive": question.onto_active,
        "consented": question.consented,
    }
    if question.onto is not None:
        context["onto"] = {"__entity": party(question.onto)}
    if question.received_us is not None:
        context["received"] = question.received_us
    uid = {"type": "Record", "id": "r"}
    request = {
        "principal": party(question.actor.party),
        "action": {"type": "Action", "id": ACTIONS[question.use]},
        "resource": uid,
        "context": context,
    }
    actor = {"active": question.actor.active}
    return request, [
        {"uid": party(question.actor.party), "attrs": actor, "parents": []},
        {"uid": uid, "attrs": record, "parents": []},
    ]


def oracle(question: Question, policies: Any = POLICIES) -> bool:
    result = cedarpy.is_authorized(*_request(question, policies))
    # Cedar skips a policy that fails to evaluate: such an answer would be no oracle.
    assert not result.diagnostics.errors
    return bool(result.allowed)


def _request(question: Question, policies: Any) -> tuple[Any, Any, Any]:
    request, entities = as_cedar(question)
    return request, policies, entities


party_sets = st.lists(st.sampled_from(PARTIES), unique=True).map(lambda p: tuple(sorted(p)))
near_now = st.sampled_from([NOW - DAY_US, NOW - 1, NOW, NOW + 1, NOW + DAY_US])
labels = st.builds(
    Label,
    to=party_sets,
    onward=party_sets,
    until=st.none() | near_now,
    keep_days=st.none() | st.sampled_from([1, 2, 36_500]),
    precision_m=st.none() | st.integers(1, 1_000_000),
    source_shield=st.booleans(),
    purpose=st.none() | st.sampled_from(["relief", "patrol"]),
    handling=st.none() | st.sampled_from(["TLP:RED", "DIFFUSION RESTREINTE"]),
)
questions = st.builds(
    Question,
    actor=st.builds(Actor, st.sampled_from(PARTIES), st.just("duty"), st.booleans()),
    owner=st.sampled_from(PARTIES),
    label=labels,
    use=st.sampled_from(Use),
    onto=st.none() | st.sampled_from(PARTIES),
    onto_active=st.booleans(),
    consented=st.booleans(),
    received_us=st.none() | near_now.map(lambda us: us - DAY_US),
)


@settings(max_examples=1_000)
@given(questions)
def test_decide_when_asked_anything_agrees_with_cedar(question: Question) -> None:
    assert question.answer() == oracle(question)


def small_world() -> Iterator[Question]:
    """Every question about one record of ml for bf, onward to ne: 3 actors, 4 receivers."""
    yes_no = (True, False)
    ends = ((None, None), (NOW, None), (NOW + 1, None), (None, 1))
    for name, active, use, onto, onto_active, consented, (
        until,
        days,
    ), received in itertools.product(
        ("bf", "ml", "td"),
        yes_no,
        Use,
        (None, *PARTIES),
        yes_no,
        yes_no,
        ends,
        (None, NOW - DAY_US, NOW),
    ):
        for to in (("bf",), ("bf", "td")):
            label = Label(to=to, onward=("ne",), until=until, keep_days=days)
            actor = Actor(name, "duty", active)
            yield Question(actor, "ml", label, use, onto, onto_active, consented, received)


WORLD = [q for i, q in enumerate(small_world()) if i % 7 == 0]


def test_decide_when_walked_through_a_small_world_agrees_with_cedar() -> None:
    answers = [(question.answer(), oracle(question)) for question in WORLD]
    assert all(ours == cedars for ours, cedars in answers)
    # Neither "always yes" nor "always no" would have passed.
    assert 0.1 < sum(ours for ours, _ in answers) / len(answers) < 0.9


@pytest.mark.parametrize("name", NAMES)
def test_oracle_when_one_rule_is_taken_out_disagrees(name: str) -> None:
    """Each rule decides something alone, so agreement means that decide() has each of them."""
    rules = re.split(r"(?=^@id)", POLICY, flags=re.MULTILINE)[1:]
    rest = cedarpy.PolicySet.from_str("".join(r for r in rules if f'@id("{name}")' not in r))
    assert any(question.answer() != oracle(question, rest) for question in WORLD)


@settings(max_examples=300)
@given(questions)
def test_reason_when_refused_is_one_plain_sentence(question: Question) -> None:
    actor, owner, label, use, onto, onto_active, consented, received_us = question
    decision = decide(
        actor,
        owner,
        label,
        use,
        NOW,
        onto=onto,
        onto_active=onto_active,
        consented=consented,
        received_us=received_us,
    )
    assert bool(decision) is decision.allowed
    assert 10 < len(decision.reason) < 100
    assert "\n" not in decision.reason


@settings(max_examples=500)
@given(labels, labels, party_sets)
def test_narrower_when_it_finds_nothing_lets_nobody_new_read(
    outer: Label, inner: Label, consented: tuple[str, ...]
) -> None:
    if narrower(outer, inner, owner="ml", consented=consented, received_us=NOW):
        return
    holder = Actor("holder", "duty")
    held = Label(to=tuple(sorted({"holder", *outer.to})), onward=outer.onward)
    for name in {*inner.to, *inner.onward}:
        assert decide(holder, "ml", held, Use.PASS_ON, NOW, onto=name, consented=name in consented)
    ends_us, inner_ends_us = expires_at(outer, NOW), expires_at(inner, NOW + DAY_US)
    assert ends_us is None or (inner_ends_us is not None and inner_ends_us <= ends_us)
    assert (inner.precision_m or 1) >= (outer.precision_m or 1)
    assert inner.source_shield or not outer.source_shield


@given(labels)
def test_narrower_when_nothing_changes_finds_nothing(label: Label) -> None:
    assert narrower(label, label) == []
