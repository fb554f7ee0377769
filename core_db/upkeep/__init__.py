"""Looking after an installation: copies, their return, checks, tables for others, and what is wrong in sentences."""

from core_db.upkeep.checking import Check, verify
from core_db.upkeep.copies import CopyMade, back_up, restore
from core_db.upkeep.damage import damage_found, is_marked, lift_mark, mark_damaged, mind_damage
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
from core_db.upkeep.looking import AT_NIGHT, LOOK, Look, last_look, look_through
from core_db.upkeep.rebuilding import Rebuilt, rebuild
from core_db.upkeep.rotating import (
    Rotated,
    begin_rotation,
    finish_rotation,
    is_under_way,
    wrapped_by_another,
)
from core_db.upkeep.sealed_copies import is_sealed
from core_db.upkeep.trouble import CopyTrouble

__all__ = [
    "AT_NIGHT",
    "CASE_HEADINGS",
    "LOOK",
    "PEOPLE_HEADINGS",
    "PLACE_HEADINGS",
    "Check",
    "CopyMade",
    "CopyTrouble",
    "Evidence",
    "Finding",
    "Look",
    "Rebuilt",
    "Rotated",
    "Weight",
    "back_up",
    "begin_rotation",
    "case_rows",
    "damage_found",
    "examine",
    "finish_rotation",
    "gather_evidence",
    "is_marked",
    "is_sealed",
    "is_under_way",
    "last_look",
    "lift_mark",
    "look_through",
    "mark_damaged",
    "mind_damage",
    "people_rows",
    "place_rows",
    "rebuild",
    "restore",
    "verify",
    "wrapped_by_another",
]  # fmt: skip
