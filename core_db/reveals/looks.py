"""Looks put together: the access events of one act as one, with office, case, reason, question and deferral."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.cases.model import CASES
from core_db.foundation.lean import dataclass
from core_db.places.model import PLACES
from core_db.reveals.model import EVENTS, QUESTIONS, REASONS

#: More events than one moment of one reader ever has.
AT_ONCE = 1_000


class Act(NamedTuple):
    """One act of reading in full, as its access events tell it."""

    seqs: tuple[int, ...]
    at: datetime
    actor_id: str
    role: str
    acted_for: str | None
    subject_id: str
    purpose: str
    reference: str
    office_id: str | None
    fields: tuple[str, ...]

    @property
    def seq(self) -> int:
        """The number the look goes by: that of its first event."""
        return self.seqs[0]

    @property
    def case_id(self) -> str | None:
        return self.reference.removeprefix("case/") if self.reference.startswith("case/") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is kept beside looks, by the number each look goes by or by its case or office."""

    reasons: dict[int, str]
    questions: dict[int, Any]
    cases: dict[str, Any]
    offices: dict[str, str]


def acts(session: Session, *which: ColumnElement[bool], most: int) -> list[Act]:
    """The newest acts of which `which` holds, the newest first, made of at most `most` events."""
    rows = session.execute(select(EVENTS).where(*which).order_by(EVENTS.c.seq.desc()).limit(most)).all()
    found = [_act(group) for group in _together(rows)]
    # Where the reading stopped, half an act may be missing: it goes by the number of its first event or not at all.
    return found[:-1] if len(rows) == most and len(found) > 1 else found


def act_of(session: Session, seq: int) -> Act | None:
    """The act that the event of this number belongs to, whichever of its events it is."""
    event = session.execute(select(EVENTS).where(EVENTS.c.seq == seq)).first()
    if event is None:
        return None
    same = (
        EVENTS.c.subject_id == event.subject_id,
        EVENTS.c.actor_id == event.actor_id,
        EVENTS.c.at == event.at,
    )
    found = acts(session, *same, EVENTS.c.reference == event.reference, most=AT_ONCE)
    return next((act for act in found if seq in act.seqs), None)


def _together(rows: Sequence[Any]) -> list[list[Any]]:
    """Events that share moment, reader, subject and reference are one act; the same field again is another."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    found: list[list[Any]] = []
    for row in rows:
        same = (row.at, row.actor_id, row.subject_id, row.purpose, row.reference)
        group = groups.get(same)
        if group is None or any(row.field == one.field for one in group):
            group = groups[same] = []
            found.append(group)
        group.append(row)
    return found


def beside(session: Session, found: Sequence[Act], *, cases: ColumnElement[bool]) -> Beside:
    """What is kept beside these looks; of cases only those of which `cases` holds."""
    seqs = [act.seq for act in found]
    reasons = session.execute(select(REASONS).where(REASONS.c.seq.in_(seqs)))
    asked = session.execute(select(QUESTIONS).where(QUESTIONS.c.seq.in_(seqs))).all()
    ids = {act.case_id for act in found if act.case_id} | {row.case_id for row in asked}
    known = {row.id: row for row in _cases(session, ids, cases)}
    offices = {act.office_id for act in found if act.office_id} | {row.community_id for row in known.values()}
    return Beside(
        reasons={row.seq: row.text for row in reasons}, questions={row.seq: known.get(row.case_id) for row in asked},
        cases=known, offices=_names(session, offices),
    )  # fmt: skip


def office_of(act: Act, known: Beside) -> str:
    """Where whoever looked works; for what was read before this was kept, where the case was."""
    case = known.cases.get(act.case_id or "")
    at = act.office_id or (case.community_id if case is not None else None)
    return known.offices.get(at or "", "")


def _act(rows: list[Any]) -> Act:
    first = rows[-1]
    return Act(
        seqs=tuple(row.seq for row in reversed(rows)), at=first.at, actor_id=first.actor_id, role=first.actor_role,
        acted_for=first.acted_for, subject_id=first.subject_id, purpose=first.purpose, reference=first.reference,
        office_id=first.office_id, fields=tuple(dict.fromkeys(row.field.split(".")[1] for row in reversed(rows))),
    )  # fmt: skip


def _cases(session: Session, ids: Iterable[str], which: ColumnElement[bool]) -> Sequence[Any]:
    statement = select(CASES.c.id, CASES.c.number, CASES.c.community_id).where(
        CASES.c.id.in_(sorted(ids)), which
    )
    return session.execute(statement).all()


def _names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    rows = session.execute(select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id.in_(sorted(ids))))
    return {row.id: row.name for row in rows}
