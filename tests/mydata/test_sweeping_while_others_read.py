"""Sweeping PostgreSQL after an erasure while somebody reads: no index is left half made, and the erasure is done."""

from contextlib import suppress
from threading import Timer

import pytest
from sqlalchemy import event, select, text

from core_db.foundation import database
from core_db.mydata import carry_out_erasures
from core_db.mydata.model import ERASURES
from core_db.mydata.sweeping import StillRead, half_made, sweep
from tests.mydata.leaving import he_leaves, move_in

ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
#: Seconds, many times as long as a writer waits for a lock here.
LONG = 0.5


def look_at_cases(door):
    """As `pg_dump` does: one look at everything, for as long as it takes."""
    reader = door.operator.read.connect().execution_options(isolation_level="REPEATABLE READ")
    reader.execute(text("SELECT count(*) FROM case_search")).scalar_one()
    return reader


def left_half_made(door):
    with door.operator.write.connect() as connection:
        return half_made(connection)


def file_of_words(door):
    asked = text("SELECT pg_relation_filepath('ix_case_search_grams')")
    return door.read_now(lambda session: session.execute(asked).scalar_one())


def is_done(door):
    return door.read_now(lambda session: session.execute(select(ERASURES.c.done_at)).scalar_one()) is not None


@ON_POSTGRES
def test_whoever_leaves_during_a_backup_is_erased_when_it_is_over_and_no_index_is_left_half_made(
    given, tmp_path, door, clock
):
    before, reader = file_of_words(door), look_at_cases(door)
    with suppress(StillRead):
        he_leaves(given, move_in(given), tmp_path)
    assert (left_half_made(door), file_of_words(door), is_done(door)) == ([], before, False)

    reader.close()
    carry_out_erasures(door, tmp_path, clock=clock)

    assert left_half_made(door) == []
    assert file_of_words(door) != before
    assert is_done(door)


@ON_POSTGRES
def test_for_whoever_begins_to_read_meanwhile_the_new_index_waits_and_is_not_called_half_made(
    door, settings, monkeypatch
):
    monkeypatch.setattr(database, "WRITING", "-c timezone=UTC -c lock_timeout=50ms")
    before, said, readers = file_of_words(door), [], []

    def say_and_close(reader):
        said.append(left_half_made(door))
        reader.close()

    def begin_to_read(_connection, _cursor, statement, *_more):
        if statement.startswith("REINDEX"):
            readers.append(Timer(LONG, say_and_close, [look_at_cases(door)]))
            readers[0].start()

    engines = database.open_engines(settings)
    event.listen(engines.write, "before_cursor_execute", begin_to_read)
    try:
        sweep(engines)
    finally:
        readers[0].join()
        engines.dispose()

    assert said == [[]]
    assert left_half_made(door) == []
    assert file_of_words(door) != before


@ON_POSTGRES
def test_beside_a_half_made_index_no_second_one_is_begun_and_the_erasure_ends(given, tmp_path, door, caplog):
    broken_off = text(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'case_search_pkey'::regclass"
    )
    with door.operator.write.begin() as connection:
        connection.execute(broken_off)
    before = file_of_words(door)
    he_leaves(given, move_in(given), tmp_path)

    assert file_of_words(door) == before
    assert "DROP INDEX case_search_pkey, then REINDEX INDEX CONCURRENTLY ix_case_search_grams" in caplog.text
    assert is_done(door)
