"""人户状态: whether somebody's hukou and life are in a neighbourhood, and the code sets that other systems write it in.

The status is worked out, never kept: it depends on the neighbourhood that asks, and changes with every move. 流动人口
and 境外 are types of population, not statuses.
"""

from collections.abc import Mapping
from enum import StrEnum


class ResidenceStatus(StrEnum):
    """Of a person in a neighbourhood."""

    BOTH_HERE = "both_here"
    LIVES_HERE_ONLY = "lives_here_only"
    HUKOU_HERE_ONLY = "hukou_here_only"
    UNKNOWN = "unknown"


RESIDENCE_STATUS_WORDS: Mapping[ResidenceStatus, tuple[str, str]] = {
    ResidenceStatus.BOTH_HERE: ("人户一致", "lives here, hukou here"),
    ResidenceStatus.LIVES_HERE_ONLY: ("人在户不在", "lives here, hukou elsewhere"),
    ResidenceStatus.HUKOU_HERE_ONLY: ("户在人不在", "hukou here, lives elsewhere"),
    ResidenceStatus.UNKNOWN: ("还不知道", "not known yet"),
}


class CodeSet(StrEnum):
    """Who writes the status how."""

    #: Ledgers of 2014: 1 人户一致, 2 人在户不在, 3 户在人不在.
    A = "A"
    #: The same figures for 人在户在, worked out from two divisions against one's own.
    A_PRIME = "A'"
    #: 0 未知, 1 人户一致, 2 人在户不在, 3 流动人口.
    B = "B"
    #: 0 人在户不在, 1 户在人不在, 999 误报.
    C = "C"
    #: After GB/T 31000-2015: 01 一致, 02 不一致.
    D = "D"
    #: Public security: RY00931 人在户不在, RY00932 户在人不在.
    E = "E"


_BOTH, _LIVES, _HUKOU, _UNKNOWN = ResidenceStatus
#: What a code says. 02 of D says that they differ and not how; 3 of B is a kind of people who live here; 999 of C was
#: a mistake and says nothing.
MEANS: Mapping[CodeSet, Mapping[str, ResidenceStatus]] = {
    CodeSet.A: {"1": _BOTH, "2": _LIVES, "3": _HUKOU},
    CodeSet.A_PRIME: {"1": _BOTH, "2": _LIVES, "3": _HUKOU},
    CodeSet.B: {"0": _UNKNOWN, "1": _BOTH, "2": _LIVES, "3": _LIVES},
    CodeSet.C: {"0": _LIVES, "1": _HUKOU, "999": _UNKNOWN},
    CodeSet.D: {"01": _BOTH, "02": _UNKNOWN},
    CodeSet.E: {"RY00931": _LIVES, "RY00932": _HUKOU},
}
#: How a status is written. What a set has no code for is not in it: nothing is written rather than something wrong.
WRITTEN: Mapping[CodeSet, Mapping[ResidenceStatus, str]] = {
    CodeSet.A: {_BOTH: "1", _LIVES: "2", _HUKOU: "3"},
    CodeSet.A_PRIME: {_BOTH: "1", _LIVES: "2", _HUKOU: "3"},
    CodeSet.B: {_UNKNOWN: "0", _BOTH: "1", _LIVES: "2"},
    CodeSet.C: {_LIVES: "0", _HUKOU: "1"},
    CodeSet.D: {_BOTH: "01", _LIVES: "02", _HUKOU: "02"},
    CodeSet.E: {_LIVES: "RY00931", _HUKOU: "RY00932"},
}


def status_from(code_set: CodeSet, code: str) -> ResidenceStatus | None:
    """What a code of a set says; None for one that the set does not have."""
    return MEANS[code_set].get(code.strip().upper())


def code_of(code_set: CodeSet, status: ResidenceStatus) -> str | None:
    """How a set writes a status; None where it has no code for it."""
    return WRITTEN[code_set].get(status)


#: How people write the status in words.
_SAID = {pair[0]: status for status, pair in RESIDENCE_STATUS_WORDS.items()} | {
    "一致": ResidenceStatus.BOTH_HERE, "人在户在": ResidenceStatus.BOTH_HERE, "未知": ResidenceStatus.UNKNOWN,
    "流动人口": ResidenceStatus.LIVES_HERE_ONLY,
}  # fmt: skip


def status_said(said: str, code_set: CodeSet | None) -> ResidenceStatus | None:
    """What a cell says: the status in words, or its code in the set that was chosen; None for neither."""
    if (status := _SAID.get(said)) is not None:
        return status
    return status_from(code_set, said) if code_set is not None else None
