"""Whether the search index still says of a case what the case says: looked at for cases that are drawn by lot.

PostgreSQL keeps each case's words in a row, which is compared word by word. SQLite's index keeps no texts and cannot be
asked what it holds of one case: there each word has to find its case, and a word too many goes unnoticed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from core_db.cases.search import words_of

#: So many are drawn; where there are fewer, it is all of them.
DRAWN = 2_000
#: One statement for both sides, so that nobody writes between them.
_DRAWN: Mapping[str, TextClause] = {
    "sqlite": text("""
SELECT cases.seq, cases.number, cases.text, cases.place_label, cases.place_note, cases.community_id, cases.town_id,
  cases.district_id, NULL AS held
FROM (SELECT seq FROM cases ORDER BY random() LIMIT :most) AS drawn JOIN cases ON cases.seq = drawn.seq
ORDER BY cases.seq
"""),
    "postgresql": text("""
SELECT cases.seq, cases.number, cases.text, cases.place_label, cases.place_note, cases.community_id, cases.town_id,
  cases.district_id, tsvector_to_array(case_search.grams) AS held
FROM (SELECT seq FROM cases ORDER BY random() LIMIT :most) AS drawn JOIN cases ON cases.seq = drawn.seq
JOIN case_search ON case_search.seq = cases.seq ORDER BY cases.seq
"""),
}
_FINDS = text("SELECT 1 FROM case_search WHERE case_search MATCH :said AND rowid = :seq")


def said_otherwise(connection: Connection) -> Iterator[str]:
    """The numbers of cases, of those drawn, that the index does not know by the words they say now."""
    drawn = connection.execute(_DRAWN[connection.dialect.name], {"most": DRAWN})
    for case in drawn.all():
        if not _holds(connection, case):
            yield case.number


def _holds(connection: Connection, case: Row[Any]) -> bool:
    words = words_of(case)
    if case.held is not None:
        return set(case.held) == set(words)
    said = " AND ".join(words)
    return connection.execute(_FINDS, {"said": said, "seq": case.seq}).first() is not None
