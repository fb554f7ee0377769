"""When somebody is forgotten or a time is over: nothing written of a visit stays, and nothing leads to him."""

from datetime import timedelta

from sqlalchemy import func, select

from core_db.mydata import apply_retention
from core_db.visits import NeedDraft, TagDraft, need_from_visit, propose_tag
from core_db.visits.forgetting import forget_visited
from core_db.visits.model import NEEDS, PLAN_SUBJECTS, TAG_PROPOSALS, VISIT_WORDS, VISITS


def test_of_whoever_is_forgotten_a_visit_to_nobody_is_left(given, door, worker, aunt, planned, visited):
    planned()
    visit = visited(text="腿脚不便", ticks=["needs_help"])
    given.do(need_from_visit, visit.id, NeedDraft(kind="meals", what="想订饭"), by=worker)
    given.do(propose_tag, visit.id, TagDraft(tag="独居", reason="一个人住"), by=worker)

    door.write_now(lambda session: forget_visited(session, [aunt.person_id]))

    def left(session):
        kept = session.execute(select(VISITS)).one()
        sealed = (VISIT_WORDS.c.word_sealed, NEEDS.c.what_sealed)
        words = [
            one for column in sealed for one in session.execute(select(column)).scalars() if one is not None
        ]
        gone = [
            session.execute(select(func.count()).select_from(t)).scalar()
            for t in (TAG_PROPOSALS, PLAN_SUBJECTS)
        ]
        return (kept.person_id, kept.home_id, kept.text_sealed, kept.ticks), words, gone

    assert door.read_now(left) == ((None, None, None, []), [], [0, 0])


def test_visits_go_when_their_time_is_over_and_not_a_day_before(
    given, door, clock, worker, visited, tmp_path
):
    visit = visited(text="腿脚不便")
    given.do(need_from_visit, visit.id, NeedDraft(kind="meals", what="想订饭"), by=worker)

    def kept():
        return door.read_now(lambda s: s.execute(select(func.count()).select_from(VISITS)).scalar())

    clock.advance(timedelta(days=1_096))
    apply_retention(door, tmp_path, clock=clock)
    assert kept() == 1
    clock.advance(timedelta(days=1))
    apply_retention(door, tmp_path, clock=clock)
    assert kept() == 0
