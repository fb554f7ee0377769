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
_ADD = {
    "sqlite": Later(
        30, text("INSERT INTO case_search (rowid, grams) SELECT seq, :grams FROM cases WHERE id = :case_id")
    ),
    "postgresql": Later(
        30,
        text(
            "INSERT INTO case_search (seq, grams) "
            "SELECT seq, array_to_tsvector(string_to_array(:grams, ' ')) FROM cases WHERE id = :case_id"
        ),
    ),
}
_FIND = {
    "sqlite": (
        "cases.seq IN (SELECT rowid FROM case_search WHERE case_search MATCH :words{before} "
        "ORDER BY rowid DESC LIMIT :most)"
    ),
    "postgresql": (
        "cases.seq IN (SELECT seq FROM case_search WHERE grams @@ CAST(:words AS tsquery){before} "
        "ORDER BY seq DESC LIMIT :most)"
    ),
}
_BEFORE = {"sqlite": " AND rowid < :before", "postgresql": " AND seq < :before"}


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


def found_by(
    session: Session, words: str, *, within: str, most: int, before: int | None = None
) -> tuple[str, dict[str, object]] | None:
    """A condition (SQL, parameters) for the newest cases with all the words at a place; None: nothing to find."""
    dialect = session.get_bind().dialect.name
    wanted = fts5_query(words) if dialect == "sqlite" else tsquery(words)
    if not wanted:
        return None
    joined = f"{place_word(within)} {wanted}" if dialect == "sqlite" else f"{place_word(within)} & {wanted}"
    params: dict[str, object] = {"words": joined, "most": most}
    if before is not None:
        params["before"] = before
    return _FIND[dialect].format(before=_BEFORE[dialect] if before is not None else ""), params
