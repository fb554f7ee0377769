"""Which facts a plugin may hear at all, and with which scope. What is not named here no plugin hears."""

from collections.abc import Mapping

#: By the beginning of a fact's short name: `case.` covers `case.closed`. An empty scope: the plugin's own facts.
HEARD_WITH: Mapping[str, str] = {
    "case.": "case:read",
    "person.tagged": "resident.tags:read",
    "person.": "resident.basic:read",
    "household.": "household:read",
    "visit.": "visit:read",
    "canvass.": "visit:read",
    "need.": "visit:read",
    "guide.": "guide:read",
    "stamp.": "guide:read",
    "place.": "community:read",
    "entry.": "community:read",
    "seat.": "community:read",
    "charter.": "community:read",
    "facility.": "community:read",
    "community_type.": "community:read",
    "plugin.": "",
}


def heard_with(short_type: str) -> str | None:
    """The scope with which `case.closed` is heard; empty: by the plugin it is about; None: by no plugin."""
    fitting = [start for start in HEARD_WITH if short_type.startswith(start)]
    return HEARD_WITH[max(fitting, key=len)] if fitting else None


def short_of(type_: str) -> str:
    """`cn.shequyun.case.closed.v1` as `case.closed`."""
    return type_.removeprefix("cn.shequyun.").rsplit(".v", 1)[0]
