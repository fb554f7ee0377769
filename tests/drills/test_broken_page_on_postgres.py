"""R-20 on PostgreSQL: a page of a table and of two indexes are altered on disk; `verify` names them, and nothing else.

A database that was just copied is on disk alone, so what is altered there is what is read. Once it is mended, all is
well: what could not be read was kept by nobody.
"""

import json
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core_db.foundation.clock import SystemClock
from core_db.foundation.errors import StorageDamaged
from core_db.relay import LongJobKind, keep_recurring
from core_db.upkeep import LOOK, last_look, look_through
from tests.databases import SERVING, open_door, settings_for

TABLE, INDEX, WORDS = "homes", "pk_communities", "ix_case_search_grams"
PAGE = 8192
DAY = timedelta(days=1)


@contextmanager
def broken(file: Path, page: int):
    """Some bytes in the middle of a page, turned over; at the end they are what they were."""

    def turn_over() -> None:
        with file.open("r+b") as there:
            there.seek(page * PAGE + PAGE // 2)
            found = there.read(64)
            assert len(found) == 64, "there is such a page"
            there.seek(page * PAGE + PAGE // 2)
            there.write(bytes(byte ^ 0xFF for byte in found))

    turn_over()
    yield
    turn_over()


def verified(place) -> tuple[int, dict[str, dict]]:
    status, said = place.command("verify", "--json")
    assert "Traceback" not in said
    return status, {check["name"]: check for check in json.loads(said)["checks"]}


def whoever_reads_it_is_told(place) -> bool:
    door = open_door(settings_for(place.url, place.folder))
    try:
        with pytest.raises(StorageDamaged):
            door.read_now(lambda session: session.execute(text(f"SELECT * FROM {TABLE}")).all())
    finally:
        door.close()
    return True


def found_at_night(place) -> int:
    """How many tables and indexes the look at night cannot read; what it found is kept for whoever watches."""
    settings = settings_for(place.url, place.folder)
    door, clock = open_door(settings), SystemClock()
    try:
        door.write_now(
            lambda session: keep_recurring(
                session, [LongJobKind(kind=LOOK, run=print, every=DAY)], clock=clock
            )
        )
        look_through(door, settings, clock=clock)
        return door.read_now(last_look).broken
    finally:
        door.close()


def test_a_broken_page_is_named_with_its_table_and_its_index(place_on_postgres, request):
    place, server = place_on_postgres, request.getfixturevalue("_postgres")
    if server._own is None:
        pytest.skip("the files of a server that is not ours are out of reach")
    with psycopg.connect(place.owner) as owner:
        owner.execute("CREATE EXTENSION amcheck")
        owner.execute(f"GRANT EXECUTE ON FUNCTION bt_index_check(regclass) TO {SERVING}")
        looks_at_words = owner.info.server_version >= 180000
        if looks_at_words:
            owner.execute(f"GRANT EXECUTE ON FUNCTION gin_index_check(regclass) TO {SERVING}")
    altered = (TABLE, INDEX, WORDS) if looks_at_words else (TABLE, INDEX)
    where = {name: place.stored(f"SELECT pg_relation_filepath('{name}')")[0][0] for name in altered}

    with ExitStack() as both:
        for name in altered:
            both.enter_context(broken(Path(server._own.pgdata, where[name]), 0 if name == TABLE else 1))
        status, checks = verified(place)
        assert whoever_reads_it_is_told(place)
        assert found_at_night(place) == len(altered)
    mended, after = verified(place)
    assert found_at_night(place) == 0

    assert status == 1
    assert set(checks) == {"tables", "integrity", "indexes"}, "what cannot be read is compared with nothing"
    assert f"public.{TABLE}: invalid page in block 0" in checks["integrity"]["found"]
    assert f"public.{INDEX}: invalid page in block 1" in checks["indexes"]["found"]
    if looks_at_words:
        assert f"public.{WORDS}: invalid page in block 1" in checks["indexes"]["found"]
    assert (checks["integrity"]["found"] + checks["indexes"]["found"]).count("public.") == len(altered)
    assert mended == 0, after
