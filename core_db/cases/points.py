"""What is shown of a case to those who are asked before it is raised or ends: never its words."""

from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, may_at
from core_db.cases.commands.deciding import merge_case, refuse_case
from core_db.cases.commands.finishing import call_back, close_case, closed_as, evaluate_case, his_yes_closes
from core_db.cases.commands.submitting import (
    place_on_behalf,
    submit_case,
    submit_on_behalf,
    where_resident_means,
)
from core_db.cases.drafts import CaseDraft, OnBehalfDraft, StaysOpenDraft
from core_db.cases.file import visible_to
from core_db.cases.for_whom import person_named
from core_db.cases.form_points import FORM_AT, as_judged, case_form, filled_in
from core_db.cases.model import CASES
from core_db.cases.reference import reference_of
from core_db.cases.words import CaseStatus, ClosureOutcome, Resolved
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.points import About, Arguments, Asked, Point, Shown, Vetoed, declare

RAISED_AT, CLOSED_AT = "case.submit.v1", "case.close.v1"
_CASE = select(CASES.c.id, CASES.c.community_id, CASES.c.category_code, CASES.c.status)


def _raised(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
    """A resident's own case, at the place he names or at his home; or about whomever he raises it for."""
    (draft,) = arguments
    place = _place(session, draft, actor)
    if place is None:
        return None
    whose = _whose(session, draft, place.community_id, actor=actor, clock=clock)
    about = ("person", whose) if whose else ("account", actor.id) if draft.on_behalf_of is None else None
    return _shown(session, draft, place.community_id, about=about)


def _whose(
    session: Session, draft: CaseDraft, community_id: str, *, actor: Actor, clock: Clock
) -> str | None:
    """Whose case a resident raises: the entry of the register, where it is known."""
    if draft.on_behalf_of is None:
        return actor.person_id
    return person_named(session, draft, community_id, actor=actor, clock=clock)


def _raised_for_another(
    session: Session, arguments: Arguments, *, actor: Actor, clock: Clock
) -> Asked | None:
    """A case that a worker enters; about whomever he names."""
    (draft,) = arguments
    place = _place(session, draft, actor)
    about = ("person", draft.on_behalf_of) if draft.on_behalf_of else None
    return None if place is None else _shown(session, draft, place.community_id, about=about)


def _own_form(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
    (draft,) = arguments
    place = _place(session, draft, actor)
    if place is None:
        return None
    whose = _whose(session, draft, place.community_id, actor=actor, clock=clock)
    return case_form(session, draft, place.community_id, person_id=whose, actor=actor)


def _form_for_another(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
    (draft,) = arguments
    place = _place(session, draft, actor)
    if place is None:
        return None
    return case_form(session, draft, place.community_id, person_id=draft.on_behalf_of, actor=actor)


def _place(session: Session, draft: CaseDraft | OnBehalfDraft, actor: Actor) -> Any:
    """Where it is to be raised. Where he may raise none nobody is asked, and the use case says what is wrong."""
    if isinstance(draft, OnBehalfDraft):
        place = place_on_behalf(session, draft, actor)
        return place if place is not None and may_at(actor, Permission.CASE_ON_BEHALF, place) else None
    return where_resident_means(session, draft, actor)


def _shown(
    session: Session, draft: CaseDraft | OnBehalfDraft, community_id: str, *, about: About
) -> Asked:  # fmt: skip
    said: dict[str, Any] = {"category": draft.category, "channel": draft.channel}
    if filled := {key: text for key, text in filled_in(session, draft, community_id).items() if text}:
        said["fields"] = filled
    return Asked(community_id=community_id, draft=said, about=None if draft.anonymous else about)


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
    # The condition was one of the class it leaves.
    left = (
        {"condition": None} if "condition" in type(draft).model_fields and category != draft.category else {}
    )
    return (draft.model_copy(update={"category": category, **left}), *rest)


def _closed(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
    case_id, draft, *_ = arguments
    case = _case(session, case_id, actor)
    return None if case is None else _ending(case, closed_as(draft, case.status))


def _closed_by_his_yes(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
    """Only a yes about what the committee has verified closes a case."""
    case_id, draft, *_ = arguments
    case = _case(session, case_id, actor) if draft.resolved is Resolved.YES else None
    closes = case is not None and his_yes_closes(draft, case.status)
    return _ending(case, ClosureOutcome.RESOLVED) if closes else None


def _stays_open(arguments: Arguments, veto: Vetoed) -> Arguments:
    """What a resident says is no plugin's to refuse; only that it closes the case is."""
    case_id, draft, *rest = arguments
    said = StaysOpenDraft(
        resolved=draft.resolved, satisfied=draft.satisfied, text=draft.text, because=veto.sentence("zh")
    )
    return (case_id, said, *rest)


def _ended_as(outcome: CaseStatus) -> Shown:
    """Not accepted or merged: nothing more is done for this case itself, so it is asked about as if it was closed."""

    def shown(session: Session, arguments: Arguments, *, actor: Actor, clock: Clock) -> Asked | None:
        case = _case(session, arguments[0], actor)
        return None if case is None else _ending(case, outcome)

    return shown


def _case(session: Session, case_id: str, actor: Actor) -> Any:
    return session.execute(_CASE.where(CASES.c.id == case_id, visible_to(actor))).first()


def _ending(case: Any, outcome: StrEnum) -> Asked:
    said = {"case_id": case.id, "category": case.category_code, "outcome": str(outcome)}
    return Asked(community_id=case.community_id, draft=said)


def _as_it_was(_session: Session, arguments: Arguments, _answer: Asked) -> Arguments:
    """An ending is refused or let be; nothing of it is changed."""
    return arguments


declare(
    submit_case,
    Point(name=FORM_AT, shown=_own_form, changed=as_judged),
    Point(name=RAISED_AT, shown=_raised, changed=raised_in_category),
)
declare(
    submit_on_behalf,
    Point(name=FORM_AT, shown=_form_for_another, changed=as_judged),
    Point(name=RAISED_AT, shown=_raised_for_another, changed=raised_in_category),
)
declare(close_case, Point(name=CLOSED_AT, shown=_closed, changed=_as_it_was))
declare(
    evaluate_case,
    Point(name=CLOSED_AT, shown=_closed_by_his_yes, changed=_as_it_was, vetoed=_stays_open),
)
declare(call_back, Point(name=CLOSED_AT, shown=_closed_by_his_yes, changed=_as_it_was, vetoed=_stays_open))
declare(refuse_case, Point(name=CLOSED_AT, shown=_ended_as(CaseStatus.NOT_ACCEPTED), changed=_as_it_was))
declare(merge_case, Point(name=CLOSED_AT, shown=_ended_as(CaseStatus.MERGED), changed=_as_it_was))
