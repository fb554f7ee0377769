"""What is known of estates, buildings, homes and households: changed one way, with before, after, source and undo."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OUTBOX
from core_db.foundation.recorded import source_of
from core_db.people import (
    ChangedSince,
    HeadDraft,
    Household,
    HouseholdCorrection,
    MoveIn,
    PersonDraft,
    RelationDraft,
    Residency,
    SaysSoAlready,
    change_head,
    correct_household,
    correct_place,
    correct_relation,
    end_dwelling,
    move_in,
    register_person,
    undo_change,
    undo_change_kept_there,
)
from core_db.people.model import CHANGES
from core_db.places import (
    PLACE_CHANGES,
    Building,
    BuildingDraft,
    Home,
    LivedIn,
    Place,
    PlaceCorrection,
    PlaceEnding,
    PlaceRecord,
    create_building,
    place_by_code,
    places_to_name,
    verify_place,
)
from core_db.places.leaving import empty_place_changes

CERTIFICATE = "沪(2019)宝字不动产权第012345号"


@pytest.fixture
def correct(given, worker):
    """`correct(home, "area", "88.5")`: as a worker of its neighbourhood."""

    def put_right(place, field, value, by=None, **more):
        draft = PlaceCorrection(field=field, value=value, **more)
        return given.do(correct_place, place.id, draft, by=by or worker)

    return put_right


def lines(door, *where):
    """The history, the newest first."""
    statement = select(PLACE_CHANGES).where(*where).order_by(PLACE_CHANGES.c.id.desc())
    return door.read_now(lambda session: session.execute(statement).all())


def kept(door, model, key):
    return door.read_now(lambda session: session.get(model, key))


def test_a_field_says_before_and_after_and_where_it_comes_from(given, door, worker, correct):
    correct(given.home, "area", "88.50 ㎡", source="证件", reason="看了产证")
    correct(given.home, "use", "出租")
    correct(given.building, "floors", "18")

    use, area = lines(door, PLACE_CHANGES.c.place_id == given.home.id)
    assert (area.before, area.after, area.source, area.reason) == (None, "88.5", "证件", "看了产证")
    assert (use.before, use.after, use.by_name, use.cause) == (
        "self_occupied",
        "rented",
        worker.name,
        "corrected",
    )
    assert kept(door, Home, given.home.id).area == 88.5
    assert kept(door, Building, given.building.id).floors == 18
    record = kept(door, PlaceRecord, given.home.id)
    assert source_of(record, "area") == ("证件", date(2026, 11, 23))
    assert source_of(record, "floor") == ("", None)


def test_a_certificate_is_sealed_where_it_stands_and_in_its_history(given, door, correct):
    correct(given.home, "certificate", CERTIFICATE)
    correct(given.home, "certificate", CERTIFICATE.replace("5号", "6号"))

    (second, _first) = lines(door, PLACE_CHANGES.c.place_id == given.home.id)
    record = kept(door, PlaceRecord, given.home.id)
    assert record.certificate_sealed is not None
    assert second.before_sealed is not None
    assert second.before is None
    for said in (record.certificate_sealed, second.before_sealed, second.after_sealed):
        assert "沪".encode() not in said


def test_what_is_said_already_is_no_change_and_what_makes_no_sense_is_refused(given, door, correct):
    correct(given.home, "certificate", CERTIFICATE)
    for field, value in (("certificate", CERTIFICATE), ("use", "自住"), ("area", "")):
        with pytest.raises(SaysSoAlready):
            correct(given.home, field, value)
    for place, field, value in (
        (given.home, "area", "-3"), (given.home, "area", "nan"), (given.home, "use", ""), (given.home, "use", "住"),
        (given.building, "floors", "九层"), (given.building, "floors", "0"), (given.home, "floors", "3"),
        (given.home, "valid_from", "2030-01-01"), (given.home, "name", "999室"),
    ):  # fmt: skip
        with pytest.raises(CannotBeRead):
            correct(place, field, value)

    assert len(lines(door)) == 1


def test_only_the_committee_of_the_place_keeps_it(given, correct):
    with pytest.raises(NotFound):
        correct(given.home, "area", "60", by=given.worker_next_door())
    for somebody in (given.resident(), given.contractor(), given.town_dispatcher()):
        with pytest.raises(NotPermitted):
            correct(given.home, "area", "60", by=somebody)


def test_a_change_is_taken_back_unless_it_was_changed_since(given, door, worker, correct):
    correct(given.home, "area", "60")
    correct(given.home, "area", "61")
    second, first = lines(door)

    with pytest.raises(ChangedSince):
        given.do(undo_change_kept_there, first.id, by=worker)
    given.do(undo_change_kept_there, second.id, by=worker)

    assert kept(door, Home, given.home.id).area == 60
    assert lines(door)[0].undoes_id == second.id


def test_whoever_looked_says_so_of_one_field_or_of_all(given, door, worker, correct):
    correct(given.home, "area", "60", source="证件")
    given.clock.advance(timedelta(days=10))
    given.do(verify_place, given.home.id, "area", by=worker)
    assert source_of(kept(door, PlaceRecord, given.home.id), "area") == ("证件", date(2026, 12, 3))
    given.clock.advance(timedelta(days=10))
    given.do(verify_place, given.home.id, by=worker)

    record = kept(door, PlaceRecord, given.home.id)
    assert source_of(record, "area") == ("证件", date(2026, 12, 13))
    assert source_of(record, "use") == ("", date(2026, 12, 13))


def test_a_history_can_be_emptied_and_nothing_else(given, door, correct):
    correct(given.home, "certificate", CERTIFICATE, reason="看了产证")
    (line,) = lines(door)

    altered = (update(PLACE_CHANGES).values(after="60"), update(PLACE_CHANGES).values(by_name="别人"))
    for statement in (delete(PLACE_CHANGES), *altered):
        with pytest.raises(DBAPIError, match="append-only"):
            door.write_now(lambda session, statement=statement: session.execute(statement))
    door.write_now(lambda session: empty_place_changes(session, [line.id]))

    (emptied,) = lines(door)
    assert (emptied.after_sealed, emptied.reason, emptied.by_name) == (None, None, line.by_name)


def test_a_place_that_is_gone_has_an_end_and_a_successor_and_all_in_it_goes_with_it(given, door, worker):
    new = given.do(create_building, BuildingDraft(parent_id=given.community.id, name="12甲号"), by=worker)
    ending = PlaceEnding(last_day=date(2026, 11, 20), successor_id=new.id, reason="拆除重建")
    given.do(end_dwelling, given.building.id, ending, by=worker)
    assert door.read_now(lambda session: place_by_code(session, given.building.code)) is None

    record = kept(door, PlaceRecord, given.building.id)
    assert (record.valid_to, record.successor_id) == (date(2026, 11, 20), new.id)
    assert kept(door, Place, given.home.id).ended_at is not None
    named = given.see(places_to_name, parent=given.community.id, by=worker).items
    assert [one.name for one in named] == ["12甲号", "13号"]
    with pytest.raises(NotFound):
        given.do(correct_place, given.home.id, PlaceCorrection(field="area", value="60"), by=worker)

    (ended,) = lines(door)
    given.do(undo_change_kept_there, ended.id, by=worker)
    assert kept(door, Place, given.home.id).ended_at is None
    assert kept(door, PlaceRecord, given.building.id).successor_id is None


def test_nobody_s_home_has_an_end(given, worker):
    given.resident()

    for place in (given.home, given.building):
        with pytest.raises(LivedIn):
            given.do(end_dwelling, place.id, PlaceEnding(reason="拆除"), by=worker)
    with pytest.raises(NotFound):
        given.do(end_dwelling, given.home.id, PlaceEnding(reason="拆除"), by=given.worker_next_door())
    far = PlaceEnding(reason="拆除", successor_id=given.building.id)
    with pytest.raises(CannotBeRead):
        given.do(end_dwelling, given.homes[3].id, far, by=worker)


# -- households -------------------------------------------------------------------------------------


@pytest.fixture
def family(given, worker):
    """孙伯 the head, 孙婶 his wife, 小孙 their son, 老舅: in this order, with their residencies."""
    found = []
    for name, relation in (("孙伯", "02"), ("孙婶", "10"), ("小孙", "20"), ("老舅", "97")):
        person = given.do(register_person, PersonDraft(community_id=given.community.id, name=name), by=worker)
        entry = MoveIn(home_id=given.other_home.id, relation=relation, household="1", since=date(2020, 5, 1))
        found.append((person, given.do(move_in, person.id, entry, by=worker)))
    return found


def test_a_household_s_number_and_kind_have_a_history_and_can_be_taken_back(given, door, worker, family):
    household_id = family[0][1].household_id
    for field, value in (("number", "0815"), ("kind", "集体户")):
        draft = HouseholdCorrection(field=field, value=value, source="户口簿")
        given.do(correct_household, household_id, draft, by=worker)
    kind, number = lines(door, PLACE_CHANGES.c.of_id == household_id)
    assert (number.before, number.after, kind.after) == ("1", "0815", "collective")

    given.do(undo_change_kept_there, kind.id, by=worker)

    household = kept(door, Household, household_id)
    assert (household.number, household.kind) == ("0815", "family")
    assert source_of(household, "number") == ("户口簿", date(2026, 11, 23))
    with pytest.raises(NotFound):
        given.do(undo_change_kept_there, number.id, by=given.worker_next_door())


def relations(door, family):
    return [kept(door, Residency, residency.id).relation for _person, residency in family]


def test_the_wife_heads_the_household_and_the_children_stay_children(given, door, worker, family):
    household_id = family[0][1].household_id
    given.do(change_head, household_id, HeadDraft(person_id=family[1][0].id, reason="户口簿换了"), by=worker)

    assert kept(door, Household, household_id).head_id == family[1][0].id
    assert relations(door, family) == ["10", "02", "20", None]
    types = door.read_now(
        lambda session: session.execute(select(OUTBOX.c.type).order_by(OUTBOX.c.position)).scalars().all()
    )
    assert "cn.shequyun.household.changed.v1" in types


def test_another_head_is_taken_back_as_a_whole(given, door, worker, family):
    household_id = family[0][1].household_id
    given.do(change_head, household_id, HeadDraft(person_id=family[2][0].id), by=worker)
    assert relations(door, family) == [None, None, "02", None]
    line = door.read_now(
        lambda session: session.execute(select(CHANGES.c.id).where(CHANGES.c.field == "head")).scalar()
    )

    given.do(undo_change, line, by=worker)

    assert kept(door, Household, household_id).head_id == family[0][0].id
    assert relations(door, family) == ["02", "10", "20", "97"]


def test_a_relation_is_put_right_and_a_household_has_one_head(given, door, worker, family):
    uncle = family[3][1]
    given.do(correct_relation, uncle.id, RelationDraft(relation="70", source="上门"), by=worker)
    assert kept(door, Residency, uncle.id).relation == "70"

    for residency, relation in ((uncle, "02"), (family[0][1], "20")):
        with pytest.raises(CannotBeRead):
            given.do(correct_relation, residency.id, RelationDraft(relation=relation), by=worker)
    with pytest.raises(SaysSoAlready):
        given.do(correct_relation, uncle.id, RelationDraft(relation="70"), by=worker)
    with pytest.raises(NotFound):
        given.do(correct_relation, uncle.id, RelationDraft(relation="97"), by=given.worker_next_door())
