"""The second line: what a query forgot to narrow, the database narrows."""

import asyncio
import secrets
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import select

from app_shell.commands.serving import make_ready
from core_db import migrations
from core_db.cases import dispatch_case
from core_db.cases.drafts import DispatchDraft
from core_db.cases.model import Case
from core_db.foundation.database import open_engines, reaching
from core_db.foundation.reach import (
    NOWHERE,
    SETTING,
    Across,
    across,
    reach_of,
    stand_in_when_asked,
    together,
    widen,
)
from core_db.foundation.walls import WALLS, walled_models
from core_db.migrations.policies import make_role
from core_db.migrations.tables import all_tables
from tests.databases import SERVING, open_door, served, settings_for
from tests.town import HERE, NEXT_DOOR, PROPERTY_FIRM

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
EVERYTHING = across(Across.UPKEEP)


@pytest.fixture
def owner(owner_url):
    return owner_url


@contextmanager
def owning(owner, tmp_path):
    engines = open_engines(settings_for(owner, tmp_path))
    try:
        with engines.write.begin() as connection:
            yield connection
    finally:
        engines.dispose()


def ask(door, statement, reach):
    """What a statement that narrows nothing brings to a session of this reach."""
    return door.read_now(lambda s: s.connection().execute(text(statement)).scalars().all(), reach=reach)


def change(door, statement, reach, **values):
    return door.write_now(lambda s: s.connection().execute(text(statement), values).rowcount, reach=reach)


# -- every table ------------------------------------------------------------------------------------


@on_postgres
def test_every_table_that_belongs_to_a_neighbourhood_or_a_case_has_a_policy(owner, tmp_path):
    with owning(owner, tmp_path) as connection:
        assert migrations.missing_walls(connection) == []
        standing = connection.execute(text("SELECT count(DISTINCT polrelid) FROM pg_policy")).scalar()

    assert standing == len(WALLS) > 15


@on_postgres
def test_a_new_table_without_a_policy_is_noticed_and_not_served(owner, door, tmp_path):
    with owning(owner, tmp_path) as connection:
        connection.execute(text("CREATE TABLE gardens (id text PRIMARY KEY, community_id text NOT NULL)"))
        assert migrations.missing_walls(connection) == ["gardens"]

    with pytest.raises(migrations.Unguarded, match="gardens"):
        migrations.must_be_guarded(door.engines)


@on_postgres
def test_a_policy_that_is_switched_off_is_noticed(owner, door, tmp_path):
    with owning(owner, tmp_path) as connection:
        connection.execute(text("ALTER TABLE persons DISABLE ROW LEVEL SECURITY"))

    with pytest.raises(migrations.Unguarded, match="persons"):
        migrations.must_be_guarded(door.engines)


def test_every_model_with_such_a_wall_carries_its_condition():
    all_tables()
    narrowed = {model.__tablename__ for model in walled_models()}

    assert {"cases", "persons", "home_bindings", "emergency_accesses", "consents"} <= narrowed
    assert not {"places", "look_deferrals"} & narrowed


# -- reading ----------------------------------------------------------------------------------------


@on_postgres
def test_without_a_reach_raw_sql_finds_nothing(door, given):
    given.a_case()

    for engine in (door.engines.read, door.engines.write):
        with engine.connect() as connection:
            for table in ("cases", "persons", "case_parties", "case_entries", "home_bindings", "outbox"):
                assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0, table
    assert ask(door, "SELECT count(*) FROM cases", NOWHERE) == [0]
    assert ask(door, "SELECT count(*) FROM cases", EVERYTHING) == [1]


@on_postgres
def test_a_query_that_forgot_to_narrow_finds_ones_own_neighbourhood(door, given):
    here = given.a_case()
    there = given.a_case(by=given.resident_next_door())

    for who, case in ((given.worker(), here), (given.worker_next_door(), there)):
        assert ask(door, "SELECT id FROM cases", reach_of(who)) == [case.case.id]
        for table in ("case_parties", "case_entries"):
            assert set(ask(door, f"SELECT case_id FROM {table}", reach_of(who))) == {case.case.id}
        assert len(set(ask(door, "SELECT community_id FROM persons", reach_of(who)))) == 1
    both = [here.case.id, there.case.id]
    assert ask(door, "SELECT id FROM cases ORDER BY seq", reach_of(given.town_dispatcher())) == both
    # Registers are their neighbourhood's alone.
    assert ask(door, "SELECT id FROM persons", reach_of(given.town_dispatcher())) == []


@on_postgres
def test_a_contractor_reaches_what_was_handed_to_his_firm_and_nothing_else(door, given):
    handed, _other = given.a_case(), given.a_case()
    worker, contractor = given.worker(), given.contractor()
    accepted(given, handed, worker)
    draft = DispatchDraft(lead=PROPERTY_FIRM.id)
    given.do(dispatch_case, handed.case.id, draft, by=worker)

    reach = reach_of(contractor)
    assert ask(door, "SELECT id FROM cases", reach) == [handed.case.id]
    assert set(ask(door, "SELECT case_id FROM case_entries", reach)) == {handed.case.id}
    assert ask(door, "SELECT id FROM persons", reach) == []


def accepted(given, file, worker):
    from core_db.cases import accept_case
    from core_db.cases.drafts import AcceptanceDraft

    given.do(accept_case, file.case.id, AcceptanceDraft(), by=worker)


@on_postgres
def test_who_raised_a_case_reaches_it_wherever_he_lives_now(door, given):
    raised = given.a_case(by=(resident := given.resident()))
    moved = replace(resident, homes=())

    assert ask(door, "SELECT id FROM cases", reach_of(moved)) == [raised.case.id]


@on_postgres
def test_facts_are_read_by_the_relay_alone(door, given):
    given.a_case()

    assert ask(door, "SELECT count(*) FROM outbox", reach_of(given.secretary())) == [0]
    assert ask(door, "SELECT count(*) FROM outbox", across(Across.RELAY)) > [0]


def test_a_read_that_has_business_next_door_reaches_on_and_whoever_reads_next_does_not(door, given):
    here, there = given.a_case(), given.a_case(by=given.resident_next_door())
    mine, cases = reach_of(given.worker()), select(Case.id).order_by(Case.seq)

    def look_next_door(session):
        before = list(session.exec(cases))
        widen(session, NEXT_DOOR.id)
        return before, list(session.exec(cases))

    assert door.read_now(look_next_door, reach=mine) == ([here.case.id], [here.case.id, there.case.id])
    assert door.read_now(lambda session: list(session.exec(cases)), reach=mine) == [here.case.id]


# -- writing ----------------------------------------------------------------------------------------


@on_postgres
def test_rows_of_another_neighbourhood_cannot_be_changed_or_deleted(door, given):
    file = given.a_case()
    next_door = reach_of(given.worker_next_door())

    for table in ("cases", "persons"):
        assert change(door, f"UPDATE {table} SET community_id = community_id", next_door) == 0
    assert change(door, "DELETE FROM case_entries", next_door) == 0
    assert change(door, "UPDATE cases SET version = version + 1", reach_of(given.worker())) == 1
    assert ask(door, "SELECT version FROM cases", EVERYTHING) == [file.case.version + 1]


@on_postgres
def test_nothing_can_be_put_into_another_neighbourhood(door, given):
    reach, order = reach_of(given.worker_next_door()), (
        "INSERT INTO case_counts (community_id, status, lane, town_id, district_id, count) "
        "VALUES (:community_id, 'submitted', 9, 'x', 'x', 1)"
    )  # fmt: skip

    with pytest.raises(ProgrammingError, match="row-level security"):
        change(door, order, reach, community_id=HERE.id)
    assert change(door, order, reach, community_id=NEXT_DOOR.id) == 1


@on_postgres
def test_in_one_commit_each_operation_has_its_own_reach(door, given):
    here, there = given.a_case(), given.a_case(by=given.resident_next_door())
    whose = [(reach_of(given.worker()), here), (reach_of(given.worker_next_door()), there)] * 10

    async def all_at_once():
        return await asyncio.gather(*(door.write(seen, reach=reach) for reach, _ in whose))

    def seen(session):
        return session.connection().execute(text("SELECT id FROM cases")).scalars().all()

    assert asyncio.run(all_at_once()) == [[file.case.id] for _, file in whose]
    assert together(reach for reach, _ in whose).keys == whose[0][0].keys | whose[1][0].keys


@on_postgres
def test_a_reach_is_gone_with_its_transaction_and_with_its_connection(door, given):
    reach, said = reach_of(given.worker()), text(f"SELECT current_setting('{SETTING}', true)")
    change(door, "UPDATE cases SET version = version", reach)
    assert ask(door, str(said), reach) == [reach.text]

    for engine in (door.engines.read, door.engines.write):
        with engine.connect() as connection:
            assert connection.execute(said).scalar() in ("", None)
    with reaching(door.engines, EVERYTHING) as one, reaching(door.engines, reach) as other:
        assert [one.execute(said).scalar(), other.execute(said).scalar()] == ["*", reach.text]


@on_postgres
def test_a_reach_is_told_with_the_first_statement_and_to_no_transaction_but_its_own(door, given):
    reach, said = reach_of(given.worker()), text(f"SELECT current_setting('{SETTING}', true)")
    with door.engines.write.begin() as connection:
        stand_in_when_asked(connection, EVERYTHING)
        stand_in_when_asked(connection, reach)
        driver = connection.connection.driver_connection
        assert driver.info.transaction_status is psycopg.pq.TransactionStatus.IDLE

        assert connection.execute(said).scalar() == reach.text
        stand_in_when_asked(connection, EVERYTHING)

    with door.engines.write.begin() as connection:
        assert connection.connection.driver_connection is driver
        assert connection.execute(said).scalar() in ("", None)


# -- who serves -------------------------------------------------------------------------------------


@on_postgres
def test_whoever_serves_may_change_rows_and_no_table(door):
    migrations.must_be_guarded(door.engines)

    for order in ("CREATE TABLE mine (id int)", "DROP POLICY neighbourhoods ON cases",
                  "ALTER TABLE cases DISABLE ROW LEVEL SECURITY", "UPDATE alembic_version SET version_num = 'x'",
                  "SET ROLE postgres", "TRUNCATE cases"):  # fmt: skip
        with pytest.raises(ProgrammingError), door.engines.write.begin() as connection:
            connection.execute(text(order))


@on_postgres
def test_nobody_serves_as_a_superuser_unless_he_says_so_loudly(owner, tmp_path, capsys):
    settings = settings_for(owner, tmp_path)

    with pytest.raises(migrations.Unguarded) as refused:
        make_ready(settings)
    assert "superuser" in refused.value.sentence("en")
    assert "超级用户" in refused.value.sentence("zh")

    make_ready(settings.model_copy(update={"unguarded": True}))
    assert "SHEQUYUN_UNGUARDED" in capsys.readouterr().err


@on_postgres
@pytest.mark.parametrize(("may", "word"), [("BYPASSRLS", "BYPASSRLS"), ("", "owns the tables")])
def test_nobody_serves_who_passes_the_walls_or_owns_them(owner, tmp_path, may, word):
    role = f"wrong_{secrets.token_hex(4)}"
    with owning(owner, tmp_path) as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN {may}"))
        if not may:
            connection.execute(text(f"ALTER TABLE case_clocks OWNER TO {role}"))
    engines = open_engines(settings_for(served(owner).replace(SERVING, role), tmp_path))

    with pytest.raises(migrations.Unguarded, match=word):
        migrations.must_be_guarded(engines)

    engines.dispose()
    with owning(owner, tmp_path) as connection:
        connection.execute(
            text(f"REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role}; DROP ROLE {role}")
        )


@on_postgres
def test_setting_up_makes_the_role_that_serves(owner, tmp_path):
    role = f"serving-{secrets.token_hex(4)}"
    serving = served(owner).replace(SERVING, f"{role}:it%27s%20secret")
    settings = settings_for(serving, tmp_path, database_owner_url=owner)

    migrations.bring_up(settings)
    migrations.bring_up(settings)

    make_ready(settings)
    with owning(owner, tmp_path) as connection:
        assert make_role(connection, role, None) is False
        connection.execute(text(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"'))


@on_postgres
def test_walls_that_another_release_put_up_are_put_up_anew(owner, door, tmp_path):
    with owning(owner, tmp_path) as connection:
        connection.execute(text("DROP POLICY neighbourhoods ON persons"))
        connection.execute(text("COMMENT ON FUNCTION shequyun_reaches(text) IS 'of another release'"))

    migrations.bring_up(settings_for(owner, tmp_path))

    migrations.must_be_guarded(door.engines)


@on_postgres
def test_what_a_wall_asks_of_a_row_is_planned_once_where_readers_plan_each_statement_anew(door, given):
    """Planned for every row it cost ten times as much: a worker's own list took a fifth of a second."""
    asked = "SELECT proname FROM pg_proc WHERE prosecdef AND proname LIKE 'shequyun%'"
    settled = f"{asked} AND 'plan_cache_mode=force_generic_plan' = ANY (proconfig)"

    assert ask(door, "SHOW plan_cache_mode", reach_of(given.worker())) == ["force_custom_plan"]
    assert ask(door, settled, EVERYTHING) == ask(door, asked, EVERYTHING) != []


# -- beside it --------------------------------------------------------------------------------------


@on_postgres
def test_another_process_has_walls_of_its_own(door, settings, given):
    given.a_case()
    other = open_door(settings)

    assert ask(other, "SELECT count(*) FROM cases", reach_of(given.worker_next_door())) == [0]
    other.close()


def test_psycopg_speaks_of_transactions_as_we_understand_it():
    assert psycopg.pq.TransactionStatus.IDLE == 0
    assert psycopg.pq.ExecStatus.COMMAND_OK == 1
    assert not psycopg.pq.PipelineStatus.OFF
