"""Every change of a field has its line: before, after, who, when, from what; and it can be taken back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OUTBOX
from core_db.people import (
    ChangedSince,
    MoveIn,
    PersonCorrection,
    PersonDraft,
    PersonExists,
    SaysSoAlready,
    check_digit,
    correct_person,
    history_of,
    move_in,
    move_out,
    person_file,
    register_person,
    undo_change,
    verify_field,
    verify_person,
)
from core_db.people.leaving import forget_person
from core_db.people.model import CHANGES
from core_db.people.words.status import ResidenceStatus
from core_db.places import division_fault

PHONE, OTHER = "13812345678", "13987654321"
NUMBER = "11010519491231002X"


@pytest.fixture
def uncle(given, worker):
    draft = PersonDraft(
        community_id=given.community.id,
        name="孙伯",
        phone=PHONE,
        source="上门",
        ethnic_group="汉",
        education="80",
    )
    return given.do(register_person, draft, by=worker)


@pytest.fixture
def correct(given, worker, uncle):
    """`correct("phone", "139…")`: as the worker of his neighbourhood."""

    def put_right(field, value, by=None, **more):
        draft = PersonCorrection(field=field, value=value, **more)
        return given.do(correct_person, uncle.id, draft, by=by or worker)

    return put_right


def test_a_number_of_another_sex_is_compared_before_it_is_taken(given, worker, uncle, correct):
    correct("sex", "1")
    with pytest.raises(CannotBeRead) as refused:
        correct("id_number", NUMBER)
    assert "号码里的性别是女，名册里是男" in refused.value.faults["value"][0]

    correct("sex", "2")
    correct("id_number", NUMBER)
    assert "id_number" in {one.field for one in history(given, worker, uncle)}


def history(given, worker, person):
    return given.see(history_of, person.id, by=worker)


def field(given, worker, person, name):
    file = given.see(person_file, person.id, by=worker)
    return next(one for one in file.fields if one.field == name)


def test_registering_is_the_first_line(given, worker, uncle):
    (line,) = history(given, worker, uncle)

    assert (line.field, line.cause, line.source) == ("registered", "registered", "上门")
    assert (line.by_name, line.by_role) == (worker.name, "worker")


def test_a_change_says_before_and_after_masked_by_the_class_of_the_field(given, worker, uncle, correct):
    correct("phone", OTHER, source="电话", reason="换了号码")
    correct("ethnic_group", "回族")
    correct("education", "初中")

    school, group, phone, _registered = history(given, worker, uncle)
    assert (phone.before, phone.after) == ("138****5678", "139****4321")
    assert (phone.source, phone.reason) == ("电话", "换了号码")
    assert (group.before, group.after) == ("***", "***")
    assert (school.before, school.after) == ("80", "70")


def test_nothing_of_what_is_sealed_can_be_read_in_the_history(given, door, correct):
    correct("phone", OTHER)
    correct("workplace", "宝山钢铁厂")

    rows = door.read_now(
        lambda session: [str(dict(row._mapping)) for row in session.execute(select(CHANGES))]
    )

    assert rows
    assert not any(secret in row for secret in (PHONE, OTHER, "宝山钢铁") for row in rows)


def test_what_is_said_already_is_no_change(given, worker, uncle, correct):
    for name, value in (("phone", "138 1234 5678"), ("ethnic_group", "汉族"), ("name", " 孙伯 ")):
        with pytest.raises(SaysSoAlready):
            correct(name, value)

    assert len(history(given, worker, uncle)) == 1


def test_a_number_brings_birth_date_sex_and_kind_with_it(given, worker, uncle, correct):
    correct("id_number", NUMBER)

    assert {line.field for line in history(given, worker, uncle)} == {
        "registered", "id_number", "birth", "sex", "id_kind",
    }  # fmt: skip
    file = given.see(person_file, uncle.id, by=worker)
    assert (file.birth, file.sex, file.masked("id_kind")) == ("1949-**-**", "2", "resident_card")


def test_a_field_has_a_source_and_a_day_of_its_own_only_where_they_differ(given, worker, uncle, correct):
    given.do(verify_person, uncle.id, by=worker)
    given.clock.advance(timedelta(days=3))
    correct("phone", OTHER, source="电话")

    phone, name = field(given, worker, uncle, "phone"), field(given, worker, uncle, "name")
    assert phone.source == "电话"
    assert name.source == "上门"
    assert phone.verified_on - name.verified_on == timedelta(days=3)


def test_verified_today_is_one_tap_for_all_and_for_one_field(given, worker, uncle, correct):
    correct("phone", OTHER, source="电话")
    given.clock.advance(timedelta(days=30))
    given.do(verify_field, uncle.id, "name", by=worker)
    name, school = field(given, worker, uncle, "name"), field(given, worker, uncle, "education")
    assert name.verified_on is not None
    assert school.verified_on is None

    given.do(verify_person, uncle.id, by=worker)

    assert {one.verified_on for one in given.see(person_file, uncle.id, by=worker).fields} == {
        name.verified_on
    }
    assert field(given, worker, uncle, "phone").source == "电话"
    assert len(history(given, worker, uncle)) == 2


def test_a_change_can_be_taken_back_and_that_is_a_change(given, worker, uncle, correct):
    correct("phone", OTHER)
    wrong = history(given, worker, uncle)[0]

    given.do(undo_change, wrong.id, by=worker)

    back = history(given, worker, uncle)[0]
    assert (back.cause, back.before, back.after) == ("undone", "139****4321", "138****5678")
    assert given.see(person_file, uncle.id, by=worker).phone == "138****5678"


def test_a_field_that_was_changed_since_is_not_taken_back(given, worker, uncle, correct):
    correct("education", "70")
    first = history(given, worker, uncle)[0]
    correct("education", "60")

    with pytest.raises(ChangedSince):
        given.do(undo_change, first.id, by=worker)


def test_a_number_is_not_taken_back_into_somebody_elses_hands(given, worker, uncle, correct):
    correct("id_number", NUMBER)
    other = "11010519500101004" + check_digit("11010519500101004")
    correct("id_number", other)
    taken = PersonDraft(community_id=given.community.id, name="王阿姨", id_number=NUMBER)
    given.do(register_person, taken, by=worker)
    line = next(one for one in history(given, worker, uncle) if one.field == "id_number")

    with pytest.raises(PersonExists):
        given.do(undo_change, line.id, by=worker)


def test_a_name_is_never_emptied_and_a_workplace_may_be(correct):
    correct("workplace", "宝钢")
    correct("workplace", "")

    with pytest.raises(CannotBeRead):
        correct("name", "")


@pytest.mark.parametrize(
    ("who", "refusal"), [("worker_next_door", NotPermitted), ("contractor", NotPermitted)]
)
def test_nobody_else_changes_verifies_or_takes_back(given, worker, uncle, correct, who, refusal):
    correct("education", "70")
    line, stranger = history(given, worker, uncle)[0], getattr(given, who)()

    for deed in (
        lambda: correct("education", "60", by=stranger),
        lambda: given.do(verify_person, uncle.id, by=stranger),
        lambda: given.do(undo_change, line.id, by=stranger),
    ):
        with pytest.raises((NotFound, refusal)):
            deed()
    with pytest.raises(NotFound):
        given.see(history_of, uncle.id, by=stranger)


def test_the_history_is_append_only_in_the_database(given, door, correct):
    correct("education", "70")

    for order in (update(CHANGES).values(after="10"), update(CHANGES).values(by_id="x"), delete(CHANGES)):
        with pytest.raises(DBAPIError):
            door.write_now(lambda session, order=order: session.execute(order))


def test_whoever_is_forgotten_has_a_history_that_says_nothing(given, door, worker, uncle, correct):
    correct("education", "70")
    correct("phone", OTHER, reason="他自己说的")

    door.write_now(lambda session: forget_person(session, uncle.id))

    rows = door.read_now(lambda session: session.execute(select(CHANGES)).all())
    assert len(rows) == 3
    for row in rows:
        assert (row.before, row.after, row.before_sealed, row.after_sealed, row.reason) == (None,) * 5


def test_a_change_is_told_with_its_fields_and_without_what_they_say(given, door, correct):
    correct("phone", OTHER)

    facts = door.read_now(
        lambda session: session.execute(
            select(OUTBOX.c.type, OUTBOX.c.data).order_by(OUTBOX.c.position)
        ).all()
    )
    told = next(row.data for row in facts if row.type == "cn.shequyun.person.changed.v1")
    assert told["fields"] == ["phone"]
    assert OTHER not in str(facts)


def test_moving_out_is_taken_back_with_the_household(given, worker, uncle):
    stay = MoveIn(home_id=given.home.id, relation="02", since=date(2026, 1, 1))
    residency = given.do(move_in, uncle.id, stay, by=worker)
    given.do(move_out, residency.id, last_day=date(2026, 6, 30), by=worker)
    assert not given.see(person_file, uncle.id, by=worker).members
    line = next(one for one in history(given, worker, uncle) if one.field == "moved_out")

    given.do(undo_change, line.id, by=worker)

    file = given.see(person_file, uncle.id, by=worker)
    assert [one.is_over for one in file.stays] == [False]
    assert [one.is_head for one in file.members] == [True]


def test_nobody_moves_out_before_he_moved_in(given, worker, uncle):
    stay = MoveIn(home_id=given.home.id, since=date(2026, 3, 1))
    residency = given.do(move_in, uncle.id, stay, by=worker)

    with pytest.raises(CannotBeRead):
        given.do(move_out, residency.id, last_day=date(2026, 2, 1), by=worker)


@pytest.mark.parametrize(
    ("code", "said"),
    [("310113008555", "第 10–12 位：友谊路街道里没有 555"), ("310113999", "第 7–9 位：宝山区里没有 999")],
)
def test_a_hukou_code_that_there_never_was_says_which_place_is_wrong(correct, code, said):
    with pytest.raises(CannotBeRead) as refused:
        correct("hukou_code", code)

    assert said in refused.value.sentences("zh")["value"]


def test_of_counties_we_know_nothing_of_nothing_is_said(given, worker, uncle, correct):
    correct("hukou_code", "110105001001")
    assert given.see(person_file, uncle.id, by=worker).status is ResidenceStatus.UNKNOWN

    correct("hukou_code", "310113008001")

    assert given.see(person_file, uncle.id, by=worker).status is ResidenceStatus.HUKOU_HERE_ONLY


def test_a_division_code_is_in_use_on_a_day_or_not(given, door):
    def fault(on):
        return door.read_now(lambda session: division_fault(session, "310113008001", on=on))

    assert fault(given.clock.now().date()) is None
    assert "不在用" in fault(date(2020, 1, 1))[0]


def test_a_number_that_changed_where_nobody_sees_it_is_said_to_have_changed(given, worker, actor_client):
    entry = PersonDraft(community_id=given.community.id, name="王小红", phone="13812345678")
    person = given.do(register_person, entry, by=worker)
    given.do(correct_person, person.id, PersonCorrection(field="phone", value="13898765678"), by=worker)
    page = actor_client(worker).get(f"/people/{person.id}").text

    assert "138****5678 → 138****5678（已改，改的地方不显示）" in page
