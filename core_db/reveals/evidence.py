"""On what a tag was given: opened for whoever looks whether it is still so, recorded, and told to who bears it.

Those alone who may give the tag read it: of a sensitive one it can say which it is, so there it takes what that takes.
"""

from datetime import datetime

from sqlmodel import Session

from core_db.access import Permission, read_sealed, require_at, right_used_at
from core_db.cases.words import Words
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock, local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.fields import FieldClass
from core_db.foundation.lean import dataclass
from core_db.reveals.budget import spend_look
from core_db.reveals.drafts import REASON_AT_LEAST, EvidenceDraft
from core_db.reveals.errors import NoLiveReference, NotRegistered
from core_db.reveals.telling import keep_reason, tell_look
from core_db.reveals.words import TAG_REVIEW
from core_db.tags import TagAssignment, assignment_in_sight, evidence_place

#: The tag is what the look is for, while it is in force: on what is over nothing rests any more.
NEEDED = Words("一个现在有效的标签。", "a tag that is in force.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """On what a tag was given, in the clear, for this once."""

    tag_id: str
    person_id: str
    text: str


def read_evidence(
    session: Session, tag_id: str, draft: EvidenceDraft, *, actor: Actor, clock: Clock
) -> Evidence:
    """Open on what somebody was given a tag. It is recorded, and he reads that it was."""
    tag, scope = assignment_in_sight(session, tag_id, actor=actor)
    needed = Permission.TAG_SENSITIVE if tag.is_sensitive else Permission.TAG_KEEP
    require_at(actor, needed, scope)
    now = clock.now()
    sealed = _there(tag, draft, now=now)
    spend_look(session, tag.community_id, actor=actor, now=now)

    reference, right = f"tag/{tag.id}", right_used_at(actor, needed, scope)
    text = read_sealed(
        session, sealed, evidence_place(tag), field_class=FieldClass.F3, subject_id=tag.person_id, purpose=TAG_REVIEW,
        reference=reference, actor=actor, clock=HeldClock(now), right=right,
    )  # fmt: skip
    keep_reason(session, tag.person_id, draft.reason, actor=actor, at=now)

    tell_look(
        session, tag.community_id, tag.person_id, purpose=TAG_REVIEW, reference=reference,
        to=[f"person:{tag.person_id}"], actor=actor, at=now, right=right,
    )  # fmt: skip
    return Evidence(tag_id=tag.id, person_id=tag.person_id, text=text)


def _there(tag: TagAssignment, draft: EvidenceDraft, *, now: datetime) -> bytes:
    """What is to be opened, where there is something and it may be opened now."""
    if not tag.holds_on(local_date(now)):
        raise NoLiveReference(needed=NEEDED)
    if tag.evidence_sealed is None:
        raise NotRegistered()
    if tag.is_sensitive and len(draft.reason or "") < REASON_AT_LEAST:
        raise CannotBeRead({
            "reason": (
                f"这是敏感标签，要写明为什么看，至少 {REASON_AT_LEAST} 个字。",
                f"This is a sensitive tag: say why in at least {REASON_AT_LEAST} characters.",
            )
        })  # fmt: skip
    return tag.evidence_sealed
