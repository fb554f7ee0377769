"""What is filled in about a person, where somebody lives, and an organisation."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from core_db.foundation.drafts import Draft, Maybe, fault
from core_db.foundation.recorded import value_from
from core_db.foundation.sealing import is_masked
from core_db.people.fields import FIELDS, LINE_AT_MOST, RegisterField
from core_db.people.identity import IdentityFault, telephone_from
from core_db.people.ruled import RULED
from core_db.people.words import LivesAs
from core_db.people.words.codes import CAME_FOR, PERMITS


def _telephone(text: str) -> str:
    try:
        return telephone_from(text)
    except IdentityFault as wrong:
        raise fault(wrong.zh, wrong.en) from None


Telephone = Annotated[str, AfterValidator(_telephone)]
Reason = Annotated[Annotated[str, Field(max_length=500)] | None, Maybe]
Line = Annotated[Annotated[str, Field(max_length=LINE_AT_MOST)] | None, Maybe]
Editable = Literal[
    "name", "former_name", "sex", "birth", "id_kind", "id_number", "phone", "ethnic_group", "native_place",
    "marital_status", "political_status", "education", "occupation", "workplace", "hukou_address", "hukou_code",
]  # fmt: skip


Permit = Literal[
    "residence_permit", "temporary", "hmt_permit", "foreigner_card", "foreigner_permit", "foreigner_stay", "none",
    "other",
]  # fmt: skip
CameFor = Literal["01", "02", "03", "04", "05", "06", "07", "08", "09", "99"]
assert frozenset(PERMITS) == frozenset(Permit.__args__)  # type: ignore[attr-defined]
assert frozenset(CAME_FOR) == frozenset(CameFor.__args__)  # type: ignore[attr-defined]


#: What is shown masked, and may be sent back so.
MASKABLE = ("phone", "id_number")


class PersonDraft(Draft):
    """Somebody for a neighbourhood's register."""

    community_id: str
    name: str = Field(min_length=1, max_length=60)
    sex: Literal["0", "1", "2", "9"] = "0"
    phone: Annotated[Telephone | None, Maybe] = None
    #: Checked against today's date when it is registered.
    id_number: Annotated[str | None, Maybe] = Field(default=None, max_length=30)
    birth: date | None = None
    #: What else is known; each is read as `core_db.people.fields` says, when it is registered.
    former_name: Line = None
    id_kind: Line = None
    ethnic_group: Line = None
    native_place: Line = None
    marital_status: Line = None
    political_status: Line = None
    education: Line = None
    occupation: Line = None
    workplace: Line = None
    hukou_address: Line = None
    hukou_code: Line = None
    source: str = Field(default="", max_length=60)
    verified_on: date | None = None
    #: What came back as it was shown, masked: it stays what it is.
    kept: frozenset[Literal["phone", "id_number"]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _masked_is_unchanged(cls, typed: Any) -> Any:
        if not isinstance(typed, dict):
            return typed
        masked = {name for name in MASKABLE if isinstance(typed.get(name), str) and is_masked(typed[name])}
        unmasked = {name: value for name, value in typed.items() if name not in masked}
        return unmasked | {"kept": masked} if masked else typed


class PersonCorrection(Draft):
    """What one field of the register should say. Checked when it is asked for and again when it is written."""

    field: Editable
    #: Empty takes out what is there.
    value: str = Field(default="", max_length=LINE_AT_MOST)
    #: What it was read from: a paper, a visit, a call.
    source: str = Field(default="", max_length=60)
    reason: Reason = None

    def value_on(self, today: date) -> str | None:
        """The value as the register takes it; CannotBeRead beside `value` otherwise."""
        return value_from(FIELDS[RegisterField(self.field)], self.value, today)


def _ruled(name: str) -> str:
    if name not in RULED:
        raise fault("请从给出的选项中选一个。", "Please choose one of the options.")
    return name


class RuleDraft(Draft):
    """That a field or an event of life needs a second person at a place from a day on, or needs none any more."""

    place_id: str
    field: Annotated[str, AfterValidator(_ruled)]
    needs_second: bool = True
    valid_from: date


class ProposalRefusal(Draft):
    """Why a proposed change is not made; whoever proposed it reads it."""

    note: str = Field(min_length=1, max_length=500)


class MoveIn(Draft):
    """That somebody lives in a home from a day on."""

    home_id: str
    role: LivesAs = LivesAs.FAMILY
    relation: str | None = None
    household: str | None = Field(default=None, max_length=40)
    since: date
    permit: Annotated[Permit | None, Maybe] = None
    came_for: Annotated[CameFor | None, Maybe] = None


class StayCorrection(Draft):
    """What the register should say of somebody's time in a home. Checked when it is asked for."""

    field: Literal["lives_as", "permit", "came_for"]
    #: A code, or its word. Empty takes out what is there.
    value: str = Field(default="", max_length=LINE_AT_MOST)
    source: str = Field(default="", max_length=60)
    reason: Reason = None


class OrganisationDraft(Draft):
    """Whoever handles cases, where it is responsible, and for what."""

    place_id: str
    name: str = Field(min_length=1, max_length=80)
    kind: Literal["P", "C", "S", "X"]
    phone: str | None = Field(default=None, max_length=30)
    #: 统一社会信用代码 (GB 32100-2015); checked when it is registered.
    credit_code: Annotated[Annotated[str, Field(max_length=30)] | None, Maybe] = None
    form: Literal["organ", "enterprise", "sole_trader", "social", "party", "property", "owners"] | None = None
    handles: tuple[str, ...] = ()


class HouseholdCorrection(Draft):
    """What the number or the kind of a household should be."""

    field: Literal["number", "kind"]
    value: str = Field(default="", max_length=LINE_AT_MOST)
    source: str = Field(default="", max_length=60)
    reason: Reason = None


class HeadDraft(Draft):
    """Who heads a household from now on."""

    person_id: str
    source: str = Field(default="", max_length=60)
    reason: Reason = None


class RegroupDraft(Draft):
    """Who of a household keeps house by himself from now on, or with another household of the same home."""

    #: Their times in the home.
    residency_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    #: The household they join; none: they are one of their own.
    into: Annotated[str | None, Maybe] = None
    #: Of one of their own who heads it; none: whoever has lived there longest.
    head_id: Annotated[str | None, Maybe] = None
    source: str = Field(default="", max_length=60)
    reason: Reason = None


class RelationDraft(Draft):
    """What somebody is to the head of his household (GB/T 4761)."""

    relation: Literal["01", "02", "10", "20", "30", "40", "50", "60", "70", "97", "99"]
    source: str = Field(default="", max_length=60)
    reason: Reason = None
