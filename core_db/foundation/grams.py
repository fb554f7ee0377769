"""Words for the search index: pairs of Chinese characters, and whole words of letters and digits.

Tokens hold nothing but 0-9, a-z and Han characters, so they can stand in a query without quoting.
"""

import re
from functools import lru_cache
from itertools import pairwise
from operator import add
from unicodedata import normalize

_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134a"
_RUN = re.compile(rf"[{_HAN}]+|[0-9a-z]+")
_ACCENT = re.compile(r"[\u0300-\u036f]")


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """The text in one spelling: small letters of one width, without accents."""
    if text.isascii():
        return text.lower()
    # Decomposed and lowered twice over, because either step can produce what the other removes.
    return _ACCENT.sub("", normalize("NFKD", normalize("NFKD", text).lower()))


def runs(text: str) -> list[str]:
    """The stretches of text without a break: of Han characters, or of lower-case letters and digits."""
    return _RUN.findall(plain(text))


@lru_cache(maxsize=512)
def grams(text: str) -> tuple[str, ...]:
    """What a text is found by, in order and with repeats.

    The last character of a Han run stands alone too: with it every single character begins some token,
    and a search for one character is a search for a beginning.
    """
    tokens: list[str] = []
    for run in runs(text):
        if run.isascii():
            tokens.append(run)
        else:
            tokens.extend(map(add, run, run[1:]))
            tokens.append(run[-1])
    return tuple(tokens)


def query_grams(words: str) -> list[str]:
    """What to look for, all of it; a token that ends in `*` is a beginning.

    Letters and digits are beginnings, because people stop typing in the middle of a word.
    """
    wanted: list[str] = []
    for run in runs(words):
        if run.isascii() or len(run) == 1:
            wanted.append(f"{run}*")
        else:
            wanted.extend(map("".join, pairwise(run)))
    return list(dict.fromkeys(wanted))


def fts5_query(words: str) -> str:
    """The same for SQLite's MATCH; empty when nothing is left to look for."""
    return " ".join(query_grams(words))


def tsquery(words: str) -> str:
    """The same for PostgreSQL, as text to cast to `tsquery`."""
    return " & ".join(gram.replace("*", ":*") for gram in query_grams(words))
