"""Visits (走访): plans, canvasses, the day's round, what was found and what comes of it. What others may use."""

from core_db.cases import OnBehalfDraft
from core_db.visits import points as _points  # noqa: F401 - a case from a visit is asked about, too
from core_db.visits.canvassing import (
    BuildingProgress,
    CanvassProgress,
    CanvassSeen,
    begin_canvass,
    canvass_progress,
    canvasses,
    end_canvass,
)
from core_db.visits.drafts import (
    CancellingDraft,
    CanvassDraft,
    IntervalDraft,
    NeedDraft,
    NeedStep,
    PlanDraft,
    SettlingDraft,
    TagDecision,
    TagDraft,
    VisitCorrection,
    VisitDraft,
)
from core_db.visits.due import Round, Stop, missed_now, round_today
from core_db.visits.intervals import IntervalSeen, intervals_in_sight, places_to_set, set_interval
from core_db.visits.missed import find_missed_visits, miss_visits
from core_db.visits.outcomes import (
    NeedSeen,
    TagProposalSeen,
    case_from_visit,
    decide_tag,
    move_need,
    need_from_visit,
    needs,
    propose_tag,
    read_need,
    read_tag_proposal,
    tag_proposals,
    word_named,
    words_to_give,
)
from core_db.visits.planning import PlanSeen, end_plan, plan_visits, visit_plan, visit_plans
from core_db.visits.reading import (
    SubjectSeen,
    VisitLine,
    VisitRead,
    VisitSeen,
    WordSeen,
    read_visit,
    subject_to_visit,
    visit_seen,
    visits_of,
)
from core_db.visits.recording import cancel_visit, correct_visit, record_visit
from core_db.visits.settling import settle_words

__all__ = [
    "BuildingProgress", "CancellingDraft", "CanvassDraft", "CanvassProgress", "CanvassSeen", "IntervalDraft",
    "IntervalSeen", "NeedDraft", "NeedSeen", "NeedStep", "OnBehalfDraft", "PlanDraft", "PlanSeen", "Round",
    "SettlingDraft", "Stop", "SubjectSeen", "TagDecision", "TagDraft", "TagProposalSeen", "VisitCorrection",
    "VisitDraft", "VisitLine", "VisitRead", "VisitSeen", "WordSeen", "begin_canvass", "cancel_visit",
    "canvass_progress", "canvasses", "case_from_visit", "correct_visit", "decide_tag", "end_canvass",
    "end_plan", "find_missed_visits", "intervals_in_sight", "miss_visits", "missed_now", "move_need",
    "need_from_visit", "needs", "places_to_set", "plan_visits", "propose_tag", "read_need", "read_tag_proposal",
    "read_visit", "record_visit", "round_today", "set_interval", "settle_words", "subject_to_visit",
    "tag_proposals", "visit_plan", "visit_plans", "visit_seen", "visits_of", "word_named", "words_to_give",
]  # fmt: skip
