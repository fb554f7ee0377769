"""People, doors and tags for groups: a few households of the small town."""

from datetime import date

import pytest

from core_db.groups import GroupDraft, save_group
from core_db.people import MoveIn, PersonDraft, move_in, register_person
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag


@pytest.fixture
def person(given):
    """`person("王奶奶", 1940, home=…, tags=[…])`: somebody in the register, perhaps in a home, with tags."""

    def registered(name, born, *, home=None, at=None, tags=(), sex="2", **more):
        draft = PersonDraft(
            community_id=(at or given.community).id, name=name, birth=date(born, 12, 31), sex=sex, **more
        )
        found = given.do(register_person, draft, by=given.system()).id
        if home is not None:
            given.do(move_in, found, MoveIn(home_id=home.id, since=date(2020, 1, 1)), by=given.system())
        for tag in tags:
            given.do(assign_tag, found, AssignmentDraft(definition_id=tag), by=given.system())
        return found

    return registered


@pytest.fixture
def tag(given):
    """`tag("lives_alone", "独居")`: an ordinary word of the district's dictionary."""

    def defined(code, name, **more):
        words = {"code": code, "name": name, "kind": "family", "legal_basis": "老年人权益保障法", **more}
        draft = DefinitionDraft(place_id=given.district.id, **words)
        return given.do(define_tag, draft, by=given.district_dispatcher()).id

    return defined


@pytest.fixture
def group(given, worker):
    """`group(age_from=80)`: a saved group of the neighbourhood."""

    def saved(name="高龄独居", *, by=None, at=None, **rules):
        draft = GroupDraft(place_id=(at or given.community).id, name=name, **rules)
        return given.do(save_group, draft, by=by or worker).id

    return saved
