"""Reading posts: who holds which role where, since when, until when, given by whom and why; and who acts for whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, false, literal, or_, select, true, tuple_
from sqlmodel import Session

from core_db.access.policy import MAY_AT, MAY_DELEGATE, MAY_GIVE, Permission, may_give
from core_db.accounts.model import BindingStatus
from core_db.accounts.roles import HELD_AT
from core_db.accounts.sessions import (
    ACCOUNTS,
    BINDINGS,
    DELEGATIONS,
    ORGANISATIONS,
    PLACES,
    ROLES,
    in_force,
)
from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.places.model import Place, PlaceKind
from core_db.places.scopes import Scope, lies_below, scope_of

#: Most posts, people or residents in one answer.
MOST = 100


@dataclass(frozen=True, kw_only=True)
class PostSeen:
    """One assignment as whoever fills posts there sees it."""

    id: str
    role: Role
    account_id: str
    name: str
    username: str | None
    place_id: str
    place_name: str
    organisation_name: str | None
    valid_from: datetime
    valid_to: datetime | None
    #: Names; empty where it was the system.
    given_by: str
    given_for: str
    reason: str
    is_over: bool
    #: Whether the reader may end it or hand it over.
    may_change: bool


@dataclass(frozen=True, kw_only=True)
class DelegationSeen:
    """One delegation as its giver and its delegate see it."""

    id: str
    role: Role
    place_name: str
    giver_id: str
    giver_name: str
    delegate_id: str
    delegate_name: str
    valid_from: datetime
    valid_to: datetime
    reason: str
    in_force: bool


@dataclass(frozen=True, kw_only=True)
class OwnPost:
    """A post of one's own that can be lent, with the roles it can be lent as."""

    id: str
    role: Role
    place_id: str
    place_name: str
    lendable: tuple[Role, ...]


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """An account to choose: its name, and what tells it from another of the name."""

    id: str
    name: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A place at which the reader may fill posts, and which."""

    place_id: str
    name: str
    roles: tuple[Role, ...]


_GIVER, _LENDER = ACCOUNTS.alias("giver"), ACCOUNTS.alias("lender")
_POSTS = (
    select(
        ROLES.c.id, ROLES.c.role, ROLES.c.account_id, ACCOUNTS.c.name, ACCOUNTS.c.username, ROLES.c.place_id,
        PLACES.c.label.label("place_name"), ORGANISATIONS.c.name.label("organisation_name"), ROLES.c.valid_from,
        ROLES.c.valid_to, _GIVER.c.name.label("given_by"), _LENDER.c.name.label("given_for"), ROLES.c.reason,
        PLACES.c.sort, PLACES.c.community_id, PLACES.c.town_id, PLACES.c.district_id,
    )
    .join_from(ROLES, ACCOUNTS, ACCOUNTS.c.id == ROLES.c.account_id)
    .join(PLACES, PLACES.c.id == ROLES.c.place_id)
    .outerjoin(ORGANISATIONS, ORGANISATIONS.c.id == ROLES.c.organisation_id)
    .outerjoin(_GIVER, _GIVER.c.id == ROLES.c.granted_by)
    .outerjoin(_LENDER, _LENDER.c.id == ROLES.c.granted_for)
)  # fmt: skip


def posts_held(
    session: Session, *, over: bool = False, after: tuple[str, str] | None = None, limit: int = MOST,
    actor: Actor, clock: Clock,
) -> tuple[Sequence[PostSeen], tuple[str, str] | None]:  # fmt: skip
    """The posts at and below the nodes at which the actor fills them; `over`: those that have ended."""
    now = clock.now()
    lasts = ROLES.c.valid_to.is_(None) | (ROLES.c.valid_to > now)
    statement = _POSTS.where(visible_posts(actor), ~lasts if over else lasts)
    if after is not None:
        statement = statement.where(tuple_(PLACES.c.sort, ROLES.c.id) > tuple_(*map(literal, after)))
    rows = session.execute(statement.order_by(PLACES.c.sort, ROLES.c.id).limit(limit + 1)).mappings().all()
    shown = rows[:limit]
    following = (shown[-1]["sort"], shown[-1]["id"]) if len(rows) > limit else None
    return [_post(row, actor=actor, now=now) for row in shown], following


def post_seen(session: Session, assignment_id: str, *, actor: Actor, clock: Clock) -> PostSeen:
    """One post in sight; 404 for any other."""
    row = session.execute(_POSTS.where(ROLES.c.id == assignment_id, visible_posts(actor))).mappings().first()
    if row is None:
        raise NotFound()
    return _post(row, actor=actor, now=clock.now())


def visible_posts(actor: Actor) -> ColumnElement[bool]:
    """The posts at and below the nodes at which somebody fills posts."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    nodes = actor.places_as(MAY_AT[Permission.ROLE_GRANT])
    of_the_staff = ROLES.c.role != Role.BUILDING_LEAD
    return lies_below(nodes) & or_(of_the_staff, _where_leads_are_made(actor)) if nodes else false()


def _where_leads_are_made(actor: Actor) -> ColumnElement[bool]:
    """Below the nodes at which somebody makes residents the leads of buildings: elsewhere he is shown none of them."""
    nodes = _nodes_where_leads_are_made(actor)
    return lies_below(nodes) if nodes else false()


def _nodes_where_leads_are_made(actor: Actor) -> tuple[str, ...]:
    return actor.places_as(giver for giver, given in MAY_GIVE.items() if Role.BUILDING_LEAD in given)


def staff_in_sight(session: Session, *, actor: Actor, clock: Clock) -> Sequence[Somebody]:
    """Whom of the staff the actor may choose: whoever holds or held a post where he works himself."""
    nodes = tuple(dict.fromkeys(grant.place_id for grant in actor.grants))
    if not nodes:
        return []
    statement = (
        select(ACCOUNTS.c.id, ACCOUNTS.c.name, ACCOUNTS.c.username)
        .join_from(ROLES, ACCOUNTS, ACCOUNTS.c.id == ROLES.c.account_id)
        .join(PLACES, PLACES.c.id == ROLES.c.place_id)
        .where(
            lies_below(nodes), ACCOUNTS.c.kind == ActorKind.STAFF, ACCOUNTS.c.closed_at.is_(None),
            ACCOUNTS.c.id.not_in(actor.people),
        )
        .distinct()
        .order_by(ACCOUNTS.c.name, ACCOUNTS.c.id)
        .limit(MOST)
    )  # fmt: skip
    rows = session.execute(statement)
    return [Somebody(id=row.id, name=row.name, about=row.username or "") for row in rows]


def residents_to_lead(session: Session, q: str, *, actor: Actor, clock: Clock) -> Sequence[Somebody]:
    """Residents with an account, by name or door, of whom the actor may make building leads. `about` is the door."""
    words, made_here = q.split(), _nodes_where_leads_are_made(actor)
    if not words or not made_here:
        return []
    statement = (
        select(ACCOUNTS.c.id, ACCOUNTS.c.name, PLACES.c.label)
        .join_from(BINDINGS, ACCOUNTS, ACCOUNTS.c.id == BINDINGS.c.account_id)
        .join(PLACES, PLACES.c.id == BINDINGS.c.home_id)
        .where(
            BINDINGS.c.status == BindingStatus.BOUND, lies_below(made_here), ACCOUNTS.c.closed_at.is_(None)
        )
        .order_by(PLACES.c.sort, ACCOUNTS.c.name, ACCOUNTS.c.id)
        .limit(20)
    )
    for word in words:
        found = ACCOUNTS.c.name.contains(word, autoescape=True)
        statement = statement.where(or_(found, PLACES.c.label.contains(word, autoescape=True)))
    return [Somebody(id=row.id, name=row.name, about=row.label) for row in session.execute(statement)]


def building_of(session: Session, account_id: str, *, actor: Actor, clock: Clock) -> str:
    """The building a resident is bound in, where the actor could make him its lead; 404 otherwise."""
    statement = (
        select(PLACES.c.building_id)
        .join_from(BINDINGS, PLACES, PLACES.c.id == BINDINGS.c.home_id)
        .where(
            BINDINGS.c.account_id == account_id, BINDINGS.c.status == BindingStatus.BOUND,
            _where_leads_are_made(actor),
        )
        .order_by(BINDINGS.c.id)
    )  # fmt: skip
    found = session.execute(statement).scalars().first()
    if found is None:
        raise NotFound()
    return str(found)


def seats(session: Session, *, actor: Actor, clock: Clock) -> Sequence[Seat]:
    """The places at which the actor may fill posts of the staff, each with the roles; the uppermost first."""
    nodes = actor.places_as(MAY_AT[Permission.ROLE_GRANT])
    if not nodes:
        return []
    kinds = (PlaceKind.DISTRICT, PlaceKind.TOWN, PlaceKind.COMMUNITY)
    below = select(Place).where(lies_below(nodes), PLACES.c.kind.in_(kinds), PLACES.c.ended_at.is_(None))
    found = session.execute(below.order_by(PLACES.c.sort).limit(1000)).scalars().all()
    return [seat for place in found if (seat := _seat(place, actor)).roles]


def _seat(place: Place, actor: Actor) -> Seat:
    scope = scope_of(place)
    held = (role for role, kinds in HELD_AT.items() if place.kind in kinds)
    roles = tuple(role for role in held if may_give(actor, role, scope))
    return Seat(place_id=place.id, name=place.label, roles=roles)


# -- who acts for whom --------------------------------------------------------------------------------


def my_delegations(session: Session, *, actor: Actor, clock: Clock) -> Sequence[DelegationSeen]:
    """What the actor lent and what was lent to him, what is not over yet; the newest first."""
    now = clock.now()
    statement = (
        _delegations()
        .where(or_(ROLES.c.account_id == actor.id, DELEGATIONS.c.delegate_id == actor.id))
        .where(DELEGATIONS.c.valid_to > now, ROLES.c.valid_to.is_(None) | (ROLES.c.valid_to > now))
        .order_by(DELEGATIONS.c.given_at.desc(), DELEGATIONS.c.id.desc())
        .limit(MOST)
    )
    return [
        DelegationSeen(**row, in_force=row["valid_from"] <= now)
        for row in session.execute(statement).mappings()
    ]


def delegation_seen(session: Session, delegation_id: str, *, actor: Actor, clock: Clock) -> DelegationSeen:
    """One delegation, for its giver and its delegate."""
    mine = or_(ROLES.c.account_id == actor.id, DELEGATIONS.c.delegate_id == actor.id)
    row = session.execute(_delegations().where(DELEGATIONS.c.id == delegation_id, mine)).mappings().first()
    if row is None:
        raise NotFound()
    now = clock.now()
    return DelegationSeen(**row, in_force=row["valid_from"] <= now < row["valid_to"])


def own_posts(session: Session, *, actor: Actor, clock: Clock) -> Sequence[OwnPost]:
    """The actor's own posts that he may lend."""
    statement = (
        select(ROLES.c.id, ROLES.c.role, ROLES.c.place_id, PLACES.c.label)
        .join_from(ROLES, PLACES, PLACES.c.id == ROLES.c.place_id)
        .where(ROLES.c.account_id == actor.id, in_force(ROLES, clock.now()), ROLES.c.role.in_(MAY_DELEGATE))
        .order_by(ROLES.c.valid_from, ROLES.c.id)
    )
    return [
        OwnPost(
            id=row.id, role=row.role, place_id=row.place_id, place_name=row.label,
            lendable=tuple(role for role in Role if role in MAY_DELEGATE[row.role]),
        )
        for row in session.execute(statement)
    ]  # fmt: skip


def _delegations() -> Select[Any]:
    delegate = ACCOUNTS.alias("delegate")
    return (
        select(
            DELEGATIONS.c.id, DELEGATIONS.c.role, PLACES.c.label.label("place_name"),
            ROLES.c.account_id.label("giver_id"), _GIVER.c.name.label("giver_name"), DELEGATIONS.c.delegate_id,
            delegate.c.name.label("delegate_name"), DELEGATIONS.c.valid_from, DELEGATIONS.c.valid_to,
            DELEGATIONS.c.reason,
        )
        .join_from(DELEGATIONS, ROLES, ROLES.c.id == DELEGATIONS.c.assignment_id)
        .join(PLACES, PLACES.c.id == DELEGATIONS.c.place_id)
        .join(_GIVER, _GIVER.c.id == ROLES.c.account_id)
        .join(delegate, delegate.c.id == DELEGATIONS.c.delegate_id)
    )  # fmt: skip


def _post(row: RowMapping, *, actor: Actor, now: datetime) -> PostSeen:
    shown: dict[str, Any] = {
        name: row[name] for name in PostSeen.__dataclass_fields__ if name in row and row[name] is not None
    }
    scope = Scope(row["community_id"] or "", row["town_id"] or "", row["district_id"] or "")
    is_over = row["valid_to"] is not None and row["valid_to"] <= now
    may_change = row["account_id"] not in actor.people and may_give(actor, row["role"], scope)
    defaults = {
        "username": None,
        "organisation_name": None,
        "valid_to": None,
        "given_by": "",
        "given_for": "",
    }
    return PostSeen(**defaults | shown, is_over=is_over, may_change=may_change and not is_over)


def told_at(session: Session, place: Place, *, now: datetime) -> list[str]:
    """The keys under which the secretaries of a neighbourhood, whoever acts for them, and its town are told at once."""
    own = select(ROLES.c.account_id).where(
        ROLES.c.place_id == place.id, ROLES.c.role == Role.SECRETARY, in_force(ROLES, now)
    )
    lent = (
        select(DELEGATIONS.c.delegate_id)
        .join_from(DELEGATIONS, ROLES, ROLES.c.id == DELEGATIONS.c.assignment_id)
        .where(
            DELEGATIONS.c.place_id == place.id, DELEGATIONS.c.role == Role.SECRETARY, in_force(DELEGATIONS, now),
            in_force(ROLES, now),
        )
    )  # fmt: skip
    accounts = session.execute(own.union(lent)).scalars()
    return [f"account:{account}" for account in accounts] + [f"staff:{place.town_id}"]
