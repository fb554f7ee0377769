"""What puts a case before the town by itself: nobody asked for it, the platform does by the rules of the house.

It takes nothing from the committee: whoever may do something to a case may do it as before, and the town may too.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import case as sql_case
from sqlalchemy import func, select

from core_db.cases.changing import ALL, REQUESTER, Change, tell, write_entry
from core_db.cases.model import CASES, ENTRIES
from core_db.cases.words import CaseStatus, EntryType, PlatformWord, platform_says
from core_db.foundation.actor import system_actor
from core_db.foundation.house_rules import house_rules_of
from plugins.sdk import events

BY_ITSELF = system_actor("escalation")
#: How often he has to find it not done well, and how many alike in how many days are no accident.
UNSATISFIED, ALIKE, WITHIN = 2, 3, timedelta(days=30)
#: Nothing had to be done about these, or it is done in another case.
_COUNT_FOR_NOTHING = (CaseStatus.NOT_ACCEPTED, CaseStatus.WITHDRAWN, CaseStatus.MERGED)


class RaisedFor(StrEnum):
    """The reasons, as the operator names them in `escalates_on`."""

    OVERDUE = "overdue"
    UNSATISFIED = "unsatisfied"
    SAME_PLACE = "same-place"
    EMERGENCY = "emergency"


def raise_overdue(change: Change) -> None:
    """Its time is up."""
    if _applies(change, RaisedFor.OVERDUE):
        _raise(change, platform_says(PlatformWord.RAN_OVER))


def raise_unsatisfied(change: Change) -> None:
    """The second round with which he was not satisfied: he said so, had it done again, or both."""
    if not _applies(change, RaisedFor.UNSATISFIED):
        return
    rounds = _reopened(change) + change.case.needs_review
    if rounds >= UNSATISFIED:
        # Whoever handles it learns what he thinks of it when it is over, not from this.
        _raise(change, platform_says(PlatformWord.UNSATISFIED_AGAIN, str(rounds)), audience=REQUESTER)


def raise_accepted(change: Change) -> None:
    """What is known once somebody has looked at it: that it is an emergency, that it is one of many alike."""
    if change.case.urgent and _applies(change, RaisedFor.EMERGENCY):
        _raise(change, platform_says(PlatformWord.IS_EMERGENCY))
    # What is somewhere in the neighbourhood is at no place: three questions by telephone have nothing in common.
    if not _applies(change, RaisedFor.SAME_PLACE) or change.case.place_id == change.case.community_id:
        return
    alike = _alike(change)
    # One of them is before the town already: it is asked about a place once.
    if len(alike) >= ALIKE and not any(alike):
        _raise(change, platform_says(PlatformWord.SAME_PLACE, str(len(alike))))


def _applies(change: Change, reason: RaisedFor) -> bool:
    """Only to what is open and waits for no level above: nothing is raised over a ruling under way."""
    case = change.case
    waits_for_nobody = case.escalated_to is None and case.closed_at is None
    return waits_for_nobody and reason in house_rules_of(change.session).escalates_on


def _raise(change: Change, reason: str, *, audience: str = ALL) -> None:
    """No new version, and whoever was asked to hurry still is: nobody has done anything to the case."""
    by_itself = Change(change.session, change.file, BY_ITSELF, change.at)
    change.case.escalated_to = "town"
    write_entry(by_itself, EntryType.ESCALATED, text=reason, audience=audience)
    change.session.flush()
    tell(by_itself, events.CaseEscalated, audience=audience, to="town")


def _reopened(change: Change) -> int:
    again = (
        select(func.count())
        .select_from(ENTRIES)
        .where(ENTRIES.c.case_id == change.case.id, ENTRIES.c.type == EntryType.REOPENED)
    )
    return int(change.session.execute(again).scalar_one())


def _alike(change: Change) -> list[str | None]:
    """Of each case of this kind at this place, this one too, before whom it is; what is over is before nobody."""
    case = change.case
    here = (
        CASES.c.place_id == case.place_id
        if case.building_id is None
        else CASES.c.building_id == case.building_id
    )
    before = sql_case((CASES.c.closed_at.is_(None), CASES.c.escalated_to))
    alike = select(before).where(
        CASES.c.community_id == case.community_id, CASES.c.category_code == case.category_code, here,
        CASES.c.created_at > change.at - WITHIN, CASES.c.status.not_in(_COUNT_FOR_NOTHING),
    )  # fmt: skip
    return list(change.session.execute(alike).scalars())
