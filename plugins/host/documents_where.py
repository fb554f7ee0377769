"""What a plugin asks of its documents, as conditions: `field`, `field__lte`, `__lt`, `__gte`, `__gt`, `__in`."""

import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, false, func, literal, literal_column, or_

from core_db.foundation.lean import dataclass
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
    path = _path(is_sqlite, name)
    return func.json_extract(table.c.row, path) if is_sqlite else table.c.row.op("->")(path)


def _path(is_sqlite: bool, name: str) -> ColumnElement[Any]:
    if _FIELD.fullmatch(name) is None:
        raise Refused(f"store: {name[:60]} is no name of a field")
    return literal_column("'$." + name + "'" if is_sqlite else "'" + name + "'")


def _condition(table: Table, is_sqlite: bool, said: str, wanted: Any) -> ColumnElement[bool]:
    name, _, how = said.partition("__")
    field, kind = field_of(table, is_sqlite, name), _kind_of(table, is_sqlite, name)
    if how == "in":
        values = list(wanted)[:MOST]
        return or_(*(_is(field, kind, is_sqlite, one) for one in values)) if values else false()
    if not how:
        return _is(field, kind, is_sqlite, wanted)
    if how not in _COMPARED:
        raise Refused(f"store: nothing is compared with __{how[:20]}")
    if wanted is None:
        return false()
    return and_(_same_kind(kind, is_sqlite, wanted), _COMPARED[how](field, _value(is_sqlite, wanted)))


def _is(
    field: ColumnElement[Any], kind: ColumnElement[Any], is_sqlite: bool, wanted: Any
) -> ColumnElement[bool]:
    if wanted is None:
        return or_(kind.is_(None), kind == "null")
    return and_(_same_kind(kind, is_sqlite, wanted), field == _value(is_sqlite, wanted))


def _kind_of(table: Table, is_sqlite: bool, name: str) -> ColumnElement[Any]:
    """What a field is: text, a number, a truth; None where there is none of the name."""
    if is_sqlite:
        return func.json_type(table.c.row, _path(is_sqlite, name))
    return func.jsonb_typeof(field_of(table, is_sqlite, name))


def _same_kind(kind: ColumnElement[Any], is_sqlite: bool, wanted: Any) -> ColumnElement[bool]:
    """Text is compared with text and numbers with numbers; one is neither less nor more than the other."""
    names = _ON_SQLITE if is_sqlite else _ON_POSTGRES
    return kind.in_(names.get(type(wanted), names[float]))


def _value(is_sqlite: bool, wanted: Any) -> ColumnElement[Any]:
    if not is_sqlite:
        # Its dialect is loaded where it is spoken.
        from sqlalchemy.dialects.postgresql import JSONB

        return literal(wanted, JSONB)
    if isinstance(wanted, (list, dict)):
        return literal(json.dumps(wanted, separators=(",", ":"), ensure_ascii=False))
    # As json_extract gives it: text, numbers, and truth as one or nought.
    return literal(int(wanted) if isinstance(wanted, bool) else wanted)


_ON_SQLITE: Mapping[type, tuple[str, ...]] = {
    str: ("text",), bool: ("true", "false"), float: ("integer", "real"), list: ("array",), dict: ("object",),
}  # fmt: skip
_ON_POSTGRES: Mapping[type, tuple[str, ...]] = {
    str: ("string",), bool: ("boolean",), float: ("number",), list: ("array",), dict: ("object",),
}  # fmt: skip
