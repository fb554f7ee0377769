"""Roles on the place tree: dated, given by somebody, for a reason. Nothing is copied into a session."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from core_db.access.policy import Permission, may_at, may_give, require_at, right_used
from core_db.accounts.apart import keep_firms_apart
from core_db.accounts.bindings import scope_of
from core_db.accounts.drafts import RoleDraft
from core_db.accounts.errors import AdministratorApart, LastSecretary, RoleNotYours
from core_db.accounts.leads import lives_in
from core_db.accounts.model import Account, RoleAssignment
from core_db.accounts.sessions import ACCOUNTS, DELEGATIONS, ROLES, end_sessions, in_force
from core_db.audit import record
from core_db.foundation.actor import ADMINISTRATORS, Actor, ActorKind, Grant, Role
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.people.model import Organisation
from core_db.places.model import Place, PlaceKind
from plugins.sdk.events import RolesChanged

#: What became of a role, in the record.
GIVEN, ENDED = "role.given", "role.ended"
#: What is never an assignment: it comes with an account, or is no person.
NEVER_ASSIGNED = frozenset({Role.RESIDENT, Role.SYSTEM, Role.PLUGIN})
_DISTRICT = frozenset({PlaceKind.DISTRICT})
#: The kinds of place at which each role is held.
HELD_AT: Mapping[Role, frozenset[PlaceKind]] = {
    Role.WORKER: frozenset({PlaceKind.COMMUNITY}),
    Role.SECRETARY: frozenset({PlaceKind.COMMUNITY}),
    Role.CONTRACTOR: frozenset({PlaceKind.COMMUNITY, PlaceKind.TOWN, PlaceKind.DISTRICT}),
    Role.BUILDING_LEAD: frozenset({PlaceKind.BUILDING}),
    Role.TOWN_DISPATCHER: frozenset({PlaceKind.TOWN}),
    Role.DISTRICT_DISPATCHER: _DISTRICT,
    Role.DISTRICT_ANALYST: _DISTRICT,
    **dict.fromkeys(ADMINISTRATORS, _DISTRICT),
}


def assign_role(session: Session, draft: RoleDraft, *, actor: Actor, clock: Clock) -> RoleAssignment:
    """Give somebody a role at a place, from a day, perhaps until another."""
    place = place_in_charge(session, draft.place_id, actor=actor)
    refuse_not_ones_own(draft.role, draft.account_id, place, actor=actor)
    account = _holder(session, draft, place)

    now = clock.now()
    right = _right_used(actor, draft.role, place)
    assignment = RoleAssignment(
        id=new_id(), account_id=account.id, role=draft.role, place_id=place.id,
        organisation_id=_organisation(session, draft), valid_from=draft.valid_from or now, valid_to=draft.valid_to,
        granted_by=actor.id, granted_for=right.giver_id if right else None, reason=draft.reason,
    )  # fmt: skip
    open_assignment(session, assignment, now=now)
    tell_roles(session, assignment, place, GIVEN, actor=actor, at=now, right=right)
    return assignment


def end_role(session: Session, assignment_id: str, *, actor: Actor, clock: Clock) -> RoleAssignment:
    """End a role now. Whoever held it is signed out everywhere."""
    assignment, place = assignment_in_charge(session, assignment_id, actor=actor)

    now = clock.now()
    if assignment.valid_to is None or assignment.valid_to > now:
        keep_a_secretary(session, assignment, now=now)
        close_assignment(session, assignment, now=now)
        end_sessions(session, assignment.account_id, actor=actor, at=now)
        right = _right_used(actor, assignment.role, place)
        tell_roles(session, assignment, place, ENDED, actor=actor, at=now, right=right)
    return assignment


def leave_posts(session: Session, account_id: str, *, actor: Actor, at: datetime) -> None:
    """End every post of somebody who goes; whoever acted in his right stops too."""
    held = select(RoleAssignment).where(
        ROLES.c.account_id == account_id, ROLES.c.valid_to.is_(None) | (ROLES.c.valid_to > at)
    )
    for assignment in session.execute(held).scalars().all():
        keep_a_secretary(session, assignment, now=at)
        close_assignment(session, assignment, now=at)
        place = session.get_one(Place, assignment.place_id)
        tell_roles(session, assignment, place, ENDED, actor=actor, at=at, right=None)


# -- what giving, ending and handing over have in common ----------------------------------------------


def place_in_charge(session: Session, place_id: str, *, actor: Actor) -> Place:
    """The place, if the actor gives roles there; what lies outside all his nodes does not exist for him.

    The row is held until the commit, so that of two who end a post one sees what the other left.
    """
    place = session.get(Place, place_id, with_for_update={"key_share": True})
    if place is None:
        raise NotFound()
    scope = scope_of(place)
    nodes = {scope.community_id, scope.town_id, scope.district_id} - {""}
    in_sight = actor.kind is ActorKind.SYSTEM or any(grant.place_id in nodes for grant in actor.grants)
    if not in_sight and not may_at(actor, Permission.ROLE_GRANT, scope):
        raise NotFound()
    require_at(actor, Permission.ROLE_GRANT, scope)
    return place


def assignment_in_charge(
    session: Session, assignment_id: str, *, actor: Actor
) -> tuple[RoleAssignment, Place]:
    """An assignment the actor may end, with its place."""
    assignment = session.get(RoleAssignment, assignment_id)
    if assignment is None:
        raise NotFound()
    place = place_in_charge(session, assignment.place_id, actor=actor)
    refuse_not_ones_own(assignment.role, assignment.account_id, place, actor=actor)
    # Read anew under the place's lock: somebody may have ended it a moment ago.
    session.refresh(assignment)
    return assignment, place


def refuse_not_ones_own(role: Role, account_id: str, place: Place, *, actor: Actor) -> None:
    """Nobody gives himself a role, nor whoever lent him the right to; and everybody gives only those below his."""
    if actor.kind is ActorKind.SYSTEM:
        return
    if account_id in actor.people or not may_give(actor, role, scope_of(place)):
        raise RoleNotYours()


def open_assignment(
    session: Session, assignment: RoleAssignment, *, now: datetime, follows: RoleAssignment | None = None
) -> None:
    """Write a new assignment, if it can stand beside the others of its holder and of its place.

    What follows another at once leaves the place no less covered than it was.
    """
    _keep_administrators_apart(session, assignment)
    keep_firms_apart(
        session, assignment.account_id, assignment.role, session.get_one(Place, assignment.place_id),
        begins=assignment.valid_from, ends=assignment.valid_to,
    )  # fmt: skip
    if assignment.valid_to is not None and assignment.role is Role.SECRETARY and follows is None:
        _need_secretary_beside(session, assignment, now=now)
    session.add(assignment)
    session.flush()


def close_assignment(session: Session, assignment: RoleAssignment, *, now: datetime) -> None:
    """End it now; what was to begin later never begins."""
    assignment.valid_to = max(now, assignment.valid_from)
    session.flush()


def tell_roles(
    session: Session, assignment: RoleAssignment, place: Place, deed: str, *, actor: Actor, at: datetime,
    right: Grant | None,
) -> None:  # fmt: skip
    """Record it, and tell whose rights changed: the holder's, and those of whom he lent them to."""
    record_role(
        session, deed, assignment.role, place.id, of=assignment.account_id, actor=actor, at=at, right=right
    )
    delegates = select(DELEGATIONS.c.delegate_id).where(
        DELEGATIONS.c.assignment_id == assignment.id, DELEGATIONS.c.valid_to > at
    )
    for account_id in (assignment.account_id, *sorted(set(session.execute(delegates).scalars()))):
        event = RolesChanged(community_id=place.community_id or place.id, account_id=account_id)
        emit(session, event, actor=actor, at=at, audience=[f"account:{account_id}"], right=right)


def record_role(
    session: Session, deed: str, role: Role, place_id: str, *, of: str, actor: Actor, at: datetime,
    right: Grant | None = None,
) -> None:  # fmt: skip
    """Write down whose role it was, and where; who gives power leaves that in the record or gives none."""
    record(
        session, action=deed, subject_id=of, object=role.value, reference=f"place/{place_id}", actor=actor,
        clock=HeldClock(at), right=right,
    )  # fmt: skip


def keep_a_secretary(session: Session, ending: RoleAssignment, *, now: datetime) -> None:
    """A neighbourhood never loses its last secretary: somebody else's post lasts as long as the one that ends."""
    if ending.role is not Role.SECRETARY or ending.valid_from > now:
        return
    _need_secretary_beside(session, ending, now=now)


def _need_secretary_beside(session: Session, assignment: RoleAssignment, *, now: datetime) -> None:
    """Another secretary in force now, who stays without end, or at least as long as the one that ends would have."""
    lasts: ColumnElement[bool] = ROLES.c.valid_to.is_(None)
    is_stored = session.get(RoleAssignment, assignment.id) is not None
    if is_stored and assignment.valid_to is not None:
        lasts = or_(lasts, ROLES.c.valid_to >= assignment.valid_to)
    others = (
        select(ROLES.c.id)
        .join_from(ROLES, ACCOUNTS, ACCOUNTS.c.id == ROLES.c.account_id)
        .where(
            ROLES.c.role == Role.SECRETARY, ROLES.c.place_id == assignment.place_id, ROLES.c.id != assignment.id,
            in_force(ROLES, now), lasts, ACCOUNTS.c.closed_at.is_(None),
        )
        .limit(1)
    )  # fmt: skip
    if session.execute(others).first() is None:
        raise LastSecretary()


def _keep_administrators_apart(session: Session, assignment: RoleAssignment) -> None:
    """An administrator holds nothing beside, in his own right or another's. The database says so too, by a trigger."""
    ends = assignment.valid_to
    meets: list[ColumnElement[bool]] = [
        ROLES.c.valid_to.is_(None) | (ROLES.c.valid_to > assignment.valid_from)
    ]
    meets += [] if ends is None else [ROLES.c.valid_from < ends]
    others = select(ROLES.c.role).where(
        ROLES.c.account_id == assignment.account_id, ROLES.c.role != assignment.role,
        ROLES.c.valid_to.is_(None) | (ROLES.c.valid_to > ROLES.c.valid_from), *meets,
    )  # fmt: skip
    held = set(session.execute(others).scalars())
    is_administrator = assignment.role in ADMINISTRATORS
    if (is_administrator and held) or held & ADMINISTRATORS:
        raise AdministratorApart()
    if is_administrator and _acts_for_others(session, assignment):
        raise AdministratorApart()


def _acts_for_others(session: Session, assignment: RoleAssignment) -> bool:
    lent = select(DELEGATIONS.c.id).where(
        DELEGATIONS.c.delegate_id == assignment.account_id, DELEGATIONS.c.valid_to > assignment.valid_from
    )
    return session.execute(lent.limit(1)).first() is not None


def _right_used(actor: Actor, role: Role, place: Place) -> Grant | None:
    scope = scope_of(place)
    return right_used(actor, lambda one: may_give(one, role, scope))


def _holder(session: Session, draft: RoleDraft, place: Place) -> Account:
    account = session.get(Account, draft.account_id)
    leads = draft.role is Role.BUILDING_LEAD
    if account is None or account.closed_at is not None or leads is (account.kind is ActorKind.STAFF):
        raise CannotBeRead({"account_id": ("没有这个账号。", "There is no such account.")})
    if draft.role in NEVER_ASSIGNED:
        raise CannotBeRead({"role": ("这个角色不能授予。", "This role cannot be given.")})
    if place.kind not in HELD_AT[draft.role]:
        raise CannotBeRead({"place_id": ("这个岗位不设在这里。", "There is no such post at this place.")})
    if leads and not lives_in(session, account.id, building_id=place.id):
        raise CannotBeRead({"account_id": ("楼组长要住在这栋楼里。", "A lead lives in the building.")})
    if draft.valid_to is not None and draft.valid_from is not None and draft.valid_to <= draft.valid_from:
        raise CannotBeRead({"valid_to": ("结束要晚于开始。", "It has to end after it begins.")})
    return account


def _organisation(session: Session, draft: RoleDraft) -> str | None:
    """A contractor works for an organisation; nobody else's role carries one."""
    if draft.role is not Role.CONTRACTOR:
        return None
    organisation = session.get(Organisation, draft.organisation_id or "")
    if organisation is None:
        raise CannotBeRead({"organisation_id": ("请选择承办单位。", "Please choose the organisation.")})
    return organisation.id
