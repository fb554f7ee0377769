"""Reading cases. Every read starts at `visible_to`: what you may not see is not there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session

from core_db.cases.awaiting import awaiting_among, awaiting_word
from core_db.cases.file import CaseFile, open_file, visible_to
from core_db.cases.filled_fields import filled_view
from core_db.cases.kept import Kept, Made
from core_db.cases.lists import CasePage, MadePage, cases, cases_as_json, made_cases, own_cases, public_cases
from core_db.cases.merged import main_case_view
from core_db.cases.model import CASES, COUNTS, DISPATCHES, ENTRIES, Photo
from core_db.cases.narrowing import CaseFilter
from core_db.cases.photos import photos_of
from core_db.cases.possible import possible_verbs
from core_db.cases.reference import reference_of
from core_db.cases.similar import similar_cases
from core_db.cases.standing import rate_until
from core_db.cases.timing import assisting_parts, open_asking, rests_of
from core_db.cases.transitions import RATEABLE
from core_db.cases.views import file_view, moment
from core_db.cases.words import (
    ENTRY_SENTENCES,
    UNTIL_WORDS,
    ByRole,
    CaseStatus,
    EntryType,
    Verb,
    Words,
    day_words,
    in_words,
)
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind, Role
from core_db.foundation.clock import LOCAL, Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.tables import one_of

#: Of an entry what is told; what it holds of the case's own words is for whoever verifies.
_TOLD = [column for column in ENTRIES.c if column.name not in ("said", "shown")]


def case_file(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> CaseFile:
    """One case with parties and dispatches, or NotFound."""
    return open_file(session, case_id, actor=actor)


def case_shown(
    session: Session, case_id: str, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> dict[str, Any]:
    """One case as the contract shows it."""
    file = open_file(session, case_id, actor=actor)
    return shown(session, file, actor=actor, now=clock.now(), lang=lang)


def shown(session: Session, file: CaseFile, *, actor: Actor, now: datetime, lang: str) -> dict[str, Any]:
    """A case as its reader sees it, with the verbs open to him."""
    parts = assisting_parts(session, [file.case.id]).get(file.case.id, ()) if file.assisting else ()
    resting = rests_of(session, [file.case]).get(file.case.id)
    view = file_view(
        file, reference_of(session), assisting=parts, resting=resting, actor=actor, now=now, lang=lang,
        awaits_word=bool(awaiting_among(session, [file.case])),
    )  # fmt: skip
    if asked := _extension_asked(session, file, actor):
        view["extension_asked"] = asked
    if filled := filled_view(session, file, actor=actor, lang=lang):
        view["fields"] = filled
    if file.case.status is CaseStatus.MERGED:
        main = main_case_view(session, file.case, actor=actor, now=now)
        # A neighbour who reads a public case learns of no private one that carries it.
        if main["id"] is not None or file.is_party(actor):
            view["main_case"] = main
    if file.case.status in RATEABLE:
        view["rate_until"] = moment(rate_until(session, file.case))
    view["allowed"] = [str(verb) for verb in possible_verbs(session, file, actor, at=now)]
    return view


def _extension_asked(session: Session, file: CaseFile, actor: Actor) -> dict[str, Any] | None:
    """The later day that waits for an answer: for those who give it, and those who handle the case."""
    asked = open_asking(session, file.case)
    if asked is None or not (file.is_staffed_by(actor) or file.dispatch_of(actor) is not None):
        return None
    by = file.lead.organisation_name if file.lead is not None else ""
    return {"until": moment(asked.until), "reason": asked.reason, "by": by, "at": moment(asked.asked_at)}


def verbs_open(session: Session, case_id: str, *, actor: Actor, clock: Clock) -> list[Verb]:
    """What the actor may do to the case now."""
    file = open_file(session, case_id, actor=actor)
    return possible_verbs(session, file, actor, at=clock.now())


class OwnPart(NamedTuple):
    """How far an organisation is with its own part of a case."""

    status: str
    organisation: str


def own_parts(session: Session, case_ids: Sequence[str], *, actor: Actor, clock: Clock) -> dict[str, OwnPart]:
    """The part the actor's organisation has of each of these cases, where it has one."""
    statement = select(DISPATCHES.c.case_id, DISPATCHES.c.status, DISPATCHES.c.organisation_name).where(
        DISPATCHES.c.case_id.in_(case_ids), DISPATCHES.c.is_current.is_(True),
        DISPATCHES.c.organisation_id.in_(actor.organisations),
    )  # fmt: skip
    found = session.connection().execute(statement)
    return {row.case_id: OwnPart(row.status, row.organisation_name) for row in found}


def own_part_counts(session: Session, *, actor: Actor, clock: Clock) -> dict[tuple[str, str], int]:
    """How many open cases the actor's organisation has a part of, by how far that part and the case are."""
    statement = (
        select(DISPATCHES.c.status, CASES.c.status, func.count())
        .join_from(DISPATCHES, CASES, CASES.c.id == DISPATCHES.c.case_id)
        .where(DISPATCHES.c.organisation_id.in_(actor.organisations), DISPATCHES.c.is_current.is_(True))
        .where(CASES.c.closed_at.is_(None))
        .group_by(DISPATCHES.c.status, CASES.c.status)
    )
    found = session.connection().execute(statement)
    return {(str(part), str(status)): int(total) for part, status, total in found}


def case_timeline(
    session: Session, case_id: str, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> list[dict[str, Any]]:
    """The history the reader may read, oldest first, told in his words."""
    file = open_file(session, case_id, actor=actor)
    pictures = photos_of(session, case_id)
    statement = (
        select(*_TOLD)
        .where(ENTRIES.c.case_id == case_id)
        .where(ENTRIES.c.audience.in_(_audiences(file, actor)))
        .order_by(ENTRIES.c.position)
    )
    items = [_entry_view(row, file, actor, lang, pictures) for row in session.execute(statement)]
    return [item for item in items if item["sentence"] is not None]


def case_counts(session: Session, *, actor: Actor, clock: Clock) -> dict[str, int]:
    """How many cases are in each status at the actor's nodes; from counters, never over the table."""
    nodes = tuple(tuple(actor.places_as(roles)) for roles in _COUNTED_BY)
    statement = _counted_at(nodes) if any(nodes) else _counted_for(actor)
    found = {str(status): int(total) for status, total in session.connection().execute(statement).all()}
    return {str(status): found.get(str(status), 0) for status in CaseStatus}


#: Who reads the counters of neighbourhoods, of towns and of districts.
_COUNTED_BY = (
    COMMITTEE, frozenset({Role.TOWN_DISPATCHER}), frozenset({Role.DISTRICT_DISPATCHER, Role.DISTRICT_ANALYST}),
)  # fmt: skip


@lru_cache(maxsize=256)
def _counted_at(nodes: tuple[tuple[str, ...], ...]) -> Select[Any]:
    columns = (COUNTS.c.community_id, COUNTS.c.town_id, COUNTS.c.district_id)
    ways = [one_of(column, places) for column, places in zip(columns, nodes, strict=True) if places]
    return select(COUNTS.c.status, func.sum(COUNTS.c.count)).where(or_(*ways)).group_by(COUNTS.c.status)


def _counted_for(actor: Actor) -> Select[Any]:
    """A handling organisation's own; they are few."""
    return select(CASES.c.status, func.count()).where(visible_to(actor)).group_by(CASES.c.status)


def photo_visible(session: Session, photo_id: str, *, actor: Actor, clock: Clock) -> Photo:
    """A photo of one's own not yet shown anywhere, or one that an entry shows which the actor may read."""
    photo = session.get(Photo, photo_id)
    if photo is None:
        raise NotFound()
    if photo.case_id is None:
        if photo.account_id != actor.id:
            raise NotFound()
        return photo
    file = open_file(session, photo.case_id, actor=actor)
    audience = select(ENTRIES.c.audience).where(ENTRIES.c.position == photo.entry_position)
    if session.execute(audience).scalar() not in _audiences(file, actor):
        raise NotFound()
    return photo


#: What asks for the word of whoever it is for: his proxy, who does not say it, is told as a neighbour is.
_ASKING_HIM = (EntryType.VERIFIED, EntryType.CLOSED, EntryType.MAIN_CLOSED)

# -- how an entry is told -----------------------------------------------------------------------------


def _audiences(file: CaseFile, actor: Actor) -> tuple[str, ...]:
    if actor.kind is ActorKind.SYSTEM or file.is_staffed_by(actor):
        return ("public", "all", "handlers", "staff", "requester")
    if file.is_party(actor):
        return ("public", "all", "requester")
    if file.dispatch_of(actor) is not None:
        return ("public", "all", "handlers")
    return ("public",)


def _entry_view(
    row: Any, file: CaseFile, actor: Actor, lang: str, pictures: Mapping[int, list[str]]
) -> dict[str, Any]:
    said = _told(EntryType(row.type), file, actor)
    view: dict[str, Any] = {
        "position": row.position,
        "type": str(row.type),
        "at": moment(row.at),
        "by": _by(row, file, actor),
        "sentence": _sentence(said, row, lang) if said is not None else None,
    }
    if row.text is not None and not (_from_residents(row) and _handles(file, actor)):
        # Whoever raised it may say who he is: a handler is told what happened, not in whose words.
        view["text"] = row.text if _from_residents(row) else in_words(row.text, lang)
    if row.reason_code is not None:
        view["reason_code"] = row.reason_code
    if row.status is not None:
        view["status"] = str(row.status)
    if row.until is not None:
        view["until"] = moment(row.until)
    if row.position in pictures:
        view["photos"] = pictures[row.position]
    return view


def _sentence(said: Words, row: Any, lang: str) -> str:
    """The sentence, and behind it the day it names."""
    named = UNTIL_WORDS.get(EntryType(row.type)) if row.until is not None else None
    if named is None:
        return said.within(lang)
    local = row.until.astimezone(LOCAL)
    day, hour = day_words(local.date(), lang), f"{local:%H:%M}"
    until = named.within(lang).replace("{day}", day).replace("{time}", hour)
    return f"{said.within(lang)} {until}" if lang == "en" else f"{said.within(lang)}{until}"


def _from_residents(row: Any) -> bool:
    return row.by_role in (ByRole.REQUESTER, ByRole.PROXY, ByRole.NEIGHBOUR)


def _handles(file: CaseFile, actor: Actor) -> bool:
    """Whether the actor reads it as its handler and nothing more."""
    return file.dispatch_of(actor) is not None and not file.is_staffed_by(actor)


def _told(kind: EntryType, file: CaseFile, actor: Actor) -> Words | None:
    """The sentence for this reader: staff, the one who raised it, or a neighbour."""
    words = ENTRY_SENTENCES[kind]
    if actor.kind is not ActorKind.RESIDENT:
        return words.staff
    is_his = file.is_party(actor) and (kind not in _ASKING_HIM or file.judges(actor))
    return words.resident if is_his else words.neighbour or words.resident


def _by(row: Any, file: CaseFile, actor: Actor) -> dict[str, Any]:
    """Role always; a name only where the reader may know it: never a requester's to handlers or neighbours."""
    if _from_residents(row):
        if row.by_id == actor.id or (file.sees_requester(actor) and row.by_role != ByRole.NEIGHBOUR):
            return {"role": row.by_role, "name": row.by_name}
        return {"role": row.by_role}
    # What the platform does by itself has a name for programs, not for people.
    named = row.by_role != ByRole.SYSTEM and (file.is_staffed_by(actor) or actor.kind is ActorKind.SYSTEM)
    return {"role": row.by_role, "name": row.by_name} if named else {"role": row.by_role}


__all__ = [
    "CaseFilter", "CasePage", "Kept", "Made", "MadePage", "OwnPart", "awaiting_word", "case_counts", "case_file",
    "case_shown", "case_timeline", "cases", "cases_as_json", "made_cases", "own_cases", "own_part_counts", "own_parts",
    "photo_visible", "public_cases", "shown", "similar_cases", "verbs_open",
]  # fmt: skip
