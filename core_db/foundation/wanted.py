"""One operation that waits for a writer, and how its answer is handed back to whoever asked."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import field
from typing import Any

from sqlmodel import Session

from core_db.foundation.came import Came
from core_db.foundation.database import damaged, is_damage
from core_db.foundation.errors import DomainError, StorageAway
from core_db.foundation.later import Waiting
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import NOWHERE, Reach


@dataclass(slots=True)
class Wanted:
    """One operation that waits for a writer, and where its answer goes."""

    operation: Callable[[Session], Any]
    answer: "Future[Any] | asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop | None
    reach: Reach
    came: Came
    #: It takes long: it is committed by itself, so that nobody waits for it who came before.
    is_long: bool = False
    #: How far it reached in the end.
    reached: Reach = NOWHERE
    result: Any = None
    fault: BaseException | None = None
    facts: list[dict[str, Any]] = field(default_factory=list)
    waiting: Waiting = field(default_factory=dict)


def fail(group: Sequence[Wanted], fault: BaseException) -> None:
    """Nobody of them was served; who has been refused in words keeps his own."""
    for one in group:
        if not isinstance(one.fault, DomainError):
            away = damaged(fault) if is_damage(fault) else StorageAway()
            away.__cause__ = fault
            one.fault = away


def deliver(group: Sequence[Wanted]) -> None:
    """Hand out the answers, one wake-up per event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[Wanted]] = {}
    for one in group:
        if one.loop is None:
            _answer([one])
        else:
            loops.setdefault(one.loop, []).append(one)
    for loop, mine in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_answer, mine)


def _answer(group: Sequence[Wanted]) -> None:
    for one in group:
        if one.answer.done():
            continue
        if one.fault is not None:
            one.answer.set_exception(one.fault)
        else:
            one.answer.set_result(one.result)
