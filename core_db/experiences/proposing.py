"""Telling an experience: from a solved case, a guide or a plan, without names, and a second person's look at it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at, right_used_at
from core_db.cases import case_file, case_timeline
from core_db.cases.words import CaseStatus, EntryType
from core_db.experiences.drafts import ExperienceDraft, SharingRefusalDraft
from core_db.experiences.errors import NamesStillThere, SecondLookByAnother, SharingDecided
from core_db.experiences.model import PROPOSALS, Experience, ExperienceProposal
from core_db.experiences.noting import note_deed
from core_db.experiences.without_names import all_nameless, remover_for
from core_db.experiences.words import Origin, ProposalStatus
from core_db.foundation.actor import COMMITTEE, Actor, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.guides import guide_shown, index_anew
from core_db.guides.words import Known
from core_db.places import Place, neighbourhood_meant, scope_of
from plugins.sdk.events import ExperienceDecided, ExperienceProposed

MOST = 50
#: How long whoever proposed something finds among what waits that it was not shared.
TOLD_FOR = timedelta(days=30)
#: The parts of an experience, in the order in which it is told.
PARTS = ("title", "problem", "steps", "outcome")
#: Verified is solved: what is still to come is the resident's word on it.
SOLVED = (CaseStatus.VERIFIED, CaseStatus.CLOSED)
#: What of a case's history tells how it was solved.
_TELLING = (EntryType.SELF_HANDLING, EntryType.PROGRESSED, EntryType.HANDLED, EntryType.VERIFIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an experience would say, taken from where it was made: already without names. `hidden`: how many."""

    origin: Origin
    origin_id: str | None
    title: str
    problem: str
    steps: str
    outcome: str
    hidden: int
    #: It is of the neighbourhood of what it is told from: of which it is nobody has to say.
    follows: bool


def told_from(session: Session, origin: Origin, origin_id: str | None, *, actor: Actor, clock: Clock) -> Told:
    """The beginning of an experience: what the case or the guide says, without names, to be checked and completed."""
    # Of which of several neighbourhoods it will be is said when it is sent: nobody of any of them is named.
    places, case_id = _own_places(actor), None
    said = ["", "", "", ""]
    if origin is Origin.CASE and origin_id:
        said, place_id, case_id = _of_case(session, origin_id, actor, clock)
        places = (place_id,)
    elif origin is Origin.GUIDE and origin_id:
        guide = guide_shown(session, origin_id, actor=actor, clock=clock)
        places = (guide.place_id,) if guide.place_id in places else places
        said = [guide.title, guide.about, "\n".join(part for part in (guide.papers, guide.steps) if part), ""]
    texts, hidden = all_nameless(remover_for(session, *places, case_id=case_id), said)
    return Told(
        origin=origin, origin_id=origin_id, hidden=hidden, follows=len({*places}) == 1, title=texts[0],
        problem=texts[1], steps=texts[2], outcome=texts[3],
    )  # fmt: skip


def propose_experience(
    session: Session, draft: ExperienceDraft, *, actor: Actor, clock: Clock
) -> ExperienceProposal:
    """Offer an experience to other neighbourhoods. Names are taken out once more; what they were is not kept."""
    named, case_id = _whose(session, draft, actor, clock)
    place = neighbourhood_meant(session, named, Permission.EXPERIENCE_PROPOSE, actor=actor)
    place_id, right = place.id, right_used_at(actor, Permission.EXPERIENCE_PROPOSE, scope_of(place))

    remover = remover_for(session, place_id, case_id=case_id)
    texts, _hidden = all_nameless(remover, [getattr(draft, part) for part in PARTS])
    proposal = ExperienceProposal(
        id=new_id(), community_id=place_id, origin=draft.origin, origin_id=draft.origin_id, proposed_by=actor.id,
        proposed_name=actor.signing(right), proposed_role=actor.counts_as(right), acted_for=actor.acts_for(right),
        proposed_at=clock.now(), title=texts[0], problem=texts[1], steps=texts[2], outcome=texts[3],
    )  # fmt: skip
    session.add(proposal)
    session.flush()

    note_deed(
        session, "experience.proposed", f"experience-proposal/{proposal.id}", proposal.community_id,
        actor=actor, clock=clock,
    )  # fmt: skip
    fact = ExperienceProposed(community_id=place_id, proposal_id=proposal.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{place_id}"], right=right)
    return proposal


def share_experience(session: Session, proposal_id: str, *, actor: Actor, clock: Clock) -> Experience:
    """Let an experience leave the neighbourhood, as a second person who has read it."""
    proposal = _to_decide(session, proposal_id, actor)
    texts = [getattr(proposal, part) for part in PARTS]
    # The register may know somebody by now whom it did not know when it was written.
    clean, hidden = all_nameless(remover_for(session, proposal.community_id), texts)
    if hidden:
        left = next(text for text, was in zip(clean, texts, strict=True) if text != was)
        raise NamesStillThere(what=left[:40])

    place = session.get_one(Place, proposal.community_id)
    shared = Experience(
        id=new_id(), place_id=place.id, district_id=place.district_id or "", origin=proposal.origin,
        shared_at=clock.now(), title=texts[0], problem=texts[1], steps=texts[2], outcome=texts[3],
    )  # fmt: skip
    session.add(shared)
    session.flush()
    told = (shared.problem, shared.steps, shared.outcome)
    index_anew(session, Known.EXPERIENCE, shared.id, shared.district_id, named=(shared.title,), told=told)

    _decided(session, proposal, ProposalStatus.SHARED, None, actor=actor, clock=clock)
    return shared


def keep_experience_here(
    session: Session, proposal_id: str, draft: SharingRefusalDraft, *, actor: Actor, clock: Clock
) -> ExperienceProposal:
    """Keep an experience in its neighbourhood, and say why."""
    proposal = _to_decide(session, proposal_id, actor)

    _decided(session, proposal, ProposalStatus.REFUSED, draft.reason, actor=actor, clock=clock)
    return proposal


def proposals_here(session: Session, *, actor: Actor, clock: Clock) -> Sequence[ExperienceProposal]:
    """What waits for a second look in the actor's neighbourhood, the oldest first; and what of his own stays here."""
    here = PROPOSALS.c.community_id.in_(actor.places_as(COMMITTEE))
    waits, stays = (PROPOSALS.c.status == one for one in (ProposalStatus.WAITING, ProposalStatus.REFUSED))
    # Whoever proposed it is to read why; nobody else is told who was refused.
    his = PROPOSALS.c.proposed_by.in_(actor.people) & (PROPOSALS.c.decided_at > clock.now() - TOLD_FOR)
    found = select(PROPOSALS).where(here, waits | (stays & his))
    rows = session.execute(found.order_by(stays, PROPOSALS.c.proposed_at, PROPOSALS.c.id).limit(MOST))
    return [ExperienceProposal(**row._mapping) for row in rows]


def proposal_shown(session: Session, proposal_id: str, *, actor: Actor, clock: Clock) -> ExperienceProposal:
    """One proposal of the actor's neighbourhood."""
    return ExperienceProposal(**_in_sight(session, proposal_id, actor).model_dump())


def _whose(
    session: Session, draft: ExperienceDraft, actor: Actor, clock: Clock
) -> tuple[str | None, str | None]:
    """The neighbourhood of the case or of the guide that it is told from, and the case; or what was said."""
    if draft.origin is Origin.CASE and draft.origin_id:
        file = case_file(session, draft.origin_id, actor=actor, clock=clock)
        return file.community_id, file.case.id
    if draft.origin is Origin.GUIDE and draft.origin_id:
        guide = guide_shown(session, draft.origin_id, actor=actor, clock=clock)
        if guide.place_id in actor.places_as(COMMITTEE):
            return guide.place_id, None
    return draft.community_id, None


def _of_case(session: Session, case_id: str, actor: Actor, clock: Clock) -> tuple[list[str], str, str]:
    file = case_file(session, case_id, actor=actor, clock=clock)
    if file.case.status not in SOLVED or file.community_id not in actor.places_as(COMMITTEE):
        raise NotFound()
    entries: list[dict[str, Any]] = case_timeline(session, case_id, actor=actor, clock=clock)
    told = [one["text"] for one in entries if one["type"] in _TELLING and one.get("text")]
    steps = "\n".join(f"{n}. {text}" for n, text in enumerate(told[:-1], start=1))
    return (
        [str(file.case.summary), str(file.case.text), steps, told[-1] if told else ""],
        file.community_id,
        case_id,
    )


def _own_places(actor: Actor) -> tuple[str, ...]:
    places = actor.places_as(COMMITTEE)
    if not places:
        raise NotPermitted()
    return places


def _in_sight(session: Session, proposal_id: str, actor: Actor, *, held: bool = False) -> ExperienceProposal:
    proposal = session.get(ExperienceProposal, proposal_id, with_for_update=held or None)
    if proposal is None or proposal.community_id not in actor.places_as(COMMITTEE):
        raise NotFound()
    return proposal


def _to_decide(session: Session, proposal_id: str, actor: Actor) -> ExperienceProposal:
    # Held, so that two who decide in one moment do so one after the other.
    proposal = _in_sight(session, proposal_id, actor, held=True)
    require_at(actor, _to_decide_with(proposal), scope_of(session.get_one(Place, proposal.community_id)))
    if actor.speaks_for(proposal.proposed_by, proposal.acted_for):
        raise SecondLookByAnother()
    if proposal.status is not ProposalStatus.WAITING:
        raise SharingDecided()
    return proposal


def _to_decide_with(proposal: ExperienceProposal) -> Permission:
    """What the secretary proposes, anybody else of the committee looks at, as with changes of the register."""
    is_secretarys = proposal.proposed_role is Role.SECRETARY
    return Permission.EXPERIENCE_PROPOSE if is_secretarys else Permission.EXPERIENCE_SHARE


def _decided(
    session: Session, proposal: ExperienceProposal, status: ProposalStatus, reason: str | None, *, actor: Actor,
    clock: Clock,
) -> None:  # fmt: skip
    proposal.status, proposal.reason = status, reason
    right = note_deed(
        session, f"experience.{status}", f"experience-proposal/{proposal.id}", proposal.community_id,
        _to_decide_with(proposal), actor=actor, clock=clock,
    )  # fmt: skip
    proposal.decided_by, proposal.decided_name = actor.id, actor.signing(right)
    proposal.decided_for, proposal.decided_at = actor.acts_for(right), clock.now()
    session.flush()

    fact = ExperienceDecided(community_id=proposal.community_id, proposal_id=proposal.id, status=status)
    audience = [f"staff:{proposal.community_id}"]
    emit(session, fact, actor=actor, at=clock.now(), audience=audience, right=right)
