"""What is decided about two entries that look alike."""

from core_db.foundation.drafts import Draft


class MergeDraft(Draft):
    """That two entries are one person, and which of them everybody sees from now on."""

    kept_id: str
    behind_id: str


class DistinctionDraft(Draft):
    """That two entries are two people."""

    one_id: str
    other_id: str
