"""Protected sites, proof that a list is used, and cases of harm that nobody makes disappear."""

from __future__ import annotations

import pytest

from tests.alliance import DAY, START, Alliance
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.protection import bodies, lists
from toguna.domains.sharing.bodies import Recall
from toguna.errors import BadInput, Conflict, Refused

HOSPITAL = {
    "category": "hospital",
    "lat_e7": 140_000_000,
    "lon_e7": -20_000_000,
    "name": "Douentza",
}
CASE = {
    "category": "death", "filed_by": "community", "from_us": START - DAY, "place_name": "Abaye",
    "text": "Trois morts", "title": "Abaye", "alleged": "ml", "civilians": 3,
}  # fmt: skip


@pytest.fixture
def alliance():
    """hum notifies, ml and bf plan."""
    return Alliance(("bf", "hum", "ml"))


def put(alliance, party, noun, body, to, about=None, office="protection", **label):
    draft = Draft(f"protection.{noun}/1", body, Label(to=to, **label), about)
    address = str(alliance[party].submit([draft], office)[0])
    alliance.exchange()
    return address


def site(alliance, to=("bf", "ml"), **more):
    return put(alliance, "hum", "site", bodies.Site(**(HOSPITAL | more)), to)


def board(node, name, looker=""):
    actor = node.access.actor(looker or node.party, "duty")
    return list(node.looking.board(actor, "protection", name, {}))


def members(node):
    return {m.party: m.state for m in board(node, "sites")[0].members}


def waiting(node):
    return [w.what for w in node.looking.waiting(None) if w.what.startswith("protection.")]


# Sites -----------------------------------------------------------------------------------


def test_each_member_takes_a_site_in_and_after_a_day_the_silent_is_red(alliance):
    about = site(alliance)
    assert members(alliance["hum"]) == {"bf": "waiting", "ml": "waiting"}
    assert waiting(alliance["ml"]) == ["protection.take_in"]
    put(alliance, "ml", "seen", bodies.Seen(), ("hum",), about)
    assert waiting(alliance["ml"]) == []
    alliance.clock.advance(DAY)
    assert members(alliance["hum"]) == {"bf": "late", "ml": "taken_in"}
    assert waiting(alliance["hum"]) == ["protection.not_taken_in"]
    with pytest.raises(Conflict):
        put(alliance, "ml", "seen", bodies.Seen(), ("hum",), about)


def test_an_expiry_asks_for_renewal_and_protects_all_the_same(alliance):
    about = site(alliance, until_us=START + 10 * DAY)
    alliance.clock.advance(11 * DAY)
    state = board(alliance["ml"], "sites")[0].state
    assert (state, waiting(alliance["hum"])[-1]) == ("stale", "protection.renew")
    put(alliance, "hum", "renewal", bodies.Renewal(until_us=START + 300 * DAY), ("bf", "ml"), about)
    assert board(alliance["ml"], "sites")[0].state == "active"
    alliance.clock.advance(91 * DAY)
    assert board(alliance["ml"], "sites")[0].state == "stale"
    put(alliance, "hum", "end", bodies.End(why="fermé"), ("bf", "ml"), about)
    assert board(alliance["bf"], "sites")[0].state == "ended"


def test_only_its_notifier_changes_a_site_and_tells_all_who_have_it(alliance):
    about = site(alliance)
    with pytest.raises(Refused, match="hum notified it"):
        put(alliance, "ml", "end", bodies.End(why="x"), ("hum",), about)
    with pytest.raises(BadInput, match="bf got it"):
        put(alliance, "hum", "end", bodies.End(why="x"), ("ml",), about)


@pytest.mark.parametrize(
    ("noun", "body", "label", "where"),
    [
        ("site", bodies.Site(**HOSPITAL), {"precision_m": 1_000}, "label.precision_m"),
        ("site", bodies.Site(**HOSPITAL, until_us=START - 1), {}, "until_us"),
        (
            "movement",
            bodies.Movement(category="convoy", from_us=START + 9, until_us=START + 9, name="c",
                            line=((0, 0), (1, 1))),
            {},
            "until_us",
        ),
        (
            "movement",
            bodies.Movement(category="convoy", from_us=START, until_us=START + DAY, name="c",
                            line=((0, 0), (0, 0))),
            {},
            "line",
        ),
        (
            "season",
            bodies.Season(category="market", line=((0, 0),), name="m", source="s", days=(3, 1)),
            {},
            "days",
        ),
    ],
)  # fmt: skip
def test_what_is_not_in_order_is_named(alliance, noun, body, label, where):
    with pytest.raises(BadInput) as refused:
        put(alliance, "hum", noun, body, ("bf", "ml"), **label)
    assert refused.value.where == where


# Proof of use ------------------------------------------------------------------------------


def use(alliance, party, number, *, checked=True, version=None, digest=None):
    node = alliance[party]
    with node.reading() as tx:
        now = lists.version(node.view(tx), "hum", party)
    body = bodies.Use(
        checked=checked,
        number=number,
        plan="ab" * 32,
        digest=digest or now.digest,
        version=now.number if version is None else version,
    )
    put(alliance, party, "use", body, ("hum",))


def used(alliance, party="ml"):
    return next(row for row in board(alliance["hum"], "uses") if row.party == party)


def test_the_notifier_counts_the_checks_against_its_list_and_sees_nothing_else(alliance):
    for k in range(17):
        site(alliance, name=f"Site {k}")
    for number in range(1, 31):
        use(alliance, "ml", number)
    row = used(alliance)
    assert (row.plans, row.used, row.version, row.newest_version) == (30, 30, 17, 17)
    assert not row.alarm
    assert "protection.list_not_used" not in waiting(alliance["hum"])


def test_one_check_that_was_skipped_shows_and_alarms(alliance):
    site(alliance)
    for number in (1, 2, 4):
        use(alliance, "ml", number)
    row = used(alliance)
    assert (row.used, row.plans, row.missing, row.alarm) == (3, 4, [3], True)
    use(alliance, "ml", 3, checked=False)
    row = used(alliance)
    assert (row.used, row.plans, row.missing, row.unchecked) == (3, 4, [], [3])
    assert "protection.list_not_used" in waiting(alliance["hum"])


def test_a_digest_of_no_list_of_ours_is_named(alliance):
    site(alliance)
    use(alliance, "ml", 1, digest="00" * 32)
    use(alliance, "ml", 2, version=9)
    row = used(alliance)
    assert (row.used, row.false, row.alarm) == (0, [1, 2], True)


def test_each_member_has_its_own_version_of_a_list(alliance):
    site(alliance)
    site(alliance, to=("ml",))
    use(alliance, "ml", 1)
    use(alliance, "bf", 1)
    assert (used(alliance).version, used(alliance, "bf").version) == (2, 1)
    assert not used(alliance).alarm
    assert not used(alliance, "bf").alarm


# Cases -------------------------------------------------------------------------------------


def case(alliance, party="bf", to=("hum", "ml"), **more):
    return put(alliance, party, "case", bodies.Case(**(CASE | more)), to, office="duty")


def step(alliance, party, about, step, *, office="legal", **more):
    others = tuple(sorted({"bf", "hum", "ml"} - {party}))
    body = bodies.CaseStep(step=step, text="ainsi", **more)
    return put(alliance, party, "step", body, others, about, office)


def test_a_case_is_not_deleted_recalled_or_given_an_end(alliance):
    about = case(alliance)
    recall = Draft("sharing.recall/1", Recall(why="embarrassing"), Label(to=("hum", "ml")), about)
    with pytest.raises(Refused, match="kept for good"):
        alliance["bf"].submit([recall], "duty")
    for end in ({"until": START + DAY}, {"keep_days": 30}):
        with pytest.raises(Refused, match="kept for good"):
            put(alliance, "bf", "case", bodies.Case(**CASE), ("ml",), **end)
    alliance.clock.advance(400 * DAY)
    with alliance["ml"].writing() as tx:
        alliance["ml"].authoring.sweep(tx)
    assert [c.state for c in board(alliance["ml"], "cases")] == ["filed"]


def test_a_recall_by_a_peer_that_skips_the_rule_counts_for_nothing(alliance, monkeypatch):
    from toguna.domains.sharing import rules

    about = case(alliance)
    with monkeypatch.context() as skipped:
        skipped.setattr(rules, "_may_go", lambda stored, view: None)
        recall = Draft("sharing.recall/1", Recall(why="gone"), Label(to=("hum", "ml")), about)
        alliance["bf"].submit([recall], "duty")
    alliance.exchange()
    assert [c.address for c in board(alliance["ml"], "cases")] == [about]


@pytest.mark.parametrize("office", ["commander", "j3", "duty", "liaison"])
def test_nobody_of_the_chain_takes_a_step(alliance, office):
    about = case(alliance)
    with pytest.raises(Refused):
        step(alliance, "ml", about, "closed", office=office)


def test_a_case_is_closed_after_a_finding_and_not_before(alliance):
    about = case(alliance)
    with pytest.raises(Refused, match="not closed before"):
        step(alliance, "ml", about, "closed")
    step(alliance, "ml", about, "finding", established=True)
    step(alliance, "ml", about, "remedy_done", remedy="soins et réparation")
    step(alliance, "bf", about, "closed")
    shown = board(alliance["hum"], "cases")[0]
    assert (shown.state, shown.open, shown.established, len(shown.steps)) == (
        "closed",
        False,
        True,
        3,
    )
    row = board(alliance["hum"], "harm")[0]
    assert (row.alleged, row.filed, row.open, row.remedies) == ("ml", 1, 0, 1)


def test_a_downgrade_is_counted_and_what_it_was_filed_as_stays(alliance):
    about = case(alliance)
    step(alliance, "ml", about, "recategorised", category="damage")
    shown = board(alliance["bf"], "cases")[0]
    assert (shown.category, shown.filed_category, shown.downgrades) == ("damage", "death", 1)
    row = board(alliance["bf"], "harm")[0]
    assert (row.downgrades, row.by_category) == (1, {"damage": "<10"})


def test_ten_of_a_kind_are_shown_and_fewer_are_not(alliance):
    for k in range(11):
        case(alliance, title=f"Cas {k}", category="damage" if k else "injury")
    row = board(alliance["ml"], "harm")[0]
    assert (row.filed, row.by_category) == (11, {"damage": "10", "injury": "<10"})


def test_who_filed_a_case_stays_at_home_and_its_place_is_never_exact(alliance):
    node = alliance["bf"]
    with pytest.raises(Refused, match="stays at home"):
        case(alliance, filer="chez le chef de village")
    body = bodies.Case(**CASE, filer="chez le chef", lat_e7=140_123_456, lon_e7=-20_654_321)
    home = node.submit([Draft("protection.case/1", body, Label())], "duty")[0]
    raw = node.releasing.preview(home, Label(to=("hum",)), "duty")
    assert b"filer" not in raw
    assert b"chef" not in raw
    assert b"140123456" not in raw
    node.releasing.release(home, Label(to=("hum",)), "duty")
    alliance.exchange()
    assert "filer" not in str(board(alliance["hum"], "cases")[0])
    assert b"chef" not in b"".join(
        doc for doc in node.access.list(node.access.actor("bf", "duty"), "protection.case").docs
    )


def test_steps_in_no_order_are_named(alliance):
    about = case(alliance)
    for said in ({"step": "finding"}, {"step": "inquiry", "established": True},
                 {"step": "recategorised"}, {"step": "remedy_done"}):  # fmt: skip
        with pytest.raises(BadInput):
            step(alliance, "ml", about, said.pop("step"), **said)
    body = bodies.CaseStep(step="inquiry", text="x")
    with pytest.raises(BadInput, match="hears what becomes"):
        put(alliance, "ml", "step", body, ("hum",), about, "legal")
