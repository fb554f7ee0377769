"""Recording a visit, alone and by two: what is typed stays, what is read is told, what was none does not count."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core_db.access import AccessEvent
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.outbox import facts_after
from core_db.people import Person
from core_db.reveals import who_looked
from core_db.visits import (
    CancellingDraft,
    NeedDraft,
    SettlingDraft,
    VisitCorrection,
    VisitDraft,
    cancel_visit,
    correct_visit,
    need_from_visit,
    read_need,
    read_visit,
    record_visit,
    settle_words,
    visit_seen,
    visits_of,
)
from core_db.visits.errors import DecidedAlready, VisitHasConsequences, VisitIsCancelled
from core_db.visits.model import VISITS

TEXT = "腿脚不便，想有人陪着去医院"


def test_a_visit_is_found_at_the_person_and_at_the_home(given, worker, aunt, visited):
    visit = visited(text=TEXT, ticks=["needs_help"], next_on="2026-12-01")

    lines = given.see(visits_of, person_id=aunt.person_id, by=worker)
    assert [(one.id, one.name, one.home) for one in lines] == [(visit.id, "王阿姨", "12号 101室")]
    assert [one.id for one in given.see(visits_of, home_id=given.home.id, by=worker)] == [visit.id]
    seen = given.see(visit_seen, visit.id, by=worker)
    assert (seen.people, seen.ticks, str(seen.line.next_on)) == (["小张"], ["needs_help"], "2026-12-01")


def test_what_was_written_is_sealed_and_opening_it_is_told_to_whom_it_is_about(
    given, door, worker, aunt, visited
):
    visit = visited(text=TEXT)
    kept = door.read_now(lambda s: s.execute(select(VISITS).where(VISITS.c.id == visit.id)).one())
    assert TEXT.encode() not in kept.text_sealed

    read = given.do(read_visit, visit.id, by=worker)

    assert read.text == TEXT
    (look,) = given.see(who_looked, by=aunt)
    assert (look.purpose, set(look.fields)) == ("visit", {"text_sealed", "word_sealed"})
    events = door.read_now(lambda s: s.execute(select(AccessEvent.__table__.c.field_class)).scalars().all())
    assert set(events) == {"F3"}


def test_what_was_written_of_a_home_is_told_to_each_adult_who_lived_there(given, door, worker, aunt):
    uncle, child = (given.resident(of=given.home, name=name) for name in ("王伯", "小宝"))
    door.write_now(lambda s: setattr(s.get(Person, child.person_id), "birth_year", 2018))
    draft = VisitDraft.model_validate({"home_id": given.home.id, "result": "met", "text": TEXT})
    visit = given.do(record_visit, draft, by=worker)
    need = given.do(need_from_visit, visit.id, NeedDraft(kind="care", what="陪诊"), by=worker)

    given.do(read_visit, visit.id, by=worker)
    given.do(read_need, need.id, by=worker)

    for adult in (aunt, uncle):
        assert [set(one.fields) for one in given.see(who_looked, by=adult)] == [
            {"what_sealed"},
            {"text_sealed", "word_sealed"},
        ]
    for other in (child, given.neighbour()):
        assert given.see(who_looked, by=other) == []
    told = [one for one in door.read_now(lambda s: facts_after(s, 0)) if one.short_type == "access.data_read"]
    both = {f"person:{one.person_id}" for one in (aunt, uncle)}
    assert [set().union(*(one.audience for one in told[i : i + 2])) for i in (0, 2)] == [both, both]


def test_whoever_is_of_no_committee_here_finds_no_visit(given, visited):
    visit = visited()

    for stranger in (
        given.worker_next_door(), given.contractor(), given.town_dispatcher(), given.analyst(), given.neighbour(),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            given.see(visit_seen, visit.id, by=stranger)
        with pytest.raises(NotFound):
            given.do(read_visit, visit.id, by=stranger)
        assert given.see(visits_of, by=stranger) == []


def test_a_worker_records_nobody_of_another_neighbourhood(given, worker):
    uncle = given.resident_next_door()

    for whom in ({"person_id": uncle.person_id}, {"home_id": given.neighbouring_home.id}):
        with pytest.raises(NotFound):
            given.do(record_visit, VisitDraft(result="met", **whom), by=worker)


def test_two_who_went_together_record_one_visit(given, clock, worker, visited):
    first = visited(text=TEXT, ticks=["needs_help"])
    clock.advance(timedelta(minutes=20))

    second = visited(by=given.worker(name="小李"), ticks=["hazard"], next_on="2026-12-01")

    seen = given.see(visit_seen, first.id, by=worker)
    assert second.id == first.id
    assert (list(seen.people), list(seen.ticks), seen.differing) == (
        ["小张", "小李"],
        ["hazard", "needs_help"],
        [],
    )
    assert (str(seen.line.next_on), seen.has_text) == ("2026-12-01", True)


def test_a_visit_two_hours_later_is_another(clock, visited):
    first = visited()
    clock.advance(timedelta(hours=2))

    assert visited().id != first.id


def test_two_words_about_one_thing_both_stand_until_somebody_decides(given, worker, visited):
    visit = visited(text="一切都好", result="met")
    visited(by=given.worker(name="小李"), text="没有开门", result="nobody_home")
    assert given.see(visit_seen, visit.id, by=worker).differing == ["result", "text"]

    words = {one.field: one for one in given.do(read_visit, visit.id, by=worker).words if one.differs}
    given.do(settle_words, words["text"].id, SettlingDraft(choice="both"), by=worker)
    given.do(settle_words, words["result"].id, SettlingDraft(choice="keep"), by=worker)

    seen = given.see(visit_seen, visit.id, by=worker)
    assert (seen.differing, seen.line.result) == ([], "met")
    assert given.do(read_visit, visit.id, by=worker).text == "一切都好\n没有开门"
    with pytest.raises(DecidedAlready):
        given.do(settle_words, words["text"].id, SettlingDraft(choice="take"), by=worker)


def test_a_field_changed_meanwhile_and_another_one_changed_offline_are_both_there(given, worker, visited):
    visit = visited(text=TEXT)
    seen = dict(given.see(visit_seen, visit.id, by=worker).said)
    colleague = given.worker(name="小李")
    given.do(correct_visit, visit.id, VisitCorrection(channel="phone", seen=seen), by=colleague)

    whole_form = VisitCorrection(channel="door", result="met", text="想有人陪", ticks=(), seen=seen)
    given.do(correct_visit, visit.id, whole_form, by=worker)

    after = given.see(visit_seen, visit.id, by=worker)
    assert (after.line.channel, after.differing) == ("phone", [])
    read = given.do(read_visit, visit.id, by=worker)
    assert read.text == "想有人陪"
    assert TEXT in {one.value for one in read.words}


def test_an_emptied_text_is_empty_and_still_in_its_history(given, worker, visited):
    visit = visited(text=TEXT)
    seen = given.see(visit_seen, visit.id, by=worker).said

    given.do(correct_visit, visit.id, VisitCorrection(text="", seen=seen), by=worker)

    assert given.see(visit_seen, visit.id, by=worker).has_text is False
    assert TEXT in {one.value for one in given.do(read_visit, visit.id, by=worker).words}


def test_a_telephone_whose_clock_is_ahead_does_not_visit_in_the_future(given, clock, visited):
    ahead = visited(visited_at=clock.now() + timedelta(hours=3))
    assert ahead.visited_at == clock.now()

    with pytest.raises(CannotBeRead):
        visited(visited_at=clock.now() - timedelta(days=40))


def test_a_cancelled_visit_is_kept_and_cannot_be_changed(given, worker, visited):
    visit = visited()
    given.do(cancel_visit, visit.id, CancellingDraft(reason="敲错门了"), by=worker)

    seen = given.see(visit_seen, visit.id, by=worker)
    assert (seen.cancel_reason, seen.line.cancelled_at is not None) == ("敲错门了", True)
    with pytest.raises(VisitIsCancelled):
        given.do(correct_visit, visit.id, VisitCorrection(result="declined"), by=worker)


def test_a_visit_of_which_something_came_is_corrected_and_not_cancelled(given, worker, visited):
    visit = visited()
    given.do(need_from_visit, visit.id, NeedDraft(kind="meals", what="中午想订一份饭"), by=worker)

    with pytest.raises(VisitHasConsequences):
        given.do(cancel_visit, visit.id, CancellingDraft(reason="记错了"), by=worker)


def test_nothing_keeps_where_anybody_went_or_asks_for_a_photo():
    forbidden = ("lat", "lon", "gps", "track", "mile", "photo", "distance", "step")

    names = [*VISITS.c.keys(), *VisitDraft.model_fields]

    assert len(names) > 20
    assert [name for name in names if any(part in name for part in forbidden)] == []
