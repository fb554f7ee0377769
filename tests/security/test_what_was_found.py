"""Holes that the matrix, or reading for it, has found: each stays closed."""

from datetime import timedelta

import pytest

from core_db.cases import (
    accept_case,
    case_shown,
    case_timeline,
    dispatch_case,
    merge_case,
    report_progress,
    sign_case,
    submit_on_behalf,
    write_note,
)
from core_db.cases.drafts import (
    AcceptanceDraft,
    DispatchDraft,
    MergerDraft,
    NothingDraft,
    OnBehalfDraft,
    ProgressDraft,
    TextDraft,
)
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound, NotPermitted, Stale
from core_db.foundation.ids import new_id
from core_db.insight import figures
from core_db.places import places_to_name
from core_db.upkeep import case_rows, people_rows, place_rows


def holding(given, *grants: Grant) -> Actor:
    """Somebody with several roles at once."""
    return Actor(kind=ActorKind.STAFF, id=new_id(), name="一人两职", grants=grants)


def analyst_at(given) -> Grant:
    return Grant(role=Role.DISTRICT_ANALYST, place_id=given.district.id)


def test_accepting_a_public_case_at_a_room_does_not_tell_the_neighbours_which(given):
    raised = given.a_case(visibility="public").case.id

    given.do(accept_case, raised, AcceptanceDraft(place_id=given.home.id), by=given.worker())

    for_neighbours = given.see(case_shown, raised, by=given.neighbour())
    for_staff = given.see(case_shown, raised, by=given.worker())
    assert for_neighbours["place"] == {"id": given.building.id, "label": given.building.label, "note": None}
    assert given.home.name in for_staff["place"]["note"]


def test_accepting_a_private_case_at_a_room_says_the_room(given):
    raised = given.a_case().case.id

    given.do(accept_case, raised, AcceptanceDraft(place_id=given.home.id), by=given.worker())

    assert given.see(case_shown, raised, by=given.worker())["place"]["label"] == given.home.label


def test_neighbours_learn_nothing_of_the_private_case_that_carries_a_public_one(given):
    main, owner, worker = (
        given.a_case(by=given.neighbour(name="另一户")).case.id,
        given.resident(),
        given.worker(),
    )
    public = given.a_case(by=owner, visibility="public", text="楼道灯也不亮").case.id
    given.do(merge_case, public, MergerDraft(into=main), by=worker)

    assert "main_case" not in given.see(case_shown, public, by=given.resident(of=given.homes[2]))
    assert given.see(case_shown, public, by=owner)["main_case"]["id"] is None
    assert given.see(case_shown, public, by=worker)["main_case"]["id"] == main


@pytest.fixture
def handed_over(given) -> str:
    """A case handed to the property firm, with a note of the committee's in it."""
    case_id, worker = given.a_case().case.id, given.worker()
    given.do(accept_case, case_id, AcceptanceDraft(), by=worker)
    given.do(dispatch_case, case_id, DispatchDraft(lead=given.property_firm.id), by=worker)
    given.do(write_note, case_id, TextDraft(text="只给居委会看"), by=worker)
    return case_id


def test_an_analyst_who_handles_a_case_reads_it_as_a_handler(given, handed_over):
    firm = given.property_firm
    handler = Grant(role=Role.CONTRACTOR, place_id=firm.place_id, organisation_id=firm.id)

    read = given.see(case_timeline, handed_over, by=holding(given, analyst_at(given), handler))

    assert read
    assert "只给居委会看" not in str(read)


def test_a_worker_somewhere_else_reads_figures_as_an_analyst_does(given, clock):
    given.a_case()
    elsewhere = Grant(role=Role.WORKER, place_id=given.neighbouring_community.id)
    today = local_date(clock.now())

    found = given.see(
        figures, place_id=given.community.id, since=today - timedelta(7), until=today,
        by=holding(given, analyst_at(given), elsewhere),
    )  # fmt: skip
    at_home = given.see(
        figures, place_id=given.community.id, since=today - timedelta(7), until=today, by=given.worker()
    )

    assert found.suppressed
    assert found.total.cases is None
    assert (at_home.suppressed, at_home.total.cases) == (False, 1)


def test_the_figures_of_a_place_beyond_are_not_there(given, clock):
    today = local_date(clock.now())

    for place_id in (given.neighbouring_community.id, given.town.id, new_id()):
        with pytest.raises(NotFound):
            given.see(figures, place_id=place_id, since=today, until=today, by=given.worker())


def test_a_list_of_places_goes_on_from_none_beyond(given):
    for place_id in (given.neighbouring_building.id, new_id()):
        with pytest.raises(NotFound):
            given.see(places_to_name, after=place_id, by=given.resident())


def test_whoever_enters_a_case_learns_nothing_of_people_next_door(given):
    stranger = given.resident_next_door()

    for person_id in (stranger.person_id, new_id()):
        draft = OnBehalfDraft(
            text="听说那边灯坏了",
            channel="phone",
            on_behalf_of=person_id,
            place_id=given.neighbouring_building.id,
        )
        with pytest.raises(NotPermitted):
            given.do(submit_on_behalf, draft, by=given.worker())


def test_an_analyst_finds_buildings_and_no_doors(given):
    below = given.see(places_to_name, parent=given.building.id, by=given.analyst())
    for_the_dispatcher = given.see(places_to_name, parent=given.building.id, by=given.town_dispatcher())

    assert below.items == []
    assert len(for_the_dispatcher.items) == 3


def test_who_was_faster_than_a_handler_is_told_him_by_office(given, handed_over):
    worker, handler = given.worker(name="小张不留名"), given.contractor()
    given.do(sign_case, handed_over, NothingDraft(), version=3, by=handler)
    given.do(report_progress, handed_over, ProgressDraft(text="在问"), version=4, by=worker)

    with pytest.raises(Stale) as refused:
        given.do(report_progress, handed_over, ProgressDraft(text="在路上"), version=4, by=handler)
    with pytest.raises(Stale) as among_us:
        given.do(report_progress, handed_over, ProgressDraft(text="在路上"), version=4, by=given.secretary())

    assert "小张不留名" not in refused.value.sentence("zh")
    assert "小张不留名" in among_us.value.sentence("zh")


@pytest.mark.parametrize("rows", [people_rows, case_rows, place_rows])
def test_whole_tables_leave_by_the_command_alone(given, rows):
    given.a_case()

    assert given.see(lambda s, **who: list(rows(s, given.community.id, **who)), by=given.system())
    for somebody in (given.secretary(), given.worker_next_door(), given.analyst(), given.resident()):
        with pytest.raises(NotPermitted):
            given.see(lambda s, **who: list(rows(s, given.community.id, **who)), by=somebody)
