"""Finding cases by words: an index of bigrams, because Chinese has no spaces and people search two characters.

SQLite: FTS5 with `detail=none` and no stored text. PostgreSQL: a `tsvector` under GIN. In both the places
of a case are words of its document, so that a search in one neighbourhood never reads another's list.
"""

from sqlalchemy import Connection, text
from sqlmodel import Session

from core_db.foundation.grams import fts5_query, grams, tsquery
from core_db.foundation.later import Later, later

_CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS case_search USING fts5(grams, content='', detail='none')",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS case_search (seq bigint PRIMARY KEY, grams tsvector NOT NULL)",
        "CREATE INDEX IF NOT EXISTS ix_case_search_grams ON case_search USING gin (grams) WITH (fastupdate=off)",
    ),
}


def _later(insert: str) -> Later:
    found = "FROM (VALUES {rows}) AS found JOIN cases ON cases.id = found.column1"
    return Later(30, f"{insert} {found}", columns=("case_id", "grams"))


_ADD = {
    "sqlite": _later("INSERT INTO case_search (rowid, grams) SELECT cases.seq, found.column2"),
    "postgresql": _later(
        "INSERT INTO case_search (seq, grams) "
        "SELECT cases.seq, array_to_tsvector(string_to_array(found.column2, ' '))"
    ),
}
_FOUND = {
    "sqlite": (
        "cases.seq IN (SELECT rowid FROM case_search WHERE case_search MATCH :words AND rowid < :before "
        "ORDER BY rowid DESC LIMIT :hits)"
    ),
    "postgresql": (
        "cases.seq IN (SELECT seq FROM case_search WHERE grams @@ CAST(:words AS tsquery) AND seq < :before "
        "ORDER BY seq DESC LIMIT :hits)"
    ),
}


def create_search(connection: Connection) -> None:
    """Make the search index; not one of the metadata's tables, because each database has its own kind."""
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement))


def place_word(place_id: str) -> str:
    """A place as a word of the index."""
    return "p" + place_id.replace("-", "")


def index_case(session: Session, case_id: str, *, places: tuple[str, ...], texts: tuple[str, ...]) -> None:
    """Make a case findable by its number, words and place."""
    words = {place_word(place) for place in places}
    for said in texts:
        words.update(grams(said))
    dialect = session.get_bind().dialect.name
    later(session, _ADD[dialect], {"case_id": case_id, "grams": " ".join(sorted(words))})


def found_sql(dialect: str) -> str:
    """The condition on `cases` that takes `words`, `before` (a `seq`) and `hits` (how many at most)."""
    return _FOUND[dialect]


def search_words(said: str, *, within: str, dialect: str) -> str | None:
    """What to look for at a place, as this database wants it; None if there is nothing to look for."""
    wanted = fts5_query(said) if dialect == "sqlite" else tsquery(said)
    joint = " " if dialect == "sqlite" else " & "
    return f"{place_word(within)}{joint}{wanted}" if wanted else None
