"""Guardians of minors: an account acts for a child of the register, because the committee said so, until he is of age.

个人信息保护法 art. 31: below fourteen a guardian agrees for the child. 民法典 art. 17: at eighteen he is of age, and
nobody acts for him. Both days are worked out at every use from the birth date, which is sealed in the register, and are
kept nowhere; so nothing has to run for a guardianship to end.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from core_db.access import Permission, read_sealed, require_at, right_used_at
from core_db.accounts.bindings import when_mistaken, why_undone
from core_db.accounts.sessions import ACCOUNTS
from core_db.cases.coming_home import cases_raised_for, leave_cases, of_these
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind, Grant
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.reach import widen
from core_db.foundation.sealing import SealBroken, keyring_of
from core_db.installs.profile import drop_what_he_said
from core_db.mydata.acting import end_reading_for, guardianship_of
from core_db.mydata.drafts import DecisionReason, GuardianDraft
from core_db.mydata.errors import ChildUnknown, DecidedAlready, GuardianAskedAlready, NotAMinor, TooManyWait
from core_db.mydata.exporting import ExportSeen, file_export
from core_db.mydata.model import GUARDIANSHIPS, Guardianship, GuardianStatus
from core_db.mydata.others import PERSONS
from core_db.mydata.places import birth_place
from core_db.people import AGREES_ALONE, OF_AGE, Person, birthday, is_below, sealed_place
from core_db.places import Place, home_neighbourhood_meant, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import GuardianshipAsked, GuardianshipDecided

PURPOSE = "guardianship"
OVER = "over"
#: So many askings of one account may wait at once.
MOST_WAITING = 5
_GOES_ON = (GuardianStatus.ASKED, GuardianStatus.APPROVED)


@dataclass(frozen=True, kw_only=True)
class GuardianshipSeen:
    """A guardianship as the guardian or the committee sees it."""

    id: str
    guardian: str
    child_id: str | None
    child_name: str
    #: The year alone.
    born: str
    relation: str
    status: GuardianStatus
    asked_at: datetime
    reason: str | None
    #: The years in which the child agrees alone, and in which nobody acts for him any more.
    agrees_alone_in: int | None
    of_age_in: int | None


def ask_to_be_guardian(session: Session, draft: GuardianDraft, *, actor: Actor, clock: Clock) -> Guardianship:
    """Say for which child one acts. The committee compares it with its register."""
    if actor.kind is not ActorKind.RESIDENT:
        raise NotPermitted()
    community_id = home_neighbourhood_meant(draft.community_id, actor=actor)
    now = clock.now()
    if not is_below(draft.birth, OF_AGE, on=local_date(now)):
        raise NotAMinor()
    _refuse_many(session, draft, community_id, actor=actor)

    asked = Guardianship(
        id=new_id(), account_id=actor.id, community_id=community_id, child_name=draft.child_name,
        relation=draft.relation, status=GuardianStatus.ASKED, asked_at=now,
    )  # fmt: skip
    place = birth_place(asked.id, asked.community_id)
    asked.birth_sealed = keyring_of(session).seal(session, draft.birth.isoformat(), place, FieldClass.F2)
    session.add(asked)
    session.flush()
    fact = GuardianshipAsked(community_id=asked.community_id, account_id=actor.id, guardianship_id=asked.id)
    emit(session, fact, actor=actor, at=now, audience=_audience(asked), right=None)
    return asked


def my_guardianships(session: Session, *, actor: Actor, clock: Clock) -> list[GuardianshipSeen]:
    """For whom one acts, or asked to, the newest first."""
    return _seen(session, GUARDIANSHIPS.c.account_id == actor.id, clock=clock)


def open_guardianships(session: Session, *, actor: Actor, clock: Clock) -> list[GuardianshipSeen]:
    """What waits for the actor's committee, the oldest first."""
    waiting = visible_to(actor) & (GUARDIANSHIPS.c.status == GuardianStatus.ASKED)
    return _seen(session, waiting, clock=clock)[::-1]


def guardianship_seen(session: Session, asked_id: str, *, actor: Actor, clock: Clock) -> GuardianshipSeen:
    """One of them, as the guardian or his committee sees it."""
    his = (GUARDIANSHIPS.c.account_id == actor.id) | visible_to(actor)
    found = _seen(session, (GUARDIANSHIPS.c.id == asked_id) & his, clock=clock)
    if not found:
        raise NotFound()
    return found[0]


def approve_guardian(session: Session, asked_id: str, *, actor: Actor, clock: Clock) -> Guardianship:
    """He is the guardian: the register has one child of this name and birth date in the neighbourhood."""
    asked = _asked(session, asked_id, actor=actor)
    birth = date.fromisoformat(_birth_given(session, asked, actor=actor, clock=clock))
    if not is_below(birth, OF_AGE, on=local_date(clock.now())):
        raise NotAMinor()
    child = _child(session, asked, birth, actor=actor, clock=clock)
    asked.child_id = child.id
    asked.of_age_in = birthday(birth, OF_AGE).year
    return _decide(session, asked, GuardianStatus.APPROVED, None, actor=actor, clock=clock)


def refuse_guardian(
    session: Session, asked_id: str, draft: DecisionReason, *, actor: Actor, clock: Clock
) -> Guardianship:
    """He is not, or it cannot be told from the papers; he reads why."""
    asked = _asked(session, asked_id, actor=actor)
    return _decide(session, asked, GuardianStatus.REFUSED, draft.reason, actor=actor, clock=clock)


def end_guardianship(session: Session, guardianship_id: str, *, actor: Actor, clock: Clock) -> Guardianship:
    """Somebody acts for the child no longer: said by himself or by the committee."""
    found = session.get(Guardianship, guardianship_id)
    if found is None or (
        found.account_id != actor.id and found.community_id not in actor.places_as(COMMITTEE)
    ):
        raise NotFound()
    if found.status not in _GOES_ON:
        raise DecidedAlready()
    # Who lives elsewhere by now ends it as well.
    widen(session, found.community_id)
    ended = _decide(session, found, GuardianStatus.ENDED, None, actor=actor, clock=clock)
    if ended.child_id is not None:
        end_reading_for(session, ended.child_id, ended.account_id, actor=actor, at=clock.now())
    return ended


def ask_again(session: Session, found: Guardianship, *, actor: Actor, clock: Clock) -> None:
    """What was confirmed is asked of the committee once more: it cannot be told any longer which child it was."""
    found.status, found.child_id, found.of_age_in = GuardianStatus.ASKED, None, None
    found.decided_by, found.decided_at, now = None, None, clock.now()
    session.flush()
    fact = GuardianshipAsked(
        community_id=found.community_id, account_id=found.account_id, guardianship_id=found.id
    )
    emit(session, fact, actor=actor, at=now, audience=_audience(found), right=None)


def end_mistaken(
    session: Session, account_id: str, person_id: str, *, since: datetime, actor: Actor, clock: Clock
) -> None:
    """For whom an account asked to act while it was taken for another, it does not act: the committee is asked anew."""
    community_id = session.execute(
        select(PERSONS.c.community_id).where(PERSONS.c.id == person_id)
    ).scalar_one()
    his = (GUARDIANSHIPS.c.account_id == account_id) & (GUARDIANSHIPS.c.community_id == community_id)
    meanwhile = GUARDIANSHIPS.c.asked_at >= since
    found = session.execute(select(Guardianship).where(his, meanwhile).with_for_update()).scalars().all()
    reason = why_undone(session, account_id)
    for one in found:
        if one.status in _GOES_ON:
            _decide(session, one, GuardianStatus.ENDED, reason, actor=actor, clock=clock)
    # Also whom he acts for no more: whoever smells it ends that first, and would keep what he raised and agreed to.
    children = [one.child_id for one in found if one.child_id is not None]
    for_them = cases_raised_for(session, account_id, of_these(children), since)
    leave_cases(session, account_id, for_them, clock=clock)
    for child_id in children:
        end_reading_for(session, child_id, account_id, actor=actor, at=clock.now())
    drop_what_he_said(session, account_id, children, since=since)


when_mistaken(end_mistaken)


def ask_for_childs_export(
    session: Session, child_id: str, *, lang: str, actor: Actor, clock: Clock
) -> ExportSeen:
    """A copy of everything about a child one acts for today."""
    guardianship_of(session, child_id, actor=actor, clock=clock)
    return file_export(session, child_id=child_id, lang=lang, actor=actor, clock=clock)


def childs_name(session: Session, child_id: str) -> str:
    return session.execute(select(PERSONS.c.name).where(PERSONS.c.id == child_id)).scalar() or ""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    return GUARDIANSHIPS.c.community_id.in_(actor.places_as(COMMITTEE))


# -- finding, changing, telling ---------------------------------------------------------------------


def _refuse_many(session: Session, draft: GuardianDraft, community_id: str, *, actor: Actor) -> None:
    """Each asking is a card at the committee, and its approval looks at whoever is called so."""
    mine = select(Guardianship).where(GUARDIANSHIPS.c.account_id == actor.id)
    rows = session.execute(mine.where(GUARDIANSHIPS.c.status.in_(_GOES_ON))).scalars().all()
    if any((one.child_name, one.community_id) == (draft.child_name, community_id) for one in rows):
        raise GuardianAskedAlready()
    if sum(one.status is GuardianStatus.ASKED for one in rows) >= MOST_WAITING:
        raise TooManyWait(most=MOST_WAITING)


def _asked(session: Session, asked_id: str, *, actor: Actor) -> Guardianship:
    statement = select(Guardianship).where(GUARDIANSHIPS.c.id == asked_id, visible_to(actor))
    found = session.execute(statement.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound()
    asked: Guardianship = found
    place = session.get(Place, asked.community_id)
    assert place is not None
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(place))
    if asked.status is not GuardianStatus.ASKED:
        raise DecidedAlready()
    return asked


def _birth_given(session: Session, asked: Guardianship, *, actor: Actor, clock: Clock) -> str:
    assert asked.birth_sealed is not None
    return read_sealed(
        session, asked.birth_sealed, birth_place(asked.id, asked.community_id), field_class=FieldClass.F2,
        subject_id=asked.account_id, purpose=PURPOSE, reference=f"guardianship/{asked.id}", actor=actor, clock=clock,
        right=_right(session, asked, actor),
    )  # fmt: skip


def _right(session: Session, asked: Guardianship, actor: Actor) -> Grant | None:
    return right_used_at(actor, Permission.PEOPLE_KEEP, scope_of(session.get_one(Place, asked.community_id)))


def _child(session: Session, asked: Guardianship, birth: date, *, actor: Actor, clock: Clock) -> Person:
    named = select(Person).where(
        PERSONS.c.community_id == asked.community_id, PERSONS.c.name == asked.child_name,
        PERSONS.c.merged_into_id.is_(None),
    )  # fmt: skip
    found = [
        one for one in session.execute(named).scalars() if _born_on(session, one, birth, asked, actor, clock)
    ]
    if len(found) != 1:
        raise ChildUnknown()
    child: Person = found[0]
    return child


def _born_on(
    session: Session, person: Person, birth: date, asked: Guardianship, actor: Actor, clock: Clock
) -> bool:
    if person.birth_sealed is None:
        return False
    place = sealed_place(person.id, person.community_id, "birth_sealed")
    try:
        known = read_sealed(
            session, person.birth_sealed, place, field_class=FieldClass.F2, subject_id=person.id, purpose=PURPOSE,
            reference=f"guardianship/{asked.id}", actor=actor, clock=clock, right=_right(session, asked, actor),
        )  # fmt: skip
    except SealBroken:
        # Another of the same name is none the less who he is.
        return False
    return known == birth.isoformat()


def _decide(
    session: Session,
    found: Guardianship,
    status: GuardianStatus,
    reason: str | None,
    *,
    actor: Actor,
    clock: Clock,
) -> Guardianship:
    now = clock.now()
    found.status, found.reason, found.decided_by, found.decided_at = status, reason, actor.id, now
    session.flush()
    fact = GuardianshipDecided(
        community_id=found.community_id, account_id=found.account_id, guardianship_id=found.id, status=status
    )
    right = right_in(session, found.community_id, Permission.PEOPLE_KEEP, actor=actor)
    emit(session, fact, actor=actor, at=now, audience=_audience(found), right=right)
    return found


def _audience(one: Guardianship) -> Sequence[str]:
    return (f"account:{one.account_id}", f"staff:{one.community_id}")


def _seen(session: Session, which: Any, *, clock: Clock) -> list[GuardianshipSeen]:
    statement = (
        select(GUARDIANSHIPS, ACCOUNTS.c.name.label("guardian"))
        .join(ACCOUNTS, ACCOUNTS.c.id == GUARDIANSHIPS.c.account_id)
        .where(which)
        .order_by(GUARDIANSHIPS.c.id.desc())
        .limit(100)
    )
    rows, today = session.execute(statement).all(), local_date(clock.now())
    # For whom he asked where he moved away from is his to read.
    widen(session, *{row.community_id for row in rows})
    return [_one(session, row, today) for row in rows]


def _one(session: Session, row: Any, today: date) -> GuardianshipSeen:
    born = _told(session, row, lambda birth: birth[:4])
    is_over = row.status == GuardianStatus.APPROVED and _told(session, row, partial(_of_age, today)) == OVER
    return GuardianshipSeen(
        id=row.id, guardian=row.guardian, child_id=row.child_id, child_name=row.child_name, born=born,
        relation=row.relation, status=GuardianStatus.ENDED if is_over else row.status, asked_at=row.asked_at,
        reason=row.reason, of_age_in=row.of_age_in,
        agrees_alone_in=row.of_age_in and row.of_age_in - OF_AGE + AGREES_ALONE,
    )  # fmt: skip


def _told(session: Session, row: Any, mask: Callable[[str], str]) -> str:
    """What may be said of a birth date that stays sealed."""
    if row.birth_sealed is None:
        return ""
    return keyring_of(session).masked(session, row.birth_sealed, birth_place(row.id, row.community_id), mask)


def _of_age(today: date, birth: str) -> str:
    return "" if is_below(date.fromisoformat(birth), OF_AGE, on=today) else OVER
