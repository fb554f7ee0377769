"""The house's dataclass: all of them are compared, shown and guarded by the same few functions.

The standard library writes up to six functions for every class and compiles them at each start, and a process has
hundreds of classes. Here it writes the one that fills the fields; to whoever reads a class nothing is different.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    # What checks types knows the original alone.
    from dataclasses import dataclass
else:

    def dataclass(kind=None, /, *, eq=True, repr=True, frozen=False, **more):
        """As `dataclasses.dataclass` makes it, with a function of all where that writes one for each."""

        def made(kind):
            own, words = {name for name, what in vars(kind).items() if what is not None}, kind.__doc__
            # A class without a word about it would be given its signature: a costly look for what nobody reads.
            kind.__doc__ = words or " "
            lean = dataclasses.dataclass(kind, eq=False, repr=False, frozen=frozen, **more)
            lean.__doc__ = words
            for name, function in _functions(eq=eq, shown=repr, frozen=frozen).items():
                if name not in own:
                    setattr(lean, name, function)
            return lean

        return made if kind is None else made(kind)


def _functions(*, eq: bool, shown: bool, frozen: bool) -> Mapping[str, Callable[..., Any] | None]:
    functions: dict[str, Callable[..., Any] | None] = {"__repr__": _shown} if shown else {}
    if eq:
        # What may still change has no place in a set.
        functions |= {"__eq__": _is_equal, "__hash__": _hash if frozen else None}
    if frozen:
        functions |= {"__setattr__": _refused, "__delattr__": _refused}
    return functions


@recursive_repr()
def _shown(self: Any) -> str:
    values = (f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(values)})"


def _is_equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    compared = _compared(self.__class__)
    return compared(self) == compared(other)


def _hash(self: Any) -> int:
    return hash(_hashed(self.__class__)(self))


def _refused(_self: Any, name: str, *_value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"{name!r} stays what it was made with")


@cache
def _compared(kind: Any) -> Callable[[object], object]:
    return _values([one.name for one in dataclasses.fields(kind) if one.compare])


@cache
def _hashed(kind: Any) -> Callable[[object], object]:
    names = [one.name for one in dataclasses.fields(kind) if (one.compare if one.hash is None else one.hash)]
    return _values(names)


def _values(names: list[str]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _nothing: ()
