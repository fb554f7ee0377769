"""A value that was sealed, in memory: it cannot be written, logged, sent or shown by accident.

Whoever needs it asks for it by name (`in_the_clear`), and a test knows everybody who does; whoever only shows
it masked never holds it. Every other way of writing it down says `•••` or raises.
"""

import hmac
from collections.abc import Callable
from typing import Any, NoReturn, final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

HIDDEN = "•••"


@final
class Unsealed:
    """A sealed value after it was opened."""

    __slots__ = ("_clear",)

    def __init__(self, clear: str) -> None:
        self._clear = clear

    def in_the_clear(self) -> str:
        """The value itself. Say in the record who read it (`core_db.access.read_sealed`), or let nobody see it."""
        return self._clear

    def masked(self, mask: Callable[[str], str]) -> str:
        """The value as people may see it."""
        return mask(self._clear)

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __html__(self) -> str:
        return HIDDEN

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unsealed):
            return NotImplemented
        return hmac.compare_digest(self._clear.encode(), other._clear.encode())

    __hash__ = None  # type: ignore[assignment] # a set of values would be a way to compare them

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a sealed value is neither copied nor written down")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(
            cls, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )
