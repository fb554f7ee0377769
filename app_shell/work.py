"""A request's way to the base: use cases and queries, with the door, the actor and the clock bound to them."""

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from starlette.requests import HTTPConnection, Request

from app_shell.context import shell_of, visit_of
from app_shell.limits import Place
from app_shell.refused import note_refusal
from core_db.foundation.actor import Actor
from core_db.foundation.came import Came
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.errors import Busy, DomainError
from core_db.foundation.lean import dataclass
from core_db.foundation.points import filtered
from core_db.foundation.reach import Across, Reach, across, reach_of

T = TypeVar("T")
Endpoint = Callable[..., Any]
_REQUEST = "the_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Door, actor and clock of one request."""

    door: Door
    actor: Actor
    clock: Clock
    came: Came
    lang: str = "zh"
    place: Place | None = None
    #: How far it reaches, where that is not as far as the actor.
    reach: Reach | None = None

    async def write(self, use_case: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run a use case in a transaction. It is committed when this returns."""
        if self.door.keeps_room and (self.place is None or not self.place.is_for_report):
            raise Busy()
        args = await self.filtered(use_case, args)
        actor, clock = self.actor, self.clock
        with self.noting_refusals(), self.standing_aside():
            answer = await self.door.write(
                lambda session: use_case(session, *args, actor=actor, clock=clock, **kwargs),
                reach=self.reach or reach_of(actor), came=self.came,
            )  # fmt: skip
        if isinstance(answer, DomainError):
            # A wrong code is counted, so it is answered and not raised.
            note_refusal(answer, actor=actor, came=self.came)
        return answer

    async def read(self, query: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run a query on one read-only snapshot."""
        actor, clock = self.actor, self.clock
        with self.noting_refusals():
            return await self.door.read(
                lambda session: query(session, *args, actor=actor, clock=clock, **kwargs),
                reach=self.reach or reach_of(actor),
            )

    async def filtered(self, use_case: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
        """What is handed to a use case, once every plugin was asked that is to be asked before it."""
        if not self.door.points.asks_before(use_case):
            return args
        with self.noting_refusals(), self.standing_aside():
            return await filtered(
                self.door, use_case, args, actor=self.actor, clock=self.clock,
                reach=self.reach or reach_of(self.actor), lang=self.lang,
            )  # fmt: skip

    def as_actor(self, actor: Actor) -> "Work":
        """The same work by somebody else: who has just signed in, or the system."""
        return replace(self, actor=actor)

    def across(self, why: Across) -> "Work":
        """The same work in all neighbourhoods, for a reason that has a name."""
        return replace(self, reach=across(why))

    def noting_refusals(self) -> "_NotingRefusals":
        """Whoever is turned away stands in the operator's log, wherever the refusal goes from here."""
        return _NotingRefusals(self)

    def standing_aside(self) -> AbstractContextManager[None]:
        """Who waits for a commit, or for a plugin, computes nothing: the place is free for others meanwhile."""
        return _NO_PLACE if self.place is None else _StandingAside(self.place)


_NO_PLACE = nullcontext()


class _NotingRefusals:
    """A class and no generator, as below: every request goes through both, and so they cost it a third."""

    __slots__ = ("_work",)

    def __init__(self, work: Work) -> None:
        self._work = work

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, DomainError):
            note_refusal(fault, actor=self._work.actor, came=self._work.came)


class _StandingAside:
    __slots__ = ("_place",)

    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> None:
        self._place.leave()

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        self._place.come_back()


def work_of(connection: HTTPConnection) -> Work:
    """What `WorkDep` stands for, of this request."""
    shell, visit = shell_of(connection), visit_of(connection)
    return Work(
        door=shell.door, actor=visit.actor, clock=shell.clock, came=visit.came, lang=visit.lang, place=visit.place,
    )  # fmt: skip


#: In an endpoint's signature: its request's `Work`.
WorkDep = Annotated[Work, "handed over by the router"]


def with_work(endpoint: Endpoint) -> Endpoint:
    """The endpoint as the framework shall see it: asking for the request, and handed its `Work` from there.

    A dependency would do the same, but costs every request a tenth of its time.
    """
    asked = inspect.signature(endpoint).parameters
    name = next((name for name, one in asked.items() if one.annotation == WorkDep), None)
    if name is None:
        return endpoint
    request = next((name for name, one in asked.items() if one.annotation is Request), None)

    @functools.wraps(endpoint)
    async def handed(**given: Any) -> Any:
        given[name] = work_of(given[request] if request else given.pop(_REQUEST))
        return await endpoint(**given)

    seen = [one.replace(kind=one.KEYWORD_ONLY) for one in asked.values() if one.name != name]
    if request is None:
        seen.append(inspect.Parameter(_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request))
    handed.__signature__ = inspect.Signature(seen)  # type: ignore[attr-defined]
    return handed
