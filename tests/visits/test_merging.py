"""What two people said of one visit, each without a network: in whatever order it comes, nothing is lost."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from core_db.foundation.unsealed import Unsealed
from core_db.visits.merging import Said, Verdict, merge

FIELDS = ("text", "result", "tick.hazard", "next_on")
VALUES = st.sampled_from(["", "一", "二", "三"])
#: What one editor sends when he is back: letters, each a few fields said anew. He saw the visit once, before.
LETTERS = st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3), max_size=3)
START = {"text": "原来的话", "result": "met"}


class Kept:
    """A visit as the server keeps it: the words that stood in each field, and those that differ."""

    def __init__(self, start):
        self.chains = {field: [Said(Unsealed(value), "who began")] for field, value in start.items()}
        self.differing = []
        self.seen = {field: len(chain) for field, chain in self.chains.items()}

    def take(self, letter, by):
        for field, value in letter.items():
            chain, word = self.chains.setdefault(field, []), Said(Unsealed(value), by)
            verdict = merge(chain, word, seen=self.seen.get(field, 0))
            if verdict is Verdict.TAKEN:
                chain.append(word)
            elif verdict is Verdict.DIFFERS:
                self.differing.append((field, value))

    def standing(self):
        return {
            field: _clear(chain[-1]) for field, chain in self.chains.items() if chain and _clear(chain[-1])
        }

    def everything(self):
        said = {(field, _clear(word)) for field, chain in self.chains.items() for word in chain}
        return said | set(self.differing)


def _clear(word):
    return word.value.in_the_clear()


def interleaved(turns, first, second):
    """The letters of two editors in one order; each editor's own stay in his."""
    waiting = {"first": list(first), "second": list(second)}
    for turn in [*turns, *["first"] * len(first), *["second"] * len(second)]:
        if waiting[turn]:
            yield turn, waiting[turn].pop(0)


def synced(turns, first, second):
    kept = Kept(START)
    for by, letter in interleaved(turns, first, second):
        kept.take(letter, by)
    return kept


def touched(letters):
    """The fields that somebody says anything new of."""
    return {field for letter in letters for field, value in letter.items() if value != START.get(field, "")}


TURNS = st.lists(st.sampled_from(["first", "second"]), max_size=6)


@settings(max_examples=300, deadline=None)
@given(LETTERS, LETTERS, TURNS, TURNS)
def test_where_they_changed_different_fields_every_order_ends_in_the_same_visit(first, second, one, other):
    apart = touched(first)
    second = [{field: value for field, value in letter.items() if field not in apart} for letter in second]

    assert synced(one, first, second).standing() == synced(other, first, second).standing()
    assert synced(one, first, second).differing == []


@settings(max_examples=300, deadline=None)
@given(LETTERS, LETTERS, TURNS)
def test_no_word_that_was_typed_is_lost_in_any_order(first, second, turns):
    kept = synced(turns, first, second)

    typed = {(f, v) for letter in [*first, *second] for f, v in letter.items() if v and v != START.get(f, "")}
    assert typed <= kept.everything()


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), VALUES), st.dictionaries(st.sampled_from(FIELDS), VALUES))
def test_where_they_differ_both_words_stand_whoever_comes_first(first, second):
    def words(kept):
        found = defaultdict(set)
        for field, value in [*kept.standing().items(), *kept.differing]:
            found[field].add(value)
        return {field: values - {""} for field, values in found.items() if values - {""}}

    forth, back = (
        synced(["first", "second"], [first], [second]),
        synced(["second", "first"], [first], [second]),
    )

    assert words(forth) == words(back)
    assert {field for field, _value in forth.differing} == {field for field, _value in back.differing}
