"""Raising a case: by a resident himself, or by a worker on somebody's behalf."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, require_at, right_used_at
from core_db.accounts.bindings import account_ids_of
from core_db.cases.asked_fields import AskedField, read_fields
from core_db.cases.behind import Party
from core_db.cases.calendar import WorkCalendar
from core_db.cases.category_table import DEFAULT
from core_db.cases.changing import ALL, PUBLIC, audience_keys, count
from core_db.cases.drafts import CaseDraft, OnBehalfDraft
from core_db.cases.errors import HomeNotBound
from core_db.cases.file import CaseFile
from core_db.cases.filled_fields import keep_filled
from core_db.cases.for_whom import parties_of
from core_db.cases.model import CASES, ENTRIES, PARTIES, CaseEntry
from core_db.cases.numbering import CaseNumber, series_of
from core_db.cases.photos import attach_photos, loose_photos
from core_db.cases.reference import OTHER, URGENT_CONTACT, CategoryInForce, Limit, reference_of, suggester_of
from core_db.cases.said import said_by, shown_by
from core_db.cases.search import index_case
from core_db.cases.suggestion import Advice, emergency_advice
from core_db.cases.words import ByRole, CaseStatus, Channel, EntryType, Nature, Visibility
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.later import Later, later, settle
from core_db.foundation.numbers import next_number
from core_db.foundation.outbox import emit
from core_db.people import needs_a_guardian
from core_db.people.model import Person
from core_db.places.model import Place, PlaceKind
from plugins.sdk.events import CaseSubmitted

SUMMARY = 60
PLACES = Place.__table__  # type: ignore[attr-defined]
_PLACE = select(
    PLACES.c.id, PLACES.c.kind, PLACES.c.name, PLACES.c.label, PLACES.c.building_id, PLACES.c.community_id,
    PLACES.c.town_id, PLACES.c.district_id,
).where(PLACES.c.id == bindparam("its_id"))  # fmt: skip
_CASE, _PARTY, _ENTRY = Later(10, table=CASES), Later(20, table=PARTIES), Later(20, table=ENTRIES)
#: Neighbours would learn of a child what he cannot judge yet (个人信息保护法 art. 31).
A_CHILDS = {
    "visibility": (
        "不满 14 周岁，反映的事邻居看不到：请选“只有我和办理的人”。",
        "Below fourteen neighbours do not see what you raise: choose “Only me and those who handle it”.",
    )
}
NOT_THERE = ("请选本小区的一个地点。", "Please choose a place in your neighbourhood.")
WHICH = (
    "您在几个小区有家，请选一个地点。",
    "You have homes in several neighbourhoods: please choose a place.",
)
#: The nature a case gets when nobody said one.
DEFAULT_NATURE = Nature.HELP
#: Who raises a case without being anybody of the committee.
_ITSELF = {ActorKind.SYSTEM: ByRole.SYSTEM, ActorKind.PLUGIN: ByRole.PLUGIN}


class PlaceNamed(NamedTuple):
    """A place at which cases are raised. A row of the database looks for each attribute in vain first."""

    id: str
    kind: PlaceKind
    name: str
    label: str
    building_id: str | None
    community_id: str | None
    town_id: str | None
    district_id: str | None


class JustRaised(SimpleNamespace):
    """A case as it was just written. What it has none of yet stands here for all of them, and in no statement."""

    lead_id = lead_name = escalated_to = satisfied = resolved = external_id = urged_at = None
    clock_unit = clock_limit = clock_reason = due_at = overdue_reason = review_on = None


def submit_case(session: Session, draft: CaseDraft, *, actor: Actor, clock: Clock) -> CaseFile:
    """Raise a case as a resident, in the neighbourhood where he lives: for himself, or for one of his own."""
    if not actor.homes:
        raise HomeNotBound()
    if draft.visibility is Visibility.PUBLIC and needs_a_guardian(session, actor.person_id, on=clock.now()):
        raise CannotBeRead(A_CHILDS)
    place = where_resident_means(session, draft, actor)
    if place is None:
        raise CannotBeRead({"place_id": NOT_THERE if draft.place_id else WHICH})
    category = _category(session, draft, place.community_id)
    parties = parties_of(session, draft, place.community_id, actor=actor, clock=clock)

    return file_case(
        session, draft, place, category, parties, channel=Channel(draft.channel), actor=actor, at=clock.now(),
        filled=_filled(session, draft, category, place.community_id, actor=actor),
    )  # fmt: skip


def submit_on_behalf(session: Session, draft: OnBehalfDraft, *, actor: Actor, clock: Clock) -> CaseFile:
    """Enter a case for somebody; both stand in it, and his account, if he has one, follows it."""
    place = place_on_behalf(session, draft, actor)
    if place is None:
        raise CannotBeRead({"place_id": ("请选一个地点。", "Please choose a place.")})
    require_at(actor, Permission.CASE_ON_BEHALF, place)
    parties = _parties(session, draft.on_behalf_of, place.community_id)

    category = _category(session, draft, place.community_id)
    return file_case(
        session, draft, place, category, parties, channel=Channel(draft.channel), actor=actor, at=clock.now(),
        filled=_filled(session, draft, category, place.community_id, actor=actor),
    )  # fmt: skip


def where_resident_means(session: Session, draft: CaseDraft, actor: Actor) -> Any:
    """The place he named, if it lies in a neighbourhood of his; his building where he lives in one and named none."""
    usual = actor.homes[0].building_id if len(actor.communities) == 1 else None
    found = place_of(session, draft.place_id or usual)
    return found if found is not None and found.community_id in actor.communities else None


def place_of(session: Session, place_id: str | None) -> Any:
    """A place, at most as old as the configuration is."""
    kept = reference_of(session).places
    found = kept.get(place_id) if place_id else None
    if found is None and place_id is not None:
        found = session.connection().execute(_PLACE, {"its_id": place_id}).first()
        if found is not None:
            found = kept[place_id] = PlaceNamed(*found)
    return found


def place_on_behalf(session: Session, draft: OnBehalfDraft, actor: Actor) -> Any:
    """The place that was named; else all of his neighbourhood whom it is for, or of the only one of the actor's."""
    if draft.place_id:
        return _in_a_neighbourhood(place_of(session, draft.place_id))
    nodes = actor.places_as(MAY_AT[Permission.CASE_ON_BEHALF]) or [one.place_id for one in actor.grants]
    his = [_in_a_neighbourhood(place_of(session, one)) for one in dict.fromkeys(nodes)]
    possible = [one for one in his if one is not None]
    if len(possible) > 1 and draft.on_behalf_of is not None:
        person = _registered(session, draft.on_behalf_of, [one.id for one in possible])
        possible = [one for one in possible if one.id == person.community_id]
    return possible[0] if len(possible) == 1 else None


def _in_a_neighbourhood(place: Any) -> Any:
    return place if place is not None and place.community_id is not None else None


def _parties(session: Session, person_id: str | None, community_id: str) -> list[Party]:
    if person_id is None:
        return []
    person = _registered(session, person_id, [community_id])
    account_id = next(iter(account_ids_of(session, person.id, community_id)), None)
    return [Party("requester", account_id, person.id, person.name)]


def _registered(session: Session, person_id: str, communities: Sequence[str]) -> Person:
    """Somebody of the register of one of these neighbourhoods; nobody else is there."""
    person = session.get(Person, person_id)
    if person is None or person.community_id not in communities:
        raise NotFound()
    return person


def _category(session: Session, draft: CaseDraft | OnBehalfDraft, community_id: str) -> CategoryInForce:
    """The category named, or the one the words clearly suggest; else the committee will say which it is."""
    reference = reference_of(session)
    if draft.category:
        if not reference.offers(draft.category, community_id):
            raise CannotBeRead({"category": ("没有这个类别。", "There is no such category.")})
        return reference.categories[draft.category]
    return reference.category(suggester_of(session, community_id).clearly(draft.text) or OTHER)


def condition_of(category: CategoryInForce, said: str) -> str | None:
    """The condition as a case keeps it; None is the usual one."""
    if all(one.condition != said for one in category.limits):
        raise CannotBeRead({"condition": ("这个类别没有这种情况。", "This category has no such condition.")})
    return None if said == DEFAULT else said


def _filled(
    session: Session, draft: CaseDraft | OnBehalfDraft, category: CategoryInForce, community_id: str, *, actor: Actor
) -> Mapping[AskedField, str]:  # fmt: skip
    """What was filled in besides, judged. Nobody is held to a field of a category that he did not choose himself."""
    asked = reference_of(session).fields_of(category.code, community_id)
    if not asked and not draft.fields:
        return {}
    must = draft.category is not None and actor.kind in (ActorKind.RESIDENT, ActorKind.STAFF)
    kept = read_fields(asked, draft.fields, must=must)
    return {one: kept[one.key] for one in asked if one.key in kept}


def file_case(
    session: Session, draft: CaseDraft | OnBehalfDraft, place: Any, category: CategoryInForce,
    parties: list[Party], *, channel: Channel, actor: Actor, at: datetime, known: Mapping[str, Any] | None = None,
    filled: Mapping[AskedField, str] | None = None,
) -> CaseFile:  # fmt: skip
    """Write the case with its history, search words, first-contact clock and fact. Core inserts: the hot path.

    `known` is what an import brings along beside the draft: an id of that time, the id it had elsewhere.
    """
    row = _row(session, draft, place, category, channel=channel, at=at) | dict(known or {})
    file = CaseFile(case=JustRaised(**row), parties=parties)
    later(session, _CASE, row)
    for party in parties:
        later(session, _PARTY, {"id": new_id(), "case_id": row["id"], **party._asdict()})
    file.filled = keep_filled(session, file.case, filled) if filled else ()
    right = right_used_at(actor, Permission.CASE_ON_BEHALF, file)
    _first_entry(session, file, draft, by_name=actor.signing(right), actor=actor, at=at)
    index_case(
        session, row["id"], places=(place.community_id, place.town_id, place.district_id),
        texts=(row["number"], row["text"], row["place_label"], row["place_note"] or ""),
    )  # fmt: skip
    count(session, file.case, CaseStatus.SUBMITTED, +1)
    fact = CaseSubmitted.model_validate({
        "community_id": place.community_id, "case_id": row["id"], "category": category.code,
        "status": str(CaseStatus.SUBMITTED), "channel": str(channel), "urgent": row["urgent"],
    })  # fmt: skip
    emit(session, fact, actor=actor, at=at, audience=audience_keys(file, PUBLIC), right=right)
    return file


def _row(
    session: Session, draft: CaseDraft | OnBehalfDraft, place: Any, category: CategoryInForce, *,
    channel: Channel, at: datetime,
) -> dict[str, Any]:  # fmt: skip
    day = local_date(at)
    reference, advice = reference_of(session), emergency_advice(draft.text)
    letters = reference.letters_of(place.district_id)
    number = CaseNumber(letters, day, next_number(session, series_of(letters, day)))
    said = draft.condition if isinstance(draft, OnBehalfDraft) else None
    condition = condition_of(category, said) if said is not None else None
    contact = category.contact_of(condition)
    # A sensitive category is never shown to neighbours, whatever was ticked.
    visibility = Visibility.PRIVATE if category.sensitive else draft.visibility
    place, note = shown_place(session, place, draft.place_note, visibility)
    return {
        "id": new_id(), "number": str(number), "community_id": place.community_id, "town_id": place.town_id,
        "district_id": place.district_id, "place_id": place.id,
        "building_id": place.id if place.kind is PlaceKind.BUILDING else place.building_id,
        "place_label": place.label, "place_note": note, "category_code": category.code,
        "nature": draft.nature or DEFAULT_NATURE, "summary": _summary(draft.text), "text": draft.text,
        "status": CaseStatus.SUBMITTED, "visibility": visibility, "anonymous": draft.anonymous, "channel": channel,
        "condition": condition,
        "urgent": category.emergency or advice is not None, "clock_state": "none",
        "contact_due_at": contact_due_of(session, contact, advice, at=at, days=reference.calendar),
        "contact_unit": str(contact.unit), "contact_limit": str(contact.amount),
        "supporters": 0, "returns": 0, "needs_review": False,
        "has_new_message": False, "asks_extension": False, "contact_late": False,
        "created_at": at, "updated_at": at, "version": 1,
    }  # fmt: skip


def contact_due_of(
    session: Session, contact: Limit, advice: Advice | None, *, at: datetime, days: WorkCalendar | None = None
) -> datetime:
    """By when whoever raised it is called; by the calendar in force, unless others are to be tried."""
    calendar = days or reference_of(session).calendar
    due = calendar.add(at, contact.amount, contact.unit)
    if advice is None:
        return due
    # Words that mean danger are answered as quickly as any emergency, whatever they are filed under.
    return min(due, calendar.add(at, URGENT_CONTACT.amount, URGENT_CONTACT.unit))


def shown_place(
    session: Session, place: Any, note: str | None, visibility: Visibility
) -> tuple[Any, str | None]:
    """A public case names the building only: a room would tell the neighbours who raised it."""
    if visibility is Visibility.PRIVATE or place.kind is not PlaceKind.HOME:
        return place, note
    building = place_of(session, place.building_id)
    return building, f"{place.name}；{note}" if note else place.name


def _summary(text: str) -> str:
    first = " ".join(text.split())
    return first if len(first) <= SUMMARY else first[: SUMMARY - 1] + "…"


def _first_entry(
    session: Session, file: CaseFile, draft: CaseDraft | OnBehalfDraft, *, by_name: str, actor: Actor, at: datetime
) -> None:  # fmt: skip
    by = file.part_of(actor) or _ITSELF.get(actor.kind, ByRole.COMMITTEE)
    entry = {
        "case_id": file.case.id, "type": EntryType.SUBMITTED, "at": at,
        "by_role": str(by), "by_id": actor.id, "by_name": by_name,
        "audience": PUBLIC, "status": CaseStatus.SUBMITTED, "said": said_by(file.case),
    }  # fmt: skip
    if not draft.photos:
        later(session, _ENTRY, entry)
        return
    photos = loose_photos(session, draft.photos, actor=actor)
    settle(session)
    showing = {"audience": ALL, "shown": shown_by((one.id, one.digest) for one in photos)}
    first = CaseEntry(**(entry | showing))
    session.add(first)
    session.flush()
    attach_photos(session, photos, case_id=file.case.id, position=first.position)
