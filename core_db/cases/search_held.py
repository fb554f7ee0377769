"""Whether the search index still says of a case what the case says: looked at for cases that are drawn by lot.

PostgreSQL keeps each case's words in a row, which is compared word by word. SQLite's index keeps no texts and cannot be
asked what it holds of one case: there each word has to find its case, and a word too many goes unnoticed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, text

from core_db.cases.search import words_of

#: So many are drawn; where there are fewer, it is all of them.
DRAWN = 2_000
_WORDS: Mapping[str, str] = {"sqlite": "NULL", "postgresql": "tsvector_to_array(held.grams)"}
#: One statement for both sides, so that nobody writes between them.
_DRAWN = """
SELECT cases.seq, cases.number, cases.text, cases.place_label, cases.place_note, cases.community_id, cases.town_id,
  cases.district_id, {words} AS held
FROM (SELECT seq FROM cases ORDER BY random() LIMIT :most) AS drawn JOIN cases ON cases.seq = drawn.seq {index}
ORDER BY cases.seq
"""
_INDEX: Mapping[str, str] = {
    "sqlite": "",
    "postgresql": "JOIN case_search AS held ON held.seq = cases.seq",
}
_FINDS = text("SELECT 1 FROM case_search WHERE case_search MATCH :said AND rowid = :seq")


def said_otherwise(connection: Connection) -> Iterator[str]:
    """The numbers of cases, of those drawn, that the index does not know by the words they say now."""
    dialect = connection.dialect.name
    drawn = text(_DRAWN.format(words=_WORDS[dialect], index=_INDEX[dialect]))
    for case in connection.execute(drawn, {"most": DRAWN}).all():
        if not _holds(connection, case):
            yield case.number


def _holds(connection: Connection, case: Row[Any]) -> bool:
    words = words_of(case)
    if case.held is not None:
        return set(case.held) == set(words)
    said = " AND ".join(words)
    return connection.execute(_FINDS, {"said": said, "seq": case.seq}).first() is not None
