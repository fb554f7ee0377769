"""The four gates before every question of a plugin: on here, scope held, purpose covers it, the resident agreed.

Besides them stands the user: in a route or a slot a plugin may do no more than whoever looks at the page.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from enum import Enum, auto
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from app_shell.plugged import Visitor
from core_db.access import Permission, may_at
from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import BINDINGS
from core_db.foundation.actor import Actor, ActorKind, plugin_actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.sheets import PurposeSeen, asked_of, name_of, purposes_of
from core_db.installs.words import Decision, InstallState, PluginState
from core_db.places import Place, scope_of
from plugins.sdk.points import NOT_WHILE_ASKED
from plugins.sdk.scopes import SCOPES

#: By which scope a field of a resident is opened.
OPENED_BY = {
    field: name for name, scope in SCOPES.items() for field in scope.fields if name.startswith("resident.")
}


class Denied(Exception):
    """A gate is closed; nothing was done. `decision` stands in the record, `said` goes to the author."""

    def __init__(self, said: str, decision: Decision = Decision.FORBIDDEN) -> None:
        self.decision = decision
        super().__init__(said)


class AsksTooMuch(Denied):
    """It asked more than its measure of this minute."""

    def __init__(self, said: str) -> None:
        super().__init__(said, Decision.OVER_BUDGET)


class ToResidents(Enum):
    """What a resident who looks at a page lets a plugin do for him."""

    NEVER = auto()
    #: About himself alone.
    HIMSELF = auto()
    ANYTHING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a question needs: a scope (none: by its fields, or nothing), and of whoever looks a right of his own."""

    scope: str = ""
    permission: Permission | None = None
    to_residents: ToResidents = ToResidents.ANYTHING


_LOOK_UP, _CASES = Permission.PEOPLE_LOOK_UP, Permission.CASE_ON_BEHALF
_HIMSELF, _NEVER = ToResidents.HIMSELF, ToResidents.NEVER
GATES: Mapping[str, Gate] = {
    "residents.get": Gate(permission=_LOOK_UP, to_residents=_HIMSELF),
    "residents.find": Gate(permission=_LOOK_UP, to_residents=_NEVER),
    "residents.fill": Gate(permission=_LOOK_UP, to_residents=_HIMSELF),
    "households.of": Gate(scope="household:read", permission=_LOOK_UP, to_residents=_HIMSELF),
    "households.get": Gate(scope="household:read", permission=_LOOK_UP, to_residents=_HIMSELF),
    "cases.get": Gate(scope="case:read", permission=_CASES, to_residents=_HIMSELF),
    "cases.find": Gate(scope="case:read", permission=_CASES, to_residents=_HIMSELF),
    "cases.open": Gate(scope="case:write", permission=_CASES, to_residents=_HIMSELF),
    "cases.comment": Gate(scope="case:write", permission=_CASES, to_residents=_HIMSELF),
    "visits.plan": Gate(scope="visit:write", permission=Permission.VISIT_PLAN, to_residents=_NEVER),
    "visits.record": Gate(scope="visit:write", permission=Permission.VISIT_RECORD, to_residents=_NEVER),
    "visits.find": Gate(scope="visit:read", permission=Permission.VISIT_READ, to_residents=_HIMSELF),
    "visits.missed": Gate(scope="visit:read", permission=Permission.VISIT_READ, to_residents=_NEVER),
    "files.of_case": Gate(scope="file:read", permission=_CASES, to_residents=_HIMSELF),
    "files.read": Gate(scope="file:read", permission=_CASES, to_residents=_HIMSELF),
    "stats.count": Gate(scope="stats:read"),
    "guides.find": Gate(scope="guide:read"),
    "guides.stamps": Gate(scope="guide:read"),
    "messages.send": Gate(scope="message:send", to_residents=_HIMSELF),
    "staff.find": Gate(scope="staff:read"),
    "http.get": Gate(),
    "http.post": Gate(),
    "once": Gate(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A plugin as it stands in a neighbourhood: on, with these scopes and purposes."""

    plugin: Any
    install: Any
    scopes: frozenset[str]
    purposes: tuple[PurposeSeen, ...]

    @property
    def actor(self) -> Actor:
        name = f"应用“{name_of(self.plugin.manifest)[0]}”"
        return plugin_actor(self.plugin.id, name, self.install.community_id, self.scopes)

    def holds(self, scope: str) -> bool:
        return scope in self.scopes or scope.replace(":read", ":write") in self.scopes


def standing_of(
    session: Session, plugin_id: str, community_id: str, *, even_off: bool = False
) -> Standing | None:
    """How it stands there; None where it is not on. `even_off`: with no scope, to be asked to tidy up after itself."""
    plugin = session.execute(select(PLUGINS).where(PLUGINS.c.id == plugin_id)).first()
    here = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.community_id == community_id)
    install = session.execute(select(INSTALLS).where(here)).first()
    if plugin is None or install is None:
        return None
    is_on = plugin.state == PluginState.INSTALLED and install.state == InstallState.ENABLED
    if not (is_on or even_off):
        return None
    # What it asks for no more it holds no more, whoever gave it once.
    scopes = asked_of(plugin.manifest) & set(install.scopes) if is_on else frozenset[str]()
    return Standing(plugin=plugin, install=install, scopes=frozenset(scopes), purposes=purposes_of(plugin))


@dataclass(frozen=True, slots=True)
class Where:
    """Which plugin asks, where, in which hook, and for whom where somebody looks at a page."""

    plugin_id: str
    community_id: str
    hook: str
    visitor: Visitor | None
    #: The purposes for which fields of people were answered in this call.
    read_for: set[str] = field(default_factory=set, compare=False)

    @property
    def only_looks(self) -> bool:
        return self.hook.startswith("filter:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question, after the first gate: who asks, in which hook, for whom."""

    session: Session
    standing: Standing
    op: str
    where: Where
    clock: Clock

    @property
    def visitor(self) -> Visitor | None:
        return self.where.visitor

    @property
    def plugin_id(self) -> str:
        return str(self.standing.plugin.id)

    @property
    def community_id(self) -> str:
        return str(self.standing.install.community_id)

    @property
    def is_for_resident(self) -> bool:
        return self.visitor is not None and self.visitor.actor.kind is not ActorKind.STAFF

    # -- gate by gate -------------------------------------------------------------------------------

    def must_be_open(self, scopes: Sequence[str]) -> None:
        """The committee gave the scopes, and whoever looks at the page may do as much himself; a filter only looks."""
        if self.where.only_looks and self.op in NOT_WHILE_ASKED:
            raise Denied(f"{self.op}: a filter looks, and changes nothing")
        for scope in scopes:
            if not self.standing.holds(scope):
                raise Denied(f"{self.op}: the committee has not given {scope}")
        gate = GATES[self.op]
        if self.visitor is None or (gate.to_residents is ToResidents.ANYTHING and gate.permission is None):
            return
        if self.is_for_resident:
            if gate.to_residents is ToResidents.NEVER:
                raise Denied(f"{self.op}: a resident looks at the page, and may not see others")
        elif gate.permission is not None:
            place = self.session.get_one(Place, self.community_id)
            if not may_at(self.visitor.actor, gate.permission, scope_of(place)):
                raise Denied(f"{self.op}: whoever looks at the page may not do this himself")

    def purpose(self, purpose_id: str | None, fields: Collection[str]) -> PurposeSeen:
        """The purpose, if it covers the fields."""
        found = next((one for one in self.standing.purposes if one.id == purpose_id), None)
        if found is None:
            raise Denied(f"{self.op}: plugin.toml has no purpose {purpose_id!r}")
        if beyond := sorted(set(fields) - set(found.fields)):
            raise Denied(f"{self.op}: purpose {purpose_id!r} does not cover {', '.join(beyond)}")
        return found

    def purposes_for(self, field: str) -> tuple[PurposeSeen, ...]:
        """Every purpose that covers a field, where a question names none."""
        return tuple(one for one in self.standing.purposes if field in one.fields)

    def must_be_himself(self, subject_id: str | None) -> None:
        """A resident who looks lets a plugin see nobody but himself."""
        if self.is_for_resident and subject_id not in self.himself():
            raise Denied(f"{self.op}: a resident looks at the page, and may see himself alone")

    def himself(self) -> frozenset[str]:
        """The ids under which the resident who looks is known in this neighbourhood."""
        assert self.visitor is not None
        actor = self.visitor.actor
        person_id = person_of(self.session, actor, self.community_id)
        return frozenset(one for one in (actor.id, person_id) if one is not None)


def person_of(session: Session, actor: Actor, community_id: str) -> str | None:
    """As whom somebody stands in the register of a neighbourhood; None for whoever does not."""
    bound = select(BINDINGS.c.person_id).where(
        BINDINGS.c.account_id == actor.id, BINDINGS.c.community_id == community_id,
        BINDINGS.c.status == BindingStatus.BOUND, BINDINGS.c.person_id.is_not(None),
    )  # fmt: skip
    found: str | None = session.execute(bound.order_by(BINDINGS.c.id)).scalars().first()
    return found or (actor.person_id if actor.communities == (community_id,) else None)
