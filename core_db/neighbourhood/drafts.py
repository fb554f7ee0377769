"""What is filled in about an organisation, a facility, a grid, a building group or a committee."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core_db.foundation.drafts import Draft, Maybe, said
from core_db.neighbourhood.kinds import LINE_AT_MOST

Source = Annotated[str, Field(max_length=60)]
Reason = Annotated[Annotated[str, Field(max_length=500)] | None, Maybe]
Typed = Annotated[str, Field(max_length=LINE_AT_MOST)]
SomeDay = Annotated[date | None, Maybe]


class EntryDraft(Draft):
    """A new entry: where it belongs, and its fields as typed; each is read as its kind says."""

    node_id: str = Field(min_length=1, max_length=40)
    values: dict[str, Typed] = Field(default_factory=dict, max_length=40)
    #: Of a facility: the building or estate it stands at.
    place_id: Annotated[str | None, Maybe] = None
    source: Source = ""


class EntryCorrection(Draft):
    """What one field should say, and what it was read from."""

    field: str = Field(min_length=1, max_length=40)
    value: Typed = ""
    source: Source = ""
    reason: Reason = None


class EntryEnding(Draft):
    """The last day on which it was there; today where none is given."""

    last_day: SomeDay = None
    source: Source = ""
    reason: str = Field(min_length=1, max_length=500)


class InspectionDraft(Draft):
    """What an inspection found. A fault needs a sentence."""

    inspected_on: SomeDay = None
    passed: Literal["yes", "no"]
    findings: Annotated[Annotated[str, Field(max_length=1000)] | None, Maybe] = None
    #: When it has to be looked at again, where that is not the usual time.
    next_on: SomeDay = None


class CoverageDraft(Draft):
    """All buildings that belong to it from now on."""

    place_ids: tuple[str, ...] = Field(default=(), max_length=500)
    since: SomeDay = None
    source: Source = ""


class SeatDraft(Draft):
    """Who serves: `person/<id>` of the register or `account/<id>`; as what, where, and since when."""

    who: str = Field(pattern=r"^(person|account)/[0-9a-f-]{36}$")
    title: Literal["lead", "deputy", "member"] = "member"
    body: str = Field(default="", max_length=40)
    duty: Annotated[Annotated[str, Field(max_length=LINE_AT_MOST)] | None, Maybe] = None
    since: SomeDay = None
    source: Source = ""


class CharterDraft(Draft):
    """A new version of a group's charter."""

    text: Annotated[str, Field(max_length=20_000), AfterValidator(said)]
    adopted_on: SomeDay = None
    source: Source = ""


class CommunityTypeDraft(Draft):
    """A type of community, and from when to when it holds; the same code and first day again sets it anew."""

    district_id: str = Field(min_length=1, max_length=40)
    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=60)
    valid_from: date
    valid_to: SomeDay = None
