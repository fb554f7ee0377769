"""A word in both languages."""

from typing import NamedTuple


class Words(NamedTuple):
    zh: str
    en: str

    def within(self, language: str) -> str:
        return self.en if language.lower().startswith("en") else self.zh
