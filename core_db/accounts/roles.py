"""Roles on the place tree: dated, given by somebody, for a reason. Nothing is copied into a session."""

from sqlmodel import Session

from core_db.access.policy import Permission, may_at, require_at
from core_db.accounts.bindings import scope_of
from core_db.accounts.drafts import RoleDraft
from core_db.accounts.errors import RoleNotYours
from core_db.accounts.model import Account, RoleAssignment
from core_db.accounts.sessions import end_sessions
from core_db.audit import record
from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.people.model import Organisation
from core_db.places.model import Place
from plugins.sdk.events import RolesChanged

#: What a secretary may give below his node; everything else is the system's.
BY_SECRETARY = frozenset({Role.WORKER, Role.CONTRACTOR})
#: What is never an assignment: it comes with an account, or is no person.
NEVER_ASSIGNED = frozenset({Role.RESIDENT, Role.SYSTEM, Role.PLUGIN})


def assign_role(session: Session, draft: RoleDraft, *, actor: Actor, clock: Clock) -> RoleAssignment:
    """Give somebody of the staff a role at a place, from a day, perhaps until another."""
    place = _place_in_sight(session, draft.place_id, actor=actor)
    require_at(actor, Permission.ROLE_GRANT, scope_of(place))
    _refuse_not_ones_own(draft.role, draft.account_id, actor=actor)
    account = _staff(session, draft)

    now = clock.now()
    assignment = RoleAssignment(
        id=new_id(), account_id=account.id, role=draft.role, place_id=place.id,
        organisation_id=_organisation(session, draft), valid_from=draft.valid_from or now, valid_to=draft.valid_to,
        granted_by=actor.id, reason=draft.reason,
    )  # fmt: skip
    session.add(assignment)
    session.flush()
    _tell(session, assignment, place, "role.given", actor=actor, clock=clock)
    return assignment


def end_role(session: Session, assignment_id: str, *, actor: Actor, clock: Clock) -> RoleAssignment:
    """End a role now. Whoever held it is signed out everywhere."""
    assignment = session.get(RoleAssignment, assignment_id)
    if assignment is None:
        raise NotFound()
    place = _place_in_sight(session, assignment.place_id, actor=actor)
    require_at(actor, Permission.ROLE_GRANT, scope_of(place))
    _refuse_not_ones_own(assignment.role, assignment.account_id, actor=actor)

    now = clock.now()
    if assignment.valid_to is None or assignment.valid_to > now:
        assignment.valid_to = now
        session.flush()
        end_sessions(session, assignment.account_id, actor=actor, at=now)
        _tell(session, assignment, place, "role.ended", actor=actor, clock=clock)
    return assignment


def _place_in_sight(session: Session, place_id: str, *, actor: Actor) -> Place:
    """The place, if the actor holds any role at or above it; what lies elsewhere does not exist for him."""
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound()
    scope = scope_of(place)
    nodes = {scope.community_id, scope.town_id, scope.district_id} - {""}
    in_sight = actor.kind is ActorKind.SYSTEM or any(grant.place_id in nodes for grant in actor.grants)
    if not in_sight and not may_at(actor, Permission.ROLE_GRANT, scope):
        raise NotFound()
    return place


def _refuse_not_ones_own(role: Role, account_id: str, *, actor: Actor) -> None:
    if actor.kind is not ActorKind.SYSTEM and (role not in BY_SECRETARY or account_id == actor.id):
        raise RoleNotYours()


def _staff(session: Session, draft: RoleDraft) -> Account:
    account = session.get(Account, draft.account_id)
    if account is None or account.kind is not ActorKind.STAFF or account.closed_at is not None:
        raise CannotBeRead({"account_id": ("没有这个工作账号。", "There is no such staff account.")})
    if draft.role in NEVER_ASSIGNED:
        raise CannotBeRead({"role": ("这个角色不能授予。", "This role cannot be given.")})
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


def _tell(
    session: Session, assignment: RoleAssignment, place: Place, action: str, *, actor: Actor, clock: Clock
) -> None:
    record(
        session, action=action, actor=actor, clock=clock, subject_id=assignment.account_id,
        object=assignment.role.value, reference=f"place/{place.id}",
    )  # fmt: skip
    event = RolesChanged(community_id=place.community_id or place.id, account_id=assignment.account_id)
    emit(session, event, actor=actor, at=clock.now(), audience=[f"account:{assignment.account_id}"])
