"""A little of visiting for the demo: plans under way, a canvass half done, visits, a need and a proposed tag."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app_shell.demo.cast import Cast
from app_shell.demo.people import Dweller
from core_db.foundation.clock import RehearsedClock, local_date
from core_db.visits import (
    CanvassDraft,
    NeedDraft,
    PlanDraft,
    TagDraft,
    VisitDraft,
    begin_canvass,
    miss_visits,
    need_from_visit,
    plan_visits,
    propose_tag,
    record_visit,
)
from core_db.visits.words import Answer, Grade, NeedKind, Tick, VisitPurpose, VisitResult, Whom

#: From this age on somebody is on the plan of those who are looked after; so many of them.
OLD, LOOKED_AFTER = 75, 14
QUESTIONS = ("燃气软管用了超过两年吗？", "装了燃气报警器吗？")
SAID = (
    "精神不错，说楼梯扶手有点晃。", "早上去过公园，午饭自己烧。", "膝盖不舒服，下楼要扶着走。", "女儿周末来，平时一个人。",
)  # fmt: skip


def visits_of_late(session: Session, cast: Cast, *, now: datetime) -> None:
    """What the committee did at doors in the last weeks, and what is due this morning."""
    clock, worker = RehearsedClock(now - timedelta(days=40)), cast.workers[0]
    old = [one for one in cast.register.people if one.age >= OLD][:LOOKED_AFTER]
    plan = PlanDraft(
        name="高龄老人看望", grade=Grade.KEY, whom=Whom.PERSONS, subjects=tuple(one.person_id for one in old),
    )  # fmt: skip
    made = plan_visits(session, plan, actor=worker, clock=clock)
    for number, dweller in enumerate(old[: LOOKED_AFTER // 2]):
        clock.move_to(now - timedelta(days=38 - 5 * number, hours=3))
        _visited(session, cast, dweller, made.id, number, clock=clock)
    clock.move_to(now)
    miss_visits(session, made.id, actor=worker, clock=clock)
    _canvassed(session, cast, now=now)


def _visited(
    session: Session, cast: Cast, dweller: Dweller, plan_id: str, number: int, *, clock: RehearsedClock
) -> None:
    worker = cast.workers[number % len(cast.workers)]
    ticks = (Tick.ALL_WELL,) if number % 3 else (Tick.NEEDS_HELP, Tick.WANTS_CALL)
    draft = VisitDraft(
        person_id=dweller.person_id, plan_id=plan_id, result=VisitResult.MET, ticks=ticks,
        text=SAID[number % len(SAID)],
    )  # fmt: skip
    visit = record_visit(session, draft, actor=worker, clock=clock)
    if number == 0:
        need_from_visit(session, visit.id, NeedDraft(kind=NeedKind.MEALS, what="中午想订一份饭，少盐。"), actor=worker,
                        clock=clock)  # fmt: skip
    elif number == 3:
        propose_tag(
            session,
            visit.id,
            TagDraft(tag="独居", reason="老伴去世以后一个人住。"),
            actor=worker,
            clock=clock,
        )


def _canvassed(session: Session, cast: Cast, *, now: datetime) -> None:
    """Two buildings, the first of them half done."""
    today, worker = local_date(now), cast.workers[0]
    clock = RehearsedClock(now - timedelta(days=3))
    buildings = [one.id for one in cast.register.buildings[:2]]
    draft = CanvassDraft(
        title="燃气安全排摸", questions=QUESTIONS, buildings=tuple(buildings), starts_on=today - timedelta(days=3),
        ends_on=today + timedelta(days=11),
    )  # fmt: skip
    canvass = begin_canvass(session, draft, actor=worker, clock=clock)
    homes = [one["place"]["id"] for one in cast.register.homes if one["place"]["building_id"] == buildings[0]]
    for number, home_id in enumerate(homes[: len(homes) // 2]):
        clock.move_to(now - timedelta(days=2) + timedelta(minutes=9 * number))
        met = number % 4 != 3
        answers = {"0": Answer.NO if number % 3 else Answer.YES, "1": Answer.YES} if met else {}
        record_visit(
            session,
            VisitDraft(
                home_id=home_id, canvass_id=canvass.id, purpose=VisitPurpose.CANVASS, answers=answers,
                result=VisitResult.MET if met else VisitResult.NOBODY_HOME,
            ),
            actor=worker, clock=clock,
        )  # fmt: skip
