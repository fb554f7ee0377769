"""What is over its time, and letting go of it: nightly, in pieces, the files before their rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import String, cast, delete, func, select, union_all
from sqlmodel import Session

from core_db.access import AccessEvent
from core_db.access.forgetting import DROPPER, forget_reads, forget_subject
from core_db.accounts.sessions import SESSIONS, TICKETS
from core_db.cases.forgetting import EMPTIED, drop_photo_rows, empty_case
from core_db.cases.model import CASES, PARTIES, PHOTOS
from core_db.cases.photos import photo_path
from core_db.cases.words import Visibility
from core_db.emergency.model import ACCESSES, REVIEWS
from core_db.experiences.model import PROPOSALS
from core_db.feedback.model import FEEDBACK
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.reach import Across, across
from core_db.handover_notes.model import NOTES
from core_db.inquiries.model import INQUIRIES
from core_db.installs.forgetting import forget_in_plugins
from core_db.installs.model import CALLS, KEYS, MESSAGES, PROFILE_FIELDS
from core_db.installs.model import CONSENTS as PLUGIN_CONSENTS
from core_db.installs.model import ERASURES as PLUGIN_ERASURES
from core_db.ledgers.forgetting import drop_fills, forget_in_reports
from core_db.ledgers.model import FILLS
from core_db.mydata.forgetting import forget_child
from core_db.mydata.model import CONSENTS, CORRECTIONS, ERASURES, GUARDIANSHIPS, GuardianStatus
from core_db.mydata.others import PERSONS
from core_db.mydata.retention import RuleInForce, kept_for, rules_in_force
from core_db.mydata.sweeping import note_to_sweep, sweep_what_was_noted
from core_db.neighbourhood.leaving import forget_seats
from core_db.people.leaving import STILL_SAID, empty_changes, forget_person
from core_db.people.model import CHANGES
from core_db.places import PLACE_CHANGES
from core_db.places.leaving import PLACE_STILL_SAID, empty_place_changes
from core_db.register_sheets.forgetting import forget_in_sheets
from core_db.register_sheets.model import ROWS as SHEET_ROWS
from core_db.register_sheets.model import SHEETS
from core_db.reveals.forgetting import forget_looks
from core_db.reveals.model import EXPORTS
from core_db.tags.leaving import forget_tags, tags_ended_before
from core_db.tags.model import ASSIGNMENTS
from core_db.visits.forgetting import drop_visits, forget_visited
from core_db.visits.model import VISITS

EVERYTHING = across(Across.JOB)
EVENTS: Any = AccessEvent.__table__  # type: ignore[attr-defined]
#: How many go in one transaction; of cases, whose texts and search are made anew, a few.
PIECE, FEW = 100, 3
#: Kinds of which a row simply goes.
ROWS: Mapping[str, Any] = {
    "sign-ins": SESSIONS, "feedback": FEEDBACK, "emergencies": ACCESSES, "register-exports": EXPORTS,
    "corrections": CORRECTIONS, "consents": CONSENTS, "guardianships": GUARDIANSHIPS, "register-sheets": SHEETS,
    "tags-ended": ASSIGNMENTS,
    "inquiries": INQUIRIES, "handover-notes": NOTES, "experience-proposals": PROPOSALS,
    "plugin-consents": PLUGIN_CONSENTS, "plugin-messages": MESSAGES, "plugin-erasures": PLUGIN_ERASURES,
    "plugin-keys": KEYS, "plugin-profiles": PROFILE_FIELDS,
}  # fmt: skip
Over = Callable[[datetime], Any]


def _ended_before(moment: datetime) -> Any:
    return CASES.c.closed_at.is_not(None) & (CASES.c.closed_at < moment)


def _still_said(moment: datetime) -> Any:
    return select(CASES.c.id).where(_ended_before(moment), CASES.c.text != EMPTIED)


def _of_those_who_left(moment: datetime) -> Any:
    left = select(ERASURES.c.account_id).where(ERASURES.c.done_at.is_not(None))
    raised = select(PARTIES.c.case_id).where(PARTIES.c.role == "requester", PARTIES.c.account_id.in_(left))
    return _still_said(moment).where(CASES.c.visibility == Visibility.PRIVATE, CASES.c.id.in_(raised))


def _photos(moment: datetime) -> Any:
    return select(PHOTOS.c.id).join(CASES, CASES.c.id == PHOTOS.c.case_id).where(_ended_before(moment))


def _guardianships(moment: datetime) -> Any:
    """Refused or ended before the moment, or ended by themselves in a year before: the day is not kept readable."""
    decided = (GUARDIANSHIPS.c.status != GuardianStatus.APPROVED) & (GUARDIANSHIPS.c.decided_at < moment)
    return select(GUARDIANSHIPS.c.id).where(decided | (GUARDIANSHIPS.c.of_age_in < local_date(moment).year))


def _reads_and_calls(moment: datetime) -> Any:
    """Reads by their numbers, and what plugins asked for by its ids: both go with the same line of the record."""
    reads = select(cast(EVENTS.c.seq, String).label("id")).where(EVENTS.c.at < moment)
    return union_all(reads, select(CALLS.c.id).where(CALLS.c.at < moment))


#: What of each kind is over, if everything before a moment is.
OVER: Mapping[str, Over] = {
    "left-case-content": _of_those_who_left,
    "case-content": _still_said,
    "case-photos": _photos,
    "loose-photos": lambda moment: select(PHOTOS.c.id).where(
        PHOTOS.c.case_id.is_(None), PHOTOS.c.created_at < moment
    ),
    "access-events": _reads_and_calls,
    "sign-ins": lambda moment: select(SESSIONS.c.id).where(SESSIONS.c.expires_at < moment),
    "register-history": lambda moment: select(CHANGES.c.id).where(CHANGES.c.at < moment, STILL_SAID),
    "place-history": lambda moment: select(PLACE_CHANGES.c.id).where(
        PLACE_CHANGES.c.at < moment, PLACE_STILL_SAID
    ),
    "register-of-the-dead": lambda moment: select(PERSONS.c.id).where(PERSONS.c.died_on < local_date(moment)),
    "feedback": lambda moment: select(FEEDBACK.c.id).where(FEEDBACK.c.left_at < moment),
    "emergencies": lambda moment: select(ACCESSES.c.id).where(ACCESSES.c.opened_at < moment),
    "reports": lambda moment: select(FILLS.c.id).where(FILLS.c.due_on < local_date(moment)),
    "register-exports": lambda moment: select(EXPORTS.c.id).where(EXPORTS.c.asked_at < moment),
    "register-sheets": lambda moment: select(SHEETS.c.id).where(SHEETS.c.handed_at < moment),
    "inquiries": lambda moment: select(INQUIRIES.c.id).where(INQUIRIES.c.taken_at < moment),
    "handover-notes": lambda moment: select(NOTES.c.id).where(NOTES.c.done_at < moment),
    "experience-proposals": lambda moment: select(PROPOSALS.c.id).where(PROPOSALS.c.decided_at < moment),
    "corrections": lambda moment: select(CORRECTIONS.c.id).where(CORRECTIONS.c.decided_at < moment),
    "consents": lambda moment: select(CONSENTS.c.id).where(CONSENTS.c.withdrawn_at < moment),
    "guardianships": _guardianships,
    "tags-ended": tags_ended_before,
    "visits": lambda moment: select(VISITS.c.id).where(VISITS.c.visited_at < moment),
    # -- plugins
    "plugin-consents": lambda moment: select(PLUGIN_CONSENTS.c.id).where(
        PLUGIN_CONSENTS.c.withdrawn_at < moment
    ),
    "plugin-messages": lambda moment: select(MESSAGES.c.id).where(MESSAGES.c.sent_at < moment),
    "plugin-profiles": lambda moment: select(PROFILE_FIELDS.c.id).where(PROFILE_FIELDS.c.filled_at < moment),
    "plugin-keys": lambda moment: select(KEYS.c.key).where(KEYS.c.at < moment),
    "plugin-erasures": lambda moment: select(PLUGIN_ERASURES.c.id).where(PLUGIN_ERASURES.c.done_at < moment),
}


def retention_now(session: Session, *, actor: Actor, clock: Clock) -> list[tuple[RuleInForce, int]]:
    """Every kind with its time, and how many of it would go now."""
    rules, now = rules_in_force(session), clock.now()
    return [(rule, _over_now(session, what, now)) for what, rule in rules.items()]


def apply_retention(door: Door, folder: Path, *, clock: Clock) -> int:
    """Let go of all that is over its time; a run that was cut short is taken up by the next."""
    gone = sum(_retire(door, folder, what, clock=clock) for what in OVER)
    sweep_what_was_noted(door.engines, folder)
    return gone


def _over_now(session: Session, what: str, now: datetime) -> int:
    over = OVER[what](now - kept_for(session, what)).subquery()
    return int(session.execute(select(func.count()).select_from(over)).scalar() or 0)


def _retire(door: Door, folder: Path, what: str, *, clock: Clock) -> int:
    gone, now = 0, clock.now()
    while ids := door.read_now(partial(_piece, what=what, now=now), reach=EVERYTHING):
        _let_go(door, folder, what, ids, at=now)
        gone += len(ids)
    return gone


def _piece(session: Session, *, what: str, now: datetime) -> Sequence[Any]:
    over = OVER[what](now - kept_for(session, what))
    return session.execute(over.limit(PIECE)).scalars().all()


def _let_go(door: Door, folder: Path, what: str, ids: Sequence[Any], *, at: datetime) -> None:
    if what in ("left-case-content", "case-content"):
        shown = select(PHOTOS.c.id).where(PHOTOS.c.case_id.in_(ids))
        photos = door.read_now(lambda session: session.execute(shown).scalars().all(), reach=EVERYTHING)
        _drop_photos(door, folder, photos, what, at=at)
        note_to_sweep(folder)
        for start in range(0, len(ids), FEW):
            door.write_now(partial(_empty, ids=ids[start : start + FEW], what=what, at=at), reach=EVERYTHING)
    elif what in ("case-photos", "loose-photos"):
        _drop_photos(door, folder, ids, what, at=at)
    elif what in ("register-history", "register-of-the-dead"):
        door.write_now(partial(_forget_of_register, what=what, ids=ids, at=at), reach=EVERYTHING)
    elif what == "place-history":
        door.write_now(lambda session: empty_place_changes(session, ids), reach=EVERYTHING)
    elif what == "visits":
        door.write_now(partial(drop_visits, visit_ids=ids), reach=EVERYTHING)
    elif what == "reports":
        door.write_now(partial(drop_fills, fill_ids=ids), reach=EVERYTHING)
    elif what == "access-events":
        door.write_now(partial(_drop_reads, ids=ids, at=at), reach=EVERYTHING)
    else:
        door.write_now(partial(_drop_rows, what=what, ids=ids), reach=EVERYTHING)


def _empty(session: Session, *, ids: Sequence[str], what: str, at: datetime) -> None:
    for case_id in ids:
        empty_case(session, case_id, what, at=at)


def _drop_photos(door: Door, folder: Path, ids: Sequence[str], what: str, *, at: datetime) -> None:
    for photo_id in ids:
        photo_path(folder, photo_id).unlink(missing_ok=True)
    if ids:
        door.write_now(lambda session: drop_photo_rows(session, ids, what, at=at), reach=EVERYTHING)


def _drop_reads(session: Session, *, ids: Sequence[str], at: datetime) -> None:
    before = at - kept_for(session, "access-events")
    seqs = [int(one) for one in ids if one.isdecimal()]
    forget_looks(session, seqs, before=before)
    forget_reads(session, seqs, before=before, at=at)
    session.execute(delete(CALLS).where(CALLS.c.id.in_([one for one in ids if not one.isdecimal()])))


def _forget_of_register(session: Session, *, what: str, ids: Sequence[str], at: datetime) -> None:
    if what == "register-history":
        empty_changes(session, ids)
        return
    forget_visited(session, ids)
    forget_in_reports(session, ids)
    forget_in_sheets(session, ids)
    forget_seats(session, person_ids=ids)
    forget_child(session, ids, at=at)
    forget_in_plugins(session, None, ids, actor=DROPPER, at=at)
    for person_id in ids:
        forget_tags(session, person_id)
        forget_person(session, person_id)
        forget_subject(session, person_id)


def _drop_rows(session: Session, *, what: str, ids: Sequence[Any]) -> None:
    if what == "sign-ins":
        session.execute(delete(TICKETS).where(TICKETS.c.session_id.in_(ids)))
    if what == "emergencies":
        session.execute(delete(REVIEWS).where(REVIEWS.c.access_id.in_(ids)))
    if what == "register-sheets":
        session.execute(delete(SHEET_ROWS).where(SHEET_ROWS.c.sheet_id.in_(ids)))
    key = KEYS.c.key if what == "plugin-keys" else ROWS[what].c.id
    session.execute(delete(ROWS[what]).where(key.in_(ids)))
