"""How a name is read: in pinyin without tones, the surname as surnames are read, and its initials.

`单小明` is `shan xiao ming` and `sxm`. The library knows single characters; what is read otherwise as a surname stands
here (现代汉语词典, 第7版; 通用规范汉字表). It is loaded when the first name is written, not when the program starts,
and without its phrases: forty megabytes of words that no name is.
"""

import os
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

#: Surnames whose character is read otherwise elsewhere.
SURNAMES = {
    "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "曾": "zeng", "朴": "piao", "盖": "ge",
    "种": "chong", "员": "yun", "乜": "nie", "缪": "miao", "洗": "xian", "召": "shao", "覃": "qin",
    "黑": "he", "祭": "zhai", "折": "she", "翟": "zhai", "隗": "wei", "乐": "yue", "繁": "po", "秘": "bi",
    "薄": "bo", "都": "du", "句": "gou", "么": "yao", "能": "nai", "粘": "nian", "佴": "nai", "卜": "bu",
    "藏": "zang", "重": "chong", "牟": "mu",
}  # fmt: skip
#: Surnames of two characters that are read otherwise than each of them.
DOUBLE_SURNAMES = {
    "尉迟": ("yu", "chi"),
    "万俟": ("mo", "qi"),
    "澹台": ("tan", "tai"),
    "乐正": ("yue", "zheng"),
    "子车": ("zi", "ju"),
    "纥奚": ("he", "xi"),
}
_WORDS = re.compile(r"[a-z]+")
#: Behind all letters and signs of other writings.
_FIRST_CHARACTER = "\u2e7f"


@lru_cache(maxsize=4096)
def readings_of(name: str) -> tuple[str, str]:
    """A name in pinyin, its syllables apart, and their first letters; both empty where there is nothing to read."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    syllables: list[str] = []
    if len(plain) > 2 and plain[:2] in DOUBLE_SURNAMES:
        syllables, plain = [*DOUBLE_SURNAMES[plain[:2]]], plain[2:]
    elif plain[:1] in SURNAMES:
        syllables, plain = [SURNAMES[plain[0]]], plain[1:]
    # Without phrases each character is read for itself, and a register has few that differ.
    pieces = plain if plain and min(plain) > _FIRST_CHARACTER else [plain]
    for piece in pieces:
        syllables += _read_aloud(piece)
    return " ".join(syllables), "".join(one[0] for one in syllables)


@lru_cache(maxsize=8192)
def _read_aloud(text: str) -> tuple[str, ...]:
    read = _library().lazy_pinyin(text, errors=_as_it_is, v_to_u=False) if text else ()
    return tuple(word for one in read for word in _WORDS.findall(letters_of(one)))


def letters_of(typed: str) -> str:
    """Letters as they stand in the index: small, without accents, `ü` as `v`."""
    spelled = unicodedata.normalize("NFKC", typed).lower().replace("ü", "v").replace("u:", "v")
    return "".join(sign for sign in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(sign))


def name_columns(name: str) -> dict[str, Any]:
    """What a person's row says of his name."""
    return {"name": name, **found_by_name(name)}


def found_by_name(name: str) -> dict[str, Any]:
    """What a name is looked for by, beside itself: how it is read, and what is left where somebody leaves signs out."""
    pinyin, initials = readings_of(name)
    return {
        "name_pinyin": pinyin, "name_initials": initials, "name_second": name[1:] or None,
        "name_third": name[2:] or None, "name_rest": name[3:] or None, "initials_second": initials[1:] or None,
        "initials_third": initials[2:] or None,
    }  # fmt: skip


def _as_it_is(others: str) -> list[str]:
    return [others]


@cache
def _library() -> Any:
    # Asked by the library when it is loaded.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    import pypinyin

    return pypinyin
