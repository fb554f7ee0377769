"""Words whose members are found as any other attribute of a class is."""

from enum import StrEnum
from typing import TypeVar

W = TypeVar("W", bound=StrEnum)


def at_hand(words: type[W]) -> type[W]:
    """The same words, for those that are named at every request.

    Up to Python 3.11 `Words.MEMBER` is looked for in vain first, with a refusal that is worded and thrown away, which
    costs ten times as much as an attribute; from 3.12 on a class holds its members as these do.
    """
    for name, member in words.__members__.items():
        type.__setattr__(words, name, member)
    return words
