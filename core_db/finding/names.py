"""Whose name holds a word, or is read so. Each sign with which what is typed can begin has an index of its own.

A name is a few signs: it is entered at its first, second or third, and only what stands behind the third is gone
through, in those names alone that are so long. What is read works the same, syllable by syllable.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, select, union, union_all
from sqlmodel import Session

from core_db.finding.typed import letters_in, reads_as, words_in
from core_db.foundation.tables import among
from core_db.people.queries import PERSONS

#: So many whose letters could be meant are looked at more closely.
CANDIDATES = 400
#: Letters of `zhuang`.
LONGEST_SYLLABLE = 6
#: Behind every sign that stands in a name.
_END = "\U0010ffff"
_DIGITS = frozenset("0123456789")
Ids = list[str]


def here(registers: Sequence[str]) -> ColumnElement[bool]:
    """Of these registers, and no entry that was merged into another: there is one of everybody."""
    return and_(among(PERSONS.c.community_id, registers), PERSONS.c.merged_into_id.is_(None))


def begins(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return and_(column >= word, column < word + _END)


# -- by name ----------------------------------------------------------------------------------------


def by_name(session: Session, q: str, registers: Sequence[str], limit: int) -> Ids:
    """One word that is a name or part of one: whose name begins so first, then whose name holds it."""
    words = words_in(q)
    if len(words) != 1 or not _DIGITS.isdisjoint(words[0]):
        return []
    (word,) = words
    beginning = begins(PERSONS.c.name, word)
    named = select(PERSONS.c.name, PERSONS.c.id).where(here(registers))
    found = _in_order(session, named.where(beginning), limit)
    if len(found) < limit:
        within = union(*(named.where(part, ~beginning) for part in _further_on(word)))
        found += _in_order(session, within, limit - len(found))
    return found


def holding(word: str, registers: Sequence[str]) -> Sequence[Select[Any]]:
    """Ids of whoever has the word in his name."""
    parts = (begins(PERSONS.c.name, word), *_further_on(word))
    return [select(PERSONS.c.id).where(here(registers), part) for part in parts]


def _further_on(word: str) -> Sequence[ColumnElement[bool]]:
    """The word stands in a name behind its first sign."""
    rest = PERSONS.c.name_rest
    return (
        begins(PERSONS.c.name_second, word),
        begins(PERSONS.c.name_third, word),
        and_(rest > "", rest.contains(word, autoescape=True)),
    )


def _in_order(session: Session, found: Any, limit: int) -> Ids:
    ordered = found.order_by("name", "id").limit(limit)
    return [row.id for row in session.execute(ordered)]


# -- by how a name is read --------------------------------------------------------------------------


def by_letters(session: Session, q: str, registers: Sequence[str], limit: int) -> Ids:
    """Pinyin, initials, or some of both; a given name alone where nobody's whole name is read so."""
    letters = letters_in(q)
    if not letters:
        return []
    return _read_so(session, letters, registers, limit) or _read_so(
        session, letters, registers, limit, anywhere=True
    )


def _read_so(
    session: Session, letters: str, registers: Sequence[str], limit: int, *, anywhere: bool = False
) -> Ids:
    statement = _candidates(letters, registers, anywhere=anywhere).limit(CANDIDATES)
    # Found in two ways, somebody is one.
    rows = {row.id: row for row in session.execute(statement)}.values()
    meant = [row for row in rows if reads_as(letters, row.name_pinyin, anywhere=anywhere)]
    whole = {letters}
    meant.sort(
        key=lambda row: (
            not whole & {row.name_pinyin.replace(" ", ""), row.name_initials}, row.name_pinyin, row.name, row.id,
        )
    )  # fmt: skip
    return [row.id for row in meant[:limit]]


def _candidates(letters: str, registers: Sequence[str], *, anywhere: bool) -> CompoundSelect[Any]:
    """Whose reading holds these letters in this order; some of them are not meant."""
    # `lu` is looked for as `lv` too.
    spaced = "%".join("_" if letter in "uv" else letter for letter in letters)
    read = select(PERSONS.c.id, PERSONS.c.name, PERSONS.c.name_pinyin, PERSONS.c.name_initials).where(
        here(registers), PERSONS.c.name_pinyin.like(f"%{spaced}%" if anywhere else f"{spaced}%")
    )
    entered = _read_further_on(letters) if anywhere else _read_from_the_first(letters)
    # One after the other and not with OR, for which SQLite would look into every neighbourhood there is.
    return union_all(*(read.where(one) for one in entered))


def _read_from_the_first(letters: str) -> Sequence[ColumnElement[bool]]:
    """All of it belongs to the first syllable, or one of its letters begins the second."""
    spelled = {letters, letters.replace("v", "u"), letters.replace("u", "v")}
    return [begins(PERSONS.c.name_pinyin, one) for one in sorted(spelled)] + [
        begins(PERSONS.c.name_initials, one) for one in _two_initials(letters)
    ]


def _read_further_on(letters: str) -> Sequence[ColumnElement[bool]]:
    """It begins with the second syllable, with the third, or behind it in the few names that are so long."""
    # More letters than a syllable has go on into the next one; a longer word of letters is a long name.
    first = _either(letters[0]) if len(letters) <= LONGEST_SYLLABLE else _two_initials(letters)
    columns = (PERSONS.c.initials_second, PERSONS.c.initials_third)
    return [*(begins(column, one) for column in columns for one in first), PERSONS.c.name_rest > ""]


def _two_initials(letters: str) -> Sequence[str]:
    return sorted({letters[0] + second for one in letters[1:] for second in _either(one)})


def _either(letter: str) -> str:
    return "uv" if letter in "uv" else letter
