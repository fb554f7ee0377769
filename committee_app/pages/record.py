"""The checkpoint that hangs on the notice board: whoever scans it can tell later whether the record was altered.

Above it stands whether somebody outside vouches for the record, and since when nobody does.
"""

from datetime import datetime

from fastapi import Request
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import Response

from app_shell.context import shell_of
from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.work import WorkDep
from committee_app.pages.posters import picture_of
from committee_app.vouching import Vouching, vouching
from core_db.audit import Checkpoint, how_vouched, newest_checkpoint, newest_checkpoint_at, witness_of
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock

router = SecureRouter("/record")


class RecordPage(Page, template="record/show.html"):
    """The newest checkpoint, ready for the printer; none before the first event."""

    checkpoint: Checkpoint | None
    at: datetime | None
    picture: Markup
    root: str
    vouched: Vouching
    #: Where one came from: the posters, or what an auditor reads.
    back: str


@router.get("", access=Access.RECORD)
async def show(request: Request, work: WorkDep) -> Response:
    checkpoint, at = await work.read(_newest)
    picture = picture_of(str(checkpoint)) if checkpoint else Markup()
    root = _in_fours(checkpoint.root.hex()) if checkpoint else ""
    found = await work.read(how_vouched, witness_of(shell_of(request).settings))
    page = RecordPage(
        checkpoint=checkpoint, at=at, picture=picture, root=root, vouched=vouching(found, work.lang),
        back="/posters" if work.actor.has(Role.SECRETARY) else "/deeds",
    )  # fmt: skip
    return render(request, page)


def _in_fours(digits: str) -> str:
    """As people compare it by eye: `9f2c 41d0 …`."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _newest(session: Session, *, actor: Actor, clock: Clock) -> tuple[Checkpoint | None, datetime | None]:  # noqa: ARG001 - a query
    return newest_checkpoint(session), newest_checkpoint_at(session)
