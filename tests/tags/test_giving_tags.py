"""Giving, renewing and taking off a tag; sensitive ones sealed, and unknown to whoever need not know."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OUTBOX
from core_db.life_events import DeathDraft, register_death
from core_db.people import HasDied, MoveIn, Person, move_in
from core_db.tags import (
    ASSIGNMENTS,
    BearsTag,
    RemovalDraft,
    TagTakenOff,
    count_to_review,
    renew_tag,
    tag_history,
    tag_names,
    tags_of,
    tags_to_review,
    take_off_tag,
    tell_tags_due,
)
from core_db.tags.leaving import forget_tags, tags_ended_before
from tests.tags.conftest import ALONE, POOR

KEYS = {"code": "keys", "name": "备用钥匙", "kind": "service", "valid_days": 30}


def facts(door):
    rows = door.read_now(lambda session: session.execute(select(OUTBOX).order_by(OUTBOX.c.position)).all())
    return [(row.type.split("cn.shequyun.")[1], row.data, row.audience) for row in rows]


def rows(door):
    return door.read_now(lambda session: session.execute(select(ASSIGNMENTS)).all())


def test_a_tag_says_who_gave_it_on_what_and_when_to_look_again(given, define, assign, aunt, worker, clock):
    assign(aunt, define(ALONE), source="上门走访", evidence="女儿在国外")

    (one,) = given.see(tags_of, aunt, by=worker).borne
    today = local_date(clock.now())
    assert (one.word.name, one.source, one.assigned_name) == ("独居", "上门走访", worker.name)
    assert (one.valid_from, one.valid_to, one.review_by) == (today, None, today + timedelta(days=90))


def test_an_ordinary_tag_is_told_by_its_code(given, define, assign, aunt, door):
    assign(aunt, define(ALONE))

    (told,) = [data for kind, data, _audience in facts(door) if kind == "person.tagged.v1"]
    assert (told["person_id"], told["tag"], told["added"]) == (aunt, "lives_alone", True)


def test_of_a_sensitive_tag_nothing_tells_whose_or_which_it_is(given, define, assign, aunt, secretary, door):
    definition = define(POOR)
    assign(aunt, definition, by=secretary, evidence="民政审批表 2026-11")

    (row,) = rows(door)
    stored = b"".join(value for value in row if isinstance(value, bytes))
    assert row.definition_id is None
    assert not any(word in stored for word in (definition.id.encode(), "低保".encode(), "民政".encode()))
    ((kind, data, audience),) = [
        one for one in facts(door) if one[0].startswith(("tag.sensitive", "person.tagged"))
    ]
    assert kind == "tag.sensitive_changed.v1"
    assert aunt not in str(data)
    assert not audience


def test_a_worker_does_not_know_that_there_is_a_sensitive_tag(given, define, assign, aunt, secretary, worker):
    definition = define(POOR)
    assignment = assign(aunt, definition, by=secretary)

    assert given.see(tags_of, aunt, by=worker).borne == []
    assert definition.id not in [one.id for one in given.see(tags_of, aunt, by=worker).to_give]
    with pytest.raises(NotPermitted):
        assign(aunt, definition, by=worker)
    for use_case, more in ((renew_tag, ()), (take_off_tag, (RemovalDraft(),))):
        with pytest.raises(NotFound):
            given.do(use_case, assignment.id, *more, by=worker)


def test_the_secretary_sees_that_there_is_one_and_not_which(given, define, assign, aunt, secretary):
    assign(aunt, define(POOR), by=secretary)

    (one,) = given.see(tags_of, aunt, by=secretary).borne

    assert one.word is None


def test_nobody_bears_a_tag_twice(define, assign, aunt, secretary):
    alone, poor = define(ALONE), define(POOR)
    assign(aunt, alone)
    assign(aunt, poor, by=secretary)

    with pytest.raises(BearsTag):
        assign(aunt, alone)
    with pytest.raises(BearsTag):
        assign(aunt, poor, by=secretary)


def test_a_tag_runs_out_by_itself_and_can_be_given_again(given, define, assign, aunt, worker, clock):
    keys = define(KEYS)
    assign(aunt, keys)
    clock.advance(timedelta(days=31))

    assert given.see(tags_of, aunt, by=worker).borne == []
    assign(aunt, keys)
    assert len(given.see(tags_of, aunt, by=worker).borne) == 1


def test_nobody_is_sent_to_look_at_a_tag_again_of_whoever_has_died(
    given, define, assign, aunt, worker, clock
):
    assign(aunt, define(KEYS | {"review_days": 10}))
    clock.advance(timedelta(days=10))
    assert given.see(count_to_review, by=worker) == 1

    given.do(register_death, aunt, DeathDraft(died_on=local_date(clock.now())), by=worker)

    assert given.see(tags_to_review, by=worker) == []
    assert given.see(count_to_review, by=worker) == 0


def test_renewing_lets_it_hold_for_another_term(given, define, assign, aunt, worker, clock):
    given.do(move_in, aunt, MoveIn(home_id=given.home.id, since=local_date(clock.now())), by=worker)
    assignment = assign(aunt, define(KEYS | {"review_days": 10}))
    clock.advance(timedelta(days=10))
    # Whoever goes to look is told the door.
    assert [(one.person_name, one.door) for one in given.see(tags_to_review, by=worker)] == [
        ("王阿姨", given.home.label)
    ]
    assert given.see(count_to_review, by=worker) == 1

    given.do(renew_tag, assignment.id, by=worker)

    (one,) = given.see(tags_of, aunt, by=worker).borne
    today = local_date(clock.now())
    assert (one.valid_to, one.review_by) == (today + timedelta(days=30), today + timedelta(days=10))
    assert given.see(tags_to_review, by=worker) == []
    assert given.see(count_to_review, by=worker) == 0


def test_what_was_taken_off_is_kept_and_borne_no_longer(given, define, assign, aunt, worker, door):
    assignment = assign(aunt, define(ALONE))
    given.do(take_off_tag, assignment.id, RemovalDraft(why="mistake"), by=worker)

    assert given.see(tags_of, aunt, by=worker).borne == []
    assert [(row.removed_why, row.removed_by) for row in rows(door)] == [("mistake", worker.id)]
    with pytest.raises(TagTakenOff):
        given.do(take_off_tag, assignment.id, RemovalDraft(), by=worker)


def test_behind_the_wall_there_is_nobody_to_tag(given, define, assign, aunt):
    alone = define(ALONE)
    assignment = assign(aunt, alone)
    stranger = given.worker_next_door()

    with pytest.raises(NotFound):
        assign(aunt, alone, by=stranger)
    with pytest.raises(NotFound):
        given.see(tags_of, aunt, by=stranger)
    with pytest.raises(NotFound):
        given.do(renew_tag, assignment.id, by=stranger)
    assert given.see(tags_to_review, by=stranger) == []


def test_a_word_of_another_neighbourhood_serves_nobody_here(given, define, assign, aunt):
    theirs = define(
        ALONE, at=given.neighbouring_community, by=given.secretary(at=given.neighbouring_community)
    )

    with pytest.raises(CannotBeRead):
        assign(aunt, theirs)


@pytest.mark.parametrize(
    ("dates", "field"),
    [({"valid_from": "2026-12-01"}, "valid_from"), ({"valid_to": "2026-11-01"}, "valid_to")],
)
def test_a_tag_neither_lies_ahead_nor_is_over(define, assign, aunt, dates, field):
    with pytest.raises(CannotBeRead) as refused:
        assign(aunt, define(ALONE), **dates)

    assert field in refused.value.faults


def test_the_dead_are_given_no_tags(given, define, assign, aunt, door, clock):
    def dies(session):
        session.get(Person, aunt).died_on = local_date(clock.now())

    door.write_now(dies)

    with pytest.raises(HasDied):
        assign(aunt, define(ALONE))


def test_lists_show_ordinary_tags_alone(given, define, assign, aunt, secretary, clock):
    assign(aunt, define(ALONE))
    assign(aunt, define(POOR), by=secretary)

    shown = given.door.read_now(lambda session: tag_names(session, [aunt], today=local_date(clock.now())))
    assert shown == {aunt: ["独居"]}


def test_a_neighbourhood_hears_once_a_day_how_many_are_due(given, define, assign, aunt, door, clock):
    assign(aunt, define(ALONE))
    clock.advance(timedelta(days=90))

    door.write_now(lambda session: tell_tags_due(session, None, clock))

    assert [(data["due"], audience) for kind, data, audience in facts(door) if kind == "tag.due.v1"] == [
        (1, [f"staff:{given.community.id}"])
    ]


def test_ended_tags_are_let_go_of_in_time_and_all_of_whoever_is_forgotten(
    given, define, assign, aunt, worker, door, clock
):
    ended = assign(aunt, define(ALONE))
    assign(aunt, define(KEYS))
    given.do(take_off_tag, ended.id, RemovalDraft(), by=worker)

    def over(moment):
        return door.read_now(lambda session: session.execute(tags_ended_before(moment)).scalars().all())

    assert over(clock.now()) == []
    assert over(clock.now() + timedelta(days=1)) == [ended.id]
    door.write_now(lambda session: forget_tags(session, aunt))
    assert rows(door) == []


def test_a_tags_record_tells_its_giving_its_review_and_its_end(
    given, define, assign, aunt, worker, secretary
):
    alone, poor = define(ALONE), define(POOR)
    first = assign(aunt, alone, source="上门")
    given.do(renew_tag, first.id, by=worker)
    given.do(take_off_tag, first.id, RemovalDraft(why="mistake"), by=worker)
    assign(aunt, poor, by=secretary)

    (ended,) = given.see(tag_history, aunt, by=worker)
    assert (ended.word.name, ended.source, ended.holds, str(ended.removed_why)) == (
        "独居",
        "上门",
        False,
        "mistake",
    )
    assert ended.reviewed_at is not None

    sensitive, _ended = given.see(tag_history, aunt, by=secretary)
    assert (sensitive.word, sensitive.holds) == (None, True)
    with pytest.raises(NotFound):
        given.see(tag_history, aunt, by=given.worker_next_door())
