"""Giving somebody a tag, looking whether it is still so, and taking it off.

Of a sensitive tag the fact and the record tell that there was one and not whose or which; it is sealed where it stands.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.outbox import emit
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.people import HasDied, Person, person_in_sight
from core_db.places import Place, Scope, scope_of
from core_db.places.rights import right_in
from core_db.tags.dictionary import sees_sensitive, word_serving
from core_db.tags.drafts import AssignmentDraft, RemovalDraft
from core_db.tags.errors import BearsTag, NoLongerGiven, TagTakenOff
from core_db.tags.model import ASSIGNMENTS, TagAssignment
from plugins.sdk.events import PersonTagged, SensitiveTagChanged


def tag_place(row: Any) -> SealedPlace:
    """Where it is sealed which sensitive tag it is."""
    return _place(row, "tag_sealed")


def evidence_place(row: Any) -> SealedPlace:
    """Where it is sealed on what a tag was given."""
    return _place(row, "evidence_sealed")


def assign_tag(
    session: Session, person_id: str, draft: AssignmentDraft, *, actor: Actor, clock: Clock
) -> TagAssignment:  # fmt: skip
    """Give somebody a tag of the dictionaries that serve his neighbourhood."""
    person, scope = _person(session, person_id, actor)
    require_at(actor, Permission.TAG_KEEP, scope)
    now = clock.now()
    today = local_date(now)
    word = _word_to_give(session, draft.definition_id, person, scope, actor, today=today)
    if person.died_on is not None:
        raise HasDied()
    since, until = _period(draft, word, today=today)
    if _bears(session, person, word, today=today):
        raise BearsTag()

    right = _right(session, person.community_id, is_sensitive=word.sensitive, actor=actor)
    assignment = TagAssignment(
        id=new_id(), community_id=person.community_id, person_id=person.id, source=draft.source, assigned_by=actor.id,
        assigned_name=actor.signing(right), assigned_for=actor.acts_for(right), assigned_at=now, valid_from=since,
        valid_to=until, review_by=_later(today, word.review_days),
    )  # fmt: skip
    _say_which(session, assignment, word)
    _keep_evidence(session, assignment, draft.evidence)
    session.add(assignment)
    session.flush()
    _tell(session, assignment, word.code, added=True, actor=actor, clock=clock)
    return assignment


def renew_tag(session: Session, assignment_id: str, *, actor: Actor, clock: Clock) -> TagAssignment:
    """Somebody looked, and it is still so: it holds for another of its terms, and is looked at again in time."""
    assignment, word = _assignment(session, assignment_id, actor)
    today = local_date(clock.now())
    # Whoever bears what is retired bears it out; nobody is given more of it.
    if word.active_to is not None and word.active_to < today:
        raise NoLongerGiven()
    assignment.review_by = _later(today, word.review_days)
    if assignment.valid_to is not None:
        assignment.valid_to = max(assignment.valid_to, _later(today, word.valid_days) or assignment.valid_to)
    assignment.reviewed_by, assignment.reviewed_at = actor.id, clock.now()
    session.flush()
    _tell(session, assignment, word.code, added=True, actor=actor, clock=clock, action="tag.renewed")
    return assignment


def take_off_tag(
    session: Session, assignment_id: str, draft: RemovalDraft, *, actor: Actor, clock: Clock
) -> TagAssignment:
    """Somebody bears a tag no longer; that he did is kept as long as its retention says."""
    assignment, word = _assignment(session, assignment_id, actor)
    assignment.removed_by, assignment.removed_at, assignment.removed_why = actor.id, clock.now(), draft.why
    assignment.review_by = None
    session.flush()
    _tell(session, assignment, word.code, added=False, actor=actor, clock=clock, action="tag.taken_off")
    return assignment


def assignment_in_sight(session: Session, assignment_id: str, *, actor: Actor) -> tuple[TagAssignment, Scope]:
    """A tag that somebody bears or bore, and where he is registered; who may not know of a sensitive one finds none."""
    found = session.get(TagAssignment, assignment_id) if is_id(assignment_id) else None
    if found is None:
        raise NotFound()
    _who, scope = _person(session, found.person_id, actor)
    if found.definition_id is None and not sees_sensitive(actor, scope):
        raise NotFound()
    return found, scope


def holds(today: date) -> ColumnElement[bool]:
    """The assignments in force on a day."""
    begun = ASSIGNMENTS.c.valid_from <= today
    lasts = or_(ASSIGNMENTS.c.valid_to.is_(None), ASSIGNMENTS.c.valid_to >= today)
    return ASSIGNMENTS.c.removed_at.is_(None) & begun & lasts


# -- the four beats' smaller parts ------------------------------------------------------------------


def _person(session: Session, person_id: str, actor: Actor) -> tuple[Person, Scope]:
    person = person_in_sight(session, person_id, actor=actor)
    return person, scope_of(session.get_one(Place, person.community_id))


def _word_to_give(
    session: Session, definition_id: str, person: Person, scope: Scope, actor: Actor, *, today: date
) -> Any:
    word = word_serving(session, definition_id, person.community_id) if is_id(definition_id) else None
    if word is None:
        raise CannotBeRead({"definition_id": ("字典里没有这个标签。", "The dictionary has no such tag.")})
    if word.sensitive and not sees_sensitive(actor, scope):
        raise NotPermitted()
    if word.active_from > today or (word.active_to is not None and word.active_to < today):
        raise NoLongerGiven()
    return word


def _assignment(session: Session, assignment_id: str, actor: Actor) -> tuple[TagAssignment, Any]:
    """An assignment in force that the actor may change, and its word."""
    found, scope = assignment_in_sight(session, assignment_id, actor=actor)
    require_at(actor, Permission.TAG_KEEP, scope)
    if found.removed_at is not None:
        raise TagTakenOff()
    word = word_serving(session, definition_of(session, found), found.community_id)
    if word is None:
        raise NotFound()
    return found, word


def definition_of(session: Session, assignment: Any) -> str:
    """Which word of the dictionary it is; opened to be compared and changed, shown by those alone who write it down."""
    if assignment.definition_id is not None:
        return str(assignment.definition_id)
    sealed: bytes = assignment.tag_sealed
    return keyring_of(session).unseal(session, sealed, tag_place(assignment)).in_the_clear()


def _period(draft: AssignmentDraft, word: Any, *, today: date) -> tuple[date, date | None]:
    since = draft.valid_from or today
    until = draft.valid_to or _later(since, word.valid_days)
    if since > today:
        raise CannotBeRead({"valid_from": ("不能在今天以后。", "It cannot lie ahead.")})
    if until is not None and until < today:
        raise CannotBeRead(
            {"valid_to": ("已经过期了，请写以后的日子。", "It is over already; give a later day.")}
        )
    return since, until


def _bears(session: Session, person: Person, word: Any, *, today: date) -> bool:
    which = ASSIGNMENTS.c.definition_id == word.id
    if word.sensitive:
        which = ASSIGNMENTS.c.tag_blind.in_(keyring_of(session).blinds(person.community_id, word.id))
    mine = select(ASSIGNMENTS.c.id).where(ASSIGNMENTS.c.person_id == person.id, which, holds(today))
    return session.execute(mine).first() is not None


def _say_which(session: Session, assignment: TagAssignment, word: Any) -> None:
    if not word.sensitive:
        assignment.definition_id = word.id
        return
    keyring = keyring_of(session)
    assignment.tag_sealed = keyring.seal(session, word.id, tag_place(assignment), FieldClass.F3)
    assignment.tag_blind = keyring.blind(assignment.community_id, word.id)


def _keep_evidence(session: Session, assignment: TagAssignment, evidence: str) -> None:
    if evidence:
        place = evidence_place(assignment)
        assignment.evidence_sealed = keyring_of(session).seal(session, evidence, place, FieldClass.F3)


def _later(day: date, days: int | None) -> date | None:
    return None if days is None else day + timedelta(days=days)


def _place(row: Any, column: str) -> SealedPlace:
    return SealedPlace(table="tag_assignments", column=column, row_id=row.id, community_id=row.community_id)


def _right(session: Session, community_id: str, *, is_sensitive: bool, actor: Actor) -> Grant | None:
    """The right that is used of a tag: of a sensitive one it has to reach further."""
    needed = Permission.TAG_SENSITIVE if is_sensitive else Permission.TAG_KEEP
    return right_in(session, community_id, needed, actor=actor)


def _tell(
    session: Session,
    one: TagAssignment,
    code: str,
    *,
    added: bool,
    actor: Actor,
    clock: Clock,
    action: str = "tag.given",
) -> None:
    sensitive = one.definition_id is None
    right = _right(session, one.community_id, is_sensitive=sensitive, actor=actor)
    record(
        session, action=action, actor=actor, clock=clock, subject_id=one.person_id, object="tag_assignments",
        classes="F3" if sensitive else "F1", right=right,
    )  # fmt: skip
    fact: Any = PersonTagged(community_id=one.community_id, person_id=one.person_id, tag=code, added=added)
    audience = [f"staff:{one.community_id}"]
    if sensitive:
        # Who bears one is nobody's to hear: a page of his is not nudged, and no plugin learns of him.
        fact, audience = SensitiveTagChanged(community_id=one.community_id, assignment_id=one.id), []
    emit(session, fact, actor=actor, at=clock.now(), audience=audience, right=right)
