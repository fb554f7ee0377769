"""What a first asker needs at hand for any words: guides, stamps, who handles it, what others have learned."""

from collections.abc import Sequence

from sqlmodel import Session

from committee_app.roles import committee_of
from core_db.cases import case_file, reference_of, suggester_of
from core_db.experiences import SOLVED, ExperienceSeen, experiences_shared
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.guides import GuideSeen, StampSeen, fitting_guides, fitting_stamps
from core_db.people import OrganisationView, organisations_for

#: Organisations that are offered to hand something to, and experiences.
MOST, FEW = 6, 3


@dataclass(frozen=True, kw_only=True)
class AtHand:
    """What fits some words, the best first. `category`: how a case of these words would be filed."""

    guides: Sequence[GuideSeen]
    stamps: Sequence[StampSeen]
    organisations: Sequence[OrganisationView]
    category: str
    experiences: Sequence[ExperienceSeen]

    @property
    def is_empty(self) -> bool:
        return not (self.guides or self.stamps or self.organisations or self.experiences)


@dataclass(frozen=True, kw_only=True)
class CaseAtHand:
    """What is at hand for one case, and whether there is something to tell others of it."""

    number: str
    summary: str
    is_solved: bool
    found: AtHand


def at_hand_for(
    session: Session, text: str, at: str | None = None, *, actor: Actor, clock: Clock, lang: str
) -> AtHand:
    """What is at hand for what somebody says in the neighbourhood that is named, or in any of the actor's."""
    his = committee_of(actor)
    here = (at,) if at in his else his
    code = _category(session, text, here)
    handle = {
        one.id: one
        for place in (here if code is not None else ())
        for one in organisations_for(session, code, place, actor=actor, clock=clock)
    }
    shared = experiences_shared(session, text, actor=actor, clock=clock) if text and his else ()
    return AtHand(
        guides=fitting_guides(session, text, actor=actor, clock=clock),
        stamps=fitting_stamps(session, text, actor=actor, clock=clock),
        organisations=[*handle.values()][:MOST], experiences=shared[:FEW],
        category=reference_of(session).category(code).name(lang) if code is not None else "",
    )  # fmt: skip


def at_hand_for_case(session: Session, case_id: str, *, actor: Actor, clock: Clock, lang: str) -> CaseAtHand:
    """The same for a case's own text."""
    file = case_file(session, case_id, actor=actor, clock=clock)
    case, at = file.case, file.community_id
    found = at_hand_for(session, case.text, at, actor=actor, clock=clock, lang=lang)
    return CaseAtHand(number=case.number, summary=case.summary, is_solved=case.status in SOLVED, found=found)


def _category(session: Session, text: str, here: Sequence[str]) -> str | None:
    """The likeliest by what was filed there; of several neighbourhoods by the first that knows one."""
    likely = (suggester_of(session, one).suggest(text, limit=1) for one in (here if text else ()))
    return next((found[0][0] for found in likely if found), None)
