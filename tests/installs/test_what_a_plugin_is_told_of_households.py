"""Households: who of one agreed is told, whoever did not is not there, and whether somebody lives alone is his own."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from core_db.installs.words import Decision
from core_db.life_events import (
    FamilyMoveIn,
    MemberDraft,
    MoveOutDraft,
    move_family_in,
    move_household_out,
    regroup_household,
)
from core_db.people import RegroupDraft
from core_db.people.queries import RESIDENCIES
from core_db.reveals import who_looked
from plugins.sdk.context import Forbidden
from resident_app.looks import look_shown
from tests.installs.test_what_a_plugin_is_told import facts

PLUGIN = "elder-care"
COVERS = {"fields": ["name", "household"]}


def of(pair, purpose="visit"):
    return lambda ctx: ctx.households.of(pair, purpose=purpose)


@pytest.fixture
def reading(on):
    """Switched on with the scope, and a purpose that covers it."""
    return on("household:read", optional_scopes=["resident.contact:read", "household:read"], purpose=COVERS)


def test_who_agreed_is_told_with_what_they_are_to_the_head_and_reads_it_afterwards(
    given, reading, agreed, asked, pair, keep_house, calls
):
    aunt, uncle = given.resident(), given.resident(name="李叔")
    keep_house(aunt, uncle)
    agreed(aunt)
    agreed(uncle)

    (home,) = asked(of(pair(aunt)))

    assert [(one.resident, one.is_head, one.relation) for one in home.members] == [
        (pair(aunt), True, "head of the household"), (pair(uncle), False, "spouse"),
    ]  # fmt: skip
    assert not home.lives_alone
    (row,) = calls()
    assert (row.op, row.scope, row.decision, row.fields, row.subjects) == (
        "households.of", "household:read", Decision.ALLOWED, ["household"], 2,
    )  # fmt: skip
    for one in (aunt, uncle):
        (look,) = given.see(who_looked, by=one)
        assert [word for _code, word in look_shown(look, "zh").fields] == ["和谁是一户"]


def test_whoever_did_not_agree_is_not_there_and_nothing_of_him_is_written(
    given, reading, agreed, asked, pair, keep_house
):
    aunt, uncle = given.resident(), given.resident(name="李叔")
    keep_house(aunt, uncle)
    agreed(aunt)

    (home,) = asked(of(pair(aunt)))

    assert [one.resident for one in home.members] == [pair(aunt)]
    assert not home.lives_alone
    assert asked(of(pair(uncle))) == asked(of("r_0123456789abcdef")) == []
    assert given.see(who_looked, by=uncle) == []


def test_who_lives_alone_is_said_to_and_who_moved_out_belongs_to_it_no_more(
    given, reading, agreed, asked, pair, keep_house, door, clock
):
    aunt, uncle = given.resident(), given.resident(name="李叔")
    keep_house(aunt, uncle)
    agreed(aunt)
    left = RESIDENCIES.c.person_id == uncle.person_id
    yesterday = clock.now().date() - timedelta(days=1)
    door.write_now(
        lambda s: s.execute(update(RESIDENCIES).where(left).values(valid_from=yesterday, valid_to=yesterday))
    )

    (home,) = asked(of(pair(aunt)))

    assert home.lives_alone
    assert len(home.members) == 1


def a_family(given, secretary):
    """A grandfather and his grandson move in."""
    members = (MemberDraft(name="孙伯", relation="02"), MemberDraft(name="孙儿", relation="20"))
    moving = FamilyMoveIn(home_id=given.home.id, since=given.clock.now().date(), members=members)
    return given.do(move_family_in, moving, by=secretary)


def test_the_fact_that_one_changed_leads_to_it_by_the_plugins_own_id(
    given, reading, agreed, asked, gateway, door, pair, secretary
):
    family = a_family(given, secretary)
    moved = door.read_now(lambda s: s.execute(RESIDENCIES.select()).all())
    son = next(one for one in moved if one.relation == "20")
    given.do(regroup_household, family.household_id, RegroupDraft(residency_ids=(son.id,)), by=secretary)

    changed = facts(door, "household.changed")
    told = [asyncio.run(gateway.told(PLUGIN, one)) for one in changed]

    assert told
    assert family.household_id not in str(told)
    assert all(one["household_id"].startswith("f_") for one in told)
    # Nobody of it agreed to anything, so there is nothing to be told of it.
    assert asked(lambda ctx: ctx.households.get(told[0]["household_id"], purpose="visit")) is None


def test_that_somebody_came_to_one_or_left_it_is_told(given, door, secretary):
    family = a_family(given, secretary)
    stay = door.read_now(lambda s: s.execute(RESIDENCIES.select()).all())[-1]
    leaving = MoveOutDraft(last_day=given.clock.now().date())
    given.do(move_household_out, stay.id, leaving, by=secretary)

    told = facts(door, "household.changed")

    assert [(one.data["household_id"], one.data["cause"], one.data["fields"]) for one in told] == [
        (family.household_id, "moved_in", ["household"]),
        (family.household_id, "moved_in", ["household"]),
        (family.household_id, "moved_out", ["household"]),
    ]


def test_one_is_found_by_its_id_once_somebody_of_it_agreed(given, reading, agreed, asked, pair, keep_house):
    aunt, uncle = given.resident(), given.resident(name="李叔")
    keep_house(aunt, uncle)
    agreed(uncle)
    (home,) = asked(of(pair(uncle)))

    again = asked(lambda ctx: ctx.households.get(home.id, purpose="visit"))

    assert again == home
    assert asked(lambda ctx: ctx.households.get("f_0123456789abcdef", purpose="visit")) is None


def test_a_resident_who_looks_lets_it_see_himself_alone(
    given, reading, agreed, asked, pair, keep_house, visitor
):
    aunt, uncle, stranger = given.resident(), given.resident(name="李叔"), given.neighbour("何伯")
    keep_house(aunt, uncle)
    for one in (aunt, uncle):
        agreed(one)
    (home,) = asked(of(pair(aunt)), by=visitor(aunt))

    assert [one.resident for one in home.members] == [pair(aunt)]
    with pytest.raises(Forbidden, match="a resident looks"):
        asked(of(pair(uncle)), by=visitor(aunt))
    assert asked(lambda ctx: ctx.households.get(home.id, purpose="visit"), by=visitor(stranger)) is None


@pytest.mark.parametrize(
    ("said", "deed", "match"),
    [
        ({"purpose": COVERS, "optional_scopes": []}, of("r_1"), "not given household:read"),
        ({"optional_scopes": ["household:read"]}, of("r_1"), "does not cover household"),
        ({"optional_scopes": ["household:read"]}, of("r_1", "other"), "no purpose 'other'"),
    ],
)
def test_without_scope_or_purpose_it_is_a_mistake_of_the_programme(
    said, deed, match, installed, enabled, asked, calls
):
    installed(**said)
    enabled(*said["optional_scopes"])

    with pytest.raises(Forbidden, match=match):
        asked(deed)

    assert [row.decision for row in calls()] == [Decision.FORBIDDEN]


def test_only_staff_who_may_look_people_up_let_it_look(
    given, reading, agreed, asked, pair, keep_house, visitor
):
    aunt = given.resident()
    keep_house(aunt)
    agreed(aunt)

    assert asked(of(pair(aunt)), by=visitor(given.worker()))[0].lives_alone
    with pytest.raises(Forbidden, match="may not do this himself"):
        asked(of(pair(aunt)), by=visitor(given.contractor()))
