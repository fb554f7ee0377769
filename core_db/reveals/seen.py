"""Who looked at my data: the looks at oneself, what each was for, and asking about one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import load_only
from sqlmodel import Session

from core_db.cases import ask_above
from core_db.cases.errors import HomeNotBound
from core_db.cases.file import visible_to
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.installs.naming import PurposeNamed, purposes_named
from core_db.people.model import PERSONS, Person
from core_db.places.model import Place, PlaceKind
from core_db.reveals.budget import overseers
from core_db.reveals.deferrals import deferrals_of
from core_db.reveals.drafts import QuestionDraft
from core_db.reveals.errors import AskedAboutIt
from core_db.reveals.looks import Act, Beside, acts, beside, office_of
from core_db.reveals.model import EVENTS, LookQuestion
from plugins.sdk.events import LookQuestioned

SEEN_AT_MOST = 200
#: Events that are read at once; of one act there are at most so many, one a field.
READ_AT_ONCE, FIELDS_AT_MOST = 400, 40
#: What is asked where somebody asks without words of his own.
ASKED = "{day} 有人查看了我的完整信息，我想知道是谁、为什么要看。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at one's own data by somebody else."""

    seq: int
    at: datetime
    role: str
    office: str
    fields: Sequence[str]
    purpose: str
    #: The reader's own words, where he gave some.
    reason: str | None
    #: The case it was for, where it was one and one may open it.
    case_id: str | None
    case_number: str | None
    #: It was for a case, whether one may open it or not.
    for_a_case: bool
    #: Until when it was kept from one, where it was.
    deferred_until: datetime | None
    #: The case in which one asked about it.
    question_id: str | None
    question_number: str | None
    asked: bool
    #: The plugin that read it and for which of its purposes, where it was one.
    plugin: PurposeNamed | None = None


def who_looked(
    session: Session, *, after: int | None = None, limit: int = SEEN_AT_MOST, actor: Actor, clock: Clock
) -> list[Look]:
    """Who read the actor's own data unmasked, the newest first, after one of them; what is told later is not there."""
    found: list[Look] = []
    before = None if after is None else _last_event_of(session, after, actor=actor)
    while len(found) < limit:
        older = () if before is None else (EVENTS.c.seq < before + FIELDS_AT_MOST,)
        read = _acts_about(session, actor, *older)
        new = [act for act in read if before is None or act.seqs[-1] < before]
        found += _looks(session, new, actor=actor, clock=clock)
        if not new or sum(len(act.seqs) for act in read) < READ_AT_ONCE - FIELDS_AT_MOST:
            break
        before = new[-1].seqs[-1]
    return found[:limit]


def ask_about_look(session: Session, seq: int, draft: QuestionDraft, *, actor: Actor, clock: Clock) -> Look:
    """Ask about a look at one's own data: a case for the secretary and the town at once, due in 15 working days."""
    act, look = _own_look(session, seq, actor=actor, clock=clock)
    if look.asked:
        raise AskedAboutIt()
    now = clock.now()

    text = draft.text or ASKED.format(day=local_date(look.at).isoformat())
    file = ask_above(session, text, _where_to_ask(session, act, actor=actor), actor=actor, clock=clock)
    session.add(LookQuestion(seq=seq, case_id=file.case.id, asked_at=now))
    session.flush()

    told = overseers(session, file.community_id, actor=actor, now=now)
    fact = LookQuestioned(community_id=file.community_id, look=act.seq, case_id=file.case.id)
    emit(
        session,
        fact,
        actor=actor,
        at=now,
        audience=[f"account:{one}" for one in (actor.id, *told)],
        right=None,
    )
    return _own_look(session, seq, actor=actor, clock=clock)[1]


def _where_to_ask(session: Session, act: Act, *, actor: Actor) -> str:
    """The neighbourhood whose secretary and town can see the look: of the office that looked, else of the entry."""
    office = session.get(Place, act.office_id) if act.office_id else None
    if office is not None and office.kind is PlaceKind.COMMUNITY:
        return office.id
    of_entry = select(PERSONS.c.community_id).where(PERSONS.c.id == act.subject_id)
    community_id: str | None = session.execute(of_entry).scalar()
    if community_id is not None:
        return community_id
    if not actor.homes:
        raise HomeNotBound()
    return actor.homes[0].community_id


def _acts_about(session: Session, actor: Actor, *which: ColumnElement[bool]) -> list[Act]:
    """Looks at the actor himself. Of a household each adult reads what concerns him, never what concerns another."""
    # Entries that stand behind his own since they were merged: what was looked at there was his.
    own_ids = load_only(Person.id)  # type: ignore[arg-type]
    behind = select(Person).options(own_ids).where(PERSONS.c.merged_into_id.in_(actor.himself))
    mine = (*actor.himself, *(one.id for one in session.execute(behind).scalars()))
    about_him = (EVENTS.c.subject_id.in_(mine), EVENTS.c.actor_id != actor.id)
    return acts(session, *about_him, *which, most=READ_AT_ONCE)


def _last_event_of(session: Session, seq: int, *, actor: Actor) -> int:
    """Where the list goes on after a look: it stands by its last event, and two of one moment may be interleaved."""
    moment = select(EVENTS.c.at).where(EVENTS.c.seq == seq).scalar_subquery()
    return next(
        (one.seqs[-1] for one in _acts_about(session, actor, EVENTS.c.at == moment) if one.seq == seq), seq
    )


def _own_look(session: Session, seq: int, *, actor: Actor, clock: Clock) -> tuple[Act, Look]:
    """A look at oneself by its number, however old it is."""
    moment = select(EVENTS.c.at).where(EVENTS.c.seq == seq).scalar_subquery()
    found = [one for one in _acts_about(session, actor, EVENTS.c.at == moment) if one.seq == seq]
    looks = _looks(session, found, actor=actor, clock=clock)
    if not looks:
        raise NotFound()
    return found[0], looks[0]


def _looks(session: Session, found: Sequence[Act], *, actor: Actor, clock: Clock) -> list[Look]:
    """The same as he may read them: what is told later is not there yet."""
    known = beside(session, found, cases=visible_to(actor))
    put_off = deferrals_of(
        session, seqs=[seq for act in found for seq in act.seqs], references=[act.reference for act in found]
    )
    plugins = purposes_named(session, [act.reference for act in found])
    return [
        replace(
            _look(act, known, put_off.ended_at(act.seqs, act.reference)), plugin=plugins.get(act.reference)
        )
        for act in found
        if not put_off.hides(act.seqs, act.reference, now=clock.now())
    ]


def _look(act: Act, known: Beside, deferred_until: datetime | None) -> Look:
    case, question = known.cases.get(act.case_id or ""), known.questions.get(act.seq)
    return Look(
        seq=act.seq, at=act.at, role=act.role, office=office_of(act, known), fields=act.fields, purpose=act.purpose,
        reason=known.reasons.get(act.seq), case_id=case.id if case else None, case_number=case.number if case else None,
        for_a_case=act.case_id is not None, deferred_until=deferred_until, asked=act.seq in known.questions,
        question_id=question.id if question else None, question_number=question.number if question else None,
    )  # fmt: skip
