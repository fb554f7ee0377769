"""Figures for plugins: in whole tens, never about fewer than ten people, and no single step of anybody is seen."""

from datetime import date, datetime

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from sqlalchemy import update

from core_db.foundation.clock import LOCAL
from core_db.insight.for_everybody import Cell, without_few
from core_db.installs.words import Decision
from core_db.people import Person
from core_db.people.changing import set_birth
from core_db.people.queries import PERSONS
from core_db.reveals import who_looked
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag
from plugins.sdk.context import Forbidden

SCOPES = {"optional_scopes": ["resident.contact:read", "stats:read"]}


@pytest.fixture
def counting(on):
    return on("stats:read", **SCOPES)


@pytest.fixture
def next_month(clock):
    return lambda: clock.move_to(datetime(2026, 12, 2, 10, tzinfo=LOCAL))


@pytest.fixture
def born(given, door):
    """`born(12, 1940)`: twelve people of the register, of that year; who they are."""

    def many(count, year):
        people = [given.resident(name=f"居民{year}{n}") for n in range(count)]
        for one in people:
            door.write_now(lambda s, one=one: set_birth(s, s.get(Person, one.person_id), date(year, 6, 1)))
        return people

    return many


def shown(asked, what="residents", by=None, **more):
    count = {"residents": lambda ctx: ctx.stats.residents(by=by), "cases": lambda ctx: ctx.stats.cases(by=by)}
    return {one.key: one.count for one in asked(count[what], **more)}


def test_people_by_age_in_whole_tens_and_no_group_of_fewer_than_ten(
    given, counting, asked, born, next_month, calls
):
    born(13, 1940)
    born(12, 1960)
    born(9, 1990)
    old = born(1, 1920)
    next_month()

    # Nine and one are ten together, so that nothing has to be left out besides.
    assert shown(asked, by="age") == {"60-69": 10, "80-89": 10}
    assert shown(asked) == {"": 30}
    assert [(row.op, row.scope, row.decision, row.subjects) for row in calls()] == [
        ("stats.count", "stats:read", Decision.ALLOWED, 0)
    ] * 2
    # Nobody was seen, so nobody has to be told that he was.
    assert given.see(who_looked, by=old[0]) == []


def test_where_few_are_left_out_the_next_smallest_is_left_out_with_them(counting, asked, born, next_month):
    born(13, 1940)
    born(12, 1960)
    born(2, 1990)
    next_month()

    assert shown(asked, by="age") == {"80-89": 10}
    assert shown(asked) == {"": 20}


def test_a_tag_that_all_but_a_few_bear_is_left_out(given, counting, asked, born, next_month):
    people = born(15, 1940)
    word = DefinitionDraft(
        place_id=given.district.id, code="old", name="高龄", kind="family", legal_basis="法"
    )
    tag = given.do(define_tag, word, by=given.district_dispatcher())
    for one in people[:12]:
        given.do(assign_tag, one.person_id, AssignmentDraft(definition_id=tag.id), by=given.system())
    next_month()

    assert shown(asked, by="tag") == {}


def test_whoever_comes_within_a_month_is_counted_when_the_next_begins(
    counting, asked, born, next_month, clock
):
    born(10, 1940)
    assert shown(asked) == {}
    next_month()
    before = shown(asked, by="age")

    born(10, 1941)

    assert shown(asked, by="age") == before == {"80-89": 10}
    clock.move_to(datetime(2027, 1, 1, 0, 1, tzinfo=LOCAL))
    assert shown(asked, by="age") == {"80-89": 20}


def test_by_residence_and_by_ordinary_tags(given, counting, asked, born, next_month, door):
    people = born(21, 1940)
    word = {"place_id": given.district.id, "kind": "family", "legal_basis": "法"}
    by = given.district_dispatcher()
    many = given.do(define_tag, DefinitionDraft(code="lives_alone", name="独居", **word), by=by)
    few = given.do(define_tag, DefinitionDraft(code="keeps_a_dog", name="养犬", **word), by=by)
    for one in people[:11]:
        given.do(assign_tag, one.person_id, AssignmentDraft(definition_id=many.id), by=given.system())
    given.do(assign_tag, people[0].person_id, AssignmentDraft(definition_id=few.id), by=given.system())
    here = PERSONS.c.id.in_([one.person_id for one in people])
    door.write_now(lambda s: s.execute(update(PERSONS).where(here).values(hukou_code="310113008001")))
    next_month()

    assert shown(asked, by="tag") == {"独居": 10}
    assert shown(asked, by="residence") == {"both_here": 20}


def test_cases_by_category_and_month_where_ten_people_raised_them(given, counting, asked, next_month):
    for n in range(10):
        given.a_case(by=given.resident(name=f"居民{n}"), category="1104")
        given.a_case(by=given.resident(name=f"邻居{n}"), category="1101")
    busy = given.neighbour()
    for _ in range(12):
        given.a_case(by=busy, category="1102", text="又来了")
    assert shown(asked, "cases") == {}
    next_month()

    # What one man raised twelve times is left out, and with it what ten raised: all less the other would tell of him.
    assert shown(asked, "cases", by="category") == {"1104": 10}
    assert shown(asked, "cases", by="month") == {"2026-11": 30}
    assert shown(asked, "cases") == {"": 30}


def test_next_door_is_not_counted(given, counting, asked, next_month):
    for n in range(12):
        given.resident_next_door(name=f"隔壁{n}")
    next_month()

    assert shown(asked) == {}


def test_a_resident_who_looks_may_have_them_too_and_without_the_scope_nobody(
    given, on, asked, visitor, born, next_month
):
    on("stats:read", **SCOPES)
    people = born(10, 1940)
    next_month()
    assert [one.count for one in asked(lambda ctx: ctx.stats.residents(), by=visitor(people[0]))] == [10]

    on(optional_scopes=["resident.contact:read"])
    with pytest.raises(Forbidden, match="not given stats:read"):
        asked(lambda ctx: ctx.stats.residents())


@pytest.mark.parametrize(("what", "by"), [("residents", "building"), ("people", None), ("cases", "age")])
def test_what_is_not_counted_is_a_mistake_of_the_programme(counting, asked, what, by):
    with pytest.raises(Forbidden, match="no figures of"):
        asked(lambda ctx: ctx.stats._ask("stats.count", {"what": what, "by": by}))


@pytest.mark.either
@for_any(st.lists(st.integers(0, 40), min_size=1, max_size=9), st.sampled_from([sum, max]))
def test_what_is_left_out_is_together_about_nobody_or_about_ten(counts, together):
    """Then the sum of all, less what is told, is no figure about fewer, however well somebody reckons."""
    cells = [Cell(key=str(n), count=one, people=one) for n, one in enumerate(counts)]

    told = without_few(cells, together)

    assert all(one.people >= 10 for one in told)
    left_out = [one.people for one in cells if one not in told and one.people]
    assert not left_out or not told or together(left_out) >= 10
    few = [one for one in counts if 0 < one < 10]
    assert len(cells) - len(told) <= len(few) + counts.count(0) + bool(few)
