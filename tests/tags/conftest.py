"""Tags of the small town: words for its dictionaries, and somebody to give them to."""

import pytest

from core_db.people import PersonDraft, register_person
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag

ALONE = {"code": "lives_alone", "name": "独居", "name_en": "Lives alone", "kind": "family", "review_days": 90}
POOR = {
    "code": "subsistence", "name": "低保", "kind": "hardship", "valid_days": 365, "review_days": 180,
    "legal_basis": "社会救助暂行办法第二章",
}  # fmt: skip


@pytest.fixture
def define(given, secretary):
    """`define(ALONE)`: a word in the dictionary of the neighbourhood, by its secretary."""

    def defined(words, *, at=None, by=None):
        place = at or given.community
        return given.do(define_tag, DefinitionDraft(place_id=place.id, **words), by=by or secretary)

    return defined


@pytest.fixture
def assign(given, worker):
    """`assign(person, definition)`: the tag, given by a worker."""

    def assigned(person_id, definition, *, by=None, **more):
        return given.do(
            assign_tag, person_id, AssignmentDraft(definition_id=definition.id, **more), by=by or worker
        )

    return assigned


@pytest.fixture
def aunt(given, worker):
    """王阿姨, in the register."""
    draft = PersonDraft(community_id=given.community.id, name="王阿姨", id_number="11010519491231002X")
    return given.do(register_person, draft, by=worker).id
