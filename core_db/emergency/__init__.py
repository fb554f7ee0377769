"""Looking without the usual reference (紧急查看). What others may use is imported here."""

from core_db.emergency.drafts import EmergencyDraft, ReviewDraft
from core_db.emergency.model import EmergencyAccess, EmergencyReason, EmergencyReview, Verdict
from core_db.emergency.opening import Uncovered, open_emergency, uncover_in_emergency
from core_db.emergency.queries import (
    EmergencyOpenedSeen,
    EmergencySeen,
    emergencies,
    emergency_opened,
    emergency_seen,
    reviews_waiting,
)
from core_db.emergency.reviewing import review_emergency
from core_db.emergency.telling_later import defer_emergency

__all__ = [
    "EmergencyAccess", "EmergencyDraft", "EmergencyOpenedSeen", "EmergencyReason", "EmergencyReview", "EmergencySeen",
    "ReviewDraft", "Uncovered", "Verdict", "defer_emergency", "emergencies", "emergency_opened", "emergency_seen",
    "open_emergency", "review_emergency", "reviews_waiting", "uncover_in_emergency",
]  # fmt: skip
