"""Groups of people that a committee saved: asked anew each time. What others may use is imported here."""

from core_db.groups.drafts import GroupDraft, GroupRules, Living
from core_db.groups.errors import GroupExists, GroupOfSensitive, GroupTooLarge
from core_db.groups.keeping import change_group, check_rules, end_group, save_group
from core_db.groups.model import SavedGroup
from core_db.groups.queries import (
    GroupLine,
    GroupShown,
    count_of,
    group_in_sight,
    group_shown,
    groups_of,
    members_of,
    members_on,
    places_for_groups,
)
from core_db.groups.selecting import Member, people_by

__all__ = [
    "GroupDraft", "GroupExists", "GroupLine", "GroupOfSensitive", "GroupRules", "GroupShown", "GroupTooLarge",
    "Living", "Member", "SavedGroup", "change_group", "check_rules", "count_of", "end_group", "group_in_sight",
    "group_shown", "groups_of", "members_of", "members_on", "people_by", "places_for_groups",
    "save_group",
]  # fmt: skip
