"""The JSON Schema of every fact, with an example: for editors, for other languages, and for whoever reads it."""

from collections.abc import Mapping
from typing import Any

from plugins.sdk.events import Event
from plugins.sdk.events.examples import example_of, told
from plugins.sdk.heard import heard_with, short_of

#: Who did it and in whose right is told to no plugin.
KEPT_BACK = ("acted_by", "acted_for")
#: In a schema: the scope a plugin hears the fact with, empty for its own, absent where no plugin hears of it.
HEARD_WITH = "x-heard-with"


def schemas() -> Mapping[str, Mapping[str, Any]]:
    """The schema of each, by its type (`cn.shequyun.case.closed.v1`)."""
    return {kind.type: schema_of(kind) for kind in sorted(told().values(), key=lambda one: one.type)}


def schema_of(kind: type[Event]) -> Mapping[str, Any]:
    """What the data of a fact consists of, as a plugin is told it."""
    made = kind.model_json_schema()
    fields = {name: one for name, one in made["properties"].items() if name not in KEPT_BACK}
    heard = heard_with(short_of(kind.type))
    more = {} if heard is None else {HEARD_WITH: heard}
    return {**made, "$id": kind.type, "properties": fields, "examples": [as_told(kind)], **more}


def as_told(kind: type[Event]) -> Mapping[str, Any]:
    """Its example, as it goes through a pipe."""
    return example_of(kind).model_dump(mode="json", exclude=set(KEPT_BACK))
