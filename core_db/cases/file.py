"""A case with those who stand behind it and those who hold it: what every verb and every page looks at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, or_, select, true
from sqlmodel import Session

from core_db.access import Permission, allowed
from core_db.access.policy import has_it_escalated
from core_db.accounts.sessions import ACCOUNTS
from core_db.cases.behind import Part, Party, judged_by, part_of, party_as, proxy_among
from core_db.cases.model import CASES, CLOCKS, DISPATCHES, PARTIES, Case, CaseDispatch, CaseParty
from core_db.cases.stored_clocks import HANDLING
from core_db.cases.transitions import FROM, RATEABLE, WITH_HANDLER, levels_above
from core_db.cases.words import CaseStatus, Verb, Visibility
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor, ActorKind, Role
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.later import settle
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import one_of

#: Who reads cases at a node. An analyst's node covers them too, but he reads no case.
READING = COMMITTEE | DISPATCHERS
#: Each with when his account was closed, which stays beside what he raised.
_PARTIES = (
    select(CaseParty, ACCOUNTS.c.closed_at)
    .outerjoin(ACCOUNTS, ACCOUNTS.c.id == PARTIES.c.account_id)
    .where(PARTIES.c.case_id == bindparam("its_id"))
)
_DISPATCHES = (
    select(CaseDispatch)
    .where(DISPATCHES.c.case_id == bindparam("its_id"))
    .order_by(DISPATCHES.c.dispatched_at, DISPATCHES.c.id)
)
#: A round lasts from the start of its clock to the start of the next one.
_ROUND_BEGAN = (
    select(CLOCKS.c.started_at, CLOCKS.c.id)
    .where(CLOCKS.c.case_id == bindparam("its_id"), CLOCKS.c.kind == HANDLING)
    .order_by(CLOCKS.c.started_at.desc(), CLOCKS.c.id.desc())
    .limit(1)
)
#: A contractor who is an analyst beside reads no more of a case than other contractors do.
_STAFFING = COMMITTEE | DISPATCHERS
#: From so many returns of a round on the level above rules, and its ruling is not sent back.
RETURNS_BEFORE_RULING = 2
#: A dispatch that was sent back, and rightly so by the word of the level above.
UPHELD = "upheld"
PERMISSION_OF = {verb: Permission(f"case:{verb}") for verb in Verb}
_VERB_OF = {permission: verb for verb, permission in PERMISSION_OF.items()}


#: When something was written, and its id, which tells the order of what was written in one moment.
Moment = tuple[datetime, str]


@dataclass
class CaseFile:
    """One case, opened."""

    #: A `Case`, or its row where it was just written.
    case: Any
    parties: Sequence[CaseParty | Party] = ()
    dispatches: list[CaseDispatch] = field(default_factory=list)
    #: Accounts among theirs that were closed: nobody reads or writes with them any more.
    closed_accounts: frozenset[str] = frozenset()
    #: The case that carries the work of one that was merged.
    main: Case | None = None
    #: What was filled in besides its words, once that was asked for (`cases.filled_fields`).
    filled: Sequence[Any] | None = None
    #: When its round began, of what was ever sent back; the returns before are of another round.
    round_began: Moment | None = None

    @property
    def community_id(self) -> str:
        return str(self.case.community_id)

    @property
    def town_id(self) -> str:
        return str(self.case.town_id)

    @property
    def district_id(self) -> str:
        return str(self.case.district_id)

    @property
    def escalated_to(self) -> str | None:
        level: str | None = self.case.escalated_to
        return level

    @property
    def is_public(self) -> bool:
        return bool(self.case.visibility is Visibility.PUBLIC)

    @property
    def is_anonymous(self) -> bool:
        return bool(self.case.anonymous)

    @cached_property
    def party_accounts(self) -> frozenset[str]:
        return frozenset(party.account_id for party in self.parties if party.account_id)

    @property
    def who_can_answer(self) -> frozenset[str]:
        """Accounts with which somebody can still write here, or say whether it is fixed."""
        return self.party_accounts - self.closed_accounts

    @property
    def current(self) -> list[CaseDispatch]:
        return [one for one in self.dispatches if one.is_current]

    @property
    def lead(self) -> CaseDispatch | None:
        return next((one for one in self.current if one.is_lead), None)

    @property
    def assisting(self) -> list[CaseDispatch]:
        return [one for one in self.current if not one.is_lead]

    @property
    def handlers(self) -> frozenset[str]:
        return frozenset(one.organisation_id for one in self.current)

    @property
    def leads(self) -> frozenset[str]:
        return frozenset(one.organisation_id for one in self.current if one.is_lead)

    @property
    def returns_of_round(self) -> int:
        return returns_among(self.dispatches, self.round_began)

    @property
    def awaits_ruling(self) -> bool:
        return waits_for_ruling(self.case.status, self.case.escalated_to, self.returns_of_round)

    @property
    def handled_by_committee(self) -> bool:
        return self.case.status is CaseStatus.SELF_HANDLING

    @property
    def requester(self) -> CaseParty | Party | None:
        found: CaseParty | Party | None = party_as(Part.REQUESTER, self.parties)
        return found

    @property
    def proxy(self) -> CaseParty | Party | None:
        """Who raised it for the requester, where somebody did who is in it still."""
        found: CaseParty | Party | None = proxy_among(self.parties)
        return found

    def dispatch_of(self, actor: Actor) -> CaseDispatch | None:
        """The dispatch under which the actor's organisation holds it."""
        if not self.dispatches:
            return None
        return next((one for one in self.current if one.organisation_id in actor.organisations), None)

    def is_party(self, actor: Actor) -> bool:
        return actor.kind is ActorKind.RESIDENT and actor.id in self.party_accounts

    def part_of(self, actor: Actor) -> Part | None:
        """As what the actor stands behind it."""
        return part_of(self.parties, actor.id) if actor.kind is ActorKind.RESIDENT else None

    def judges(self, actor: Actor) -> bool:
        """Whether it is the actor's to say if it is fixed, of those who stand behind it."""
        return judged_by(self.parties, actor.id, self.closed_accounts)

    def is_staffed_by(self, actor: Actor) -> bool:
        return is_staffed(self, actor)

    def sees_requester(self, actor: Actor) -> bool:
        """The requester himself, his proxy, and the committee unless he is anonymous; nobody else."""
        if self.is_party(actor):
            return True
        sits = any(g.role in COMMITTEE and g.place_id == self.community_id for g in actor.grants)
        return sits and not self.case.anonymous


def is_staffed(case: Any, actor: Actor) -> bool:
    """Whether the actor reads it as committee or dispatcher of its place rather than as a handler or neighbour."""
    if not actor.grants:
        return False
    nodes = (case.community_id, case.town_id, case.district_id)
    return any(g.role in READING and g.place_id in nodes for g in actor.grants)


def waits_for_ruling(status: CaseStatus, escalated_to: str | None, returns: int) -> bool:
    """Sent back a second time in its round: the level above says whose it is, and nobody goes past it."""
    return status is CaseStatus.RETURNED and escalated_to is not None and returns >= RETURNS_BEFORE_RULING


def returns_among(dispatches: Iterable[Any], round_began: Moment | None) -> int:
    """How often a lead sent it back since a lead last handed it in, or was held to be right in sending it back.

    Of the last round alone; None where no clock of its own ever ran.
    """
    returns = 0
    for one in dispatches:
        if one.is_lead and (round_began is None or (one.dispatched_at, one.id) > round_began):
            returns = 0 if one.status in ("handled", UPHELD) else returns + (one.status == "returned")
    return returns


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which cases exist for the actor: mine, public near me, at or below my nodes, or handed to my organisation."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    if actor.kind is ActorKind.PLUGIN:
        return one_of(CASES.c.community_id, actor.places_as((Role.PLUGIN,)))
    ways: list[ColumnElement[bool]] = []
    if actor.kind is ActorKind.RESIDENT:
        ways.append(CASES.c.id.in_(select(PARTIES.c.case_id).where(PARTIES.c.account_id == actor.id)))
        if actor.communities:
            ways.append(public_in(actor.communities))
    ways.extend(_below(actor))
    if actor.has(Role.CONTRACTOR) and actor.organisations:
        ways.append(CASES.c.id.in_(handed_to(actor.organisations)))
    return or_(*ways) if ways else false()


def public_in(communities: Sequence[str]) -> ColumnElement[bool]:
    return and_(one_of(CASES.c.community_id, communities), CASES.c.visibility == Visibility.PUBLIC)


def handed_to(organisations: Sequence[str]) -> Select[Any]:
    return select(DISPATCHES.c.case_id).where(
        one_of(DISPATCHES.c.organisation_id, organisations), DISPATCHES.c.is_current.is_(True)
    )


def _below(actor: Actor) -> list[ColumnElement[bool]]:
    levels = (
        (COMMITTEE, CASES.c.community_id),
        (frozenset({Role.TOWN_DISPATCHER}), CASES.c.town_id),
        (frozenset({Role.DISTRICT_DISPATCHER}), CASES.c.district_id),
    )
    return [one_of(column, places) for roles, column in levels if (places := actor.places_as(roles))]


def open_file(session: Session, case_id: str, *, actor: Actor, for_change: bool = False) -> CaseFile:
    """The case if it exists for the actor, else NotFound."""
    if not is_id(case_id):
        raise NotFound()
    settle(session)
    case = session.execute(_opening(actor, for_change), {"its_id": case_id}).scalar_one_or_none()
    if case is None:
        raise NotFound()
    return file_of(session, case)


@lru_cache(maxsize=128)
def _opening(actor: Actor, for_change: bool) -> Select[Any]:
    """The statement that opens a case for an actor; made once, because one and the same comes again and again."""
    statement = select(Case).where(CASES.c.id == bindparam("its_id")).where(visible_to(actor))
    return statement.with_for_update() if for_change else statement


def hold_cases(session: Session, ids: Iterable[str]) -> dict[str, Case]:
    """Cases as they stand now, held until the transaction ends: what the platform writes comes between no verb.

    Before any of their clocks, and one after the other by their ids, so that no two who hold several wait in a ring.
    """
    held = select(Case).where(CASES.c.id.in_(sorted(set(ids)))).order_by(CASES.c.id).with_for_update()
    found = session.execute(held.execution_options(populate_existing=True)).scalars()
    return {case.id: case for case in found}


def file_of(session: Session, case: Case) -> CaseFile:
    found = session.execute(_PARTIES, {"its_id": case.id}).all()
    closed = frozenset(party.account_id for party, closed_at in found if closed_at is not None)
    dispatches = list(session.execute(_DISPATCHES, {"its_id": case.id}).scalars())
    main = None if case.merged_into_id is None else main_of(session, case)
    began = _round_began(session, case) if any(one.status == "returned" for one in dispatches) else None
    return CaseFile(
        case=case, parties=[party for party, _closed_at in found], closed_accounts=closed, dispatches=dispatches,
        main=main, round_began=began,
    )  # fmt: skip


def _round_began(session: Session, case: Case) -> Moment | None:
    """When its round began. Only returns are counted by it, and few cases are ever sent back."""
    found = session.execute(_ROUND_BEGAN, {"its_id": case.id}).first()
    return None if found is None else (found.started_at, found.id)


def main_of(session: Session, case: Any) -> Case:
    """Follows a main case that was itself merged into another."""
    main: Case = session.execute(select(Case).where(CASES.c.id == case.merged_into_id)).scalar_one()
    return main_of(session, main) if main.status is CaseStatus.MERGED else main


#: What a handling organisation may do follows how far its own part is.
_OWN_PART: Mapping[Verb, tuple[str, ...]] = {
    Verb.SIGNING: ("dispatched",),
    Verb.RETURN: ("dispatched", "signed", "in_progress"),
    Verb.PROGRESS: ("signed", "in_progress"),
    Verb.HANDLING: ("signed", "in_progress"),
}
#: What may fit a case in each status, to anybody; who is left out for each, `_fits` says.
_MAY_FIT: Mapping[CaseStatus, tuple[Verb, ...]] = {
    status: tuple(v for v in Verb if status in FROM[v] or (v in _OWN_PART and status in WITH_HANDLER))
    for status in CaseStatus
}


#: What whoever raised a case says of the outcome himself, or to whoever asks him.
_HIS_WORD = (Verb.EVALUATION, Verb.CALLBACK)


def allowed_verbs(file: CaseFile, actor: Actor) -> list[Verb]:
    """What the actor may do to it now; templates show these and no others."""
    mine, status = file.dispatch_of(actor), file.case.status
    fitting = _FIT_ALL[status] if mine is None else _fitting(status, mine)
    if _is_rated_by_itself(file):
        fitting = (*fitting, *(PERMISSION_OF[verb] for verb in _HIS_WORD))
    verbs = (_VERB_OF[one] for one in allowed(actor, fitting, file))
    return [verb for verb in verbs if _holds(verb, file, actor)]


def fits(verb: Verb, file: CaseFile, actor: Actor) -> bool:
    """Does the verb fit the state of the case, or of the actor's own part in it?"""
    if verb in _HIS_WORD and _is_rated_by_itself(file):
        return _holds(verb, file, actor)
    return _fits(verb, file.case.status, file.dispatch_of(actor)) and _holds(verb, file, actor)


def _holds(verb: Verb, file: CaseFile, actor: Actor) -> bool:
    """Whether the rest holds that a verb asks for besides a status."""
    besides = _BESIDES.get(verb)
    return besides is None or besides(file, actor)


def _is_rated_by_itself(file: CaseFile) -> bool:
    """Merged, and the case that carries the work has come to its end: who raised this one has his own word."""
    return file.main is not None and file.main.status in RATEABLE


def _fits(verb: Verb, status: CaseStatus, mine: CaseDispatch | None) -> bool:
    if mine is None or verb not in _OWN_PART:
        # A dispatcher rules on what was returned; from anybody else a return needs a dispatch of his own.
        return status in FROM[verb] and not (verb is Verb.RETURN and status is not CaseStatus.RETURNED)
    if mine.is_lead and status not in FROM[verb]:
        return False
    return status in WITH_HANDLER and mine.status in _OWN_PART[verb]


def _fitting(status: CaseStatus, mine: CaseDispatch | None) -> tuple[Permission, ...]:
    return tuple(PERMISSION_OF[verb] for verb in _MAY_FIT[status] if _fits(verb, status, mine))


def _is_his_to_arrange(file: CaseFile, actor: Actor) -> bool:
    return not file.awaits_ruling or has_it_escalated(actor, file)


def _may_be_sent_back(file: CaseFile, actor: Actor) -> bool:
    mine = file.dispatch_of(actor)
    return mine is None or not mine.is_lead or file.returns_of_round < RETURNS_BEFORE_RULING


#: What must hold of a case for a verb besides its status.
_BESIDES: Mapping[Verb, Callable[[CaseFile, Actor], bool]] = {
    Verb.ACCEPTANCE: _is_his_to_arrange,
    Verb.DISPATCH: _is_his_to_arrange,
    Verb.RETURN: _may_be_sent_back,
    Verb.ESCALATION: lambda file, _actor: bool(levels_above(file.escalated_to)),
    Verb.HIDING: lambda file, _actor: file.is_public,
    # Of what was raised for somebody who has an account he says himself whether it is fixed.
    Verb.EVALUATION: lambda file, actor: file.judges(actor),
    # And what he has judged is not had done again over his head.
    Verb.REOPENING: lambda file, actor: file.judges(actor) or file.case.satisfied is None,
    # Whoever has an account says himself whether it is fixed.
    Verb.CALLBACK: lambda file, _actor: file.requester is not None and not file.who_can_answer,
}

#: What fits for whoever has no part of his own, worked out once.
_FIT_ALL: Mapping[CaseStatus, tuple[Permission, ...]] = {
    status: _fitting(status, None) for status in CaseStatus
}
