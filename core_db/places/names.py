"""How places are called: written alike however they were typed, and sorted as people count.

`１２号`, `12` and `十二号` are one building; 二村 stands before 十村, 1号甲 right behind 1号.
"""

import re
import unicodedata
from functools import lru_cache

_DIGITS = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE_NUMBER = re.compile(r"[〇零一二两三四五六七八九十百千]+")
_NUMBER = re.compile(r"\d+")
_STEMS = {stem: f"{order:02d}" for order, stem in enumerate("甲乙丙丁戊己庚辛壬癸", start=1)}
_BARE = re.compile(r"\d+(?:-\d+)?[甲乙丙丁A-Z]?")
_WHITE = re.compile(r"\s+")


def plain(text: str) -> str:
    """A name without what typing adds: full-width signs, spaces, small letters."""
    return _WHITE.sub("", unicodedata.normalize("NFKC", text)).upper()


def building_name(text: str) -> str:
    """`１２` and `12 号` → `12号`; a name of its own stays."""
    return _with_suffix(plain(text), "号")


def room_name(text: str) -> str:
    """`101` → `101室`."""
    return _with_suffix(plain(text), "室")


@lru_cache(maxsize=8192)
def natural_key(name: str) -> str:
    """A key under which names sort as people count."""
    spelled = _CHINESE_NUMBER.sub(lambda found: str(_value(found.group())), plain(name))
    padded = _NUMBER.sub(lambda found: found.group().zfill(8), spelled)
    return "".join(_STEMS.get(sign, sign) for sign in padded)


def _with_suffix(name: str, suffix: str) -> str:
    return name + suffix if _BARE.fullmatch(name) else name


def _value(number: str) -> int:
    """`十二` → 12, `二〇八` → 208."""
    if not any(sign in _TENS for sign in number):
        return int("".join(str(_DIGITS[sign]) for sign in number))
    total, digit = 0, 0
    for sign in number:
        if sign in _TENS:
            total, digit = total + (digit or 1) * _TENS[sign], 0
        else:
            digit = _DIGITS[sign]
    return total + digit
