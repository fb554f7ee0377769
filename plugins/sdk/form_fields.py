"""Fields that a plugin adds to a form, of a case or about a resident: a strict part of JSON Schema alone.

What stands outside of it is refused in the manifest with its line: a rule nobody checks would be a promise to people.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from plugins.sdk.manifest_parts import Key, Part, Words, nobody_reads
from plugins.sdk.scopes import Sensitivity

_CASE = re.compile(r"case\.([a-z0-9_]{1,41})")
#: Of the district a category has four digits; any other is the plugin's own.
OF_THE_DISTRICT = re.compile(r"\d{4}")
#: The form that residents fill in about themselves, whatever they raise.
PROFILE = "resident.profile"
Option = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S(.*\S)?$")]


def _form_there_is(said: str) -> str:
    if said == "activity":
        raise ValueError("there are no activities in this product, so there is no form of theirs")
    if said != PROFILE and not _CASE.fullmatch(said):
        raise ValueError(f"there is no form {said!r}: write case.<category> or {PROFILE}")
    return said


class FieldSchema(Part):
    """What may be filled in: the part of JSON Schema that the forms of the base show and check."""

    type: Literal["string", "integer", "number", "boolean"]
    format: Literal["date"] | None = None
    enum: Annotated[tuple[Option, ...], Field(min_length=1, max_length=20)] | None = None
    max_length: int | None = Field(default=None, alias="maxLength", ge=1, le=1_000)
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        of_text = [name for name in ("format", "enum", "max_length") if getattr(self, name) is not None]
        of_numbers = [name for name in ("minimum", "maximum") if getattr(self, name) is not None]
        if len(of_text) > 1:
            raise ValueError("of format, enum and maxLength only one")
        if of_text and self.type != "string":
            raise ValueError('format, enum and maxLength go with type = "string"')
        if of_numbers and self.type not in ("integer", "number"):
            raise ValueError("minimum and maximum go with integer and number")
        if self.enum and len(set(self.enum)) < len(self.enum):
            raise ValueError("enum: each option once")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum is more than maximum")
        return self


class FormField(Part):
    """A field the plugin adds to the form of a category, its own (`case.visit`) or the district's (`case.1104`), or to
    what residents fill in about themselves (`resident.profile`)."""

    form: Annotated[str, Field(max_length=90), AfterValidator(_form_there_is)]
    key: Key
    label: Words
    schema_: FieldSchema = Field(alias="schema")
    sensitivity: Sensitivity = Field(alias="class")
    required: bool = False
    choices: Mapping[str, Words] = {}
    when: Annotated[str | None, AfterValidator(nobody_reads)] = None

    @property
    def category(self) -> str:
        """The category after `case.`."""
        return self.form.removeprefix("case.")

    @property
    def is_about_residents(self) -> bool:
        return self.form == PROFILE

    @model_validator(mode="after")
    def _nobody_has_to_say_it_of_himself(self) -> Self:
        if self.is_about_residents and self.required:
            raise ValueError(f"{PROFILE}: nobody has to fill it in, so leave required out")
        return self

    @model_validator(mode="after")
    def _words_are_of_its_options(self) -> Self:
        if strange := sorted(set(self.choices) - set(self.schema_.enum or ())):
            raise ValueError(f"choices: {', '.join(strange)} is no option of enum")
        return self


def each_once(fields: tuple[FormField, ...]) -> tuple[FormField, ...]:
    """Refuses the same key twice: a value is kept under it, whichever form it came from."""
    keys = [one.key for one in fields]
    if twice := sorted({one for one in keys if keys.count(one) > 1}):
        raise ValueError(f"{', '.join(twice)}: said more than once")
    return fields


def categories_there(fields: tuple[FormField, ...], own: frozenset[str]) -> None:
    """ValueError where a field is for a category that is neither the district's nor the plugin's own."""
    for one in (one for one in fields if not one.is_about_residents):
        if not OF_THE_DISTRICT.fullmatch(one.category) and one.category not in own:
            raise ValueError(f"form_fields: {one.form}: the plugin brings no such category")
