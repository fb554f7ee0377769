"""两代表一委员: delegates receive residents on a set day each month, and what they hear is followed to its end.

The model: session, roster, booking, record, case, feedback; and the figures a district asks for each month.
"""

from plugins.delegates_reception import desk, following, hall, sessions, subjects
from plugins.delegates_reception.own import plugin

__all__ = ["desk", "following", "hall", "plugin", "sessions", "subjects"]
