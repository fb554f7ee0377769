"""Which of some cases exist for somebody: asked before anybody else is asked about them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from core_db.cases.file import visible_to
from core_db.cases.model import CASES
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.ids import is_id
from core_db.foundation.later import settle
from core_db.foundation.tables import one_of


class CaseSight(NamedTuple):
    """A case that exists for the actor, and where it belongs."""

    id: str
    community_id: str
    number: str


def cases_in_sight(
    session: Session, case_ids: Sequence[str], *, actor: Actor, clock: Clock
) -> list[CaseSight]:
    """Those that exist for the actor, in the order asked for."""
    wanted = [one for one in dict.fromkeys(case_ids) if is_id(one)]
    if not wanted:
        return []
    settle(session)
    found = select(CASES.c.id, CASES.c.community_id, CASES.c.number)
    rows = session.execute(found.where(one_of(CASES.c.id, wanted)).where(visible_to(actor)))
    known = {row.id: CaseSight(*row) for row in rows}
    return [known[one] for one in wanted if one in known]
