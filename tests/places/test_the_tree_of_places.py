"""Places: a list of divisions becomes a tree once, names are written alike, and things sort as people count."""

from datetime import date

import pytest

from core_db.foundation.errors import NotPermitted
from core_db.places import (
    BAOSHAN,
    EDITION_2023,
    BuildingDraft,
    DivisionDraft,
    Edition,
    EstateDraft,
    HomeDraft,
    PlaceExists,
    PlaceKind,
    WrongParent,
    building_name,
    buildings_of,
    code_of,
    community_of,
    create_building,
    create_estate,
    create_home,
    homes_of,
    import_places,
    natural_key,
    place_by_code,
    place_with_code,
    read_divisions,
    room_name,
    shipped_divisions,
)

ONE = DivisionDraft(
    code="310113003001", name="宝钢一村居委会", town_code="310113003", town="友谊路街道", district_code=BAOSHAN,
    district="宝山区",
)  # fmt: skip


def test_the_list_that_comes_along_is_the_whole_district():
    drafts = shipped_divisions()

    assert len(drafts) == len({draft.code for draft in drafts}) == 567
    assert len({draft.town_code for draft in drafts}) == 13


def test_a_list_becomes_a_tree_once(given, door):
    first = given.do(import_places, [ONE], EDITION_2023, by=given.system())
    second = given.do(import_places, [ONE], EDITION_2023, by=given.system())
    place = door.read_now(lambda session: place_with_code(session, ONE.code))

    assert (first.added, second.added) == (3, 0)
    assert place.kind is PlaceKind.COMMUNITY
    assert place.community_id == place.id


def test_a_newer_list_renames_and_an_older_one_does_not(given, door):
    given.do(import_places, [ONE], EDITION_2023, by=given.system())
    renamed = ONE.model_copy(update={"name": "宝钢新村居委会"})
    newer = Edition(source="2025", valid_from=date(2025, 1, 1))

    assert given.do(import_places, [renamed], newer, by=given.system()).renamed == 1
    assert given.do(import_places, [ONE], EDITION_2023, by=given.system()).renamed == 0
    assert door.read_now(lambda session: place_with_code(session, ONE.code)).name == "宝钢新村居委会"


def test_only_the_operator_brings_lists_in(given):
    with pytest.raises(NotPermitted):
        given.do(import_places, [ONE], EDITION_2023, by=given.secretary())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_read_as_the_bureau_and_as_offices_write_it(tmp_path, encoding):
    file = tmp_path / "list.csv"
    rows = (
        "310113003001,宝钢一村居委会,310113003,友谊路街道,310113,宝山区",
        "31011300300,少一位,310113003,友谊路街道,310113,宝山区",
        "310101002001,云南中路居委会,310101002,南京东路街道,310101,黄浦区",
    )
    file.write_text(
        "code,name,street_code,street,district_code,district\n" + "\n".join(rows), encoding=encoding
    )

    drafts, refused = read_divisions(file, district=BAOSHAN)

    assert drafts == [ONE]
    assert [row.number for row in refused] == [3]


def test_a_building_and_its_homes_are_entered(given, door):
    worker = given.worker()
    estate = given.do(create_estate, EstateDraft(community_id=given.community.id, name="东苑"), by=worker)
    building = given.do(create_building, BuildingDraft(parent_id=estate.id, name="１"), by=worker)
    for room in ("1001", "201", "１０１"):
        given.do(create_home, HomeDraft(building_id=building.id, name=room), by=worker)

    homes = door.read_now(lambda session: homes_of(session, building.id))
    code = door.read_now(lambda session: code_of(session, building.id))
    assert [home.label for home in homes] == ["东苑 1号 101室", "东苑 1号 201室", "东苑 1号 1001室"]
    assert door.read_now(lambda session: place_by_code(session, code.lower())).id == building.id
    assert door.read_now(lambda session: community_of(session, homes[0].id)).id == given.community.id


def test_what_is_there_is_not_entered_twice(given):
    with pytest.raises(PlaceExists):
        given.do(create_building, BuildingDraft(parent_id=given.community.id, name="12"), by=given.worker())


def test_a_room_hangs_in_no_neighbourhood(given):
    with pytest.raises(WrongParent):
        given.do(create_home, HomeDraft(building_id=given.community.id, name="1"), by=given.worker())


def test_nobody_builds_across_the_wall(given):
    with pytest.raises(NotPermitted):
        given.do(
            create_estate,
            EstateDraft(community_id=given.community.id, name="北苑"),
            by=given.worker_next_door(),
        )


def test_buildings_come_in_the_order_people_count(given, door):
    for name in ("2", "101"):
        given.do(create_building, BuildingDraft(parent_id=given.community.id, name=name), by=given.worker())

    buildings = door.read_now(lambda session: buildings_of(session, given.community.id))
    assert [building.name for building in buildings] == ["2号", "12号", "13号", "101号"]


@pytest.mark.parametrize(
    "rising",
    [
        ("1号", "1号甲", "1号乙", "2号", "12号", "101号"),
        ("一村", "二村", "九村", "十村", "十二村", "二十村", "一百零一村"),
        ("101室", "２０１室", "1001室"),
    ],
)
def test_names_sort_as_people_count(rising):
    assert sorted([*rising[1:], rising[0]], key=natural_key) == list(rising)


def test_names_are_written_alike():
    assert {building_name(said) for said in ("12", "１２", "12号", " 12 号")} == {"12号"}
    assert building_name("东楼") == "东楼"
    assert {room_name(said) for said in ("101", "１０１室", "101 室")} == {"101室"}
