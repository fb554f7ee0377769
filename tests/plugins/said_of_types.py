"""How types are spelled in the snapshot of the promised surface: short, the same on every Python, bounds included."""

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin

from annotated_types import BaseMetadata
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


def spelled(said: Any) -> str:
    """A type in a line: `Sequence[str (max_length=100)]`, `Literal['zh', 'en'] | None`."""
    if said is type(None) or said is None:
        return "None"
    if isinstance(said, (TypeVar, ParamSpec)):
        return said.__name__
    if isinstance(said, str):
        return said
    origin, inner = get_origin(said), get_args(said)
    if origin is Annotated:
        return _bounded(spelled(inner[0]), inner[1:])
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, inner))}]"
    if origin in (Union, UnionType):
        return " | ".join(map(spelled, inner))
    if isinstance(said, list | tuple):
        return f"[{', '.join(map(spelled, said))}]"
    if origin is None:
        return "..." if said is ... else getattr(said, "__name__", repr(said))
    name = getattr(origin, "__name__", str(origin))
    return f"{name}[{', '.join(map(spelled, inner))}]" if inner or origin is Callable else name


def said_of(info: FieldInfo) -> str:
    """A field in a line: its type, its bounds, and what it is where nothing is said."""
    line = _bounded(spelled(info.annotation), info.metadata)
    if info.is_required():
        return line
    is_made = info.default is PydanticUndefined or isinstance(info.default, BaseModel)
    return f"{line} = {'made' if is_made else repr(info.default)}"


def _bounded(line: str, metadata: Iterable[Any]) -> str:
    bounds = [bound for one in metadata for bound in _bounds(one)]
    return f"{line} ({', '.join(bounds)})" if bounds else line


def _bounds(one: Any) -> list[str]:
    if isinstance(one, FieldInfo):
        return [bound for inner in one.metadata for bound in _bounds(inner)]
    if isinstance(one, BaseMetadata):
        said = (
            vars(one)
            if not is_dataclass(one)
            else {each.name: getattr(one, each.name) for each in fields(one)}
        )
        return [f"{name}={value!r}" for name, value in said.items()]
    if callable(function := getattr(one, "func", None)):
        return [f"checked by {function.__name__.lstrip('_')}"]
    return []
