"""Tags: the dictionary of a district, and who of the register bears which. What others may use is imported here."""

from core_db.tags.assigning import (
    assign_tag,
    assignment_in_sight,
    definition_of,
    evidence_place,
    holds,
    renew_tag,
    tag_place,
    take_off_tag,
)
from core_db.tags.dictionary import (
    TagWord,
    define_tag,
    places_with_dictionary,
    retire_tag,
    sees_sensitive,
    tag_dictionary,
    words_by_id,
    words_for,
    words_in_use,
)
from core_db.tags.drafts import AssignmentDraft, DefinitionDraft, RemovalDraft
from core_db.tags.errors import BearsTag, NoLongerGiven, TagExists, TagTakenOff
from core_db.tags.model import ASSIGNMENTS, DEFINITIONS, TagAssignment, TagDefinition
from core_db.tags.nightly import tell_tags_due
from core_db.tags.queries import (
    TagPast,
    TagSeen,
    TagsOfPerson,
    count_to_review,
    tag_history,
    tag_names,
    tags_of,
    tags_to_review,
)
from core_db.tags.words import REMOVAL_WORDS, TAG_CLASS_WORDS, Removal, TagClass, is_never_kept

__all__ = [
    "ASSIGNMENTS",
    "DEFINITIONS",
    "REMOVAL_WORDS",
    "TAG_CLASS_WORDS",
    "AssignmentDraft",
    "BearsTag",
    "DefinitionDraft",
    "NoLongerGiven",
    "Removal",
    "RemovalDraft",
    "TagAssignment",
    "TagClass",
    "TagDefinition",
    "TagExists",
    "TagPast",
    "TagSeen",
    "TagTakenOff",
    "TagWord",
    "TagsOfPerson",
    "assign_tag",
    "assignment_in_sight",
    "count_to_review",
    "define_tag",
    "definition_of",
    "evidence_place",
    "holds",
    "is_never_kept",
    "places_with_dictionary",
    "renew_tag",
    "retire_tag",
    "sees_sensitive",
    "tag_dictionary",
    "tag_history",
    "tag_names",
    "tag_place",
    "tags_of",
    "tags_to_review",
    "take_off_tag",
    "tell_tags_due",
    "words_by_id",
    "words_for",
    "words_in_use",
]  # fmt: skip
