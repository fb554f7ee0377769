"""Finding cases by words: an index of bigrams, because Chinese has no spaces and people search two characters.

SQLite: FTS5 with `detail=none` and no stored text; it goes from the newest back and stops when it has enough.
PostgreSQL: a `tsvector` under GIN, which finds all that ever said it before the newest are taken. So its index knows
the age of a case, too: it is asked among the latest first, and through all years only where these are too few. In both
the places of a case are words of its document, so that a search in one neighbourhood never reads another's list.
What is taken back is gone from SQLite's index at once and not merely marked as gone, until the index is rewritten some
day: an erased telephone number would stand in the file, and in every later copy of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session

from core_db.foundation.grams import fts5_query, grams, runs, tsquery
from core_db.foundation.later import Later, later

#: How many hits a search looks at; past that people refine their words.
SEARCH_AT_MOST = 1_000
WORDS_AT_MOST = 6
#: Cases of one age are so many that follow one another: 2 to this power, some weeks of a district.
AGE = 17

_CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS case_search USING fts5(grams, content='', detail='none')",
        "INSERT INTO case_search (case_search, rank) VALUES ('secure-delete', 1)",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS case_search (seq bigint PRIMARY KEY, grams tsvector NOT NULL)",
        "CREATE INDEX IF NOT EXISTS ix_case_search_grams ON case_search "
        f"USING gin (grams, (ARRAY[seq >> {AGE}])) WITH (fastupdate=off)",
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
_SAID = "SELECT seq FROM case_search WHERE grams @@ CAST(:words AS tsquery) AND seq < :before"
_OF_AGES = f"ARRAY[seq >> {AGE}] && CAST(:ages AS bigint[])"
_NEWEST = "ORDER BY seq DESC LIMIT :hits"
#: By name and database the conditions on `cases` that take `words`, `before` (a `seq`) and `hits` (how many at most).
FOUND: Mapping[str, Mapping[str, str]] = {
    "found": {
        "sqlite": (
            "cases.seq IN (SELECT rowid FROM case_search WHERE case_search MATCH :words AND rowid < :before "
            "ORDER BY rowid DESC LIMIT :hits)"
        ),
        "postgresql": f"cases.seq IN ({_SAID} {_NEWEST})",
    },
    # Among the latest `ages`; whoever goes back case by case, for words that nearly all say, ends where they begin.
    "found_of_late": {"postgresql": f"cases.seq IN ({_SAID} AND seq >= :since AND {_OF_AGES} {_NEWEST})"},
    # What few said of late is found by its words, whatever the planner takes them for.
    "found_before": {
        "postgresql": f"cases.seq IN (SELECT seq FROM ({_SAID} AND {_OF_AGES} OFFSET 0) AS said {_NEWEST})"
    },
    "found_long_ago": {"postgresql": f"cases.seq IN (SELECT seq FROM ({_SAID} OFFSET 0) AS said {_NEWEST})"},
}
#: A condition's name, and its values.
Way = tuple[str, dict[str, Any]]
#: How many of the latest ages are asked first, and how many then.
LATE, BEFORE = 2, 16
#: Before any case there may ever be.
END = 2**62


def create_search(connection: Connection) -> None:
    """Make the search index; not one of the metadata's tables, because each database has its own kind."""
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement))


def place_word(place_id: str) -> str:
    """A place as a word of the index. An address may say anything for it: no sign of it is one of the search's own."""
    return "p" + "".join(sign for sign in place_id if sign.isascii() and sign.isalnum())


def index_case(session: Session, case_id: str, *, places: tuple[str, ...], texts: tuple[str, ...]) -> None:
    """Make a case findable by its number, words and place."""
    dialect = session.get_bind().dialect.name
    later(session, _ADD[dialect], {"case_id": case_id, "grams": " ".join(_words(places, texts))})


def index_anew(session: Session, case: Any, *, before: tuple[str, ...]) -> None:
    """Find a case by what it says now, and no longer by the texts it had `before`."""
    places, words = _places(case), words_of(case)
    if session.get_bind().dialect.name == "postgresql":
        anew = (
            "UPDATE case_search SET grams = array_to_tsvector(string_to_array(:grams, ' ')) WHERE seq = :seq"
        )
        session.execute(text(anew), {"seq": case.seq, "grams": " ".join(words)})
        return
    # An index without its texts takes back only what it is told it holds: so each word is looked for first.
    held = [word for word in _words(places, before) if session.execute(_HOLDS, _about(case, word)).first()]
    session.execute(text(_TAKE_BACK), _about(case, " ".join(held)))
    session.execute(text(write_down()))
    session.execute(
        text("INSERT INTO case_search (rowid, grams) VALUES (:seq, :said)"), _about(case, " ".join(words))
    )


def write_down(index: str = "case_search") -> str:
    """Between what is taken back and what is put in its place: SQLite writes the one down before it hears the other.

    Where both wait for the end of a transaction, an index that loses words at once (`secure-delete`, `detail=none`)
    forgets whatever stands behind them under the same word: the next cases of the same place were found by nobody.
    """
    return f"INSERT INTO {index} ({index}) VALUES ('flush')"


def words_of(case: Any) -> list[str]:
    """What a case is found by, as it stands."""
    return _words(_places(case), (case.number, case.text, case.place_label, case.place_note or ""))


def _places(case: Any) -> tuple[str, ...]:
    return (case.community_id, case.town_id, case.district_id)


_LAST = text("SELECT max(seq) FROM case_search")
_HOLDS = text("SELECT 1 FROM case_search WHERE case_search MATCH :said AND rowid = :seq")
_TAKE_BACK = "INSERT INTO case_search (case_search, rowid, grams) VALUES ('delete', :seq, :said)"


def _about(case: Any, said: str) -> dict[str, Any]:
    return {"seq": case.seq, "said": said}


def _words(places: tuple[str, ...], texts: tuple[str, ...]) -> list[str]:
    """Each word once; the index asks for no order."""
    return list(dict.fromkeys(chain(map(place_word, places), *map(grams, texts))))


def ways_in_several(connection: Connection, before: int, page: dict[str, Any]) -> Iterator[Way]:
    """By which condition to look in several neighbourhoods, one after the other until there are enough.

    Among the latest ages first, for most words are said there often enough. `page`: how many hits are enough, where
    all of them are shown.
    """
    newest = _newest_age(connection, before)
    if newest is not None and newest < LATE:
        # For a page alone PostgreSQL would go back case by case; for a thousand hits it goes by the words.
        yield "found", {}
        return
    if newest is not None:
        yield "found_of_late", {**page, "ages": _ages(newest, LATE), "since": (newest - LATE + 1) << AGE}
    yield from _all_years(newest, page)


def ways_in_one(connection: Connection, before: int, page: dict[str, Any]) -> Iterator[Way]:
    """The same in one neighbourhood, of whose cases the latest ages hold too few to be asked alone."""
    return _all_years(_newest_age(connection, before), page)


def _all_years(newest: int | None, page: dict[str, Any]) -> Iterator[Way]:
    if newest is None:
        yield "found", page
        return
    if newest >= BEFORE:
        yield "found_before", {**page, "ages": _ages(newest, BEFORE)}
    yield "found_long_ago", page


def _newest_age(connection: Connection, before: int) -> int | None:
    """Of the cases that are asked for; none on SQLite, whose index goes from the newest back."""
    if connection.dialect.name == "sqlite":
        return None
    last = before - 1 if before < END else connection.execute(_LAST).scalar() or 0
    return int(last) >> AGE


def _ages(newest: int, many: int) -> list[int]:
    return list(range(newest, newest - many, -1))


def conditions_that_find(
    said: str, *, within: Sequence[str], before: int, dialect: str
) -> dict[str, dict[str, Any]]:
    """By name the conditions that find words, with their values: in the index of some places, and again in the text.

    `within` no place the texts alone are looked through. None at all if there is nothing to look for.
    """
    found: dict[str, dict[str, Any]] = {}
    if within:
        words = _words_within(said, within, dialect)
        if words is None:
            return {}
        found["found"] = {"words": words, "before": before, "hits": SEARCH_AT_MOST}
    # Pairs can stand apart in a text that does not hold the longer word: those are looked for once more.
    again = said.split() if not within else [run for run in runs(said) if len(run) > 2 and not run.isascii()]
    for place, word in enumerate(again[:WORDS_AT_MOST]):
        found[f"word{place}"] = {f"word{place}": f"%{_escaped(word)}%"}
    return found


def _words_within(said: str, places: Sequence[str], dialect: str) -> str | None:
    """What to look for at one of some places, as this database wants it; None if there is nothing to look for."""
    is_sqlite = dialect == "sqlite"
    wanted = fts5_query(said) if is_sqlite else tsquery(said)
    either = (" OR " if is_sqlite else " | ").join(place_word(one) for one in places)
    joint = " AND " if is_sqlite else " & "
    return f"({either}){joint}{wanted}" if wanted else None


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
