"""Witnessing the records of other installations: they show their checkpoints, and anybody may ask what was seen last.

No sign-in: whoever shows a checkpoint is known by its signature. Off unless `SHEQUYUN_WITNESS_FOR` names a record.
"""

from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from app_shell.api import answer
from app_shell.context import shell_of
from app_shell.routing import Access, ApiRouter
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.audit import CheckpointDraft, PublicKey, cosign, last_seen, witnessed_keys

router = ApiRouter("/witness")


class SeenShape(Shape):
    """The last checkpoint seen: how many events, our line, and the checkpoint with it."""

    size: int
    cosignature: str
    checkpoint: str


@router.post("/checkpoint", access=Access.PUBLIC, keyed=False, answers=SeenShape)
async def show(request: Request, draft: CheckpointDraft, work: WorkDep) -> Response:
    """Have a checkpoint cosigned: it bears its record's signature and goes on from the one seen before."""
    return answer((await work.write(cosign, draft, witnessed=_witnessed(request)))._asdict())


@router.get("/checkpoint", access=Access.PUBLIC, answers=SeenShape)
async def seen(request: Request, work: WorkDep, origin: Annotated[str, Query(max_length=200)]) -> Response:
    """The last checkpoint seen of a record, cosigned."""
    found: Any = await work.read(last_seen, origin, witnessed=_witnessed(request))
    return answer(found._asdict())


def _witnessed(request: Request) -> dict[str, PublicKey]:
    return witnessed_keys(shell_of(request).settings.witness_for)
