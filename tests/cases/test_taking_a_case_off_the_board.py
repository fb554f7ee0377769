"""A public case that is none of the neighbours' business any more leaves their board, for them at once."""

import pytest

from core_db.cases import CaseFilter, Verb, case_shown, case_timeline, public_cases
from core_db.cases.errors import NotNow
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.outbox import facts_after


@pytest.fixture
def walk(a_walk):
    return a_walk(visibility="public", text="三楼王家欠了物业费")


def _is_on_the_board(given, walk):
    listed = [one["id"] for one in given.see(public_cases, CaseFilter(), by=walk.neighbour).items]
    try:
        given.see(case_shown, walk.id, by=walk.neighbour)
    except NotFound:
        assert walk.id not in listed
        return False
    return walk.id in listed


@pytest.mark.parametrize(
    ("reason", "stays"), [("confidential", False), ("against_law", False), ("other", True)]
)
def test_what_is_refused_because_of_what_it_says_neighbours_read_no_more(walk, given, reason, stays):
    assert _is_on_the_board(given, walk)

    walk.try_(Verb.REFUSAL, walk.worker, reason_code=reason)

    assert _is_on_the_board(given, walk) is stays


def test_what_somebody_takes_back_neighbours_read_no_more(walk, given):
    walk.try_(Verb.WITHDRAWAL, walk.resident)

    assert not _is_on_the_board(given, walk)


@pytest.mark.parametrize("who", ["resident", "worker"])
def test_it_is_taken_off_the_board_and_handled_on(walk, given, door, who):
    walk.to("in_progress")
    due_at = walk.case.due_at

    walk.try_(Verb.HIDING, getattr(walk, who))

    assert not _is_on_the_board(given, walk)
    assert (walk.case.status, walk.case.due_at) == ("in_progress", due_at)
    told = given.see(case_timeline, walk.id, by=walk.resident)[-1]
    assert (told["type"], told["text"]) == ("hidden", "写到了别人家的事。")
    fact = door.read_now(lambda session: facts_after(session, 0))[-1]
    assert (fact.short_type, f"public:{given.community.id}" in fact.audience) == ("case.hidden", True)


def test_only_what_is_on_the_board_is_taken_off_and_only_by_its_own_people(walk, given):
    walk.to("in_progress")
    for stranger in (walk.neighbour, walk.contractor, given.town_dispatcher()):
        with pytest.raises(NotPermitted):
            walk.try_(Verb.HIDING, stranger)
    assert "hiding" in given.see(case_shown, walk.id, by=walk.worker)["allowed"]

    walk.try_(Verb.HIDING, walk.worker)

    assert "hiding" not in given.see(case_shown, walk.id, by=walk.worker)["allowed"]
    with pytest.raises(NotNow):
        walk.try_(Verb.HIDING, walk.worker)
