"""The first words of what somebody said, as its title."""

from unicodedata import category, east_asian_width

#: Columns of what is said on hover.
WHOLE = 400


def first_words(text: str, room: int) -> str:
    """As much as stands in so many columns, of which a Chinese sign takes two; no word is cut, but a very long one."""
    words = " ".join(text.split())
    if 2 * len(words) <= room:
        return words
    ends = _ends_within(words, room - 1)
    if ends == len(words) or _ends_within(words, room) == len(words):
        return words
    return words[: _before_a_word(words, ends)].rstrip(" ,;:，、；：") + "…"


def whole_of(text: str, room: int) -> str | None:
    """What is said on hover where a title of so many columns is not all: more of it, as a hint may be long as well."""
    longer = first_words(text, WHOLE)
    return longer if longer != first_words(text, room) else None


def _ends_within(words: str, room: int) -> int:
    """How many of the signs have room."""
    for place, sign in enumerate(words):
        room -= _width(sign)
        if room < 0:
            return place
    return len(words)


def _width(sign: str) -> int:
    """What is set on the sign before it, and joins two, takes no room of its own."""
    if category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(sign) in "WF" else 1


def _before_a_word(words: str, ends: int) -> int:
    """Where the word begins that would be cut there; a word longer than half of all is cut all the same."""
    begins = ends
    while begins and _belongs_together(words[begins - 1], words[begins]):
        begins -= 1
    return begins if begins > ends // 2 else ends


def _belongs_together(one: str, next_one: str) -> bool:
    """Two letters of a word; a Chinese sign is one by itself, but for what is set on it."""
    if _width(next_one) == 0 or category(one) == "Cf":
        return True
    return not (one.isspace() or next_one.isspace()) and _width(one) == _width(next_one) == 1
