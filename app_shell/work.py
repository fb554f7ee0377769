"""A request's way to the base: use cases and queries, with the door, the actor and the clock bound to them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from starlette.requests import HTTPConnection

from app_shell.context import shell_of, visit_of
from app_shell.limits import Place
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Door, actor and clock of one request."""

    door: Door
    actor: Actor
    clock: Clock
    lang: str = "zh"
    place: Place | None = None

    async def write(self, use_case: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run a use case in a transaction. It is committed when this returns."""
        actor, clock = self.actor, self.clock
        with self.waiting_for_commit():
            return await self.door.write(
                lambda session: use_case(session, *args, actor=actor, clock=clock, **kwargs)
            )

    async def read(self, query: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run a query on one read-only snapshot."""
        actor, clock = self.actor, self.clock
        return await self.door.read(lambda session: query(session, *args, actor=actor, clock=clock, **kwargs))

    def as_actor(self, actor: Actor) -> "Work":
        """The same work by somebody else: who has just signed in, or the system."""
        return replace(self, actor=actor)

    @contextmanager
    def waiting_for_commit(self) -> Iterator[None]:
        """Who waits for a commit computes nothing: the place is free for others, so that groups can fill."""
        if self.place is None:
            yield
            return
        self.place.leave()
        try:
            yield
        finally:
            self.place.come_back()


async def work_of(connection: HTTPConnection) -> Work:
    """The dependency behind `WorkDep`."""
    shell, visit = shell_of(connection), visit_of(connection)
    return Work(door=shell.door, actor=visit.actor, clock=shell.clock, lang=visit.lang, place=visit.place)


WorkDep = Annotated[Work, Depends(work_of)]
