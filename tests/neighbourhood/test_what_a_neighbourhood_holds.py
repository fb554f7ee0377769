"""Organisations and facilities: entered, put right, verified, inspected, ended, with their history."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OUTBOX
from core_db.foundation.recorded import ChangedSince, SaysSoAlready
from core_db.neighbourhood import (
    EntryEnding,
    EntryExists,
    InspectionDraft,
    coverage_of,
    end_entry,
    entries,
    entry_history,
    entry_seen,
    inspections_of,
    inspections_over,
    record_inspection,
    undo_entry_change,
    verify_entry,
)
from core_db.neighbourhood.words import EntryKind
from core_db.people import Organisation, organisations_for

COMMUNITY, ORGANISATION, FACILITY, GRID, GROUP = EntryKind
GOOD_CODE = "91350100M000100Y43"
PHONE = "13912345678"
TODAY = date(2026, 11, 23)


# -- organisations ----------------------------------------------------------------------------------


def test_an_organisation_is_entered_with_its_people_sealed_and_its_code_checked(given, door, worker, enter):
    firm = enter(
        ORGANISATION, name="阳光餐厅", form="enterprise", credit_code=f" {GOOD_CODE.lower()} ", address="友谊支路1号",
        legal_person="范文清", contact="邱小路", contact_phone=PHONE, liaison="小张",
    )  # fmt: skip

    stored = door.read_now(lambda session: session.get(Organisation, firm.id))
    assert stored.credit_code == GOOD_CODE
    for sealed, clear in ((stored.legal_person_sealed, "范文清"), (stored.contact_phone_sealed, PHONE)):
        assert clear.encode() not in sealed
    seen = given.see(entry_seen, ORGANISATION, firm.id, by=worker)
    assert (seen.value("legal_person"), seen.value("contact_phone")) == ("范**", "139****5678")
    assert (seen.value("liaison"), seen.node_name, seen.verified_on) == ("小张", "牡丹一村", TODAY)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("91350100M000100Y4", "18 位"),
        ("91350100M000100Y44", "第 18 位"),
        ("91350100M00010OY43", "第 15 位"),
        ("91350100M000200Y43", "第 9–17 位"),
    ],
)
def test_a_wrong_credit_code_is_told_with_the_place_that_is_wrong(enter, code, says):
    with pytest.raises(CannotBeRead) as refused:
        enter(ORGANISATION, name="", credit_code=code)

    assert says in refused.value.faults["credit_code"][0]
    assert "name" in refused.value.faults


def test_what_handles_no_cases_is_not_offered_to_hand_cases_to(given, worker, enter):
    enter(ORGANISATION, name="阳光餐厅")

    offered = {one.name for one in given.see(organisations_for, None, given.community.id, by=worker)}
    assert "阳光餐厅" not in offered
    assert "牡丹物业" in offered


def test_one_name_is_entered_once_in_a_neighbourhood(enter):
    enter(ORGANISATION, name="阳光餐厅")

    with pytest.raises(EntryExists):
        enter(ORGANISATION, name="阳光餐厅")


def test_only_a_social_organisation_shows_what_only_those_have(given, worker, enter, correct):
    club = enter(ORGANISATION, name="合唱队", form="social", register_type="listed", service_scope="本小区")
    shop = enter(ORGANISATION, name="小店", form="sole_trader")

    def shown(entry):
        return {one.field for one in given.see(entry_seen, ORGANISATION, entry.id, by=worker).fields}

    assert {"register_type", "rating", "brand_projects", "service_scope"} <= shown(club)
    assert "rating" not in shown(shop)


# -- the one way to change --------------------------------------------------------------------------


def test_a_field_keeps_what_it_said_where_it_comes_from_and_is_taken_back(
    given, door, worker, enter, correct
):
    firm = enter(ORGANISATION, name="阳光餐厅", phone="021-1", contact_phone=PHONE)
    correct(ORGANISATION, firm, "phone", "021-2", source="电话", reason="换了号")
    correct(ORGANISATION, firm, "contact_phone", "13900000000")

    mobile, phone, entered = given.see(entry_history, ORGANISATION, firm.id, by=worker)
    assert (phone.before, phone.after, phone.source, phone.reason) == ("021-1", "021-2", "电话", "换了号")
    assert (mobile.before, mobile.after) == ("139****5678", "139****0000")
    assert (entered.field, entered.may_undo, phone.may_undo) == ("registered", False, True)

    for line in (phone, mobile):
        given.do(undo_entry_change, ORGANISATION, firm.id, line.id, by=worker)
    with pytest.raises(ChangedSince):
        given.do(undo_entry_change, ORGANISATION, firm.id, phone.id, by=worker)
    seen = given.see(entry_seen, ORGANISATION, firm.id, by=worker)
    assert (seen.value("phone"), seen.value("contact_phone")) == ("021-1", "139****5678")


def test_what_is_said_already_is_no_change_and_what_makes_no_sense_is_refused(enter, correct):
    thing = enter(FACILITY, name="消防栓")
    grid = enter(GRID, name="一号", code="G1")
    with pytest.raises(SaysSoAlready):
        correct(FACILITY, thing, "name", "消防栓")
    for field, value in (
        ("facility_class", "06"), ("facility_class", ""), ("name", ""), ("every_days", "0"), ("position", "1,1"),
        ("position", "x"), ("due_on", "明天"), ("unheard_of", "1"), ("id", "1"),
    ):  # fmt: skip
        with pytest.raises(CannotBeRead):
            correct(FACILITY, thing, field, value)
    with pytest.raises(CannotBeRead):
        correct(GRID, grid, "level", "composite")


def test_verifying_sets_the_day_and_keeps_each_source(given, worker, enter, correct, clock):
    thing = enter(FACILITY, name="消防栓", spot="东门")
    correct(FACILITY, thing, "owner_unit", "牡丹物业", source="铭牌")
    clock.advance(timedelta(days=3))
    given.do(verify_entry, FACILITY, thing.id, by=worker)

    owner = next(
        one
        for one in given.see(entry_seen, FACILITY, thing.id, by=worker).fields
        if one.field == "owner_unit"
    )
    assert (owner.source, owner.verified_on) == ("铭牌", date(2026, 11, 26))


def test_an_entry_that_ended_is_in_no_list_frees_what_it_covered_and_comes_back(
    given, worker, enter, cover, correct
):
    grid = enter(GRID, name="一号", code="G1")
    cover(GRID, grid, given.building)
    given.do(end_entry, GRID, grid.id, EntryEnding(reason="合并了"), by=worker)

    assert given.see(entries, GRID, by=worker) == ([], None)
    with pytest.raises(NotFound):
        correct(GRID, grid, "name", "另一个")
    other = enter(GRID, name="二号", code="G2")
    cover(GRID, other, given.building)
    ended = given.see(entry_history, GRID, grid.id, by=worker)[0]
    given.do(undo_entry_change, GRID, grid.id, ended.id, by=worker)
    assert [one.name for one in given.see(entries, GRID, by=worker)[0]] == ["一号", "二号"]
    assert given.see(coverage_of, GRID, grid.id, by=worker).here == []


def test_neighbours_see_nothing_and_towns_keep_what_lies_below_them(given, enter, correct):
    thing = enter(FACILITY, name="消防栓")
    for somebody in (given.worker_next_door(), given.contractor(), given.resident(), given.analyst()):
        with pytest.raises(NotFound):
            correct(FACILITY, thing, "name", "别的", by=somebody)
        with pytest.raises(NotFound):
            given.see(entry_seen, FACILITY, thing.id, by=somebody)
    correct(FACILITY, thing, "spot", "南门", by=given.town_dispatcher())

    department = enter(ORGANISATION, name="市容所", at=given.town, by=given.town_dispatcher())
    worker = given.worker()
    assert given.see(entry_seen, ORGANISATION, department.id, by=worker).may_keep is False
    with pytest.raises(NotPermitted):
        correct(ORGANISATION, department, "phone", "1", by=worker)


def test_every_step_tells_a_fact_of_ids_alone(given, door, enter, correct):
    firm = enter(ORGANISATION, name="阳光餐厅", legal_person="范文清")
    correct(ORGANISATION, firm, "legal_person", "孟大海")

    told = door.read_now(
        lambda session: (
            session.execute(select(OUTBOX.c.data).where(OUTBOX.c.subject == f"organisations/{firm.id}"))
            .scalars()
            .all()
        )
    )
    assert [one["cause"] for one in told] == ["registered", "corrected"]
    assert not any("范文清" in str(one) or "孟大海" in str(one) or "阳光" in str(one) for one in told)


# -- facilities -------------------------------------------------------------------------------------


def test_an_inspection_sets_the_next_day_and_what_is_over_is_counted(given, worker, enter, clock):
    thing = enter(FACILITY, name="健身器材", every_days="30", due_on="2026-11-20")
    enter(FACILITY, name="不用查的")
    enter(FACILITY, name="远得很", due_on="2027-11-20")
    assert given.see(inspections_over, by=worker) == 1
    assert [one.name for one in given.see(entries, FACILITY, due=True, by=worker)[0]] == ["健身器材"]

    for wrong in ({"passed": "no"}, {"passed": "yes", "inspected_on": date(2026, 12, 1)},
                  {"passed": "yes", "next_on": TODAY}):  # fmt: skip
        with pytest.raises(CannotBeRead):
            given.do(record_inspection, thing.id, InspectionDraft(**wrong), by=worker)
    given.do(record_inspection, thing.id, InspectionDraft(passed="no", findings="螺丝松了"), by=worker)
    # One that was written down late changes no day.
    late = InspectionDraft(passed="yes", inspected_on=date(2026, 11, 1))
    given.do(record_inspection, thing.id, late, by=worker)

    seen = given.see(entry_seen, FACILITY, thing.id, by=worker)
    assert (seen.inspected_on, seen.due_on) == (TODAY, date(2026, 12, 23))
    assert given.see(inspections_over, by=worker) == 0
    assert [(one.passed, one.findings) for one in given.see(inspections_of, thing.id, by=worker)] == [
        (False, "螺丝松了"),
        (True, ""),
    ]
    assert given.see(inspections_over, by=given.worker_next_door()) == 0
