"""A group is what people have in common: asked anew each time, counted before it is listed, its committee's own."""

from datetime import date

import pytest
from sqlmodel import select

from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OUTBOX
from core_db.groups import (
    GroupDraft,
    GroupExists,
    GroupOfSensitive,
    GroupRules,
    GroupTooLarge,
    change_group,
    count_of,
    end_group,
    group_shown,
    groups_of,
    members_of,
    save_group,
)
from core_db.people import Person
from core_db.tags import ASSIGNMENTS, RemovalDraft, take_off_tag


@pytest.fixture
def names(given, worker):
    """Who is on the first page of a group."""

    def of(group_id, *, by=None):
        seen = given.see(group_shown, group_id, by=by or worker)
        assert seen.count == len(seen.people)
        return [one.name for one in seen.people]

    return of


@pytest.fixture
def neighbourhood(given, person, tag):
    """Old and young, alone and not; their doors out of order."""
    alone, pure = tag("lives_alone", "独居"), tag("old_only", "纯老")
    person("丙", 1946, home=given.homes[3], tags=[alone])
    person("甲", 1940, home=given.homes[0], tags=[alone, pure], sex="1")
    person("乙", 1930, home=given.homes[1], tags=[pure])
    person("丁", 1947, home=given.homes[4], tags=[alone])
    person("戊", 1990, home=given.homes[2])
    return alone, pure


def test_old_and_alone_stair_by_stair(neighbourhood, group, names):
    alone, _pure = neighbourhood

    assert names(group(all_of=(alone,), age_from=80)) == ["甲", "丙"]


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ({"age_from": 80}, ["甲", "乙", "丙"]), ({"age_to": 79}, ["戊", "丁"]),
        ({"age_from": 79, "age_to": 80}, ["丙", "丁"]),
        ({"age_from": 60, "sex": "1"}, ["甲"]), ({}, ["甲", "乙", "戊", "丙", "丁"]),
    ],
)  # fmt: skip
def test_ages_and_sexes(neighbourhood, group, names, rules, found):
    assert names(group(**rules)) == found


def test_tags_together_either_and_without(neighbourhood, group, names):
    alone, pure = neighbourhood

    assert names(group("都有", all_of=(alone, pure))) == ["甲"]
    assert names(group("有一个", any_of=(alone, pure))) == ["甲", "乙", "丙", "丁"]
    assert names(group("没有", none_of=(alone,))) == ["乙", "戊"]


def test_in_a_building_or_two(given, neighbourhood, group, names):
    first, second = (one.id for one in (given.building, given.other_building))

    assert names(group("一栋", places=(first,))) == ["甲", "乙", "戊"]
    assert names(group("另一栋", places=(second,), age_from=80)) == ["丙"]
    assert names(group("全部", places=(given.community.id,), age_from=80)) == ["甲", "乙", "丙"]


def test_in_single_homes_beside_a_building(given, person, group, names):
    for name, home in zip("甲乙丙丁", given.homes, strict=False):
        person(f"{name}奶奶", 1940, home=home)
    last = person("戊奶奶", 1940, home=given.homes[4])
    in_homes = group(name="两套", places=(given.homes[0].id, given.homes[2].id))
    beside = group(name="一套和一栋", places=(given.homes[0].id, given.other_building.id))

    assert names(in_homes) == ["甲奶奶", "丙奶奶"]
    assert names(beside) == ["甲奶奶", "丁奶奶", "戊奶奶"]
    assert last
    with pytest.raises(CannotBeRead):
        group(name="别处", places=(given.neighbouring_home.id,))


def test_it_is_asked_anew_each_time(given, neighbourhood, group, names, worker, door):
    alone, _pure = neighbourhood
    group_id = group(all_of=(alone,), age_from=80)
    given_to_c = (
        select(ASSIGNMENTS.c.id).join(Person, Person.id == ASSIGNMENTS.c.person_id).where(Person.name == "丙")
    )
    assignment = door.read_now(lambda session: session.execute(given_to_c).scalar_one())

    given.do(take_off_tag, assignment, RemovalDraft(), by=worker)

    assert names(group_id) == ["甲"]


def test_whoever_moved_away_or_died_belongs_to_none(given, neighbourhood, group, names, person, door):
    def dies(session):
        session.exec(select(Person).where(Person.name == "乙")).one().died_on = date(2026, 11, 1)

    person("己", 1935)
    door.write_now(dies)

    assert names(group(age_from=80)) == ["甲", "丙"]
    assert names(group("在册的", age_from=80, living="registered")) == ["甲", "丙", "己"]


@pytest.mark.parametrize(
    ("living", "found"),
    [
        ("both_here", ["甲"]),
        ("lives_here_only", ["乙"]),
        ("hukou_here_only", ["丁"]),
        ("here", ["甲", "乙", "丙"]),
    ],
)
def test_by_where_the_hukou_is(given, person, group, names, living, found):
    person("甲", 1950, home=given.homes[0], hukou_code="310113008001")
    person("乙", 1950, home=given.homes[1], hukou_code="320683001")
    person("丙", 1950, home=given.homes[2], hukou_code="310113")
    person("丁", 1950, hukou_code="310113008001")

    assert names(group(living=living)) == found


def test_members_come_with_their_homes_for_whoever_plans(given, neighbourhood, group, worker, person, door):
    person("庚", 1941, home=given.homes[5])
    both = door.read_now(lambda session: session.exec(select(Person.id).where(Person.name == "庚")).one())
    from core_db.people import MoveIn, move_in

    given.do(move_in, both, MoveIn(home_id=given.homes[1].id, since=date(2021, 1, 1)), by=given.system())

    members = given.see(members_of, group(age_from=80), by=worker)

    homes = [given.homes[n].id for n in (0, 1, 1, 3)]
    assert [one.home_id for one in members] == homes
    assert [one.person_id for one in members].count(both) == 1


def test_a_page_goes_on_where_the_one_before_ended(given, neighbourhood, group, worker, monkeypatch):
    monkeypatch.setattr("core_db.groups.queries.PAGE", 2)
    group_id, seen, after = group(), [], None

    while True:
        page = given.see(group_shown, group_id, after=after, by=worker)
        seen += [one.name for one in page.people]
        after = page.next
        if after is None:
            break

    assert seen == ["甲", "乙", "戊", "丙", "丁"]


def test_more_than_anybody_visits_is_refused(given, neighbourhood, group, worker, monkeypatch):
    monkeypatch.setattr("core_db.groups.queries.MOST_MEMBERS", 3)

    with pytest.raises(GroupTooLarge):
        given.see(members_of, group(), by=worker)


def test_a_sensitive_tag_makes_no_group(group, tag):
    with pytest.raises(GroupOfSensitive):
        group(all_of=(tag("poor", "低保", kind="hardship"),))


def test_what_is_no_tag_or_lies_elsewhere_is_refused(given, group):
    with pytest.raises(CannotBeRead):
        group(all_of=(given.community.id,))
    with pytest.raises(CannotBeRead):
        group(places=(given.neighbouring_building.id,))


@pytest.mark.parametrize("rules", [{"age_from": 80, "age_to": 60}, {"all_of": ("x",), "none_of": ("x",)}])
def test_rules_that_make_no_sense_are_refused(rules):
    with pytest.raises(ValueError, match=r"wrong way round|wanted and unwanted"):
        GroupRules(**rules)


def test_a_group_is_its_committees_own(given, neighbourhood, group, worker):
    group_id, stranger = group(age_from=80), given.worker_next_door()
    draft = GroupDraft(place_id=given.community.id, name="别的")

    assert given.see(groups_of, by=stranger) == []
    for query in (group_shown, members_of):
        with pytest.raises(NotFound):
            given.see(query, group_id, by=stranger)
    for use_case, more in ((change_group, (draft,)), (end_group, ())):
        with pytest.raises(NotFound):
            given.do(use_case, group_id, *more, by=stranger)
    with pytest.raises((NotFound, NotPermitted)):
        given.do(save_group, draft, by=stranger)
    with pytest.raises(NotFound):
        given.see(count_of, GroupRules(), given.community.id, by=given.town_dispatcher())


def test_a_committees_post_at_the_town_counts_every_neighbourhood_below(given, person, group):
    at_town = given.staff(Role.WORKER, given.town, "街道小陶")
    person("甲", 1940, home=given.home)
    person("乙", 1940, home=given.neighbouring_home, at=given.neighbouring_community)

    group_id = group("全街道", at=given.town, by=at_town, age_from=80)

    seen = given.see(group_shown, group_id, by=at_town)
    assert (seen.count, [one.name for one in seen.people]) == (2, ["乙", "甲"])


def test_a_group_has_one_name_other_rules_and_an_end(given, neighbourhood, group, names, worker, door):
    group_id = group(age_from=80)
    with pytest.raises(GroupExists):
        group(age_from=70)

    draft = GroupDraft(place_id=given.community.id, name="长者", age_from=90)
    given.do(change_group, group_id, draft, by=worker)
    assert names(group_id) == ["乙"]

    given.do(end_group, group_id, by=worker)
    with pytest.raises(NotFound):
        given.see(group_shown, group_id, by=worker)
    in_turn = select(OUTBOX.c.type).order_by(OUTBOX.c.position)
    told = door.read_now(lambda session: session.execute(in_turn).scalars().all())
    assert [one for one in told if ".group." in one] == [
        "cn.shequyun.group.saved.v1", "cn.shequyun.group.saved.v1", "cn.shequyun.group.ended.v1",
    ]  # fmt: skip


def test_how_many_there_would_be_is_known_before_anything_is_saved(given, neighbourhood, worker):
    assert given.see(count_of, GroupRules(age_from=80), given.community.id, by=worker) == 3
