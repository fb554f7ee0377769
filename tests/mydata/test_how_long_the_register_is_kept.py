"""An entry of the dead, and what a history says, go when their time is over; that there was a change stays."""

from datetime import timedelta

from sqlalchemy import select

from core_db.foundation.clock import local_date
from core_db.life_events import DeathDraft, register_death
from core_db.mydata import apply_retention
from core_db.people import Person, PersonCorrection, PersonDraft, correct_person, register_person
from core_db.people.model import CHANGES


def entries(door):
    return door.read_now(lambda session: [one.name for one in session.execute(select(Person)).scalars()])


def said(door):
    return door.read_now(lambda session: [row.after for row in session.execute(select(CHANGES)) if row.after])


def test_the_dead_are_forgotten_ten_years_after_and_no_day_before(given, door, clock, tmp_path):
    worker = given.worker()
    uncle = given.do(register_person, PersonDraft(community_id=given.community.id, name="孙伯"), by=worker)
    given.do(register_death, uncle.id, DeathDraft(died_on=local_date(clock.now())), by=worker)
    clock.advance(timedelta(days=3_653))
    apply_retention(door, tmp_path, clock=clock)
    assert entries(door) == ["孙伯"]

    clock.advance(timedelta(days=1))
    apply_retention(door, tmp_path, clock=clock)

    assert entries(door) == [""]


def test_a_history_says_nothing_any_more_when_its_time_is_over(given, door, clock, tmp_path):
    worker = given.worker()
    uncle = given.do(register_person, PersonDraft(community_id=given.community.id, name="孙伯"), by=worker)
    given.do(correct_person, uncle.id, PersonCorrection(field="education", value="80"), by=worker)
    clock.advance(timedelta(days=3_653))
    apply_retention(door, tmp_path, clock=clock)
    assert said(door) == ["80"]

    clock.advance(timedelta(seconds=1))
    apply_retention(door, tmp_path, clock=clock)

    assert said(door) == []
    assert len(door.read_now(lambda session: session.execute(select(CHANGES)).all())) == 2
