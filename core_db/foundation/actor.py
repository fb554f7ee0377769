"""Who acts. An actor is worked out once per request from current facts and never copied into a grant."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles as the contract names them. `RESIDENT` comes with an account; the others are dated assignments."""

    RESIDENT = "resident"
    WORKER = "worker"
    SECRETARY = "secretary"
    CONTRACTOR = "contractor"
    TOWN_DISPATCHER = "town_dispatcher"
    DISTRICT_DISPATCHER = "district_dispatcher"
    DISTRICT_ANALYST = "district_analyst"
    SYSTEM = "system"
    PLUGIN = "plugin"


COMMITTEE = frozenset({Role.WORKER, Role.SECRETARY})
DISPATCHERS = frozenset({Role.TOWN_DISPATCHER, Role.DISTRICT_DISPATCHER})


class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One role at one node of the place tree, in force now; a contractor's carries its organisation."""

    role: Role
    place_id: str
    organisation_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class HomeBond:
    """A home the account is bound to, with the places above it."""

    home_id: str
    building_id: str
    community_id: str
    town_id: str
    district_id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody (or a system job) doing something. `id` is the account's, or a system name."""

    kind: ActorKind
    id: str
    name: str
    person_id: str | None = None
    session_id: str | None = None
    grants: tuple[Grant, ...] = ()
    homes: tuple[HomeBond, ...] = ()

    @property
    def role(self) -> Role:
        """The role under which a fact is told; never a person."""
        if self.kind is ActorKind.SYSTEM:
            return Role.SYSTEM
        return self.grants[0].role if self.grants else Role.RESIDENT

    @property
    def is_signed_in(self) -> bool:
        return self.kind in (ActorKind.RESIDENT, ActorKind.STAFF)

    def has(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def places_as(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """The nodes at which the actor holds one of the roles."""
        wanted = frozenset(roles)
        return tuple(grant.place_id for grant in self.grants if grant.role in wanted)

    @property
    def organisations(self) -> tuple[str, ...]:
        """The handling organisations the actor works for."""
        return tuple(g.organisation_id for g in self.grants if g.organisation_id is not None)

    @property
    def communities(self) -> tuple[str, ...]:
        """The neighbourhoods the actor lives in."""
        return tuple(dict.fromkeys(bond.community_id for bond in self.homes))


ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS, id="anonymous", name="")


def system_actor(name: str) -> Actor:
    """An actor for work nobody asked for in person: deadlines, imports, the demo's preparation."""
    return Actor(kind=ActorKind.SYSTEM, id=f"system:{name}", name=name)
