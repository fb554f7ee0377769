"""What the people of a group have in common, as it is filled in."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core_db.foundation.drafts import Draft, clean_text, fault

MOST_TAGS, MOST_PLACES, OLDEST = 12, 60, 130


class Living(StrEnum):
    """How somebody lives in the neighbourhood whose register he stands in."""

    #: Whoever lives here now, wherever his hukou is.
    HERE = "here"
    BOTH_HERE = "both_here"
    LIVES_HERE_ONLY = "lives_here_only"
    HUKOU_HERE_ONLY = "hukou_here_only"
    #: Whoever stands in the register, gone or not.
    REGISTERED = "registered"


def _nothing_for_empty(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Maybe = BeforeValidator(_nothing_for_empty)
Age = Annotated[Annotated[int, Field(ge=0, le=OLDEST)] | None, Maybe]
Tags = Annotated[tuple[str, ...], Field(max_length=MOST_TAGS)]


class GroupRules(Draft):
    """What has to be true of somebody; what is left out may be anything."""

    #: Tags by their definitions: all of these, at least one of these, none of these.
    all_of: Tags = ()
    any_of: Tags = ()
    none_of: Tags = ()
    #: What he turns within the calendar year.
    age_from: Age = None
    age_to: Age = None
    sex: Annotated[Literal["1", "2"] | None, Maybe] = None
    living: Living = Living.HERE
    #: Neighbourhoods, estates, buildings or single homes: he lives in one of them.
    places: Annotated[tuple[str, ...], Field(max_length=MOST_PLACES)] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> "GroupRules":
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            raise fault("年龄的先后颠倒了。", "The ages are the wrong way round.")
        if set(self.none_of) & {*self.all_of, *self.any_of}:
            raise fault("同一个标签不能又要又不要。", "A tag cannot be wanted and unwanted at once.")
        return self


class GroupDraft(GroupRules):
    """A group for a committee to keep."""

    place_id: str
    name: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(clean_text)]

    @property
    def rules(self) -> GroupRules:
        return GroupRules.model_validate(self.model_dump(exclude={"place_id", "name"}))
