"""R-21: what is worked out from cases is made anew from them, and is what it was."""

from functools import partial

import pytest
from sqlalchemy import select, text

from core_db.cases import CaseFilter, Verb, cases
from core_db.cases.model import CASES, CLOCKS, COUNTS
from core_db.cases.search import create_search
from core_db.foundation.actor import system_actor
from core_db.upkeep import rebuild
from tests.cases.conftest import WAYS, Walk

OPERATOR = system_actor("command")
#: What lists show of a case and is worked out from elsewhere.
SHOWN = (
    "status",
    "supporters",
    "returns",
    "clock_state",
    "clock_unit",
    "clock_limit",
    "clock_reason",
    "due_at",
)
#: Everything that is worked out, as wrong as it can be.
DAMAGE = (
    "UPDATE cases SET status = 'suspended', supporters = 41, returns = 7, clock_state = 'paused', clock_unit = 'x', "
    "clock_limit = '0', clock_reason = 'x', due_at = '2001-01-01T00:00:00.000000Z'",
    "UPDATE case_clocks SET look_at = NULL",
    "DELETE FROM case_counts",
    "DELETE FROM running_numbers",
)


@pytest.fixture
def rebuilt(door, clock):
    return partial(rebuild, door, actor=OPERATOR, clock=clock)


def standing(door) -> dict:
    """Every projection, as far as it is to come back."""

    def read(session):
        columns = [CASES.c.id, *(CASES.c[name] for name in SHOWN)]
        found = {row.id: tuple(row) for row in session.execute(select(*columns))}
        looks = sorted(
            tuple(row) for row in session.execute(select(CLOCKS.c.id, CLOCKS.c.look_at)) if row.look_at
        )
        counts: dict = {}
        for row in session.execute(select(COUNTS)):
            key = (row.community_id, row.town_id, row.district_id, row.status)
            counts[key] = counts.get(key, 0) + row.count
        return {"cases": found, "looks": looks, "counts": {key: n for key, n in counts.items() if n}}

    return door.read_now(read)


def damage(door) -> None:
    with door.one_transaction() as session:
        for order in DAMAGE:
            session.execute(text(order))
        if door.engines.is_sqlite:
            session.execute(text("DROP TABLE case_search"))
            create_search(session.connection())
        else:
            session.execute(text("DELETE FROM case_search"))


@pytest.fixture
def town_of_every_state(given, clock):
    """A case in every state, one extended, one that a neighbour supports, one whose main case was refused."""
    walks = {status: Walk(given, clock).to(status) for status in WAYS}
    extended = Walk(given, clock).to("in_progress")
    extended.try_(Verb.EXTENSION, extended.worker)
    supported = Walk(given, clock, visibility="public")
    supported.try_(Verb.SUPPORT, supported.neighbour)
    carried, main = Walk(given, clock).to("accepted"), Walk(given, clock)
    carried.try_(Verb.MERGER, carried.worker, into=main.id)
    main.try_(Verb.REFUSAL, main.worker)
    done_at_last = Walk(given, clock).to("returned")
    for verb, by in ((Verb.DISPATCH, "worker"), (Verb.SIGNING, "contractor"), (Verb.HANDLING, "contractor")):
        done_at_last.try_(verb, getattr(done_at_last, by))
    return [*walks.values(), extended, supported, carried, main, done_at_last]


def test_what_is_right_stays_as_it_is(door, rebuilt, town_of_every_state):
    before = standing(door)

    done = rebuilt()

    assert (done.corrected, done.counters, done.series, done.people) == (0, 0, 0, 0)
    assert done.cases >= len(town_of_every_state)
    assert standing(door) == before


def test_damaged_to_the_last_it_comes_back_as_it_was(door, rebuilt, given, town_of_every_state):
    before = standing(door)
    damage(door)
    assert standing(door) != before

    done = rebuilt()

    assert standing(door) == before
    assert done.counters == 1
    assert given.a_case().case.number not in {walk.case.number for walk in town_of_every_state}


@pytest.mark.parametrize("is_damaged", [False, True])
def test_each_case_is_found_by_its_words_once(door, rebuilt, given, is_damaged):
    worker = given.worker()
    light, lift = given.a_case(text="楼道灯不亮"), given.a_case(text="电梯停了一夜")
    if is_damaged:
        damage(door)
    rebuilt()
    later = given.a_case(text="电梯又停了")

    def found(words):
        return [one["id"] for one in given.see(cases, CaseFilter(q=words), by=worker).items]

    assert found("灯不亮") == [light.case.id]
    assert found("电梯") == [later.case.id, lift.case.id]


def test_what_changes_behind_the_rebuilding_is_in_it_too(door, clock, rebuilt, given):
    """After the only piece a case is put elsewhere, one is supported, and one is raised."""
    moved = Walk(given, clock, text="灯不亮")
    supported = Walk(given, clock, visibility="public", text="电梯停了")
    elsewhere = next(place for place in given.homes if place.building_id == given.other_building.id)
    raised = []

    def meanwhile(_cases: int) -> None:
        if not raised:
            moved.try_(Verb.ACCEPTANCE, moved.worker, place_id=elsewhere.id)
            supported.try_(Verb.SUPPORT, supported.neighbour)
            raised.append(given.a_case(text="水管漏水").case.id)

    rebuilt(tell=meanwhile)

    def found(words):
        return [one["id"] for one in given.see(cases, CaseFilter(q=words), by=moved.worker).items]

    assert (found(given.other_building.name), found("灯不亮"), found("水管")) == (
        [moved.id],
        [moved.id],
        raised,
    )
    assert moved.id not in found(given.building.name)
    before = standing(door)
    assert rebuilt()[1:] == (0, 0, 0, 0)
    assert standing(door) == before


def test_it_ends_however_many_cases_come_meanwhile(door, rebuilt, given):
    """One comes behind each piece. Who made the last one anew too would never be done."""
    worker, enough = given.worker(), 5
    raised, pieces = [given.a_case(text="电梯停了").case.id], []
    damage(door)

    def meanwhile(cases_of_it: int) -> None:
        pieces.append(cases_of_it)
        if len(pieces) < enough:
            raised.append(given.a_case(text="电梯又停了").case.id)

    done = rebuilt(tell=meanwhile)

    assert (pieces, done.cases) == ([1], 1)
    assert [one["id"] for one in given.see(cases, CaseFilter(q="电梯"), by=worker).items] == raised[::-1]
    before = standing(door)
    assert rebuilt()[1:] == (0, 0, 0, 0)
    assert standing(door) == before
