"""Entries that may be one person, over the API: side by side, merged or kept apart; and a merge taken back."""

from typing import Annotated, Any

from fastapi import Body, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from committee_app.api.people import fact_of
from committee_app.api.register_shapes import DoublesShape, KeptApartShape, MergeShape, MergesShape
from core_db.doubles import (
    DistinctionDraft,
    MergeDraft,
    RegisterDistinction,
    RegisterMerge,
    keep_apart,
    pairs_seen,
)
from core_db.mydata import (
    ENTERED_WORDS,
    EnteredMeanwhile,
    MergeToPart,
    PartingDraft,
    merge_people,
    merges_to_part,
    part_people,
)
from core_db.people import PersonFile

router = ApiRouter("/register")


@router.get("/doubles", access=Access.COMMITTEE, answers=DoublesShape)
async def index(work: WorkDep) -> Response:
    """Pairs that may be one person, side by side and masked, at most twenty: decide those and the next come up."""
    pairs = await work.read(pairs_seen)
    items = [{"one": _entry(pair.one, work.lang), "other": _entry(pair.other, work.lang)} for pair in pairs]
    return answer(listed(items, next_after=None))


@router.post("/doubles/merger", access=Access.COMMITTEE, status_code=201, answers=MergeShape)
async def merge(request: Request, draft: MergeDraft, work: WorkDep) -> Response:
    """Have two entries be one person: the one that is kept gets what it lacks, and what hangs on the other."""
    return await once(request, work, merge_people, draft, render=_merged)


@router.post("/doubles/distinction", access=Access.COMMITTEE, status_code=201, answers=KeptApartShape)
async def distinguish(request: Request, draft: DistinctionDraft, work: WorkDep) -> Response:
    """Remember that they are two people: nobody is asked again."""
    return await once(request, work, keep_apart, draft, render=_apart)


@router.get("/mergers", access=Access.COMMITTEE, answers=MergesShape)
async def merges(work: WorkDep) -> Response:
    """The last twenty merges that stand, the newest first."""
    return answer(
        listed([_merge(one, work.lang) for one in await work.read(merges_to_part)], next_after=None)
    )


@router.post("/mergers/{merge_id}/undoing", access=Access.COMMITTEE, answers=MergeShape)
async def part(
    request: Request, merge_id: Id, work: WorkDep, draft: Annotated[PartingDraft | None, Body()] = None
) -> Response:
    """Take a merge back: what came along goes back, and what was filled in goes unless it was changed since.

    What the committee entered since (`entered` of the merge) stays with the kept entry; what of it is the other's is
    named in `move`.
    """
    return await once(request, work, part_people, merge_id, draft, render=_merged, status=200)


def _entry(file: PersonFile, lang: str) -> dict[str, Any]:
    return {
        "id": file.id, "name": file.name, "homes": [{"id": one, "label": label} for one, label in file.doors],
        "source": file.source, "facts": [fact_of(one, lang) for one in file.fields],
    }  # fmt: skip


def _merge(one: MergeToPart, lang: str) -> dict[str, Any]:
    seen = one.merge
    return {
        "id": seen.id, "kept_id": seen.kept_id, "name": seen.name, "merged_by": seen.merged_name,
        "merged_at": seen.merged_at, "behind_id": one.other_id, "behind_name": one.other_name,
        "entered": [_entered(each, lang) for each in one.entered],
    }  # fmt: skip


def _entered(one: EnteredMeanwhile, lang: str) -> dict[str, Any]:
    kind = {"code": one.kind, "name": ENTERED_WORDS[one.kind][lang == "en"]}
    return {"key": one.key, "kind": kind, "at": one.at, "called": one.called or None, "by": one.by_name}


def _merged(_session: Session, done: RegisterMerge) -> dict[str, Any]:
    same = ("id", "kept_id", "behind_id", "merged_at", "undone_at")
    return {name: getattr(done, name) for name in same}


def _apart(_session: Session, done: RegisterDistinction) -> dict[str, Any]:
    return {"id": done.id, "one_id": done.one_id, "other_id": done.other_id}
