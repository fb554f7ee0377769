"""What is filled in about a person, where somebody lives, and an organisation."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core_db.foundation.drafts import Draft, fault
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.sealing import is_masked
from core_db.people.identity import IdentityFault, identity_from, telephone_from
from core_db.people.words import LivesAs


def _telephone(text: str) -> str:
    try:
        return telephone_from(text)
    except IdentityFault as wrong:
        raise fault(wrong.zh, wrong.en) from None


def _nothing_for_empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Telephone = Annotated[str, AfterValidator(_telephone)]
Maybe = BeforeValidator(_nothing_for_empty)


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

    field: Literal["name", "sex", "phone", "birth", "id_number"]
    value: str = Field(min_length=1, max_length=60)

    def value_on(self, today: date) -> Any:
        """The value as the register takes it; CannotBeRead beside `value` otherwise."""
        try:
            return _READ[self.field](self.value, today)
        except IdentityFault as wrong:
            raise CannotBeRead({"value": (wrong.zh, wrong.en)}) from None


def _birth_from(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise IdentityFault("请写成 1949-12-31 这样。", "Please write it like 1949-12-31.") from None
    if not today.year - 130 <= day.year or day > today:
        raise IdentityFault("这个日期不可能是出生日期。", "Nobody was born on that day.")
    return day


def _sex_from(text: str, _today: date) -> str:
    if text not in ("0", "1", "2", "9"):
        raise IdentityFault("请从给出的选项中选一个。", "Please choose one of the options.")
    return text


_READ: Mapping[str, Callable[[str, date], Any]] = {
    "name": lambda text, _today: " ".join(text.split()),
    "sex": _sex_from,
    "phone": lambda text, _today: telephone_from(text),
    "birth": _birth_from,
    "id_number": lambda text, today: identity_from(text, today=today),
}


class MoveIn(Draft):
    """That somebody lives in a home from a day on."""

    home_id: str
    role: LivesAs = LivesAs.FAMILY
    relation: str | None = None
    household: str | None = Field(default=None, max_length=40)
    since: date


class OrganisationDraft(Draft):
    """Whoever handles cases, where it is responsible, and for what."""

    place_id: str
    name: str = Field(min_length=1, max_length=80)
    kind: Literal["P", "C", "S", "X"]
    phone: str | None = Field(default=None, max_length=30)
    handles: tuple[str, ...] = ()
