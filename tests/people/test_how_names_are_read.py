"""Names in pinyin: surnames as surnames are read, and what the register is found by kept with every change."""

from datetime import date

import pytest
from sqlmodel import select

from core_db.people import (
    Because,
    Cause,
    Person,
    PersonDraft,
    RegisterField,
    age_band,
    born_between,
    change_person,
    correct_person,
    make_people_anew,
    readings_of,
    register_person,
    undo_change,
)
from core_db.people.drafts import PersonCorrection
from core_db.people.leaving import forget_person
from core_db.people.model import RegisterChange


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("单小明", "shan xiao ming", "sxm"), ("仇英", "qiu ying", "qy"), ("区大伦", "ou da lun", "odl"),
        ("尉迟敬德", "yu chi jing de", "ycjd"), ("万俟明", "mo qi ming", "mqm"), ("曾国华", "zeng guo hua", "zgh"),
        ("解晓东", "xie xiao dong", "xxd"), ("查文", "zha wen", "zw"), ("乐嘉", "yue jia", "yj"),
        ("盖叫天", "ge jiao tian", "gjt"), ("繁星", "po xing", "px"), ("朴树", "piao shu", "ps"),
        ("吕布", "lv bu", "lb"), ("欧阳 修", "ou yang xiu", "oyx"), ("长孙无忌", "zhang sun wu ji", "zswj"),
        ("澹台明", "tan tai ming", "ttm"), ("张乐", "zhang le", "zl"), ("单", "shan", "s"),
        ("阿依·古丽", "a yi gu li", "aygl"), ("John Smith", "john smith", "js"), ("", "", ""), ("王４", "wang", "w"),
    ],
)  # fmt: skip
def test_a_name_is_read_as_names_are(name, pinyin, initials):
    assert readings_of(name) == (pinyin, initials)


@pytest.mark.parametrize(
    ("year", "band"), [(1936, "90+"), (1946, "80-89"), (2026, "0-2"), (1990, "35-59"), (None, "")]
)
def test_an_age_is_what_somebody_turns_within_the_year(year, band):
    assert age_band(year, today=date(2026, 11, 26)) == band


def test_ages_have_years_of_birth():
    assert born_between(80, 89, today=date(2026, 11, 26)) == (1937, 1946)
    assert born_between(80, None, today=date(2026, 1, 1)) == (None, 1946)


@pytest.fixture
def found_by(given, door):
    def read(person_id):
        person = door.read_now(lambda session: session.get(Person, person_id))
        return person.name_pinyin, person.name_initials, person.birth_year

    return read


@pytest.fixture
def person(given):
    draft = PersonDraft(community_id=given.community.id, name="单小明", id_number="11010519491231002X")
    return given.do(register_person, draft, by=given.worker()).id


def test_what_one_is_found_by_comes_with_the_entry_and_every_change(given, person, found_by, door):
    assert found_by(person) == ("shan xiao ming", "sxm", 1949)

    given.do(correct_person, person, PersonCorrection(field="name", value="仇英"), by=given.worker())
    assert found_by(person) == ("qiu ying", "qy", 1949)

    change = door.read_now(
        lambda session: session.exec(select(RegisterChange.id).where(RegisterChange.field == "name")).one()
    )
    given.do(undo_change, change, by=given.worker())
    assert found_by(person) == ("shan xiao ming", "sxm", 1949)


def test_a_birth_date_takes_its_year_along(given, person, found_by, door, clock):
    def born(session, day):
        one = session.get(Person, person)
        because = Because(cause=Cause.CORRECTED)
        change_person(session, one, {RegisterField.BIRTH: day}, because, actor=given.system(), clock=clock)

    door.write_now(lambda session: born(session, "1951-02-03"))
    assert found_by(person)[2] == 1951
    door.write_now(lambda session: born(session, None))
    assert found_by(person)[2] is None


def test_whoever_is_forgotten_is_found_by_nothing(person, found_by, door):
    door.write_now(lambda session: forget_person(session, person))

    assert found_by(person) == ("", "", None)


def test_what_is_worked_out_can_be_made_anew(person, found_by, door):
    def spoil(session):
        one = session.get(Person, person)
        one.name_pinyin, one.name_initials, one.birth_year = "dan", None, 1900

    door.write_now(spoil)

    first = door.write_now(lambda session: make_people_anew(session, after=""))
    again = door.write_now(lambda session: make_people_anew(session, after=""))

    assert found_by(person) == ("shan xiao ming", "sxm", 1949)
    assert (first.seen, first.corrected, again.corrected) == (1, 1, 0)
    assert door.write_now(lambda session: make_people_anew(session, after=first.last)).last is None
