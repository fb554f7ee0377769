"""What is filled in to ask for a form, to add a question, to publish, to answer, and to decide about what came."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from core_db.foundation.drafts import Draft, Maybe, clean_text, fault, said
from core_db.ledgers.words import AnswerKind, Cycle, Family, ListKind, RowKind
from core_db.tags import is_never_kept

NAME_AT_MOST, LINE_AT_MOST, ANSWER_AT_MOST = 60, 500, 200
#: More is no form but a register of its own.
FIELDS_AT_MOST, BUILDINGS_AT_MOST, PASTED_AT_MOST, TAGS_AT_MOST = 40, 60, 20_000, 12

Line = Annotated[
    str,
    Field(min_length=1, max_length=LINE_AT_MOST, json_schema_extra={"pattern": r"\S"}),
    AfterValidator(said),
]
Name = Annotated[
    str,
    Field(min_length=1, max_length=NAME_AT_MOST, json_schema_extra={"pattern": r"\S"}),
    AfterValidator(said),
]


class FormDraft(Draft):
    """A form before its questions: who asks, on what ground, how often, whom it covers, until when."""

    place_id: str
    name: Name
    family: Family
    basis: Line
    assist_item_id: str | None = None
    cycle: Cycle
    due_day: int = Field(default=25, ge=1, le=31)
    row_kind: RowKind
    is_reviewed: bool = False
    valid_from: date
    valid_to: date
    #: Which people it covers; nothing said is everybody.
    buildings: Annotated[tuple[str, ...], Field(max_length=BUILDINGS_AT_MOST)] = ()
    age_from: int | None = Field(default=None, ge=0, le=130)
    age_to: int | None = Field(default=None, ge=0, le=130)
    sex: Literal["1", "2"] | None = None
    #: Those who bear one of these ordinary tags, and those of a saved group as its rules are now.
    tags: Annotated[tuple[str, ...], Field(max_length=TAGS_AT_MOST)] = ()
    group_id: Annotated[str | None, Maybe] = None

    @model_validator(mode="after")
    def _in_order(self) -> "FormDraft":
        if self.valid_to < self.valid_from:
            raise fault("停用日期不能早于开始日期。", "It cannot end before it begins.")
        if self.valid_to.year - self.valid_from.year > 5:
            raise fault(
                "一张表最多用五年，到时重新核定。",
                "A form lives five years at most; then it is decided anew.",
            )
        if None not in (self.age_from, self.age_to) and self.age_from > self.age_to:  # type: ignore[operator]
            raise fault("年龄的上下限写反了。", "The ages are the wrong way round.")
        return self

    @property
    def covers(self) -> dict[str, object]:
        """The conditions as they are stored, those alone that narrow anything."""
        ages = [self.age_from, self.age_to]
        said_of = {
            "buildings": list(self.buildings),
            "ages": ages if any(x is not None for x in ages) else None,
        }
        return {name: value for name, value in {**said_of, "sex": self.sex}.items() if value}


def _may_be_asked(question: str) -> str:
    if is_never_kept(question):
        raise fault(
            "信仰和生活习惯不能问：居委会办事用不到。",
            "Beliefs and habits are not asked for: a committee needs neither.",
        )
    return question


class FieldsDraft(Draft):
    """Questions to add: fields of the catalogue, and one of one's own."""

    catalogue: Annotated[tuple[str, ...], Field(max_length=FIELDS_AT_MOST)] = ()
    name: Annotated[
        str, Field(max_length=NAME_AT_MOST), AfterValidator(clean_text), AfterValidator(_may_be_asked)
    ] = ""
    kind: AnswerKind = AnswerKind.TEXT
    is_sensitive: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> "FieldsDraft":
        if not self.catalogue and not self.name:
            raise fault(
                "请选一项，或者写一个自己的项目。", "Choose a field, or write a question of your own."
            )
        return self


class PublishDraft(Draft):
    """That the issuer has seen how much work the form makes, in this version of it."""

    seen: Literal["yes"]
    version: int


class ItemDraft(Draft):
    """One item of a list of assistance."""

    place_id: str
    kind: ListKind
    number: int = Field(ge=1, le=999)
    text: Line
    source: Line
    valid_from: date
    valid_to: date | None = None


class OpenDraft(Draft):
    """Which form is filled, for the period that runs or the one before."""

    form_id: str
    #: By which neighbourhood, where one works for several of which it is asked.
    community_id: str | None = None
    period: Annotated[str, Field(min_length=4, max_length=10)]


class AnswerDraft(Draft):
    """One answer: of which row, to which question. An empty one takes back what was said."""

    subject_id: str
    field_id: str
    value: Annotated[str, Field(max_length=ANSWER_AT_MOST), AfterValidator(clean_text)] = ""


class AnswersDraft(Draft):
    """Answers about several rows, and the version of the fill that whoever answers has seen."""

    version: int
    answers: Annotated[tuple[AnswerDraft, ...], Field(max_length=200)]


class ColumnDraft(Draft):
    """One question answered for everybody at once: one value for all who have none, or a pasted column."""

    field_id: str
    #: The same for every row that has no answer yet.
    value: Annotated[str, Field(max_length=ANSWER_AT_MOST), AfterValidator(clean_text)] = ""
    #: Lines as they are copied out of a table: an answer a row, or a name, a tab and the answer.
    pasted: Annotated[str, Field(max_length=PASTED_AT_MOST)] = ""
    #: `tag <id>` or `group <id>`: those alone who bear it or belong to it today.
    whom: Annotated[str | None, Maybe] = Field(default=None, max_length=80)
    version: int

    @model_validator(mode="after")
    def _one_of_both(self) -> "ColumnDraft":
        if bool(self.value) == bool(self.pasted.strip()):
            raise fault(
                "写一个统一的答案，或者粘贴一列，两样选一样。", "Give one answer for all, or paste a column."
            )
        return self


class ReturnDraft(Draft):
    """Why what was handed in is returned."""

    reason: Line


class LookDraft(Draft):
    """Which cell of which row is to be seen in full."""

    subject_id: str
    field_id: str


class SheetDraft(Draft):
    """What the sheet in full is needed for; the secretary reads it."""

    reason: Annotated[str, Field(min_length=10, max_length=LINE_AT_MOST), AfterValidator(said)]
