"""What a person fills in, checked: drafts are pydantic models whose faults are sentences in both languages."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from core_db.foundation.errors import CannotBeRead

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

#: Sentences for what pydantic itself finds wrong, by its error type; `{}` takes the error's context.
STOCK: dict[str, tuple[str, str]] = {
    "missing": ("请填写这一项。", "Please fill this in."),
    "string_too_short": ("请填写这一项。", "Please fill this in."),
    "string_too_long": (
        "太长了，最多 {max_length} 个字。",
        "Too long: at most {max_length} characters.",
    ),
    "enum": ("请从给出的选项中选一个。", "Please choose one of the options."),
    "literal_error": ("请从给出的选项中选一个。", "Please choose one of the options."),
    "int_parsing": ("请填写数字。", "Please enter a number."),
    "greater_than_equal": ("不能小于 {ge}。", "Must be at least {ge}."),
    "less_than_equal": ("不能大于 {le}。", "Must be at most {le}."),
    "too_short": ("至少要有 {min_length} 个。", "There have to be at least {min_length}."),
    "too_long": ("太多了，最多 {max_length} 个。", "Too many: at most {max_length}."),
    "extra_forbidden": ("没有这一项。", "There is no such field."),
}


class Draft(BaseModel):
    """Parent of what is filled in and not yet sent."""

    # What checks a draft is made when the first of its kind is filled in: most never are by one process.
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True, defer_build=True)


def _nothing_for_empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


#: A field of a form that was left empty says nothing.
Maybe = BeforeValidator(_nothing_for_empty)
D = TypeVar("D", bound=Draft)


def fault(zh: str, en: str) -> PydanticCustomError:
    """A validator's objection, in both languages."""
    return PydanticCustomError("said", "{en}", {"zh": zh, "en": en})


def faults_of(error: ValidationError) -> dict[str, tuple[str, str]]:
    """The first fault of each field as (zh, en)."""
    found: dict[str, tuple[str, str]] = {}
    for item in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in item["loc"]) or "form"
        found.setdefault(field, sentences_of(item))
    return found


def read_draft(kind: type[D], typed: Mapping[str, Any]) -> D:
    """The draft, or CannotBeRead with a sentence per field."""
    try:
        return kind.model_validate(dict(typed))
    except ValidationError as error:
        raise CannotBeRead(faults_of(error)) from None


def clean_text(text: str) -> str:
    """What people write, without the characters that break storage or disguise direction; NFC."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def said(text: str) -> str:
    """What somebody had to say, cleaned; nothing at all is a fault."""
    cleaned = clean_text(text)
    if not cleaned:
        raise fault("请写一句话。", "Please write a sentence.")
    return cleaned


def sentences_of(item: Any) -> tuple[str, str]:
    """What pydantic found wrong, as (zh, en)."""
    context = item.get("ctx") or {}
    if item["type"] == "said":
        return context["zh"], context["en"]
    zh, en = STOCK.get(
        item["type"],
        ("这一项看不懂，请改一下。", "This cannot be understood; please change it."),
    )
    return zh.format(**context), en.format(**context)
