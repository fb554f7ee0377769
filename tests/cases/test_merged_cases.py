"""Cases merged into a main case: whoever raised them sees how far it is, and hears how it ended."""

import pytest

from core_db.cases import Verb, case_shown, case_timeline
from core_db.foundation.errors import NotFound
from core_db.foundation.outbox import facts_after


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
