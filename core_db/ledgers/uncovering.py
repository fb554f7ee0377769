"""One masked cell in full, while its form is being filled: recorded, counted, and told to whoever it is about."""

from sqlmodel import Session

from core_db.access import Permission, read_sealed, require_at, right_used_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import SealedPlace
from core_db.ledgers.catalogue import CATALOGUE
from core_db.ledgers.covering import person_here
from core_db.ledgers.drafts import LookDraft
from core_db.ledgers.errors import NothingHidden
from core_db.ledgers.filling import answer_place, to_fill
from core_db.ledgers.model import ReportField, ReportFill
from core_db.ledgers.nodes import place_of
from core_db.ledgers.rows import RowSeen, answers_in, fields_of, rows_seen
from core_db.people import sealed_place
from core_db.people.fields import column_of
from core_db.places import scope_of
from core_db.reveals.budget import spend_look
from core_db.reveals.telling import tell_look

#: What the look is for, in the words of `core_db.access.words`.
PURPOSE = "statistics"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellShown:
    """A cell in full, for this once."""

    fill_id: str
    title: str
    name: str
    value: str


def uncover_cell(
    session: Session, fill_id: str, draft: LookDraft, *, actor: Actor, clock: Clock
) -> CellShown:
    """Read one sealed cell of an open fill of one's own neighbourhood."""
    fill, form = to_fill(session, fill_id, actor=actor)
    scope = scope_of(place_of(session, fill.community_id))
    require_at(actor, Permission.PEOPLE_REVEAL, scope)
    fields = [one for one in fields_of(session, form.id) if one.id == draft.field_id]
    rows = rows_seen(session, form, fill, fields, [draft.subject_id])
    if not fields or not rows or not rows[0].cells[0].is_hidden or rows[0].person_id is None:
        raise NothingHidden()
    (question,), row, clock = fields, rows[0], HeldClock(clock.now())
    sealed, place = _sealed(session, fill, question, row)
    spend_look(session, fill.community_id, actor=actor, now=clock.now())
    right = right_used_at(actor, Permission.PEOPLE_REVEAL, scope)
    value = read_sealed(
        session, sealed, place, field_class=FieldClass.F2, subject_id=row.person_id or "", purpose=PURPOSE,
        reference=f"report/{fill.id}", actor=actor, clock=clock, right=right,
    )  # fmt: skip
    tell_look(
        session, fill.community_id, row.person_id or "", purpose=PURPOSE, reference=f"report/{fill.id}",
        to=[f"person:{row.person_id}"], actor=actor, at=clock.now(), right=right,
    )  # fmt: skip
    return CellShown(fill_id=fill.id, title=row.title, name=question.name, value=value)


def _sealed(
    session: Session, fill: ReportFill, question: ReportField, row: RowSeen
) -> tuple[bytes, SealedPlace]:
    """The ciphertext behind a cell, and where it opens."""
    if question.catalogue is None:
        answer = answers_in(session, fill, [row.subject_id]).get((row.subject_id, question.id))
        if answer is None:
            raise NothingHidden()
        return answer.value_sealed, answer_place(answer)
    register = CATALOGUE[question.catalogue].register
    person = person_here(session, row.person_id, fill.community_id)
    if person is None or register is None:
        raise NotFound()
    column = column_of(register)
    return getattr(person, column), sealed_place(person.id, person.community_id, column)
