"""Whom what was written at a visit is about: it is read on their record, and each of them is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.access import Purpose, note_read, read_sealed
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock, HeldClock, local_date
from core_db.foundation.fields import FieldClass
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import SealedPlace
from core_db.people.moving import RESIDENCIES
from core_db.reveals.telling import tell_look
from core_db.visits.model import Need, TagProposal, Visit
from core_db.visits.whom import PERSONS

#: From so many years on somebody reads himself what was written of his home.
ADULT = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at what was written: of whom, under which reference, by whom and when."""

    session: Session
    subjects: Sequence[str]
    community_id: str
    reference: str
    actor: Actor
    now: datetime
    right: Grant | None

    def opened(self, sealed: bytes, place: SealedPlace) -> str:
        """The value in the clear, and for each of them the record that it was read."""
        clock: Clock = HeldClock(self.now)
        first, *others = self.subjects
        for one in others:
            note_read(
                self.session, f"{place.table}.{place.column}", self.community_id, field_class=FieldClass.F3,
                subject_id=one, purpose=Purpose.VISIT, reference=self.reference, actor=self.actor, clock=clock,
                right=self.right,
            )  # fmt: skip
        return read_sealed(
            self.session, sealed, place, field_class=FieldClass.F3, subject_id=first, purpose=Purpose.VISIT,
            reference=self.reference, actor=self.actor, clock=clock, right=self.right,
        )  # fmt: skip

    def tell(self) -> None:
        """Tell each of them that it was read."""
        for one in self.subjects:
            tell_look(
                self.session, self.community_id, one, purpose=Purpose.VISIT.value, reference=self.reference,
                to=[f"person:{one}"], actor=self.actor, at=self.now, right=self.right,
            )  # fmt: skip


def subjects_of(session: Session, about: Visit | Need | TagProposal) -> Sequence[str]:
    """The person; where none was named every adult who lived in the home on that day, and else the home."""
    if about.person_id is not None:
        return [about.person_id]
    visit = about if isinstance(about, Visit) else session.get(Visit, about.visit_id)
    if visit is None or visit.home_id is None:
        return [visit.id if visit is not None else about.id]
    day = local_date(visit.visited_at)
    grown = or_(PERSONS.c.birth_year.is_(None), PERSONS.c.birth_year <= day.year - ADULT)
    lived = or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= day)
    there = (
        select(PERSONS.c.id)
        .join_from(PERSONS, RESIDENCIES, RESIDENCIES.c.person_id == PERSONS.c.id)
        .where(PERSONS.c.community_id == visit.community_id, RESIDENCIES.c.home_id == visit.home_id)
        .where(RESIDENCIES.c.valid_from <= day, lived, grown, PERSONS.c.merged_into_id.is_(None))
        .order_by(PERSONS.c.id)
    )
    return list(dict.fromkeys(session.execute(there).scalars())) or [visit.home_id]
