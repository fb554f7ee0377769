"""What was forgotten is in no copy that is made afterwards: put back, a byte search of its files finds nothing.

On PostgreSQL with its own `pg_dump` and `pg_restore`, through the product's own backup: what comes back is looked
through in the files of the database itself, every table and index of it, and not in a dump that says what it likes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import psycopg
import pytest

from core_db.installs import remove_plugin
from core_db.mydata import ProfileDraft, carry_out_erasures, fill_in_my_profile
from core_db.mydata.sweeping import sweep
from core_db.upkeep import back_up, restore
from tests.databases import named, own_programs
from tests.installs import conftest as installs
from tests.installs import test_the_fields_about_residents as about
from tests.installs import test_what_is_forgotten as forgotten
from tests.installs.test_what_a_plugin_keeps import TRACE, readable
from tests.mydata.leaving import say_that_he_leaves

for _name in ("installed", "enabled", "purpose_of", "agreed", "documents", "gateway", "asked", "pair"):
    globals()[_name] = getattr(installs, _name)
forget, known = forgotten.forget, forgotten.known


@pytest.fixture
def on(installed, enabled):
    """Switched on with what it asks about residents."""

    def switch():
        installed(
            optional_scopes=["resident.fields:write"],
            contributes=installs.manifest_with()["contributes"] | {"form_fields": about.FIELDS},
            purpose={"fields": ["name", "profile"]},
        )  # fmt: skip
        enabled("resident.fields:write")

    return switch


@pytest.fixture
def put_back(request, settings, tmp_path, clock, monkeypatch, owner_url):
    """`with put_back("before") as files:` a copy is made, put back elsewhere, and here are all bytes of it."""
    if not settings.is_embedded:
        monkeypatch.setenv("PATH", f"{own_programs()}{os.pathsep}{os.environ['PATH']}")

    owned = {} if settings.is_embedded else {"database_owner_url": owner_url}

    @contextmanager
    def copied(name: str) -> Iterator[list[bytes]]:
        copy, folder = tmp_path / f"{name}.tar", tmp_path / name
        back_up(settings.model_copy(update=owned), copy, clock=clock)
        if settings.is_embedded:
            there = {"database_url": f"sqlite:///{folder}/new.db"}
            restore(settings.model_copy(update={"data_dir": folder} | there), copy)
            yield bytes_below(folder)
            return
        server = request.getfixturevalue("_postgres")
        with server.empty(folder) as url:
            owner = named(server.address, urlsplit(url).path.removeprefix("/"))
            there = {"database_url": url, "database_owner_url": owner}
            restore(settings.model_copy(update={"data_dir": folder} | there), copy)
            yield bytes_below(folder) + files_of_the_database(owner)

    return copied


def bytes_below(folder):
    return [readable(path) for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def files_of_the_database(owner: str) -> list[bytes]:
    """Every file in which the server keeps it, after what it still had in memory is written."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (oid,) = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        rows = connection.execute(
            "SELECT pg_read_binary_file(%(at)s || name) FROM pg_ls_dir(%(at)s) AS name",
            {"at": f"base/{oid}/"},
        )
        return [bytes(raw) for (raw,) in rows]


def count_of_traces(files) -> int:
    return sum(TRACE.encode() in raw for raw in files)


def leaves(given, known, door, settings, clock, forget):
    say_that_he_leaves(given, known.actor)
    clock.advance(timedelta(days=8))
    carry_out_erasures(door, settings.data_dir, clock=clock)
    forget()


def is_removed(given, _known, _door, _settings, _clock, forget):
    given.do(remove_plugin, "elder-care", given.community.id, keep=False, by=given.secretary(name="吴书记"))
    forget()


@pytest.mark.usefixtures("nothing_beside")
@pytest.mark.parametrize("happens", [leaves, is_removed])
def test_what_was_forgotten_does_not_come_back_with_a_copy(
    happens, given, known, forget, put_back, door, settings, clock
):
    said = ProfileDraft(community_id=given.community.id, fields={about.CALLED: TRACE, about.ILL: TRACE})
    given.do(fill_in_my_profile, "elder-care", said, by=known.actor)
    # What is looked for is found while it is there: in what the plugin keeps, and in what he filled in for it.
    with put_back("before") as files:
        assert files
        assert count_of_traces(files) >= 1

    happens(given, known, door, settings, clock, forget)
    sweep(door.engines)

    with put_back("after") as files:
        assert len(files) > 1
        assert count_of_traces(files) == 0
