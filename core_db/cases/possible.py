"""What may be done to a case now: what its state lets, less what came too late or was done already.

Pages offer this and nothing else, and every refusal of now names it: nobody writes something and learns then that
it could not be sent.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access.policy import has_it_escalated, sits_on_the_committee
from core_db.cases.behind import Part
from core_db.cases.file import CaseFile, allowed_verbs
from core_db.cases.model import ENTRIES, EVALUATIONS, EXTENSIONS, Case, CaseSupport
from core_db.cases.standing import has_urged, rate_until
from core_db.cases.stored_clocks import has_rested, is_late
from core_db.cases.words import EntryType, Verb
from core_db.foundation.actor import Actor, ActorKind

#: The committee approves one extension, the level above another; more there are not.
BY_COMMITTEE, EXTENSIONS_IN_ALL = 1, 2
Barred = Callable[[Session, CaseFile, Actor, datetime], bool]


def possible_verbs(session: Session, file: CaseFile, actor: Actor, *, at: datetime) -> list[Verb]:
    """The verbs open to the actor at this moment."""
    verbs = allowed_verbs(file, actor)
    if not isinstance(file.case, Case):
        # It was raised a moment ago, and nothing has come of it yet.
        return verbs
    return [verb for verb in verbs if verb not in _BARS or not _BARS[verb](session, file, actor, at)]


def is_over(session: Session, file: CaseFile, *, at: datetime) -> bool:
    """It, or the case it was merged into, was closed so long ago that nobody judges it any more."""
    until = rate_until(session, file.main or file.case)
    return until is not None and at > until


def stands_as_he_said(session: Session, file: CaseFile, actor: Actor) -> bool:
    """Whoever it is for judged this round before he left: his proxy has it done again, and changes no word of his."""
    if file.case.satisfied is None or file.requester is None or file.part_of(actor) is not Part.PROXY:
        return False
    said = select(EVALUATIONS.c.account_id).where(EVALUATIONS.c.case_id == file.case.id)
    last = session.execute(said.order_by(EVALUATIONS.c.at.desc(), EVALUATIONS.c.id.desc()).limit(1)).scalar()
    return last is not None and last == file.requester.account_id


def extensions_approved(session: Session, case_id: str) -> int:
    statement = select(func.count()).where(EXTENSIONS.c.case_id == case_id, EXTENSIONS.c.approved.is_(True))
    return int(session.execute(statement).scalar_one())


def is_extended_above(session: Session, file: CaseFile, actor: Actor) -> bool:
    """Whether a later day is the level above's to give by now, and the actor of the committee that gave one before."""
    if has_it_escalated(actor, file) or not sits_on_the_committee(actor, file):
        return False
    return extensions_approved(session, file.case.id) >= BY_COMMITTEE


def did_the_work(session: Session, file: CaseFile, actor: Actor) -> bool:
    """He, whoever he speaks for, or somebody in his right handed this round in or verified it: he is no second person.

    Of a merged case the work is that of the main one.
    """
    of_it = (EntryType.HANDLED, EntryType.VERIFIED, EntryType.REOPENED)
    statement = (
        select(ENTRIES.c.type, ENTRIES.c.by_id, ENTRIES.c.for_id)
        .where(ENTRIES.c.case_id == (file.main or file.case).id, ENTRIES.c.type.in_(of_it))
        .order_by(ENTRIES.c.position.desc())
    )
    for kind, *by in session.execute(statement):
        if kind == EntryType.REOPENED:
            return False
        if actor.people.intersection(by):
            return True
    return False


def _too_late(session: Session, file: CaseFile, _actor: Actor, at: datetime) -> bool:
    return is_over(session, file, at=at)


def _not_his_to_judge(session: Session, file: CaseFile, actor: Actor, at: datetime) -> bool:
    return is_over(session, file, at=at) or stands_as_he_said(session, file, actor)


def _urged(session: Session, file: CaseFile, actor: Actor, at: datetime) -> bool:
    return actor.kind is ActorKind.RESIDENT and has_urged(session, file.case, actor=actor, at=at)


def _supported(session: Session, file: CaseFile, actor: Actor, _at: datetime) -> bool:
    return session.get(CaseSupport, (file.case.id, actor.id)) is not None


def _extended_enough(session: Session, file: CaseFile, actor: Actor, at: datetime) -> bool:
    # What was asked for in time is still answered.
    if not file.case.asks_extension and is_late(file.case, at):
        return True
    if extensions_approved(session, file.case.id) >= EXTENSIONS_IN_ALL:
        return True
    # What somebody asked for may be refused, by whoever may not grant it, too.
    return not file.case.asks_extension and is_extended_above(session, file, actor)


def _rested(session: Session, file: CaseFile, _actor: Actor, _at: datetime) -> bool:
    return has_rested(session, file.case.id)


def _not_his_to_ask(session: Session, file: CaseFile, actor: Actor, at: datetime) -> bool:
    return is_over(session, file, at=at) or did_the_work(session, file, actor)


_BARS: Mapping[Verb, Barred] = {
    Verb.EVALUATION: _not_his_to_judge, Verb.REOPENING: _too_late, Verb.CALLBACK: _not_his_to_ask,
    Verb.URGING: _urged, Verb.SUPPORT: _supported, Verb.EXTENSION: _extended_enough, Verb.SUSPENSION: _rested,
}  # fmt: skip
