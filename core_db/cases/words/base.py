"""A word in both languages, and a sentence with a number in it."""

import re
from typing import NamedTuple

#: `[neighbour|neighbours]`: one, several. Chinese needs no such choice.
_ONE_OR_MANY = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


class Words(NamedTuple):
    zh: str
    en: str

    def within(self, language: str) -> str:
        return self.en if language.lower().startswith("en") else self.zh


def numbered(sentence: str, n: int | str) -> str:
    """`{n} [neighbour|neighbours]` → `1 neighbour`, `2 neighbours`."""
    fitting = r"\1" if str(n) == "1" else r"\2"
    return _ONE_OR_MANY.sub(fitting, sentence).replace("{n}", str(n))
