"""Cases merged into a main case: whoever raised them sees how far it is, and hears how it ended."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update

from core_db.cases import (
    CaseFilter,
    Verb,
    awaiting_word,
    case_counts,
    case_shown,
    case_timeline,
    cases,
    own_cases,
)
from core_db.cases.errors import NotNow, OwnWork, TooLateToEvaluate
from core_db.cases.model import PARTIES
from core_db.cases.words import VERB_WORDS
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.outbox import facts_after
from core_db.insight import figures


def a_main_case(a_walk, merged, **draft):
    """A main case, raised by a neighbour, with `merged` joined to it."""
    main = a_walk(**draft).to("in_progress")
    merged.try_(Verb.MERGER, merged.worker, into=main.id)
    return main


def test_the_requester_sees_how_far_the_main_case_is_and_not_the_case(a_walk, given):
    merged, neighbour = a_walk(), given.neighbour()
    main = given.a_case(by=neighbour, text="同一盏灯坏了").case
    merged.try_(Verb.MERGER, merged.worker, into=main.id)

    shown = given.see(case_shown, merged.id, by=merged.resident)

    assert shown["main_case"] == {
        "id": None, "number": main.number, "status": "submitted", "due_at": None, "clock": "none",
    }  # fmt: skip
    with pytest.raises(NotFound):
        given.see(case_shown, main.id, by=merged.resident)


def test_a_case_that_carries_an_emergency_is_one_in_every_list(a_walk, given):
    emergency, main = a_walk(text="7号五楼楼道里有很重的煤气味，闻了头晕"), a_walk()
    (before,) = [one for one in given.see(cases, CaseFilter(), by=main.worker).items if one["id"] == main.id]
    assert (emergency.case.urgent, before["urgent"]) == (True, False)

    emergency.try_(Verb.MERGER, emergency.worker, into=main.id)

    (after,) = [one for one in given.see(cases, CaseFilter(), by=main.worker).items if one["id"] == main.id]
    assert after["urgent"] is True
    # Who is at work on it goes on: nobody has changed what he has before him.
    assert given.see(case_shown, main.id, by=main.worker)["version"] == before["version"]


def test_the_committee_goes_on_to_the_main_case(a_walk, given):
    merged = a_walk()
    main = a_main_case(a_walk, merged)

    shown = given.see(case_shown, merged.id, by=merged.worker)

    assert shown["main_case"]["id"] == main.id
    assert shown["main_case"]["status"] == "in_progress"
    assert shown["main_case"]["due_at"] is not None


@pytest.mark.parametrize(("visibility", "said"), [("public", "灯换好了。"), ("private", None)])
def test_the_requester_hears_how_the_main_case_ended(visibility, said, a_walk, given, door):
    merged = a_walk()
    main = a_main_case(a_walk, merged, visibility=visibility)
    for verb, by in ((Verb.HANDLING, main.contractor), (Verb.VERIFICATION, main.worker)):
        main.try_(verb, by)
    main.try_(Verb.CLOSURE, main.worker, text="灯换好了。")

    last = given.see(case_timeline, merged.id, by=merged.resident)[-1]

    assert (last["type"], last["reason_code"], last.get("text")) == ("main_closed", "resolved", said)
    facts = door.read_now(lambda session: facts_after(session, 0))
    told = [fact for fact in facts if fact.short_type == "case.main_closed"]
    assert [fact.data["outcome"] for fact in told] == ["resolved"]
    assert f"account:{merged.resident.id}" in told[0].audience
    assert given.see(case_shown, merged.id, by=merged.resident)["main_case"]["status"] == "closed"


def test_who_ended_the_main_case_by_his_word_is_not_named_in_another(a_walk, given):
    merged, neighbour = a_walk(), given.neighbour(name="孙伯")
    main = a_walk(visibility="public")
    main.id = given.a_case(by=neighbour, text="同一盏灯坏了").case.id
    merged.try_(Verb.MERGER, merged.worker, into=main.id)
    for verb, by in (
        (Verb.ACCEPTANCE, main.worker), (Verb.SELF_HANDLING, main.worker), (Verb.HANDLING, main.worker),
        (Verb.VERIFICATION, main.worker), (Verb.EVALUATION, neighbour),
    ):  # fmt: skip
        main.try_(verb, by)

    for reader in (merged.resident, merged.worker):
        last = given.see(case_timeline, merged.id, by=reader)[-1]
        assert (last["type"], last["by"]) == ("main_closed", {"role": "system"})


def test_a_main_case_that_was_itself_merged_is_followed_to_the_one_that_carries_the_work(a_walk, given):
    first, middle = a_walk(), a_walk().to("accepted")
    first.try_(Verb.MERGER, first.worker, into=middle.id)
    last = a_main_case(a_walk, middle)
    last.try_(Verb.SUSPENSION, last.worker)
    last.try_(Verb.CLOSURE, last.worker)

    assert given.see(case_shown, first.id, by=first.worker)["main_case"]["number"] == last.case.number
    for case in (first, middle):
        ended = given.see(case_timeline, case.id, by=case.resident)[-1]
        assert (ended["type"], ended["reason_code"]) == ("main_closed", "unresolved")


@pytest.fixture
def rates(given):
    """The rates of the firm that has the main case, and how many cases it has."""

    def of(reader):
        span = {"since": date(2026, 11, 1), "until": date(2026, 12, 31)}
        found = given.see(figures, place_id=given.community.id, by=reader, **span)
        (firm,) = [row for row in found.rates if row.name == given.property_firm.name]
        assert (firm.callbacks, firm.resolution) == (found.total.callbacks, found.total.resolution)
        return firm

    return of


def test_whoever_raised_a_merged_case_rates_it_himself_once_the_main_case_is_done(a_walk, given, rates):
    assert "仍可各自评价" in VERB_WORDS[Verb.MERGER].effect.zh
    merged = a_walk()
    main = a_main_case(a_walk, merged)

    def may_rate():
        return "evaluation" in given.see(case_shown, merged.id, by=merged.resident)["allowed"]

    assert not may_rate()
    with pytest.raises(NotNow):
        merged.try_(Verb.EVALUATION, merged.resident)
    for verb, by in ((Verb.HANDLING, main.contractor), (Verb.VERIFICATION, main.worker)):
        main.try_(verb, by)
    assert may_rate()
    main.try_(Verb.CLOSURE, main.worker)
    main.try_(Verb.EVALUATION, main.resident, resolved="yes", satisfied=5)
    before = rates(merged.worker)

    merged.try_(Verb.EVALUATION, merged.resident, resolved="no", satisfied=1)

    after = rates(merged.worker)
    assert (merged.case.status, merged.case.satisfied, main.case.satisfied) == ("merged", 1, 5)
    assert (before.callbacks, after.callbacks, after.resolution) == (1, 2, Fraction(1, 2))
    # One case was worked on, and two people were asked about it.
    assert (before.cases, after.cases, before.response) == (1, 1, after.response)
    waits = given.see(cases, CaseFilter(to_review=True), by=merged.worker)
    assert [row.id for row in waits.rows] == [merged.id]


def test_of_a_merged_case_the_days_to_rate_it_begin_when_the_main_case_ends(a_walk, given, clock):
    merged = a_walk()
    main = a_main_case(a_walk, merged)
    clock.advance(timedelta(days=40))
    for verb, by in (
        (Verb.HANDLING, main.contractor), (Verb.VERIFICATION, main.worker), (Verb.CLOSURE, main.worker),
    ):  # fmt: skip
        main.try_(verb, by)

    clock.advance(timedelta(days=14))
    merged.try_(Verb.EVALUATION, merged.resident, resolved="partly", satisfied=3)
    clock.advance(timedelta(days=2))
    with pytest.raises(TooLateToEvaluate):
        merged.try_(Verb.EVALUATION, merged.resident)


@pytest.fixture
def two_and_their_main(a_walk, given, clock):
    """A neighbour's report that nobody has taken up, and two more merged into it, the first an accepted one."""
    first, second = a_walk(visibility="public").to("accepted"), a_walk()
    main = a_walk(visibility="public")
    main.file = given.a_case(by=main.neighbour, text="同一盏灯坏了", visibility="public")
    main.id = main.case.id
    main.try_(Verb.SUPPORT, given.neighbour(name="孙伯"))
    # The younger one was merged before the older one.
    for one in (second, first):
        one.try_(Verb.MERGER, one.worker, into=main.id)
    clock.advance(timedelta(days=7))
    return first, second, main


@pytest.mark.parametrize(("verb", "by"), [(Verb.WITHDRAWAL, "neighbour"), (Verb.REFUSAL, "worker")])
def test_what_was_merged_into_a_case_that_is_withdrawn_or_refused_goes_on_as_the_oldest_of_it(
    verb, by, two_and_their_main, given, door
):
    first, second, main = two_and_their_main
    was_due = first.case.due_at

    main.try_(verb, getattr(main, by))

    shown = given.see(case_shown, first.id, by=first.worker)
    # It stands where it stood, with all the time it had left when it was merged.
    assert (shown["status"], shown["clock"]["state"], shown["supporters"]) == ("accepted", "running", 1)
    assert datetime.fromisoformat(shown["due_at"]) - was_due >= timedelta(days=7)
    assert {"dispatch", "self-handling"} <= set(shown["allowed"])
    carried = given.see(case_shown, second.id, by=second.worker)
    assert (carried["status"], carried["main_case"]["id"]) == ("merged", first.id)
    told = {one.id: given.see(case_timeline, one.id, by=one.resident)[-1] for one in (first, second)}
    assert [(one["type"], one["by"], one.get("text")) for one in told.values()] == [
        ("unmerged", {"role": "system"}, None), ("merged", {"role": "system"}, first.case.number),
    ]  # fmt: skip
    facts = door.read_now(lambda session: facts_after(session, 0))
    (back,) = [fact for fact in facts if fact.short_type == "case.unmerged"]
    assert (back.data["case_id"], back.data["from_id"], back.data["status"]) == (
        first.id,
        main.id,
        "accepted",
    )
    assert f"account:{first.resident.id}" in back.audience
    # Whoever followed them into it can follow them out before it ends.
    assert [fact.data["case_id"] for fact in facts[-4:] if fact.short_type != "case.noted"] == [
        first.id, second.id, main.id,
    ]  # fmt: skip
    counts = given.see(case_counts, by=first.worker)
    assert {name: count for name, count in counts.items() if count} == {
        "submitted": 3, "accepted": 1, "merged": 1, "withdrawn" if verb is Verb.WITHDRAWAL else "not_accepted": 1,
    }  # fmt: skip


def test_whoever_is_carried_on_hears_how_the_other_case_ended_and_may_rate(two_and_their_main, given):
    first, second, main = two_and_their_main
    main.try_(Verb.WITHDRAWAL, main.neighbour)

    for verb in (Verb.SELF_HANDLING, Verb.SUSPENSION, Verb.RESUMPTION, Verb.HANDLING, Verb.VERIFICATION):
        first.try_(verb, first.worker)
    first.try_(Verb.CLOSURE, first.worker)

    assert given.see(case_timeline, second.id, by=second.resident)[-1]["type"] == "main_closed"
    assert "evaluation" in given.see(case_shown, second.id, by=second.resident)["allowed"]


def test_who_was_merged_before_anybody_looked_into_his_case_waits_again_to_be_taken_up(a_walk, given):
    waiting, neighbour = a_walk().to("pre_check"), given.neighbour()
    main = a_walk()
    main.id = given.a_case(by=neighbour, text="同一盏灯坏了").case.id
    waiting.try_(Verb.MERGER, waiting.worker, into=main.id)

    main.try_(Verb.WITHDRAWAL, neighbour)

    shown = given.see(case_shown, waiting.id, by=waiting.worker)
    assert (shown["status"], shown["clock"]) == ("pre_check", None)
    assert {"acceptance", "refusal"} <= set(shown["allowed"])
    assert "messages" in given.see(case_shown, waiting.id, by=waiting.resident)["allowed"]


def test_whoever_has_no_account_is_asked_about_his_merged_case_by_a_second_person(a_walk, given, door):
    merged, colleague = a_walk(), given.secretary()
    nobodys = update(PARTIES).where(PARTIES.c.case_id == merged.id).values(account_id=None)
    door.write_now(lambda session: session.execute(nobodys))
    main = a_main_case(a_walk, merged)

    def may_ask(actor):
        return "callback" in given.see(case_shown, merged.id, by=actor)["allowed"]

    assert not may_ask(colleague)
    for verb, by in ((Verb.HANDLING, main.contractor), (Verb.VERIFICATION, main.worker)):
        main.try_(verb, by)
    assert (may_ask(colleague), may_ask(main.worker)) == (True, False)
    with pytest.raises(OwnWork):
        merged.try_(Verb.CALLBACK, main.worker)
    with pytest.raises(CannotBeRead):
        merged.try_(Verb.CALLBACK, colleague, resolved="no", satisfied=1, reopening="还是不亮")

    case = merged.try_(Verb.CALLBACK, colleague, resolved="no", satisfied=1)

    assert (case.status, case.satisfied, case.needs_review) == ("merged", 1, True)
    assert main.case.status == "verified"


def test_a_merged_case_waits_for_a_word_of_its_own_for_as_long_as_one_may_be_said(a_walk, given, clock):
    first, middle = a_walk(), a_walk().to("accepted")
    first.try_(Verb.MERGER, first.worker, into=middle.id)
    main = a_main_case(a_walk, middle)

    def waiting():
        listed = {one["id"] for one in given.see(cases, CaseFilter(awaits_word=True), by=main.worker).items}
        assert given.see(awaiting_word, by=main.worker) == len(listed)
        return listed

    assert waiting() == set()
    for verb, by in ((Verb.HANDLING, main.contractor), (Verb.VERIFICATION, main.worker)):
        main.try_(verb, by)
    assert waiting() == {first.id, middle.id, main.id}

    middle.try_(Verb.EVALUATION, middle.resident, resolved="partly", satisfied=3)
    main.try_(Verb.CLOSURE, main.worker)

    assert waiting() == {first.id}
    his = given.see(own_cases, CaseFilter(awaits_word=True), by=first.resident).items
    assert [one["id"] for one in his] == [first.id]
    clock.advance(timedelta(days=16))
    assert waiting() == set()
