"""Saved groups over the API: how many first, then who, a page at a time; making one, changing it and ending it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import answer, listed, once
from app_shell.places_api import PersonItem
from app_shell.routing import Access, ApiRouter, Id
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.groups import (
    GroupDraft,
    GroupLine,
    GroupRules,
    SavedGroup,
    change_group,
    end_group,
    group_shown,
    groups_of,
    save_group,
)

router = ApiRouter("/groups")
#: The person with whom the page before ended.
Behind = Annotated[str | None, Query(max_length=36)]


class GroupShape(Shape):
    id: str
    name: str
    place_id: str
    place_name: str


class GroupsShape(Shape):
    items: list[GroupShape]
    next: str | None


class GroupShownShape(Shape):
    """A group: what its people have in common, how many they are today, and some of them, masked."""

    group: GroupShape
    rules: GroupRules
    count: int
    items: list[PersonItem]
    next: str | None


class KeptGroupShape(Shape):
    id: str
    name: str
    place_id: str
    is_ended: bool


@router.get("", access=Access.COMMITTEE, answers=GroupsShape)
async def index(work: WorkDep) -> Response:
    """The groups of one's own committees, by name."""
    found: Sequence[GroupLine] = await work.read(groups_of)
    return answer(listed([asdict(one) for one in found], next_after=None))


@router.post("", access=Access.COMMITTEE, status_code=201, answers=KeptGroupShape)
async def save(request: Request, draft: GroupDraft, work: WorkDep) -> Response:
    """Give what some people have in common a name."""
    return await once(request, work, save_group, draft, render=_kept)


@router.get("/{group_id}", access=Access.COMMITTEE, answers=GroupShownShape)
async def show(group_id: Id, work: WorkDep, after: Behind = None) -> Response:
    """Who belongs to it today, stair by stair, fifty at a time."""
    found = await work.read(group_shown, group_id, after=after)
    people = [asdict(one) for one in found.people]
    rules = found.rules.model_dump(mode="json")
    more = {"group": asdict(found.line), "rules": rules, "count": found.count}
    return answer(listed(people, next_after=found.next) | more)


@router.post("/{group_id}/rules", access=Access.COMMITTEE, answers=KeptGroupShape)
async def change(request: Request, group_id: Id, draft: GroupDraft, work: WorkDep) -> Response:
    """Have a group mean others from now on, all rules said anew. Its place stays."""
    return await once(request, work, change_group, group_id, draft, render=_kept, status=200)


@router.post("/{group_id}/ending", access=Access.COMMITTEE, answers=KeptGroupShape)
async def end(request: Request, group_id: Id, work: WorkDep) -> Response:
    """A group is used no more."""
    return await once(request, work, end_group, group_id, render=_kept, status=200)


def _kept(_session: Session, made: SavedGroup) -> dict[str, Any]:
    return {
        "id": made.id,
        "name": made.name,
        "place_id": made.place_id,
        "is_ended": made.ended_at is not None,
    }
