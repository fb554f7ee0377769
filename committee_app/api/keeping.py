"""What the writing routes of the register share: the version that was read, what waits for a second person, the answer.

Whoever changes something sends back as `If-Match` the version he read. A change that needs a second person is accepted
(202) and not done: `proposal_id` names what waits, and `GET /register/proposals` lists it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import if_match, once
from app_shell.shapes import Shape
from app_shell.work import Work
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.recorded import ReadBefore
from core_db.people import RegisterProposal

T = TypeVar("T")
#: `place_version` and its like: the version of what has this id, for whoever may see it.
VersionOf = Callable[..., int]


class KeptShape(Shape):
    """What was changed and its version now; `proposal_id` where the change waits for a second person."""

    id: str
    version: int
    proposal_id: str | None


#: For the decorator of a route that may have to wait.
MAY_WAIT: dict[int | str, dict[str, Any]] = {
    202: {"model": KeptShape, "description": "Waits for a second person; nothing is changed yet"}
}


def as_read(request: Request, version_of: VersionOf, use_case: Callable[..., T]) -> Callable[..., T]:
    """A use case that is done to the version which the caller read alone: 428 without one, 412 to another."""

    @wraps(use_case)
    def done(session: Session, of_id: str, *args: Any, actor: Actor, clock: Clock) -> T:
        # Asked for inside, after the replay: a repeat needs no version. And first whether he sees it at all.
        now = version_of(session, of_id, actor=actor, clock=clock)
        if if_match(request) != now:
            raise ReadBefore()
        return use_case(session, of_id, *args, actor=actor, clock=clock)

    return done


def with_version(query: Callable[..., T], version_of: VersionOf) -> Callable[..., tuple[T, int]]:
    """A query and the version of what it reads, on one snapshot."""

    def both(session: Session, of_id: str, *, actor: Actor, clock: Clock) -> tuple[T, int]:
        found = query(session, of_id, actor=actor, clock=clock)
        return found, version_of(session, of_id, actor=actor, clock=clock)

    return both


def what_waits_of(done: Any) -> RegisterProposal | None:
    """The proposal that came of a change; None where the change is done."""
    return done if isinstance(done, RegisterProposal) else getattr(done, "proposal", None)


def status_of(done: Any) -> int:
    """Done, or accepted and waiting."""
    return 202 if what_waits_of(done) is not None else 200


def status_of_new(done: Any) -> int:
    """Entered, or accepted and waiting."""
    return 202 if what_waits_of(done) is not None else 201


def proposal_id_of(done: Any) -> str | None:
    waiting = what_waits_of(done)
    return waiting.id if waiting is not None else None


def kept(
    of_id: str, version_of: VersionOf, actor: Actor, clock: Clock
) -> Callable[[Session, Any], dict[str, Any]]:
    """Renders what was changed by its id, with its version now."""

    def render(session: Session, done: Any) -> dict[str, Any]:
        version = version_of(session, of_id, actor=actor, clock=clock)
        return {"id": of_id, "version": version, "proposal_id": proposal_id_of(done)}

    return render


async def change_as_read(
    request: Request, work: Work, version_of: VersionOf, use_case: Callable[..., Any], of_id: str, draft: Any
) -> Response:
    """Change what was read, once: answers with its version now, 202 where the change waits for a second person."""
    return await once(
        request, work, as_read(request, version_of, use_case), of_id, draft,
        render=kept(of_id, version_of, work.actor, work.clock), status=status_of, versioned=True,
    )  # fmt: skip
