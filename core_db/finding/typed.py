"""What somebody means who types one line to find a person: letters of a name, a door, a whole number, or words."""

import re
from datetime import date
from functools import lru_cache

from core_db.people import IdentityFault, identity_from, telephone_from
from core_db.people.readings import letters_of
from core_db.places import plain_line

_LETTERS = re.compile(r"[a-zü' ]+")
#: Longer than anybody's name is written.
MOST_LETTERS = 60


def letters_in(q: str) -> str:
    """The line as letters of a name read aloud; empty where it is none. `lü` is `lv`."""
    small = plain_line(q).lower()
    if len(small) > MOST_LETTERS or _LETTERS.fullmatch(small) is None:
        return ""
    return re.sub(r"[^a-z]", "", letters_of(small))


def telephone_in(q: str) -> str:
    """The telephone that all of the line is, as it is kept; empty where it is none."""
    try:
        return telephone_from(q)
    except IdentityFault:
        return ""


def is_whole_number(q: str, *, today: date) -> bool:
    """Is all of the line a telephone or an identity number?"""
    if telephone_in(q):
        return True
    try:
        identity_from(q, today=today)
    except IdentityFault:
        return False
    return True


def words_in(q: str) -> list[str]:
    """What was typed, word by word; “2号204” are a building and a room."""
    return re.sub(r"(?<=[弄号])(?=\d)", " ", plain_line(q)).split()


@lru_cache(maxsize=8192)
def reads_as(typed: str, pinyin: str, *, anywhere: bool = False) -> bool:
    """Do the letters spell the name from its beginning, each syllable whole or begun? `wxm`, `wangxm`, `wang xiao`.

    `anywhere` lets it begin at a later syllable: a given name alone.
    """
    spelled, syllables = typed.replace("v", "u"), tuple(pinyin.replace("v", "u").split())
    starts = range(len(syllables)) if anywhere else range(min(1, len(syllables)))
    return any(_spells(spelled, syllables[start:]) for start in starts)


def _spells(typed: str, syllables: tuple[str, ...]) -> bool:
    if not typed or not syllables:
        return not typed
    most = 0
    while most < min(len(typed), len(syllables[0])) and typed[most] == syllables[0][most]:
        most += 1
    return any(_spells(typed[taken:], syllables[1:]) for taken in range(most, 0, -1))
