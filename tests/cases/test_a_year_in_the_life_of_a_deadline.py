"""One case through a public holiday, a pause, an overrun, an escalation and a reopening, worked out by hand.

The calendar: Thursday 1 October to Wednesday 7 October 2026 are days off, Sunday 20 September and Saturday
10 October are make-up working days. Street lights (0806) have two working days; office hours are 8–12 and 14–18.
"""

from datetime import date, datetime, timedelta
from fractions import Fraction

from core_db.cases import Verb, case_shown, case_timeline, watch_deadlines
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import LOCAL
from core_db.insight import figures

DEADLINES = system_actor("deadlines")


def at(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


def test_the_timeline_and_the_rates_agree_with_the_hand(a_walk, given, clock):
    clock.move_to(at(9, 29, 16))
    walk = a_walk(text="楼道灯不亮，老人上下楼不安全", category="0806")

    def act(moment, verb, who, **said):
        clock.move_to(moment)
        return walk.try_(verb, who, **said)

    def watch(moment):
        clock.move_to(moment)
        given.do(watch_deadlines, by=DEADLINES)

    # Raised on Tuesday at 16:00. First contact within one working day: Wednesday 16:00.
    assert walk.case.contact_due_at == at(9, 30, 16)

    # Accepted on Wednesday at 10:00, in time. Two working days later, with the seven days off between:
    # Wednesday 10:00 → Thursday 8 October 10:00 is one, Friday 9 October 10:00 is two.
    case = act(at(9, 30, 10), Verb.ACCEPTANCE, walk.worker)
    assert case.due_at == at(10, 9, 10)

    act(at(9, 30, 11), Verb.DISPATCH, walk.worker)
    act(at(9, 30, 14), Verb.SIGNING, walk.contractor)
    act(at(9, 30, 15), Verb.PROGRESS, walk.contractor)

    # Suspended on Thursday 8 October at 9:00. Used by then: Wednesday 10–12 and 14–18 (6 h), Thursday 8–9 (1 h):
    # 7 of 16 office hours, 9 are left. Resumed on Saturday 10 October (a make-up day) at 8:00: due 9 h later,
    # which is Saturday's 8 h and then Monday 12 October 9:00.
    act(at(10, 8, 9), Verb.SUSPENSION, walk.worker, review_on=date(2026, 10, 10))
    watch(at(10, 9, 12))
    assert given.see(case_shown, walk.id, by=walk.resident)["clock"]["state"] == "paused"
    case = act(at(10, 10, 8), Verb.RESUMPTION, walk.worker)
    assert case.due_at == at(10, 12, 9)

    # Overrun: at 9:01 it is overdue, and everybody who may is told once.
    watch(at(10, 12, 9, 1))
    watch(at(10, 12, 9, 2))
    assert given.see(case_shown, walk.id, by=walk.resident)["clock"]["state"] == "overdue"
    told = [item["type"] for item in given.see(case_timeline, walk.id, by=walk.resident)]
    assert told.count("overdue") == 1

    # Before the town by that, escalated further, handed in late, verified, judged "no", reopened, and done in time
    # the second time.
    act(at(10, 12, 10), Verb.ESCALATION, walk.worker, to="district")
    act(at(10, 12, 15), Verb.HANDLING, walk.contractor)
    assert walk.case.clock_state == "overdue"
    act(at(10, 12, 16), Verb.VERIFICATION, walk.worker)
    act(at(10, 12, 20), Verb.EVALUATION, walk.resident, resolved="no", satisfied=2)

    def rates():
        return given.see(
            figures,
            place_id=given.community.id,
            since=date(2026, 9, 1),
            until=date(2026, 10, 31),
            by=walk.worker,
        ).total

    # One case: contacted in time 1/1, in time 0/1, resolved 0/1, satisfied 0/1.
    first = rates()
    assert (first.response, first.on_time, first.resolution, first.satisfaction) == (1, 0, 0, 0)

    # Reopened on Tuesday 13 October at 9:00: a new clock, due on Thursday at 9:00.
    case = act(at(10, 13, 9), Verb.REOPENING, walk.resident)
    assert case.due_at == at(10, 15, 9)
    act(at(10, 13, 10), Verb.DISPATCH, walk.worker)
    act(at(10, 13, 11), Verb.SIGNING, walk.contractor)
    act(at(10, 13, 14), Verb.PROGRESS, walk.contractor)
    act(at(10, 14, 9), Verb.HANDLING, walk.contractor)
    assert walk.case.clock_state == "met"
    act(at(10, 14, 10), Verb.VERIFICATION, walk.worker)
    act(at(10, 14, 20), Verb.EVALUATION, walk.resident, resolved="partly", satisfied=4)

    # Both rounds count: the first was late and did not satisfy. Part-solved counts half; a 4 is “basically satisfied”.
    last = rates()
    assert (last.cases, last.response, last.on_time) == (1, 1, Fraction(1, 2))
    assert (last.callbacks, last.resolution, last.satisfaction) == (2, Fraction(1, 4), Fraction(1, 2))


def test_warnings_come_at_half_and_four_fifths_and_once_each(a_walk, given, clock):
    clock.move_to(at(11, 23, 8))
    walk = a_walk(category="0806").to("accepted")
    # Accepted at 8:00; two working days are 16 office hours, due on Wednesday at 8:00.
    accepted_at = walk.case.accepted_at

    def warned():
        given.do(watch_deadlines, by=DEADLINES)
        told = given.see(case_timeline, walk.id, by=walk.worker)
        return [item.get("text", item["type"]) for item in told if item["type"] in ("warned", "overdue")]

    clock.move_to(accepted_at + timedelta(hours=3))
    assert warned() == []
    clock.move_to(at(11, 24, 8, 1))
    assert warned() == ["50%"]
    assert warned() == ["50%"]
    clock.move_to(at(11, 24, 15, 30))
    assert warned() == ["50%", "80%"]
    clock.move_to(at(11, 25, 8, 1))
    assert warned() == ["50%", "80%", "overdue"]


def test_the_committee_extends_once_and_the_town_a_second_time(a_walk, given):
    import pytest

    from core_db.cases.errors import ExtensionNeedsDispatcher, NoMoreExtensions
    from core_db.foundation.errors import CannotBeRead

    walk, dispatcher = a_walk().to("in_progress"), given.town_dispatcher()
    walk.try_(Verb.EXTENSION, walk.contractor, until="2026-12-01", reason="等配件")
    assert walk.case.due_at < at(12, 1, 0), "asking changes nothing"

    with pytest.raises(CannotBeRead):
        walk.try_(Verb.EXTENSION, walk.worker, until="9999-12-31")
    case = walk.try_(Verb.EXTENSION, walk.worker, until="2026-12-01", reason="等配件")
    assert case.due_at == at(12, 1, 18)
    assert case.clock_reason == "等配件"
    with pytest.raises(ExtensionNeedsDispatcher):
        walk.try_(Verb.EXTENSION, walk.worker, until="2026-12-10")

    walk.try_(Verb.ESCALATION, walk.worker)
    walk.try_(Verb.EXTENSION, dispatcher, until="2026-12-10")
    with pytest.raises(NoMoreExtensions):
        walk.try_(Verb.EXTENSION, dispatcher, until="2026-12-20")
