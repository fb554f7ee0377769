"""Insight: figures about needs and how they are answered, never about single workers."""

from core_db.insight.around import Around, around
from core_db.insight.below import NodeRow, nodes_below
from core_db.insight.by_type import FiguresByType, TypeRow, figures_by_type
from core_db.insight.excluded import Rate
from core_db.insight.excluding import (
    EXCLUSION_COLUMNS,
    exclusion_lines,
    import_exclusions,
    known_of,
    read_exclusions,
)
from core_db.insight.figures import BuildingRow, CategoryRow, Figures, figures
from core_db.insight.for_everybody import Counted, figures_for_everybody
from core_db.insight.kept import figures_told, keep_figures
from core_db.insight.left_out import LeftOut
from core_db.insight.rates import RateRow
from core_db.insight.spans import last_spans
from core_db.insight.trend import TrendRow

__all__ = [
    "EXCLUSION_COLUMNS",
    "Around",
    "BuildingRow",
    "CategoryRow",
    "Counted",
    "Figures",
    "FiguresByType",
    "LeftOut",
    "NodeRow",
    "Rate",
    "RateRow",
    "TrendRow",
    "TypeRow",
    "around",
    "exclusion_lines",
    "figures",
    "figures_by_type",
    "figures_for_everybody",
    "figures_told",
    "import_exclusions",
    "keep_figures",
    "known_of",
    "last_spans",
    "nodes_below",
    "read_exclusions",
]
