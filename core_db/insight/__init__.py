"""Insight: figures about needs and how they are answered, never about single workers."""

from core_db.insight.figures import BuildingRow, CategoryRow, Figures, RateRow, TrendRow, figures

__all__ = ["BuildingRow", "CategoryRow", "Figures", "RateRow", "TrendRow", "figures"]
