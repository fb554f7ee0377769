"""Making sure that what was erased does not linger in the database's own files.

SQLite: freed bytes are overwritten with zeros as they are freed (`secure_delete`, set on every writer); what remains
is the write-ahead log, which is written back and cut to nothing. PostgreSQL: dead rows are vacuumed, so that
their space is used again; its copies never hold them.
"""

from sqlalchemy import Engine

from core_db.foundation.database import Engines

#: The tables that erasing rewrites; on PostgreSQL each is vacuumed by itself, without stopping anybody.
REWRITTEN = (
    "accounts", "persons", "register_changes", "register_proposals", "residencies", "home_bindings", "cases",
    "case_parties", "case_entries", "case_dispatches", "case_evaluations", "case_extensions", "case_search",
    "clock_pauses", "platform_feedback", "correction_requests", "guardianships", "idempotency_records",
    "sign_in_codes", "sign_in_sessions", "photos", "data_exports", "inquiries", "handover_notes",
    "needs", "report_answers", "report_rows", "tag_assignments", "visit_tag_proposals", "visit_words", "visits",
    "x_messages", "x_subjects", "case_filled_fields", "x_profile_fields", "register_sheet_rows",
)  # fmt: skip


class LogInUse(RuntimeError):
    """Somebody was reading: the log could not be cut. The erasure is finished at the next run."""


def sweep(engines: Engines) -> None:
    """Leave nothing behind of what was just erased."""
    if engines.is_sqlite:
        _cut_the_log(engines.write)
    else:
        _vacuum(engines.write)


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
        connection.exec_driver_sql(f"VACUUM {', '.join(REWRITTEN)}")
