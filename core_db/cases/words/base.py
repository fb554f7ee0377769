"""A word in both languages, and a sentence with a number in it."""

import re
from datetime import date
from typing import NamedTuple

#: `[neighbour|neighbours]`: one, several. Chinese needs no such choice.
_ONE_OR_MANY = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Words(NamedTuple):
    zh: str
    en: str

    def within(self, language: str) -> str:
        return self.en if language.lower().startswith("en") else self.zh


def numbered(sentence: str, n: int | str) -> str:
    """`{n} [neighbour|neighbours]` → `1 neighbour`, `2 neighbours`."""
    fitting = r"\1" if str(n) == "1" else r"\2"
    return _ONE_OR_MANY.sub(fitting, sentence).replace("{n}", str(n))


def day_words(day: date, language: str) -> str:
    """2027年3月1日; 1 Mar 2027."""
    if language.lower().startswith("en"):
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"
