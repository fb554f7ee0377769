"""What may be one person is remembered while nothing in the register changes, and never longer."""

from datetime import date

import pytest
from sqlalchemy import event

from core_db.doubles import (
    DistinctionDraft,
    MergeDraft,
    count_pairs,
    keep_apart,
    merge_entries,
    part_entries,
    remembered,
)
from core_db.foundation.reach import Across, across
from core_db.people import (
    MoveIn,
    PersonCorrection,
    PersonDraft,
    RegisterField,
    correct_person,
    move_in,
    register_person,
)
from core_db.people.leaving import forget_person

BORN = date(1949, 12, 31)


@pytest.fixture
def worker(given):
    return given.worker()


@pytest.fixture
def enter(given, worker):
    def register(name="王小红", home=None, **said):
        draft = PersonDraft(community_id=given.community.id, name=name, **said)
        person = given.do(register_person, draft, by=worker)
        if home is not None:
            given.do(move_in, person.id, MoveIn(home_id=home.id, since=date(2026, 1, 1)), by=worker)
        return person

    return register


@pytest.fixture
def count(given, worker, monkeypatch):
    """How many pairs a desk says; nobody writes beside the test, so that a line is seen as soon as it is made."""
    monkeypatch.setattr(remembered, "SEEN_WITHIN", 0)
    return lambda: given.see(count_pairs, by=worker)


@pytest.fixture
def looks(door):
    """The statements that look through a register, as they come."""
    heard = []
    hears = door.engines.read, "before_cursor_execute", lambda *said: heard.append(said[2])
    event.listen(*hears)
    yield lambda: [one for one in heard if "GROUP BY" in one]
    event.remove(*hears)


def test_a_register_in_which_nothing_changes_is_looked_through_once(enter, count, looks):
    enter(), enter()
    assert count() == 1
    before = len(looks())

    assert [count() for _again in range(3)] == [1, 1, 1]
    assert len(looks()) == before > 0


def test_who_wrote_a_moment_ago_may_not_be_seen_yet_so_it_is_looked_through_again(
    enter, count, looks, monkeypatch
):
    monkeypatch.setattr(remembered, "SEEN_WITHIN", 60)
    enter()
    count()
    before = len(looks())

    count()

    assert len(looks()) > before


def test_after_a_quarter_of_an_hour_it_is_looked_through_again(enter, count, looks, monkeypatch):
    enter()
    count()
    before = len(looks())
    monkeypatch.setattr(remembered, "KEPT_FOR", 0)

    count()

    assert len(looks()) > before


def test_who_comes_is_merged_and_parted_is_counted_at_once(given, worker, enter, count):
    one = enter()
    assert count() == 0
    other = enter()
    assert count() == 1

    merge = given.do(merge_entries, MergeDraft(kept_id=one.id, behind_id=other.id), by=worker)
    assert count() == 0
    given.do(part_entries, merge.id, by=worker)
    assert count() == 1

    given.do(keep_apart, DistinctionDraft(one_id=one.id, other_id=other.id), by=worker)
    assert count() == 0


def test_who_moves_in_beside_somebody_like_him_or_is_called_otherwise_is_counted_at_once(
    given, worker, enter, count
):
    enter("王小红", given.home, birth=BORN, sex="2")
    other = enter("王晓红", birth=BORN, sex="2")
    assert count() == 0

    given.do(move_in, other.id, MoveIn(home_id=given.home.id, since=date(2026, 1, 1)), by=worker)
    assert count() == 1

    renamed = PersonCorrection(field=RegisterField.NAME, value="李晓红", reason="登记有误")
    given.do(correct_person, other.id, renamed, by=worker)
    assert count() == 0


def test_whoever_is_forgotten_leaves_no_line_and_is_counted_no_more(door, enter, count):
    enter()
    gone = enter().id
    assert count() == 1

    door.write_now(lambda session: forget_person(session, gone), reach=across(Across.JOB))

    assert count() == 0


def test_each_committee_is_told_of_its_own_register(given, enter, count):
    enter(), enter()
    assert count() == 1

    assert given.see(count_pairs, by=given.worker_next_door()) == 0
