"""What is asked in the form of a category besides its words: fields that are brought from outside, and their rules.

They are read together with the categories (`cases.reference`), so that whoever raises a case pays for none of it.
A field asked for no more still names what was filled in.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.drafts import STOCK, clean_text
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.fields import F0, F1, F2, F3, FieldClass, held
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import Table, json_column, text_column

#: What stands before each of them, in forms and in the API: `x.<who brings it>.<its key>`.
MARK = "x."
#: The form that is about a resident himself and about no case; in place of a category.
PROFILE = "resident.profile"
#: How long a text may be where its rule does not say.
USUAL_LENGTH = 200
#: How delicate whoever brings a field says it is, and as what it is held.
CLASS_OF: Mapping[str, FieldClass] = {"P0": F0, "P1": F1, "P2": F2, "P3": F3}
YES, NO = "true", "false"
_YES_NO: Mapping[str, tuple[str, str]] = {YES: ("是", "Yes"), NO: ("否", "No")}
_INTEGER, _NUMBER = re.compile(r"[+-]?\d{1,15}"), re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?")
Sentences = tuple[str, str]
MISSING, NO_OPTION = STOCK["missing"], STOCK["enum"]
NO_SUCH: Sentences = STOCK["extra_forbidden"]
NO_NUMBER: Sentences = STOCK["int_parsing"]
NO_INTEGER: Sentences = ("请填写整数。", "Please enter a whole number.")
NO_DAY: Sentences = ("请填写日期，例如 2026-12-01。", "Please enter a day, such as 2026-12-01.")


class CaseField(Table, table=True):
    """A field that a plugin asks for in a category of cases, as it said it last."""

    __tablename__ = "case_fields"

    #: `x.<plugin>.<key>`.
    key: str = Field(sa_column=text_column(F0, primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    category_code: str = Field(sa_column=text_column(F0))
    rank: int = Field(sa_column_kwargs=held(F0))
    label_zh: str = Field(sa_column_kwargs=held(F0))
    label_en: str = Field(sa_column_kwargs=held(F0))
    #: Which class what is filled in has: F0 to F3.
    field_class: str = Field(sa_column=text_column(F0))
    #: `type`, `format`, `enum`, `maxLength`, `minimum`, `maximum`, `required`, and `choices`: [zh, en] by option.
    rules: Any = Field(sa_column=json_column(F0))
    #: Its plugin brings it today.
    is_asked: bool = Field(default=True, sa_column_kwargs=held(F0))


class CaseFieldsAsked(Table, table=True):
    """That a plugin asks for its fields in a neighbourhood, or did once: then something may be filled in there."""

    __tablename__ = "case_fields_asked"

    plugin_id: str = Field(sa_column=text_column(F0, primary_key=True))
    community_id: str = Field(sa_column=text_column(F0, primary_key=True))
    is_on: bool = Field(default=True, sa_column_kwargs=held(F0))


FIELDS_ASKED_FOR = cast(SqlTable, CaseField.__table__)  # type: ignore[attr-defined]
ASKED_AT = cast(SqlTable, CaseFieldsAsked.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AskedField:
    """A field as forms show it and as what is filled in is judged by."""

    key: str
    plugin_id: str
    category: str
    zh: str
    en: str
    field_class: FieldClass
    rules: Mapping[str, Any]
    is_asked: bool

    def label(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    @property
    def is_required(self) -> bool:
        return bool(self.rules.get("required"))

    @property
    def kind(self) -> str:
        """By which control it is filled in: `choice`, `date`, `yes_no`, `number` or `text`."""
        if self.rules.get("enum"):
            return "choice"
        if self.rules.get("format") == "date":
            return "date"
        of_type = {"boolean": "yes_no", "integer": "number", "number": "number"}
        return of_type.get(self.rules["type"], "text")

    @property
    def longest(self) -> int:
        return int(self.rules.get("maxLength") or USUAL_LENGTH)

    def options(self, lang: str) -> list[tuple[str, str]]:
        """What can be chosen, with its words; of yes and no both."""
        found = (YES, NO) if self.kind == "yes_no" else self.rules.get("enum") or ()
        return [(one, self.words_for(one, lang)) for one in found]

    def words_for(self, value: str, lang: str) -> str:
        """What was filled in, as people read it."""
        known = _YES_NO if self.kind == "yes_no" else self.rules.get("choices") or {}
        pair = known.get(value)
        return value if pair is None else str(pair[1 if lang == "en" else 0])

    def read(self, given: Any) -> tuple[str, Sentences | None]:
        """What was given as it is kept, and what is wrong with it. Empty text is nothing."""
        text = _spelled(given)
        if not text:
            return "", None
        return _READ[self.kind](self, text)


def read_fields(asked: Iterable[AskedField], given: Mapping[str, Any], *, must: bool) -> dict[str, str]:
    """What was filled in by key, as it is kept; CannotBeRead with a sentence per field.

    `must`: whoever filled it in had the form before him, so what is required is missing where it is empty.
    """
    known = {one.key: one for one in asked}
    faults: dict[str, Sentences] = {key: NO_SUCH for key in given if key not in known}
    kept: dict[str, str] = {}
    for key, one in known.items():
        kept[key], fault = one.read(given.get(key))
        if fault is None and must and one.is_required and not kept[key]:
            fault = MISSING
        if fault is not None:
            faults[key] = fault
    if faults:
        raise CannotBeRead(faults)
    return {key: text for key, text in kept.items() if text}


def _spelled(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return YES if given else NO
    return clean_text(str(given))


def _text(field: AskedField, text: str) -> tuple[str, Sentences | None]:
    if len(text) <= field.longest:
        return text, None
    return text, _limit("string_too_long", max_length=field.longest)


def _choice(field: AskedField, text: str) -> tuple[str, Sentences | None]:
    return text, None if text in {value for value, _words in field.options("zh")} else NO_OPTION


def _day(_field: AskedField, text: str) -> tuple[str, Sentences | None]:
    try:
        return date.fromisoformat(text).isoformat(), None
    except ValueError:
        return text, NO_DAY


def _number(field: AskedField, text: str) -> tuple[str, Sentences | None]:
    whole = field.rules["type"] == "integer"
    if not (_INTEGER if whole else _NUMBER).fullmatch(text):
        return text, NO_INTEGER if whole and _NUMBER.fullmatch(text) else NO_NUMBER
    value = float(text)
    return (str(int(text)) if whole else f"{value:.15g}"), _beyond(field.rules, value)


def _beyond(rules: Mapping[str, Any], value: float) -> Sentences | None:
    least, most = rules.get("minimum"), rules.get("maximum")
    if least is not None and value < least:
        return _limit("greater_than_equal", ge=f"{least:.15g}")
    if most is not None and value > most:
        return _limit("less_than_equal", le=f"{most:.15g}")
    return None


def _limit(stock: str, **context: Any) -> Sentences:
    zh, en = STOCK[stock]
    return zh.format(**context), en.format(**context)


_READ = {"text": _text, "choice": _choice, "yes_no": _choice, "date": _day, "number": _number}


def field_in_force(row: Any) -> AskedField:
    """Of a row of `case_fields`."""
    return AskedField(
        key=row.key, plugin_id=row.plugin_id, category=row.category_code, zh=row.label_zh, en=row.label_en,
        field_class=FieldClass(row.field_class), rules=row.rules, is_asked=row.is_asked,
    )  # fmt: skip
