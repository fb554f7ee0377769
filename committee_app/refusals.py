"""A write that may be refused, where the refusal is an answer and not the end: in a batch, and of a stale form."""

from collections.abc import Awaitable
from typing import TypeVar

from core_db.foundation.errors import DomainError

T = TypeVar("T")


async def attempt(writing: Awaitable[T]) -> T | DomainError:
    """What came of it: the result, or the refusal."""
    try:
        return await writing
    except DomainError as refusal:
        return refusal
