"""Who was confirmed for a child while its entry stood for two: once they are parted he acts for the child he named.

What he agreed to and answered meanwhile is that child's with him; where nobody can tell which of the two he meant, he
acts for neither, and the committee is asked anew.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from core_db.accounts.sessions import BINDINGS
from core_db.doubles import RegisterMerge
from core_db.doubles.model import MERGES
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.reach import widen
from core_db.foundation.sealing import keyring_of
from core_db.mydata.acting import end_reading_for
from core_db.mydata.guarding import ask_again
from core_db.mydata.model import CONSENTS, GUARDIANSHIPS, Guardianship, GuardianStatus
from core_db.mydata.places import birth_place
from core_db.people import Person, sealed_place
from core_db.people.model import RESIDENCIES

#: Of what a merge remembers, the guardianships that the kept entry had by itself.
GUARDED_BEFORE = "guardianships_before"


def remember_guardians(session: Session, merge: RegisterMerge) -> None:
    """Which guardianships the kept entry has by itself, by their ids: ending one later gives it another moment."""
    of_kept = select(GUARDIANSHIPS.c.id).where(_of_kept(merge))
    along = {*merge.moved.get("guardianships", ())}
    own = sorted({*session.execute(of_kept).scalars()} - along)
    merge.moved = {**merge.moved, GUARDED_BEFORE: own}
    session.flush()


def guardians_apart(session: Session, merge: RegisterMerge, *, actor: Actor, clock: Clock) -> Sequence[str]:
    """The accounts that act, or acted, for the child behind and not for the one that was kept."""
    for one in _confirmed_meanwhile(session, merge):
        widen(session, one.account_id)
        child_id = _whom_he_meant(session, one, merge)
        if child_id is not None:
            one.child_id = child_id
            session.flush()
            continue
        if one.status is GuardianStatus.APPROVED:
            ask_again(session, one, actor=actor, clock=clock)
        end_reading_for(session, merge.kept_id, one.account_id, actor=actor, at=clock.now())
    kept, behind = (_acting_for(session, one) for one in (merge.kept_id, merge.behind_id))
    return sorted(behind - kept)


def childs_consents_apart(session: Session, merge: RegisterMerge, accounts: Sequence[str]) -> None:
    """That the other child's account is carried, they agreed to for their own."""
    widen(session, *accounts)
    theirs = CONSENTS.c.account_id.in_(accounts) & (CONSENTS.c.child_id == merge.kept_id)
    session.execute(update(CONSENTS).where(theirs).values(child_id=merge.behind_id))


def _confirmed_meanwhile(session: Session, merge: RegisterMerge) -> Sequence[Guardianship]:
    of_kept = _of_kept(merge) & GUARDIANSHIPS.c.of_age_in.is_not(None)
    # What stood with an entry when it was merged into the kept one went along, or has come back.
    came = GUARDIANSHIPS.c.id.not_in(_came_along(session, merge))
    rows = session.execute(select(Guardianship).where(of_kept, came, ~_was_before(merge)))
    return rows.scalars().all()


def _of_kept(merge: RegisterMerge) -> ColumnElement[bool]:
    here: ColumnElement[bool] = GUARDIANSHIPS.c.community_id == merge.community_id
    return here & (GUARDIANSHIPS.c.child_id == merge.kept_id)


def _came_along(session: Session, merge: RegisterMerge) -> list[str]:
    here = (MERGES.c.community_id == merge.community_id) & (MERGES.c.kept_id == merge.kept_id)
    moved = session.execute(select(MERGES.c.moved).where(here)).scalars()
    return [one for rows in moved for one in rows.get("guardianships", ())]


def _was_before(merge: RegisterMerge) -> ColumnElement[bool]:
    if GUARDED_BEFORE in merge.moved:
        return GUARDIANSHIPS.c.id.in_(merge.moved[GUARDED_BEFORE])
    # A merge from before they were remembered has nothing but the moment to tell.
    return GUARDIANSHIPS.c.decided_at < merge.merged_at


def _acting_for(session: Session, child_id: str) -> set[str]:
    its = select(Guardianship).where(GUARDIANSHIPS.c.child_id == child_id)
    return {one.account_id for one in session.execute(its).scalars()}


def _whom_he_meant(session: Session, one: Guardianship, merge: RegisterMerge) -> str | None:
    """By name and birth date as he gave them; of two who have both alike, who lives or lived where he does."""
    entries = (merge.kept_id, merge.behind_id)
    found = [child for child in entries if _is_named(session, one, session.get_one(Person, child))]
    if len(found) != 1:
        homes = select(BINDINGS.c.home_id).where(BINDINGS.c.account_id == one.account_id)
        with_him = RESIDENCIES.c.person_id.in_(found or entries) & RESIDENCIES.c.home_id.in_(homes)
        found = list(set(session.execute(select(RESIDENCIES.c.person_id).where(with_him)).scalars()))
    return found[0] if len(found) == 1 else None


def _is_named(session: Session, one: Guardianship, child: Person) -> bool:
    if child.name != one.child_name or child.birth_sealed is None or one.birth_sealed is None:
        return False
    keyring = keyring_of(session)
    known = sealed_place(child.id, child.community_id, "birth_sealed")
    # Compared and shown to nobody.
    both = (child.birth_sealed, known), (one.birth_sealed, birth_place(one.id, one.community_id))
    said, given = (keyring.masked(session, sealed, place, str) for sealed, place in both)
    return said == given
