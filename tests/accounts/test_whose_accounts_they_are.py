"""Whose accounts are somebody's is found by what names him, and is right wherever it is asked."""

import re

import pytest
from sqlalchemy import event, select

from core_db.accounts import me
from core_db.accounts.bindings import account_ids_of
from core_db.accounts.sessions import ACCOUNTS, accounts_of
from core_db.foundation.database import reading
from core_db.foundation.reach import Across, across
from core_db.people.model import PERSONS

#: All accounts from end to end: no line of SQLite that searches, none of PostgreSQL with a condition of its index.
WHOLE = re.compile(
    r"SCAN accounts|Seq Scan on accounts|using \w+ on accounts(?! first)[^\n]*\n(?!\s*Index Cond)"
)


@pytest.fixture
def plan(door):
    """How all the statements of a read are carried out, in the words of this database."""

    def explained(ask):
        said = []
        with reading(door.engines, door.keyring, across(Across.UPKEEP)) as session:
            connection = session.connection()
            event.listen(connection, "before_cursor_execute", lambda *heard: said.append(heard[2:4]))
            ask(session)
            explain = "EXPLAIN QUERY PLAN"
            if connection.dialect.name != "sqlite":
                # So few rows would be read from end to end; what is looked at is whether an index would do.
                connection.exec_driver_sql("SET enable_seqscan = off")
                explain = "EXPLAIN"
            lines = [
                str(row[-1])
                for statement, values in list(said)
                if " accounts" in statement
                for row in connection.exec_driver_sql(f"{explain} {statement}", values)
            ]
            if explain == "EXPLAIN":
                connection.exec_driver_sql("RESET enable_seqscan")
        return "\n".join(lines)

    return explained


def test_no_account_is_read_but_his_own(given, plan):
    resident = given.resident()

    for found in (
        plan(lambda session: me(session, actor=resident, clock=given.clock)),
        plan(lambda session: account_ids_of(session, resident.person_id, given.community.id)),
    ):
        assert "accounts" in found
        assert not WHOLE.search(found), found


def test_it_may_be_asked_of_each_row_of_another_select(given):
    """Each entry has its own account, not those of all entries that are looked at."""
    one, other = given.resident(name="王阿姨"), given.resident_next_door()
    his = select(ACCOUNTS.c.id).where(accounts_of(PERSONS.c.id, PERSONS.c.community_id)).correlate(PERSONS)
    both = select(PERSONS.c.id, his.scalar_subquery()).where(
        PERSONS.c.id.in_((one.person_id, other.person_id))
    )

    found = given.door.read_now(lambda session: session.execute(both).all(), reach=across(Across.UPKEEP))

    assert dict(map(tuple, found)) == {one.person_id: one.id, other.person_id: other.id}
