"""Finding anybody of a register within a second. What others may use is imported here."""

from core_db.finding.by_number import NumberDraft, find_by_number
from core_db.finding.errors import SearchedTooOften
from core_db.finding.queries import Found, find_people
from core_db.finding.typed import identity_in

__all__ = ["Found", "NumberDraft", "SearchedTooOften", "find_by_number", "find_people", "identity_in"]
