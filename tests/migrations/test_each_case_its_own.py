"""The upgrade after which each case that was entered for somebody is his account's, and no stranger's."""

from importlib import import_module
from time import perf_counter

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, text

#: As the tables stood then, with what the upgrade looks at.
TABLES = (
    "accounts (id text, kind text, person_id text, closed_at text)",
    "home_bindings (account_id text, person_id text, status text)",
    "case_parties (case_id text, account_id text, person_id text)",
    "case_entries (case_id text, by_id text, type text)",
)
#: wang has two homes, and with li an account; zhao has none, and qian's was closed.
WORDS = (
    "INSERT INTO accounts VALUES ('a-wang', 'resident', 'wang', NULL), ('b-li', 'resident', 'li', NULL), "
    "('0-qian', 'resident', 'qian', '2026'), ('c-moved', 'resident', NULL, NULL)",
    "INSERT INTO home_bindings VALUES ('a-wang', 'wang', 'bound'), ('a-wang', 'wang elsewhere', 'bound'), "
    "('b-li', 'li', 'bound'), ('b-li', 'zhao', 'revoked'), ('c-moved', 'sun', 'ended')",
)


@pytest.fixture
def upgraded(engines):
    """Whose each case is after the upgrade; given are case, account and person, and what was raised by whom."""

    def upgrade(parties, raised=()):
        with engines.write.begin() as connection:
            for table in TABLES:
                connection.execute(text(f"CREATE TABLE {table}"))
            for words in WORDS:
                connection.execute(text(words))
            for one in parties:
                connection.execute(
                    text("INSERT INTO case_parties VALUES (:case, :account, :person)"),
                    dict(zip(("case", "account", "person"), one, strict=True)),
                )
            for case, by in raised:
                connection.execute(
                    text("INSERT INTO case_entries VALUES (:case, :by, 'submitted')"),
                    {"case": case, "by": by},
                )
            with Operations.context(MigrationContext.configure(connection)):
                import_module("core_db.migrations.versions.2026_11_28_each_case_its_own").upgrade()
            return dict(connection.execute(text("SELECT case_id, account_id FROM case_parties")).all())

    return upgrade


def test_what_was_entered_for_somebody_is_his_wherever_he_is_bound_and_nobodys_where_he_has_no_account(
    upgraded,
):
    after = upgraded([
        ("lift", None, "li"), ("lamp", None, "wang elsewhere"), ("noise", None, "zhao"), ("leak", None, "qian"),
    ])  # fmt: skip

    assert after == {"lift": "b-li", "lamp": "a-wang", "noise": None, "leak": None}


def test_what_a_stranger_was_given_is_taken_from_him_and_goes_to_whose_it_is(upgraded):
    after = upgraded([
        ("lift", "a-wang", "li"), ("noise", "a-wang", "zhao"), ("lamp", "a-wang", "wang"), ("gate", "b-li", "zhao"),
    ])  # fmt: skip

    assert after == {"lift": "b-li", "noise": None, "lamp": "a-wang", "gate": None}


def test_whoever_raised_a_case_himself_keeps_it_and_so_does_who_has_moved_away(upgraded):
    after = upgraded([("own", "c-moved", "zhao"), ("entered", "c-moved", "sun")], raised=[("own", "c-moved")])

    assert after == {"own": "c-moved", "entered": "c-moved"}


#: Eight thousand neighbours, each with an account and a binding; of three one has a case that was entered for him.
MANY = "WITH RECURSIVE each(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < 8000) "
A_TOWN = (
    f"INSERT INTO accounts {MANY} SELECT 'a' || n, 'resident', 'p' || n, NULL FROM each",
    f"INSERT INTO home_bindings {MANY} SELECT 'a' || n, 'p' || n, 'bound' FROM each",
    f"INSERT INTO case_parties {MANY} SELECT 'c' || n, NULL, 'p' || n FROM each WHERE n % 3 = 0",
    "CREATE UNIQUE INDEX by_id ON accounts (id)",
    "CREATE INDEX by_person ON accounts (person_id)",
    "CREATE INDEX by_bound ON home_bindings (person_id)",
)


def test_a_town_is_upgraded_in_seconds(engines):
    with engines.write.begin() as connection:
        # Column for column as the tables have them: only text that is compared alike goes by an index.
        plain = "text" if connection.dialect.name == "sqlite" else 'text COLLATE "C"'
        for line in (*(f"CREATE TABLE {one.replace('text', plain)}" for one in TABLES), *A_TOWN):
            connection.execute(text(line))

        begun = perf_counter()
        with Operations.context(MigrationContext.configure(connection)):
            import_module("core_db.migrations.versions.2026_11_28_each_case_its_own").upgrade()
        seconds = perf_counter() - begun
        given = "SELECT count(*) FROM case_parties WHERE account_id = 'a' || substr(person_id, 2)"

        assert connection.execute(text(given)).scalar_one() == 2_666
        assert seconds < 5


def test_a_row_that_stays_as_it_is_is_not_written_anew(engines):
    """Most for whom something was entered have no account; PostgreSQL writes each row that is set to what it was."""
    written = []
    with engines.write.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"CREATE TABLE {table}"))
        connection.execute(text(WORDS[0]))
        entered = "INSERT INTO case_parties VALUES ('lift', NULL, 'li'), ('lamp', NULL, 'sun'), ('gate', NULL, 'sun')"
        connection.execute(text(entered))
        event.listen(
            connection, "after_cursor_execute", lambda _c, cursor, *_: written.append(cursor.rowcount)
        )
        with Operations.context(MigrationContext.configure(connection)):
            import_module("core_db.migrations.versions.2026_11_28_entered_cases_are_his").upgrade()
        held = dict(connection.execute(text("SELECT case_id, account_id FROM case_parties")).all())

    assert written[0] == 1
    assert held == {"lift": "b-li", "lamp": None, "gate": None}
