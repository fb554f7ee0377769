"""What personal data may be read in full for. A purpose without a thing it is for at this moment is none."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why somebody looks. Each needs a live reference, which `core_db.reveals` checks."""

    CASE = "case"
    VISIT = "visit"
    EMERGENCY = "emergency"
    SUBSIDY = "subsidy"
    REGISTRY_CORRECTION = "registry-correction"
    SUBJECT_REQUEST = "subject-request"
