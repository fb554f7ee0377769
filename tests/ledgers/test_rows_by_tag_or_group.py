"""A form's people by a tag or a saved group: chosen by whoever asks for it, and looked at by whoever fills it."""

from datetime import timedelta

import pytest

from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.groups import GroupDraft, change_group, save_group
from core_db.ledgers import choices_in, every_row, form_shown
from core_db.tags import AssignmentDraft, DefinitionDraft, RemovalDraft, assign_tag, define_tag, take_off_tag

ALONE = {"code": "lives_alone", "name": "独居", "kind": "family", "review_days": 90}
POOR = {"code": "subsistence", "name": "低保", "kind": "hardship", "valid_days": 365, "review_days": 180,
        "legal_basis": "社会救助暂行办法第二章"}  # fmt: skip


@pytest.fixture
def alone(given, town):
    """A word of the town's dictionary."""
    dispatcher = given.town_dispatcher()
    return given.do(define_tag, DefinitionDraft(place_id=given.town.id, **ALONE), by=dispatcher)


@pytest.fixture
def bears(given, worker, family):
    def tag(name, definition):
        return given.do(assign_tag, family[name], AssignmentDraft(definition_id=definition.id), by=worker)

    return tag


@pytest.fixture
def elders(given, worker):
    draft = GroupDraft(place_id=given.community.id, name="长者", age_from=70)
    return given.do(save_group, draft, by=worker)


def titles(shown):
    return {one.title for one in shown.rows}


def test_a_town_asks_about_those_with_a_tag_and_sees_how_many_before_it_publishes(
    given, town, ask, publish, begin, sheet, alone, bears, family
):
    bears("孙婶", alone)
    form = ask(town, "person.name", tags=(alone.id,))
    found = given.see(form_shown, form.id, by=town)
    assert found.line.form.covers == {"tags": [alone.id], "tag_names": ["独居"]}
    # Above the neighbourhood numbers come in tens.
    assert found.burden.rows == 10

    assert titles(sheet(begin(publish(form, town)))) == {"孙婶"}


def test_who_bears_it_is_asked_while_the_form_is_filled(
    given, town, worker, ask, publish, begin, sheet, alone, bears
):
    bears("孙婶", alone)
    fill = begin(publish(ask(town, "person.name", tags=(alone.id,)), town))
    given_to = bears("孙伯", alone)
    assert titles(sheet(fill)) == {"孙伯", "孙婶"}

    given.do(take_off_tag, given_to.id, RemovalDraft(why="mistake"), by=worker)
    assert titles(sheet(fill)) == {"孙婶"}


def test_a_household_is_a_row_where_one_of_it_bears_the_tag(
    given, town, ask, publish, begin, sheet, alone, bears
):
    bears("孙小宝", alone)
    fill = begin(publish(ask(town, "household.members", row_kind="household", tags=(alone.id,)), town))

    assert titles(sheet(fill)) == {"孙伯"}


def test_a_ledger_of_the_house_names_a_group_and_means_what_it_meant_then(
    given, secretary, worker, ask, publish, begin, sheet, elders, family
):
    form = ask(secretary, "person.name", group_id=elders.id)
    assert given.see(form_shown, form.id, by=secretary).burden.rows == 2
    young = GroupDraft(place_id=given.community.id, name="少年", age_to=17)
    given.do(change_group, elders.id, young, by=worker)

    assert titles(sheet(begin(publish(form, secretary)))) == {"孙伯", "孙婶"}


def test_no_form_is_asked_by_a_sensitive_tag_nor_by_what_is_not_of_the_place(
    given, town, secretary, ask, elders
):
    poor = given.do(define_tag, DefinitionDraft(place_id=given.community.id, **POOR), by=secretary)
    own = given.do(define_tag, DefinitionDraft(place_id=given.community.id, **ALONE), by=secretary)
    with pytest.raises(CannotBeRead) as sensitive:
        ask(secretary, "person.name", tags=(poor.id,))
    with pytest.raises(CannotBeRead) as of_another:
        ask(town, "person.name", tags=(own.id,))
    assert [list(one.value.faults) for one in (sensitive, of_another)] == [["tags"], ["tags"]]
    with pytest.raises(NotFound):
        ask(town, "person.name", group_id=elders.id)


def test_whoever_fills_looks_at_those_with_a_tag_or_of_a_group_and_answers_for_them(
    given, worker, town, ask, publish, begin, sheet, alone, bears, elders, family
):
    bears("孙小明", alone)
    fill = begin(publish(ask(town, "person.name", own=["是否独居"], kind="yes_no"), town))
    found = given.see(choices_in, fill.id, by=worker)
    assert [(word.name, count) for word, count in found.tags] == [("独居", 1)]
    assert [one.name for one in found.groups] == ["长者"]

    tagged, old = (sheet(fill, whom=one) for one in (f"tag {alone.id}", f"group {elders.id}"))
    assert (titles(tagged), tagged.total, tagged.covered) == ({"孙小明"}, 1, 4)
    assert titles(old) == {"孙伯", "孙婶"}
    # What is to be answered is all of it, whatever part is looked at.
    assert tagged.to_answer == 4
    rows = given.see(every_row, fill.id, sheet(fill).own[0].id, whom=f"tag {alone.id}", by=worker)
    assert [one.title for one in rows] == ["孙小明"]


def test_what_is_no_choice_is_refused_and_next_door_has_none(
    given, worker, town, ask, publish, begin, sheet, secretary
):
    fill = begin(publish(ask(town, "person.name"), town))
    poor = given.do(define_tag, DefinitionDraft(place_id=given.community.id, **POOR), by=secretary)
    for wrong in ("tag nothing", "street 1", f"tag {poor.id}"):
        with pytest.raises(CannotBeRead):
            sheet(fill, whom=wrong)
    with pytest.raises((NotFound, NotPermitted)):
        given.see(choices_in, fill.id, by=given.worker_next_door())
    with pytest.raises((NotFound, NotPermitted)):
        given.see(choices_in, fill.id, by=town)


def test_the_pages_and_the_api_choose_too(
    given, worker, secretary, town, actor_client, ask, publish, begin, alone, bears, elders, family, today
):
    bears("孙小明", alone)
    issuing = actor_client(secretary)
    form = issuing.get("/report-forms/new").text
    assert "独居" in form
    assert "长者" in form
    body = {
        "place_id": given.community.id, "name": "长者登记", "family": "service", "basis": "自用", "cycle": "month",
        "due_day": "31", "row_kind": "person", "valid_from": str(today), "valid_to": str(today + timedelta(days=60)),
        "group_id": elders.id, "tags": [alone.id],
    }  # fmt: skip
    made = issuing.post("/report-forms", data=body)
    assert "人群：长者" in made.text
    assert "有标签：独居" in made.text

    fill = begin(publish(ask(town, "person.name", own=["是否独居"], kind="yes_no"), town))
    desk = actor_client(worker)
    page = desk.get(f"/ledgers/{fill.id}").text
    assert "独居（1 人）" in page
    chosen = desk.get(f"/ledgers/{fill.id}?whom=tag+{alone.id}").text
    assert "选出 1 行，一共 4 行" in chosen
    assert "孙伯" not in chosen
    choices = desk.get(f"/api/v1/ledgers/{fill.id}/choices").json()["items"]
    assert [(one["name"], one["people"]) for one in choices] == [("独居", 1), ("长者", None)]
    rows = desk.get(f"/api/v1/ledgers/{fill.id}", params={"whom": choices[1]["whom"]}).json()
    assert (rows["total"], rows["covered"]) == (2, 4)
