"""综合为老: what help older people need, who looks in on them, and an alarm when nobody did.

Visits are planned and recorded in the base, so that nothing of them is kept twice; of its own the plugin keeps
assessments, pairs of neighbours (老伙伴) and how often they were in touch. It reads whoever agreed, and nobody else.
"""

from plugins.elder_care import cards, companions, pages, subjects, visiting
from plugins.elder_care.own import plugin

__all__ = ["cards", "companions", "pages", "plugin", "subjects", "visiting"]
