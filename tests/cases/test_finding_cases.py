"""Lists: what may be seen and no more, newest first, page by page, found by two characters, never by a scan."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert
from sqlmodel import Session

from core_db.cases import Verb, cases, own_cases, place_in, similar_cases
from core_db.cases.lists import CaseFilter
from core_db.cases.model import DISPATCHES
from core_db.cases.narrowing import MANY
from core_db.cases.search import place_word
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id

LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
ROLES = ("worker", "secretary", "town_dispatcher", "district_dispatcher", "contractor", "neighbour")


def test_a_list_goes_on_where_it_ended(given):
    resident, worker = given.resident(), given.worker()
    raised = [given.a_case(by=resident, text=f"第{n}件").case.id for n in range(7)]

    first = given.see(cases, CaseFilter(limit=3), by=worker)
    second = given.see(cases, CaseFilter(limit=3, after=int(first.next)), by=worker)
    third = given.see(cases, CaseFilter(limit=3, after=int(second.next)), by=worker)

    assert [item["id"] for page in (first, second, third) for item in page.items] == raised[::-1]
    assert third.next is None


@pytest.mark.parametrize("words", ["楼道", "东单元", "东单", "灯", "不亮 楼道", "101", "３０２"])
def test_two_characters_find_a_case(given, words):
    wanted = given.a_case(text="东单元楼道的灯不亮，在101和302门口")
    given.a_case(text="垃圾箱满了")

    found = given.see(cases, CaseFilter(q=words), by=given.worker()).items

    assert [item["id"] for item in found] == [wanted.case.id]


def test_a_case_that_was_put_elsewhere_is_found_there_and_no_longer_where_it_was(given, a_walk):
    walk = a_walk(text="灯不亮")
    elsewhere = next(place for place in given.homes if place.building_id == given.other_building.id)
    was, now = given.building.name, given.other_building.name

    walk.try_(Verb.ACCEPTANCE, walk.worker, place_id=elsewhere.id)

    def found(words):
        return [item["id"] for item in given.see(cases, CaseFilter(q=words), by=walk.worker).items]

    assert (found(now), found(was), found("灯不亮")) == ([walk.id], [], [walk.id])


@pytest.mark.parametrize("said", ["BS-20261123-{n}", "bs 20261123 {n}", "20261123-{n}"])
def test_a_case_is_found_by_its_number_as_people_say_it(given, said):
    case = given.a_case().case
    number = said.format(n=int(case.number.rsplit("-", 1)[1]))

    assert [item["number"] for item in given.see(cases, CaseFilter(q=number), by=given.worker()).items] == [
        case.number
    ]


@pytest.mark.parametrize("words", ["'", '"', "* OR", "%", "_", "\\", "a:b", "NEAR(", "：", "\x00", "😀"])
def test_no_word_breaks_the_search(given, words):
    given.a_case()

    assert given.see(cases, CaseFilter(q=words), by=given.worker()).items == []


@pytest.mark.parametrize("near", ["town", "community"])
@pytest.mark.parametrize("place", ["'", '"', "* OR", "%", "x) OR (y", ":*", "NEAR(", "\\", "：", "😀"])
def test_no_place_that_an_address_names_becomes_part_of_what_is_looked_for(given, near, place):
    given.a_case(text="东单元楼道的灯不亮")

    with pytest.raises(CannotBeRead) as refused:
        given.see(cases, CaseFilter(q="楼道", **{near: place}), by=given.worker())

    assert list(refused.value.faults) == [near]
    # Nor where it should come so far one day.
    assert place_word(place).isalnum()


def test_a_search_stays_within_what_one_may_see(given):
    given.a_case(text="楼道灯不亮")

    assert given.see(cases, CaseFilter(q="楼道"), by=given.worker_next_door()).items == []
    assert given.see(own_cases, CaseFilter(q="楼道"), by=given.neighbour()).items == []


def test_whoever_works_in_two_neighbourhoods_searches_both_and_no_third(given):
    here, beside = (
        given.a_case(text="楼道灯不亮"),
        given.a_case(text="楼道灯不亮", by=given.resident_next_door()),
    )
    worker, next_door = given.worker(), given.worker_next_door()
    both = replace(worker, grants=(*worker.grants, *next_door.grants))

    found = given.see(cases, CaseFilter(q="楼道 不亮"), by=both).items

    assert [item["id"] for item in found] == [beside.case.id, here.case.id]
    assert given.see(cases, CaseFilter(q="楼道 垃圾"), by=both).items == []


def test_what_is_due_stands_by_its_day_across_all_pages(given, clock, a_walk):
    """The longest overdue is the first of the first page, whenever it was raised; no page repeats or leaves out."""
    walks = [a_walk() for _n in range(5)]
    for walk in [walks[n] for n in (3, 0, 4, 1, 2)]:
        walk.try_(Verb.ACCEPTANCE, walk.worker, category="0806")
        clock.advance(timedelta(days=1))
    clock.advance(timedelta(days=30))

    def paged(**wanted):
        after, seen = "", []
        while after is not None:
            here = CaseFilter(limit=2, **wanted, **place_in(wanted["order"], after))
            page = given.see(cases, here, by=walks[0].worker)
            seen += [item["id"] for item in page.items]
            after = page.next
        return seen

    by_day = [walks[n].id for n in (3, 0, 4, 1, 2)]
    assert paged(overdue=True, order="due") == by_day
    assert paged(status=("accepted",), order="due_or_raised") == by_day


def test_what_waits_to_be_accepted_stands_by_emergency_then_by_the_promised_call(given, clock):
    worker, made = given.worker(), []
    for text in ("楼道灯坏了", "电梯里困了人", "垃圾没人收", "煤气泄漏了"):
        made.append(given.a_case(text=text).case)
        clock.advance(timedelta(hours=1))
    pressing = sorted(made, key=lambda case: (not case.urgent, case.contact_due_at, case.number))
    assert {case.urgent for case in made} == {True, False}

    seen, after = [], ""
    while after is not None:
        page = given.see(
            cases, CaseFilter(status=("submitted",), order="pressing", limit=1, **place_in("pressing", after)),
            by=worker,
        )  # fmt: skip
        seen += [item["id"] for item in page.items]
        after = page.next

    assert seen == [case.id for case in pressing]


@pytest.mark.parametrize(
    ("order", "after"),
    [("due", "9"), ("due", "9.x"), ("newest", "9.9"), ("pressing", "9.9"), ("due", "9." + "9" * 19)],
)
def test_a_cursor_of_another_list_is_refused(order, after):
    with pytest.raises(CannotBeRead):
        place_in(order, after)


def test_filters_narrow_the_list(a_walk, given, clock):
    walk = a_walk(text="楼道灯坏了").to("in_progress")
    given.a_case(text="电梯坏了", place_id=given.other_building.id)

    def found(**wanted):
        return [item["id"] for item in given.see(cases, CaseFilter(**wanted), by=walk.worker).items]

    assert found(status=("in_progress",)) == [walk.id]
    assert found(handler=given.property_firm.id) == [walk.id]
    assert found(category="08") == [walk.id]
    assert found(building=given.building.id) == [walk.id]
    assert found(mine=True) == [walk.id]
    assert found(overdue=True) == []
    clock.advance(timedelta(days=9))
    assert found(overdue=True) == [walk.id]


def test_what_was_escalated_is_found_for_as_long_as_it_is_open(a_walk, given):
    open_one, ended = a_walk().to("verified"), a_walk().to("verified")
    for walk in (open_one, ended):
        walk.try_(Verb.ESCALATION, walk.worker)
    ended.try_(Verb.CLOSURE, ended.worker)

    found = given.see(cases, CaseFilter(escalated=True), by=given.town_dispatcher()).items

    assert [item["id"] for item in found] == [open_one.id]


@pytest.mark.parametrize("wanted", [{"limit": 0}, {"limit": 101}, {"status": ("nonsense",)}])
def test_a_list_that_cannot_be_is_refused_with_a_sentence(given, wanted):
    with pytest.raises(CannotBeRead):
        given.see(cases, CaseFilter(**wanted), by=given.worker())


def test_similar_open_public_cases_are_offered(given):
    theirs = given.a_case(text="12号楼道的灯坏了好几天，晚上看不见", visibility="public")
    given.a_case(text="垃圾箱满了，味道很大", visibility="public")
    given.a_case(text="12号楼道的灯坏了", visibility="private")

    found = given.see(similar_cases, "楼道灯坏了，晚上太黑", by=given.neighbour())

    assert [item["id"] for item in found] == [theirs.case.id]
    assert "reporter" not in found[0]


@pytest.mark.parametrize(
    ("said", "known", "alike"),
    [
        ("2号楼道积水", "7号楼道里的灭火器过期了", False),
        ("楼道的灯坏了", "楼道的窗户坏了", False),
        ("有人在楼道里抽烟", "有人在楼道里堆东西", False),
        ("电梯又停了", "电梯停了，老人上不去", True),
        ("楼道灯不亮", "二楼楼道的灯不亮了，晚上看不见", True),
        ("灯坏了", "楼道的灯坏了好几天", True),
        ("12号3楼灯坏了", "楼道灯坏了", True),
    ],
)
def test_similar_is_what_says_clearly_the_same(given, said, known, alike):
    given.a_case(text=known, visibility="public", place_id=given.building.id)

    found = given.see(similar_cases, said, place_id=given.building.id, by=given.neighbour())

    assert bool(found) is alike


@pytest.mark.parametrize(
    ("said_of", "known_of", "alike"),
    [
        ("home", "building", True),
        ("building", "building", True),
        ("building", "other_building", False),
        ("community", "community", True),
        ("community", "building", False),
        ("building", "community", False),
    ],
)
def test_similar_is_what_is_said_of_the_same_place(given, said_of, known_of, alike):
    given.a_case(text="电梯停了", visibility="public", place_id=getattr(given, known_of).id)

    place = getattr(given, said_of).id
    found = given.see(similar_cases, "电梯停了", place_id=place, by=given.neighbour())

    assert bool(found) is alike


def test_similar_is_what_is_still_worked_on(a_walk, given):
    walk = a_walk(visibility="public", text="电梯停了").to("in_progress")

    def found():
        return given.see(similar_cases, "电梯停了", place_id=given.building.id, by=walk.neighbour)

    assert len(found()) == 1
    walk.try_(Verb.HANDLING, walk.contractor)
    walk.try_(Verb.VERIFICATION, walk.worker)
    assert found() == []


def test_a_place_that_is_none_has_nothing_similar(given):
    given.a_case(text="电梯停了", visibility="public")

    assert given.see(similar_cases, "电梯停了", place_id="nowhere", by=given.neighbour()) == []


def _there(given, asked):
    """What is asked for, with this town's own places and firm for those that are named."""
    named = {"building": given.building, "handler": given.property_firm, "town": given.town}
    return CaseFilter(**asked | {name: one.id for name, one in named.items() if name in asked})


def _plan(given, door, actor, wanted):
    """How the database means to find a list."""
    plans = []
    with door.engines.read.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: plans.append((said[2], said[3])))
        with Session(bind=connection) as session:
            cases(session, wanted, actor=actor, clock=given.clock)
        listing = next(pair for pair in plans if " LIMIT " in pair[0] and "FROM cases" in pair[0])
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {listing[0]}", listing[1])]


#: PostgreSQL scans a table this small; its plans are measured in bench/growth.py.
of_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASKED = [
    {},
    {"status": ("submitted",)},
    {"overdue": True},
    {"building": "b"},
    {"category": "0806"},
    {"after": 9},
    {"escalated": True},
    {"to_close": True},
    {"urged": True},
    {"review_due": True},
    {"extension_asked": True},
    {"mine": True},
    {"handler": "h"},
    {"to_review": True},
    {"late_contact": True},
    {"overdue": True, "order": "due", "after": 9, "after_at": LONG_AGO},
    {"due_before": LONG_AGO, "order": "due"},
    {"town": "t", "status": ("submitted",), "order": "pressing"},
]


@of_sqlite
@pytest.mark.parametrize("who", ROLES)
def test_no_list_reads_the_whole_table(given, door, who):
    actor = getattr(given, who)()
    for asked in (one for one in ASKED if "town" not in one or who.endswith("dispatcher")):
        plan = _plan(given, door, actor, _there(given, asked))

        assert plan, asked
        assert not [
            step for step in plan if step.startswith(("SCAN cases", "SCAN case_")) and "USING" not in step
        ], asked


@of_sqlite
@pytest.mark.parametrize(
    ("who", "asked", "index"),
    [
        ("worker", {"escalated": True}, "ix_cases_escalated_community"),
        ("town_dispatcher", {"escalated": True}, "ix_cases_escalated_town"),
        ("district_dispatcher", {"escalated": True}, "ix_cases_escalated_district"),
        ("worker", {"to_review": True}, "ix_cases_to_review_community"),
        ("worker", {"urged": True}, "ix_cases_urged"),
        ("worker", {"extension_asked": True}, "ix_cases_asks_extension"),
        ("worker", {"mine": True}, "ix_case_entries_by_staff"),
        ("worker", {"overdue": True, "order": "due"}, "ix_cases_running_community"),
        ("town_dispatcher", {"overdue": True, "order": "due"}, "ix_cases_running_town"),
        ("district_dispatcher", {"overdue": True, "order": "due"}, "ix_cases_running_district"),
        ("district_dispatcher", {"late_contact": True}, "ix_cases_district_id_status_seq"),
        # Few of a whole district are found as what they are, and not by where they are.
        ("district_dispatcher", {"urged": True}, "ix_cases_urged"),
        ("district_dispatcher", {"new_message": True}, "ix_cases_new_message"),
        ("district_dispatcher", {"extension_asked": True}, "ix_cases_asks_extension"),
        (
            "district_dispatcher",
            {"extension_asked": True, "order": "due_or_raised"},
            "ix_cases_asks_extension",
        ),
        ("district_dispatcher", {"mine": True}, "sqlite_autoindex_cases_1 (id=?)"),
        ("district_dispatcher", {"handler": "h"}, "sqlite_autoindex_cases_1 (id=?)"),
        # A district is nearly the whole table: its newest stand at the table's own end.
        ("district_dispatcher", {"category": "0806"}, "INTEGER PRIMARY KEY (rowid<?)"),
    ],
)
def test_a_list_of_few_reads_those_few_alone(given, door, who, asked, index):
    plan = _plan(given, door, getattr(given, who)(), _there(given, asked))

    assert any(index in step for step in plan)
    assert "due" not in asked.values() or not any("ORDER BY" in step for step in plan)


@of_sqlite
def test_a_districts_list_of_a_firm_that_has_very_many_sorts_none_of_them(given, door):
    case, firm, district = given.a_case().case, given.property_firm.id, given.district_dispatcher()
    handed = {
        "case_id": case.id, "organisation_id": firm, "organisation_name": "物业", "is_lead": True, "is_current": True,
        "status": "handled", "dispatched_at": given.clock.now(), "dispatched_by": "x",
    }  # fmt: skip

    def hand(many):
        rows = [handed | {"id": new_id()} for _ in range(many)]
        door.write_now(lambda session: session.execute(insert(DISPATCHES), rows))
        return _plan(given, door, district, CaseFilter(handler=firm))

    few, many = hand(MANY), hand(1)

    assert any("ORDER BY" in step for step in few)
    assert not any("ORDER BY" in step for step in many)
    assert any("INTEGER PRIMARY KEY (rowid<?)" in step for step in many)
    assert [one["id"] for one in given.see(cases, CaseFilter(handler=firm), by=district).items] == [case.id]


def test_urging_and_notes_do_not_make_another_workers_edit_stale(a_walk):
    walk = a_walk()
    version = walk.case.version

    walk.try_(Verb.NOTE, walk.worker)
    walk.try_(Verb.URGING, walk.worker)
    walk.try_(Verb.ACCEPTANCE, walk.worker, version=version)
