"""Two entries of one person become one to whoever looks: both keep their histories, and it can be taken back.

The one that is kept gets what it lacks, and whatever hangs on the other: homes, bindings, requests, visits, tags.
"""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission
from core_db.accounts.bindings import account_ids_of
from core_db.accounts.register import PROVES_NOTHING, number_proves
from core_db.audit import record
from core_db.doubles.apart import part_accounts
from core_db.doubles.drafts import DistinctionDraft, MergeDraft
from core_db.doubles.errors import MergedOnward, MergeUndone, NotTwoEntries
from core_db.doubles.following import Points, go_along, go_back
from core_db.doubles.model import DISTINCTIONS, MERGES, RegisterDistinction, RegisterMerge
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.people import Because, Cause, Person, RegisterChange, RegisterField, change_person, needs_second
from core_db.people.changing import note_change, said_in_full, value_before
from core_db.people.correcting import person_kept
from core_db.people.model import CHANGES, PERSONS
from core_db.people.proposing import newest_change
from core_db.places.rights import right_in, right_to_keep
from plugins.sdk.events import EntriesMerged, EntriesParted

MERGED, PARTED = "merged", "parted"
NOTHING_MORE: Points = {}


def merge_entries(
    session: Session, draft: MergeDraft, *, also: Points = NOTHING_MORE, actor: Actor, clock: Clock
) -> RegisterMerge:
    """Have two entries be one person: the one that is kept shows both. `also`: see `core_db.mydata.merge_people`."""
    _hold(session, draft.kept_id, draft.behind_id)
    kept = person_kept(session, draft.kept_id, actor=actor)
    behind = person_kept(session, draft.behind_id, actor=actor)
    if (
        kept.id == behind.id
        or kept.community_id != behind.community_id
        or kept.merged_into_id
        or behind.merged_into_id
    ):
        raise NotTwoEntries()

    now, right = clock.now(), right_to_keep(actor, kept.community_id)
    merge = RegisterMerge(
        id=new_id(), community_id=kept.community_id, kept_id=kept.id, behind_id=behind.id, moved={},
        merged_by=actor.id, merged_name=actor.signing(right), merged_for=actor.acts_for(right), merged_at=now,
    )  # fmt: skip
    because = Because(cause=Cause.MERGED, batch_id=merge.id)
    merge.moved = go_along(session, merge, also)
    behind.merged_into_id = kept.id
    session.add(merge)
    session.flush()
    _fill(session, kept, behind, because, actor=actor, clock=clock)
    for one in (kept, behind):
        note_change(session, one, MERGED, None, None, because, actor=actor, at=now, of_id=merge.id)
    session.flush()

    _tell(session, EntriesMerged, merge, actor=actor, clock=clock)
    return merge


def _hold(session: Session, *entries: str) -> None:
    """Of two who merge in one moment the second sees what the first did, and no two entries stand behind each other."""
    both = PERSONS.c.id.in_(entries)
    session.execute(select(PERSONS.c.id).where(both).order_by(PERSONS.c.id).with_for_update(key_share=True))


def part_entries(
    session: Session, merge_id: str, *, also: Points = NOTHING_MORE, actor: Actor, clock: Clock
) -> RegisterMerge:
    """Take a merge back: what came along goes back, and what was filled in goes unless it was changed since.

    Not while the kept entry stands behind another: everything hangs on that one, and nothing would go back.
    """
    # Of two who part in one moment the second finds it taken back.
    wanted = select(RegisterMerge).where(MERGES.c.id == merge_id).with_for_update()
    merge: Any = session.execute(wanted).scalar_one_or_none()
    if merge is None:
        raise NotFound()
    _hold(session, merge.kept_id, merge.behind_id)
    kept = person_kept(session, merge.kept_id, actor=actor)
    behind = person_kept(session, merge.behind_id, actor=actor)
    if merge.undone_at is not None:
        raise MergeUndone()
    if kept.merged_into_id not in (None, behind.id):
        raise MergedOnward()

    now = clock.now()
    because = Because(cause=Cause.UNDONE, batch_id=f"undo:{merge.id}")
    _empty_again(session, kept, merge, because, actor=actor, clock=clock)
    go_back(session, merge, also)
    behind.merged_into_id, merge.undone_by, merge.undone_at = None, actor.id, now
    for one in (kept, behind):
        note_change(session, one, PARTED, None, None, because, actor=actor, at=now, of_id=merge.id)
    session.flush()
    part_accounts(session, merge, actor=actor, clock=clock)

    _tell(session, EntriesParted, merge, actor=actor, clock=clock)
    parted: RegisterMerge = merge
    return parted


def keep_apart(
    session: Session, draft: DistinctionDraft, *, actor: Actor, clock: Clock
) -> RegisterDistinction:
    """Remember that two entries which look alike are two people."""
    one, other = sorted(
        person_kept(session, person_id, actor=actor).id for person_id in (draft.one_id, draft.other_id)
    )
    known = (DISTINCTIONS.c.one_id == one) & (DISTINCTIONS.c.other_id == other)
    found: Any = session.execute(select(RegisterDistinction).where(known)).scalar_one_or_none()
    if found is not None:
        said: RegisterDistinction = found
        return said
    community_id = person_kept(session, one, actor=actor).community_id

    apart = RegisterDistinction(
        id=new_id(),
        community_id=community_id,
        one_id=one,
        other_id=other,
        said_by=actor.id,
        said_at=clock.now(),
    )
    session.add(apart)
    session.flush()

    record(
        session,
        action="register.kept-apart",
        actor=actor,
        clock=clock,
        subject_id=one,
        object="persons",
        right=right_in(session, community_id, Permission.PEOPLE_KEEP, actor=actor),
    )
    return apart


def _fill(
    session: Session, kept: Person, behind: Person, because: Because, *, actor: Actor, clock: Clock
) -> None:
    """What the kept entry lacks it takes from the other; fields for two people are left to two people."""
    waiting = needs_second(session, kept.community_id, on=local_date(clock.now()))
    values: dict[RegisterField, str | None] = {}
    for field in RegisterField:
        is_missing = said_in_full(session, kept, field) in (None, "0")
        said = said_in_full(session, behind, field) if is_missing and field not in waiting else None
        if said not in (None, "0"):
            values[field] = said
    change_person(session, kept, values, because, actor=actor, clock=clock)
    same_number = RegisterField.PHONE in values or kept.phone_blind == behind.phone_blind
    if behind.phone_blind is not None and same_number and not number_proves(session, behind.id):
        # Somebody was taken for this person by that number before: it proves no more here than it did there.
        note_change(session, kept, PROVES_NOTHING, None, None, because, actor=actor, at=clock.now())


def _empty_again(
    session: Session, kept: Person, merge: RegisterMerge, because: Because, *, actor: Actor, clock: Clock
) -> None:
    filled = (
        (CHANGES.c.batch_id == merge.id)
        & (CHANGES.c.person_id == kept.id)
        & CHANGES.c.field.in_(RegisterField)
    )
    for change in session.execute(select(RegisterChange).where(filled)).scalars().all():
        if newest_change(session, kept.id, change.field, None) == change.id:
            values = {RegisterField(change.field): value_before(session, change)}
            change_person(session, kept, values, because, actor=actor, clock=clock)


def _tell(session: Session, event: Any, merge: RegisterMerge, *, actor: Actor, clock: Clock) -> None:
    action = "register.merged" if event is EntriesMerged else "register.parted"
    right = right_in(session, merge.community_id, Permission.PEOPLE_KEEP, actor=actor)
    record(
        session,
        action=action,
        actor=actor,
        clock=clock,
        subject_id=merge.kept_id,
        object="persons",
        right=right,
    )
    fact = event(
        community_id=merge.community_id, merge_id=merge.id, kept_id=merge.kept_id, behind_id=merge.behind_id
    )
    # Whoever's account comes to the entry of another, or leaves it again, reads of it under 我的: both hear so at once.
    entries = (merge.kept_id, merge.behind_id)
    his = dict.fromkeys(
        one for entry in entries for one in account_ids_of(session, entry, merge.community_id)
    )
    audience = [f"staff:{merge.community_id}", *(f"account:{one}" for one in his)]
    emit(session, fact, actor=actor, at=clock.now(), audience=audience, right=right)
