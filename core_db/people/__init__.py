"""People: persons, households, residencies, organisations. What others may use is imported here."""

from core_db.people.commands import (
    correct_person,
    move_in,
    move_out,
    register_organisation,
    register_person,
    sealed_place,
)
from core_db.people.drafts import MoveIn, OrganisationDraft, PersonCorrection, PersonDraft
from core_db.people.errors import LivesThere, OrganisationExists, PersonExists
from core_db.people.handlers import OrganisationView, organisations_for
from core_db.people.identity import Identity, IdentityFault, check_digit, identity_from, telephone_from
from core_db.people.importing import COLUMNS, PeopleImported, columns_of, import_people
from core_db.people.model import (
    Household,
    Organisation,
    OrganisationCategory,
    Person,
    Residency,
)
from core_db.people.queries import PersonFile, PersonView, find_people, people_of, person_file
from core_db.people.words import LIVES_AS_WORDS, RELATION_WORDS, SEX_WORDS, LivesAs, Sex

__all__ = [
    "COLUMNS", "LIVES_AS_WORDS", "RELATION_WORDS", "SEX_WORDS", "Household", "Identity", "IdentityFault",
    "LivesAs", "LivesThere", "MoveIn", "Organisation", "OrganisationCategory", "OrganisationDraft",
    "OrganisationExists", "OrganisationView", "PeopleImported", "Person", "PersonCorrection", "PersonDraft",
    "PersonExists", "PersonFile", "PersonView", "Residency", "Sex", "check_digit", "columns_of",
    "correct_person", "find_people", "identity_from", "import_people", "move_in", "move_out",
    "organisations_for", "people_of", "person_file", "register_organisation", "register_person", "sealed_place",
    "telephone_from",
]  # fmt: skip
