"""What is quick is read where one stands, what is long in a thread; the answer is the same."""

import asyncio
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core_db.foundation.brief import BriefReads, NotBrief
from core_db.foundation.database import open_engines
from core_db.foundation.errors import StorageAway
from tests.databases import ARRANGING, settings_for

LONG = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n"
)


def _where(session):
    return threading.current_thread().name


def _count(session):
    return session.connection().execute(LONG).scalar_one(), threading.current_thread().name


def test_a_quick_read_takes_no_thread_and_a_long_one_does(door):
    async def ask():
        return await door.read(_where), await door.read(_count), await door.read(_where)

    first, (counted, there), again = asyncio.run(ask())

    here = threading.current_thread().name
    assert counted == 400_000
    assert there.startswith("reader")
    embedded = door.engines.is_sqlite
    assert (first == here) is embedded
    assert (again == here) is embedded


def test_one_who_reads_here_already_sends_the_next_elsewhere(door):
    if not door.engines.is_sqlite:
        pytest.skip("PostgreSQL is read in threads alone")
    brief = BriefReads(door.engines, door.keyring)

    def inside(session):
        with pytest.raises(NotBrief):
            brief.read(_where, ARRANGING)
        return "read"

    assert brief.read(inside, ARRANGING) == "read"
    brief.close()


def test_a_read_that_fails_is_a_refusal_and_spoils_no_other(door):
    def fail(session):
        session.connection().execute(text("SELECT nothing FROM nowhere"))

    async def ask():
        with pytest.raises((StorageAway, ProgrammingError)):
            await door.read(fail)
        return await door.read(lambda session: session.connection().execute(text("SELECT 1")).scalar())

    assert asyncio.run(ask()) == 1


def test_nothing_can_be_written_by_a_read(tmp_path, door):
    if not door.engines.is_sqlite:
        pytest.skip("PostgreSQL's reads are in READ ONLY transactions, tested with the door")
    engines = open_engines(settings_for(str(door.engines.read.url.render_as_string()), tmp_path))
    brief = BriefReads(engines, door.keyring)

    with pytest.raises(Exception, match=r"readonly|read-only|attempt to write"):
        brief.read(lambda session: session.connection().execute(text("DELETE FROM outbox")), ARRANGING)

    brief.close()
    engines.dispose()
