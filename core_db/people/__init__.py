"""People: persons, households, residencies, organisations. What others may use is imported here."""

from core_db.foundation.recorded import Cause, ChangedSince, SaysSoAlready
from core_db.people.changing import Because, change_person, sealed_place
from core_db.people.commands import register_person
from core_db.people.correcting import (
    Corrected,
    correct_as_asked,
    correct_person,
    field_named,
    undo_change,
    verify_field,
    verify_person,
)
from core_db.people.credit_code import credit_code_from
from core_db.people.drafts import (
    HeadDraft,
    HouseholdCorrection,
    MoveIn,
    OrganisationDraft,
    PersonCorrection,
    PersonDraft,
    ProposalRefusal,
    RelationDraft,
    RuleDraft,
)
from core_db.people.errors import (
    CannotBeUndone,
    HasDied,
    LivesThere,
    OrganisationExists,
    PersonExists,
    ProposalDecided,
    ProposedAlready,
    SecondPersonNeeded,
)
from core_db.people.fields import EDITABLE, FIELDS, RECORDED, FieldSpec, RegisterField
from core_db.people.file import ChangeSeen, FieldSeen, Member, PersonFile, StaySeen, history_of, person_file
from core_db.people.handlers import OrganisationView, organisations_for
from core_db.people.households import (
    HOUSEHOLD_FIELDS,
    change_head,
    correct_household,
    correct_relation,
    end_dwelling,
    slot_of_household,
    undo_change_kept_there,
)
from core_db.people.identity import Identity, IdentityFault, check_digit, identity_from, telephone_from
from core_db.people.importing import COLUMNS, PeopleImported, columns_of, import_people
from core_db.people.model import (
    Household,
    Organisation,
    OrganisationCategory,
    Person,
    RegisterChange,
    RegisterProposal,
    RegisterRule,
    Residency,
)
from core_db.people.moving import move_in, move_out, residencies_now
from core_db.people.organisations import register_organisation
from core_db.people.proposing import (
    ProposalSeen,
    approve_proposal,
    proposals_waiting,
    refuse_proposal,
    withdraw_proposal,
)
from core_db.people.queries import PersonView, find_people, people_of
from core_db.people.rules import RuleSeen, needs_second, places_to_rule, rules_in_sight, set_rule
from core_db.people.status import residence_status
from core_db.people.words import LIVES_AS_WORDS, RELATION_WORDS, SEX_WORDS, LivesAs, Sex

__all__ = [
    "COLUMNS", "EDITABLE", "FIELDS", "HOUSEHOLD_FIELDS", "LIVES_AS_WORDS", "RECORDED", "RELATION_WORDS",
    "SEX_WORDS", "Because", "CannotBeUndone", "Cause", "ChangeSeen", "ChangedSince", "Corrected", "FieldSeen",
    "FieldSpec", "HasDied", "HeadDraft", "Household", "HouseholdCorrection", "Identity", "IdentityFault",
    "LivesAs", "LivesThere", "Member", "MoveIn", "Organisation", "OrganisationCategory", "OrganisationDraft",
    "OrganisationExists", "OrganisationView", "PeopleImported", "Person", "PersonCorrection", "PersonDraft",
    "PersonExists", "PersonFile", "PersonView", "ProposalDecided", "ProposalRefusal", "ProposalSeen",
    "ProposedAlready", "RegisterChange", "RegisterField", "RegisterProposal", "RegisterRule", "RelationDraft",
    "Residency", "RuleDraft", "RuleSeen", "SaysSoAlready", "SecondPersonNeeded", "Sex", "StaySeen",
    "approve_proposal", "change_head", "change_person", "check_digit", "columns_of", "correct_as_asked",
    "correct_household", "correct_person", "correct_relation", "credit_code_from", "end_dwelling",
    "field_named", "find_people", "history_of", "identity_from", "import_people", "move_in", "move_out",
    "needs_second", "organisations_for", "people_of", "person_file", "places_to_rule", "proposals_waiting",
    "refuse_proposal", "register_organisation", "register_person", "residence_status", "residencies_now",
    "rules_in_sight", "sealed_place", "set_rule", "slot_of_household", "telephone_from", "undo_change",
    "undo_change_kept_there", "verify_field", "verify_person", "withdraw_proposal",
]  # fmt: skip
