"""Inspecting a facility: what was found, and when it is due again; what failed can become a case at once."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause
from core_db.neighbourhood.drafts import InspectionDraft
from core_db.neighbourhood.keeping import kept, note_step
from core_db.neighbourhood.model import INSPECTIONS, Facility, FacilityInspection
from core_db.neighbourhood.reading import found
from core_db.neighbourhood.words import EntryKind
from core_db.places.rights import right_in
from plugins.sdk.events import FacilityInspected

LATELY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionSeen:
    """One inspection."""

    inspected_on: date
    passed: bool
    findings: str
    by_name: str


def record_inspection(
    session: Session, facility_id: str, draft: InspectionDraft, *, actor: Actor, clock: Clock
) -> FacilityInspection:
    """Somebody looked at a facility; from that day on it is due again after its usual time, or when he says."""
    kind = EntryKind.FACILITY
    facility, node = kept(session, kind, facility_id, actor=actor)
    now, today = clock.now(), local_date(clock.now())
    on = draft.inspected_on or today
    _must_make_sense(draft, on, today)

    right = right_in(session, node.id, Permission.NEIGHBOURHOOD_KEEP, actor=actor)
    inspection = FacilityInspection(
        id=new_id(), community_id=node.id, facility_id=facility_id, inspected_on=on, passed=draft.passed == "yes",
        findings=draft.findings, at=now, by_id=actor.id, by_name=actor.signing(right),
        acted_for=actor.acts_for(right),
    )  # fmt: skip
    session.add(inspection)
    if facility.inspected_on is None or on >= facility.inspected_on:
        facility.inspected_on, facility.due_on = on, draft.next_on or _usual(facility, on)
    session.flush()
    because = Because(cause=Cause.CORRECTED)
    note_step(session, node, facility_id, "inspection", None, draft.passed, because, actor=actor, at=now)
    record(
        session, action="facility.inspected", actor=actor, clock=clock, object=str(kind),
        reference=f"{kind}/{facility_id}",
        right=right,
    )  # fmt: skip
    fact = FacilityInspected(
        community_id=node.id, kind=str(kind), entry_id=facility_id, passed=inspection.passed
    )
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{node.id}"], right=right)
    return inspection


def inspections_of(
    session: Session, facility_id: str, *, actor: Actor, clock: Clock
) -> Sequence[InspectionSeen]:
    """The inspections of a facility, the newest first."""
    _row, node = found(session, EntryKind.FACILITY, facility_id, actor=actor)
    statement = (
        select(
            INSPECTIONS.c.inspected_on, INSPECTIONS.c.passed, INSPECTIONS.c.findings, INSPECTIONS.c.by_name
        )
        .where(INSPECTIONS.c.community_id == node.id, INSPECTIONS.c.facility_id == facility_id)
        .order_by(INSPECTIONS.c.inspected_on.desc(), INSPECTIONS.c.id.desc())
        .limit(LATELY)
    )
    return [
        InspectionSeen(
            inspected_on=row.inspected_on, passed=row.passed, findings=row.findings or "", by_name=row.by_name
        )
        for row in session.execute(statement)
    ]


def _must_make_sense(draft: InspectionDraft, on: date, today: date) -> None:
    faults: dict[str, tuple[str, str]] = {}
    if on > today:
        faults["inspected_on"] = ("日期不能在今天以后。", "The day cannot lie ahead.")
    if draft.passed == "no" and not draft.findings:
        faults["findings"] = ("不合格时请写一句哪里不对。", "Where it failed, please say what is wrong.")
    if draft.next_on is not None and draft.next_on <= on:
        faults["next_on"] = ("要晚于检查那天。", "It has to lie after the inspection.")
    if faults:
        raise CannotBeRead(faults)


def _usual(facility: Facility, on: date) -> date | None:
    return on + timedelta(days=facility.every_days) if facility.every_days else None
