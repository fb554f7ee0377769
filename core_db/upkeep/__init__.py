"""Looking after an installation: copies, their return, checks, tables for others, and what is wrong in sentences."""

from core_db.upkeep.checking import Check, verify
from core_db.upkeep.copies import CopyMade, CopyTrouble, back_up, restore
from core_db.upkeep.doctor import Finding, Weight, examine
from core_db.upkeep.exporting import (
    CASE_HEADINGS,
    PEOPLE_HEADINGS,
    PLACE_HEADINGS,
    case_rows,
    people_rows,
    place_rows,
)

__all__ = [
    "CASE_HEADINGS", "PEOPLE_HEADINGS", "PLACE_HEADINGS", "Check", "CopyMade", "CopyTrouble", "Finding", "Weight",
    "back_up", "case_rows", "examine", "people_rows", "place_rows", "restore", "verify",
]  # fmt: skip
