"""Who acts. An actor is worked out once per request from current facts and never copied into a grant."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from core_db.foundation.at_hand import at_hand
from core_db.foundation.lean import dataclass


@at_hand
class Role(StrEnum):
    """Roles as the contract names them. `RESIDENT` comes with an account; the others are dated assignments."""

    RESIDENT = "resident"
    WORKER = "worker"
    SECRETARY = "secretary"
    CONTRACTOR = "contractor"
    TOWN_DISPATCHER = "town_dispatcher"
    DISTRICT_DISPATCHER = "district_dispatcher"
    DISTRICT_ANALYST = "district_analyst"
    #: The three administrators, kept apart; none of them sees a case or a resident.
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITOR = "auditor"
    #: A resident who looks after a building; it opens one page and nothing of the committee's.
    BUILDING_LEAD = "building_lead"
    SYSTEM = "system"
    PLUGIN = "plugin"


COMMITTEE = frozenset({Role.WORKER, Role.SECRETARY})
DISPATCHERS = frozenset({Role.TOWN_DISPATCHER, Role.DISTRICT_DISPATCHER})
ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})


@at_hand
class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    STAFF = "staff"
    SYSTEM = "system"
    PLUGIN = "plugin"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One role at one node of the place tree, in force now; a contractor's carries its organisation."""

    role: Role
    place_id: str
    organisation_id: str | None = None
    #: Whose right it is, where it was delegated: his account and his name.
    giver_id: str | None = None
    giver_name: str = ""
    #: The post of his that it was lent from; what was lent may be less.
    giver_role: Role | None = None


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
    #: His entries in the registers of all neighbourhoods he is or was bound in; `person_id` is the first of them.
    entries: tuple[str, ...] = ()
    session_id: str | None = None
    #: When he last showed who he is on this device.
    signed_in_at: datetime | None = None
    grants: tuple[Grant, ...] = ()
    homes: tuple[HomeBond, ...] = ()
    #: Of a plugin alone: what the committee gave it where it acts.
    scopes: frozenset[str] = frozenset()

    @cached_property
    def role(self) -> Role:
        """The role under which a fact is told; never a person."""
        if self.kind is ActorKind.SYSTEM:
            return Role.SYSTEM
        return self.grants[0].role if self.grants else Role.RESIDENT

    @property
    def is_signed_in(self) -> bool:
        return self.kind in (ActorKind.RESIDENT, ActorKind.STAFF)

    @property
    def in_own_right(self) -> "Actor":
        """The same person without what others delegated to him."""
        return replace(self, grants=tuple(grant for grant in self.grants if grant.giver_id is None))

    @property
    def people(self) -> frozenset[str]:
        """The accounts he speaks for: his own, and those of whoever delegated to him."""
        return frozenset({self.id, *(grant.giver_id for grant in self.grants if grant.giver_id is not None)})

    def speaks_for(self, *accounts: str | None) -> bool:
        """Whether any of them is one he speaks for."""
        return not self.people.isdisjoint(accounts)

    def acts_for(self, right: Grant | None) -> str | None:
        """Whose right it is, where another lent it; of one who has nothing of his own, whoever lent him the first."""
        grant = right or next(iter(self.grants), None)
        return grant.giver_id if grant is not None else None

    def role_in(self, right: Grant | None) -> Role:
        """The role in which he acts: that of the right he uses."""
        return self.role if right is None else right.role

    def counts_as(self, right: Grant | None) -> Role:
        """As whose word it counts, where others judge it: as that of whoever lent the right, in his own post."""
        return right.giver_role if right is not None and right.giver_role is not None else self.role_in(right)

    @cached_property
    def himself(self) -> tuple[str, ...]:
        """The ids under which he is known and read: his account, and his entry in each register."""
        known = (self.id, self.person_id, *self.entries)
        return tuple(dict.fromkeys(one for one in known if one is not None))

    def signing(self, grant: Grant | None) -> str:
        """His name as it stands below what he does: both names where it is another's right he uses.

        A right that comes back from what was kept has no giver's name: both stand in his own there.
        """
        return both_names(self.name, grant.giver_name if grant is not None else None)

    def has(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def places_as(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """The nodes at which the actor holds one of the roles."""
        wanted = frozenset(roles)
        return tuple(grant.place_id for grant in self.grants if grant.role in wanted)

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """The handling organisations the actor works for."""
        return tuple(g.organisation_id for g in self.grants if g.organisation_id is not None)

    @cached_property
    def communities(self) -> tuple[str, ...]:
        """The neighbourhoods the actor lives in."""
        return tuple(dict.fromkeys(bond.community_id for bond in self.homes))


def both_names(name: str, giver_name: str | None) -> str:
    """Who did it, and in whose right where another lent it, as both stand everywhere."""
    return f"{name}（代{giver_name}）" if giver_name else name


def own_name(signed: str, acted_for: str | None) -> str:
    """Of both names the one of whoever did it; either may say “（代理）” by itself, so brackets are counted."""
    depth = 0
    for at in range(len(signed) - 1, -1, -1) if acted_for and signed.endswith("）") else ():
        depth += (signed[at] == "）") - (signed[at] == "（")
        if depth == 0:
            return signed[:at]
    return signed


ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS, id="anonymous", name="")


def plugin_actor(plugin_id: str, name: str, community_id: str, scopes: Iterable[str]) -> Actor:
    """A plugin in a neighbourhood, with what its committee gave it and nothing more."""
    return Actor(
        kind=ActorKind.PLUGIN, id=f"plugin:{plugin_id}", name=name, scopes=frozenset(scopes),
        grants=(Grant(role=Role.PLUGIN, place_id=community_id),),
    )  # fmt: skip


def system_actor(name: str) -> Actor:
    """An actor for work nobody asked for in person: deadlines, imports, the demo's preparation."""
    return Actor(kind=ActorKind.SYSTEM, id=f"system:{name}", name=name)
