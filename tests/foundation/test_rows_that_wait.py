"""Rows that wait are written in one call, in their order, each value as its column wants it."""

from datetime import UTC, datetime

from sqlalchemy import select

from core_db.foundation.idempotency import RECORDS
from core_db.foundation.later import Later, later
from core_db.foundation.numbers import RunningNumber

NOW = datetime(2026, 11, 25, 8, 30, 0, 250_000, tzinfo=UTC)
RECORD = Later(10, table=RECORDS)
NUMBERS = Later(
    20, "INSERT INTO running_numbers (series, next) VALUES {rows} ON CONFLICT (series) DO NOTHING",
    columns=("series", "next"),
)  # fmt: skip


def record(key, **more):
    return {
        "account_id": "a", "route": "POST /x", "key": key, "asked": b"\x00\xff", "status": 201, "body": key.encode(),
        "at": NOW, **more,
    }  # fmt: skip


def test_more_rows_than_one_statement_takes_come_whole_and_unchanged(door):
    keys = [f"key-{n:03d}" for n in range(75)]

    def write(session):
        for key in keys:
            later(session, RECORD, record(key))

    door.write_now(write)

    kept = door.read_now(lambda session: session.execute(select(RECORDS).order_by(RECORDS.c.key)).all())
    assert [row.key for row in kept] == keys
    assert {(row.asked, row.at) for row in kept} == {(b"\x00\xff", NOW)}
    assert [row.body for row in kept] == [key.encode() for key in keys]


def test_rows_with_other_columns_are_written_too(door):
    def write(session):
        later(session, RECORD, record("plain"))
        later(session, RECORD, record("tagged", etag='"7"'))
        later(session, RECORD, record("plain again"))

    door.write_now(write)

    kept = door.read_now(
        lambda session: dict(tuple(row) for row in session.execute(select(RECORDS.c.key, RECORDS.c.etag)))
    )
    assert kept == {"plain": None, "tagged": '"7"', "plain again": None}


def test_a_statement_of_its_own_says_what_happens_to_what_is_there(door):
    def write(session):
        session.add(RunningNumber(series="kept", next=5))
        session.flush()
        for series in ("kept", "new"):
            later(session, NUMBERS, {"series": series, "next": 9})

    door.write_now(write)

    kept = door.read_now(
        lambda session: {row.series: row.next for row in session.execute(select(RunningNumber)).scalars()}
    )
    assert {"kept": 5, "new": 9}.items() <= kept.items()
