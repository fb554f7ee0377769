"""What bodies of the register take, and the codes of its fields: `python -m scripts.list_api_fields`.

Written as `docs/api-fields.md`, from what the committee's app publishes and the tables by which the register reads.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from committee_app.api import (
    doubles,
    exports,
    households,
    keeping_places,
    neighbourhood,
    people_changes,
    proposals,
    sheets,
)
from core_db.foundation.recorded import FieldSpec
from core_db.neighbourhood import KINDS
from core_db.people import FIELDS
from core_db.people.fields import EDITABLE
from core_db.people.household_fields import HOUSEHOLD_FIELDS
from core_db.places import FIELDS_OF

LIST = Path(__file__).resolve().parent.parent / "docs" / "api-fields.md"
OF_THE_REGISTER = (
    people_changes,
    households,
    keeping_places,
    proposals,
    neighbourhood,
    sheets,
    doubles,
    exports,
)
#: A list of codes that is longer stands in the field's standard, and is counted here.
CODES_AT_MOST = 12

OPENING = """\
# Fields of the register over the API

Made by `python -m scripts.list_api_fields` from what the committee's app publishes and what the register reads.
Tests compare them.

A 422 names in `errors[].field` a field of the body as it stands below; in a list with its number from nought
(`members.0.name`). What is wrong with the body as a whole is said beside `form` or `body`, and a field that is not here
is refused by its name. A correction says in `field` which field it means, by its code below, and in `value`
what it should say: a fault names `field` or `value`. Who enters an organisation, a facility, a grid or a building
group sends the same codes in `values`, and a fault names the code.
An asterisk marks what must be sent. Days are `2026-11-27`, moments have an offset.
"""


def listed() -> str:
    """The whole page."""
    return "\n".join([OPENING, *_bodies(), "", *_codes()]) + "\n"


def bodies() -> dict[str, dict[str, Any]]:
    """Each address of the register that takes a body: the schema of that, with all its references resolved."""
    app = FastAPI()
    for module in OF_THE_REGISTER:
        app.include_router(module.router)
    document = get_openapi(title="register", version="1", routes=app.routes)
    shapes = document["components"]["schemas"]
    found = {}
    for path, methods in document["paths"].items():
        for body in methods.get("post", {}).get("requestBody", {}).get("content", {}).values():
            found[path] = _resolved(body["schema"], shapes)
    return found


def fields_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body; those of the one kind there is where the body may be left out."""
    if "properties" in schema:
        return dict(schema["properties"])
    return next((fields_of(one) for one in schema.get("anyOf", ()) if "properties" in one), {})


def kinds() -> dict[str, Mapping[str, FieldSpec]]:
    """What has fields that are corrected: its address as a heading says it, and each field by its code."""
    people = {str(field): spec for field, spec in FIELDS.items() if field in EDITABLE}
    places = {f"/places/{{id}}/correction` of one: {kind}": fields for kind, fields in FIELDS_OF.items()}
    entries = {f"/neighbourhood/{kind}/{{id}}/correction`": kept.fields for kind, kept in KINDS.items()}
    return {
        "/people/{id}/correction`": people, "/households/{id}/correction`": HOUSEHOLD_FIELDS, **places, **entries,
    }  # fmt: skip


def _fixed() -> dict[str, frozenset[str]]:
    """What is said when an entry is made, and corrected by nobody."""
    return {f"/neighbourhood/{kind}/{{id}}/correction`": kept.fixed for kind, kept in KINDS.items()}


def _bodies() -> Iterator[str]:
    yield "## What each takes"
    yield ""
    yield "| POST | Body |"
    yield "|---|---|"
    for path, schema in bodies().items():
        yield f"| `{path.removeprefix('/api/v1')}` | {_said(schema)} |"


def _said(schema: Mapping[str, Any]) -> str:
    fields, required = fields_of(schema), _required(schema)
    said = [f"`{name}`{'*' if name in required else ''} {_kind(about)}" for name, about in fields.items()]
    return ", ".join(said) or "–"


def _required(schema: Mapping[str, Any]) -> set[str]:
    if "properties" in schema:
        return set(schema.get("required", ()))
    return next((_required(one) for one in schema.get("anyOf", ()) if "properties" in one), set())


def _kind(about: Mapping[str, Any]) -> str:
    """What may stand in a field, as briefly as it can be said."""
    if "anyOf" in about:
        return " or ".join(dict.fromkeys(_kind(one) for one in about["anyOf"] if one.get("type") != "null"))
    if "enum" in about:
        return " / ".join(f"`{one}`" for one in about["enum"])
    if "const" in about:
        return f"`{about['const']}`"
    if "properties" in about:
        return f"{{{_said(about)}}}"
    if about.get("type") == "array":
        return f"[{_kind(about.get('items', {}))}]"
    return _WORDS.get(about.get("format", ""), _WORDS.get(about.get("type", ""), "text")) + _length(about)


_WORDS = {
    "date": "day", "date-time": "moment", "string": "text", "integer": "number", "boolean": "yes or no",
    "object": "by name",
}  # fmt: skip


def _length(about: Mapping[str, Any]) -> str:
    return f" ≤ {about['maxLength']}" if "maxLength" in about else ""


def _resolved(schema: Any, shapes: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_resolved(one, shapes) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(shapes[schema["$ref"].rsplit("/", 1)[-1]], shapes)
    return {name: _resolved(about, shapes) for name, about in schema.items()}


def _codes() -> Iterator[str]:
    yield "## Which fields are corrected, by code"
    for address, fields in kinds().items():
        yield ""
        yield f"### `POST {address}"
        yield ""
        yield "| `field` | 汉语 | English | `value` |"
        yield "|---|---|---|---|"
        for code, spec in fields.items():
            said = "said when it is entered, and never corrected; " * (code in _fixed().get(address, ()))
            yield f"| `{code}` | {spec.words[0]} | {spec.words[1]} | {said}{_value(spec)} |"


def _value(spec: FieldSpec) -> str:
    kinds_of_value = [_listed_codes(spec)] if spec.codes else []
    if not spec.may_be_empty:
        kinds_of_value.append("never empty")
    if spec.is_sealed:
        kinds_of_value.append("sealed: comes back masked")
    return "; ".join(kinds_of_value) or "text"


def _listed_codes(spec: FieldSpec) -> str:
    codes = spec.codes or {}
    if len(codes) > CODES_AT_MOST:
        first = next(iter(codes))
        return f"{len(codes)} codes of its standard, `{first}` is {codes[first][1]}; a word of it is read too"
    return ", ".join(f"`{code}` {pair[1]}" for code, pair in codes.items())


if __name__ == "__main__":
    LIST.write_text(listed(), encoding="utf-8")
    sys.stdout.write(f"{LIST.name}: {len(bodies())} bodies, {sum(map(len, kinds().values()))} fields\n")
