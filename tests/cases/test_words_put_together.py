"""At night the parts of SQLite's index of words become one; whatever was found is found, but not what was erased."""

import pytest
from sqlalchemy import text

from app_shell.chores import chores_of
from core_db.cases import Verb, cases, put_words_together, search_together
from core_db.cases.lists import CaseFilter
from core_db.upkeep import AT_NIGHT
from tests.databases import settings_for

WORDS = ("楼道", "垃圾", "电梯", "第3件", "灯不亮")
SAID = ("楼道的灯不亮", "垃圾箱满了", "电梯又停了")


@pytest.fixture
def few_at_once(monkeypatch):
    """So that even a small index takes several transactions."""
    monkeypatch.setattr(search_together, "AT_ONCE", 1)


def parts(door):
    """How many there are: the number of a part stands in the upper half of the address of each of its pages."""
    pages = "SELECT count(DISTINCT id >> 37) FROM case_search_data WHERE id > 10"
    return door.read_now(lambda session: session.execute(text(pages)).scalar_one())


def found(given):
    return {
        word: [one["id"] for one in given.see(cases, CaseFilter(q=word), by=given.secretary()).items]
        for word in WORDS
    }


def raised(given, how_many):
    aunt = given.resident()
    return [given.a_case(by=aunt, text=f"第{n}件，{SAID[n % 3]}").case.id for n in range(how_many)]


@pytest.mark.usefixtures("few_at_once")
def test_of_many_parts_one_is_left_and_all_is_found_as_before(given, door, clock):
    raised(given, 7)
    before, several = found(given), parts(door) if door.engines.is_sqlite else None

    put_words_together(door, {}, clock)

    assert before["楼道"]
    assert found(given) == before
    if door.engines.is_sqlite:
        assert several > 1
        assert parts(door) == 1


def test_where_it_is_one_already_nothing_is_written(given, door, clock):
    if not door.engines.is_sqlite:
        pytest.skip("PostgreSQL's index has no parts")
    raised(given, 5)
    put_words_together(door, {}, clock)
    before = pages_of(door)

    put_words_together(door, {}, clock)

    assert pages_of(door) == before


def pages_of(door):
    every = text("SELECT id, block FROM case_search_data ORDER BY id")
    return door.read_now(lambda session: session.execute(every).all())


@pytest.mark.usefixtures("few_at_once")
def test_what_is_raised_and_changed_meanwhile_is_found_and_no_word_that_was_taken_back(
    given, door, clock, a_walk, monkeypatch
):
    if not door.engines.is_sqlite:
        pytest.skip("PostgreSQL's index has no parts")
    raised(given, 6)
    walk, write_long, steps = a_walk(text="煤气味很重"), door.write_long, []
    was, other = given.building.name, given.other_building
    elsewhere = next(place for place in given.homes if place.building_id == other.id)

    def and_people_go_on(step, *, reach):
        steps.append(write_long(step, reach=reach))
        if len(steps) == 1:
            walk.try_(Verb.ACCEPTANCE, walk.worker, place_id=elsewhere.id)
            raised(given, 2)
        return steps[-1]

    monkeypatch.setattr(door, "write_long", and_people_go_on)
    put_words_together(door, {}, clock)

    def of(words):
        return {one["id"] for one in given.see(cases, CaseFilter(q=words), by=walk.worker).items}

    assert len(steps) > 2
    assert of("煤气味") == {walk.id}
    assert (walk.id in of(other.name), walk.id in of(was)) == (True, False)
    assert len(of("楼道")) == 3


def test_it_is_done_at_night(tmp_path):
    (chore,) = (
        one for one in chores_of(settings_for("sqlite:///x.db", tmp_path)) if one.kind == "put-words-together"
    )

    assert chore.at == AT_NIGHT
