"""A case raised after a visit is asked about like any other: about whoever was visited, where he lives."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases import FORM_AT, RAISED_AT, as_judged, case_form, filled_in, raised_in_category
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.points import Arguments, Asked, Point, declare
from core_db.visits.model import VISITS
from core_db.visits.outcomes import case_from_visit
from core_db.visits.sight import visible_to

_VISIT = select(VISITS.c.community_id, VISITS.c.person_id)


def _shown(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
    visit_id, draft, *_ = arguments
    visit = _visit(session, visit_id, actor)
    if visit is None:
        return None
    said: dict[str, Any] = {"category": draft.category, "channel": "visit"}
    if filled := {key: text for key, text in filled_in(session, draft, visit.community_id).items() if text}:
        said["fields"] = filled
    about = None if draft.anonymous else ("person", visit.person_id)
    return Asked(community_id=visit.community_id, draft=said, about=about)


def _form(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
    visit_id, draft, *_ = arguments
    visit = _visit(session, visit_id, actor)
    if visit is None:
        return None
    return case_form(session, draft, visit.community_id, person_id=visit.person_id, actor=actor)


def _visit(session: Session, visit_id: str, actor: Actor) -> Any:
    his = visible_to(actor, VISITS.c.community_id)
    return session.execute(_VISIT.where(VISITS.c.id == visit_id, his)).first()


def _changed(session: Session, arguments: Arguments, answer: Asked) -> Arguments:
    visit_id, *rest = arguments
    return (visit_id, *raised_in_category(session, tuple(rest), answer))


declare(
    case_from_visit,
    Point(name=FORM_AT, shown=_form, changed=as_judged),
    Point(name=RAISED_AT, shown=_shown, changed=_changed),
)
