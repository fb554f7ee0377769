"""Behind the walls PostgreSQL finds its way as before them: the same indexes, and whose rows are asked about once."""

import re

import pytest
from sqlalchemy import event, insert, select, text

from core_db.cases import (
    CaseFilter,
    awaiting_word,
    case_counts,
    case_shown,
    case_timeline,
    cases,
    own_cases,
    similar_cases,
)
from core_db.cases.model import CASES, PARTIES
from core_db.finding import find_people
from core_db.foundation.database import ReadingSession, open_engines, reaching
from core_db.foundation.ids import new_id
from core_db.foundation.reach import Across, across, reach_of
from tests.databases import settings_for

pytestmark = [
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
    # Of so few rows the planner takes now one index, now another, by what an earlier test left in the same files.
    pytest.mark.usefixtures("nothing_beside"),
]
INDEX = re.compile(r"(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)")
#: What a row's wall is asked of: once for a statement that is a plan of its own, never for a row.
KEYS = "string_to_array(current_setting("


@pytest.fixture
def plans(owner_url, door, clock, tmp_path):
    """How the statements of a read are carried out, for who serves and for the owner, whom no policy holds."""
    serving, owning = door.engines, open_engines(settings_for(owner_url, tmp_path))

    def explain(query, *args, by, how="EXPLAIN", **kwargs):
        return [
            _plans_of(
                engines, door.keyring, reach, lambda s: query(s, *args, actor=by, clock=clock, **kwargs), how
            )
            for engines, reach in ((owning, across(Across.UPKEEP)), (serving, reach_of(by)))
        ]

    yield explain
    owning.dispose()


def _plans_of(engines, keyring, reach, ask, how):
    said = []
    with reaching(engines, reach) as connection:
        event.listen(connection, "before_cursor_execute", lambda *heard: said.append((heard[2], heard[3])))
        with ReadingSession(connection, keyring, reach) as session:
            ask(session)
        asked = list(said)
        # So few rows would be read from end to end; what is looked at is whether an index would do.
        connection.exec_driver_sql("SET enable_seqscan = off")
        plans = [
            "\n".join(connection.exec_driver_sql(f"{how} {statement}", values).scalars())
            for statement, values in asked
            # Keys are read once and kept, by whoever comes first.
            if "FROM data_keys" not in statement
        ]
        connection.exec_driver_sql("RESET enable_seqscan")
    return plans


@pytest.fixture
def a_district(given, door):
    """Enough cases for the planner to see that they are many."""
    made = [given.a_case(text=f"第 {number} 件：楼道灯不亮") for number in range(12)]
    given.a_case(by=given.resident_next_door())
    with reaching(door.engines, across(Across.UPKEEP)) as connection:
        assert connection.execute(text("SELECT count(*) FROM cases")).scalar() == 13
    return made


LISTS = [
    (CaseFilter(), "worker"),
    (CaseFilter(status=("submitted",)), "worker"),
    (CaseFilter(overdue=True), "secretary"),
    (CaseFilter(q="楼道灯"), "worker"),
    (CaseFilter(after=9), "town_dispatcher"),
    (CaseFilter(), "contractor"),
]


@pytest.mark.parametrize(("wanted", "who"), LISTS)
def test_the_committees_list_and_search_use_the_same_indexes(plans, given, a_district, wanted, who):
    before, behind = plans(cases, wanted, by=getattr(given, who)())

    _are_alike(before, behind)
    assert any(" on cases" in plan and "Index Cond" in plan for plan in behind)


def test_a_cases_page_its_timeline_and_ones_own_list_use_the_same_indexes(plans, given, a_district):
    case, worker = a_district[0].case.id, given.worker()

    for before, behind in (
        plans(case_shown, case, by=worker),
        plans(case_timeline, case, by=worker),
        plans(own_cases, CaseFilter(), by=given.resident()),
        plans(case_counts, by=worker),
        plans(find_people, "王", by=worker),
        plans(similar_cases, "楼道灯不亮", place_id=a_district[0].case.place_id, by=given.neighbour()),
    ):
        _are_alike(before, behind)


@pytest.fixture
def many_merged(given, door, owner_url, tmp_path, a_district):
    """So many merged into one that is worked on that the planner weighs how often it asks what."""
    main = CASES.c.id == a_district[0].case.id
    like = door.read_now(lambda session: dict(session.execute(select(CASES).where(main)).one()._mapping))
    merged = like | {"status": "merged", "merged_into_id": like.pop("id")}
    del merged["seq"]
    carried = [merged | {"id": new_id(), "number": f"M-{n}"} for n in range(400)]
    behind = [{"id": new_id(), "case_id": one["id"], "role": "requester", "name": "王"} for one in carried]
    door.write_now(lambda session: session.execute(insert(CASES), carried))
    door.write_now(lambda session: session.execute(insert(PARTIES), behind))
    owning = open_engines(settings_for(owner_url, tmp_path))
    with owning.write.begin() as connection:
        connection.exec_driver_sql("ANALYZE cases, case_parties")
    owning.dispose()


@pytest.mark.parametrize(
    "listing", [[awaiting_word], [cases, CaseFilter(awaits_word=True)]], ids=["count", "list"]
)
def test_who_raised_what_was_merged_is_asked_of_no_case_whose_main_case_is_not_done(
    plans, given, many_merged, listing
):
    for who in (given.worker(), given.district_dispatcher()):
        _, behind = plans(*listing, by=who, how="EXPLAIN (ANALYZE)")
        [plan] = [one for one in behind if " on case_parties" in one]
        looks = [line for line in plan.splitlines() if " on case_parties" in line]
        assert looks
        assert all("(never executed)" in line for line in looks), plan


def _are_alike(before, behind):
    assert len(before) == len(behind) > 0
    for unguarded, guarded in zip(before, behind, strict=True):
        assert set(INDEX.findall(unguarded)) <= set(INDEX.findall(guarded)), guarded
        assert guarded.count("Seq Scan") <= unguarded.count("Seq Scan"), guarded
        # The keys are worked out beside the plan, in brackets of their own, and a row sees what came of it.
        assert KEYS not in "".join(line for line in guarded.splitlines() if "Filter" in line), guarded
