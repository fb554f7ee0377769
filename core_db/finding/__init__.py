"""Finding anybody of a register within a second. What others may use is imported here."""

from core_db.finding.errors import WholeNumber
from core_db.finding.queries import Found, find_people, found_by_number, look_up_people, registers_of
from core_db.finding.typed import is_whole_number, telephone_in

__all__ = [
    "Found", "WholeNumber", "find_people", "found_by_number", "is_whole_number", "look_up_people", "registers_of",
    "telephone_in",
]  # fmt: skip
