"""Somebody died: he lives nowhere any more, accounts lose his homes, the desk hears of what he had asked for.

Nothing is deleted. From this day on the time runs for which an entry of the dead is kept.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlmodel import Session

from core_db.access import Permission
from core_db.accounts.sessions import ACCOUNTS, accounts_of
from core_db.cases import write_note
from core_db.cases.drafts import TextDraft
from core_db.cases.file import visible_to
from core_db.cases.model import CASES, PARTIES
from core_db.cases.words import PlatformWord, platform_says
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.life_events.bindings import end_bindings
from core_db.life_events.drafts import DeathDraft
from core_db.life_events.proposing import propose_event
from core_db.people import (
    Because,
    Cause,
    HasDied,
    LifeEvent,
    Person,
    RegisterField,
    RegisterProposal,
    change_person,
    move_out,
    residencies_now,
    waits,
)
from core_db.people.correcting import person_kept
from core_db.places.rights import right_in
from plugins.sdk.events import PersonDied

#: Most open requests of one person that are told.
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """What ended with him, and the requests that are still open."""

    person_id: str
    homes_left: int
    bindings_ended: int
    open_cases: Sequence[str]


def register_death(
    session: Session, person_id: str, draft: DeathDraft, *, actor: Actor, clock: Clock
) -> Died | RegisterProposal:
    """Write down that somebody died, with all that follows; or have it wait for a second person."""
    person = _alive(session, person_id, draft, actor=actor, clock=clock)
    because = Because(cause=Cause.DIED, source=draft.source, batch_id=new_id())
    if waits(session, person.community_id, LifeEvent.DIED, clock=clock):
        return propose_event(
            session, LifeEvent.DIED, person.id, draft, because, community_id=person.community_id,
            person_id=person.id, actor=actor, clock=clock,
        )  # fmt: skip
    return die(session, person.id, draft, because, actor=actor, clock=clock)


def die(
    session: Session, person_id: str, draft: DeathDraft, because: Because, *, actor: Actor, clock: Clock
) -> Died:
    """The register says that he died, and what hung on his living somewhere ends."""
    person = _alive(session, person_id, draft, actor=actor, clock=clock)
    died_on = {RegisterField.DIED_ON: draft.died_on.isoformat()}
    change_person(session, person, died_on, because, actor=actor, clock=clock)
    stays = residencies_now(session, person_id=person.id)
    for one in stays:
        last_day = max(draft.died_on, one.valid_from)
        move_out(session, one.id, last_day=last_day, because=because, actor=actor, clock=clock)
    ended = end_bindings(session, person.id, None, actor=actor, clock=clock)
    cases = _tell_the_desk(session, person, actor=actor, clock=clock)
    fact = PersonDied(community_id=person.community_id, person_id=person.id, open_cases=len(cases))
    right = right_in(session, person.community_id, Permission.PEOPLE_KEEP, actor=actor)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{person.community_id}"], right=right)
    return Died(person_id=person.id, homes_left=len(stays), bindings_ended=ended, open_cases=cases)


def _alive(session: Session, person_id: str, draft: DeathDraft, *, actor: Actor, clock: Clock) -> Person:
    """Somebody of whom the register does not say yet that he died; the day lies not ahead."""
    person = person_kept(session, person_id, actor=actor)
    if person.died_on is not None:
        raise HasDied()
    if draft.died_on > local_date(clock.now()):
        raise CannotBeRead({"died_on": ("去世日期不能在今天以后。", "The day of death cannot lie ahead.")})
    if person.birth_year is not None and draft.died_on.year < person.birth_year:
        raise CannotBeRead({"died_on": ("去世日期不能早于出生。", "Nobody dies before being born.")})
    return person


def _tell_the_desk(session: Session, person: Person, *, actor: Actor, clock: Clock) -> list[str]:
    """A note in each of his open requests. Whose an unnamed one is, only the secretary may be told."""
    accounts = select(ACCOUNTS.c.id).where(accounts_of(person.id, person.community_id))
    his = or_(PARTIES.c.person_id == person.id, PARTIES.c.account_id.in_(accounts))
    statement = (
        select(CASES.c.id)
        .where(CASES.c.id.in_(select(PARTIES.c.case_id).where(his, PARTIES.c.role == "requester")))
        .where(CASES.c.closed_at.is_(None), CASES.c.community_id == person.community_id, visible_to(actor))
        .order_by(CASES.c.seq)
        .limit(MOST)
    )
    if person.community_id not in actor.places_as([Role.SECRETARY]):
        statement = statement.where(CASES.c.anonymous.is_(False))
    found = list(session.execute(statement).scalars())
    for case_id in found:
        # Read by the staff alone.
        note = TextDraft(text=platform_says(PlatformWord.REQUESTER_DIED))
        write_note(session, case_id, note, actor=actor, clock=clock)
    return found
