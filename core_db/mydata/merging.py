"""Merging entries of the register with all that this capability and plugins keep of them: whoever acts for a child goes
along, what is asked to be put right, what was agreed to and filled in for plugins, and by which id they know him.

Looks stay with the entry that was looked at, for what is recorded is not rewritten; who looked at either, the one
person reads (`core_db.reveals.seen`).
"""

from sqlmodel import Session

from core_db.doubles import MergeDraft, RegisterMerge, merge_entries, part_entries
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.inquiries.model import Inquiry
from core_db.installs.model import PluginConsent, PluginSubject, ProfileField
from core_db.mydata.model import CorrectionRequest, Guardianship
from core_db.neighbourhood.model import Seat

ALSO = {
    "guardianships": (Guardianship, "child_id"),
    "correction_requests": (CorrectionRequest, "person_id"),
    "seats": (Seat, "person_id"),
    "inquiries": (Inquiry, "person_id"),
    "x_consents": (PluginConsent, "person_id"),
    "x_profile_fields": (ProfileField, "person_id"),
    "x_subjects": (PluginSubject, "subject_id"),
}


def merge_people(session: Session, draft: MergeDraft, *, actor: Actor, clock: Clock) -> RegisterMerge:
    """Have two entries be one person, with all that hangs on either."""
    return merge_entries(session, draft, also=ALSO, actor=actor, clock=clock)


def part_people(session: Session, merge_id: str, *, actor: Actor, clock: Clock) -> RegisterMerge:
    """Take a merge back, with all that came along."""
    return part_entries(session, merge_id, also=ALSO, actor=actor, clock=clock)
