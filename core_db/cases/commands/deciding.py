"""What the committee decides about a case: look into it, take it, refuse it, hand it on, join it, raise it."""

from sqlmodel import Session

from core_db.access.policy import has_it_escalated
from core_db.cases.changing import (
    HANDLERS,
    PUBLIC,
    Change,
    begin,
    change_hands,
    finish,
    let_asking_lapse,
    move_to,
    refused,
    write_entry,
)
from core_db.cases.commands.hiding import NOT_FOR_NEIGHBOURS, hide
from core_db.cases.commands.raising import raise_accepted
from core_db.cases.commands.submitting import condition_of, shown_place
from core_db.cases.drafts import (
    AcceptanceDraft,
    DispatchDraft,
    EscalationDraft,
    MergerDraft,
    RefusalDraft,
    TextDraft,
)
from core_db.cases.errors import CannotMerge
from core_db.cases.file import CaseFile, open_file
from core_db.cases.merged import carried_by, hand_on
from core_db.cases.model import CaseDispatch
from core_db.cases.reference import reference_of
from core_db.cases.search import index_anew
from core_db.cases.stored_clocks import UNIT
from core_db.cases.timing import (
    drop_clocks,
    end_unit_clock,
    hasten_handling_clock,
    limit_of,
    start_clock,
    start_handling_clock,
)
from core_db.cases.transitions import OPEN, levels_above
from core_db.cases.words import CaseStatus, EntryType, Verb
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from core_db.people.model import Organisation
from core_db.places.model import Place, PlaceKind
from plugins.sdk import events

#: A unit holds it: those who read on learn why it is taken from there.
WHY_RECALLED = {
    "note": (
        "已经有单位在办：请写明为什么改派。",
        "A unit holds it: please say why it is given to another.",
    )
}
LEADS_ALREADY = {"assisting": ("主办单位不能再当协办单位。", "The lead organisation cannot assist as well.")}
#: It is asked for once; whatever else there is to say stands in a note, which the level above reads.
HAS_IT = {
    "to": ("街镇已经在管这件了，可以报到区。", "The town has it already; it can go on to the district.")
}


def pre_check_case(
    session: Session,
    case_id: str,
    draft: TextDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Look into a case before it is registered, saying what is being looked into."""
    change = begin(session, case_id, Verb.PRE_CHECK, version=version, actor=actor, clock=clock)

    move_to(change, CaseStatus.PRE_CHECK)
    write_entry(change, EntryType.PRE_CHECKED, text=draft.text)

    return finish(change, events.CasePreChecked)


def accept_case(
    session: Session,
    case_id: str,
    draft: AcceptanceDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Register a case and start its clock; a returned one is taken back instead."""
    change = begin(session, case_id, Verb.ACCEPTANCE, version=version, actor=actor, clock=clock)
    was_returned, is_ruling = change.case.status is CaseStatus.RETURNED, change.file.awaits_ruling

    _file_under(change, draft)
    change.case.nature = draft.nature or change.case.nature
    _place_at(change, draft.place_id)
    if is_ruling:
        # Whatever else it is before a level above for stays there: also that the committee was late.
        change.case.escalated_to = None
    if was_returned:
        hasten_handling_clock(change, limit_of(change))
    else:
        change.case.accepted_at = change.at
        start_handling_clock(change, limit_of(change))
    move_to(change, CaseStatus.ACCEPTED)
    kind = EntryType.TAKEN_BACK if was_returned else EntryType.ACCEPTED
    write_entry(change, kind, text=draft.note, audience=PUBLIC)

    finish(change, events.CaseAccepted)
    if not was_returned:
        raise_accepted(change)
    return change.file


def refuse_case(
    session: Session,
    case_id: str,
    draft: RefusalDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Do not accept a case, with a coded reason and advice where to turn."""
    change = begin(session, case_id, Verb.REFUSAL, version=version, actor=actor, clock=clock)

    drop_clocks(change)
    change.case.closed_at = change.at
    if draft.reason_code in NOT_FOR_NEIGHBOURS:
        hide(change)
    move_to(change, CaseStatus.NOT_ACCEPTED)
    write_entry(change, EntryType.REFUSED, text=draft.text, reason_code=str(draft.reason_code))

    hand_on(change)
    return finish(change, events.CaseRefused, reason_code=str(draft.reason_code))


def self_handle_case(
    session: Session,
    case_id: str,
    draft: TextDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """The committee handles it itself, without dispatching."""
    change = begin(session, case_id, Verb.SELF_HANDLING, version=version, actor=actor, clock=clock)

    place = session.get(Place, change.case.community_id)
    change_hands(change, None, place.name if place else None)
    move_to(change, CaseStatus.SELF_HANDLING)
    write_entry(change, EntryType.SELF_HANDLING, text=draft.text, audience=PUBLIC)

    return finish(change, events.CaseSelfHandled)


def dispatch_case(
    session: Session,
    case_id: str,
    draft: DispatchDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Hand a case to a lead organisation and perhaps assisting ones, each on a clock of its own.

    Whoever holds it loses it by that, and is told.
    """
    change = begin(session, case_id, Verb.DISPATCH, version=version, actor=actor, clock=clock)
    lead = _handler(change, draft.lead, "lead")
    helpers = [_handler(change, one, "assisting") for one in dict.fromkeys(draft.assisting)]

    if lead in helpers:
        raise CannotBeRead(LEADS_ALREADY)
    if change.file.current and not draft.note:
        raise CannotBeRead(WHY_RECALLED)

    if has_it_escalated(actor, change.file):
        # It has ruled: nothing waits for it any more.
        change.case.escalated_to = None
    for earlier in change.file.current:
        _recall(change, earlier)
    let_asking_lapse(change)
    change_hands(change, lead.id, lead.name)
    for organisation in (lead, *helpers):
        _hand_to(change, organisation, is_lead=organisation is lead, note=draft.note)
    move_to(change, CaseStatus.DISPATCHED)
    names = "、".join(one.name for one in (lead, *helpers))
    write_entry(change, EntryType.DISPATCHED, text=names, audience=PUBLIC)
    if draft.note:
        # It may say whom to call at which door: it is for those who go there.
        write_entry(change, EntryType.INSTRUCTED, text=draft.note, audience=HANDLERS)

    return finish(
        change, events.CaseDispatched, lead_id=lead.id, assisting_ids=tuple(one.id for one in helpers)
    )


def escalate_case(
    session: Session,
    case_id: str,
    draft: EscalationDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Ask the town or the district to step in; the status stays, and so does what a level has already."""
    change = begin(session, case_id, Verb.ESCALATION, version=version, actor=actor, clock=clock)
    if draft.to not in levels_above(change.case.escalated_to):
        raise CannotBeRead(HAS_IT)

    raise_to(change, draft.to, draft.reason)

    return change.file


def raise_to(change: Change, to: str, reason: str) -> None:
    """Raise a case to a level above, with its entry and fact."""
    change.case.escalated_to = to
    write_entry(change, EntryType.ESCALATED, text=reason)
    finish(change, events.CaseEscalated, to=to)


def merge_case(
    session: Session,
    case_id: str,
    draft: MergerDraft,
    *,
    version: int | None = None,
    actor: Actor,
    clock: Clock,
) -> CaseFile:
    """Join a case to another about the same; that one carries the work, this one keeps its requester."""
    change = begin(session, case_id, Verb.MERGER, version=version, actor=actor, clock=clock)
    into = open_file(session, draft.into, actor=actor, for_change=True)
    fits = into.case.community_id == change.case.community_id and into.case.status in OPEN
    if not fits or into.case.id == change.case.id:
        raise refused(change, CannotMerge())

    drop_clocks(change)
    change.case.closed_at = change.at
    move_to(change, CaseStatus.MERGED)
    other = Change(session=session, file=into, actor=actor, at=change.at, right=change.right)
    return carried_by(other, change)


def _file_under(change: Change, draft: AcceptanceDraft) -> None:
    case, reference = change.case, reference_of(change.session)
    if draft.category is not None and draft.category != case.category_code:
        if not reference.offers(draft.category, case.community_id):
            raise CannotBeRead({"category": ("没有这个类别。", "There is no such category.")})
        # A condition is one of its category: with another one it has yet to be chosen.
        case.category_code, case.condition = draft.category, None
        # An emergency is first in every list, also when only its committee saw that it is one.
        case.urgent = case.urgent or reference.categories[draft.category].emergency
        if reference.categories[draft.category].sensitive:
            hide(change)
    if draft.condition is not None:
        case.condition = condition_of(reference.category(case.category_code), draft.condition)


def _place_at(change: Change, place_id: str | None) -> None:
    if place_id is None or place_id == change.case.place_id:
        return
    place = change.session.get(Place, place_id)
    if place is None or place.community_id != change.case.community_id:
        raise CannotBeRead(
            {"place_id": ("请选本居村的一个地点。", "Please choose a place in this neighbourhood.")}
        )
    case = change.case
    before = (case.number, case.text, case.place_label, case.place_note or "")
    shown, case.place_note = shown_place(change.session, place, case.place_note, case.visibility)
    case.place_id, case.place_label = shown.id, shown.label
    case.building_id = shown.id if shown.kind is PlaceKind.BUILDING else shown.building_id
    index_anew(change.session, case, before=before)
    change.is_moved = True


def _handler(change: Change, organisation_id: str, field: str) -> Organisation:
    """An organisation responsible for the case's neighbourhood, its town or its district."""
    found = change.session.get(Organisation, organisation_id)
    nodes = (change.case.community_id, change.case.town_id, change.case.district_id)
    if found is None or found.place_id not in nodes or not found.active:
        raise CannotBeRead(
            {field: ("请从列表里选一个承办单位。", "Please choose a handling organisation from the list.")}
        )
    return found


def _hand_to(change: Change, organisation: Organisation, *, is_lead: bool, note: str | None) -> None:
    dispatch = CaseDispatch(
        id=new_id(), case_id=change.case.id, organisation_id=organisation.id, organisation_name=organisation.name,
        is_lead=is_lead, status="dispatched", note=note, dispatched_by=change.actor.id, dispatched_at=change.at,
    )  # fmt: skip
    change.session.add(dispatch)
    change.session.flush()
    change.file.dispatches.append(dispatch)
    start_clock(change.session, change.case.id, UNIT, limit_of(change), at=change.at, dispatch=dispatch)


def _recall(change: Change, dispatch: CaseDispatch) -> None:
    dispatch.is_current, dispatch.status, dispatch.ended_at = False, "recalled", change.at
    end_unit_clock(change, dispatch)
