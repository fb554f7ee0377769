"""What is shown of a case to those who are asked before it is raised or closed: never its words."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.commands.finishing import close_case
from core_db.cases.commands.submitting import place_of, submit_case, submit_on_behalf
from core_db.cases.drafts import CaseDraft, ClosureDraft, OnBehalfDraft
from core_db.cases.file import visible_to
from core_db.cases.model import CASES
from core_db.cases.reference import reference_of
from core_db.foundation.actor import Actor
from core_db.foundation.points import About, Arguments, Asked, Point, declare

RAISED_AT, CLOSED_AT = "case.submit.v1", "case.close.v1"
_CASE = select(CASES.c.community_id, CASES.c.category_code)


def _raised(session: Session, arguments: Arguments, actor: Actor) -> Asked | None:
    """A resident's own case, at the place he names or at his home."""
    (draft,) = arguments
    home = actor.homes[0].building_id if actor.homes else None
    return _shown(session, draft, draft.place_id or home, about=_himself(actor))


def _raised_for_another(session: Session, arguments: Arguments, actor: Actor) -> Asked | None:
    """A case that a worker enters; about whomever he names."""
    (draft,) = arguments
    place = draft.place_id or next(iter(actor.places_as(grant.role for grant in actor.grants)), None)
    about = ("person", draft.on_behalf_of) if draft.on_behalf_of else None
    return _shown(session, draft, place, about=about)


def _himself(actor: Actor) -> About:
    return ("person", actor.person_id) if actor.person_id else ("account", actor.id)


def _shown(
    session: Session, draft: CaseDraft | OnBehalfDraft, place_id: str | None, *, about: About
) -> Asked | None:
    place = place_of(session, place_id)
    if place is None or place.community_id is None:
        # What is wrong with the place, the use case says.
        return None
    said = {"category": draft.category, "channel": draft.channel}
    return Asked(community_id=place.community_id, draft=said, about=None if draft.anonymous else about)


def raised_in_category(session: Session, arguments: Arguments, answer: Asked) -> Arguments:
    """The category may be set; one that nobody knows here is left out, so that a plugin's mistake is no resident's."""
    draft, *rest = arguments
    category = answer.draft.get("category")
    reference = reference_of(session)
    if category is None or not reference.offers(category, answer.community_id):
        return arguments
    if category != draft.category and (draft.fields or reference.fields_of(category, answer.community_id)):
        # What one category asks for, another knows nothing of; and nobody fills in what he was not shown.
        return arguments
    return (draft.model_copy(update={"category": category}), *rest)


def _closed(session: Session, arguments: Arguments, actor: Actor) -> Asked | None:
    case_id, draft, *_ = arguments
    outcome = str(draft.outcome) if isinstance(draft, ClosureDraft) else ""
    case: Any = session.execute(_CASE.where(CASES.c.id == case_id, visible_to(actor))).first()
    if case is None:
        return None
    said = {"case_id": case_id, "category": case.category_code or "", "outcome": outcome}
    return Asked(community_id=case.community_id, draft=said)


def _as_it_was(_session: Session, arguments: Arguments, _answer: Asked) -> Arguments:
    """A closure is refused or let be; nothing of it is changed."""
    return arguments


declare(submit_case, Point(name=RAISED_AT, shown=_raised, changed=raised_in_category))
declare(submit_on_behalf, Point(name=RAISED_AT, shown=_raised_for_another, changed=raised_in_category))
declare(close_case, Point(name=CLOSED_AT, shown=_closed, changed=_as_it_was))
