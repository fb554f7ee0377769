"""Points at which somebody may be asked before something is written: who is asked is filled in at the start.

Asking happens before the write is queued, so no use case ever waits for it, and where nobody listens it costs one look
into an empty dict. Every way in on which somebody decides asks with the same words: `filtered`. Which of them do not,
and why, stands in `tests/plugins/test_no_path_goes_around.py` (decision 0061).
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Any, Protocol

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import DomainError
from core_db.foundation.lean import dataclass

Arguments = tuple[Any, ...]
Words = Mapping[str, Any]
#: A kind and an id of whom a draft is about: `person`, `account`.
About = tuple[str, str] | None


class Vetoed(DomainError):
    """A plugin that this neighbourhood switched on does not let it be done, and says why."""

    code, status = "plugin-veto", 409
    zh, en = "应用“{plugin}”没有同意：{said}", "The app “{plugin}” does not agree: {said}"


class NotLookedAt(DomainError):
    """What has to be looked at first could not be looked at just now."""

    code, status = "plugin-away", 503
    zh = "应用“{plugin}”现在没法检查这项内容，请稍后再试。"
    en = "The app “{plugin}” cannot check this just now. Please try again later."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked at a point, in which neighbourhood, and about whom."""

    community_id: str
    draft: Words
    about: About = None


class Shown(Protocol):
    """What is shown of a use case's arguments at a point."""

    def __call__(
        self, session: Session, arguments: Arguments, *, actor: Actor, clock: Clock
    ) -> Asked | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How a use case asks at a point: what of its arguments is shown, and how an answer changes them.

    `shown` reads in a snapshot of its own; None asks nobody. `changed` gives the arguments back as they then are.
    `vetoed` says what is left of it where somebody does not agree; without it nothing is.
    """

    name: str
    shown: Shown
    changed: Callable[[Session, Arguments, Asked], Arguments]
    vetoed: Callable[[Arguments, Vetoed], Arguments] | None = None


class Askers(Protocol):
    """Whoever knows who listens at a point."""

    async def ask(self, point: str, asked: Asked, *, lang: str) -> Words:
        """The draft as those who listen leave it. Raises Vetoed and NotLookedAt."""
        ...


@dataclass(slots=True)
class Points:
    """Where somebody listens, in this process: by use case, and by name for what is no use case of the base's."""

    by_use_case: dict[Callable[..., Any], tuple[Point, ...]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    askers: Askers | None = None

    def listen(self, askers: Askers, names: frozenset[str]) -> None:
        """From now on these points are asked at, and no others."""
        self.askers, self.names = askers, names
        asked = {
            use_case: tuple(one for one in at if one.name in names) for use_case, at in _DECLARED.items()
        }
        self.by_use_case = {use_case: points for use_case, points in asked.items() if points}

    def asks_before(self, use_case: Callable[..., Any]) -> bool:
        """Whether anybody listens before this use case."""
        return bool(self.by_use_case) and inspect.unwrap(use_case) in self.by_use_case

    async def ask(self, name: str, asked: Asked, *, lang: str = "zh") -> Words:
        """Ask at a point that no use case stands for."""
        if name not in self.names or self.askers is None:
            return asked.draft
        return await self.askers.ask(name, asked, lang=lang)


_DECLARED: dict[Callable[..., Any], tuple[Point, ...]] = {}


def declare(use_case: Callable[..., Any], *points: Point) -> None:
    """A capability says that one of its use cases asks first, at these points one after another."""
    _DECLARED[use_case] = points


def asks_first() -> Mapping[Callable[..., Any], tuple[Point, ...]]:
    """Every use case that asks before it is done, whether anybody listens or not."""
    return MappingProxyType(_DECLARED)


class _Reads(Protocol):
    points: Points

    def read(self, operation: Callable[[Session], Any], *, reach: Any) -> Awaitable[Any]: ...


async def filtered(
    door: _Reads, use_case: Callable[..., Any], arguments: Arguments, *, actor: Actor, clock: Clock, reach: Any,
    lang: str = "zh",
) -> Arguments:  # fmt: skip
    """The arguments of a use case, once everybody was asked who listens. Raises Vetoed and NotLookedAt."""
    points = door.points
    if not points.asks_before(use_case) or points.askers is None:
        return arguments
    for point in points.by_use_case[inspect.unwrap(use_case)]:
        arguments = await _asked_at(
            point, arguments, door, points.askers, actor=actor, clock=clock, reach=reach, lang=lang
        )
    return arguments


async def _asked_at(
    point: Point, arguments: Arguments, door: _Reads, askers: Askers, *, actor: Actor, clock: Clock, reach: Any,
    lang: str,
) -> Arguments:  # fmt: skip
    asked = await door.read(
        lambda session: point.shown(session, arguments, actor=actor, clock=clock), reach=reach
    )
    if asked is None:
        return arguments
    try:
        answer = await askers.ask(point.name, asked, lang=lang)
    except Vetoed as veto:
        if point.vetoed is None:
            raise
        return point.vetoed(arguments, veto)
    if answer == asked.draft:
        return arguments
    answered = replace(asked, draft=answer)
    changed: Arguments = await door.read(
        lambda session: point.changed(session, arguments, answered), reach=reach
    )
    return changed
