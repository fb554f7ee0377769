"""What residents say is put where it belongs, often enough to be worth a suggestion.

`sentences.csv` was written before and beside the keywords, which were fitted to it: its figures show that
nothing got worse. `sentences_unseen.csv` was written afterwards and no keyword was ever chosen by it: its
figures are what to expect of a committee that has filed nothing yet. Keep it unseen.
"""

import csv
from collections import Counter, defaultdict
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import update

from core_db.cases.category_table import OTHER, read_categories
from core_db.cases.configured import CATEGORIES
from core_db.cases.reference import forget_reference
from core_db.cases.suggestion import Suggester, _PartIndex, emergency_advice
from core_db.foundation.clock import local_date
from core_db.foundation.grams import grams, plain

HERE = Path(__file__).parent
KEYWORDS = {row.code: row.keywords_zh for row in read_categories() if row.keywords_zh}
SUGGESTER = Suggester(KEYWORDS)
LONG = (
    "楼上邻居家的水管好像爆了，水一直漏到我家厨房和卧室，天花板都鼓起来了，"
    "打物业电话没人接，请尽快派人来看一下，家里有老人小孩"
)

Sentences = list[tuple[str, str]]


def sentences(name: str) -> Sentences:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row["code"]) for row in csv.DictReader(lines)]


def filed(cases: Sentences) -> dict[str, Counter[str]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, code in cases:
        counts[code].update(grams(text))
    return dict(counts)


def hit_rates(suggester: Suggester, cases: Sentences) -> tuple[float, float]:
    suggested = [([one for one, _ in suggester.suggest(text)] or [OTHER], code) for text, code in cases]
    first = sum(codes[0] == code for codes, code in suggested)
    among_three = sum(code in codes for codes, code in suggested)
    return first / len(cases), among_three / len(cases)


def test_what_the_keywords_were_chosen_by_is_still_understood() -> None:
    cases = sentences("sentences.csv")

    first, among_three = hit_rates(SUGGESTER, cases)

    assert len(cases) > 250
    assert first >= 0.95
    assert among_three >= 0.98


def test_what_nobody_chose_keywords_by_is_mostly_understood() -> None:
    cases = sentences("sentences_unseen.csv")

    first, among_three = hit_rates(SUGGESTER, cases)

    assert len(cases) > 90
    assert first >= 0.65
    assert among_three >= 0.85


def test_what_is_not_said_clearly_is_filed_by_nobody_but_the_committee() -> None:
    cases = sentences("sentences_unseen.csv")

    filed_under = [(SUGGESTER.clearly(text), code) for text, code in cases]

    clear = [(found, code) for found, code in filed_under if found is not None]
    assert len(clear) / len(cases) >= 0.85
    assert sum(found == code for found, code in clear) / len(clear) >= 0.74
    for text in ("楼下有人晕倒了，没有呼吸", "5号楼道的门坏了，关不上", "请帮帮忙"):
        assert SUGGESTER.clearly(text) is None


def test_what_was_filed_before_helps() -> None:
    unseen = sentences("sentences_unseen.csv")
    remembering = Suggester(KEYWORDS, filed(sentences("sentences.csv")))

    assert hit_rates(remembering, unseen)[0] > hit_rates(SUGGESTER, unseen)[0]


def test_a_word_that_only_this_committee_uses_is_learnt_from_what_it_filed() -> None:
    text = "黄龙又趴窝了"

    before = SUGGESTER.suggest(text)
    after = Suggester(KEYWORDS, filed([("黄龙趴窝，一早就没动过", "0202")] * 5)).suggest(text)

    assert "0202" not in dict(before)
    assert after[0][0] == "0202"


def test_all_parts_of_a_keyword_must_appear_in_any_order() -> None:
    suggester = Suggester({"0201": ["电梯+困"], "0202": ["电梯"]})

    assert suggester.suggest("有人困在电梯里")[0][0] == "0201"
    assert suggester.suggest("电梯慢")[0][0] == "0202"


def test_a_keyword_that_many_share_counts_less() -> None:
    suggester = Suggester({"0601": ["车辆"], "0602": ["车辆", "单车"], "0603": ["车辆"]})

    assert suggester.suggest("车辆单车")[0][0] == "0602"


def test_the_same_words_always_get_the_same_answer() -> None:
    turned_round = Suggester(dict(reversed(KEYWORDS.items())))

    assert [SUGGESTER.suggest(LONG) for _ in range(3)] == [turned_round.suggest(LONG)] * 3


@pytest.mark.parametrize("text", ["", "，。！", "hello", "🙂"])
def test_nothing_is_suggested_for_words_that_say_nothing(text: str) -> None:
    assert SUGGESTER.suggest(text) == []


def test_as_many_are_suggested_as_were_asked_for() -> None:
    assert len(SUGGESTER.suggest(LONG, limit=5)) == 5
    assert SUGGESTER.suggest(LONG, limit=5)[:3] == SUGGESTER.suggest(LONG)


def test_full_width_and_capital_letters_mean_the_same() -> None:
    assert SUGGESTER.suggest("楼下ＫＴＶ") == SUGGESTER.suggest("楼下ktv")


def test_a_suggestion_does_not_keep_anybody_waiting() -> None:
    remembering = Suggester(KEYWORDS, filed(sentences("sentences.csv")))

    def seconds() -> float:
        start = perf_counter()
        remembering.suggest(LONG)
        return perf_counter() - start

    # The best of many, because others share the machine; 0.3 ms is promised, a slow machine gets some grace.
    assert min(seconds() for _ in range(300)) < 0.001


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("楼道里有很重的煤气味", "gas", "962777"),
        ("三楼着火了", "fire", "119"),
        ("有人困在电梯里", "trapped", "119"),
        ("老伯昏倒在楼下", "medical", "120"),
        ("他说不想活了", "self_harm", "110"),
        ("我老公打我", "violence", "110"),
        ("有人抢劫", "crime", "110"),
        ("独居的阿婆几天没下楼了", "missing", "110"),
        ("水管爆了", "burst", "962740"),
        ("Smell of gas in the stairwell", "gas", "962777"),
    ],
)
def test_an_emergency_gets_the_number_to_call_in_both_languages(text: str, kind: str, number: str) -> None:
    advice = emergency_advice(text)

    assert advice is not None
    assert advice.kind == kind
    assert number in advice.numbers
    assert number in advice.zh
    assert number in advice.en


@pytest.mark.parametrize(
    "text", ["", "燃气费怎么交", "小区什么时候办消防演练，模拟着火", "路灯不亮", "反诈宣传讲座里说的诈骗"]
)
def test_what_is_no_emergency_gets_no_advice(text: str) -> None:
    assert emergency_advice(text) is None


def test_the_gravest_emergency_is_named_first() -> None:
    advice = emergency_advice("煤气泄漏，水管爆了")

    assert advice is not None
    assert advice.kind == "gas"


#: Words with and without two Chinese characters in a row, and texts in which their pieces meet by chance.
_PIECES = st.text("楼道灯不亮老人Ｗifi 3号é電", max_size=14)


@for_all(parts=st.sets(_PIECES.map(plain).filter(bool), max_size=12), text=_PIECES)
def test_a_word_is_found_wherever_it_stands_and_nowhere_else(parts, text):
    index = _PartIndex(parts)

    assert index.within(text) == {part for part in parts if part in plain(text)}


def test_nothing_is_filed_by_its_words_under_a_category_that_has_ended(given, door, clock):
    aunt, words = given.resident(), "楼道灯不亮，老人上下楼不安全"
    before = given.a_case(by=aunt, text=words).case.category_code
    ended = update(CATEGORIES).where(CATEGORIES.c.code == before).values(valid_to=local_date(clock.now()))
    door.write_now(lambda session: session.execute(ended))
    forget_reference()

    after = given.a_case(by=aunt, text=words).case.category_code

    assert before != OTHER
    assert after != before


def test_what_everybody_says_of_anything_teaches_nothing() -> None:
    remembering = Suggester(KEYWORDS, filed([("不开脚本也能提交的一件事，水管漏了", "0802")] * 3))

    for text in ("今天想问一件事", "我想说一件小事", "后退再送一次的一件事", "巡查看到的一件事"):
        assert "0802" not in dict(remembering.suggest(text))
        assert remembering.clearly(text) is None


def test_nothing_hurries_for_what_was_filed_before_alone() -> None:
    habit = filed([("黄龙趴窝，一早就没动过", "0802")] * 5)
    remembering = Suggester(KEYWORDS, habit, grave=frozenset({"0802"}))

    assert remembering.suggest("黄龙又趴窝了")[0][0] == "0802"
    assert remembering.clearly("黄龙又趴窝了") is None
    assert remembering.clearly("水管爆裂了，黄龙又趴窝了") == "0802"
