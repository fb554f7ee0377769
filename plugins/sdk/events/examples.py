"""Each fact once as it might come: the documents show it, the kit's contract tells it, and a schema is tried on it.

Whoever adds a fact adds a line. Ids of residents, homes and households are a plugin's own for them (`r_…`), as it hears
them; where no plugin hears of a fact they are the base's.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from plugins.sdk import events
from plugins.sdk.events.base import Event

E = TypeVar("E", bound=Event)
#: A neighbourhood, and what there is in it.
HERE = "0193b0c4-1f6a-7c31-9d0e-2b7a5e8f4a10"
CASE, OTHER_CASE = "0193b0c5-7a02-7e55-8c41-90d3f1b6a2e7", "0193b0c5-9d4e-71b8-a6f0-3c5e7d9b1f22"
FIRM, TOWN_FIRM = "0193a1f0-5b2c-7d90-b3e8-6f4a2c8e0d15", "0193a1f0-6c3d-7ea1-84f9-705b3d9f1e26"
PERSON, HOME, HOUSEHOLD = "r_5f1c9a7e20b3d846", "r_a04be8c173f2956d", "r_37d9e61b5c80fa42"
ACCOUNT, ANYBODY = "0193b0a1-22c4-7f18-9b6d-4e0f8a2c6b51", "0193b0a1-33d5-7029-8c7e-5f109b3d7c62"
VISIT, PLAN, MISSED = (
    "0193b0d2-10ab-7c4d-8e5f-6a7b8c9d0e1f", "0193b0d2-21bc-7d5e-9f60-7b8c9d0e1f20",
    "0193b0d2-32cd-7e6f-a071-8c9d0e1f2031",
)  # fmt: skip
#: Any other thing of the base.
ONE, ANOTHER = "0193b0e7-4c5d-7a6b-8f7e-1d2c3b4a5968", "0193b0e7-5d6e-7b7c-9080-2e3d4c5b6a79"


def example_of(kind: type[E], **known: Any) -> E:
    """One of these, with what is known of it. LookupError: nobody thought of one."""
    return kind.model_validate({"community_id": HERE, **_EXAMPLES[kind.__name__], **known})


def told() -> Mapping[str, type[Event]]:
    """Every fact there is, by the name of its class: those that have a type of their own."""
    kinds: Mapping[str, type[Event]] = {name: getattr(events, name) for name in events.__all__}
    return {name: kind for name, kind in kinds.items() if "type" in vars(kind)}


def _case(status: str, **more: Any) -> Mapping[str, Any]:
    """A case about water (1104) that stands so after it."""
    return {"case_id": CASE, "category": "1104", "status": status, **more}


def _entry(kind: str, **more: Any) -> Mapping[str, Any]:
    return {"kind": kind, "entry_id": ONE, **more}


def _of(account: str = ACCOUNT, **more: Any) -> Mapping[str, Any]:
    return {"account_id": account, **more}


_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    # -- cases
    "CaseSubmitted": _case("submitted", channel="app", urgent=False),
    "CasePreChecked": _case("pre_check"),
    "CaseAccepted": _case("accepted"),
    "CaseRefused": _case("not_accepted", reason_code="not_our_area"),
    "CaseSelfHandled": _case("self_handling"),
    "CaseDispatched": _case("dispatched", lead_id=FIRM, assisting_ids=[TOWN_FIRM]),
    "CaseSigned": _case("signed", organisation_id=FIRM),
    "CaseReturned": _case("returned", organisation_id=FIRM, reason_code="not_our_duty"),
    "CaseProgressed": _case("in_progress", visible_to_resident=True),
    "CaseHandled": _case("handled", outcome="done"),
    "CaseVerified": _case("verified"),
    "CaseVerificationFailed": _case("in_progress"),
    "CaseClosed": _case("closed", outcome="resolved"),
    "CaseMainClosed": _case("merged", outcome="resolved"),
    "CaseMerged": _case("merged", into_id=OTHER_CASE),
    "CaseUnmerged": _case("accepted", from_id=OTHER_CASE),
    "CaseSuspended": _case("suspended"),
    "CaseResumed": _case("in_progress"),
    "CaseExtensionAsked": _case("in_progress"),
    "CaseExtensionRefused": _case("in_progress"),
    "CaseExtended": _case("in_progress"),
    "CaseEscalated": _case("in_progress", to="town"),
    "CaseUrged": _case("in_progress"),
    "CaseSupported": _case("accepted", supporters=12),
    "CaseCommented": _case("in_progress", author_role="requester"),
    "CaseNoted": _case("in_progress"),
    "CaseHidden": _case("accepted"),
    "CaseEvaluated": _case("verified", resolved="partly", satisfied=4),
    "CaseReopened": _case("reopened"),
    "CaseWithdrawn": _case("withdrawn"),
    "CaseWarned": _case("in_progress", percent=80),
    "CaseContactOverdue": _case("submitted"),
    "CaseOverdue": _case("in_progress"),
    "CaseRecounted": _case("in_progress"),
    # -- people and their households
    "PersonRegistered": {"person_id": PERSON},
    "PersonChanged": {"person_id": PERSON, "cause": "corrected", "fields": ["phone", "education"]},
    "PersonVerified": {"person_id": PERSON, "field": "phone"},
    "PersonBorn": {"person_id": PERSON, "home_id": HOME},
    "PersonMovedIn": {"person_id": PERSON, "home_id": HOME},
    "PersonMovedOut": {"person_id": PERSON, "home_id": HOME},
    "PersonDied": {"person_id": PERSON, "open_cases": 1},
    "PersonTagged": {"person_id": PERSON, "tag": "living_alone", "added": True},
    "HouseholdChanged": {
        "household_id": HOUSEHOLD, "home_id": HOME, "cause": "moved_in", "fields": ["household"],
    },
    "ChangeProposed": {"proposal_id": ONE, "person_id": ANYBODY},
    "ChangeDecided": {"proposal_id": ONE, "person_id": ANYBODY, "status": "approved"},
    "EntriesMerged": {"merge_id": ONE, "kept_id": ANYBODY, "behind_id": ANOTHER},
    "EntriesParted": {"merge_id": ONE, "kept_id": ANYBODY, "behind_id": ANOTHER},
    "RegisterImported": {"registered": 212, "updated": 37},
    "RegisterRuleSet": {"rule_id": ONE},
    "SheetHandedIn": {"sheet_id": ONE},
    "SheetMoved": {"sheet_id": ONE, "status": "applied"},
    # -- tags and groups
    "TagDefined": {"definition_id": ONE, "code": "living_alone"},
    "TagRetired": {"definition_id": ONE, "code": "living_alone"},
    "TagsDue": {"due": 3},
    "SensitiveTagChanged": {"assignment_id": ONE},
    "TagProposed": {"proposal_id": ONE},
    "TagProposalDecided": {"proposal_id": ONE, "state": "accepted"},
    "GroupSaved": {"group_id": ONE},
    "GroupEnded": {"group_id": ONE},
    # -- visits
    "VisitPlanned": {"plan_id": PLAN, "grade": "key"},
    "VisitPlanEnded": {"plan_id": PLAN},
    "VisitIntervalSet": {"interval_id": ONE},
    "VisitRecorded": {"visit_id": VISIT, "fields": ["answer", "tick"]},
    "VisitCorrected": {"visit_id": VISIT, "fields": ["tick"]},
    "VisitCancelled": {"visit_id": VISIT},
    "VisitMissed": {"plan_id": PLAN, "missed_id": MISSED},
    "NeedRaised": {"need_id": ONE, "kind": "meals"},
    "NeedChanged": {"need_id": ONE, "status": "in_hand"},
    "CanvassBegun": {"canvass_id": ONE},
    "CanvassEnded": {"canvass_id": ONE},
    # -- places and what stands in them
    "PlaceChanged": {"place_id": ONE, "cause": "corrected", "fields": ["name"]},
    "PlaceVerified": {"place_id": ONE, "field": "name"},
    "EntryChanged": _entry("facilities", cause="registered", fields=["name", "position"]),
    "EntryVerified": _entry("facilities", field="position"),
    "CoverageChanged": _entry("grids", added=[ANOTHER], left=[]),
    "FacilityInspected": _entry("facilities", passed=True),
    "SeatFilled": _entry("building-groups", seat_id=ANOTHER, title="lead"),
    "SeatVacated": _entry("building-groups", seat_id=ANOTHER),
    "CharterAdopted": _entry("building-groups", version=2),
    "CommunityTypeSet": {"code": "lane"},
    # -- guides, stamps and what neighbours know
    "GuideKept": {"guide_id": ONE},
    "StampKept": {"stamp_id": ONE},
    "StampTakenOff": {"stamp_id": ONE},
    "ExperienceProposed": {"proposal_id": ONE},
    "ExperienceDecided": {"proposal_id": ONE, "status": "shared"},
    "ExperienceAdopted": {"experience_id": ONE, "guide_id": ANOTHER},
    "ExperienceThanked": {"experience_id": ONE},
    "ExperienceWithdrawn": {"experience_id": ONE},
    "InquiryTaken": {"inquiry_id": ONE, "way": "phone"},
    "InquiryAnswered": {"inquiry_id": ONE, "guide_id": ANOTHER},
    "InquiryHandedOn": {"inquiry_id": ONE},
    "InquiryBecameCase": {"inquiry_id": ONE, "case_id": CASE},
    "NoteWritten": {"note_id": ONE},
    "NoteRead": {"note_id": ONE},
    "NoteDone": {"note_id": ONE},
    # -- forms that are asked for
    "ReportFormPublished": {"form_id": ONE},
    "ReportFormEnded": {"form_id": ONE},
    "ReportOpened": {"form_id": ONE, "fill_id": ANOTHER},
    "ReportHandedIn": {"form_id": ONE, "fill_id": ANOTHER},
    "ReportReturned": {"form_id": ONE, "fill_id": ANOTHER},
    "ReportAccepted": {"form_id": ONE, "fill_id": ANOTHER},
    "AssistItemKept": {"item_id": ONE},
    # -- plugins: each hears of its own
    "PluginEnabled": {"plugin_id": "elder-care", "scopes": ["resident.basic:read", "visit:write"], "version": "1.2.0"},
    "PluginDisabled": {"plugin_id": "elder-care", "cause": "committee"},
    "PluginRemoved": {"plugin_id": "elder-care", "keeps_data": False},
    "PluginSettingsChanged": {"plugin_id": "elder-care", "fields": ["every_days"]},
    "PluginRolesChanged": {"plugin_id": "delegates-reception", "roles": ["recorder"]},
    "PluginConsentGiven": {"plugin_id": "elder-care", "person_id": PERSON, "purpose": "visit"},
    "PluginConsentWithdrawn": {"plugin_id": "elder-care", "person_id": PERSON, "purpose": "visit"},
    # -- accounts and what is somebody's own
    "HomeBindingAsked": _of(binding_id=ONE),
    "HomeBound": _of(binding_id=ONE),
    "HomeBindingRefused": _of(binding_id=ONE),
    "RolesChanged": _of(),
    "SessionRevoked": _of(session_id=ONE),
    "SignInRenewed": _of(),
    "PasskeysChanged": _of(),
    "ConsentGiven": _of(purpose="public-case"),
    "ConsentWithdrawn": _of(purpose="public-case"),
    "CorrectionAsked": _of(correction_id=ONE),
    "CorrectionDecided": _of(correction_id=ONE, status="accepted"),
    "GuardianshipAsked": _of(guardianship_id=ONE),
    "GuardianshipDecided": _of(guardianship_id=ONE, status="approved"),
    "DataExportAsked": _of(export_id=ONE),
    "DataExportReady": _of(export_id=ONE),
    "ErasureAsked": _of(),
    "ErasureWithdrawn": _of(),
    "AccountErased": _of(),
    "RetentionChanged": {"community_id": "", "what": "case-content", "days": 730},
    # -- who looked at what
    "DataRead": {"subject_id": ANYBODY, "purpose": "case"},
    "LookQuestioned": {"look": 4711, "case_id": CASE},
    "LookReviewed": {"look": 4711, "outcome": "in_order"},
    "LooksDeferred": {"deferral_id": ONE, "reason_code": "child_protection"},
    "ManyLooks": {"alarm_id": ONE},
    "ManyLooksNoted": {"alarm_id": ONE},
    "EmergencyOpened": {"emergency_id": ONE, "reason_code": "fire"},
    "EmergencyReviewed": {"emergency_id": ONE, "verdict": "justified"},
    "ExportAsked": {"export_id": ONE},
    "ExportApproved": {"export_id": ONE},
    "ExportRefused": {"export_id": ONE},
    "ExportMade": {"export_id": ONE},
    "FeedbackLeft": {"feedback_id": ONE},
}  # fmt: skip
