"""Cases: from what somebody says to its end. What others may use is imported here.

Verbs stand in `commands`, reads in `queries`, what people fill in in `drafts`, words in `words`.
"""

from core_db.cases.asked_fields import MARK as FIELD_MARK
from core_db.cases.asked_fields import AskedField
from core_db.cases.behind import Part
from core_db.cases.calendar import HolidayUnreadable, WorkCalendar, read_holidays
from core_db.cases.category_table import read_categories, read_limits
from core_db.cases.cells import CategoryTableError
from core_db.cases.coming_home import follow_his_cases
from core_db.cases.commands.asking import ask_above
from core_db.cases.commands.deadlines import AT_ONCE as DEADLINES_AT_ONCE
from core_db.cases.commands.deadlines import watch_deadlines
from core_db.cases.commands.deciding import (
    accept_case,
    dispatch_case,
    escalate_case,
    merge_case,
    pre_check_case,
    refuse_case,
    self_handle_case,
)
from core_db.cases.commands.finishing import (
    CLOSED_AS,
    close_case,
    evaluate_case,
    opens_review,
    reopen_case,
    verify_case,
)
from core_db.cases.commands.handling import hand_in_case, report_progress, return_case, sign_case
from core_db.cases.commands.hiding import hide_all_of, hide_case
from core_db.cases.commands.submitting import submit_case, submit_on_behalf
from core_db.cases.commands.voicing import support_case, urge_case, withdraw_case, write_message, write_note
from core_db.cases.commands.waiting import extend_case, resume_case, suspend_case
from core_db.cases.configuring import (
    TableBrought,
    TooManyDaysGo,
    classes_known,
    import_categories,
    import_holidays,
    store_defaults,
)
from core_db.cases.drafts import CaseDraft, OnBehalfDraft
from core_db.cases.file import CaseFile, allowed_verbs, waits_for_ruling
from core_db.cases.for_whom import RaisesFor, raises_for
from core_db.cases.form_points import FORM_AT, about_him, as_judged, case_form, filled_in, form_sent
from core_db.cases.handed_out import (
    CATEGORY_COLUMNS,
    HOLIDAY_COLUMNS,
    LIMIT_COLUMNS,
    category_lines,
    holiday_lines,
    limit_lines,
)
from core_db.cases.history import Histories, examine_histories, keep_histories
from core_db.cases.imported import FIELDS, MappingUnclear
from core_db.cases.importing import ImportReport, import_cases
from core_db.cases.orders import place_in
from core_db.cases.photos import CleanPhoto, clean_photo, keep_photo, photo_path, upload_photo
from core_db.cases.points import RAISED_AT, raised_in_category
from core_db.cases.possible import is_extended_above
from core_db.cases.queries import (
    CaseFilter,
    CasePage,
    Kept,
    Made,
    MadePage,
    OwnPart,
    awaiting_word,
    case_counts,
    case_file,
    case_shown,
    case_timeline,
    cases,
    cases_as_json,
    made_cases,
    own_cases,
    own_part_counts,
    own_parts,
    photo_visible,
    public_cases,
    shown,
    similar_cases,
)
from core_db.cases.recounting import (
    Recounted,
    recount_clocks,
    recount_contacts,
    try_clocks,
    try_contacts,
)
from core_db.cases.reference import (
    FRESH_FOR,
    CategoryInForce,
    Reference,
    calendar_kept,
    forget_reference,
    reference_of,
    suggester_of,
)
from core_db.cases.search_together import put_words_together
from core_db.cases.sight import CaseSight, cases_in_sight
from core_db.cases.standing import Stance, stances, urged_today
from core_db.cases.transitions import ENDED, FROM, OPEN, levels_above
from core_db.cases.views import amount, limit_words
from core_db.cases.words import Verb

#: Each verb's use case and what it wants filled in; the verbs of residents and staff alike.
from core_db.cases.verbs import VERBS, VerbCase  # isort: skip
from core_db.cases.drafts import (
    LONGEST,
    EvaluationDraft,
    HidingDraft,
    MessageDraft,
    NothingDraft,
    ReasonDraft,
    TextDraft,
)
from core_db.cases.model import Photo
from core_db.cases.suggestion import Advice, emergency_advice

__all__ = [
    "CATEGORY_COLUMNS",
    "CLOSED_AS",
    "DEADLINES_AT_ONCE",
    "ENDED",
    "FIELDS",
    "FIELD_MARK",
    "FORM_AT",
    "FRESH_FOR",
    "FROM",
    "HOLIDAY_COLUMNS",
    "LIMIT_COLUMNS",
    "LONGEST",
    "OPEN",
    "RAISED_AT",
    "VERBS",
    "Advice",
    "AskedField",
    "CaseDraft",
    "CaseFile",
    "CaseFilter",
    "CasePage",
    "CaseSight",
    "CategoryInForce",
    "CategoryTableError",
    "CleanPhoto",
    "EvaluationDraft",
    "HidingDraft",
    "Histories",
    "HolidayUnreadable",
    "ImportReport",
    "Kept",
    "Made",
    "MadePage",
    "MappingUnclear",
    "MessageDraft",
    "NothingDraft",
    "OnBehalfDraft",
    "OwnPart",
    "Part",
    "Photo",
    "RaisesFor",
    "ReasonDraft",
    "Recounted",
    "Reference",
    "Stance",
    "TableBrought",
    "TextDraft",
    "TooManyDaysGo",
    "Verb",
    "VerbCase",
    "WorkCalendar",
    "about_him",
    "accept_case",
    "allowed_verbs",
    "amount",
    "as_judged",
    "ask_above",
    "awaiting_word",
    "calendar_kept",
    "case_counts",
    "case_file",
    "case_form",
    "case_shown",
    "case_timeline",
    "cases",
    "cases_as_json",
    "cases_in_sight",
    "category_lines",
    "classes_known",
    "clean_photo",
    "close_case",
    "dispatch_case",
    "emergency_advice",
    "escalate_case",
    "evaluate_case",
    "examine_histories",
    "extend_case",
    "filled_in",
    "follow_his_cases",
    "forget_reference",
    "form_sent",
    "hand_in_case",
    "hide_all_of",
    "hide_case",
    "holiday_lines",
    "import_cases",
    "import_categories",
    "import_holidays",
    "is_extended_above",
    "keep_histories",
    "keep_photo",
    "levels_above",
    "limit_lines",
    "limit_words",
    "made_cases",
    "merge_case",
    "opens_review",
    "own_cases",
    "own_part_counts",
    "own_parts",
    "photo_path",
    "photo_visible",
    "place_in",
    "pre_check_case",
    "public_cases",
    "put_words_together",
    "raised_in_category",
    "raises_for",
    "read_categories",
    "read_holidays",
    "read_limits",
    "recount_clocks",
    "recount_contacts",
    "reference_of",
    "refuse_case",
    "reopen_case",
    "report_progress",
    "resume_case",
    "return_case",
    "self_handle_case",
    "shown",
    "sign_case",
    "similar_cases",
    "stances",
    "store_defaults",
    "submit_case",
    "submit_on_behalf",
    "suggester_of",
    "support_case",
    "suspend_case",
    "try_clocks",
    "try_contacts",
    "upload_photo",
    "urge_case",
    "urged_today",
    "verify_case",
    "waits_for_ruling",
    "watch_deadlines",
    "withdraw_case",
    "write_message",
    "write_note",
]
