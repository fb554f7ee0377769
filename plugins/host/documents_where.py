"""What a plugin asks of its documents, as conditions: `field`, `field__lte`, `__lt`, `__gte`, `__gt`, `__in`."""

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, literal, literal_column, or_
from sqlalchemy.dialects.postgresql import JSONB

from plugins.sdk.context import Refused

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "lte": operator.le, "lt": operator.lt, "gte": operator.ge, "gt": operator.gt,
}  # fmt: skip
#: Values that one `__in` names.
MOST = 500


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a kind of document: the field with a resident's id, and those that are looked up often."""

    subject: str | None = None
    indexed: tuple[str, ...] = ()


def fitting(table: Table, is_sqlite: bool, where: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The conditions for all of it; what is not there is neither less nor more than anything."""
    return [_condition(table, is_sqlite, said, wanted) for said, wanted in where.items()]


def field_of(table: Table, is_sqlite: bool, name: str) -> ColumnElement[Any]:
    """A field of a row, spelled as its index is: a path that travels as a value would never find it."""
    if _FIELD.fullmatch(name) is None:
        raise Refused(f"store: {name[:60]} is no name of a field")
    if is_sqlite:
        return func.json_extract(table.c.row, literal_column("'$." + name + "'"))
    return table.c.row.op("->")(literal_column("'" + name + "'"))


def _condition(table: Table, is_sqlite: bool, said: str, wanted: Any) -> ColumnElement[bool]:
    name, _, how = said.partition("__")
    field = field_of(table, is_sqlite, name)
    if how == "in":
        values = list(wanted)[:MOST]
        return or_(*(_is(field, is_sqlite, one) for one in values)) if values else literal(False)
    if not how:
        return _is(field, is_sqlite, wanted)
    if how not in _COMPARED:
        raise Refused(f"store: nothing is compared with __{how[:20]}")
    if wanted is None:
        return literal(False)
    return and_(_same_kind(field, is_sqlite, wanted), _COMPARED[how](field, _value(is_sqlite, wanted)))


def _is(field: ColumnElement[Any], is_sqlite: bool, wanted: Any) -> ColumnElement[bool]:
    if wanted is None:
        empty = field.is_(None)
        return empty if is_sqlite else or_(empty, field == _value(is_sqlite, None))
    same: ColumnElement[bool] = field == _value(is_sqlite, wanted)
    return and_(_same_kind(field, is_sqlite, wanted), same)


def _value(is_sqlite: bool, wanted: Any) -> Any:
    if is_sqlite:
        # As json_extract gives it: text, numbers, and truth as one or nought.
        return json.dumps(wanted, separators=(",", ":")) if isinstance(wanted, (list, dict)) else wanted
    return literal(wanted, JSONB)


def _same_kind(field: ColumnElement[Any], is_sqlite: bool, wanted: Any) -> ColumnElement[bool]:
    """Text is compared with text and numbers with numbers; one is neither less nor more than the other."""
    is_text = isinstance(wanted, str)
    if is_sqlite:
        kind = func.typeof(field)
        return (
            kind == "text" if is_text or isinstance(wanted, (list, dict)) else kind.in_(("integer", "real"))
        )
    kinds = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return func.jsonb_typeof(field) == kinds.get(type(wanted), "number")
