"""Words of guides, of the list of stamps, and of what the search keeps."""

from collections.abc import Mapping
from enum import StrEnum


class GuideKind(StrEnum):
    """How something is done; or whose task it is."""

    HOW_TO = "how-to"
    DUTY = "duty"


class Known(StrEnum):
    """What the desk of all posts finds by words."""

    GUIDE = "guide"
    STAMP = "stamp"
    EXPERIENCE = "experience"


KIND_WORDS: Mapping[GuideKind, tuple[str, str]] = {
    GuideKind.HOW_TO: ("办事指南", "Guide"),
    GuideKind.DUTY: ("职责归口", "Whose task it is"),
}
LEVEL_WORDS: Mapping[str, tuple[str, str]] = {
    "community": ("本居村", "Neighbourhood"),
    "town": ("街镇", "Town"),
    "district": ("全区", "District"),
}
