"""Insight: figures about needs and how they are answered, never about single workers."""

from core_db.insight.around import Around, around
from core_db.insight.below import NodeRow, nodes_below
from core_db.insight.by_type import FiguresByType, TypeRow, figures_by_type
from core_db.insight.figures import BuildingRow, CategoryRow, Figures, RateRow, figures
from core_db.insight.for_everybody import Counted, figures_for_everybody
from core_db.insight.spans import last_spans
from core_db.insight.trend import TrendRow

__all__ = [
    "Around",
    "BuildingRow",
    "CategoryRow",
    "Counted",
    "Figures",
    "FiguresByType",
    "NodeRow",
    "RateRow",
    "TrendRow",
    "TypeRow",
    "around",
    "figures",
    "figures_by_type",
    "figures_for_everybody",
    "last_spans",
    "nodes_below",
]
