"""The demo is lived through: its sign-ins open, every part of the desk has work, and its figures add up."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, true
from sqlmodel import Session, col

from app_shell import demo
from app_shell.demo.signins import NEXT_DOOR, PASSWORD, RESIDENTS, STAFF, UNBOUND
from committee_app.lists import LISTS, ON_THE_DESK
from core_db.accounts import (
    COMMITTEE,
    DEMO_CODE,
    RESIDENT,
    RULES,
    AuthProfile,
    CodeSignInDraft,
    PasswordSignInDraft,
    SignedIn,
    actor_for_token,
    begin_staff_sign_in,
    finish_staff_sign_in,
    open_bindings,
    password_matches,
    sign_in_with_code,
)
from core_db.audit import KEPT_ENTRIES
from core_db.cases import case_counts, cases
from core_db.cases.clocks import ClockState
from core_db.cases.lists import CaseFilter
from core_db.cases.model import CASES, COUNTS, ENTRIES, PARTIES, CaseClock
from core_db.cases.timing import stopwatch
from core_db.cases.words import CaseStatus
from core_db.foundation.actor import ANONYMOUS, Actor, Role
from core_db.foundation.clock import LOCAL, RehearsedClock
from core_db.foundation.settings import Settings
from core_db.installs.model import CALLS, CONSENTS, INSTALLS, PLUGINS
from core_db.installs.words import InstallState
from core_db.people import Household, Person, Residency, identity_from
from core_db.places import PLACES, Community, Division, Home, PlaceKind
from plugins.host.demo import ELDERS, HALL, LEFT_OFF, RECEPTION, furnish
from tests.databases import TestsDoor, open_door

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL)
CLOCK = RehearsedClock(NOW)
DISTRICT_PLACES = {PlaceKind.TOWN: 13, PlaceKind.COMMUNITY: 567}


@pytest.fixture(scope="module")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(database_url=f"sqlite:///{folder}/shequyun.db", data_dir=folder, demo=True)
    assert demo.prepare_demo(settings, scale=demo.SMALL, clock=CLOCK, besides=[furnish])
    return settings


@pytest.fixture(scope="module")
def door(demo_settings: Settings) -> Iterator[TestsDoor]:
    opened = open_door(demo_settings)
    yield opened
    opened.close()


def _rows(door: TestsDoor, statement: Any) -> list[Any]:
    return door.read_now(lambda session: list(session.execute(statement)))


def _staff(door: TestsDoor, username: str) -> Actor:
    """Signed in as the contract says, with name and password and no second factor."""
    draft = PasswordSignInDraft.model_validate({"username": username, "password": PASSWORD})
    known: dict[str, Any] = {"address": "127.0.0.1", "actor": ANONYMOUS, "clock": CLOCK}

    def sign_in(session: Session) -> Actor | None:
        stored = begin_staff_sign_in(session, draft, RULES[AuthProfile.ASVS], **known)
        matches = password_matches(PASSWORD, stored)
        done = finish_staff_sign_in(
            session,
            draft,
            RULES[AuthProfile.ASVS],
            compared_with=stored,
            matches=matches,
            device="test",
            demo=True,
            **known,
        )
        assert isinstance(done, SignedIn)
        return actor_for_token(session, done.token, app=COMMITTEE, clock=CLOCK)

    actor = door.write_now(sign_in)
    assert actor is not None
    return actor


def _resident(door: TestsDoor, phone: str) -> Actor:
    draft = CodeSignInDraft(phone=phone, code=DEMO_CODE)

    def sign_in(session: Session) -> Actor | None:
        done = sign_in_with_code(
            session, draft, device="test", address="127.0.0.1", demo=True, actor=ANONYMOUS, clock=CLOCK
        )
        assert isinstance(done, SignedIn)
        return actor_for_token(session, done.token, app=RESIDENT, clock=CLOCK)

    actor = door.write_now(sign_in)
    assert actor is not None
    return actor


def test_its_histories_are_in_the_record_before_anybody_is_served(door: TestsDoor) -> None:
    not_held = ENTRIES.c.position.not_in(select(KEPT_ENTRIES.c.position))

    entries, left = (
        _rows(door, select(func.count()).select_from(ENTRIES).where(which))[0][0]
        for which in (true(), not_held)
    )

    assert entries > 100
    assert left == 0


def test_the_district_has_its_real_towns_and_neighbourhoods(door: TestsDoor) -> None:
    statement = select(PLACES.c.kind, func.count()).group_by(PLACES.c.kind)
    found = {row.kind: row[1] for row in _rows(door, statement)}

    assert {kind: found[kind] for kind in DISTRICT_PLACES} == DISTRICT_PLACES


def test_the_committees_can_be_rung_under_a_number_that_is_nobodys(door: TestsDoor) -> None:
    found = _rows(door, select(col(Community.phone)).where(col(Community.phone).is_not(None)))

    assert sorted(row.phone for row in found) == ["021-5555 0101", "021-5555 0102"]


@pytest.mark.parametrize("person", STAFF, ids=lambda person: person.username)
def test_every_member_of_staff_can_sign_in_with_the_role_promised(door: TestsDoor, person: Any) -> None:
    actor = _staff(door, person.username)

    assert [grant.role for grant in actor.grants] == [person.role]
    assert (person.role is Role.CONTRACTOR) == bool(actor.organisations)


def test_the_residents_live_in_one_neighbourhood_and_are_known_by_name(door: TestsDoor) -> None:
    actors = [_resident(door, phone) for phone in RESIDENTS]

    assert len({actor.communities for actor in actors}) == 1
    assert all(actor.person_id and actor.name for actor in actors)
    assert len({actor.homes[0].home_id for actor in actors}) == len(RESIDENTS)


def test_one_lives_next_door_and_one_is_bound_to_no_home(door: TestsDoor) -> None:
    here, there = _resident(door, RESIDENTS[0]), _resident(door, NEXT_DOOR)

    assert there.communities
    assert there.communities != here.communities
    assert _resident(door, UNBOUND).homes == ()


@pytest.mark.parametrize("name", ON_THE_DESK)
def test_every_part_of_the_desk_has_work(door: TestsDoor, name: str) -> None:
    worker, wanted = _staff(door, "juwei1"), LISTS[name].filter_at(CLOCK.now())

    assert door.read_now(lambda s: cases(s, wanted, actor=worker, clock=CLOCK)).items


def test_homes_wait_to_be_confirmed(door: TestsDoor) -> None:
    worker = _staff(door, "juwei1")

    waiting = door.read_now(lambda s: open_bindings(s, actor=worker, clock=CLOCK))

    assert len(waiting) == 2
    assert all(CLOCK.now() - one.asked_at < timedelta(days=1) for one in waiting)


@pytest.mark.parametrize(
    ("username", "name"), [("wuye", "to-sign"), ("wuye", "in-hand"), ("jiezhen", "escalated")]
)
def test_the_others_at_work_have_something_to_do_too(door: TestsDoor, username: str, name: str) -> None:
    actor, wanted = _staff(door, username), LISTS[name].filter_at(CLOCK.now())

    assert door.read_now(lambda s: cases(s, wanted, actor=actor, clock=CLOCK)).items


def test_next_door_sees_its_own_cases_only(door: TestsDoor) -> None:
    theirs = _staff(door, "linju")
    found = door.read_now(lambda s: cases(s, CaseFilter(limit=100), actor=theirs, clock=CLOCK))

    assert len(found.items) == 4
    assert {row.community_id for row in found.rows} == {theirs.grants[0].place_id}


def test_the_counts_are_those_of_the_rows(door: TestsDoor) -> None:
    kept = Counter[tuple[str, str]]()
    for row in _rows(door, select(COUNTS)):
        kept[row.community_id, row.status] += row.count
    rows = Counter((row.community_id, str(row.status)) for row in _rows(door, select(CASES)))

    assert +kept == rows
    worker = _staff(door, "juwei1")
    said = door.read_now(lambda s: case_counts(s, actor=worker, clock=CLOCK))
    assert sum(said.values()) == sum(
        n for (place, _status), n in rows.items() if place == worker.grants[0].place_id
    )


def test_every_timeline_runs_forward_from_its_beginning(door: TestsDoor) -> None:
    told: dict[str, list[Any]] = {}
    for entry in _rows(door, select(ENTRIES).order_by(ENTRIES.c.position)):
        told.setdefault(entry.case_id, []).append(entry)

    found = _rows(door, select(CASES))
    assert len(found) > 80
    for case in found:
        moments = [entry.at for entry in told[case.id]]
        assert moments == sorted(moments)
        assert moments[0] == case.created_at
        assert moments[-1] <= CLOCK.now()
        assert [entry for entry in told[case.id] if entry.status][-1].status is case.status


def test_the_deadlines_shown_are_those_that_are_counted_again(door: TestsDoor) -> None:
    state = {str(one): one for one in ClockState}

    def differing(session: Session) -> list[str]:
        wrong = []
        for case in session.execute(select(CASES).where(CASES.c.clock_state != "none")):
            clocks = session.execute(
                select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.kind == "handling")  # type: ignore[arg-type]
                .order_by(CaseClock.started_at.desc())  # type: ignore[attr-defined]
            ).scalars()  # fmt: skip
            reading = stopwatch(session, next(iter(clocks))).read(CLOCK.now())
            shown = state[case.clock_state]
            if shown is ClockState.RUNNING and case.due_at < CLOCK.now():
                shown = ClockState.OVERDUE
            if reading.state is not shown or reading.due_at not in (None, case.due_at):
                wrong.append(
                    f"{case.number}: {shown} {case.due_at}, counted {reading.state} {reading.due_at}"
                )
        return wrong

    assert door.read_now(differing) == []
    assert {row.clock_state for row in _rows(door, select(CASES))} == {"none", *state}


def test_a_year_shows_every_way_a_case_can_go(door: TestsDoor) -> None:
    statuses = {row.status for row in _rows(door, select(CASES))}
    types = {str(row.type) for row in _rows(door, select(ENTRIES))}

    assert statuses >= set(CaseStatus) - {
        CaseStatus.REOPENED, CaseStatus.MERGED, CaseStatus.CLOSED_UNRESOLVED, CaseStatus.WITHDRAWN,
        CaseStatus.NOT_ACCEPTED,
    }  # fmt: skip
    assert types >= {
        "warned",
        "overdue",
        "escalated",
        "returned",
        "urged",
        "supported",
        "evaluated",
        "review_opened",
    }


def test_people_carry_numbers_that_hold_and_nobody_has_two_homes(door: TestsDoor) -> None:
    found = _rows(door, select(Person.id, Person.id_number_blind, Person.name))  # type: ignore[call-overload]
    assert len(found) > 200
    assert all(row.id_number_blind for row in found)
    parties = _rows(door, select(PARTIES.c.name))
    assert {row.name for row in parties} <= {row.name for row in found}
    homes = _rows(door, select(func.count()).select_from(Home))[0][0]
    households = _rows(door, select(func.count()).select_from(Household))[0][0]
    assert 0.85 < households / homes < 1


def test_whose_hukou_is_here_and_whose_is_elsewhere_can_be_told(door: TestsDoor) -> None:
    own = {row.code for row in _rows(door, select(Division.code))}  # type: ignore[call-overload]
    codes = [row.hukou_code for row in _rows(door, select(Person.hukou_code).limit(400))]  # type: ignore[call-overload]

    assert all(codes)
    assert {code in own for code in codes} == {True, False}


def test_identity_numbers_pass_the_register_s_own_check(door: TestsDoor) -> None:
    from core_db.foundation.sealing import keyring_of
    from core_db.people import sealed_place

    def opened(session: Session) -> list[str]:
        people = session.execute(select(Person).limit(40)).scalars()
        return [
            keyring_of(session)
            .unseal(
                session,
                one.id_number_sealed or b"",
                sealed_place(one.id, one.community_id, "id_number_sealed"),
            )
            .in_the_clear()
            for one in people
        ]

    numbers = door.read_now(opened)
    assert [identity_from(number, today=NOW.date()).number for number in numbers] == numbers


def test_a_second_start_changes_nothing(demo_settings: Settings, door: TestsDoor) -> None:
    before = _rows(door, select(func.count()).select_from(CASES))

    assert not demo.prepare_demo(demo_settings, scale=demo.SMALL, clock=CLOCK)
    assert _rows(door, select(func.count()).select_from(CASES)) == before


def test_its_plugins_are_on_and_in_use_and_one_waits_to_be_switched_on(door, demo_settings):
    known = {row.id for row in _rows(door, select(PLUGINS))}
    on = {row.plugin_id for row in _rows(door, select(INSTALLS)) if row.state is InstallState.ENABLED}
    asked = {row.plugin_id for row in _rows(door, select(CALLS.c.plugin_id).distinct())}
    agreed = {row.plugin_id for row in _rows(door, select(CONSENTS.c.plugin_id).distinct())}

    assert known == {ELDERS, HALL, RECEPTION, LEFT_OFF}
    assert on == agreed == {ELDERS, HALL, RECEPTION}
    assert ELDERS in asked
    kept = {file.stem for file in (demo_settings.data_dir / "x").glob("*.db")}
    assert kept == {ELDERS, HALL, RECEPTION}


def test_every_neighbourhood_is_of_a_type_and_nobody_there_is_called_demo(door: TestsDoor) -> None:
    types = {one[0] for one in _rows(door, select(Community.community_type).distinct())}
    assert None not in types
    assert len(types) == 7
    signed = [
        (table.name, column.name)
        for table in Community.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_name") or column.name in ("source", "reason")
    ]
    assert len(signed) > 20
    called = [
        (table, column)
        for table, column in signed
        if _rows(
            door,
            select(func.count())
            .select_from(Community.metadata.tables[table])
            .where(Community.metadata.tables[table].c[column] == "demo"),
        )[0][0]
    ]
    assert called == []


def test_whoever_rents_came_for_a_reason_and_of_some_nobody_asked_yet(door: TestsDoor) -> None:
    said = _rows(door, select(Residency.permit, Residency.came_for).where(col(Residency.role) == "tenant"))

    assert {None, "residence_permit", "temporary"} == {permit for permit, _reason in said}
    assert len({reason for _permit, reason in said}) > 2
