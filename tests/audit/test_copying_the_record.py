"""The record in a file of its own, made while the platform goes on working."""

import sqlite3
from contextlib import closing, contextmanager

import pytest

from core_db.audit import copy_record, copying, make_checkpoint
from core_db.foundation.database import reaching
from core_db.foundation.reach import Across, across


@contextmanager
def in_between(monkeypatch, happens):
    """When all events were read and nothing that was signed yet."""
    pages = copying._pages

    def read(connection):
        yield from pages(connection)
        happens()

    with monkeypatch.context() as watched:
        watched.setattr(copying, "_pages", read)
        yield


def copied(door, file):
    with reaching(door.engines, across(Across.UPKEEP)) as connection:
        return copy_record(connection, file)


def test_what_is_signed_while_it_is_copied_does_not_make_it_look_altered(
    deeds, door, clock, independently, monkeypatch, tmp_path
):
    deeds(3)
    make_checkpoint(door, clock=clock)

    def goes_on():
        deeds(1)
        make_checkpoint(door, clock=clock)

    with in_between(monkeypatch, goes_on):
        count = copied(door, tmp_path / "copy.db")

    assert count == 3
    assert independently.of(tmp_path / "copy.db") == 2, (
        "its own checkpoint alone cannot tell, and accuses nobody"
    )


def test_a_copy_that_broke_off_leaves_nothing_and_is_made_by_the_same_name(
    deeds, door, clock, monkeypatch, tmp_path
):
    deeds(3)

    def breaks_off():
        raise OSError("no space left")

    with in_between(monkeypatch, breaks_off), pytest.raises(OSError, match="no space"):
        copied(door, tmp_path / "copy.db")
    assert list(tmp_path.glob("copy*")) == []

    assert copied(door, tmp_path / "copy.db") == 3
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        copied(door, tmp_path / "copy.db")


def test_of_two_copies_to_one_place_the_second_is_refused_and_the_first_is_whole(
    deeds, door, clock, monkeypatch, tmp_path
):
    deeds(3)
    file = tmp_path / "copy.db"

    def another():
        with pytest.raises(FileExistsError):
            copied(door, file)

    with in_between(monkeypatch, another):
        assert copied(door, file) == 3

    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT count(*) FROM audit_events").fetchone() == (3,)
    assert list(tmp_path.glob("copy*")) == [file]
