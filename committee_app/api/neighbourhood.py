"""What a neighbourhood holds over the API: organisations, facilities, grids and building groups, read and kept."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Annotated, Any

from fastapi import Body, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import After, Limit, answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import Work, WorkDep
from committee_app.api.asked import Word
from committee_app.api.keeping import as_read
from committee_app.api.neighbourhood_shapes import (
    EntryRowsShape,
    EntryShape,
    KeptEntryShape,
    KeptSeatShape,
)
from committee_app.api.people_changes import VerificationDraft
from committee_app.api.places import fact
from committee_app.api.register_shapes import ChangesShape
from committee_app.entry_words import label_of_entry
from committee_app.reading import Kind
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.neighbourhood import (
    COVERS,
    SERVED,
    CharterDraft,
    CoverageDraft,
    EntryCorrection,
    EntryDraft,
    EntryEnding,
    EntrySeen,
    HandlingDraft,
    InspectionDraft,
    SeatDraft,
    SeatSeen,
    adopt_charter,
    categories_handled,
    charters_of,
    correct_entry,
    cover_buildings,
    coverage_of,
    end_entry,
    entries,
    entry_history,
    entry_seen,
    entry_version,
    fill_seat,
    inspections_of,
    record_inspection,
    register_entry,
    say_what_it_handles,
    seats_of,
    undo_entry_change,
    vacate_seat,
    verify_entry,
)
from core_db.neighbourhood.words import EntryKind

router = ApiRouter("/neighbourhood")
#: What only some kinds of entry have.
BESIDES = ("buildings", "seats", "charters", "inspections", "categories")


@router.get("/{kind}", access=Access.NEIGHBOURHOOD, answers=EntryRowsShape)
async def index(
    kind: Kind, work: WorkDep, q: Word = "", due: bool = False, after: After = None, limit: Limit = 50
) -> Response:
    """The entries of a kind that are there now; `due`: facilities whose inspection is near or over."""
    found, onward = await work.read(entries, EntryKind(kind), q=q, due=due, after=after, limit=limit)
    return answer(listed([asdict(one) for one in found], next_after=onward))


@router.post("/{kind}", access=Access.NEIGHBOURHOOD, status_code=201, answers=KeptEntryShape)
async def enter(request: Request, kind: Kind, draft: EntryDraft, work: WorkDep) -> Response:
    """Enter something new at `node_id`; `values` holds its fields, each by its name."""
    which = EntryKind(kind)

    def render(session: Session, made: Any) -> dict[str, Any]:
        return _version(session, which, made.id, work)

    return await once(request, work, register_entry, which, draft, render=render, versioned=True)


@router.get("/{kind}/{entry_id}", access=Access.NEIGHBOURHOOD, answers=EntryShape)
async def show(kind: Kind, entry_id: Id, work: WorkDep) -> Response:
    """One entry; its ETag is what the changing verbs want as If-Match."""
    found = await work.read(_shown, EntryKind(kind), entry_id, lang=work.lang)
    return answer(found, version=found["version"])


@router.get("/{kind}/{entry_id}/changes", access=Access.NEIGHBOURHOOD, answers=ChangesShape)
async def changes(kind: Kind, entry_id: Id, work: WorkDep) -> Response:
    """What was changed of it, the newest first, masked."""
    which, lang = EntryKind(kind), work.lang
    found = await work.read(entry_history, which, entry_id)
    items = [
        asdict(one)
        | {"field": {"code": one.field, "name": label_of_entry(which, one.field, lang)}, "approved_name": None}
        for one in found
    ]  # fmt: skip
    return answer(listed(items, next_after=None))


@router.post(
    "/{kind}/{entry_id}/correction", access=Access.NEIGHBOURHOOD, versioned=True, answers=KeptEntryShape
)
async def correct(
    request: Request, kind: Kind, entry_id: Id, draft: EntryCorrection, work: WorkDep
) -> Response:
    """Put right one field."""
    return await _keep(request, work, EntryKind(kind), correct_entry, entry_id, draft)


@router.post(
    "/{kind}/{entry_id}/verification", access=Access.NEIGHBOURHOOD, versioned=True, answers=KeptEntryShape
)
async def verify(
    request: Request, kind: Kind, entry_id: Id, work: WorkDep,
    draft: Annotated[VerificationDraft | None, Body()] = None,
) -> Response:  # fmt: skip
    """Say that somebody looked today, and all of it, or one field, is as you read it."""
    field = draft.field if draft else ""
    return await _keep(request, work, EntryKind(kind), verify_entry, entry_id, field or None)


@router.post("/{kind}/{entry_id}/ending", access=Access.NEIGHBOURHOOD, versioned=True, answers=KeptEntryShape)
async def end(request: Request, kind: Kind, entry_id: Id, draft: EntryEnding, work: WorkDep) -> Response:
    """Say that it is there no more; the buildings it covered and whoever served there are free from then on."""
    return await _keep(request, work, EntryKind(kind), end_entry, entry_id, draft)


@router.post(
    "/{kind}/{entry_id}/changes/{change_id}/undoing", access=Access.NEIGHBOURHOOD, versioned=True,
    answers=KeptEntryShape,
)  # fmt: skip
async def undo(request: Request, kind: Kind, entry_id: Id, change_id: Id, work: WorkDep) -> Response:
    """Have it say again what it said before a change."""
    return await _keep(request, work, EntryKind(kind), undo_entry_change, entry_id, change_id)


@router.post(
    "/{kind}/{entry_id}/coverage", access=Access.NEIGHBOURHOOD, versioned=True, answers=KeptEntryShape
)
async def cover(request: Request, kind: Kind, entry_id: Id, draft: CoverageDraft, work: WorkDep) -> Response:
    """Say which buildings belong to a grid or a building group from a day on, all of them at once."""
    return await _keep(request, work, EntryKind(kind), cover_buildings, entry_id, draft)


@router.post("/{kind}/{entry_id}/seats", access=Access.NEIGHBOURHOOD, status_code=201, answers=KeptSeatShape)
async def seat(request: Request, kind: Kind, entry_id: Id, draft: SeatDraft, work: WorkDep) -> Response:
    """Have somebody serve on a committee, in a grid or in a building group from a day on."""
    which = EntryKind(kind)
    return await once(request, work, fill_seat, which, entry_id, draft, render=_seat(which, entry_id, work))


@router.post("/{kind}/{entry_id}/seats/{seat_id}/ending", access=Access.NEIGHBOURHOOD, answers=KeptSeatShape)
async def vacate(request: Request, kind: Kind, entry_id: Id, seat_id: Id, work: WorkDep) -> Response:
    """Have somebody serve there no more, from tomorrow on."""
    which = EntryKind(kind)
    return await once(
        request, work, vacate_seat, which, entry_id, seat_id, render=_seat(which, entry_id, work), status=200
    )


@router.post(
    "/building-groups/{entry_id}/charter", access=Access.NEIGHBOURHOOD, versioned=True, answers=KeptEntryShape
)
async def adopt(request: Request, entry_id: Id, draft: CharterDraft, work: WorkDep) -> Response:
    """Give a building group a new version of its charter; the earlier ones stay."""
    return await _keep(request, work, EntryKind.BUILDING_GROUP, _of_kind(adopt_charter), entry_id, draft)


@router.post("/facilities/{entry_id}/inspection", access=Access.NEIGHBOURHOOD, answers=KeptEntryShape)
async def inspect(request: Request, entry_id: Id, draft: InspectionDraft, work: WorkDep) -> Response:
    """Record what an inspection found; from that day on it is due again after its usual time, or when you say."""
    kind = EntryKind.FACILITY

    def render(session: Session, _made: Any) -> dict[str, Any]:
        return _version(session, kind, entry_id, work)

    return await once(request, work, record_inspection, entry_id, draft, render=render, status=200)


@router.post(
    "/organisations/{entry_id}/categories",
    access=Access.NEIGHBOURHOOD,
    versioned=True,
    answers=KeptEntryShape,
)
async def handle(request: Request, entry_id: Id, draft: HandlingDraft, work: WorkDep) -> Response:
    """Have an organisation handle these categories and no others."""
    return await _keep(request, work, EntryKind.ORGANISATION, _of_kind(say_what_it_handles), entry_id, draft)


# -- what these share -------------------------------------------------------------------------------


async def _keep(
    request: Request, work: Work, kind: EntryKind, use_case: Callable[..., Any], entry_id: str, said: Any
) -> Response:
    """A change of an entry that was read before, under its key."""

    @wraps(use_case)
    def of_entry(session: Session, of_id: str, said: Any, *, actor: Actor, clock: Clock) -> Any:
        return use_case(session, kind, of_id, said, actor=actor, clock=clock)

    def version_of(session: Session, of_id: str, *, actor: Actor, clock: Clock) -> int:
        return entry_version(session, kind, of_id, actor=actor, clock=clock)

    def render(session: Session, _done: Any) -> dict[str, Any]:
        return _version(session, kind, entry_id, work)

    return await once(
        request, work, as_read(request, version_of, of_entry), entry_id, said, render=render, status=200, versioned=True
    )  # fmt: skip


def _of_kind(use_case: Callable[..., Any]) -> Callable[..., Any]:
    """A use case of one kind alone, called like those of all."""

    @wraps(use_case)
    def called(session: Session, _kind: EntryKind, *args: Any, actor: Actor, clock: Clock) -> Any:
        return use_case(session, *args, actor=actor, clock=clock)

    return called


def _version(session: Session, kind: EntryKind, entry_id: str, work: Work) -> dict[str, Any]:
    return {
        "id": entry_id, "version": entry_version(session, kind, entry_id, actor=work.actor, clock=work.clock),
    }  # fmt: skip


def _seat(kind: EntryKind, entry_id: str, work: Work) -> Callable[[Session, Any], dict[str, Any]]:
    return lambda session, made: _version(session, kind, entry_id, work) | {"seat_id": made.id}


def _shown(
    session: Session, kind: EntryKind, entry_id: str, *, lang: str, actor: Actor, clock: Clock
) -> dict[str, Any]:
    """An entry with its version, on one snapshot."""
    entry = entry_seen(session, kind, entry_id, actor=actor, clock=clock)
    version = entry_version(session, kind, entry_id, actor=actor, clock=clock)
    besides = _besides(session, kind, entry_id, actor=actor, clock=clock)
    return _entry(entry, lang) | {"version": version} | besides


def _entry(entry: EntrySeen, lang: str) -> dict[str, Any]:
    same = (
        "kind", "id", "name", "node_id", "node_name", "verified_on", "ended_on", "may_keep", "place_id", "inspected_on",
        "due_on",
    )  # fmt: skip
    return {name: getattr(entry, name) for name in same} | {
        "facts": [fact(one, lang) for one in entry.fields]
    }


def _besides(
    session: Session, kind: EntryKind, entry_id: str, *, actor: Actor, clock: Clock
) -> dict[str, Any]:
    """What only some kinds have: the buildings covered, who serves, charters, inspections, categories."""
    by: dict[str, Any] = {"actor": actor, "clock": clock}
    found: dict[str, Any] = dict.fromkeys(BESIDES)
    if kind in COVERS:
        covered = coverage_of(session, kind, entry_id, **by).here
        found["buildings"] = [{"id": one.id, "label": one.label} for one in covered]
    if kind in SERVED:
        found["seats"] = [_seated(one) for one in seats_of(session, kind, entry_id, **by)]
    if kind is EntryKind.BUILDING_GROUP:
        found["charters"] = [asdict(one) for one in charters_of(session, entry_id, **by)]
    if kind is EntryKind.FACILITY:
        found["inspections"] = [asdict(one) for one in inspections_of(session, entry_id, **by)]
    if kind is EntryKind.ORGANISATION:
        found["categories"] = categories_handled(session, entry_id, **by)
    return found


def _seated(one: SeatSeen) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "is_building_lead"}
