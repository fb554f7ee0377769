"""The table of rights, cell by cell, written down by hand: nothing is read from the policy it judges.

The matrix of routes asks the same through both apps; here a wrong cell is seen within a second, and with its name.
"""

from dataclasses import dataclass, replace

import pytest

from core_db.access import Permission, may, may_at, may_give, require, require_at, right_used, right_used_at
from core_db.access.policy import MAY, MAY_AT, MAY_DELEGATE
from core_db.access.policy import allowed as allowed_of
from core_db.access.words import field_said
from core_db.foundation.actor import ANONYMOUS, Actor, ActorKind, Grant, HomeBond, Role, system_actor
from core_db.foundation.errors import NotPermitted


@dataclass(frozen=True)
class Case:
    """A case of the neighbourhood `here`, as the policy sees it: private, with its name, in nobody's hands."""

    community_id: str = "here"
    town_id: str = "town"
    district_id: str = "district"
    escalated_to: str | None = None
    is_public: bool = False
    is_anonymous: bool = False
    party_accounts: frozenset[str] = frozenset({"aunt", "proxy"})
    handlers: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    handled_by_committee: bool = False


HERE = Case()
HANDED = Case(handlers=frozenset({"firm", "helpers"}), leads=frozenset({"firm"}))
WORKER, SECRETARY, CONTRACTOR, BUILDING_LEAD = (
    Role.WORKER,
    Role.SECRETARY,
    Role.CONTRACTOR,
    Role.BUILDING_LEAD,
)
TOWN, DISTRICT, ANALYST = Role.TOWN_DISPATCHER, Role.DISTRICT_DISPATCHER, Role.DISTRICT_ANALYST
SYSADMIN, SECADMIN, AUDITOR = Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR
COMMITTEE, ALL_STAFF = {WORKER, SECRETARY}, (
    WORKER, SECRETARY, CONTRACTOR, BUILDING_LEAD, TOWN, DISTRICT, ANALYST, SYSADMIN, SECADMIN, AUDITOR,
)  # fmt: skip


def staff(*roles: Role, at: str = "here", **more: str) -> Actor:
    return Actor(
        kind=ActorKind.STAFF, id="staff", name="小张",
        grants=tuple(Grant(role=role, place_id=at, **more) for role in roles),
    )  # fmt: skip


def resident(name: str = "aunt", lives_in: str = "here") -> Actor:
    home = HomeBond(
        home_id="home", building_id="building", community_id=lives_in, town_id="town", district_id="district",
        label="1号",
    )  # fmt: skip
    return Actor(kind=ActorKind.RESIDENT, id=name, name=name, homes=(home,))


# -- who gives which role ---------------------------------------------------------------------------

BELOW_SECRETARY = {WORKER, CONTRACTOR, BUILDING_LEAD}
GIVES = {
    SECRETARY: BELOW_SECRETARY,
    TOWN: {*BELOW_SECRETARY, SECRETARY},
    DISTRICT: {*BELOW_SECRETARY, SECRETARY, TOWN},
    SECADMIN: set(ALL_STAFF) - {BUILDING_LEAD},
}
LENDS = {WORKER: {WORKER}, SECRETARY: COMMITTEE, TOWN: {TOWN}, DISTRICT: {TOWN, DISTRICT}}


@pytest.mark.parametrize("giver", ALL_STAFF)
def test_who_gives_which_role_and_lends_which_of_his_own(giver):
    assert {role for role in Role if may_give(staff(giver), role, HERE)} == GIVES.get(giver, set())
    assert set(MAY_DELEGATE.get(giver, ())) == LENDS.get(giver, set())


def test_the_system_gives_every_role_and_a_resident_none():
    assert all(may_give(system_actor("preparation"), role, HERE) for role in Role)
    assert not any(may_give(resident(), role, HERE) for role in Role)


# -- what hangs on a place --------------------------------------------------------------------------

AT = {
    Permission.BINDING_DECIDE: COMMITTEE,
    Permission.PEOPLE_LOOK_UP: COMMITTEE,
    Permission.PEOPLE_KEEP: COMMITTEE,
    Permission.PEOPLE_REVEAL: COMMITTEE,
    Permission.REGISTER_EXPORT: COMMITTEE,
    Permission.EXPORT_DECIDE: {SECRETARY},
    Permission.LOOKS_REVIEW: {SECRETARY, TOWN},
    Permission.LOOKS_DEFER: {SECRETARY},
    Permission.LOOKS_OVERSEE: {SECRETARY, TOWN},
    Permission.PLACES_KEEP: COMMITTEE,
    Permission.CASE_ON_BEHALF: COMMITTEE,
    Permission.FIGURES_READ: {*COMMITTEE, TOWN, DISTRICT, ANALYST},
    Permission.ROLE_GRANT: {SECRETARY, TOWN, DISTRICT, SECADMIN},
    Permission.ROLE_DELEGATE: {*COMMITTEE, TOWN, DISTRICT},
    Permission.EMERGENCY_OPEN: COMMITTEE,
    Permission.EMERGENCY_REVIEW: {SECRETARY, TOWN},
    Permission.READS_INSPECT: {AUDITOR},
    Permission.OPERATION_INSPECT: {SYSADMIN},
    Permission.CHANGE_DECIDE: {SECRETARY},
    Permission.REGISTER_RULE: {SECRETARY, DISTRICT},
    Permission.TAG_DEFINE: {SECRETARY, TOWN, DISTRICT},
    Permission.TAG_KEEP: COMMITTEE,
    Permission.TAG_SENSITIVE: {SECRETARY},
    Permission.TAG_DECIDE: {SECRETARY},
    Permission.GROUP_KEEP: COMMITTEE,
    Permission.VISIT_READ: COMMITTEE,
    Permission.VISIT_PLAN: COMMITTEE,
    Permission.VISIT_RECORD: COMMITTEE,
    Permission.VISIT_RULE: {SECRETARY, DISTRICT},
    Permission.FORM_ISSUE: {SECRETARY, TOWN, DISTRICT},
    Permission.FORM_FILL: COMMITTEE,
    Permission.ASSIST_KEEP: {DISTRICT},
    Permission.NEIGHBOURHOOD_READ: {*COMMITTEE, TOWN, DISTRICT},
    Permission.NEIGHBOURHOOD_KEEP: {*COMMITTEE, TOWN, DISTRICT},
    Permission.COMMUNITY_TYPE: {DISTRICT},
    Permission.GUIDE_KEEP: {*COMMITTEE, TOWN, DISTRICT},
    Permission.INQUIRY_KEEP: COMMITTEE,
    Permission.NOTE_KEEP: COMMITTEE,
    Permission.EXPERIENCE_PROPOSE: COMMITTEE,
    Permission.EXPERIENCE_SHARE: {SECRETARY},
    Permission.PLUGIN_READ: COMMITTEE,
    Permission.PLUGIN_MANAGE: {SECRETARY},
    Permission.PLUGIN_CONSENT_ENTER: COMMITTEE,
}


def test_no_line_of_the_table_is_missing_here():
    assert set(AT) == set(MAY_AT)
    assert set(Permission) == set(MAY) | set(MAY_AT) | {Permission.CASE_SUBMIT}


@pytest.mark.parametrize("permission", AT)
def test_who_may_what_at_a_place(permission):
    for at in ("here", "town", "district"):
        assert {role for role in Role if may_at(staff(role, at=at), permission, HERE)} == AT[permission]
    assert not [role for role in Role if may_at(staff(role, at="next door"), permission, HERE)]
    assert not may_at(resident(), permission, HERE)
    assert may_at(system_actor("job"), permission, HERE)


def test_who_may_not_is_refused_and_who_may_is_not():
    require_at(staff(WORKER), Permission.PEOPLE_KEEP, HERE)
    require(staff(WORKER), Permission.CASE_NOTE, HERE)
    for refuse in (
        lambda: require_at(staff(TOWN), Permission.PEOPLE_KEEP, HERE),
        lambda: require(staff(TOWN), Permission.CASE_NOTE, HERE),
    ):
        with pytest.raises(NotPermitted):
            refuse()


# -- what is done to a case -------------------------------------------------------------------------

OFFICE = {
    Permission.CASE_ON_BEHALF, Permission.CASE_PRE_CHECK, Permission.CASE_ACCEPTANCE, Permission.CASE_REFUSAL,
    Permission.CASE_SELF_HANDLING, Permission.CASE_DISPATCH, Permission.CASE_PROGRESS, Permission.CASE_VERIFICATION,
    Permission.CASE_CLOSURE, Permission.CASE_EXTENSION, Permission.CASE_SUSPENSION, Permission.CASE_RESUMPTION,
    Permission.CASE_MERGER, Permission.CASE_ESCALATION, Permission.CASE_URGING, Permission.CASE_NOTE,
    Permission.CASE_CONTACT, Permission.CASE_MESSAGES, Permission.CASE_HIDING, Permission.CASE_CALLBACK,
}  # fmt: skip
ESCALATED = {
    Permission.CASE_DISPATCH, Permission.CASE_RETURN, Permission.CASE_EXTENSION, Permission.CASE_URGING,
    Permission.CASE_NOTE,
}  # fmt: skip
FIRM = {
    Permission.CASE_SIGNING, Permission.CASE_RETURN, Permission.CASE_PROGRESS, Permission.CASE_HANDLING,
    Permission.CASE_EXTENSION,
}  # fmt: skip
PARTY = {
    Permission.CASE_URGING, Permission.CASE_MESSAGES, Permission.CASE_WITHDRAWAL, Permission.CASE_EVALUATION,
    Permission.CASE_REOPENING, Permission.CASE_HIDING,
}  # fmt: skip
PUBLIC = replace(HERE, is_public=True)
TO_TOWN, TO_DISTRICT = replace(HERE, escalated_to="town"), replace(HERE, escalated_to="district")

CELLS = {
    "the worker": (staff(WORKER), HERE, OFFICE),
    "the secretary": (staff(SECRETARY), HERE, OFFICE),
    "the worker whose office handles it": (
        staff(WORKER), replace(HERE, handled_by_committee=True), OFFICE | {Permission.CASE_HANDLING},
    ),
    "the worker, unnamed": (
        staff(WORKER), replace(HERE, is_anonymous=True), OFFICE - {Permission.CASE_CONTACT},
    ),
    "the secretary, unnamed": (staff(SECRETARY), replace(HERE, is_anonymous=True), OFFICE),
    "the worker next door": (staff(WORKER, at="next door"), PUBLIC, set()),
    "nobody's worker, whose office would handle it": (
        staff(WORKER, at="next door"), replace(HERE, handled_by_committee=True), set(),
    ),
    "the town, not asked": (staff(TOWN, at="town"), HERE, set()),
    "the town, asked": (staff(TOWN, at="town"), TO_TOWN, ESCALATED),
    "the district above it": (staff(DISTRICT, at="district"), TO_TOWN, ESCALATED),
    "the town, passed over": (staff(TOWN, at="town"), TO_DISTRICT, set()),
    "the district, asked": (staff(DISTRICT, at="district"), TO_DISTRICT, ESCALATED),
    "another town": (staff(TOWN, at="other town"), TO_TOWN, set()),
    "the firm that leads": (staff(CONTRACTOR, organisation_id="firm"), HANDED, FIRM),
    "the firm that helps": (
        staff(CONTRACTOR, organisation_id="helpers"), HANDED, FIRM - {Permission.CASE_EXTENSION},
    ),
    "another firm": (staff(CONTRACTOR, organisation_id="others"), HANDED, set()),
    "the firm's analyst": (staff(ANALYST, at="district", organisation_id="firm"), HANDED, set()),
    "the requester": (resident("aunt"), HERE, PARTY),
    "the requester of a public one": (resident("aunt"), PUBLIC, PARTY),
    "his proxy": (resident("proxy", lives_in="next door"), HERE, PARTY),
    "a member of staff with the requester's id": (replace(staff(ANALYST), id="aunt"), HERE, set()),
    "a stranger under the requester's id": (replace(ANONYMOUS, id="aunt"), HERE, set()),
    "a neighbour of a private one": (resident("neighbour"), HERE, set()),
    "a neighbour of a public one": (resident("neighbour"), PUBLIC, {Permission.CASE_SUPPORT}),
    "somebody from next door": (resident("other", lives_in="next door"), PUBLIC, set()),
    "the lead of a building": (staff(BUILDING_LEAD), HERE, set()),
    "the administrators": (staff(SYSADMIN, SECADMIN, AUDITOR, at="district"), HERE, set()),
    "a job": (system_actor("deadlines"), HERE, set(MAY)),
}  # fmt: skip


@pytest.mark.parametrize("who", CELLS)
def test_who_may_what_with_a_case(who):
    actor, case, allowed = CELLS[who]

    assert {permission for permission in MAY if may(actor, permission, case)} == allowed


def test_what_was_read_is_said_in_either_language_and_of_what_has_no_name_that_there_is_something():
    assert [field_said("phone_sealed", lang) for lang in ("zh", "en")] == ["手机号码", "Telephone number"]
    assert field_said("of tomorrow", "en") == "Something else that is registered"


# -- plugins ----------------------------------------------------------------------------------------


def plugin(*scopes, at="here"):
    return Actor(
        kind=ActorKind.PLUGIN, id="plugin:hello-x", name="hello-x", scopes=frozenset(scopes),
        grants=(Grant(role=Role.PLUGIN, place_id=at),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ((), set()),
        (("visit:read",), {Permission.VISIT_READ}),
        (("visit:write",), {Permission.VISIT_READ, Permission.VISIT_PLAN, Permission.VISIT_RECORD}),
        (("case:read", "file:read"), set()),
        (("case:write",), {Permission.CASE_ON_BEHALF, Permission.CASE_NOTE}),
    ],
)
def test_a_plugin_may_what_its_scopes_open_where_it_acts_and_nothing_next_door(scopes, allowed):
    of_places = {one for one in MAY_AT if may_at(plugin(*scopes), one, HERE)}
    of_cases = {one for one in MAY if may(plugin(*scopes), one, HERE)}

    assert of_places | of_cases == allowed
    assert of_cases == set(allow_all(plugin(*scopes)))
    elsewhere = plugin(*scopes, at="next door")
    assert not [one for one in MAY_AT if may_at(elsewhere, one, HERE)]
    assert allow_all(elsewhere) == []


def allow_all(actor):
    return allowed_of(actor, tuple(MAY), HERE)


# -- in another's right -----------------------------------------------------------------------------


def test_a_lent_right_is_used_where_ones_own_does_not_suffice():
    own, lent = (
        Grant(role=WORKER, place_id="here"),
        Grant(role=SECRETARY, place_id="here", giver_id="wang", giver_name="王书记"),
    )
    delegate = replace(staff(), grants=(own, lent))

    assert right_used_at(delegate, Permission.EXPORT_DECIDE, HERE) == lent
    assert right_used_at(delegate, Permission.PEOPLE_KEEP, HERE) == own
    assert right_used_at(delegate, Permission.OPERATION_INSPECT, HERE) is None


def test_of_ones_own_posts_the_one_that_reaches_is_used_and_a_secretarys_first():
    there, here, town = (
        Grant(role=SECRETARY, place_id="there"),
        Grant(role=WORKER, place_id="here"),
        Grant(role=TOWN, place_id="town"),
    )
    both = replace(here, role=SECRETARY)

    assert right_used_at(replace(staff(), grants=(there, here)), Permission.PEOPLE_KEEP, HERE) == here
    assert right_used_at(replace(staff(), grants=(here, both)), Permission.PEOPLE_KEEP, HERE) == both
    assert right_used_at(replace(staff(), grants=(there, town)), Permission.PEOPLE_KEEP, HERE) is None


def test_of_two_lent_rights_the_one_that_allows_it_is_used_and_never_both_together():
    town = Grant(role=TOWN, place_id="town", giver_id="li", giver_name="李科")
    worker = Grant(role=WORKER, place_id="here", giver_id="wang", giver_name="王书记")
    delegate = replace(staff(), grants=(town, worker))

    assert right_used_at(delegate, Permission.PEOPLE_KEEP, HERE) == worker
    assert right_used(delegate, lambda one: len(one.grants) > 1) is None
