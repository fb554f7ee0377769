"""People: persons, households, residencies, organisations. What others may use is imported here."""

from core_db.foundation.recorded import Because, Cause, ChangedSince, SaysSoAlready
from core_db.people.ages import AGE_BANDS, age_band, born_between
from core_db.people.anew import make_people_anew
from core_db.people.changing import change_person, sealed_place
from core_db.people.childhood import AGREES_ALONE, OF_AGE, birthday, is_below, is_minor, needs_a_guardian
from core_db.people.commands import register_person
from core_db.people.correcting import (
    Corrected,
    correct_as_asked,
    correct_person,
    field_named,
    undo_change,
    undo_event,
    verify_field,
    verify_person,
)
from core_db.people.credit_code import credit_code_from
from core_db.people.deciding import (
    approve_field,
    because_wanted,
    decide,
    proposal_to_decide,
    refuse_proposal,
    withdraw_proposal,
)
from core_db.people.drafts import (
    HeadDraft,
    HouseholdCorrection,
    MoveIn,
    OrganisationDraft,
    PersonCorrection,
    PersonDraft,
    ProposalRefusal,
    RegroupDraft,
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
from core_db.people.file import (
    MOST_CHANGES,
    ChangeSeen,
    FieldSeen,
    Member,
    PersonFile,
    StaySeen,
    fields_seen,
    history_of,
    person_file,
    person_in_sight,
)
from core_db.people.handlers import OrganisationView, organisations_for
from core_db.people.household_fields import HOUSEHOLD_FIELDS, slot_of_household
from core_db.people.households import (
    change_head,
    correct_household,
    correct_relation,
    end_dwelling,
    undo_change_kept_there,
)
from core_db.people.identity import Identity, IdentityFault, check_digit, identity_from, telephone_from
from core_db.people.importing import (
    COLUMNS,
    OWN,
    ROW,
    VERSION,
    Door,
    Known,
    PeopleImported,
    Reading,
    RowPlan,
    RowSaid,
    RowWriter,
    Step,
    Written,
    columns_of,
    door_from,
    faults_of_row,
    heads_a_table,
    import_people,
    known_in,
    plan_rows,
    reading_of,
    refusal_of,
    tell_imported,
)
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
from core_db.people.place_fields import PlaceCorrected, correct_place
from core_db.people.proposing import (
    About,
    ProposalSeen,
    count_proposals,
    proposals_waiting,
    propose,
    refuse_second,
    value_of,
)
from core_db.people.queries import PersonView, people_of
from core_db.people.readings import name_columns, readings_of
from core_db.people.regrouping import regroup_members, regrouping_of, who_goes_over
from core_db.people.ruled import EVENT_WORDS, RULED, LifeEvent, name_of
from core_db.people.rules import RuleSeen, needs_second, places_to_rule, rules_in_sight, set_rule, waits
from core_db.people.sight import HouseholdSight, PersonSight, household_in_sight, people_in_sight
from core_db.people.status import codes_of, residence_status
from core_db.people.waiting import DecidedSeen, WaitingHere, decided_of_mine, waiting_of
from core_db.people.words import LIVES_AS_WORDS, RELATION_WORDS, SEX_WORDS, LivesAs, Sex

__all__ = [
    "AGE_BANDS", "AGREES_ALONE", "COLUMNS", "EDITABLE", "EVENT_WORDS", "FIELDS", "HOUSEHOLD_FIELDS",
    "LIVES_AS_WORDS", "MOST_CHANGES", "OF_AGE", "OWN", "RECORDED", "RELATION_WORDS", "ROW", "RULED",
    "SEX_WORDS", "VERSION", "About", "Because", "CannotBeUndone", "Cause", "ChangeSeen", "ChangedSince",
    "Corrected", "DecidedSeen", "Door", "FieldSeen", "FieldSpec", "HasDied", "HeadDraft", "Household",
    "HouseholdCorrection", "HouseholdSight", "Identity", "IdentityFault", "Known", "LifeEvent", "LivesAs",
    "LivesThere", "Member", "MoveIn", "Organisation", "OrganisationCategory", "OrganisationDraft",
    "OrganisationExists", "OrganisationView", "PeopleImported", "Person", "PersonCorrection", "PersonDraft",
    "PersonExists", "PersonFile", "PersonSight", "PersonView", "PlaceCorrected", "ProposalDecided",
    "ProposalRefusal", "ProposalSeen", "ProposedAlready", "Reading", "RegisterChange", "RegisterField",
    "RegisterProposal", "RegisterRule", "RegroupDraft", "RelationDraft", "Residency", "RowPlan", "RowSaid",
    "RowWriter", "RuleDraft", "RuleSeen", "SaysSoAlready", "SecondPersonNeeded", "Sex", "StaySeen", "Step",
    "WaitingHere", "Written", "age_band", "approve_field", "because_wanted", "birthday", "born_between",
    "change_head", "change_person", "check_digit", "codes_of", "columns_of", "correct_as_asked", "correct_household",
    "correct_person", "correct_place", "correct_relation", "count_proposals", "credit_code_from", "decide",
    "decided_of_mine", "door_from", "end_dwelling", "faults_of_row", "field_named", "fields_seen",
    "heads_a_table", "history_of", "household_in_sight", "identity_from", "import_people", "is_below",
    "is_minor", "known_in", "make_people_anew", "move_in", "move_out", "name_columns", "name_of", "needs_a_guardian",
    "needs_second", "organisations_for", "people_in_sight", "people_of", "person_file", "person_in_sight",
    "places_to_rule", "plan_rows", "proposal_to_decide", "proposals_waiting", "propose", "reading_of",
    "readings_of", "refusal_of", "refuse_proposal", "refuse_second", "register_organisation",
    "register_person", "regroup_members", "regrouping_of", "residence_status", "residencies_now", "rules_in_sight",
    "sealed_place", "set_rule", "slot_of_household", "telephone_from", "tell_imported", "undo_change",
    "undo_change_kept_there", "undo_event", "value_of", "verify_field", "verify_person", "waiting_of", "waits",
    "who_goes_over", "withdraw_proposal",
]  # fmt: skip
