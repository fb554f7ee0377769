"""Who may do what. One table, readable by a committee member: each line is a verb and who may do it.

Seeing comes first and is not decided here: what `visible_to` does not return does not exist (404).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache
from typing import Protocol

from core_db.foundation.actor import ADMINISTRATORS, COMMITTEE, DISPATCHERS, Actor, ActorKind, Grant, Role
from core_db.foundation.at_hand import at_hand
from core_db.foundation.errors import NotPermitted


@at_hand
class Permission(StrEnum):
    """`<resource>:<verb>`; for cases the verb is the contract's."""

    CASE_SUBMIT = "case:submit"
    CASE_ON_BEHALF = "case:on-behalf"
    CASE_PRE_CHECK = "case:pre-check"
    CASE_ACCEPTANCE = "case:acceptance"
    CASE_REFUSAL = "case:refusal"
    CASE_SELF_HANDLING = "case:self-handling"
    CASE_DISPATCH = "case:dispatch"
    CASE_SIGNING = "case:signing"
    CASE_RETURN = "case:return"
    CASE_PROGRESS = "case:progress"
    CASE_HANDLING = "case:handling"
    CASE_VERIFICATION = "case:verification"
    CASE_CLOSURE = "case:closure"
    CASE_EXTENSION = "case:extension"
    CASE_SUSPENSION = "case:suspension"
    CASE_RESUMPTION = "case:resumption"
    CASE_MERGER = "case:merger"
    CASE_ESCALATION = "case:escalation"
    CASE_URGING = "case:urging"
    CASE_NOTE = "case:note"
    #: Uncover how to reach whoever raised it.
    CASE_CONTACT = "case:contact"
    CASE_MESSAGES = "case:messages"
    CASE_SUPPORT = "case:support"
    #: Take a public case off the neighbours' board.
    CASE_HIDING = "case:hiding"
    CASE_WITHDRAWAL = "case:withdrawal"
    CASE_EVALUATION = "case:evaluation"
    CASE_REOPENING = "case:reopening"
    #: Write down what somebody without an account says of the outcome.
    CASE_CALLBACK = "case:callback"
    BINDING_DECIDE = "binding:decide"
    PEOPLE_LOOK_UP = "people:look-up"
    PEOPLE_KEEP = "people:keep"
    #: Approve or refuse what somebody else wants changed in the register; say which fields need that.
    CHANGE_DECIDE = "change:decide"
    REGISTER_RULE = "register:rule"
    #: Uncover what is masked of somebody, for a purpose; look through who uncovered what; defer telling it.
    PEOPLE_REVEAL = "people:reveal"
    REGISTER_EXPORT = "register:export"
    EXPORT_DECIDE = "export:decide"
    LOOKS_REVIEW = "looks:review"
    LOOKS_DEFER = "looks:defer"
    LOOKS_OVERSEE = "looks:oversee"
    PLACES_KEEP = "places:keep"
    ROLE_GRANT = "role:grant"
    FIGURES_READ = "figures:read"
    # -- posts, emergencies, administrators
    ROLE_DELEGATE = "role:delegate"
    EMERGENCY_OPEN = "emergency:open"
    EMERGENCY_REVIEW = "emergency:review"
    READS_INSPECT = "reads:inspect"
    OPERATION_INSPECT = "operation:inspect"
    # -- tags and groups
    TAG_DEFINE = "tag:define"
    TAG_KEEP = "tag:keep"
    #: Know which sensitive tags somebody bears, give them and take them off.
    TAG_SENSITIVE = "tag:sensitive"
    GROUP_KEEP = "group:keep"
    # -- visits
    VISIT_READ = "visit:read"
    VISIT_PLAN = "visit:plan"
    VISIT_RECORD = "visit:record"
    VISIT_RULE = "visit:rule"
    TAG_DECIDE = "tag:decide"
    # -- forms and ledgers
    FORM_ISSUE = "form:issue"
    FORM_FILL = "form:fill"
    ASSIST_KEEP = "assistance:keep"
    # -- organisations, facilities, grids, building groups
    NEIGHBOURHOOD_READ = "neighbourhood:read"
    NEIGHBOURHOOD_KEEP = "neighbourhood:keep"
    COMMUNITY_TYPE = "community-type:set"
    # -- the desk of all posts and the experience library
    GUIDE_KEEP = "guide:keep"
    INQUIRY_KEEP = "inquiry:keep"
    NOTE_KEEP = "note:keep"
    EXPERIENCE_PROPOSE = "experience:propose"
    EXPERIENCE_SHARE = "experience:share"
    # -- plugins
    PLUGIN_READ = "plugin:read"
    PLUGIN_MANAGE = "plugin:manage"
    #: Enter on paper what somebody agreed to who uses no telephone.
    PLUGIN_CONSENT_ENTER = "plugin:consent-enter"


class Placed(Protocol):
    """Whatever hangs on the place tree."""

    @property
    def community_id(self) -> str: ...
    @property
    def town_id(self) -> str: ...
    @property
    def district_id(self) -> str: ...


class CaseSubject(Placed, Protocol):
    """A case as the policy sees it."""

    @property
    def escalated_to(self) -> str | None: ...
    @property
    def is_public(self) -> bool: ...
    @property
    def is_anonymous(self) -> bool: ...
    @property
    def party_accounts(self) -> frozenset[str]:
        """Accounts of the requester and the proxy."""
        ...

    @property
    def handlers(self) -> frozenset[str]:
        """Organisations that hold it now: lead and assisting."""
        ...

    @property
    def leads(self) -> frozenset[str]:
        """The lead organisation, if it is dispatched."""
        ...

    @property
    def handled_by_committee(self) -> bool: ...


Rule = Callable[[Actor, CaseSubject], bool]


def _covers(actor: Actor, roles: frozenset[Role], subject: Placed) -> bool:
    """The wall between neighbourhoods, once: one of the roles at a node at or above the subject."""
    if not actor.grants:
        return False
    nodes = (subject.community_id, subject.town_id, subject.district_id)
    return any(grant.role in roles and grant.place_id in nodes for grant in actor.grants)


def sits_on_the_committee(actor: Actor, case: CaseSubject) -> bool:
    return _covers(actor, COMMITTEE, case)


def raised_it(actor: Actor, case: CaseSubject) -> bool:
    return actor.kind is ActorKind.RESIDENT and actor.id in case.party_accounts


def lives_near_a_public_case(actor: Actor, case: CaseSubject) -> bool:
    return case.is_public and case.community_id in actor.communities and not raised_it(actor, case)


def handles_it(actor: Actor, case: CaseSubject) -> bool:
    return actor.has(Role.CONTRACTOR) and any(org in case.handlers for org in actor.organisations)


def leads_it(actor: Actor, case: CaseSubject) -> bool:
    return actor.has(Role.CONTRACTOR) and any(org in case.leads for org in actor.organisations)


def has_it_escalated(actor: Actor, case: CaseSubject) -> bool:
    if case.escalated_to is None:
        return False
    roles = DISPATCHERS if case.escalated_to == "town" else frozenset({Role.DISTRICT_DISPATCHER})
    return _covers(actor, roles, case)


def committee_handles_it(actor: Actor, case: CaseSubject) -> bool:
    return case.handled_by_committee and sits_on_the_committee(actor, case)


def may_call_him(actor: Actor, case: CaseSubject) -> bool:
    """The committee; the secretary alone where he wished to stay unnamed."""
    return _covers(actor, frozenset({Role.SECRETARY}) if case.is_anonymous else COMMITTEE, case)


@cache
def any_of(*rules: Rule) -> Rule:
    """One and the same for the same rules, so that whoever asks many permissions asks each rule once."""

    def one_of_them(actor: Actor, case: CaseSubject) -> bool:
        for rule in rules:  # noqa: SIM110 - a generator costs as much as the rules
            if rule(actor, case):
                return True
        return False

    return one_of_them


MAY: Mapping[Permission, Rule] = {
    Permission.CASE_ON_BEHALF: sits_on_the_committee,
    Permission.CASE_PRE_CHECK: sits_on_the_committee,
    Permission.CASE_ACCEPTANCE: sits_on_the_committee,
    Permission.CASE_REFUSAL: sits_on_the_committee,
    Permission.CASE_SELF_HANDLING: sits_on_the_committee,
    Permission.CASE_DISPATCH: any_of(sits_on_the_committee, has_it_escalated),
    Permission.CASE_SIGNING: handles_it,
    Permission.CASE_RETURN: any_of(handles_it, has_it_escalated),
    Permission.CASE_PROGRESS: any_of(handles_it, sits_on_the_committee),
    Permission.CASE_HANDLING: any_of(handles_it, committee_handles_it),
    Permission.CASE_VERIFICATION: sits_on_the_committee,
    Permission.CASE_CLOSURE: sits_on_the_committee,
    Permission.CASE_EXTENSION: any_of(sits_on_the_committee, leads_it, has_it_escalated),
    Permission.CASE_SUSPENSION: sits_on_the_committee,
    Permission.CASE_RESUMPTION: sits_on_the_committee,
    Permission.CASE_MERGER: sits_on_the_committee,
    Permission.CASE_ESCALATION: sits_on_the_committee,
    Permission.CASE_URGING: any_of(raised_it, sits_on_the_committee, has_it_escalated),
    Permission.CASE_NOTE: any_of(sits_on_the_committee, has_it_escalated),
    Permission.CASE_CONTACT: may_call_him,
    Permission.CASE_MESSAGES: any_of(raised_it, sits_on_the_committee),
    Permission.CASE_SUPPORT: lives_near_a_public_case,
    Permission.CASE_HIDING: any_of(raised_it, sits_on_the_committee),
    Permission.CASE_WITHDRAWAL: raised_it,
    Permission.CASE_EVALUATION: raised_it,
    Permission.CASE_REOPENING: raised_it,
    Permission.CASE_CALLBACK: sits_on_the_committee,
}

#: What hangs on a place rather than on a case: the roles that may, at a node at or above it.
MAY_AT: Mapping[Permission, frozenset[Role]] = {
    Permission.BINDING_DECIDE: COMMITTEE,
    Permission.PEOPLE_LOOK_UP: COMMITTEE,
    Permission.PEOPLE_KEEP: COMMITTEE,
    Permission.CHANGE_DECIDE: frozenset({Role.SECRETARY}),
    Permission.REGISTER_RULE: frozenset({Role.SECRETARY, Role.DISTRICT_DISPATCHER}),
    Permission.PEOPLE_REVEAL: COMMITTEE,
    Permission.REGISTER_EXPORT: COMMITTEE,
    Permission.EXPORT_DECIDE: frozenset({Role.SECRETARY}),
    #: The town what secretaries looked at: most neighbourhoods have one, and nobody judges himself.
    Permission.LOOKS_REVIEW: frozenset({Role.SECRETARY, Role.TOWN_DISPATCHER}),
    Permission.LOOKS_DEFER: frozenset({Role.SECRETARY}),
    Permission.LOOKS_OVERSEE: frozenset({Role.SECRETARY, Role.TOWN_DISPATCHER}),
    Permission.PLACES_KEEP: COMMITTEE,
    Permission.CASE_ON_BEHALF: COMMITTEE,
    Permission.FIGURES_READ: COMMITTEE | DISPATCHERS | {Role.DISTRICT_ANALYST},
    # -- posts, emergencies, administrators
    Permission.ROLE_GRANT: DISPATCHERS | {Role.SECRETARY, Role.SECADMIN},
    Permission.ROLE_DELEGATE: COMMITTEE | DISPATCHERS,
    Permission.EMERGENCY_OPEN: COMMITTEE,
    #: The town too: somebody has to look at what a secretary opened himself.
    Permission.EMERGENCY_REVIEW: frozenset({Role.SECRETARY, Role.TOWN_DISPATCHER}),
    Permission.READS_INSPECT: frozenset({Role.AUDITOR}),
    Permission.OPERATION_INSPECT: frozenset({Role.SYSADMIN}),
    # -- tags and groups
    Permission.TAG_DEFINE: DISPATCHERS | {Role.SECRETARY},
    Permission.TAG_KEEP: COMMITTEE,
    #: Who runs the programmes of a neighbourhood; a worker does it in a post that the secretary lends him.
    Permission.TAG_SENSITIVE: frozenset({Role.SECRETARY}),
    Permission.GROUP_KEEP: COMMITTEE,
    # -- visits: who knocks at doors sits on the committee; a building's lead reads nothing of it
    Permission.VISIT_READ: COMMITTEE,
    Permission.VISIT_PLAN: COMMITTEE,
    Permission.VISIT_RECORD: COMMITTEE,
    Permission.VISIT_RULE: frozenset({Role.SECRETARY, Role.DISTRICT_DISPATCHER}),
    Permission.TAG_DECIDE: frozenset({Role.SECRETARY}),
    # -- forms and ledgers: offices ask, and a neighbourhood keeps ledgers of its own
    Permission.FORM_ISSUE: DISPATCHERS | {Role.SECRETARY},
    Permission.FORM_FILL: COMMITTEE,
    Permission.ASSIST_KEEP: frozenset({Role.DISTRICT_DISPATCHER}),
    # -- organisations, facilities, grids, building groups
    Permission.NEIGHBOURHOOD_READ: COMMITTEE | DISPATCHERS,
    Permission.NEIGHBOURHOOD_KEEP: COMMITTEE | DISPATCHERS,
    Permission.COMMUNITY_TYPE: frozenset({Role.DISTRICT_DISPATCHER}),
    # -- the desk of all posts and the experience library: each place writes its own guides
    Permission.GUIDE_KEEP: COMMITTEE | DISPATCHERS,
    Permission.INQUIRY_KEEP: COMMITTEE,
    Permission.NOTE_KEEP: COMMITTEE,
    Permission.EXPERIENCE_PROPOSE: COMMITTEE,
    #: The second look, before anything leaves the neighbourhood.
    Permission.EXPERIENCE_SHARE: frozenset({Role.SECRETARY}),
    # -- plugins: the committee decides what runs in its neighbourhood, and every worker may read what does
    Permission.PLUGIN_READ: COMMITTEE,
    Permission.PLUGIN_MANAGE: frozenset({Role.SECRETARY}),
    Permission.PLUGIN_CONSENT_ENTER: COMMITTEE,
}

#: What a plugin may, where it is on: the scope that its committee must have given it. Nothing else.
MAY_WITH: Mapping[Permission, str] = {
    Permission.VISIT_READ: "visit:read",
    Permission.VISIT_PLAN: "visit:write",
    Permission.VISIT_RECORD: "visit:write",
    Permission.CASE_ON_BEHALF: "case:write",
    Permission.CASE_NOTE: "case:write",
}

_BELOW_SECRETARY = frozenset({Role.WORKER, Role.CONTRACTOR, Role.BUILDING_LEAD})
_BELOW_TOWN = _BELOW_SECRETARY | {Role.SECRETARY}
_BELOW_DISTRICT = _BELOW_TOWN | {Role.TOWN_DISPATCHER}
#: He fills the posts of the staff. The lead of a building is a resident, whom no administrator sees.
_OF_THE_STAFF = _BELOW_DISTRICT - {Role.BUILDING_LEAD}
#: Who may give which roles at or below his node; everything else is the system's.
MAY_GIVE: Mapping[Role, frozenset[Role]] = {
    Role.SECRETARY: _BELOW_SECRETARY,
    Role.TOWN_DISPATCHER: _BELOW_TOWN,
    Role.DISTRICT_DISPATCHER: _BELOW_DISTRICT,
    Role.SECADMIN: _OF_THE_STAFF | {Role.DISTRICT_DISPATCHER, Role.DISTRICT_ANALYST} | ADMINISTRATORS,
}
#: What of his own role somebody may let another act in: the same, or less.
MAY_DELEGATE: Mapping[Role, frozenset[Role]] = {
    Role.WORKER: frozenset({Role.WORKER}),
    Role.SECRETARY: COMMITTEE,
    Role.TOWN_DISPATCHER: frozenset({Role.TOWN_DISPATCHER}),
    Role.DISTRICT_DISPATCHER: DISPATCHERS,
}


def may(actor: Actor, permission: Permission, case: CaseSubject) -> bool:
    """May the actor do this to a case he sees? The system may do what its jobs are for."""
    if actor.kind is ActorKind.PLUGIN:
        return _plugin_may(actor, permission, case)
    return actor.kind is ActorKind.SYSTEM or MAY[permission](actor, case)


def allowed(actor: Actor, permissions: tuple[Permission, ...], case: CaseSubject) -> list[Permission]:
    """Those of the permissions that the actor has, in their order; the same as `may` for each."""
    if actor.kind in (ActorKind.PLUGIN, ActorKind.SYSTEM):
        return [one for one in permissions if may(actor, one, case)]
    holds = {rule: rule(actor, case) for rule in _rules_of(permissions)}
    return [one for one in permissions if holds[MAY[one]]]


@cache
def _rules_of(permissions: tuple[Permission, ...]) -> frozenset[Rule]:
    return frozenset(MAY[one] for one in permissions)


def require(actor: Actor, permission: Permission, case: CaseSubject) -> None:
    """Refuse with 403 unless the actor may."""
    if not may(actor, permission, case):
        raise NotPermitted()


def may_at(actor: Actor, permission: Permission, place: Placed) -> bool:
    if actor.kind is ActorKind.PLUGIN:
        return _plugin_may(actor, permission, place)
    return actor.kind is ActorKind.SYSTEM or _covers(actor, MAY_AT[permission], place)


def _plugin_may(actor: Actor, permission: Permission, place: Placed) -> bool:
    """In its own neighbourhood, with the scope; writing opens reading."""
    scope = MAY_WITH.get(permission)
    held = scope is not None and (scope in actor.scopes or scope.replace(":read", ":write") in actor.scopes)
    return held and any(grant.place_id == place.community_id for grant in actor.grants)


def require_at(actor: Actor, permission: Permission, place: Placed) -> None:
    if not may_at(actor, permission, place):
        raise NotPermitted()


def may_give(actor: Actor, role: Role, place: Placed) -> bool:
    """May the actor give this role at this place? The roles that give it, at a node at or above."""
    givers = frozenset(giver for giver, given in MAY_GIVE.items() if role in given)
    return actor.kind is ActorKind.SYSTEM or _covers(actor, givers, place)


def right_used(actor: Actor, allowed: Callable[[Actor], bool]) -> Grant | None:
    """The right under which the actor does what is `allowed`: his own before another's; None where he has none.

    Whoever keeps two posts in one place acts as its secretary.
    """
    in_order = sorted(
        actor.grants, key=lambda one: (one.giver_id is not None, one.role is not Role.SECRETARY)
    )
    return next((one for one in in_order if allowed(replace(actor, grants=(one,)))), None)


def right_used_at(actor: Actor, permission: Permission, place: Placed) -> Grant | None:
    return right_used(actor, lambda one: may_at(one, permission, place))
