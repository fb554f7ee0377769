"""People: persons, households, residencies, organisations. What others may use is imported here."""

from core_db.people.model import (
    Household,
    Organisation,
    OrganisationCategory,
    Person,
    Residency,
)

__all__ = ["Household", "Organisation", "OrganisationCategory", "Person", "Residency"]
