"""Which changes of a register still stand: those that were not taken back, or whose taking back was itself.

What is taken back has left no trace in the register, so the change before it can be taken back next: a split, then its
joining again, then the split. Lines of one thing are a pile, and only what lies on top is lifted.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.people.model import CHANGES


def standing(lines: Sequence[Any]) -> list[str]:
    """The ids of those that stand, of the lines of one thing, the newest first. Taking back is no change of its own."""
    void: set[str] = set()
    found = []
    for one in lines:
        if one.id in void:
            continue
        if one.undoes_id is not None:
            void.add(one.undoes_id)
        else:
            found.append(one.id)
    return found


def may_be_lifted(session: Session, change: Any) -> bool:
    """Is it the newest line of what it changed, or the newest that stands?"""
    lines = lines_of(session, change)
    return change.id in (*(one.id for one in lines[:1]), *standing(lines)[:1])


def lines_of(session: Session, change: Any) -> Sequence[Any]:
    """All lines of the field that a change is of, the newest first: of a household and a time in a home, whoever's."""
    if change.of_id is None:
        whose = (CHANGES.c.person_id == change.person_id) & CHANGES.c.of_id.is_(None)
    else:
        whose = CHANGES.c.of_id == change.of_id
    return _lines(session, whose, change.field, change.community_id)


def changed_since(session: Session, of_id: str, field: str, change: Any) -> bool:
    """Has a field of a household or of a time in a home been changed after a change, by something else that stands?"""
    lines = _lines(session, CHANGES.c.of_id == of_id, field, change.community_id)
    batches = {one.id: one.batch_id for one in lines}
    return any(one > change.id and batches[one] != change.batch_id for one in standing(lines))


def _lines(session: Session, whose: ColumnElement[bool], field: str, community_id: str) -> Sequence[Any]:
    of = CHANGES.c.field == field, CHANGES.c.community_id == community_id
    columns = (CHANGES.c.id, CHANGES.c.undoes_id, CHANGES.c.batch_id)
    return session.execute(select(*columns).where(*of, whose).order_by(CHANGES.c.id.desc())).all()
