"""What the platform itself says in a case: in its own name, in the language of whoever reads, and true."""

import pytest

from core_db.cases import Verb, case_timeline
from core_db.cases.words import PLATFORM_WORDS, PlatformWord, in_words, platform_says


def test_each_sentence_is_told_whole_in_both_languages():
    for word in PlatformWord:
        blanks = ["一", "道 路{}"][-PLATFORM_WORDS[word].zh.count("{}") :]
        for language in ("zh", "en"):
            told = in_words(platform_says(word, *blanks), language)
            assert not told.startswith("platform:")
            assert all(one in told for one in blanks if "{}" in PLATFORM_WORDS[word].zh)


@pytest.mark.parametrize(
    "said", ["platform:", "platform:等一下", "platform:returned_again", "请看 platform:old_end"]
)
def test_what_people_wrote_stays_as_they_wrote_it(said):
    assert in_words(said, "zh") == said


def test_the_platform_itself_asks_the_town_to_rule_and_counts_the_returns(a_walk, given):
    walk, town = a_walk().to("returned"), given.town_dispatcher()

    def asked(language):
        told = given.see(case_timeline, walk.id, by=walk.resident, lang=language)
        return [one for one in told if one["type"] == "escalated"]

    def returned_once_more():
        walk.try_(Verb.DISPATCH, walk.worker)
        walk.try_(Verb.RETURN, walk.contractor)

    assert asked("zh") == []
    returned_once_more()
    (second,) = asked("zh")
    assert (second["by"], second["sentence"], second["text"]) == (
        {"role": "system"}, "已报上级帮助协调。", "第 2 次退单，请街镇裁定。",
    )  # fmt: skip
    assert asked("en")[0]["text"] == "Returned 2 times; the town is asked to rule."
    # The town upholds it, and the units to come have their own two tries.
    walk.try_(Verb.RETURN, town)
    returned_once_more()
    assert len(asked("zh")) == 1
    returned_once_more()
    assert [one["text"] for one in asked("zh")] == ["第 2 次退单，请街镇裁定。"] * 2
