"""What the committee entered of somebody while two entries were one: whose it is, whoever parts them says.

What accounts did meanwhile tells by itself whose it was. A visit, a tag, a question, a case taken by telephone do
not: they hang on the entry that is kept, and stay there but for what whoever parts the two names as the other's.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import func, select, update
from sqlmodel import Session

from core_db.audit import record
from core_db.cases.model import CASES, ENTRIES, PARTIES
from core_db.cases.words import ByRole, EntryType
from core_db.doubles import MergeSeen, RegisterMerge, merges_seen
from core_db.doubles.apart import cases_apart
from core_db.doubles.following import bears_it_too
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import Draft
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.inquiries.model import INQUIRIES
from core_db.people import Person
from core_db.places import Place, scope_of
from core_db.places.rights import right_to_keep
from core_db.tags import ASSIGNMENTS, Removal, TagAssignment, sees_sensitive
from core_db.tags.model import DEFINITIONS
from core_db.visits.model import NEEDS, TAG_PROPOSALS, VISIT_PEOPLE, VISITS

#: Of each kind so many are shown, the newest.
MOST = 50


class EnteredAs(StrEnum):
    VISIT = "visit"
    TAG = "tag"
    INQUIRY = "inquiry"
    CASE = "case"


ENTERED_WORDS: Mapping[EnteredAs, tuple[str, str]] = {
    EnteredAs.VISIT: ("走访", "Visit"), EnteredAs.TAG: ("标签", "Tag"), EnteredAs.INQUIRY: ("咨询", "Question"),
    EnteredAs.CASE: ("代为登记的诉求", "Case entered for him"),
}  # fmt: skip


class PartingDraft(Draft):
    """What of that which was entered meanwhile is the other's: `visit/<id>`, `tag/<id>`, as the merge lists it."""

    move: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=4 * MOST)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredMeanwhile:
    """Something entered for the kept entry since the two were merged."""

    kind: EnteredAs
    id: str
    at: datetime
    #: Of a tag what it is called, of a case its number; of a sensitive tag and all else nothing.
    called: str
    by_name: str

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeToPart:
    """A merge that can be taken back, and what was entered since of which only the committee knows whose it is."""

    merge: MergeSeen
    other_id: str
    other_name: str
    entered: Sequence[EnteredMeanwhile]


def merges_to_part(session: Session, *, actor: Actor, clock: Clock) -> Sequence[MergeToPart]:
    """The last merges of the actor's registers that can be taken back, the newest first."""
    return [_to_part(session, one, actor) for one in merges_seen(session, actor=actor, clock=clock)]


def move_what_is_the_others(
    session: Session, merge: RegisterMerge, draft: PartingDraft, *, actor: Actor, clock: Clock
) -> None:
    """What is named hangs on the entry behind from now on; each is a deed of the record."""
    offered = {one.key: one for one in entered_meanwhile(session, merge, actor=actor)} if draft.move else {}
    if not offered.keys() >= {*draft.move}:
        raise NotFound()
    right = right_to_keep(actor, merge.community_id)
    for key in dict.fromkeys(draft.move):
        one = offered[key]
        _MOVES[one.kind](session, merge, one.id, actor, clock)
        record(
            session, action="register.moved-apart", actor=actor, clock=clock, subject_id=merge.behind_id,
            object=str(one.kind), reference=key, right=right,
        )  # fmt: skip
    session.flush()


def entered_meanwhile(session: Session, merge: RegisterMerge, *, actor: Actor) -> list[EnteredMeanwhile]:
    """What was entered for the kept entry since, the oldest first; sensitive tags for those who may know of them."""
    found = [one for ask in (_visits, _tags, _inquiries, _cases) for one in ask(session, merge, actor)]
    return sorted(found, key=lambda one: (one.at, one.key))


def _to_part(session: Session, seen: MergeSeen, actor: Actor) -> MergeToPart:
    merge = session.get_one(RegisterMerge, seen.id)
    return MergeToPart(
        merge=seen, other_id=merge.behind_id, other_name=session.get_one(Person, merge.behind_id).name,
        entered=entered_meanwhile(session, merge, actor=actor),
    )  # fmt: skip


# -- what there is ----------------------------------------------------------------------------------


def _visits(session: Session, merge: RegisterMerge, _actor: Actor) -> list[EnteredMeanwhile]:
    here = VISITS.c.community_id == merge.community_id
    was_there = (VISIT_PEOPLE.c.visit_id == VISITS.c.id) & (VISIT_PEOPLE.c.community_id == merge.community_id)
    who = select(func.min(VISIT_PEOPLE.c.name)).where(was_there)
    of_him = (VISITS.c.person_id == merge.kept_id) & (VISITS.c.recorded_at >= merge.merged_at)
    wanted = select(VISITS.c.id, VISITS.c.visited_at.label("at"), who.scalar_subquery().label("by_name"))
    wanted = wanted.where(here, of_him, VISITS.c.cancelled_at.is_(None)).order_by(VISITS.c.id.desc())
    return _found(session, EnteredAs.VISIT, wanted)


def _tags(session: Session, merge: RegisterMerge, actor: Actor) -> list[EnteredMeanwhile]:
    of_him = (ASSIGNMENTS.c.person_id == merge.kept_id) & (ASSIGNMENTS.c.assigned_at >= merge.merged_at)
    at, by = ASSIGNMENTS.c.assigned_at.label("at"), ASSIGNMENTS.c.assigned_name.label("by_name")
    wanted = (
        select(ASSIGNMENTS.c.id, at, by, DEFINITIONS.c.name.label("called"))
        .outerjoin(DEFINITIONS, DEFINITIONS.c.id == ASSIGNMENTS.c.definition_id)
        .where(ASSIGNMENTS.c.community_id == merge.community_id, of_him, ASSIGNMENTS.c.removed_at.is_(None))
        .order_by(ASSIGNMENTS.c.id.desc())
    )
    if not sees_sensitive(actor, scope_of(session.get_one(Place, merge.community_id))):
        wanted = wanted.where(ASSIGNMENTS.c.definition_id.is_not(None))
    return _found(session, EnteredAs.TAG, wanted)


def _inquiries(session: Session, merge: RegisterMerge, _actor: Actor) -> list[EnteredMeanwhile]:
    here = INQUIRIES.c.community_id == merge.community_id
    of_him = (INQUIRIES.c.person_id == merge.kept_id) & (INQUIRIES.c.taken_at >= merge.merged_at)
    at, by = INQUIRIES.c.taken_at.label("at"), INQUIRIES.c.taken_name.label("by_name")
    wanted = select(INQUIRIES.c.id, at, by).where(here, of_him).order_by(INQUIRIES.c.id.desc())
    return _found(session, EnteredAs.INQUIRY, wanted)


def _cases(session: Session, merge: RegisterMerge, _actor: Actor) -> list[EnteredMeanwhile]:
    """Those that somebody of the committee entered for him; what an account raised is of whose account it is."""
    first = (ENTRIES.c.case_id == CASES.c.id) & (ENTRIES.c.type == EntryType.SUBMITTED)
    wanted = (
        select(CASES.c.id, CASES.c.created_at.label("at"), CASES.c.number.label("called"), ENTRIES.c.by_name)
        .join(PARTIES, PARTIES.c.case_id == CASES.c.id)
        .join(ENTRIES, first & (ENTRIES.c.by_role == ByRole.COMMITTEE))
        .where(PARTIES.c.person_id == merge.kept_id, CASES.c.created_at >= merge.merged_at)
        .where(CASES.c.community_id == merge.community_id)
        .order_by(CASES.c.seq.desc())
    )
    return _found(session, EnteredAs.CASE, wanted)


def _found(session: Session, kind: EnteredAs, wanted: Any) -> list[EnteredMeanwhile]:
    rows = session.execute(wanted.limit(MOST)).mappings()
    return [
        EnteredMeanwhile(
            kind=kind, id=row["id"], at=row["at"], called=row.get("called") or "", by_name=row["by_name"] or ""
        )
        for row in rows
    ]  # fmt: skip


# -- moving it --------------------------------------------------------------------------------------


def _move_visit(session: Session, merge: RegisterMerge, visit_id: str, _actor: Actor, _clock: Clock) -> None:
    """With what was found there: what he needs, and what tag was proposed."""
    for column, table in (
        (VISITS.c.id, VISITS),
        (NEEDS.c.visit_id, NEEDS),
        (TAG_PROPOSALS.c.visit_id, TAG_PROPOSALS),
    ):
        his = (column == visit_id) & (table.c.person_id == merge.kept_id)
        here = table.c.community_id == merge.community_id
        session.execute(update(table).where(here, his).values(person_id=merge.behind_id))


def _move_tag(session: Session, merge: RegisterMerge, tag_id: str, actor: Actor, clock: Clock) -> None:
    """Where he bears it again since they are two, one of the two ends."""
    tag = session.get_one(TagAssignment, tag_id)
    is_twice = bears_it_too(session, tag, merge.behind_id, clock=clock)
    tag.person_id = merge.behind_id
    if is_twice:
        tag.removed_by, tag.removed_at, tag.removed_why = actor.id, clock.now(), Removal.TWICE
    session.flush()


def _move_inquiry(session: Session, merge: RegisterMerge, own_id: str, _actor: Actor, _clock: Clock) -> None:
    asked = (INQUIRIES.c.id == own_id) & (INQUIRIES.c.community_id == merge.community_id)
    session.execute(update(INQUIRIES).where(asked).values(person_id=merge.behind_id))


def _move_case(session: Session, merge: RegisterMerge, case_id: str, _actor: Actor, _clock: Clock) -> None:
    """The account of whoever it was taken for reads it no more."""
    his = (PARTIES.c.case_id == case_id) & (PARTIES.c.person_id == merge.kept_id)
    moved = update(PARTIES).where(his).values(person_id=merge.behind_id).returning(PARTIES.c.id)
    cases_apart(session, merge, session.execute(moved).scalars().all())


_MOVES: Mapping[EnteredAs, Callable[[Session, RegisterMerge, str, Actor, Clock], None]] = {
    EnteredAs.VISIT: _move_visit, EnteredAs.TAG: _move_tag, EnteredAs.INQUIRY: _move_inquiry,
    EnteredAs.CASE: _move_case,
}  # fmt: skip
