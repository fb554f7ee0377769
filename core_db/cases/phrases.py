"""What speaks for a class of cases in a language of letters: whole words, never pieces of one.

A keyword is a few words one after the other (`out of order`). Parts joined by `+` must all appear, anywhere; of
words with `/` between them any will do: `lift/elevator+broken/out of order`. One and many are the same word.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from core_db.foundation.grams import plain

_WORD = re.compile(r"[a-z]+")
#: A word says about as much as so many Chinese characters do.
_CHARACTERS_PER_WORD = 2
#: What is answered within hours is not chosen by fewer words than these.
ENOUGH_TO_HURRY = 2


class Spoken(NamedTuple):
    """A text as words of letters are looked for in it."""

    words: frozenset[str]
    #: All of them in order, with a space at either end.
    running: str

    def has(self, words: str) -> bool:
        return f" {words} " in self.running if " " in words else words in self.words


class Phrase(NamedTuple):
    """A keyword of one class: of each of its parts some wording has to be there."""

    code: str
    parts: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> int:
        """How many words it takes to say it, at the least."""
        return sum(min(len(wording.split()) for wording in part) for part in self.parts)

    @property
    def characters(self) -> float:
        """How long a Chinese keyword would be that speaks for as much."""
        return _CHARACTERS_PER_WORD * self.words + 0.5 * (len(self.parts) - 1)

    def is_in(self, spoken: Spoken) -> bool:
        return all(any(map(spoken.has, part)) for part in self.parts)


class Phrases:
    """All that speak for any class, found by the word that one of their first wordings begins with."""

    def __init__(self, keywords: Mapping[str, Sequence[str]]) -> None:
        by_word: defaultdict[str, list[Phrase]] = defaultdict(list)
        for code, said in sorted(keywords.items()):
            for phrase in filter(None, (_phrase(code, keyword) for keyword in said)):
                for word in sorted({wording.split()[0] for wording in phrase.parts[0]}):
                    by_word[word].append(phrase)
        self._by_word, self._beginnings = dict(by_word), frozenset(by_word)

    def within(self, text: str) -> Sequence[Phrase]:
        """Each of them once, however often it is said."""
        spelled = plain(text)
        # Most say nothing in letters, and are asked no more than this.
        if not _WORD.search(spelled):
            return ()
        words = [_singular(word) for word in _WORD.findall(spelled)]
        spoken = Spoken(frozenset(words), f" {' '.join(words)} ")
        known = chain.from_iterable(self._by_word[word] for word in self._beginnings & spoken.words)
        return [phrase for phrase in dict.fromkeys(known) if phrase.is_in(spoken)]


def _phrase(code: str, keyword: str) -> Phrase | None:
    parts = (tuple(_wordings(part)) for part in keyword.split("+"))
    return Phrase(code, said) if (said := tuple(filter(None, parts))) else None


def _wordings(part: str) -> Iterator[str]:
    for wording in part.split("/"):
        if words := _WORD.findall(plain(wording)):
            yield " ".join(map(_singular, words))


def _singular(word: str) -> str:
    """Both sides are spelled so, so that a word nobody would spell like this is still found."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "zes", "ches", "shes")) else word[:-1]
