"""Feedback: what people think of the platform itself. It is for the operator, not a case of a neighbourhood's."""

from core_db.feedback.drafts import FeedbackDraft
from core_db.feedback.leaving import FeedbackGate, leave_feedback
from core_db.feedback.reading import FeedbackSeen, newest_feedback, newest_feedback_with_contact

__all__ = [
    "FeedbackDraft", "FeedbackGate", "FeedbackSeen", "leave_feedback", "newest_feedback",
    "newest_feedback_with_contact",
]  # fmt: skip
