"""What a round came to is kept when somebody has it done again: the case's row forgets it in that moment."""

from typing import Any

from core_db.cases.changing import Change
from core_db.cases.model import CaseRound
from core_db.foundation.ids import new_id


def keep_round(change: Change) -> None:
    """Once its clocks have ended, and before anything of it is wiped away."""
    case = change.case
    change.session.add(
        CaseRound(
            id=new_id(), case_id=case.id, community_id=case.community_id, town_id=case.town_id,
            district_id=case.district_id, lead_id=case.lead_id, in_time=_in_time(case), resolved=case.resolved,
            satisfied=case.satisfied, ended_at=change.at,
        )
    )  # fmt: skip


def _in_time(case: Any) -> bool | None:
    """As the figures have counted it so far; what was put off in time was neither handled nor late."""
    if case.handled_at is not None and case.due_at is not None:
        return bool(case.handled_at <= case.due_at)
    return False if case.clock_state == "overdue" else None
