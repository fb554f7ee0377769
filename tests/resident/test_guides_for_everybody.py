"""Guides are read without an account, near the poster one scanned; and offered while something is typed."""

import pytest

from core_db.guides import GuideDraft, StampDraft, keep_guide, keep_stamp


@pytest.fixture
def guide(given):
    draft = GuideDraft(
        place_id=given.community.id,
        title="大件垃圾投放",
        about="旧家具放到东门。",
        papers="不用带",
        keywords="沙发 床垫",
    )
    return given.do(keep_guide, draft, by=given.worker())


def test_a_stranger_reads_a_guide_and_what_the_committee_does_not_stamp(given, guide, resident_client):
    stamp = StampDraft(
        place_id=given.community.id, title="亲属关系证明", where_to_go="公证处", source="本地清单"
    )
    given.do(keep_stamp, stamp, by=given.worker())

    assert "大件垃圾投放" in resident_client.get("/guides").text
    assert "大件垃圾投放" in resident_client.get("/guides?q=旧沙发扔哪里").text
    assert "请到：公证处" in resident_client.get("/guides?q=开亲属关系证明").text
    assert "旧家具放到东门。" in resident_client.get(f"/guides/{guide.id}").text


def test_whoever_scanned_a_poster_reads_the_guides_of_that_place(given, guide, resident_client):
    resident_client.get(f"/at/{given.building.code}")
    assert "大件垃圾投放" in resident_client.get("/guides").text

    resident_client.get(f"/at/{given.neighbouring_building.code}")
    assert "大件垃圾投放" not in resident_client.get("/guides").text


def test_a_fitting_guide_is_offered_while_a_case_is_typed(given, guide, actor_client):
    client = actor_client(given.resident(), page=True)

    assert f"/guides/{guide.id}" in client.get("/similar?text=旧沙发扔在楼道").text
    assert "也许您要的是" not in client.get("/similar?text=三楼漏水").text
