"""Which looks are told later, and until when. Read by the clock at each look: nothing has to run for one to surface."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.reveals.model import DEFERRALS


class Deferrals:
    """The deferrals of some looks, in force or over."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = list(rows)

    def hides(self, seqs: Sequence[int], reference: str, *, now: datetime) -> bool:
        """Is telling this look put off at this moment?"""
        return any(row.began_at <= now < row.until for row in self._of(seqs, reference))

    def ended_at(self, seqs: Sequence[int], reference: str) -> datetime | None:
        """Until when telling it had been put off; None where it never was."""
        return max((row.until for row in self._of(seqs, reference)), default=None)

    def newest(self, seqs: Sequence[int], reference: str) -> Any | None:
        """The deferral that a renewal would go on with."""
        return max(self._of(seqs, reference), key=lambda row: row.until, default=None)

    def _of(self, seqs: Sequence[int], reference: str) -> list[Any]:
        return [
            row for row in self._rows if row.seq in seqs or (row.seq is None and row.reference == reference)
        ]


def deferrals_of(session: Session, *, seqs: Sequence[int] = (), references: Iterable[str] = ()) -> Deferrals:
    """The deferrals that touch these looks, by their numbers or by what they refer to."""
    refers = or_(DEFERRALS.c.seq.in_(list(seqs)), DEFERRALS.c.reference.in_(sorted(set(references))))
    return Deferrals(session.execute(select(DEFERRALS).where(refers)).all())


def is_deferred(session: Session, reference: str, *, now: datetime) -> bool:
    """Are looks under this reference told later, at this moment?"""
    return deferrals_of(session, references=[reference]).hides((), reference, now=now)
