"""One view of a person, a household, a home and a building: who may see it, what it says, and what it never says."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import event

from core_db.foundation.errors import NotFound
from core_db.inquiries import AnswerDraft, InquiryDraft, answer_inquiry, take_inquiry
from core_db.life_events import MoveOutDraft, move_household_out
from core_db.overview import (
    building_board,
    estate_file,
    home_file,
    household_file,
    person_overview,
    places_kept,
)
from core_db.overview.boards import floor_in
from core_db.people import MoveIn, PersonDraft, correct_place, move_in, register_person
from core_db.places import EstateDraft, PlaceCorrection, create_estate
from core_db.tags import (
    AssignmentDraft,
    DefinitionDraft,
    RemovalDraft,
    assign_tag,
    define_tag,
    tags_of,
    take_off_tag,
)
from core_db.visits import VisitDraft, record_visit

#: Statements that a whole page of somebody may cost, and a board of doors; a page that asks for each row is found out.
PERSON_AT_MOST, BOARD_AT_MOST, HOME_AT_MOST, HOUSEHOLD_AT_MOST = 16, 13, 14, 12
CERTIFICATE = "沪(2019)宝字不动产权第012345号"


@pytest.fixture
def family(given, worker):
    """孙伯 the head and 孙婶 in 101室: their persons and residencies."""
    found = []
    for name, relation in (("孙伯", "02"), ("孙婶", "10")):
        draft = PersonDraft(community_id=given.community.id, name=name, phone="13812345678")
        person = given.do(register_person, draft, by=worker)
        entry = MoveIn(home_id=given.home.id, relation=relation, household="0815", since=date(2020, 5, 1))
        found.append((person, given.do(move_in, person.id, entry, by=worker)))
    return found


def statements(door, run):
    """How many statements a read costs."""
    asked = []
    engine = door.engines.read
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    run()
    return [one for one in asked if one.lstrip().upper().startswith("SELECT")]


@pytest.fixture
def tagged(given, worker, family):
    """孙伯 bears an ordinary tag and a sensitive one; another ordinary one was taken off."""
    person, secretary = family[0][0].id, given.secretary()
    words = {"place_id": given.community.id, "legal_basis": "社会救助暂行办法"}
    for code, name, kind in (
        ("alone", "独居", "family"), ("helps", "志愿者", "service"), ("poor", "低保", "hardship"),
    ):  # fmt: skip
        draft = DefinitionDraft.model_validate(words | {"code": code, "name": name, "kind": kind})
        word = given.do(define_tag, draft, by=secretary)
        given_tag = given.do(assign_tag, person, AssignmentDraft(definition_id=word.id), by=secretary)
        if name == "志愿者":
            given.do(take_off_tag, given_tag.id, RemovalDraft(), by=secretary)
    return person


def test_somebodys_visits_and_ordinary_tags_are_told_and_nothing_sealed(given, worker, tagged):
    visit = given.do(
        record_visit,
        VisitDraft(person_id=tagged, result="met", text="血压有点高", purpose="safety"),
        by=worker,
    )

    page = given.see(person_overview, tagged, by=given.secretary())

    told = {(one.kind, one.what) for one in page.timeline if one.about.startswith(("visit/", "tag/"))}
    assert told == {
        ("visited", "safety"), ("tag_given", "独居"), ("tag_given", "志愿者"), ("tag_taken_off", "志愿者"),
    }  # fmt: skip
    assert f"visit/{visit.id}" in [one.about for one in page.timeline]
    assert "血压" not in repr(page.timeline)


def test_what_somebody_asked_is_on_his_timeline_and_never_what_it_was(given, worker, family):
    asked = InquiryDraft(about="低保怎么办", person_id=family[0][0].id)
    inquiry = given.do(take_inquiry, asked, by=worker)
    given.do(answer_inquiry, inquiry.id, AnswerDraft(answer="到受理中心"), by=worker)

    page = given.see(person_overview, family[0][0].id, by=worker)

    told = {(one.kind, one.about) for one in page.timeline if one.about.startswith("inquiry/")}
    assert told == {("asked", f"inquiry/{inquiry.id}"), ("answered", f"inquiry/{inquiry.id}")}
    assert "低保" not in repr(page.timeline)


def test_a_home_and_its_building_count_the_ordinary_tags_of_who_lives_there(given, worker, family, tagged):
    home = given.see(home_file, given.home.id, by=given.secretary())
    household = given.see(household_file, home.households[0].id, by=worker)
    board = given.see(building_board, given.building.id, by=worker)

    for page in (home, household, board):
        assert [(one.name, one.people) for one in page.tags] == [("独居", 1)]
    assert given.see(home_file, given.other_home.id, by=worker).tags == []


# -- the board --------------------------------------------------------------------------------------


def test_a_board_says_floor_by_floor_who_lives_where_and_what_stands_empty(given, worker, family):
    given.do(correct_place, given.homes[2].id, PlaceCorrection(field="use", value="空置"), by=worker)
    given.do(correct_place, given.homes[1].id, PlaceCorrection(field="group_let", value="是"), by=worker)
    aunt = given.resident(of=given.home)
    given.a_case(by=aunt, place_id=given.home.id)

    board = given.see(building_board, given.building.id, by=worker)

    assert [(floor, [door.name for door in doors]) for floor, doors in board.floors] == [
        (2, ["201室"]), (1, ["101室", "102室"]),
    ]  # fmt: skip
    empty, first, second = board.doors
    assert (empty.is_vacant, second.is_vacant, second.is_group_let) == (True, False, True)
    assert [(one.name, one.masked, one.is_head) for one in first.people] == [
        ("孙伯", "孙*", True), ("孙婶", "孙*", False), ("王阿姨", "王**", False),
    ]  # fmt: skip
    assert (first.open_cases, first.households) == (1, 1)


def test_each_door_says_which_ordinary_tags_are_behind_it_and_no_sensitive_one_to_anybody(
    given, actor_client, worker, family, tagged
):
    alone = given.see(tags_of, tagged, by=worker).borne[0].word
    given.do(assign_tag, family[1][0].id, AssignmentDraft(definition_id=alone.id), by=worker)

    for reader in (worker, given.secretary()):
        board = given.see(building_board, given.building.id, by=reader)
        assert {door.name: [(one.name, one.people) for one in door.tags] for door in board.doors} == {
            "201室": [], "101室": [("独居", 2)], "102室": [],
        }  # fmt: skip
        page = actor_client(reader, page=True).get(f"/buildings/{given.building.id}").text
        assert re.findall(r'<p class="door-tags no-print">.*?</p>', page, re.S)
        assert "独居 2" in page
        assert "低保" not in page
    told = actor_client(worker, bearer=True).get(f"/api/v1/buildings/{given.building.id}").json()["doors"]
    assert [one["tags"] for one in told if one["tags"]] == [[{"name": "独居", "people": 2}]]


def test_whoever_lives_behind_two_doors_is_one_of_the_building_and_one_at_each(given, worker, family, tagged):
    entry = MoveIn(home_id=given.other_home.id, since=date(2026, 11, 1))
    given.do(move_in, tagged, entry, by=worker)

    board = given.see(building_board, given.building.id, by=worker)

    assert [(one.name, one.people) for one in board.tags] == [("独居", 1)]
    assert sum(len(door.tags) for door in board.doors) == 2


@pytest.mark.parametrize(
    ("room", "floor"), [("101室", 1), ("1802室", 18), ("12甲", None), ("302A", 3), ("店铺", None)]
)
def test_a_room_s_number_says_its_floor(room, floor):
    assert floor_in(room) == floor


def test_whoever_moved_out_is_behind_no_door_and_stands_in_the_home_s_past(given, clock, worker, family):
    leaving = MoveOutDraft(last_day=date(2026, 11, 20), whole_household=True)
    given.do(move_household_out, family[0][1].id, leaving, by=worker)

    board = given.see(building_board, given.building.id, by=worker)
    assert not any(door.people for door in board.doors)
    home = given.see(home_file, given.home.id, by=worker)
    assert [(one.name, one.is_over) for one in home.stays] == [("孙伯", True), ("孙婶", True)]
    (household,) = home.households
    assert (household.number, household.ended_on, household.people) == ("0815", date(2026, 11, 20), 0)


# -- whose --------------------------------------------------------------------------------------------


def test_only_the_committee_of_the_neighbourhood_sees_any_of_it(given, worker, family):
    household = family[0][1].household_id
    estate = given.do(create_estate, EstateDraft(community_id=given.community.id, name="牡丹苑"), by=worker)
    views = (
        (building_board, given.building.id), (home_file, given.home.id), (household_file, household),
        (person_overview, family[0][0].id), (estate_file, estate.id),
    )  # fmt: skip
    for view, its_id in views:
        given.see(view, its_id, by=worker)
        for somebody in (
            given.worker_next_door(),
            given.contractor(),
            given.town_dispatcher(),
            given.resident(),
        ):
            with pytest.raises(NotFound):
                given.see(view, its_id, by=somebody)
        with pytest.raises(NotFound):
            given.see(view, given.community.id, by=worker)
    assert given.see(places_kept, by=given.worker_next_door()).loose[0].name == "1号"
    assert not given.see(places_kept, by=given.contractor()).loose


# -- who raised what ----------------------------------------------------------------------------------


def test_an_unnamed_request_stands_at_no_door_and_on_nobody_s_page_but_for_the_secretary(given, worker):
    aunt = given.resident()
    case = given.a_case(by=aunt, text="邻居半夜吵", place_id=given.home.id, anonymous=True).case
    secretary = given.secretary()

    def shown(reader):
        board = given.see(building_board, given.building.id, by=reader)
        home = given.see(home_file, given.home.id, by=reader)
        person = given.see(person_overview, aunt.person_id, by=reader)
        told = [one.about for one in person.timeline if one.about.startswith("case/")]
        return [
            sum(door.open_cases for door in board.doors), [one.id for one in home.cases],
            [one.id for one in person.raised], [one.id for one in person.shown.cases], told,
        ]  # fmt: skip

    assert shown(worker) == [0, [], [], [], []]
    assert shown(secretary) == [1, [case.id], [case.id], [case.id], [f"case/{case.id}"]]


def test_a_page_of_somebody_says_what_he_raised_how_he_came_and_what_was_put_right(given, worker):
    aunt = given.resident()
    case = given.a_case(by=aunt, text="灯坏了", visibility="public").case
    entry = MoveIn(home_id=given.other_home.id, since=date(2026, 11, 1))
    given.do(move_in, aunt.person_id, entry, by=worker)

    page = given.see(person_overview, aunt.person_id, by=worker)

    assert {(one.kind, one.what) for one in page.timeline} == {
        ("case_raised", f"{case.number} 灯坏了"), ("moved_in", "moved_in"),
    }  # fmt: skip
    assert [one.label for one in page.bound] == ["12号 101室"]
    assert [(one.id, one.visibility) for one in page.raised] == [(case.id, "public")]


# -- what it costs ------------------------------------------------------------------------------------


def test_a_page_costs_so_many_statements_however_much_there_is(given, door, worker, family):
    for n in range(6):
        person = given.do(
            register_person, PersonDraft(community_id=given.community.id, name=f"住户{n}"), by=worker
        )
        entry = MoveIn(home_id=given.home.id, household="0815", since=date(2021, 1, 1))
        given.do(move_in, person.id, entry, by=worker)
        given.a_case(by=given.resident(), text=f"第{n}件", place_id=given.home.id)

    views = (
        (person_overview, family[0][0].id, PERSON_AT_MOST), (building_board, given.building.id, BOARD_AT_MOST),
        (home_file, given.home.id, HOME_AT_MOST),
        (household_file, family[0][1].household_id, HOUSEHOLD_AT_MOST),
    )  # fmt: skip
    for view, its_id, most in views:
        asked = statements(door, lambda view=view, its_id=its_id: given.see(view, its_id, by=worker))
        assert 3 < len(asked) <= most, "\n".join(asked)


# -- the pages ----------------------------------------------------------------------------------------


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_list_to_the_building_the_home_the_household_and_the_person_and_back(
    lang, given, worker, family, actor_client
):
    client = actor_client(worker, page=True)
    client.cookies.set("shequyun_language", lang)
    household, person = family[0][1].household_id, family[0][0].id
    ways = (
        ("/places", f"/buildings/{given.building.id}"), (f"/buildings/{given.building.id}", f"/homes/{given.home.id}"),
        (f"/homes/{given.home.id}", f"/households/{household}"), (f"/households/{household}", f"/people/{person}"),
        (f"/people/{person}", f"/homes/{given.home.id}"),
        (f"/homes/{given.home.id}", f"/buildings/{given.building.id}"),
        (f"/people/{person}", f"/households/{household}"), (f"/buildings/{given.building.id}", "/places"),
    )  # fmt: skip
    for path, to in ways:
        said = read(client, path)
        assert f'href="{to}"' in said, (path, to)
        assert len(re.findall(r"<h1[ >]", said)) == 1


def test_paper_says_surnames_alone(given, worker, family, actor_client):
    said = read(actor_client(worker, page=True), f"/buildings/{given.building.id}")

    printed = re.findall(r'only-print">([^<]*)', said)
    assert "孙*、孙*" in printed
    assert not any("孙伯" in one for one in printed)


@pytest.mark.both
def test_a_certificate_is_put_right_shown_by_its_end_and_never_whole(given, worker, actor_client):
    client = actor_client(worker, page=True)
    path = f"/places/{given.home.id}/correction"
    assert "更正 · 不动产权证号" in read(client, f"{path}?field=certificate")

    answer = client.post(path, data={"field": "certificate", "value": CERTIFICATE, "source": "证件"})

    assert answer.status_code == 200
    said = html.unescape(answer.text)
    assert "***45号" in said
    assert "012345" not in said
    change = re.search(r"/places/changes/([^/]+)/undoing", said)
    assert change is not None
    undone = client.post(change.group(0))
    assert "***45号" not in undone.text.split('id="history"')[0]


def test_a_household_has_another_head_from_the_page(given, worker, family, actor_client):
    client = actor_client(worker, page=True)
    household = family[0][1].household_id
    assert "换户主" in read(client, f"/households/{household}/members")

    said = client.post(f"/households/{household}/head", data={"person_id": family[1][0].id}).text

    assert re.search(r"孙婶</a></p>\s*<span class=\"chip info\">户主", said)
    assert "孙伯 → 孙婶" in said
    relation = f"/households/{household}/relation"
    refused = client.post(relation, data={"residency_id": "nobody's", "relation": "70"})
    assert refused.status_code == 422
    righted = client.post(relation, data={"residency_id": family[0][1].id, "relation": "70"})
    assert "兄弟姐妹" in righted.text


def test_a_building_in_which_somebody_lives_is_not_ended_from_the_page(given, worker, family, actor_client):
    client = actor_client(worker, page=True)
    path = f"/places/{given.building.id}/ending"
    assert "13号" in read(client, path)

    refused = client.post(path, data={"reason": "拆除"})
    assert refused.status_code in (409, 422)
    assert "请先办迁出" in refused.text
    other = f"/places/{given.other_building.id}/ending"
    ended = client.post(other, data={"reason": "拆除", "successor_id": given.building.id})
    assert "起不再有这里" in ended.text
    assert f'href="/buildings/{given.building.id}"' in ended.text


# -- the API ------------------------------------------------------------------------------------------


def test_the_api_says_what_the_pages_say_and_masks_what_they_mask(given, worker, family, actor_client):
    given.do(correct_place, given.home.id, PlaceCorrection(field="certificate", value=CERTIFICATE), by=worker)
    case = given.a_case(by=given.resident(), text="灯坏了", place_id=given.home.id).case
    client, household = actor_client(worker, bearer=True), family[0][1].household_id

    board = client.get(f"/api/v1/buildings/{given.building.id}").json()
    home = client.get(f"/api/v1/homes/{given.home.id}").json()
    members = client.get(f"/api/v1/households/{household}").json()
    person = client.get(f"/api/v1/people/{family[0][0].id}").json()

    door = next(one for one in board["doors"] if one["id"] == given.home.id)
    assert (door["floor"], door["open_cases"], door["use"]["code"]) == (1, 1, "self_occupied")
    assert [one["name"] for one in door["people"]] == ["孙伯", "孙婶", "王阿姨"]
    facts = {one["field"]["code"]: one["value"] for one in home["facts"]}
    assert facts["certificate"] == "***45号"
    assert [one["number"] for one in home["cases"]] == [case.number]
    assert [(one["name"], one["relation"]["code"]) for one in members["members"]] == [
        ("孙伯", "02"),
        ("孙婶", "10"),
    ]
    assert members["head_id"] == family[0][0].id
    assert person["residencies"][0] | {"role": ""} == {
        "id": family[0][1].id, "home_id": given.home.id, "label": "12号 101室", "household_id": household, "role": "",
        "permit": None, "came_for": None, "valid_from": "2020-05-01", "valid_to": None,
    }  # fmt: skip
    assert {one["kind"] for one in person["timeline"]} == {"registered", "moved_in"}


def test_from_a_case_to_its_home(given, worker, actor_client):
    aunt = given.resident()
    at_home = given.a_case(by=aunt, place_id=given.home.id).case.id
    at_stairs = given.a_case(by=aunt, place_id=given.building.id).case.id
    client = actor_client(worker, page=True)

    assert f'<a class="way" href="/homes/{given.home.id}">12号 101室</a>' in read(client, f"/cases/{at_home}")
    stairs = read(client, f"/cases/{at_stairs}")
    assert f'<a class="way" href="/buildings/{given.building.id}">12号</a>' in stairs
