"""What it says of a table that its rows are about somebody, or about nobody."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from sqlalchemy import ColumnElement, Table

from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import SealedPlace
from core_db.mydata.subject import Subject

Which = Callable[[Table, Subject], ColumnElement[bool]]
PlaceOf = Callable[[Any], SealedPlace]


@dataclass(frozen=True, kw_only=True)
class AboutAPerson:
    """Which rows are about somebody, and of their columns those he is given; the others stay.

    `sealed` are given unsealed. `by_others` hold what somebody else wrote: other people in it are made unreadable.
    `signed` are names of staff, each with the column of whose right it was: he reads who came, and not who had lent it.
    """

    which: Which
    given: tuple[str, ...]
    kept_back: tuple[str, ...] = ()
    sealed: Mapping[str, PlaceOf] = field(default_factory=dict)
    by_others: tuple[str, ...] = ()
    signed: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> frozenset[str]:
        return frozenset((*self.given, *self.kept_back, *self.sealed))


@dataclass(frozen=True, slots=True)
class AboutNobody:
    """Why nobody's rows are to be looked for here."""

    why: str


def by(column: str) -> Which:
    """The rows whose column names his account."""
    return lambda table, subject: table.c[column] == subject.account_id


def by_person(column: str) -> Which:
    return lambda table, subject: table.c[column].in_(subject.person_ids)


def by_case(column: str) -> Which:
    return lambda table, subject: table.c[column].in_(subject.case_ids)
