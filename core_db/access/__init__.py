"""Access: the one policy table, and the record of who read what unmasked."""

from core_db.access.errors import RecordAway
from core_db.access.model import AccessEvent
from core_db.access.policy import (
    MAY,
    MAY_AT,
    MAY_DELEGATE,
    MAY_GIVE,
    MAY_WITH,
    CaseSubject,
    Permission,
    Placed,
    allowed,
    may,
    may_at,
    may_give,
    require,
    require_at,
    right_used,
    right_used_at,
)
from core_db.access.purposes import Purpose
from core_db.access.reading import note_read, read_sealed

__all__ = [
    "MAY", "MAY_AT", "MAY_DELEGATE", "MAY_GIVE", "MAY_WITH", "AccessEvent", "CaseSubject", "Permission", "Placed",
    "Purpose", "RecordAway", "allowed", "may", "may_at", "may_give", "note_read", "read_sealed", "require",
    "require_at", "right_used", "right_used_at",
]  # fmt: skip
