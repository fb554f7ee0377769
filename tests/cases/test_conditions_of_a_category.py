"""A category has limits under conditions: the one that was chosen holds for every clock of the case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core_db.cases import Verb, case_shown, case_timeline, submit_on_behalf
from core_db.cases.drafts import OnBehalfDraft
from core_db.cases.model import CLOCKS
from core_db.foundation.errors import CannotBeRead

Walking = Callable[..., Any]
CRACKS = {"category": "0206", "text": "外墙有裂缝，砖在往下掉"}


def test_danger_shortens_the_cases_clock_its_units_and_that_of_the_next_round(
    a_walk: Walking, given: Any, clock: Any
) -> None:
    walk = a_walk(**CRACKS)
    began = clock.now()

    case = walk.try_(Verb.ACCEPTANCE, walk.worker, condition="danger")
    assert (case.condition, case.due_at) == ("danger", began + timedelta(hours=2))
    for verb, who in (
        (Verb.DISPATCH, "worker"), (Verb.SIGNING, "contractor"), (Verb.HANDLING, "contractor"),
        (Verb.VERIFICATION, "worker"),
    ):  # fmt: skip
        walk.try_(verb, getattr(walk, who))
    again = clock.now()
    case = walk.try_(Verb.REOPENING, walk.resident)

    limits = given.door.read_now(lambda session: _limits(session, walk.id))
    assert limits == [("handling", "2"), ("unit", "2"), ("handling", "2")]
    assert case.due_at == again + timedelta(hours=2)
    view = given.see(case_shown, walk.id, by=walk.resident, lang="zh")
    assert view["clock"]["reason"] == "房屋裂缝与结构安全 · 有现实危险 · 2小时（不分昼夜）内"
    english = given.see(case_shown, walk.id, by=walk.worker, lang="en")["condition"]
    assert english == {
        "code": "danger", "name": "Immediate danger", "closing": "An expert opinion or measure was issued",
    }  # fmt: skip


def _limits(session: Any, case_id: str) -> list[tuple[str, str]]:
    found = select(CLOCKS.c.kind, CLOCKS.c.limit).where(CLOCKS.c.case_id == case_id)
    return [(row.kind, row.limit) for row in session.execute(found.order_by(CLOCKS.c.started_at))]


def test_whoever_names_no_condition_gets_the_usual_limit(a_walk: Walking, given: Any) -> None:
    case = a_walk(**CRACKS).try_(Verb.ACCEPTANCE, given.worker())

    assert (case.condition, case.clock_limit, case.clock_unit) == (None, "15", "workday")


def test_a_condition_is_one_of_its_own_category(a_walk: Walking) -> None:
    walk = a_walk(**CRACKS)

    with pytest.raises(CannotBeRead) as refused:
        walk.try_(Verb.ACCEPTANCE, walk.worker, category="0101", condition="danger")

    assert refused.value.faults["condition"][0] == "这个类别没有这种情况。"


def test_filed_anew_when_it_is_taken_back_it_is_due_earlier(a_walk: Walking, clock: Any) -> None:
    began = clock.now()
    walk = a_walk(**CRACKS).to("returned")

    case = walk.try_(Verb.ACCEPTANCE, walk.worker, condition="danger")

    assert case.due_at == began + timedelta(hours=2)


def test_filed_anew_when_it_is_taken_back_it_is_due_no_later(a_walk: Walking, clock: Any) -> None:
    began, walk = clock.now(), a_walk(**CRACKS)
    walk.try_(Verb.ACCEPTANCE, walk.worker, condition="danger")
    walk.try_(Verb.DISPATCH, walk.worker)
    walk.try_(Verb.RETURN, walk.contractor)

    case = walk.try_(Verb.ACCEPTANCE, walk.worker, category="0101")

    assert (case.condition, case.due_at) == (None, began + timedelta(hours=2))


def test_whoever_called_about_a_danger_is_called_back_as_in_any_emergency(given: Any, clock: Any) -> None:
    worker = given.worker()

    def due(**known: Any) -> Any:
        draft = OnBehalfDraft(channel="phone", place_id=given.building.id, text="墙裂了", **known)
        return given.do(submit_on_behalf, draft, by=worker).case.contact_due_at

    assert due(category="0206", condition="danger") == clock.now() + timedelta(hours=2)
    assert due(category="0206") > clock.now() + timedelta(hours=20)


def test_what_a_category_asks_for_before_closing_is_ticked_or_it_is_not_done(
    a_walk: Walking, given: Any
) -> None:
    walk = a_walk(**CRACKS).to("handled")

    with pytest.raises(CannotBeRead) as refused:
        walk.try_(Verb.VERIFICATION, walk.worker, closing_condition_met=False)
    walk.try_(Verb.VERIFICATION, walk.worker, closing_condition_met=True)
    with pytest.raises(CannotBeRead):
        walk.try_(Verb.CLOSURE, walk.worker, closing_condition_met=False)
    walk.try_(Verb.CLOSURE, walk.worker, outcome="answered", closing_condition_met=False)

    assert "结案条件" in refused.value.faults["closing_condition_met"][0]
    told = [one["type"] for one in given.see(case_timeline, walk.id, by=walk.worker)]
    assert told[-3:] == ["condition_met", "verified", "closed"]
