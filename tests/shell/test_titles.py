"""The first words of what was said: as wide as there is room, and no word is cut in two."""

import pytest

from app_shell.titles import first_words, whole_of

LAMP = "The light in the stairwell of building 3 has been out for two weeks and nobody came"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("楼道灯  不亮\n了", "楼道灯 不亮 了"),
        ("楼道灯坏了两个星期了", "楼道灯坏了两个星期了"),
        ("楼道灯坏了两个星期了啊", "楼道灯坏了两个星期…"),
        ("a lamp is broken now", "a lamp is broken now"),
        ("a lamp is broken since May", "a lamp is broken…"),
        ("a lamp is broken, since May", "a lamp is broken…"),
        ("电梯 lift stopped at five", "电梯 lift stopped…"),
        ("电梯停在 five 楼不动了请来", "电梯停在 five 楼不…"),
        ("supercalifragilisticexpialidocious", "supercalifragilisti…"),
        ("看 supercalifragilisticexpialidocious", "看 supercalifragili…"),
        ("", ""),
    ],
)
def test_a_title_ends_where_a_word_ends_within_its_room(said, title):
    assert first_words(said, 20) == title


def test_an_english_title_is_as_wide_as_a_chinese_one():
    assert first_words(LAMP, 40) == "The light in the stairwell of building…"
    assert first_words("灯" * 30, 40) == "灯" * 19 + "…"


def test_what_is_set_on_a_sign_stays_with_it():
    family = "👩\u200d👩\u200d👧"

    assert first_words("e\u0301" * 30, 20) == "e\u0301" * 19 + "…"
    assert first_words("门" * 7 + family + "来了" * 9, 20) == "门" * 7 + "…"


def test_all_of_it_is_said_on_hover_where_the_title_is_not_all():
    assert whole_of("楼道灯不亮", 20) is None
    assert whole_of(LAMP, 40) == LAMP
    assert len(whole_of("灯" * 3000, 40) or "") == 200
