"""An office asks for a form: what it may ask, how much work that is, and who already asks the same."""

from datetime import date, timedelta

import pytest

from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.ledgers import (
    CATALOGUE,
    BurdenChanged,
    FieldsDraft,
    FormDraft,
    FormIsEmpty,
    FormIsPublished,
    ItemDraft,
    PublishDraft,
    add_fields,
    draft_form,
    end_form,
    form_shown,
    forms_due,
    forms_listed,
    items_in_force,
    keep_item,
    meant_by,
    period_on,
    publish_form,
    store_examples,
    work_of,
)
from core_db.ledgers.burden import Rate
from core_db.ledgers.words import Cycle
from core_db.people import FIELDS

RATE = Rate(valid_from=date(2026, 1, 1), typed=20, looked_over=2, source=("测试", "tests"))


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("姓名", "person.name"), ("居民姓名", "person.name"), ("联系电话", "person.phone"),
        ("身份证号", "person.id_number"),
        ("年龄", "person.birth"), ("家庭住址：", "person.home"), ("户籍地址", "person.hukou_address"),
        ("总户数", "community.households"), ("Date of birth", "person.birth"), ("婚姻情况", "person.marital_status"),
        ("老人 姓名", "person.name"), ("是否独居", None), ("备注", None),
    ],
)  # fmt: skip
def test_a_heading_is_known_for_the_field_it_means(heading, key):
    found = meant_by(heading)

    assert (found.key if found else None) == key


def test_every_field_of_the_register_stands_in_the_catalogue_as_it_is_there():
    for field, spec in FIELDS.items():
        found = CATALOGUE[f"person.{field}"]
        assert (found.words, found.field_class, found.codes) == (spec.words, spec.field_class, spec.codes)
    assert len(CATALOGUE) > len(FIELDS) > 10


@pytest.mark.parametrize(
    ("cycle", "day", "name", "due"),
    [
        (Cycle.MONTH, date(2027, 2, 3), "2027-02", date(2027, 2, 28)),
        (Cycle.QUARTER, date(2026, 11, 23), "2026-Q4", date(2026, 12, 31)),
        (Cycle.YEAR, date(2026, 11, 23), "2026", date(2026, 12, 31)),
        (Cycle.ONCE, date(2026, 11, 23), "once", date(2026, 12, 2)),
    ],
)
def test_a_day_belongs_to_a_period_that_is_due(cycle, day, name, due):
    first = date(2026, 11, 1)
    found = period_on(day, cycle, due_day=31, valid_from=first, valid_to=date(2027, 10, 1))

    assert (found.name, found.due_on) == (name, due)
    assert found.first <= day <= found.last


def test_the_work_of_a_year_is_plain_arithmetic():
    work = work_of(fields=10, committees=28, rows=2_000, times=12, filled=14_000, rate=RATE)

    assert (work.cells, work.prefilled, work.typed) == (240_000, 168_000, 72_000)
    assert work.minutes == (72_000 * 20 + 168_000 * 2) // 60


def test_the_work_is_shown_before_publishing_and_must_be_that_of_this_version(given, town, ask, family):
    form = ask(town, "person.name", "person.phone", own=["是否独居"])
    seen = given.see(form_shown, form.id, by=town)
    # Four people, told in tens; name and telephone come from the register, two have none.
    assert (seen.burden.committees, seen.burden.rows, seen.burden.times) == (2, 10, 12)
    assert 0 < seen.burden.prefilled < seen.burden.cells
    given.do(add_fields, form.id, FieldsDraft(name="备注"), by=town)

    with pytest.raises(BurdenChanged):
        given.do(publish_form, form.id, PublishDraft(seen="yes", version=seen.line.form.version), by=town)


def test_what_is_published_is_kept_with_its_work_and_compared_with_the_next(
    given, town, ask, publish, family
):
    form = publish(ask(town, "person.name", own=["是否独居"]), town)

    other = given.see(form_shown, ask(town, "person.sex", own=["助餐需求"], name="另一张").id, by=town)

    assert other.burden.minutes_so_far == form.burden["minutes"] > 0
    with pytest.raises(FormIsPublished):
        given.do(add_fields, form.id, FieldsDraft(name="再加一项"), by=town)


def test_a_form_that_asks_nothing_is_not_published(ask, publish, town):
    with pytest.raises(FormIsEmpty):
        publish(ask(town), town)


def test_a_question_that_the_register_answers_becomes_its_field(given, town, ask):
    form = ask(town, own=["联系电话", "是否独居"])

    fields = given.see(form_shown, form.id, by=town).fields

    assert [(one.catalogue, one.name) for one in fields] == [("person.phone", "手机号码"), (None, "是否独居")]


def test_forms_that_ask_the_same_are_named_with_how_much(given, town, ask, publish):
    keys = ("person.name", "person.phone", "person.home")
    publish(
        ask(given.district_dispatcher(), *keys, own=["是否独居"], name="区里的表"),
        given.district_dispatcher(),
    )

    new = ask(town, *keys, own=["是否 独居", "助餐需求"])

    (found,) = given.see(form_shown, new.id, by=town).overlaps
    assert (found.name, found.issuer, found.percent) == ("区里的表", "宝山区", 80)
    assert "是否 独居" in found.shared


def test_a_form_off_the_list_of_assistance_is_flagged_to_both_sides(given, town, worker, ask, publish, today):
    district = given.district_dispatcher()
    given.do(store_examples, given.district.id, by=district)
    item = given.see(items_in_force, by=town)[0]
    publish(ask(town, "person.name", name="清单里的", assist_item_id=item.id), town)
    publish(ask(town, "person.name", name="清单外的"), town)

    for flagged in (
        {line.form.name: line.is_outside for line in given.see(forms_listed, by=town)},
        {line.form.name: line.is_outside for line in given.see(forms_due, by=worker)},
    ):
        assert flagged == {"清单里的": False, "清单外的": True}

    with pytest.raises(CannotBeRead):
        ask(town, name="别处的清单", assist_item_id=town.id)
    ended = ItemDraft(
        place_id=given.district.id, kind="residents", number=99, text="旧的一项", source="旧清单",
        valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1),
    )  # fmt: skip
    given.do(keep_item, ended, by=district)
    assert "旧的一项" not in [one.text for one in given.see(items_in_force, by=town)]
    with pytest.raises(NotPermitted):
        given.do(keep_item, ended.model_copy(update={"place_id": given.town.id}), by=town)


def test_a_form_expires_by_itself_and_can_be_ended_before(given, town, worker, ask, publish, clock):
    publish(ask(town, "person.name"), town)
    form = publish(ask(town, "person.name", name="停用的"), town)
    given.do(end_form, form.id, by=town)
    assert given.do(end_form, form.id, by=town).status == "ended"
    assert [line.form.name for line in given.see(forms_due, by=worker)] == ["老年人情况月报"]

    clock.advance(timedelta(days=301))

    assert given.see(forms_due, by=worker) == []


def test_offices_ask_and_committees_fill_and_a_secretary_keeps_ledgers_of_the_house(
    given, town, secretary, worker, ask, publish
):
    own = publish(ask(secretary, "person.name", name="楼组长联系册"), secretary)

    with pytest.raises(NotPermitted):
        ask(worker, "person.name", at=given.community)
    with pytest.raises(NotFound):
        ask(town, "person.name", at=given.district)
    with pytest.raises(NotPermitted):
        ask(town, "person.name", at=given.community)
    # Ours is nobody else's: neither the town nor the neighbours see it.
    assert given.see(forms_listed, by=town) == []
    assert given.see(forms_due, by=given.worker_next_door()) == []
    (line,) = given.see(forms_due, by=worker)
    assert (line.form.id, line.is_outside) == (own.id, False)


def test_a_draft_is_the_issuers_alone(given, town, worker, ask):
    form = ask(town, "person.name")

    assert given.see(forms_due, by=worker) == []
    with pytest.raises(NotFound):
        given.see(form_shown, form.id, by=given.secretary())


def test_only_the_house_itself_picks_buildings(given, town, ask):
    with pytest.raises(CannotBeRead):
        ask(town, "person.name", buildings=(given.building.id,))


@pytest.mark.parametrize(
    "wrong", [{"valid_to": "2026-11-01"}, {"valid_to": "2036-11-01"}, {"age_from": 90, "age_to": 60}]
)
def test_a_form_that_cannot_be_is_refused_in_words(given, ask, town, wrong):
    with pytest.raises(ValueError, match=r"后|早|五年|上下限|end|years|ages"):
        ask(town, **wrong)
    assert FormDraft.model_fields.keys() >= wrong.keys()
    assert draft_form.__doc__


@pytest.mark.parametrize("asked", ["宗教信仰", "是否经常喝酒", "Religion"])
def test_beliefs_and_habits_are_asked_by_no_form(asked):
    with pytest.raises(ValueError, match="Beliefs and habits"):
        FieldsDraft(name=asked)
