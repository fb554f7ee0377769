"""Events of life that wait for a second person: what was filled in is kept sealed, so that nobody types it again."""

import json
from collections.abc import Mapping

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.drafts import Draft
from core_db.life_events.drafts import BirthDraft, DeathDraft, FamilyMoveIn, MoveOutDraft
from core_db.people import About, Because, LifeEvent, RegisterProposal, RegroupDraft, propose, refuse_second

DRAFTS: Mapping[LifeEvent, type[Draft]] = {
    LifeEvent.MOVED_IN: FamilyMoveIn,
    LifeEvent.MOVED_OUT: MoveOutDraft,
    LifeEvent.BORN: BirthDraft,
    LifeEvent.DIED: DeathDraft,
    LifeEvent.REGROUPED: RegroupDraft,
}
#: Of one parent two children may wait, and of one home two families; somebody dies and leaves once, and who goes from
#: a household is settled before more go.
_ONCE = frozenset({LifeEvent.MOVED_OUT, LifeEvent.DIED, LifeEvent.REGROUPED})


def propose_event(
    session: Session, event: LifeEvent, of_id: str, draft: Draft, because: Because, *, community_id: str,
    person_id: str | None = None, place_id: str | None = None, household_id: str | None = None, actor: Actor,
    clock: Clock,
) -> RegisterProposal:  # fmt: skip
    """Put an event before a second person. `of_id` is what it is done to: a person, residency, home or household."""
    about = About(
        community_id=community_id, person_id=person_id, place_id=place_id, household_id=household_id, field=str(event)
    )  # fmt: skip
    if event in _ONCE:
        refuse_second(session, about)
    filled = json.dumps({"of": of_id, "draft": draft.model_dump(mode="json")}, ensure_ascii=False)
    return propose(session, about, filled, because, actor=actor, clock=clock)


def filled_in(event: LifeEvent, value: str) -> tuple[str, Draft]:
    """What an event is done to, and what was filled in of it."""
    kept = json.loads(value)
    return kept["of"], DRAFTS[event].model_validate(kept["draft"])
