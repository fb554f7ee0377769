"""Ledgers and reports (台账、一表通): forms with their work in sight, prefilled, filled once. The door."""

from core_db.ledgers.answers import column_answers, name_of
from core_db.ledgers.assistance import ItemSeen, items_in_force, keep_item, store_examples
from core_db.ledgers.burden import Burden, burden_of, work_of
from core_db.ledgers.catalogue import CATALOGUE, CatalogueField, meant_by
from core_db.ledgers.chosen import Choices, choices_in
from core_db.ledgers.deciding import accept_fill, return_fill
from core_db.ledgers.drafts import (
    AnswerDraft,
    AnswersDraft,
    ColumnDraft,
    FieldsDraft,
    FormDraft,
    ItemDraft,
    LookDraft,
    OpenDraft,
    PublishDraft,
    ReturnDraft,
    SheetDraft,
)
from core_db.ledgers.duplicates import Overlap, overlaps_of
from core_db.ledgers.errors import (
    BurdenChanged,
    FillClosed,
    FillNotHandedIn,
    FormIsEmpty,
    FormIsPublished,
    FormNotInForce,
    NothingHidden,
    NotInThisForm,
)
from core_db.ledgers.filling import (
    Covered,
    Differs,
    Saved,
    answer_cells,
    covered_now,
    hand_in,
    open_fill,
    periods_due,
)
from core_db.ledgers.handing_out import (
    Sheet,
    ask_for_sheet,
    columns_found,
    figures_of,
    looked_through,
    make_sheets,
    sheet_of,
)
from core_db.ledgers.issuing import (
    add_fields,
    draft_form,
    end_form,
    keep_template,
    publish_form,
    remove_field,
)
from core_db.ledgers.model import AssistItem, ReportAnswer, ReportField, ReportFill, ReportForm, ReportRow
from core_db.ledgers.periods import Period, period_on
from core_db.ledgers.queries import (
    DueLine,
    FillShown,
    FormLine,
    FormShown,
    due_soon,
    every_row,
    fill_shown,
    form_shown,
    forms_due,
    forms_listed,
    places_to_issue,
)
from core_db.ledgers.rows import Cell, Origin, RowSeen
from core_db.ledgers.uncovering import CellShown, uncover_cell

__all__ = [
    "CATALOGUE", "AnswerDraft", "AnswersDraft", "AssistItem", "Burden", "BurdenChanged", "CatalogueField", "Cell",
    "CellShown", "Choices", "ColumnDraft", "Covered", "Differs", "DueLine",
    "FieldsDraft", "FillClosed", "FillNotHandedIn",
    "FillShown", "FormDraft", "FormIsEmpty", "FormIsPublished", "FormLine", "FormNotInForce", "FormShown",
    "ItemDraft", "ItemSeen", "LookDraft", "NotInThisForm", "NothingHidden", "OpenDraft", "Origin", "Overlap",
    "Period", "PublishDraft", "ReportAnswer", "ReportField", "ReportFill", "ReportForm", "ReportRow",
    "ReturnDraft", "RowSeen", "Saved", "Sheet", "SheetDraft", "accept_fill", "add_fields", "answer_cells",
    "ask_for_sheet", "burden_of",
    "choices_in", "column_answers", "columns_found", "covered_now", "draft_form", "due_soon",
    "end_form", "every_row", "figures_of", "fill_shown", "form_shown", "forms_due", "forms_listed", "hand_in",
    "items_in_force", "keep_item", "keep_template", "looked_through", "make_sheets", "meant_by", "name_of",
    "open_fill", "overlaps_of", "period_on", "periods_due", "places_to_issue", "publish_form", "remove_field",
    "return_fill", "sheet_of", "store_examples", "uncover_cell", "work_of",
]  # fmt: skip
