"""Which class of cases somebody's words belong to, and whether they had better call 110, 119 or 120.

No model and no network: editable keywords, and what this committee filed before. Everything is worked out
when a `Suggester` is made, so that asking it is cheap; it forgets nothing and learns nothing by itself.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from csv import DictReader
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, repeat
from typing import NamedTuple

from core_db.cases.phrases import ENOUGH_TO_HURRY, Phrases
from core_db.foundation.grams import grams, plain
from core_db.foundation.lean import dataclass

#: Of all classes a pair of characters was filed under, only those that it speaks for most.
_CLASSES_PER_GRAM = 6

#: How much one keyword of two characters counts against the memory of what was filed.
_MEMORY = 0.6

#: A case is filed by its words where the best class weighs so much, and so much more than the second. Of 102
#: sentences no keyword was chosen by, these leave out 12, each of which would have been filed wrongly.
_CLEAR, _APART = 2.0, 0.5

#: Everyday words. Anybody says them of anything, so that they stand beside one class and not another is chance.
_EVERYDAY = (
    "一件事情 一件小事 今天 昨天 明天 现在 已经 我想 想问 想说 说一 问一 看一 看到 请问 请来 请说 请看 什么时候 什么 "
    "怎么 为什么 我们 你们 他们 自己 一个 一下 一次 一直 这件 那件 这个 那个 有人 没有 没人 不能 能不能 有没有 是不是 "
    "可以 还是 知道 了一 来了 去了 很多 好多 好几 几天 天天 个人 个月 里的 的事 的一 谢谢 希望 麻烦 反映 帮忙 问题 "
    "a an the this that these those it its is are was were be been being am i me my we us our you your he him "
    "his she her they them their there here and or but if so as of in on at to from by for with about into "
    "out up down off over under not no nor don t s isn can cannot could would should will may must do does "
    "did done has have had get got very too please thank thanks hello help again still now today yesterday "
    "when where who what why how since every all some any one two three day days week weeks night morning "
    "time somebody someone nobody people"
)
#: What says nothing about a class by having been filed under it once.
_SAYS_NOTHING = frozenset(chain.from_iterable(map(grams, _EVERYDAY.split())))

Weighed = tuple[str, float]
#: The keywords of each class.
Words = tuple[tuple[str, tuple[str, ...]], ...]


class _Keywords(NamedTuple):
    """What a part speaks for by itself, and what only together with others, all of which must be there."""

    alone: list[Weighed]
    together: list[tuple[frozenset[str], list[Weighed]]]


class _Read(NamedTuple):
    """A text as words are looked for in it."""

    plain: str
    characters: frozenset[str]
    grams: frozenset[str]


@lru_cache(maxsize=512)
def _read(text: str) -> _Read:
    spelled = plain(text)
    return _Read(spelled, frozenset(spelled), frozenset(grams(text)))


class _PartIndex:
    """Finds which of many short strings a text contains: its own pairs of characters say which to look for."""

    def __init__(self, parts: Iterable[str]) -> None:
        every = sorted(frozenset(parts))
        by_pair: defaultdict[str, list[str]] = defaultdict(list)
        for part in every:
            by_pair[next(filter(_is_pair, grams(part)), "")].append(part)
        self._characters = frozenset(part for part in every if len(part) == 1)
        #: Words without two Chinese characters in a row; few, and looked for one by one.
        self._others = tuple(part for part in by_pair.pop("", ()) if len(part) > 1)
        self._their_beginnings = frozenset(part[0] for part in self._others)
        self._by_pair, self._pairs = dict(by_pair), frozenset(by_pair)

    def within(self, text: str) -> set[str]:
        said = _read(text)
        present = set(self._characters & said.characters)
        for pair in self._pairs & said.grams:
            for part in self._by_pair[pair]:
                if part in said.plain:
                    present.add(part)
        if not self._their_beginnings.isdisjoint(said.characters):
            present.update(part for part in self._others if part in said.plain)
        return present


def _is_pair(gram: str) -> bool:
    return len(gram) == 2 and not gram.isascii()


class Suggester:
    """Keywords weighed by length and rarity, together with naive Bayes over what was filed before.

    A keyword may have parts joined by `+`, all of which must appear: `电梯+困`.
    """

    def __init__(
        self,
        keywords: Mapping[str, Sequence[str]],
        filed: Mapping[str, Mapping[str, int]] | None = None,
        *,
        grave: frozenset[str] = frozenset(),
        in_letters: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`grave` are classes that hurry: nothing is filed under them for what was filed before alone.

        `in_letters` are keywords of languages that have letters; they are whole words.
        """
        words = tuple((code, tuple(said)) for code, said in keywords.items())
        self._keywords_of_part, self._parts = _weighed_keywords(words)
        self._memory = _lifts(_grams_by_code(words, filed)) if filed else _lifts_of_words(words)
        self._grave = grave
        self._phrases = _phrases_of(tuple((code, tuple(said)) for code, said in (in_letters or {}).items()))

    def suggest(self, text: str, *, limit: int = 3) -> list[Weighed]:
        """The likeliest classes, best first; none when nothing in the text speaks for any."""
        # Equal scores are told apart by the code, so that the same words always give the same answer.
        ranked = sorted(self._scores(text).items(), key=lambda scored: (-scored[1], scored[0]))
        return [(code, round(score, 3)) for code, score in ranked[:limit] if score > 0]

    def clearly(self, text: str) -> str | None:
        """The class to file under without asking anybody; None where the words do not speak clearly for one."""
        scores = self._scores(text)
        if not scores:
            return None
        code = max(scores, key=scores.__getitem__)
        best, second = scores.pop(code), max(scores.values(), default=0.0)
        is_clear = best >= _CLEAR and best - second >= _APART
        return code if is_clear and self._may_be(code, text) else None

    def likeliest(self, text: str) -> str | None:
        """The class that is first suggested, of those that nothing forbids to file under unasked."""
        ranked = (code for code, _ in self.suggest(text))
        return next((code for code in ranked if self._may_be(code, text)), None)

    def _may_be(self, code: str, text: str) -> bool:
        """A class that hurries is named by a keyword, not by the memory alone, nor by one word of letters."""
        if code not in self._grave:
            return True
        scores: defaultdict[str, float] = defaultdict(float)
        self._add_keywords(scores, text)
        if code in scores:
            return True
        words = (phrase.words for phrase in self._phrases.within(text) if phrase.code == code)
        return sum(words) >= ENOUGH_TO_HURRY

    def _scores(self, text: str) -> dict[str, float]:
        scores: defaultdict[str, float] = defaultdict(float)
        self._add_keywords(scores, text)
        for phrase in self._phrases.within(text):
            scores[phrase.code] += _weight(phrase.characters)
        self._add_memory(scores, text)
        return scores

    def _add_keywords(self, scores: defaultdict[str, float], text: str) -> None:
        present = self._parts.within(text)
        for part in present:
            alone, together = self._keywords_of_part[part]
            for code, weight in alone:
                scores[code] += weight
            for parts, weights in together:
                if parts <= present:
                    for code, weight in weights:
                        scores[code] += weight

    def _add_memory(self, scores: defaultdict[str, float], text: str) -> None:
        remembered = map(self._memory.get, dict.fromkeys(grams(text)), repeat(()))
        for code, lift in chain.from_iterable(remembered):
            scores[code] += lift


@lru_cache(maxsize=4)
def _weighed_keywords(keywords: Words) -> tuple[Mapping[str, _Keywords], _PartIndex]:
    """Every keyword, listed under its longest part only: that one is looked for first."""
    codes_of: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for code, words in keywords:
        for word in words:
            codes_of[tuple(plain(word).split("+"))].append(code)
    listed: defaultdict[str, _Keywords] = defaultdict(lambda: _Keywords([], []))
    for parts, codes in sorted(codes_of.items()):
        weights = [(code, _weight(_characters(parts)) / len(codes)) for code in codes]
        longest = listed[max(parts, key=len)]
        if len(parts) == 1:
            longest.alone.extend(weights)
        else:
            longest.together.append((frozenset(parts), weights))
        # A part that stands for nothing alone is looked for too.
        for part in parts:
            listed[part]
    return dict(listed), _PartIndex(listed)


@lru_cache(maxsize=4)
def _phrases_of(keywords: Words) -> Phrases:
    return Phrases(dict(keywords))


def _characters(parts: tuple[str, ...]) -> float:
    return sum(map(len, parts)) + 0.5 * (len(parts) - 1)


def _weight(characters: float) -> float:
    return math.pow(characters, 1.3)


def _grams_by_code(keywords: Words, filed: Mapping[str, Mapping[str, int]]) -> dict[str, Counter[str]]:
    """What was filed, on top of the keywords' own pairs: a committee's first case is not its first word."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for code, words in keywords:
        counts[code].update(gram for word in words for gram in grams(word))
    for code, found in filed.items():
        counts[code].update({gram: count for gram, count in found.items() if gram not in _SAYS_NOTHING})
    return dict(counts)


@lru_cache(maxsize=4)
def _lifts_of_words(keywords: Words) -> Mapping[str, list[Weighed]]:
    """What a neighbourhood starts with that has filed nothing yet."""
    return _lifts(_grams_by_code(keywords, {}))


def _lifts(filed: Mapping[str, Mapping[str, int]]) -> dict[str, list[Weighed]]:
    """By how much each pair of characters speaks for each class it was filed under.

    Only evidence in favour is kept: a pair never seen says nothing, which a young memory needs.
    """
    totals = {code: sum(counts.values()) for code, counts in filed.items()}
    overall: Counter[str] = Counter()
    for counts in filed.values():
        overall.update(counts)
    everything, distinct = sum(overall.values()), len(overall)
    lifts: defaultdict[str, list[Weighed]] = defaultdict(list)
    for code, counts in filed.items():
        for gram, count in counts.items():
            here = (count + 0.1) / (totals[code] + 0.1 * distinct)
            anywhere = (overall[gram] + 0.1) / (everything + 0.1 * distinct)
            if here > anywhere:
                lifts[gram].append((code, _MEMORY * math.log(here / anywhere)))
    return {gram: sorted(found, key=_best_first)[:_CLASSES_PER_GRAM] for gram, found in lifts.items()}


def _best_first(weighed: Weighed) -> tuple[float, str]:
    return -weighed[1], weighed[0]


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to do at once, because a case is answered in hours and this is not a matter of hours."""

    kind: str
    numbers: tuple[str, ...]
    zh: str
    en: str


class _Emergency(NamedTuple):
    """What is advised, unless one of some words is there as well. Lower `grave` is graver."""

    grave: int
    not_with: frozenset[str]
    advice: Advice


class _Sign(NamedTuple):
    """A word, perhaps of several parts, that an emergency is known by."""

    parts: frozenset[str]
    of: _Emergency


class _Emergencies(NamedTuple):
    """All of them: their Chinese signs by one of their parts, and what is said of each kind in letters."""

    signs: Mapping[str, Sequence[_Sign]]
    parts: _PartIndex
    phrases: Phrases
    by_kind: Mapping[str, _Emergency]


@lru_cache(maxsize=512)
def emergency_advice(text: str) -> Advice | None:
    """The advice for the gravest emergency these words may mean. It delays nothing: the case is filed too."""
    known = _emergencies()
    present = known.parts.within(text)
    meant = [sign.of for part in present for sign in known.signs.get(part, ()) if sign.parts <= present]
    meant += [known.by_kind[phrase.code] for phrase in known.phrases.within(text)]
    left = [one for one in meant if one.not_with.isdisjoint(present)]
    return min(left, key=lambda one: one.grave).advice if left else None


@cache
def _emergencies() -> _Emergencies:
    """From a table whose first rows are the gravest. What is written in letters is whole words."""
    table = files("core_db.cases").joinpath("data", "emergencies.csv").read_text(encoding="utf-8")
    rows = list(DictReader(table.splitlines()))
    by_kind = {row["kind"]: _emergency(grave, row) for grave, row in enumerate(rows)}
    words = {row["kind"]: row["words"].split(";") for row in rows}
    listed: defaultdict[str, list[_Sign]] = defaultdict(list)
    for kind, said in words.items():
        for parts in (frozenset(word.split("+")) for word in said if not word.isascii()):
            listed[max(parts, key=len)].append(_Sign(parts, by_kind[kind]))
    looked_for = chain.from_iterable(
        sign.parts | sign.of.not_with for sign in chain.from_iterable(listed.values())
    )
    in_letters = {kind: [word for word in said if word.isascii()] for kind, said in words.items()}
    return _Emergencies(dict(listed), _PartIndex(looked_for), Phrases(in_letters), by_kind)


def _emergency(grave: int, row: Mapping[str, str]) -> _Emergency:
    advice = Advice(
        kind=row["kind"], numbers=tuple(row["numbers"].split(";")), zh=row["sentence_zh"], en=row["sentence_en"]
    )  # fmt: skip
    return _Emergency(grave, frozenset(word for word in row["not_words"].split(";") if word), advice)
