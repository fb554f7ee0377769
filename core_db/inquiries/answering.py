"""The first asker's duty (首问责任): who is asked writes it down, and sees it through to its answer."""

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.cases import case_file
from core_db.cases.model import CASES
from core_db.foundation.actor import COMMITTEE, Actor, Grant, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.outbox import emit
from core_db.guides import GuideEnded, guide_shown
from core_db.inquiries.drafts import AnswerDraft, BecameCaseDraft, HandOnDraft, InquiryDraft
from core_db.inquiries.errors import InquiryOver, NotTheFirstReceiver
from core_db.inquiries.model import Inquiry
from core_db.inquiries.words import STILL_OPEN, InquiryStatus
from core_db.people import Person
from core_db.places import Place, neighbourhood_meant, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import (
    InquiryAnswered,
    InquiryBecameCase,
    InquiryEvent,
    InquiryHandedOn,
    InquiryTaken,
)


def take_inquiry(session: Session, draft: InquiryDraft, *, actor: Actor, clock: Clock) -> Inquiry:
    """Write down what somebody asks; where it is answered at once, that too."""
    community_id = _where_asked(session, draft, actor).id

    right = _right(session, community_id, actor)
    inquiry = Inquiry(
        id=new_id(), community_id=community_id, taken_at=clock.now(), taken_by=actor.id,
        taken_name=actor.signing(right), taken_for=actor.acts_for(right), way=draft.way,
        person_id=draft.person_id, about=draft.about,
    )  # fmt: skip
    session.add(inquiry)
    session.flush()

    fact = InquiryTaken(community_id=community_id, inquiry_id=inquiry.id, way=draft.way)
    _tell(session, fact, actor=actor, clock=clock)
    if draft.answer or draft.guide_id:
        _answer(session, inquiry, draft.guide_id, draft.answer, actor=actor, clock=clock)
    return inquiry


def answer_inquiry(
    session: Session, inquiry_id: str, draft: AnswerDraft, *, actor: Actor, clock: Clock
) -> Inquiry:
    """Say what he was told. With that the first receiver's duty ends."""
    inquiry = _to_see_through(session, inquiry_id, actor)

    _answer(session, inquiry, draft.guide_id, draft.answer, actor=actor, clock=clock)
    return inquiry


def hand_on_inquiry(
    session: Session, inquiry_id: str, draft: HandOnDraft, *, actor: Actor, clock: Clock
) -> Inquiry:
    """Say to whom it was handed. Whoever heard it first stays responsible until it is answered."""
    inquiry = _to_see_through(session, inquiry_id, actor)

    inquiry.handed_to, inquiry.status = draft.handed_to, InquiryStatus.HANDED_ON
    inquiry.version += 1
    session.flush()

    fact = InquiryHandedOn(community_id=inquiry.community_id, inquiry_id=inquiry.id)
    _tell(session, fact, actor=actor, clock=clock)
    return inquiry


def make_case_of_inquiry(
    session: Session, inquiry_id: str, draft: BecameCaseDraft, *, actor: Actor, clock: Clock
) -> Inquiry:
    """Say which case it became: from there the case's own clock runs."""
    inquiry = _to_see_through(session, inquiry_id, actor)
    case_id = _case_named(session, draft.case, inquiry.community_id, actor=actor, clock=clock)

    inquiry.case_id, inquiry.status = case_id, InquiryStatus.BECAME_CASE
    _sign(session, inquiry, actor=actor, clock=clock)

    fact = InquiryBecameCase(community_id=inquiry.community_id, inquiry_id=inquiry.id, case_id=case_id)
    _tell(session, fact, actor=actor, clock=clock)
    return inquiry


def inquiry_in_sight(session: Session, inquiry_id: str, *, actor: Actor) -> Inquiry:
    """A question of one's own neighbourhood; no other is there."""
    inquiry = session.get(Inquiry, inquiry_id)
    if inquiry is None or inquiry.community_id not in actor.places_as(COMMITTEE):
        raise NotFound()
    return inquiry


def _to_see_through(session: Session, inquiry_id: str, actor: Actor) -> Inquiry:
    inquiry = inquiry_in_sight(session, inquiry_id, actor=actor)
    require_at(actor, Permission.INQUIRY_KEEP, scope_of(session.get_one(Place, inquiry.community_id)))
    if inquiry.taken_by not in actor.people and inquiry.community_id not in actor.places_as(
        (Role.SECRETARY,)
    ):
        raise NotTheFirstReceiver(who=inquiry.taken_name)
    if inquiry.status not in STILL_OPEN:
        raise InquiryOver()
    return inquiry


def _answer(
    session: Session, inquiry: Inquiry, guide_id: str | None, answer: str, *, actor: Actor, clock: Clock
) -> None:
    if guide_id:
        guide = guide_shown(session, guide_id, actor=actor, clock=clock)
        if not guide.in_force:
            raise GuideEnded()
    inquiry.guide_id, inquiry.answer = guide_id or None, answer or None
    inquiry.status = InquiryStatus.ANSWERED
    _sign(session, inquiry, actor=actor, clock=clock)

    fact = InquiryAnswered(
        community_id=inquiry.community_id, inquiry_id=inquiry.id, guide_id=guide_id or None
    )
    _tell(session, fact, actor=actor, clock=clock)


def _sign(session: Session, inquiry: Inquiry, *, actor: Actor, clock: Clock) -> None:
    right = _right(session, inquiry.community_id, actor)
    inquiry.answered_at, inquiry.answered_name = clock.now(), actor.signing(right)
    inquiry.answered_for = actor.acts_for(right)
    inquiry.version += 1
    session.flush()


def _where_asked(session: Session, draft: InquiryDraft, actor: Actor) -> Place:
    """The neighbourhood of whoever asks; where nobody is named, the one at whose counter he stands."""
    named = draft.community_id
    if draft.person_id is not None:
        person = session.get(Person, draft.person_id)
        if person is None:
            raise NotFound()
        named = person.community_id
    return neighbourhood_meant(session, named, Permission.INQUIRY_KEEP, actor=actor)


def _case_named(session: Session, named: str, place_id: str, *, actor: Actor, clock: Clock) -> str:
    by = CASES.c.id if is_id(named) else CASES.c.number
    its = (by == named, CASES.c.community_id == place_id)
    found: str | None = session.execute(select(CASES.c.id).where(*its)).scalar()
    try:
        return str(case_file(session, found or "", actor=actor, clock=clock).case.id)
    except NotFound:
        none = ("没有找到这个编号的诉求。", "There is no request of this number.")
        raise CannotBeRead({"case": none}) from None


def _right(session: Session, community_id: str, actor: Actor) -> Grant | None:
    return right_in(session, community_id, Permission.INQUIRY_KEEP, actor=actor)


def _tell(session: Session, fact: InquiryEvent, *, actor: Actor, clock: Clock) -> None:
    action = "inquiry." + fact.type.split(".")[-2]
    right = _right(session, fact.community_id, actor)
    record(
        session, action=action, actor=actor, clock=clock, object="inquiries",
        reference=f"inquiry/{fact.inquiry_id}",
        right=right,
    )  # fmt: skip
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{fact.community_id}"], right=right)
