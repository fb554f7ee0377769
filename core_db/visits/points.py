"""A case raised after a visit is asked about like any other: about whoever was visited, where he lives."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases import RAISED_AT, raised_in_category
from core_db.foundation.actor import Actor
from core_db.foundation.points import Arguments, Asked, Point, declare
from core_db.visits.model import VISITS
from core_db.visits.outcomes import case_from_visit
from core_db.visits.sight import visible_to

_VISIT = select(VISITS.c.community_id, VISITS.c.person_id)


def _shown(session: Session, arguments: Arguments, actor: Actor) -> Asked | None:
    visit_id, draft, *_ = arguments
    visit: Any = session.execute(
        _VISIT.where(VISITS.c.id == visit_id, visible_to(actor, VISITS.c.community_id))
    ).first()
    if visit is None:
        return None
    said = {"category": draft.category, "channel": "visit"}
    about = None if draft.anonymous else ("person", visit.person_id)
    return Asked(community_id=visit.community_id, draft=said, about=about)


def _changed(session: Session, arguments: Arguments, answer: Asked) -> Arguments:
    visit_id, *rest = arguments
    return (visit_id, *raised_in_category(session, tuple(rest), answer))


declare(case_from_visit, Point(name=RAISED_AT, shown=_shown, changed=_changed))
