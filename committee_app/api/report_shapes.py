"""What the API answers whoever asks neighbourhoods for forms, for its document alone."""

from datetime import date, datetime

from app_shell.case_shapes import Coded
from app_shell.shapes import Shape
from core_db.ledgers.words import AnswerKind, FillStatus, ListKind, RowKind


class FormLineShape(Shape):
    """A form: who asks for what, on what ground, how often, from when to when."""

    id: str
    place_id: str
    issuer: str
    name: str
    family: Coded
    basis: str
    assist_item_id: str | None
    cycle: Coded
    due_day: int
    row_kind: Coded
    #: Which people it covers: conditions by name; empty is everybody.
    covers: dict[str, object]
    is_reviewed: bool
    valid_from: date
    valid_to: date
    status: Coded
    version: int
    published_at: datetime | None
    #: It stands on no list of assistance that holds.
    is_outside: bool
    may_change: bool


class FormLinesShape(Shape):
    items: list[FormLineShape]
    next: str | None


class AskedFieldShape(Shape):
    """A question: a key of the catalogue, or one of the issuer's own."""

    id: str
    position: int
    name: str
    catalogue: str | None
    kind: AnswerKind
    is_sensitive: bool


class BurdenShape(Shape):
    """A year's work of a form, and that of all its issuer has published; numbers of people come in tens."""

    fields: int
    committees: int
    rows: int
    times: int
    cells: int
    prefilled: int
    typed: int
    minutes: int
    minutes_so_far: int
    #: Where the minutes come from.
    rate_source: str


class OverlapShape(Shape):
    """A form in force that asks some of the same."""

    form_id: str
    name: str
    issuer: str
    shared: list[str]
    percent: int


class MeantShape(Shape):
    """A question of one's own that the catalogue answers, though not in a row of this kind."""

    field_id: str
    name: str
    words: str


class TownCountShape(Shape):
    name: str
    communities: int
    handed_in: int


class WaitingFillShape(Shape):
    """What a neighbourhood handed in and nobody has decided yet."""

    id: str
    community: str
    period: str
    rows: int
    handed_in_by: str
    handed_in_at: datetime | None


class FormShownShape(FormLineShape):
    """A form with its questions, its work, what repeats, and how far the neighbourhoods are in the period that runs."""

    fields: list[AskedFieldShape]
    assist_item: str | None
    burden: BurdenShape
    overlaps: list[OverlapShape]
    meant: list[MeantShape]
    period: str
    due_on: date
    towns: list[TownCountShape]
    waiting: list[WaitingFillShape]


class TemplateKeptShape(FormShownShape):
    """`without_column`: questions that the issuer's table has no column for; they come last."""

    without_column: list[str]


class CatalogueFieldShape(Shape):
    """A fact of the base that a form may ask for: nobody types it."""

    key: str
    name: str
    row_kinds: list[RowKind]
    is_sealed: bool


class CatalogueShape(Shape):
    items: list[CatalogueFieldShape]
    next: str | None


class DecidedFillShape(Shape):
    id: str
    form_id: str
    period: str
    status: FillStatus
    reason: str | None


class AssistItemShape(Shape):
    """An item of a list of assistance that holds."""

    id: str
    kind: ListKind
    number: int
    text: str
    source: str
    valid_from: date
    valid_to: date | None


class AssistItemsShape(Shape):
    items: list[AssistItemShape]
    next: str | None
