"""The search index made anew from the cases, while cases are raised and changed.

PostgreSQL: each case's words in their place, while its row is held. SQLite's index takes back only what it is told it
holds, so a second one is filled beside it, with what it was given, and takes its place in one transaction.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from core_db.cases.search import create_search, words_of, write_down

#: So many cases may have come or changed behind the second index when it takes the first one's place.
FEW = 100
_LAY_OUT = (
    "DROP TABLE IF EXISTS case_search_anew",
    "DROP TABLE IF EXISTS case_search_words",
    "CREATE VIRTUAL TABLE case_search_anew USING fts5(grams, content='', detail='none')",
    "INSERT INTO case_search_anew (case_search_anew, rank) VALUES ('secure-delete', 1)",
    "CREATE TABLE case_search_words (seq integer PRIMARY KEY, version integer NOT NULL, grams text NOT NULL)",
)
_EXCHANGE = (
    "DROP TABLE IF EXISTS case_search",
    "ALTER TABLE case_search_anew RENAME TO case_search",
    "DROP TABLE case_search_words",
)
_BEHIND = text("""
SELECT cases.*, given.grams AS given FROM cases LEFT JOIN case_search_words AS given ON given.seq = cases.seq
WHERE given.seq IS NULL OR given.version <> cases.version ORDER BY cases.seq LIMIT :most
""")
_ADD = text("INSERT INTO case_search_anew (rowid, grams) VALUES (:seq, :grams)")
_TAKE_BACK = text(
    "INSERT INTO case_search_anew (case_search_anew, rowid, grams) VALUES ('delete', :seq, :grams)"
)
_WRITE_DOWN = text(write_down("case_search_anew"))
_GIVEN = text(
    "INSERT OR REPLACE INTO case_search_words (seq, version, grams) VALUES (:seq, :version, :grams)"
)
_IN_PLACE = text("""
INSERT INTO case_search (seq, grams) VALUES (:seq, array_to_tsvector(string_to_array(:grams, ' ')))
ON CONFLICT (seq) DO UPDATE SET grams = excluded.grams
""")
_ORPHANS = text(
    "DELETE FROM case_search WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.seq = case_search.seq)"
)
Write = Callable[[Callable[[Session], Any]], Any]


def lay_out(session: Session) -> None:
    """Make the place where the new index comes to be; what another attempt left there goes."""
    if _is_sqlite(session):
        _run(session, _LAY_OUT)


def index_these(session: Session, cases: Sequence[Any]) -> None:
    """The words of these cases, whose rows nobody else changes meanwhile."""
    rows = [_about(case) for case in cases]
    if not rows:
        return
    if not _is_sqlite(session):
        session.execute(_IN_PLACE, rows)
        return
    session.execute(_ADD, rows)
    session.execute(_GIVEN, rows)


def take_into_use(write: Write) -> None:
    """From now on the new index is the index; what came or changed meanwhile is in it too."""
    while not write(_caught_up):
        pass


def _caught_up(session: Session) -> bool:
    """Put in some of what came behind; with the last of them, in the same transaction, the new takes its place."""
    if not _is_sqlite(session):
        session.execute(_ORPHANS)
        return True
    behind = session.execute(_BEHIND, {"most": FEW}).all()
    for case in behind:
        _index_again(session, case)
    if len(behind) == FEW:
        return False
    _run(session, _EXCHANGE)
    create_search(session.connection())
    return True


def _index_again(session: Session, case: Row[Any]) -> None:
    about = _about(case)
    if case.given != about["grams"]:
        if case.given is not None:
            session.execute(_TAKE_BACK, {"seq": case.seq, "grams": case.given})
            session.execute(_WRITE_DOWN)
        session.execute(_ADD, about)
    session.execute(_GIVEN, about)


def _about(case: Any) -> dict[str, Any]:
    return {"seq": case.seq, "version": case.version, "grams": " ".join(words_of(case))}


def _run(session: Session, orders: Sequence[str]) -> None:
    for order in orders:
        session.execute(text(order))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
