"""Reveals: personal data in full, for a purpose that lives; who looked, and who looks after that. The door."""

from core_db.reveals.asked_as_another import let_go_of_questions
from core_db.reveals.budget import note_alarm, open_alarms
from core_db.reveals.by_number import NumberDraft, find_by_number
from core_db.reveals.contact import Reached, contact_masked, uncover_contact
from core_db.reveals.deferring import (
    DAYS_AT_MOST,
    DeferralShown,
    Quarter,
    defer_look,
    defer_looks_under,
    deferrals_at,
    deferrals_by_quarter,
    deferred_now,
    renew_deferral,
)
from core_db.reveals.drafts import (
    DeferralDraft,
    EvidenceDraft,
    ExportDraft,
    ExportRefusalDraft,
    FieldsDraft,
    QuestionDraft,
    RevealDraft,
    ReviewDraft,
)
from core_db.reveals.evidence import Evidence, read_evidence
from core_db.reveals.exporting import (
    ExportFile,
    approval_number,
    approve_export,
    ask_for_export,
    exports_shown,
    fetch_export,
    is_asked_by,
    make_exports,
    refuse_export,
)
from core_db.reveals.filled import FieldsUncovered, FieldUncovered, fields_uncovered_for, uncover_fields
from core_db.reveals.model import LookAlarm, LookDeferral, LookReview, RegisterExport
from core_db.reveals.reviewing import LookToReview, looks_to_review, own_looks, review_look
from core_db.reveals.seen import Look, ask_about_look, who_looked
from core_db.reveals.uncovering import LiveCase, PersonShown, Uncovered, person_shown, reveal_person

__all__ = [
    "DAYS_AT_MOST", "DeferralDraft", "DeferralShown", "Evidence", "EvidenceDraft", "ExportDraft", "ExportFile",
    "ExportRefusalDraft", "FieldUncovered", "FieldsDraft", "FieldsUncovered", "LiveCase", "Look", "LookAlarm",
    "LookDeferral", "LookReview", "LookToReview", "NumberDraft", "PersonShown", "Quarter", "QuestionDraft", "Reached",
    "RegisterExport", "RevealDraft", "ReviewDraft", "Uncovered", "approval_number", "approve_export",
    "ask_about_look", "ask_for_export", "contact_masked", "defer_look", "defer_looks_under", "deferrals_at",
    "deferrals_by_quarter", "deferred_now", "exports_shown", "fetch_export", "fields_uncovered_for", "find_by_number",
    "is_asked_by", "let_go_of_questions", "looks_to_review", "make_exports", "note_alarm", "open_alarms", "own_looks",
    "person_shown", "read_evidence", "refuse_export", "renew_deferral", "reveal_person", "review_look",
    "uncover_contact", "uncover_fields", "who_looked",
]  # fmt: skip
