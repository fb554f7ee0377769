"""Facts and drafts as they might be, for tests that only want one."""

from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from plugins.sdk.events import Event, examples

M = TypeVar("M", bound=BaseModel)


def example_of(kind: type[M], **known: Any) -> M:
    """One of these: a fact as it might come, and of a draft what is not said is the plainest that can be."""
    said = {name: one for name, one in known.items() if name in kind.model_fields}
    if issubclass(kind, Event):
        return examples.example_of(kind, **said)
    values = {
        name: known.get(name, _plainest(info.annotation))
        for name, info in kind.model_fields.items()
        if info.is_required() or name in known
    }
    return kind.model_validate(values)


def _plainest(annotation: Any) -> Any:
    if annotation in (str, int, bool, float):
        return annotation(0) if annotation is not str else "example"
    text = str(annotation)
    if text.startswith(("tuple", "list", "typing.Sequence")):
        return ()
    return get_args(annotation)[0] if text.startswith("typing.Literal") else None
