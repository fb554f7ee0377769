"""Finding people never reads the whole district: each kind of line, and a group, has an index that is used."""

import re

import pytest
from sqlalchemy import event

from core_db.finding import find_people, found_by_number, registers_of
from core_db.foundation.clock import local_date
from core_db.foundation.database import reading
from core_db.foundation.reach import Across, across
from core_db.groups import GroupDraft, group_shown, save_group
from core_db.people import PersonDraft, register_person
from core_db.reveals import looks_to_review
from core_db.reveals.touched import touched_by
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag

#: Of so few rows PostgreSQL takes any index that begins with the neighbourhood for as good as the next.
ANY_OF_THEM = re.compile(
    r"ix_(persons|places)_community_id_\w+|ix_tag_assignments_definition_id_community_id"
)
WHOLE = re.compile(r"SCAN (persons|residencies|tag_assignments|places)\b(?! USING)|ANY\(community_id\)")


@pytest.fixture
def plan(door, clock):
    """How all the statements of a read are carried out, in the words of this database."""

    def explained(query, *args, by, **more):
        said = []
        with reading(door.engines, door.keyring, across(Across.UPKEEP)) as session:
            connection = session.connection()
            event.listen(
                connection, "before_cursor_execute", lambda *heard: said.append((heard[2], heard[3]))
            )
            query(session, *args, actor=by, clock=clock, **more)
            asked, is_sqlite = list(said), connection.dialect.name == "sqlite"
            if not is_sqlite:
                # So few rows would be read from end to end; what is looked at is whether an index would do.
                connection.exec_driver_sql("SET enable_seqscan = off")
            explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
            lines = [
                str(row[-1])
                for statement, values in asked
                if "FROM data_keys" not in statement
                for row in connection.exec_driver_sql(f"{explain} {statement}", values)
            ]
            if not is_sqlite:
                connection.exec_driver_sql("RESET enable_seqscan")
        return "\n".join(lines)

    return explained


@pytest.fixture
def registered(given):
    draft = PersonDraft(
        community_id=given.community.id, name="单小明", phone="13812345678", birth="1940-01-01"
    )
    return given.do(register_person, draft, by=given.system()).id


@pytest.mark.parametrize(
    ("line", "index"),
    [
        ("单小明", "ix_persons_community_id_name_id_merged_into_id"),
        ("小明", "ix_persons_community_id_name_second_name_id_merged_into_id"),
        ("明", "ix_persons_community_id_name_third_name_id_merged_into_id"),
        ("sxm", "ix_persons_community_id_name_initials_name_pinyin"),
        ("shanxiao", "ix_persons_community_id_name_pinyin"),
        ("xiaoming", "ix_persons_community_id_initials_second_name_pinyin"),
        ("ming", "ix_persons_community_id_initials_third_name_pinyin"),
        ("小明 101", "ix_places_community_id_kind_name"),
        ("12号101", "ix_places_community_id_kind_name"),
    ],
)  # fmt: skip
def test_a_line_is_found_by_an_index(given, plan, registered, door, line, index):
    found = plan(find_people, line, by=given.worker())

    assert re.search(rf"\b{index}\b" if door.engines.is_sqlite else ANY_OF_THEM, found), found
    assert not WHOLE.search(found), found


@pytest.mark.parametrize("field", ["phone", "id_number"])
def test_a_whole_number_is_found_by_an_index(given, plan, registered, door, field):
    def looked_up(session, number, *, actor, clock):
        return found_by_number(
            session, field, number, registers_of(session, actor), today=local_date(clock.now())
        )

    found = plan(looked_up, "13812345678", by=given.worker())

    index = f"ix_persons_community_id_{field}_blind"
    assert re.search(rf"\b{index}\b" if door.engines.is_sqlite else ANY_OF_THEM, found), found
    assert not WHOLE.search(found), found


@pytest.mark.parametrize("line", ["单小明", "明", "xiaoming", "没有 12号"])
def test_no_line_goes_through_all_names_of_a_neighbourhood(plan, registered, door, given, line):
    if not door.engines.is_sqlite:
        pytest.skip("of so few rows PostgreSQL takes any index for as good as the next")

    found = plan(find_people, line, by=given.worker())

    entered = [one for one in found.splitlines() if "persons USING" in one and "community_id=?" in one]
    assert entered
    assert not [one for one in entered if one.endswith("(community_id=?)")], found


def test_the_neighbourhoods_of_a_town_are_found_without_its_homes(plan, registered, given, door):
    found = plan(find_people, "单小明", by=given.secretary(at=given.town))

    assert re.search(r"\bix_places_town_id_kind\b|ix_places_\w+_kind", found), found


def test_a_months_looks_are_found_without_all_that_were_ever_taken(given, plan, door):
    """Of an office, of all secretaries below a town, and under a case."""
    under_a_case = plan(
        lambda session, **_asker: touched_by(session, given.community.id, None, "case/7"), by=given.system()
    )
    of_the_town = plan(looks_to_review, by=given.town_dispatcher())
    of_the_office = plan(looks_to_review, by=given.secretary())

    if not door.engines.is_sqlite:
        assert not [
            one for one in (under_a_case, of_the_town, of_the_office) if "Seq Scan on access_events" in one
        ]
        return
    assert "ix_access_events_reference" in under_a_case, under_a_case
    for found in (of_the_town, of_the_office):
        assert "ix_access_events_office_id_at (office_id=? AND at>?)" in found, found


@pytest.mark.parametrize("with_tag", [True, False])
def test_a_group_is_found_by_its_tag_or_by_the_years_of_birth(given, plan, registered, door, with_tag):
    words = {"code": "lives_alone", "name": "独居", "kind": "family"}
    definition = given.do(
        define_tag, DefinitionDraft(place_id=given.community.id, **words), by=given.secretary()
    )
    given.do(assign_tag, registered, AssignmentDraft(definition_id=definition.id), by=given.worker())
    rules = {"age_from": 80, "all_of": (definition.id,) if with_tag else ()}
    draft = GroupDraft(place_id=given.community.id, name="高龄", **rules)
    group = given.do(save_group, draft, by=given.worker())

    found = plan(group_shown, group.id, by=given.worker())

    index = (
        "ix_tag_assignments_definition_id_community_id" if with_tag else "ix_persons_community_id_birth_year"
    )
    assert re.search(index if door.engines.is_sqlite else ANY_OF_THEM, found), found
    assert not WHOLE.search(found), found
