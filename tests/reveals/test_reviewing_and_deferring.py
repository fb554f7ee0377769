"""Somebody looks after those who look: odd looks come first, telling may wait for a while and no longer."""

import random
from datetime import date, timedelta

import pytest

from core_db.cases import accept_case
from core_db.cases.drafts import AcceptanceDraft
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import facts_after
from core_db.people import PersonCorrection, correct_person
from core_db.reveals import (
    DeferralDraft,
    QuestionDraft,
    RevealDraft,
    ReviewDraft,
    ask_about_look,
    budget,
    defer_look,
    defer_looks_under,
    deferrals_by_quarter,
    looks_to_review,
    note_alarm,
    open_alarms,
    own_looks,
    renew_deferral,
    reveal_person,
    review_look,
    uncover_contact,
    who_looked,
)
from core_db.reveals.errors import DeferredByWhoLooked, OwnLook, RenewedByTheSame
from core_db.reveals.words import Oddness

CHANCE = random.Random(2311)
LATER = DeferralDraft(reason_code="domestic_violence", until=date(2026, 12, 23))


# Which are odd is worked out of what was read; what is read, the others ask of both.
@pytest.mark.either
def test_ten_odd_looks_of_a_month_are_among_the_first_twenty(given, clock):
    workers = [given.worker(name=name) for name in ("小张", "小吴", "小钱")]
    resident, secretary, planted = given.resident(), given.secretary(), set()
    for day in range(28):
        for _ in range(4):
            case, worker = given.a_case(by=resident, text="灯坏了").case, CHANCE.choice(workers)
            given.do(accept_case, case.id, AcceptanceDraft(), by=worker)
            given.do(uncover_contact, case.id, by=worker)
            clock.advance(timedelta(minutes=CHANCE.randint(1, 60)))
        if day % 3 == 1 or day == 27:
            # Somebody opens a colleague's case and reads the number: his own work explains nothing of it.
            other = CHANCE.choice([one for one in workers if one.id != worker.id])
            given.do(uncover_contact, case.id, by=other)
            planted.add((other.name, case.number))
        clock.move_to(clock.now().replace(hour=2, minute=0) + timedelta(days=1))

    looks = given.see(looks_to_review, by=secretary)

    assert len(looks) == 28 * 4 + len(planted)
    assert len(planted) == 10
    assert planted <= {(one.who, one.case_number) for one in looks[:20]}
    drawn = [one for one in looks if Oddness.DRAWN in one.odd]
    assert 0 <= len(drawn) <= 12


@pytest.fixture
def looked(given):
    """A resident, her case, the worker who looked, and the look."""
    aunt, worker = given.resident(), given.worker()
    case = given.a_case(by=aunt).case
    given.do(uncover_contact, case.id, by=worker)
    (look,) = given.see(who_looked, by=aunt)
    return aunt, case, worker, look


def test_what_a_secretary_says_of_a_look_is_kept_and_whoever_looked_is_asked(looked, given, door):
    _aunt, _case, worker, look = looked
    secretary = given.secretary()

    given.do(review_look, look.seq, ReviewDraft(outcome="asked", note="这件不归你办吧？"), by=secretary)

    (line,) = given.see(looks_to_review, by=secretary)
    assert (line.outcome, line.note, line.reviewed_by) == ("asked", "这件不归你办吧？", secretary.name)
    fact = door.read_now(lambda session: facts_after(session, 0))[-1]
    assert f"account:{worker.id}" in fact.audience


def test_nobody_judges_his_own_look(given):
    secretary = given.secretary()
    given.do(uncover_contact, given.a_case().case.id, by=secretary)
    (line,) = given.see(looks_to_review, by=secretary)

    with pytest.raises(OwnLook):
        given.do(review_look, line.seq, ReviewDraft(outcome="in_order"), by=secretary)


def test_what_the_only_secretary_looked_at_the_town_judges_and_reads_no_whole_name(
    given, actor_client, send_form
):
    secretary, town = given.secretary(), given.town_dispatcher()
    for looking in (given.worker(), secretary, given.secretary(given.neighbouring_community, name="吴书记")):
        home = (
            given.home
            if looking.places_as({"secretary", "worker"}) == (given.community.id,)
            else given.neighbouring_home
        )
        given.do(uncover_contact, given.a_case(by=given.resident(home, name="欧阳丽")).case.id, by=looking)

    looks = given.see(looks_to_review, by=town)

    assert [(one.who, one.whose) for one in looks] == [("吴书记", "欧**"), ("周书记", "欧**")]
    workers = next(one for one in given.see(looks_to_review, by=secretary) if one.who == "小张")
    with pytest.raises(NotFound):
        given.do(review_look, workers.seq, ReviewDraft(outcome="in_order"), by=town)
    client, words = actor_client(town, page=True), {"outcome": "asked", "note": "为哪件事看的？"}
    assert send_form(client, "/looks", f"/looks/{looks[1].seq}/review", words).status_code == 303
    assert [one.note for one in given.see(own_looks, by=secretary)] == ["为哪件事看的？"]
    assert given.see(looks_to_review, by=given.district_dispatcher()) == []


def test_a_worker_reviews_nothing_and_strangers_find_nothing(looked, given):
    _aunt, _case, worker, look = looked

    with pytest.raises(NotPermitted):
        given.do(review_look, look.seq, ReviewDraft(outcome="in_order"), by=worker)
    with pytest.raises(NotFound):
        given.do(
            review_look,
            look.seq,
            ReviewDraft(outcome="in_order"),
            by=given.secretary(given.neighbouring_community),
        )
    assert given.see(looks_to_review, by=worker) == []


def test_an_alarm_waits_until_a_secretary_has_seen_it(given, monkeypatch):
    monkeypatch.setattr(budget, "AN_HOUR", 1)
    secretary = given.secretary()
    given.do(uncover_contact, given.a_case().case.id, by=given.worker())

    (alarm,) = given.see(open_alarms, by=secretary)
    given.do(note_alarm, alarm.id, by=secretary)

    assert given.see(open_alarms, by=secretary) == []


# -- told later -------------------------------------------------------------------------------------


def test_what_is_told_later_appears_by_the_clock_and_says_so(looked, given, clock):
    aunt, _case, _worker, look = looked
    given.do(defer_look, look.seq, LATER, by=given.secretary())

    assert given.see(who_looked, by=aunt) == []
    clock.move_to(clock.now().replace(month=12, day=23, hour=15, minute=59, second=59))
    assert given.see(who_looked, by=aunt) == []
    clock.advance(timedelta(seconds=1))
    (shown,) = given.see(who_looked, by=aunt)
    assert shown.deferred_until == clock.now()


def test_every_deferred_look_surfaces(given, clock):
    aunt, secretary, worker = given.resident(), given.secretary(), given.worker()
    for days in (1, 7, 30, 60, 90):
        case = given.a_case(by=aunt).case
        given.do(uncover_contact, case.id, by=worker)
        until = date(2026, 11, 23) + timedelta(days=days)
        given.do(
            defer_looks_under, case.id, DeferralDraft(reason_code="investigation", until=until), by=secretary
        )

    shown = []
    for _day in range(92):
        shown.append(len(given.see(who_looked, by=aunt)))
        clock.advance(timedelta(days=1))

    assert (shown[0], shown[-1]) == (0, 5)
    assert shown == sorted(shown)


def test_under_a_deferred_case_nobody_is_told_live_either(looked, given, door):
    aunt, case, worker, _look = looked
    given.do(defer_looks_under, case.id, LATER, by=given.secretary())

    given.do(uncover_contact, case.id, by=worker)

    fact = door.read_now(lambda session: facts_after(session, 0))[-1]
    assert (fact.short_type, fact.audience) == ("access.data_read", ())
    assert given.see(who_looked, by=aunt) == []


def test_telling_waits_ninety_days_at_most_and_another_person_goes_on(looked, given, clock):
    _aunt, _case, worker, look = looked
    secretary, town = given.secretary(), given.town_dispatcher()
    for day in (date(2026, 11, 23), date(2027, 2, 22)):
        with pytest.raises(CannotBeRead):
            given.do(defer_look, look.seq, LATER.model_copy(update={"until": day}), by=secretary)
    with pytest.raises(NotPermitted):
        given.do(defer_look, look.seq, LATER, by=worker)
    with pytest.raises(NotPermitted):
        given.do(defer_look, look.seq, LATER, by=town)
    first = given.do(defer_look, look.seq, LATER, by=secretary)

    with pytest.raises(RenewedByTheSame):
        given.do(renew_deferral, first.id, LATER, by=secretary)
    with pytest.raises(RenewedByTheSame):
        given.do(defer_look, look.seq, LATER, by=secretary)
    second = given.do(renew_deferral, first.id, LATER, by=town)
    assert second.renews_id == first.id


def until(day):
    return DeferralDraft(reason_code="investigation", until=day)


def test_the_same_one_puts_no_look_off_for_longer_by_any_of_its_names(given, clock):
    aunt, worker, secretary = given.resident(), given.worker(), given.secretary()
    case = given.a_case(by=aunt).case
    draft = RevealDraft(fields=("phone", "id_number"), purpose="case", reference=f"case/{case.id}")
    number = PersonCorrection(field="id_number", value="11010519491231002X", source="证件")
    given.do(correct_person, aunt.person_id, number, by=worker)
    given.do(reveal_person, aunt.person_id, draft, by=worker)
    (look,) = given.see(who_looked, by=aunt)
    last = local_date(clock.now()) + timedelta(days=90)

    given.do(defer_look, look.seq, until(last - timedelta(days=80)), by=secretary)

    # Nor by the number of another event of the act, nor with all of its case; that may be put off for as long.
    with pytest.raises(RenewedByTheSame):
        given.do(defer_look, look.seq + 1, until(last), by=secretary)
    with pytest.raises(RenewedByTheSame):
        given.do(defer_looks_under, case.id, until(last), by=secretary)
    given.do(defer_looks_under, case.id, until(last - timedelta(days=80)), by=secretary)
    with pytest.raises(RenewedByTheSame):
        given.do(defer_look, look.seq, until(last), by=secretary)
    given.do(defer_look, look.seq + 1, until(last), by=given.town_dispatcher())
    given.do(defer_looks_under, case.id, until(last), by=given.secretary(name="吴书记"))


def test_nobody_puts_off_his_own_looks_the_town_does(given):
    aunt, secretary, town = given.resident(), given.secretary(), given.town_dispatcher()
    case = given.a_case(by=aunt).case
    given.do(uncover_contact, case.id, by=secretary)
    (look,) = given.see(who_looked, by=aunt)

    for use_case, of in ((defer_look, look.seq), (defer_looks_under, case.id)):
        with pytest.raises(DeferredByWhoLooked):
            given.do(use_case, of, LATER, by=secretary)
    set_by_town = given.do(defer_look, look.seq, LATER, by=town)

    assert given.see(who_looked, by=aunt) == []
    with pytest.raises(DeferredByWhoLooked):
        given.do(renew_deferral, set_by_town.id, LATER, by=secretary)


def test_deferrals_are_counted_for_everybody_by_quarter(looked, given, door, clock):
    _aunt, _case, _worker, look = looked
    given.do(defer_look, look.seq, LATER, by=given.secretary())

    this, last = door.read_now(lambda session: deferrals_by_quarter(session, clock=clock))

    assert (this.year, this.number, this.deferrals, last.number, last.deferrals) == (2026, 4, 1, 3, 0)
    clock.move_to(clock.now().replace(year=2027, month=1, day=10))
    this, last = door.read_now(lambda session: deferrals_by_quarter(session, clock=clock))
    assert (this.year, this.deferrals, last.year, last.number, last.deferrals) == (2027, 0, 2026, 4, 1)


def test_whoever_looked_reads_what_he_is_asked_but_not_who_has_a_question(looked, given, actor_client):
    aunt, _case, worker, look = looked
    given.do(ask_about_look, look.seq, QuestionDraft(), by=aunt)
    given.do(
        review_look, look.seq, ReviewDraft(outcome="asked", note="这件不归你办吧？"), by=given.secretary()
    )

    (mine,) = given.see(own_looks, by=worker)

    assert (mine.note, mine.odd, mine.question_id) == ("这件不归你办吧？", (), None)
    assert given.see(own_looks, by=given.worker(name="小吴")) == []
    assert "这件不归你办吧" in actor_client(worker, page=True).get("/looks/own").text


# -- the page ---------------------------------------------------------------------------------------


def test_a_secretary_judges_and_defers_on_one_page(looked, given, actor_client, send_form):
    aunt, case, _worker, look = looked
    client = actor_client(given.secretary(), page=True)
    assert case.number in client.get("/looks").text

    judged = send_form(client, "/looks", f"/looks/{look.seq}/review", {"outcome": "in_order"})
    words = {"reason_code": "child_protection", "until": "2026-12-01", "scope": case.id}
    deferred = send_form(client, "/looks", f"/looks/{look.seq}/deferral", words)

    assert (judged.status_code, deferred.status_code) == (303, 303)
    assert given.see(who_looked, by=aunt) == []
    assert "保护未成年人" in client.get("/looks").text


def test_a_judgement_without_words_comes_back_with_a_sentence(looked, given, actor_client, send_form):
    client = actor_client(given.secretary(), page=True)

    answer = send_form(client, "/looks", f"/looks/{looked[3].seq}/review", {"outcome": "asked"})

    assert answer.status_code == 422
    assert "fault-summary" in answer.text


@pytest.mark.parametrize(("who", "status"), [("worker", 403), ("contractor", 403), ("town_dispatcher", 200)])
def test_who_finds_the_page(who, status, given, actor_client):
    assert actor_client(getattr(given, who)(), page=True).get("/looks").status_code == status
