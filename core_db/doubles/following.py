"""What hangs on an entry: it goes along when the entry stands behind another, and back when they are parted.

Looks and histories stay where they were made; everything that somebody works with goes, changes that wait among it.
What both have once and the same (a home, a place in a plan, a tag) is there once while they are one.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlmodel import Session

from core_db.accounts.bindings import account_ids_of
from core_db.accounts.model import Account, HomeBinding
from core_db.cases.model import PARTIES, CaseParty
from core_db.doubles.apart import BOUND_BEFORE, bindings_apart, bound_before, cases_apart
from core_db.doubles.model import RegisterMerge
from core_db.foundation.clock import Clock, local_date
from core_db.people.model import PROPOSALS, Household, Person, ProposalStatus, RegisterProposal, Residency
from core_db.people.proposing import newest_change
from core_db.tags import ASSIGNMENTS, Removal, TagAssignment, definition_of, holds
from core_db.visits.model import MISSED, PLAN_SUBJECTS, MissedVisit, Need, TagProposal, Visit, VisitPlan

#: What points to an entry and goes along: its model and its column, by a name.
Points = Mapping[str, tuple[Any, str]]
POINTS: Points = {
    "home_bindings": (HomeBinding, "person_id"),
    "accounts": (Account, "person_id"),
    "case_parties": (CaseParty, "person_id"),
    "households": (Household, "head_id"),
    "residencies": (Residency, "person_id"),
    "tag_assignments": (TagAssignment, "person_id"),
    "visits": (Visit, "person_id"),
    "needs": (Need, "person_id"),
    "visit_tag_proposals": (TagProposal, "person_id"),
    "missed_visits": (MissedVisit, "subject_id"),
    # Entries that stood behind it: whoever asks for what stands behind an entry finds all of it one step away.
    "persons": (Person, "merged_into_id"),
}
#: Ids beside those of tables: plans that named both, tags that both bore, days on which both were missed.
PLANS_MOVED, PLANS_TWICE, TAGS_TWICE, MISSED_TWICE = (
    "visit_plan_subjects", "plans_naming_both", "tags_of_both", "missed_of_both",
)  # fmt: skip
#: What was entered by telephone for one of them, and is the account's of the other.
CASES_BROUGHT = "case_parties_brought"
#: Changes of the register that wait for a second person.
WAITING = "register_proposals"


def go_along(session: Session, merge: RegisterMerge, also: Points) -> dict[str, list[str]]:
    """Have everything that hangs on the entry behind hang on the one that is kept; what moved, to be moved back.

    `also` is what capabilities above this one have of it.
    """
    twice = {
        TAGS_TWICE: _tags_once(session, merge),
        MISSED_TWICE: _missed_once(session, merge),
        BOUND_BEFORE: bound_before(session, merge),
    }
    moved = {name: _move(session, name, at, merge) for name, at in {**POINTS, **also}.items()}
    waiting = {WAITING: _wait_with(session, merge.behind_id, merge.kept_id, _waiting_of(merge.behind_id))}
    brought = {CASES_BROUGHT: _cases_home(session, merge)}
    return moved | twice | waiting | brought | _plans_along(session, merge)


def go_back(session: Session, merge: RegisterMerge, also: Points) -> None:
    """What came along and still hangs on the kept entry goes back; what was there once is there twice again."""
    moved: Mapping[str, Sequence[str]] = merge.moved
    for name, at in {**POINTS, **also}.items():
        _move_back(session, at, moved.get(name, ()), merge)
    bindings_apart(session, merge)
    cases_apart(session, merge, moved.get(CASES_BROUGHT, ()))
    came = PROPOSALS.c.id.in_(moved.get(WAITING, ())) & _waiting_of(merge.kept_id)
    _wait_with(session, merge.kept_id, merge.behind_id, came)
    _plans_back(session, merge, moved)
    for tag in _rows(session, TagAssignment, moved.get(TAGS_TWICE, ())):
        tag.removed_by, tag.removed_at, tag.removed_why = None, None, None
    for one in _rows(session, MissedVisit, moved.get(MISSED_TWICE, ())):
        one.made_good_at = None
    session.flush()


def _cases_home(session: Session, merge: RegisterMerge) -> list[str]:
    """Whoever has an account finds what was entered for him under either entry."""
    his = account_ids_of(session, merge.kept_id, merge.community_id)
    if not his:
        return []
    nobodys = (PARTIES.c.person_id == merge.kept_id) & PARTIES.c.account_id.is_(None)
    ids = session.execute(select(PARTIES.c.id).where(nobodys)).scalars().all()
    session.execute(update(PARTIES).where(PARTIES.c.id.in_(ids)).values(account_id=his[0]))
    return sorted(ids)


def _rows(session: Session, model: Any, ids: Sequence[str]) -> Sequence[Any]:
    return session.execute(select(model).where(model.id.in_(ids))).scalars().all()


def _waiting_of(person_id: str) -> ColumnElement[bool]:
    return (PROPOSALS.c.person_id == person_id) & (PROPOSALS.c.status == ProposalStatus.ASKED)


def _wait_with(session: Session, left_id: str, person_id: str, which: ColumnElement[bool]) -> list[str]:
    """Have changes that wait be of the other entry, as it stands now; one that stood otherwise is not approved."""
    rows = session.execute(select(RegisterProposal).where(which)).scalars().all()
    for one in rows:
        was_newest = newest_change(session, left_id, one.field, None) == one.based_on
        one.person_id = person_id
        one.based_on = newest_change(session, person_id, one.field, None) if was_newest else left_id
    session.flush()
    return sorted(one.id for one in rows)


def _move(session: Session, name: str, at: tuple[Any, str], merge: RegisterMerge) -> list[str]:
    """Have rows point to the entry that is kept; those that would be there twice stay behind."""
    model, column = at
    rows = session.execute(select(model).where(getattr(model, column) == merge.behind_id)).scalars().all()
    there = _keys_of(session, name, at, merge)
    moved = [one for one in rows if name not in _ONCE or _key(name, one) not in there]
    for one in moved:
        setattr(one, column, merge.kept_id)
    session.flush()
    return sorted(getattr(one, _key_of(model)) for one in moved)


def _key_of(model: Any) -> str:
    """By which of its columns a row is found again; none of them has more than one."""
    (key,) = model.__table__.primary_key.columns.keys()
    return str(key)


def _move_back(session: Session, at: tuple[Any, str], ids: Sequence[str], merge: RegisterMerge) -> None:
    model, column = at
    still = select(model).where(
        getattr(model, _key_of(model)).in_(ids), getattr(model, column) == merge.kept_id
    )
    for one in session.execute(still).scalars().all():
        setattr(one, column, merge.behind_id)
    session.flush()


#: By what an entry has a row of a table once.
_ONCE: Mapping[str, Sequence[str]] = {
    "residencies": ("home_id",),
    "missed_visits": ("plan_id", "due_on"),
    "guardianships": ("account_id",),
    "x_profile_fields": ("key", "said_by"),
    "x_subjects": ("plugin_id", "community_id"),
}


def _key(name: str, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, one) for one in _ONCE[name])


def _keys_of(session: Session, name: str, at: tuple[Any, str], merge: RegisterMerge) -> set[tuple[Any, ...]]:
    """What the kept entry has of a table already."""
    if name not in _ONCE:
        return set()
    model, column = at
    own = select(model).where(getattr(model, column) == merge.kept_id)
    return {_key(name, row) for row in session.execute(own).scalars().all()}


def _tags_once(session: Session, merge: RegisterMerge) -> list[str]:
    """Of a tag that both bear the one that lasts longer stays; the other ends."""
    today = local_date(merge.merged_at)
    own, theirs = (_borne(session, one, today) for one in (merge.kept_id, merge.behind_id))
    ended = [_sooner_over(theirs[word], own[word]) for word in sorted(own.keys() & theirs.keys())]
    for one in ended:
        one.removed_by, one.removed_at, one.removed_why = merge.merged_by, merge.merged_at, Removal.TWICE
    session.flush()
    return [one.id for one in ended]


def _borne(session: Session, person_id: str, today: date) -> dict[str, TagAssignment]:
    mine = select(TagAssignment).where(ASSIGNMENTS.c.person_id == person_id, holds(today))
    return {definition_of(session, one): one for one in session.execute(mine).scalars().all()}


def bears_it_too(session: Session, tag: TagAssignment, person_id: str, *, clock: Clock) -> bool:
    """Whether somebody bears a tag that another bears."""
    return definition_of(session, tag) in _borne(session, person_id, local_date(clock.now()))


def _sooner_over(one: TagAssignment, other: TagAssignment) -> TagAssignment:
    return min(one, other, key=lambda tag: tag.valid_to or date.max)


def _missed_once(session: Session, merge: RegisterMerge) -> list[str]:
    """A day on which a plan missed both is open once: that of the entry behind is closed where it stands."""
    there = _keys_of(session, "missed_visits", POINTS["missed_visits"], merge)
    open_ones = (MISSED.c.subject_id == merge.behind_id) & MISSED.c.made_good_at.is_(None)
    rows = session.execute(select(MissedVisit).where(open_ones)).scalars().all()
    twice = [one for one in rows if _key("missed_visits", one) in there]
    for one in twice:
        one.made_good_at = merge.merged_at
    session.flush()
    return sorted(one.id for one in twice)


def _plans_of(session: Session, person_id: str) -> set[str]:
    named = select(PLAN_SUBJECTS.c.plan_id).where(PLAN_SUBJECTS.c.subject_id == person_id)
    return set(session.execute(named).scalars())


def _plans_along(session: Session, merge: RegisterMerge) -> dict[str, list[str]]:
    """Plans that name the entry behind name the one that is kept; those that name both, that one alone."""
    behind, kept = (_plans_of(session, one) for one in (merge.behind_id, merge.kept_id))
    theirs = PLAN_SUBJECTS.c.subject_id == merge.behind_id
    session.execute(delete(PLAN_SUBJECTS).where(theirs, PLAN_SUBJECTS.c.plan_id.in_(behind & kept)))
    session.execute(update(PLAN_SUBJECTS).where(theirs).values(subject_id=merge.kept_id))
    return {PLANS_MOVED: sorted(behind - kept), PLANS_TWICE: sorted(behind & kept)}


def _plans_back(session: Session, merge: RegisterMerge, moved: Mapping[str, Sequence[str]]) -> None:
    came = PLAN_SUBJECTS.c.plan_id.in_(moved.get(PLANS_MOVED, ()))
    ours = PLAN_SUBJECTS.c.subject_id == merge.kept_id
    session.execute(update(PLAN_SUBJECTS).where(came, ours).values(subject_id=merge.behind_id))
    for plan in _rows(session, VisitPlan, moved.get(PLANS_TWICE, ())):
        row = {"plan_id": plan.id, "subject_id": merge.behind_id}
        session.execute(insert(PLAN_SUBJECTS).values(row))
