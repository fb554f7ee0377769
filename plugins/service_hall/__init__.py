"""一网通办 at the neighbourhood: how something is done, which stamps are given, a time at the desk, how far it is.

Guides and stamps are the base's; the plugin keeps times at the desk and applications, with each step that was made.
What an office above decides is not done here; the guide says where to go.
"""

from plugins.service_hall import booking, cards, desk, hall, subjects
from plugins.service_hall.own import plugin

__all__ = ["booking", "cards", "desk", "hall", "plugin", "subjects"]
