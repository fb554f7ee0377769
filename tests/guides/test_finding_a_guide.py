"""Whoever is asked finds the guide that fits, by the very words he heard."""

from datetime import timedelta

import pytest

from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.clock import local_date
from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted, Stale
from core_db.guides import (
    GuideDraft,
    StampDraft,
    StampEnded,
    change_guide,
    end_stamp,
    fitting_stamps,
    guide_shown,
    guides_near,
    keep_stamp,
    stamps_near,
    store_examples,
)


def test_a_whole_sentence_finds_the_guide_it_speaks_of(given, worker, write, fitting):
    write(
        worker,
        given.community,
        "申请长期护理保险",
        "生活不能自理，可以申请上门护理。",
        keywords="长护险 卧床 失能",
    )
    write(worker, given.community, "大件垃圾投放", "旧家具放到指定点。", keywords="沙发 床垫")

    said = "我家老头子卧床半年了，白天没人照顾，听说有个长护险能有人上门，要带什么材料"

    assert fitting(said, worker)[0][0] == "申请长期护理保险"
    assert fitting("楼上的旧沙发放在楼道里好几天了没人管", worker) == [("大件垃圾投放", "牡丹一村")]
    assert fitting("今天天气真好", worker) == []


def test_of_two_that_fit_alike_the_nearest_comes_first(given, worker, write, fitting):
    write(given.district_dispatcher(), given.district, "居住证办理（区）")
    write(given.town_dispatcher(), given.town, "居住证办理（街镇）")
    write(worker, given.community, "居住证办理（居村）")

    found = fitting("居住证办理", worker)

    assert [place for _title, place in found] == ["牡丹一村", "友谊路街道", "宝山区"]


def test_a_neighbourhood_s_own_guide_takes_the_place_of_the_town_s_of_that_title(
    given, worker, write, fitting
):
    write(given.town_dispatcher(), given.town, "办理居住证")
    write(worker, given.community, "办理居住证")

    assert fitting("想办居住证", worker) == [("办理居住证", "牡丹一村")]
    assert fitting("想办居住证", given.worker_next_door()) == [("办理居住证", "友谊路街道")]
    assert [one.place_name for one in given.see(guides_near, by=worker)] == ["牡丹一村"]


def test_the_neighbourhood_next_door_finds_nothing_of_ours(given, worker, write, fitting):
    write(worker, given.community)

    assert fitting("想办居住证", given.worker_next_door()) == []
    assert fitting("想办居住证", given.resident_next_door()) == []


def test_residents_and_strangers_read_guides_without_an_account(given, worker, write, fitting):
    guide = write(worker, given.community)

    assert fitting("想办居住证", given.resident()) == fitting("想办居住证", ANONYMOUS) != []
    assert fitting("想办居住证", ANONYMOUS, place_id=given.building.id) != []
    assert fitting("想办居住证", ANONYMOUS, place_id=given.neighbouring_building.id) == []
    assert given.see(guide_shown, guide.id, by=ANONYMOUS).title == "办理居住证"


def test_a_guide_holds_from_its_first_day_to_its_last(given, worker, write, fitting, clock):
    today = local_date(clock.now())
    later = write(worker, given.community, valid_from=today + timedelta(2), valid_to=today + timedelta(3))

    assert fitting("居住证", worker) == []
    with pytest.raises(NotFound):
        given.see(guide_shown, later.id, by=given.resident())
    assert not given.see(guide_shown, later.id, by=worker).in_force
    clock.advance(timedelta(days=3))
    assert fitting("居住证", worker) != []
    clock.advance(timedelta(days=1))
    assert fitting("居住证", worker) == []


def test_a_changed_guide_is_found_by_what_it_says_now(given, worker, write, fitting):
    guide = write(worker, given.community)
    draft = GuideDraft(
        place_id=given.community.id, title="办理敬老卡", about="六十五岁可以办。", version=guide.version
    )

    given.do(change_guide, guide.id, draft, by=worker)

    assert fitting("居住证", worker) == []
    assert fitting("敬老卡", worker) == [("办理敬老卡", "牡丹一村")]
    with pytest.raises(Stale):
        given.do(change_guide, guide.id, draft, by=worker)


def test_each_place_writes_its_own_guides(given, worker, write):
    guide = write(worker, given.community)
    draft = GuideDraft(place_id=given.community.id, title="别的", about="别的。", version=1)

    with pytest.raises(NotFound):
        write(given.worker_next_door(), given.community)
    with pytest.raises(NotFound):
        given.do(change_guide, guide.id, draft, by=given.worker_next_door())
    with pytest.raises(NotPermitted):
        write(given.contractor(), given.community)
    assert given.do(change_guide, guide.id, draft, by=given.town_dispatcher()).version == 2


def test_a_refused_stamp_says_where_to_go(given, worker):
    given.do(store_examples, given.district.id, by=given.system())

    found = given.see(fitting_stamps, "银行要我开个亲属关系证明，居委会给盖个章", by=worker)

    # Every item of the list is a certificate; the others fit by nothing else.
    assert [(one.title, one.is_given) for one in found] == [("亲属关系证明", False)]
    assert "公证处" in found[0].where_to_go
    assert found[0].source.startswith("示例")


def test_the_examples_are_twenty_refused_and_written_once(given, worker):
    written = given.do(store_examples, given.district.id, by=given.system())

    assert given.do(store_examples, given.district.id, by=given.system()) == 0
    stamps = given.see(stamps_near, by=worker)
    assert [one.is_given for one in stamps].count(False) == 20
    assert written == len(stamps) + len(given.see(guides_near, by=worker))


def test_an_item_taken_off_the_list_is_found_no_more(given, worker, clock):
    draft = StampDraft(place_id=given.community.id, title="养犬证明", where_to_go="派出所", source="本地清单")
    item = given.do(keep_stamp, draft, by=worker)
    assert given.see(fitting_stamps, "养犬证明", by=worker) != []

    given.do(end_stamp, item.id, by=worker)

    assert given.see(fitting_stamps, "养犬证明", by=worker) == []
    with pytest.raises(StampEnded):
        given.do(end_stamp, item.id, by=worker)
    clock.advance(timedelta(days=1))
    assert given.see(stamps_near, by=worker) == []


def test_a_guide_that_would_end_before_it_begins_is_refused(given):
    dates = {"valid_from": "2026-11-26", "valid_to": "2026-11-25"}

    with pytest.raises(CannotBeRead) as refused:
        read_draft(GuideDraft, {"place_id": given.community.id, "title": "一", "about": "二", **dates})

    assert "截止日期" in str(refused.value.sentences("zh"))
