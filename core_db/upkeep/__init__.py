"""Looking after an installation: copies, their return, checks, tables for others, and what is wrong in sentences."""

from core_db.upkeep.checking import Check, verify
from core_db.upkeep.copies import CopyMade, CopyTrouble, back_up, restore
from core_db.upkeep.doctor import Finding, Weight, examine
from core_db.upkeep.evidence import Evidence, gather_evidence
from core_db.upkeep.exporting import (
    CASE_HEADINGS,
    PEOPLE_HEADINGS,
    PLACE_HEADINGS,
    case_rows,
    people_rows,
    place_rows,
)
from core_db.upkeep.rebuilding import Rebuilt, rebuild
from core_db.upkeep.rotating import (
    Rotated,
    begin_rotation,
    finish_rotation,
    is_under_way,
    wrapped_by_another,
)

__all__ = [
    "CASE_HEADINGS",
    "PEOPLE_HEADINGS",
    "PLACE_HEADINGS",
    "Check",
    "CopyMade",
    "CopyTrouble",
    "Evidence",
    "Finding",
    "Rebuilt",
    "Rotated",
    "Weight",
    "back_up",
    "begin_rotation",
    "case_rows",
    "examine",
    "finish_rotation",
    "gather_evidence",
    "is_under_way",
    "people_rows",
    "place_rows",
    "rebuild",
    "restore",
    "verify",
    "wrapped_by_another",
]  # fmt: skip
