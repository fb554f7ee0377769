"""Everything about one person, table by table, as it is given to him: nobody else is in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import repeat
from typing import Any

from sqlalchemy import ColumnElement, Table, false, select, true
from sqlmodel import Session, SQLModel

from core_db.access import read_sealed
from core_db.cases.model import CASES, PHOTOS
from core_db.cases.words import ByRole, in_words
from core_db.feedback.model import FEEDBACK
from core_db.foundation.actor import Actor, own_name
from core_db.foundation.clock import Clock
from core_db.foundation.fields import FieldClass
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import SealBroken, SealedPlace
from core_db.mydata.about import AboutAPerson
from core_db.mydata.declared import ABOUT
from core_db.mydata.others import PLACES, Others, others_than
from core_db.mydata.subject import Subject
from core_db.mydata.told import by_question, said_in_a_table
from core_db.tags.model import DEFINITIONS

Given = dict[str, Any]
Found = Mapping[str, list[Given]]
#: Why the sealed values of a copy were read, in the record.
PURPOSE = "own-copy"
#: In place of a value that nobody can read any more.
DOES_NOT_OPEN = "（这一项打不开，请告诉居委会 / does not open; please tell the committee）"
#: Ids that are given as what they stand for.
_PLACES = ("community_id", "home_id", "place_id")
#: Where a row says which tag it is.
_TAG = ("definition_id", "tag")
_RESIDENTS = (ByRole.REQUESTER, ByRole.PROXY, ByRole.NEIGHBOUR)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is given, and what of it is still sealed: name, value, place, and whose it is."""

    given: Given
    sealed: tuple[tuple[str, bytes, SealedPlace, str], ...]
    #: Makes other people unreadable in what somebody else wrote and sealed.
    hide: Callable[[str], str]


Gathered = Mapping[str, list[Row]]


def gathered_about(session: Session, subject: Subject) -> Gathered:
    """The rows of every table that are about him, without what is sealed. Only reads, however much it is."""
    others = others_than(session, subject)
    found: dict[str, list[Row]] = {}
    for name, about in ABOUT.items():
        table = SQLModel.metadata.tables[name]
        rows = session.execute(_in_order(table, about, subject)).all()
        more = by_question(session, rows) if name == "visits" else repeat({})
        found[name] = [
            Row(
                _given(row, name, about, subject, others) | added,
                _sealed(row, name, about, subject),
                others.hidden_in,
            )
            for row, added in zip(rows, more, strict=False)
        ]
    return _with_names(session, found)


def unsealed(session: Session, gathered: Gathered, *, reference: str, actor: Actor, clock: Clock) -> Found:
    """The same with what was sealed in the clear; each value opened is recorded as read."""
    reading = partial(
        read_sealed,
        session,
        purpose=PURPOSE,
        reference=reference,
        actor=actor,
        clock=clock,
        right=None,
    )
    found: dict[str, list[Given]] = {
        name: [row.given | dict(_in_the_clear(name, row, reading)) for row in rows]
        for name, rows in gathered.items()
    }
    return found | {
        "tag_assignments": _tags_by_name(session, found.get("tag_assignments", [])),
        "register_sheet_rows": [row | said_in_a_table(row) for row in found.get("register_sheet_rows", [])],
    }


def _in_the_clear(name: str, row: Row, reading: Callable[..., str]) -> Iterator[tuple[str, str]]:
    """What was sealed in a row. A value that does not open is said to; all the others are his none the less."""
    for column, sealed, place, subject_id in row.sealed:
        try:
            yield (
                column,
                _hide_others(name, column, row)(
                    reading(sealed, place, field_class=class_of(place), subject_id=subject_id)
                ),
            )
        except SealBroken:
            yield column, DOES_NOT_OPEN


def class_of(place: SealedPlace) -> FieldClass:
    """How sensitive what is sealed there is, as its column says."""
    held: FieldClass = SQLModel.metadata.tables[place.table].c[place.column].info["field_class"]
    return held


def _tags_by_name(session: Session, rows: list[Given]) -> list[Given]:
    """Tags as the dictionary calls them, whether or not they were sealed."""
    names = _looked_up(session, DEFINITIONS.c.id, DEFINITIONS.c.name, {_tag_of(row) for row in rows})
    return [
        {"tag": names.get(_tag_of(row), "")} | {n: v for n, v in row.items() if n not in _TAG} for row in rows
    ]


def _tag_of(row: Given) -> Any:
    return next((row[name] for name in _TAG if row.get(name)), "")


def _hide_others(name: str, column: str, row: Row) -> Callable[[str], str]:
    return row.hide if f"{column}_sealed" in ABOUT[name].by_others else str


def _in_order(table: Table, about: AboutAPerson, subject: Subject) -> Any:
    rows = select(table).where(about.which(table, subject)).order_by(*table.primary_key.columns)
    return rows.where(_not_withheld(table, subject)) if subject.is_for_guardian else rows


def _not_withheld(table: Table, subject: Subject) -> ColumnElement[bool]:
    """What a guardian may have of it: nothing by which a case of the child's, or that there is one, could be known."""
    if table.name == FEEDBACK.name:
        return false()
    if table.name == PHOTOS.name:
        return table.c.case_id.is_not(None) & table.c.case_id.not_in(subject.withheld_ids)
    if "case_id" in table.c:
        return table.c.case_id.is_(None) | table.c.case_id.not_in(subject.withheld_ids)
    if "reference" in table.c:
        # For which case somebody looked the child up.
        of_these = [f"case/{one}" for one in subject.withheld_ids]
        return table.c.reference.is_(None) | table.c.reference.not_in(of_these)
    return true()


def _given(row: Any, name: str, about: AboutAPerson, subject: Subject, others: Others) -> Given:
    given = {column: getattr(row, column) for column in about.given}
    for column in set(about.by_others) & set(given):
        given[column] = others.hidden_in(given[column]) if given[column] else given[column]
    given |= {column: own_name(given[column], getattr(row, lent)) for column, lent in about.signed.items()}
    return _entry(row, given, subject, others) if name == "case_entries" else given


def _entry(row: Any, given: Given, subject: Subject, others: Others) -> Given:
    """His own words as he wrote them; staff by office alone; of another resident nothing but that he said something."""
    if row.by_id == subject.account_id:
        return given
    text = None if row.by_role in _RESIDENTS or not row.text else others.hidden_in(in_words(row.text, "zh"))
    return given | {"by_name": "", "text": text}


def _sealed(
    row: Any, name: str, about: AboutAPerson, subject: Subject
) -> tuple[tuple[str, bytes, SealedPlace, str], ...]:
    """What of a row is sealed, under the column's name without its ending."""
    whose = row.id if name == "persons" else subject.account_id
    return tuple(
        (column.removesuffix("_sealed"), sealed, place_of(row), whose)
        for column, place_of in about.sealed.items()
        if (sealed := getattr(row, column)) is not None
    )


def _with_names(session: Session, found: dict[str, list[Row]]) -> Gathered:
    """Cases by their number and places by what people call them, instead of ids."""
    rows = [row.given for table in found.values() for row in table]
    numbers = _looked_up(session, CASES.c.id, CASES.c.number, {row.get("case_id") for row in rows})
    wanted = {row.get(column) for row in rows for column in _PLACES}
    labels = _looked_up(session, PLACES.c.id, PLACES.c.label, wanted)
    return {
        name: [replace(row, given=_named(row.given, numbers, labels)) for row in table]
        for name, table in found.items()
    }


def _looked_up(session: Session, key: Any, value: Any, wanted: set[Any]) -> dict[str, str]:
    rows = session.execute(select(key, value).where(key.in_([one for one in wanted if one])))
    return {row[0]: row[1] for row in rows}


def _named(row: Given, numbers: Mapping[str, str], labels: Mapping[str, str]) -> Given:
    said: Given = {}
    for column, value in row.items():
        if column == "case_id":
            said["case"] = numbers.get(value, "")
        elif column in _PLACES:
            said[column.removesuffix("_id")] = labels.get(value, "")
        else:
            said[column] = value
    return said
