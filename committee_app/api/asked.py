"""What a list of cases is asked for in its address: read once for each address, and documented all the same.

A desk asks the same few addresses all day; reading fourteen parameters anew cost more than finding the cases.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import parse_qs

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from starlette.requests import Request

from app_shell.api import cursor_of
from core_db.cases import CaseFilter
from core_db.cases.words import CaseStatus
from core_db.foundation.drafts import clean_text, fault, faults_of
from core_db.foundation.errors import CannotBeRead

#: A word of an address, without the signs that no database takes.
Word = Annotated[str, Field(max_length=200), AfterValidator(clean_text)]
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def _written_out(said: str) -> str:
    """A number alone would be read as seconds since 1970, which nobody means."""
    if not _MOMENT.match(said):
        raise fault(
            "请写成 2026-11-23T10:00:00+08:00 的样子。", "Please write it like 2026-11-23T10:00:00+08:00."
        )
    return said


def _on_a_calendar(moment: datetime) -> datetime:
    """In UTC it may lie before the first year, or past the last."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise fault("没有这个日子。", "There is no such day.") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_on_a_calendar)]


class CaseQuery(BaseModel):
    """The parameters of a list of cases; those of no meaning here are passed over."""

    model_config = ConfigDict(frozen=True)

    status: Annotated[tuple[CaseStatus, ...], Field(max_length=len(CaseStatus))] = ()
    category: Word = ""
    handler: Word = ""
    mine: bool = False
    overdue: bool = False
    due_before: Moment | None = None
    to_review: bool = False
    late_contact: bool = False
    escalated: bool = False
    review_due: bool = False
    extension_asked: bool = False
    q: Word = ""
    building: Word = ""
    community: Word = ""
    town: Word = ""
    after: Annotated[str, Field(max_length=400)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


def _documented() -> list[dict[str, Any]]:
    """The parameters for the published document, from the same model."""
    schema = CaseQuery.model_json_schema(ref_template="#/components/schemas/{model}")
    schema["properties"]["status"]["items"] = {"type": "string", "enum": [str(one) for one in CaseStatus]}
    return [
        {"name": name, "in": "query", "required": False, "schema": _or_nothing(shape)}
        for name, shape in schema["properties"].items()
    ]


def _or_nothing(shape: dict[str, Any]) -> dict[str, Any]:
    """A parameter left empty, as a form sends it, is one that was not sent."""
    if shape.get("type") in ("string", "array"):
        return shape
    kinds = [kind for kind in shape.get("anyOf", [shape]) if kind.get("type") != "null"]
    return {"anyOf": [*kinds, {"type": "string", "maxLength": 0}]}


#: For the decorator of a route that reads its parameters through `asked`.
DOCUMENTED = {"parameters": _documented()}


def asked(request: Request) -> CaseFilter:
    """The filter that the address says, or CannotBeRead with a sentence by the parameter."""
    return _read(request.scope["query_string"])


@lru_cache(maxsize=2048)
def _read(query: bytes) -> CaseFilter:
    said = parse_qs(query.decode("latin-1"), keep_blank_values=False)
    typed: dict[str, Any] = {name: said[name][-1] for name in CaseQuery.model_fields if name in said}
    if "status" in said:
        typed["status"] = said["status"]
    try:
        wanted = CaseQuery.model_validate(typed)
    except ValidationError as error:
        # A parameter that is said several times has no numbers in an address, as a list in a body has.
        faults = {name.partition(".")[0]: said for name, said in faults_of(error).items()}
        raise CannotBeRead(faults) from None
    words = ("category", "handler", "q", "building", "community", "town")
    given: dict[str, Any] = {name: getattr(wanted, name) or None for name in words}
    flags = (
        "mine", "overdue", "due_before", "to_review", "late_contact", "escalated", "review_due", "extension_asked",
        "limit",
    )  # fmt: skip
    return CaseFilter(
        status=tuple(wanted.status), after=cursor_of(wanted.after), **given,
        **{name: getattr(wanted, name) for name in flags},
    )  # fmt: skip
