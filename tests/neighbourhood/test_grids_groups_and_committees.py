"""Which buildings a grid or a group covers, who serves where, charters, committees and their types."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core_db.accounts import RoleDraft, assign_role
from core_db.finding import find_people
from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.recorded import SaysSoAlready
from core_db.neighbourhood import (
    CharterDraft,
    CommunityTypeDraft,
    CoverageDraft,
    CoveredAlready,
    Covering,
    EntryDraft,
    EntryEnding,
    LedAlready,
    NotItsBuildingLead,
    SeatDraft,
    StillOpen,
    adopt_charter,
    charters_of,
    cover_buildings,
    coverage_of,
    covered_on,
    end_entry,
    entry_seen,
    fill_seat,
    my_committees,
    register_entry,
    seats_of,
    set_community_type,
    store_example_types,
    types_in_force,
    vacate_seat,
)
from core_db.neighbourhood.leaving import forget_seats
from core_db.neighbourhood.model import SEATS
from core_db.neighbourhood.words import EntryKind

COMMUNITY, ORGANISATION, FACILITY, GRID, GROUP = EntryKind
GOOD_CODE = "91350100M000100Y43"
PHONE = "13912345678"
TODAY = date(2026, 11, 23)


# -- grids and groups -------------------------------------------------------------------------------


def test_a_building_belongs_to_one_micro_grid_at_a_time_and_to_a_composite_one_besides(
    given, door, worker, enter, cover, clock
):
    first, second = enter(GRID, name="一号", code="G1"), enter(GRID, name="二号", code="G2")
    large = enter(GRID, name="大网格", code="Z1", level="composite")
    cover(GRID, first, given.building, given.other_building, since=date(2026, 11, 1))
    cover(GRID, large, given.building)

    with pytest.raises(CoveredAlready) as refused:
        cover(GRID, second, given.building)
    assert "一号" in refused.value.sentence("zh")
    clock.advance(timedelta(days=1))
    cover(GRID, first, given.other_building)
    cover(GRID, second, given.building)

    def grid_on(day):
        return given.see(covered_on, given.building.id, "micro", day, by=worker)

    assert [grid_on(date(2026, 11, 2)), grid_on(date(2026, 11, 25))] == [first.id, second.id]
    seen = given.see(coverage_of, GRID, first.id, by=worker)
    assert [(one.label, one.is_here, one.elsewhere) for one in seen.buildings] == [
        ("12号", False, "二号"),
        ("13号", True, ""),
    ]
    assert seen.homes == 3
    with pytest.raises(CannotBeRead):
        cover(GRID, first, given.neighbouring_building)


def test_the_database_itself_refuses_a_second_micro_grid(given, door, enter, cover):
    grid = enter(GRID, name="一号", code="G1")
    cover(GRID, grid, given.building)
    second = Covering(
        id=new_id(), community_id=given.community.id, of_id=new_id(), layer="micro", place_id=given.building.id,
        valid_from=TODAY,
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        door.write_now(lambda session: (session.add(second), session.flush()))


def test_a_group_is_led_by_the_building_lead_of_one_of_its_buildings_and_by_nobody_else(
    given, door, worker, enter, cover
):
    group = enter(GROUP, name="牡丹楼组", contact_phone=PHONE)
    cover(GROUP, group, given.building)
    lead, neighbour = given.resident(name="王阿姨"), given.neighbour()

    def appoint(who, title="lead", **more):
        return given.do(fill_seat, GROUP, group.id, SeatDraft(who=who, title=title, **more), by=worker)

    with pytest.raises(NotItsBuildingLead):
        appoint(f"person/{lead.person_id}")
    post = RoleDraft(account_id=lead.id, role=Role.BUILDING_LEAD, place_id=given.building.id, reason="推选")
    given.do(assign_role, post, by=given.secretary())
    seat = appoint(f"account/{lead.id}", duty="召集大家")
    appoint(f"person/{neighbour.person_id}", title="member")
    with pytest.raises(LedAlready):
        appoint(f"account/{lead.id}")
    seen = given.see(seats_of, GROUP, group.id, by=worker)
    assert [(one.name, one.title, one.is_building_lead) for one in seen] == [
        ("王阿姨", "lead", True),
        ("李叔", "member", False),
    ]

    given.do(vacate_seat, GROUP, group.id, seat.id, by=worker)
    assert [one.name for one in given.see(seats_of, GROUP, group.id, by=worker)] == ["李叔"]


def test_a_seat_gives_a_building_lead_nothing_to_see(given, worker, enter, cover):
    group, lead = enter(GROUP, name="牡丹楼组", contact_phone=PHONE), given.resident()
    cover(GROUP, group, given.building)
    post = RoleDraft(account_id=lead.id, role=Role.BUILDING_LEAD, place_id=given.building.id, reason="推选")
    given.do(assign_role, post, by=given.secretary())
    given.do(fill_seat, GROUP, group.id, SeatDraft(who=f"account/{lead.id}", title="lead"), by=worker)

    with pytest.raises(NotFound):
        given.see(entry_seen, GROUP, group.id, by=lead)
    assert not given.see(find_people, "李", by=lead)


def test_a_charter_has_versions_and_the_residents_of_its_buildings_read_the_newest(
    given, worker, enter, cover
):
    group = enter(GROUP, name="牡丹楼组", contact_phone=PHONE)
    cover(GROUP, group, given.building)
    for text in ("一、轮流扫楼道", "一、轮流扫楼道\n二、不堆杂物"):
        given.do(adopt_charter, group.id, CharterDraft(text=text, source="楼组会议"), by=worker)
    with pytest.raises(SaysSoAlready):
        given.do(adopt_charter, group.id, CharterDraft(text="一、轮流扫楼道\n二、不堆杂物"), by=worker)

    assert [one.version for one in given.see(charters_of, group.id, by=worker)] == [2, 1]
    (mine,) = given.see(my_committees, by=given.resident())
    assert [(one.name, one.charter.version) for one in mine.groups] == [("牡丹楼组", 2)]
    assert PHONE not in str(mine)
    assert "5678" not in str(mine)
    (theirs,) = given.see(my_committees, by=given.resident_next_door())
    assert list(theirs.groups) == []


# -- committees and their types ---------------------------------------------------------------------


def test_residents_read_where_their_committee_ends_and_who_serves_in_it(given, worker, enter, correct):
    correct(COMMUNITY, given.community, "east", "牡丹江路")
    enter(ORGANISATION, name="牡丹小学", main_unit="yes", address="友谊支路2号", legal_person="范文清")
    aunt = given.resident()
    seat = SeatDraft(who=f"person/{aunt.person_id}", body="women_children", title="lead", duty="妇女儿童工作")
    given.do(fill_seat, COMMUNITY, given.community.id, seat, by=worker)

    (mine,) = given.see(my_committees, by=given.neighbour())
    assert mine.community.east == "牡丹江路"
    assert [(one.name, one.body, one.duty) for one in mine.seats] == [
        ("王阿姨", "women_children", "妇女儿童工作")
    ]
    assert mine.main_units == [("牡丹小学", "友谊支路2号")]


def test_a_committee_does_not_end_here_and_is_not_entered(given, worker):
    with pytest.raises(StillOpen):
        given.do(end_entry, COMMUNITY, given.community.id, EntryEnding(reason="x"), by=worker)
    with pytest.raises(NotFound):
        given.do(register_entry, COMMUNITY, EntryDraft(node_id=given.community.id), by=worker)


def test_types_hold_from_a_day_to_a_day_and_a_community_is_of_one_that_holds(given, worker, correct):
    district = given.district_dispatcher()
    given.do(store_example_types, given.district.id, valid_from=date(2026, 1, 1), by=district)
    past = CommunityTypeDraft(
        district_id=given.district.id,
        code="past",
        zh="过去的",
        en="past",
        valid_from=date(2020, 1, 1),
        valid_to=date(2025, 1, 1),
    )
    given.do(set_community_type, past, by=district)
    with pytest.raises(NotFound):
        given.do(set_community_type, past, by=worker)
    with pytest.raises(NotPermitted):
        given.do(set_community_type, past, by=given.analyst())

    held = given.see(types_in_force, given.district.id, by=worker)
    assert len(held) == 7
    assert all("示例" in one.zh for one in held)
    correct(COMMUNITY, given.community, "community_type", "lane")
    for unknown in ("past", "nothing"):
        with pytest.raises(CannotBeRead):
            correct(COMMUNITY, given.community, "community_type", unknown)


def test_whoever_is_forgotten_serves_nowhere(given, door, worker):
    aunt, uncle = given.resident(), given.neighbour()
    for one in (aunt, uncle):
        draft = SeatDraft(who=f"person/{one.person_id}")
        given.do(fill_seat, COMMUNITY, given.community.id, draft, by=worker)
    door.write_now(lambda session: forget_seats(session, person_ids=[aunt.person_id]))

    left = door.read_now(lambda session: session.execute(select(SEATS.c.person_id)).scalars().all())
    assert left == [uncle.person_id]
    assert [one.name for one in given.see(seats_of, COMMUNITY, given.community.id, by=worker)] == ["李叔"]


@pytest.mark.parametrize("who", ["worker_next_door", "contractor"])
def test_the_committee_next_door_and_a_firm_neither_cover_nor_seat_here(given, worker, enter, cover, who):
    group, stranger, aunt = (
        enter(GROUP, name="牡丹楼组", contact_phone=PHONE),
        getattr(given, who)(),
        given.resident(),
    )
    cover(GROUP, group, given.building)
    seated = SeatDraft(who=f"person/{aunt.person_id}", title="member")
    seat = given.do(fill_seat, GROUP, group.id, seated, by=worker)
    theirs = CoverageDraft(place_ids=[given.other_building.id])

    for deed, words in (
        (cover_buildings, (theirs,)),
        (fill_seat, (seated,)),
        (vacate_seat, (seat.id,)),
    ):
        with pytest.raises((NotFound, NotPermitted)):
            given.do(deed, GROUP, group.id, *words, by=stranger)

    covered = given.see(coverage_of, GROUP, group.id, by=worker).buildings
    assert [one.label for one in covered if one.is_here] == ["12号"]
    assert [one.name for one in given.see(seats_of, GROUP, group.id, by=worker)] == ["王阿姨"]
