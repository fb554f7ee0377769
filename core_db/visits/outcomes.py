"""What comes of a visit: a case in its resident's name, a need that is looked after, a tag that somebody proposes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, require_at, right_used_at
from core_db.cases import OnBehalfDraft, TextDraft, submit_on_behalf, write_note
from core_db.cases.words import PlatformWord, platform_says
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.later import settle
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.foundation.tables import counted
from core_db.places import PLACES, Place, PlaceKind, scope_of
from core_db.reveals.budget import spend_look
from core_db.tags import AssignmentDraft, TagWord, assign_tag, words_for, words_in_use
from core_db.visits.about import Reading, subjects_of
from core_db.visits.drafts import NeedDraft, NeedStep, TagDecision, TagDraft
from core_db.visits.errors import DecidedAlready, NobodyToPropose, NoSuchTag, OwnProposal, VisitIsCancelled
from core_db.visits.model import NEEDS, TAG_PROPOSALS, Need, TagProposal, Visit, VisitCase
from core_db.visits.sight import visible_to, visit_in_sight, visit_looked_at
from core_db.visits.whom import PERSONS
from core_db.visits.words import NeedKind, NeedStatus, ProposalState
from plugins.sdk.events import NeedChanged, NeedRaised, TagProposalDecided, TagProposed

#: Where a tag is known from that was proposed on a visit, in the words of the register; letters of its reason it keeps.
FROM_A_VISIT, MOST_EVIDENCE = "走访", 500
#: So many a desk counts.
MOST = 100
#: Before the id of a proposal that waited where a page ended.
_WAITING, _WAITS = "waiting.", TAG_PROPOSALS.c.state == ProposalState.PROPOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedSeen:
    """A need as the list shows it; what exactly it is, is opened one by one."""

    id: str
    kind: NeedKind
    status: NeedStatus
    name: str
    home: str
    visit_id: str
    person_id: str | None
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TagProposalSeen:
    """A proposal as the list shows it; which tag it is, is opened one by one."""

    id: str
    state: ProposalState
    name: str
    person_id: str
    visit_id: str
    proposed_at: datetime
    is_own: bool

    @property
    def onward(self) -> str:
        """Where the next page goes on: after one that waits come others that wait, and what was decided."""
        return f"{_WAITING}{self.id}" if self.state is ProposalState.PROPOSED else self.id


def case_from_visit(
    session: Session, visit_id: str, draft: OnBehalfDraft, *, actor: Actor, clock: Clock
) -> Any:
    """Raise a case for whoever was visited; case and visit name each other."""
    visit, place = _lively(session, visit_id, Permission.VISIT_RECORD, actor=actor)
    said = {"channel": "visit", "on_behalf_of": visit.person_id, "place_id": draft.place_id or visit.home_id}
    file = submit_on_behalf(session, draft.model_copy(update=said), actor=actor, clock=clock)
    settle(session)
    session.add(VisitCase(visit_id=visit.id, case_id=file.case.id, community_id=place.id))
    session.flush()
    day = local_date(visit.visited_at).isoformat()
    # Where it comes from, beside its history; for the committee alone.
    note = platform_says(PlatformWord.CAME_OF_VISIT, day, f"/visits/{visit.id}")
    write_note(session, file.case.id, TextDraft(text=note), actor=actor, clock=clock)
    return file


def need_from_visit(session: Session, visit_id: str, draft: NeedDraft, *, actor: Actor, clock: Clock) -> Need:
    """Write down what somebody needs, that is no case."""
    visit, place = _lively(session, visit_id, Permission.VISIT_RECORD, actor=actor)
    now, right = clock.now(), right_used_at(actor, Permission.VISIT_RECORD, scope_of(place))
    need = Need(
        id=new_id(), community_id=place.id, person_id=visit.person_id, home_id=visit.home_id, visit_id=visit.id,
        kind=draft.kind, status=NeedStatus.OPEN, raised_by=actor.id, raised_at=now, changed_by=actor.id,
        changed_at=now,
    )  # fmt: skip
    need.what_sealed = keyring_of(session).seal(session, draft.what, need_place(need), FieldClass.F3)
    session.add(need)
    session.flush()

    fact = NeedRaised.model_validate({"community_id": place.id, "need_id": need.id, "kind": str(need.kind)})
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{place.id}"], right=right)
    return need


def move_need(session: Session, need_id: str, draft: NeedStep, *, actor: Actor, clock: Clock) -> Need:
    """Say how far a need is."""
    need: Need = _mine(session, Need, need_id, actor=actor)
    place = _place(session, need)
    require_at(actor, Permission.VISIT_RECORD, scope_of(place))
    need.status, need.changed_by, need.changed_at = draft.status, actor.id, clock.now()
    session.add(need)
    session.flush()

    fact = NeedChanged.model_validate(
        {"community_id": place.id, "need_id": need.id, "status": str(need.status)}
    )
    right = right_used_at(actor, Permission.VISIT_RECORD, scope_of(place))
    emit(session, fact, actor=actor, at=need.changed_at, audience=[f"staff:{place.id}"], right=right)
    return need


def propose_tag(
    session: Session, visit_id: str, draft: TagDraft, *, actor: Actor, clock: Clock
) -> TagProposal:
    """Propose a tag for whoever was visited; somebody else decides."""
    visit, place = _lively(session, visit_id, Permission.VISIT_RECORD, actor=actor)
    if visit.person_id is None:
        raise NobodyToPropose()
    tag = _tag_meant(session, draft, place, actor=actor, clock=clock)
    right = right_used_at(actor, Permission.VISIT_RECORD, scope_of(place))
    now, keyring = clock.now(), keyring_of(session)
    proposal = TagProposal(
        id=new_id(), community_id=place.id, person_id=visit.person_id, visit_id=visit.id,
        state=ProposalState.PROPOSED, proposed_by=actor.id, proposed_at=now, acted_for=actor.acts_for(right),
    )  # fmt: skip
    proposal.tag_sealed = keyring.seal(session, tag, tag_place(proposal, "tag_sealed"), FieldClass.F3)
    proposal.reason_sealed = keyring.seal(
        session, draft.reason, tag_place(proposal, "reason_sealed"), FieldClass.F3
    )
    session.add(proposal)
    session.flush()

    fact = TagProposed(community_id=place.id, proposal_id=proposal.id)
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{place.id}"], right=right)
    return proposal


def words_to_propose(
    session: Session, visit_id: str, *, actor: Actor, clock: Clock
) -> Sequence[TagWord]:  # fmt: skip
    """The words of the dictionaries that serve whoever was visited, each name once: the nearest dictionary's."""
    _visit, place = visit_looked_at(session, visit_id, actor=actor)
    words = words_in_use(session, place.id, actor=actor, on=local_date(clock.now()))
    return [one for one in words if word_named(words, one.name) == one]


def _tag_meant(session: Session, draft: TagDraft, place: Place, *, actor: Actor, clock: Clock) -> str:
    """The name of the word that was chosen, or the one that was written because the dictionary has none."""
    if bool(draft.definition_id) == bool(draft.tag):
        raise CannotBeRead({
            "tag": (
                "从字典里选一个标签；字典里没有的，写在这里。",
                "Choose a tag of the dictionary, or write one it has not.",
            )
        })  # fmt: skip
    if draft.tag:
        return draft.tag
    words = words_in_use(session, place.id, actor=actor, on=local_date(clock.now()))
    chosen = next((one for one in words if one.id == draft.definition_id), None)
    if chosen is None:
        raise CannotBeRead({"definition_id": ("字典里没有这个标签。", "The dictionary has no such tag.")})
    return chosen.name


def decide_tag(
    session: Session, proposal_id: str, draft: TagDecision, *, actor: Actor, clock: Clock
) -> TagProposal:
    """Accept or refuse what somebody else proposed, or withdraw what one proposed oneself. Accepted, it is given.

    NoSuchTag where the dictionary has no such word and none was chosen; whoever may not give it accepts it not.
    """
    proposal: TagProposal = _mine(session, TagProposal, proposal_id, actor=actor)
    place = _place(session, proposal)
    own = actor.speaks_for(proposal.proposed_by, proposal.acted_for)
    needed = Permission.VISIT_RECORD if draft.decision == "withdraw" else Permission.TAG_DECIDE
    require_at(actor, needed, scope_of(place))
    if own is not (draft.decision == "withdraw"):
        raise OwnProposal()
    if proposal.state is not ProposalState.PROPOSED:
        raise DecidedAlready()
    if draft.decision == "accept":
        _give(session, proposal, draft, actor=actor, clock=clock)
    proposal.state = _DECIDED[draft.decision]
    proposal.decided_by, proposal.decided_at = actor.id, clock.now()
    session.add(proposal)
    session.flush()

    fact = TagProposalDecided(community_id=place.id, proposal_id=proposal.id, state=str(proposal.state))
    right = right_used_at(actor, needed, scope_of(place))
    emit(session, fact, actor=actor, at=proposal.decided_at, audience=[f"staff:{place.id}"], right=right)
    return proposal


_DECIDED = {
    "accept": ProposalState.ACCEPTED, "refuse": ProposalState.REFUSED, "withdraw": ProposalState.WITHDRAWN,
}  # fmt: skip


def word_named(words: Sequence[TagWord], tag: str) -> TagWord | None:
    """The word of a dictionary that a proposal means, by its name or its code; the nearest dictionary's first."""
    nearest = sorted(words, key=lambda one: _NEAREST.index(one.level))
    return next((one for one in nearest if tag in (one.name, one.code)), None)


_NEAREST = (PlaceKind.COMMUNITY, PlaceKind.TOWN, PlaceKind.DISTRICT)


def _give(session: Session, proposal: TagProposal, draft: TagDecision, *, actor: Actor, clock: Clock) -> None:
    """The tag itself, on the proposal's reason."""
    keyring = keyring_of(session)

    def said(sealed: bytes | None, column: str) -> str:
        return keyring.unseal(session, sealed, tag_place(proposal, column)).in_the_clear() if sealed else ""

    definition_id = draft.definition_id
    if not definition_id:
        words = words_for(session, proposal.community_id, actor=actor, on=local_date(clock.now()))
        word = word_named(words, said(proposal.tag_sealed, "tag_sealed"))
        if word is None:
            raise NoSuchTag()
        definition_id = word.id
    evidence = said(proposal.reason_sealed, "reason_sealed")[:MOST_EVIDENCE]
    given = AssignmentDraft(definition_id=definition_id, source=FROM_A_VISIT, evidence=evidence)
    assign_tag(session, proposal.person_id, given, actor=actor, clock=clock)


# -- reading ----------------------------------------------------------------------------------------


def needs(
    session: Session, *, visit_id: str | None = None, person_id: str | None = None, status: NeedStatus | None = None,
    after: str | None = None, limit: int = 30, actor: Actor, clock: Clock,
) -> Sequence[NeedSeen]:  # fmt: skip
    """The needs of one's neighbourhoods, the newest first: of a visit, of a person, or in a status."""
    statement = (
        select(NEEDS, PERSONS.c.name.label("name"), PLACES.c.label.label("home"))
        .outerjoin_from(NEEDS, PERSONS, PERSONS.c.id == NEEDS.c.person_id)
        .outerjoin(PLACES, PLACES.c.id == NEEDS.c.home_id)
        .where(visible_to(actor, NEEDS.c.community_id), *_narrowed(NEEDS, visit_id, person_id, after))
    )
    if status:
        statement = statement.where(NEEDS.c.status == status)
    return [
        NeedSeen(
            id=row.id, kind=row.kind, status=row.status, name=row.name or "", home=row.home or "",
            visit_id=row.visit_id, person_id=row.person_id, raised_at=row.raised_at,
        )
        for row in session.execute(statement.order_by(NEEDS.c.id.desc()).limit(limit))
    ]  # fmt: skip


def tag_proposals(
    session: Session, *, visit_id: str | None = None, person_id: str | None = None, after: str | None = None,
    limit: int = 30, actor: Actor, clock: Clock,
) -> Sequence[TagProposalSeen]:  # fmt: skip
    """The proposals of one's neighbourhoods, those that wait first."""
    statement = (
        select(TAG_PROPOSALS, PERSONS.c.name.label("name"))
        .join_from(TAG_PROPOSALS, PERSONS, PERSONS.c.id == TAG_PROPOSALS.c.person_id)
        .where(
            visible_to(actor, TAG_PROPOSALS.c.community_id),
            *_narrowed(TAG_PROPOSALS, visit_id, person_id),
            *_following(after),
        )
        .order_by(_WAITS.desc(), TAG_PROPOSALS.c.id.desc())
    )
    return [
        TagProposalSeen(
            id=row.id, state=row.state, name=row.name, person_id=row.person_id, visit_id=row.visit_id,
            proposed_at=row.proposed_at, is_own=actor.speaks_for(row.proposed_by, row.acted_for),
        )
        for row in session.execute(statement.limit(limit))
    ]  # fmt: skip


def _following(after: str | None) -> list[ColumnElement[bool]]:
    if not after:
        return []
    further = TAG_PROPOSALS.c.id < after.removeprefix(_WAITING)
    return [~_WAITS | further if after.startswith(_WAITING) else ~_WAITS & further]


def count_tags_proposed(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many tags others proposed that the actor decides about, up to `MOST`; for the desk."""
    nodes = actor.places_as(MAY_AT[Permission.TAG_DECIDE])
    if not nodes:
        return 0
    waits = select(TAG_PROPOSALS.c.id).where(
        TAG_PROPOSALS.c.community_id.in_(nodes), _WAITS,
        TAG_PROPOSALS.c.proposed_by.not_in(sorted(actor.people)),
        func.coalesce(TAG_PROPOSALS.c.acted_for, "").not_in(sorted(actor.people)),
    )  # fmt: skip
    return counted(session, waits, most=MOST)


def read_need(session: Session, need_id: str, *, actor: Actor, clock: Clock) -> str:
    """What exactly somebody needs; the look is recorded and told to him."""
    need = _mine(session, Need, need_id, actor=actor)
    if need.what_sealed is None:
        require_at(actor, Permission.VISIT_READ, scope_of(_place(session, need)))
        return ""
    reading = _reading(session, need, f"need/{need.id}", actor=actor, clock=clock)
    what = reading.opened(need.what_sealed, need_place(need))
    reading.tell()
    return what


def read_tag_proposal(session: Session, proposal_id: str, *, actor: Actor, clock: Clock) -> tuple[str, str]:
    """Which tag is proposed, and why; the look is recorded and told to whom it is about."""
    one = _mine(session, TagProposal, proposal_id, actor=actor)
    columns = (("tag_sealed", one.tag_sealed), ("reason_sealed", one.reason_sealed))
    if all(sealed is None for _column, sealed in columns):
        require_at(actor, Permission.VISIT_READ, scope_of(_place(session, one)))
        return "", ""
    reading = _reading(session, one, f"tag-proposal/{one.id}", actor=actor, clock=clock)
    tag, reason = (
        reading.opened(sealed, tag_place(one, column)) if sealed else "" for column, sealed in columns
    )
    reading.tell()
    return tag, reason


def words_to_give(
    session: Session, proposal_id: str, *, actor: Actor, clock: Clock
) -> Sequence[TagWord]:  # fmt: skip
    """What the actor may give to whom a proposal is about, for whoever decides it."""
    seen = select(TagProposal).where(
        TAG_PROPOSALS.c.id == proposal_id, visible_to(actor, TAG_PROPOSALS.c.community_id)
    )
    one = session.execute(seen).scalar_one_or_none()
    if one is None:
        raise NotFound()
    return words_for(session, one.community_id, actor=actor, on=local_date(clock.now()))


def need_place(row: Any) -> SealedPlace:
    return SealedPlace(table="needs", column="what_sealed", row_id=row.id, community_id=row.community_id)


def tag_place(row: Any, column: str) -> SealedPlace:
    return SealedPlace(
        table="visit_tag_proposals", column=column, row_id=row.id, community_id=row.community_id
    )


def _reading(session: Session, row: Any, reference: str, *, actor: Actor, clock: Clock) -> Reading:
    """One look at what a row has sealed, if the actor may take it and has one left today."""
    scope, now = scope_of(_place(session, row)), clock.now()
    require_at(actor, Permission.VISIT_READ, scope)
    spend_look(session, row.community_id, actor=actor, now=now)
    return Reading(
        session=session, subjects=subjects_of(session, row), community_id=row.community_id, reference=reference,
        actor=actor, now=now, right=right_used_at(actor, Permission.VISIT_READ, scope),
    )  # fmt: skip


def _lively(session: Session, visit_id: str, needed: Permission, *, actor: Actor) -> tuple[Visit, Place]:
    visit, place = visit_in_sight(session, visit_id, actor=actor)
    require_at(actor, needed, scope_of(place))
    if visit.cancelled_at is not None:
        raise VisitIsCancelled()
    return visit, place


def _mine(session: Session, model: Any, own: str, *, actor: Actor) -> Any:
    """A need or a proposal of one's neighbourhoods, held while it is changed; 404 for any other."""
    found = session.get(model, own, with_for_update=True) if is_id(own) else None
    if found is None:
        raise NotFound()
    visit_in_sight(session, found.visit_id, actor=actor)
    return found


def _place(session: Session, row: Any) -> Place:
    place = session.get(Place, row.community_id)
    if place is None:
        raise NotFound()
    return place


def _narrowed(
    table: Any, visit_id: str | None, person_id: str | None, after: str | None = None
) -> list[ColumnElement[bool]]:
    asked = ((visit_id, table.c.visit_id == visit_id), (person_id, table.c.person_id == person_id))
    return [condition for said, condition in (*asked, (after, table.c.id < (after or ""))) if said]
