"""What the API answers about tables of the register and exports of it, for its document alone."""

from datetime import datetime

from app_shell.case_shapes import Coded
from app_shell.shapes import Shape
from core_db.register_sheets.words import Verdict


class ColumnShape(Shape):
    """A field of the register and the heading of the table that fills it."""

    field: str
    heading: str


class SheetCountsShape(Shape):
    """Rows by what they do; `like` may be of somebody registered already, `conflicts` were changed on both sides.

    `waits` hold changes for which a second person is needed, `proposed` were handed to one. After a table was taken
    back `kept` people were not, because something came of them since.
    """

    new: int
    changed: int
    unchanged: int
    refused: int
    like: int
    conflicts: int
    waits: int
    proposed: int
    kept: int


class SheetShape(Shape):
    """A table that was handed in. While `is_at_work`, ask again: `done_to` is the last row that is done with."""

    id: str
    community_id: str
    name: str
    status: Coded
    is_at_work: bool
    row_count: int
    done_to: int
    counts: SheetCountsShape
    columns: list[ColumnShape]
    left_out: list[str]
    #: Why it cannot be read at all.
    fault: str | None
    handed_by: str
    handed_at: datetime
    applied_by: str | None
    applied_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None
    may_undo: bool
    is_own: bool


class SheetsShape(Shape):
    items: list[SheetShape]
    next: str | None


class StepShape(Shape):
    """A field from what to what, masked by its class; `waits` for a second person."""

    field: Coded
    before: str
    after: str
    waits: bool


class ConflictShape(StepShape):
    """A field that was changed in the table and in the register; `is_taken`: the table is right."""

    is_taken: bool


class RowFaultShape(Shape):
    """What is wrong, and where: `field` and `heading` are empty where it is the whole row."""

    field: str
    heading: str
    message: str


class SheetRowShape(Shape):
    """A row as it would be written; `number` as the file's own program counts it."""

    id: str
    number: int
    verdict: Verdict
    person_id: str | None
    name: str
    door: str
    moves_in: bool
    steps: list[StepShape]
    conflicts: list[ConflictShape]
    #: What somebody is registered by whom the row may be of.
    like: list[str]
    faults: list[RowFaultShape]


class SheetRowsShape(Shape):
    items: list[SheetRowShape]
    next: str | None


class ChosenShape(Shape):
    """A row whose conflicts were decided."""

    id: str
    sheet_id: str
    number: int


class ExportShape(Shape):
    """An export that was asked for. Its file can be fetched by whoever asked, until `expires_at`."""

    id: str
    community_id: str
    number: str
    status: Coded
    fields: list[Coded]
    reason: str
    #: A filled form; none: the whole register.
    fill_id: str | None
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    #: Why it was refused.
    note: str | None
    expires_at: datetime | None
    may_decide: bool
    may_fetch: bool


class ExportsShape(Shape):
    items: list[ExportShape]
    next: str | None
