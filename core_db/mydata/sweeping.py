"""Making sure that what was erased does not linger in the database's own files.

SQLite: freed bytes are overwritten with zeros as they are freed (`secure_delete`, set on every writer); what remains
is the write-ahead log, which is written back and cut to nothing. PostgreSQL: dead rows are vacuumed, so that
their space is used again; its copies never hold them. An index of words keeps each word that ever stood in it, also
when no case has it any more, so it is written anew, beside the old one and while people go on. While somebody looks at
the database as it was before (a backup, a long report), neither can be done, and both wait for the next run.
"""

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine

from core_db.foundation.database import Engines

#: The tables that erasing rewrites; on PostgreSQL each is vacuumed by itself, without stopping anybody.
REWRITTEN = (
    "accounts", "persons", "register_changes", "register_proposals", "residencies", "home_bindings", "cases",
    "case_parties", "case_entries", "case_dispatches", "case_evaluations", "case_extensions", "case_search",
    "clock_pauses", "platform_feedback", "correction_requests", "guardianships", "idempotency_records",
    "sign_in_codes", "sign_in_sessions", "photos", "data_exports", "inquiries", "handover_notes",
    "needs", "report_answers", "report_rows", "tag_assignments", "visit_tag_proposals", "visit_words", "visits",
    "x_messages", "x_subjects", "case_filled_fields", "x_profile_fields", "register_sheet_rows", "register_sheets",
    "audit_subjects",
)  # fmt: skip
#: Vacuuming takes the cases from its words, and leaves the words.
OF_WORDS = ("case_search", "ix_case_search_grams")
_MAY_WRITE_ANEW = """
SELECT pg_has_role(c.relowner, 'USAGE') OR
    CASE WHEN current_setting('server_version_num')::int >= 170000
    THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END
FROM pg_class c WHERE c.oid = %s::regclass
"""
#: Transactions of whoever is signed in to this database. Of others than oneself PostgreSQL tells their names alone.
_OPEN = """
SELECT held.virtualtransaction FROM pg_locks held JOIN pg_stat_activity who ON who.pid = held.pid
WHERE held.locktype = 'virtualxid' AND held.granted AND who.datname = current_database()
    AND who.usesysid IS NOT NULL AND who.pid <> pg_backend_pid()
"""
#: Looks, a tenth of a second apart, in which transactions that were open before have to end.
LOOKS = 30
#: For whoever came since the work waits longer than a writer does: it stops nobody meanwhile but other jobs, and
#: giving up would leave a half-made index.
PATIENCE = "SET lock_timeout = '5min'"
#: Stands in the folder of an installation from before texts are emptied until their words are gone too.
TO_SWEEP = "words-to-sweep"
LOG = logging.getLogger("shequyun.mydata")


class LogInUse(RuntimeError):
    """Somebody was reading: the log could not be cut. The erasure is finished at the next run."""


class StillRead(RuntimeError):
    """Somebody looks at the database as it was before. The erasure is finished at the next run."""


def sweep(engines: Engines) -> None:
    """Leave nothing behind of what was just erased."""
    if engines.is_sqlite:
        _cut_the_log(engines.write)
    else:
        _vacuum(engines.write)


def note_to_sweep(folder: Path) -> None:
    """Texts are about to be emptied: a run that is killed between them and their words is made up for by the next."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TO_SWEEP).touch(mode=0o600)


def sweep_what_was_noted(engines: Engines, folder: Path) -> None:
    """Leave nothing behind of texts that were emptied since it was done last; of none, nothing is to be done."""
    if (folder / TO_SWEEP).exists():
        sweep(engines)
        (folder / TO_SWEEP).unlink(missing_ok=True)


def _cut_the_log(engine: Engine) -> None:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.close()
    if busy:
        raise LogInUse()


def _vacuum(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Its patience is nobody else's: the connection ends with the work.
        connection.detach()
        _must_be_unread(connection)
        connection.exec_driver_sql(PATIENCE)
        connection.exec_driver_sql(f"VACUUM {', '.join(REWRITTEN)}")
        _write_anew(connection)


def _must_be_unread(connection: Connection) -> None:
    """What an older look still sees is not vacuumed, and an index that waited for its end in vain stays half made."""
    before = _open_ones(connection)
    for _ in range(LOOKS):
        if not (before := before & _open_ones(connection)):
            return
        connection.exec_driver_sql("SELECT pg_sleep(0.1)")
    raise StillRead("a transaction from before is open: a backup, a long report")


def _open_ones(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql(_OPEN).scalars())


def _write_anew(connection: Connection) -> None:
    """Where a half-made index stands, another try could leave one more: the owner is asked to clear up first."""
    if half := half_made(connection):
        LOG.warning(
            "the index of words keeps words that were erased: as the owner, DROP INDEX %s, then "
            "REINDEX INDEX CONCURRENTLY %s",
            ", ".join(half),
            OF_WORDS[1],
        )
    elif may_write_anew(connection):
        connection.exec_driver_sql("REINDEX INDEX CONCURRENTLY ix_case_search_grams")
    else:
        LOG.warning(
            "the index of words keeps words that were erased: as the owner, REINDEX INDEX CONCURRENTLY %s",
            OF_WORDS[1],
        )


def may_write_anew(connection: Connection) -> bool:
    """May this role write the index of words anew? Before PostgreSQL 17 its owner alone may."""
    return bool(connection.exec_driver_sql(_MAY_WRITE_ANEW, (OF_WORDS[0],)).scalar_one())


def half_made(connection: Connection) -> list[str]:
    """Indexes of words that a run which was killed left beside the one in use. They belong to the owner alone.

    One that is being made is held by whoever makes it.
    """
    left = """
    SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND NOT indisvalid AND NOT EXISTS (
        SELECT 1 FROM pg_locks WHERE relation = indexrelid AND mode = 'ShareUpdateExclusiveLock'
    )
    """
    return list(connection.exec_driver_sql(left, (OF_WORDS[0],)).scalars())
