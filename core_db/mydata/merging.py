"""Merging entries of the register with all that this capability and plugins keep of them: whoever acts for a child goes
along, what is asked to be put right, what was agreed to and filled in for plugins, and by which id they know him.

Looks stay with the entry that was looked at, for what is recorded is not rewritten; who looked at either, the one
person reads (`core_db.reveals.seen`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.doubles import MergeDraft, RegisterMerge, accounts_apart, merge_entries, part_entries
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.reach import widen
from core_db.inquiries.model import Inquiry
from core_db.installs.as_another import letters_apart
from core_db.installs.consents import end_given_by
from core_db.installs.model import CONSENTS as TO_PLUGINS
from core_db.installs.model import PluginConsent, PluginSubject, ProfileField
from core_db.installs.profile import carry_what_they_said
from core_db.mydata.guardians_apart import childs_consents_apart, guardians_apart, remember_guardians
from core_db.mydata.meanwhile import PartingDraft, move_what_is_the_others
from core_db.mydata.model import (
    CORRECTIONS,
    EXPORTS,
    GUARDIANSHIPS,
    CorrectionRequest,
    CorrectionStatus,
    Guardianship,
)
from core_db.mydata.putting_back import ASKED_FOR, accepted_since, put_back
from core_db.neighbourhood.model import Seat
from core_db.people import Because, Cause, Person, change_person

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
    merge = merge_entries(session, draft, also=ALSO, actor=actor, clock=clock)
    remember_guardians(session, merge)
    return merge


def part_people(
    session: Session, merge_id: str, draft: PartingDraft | None = None, *, actor: Actor, clock: Clock
) -> RegisterMerge:
    """Take a merge back, with all that came along; what was asked and agreed to meanwhile is of whoever said it.

    What the committee entered meanwhile stays with the kept entry, but for what the draft names as the other's.
    """
    merge = part_entries(session, merge_id, also=ALSO, actor=actor, clock=clock)
    now, apart = clock.now(), accounts_apart(session, merge)
    guardians = guardians_apart(session, merge, actor=actor, clock=clock)
    _agreed_apart(session, merge, apart[merge.kept_id], guardians, actor=actor, clock=HeldClock(now))
    _letters_apart(session, merge, apart)
    both = [account_id for accounts in apart.values() for account_id in accounts]
    _copies_apart(session, merge, both, at=now)
    move_what_is_the_others(session, merge, draft or PartingDraft(), actor=actor, clock=HeldClock(now))
    return merge


def _agreed_apart(
    session: Session, merge: RegisterMerge, accounts: Sequence[str], guardians: Sequence[str], *, actor: Actor,
    clock: Clock,
) -> None:  # fmt: skip
    """What those of the entry behind, or who act for it, agreed to and said is about the entry behind."""
    childs_consents_apart(session, merge, guardians)
    for account_id in accounts:
        _corrections_apart(session, merge, account_id, actor=actor, clock=clock)
    for account_id in (*accounts, *guardians):
        _consents_apart(session, merge, account_id, actor=actor, at=clock.now())
    theirs = (*accounts, *guardians)
    carry_what_they_said(session, theirs, merge.kept_id, merge.behind_id, since=merge.merged_at)


def _letters_apart(session: Session, merge: RegisterMerge, apart: Mapping[str, Sequence[str]]) -> None:
    for own_id, other_id in ((merge.kept_id, merge.behind_id), (merge.behind_id, merge.kept_id)):
        was_kept, since = own_id == merge.kept_id, merge.merged_at
        letters_apart(session, apart[other_id], own_id, other_id, since=since, was_kept=was_kept)


def _corrections_apart(
    session: Session, merge: RegisterMerge, account_id: str, *, actor: Actor, clock: Clock
) -> None:
    """What he asked to have put right is about his own entry: what waits, and what was put right in the other's."""
    accepted = accepted_since(session, account_id, merge.kept_id, merge.merged_at)
    right = put_back(session, accepted, actor=actor, clock=clock)
    for request in accepted:
        request.person_id = merge.behind_id
    if right:
        because = Because(cause=Cause.ASKED, source=ASKED_FOR)
        person = session.get_one(Person, merge.behind_id)
        change_person(session, person, right, because, actor=actor, clock=clock)
    his = (CORRECTIONS.c.account_id == account_id) & (CORRECTIONS.c.person_id == merge.kept_id)
    waiting = (CORRECTIONS.c.status == CorrectionStatus.ASKED) & (CORRECTIONS.c.asked_at >= merge.merged_at)
    session.execute(update(CORRECTIONS).where(his, waiting).values(person_id=merge.behind_id))


def _consents_apart(
    session: Session, merge: RegisterMerge, account_id: str, *, actor: Actor, at: datetime
) -> None:
    """What he agreed to let the other's data be read as well: it ends, and stands in his ledger alone."""
    end_given_by(session, account_id, [merge.kept_id], actor=actor, at=at)
    his = (TO_PLUGINS.c.given_by == account_id) & (TO_PLUGINS.c.person_id == merge.kept_id)
    session.execute(update(TO_PLUGINS).where(his).values(person_id=merge.behind_id))


def _copies_apart(session: Session, merge: RegisterMerge, accounts: Sequence[str], *, at: datetime) -> None:
    """A copy that was made of both is handed out no more, and one that is being made is begun anew."""
    entries = (merge.kept_id, merge.behind_id)
    of_them = (GUARDIANSHIPS.c.community_id == merge.community_id) & GUARDIANSHIPS.c.child_id.in_(entries)
    # Whoever acts for one of them may live where this worker reaches nothing.
    acting = session.execute(select(GUARDIANSHIPS.c.account_id).where(of_them)).scalars()
    widen(session, *accounts, *acting)
    own = EXPORTS.c.account_id.in_(accounts) & EXPORTS.c.child_id.is_(None)
    of_both = own | EXPORTS.c.child_id.in_(entries)
    made = (EXPORTS.c.ready_at >= merge.merged_at) & (EXPORTS.c.expires_at > at)
    session.execute(update(EXPORTS).where(of_both, made).values(expires_at=at))
    session.execute(update(EXPORTS).where(of_both, EXPORTS.c.ready_at.is_(None)).values(asked_at=at))
