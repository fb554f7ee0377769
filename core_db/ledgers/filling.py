"""Filling a form: only what nobody knows is typed. What belongs in the register goes there, by its one way.

Whoever saves says which version he saw. A cell that somebody else answered since is not overwritten: both values are
shown to him. What was saved stays saved, however often the form is sent and wherever the line breaks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import MASKED, masked
from core_db.foundation.sealing import SealedPlace, is_masked, keyring_of
from core_db.foundation.unsealed import Unsealed
from core_db.ledgers.answers import name_of, read_answer, unreadable
from core_db.ledgers.catalogue import CATALOGUE
from core_db.ledgers.covering import HOUSEHOLDS, person_here
from core_db.ledgers.drafts import AnswerDraft, AnswersDraft, OpenDraft
from core_db.ledgers.errors import FillClosed, FormNotInForce, NotInThisForm
from core_db.ledgers.model import ANSWERS, FILLS, ROWS, ReportAnswer, ReportField, ReportFill, ReportForm
from core_db.ledgers.nodes import chains_of, fill_in_sight, form_in_sight, place_of
from core_db.ledgers.periods import Period
from core_db.ledgers.rows import (
    OPEN,
    answers_of,
    earlier_fill,
    fields_of,
    period_of,
    rows_of,
    rows_seen,
    subjects_in,
)
from core_db.ledgers.words import FillStatus, FormStatus, RowKind
from core_db.people import FIELDS, RECORDED, Person, PersonCorrection, correct_person
from core_db.people.changing import says, slot_of
from core_db.people.fields import column_of
from core_db.places import Place, neighbourhood_meant, scope_of
from core_db.places.rights import right_in
from core_db.places.telling import tell_staff
from core_db.sheets import CellUnreadable
from plugins.sdk.events import ReportHandedIn, ReportOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """A cell that was not written: somebody answered it since, or the register says something else."""

    subject_id: str
    field_id: str
    #: What stands there now, as it may be shown.
    there: str
    #: Whose answer that is; empty where it is the register's.
    by: str = ""


@dataclass(slots=True, kw_only=True)
class Saved:
    """What became of what was sent: answers kept, facts told to the register, those waiting there or differing."""

    fill_id: str
    version: int
    kept: int = 0
    told: int = 0
    waiting: int = 0
    differing: list[Differs] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Whom a fill covers as it is handed in, and what the rows of a form without people say."""

    subjects: Sequence[str]
    figures: Mapping[str, str] | None


def periods_due(form: ReportForm, clock: Clock) -> list[Period]:
    """The period that runs, and the one before; neither if it was due before the form was asked for."""
    today = local_date(clock.now())
    if not form.valid_from <= today <= form.valid_to:
        return []
    now = period_of(form, today)
    before = period_of(form, now.first - timedelta(days=1))
    asked_since = max(form.valid_from, local_date(form.published_at or clock.now()))
    if before.name == now.name:
        return [now]
    return [one for one in (now, before) if one.due_on >= asked_since]


def open_fill(session: Session, draft: OpenDraft, *, actor: Actor, clock: Clock) -> ReportFill:
    """Begin to fill a form for a neighbourhood it is asked of; whoever comes second goes on with what is there."""
    form = form_in_sight(session, draft.form_id, actor=actor)
    community = _of_whom_asked(session, form, draft.community_id, actor)
    mine = (
        (FILLS.c.form_id == form.id)
        & (FILLS.c.community_id == community.id)
        & (FILLS.c.period == draft.period)
    )
    there: ReportFill | None = session.execute(select(ReportFill).where(mine)).scalar_one_or_none()
    if there is not None:
        return there
    period = next((one for one in periods_due(form, clock) if one.name == draft.period), None)
    if period is None or form.status is not FormStatus.PUBLISHED:
        raise FormNotInForce()
    fill = ReportFill(
        id=new_id(), form_id=form.id, community_id=community.id, period=period.name, due_on=period.due_on,
        opened_at=clock.now(),
    )  # fmt: skip
    session.add(fill)
    session.flush()
    fact = ReportOpened(community_id=community.id, form_id=form.id, fill_id=fill.id)
    tell_staff(session, fact, community, Permission.FORM_FILL, actor=actor, at=clock.now())
    return fill


def answer_cells(session: Session, fill_id: str, draft: AnswersDraft, *, actor: Actor, clock: Clock) -> Saved:
    """Keep answers about several rows; what the register lacks and may know goes into the register."""
    fill, form = to_fill(session, fill_id, actor=actor)
    questions = {one.id: one for one in fields_of(session, form.id)}
    there = _answers(session, fill, draft.answers)
    saved = Saved(fill_id=fill.id, version=fill.version)
    for answer in draft.answers:
        question = questions.get(answer.field_id)
        if question is None:
            raise NotInThisForm()
        person_id = _whose(session, form, fill, answer.subject_id)
        if question.catalogue is None:
            old = there.get((answer.subject_id, answer.field_id))
            _keep(session, fill, question, answer, old, saved, seen=draft.version, actor=actor, clock=clock)
        elif answer.value:
            person = person_here(session, person_id, fill.community_id)
            _tell_register(session, form, question, person, answer, saved, actor=actor, clock=clock)
    if saved.kept:
        fill.version += 1
        saved.version = fill.version
        session.flush()
        record(
            session, action="report.answered", actor=actor, clock=clock, object="report_answers",
            reference=f"report/{fill.id}",
            right=right_in(session, fill.community_id, Permission.FORM_FILL, actor=actor),
        )  # fmt: skip
    return saved


def covered_now(session: Session, fill_id: str, *, actor: Actor, clock: Clock) -> Covered:
    """Whom a fill covers today: asked before it is handed in, so that nobody waits behind the asking."""
    fill = fill_in_sight(session, fill_id, actor=actor)
    form = form_in_sight(session, fill.form_id, actor=actor)
    subjects = subjects_in(session, form, fill)
    if form.row_kind is not RowKind.COMMUNITY:
        return Covered(subjects=subjects, figures=None)
    (row,) = rows_seen(session, form, fill, fields_of(session, form.id), subjects)
    return Covered(subjects=subjects, figures={cell.field_id: cell.value for cell in row.cells})


def hand_in(session: Session, fill_id: str, covered: Covered, *, actor: Actor, clock: Clock) -> ReportFill:
    """Hand a fill in. Answers of the last time that nobody touched are this time's; a second click changes nothing."""
    fill = fill_in_sight(session, fill_id, actor=actor, held=True)
    require_at(actor, Permission.FORM_FILL, scope_of(place_of(session, fill.community_id)))
    if fill.status not in OPEN:
        return fill
    form = form_in_sight(session, fill.form_id, actor=actor)
    _carry_over(session, fill, covered.subjects, clock=clock)
    session.execute(delete(ROWS).where(rows_of(fill)))
    rows = [
        {
            "fill_id": fill.id,
            "subject_id": one,
            "community_id": fill.community_id,
            "position": position,
            "form_name": form.name,
        }
        for position, one in enumerate(covered.subjects)
    ]
    if rows:
        session.execute(insert(ROWS), rows)
    fill.rows, fill.figures = len(rows), dict(covered.figures) if covered.figures is not None else None
    fill.status = FillStatus.HANDED_IN if form.is_reviewed else FillStatus.ACCEPTED
    right = right_in(session, fill.community_id, Permission.FORM_FILL, actor=actor)
    fill.handed_in_by, fill.handed_in_for = actor.signing(right), actor.acts_for(right)
    fill.handed_in_at, fill.reason, fill.version = clock.now(), None, fill.version + 1
    session.flush()
    record(
        session, action="report.handed-in", actor=actor, clock=clock, object="report_fills",
        reference=f"report/{fill.id}",
        right=right,
    )  # fmt: skip
    fact = ReportHandedIn(community_id=fill.community_id, form_id=form.id, fill_id=fill.id)
    audience = [f"staff:{fill.community_id}", f"staff:{form.place_id}"]
    emit(session, fact, actor=actor, at=clock.now(), audience=dict.fromkeys(audience), right=right)
    return fill


def to_fill(session: Session, fill_id: str, *, actor: Actor) -> tuple[ReportFill, ReportForm]:
    """A fill of the actor's own neighbourhood that is open; held, so that two who save at once do it in turn."""
    fill = fill_in_sight(session, fill_id, actor=actor, held=True)
    require_at(actor, Permission.FORM_FILL, scope_of(place_of(session, fill.community_id)))
    if fill.status not in OPEN:
        raise FillClosed()
    return fill, form_in_sight(session, fill.form_id, actor=actor)


def answer_place(row: Any) -> SealedPlace:
    """Where an answer is sealed; it opens nowhere else."""
    return SealedPlace(
        table="report_answers", column="value_sealed", row_id=row.id, community_id=row.community_id
    )


def _of_whom_asked(session: Session, form: ReportForm, named: str | None, actor: Actor) -> Place:
    """The neighbourhood that fills it: one of the actor's, of which this form is asked."""
    chains = chains_of(session, actor.places_as(MAY_AT[Permission.FORM_FILL]))
    asked = [one for one, above in chains.items() if form.place_id in above]
    community = neighbourhood_meant(session, named, Permission.FORM_FILL, actor=actor, among=asked)
    if community.id not in asked:
        raise NotFound()
    return community


def _answers(
    session: Session, fill: ReportFill, answers: Sequence[AnswerDraft]
) -> dict[tuple[str, str], ReportAnswer]:
    subjects = {one.subject_id for one in answers}
    statement = select(ReportAnswer).where(answers_of(fill), ANSWERS.c.subject_id.in_(subjects))
    return {(one.subject_id, one.field_id): one for one in session.execute(statement).scalars()}


def _whose(session: Session, form: ReportForm, fill: ReportFill, subject_id: str) -> str | None:
    """The person that a row speaks of. A row of another neighbourhood does not exist."""
    if form.row_kind is RowKind.COMMUNITY:
        if subject_id != fill.community_id:
            raise NotFound()
        return None
    if form.row_kind is RowKind.HOUSEHOLD:
        row = session.execute(
            select(HOUSEHOLDS.c.head_id).where(
                HOUSEHOLDS.c.id == subject_id, HOUSEHOLDS.c.community_id == fill.community_id
            )
        ).first()
        if row is None:
            raise NotFound()
        return str(row.head_id) if row.head_id else None
    if person_here(session, subject_id, fill.community_id) is None:
        raise NotFound()
    return subject_id


def _keep(
    session: Session, fill: ReportFill, question: ReportField, draft: AnswerDraft, old: ReportAnswer | None,
    saved: Saved, *, seen: int, actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    name = name_of(question.id, draft.subject_id)
    if question.is_sensitive and (draft.value.strip() == RECORDED or is_masked(draft.value)):
        # It came back as it was shown: it stays what it is.
        return
    try:
        value = read_answer(question.kind, draft.value)
    except CellUnreadable as fault:
        raise unreadable(name, fault) from None
    if value == "" if old is None else _is_same(session, old, value):
        return
    if old is not None and old.version > seen:
        there = "" if old.value_sealed is not None else old.value or ""
        saved.differing.append(
            Differs(subject_id=draft.subject_id, field_id=question.id, there=there, by=old.by_name)
        )
        return
    saved.kept += 1
    if value == "" and old is not None:
        session.delete(old)
        return
    row = old or ReportAnswer(
        id=new_id(), fill_id=fill.id, subject_id=draft.subject_id, field_id=question.id,
        community_id=fill.community_id, question=question.name, version=0, by_id=actor.id,
        said_on=local_date(clock.now()),
    )  # fmt: skip
    right = right_in(session, fill.community_id, Permission.FORM_FILL, actor=actor)
    row.version, row.by_id, row.by_name = fill.version + 1, actor.id, actor.signing(right)
    row.acted_for = actor.acts_for(right)
    row.said_on = local_date(clock.now())
    _put(session, row, value, is_sensitive=question.is_sensitive)
    session.add(row)


def _put(session: Session, row: ReportAnswer, value: str, *, is_sensitive: bool) -> None:
    if not is_sensitive:
        row.value = value
        return
    row.value_sealed = keyring_of(session).seal(session, value, answer_place(row), FieldClass.F2)


def _is_same(session: Session, old: ReportAnswer, value: str) -> bool:
    if old.value_sealed is None:
        return old.value == value
    return keyring_of(session).unseal(session, old.value_sealed, answer_place(old)) == Unsealed(value)


def _tell_register(
    session: Session, form: ReportForm, question: ReportField, person: Person | None, draft: AnswerDraft, saved: Saved,
    *, actor: Actor, clock: Clock,
) -> None:  # fmt: skip
    """What the register lacks is told to it, once for all forms; what it says otherwise is not kept here too."""
    known = CATALOGUE[question.catalogue or ""]
    if person is None or known.register is None:
        raise NotInThisForm()
    spec = FIELDS[known.register]
    if spec.is_masked(draft.value):
        # It came back as it was shown: it says nothing new. Other words with stars are kept, or said to be none.
        if spec.says_what_is_there(draft.value, masked(session, slot_of(person, known.register))):
            return
        raise CannotBeRead({name_of(question.id, draft.subject_id): MASKED})
    correction = PersonCorrection.model_validate(
        {"field": known.register, "value": draft.value, "source": f"填表：{form.name}"[:60]}
    )
    try:
        value = correction.value_on(local_date(clock.now()))
    except CannotBeRead as refusal:
        raise CannotBeRead({name_of(question.id, draft.subject_id): refusal.faults["value"]}) from None
    if says(session, person, known.register, value):
        return
    if getattr(person, column_of(known.register)) is not None:
        there = "" if spec.is_sealed else str(getattr(person, column_of(known.register)))
        saved.differing.append(Differs(subject_id=draft.subject_id, field_id=question.id, there=there))
        return
    done = correct_person(session, person.id, correction, actor=actor, clock=clock)
    saved.waiting += done.proposal is not None
    saved.told += done.proposal is None


def _carry_over(session: Session, fill: ReportFill, subjects: Sequence[str], *, clock: Clock) -> None:
    """What was said the time before, of those who are still covered, where nothing was said this time."""
    before = earlier_fill(session, fill)
    if before is None:
        return
    said = select(ANSWERS.c.subject_id, ANSWERS.c.field_id).where(answers_of(fill))
    known, covered = {tuple(row) for row in session.execute(said)}, set(subjects)
    for old in session.execute(select(ReportAnswer).where(answers_of(before))).scalars().all():
        if (old.subject_id, old.field_id) in known or old.subject_id not in covered:
            continue
        row = ReportAnswer(
            id=new_id(), fill_id=fill.id, subject_id=old.subject_id, field_id=old.field_id,
            community_id=fill.community_id, question=old.question, version=fill.version + 1, by_id=old.by_id,
            by_name=old.by_name, acted_for=old.acted_for, said_on=old.said_on, value=old.value,
        )  # fmt: skip
        if old.value_sealed is not None:
            value = keyring_of(session).unseal(session, old.value_sealed, answer_place(old)).in_the_clear()
            _put(session, row, value, is_sensitive=True)
        session.add(row)
