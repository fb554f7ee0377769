"""A record with something in it, and hands that reach past the triggers, as an operator's would."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core_db.audit import (
    Checkpoint,
    Witness,
    asking,
    audit_key,
    checkpoint_and_show,
    copy_record,
    newest_checkpoint,
    record,
    witness_key,
)
from core_db.foundation.actor import system_actor

NOTER = system_actor("tests")
SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_audit.py"
KEPT = (
    "audit_events", "audit_nodes", "audit_checkpoints", "audit_cosignatures", "access_events", "case_entries",
    "facts_forgotten", "outbox", "kept_entries", "reads_forgotten", "x_calls",
)  # fmt: skip


@pytest.fixture
def deeds(door, clock) -> Callable[[int], None]:
    """`deeds(20)`: twenty more events of the record, as many as fit into a commit at once."""

    def write(count: int) -> None:
        def some(session: Any) -> None:
            for number in range(count):
                record(
                    session,
                    action="test.deed",
                    object=f"thing/{number}",
                    actor=NOTER,
                    clock=clock,
                    right=None,
                )

        door.write_now(some)

    return write


@pytest.fixture
def unguarded(door) -> Callable[..., None]:
    """`unguarded(sql, **values)`: as somebody who owns the database and has switched its triggers off."""

    def run(sql: str, **values: Any) -> None:
        with door.operator.write.begin() as connection:
            _let(connection, guard=False)
            connection.execute(text(sql), values)
            _let(connection, guard=True)

    return run


@pytest.fixture
def street(committee_client, door, monkeypatch):
    """The street's installation, which witnesses us; how often it was asked stands in `asked`."""
    shell = committee_client.app.state.shell
    shell.settings = shell.settings.model_copy(update={"witness_for": str(audit_key(door.keyring))})
    committee_client.asked = []

    def ask(_url, path, said=None, **_):
        committee_client.asked.append(said)
        answer = committee_client.post(path, json=said) if said else committee_client.get(path)
        return answer.status_code, answer.json()

    monkeypatch.setattr(asking, "ask", ask)
    return committee_client


@pytest.fixture
def witness(door) -> Witness:
    return Witness(url="https://street.example", key=witness_key(door.keyring))


@pytest.fixture
def shown(door, clock, deeds, street, witness):
    """`shown(9)`: nine more events, a checkpoint, and it was shown to the witness."""

    def more(count: int) -> Checkpoint:
        if count:
            deeds(count)
        checkpoint_and_show(door, witness, clock=clock)
        return door.read_now(newest_checkpoint)

    return more


@pytest.fixture
def independently(door, settings, tmp_path):
    """`independently(checkpoint)`: the status with which the other program ends."""
    public = tmp_path / "audit.pub"
    public.write_text(f"{audit_key(door.keyring)}\n", encoding="utf-8")

    def copied() -> Path:
        file = tmp_path / "record.db"
        file.unlink(missing_ok=True)
        with door.engines.read.connect() as connection:
            copy_record(connection, file)
        return file

    def run(checkpoint=None) -> int:
        # The standard library knows no other database: of PostgreSQL it is handed the record in a file of its own.
        return of(settings.sqlite_path if door.engines.is_sqlite else copied(), checkpoint)

    def of(file, checkpoint=None) -> int:
        words = [str(file), str(public)]
        if checkpoint is not None:
            kept = tmp_path / "kept.txt"
            kept.write_text(str(checkpoint), encoding="utf-8")
            words.append(str(kept))
        # Isolated from our packages and from whatever is installed.
        return subprocess.run([sys.executable, "-I", "-S", str(SCRIPT), *words], check=False).returncode

    run.of = of
    return run


@pytest.fixture
def no_record(door) -> Callable[[], None]:
    """From now on no event can be written."""

    def take_away() -> None:
        with door.operator.write.begin() as connection:
            connection.execute(text("ALTER TABLE audit_events RENAME TO audit_events_elsewhere"))

    return take_away


_ASIDE: list[tuple[str, str]] = []


def _let(connection: Any, *, guard: bool) -> None:
    if connection.dialect.name == "postgresql":
        for table in KEPT:
            connection.execute(text(f"ALTER TABLE {table} {'ENABLE' if guard else 'DISABLE'} TRIGGER USER"))
        return
    if guard:
        for _name, sql in _ASIDE:
            connection.exec_driver_sql(sql)
        _ASIDE.clear()
        return
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    _ASIDE.extend((row[0], row[1]) for row in found if "append-only" in row[1])
    for name, _sql in _ASIDE:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
