"""What the committee put right in an entry because somebody asked who is another: the register says what it said."""

from datetime import timedelta

import pytest

from core_db.accounts import BindingDraft, BindingRefusalDraft, approve_binding, ask_for_home, revoke_binding
from core_db.doubles import MergeDraft
from core_db.mydata import (
    CorrectionDraft,
    accept_correction,
    ask_for_correction,
    merge_people,
    my_corrections,
    part_people,
)
from core_db.people import Person, RegisterField
from core_db.people.changing import said_in_full
from tests.cases import for_another

known = for_another.known
WHY = BindingRefusalDraft(reason="赵阿姨本人来说，这不是她的账号。")


@pytest.fixture
def aunt(given):
    return given.resident(given.home, name="赵阿姨", phone="13811110000")


@pytest.fixture
def uncle(given):
    return given.neighbour("李叔")


@pytest.fixture
def put_right(given, known, clock):
    def asked(who, field, value):
        clock.advance(timedelta(minutes=1))
        wanted = given.do(ask_for_correction, CorrectionDraft(field=field, value=value), by=known(who))
        clock.advance(timedelta(minutes=1))
        given.do(accept_correction, wanted.id, by=given.worker())

    return asked


@pytest.fixture
def says(given):
    """`says(entry, "phone")`: in full."""

    def said(person_id, *fields):
        def read(session):
            person = session.get(Person, person_id)
            return tuple(said_in_full(session, person, RegisterField(one)) for one in fields)

        return given.door.read_now(read)

    return said


@pytest.fixture
def mistaken(given):
    """A stranger who is bound as 赵阿姨, and how that is found out."""
    stranger = given.newcomer()
    asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=stranger)
    binding = given.do(approve_binding, asked.id, by=given.worker())
    return stranger, lambda: given.do(revoke_binding, binding.id, WHY, by=given.worker())


def test_a_strangers_number_and_day_of_birth_are_hers_no_more(given, aunt, mistaken, put_right, says):
    stranger, find_out = mistaken
    before = says(aunt.person_id, "phone", "id_number", "birth", "sex")
    put_right(stranger, "phone", "13922223333")
    put_right(stranger, "id_number", "11010519491231002X")
    assert says(aunt.person_id, "phone", "birth") == ("13922223333", "1949-12-31")

    find_out()

    assert says(aunt.person_id, "phone", "id_number", "birth", "sex") == before


@pytest.mark.parametrize(
    "asked",
    [
        (("phone", "13922223333"), ("phone", "13944445555")),
        (("birth", "1950-01-02"), ("id_number", "11010519491231002X")),
        (("id_number", "11010519491231002X"), ("birth", "1950-01-02"), ("phone", "13922223333")),
    ],
)
def test_whatever_he_asked_for_one_after_the_other_nothing_of_it_stays(
    given, aunt, mistaken, put_right, says, clock, asked
):
    stranger, find_out = mistaken
    before = says(aunt.person_id, "phone", "id_number", "birth", "sex")
    for field, value in asked:
        put_right(stranger, field, value)
    clock.advance(timedelta(minutes=1))

    find_out()

    assert says(aunt.person_id, "phone", "id_number", "birth", "sex") == before


def test_between_two_of_his_what_she_had_put_right_stands_again(given, aunt, mistaken, put_right, says):
    stranger, find_out = mistaken
    for who, phone in ((stranger, "13922223333"), (aunt, "13811119999"), (stranger, "13944445555")):
        put_right(who, "phone", phone)

    find_out()

    assert says(aunt.person_id, "phone") == ("13811119999",)


def test_what_she_had_put_right_herself_since_stays(given, aunt, mistaken, put_right, says):
    stranger, find_out = mistaken
    put_right(stranger, "phone", "13922223333")
    put_right(aunt, "phone", "13811119999")

    find_out()

    assert says(aunt.person_id, "phone") == ("13811119999",)


def test_what_was_put_right_for_him_while_they_were_one_is_in_his_entry(
    given, aunt, uncle, put_right, says, known, clock
):
    """Two of one name, the usual mistake: his number in hers would bind him as her."""
    before = says(aunt.person_id, "phone", "sex")
    clock.advance(timedelta(minutes=1))
    draft = MergeDraft(kept_id=aunt.person_id, behind_id=uncle.person_id)
    merge = given.do(merge_people, draft, by=given.worker())
    put_right(uncle, "phone", "13922223333")
    put_right(aunt, "sex", "2")

    given.do(part_people, merge.id, by=given.worker())

    assert says(aunt.person_id, "phone", "sex") == (before[0], "2")
    assert says(uncle.person_id, "phone") == ("13922223333",)
    assert [one.name for one in given.see(my_corrections, by=known(uncle))] == ["李叔"]


def test_what_he_asked_for_last_is_what_his_entry_says(given, aunt, uncle, put_right, says, clock):
    before = says(aunt.person_id, "phone", "id_number", "birth")
    clock.advance(timedelta(minutes=1))
    merge = given.do(
        merge_people, MergeDraft(kept_id=aunt.person_id, behind_id=uncle.person_id), by=given.worker()
    )
    put_right(uncle, "phone", "13922223333")
    put_right(uncle, "birth", "1950-01-02")
    put_right(uncle, "id_number", "11010519491231002X")
    put_right(uncle, "phone", "13944445555")

    given.do(part_people, merge.id, by=given.worker())

    assert says(aunt.person_id, "phone", "id_number", "birth") == before
    his = says(uncle.person_id, "phone", "id_number", "birth")
    assert his == ("13944445555", "11010519491231002X", "1949-12-31")
