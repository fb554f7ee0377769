"""A committee fills a form: what is known stands there with where it comes from; only the rest is typed, and once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.groups import GroupDraft, save_group
from core_db.ledgers import (
    AnswersDraft,
    ColumnDraft,
    FillClosed,
    FormNotInForce,
    LookDraft,
    NothingHidden,
    OpenDraft,
    Origin,
    ReturnDraft,
    accept_fill,
    answer_cells,
    column_answers,
    covered_now,
    every_row,
    fill_shown,
    form_shown,
    forms_due,
    hand_in,
    open_fill,
    return_fill,
    uncover_cell,
)
from core_db.ledgers.model import ReportAnswer
from core_db.people import (
    PersonCorrection,
    RuleDraft,
    correct_person,
    person_file,
    proposals_waiting,
    set_rule,
)
from core_db.reveals import who_looked
from tests.ledgers.conftest import PHONES


@pytest.fixture
def monthly(ask, publish, town, family):
    """Name, telephone, education, and whether somebody lives alone."""
    form = ask(
        town,
        "person.name",
        "person.phone",
        "person.education",
        own=["是否独居"],
        kind="yes_no",
        is_reviewed=True,
    )
    return publish(form, town)


@pytest.fixture
def fill(begin, monthly):
    return begin(monthly)


@pytest.fixture
def say(given, worker, sheet):
    """`say(fill, "孙伯", "是否独居", "是")`: one answer, by the version that was seen."""

    def answered(fill, who, question, value, *, by=None, version=None):
        seen = sheet(fill)
        row = next(one for one in seen.rows if one.title == who)
        field = next(one for one in seen.fields if one.name == question)
        said = {"subject_id": row.subject_id, "field_id": field.id, "value": value}
        draft = AnswersDraft(version=seen.fill.version if version is None else version, answers=[said])
        return given.do(answer_cells, fill.id, draft, by=by or worker)

    return answered


def cell(shown, who, question):
    row = next(one for one in shown.rows if one.title == who)
    return row.cells[[one.name for one in shown.fields].index(question)]


def handed_in(given, fill, by):
    return given.do(hand_in, fill.id, given.see(covered_now, fill.id, by=by), by=by)


def test_what_the_register_knows_stands_there_with_its_source_and_masked(fill, sheet, today):
    shown = sheet(fill)

    assert [row.title for row in shown.rows] == ["孙伯", "孙婶", "孙小明", "孙小宝"]
    phone = cell(shown, "孙伯", "手机号码")
    assert (phone.value, phone.origin, phone.source, phone.is_hidden) == (
        "138****8001",
        Origin.REGISTER,
        "上门",
        True,
    )
    assert PHONES[0] not in repr(shown)
    assert [one.name for one in shown.own] == ["是否独居"]


def test_what_the_register_lacks_goes_into_the_register_and_is_asked_by_no_other_form(
    given, worker, fill, say, sheet, family, ask, publish, begin, town
):
    done = say(fill, "孙伯", "文化程度", "小学")

    assert (done.told, done.kept) == (1, 0)
    assert given.see(person_file, family["孙伯"], by=worker).masked("education") == "80"
    other = begin(publish(ask(town, "person.education", name="另一张"), town))
    there = cell(sheet(other), "孙伯", "文化程度")
    assert (there.value, there.may_type, there.source) == ("80", False, "填表：老年人情况月报")


def test_what_the_register_says_otherwise_is_not_kept_a_second_time(given, worker, fill, say, family):
    done = say(fill, "孙伯", "手机号码", "13999999999")

    assert (done.told, done.kept, [one.there for one in done.differing]) == (0, 0, [""])
    assert given.see(person_file, family["孙伯"], by=worker).phone == "138****8001"
    # The same number, and the masked one sent back, say nothing new.
    for same in (PHONES[0], "138****8001"):
        assert say(fill, "孙伯", "手机号码", same).differing == []


def test_words_with_stars_go_into_the_register_and_stars_for_what_it_lacks_are_refused(
    say, ask, publish, begin, town, family
):
    fill = begin(publish(ask(town, "person.name", "person.workplace"), town))

    with pytest.raises(CannotBeRead):
        say(fill, "孙伯", "工作单位", "***")
    told = say(fill, "孙伯", "工作单位", "高**厂").told
    sent_back = say(fill, "孙伯", "工作单位", "***")

    assert (told, sent_back.told, sent_back.kept, sent_back.differing) == (1, 0, 0, [])


def test_a_fact_that_needs_a_second_person_waits_for_him(given, worker, secretary, fill, say, today):
    rule = RuleDraft(place_id=given.community.id, field="education", needs_second=True, valid_from=today)
    given.do(set_rule, rule, by=secretary)

    done = say(fill, "孙婶", "文化程度", "70")

    assert (done.waiting, done.told) == (1, 0)
    assert len(given.see(proposals_waiting, by=secretary)) == 1


def test_an_answer_that_is_none_is_refused_beside_its_cell(fill, say, sheet):
    with pytest.raises(CannotBeRead) as refusal:
        say(fill, "孙伯", "是否独居", "有时候")

    (name,) = refusal.value.faults
    assert name.startswith("a_")
    assert cell(sheet(fill), "孙伯", "是否独居").value == ""


def test_a_second_click_changes_nothing_and_two_at_once_lose_nothing(given, fill, say, sheet, worker):
    colleague, seen = given.worker(name="小李"), sheet(fill).fill.version
    assert say(fill, "孙伯", "是否独居", "是").kept == 1
    assert say(fill, "孙伯", "是否独居", "是").kept == 0

    late = say(fill, "孙伯", "是否独居", "否", by=colleague, version=seen)
    beside = say(fill, "孙婶", "是否独居", "否", by=colleague, version=seen)

    assert [(one.there, one.by) for one in late.differing] == [("yes", worker.name)]
    assert beside.kept == 1
    assert [cell(sheet(fill), who, "是否独居").value for who in ("孙伯", "孙婶")] == ["yes", "no"]


def test_one_answer_for_the_people_of_a_saved_group_alone(given, worker, fill, say, sheet):
    field = sheet(fill).own[0]
    old = given.do(save_group, GroupDraft(place_id=given.community.id, name="长者", age_from=70), by=worker)
    draft = ColumnDraft(field_id=field.id, value="是", whom=f"group {old.id}", version=fill.version)

    rows = given.see(every_row, fill.id, field.id, whom=draft.whom, by=worker)

    assert {one.title for one in rows} == {"孙伯", "孙婶"}
    assert len(column_answers(draft, rows)) == 2
    with pytest.raises(NotFound):
        given.see(every_row, fill.id, field.id, whom=f"group {new_id()}", by=worker)


def test_one_answer_for_all_and_a_pasted_column(given, worker, fill, say, sheet):
    field = sheet(fill).own[0]
    say(fill, "孙伯", "是否独居", "是")

    def column(**words):
        draft = ColumnDraft(field_id=field.id, version=99, **words)
        answers = column_answers(draft, given.see(every_row, fill.id, field.id, by=worker))
        return given.do(answer_cells, fill.id, AnswersDraft(version=99, answers=answers), by=worker)

    assert column(value="否").kept == 3
    assert column(pasted="否\n是\n是\n是\n").kept == 4
    assert column(pasted="孙小宝\t否\n孙婶\t否").kept == 2
    found = [cell(sheet(fill), who, "是否独居").value for who in ("孙伯", "孙婶", "孙小明", "孙小宝")]
    assert found == ["no", "no", "yes", "no"]
    for wrong in ("否\n是", "何伯\t是"):
        with pytest.raises(CannotBeRead):
            column(pasted=wrong)


def test_handed_in_reviewed_returned_and_accepted(given, worker, town, fill, say):
    say(fill, "孙伯", "是否独居", "是")
    assert handed_in(given, fill, worker).status == "handed_in"
    assert handed_in(given, fill, worker).status == "handed_in"
    with pytest.raises(FillClosed):
        say(fill, "孙伯", "是否独居", "否")
    (waiting,) = given.see(form_shown, fill.form_id, by=town).waiting
    assert (waiting.community, waiting.fill.rows) == ("牡丹一村", 4)

    given.do(return_fill, fill.id, ReturnDraft(reason="少了两个人"), by=town)
    (line,) = given.see(forms_due, by=worker)
    assert (line.status, line.reason) == ("returned", "少了两个人")
    say(fill, "孙婶", "是否独居", "否")
    handed_in(given, fill, worker)

    assert given.do(accept_fill, fill.id, by=town).status == "accepted"
    (count,) = given.see(form_shown, fill.form_id, by=town).towns
    assert (count.name, count.handed_in, count.communities) == ("友谊路街道", 1, 2)


def test_whoever_asked_counts_and_reads_no_resident(given, town, worker, fill):
    handed_in(given, fill, worker)

    with pytest.raises(NotPermitted):
        given.see(fill_shown, fill.id, by=town)
    with pytest.raises(NotPermitted):
        given.do(uncover_cell, fill.id, LookDraft(subject_id="x", field_id="y"), by=town)


def test_last_times_answers_stand_there_and_are_this_times_when_nobody_touches_them(
    given, worker, monthly, fill, say, sheet, begin, clock
):
    lender = given.secretary()
    lent = tuple(replace(one, giver_id=lender.id, giver_name=lender.name) for one in worker.grants)
    say(fill, "孙伯", "是否独居", "是", by=replace(worker, grants=lent))
    handed_in(given, fill, worker)
    clock.move_to(clock.now().replace(month=12, day=5))

    december = begin(monthly, period="2026-12")
    before = cell(sheet(december), "孙伯", "是否独居")
    assert (before.value, before.origin, before.source) == ("yes", Origin.LAST_TIME, "2026-11")
    handed_in(given, december, worker)

    after = cell(sheet(december), "孙伯", "是否独居")
    assert (after.value, after.origin) == ("yes", Origin.ANSWERED)
    # Both names stand there still, and in whose right it was said.
    with given.door.one_transaction() as session:
        signed = {(one.by_name, one.acted_for) for one in session.execute(select(ReportAnswer)).scalars()}
    assert signed == {(f"{worker.name}（代{lender.name}）", lender.id)}


def test_what_was_handed_in_keeps_whom_it_covered(given, worker, family, fill, sheet):
    handed_in(given, fill, worker)

    given.do(correct_person, family["孙伯"], PersonCorrection(field="name", value="孙大伯"), by=worker)

    # Names are the register's; who was covered is the fill's.
    assert [row.title for row in sheet(fill).rows] == ["孙大伯", "孙婶", "孙小明", "孙小宝"]


def test_only_the_ages_asked_for_are_covered_and_a_household_is_one_row(
    ask, publish, begin, sheet, town, secretary, given
):
    old = begin(publish(ask(town, "person.name", name="高龄", age_from=70), town))
    one_house = begin(publish(ask(
        secretary, "person.name", "household.members", row_kind="household", name="户情", buildings=(given.building.id,)
    ), secretary))  # fmt: skip

    assert [row.title for row in sheet(old).rows] == []
    assert sheet(one_house).total == 0


def test_ages_and_households_of_a_family(ask, publish, begin, sheet, town, secretary, given, family):
    old = begin(publish(ask(town, "person.name", name="高龄", age_from=70), town))
    house = ask(
        secretary, "person.name", "household.members", row_kind="household", buildings=(given.building.id,)
    )

    assert [row.title for row in sheet(old).rows] == ["孙伯", "孙婶"]
    (row,) = sheet(begin(publish(house, secretary))).rows
    assert (row.title, [one.value for one in row.cells]) == ("孙伯", ["孙伯", "4"])


def test_figures_of_the_neighbourhood_come_counted(given, ask, publish, begin, sheet, town, worker, family):
    fill = begin(publish(ask(town, "community.residents", "community.homes", own=["宣传次数"], row_kind="community",
                             kind="number"), town))  # fmt: skip

    (row,) = sheet(fill).rows
    assert [one.value for one in row.cells[:2]] == ["4", "6"]
    said = {"subject_id": given.community.id, "field_id": row.cells[2].field_id, "value": "3"}
    given.do(answer_cells, fill.id, AnswersDraft(version=1, answers=[said]), by=worker)
    done = handed_in(given, fill, worker)
    assert sorted(done.figures.values()) == ["3", "4", "6"]


def test_a_masked_cell_is_opened_for_the_form_and_told_to_whom_it_is_about(
    given, worker, town, fill, sheet, family, ask, publish, begin
):
    aunt = given.resident(of=given.other_home)
    row = next(one for one in sheet(fill).rows if one.person_id == aunt.person_id)
    phone = next(one for one in sheet(fill).fields if one.name == "手机号码")

    seen = given.do(uncover_cell, fill.id, LookDraft(subject_id=row.subject_id, field_id=phone.id), by=worker)

    assert seen.value == given.phone_of[aunt.id]
    (look,) = given.see(who_looked, by=aunt)
    assert look.purpose == "statistics"
    name = next(one for one in sheet(fill).fields if one.name == "姓名")
    with pytest.raises(NothingHidden):
        given.do(uncover_cell, fill.id, LookDraft(subject_id=row.subject_id, field_id=name.id), by=worker)
    handed_in(given, fill, worker)
    with pytest.raises(FillClosed):
        given.do(uncover_cell, fill.id, LookDraft(subject_id=row.subject_id, field_id=phone.id), by=worker)


def test_a_sensitive_answer_is_sealed_masked_and_told_when_opened(
    given, worker, ask, publish, begin, sheet, say, town, family
):
    fill = begin(publish(ask(town, own=["慢性病"], sensitive=True), town))
    assert say(fill, "孙伯", "慢性病", "高血压").kept == 1
    assert say(fill, "孙伯", "慢性病", "高血压").kept == 0

    shown = cell(sheet(fill), "孙伯", "慢性病")
    assert (shown.value, shown.is_hidden) == ("***", True)
    look = LookDraft(subject_id=family["孙伯"], field_id=shown.field_id)
    assert given.do(uncover_cell, fill.id, look, by=worker).value == "高血压"


@pytest.mark.parametrize("said", ["高血压**（重点关注）", "需轮椅*"])
def test_stars_in_an_answer_are_no_mask_and_what_is_shown_sent_back_changes_nothing(
    given, worker, ask, publish, begin, sheet, say, town, family, said
):
    fill = begin(publish(ask(town, own=["慢性病"], sensitive=True), town))

    assert say(fill, "孙伯", "慢性病", said).kept == 1
    assert say(fill, "孙伯", "慢性病", cell(sheet(fill), "孙伯", "慢性病").value).kept == 0

    look = LookDraft(subject_id=family["孙伯"], field_id=cell(sheet(fill), "孙伯", "慢性病").field_id)
    assert given.do(uncover_cell, fill.id, look, by=worker).value == said


def test_next_door_and_contractors_have_nothing_of_it(given, fill, monthly):
    for stranger in (given.worker_next_door(), given.contractor()):
        with pytest.raises(NotFound):
            given.see(fill_shown, fill.id, by=stranger)
    # The neighbours fill a fill of their own.
    theirs = given.do(open_fill, OpenDraft(form_id=monthly.id, period="2026-11"), by=given.worker_next_door())
    assert theirs.id != fill.id


def test_nobody_fills_a_period_that_is_not_now(begin, monthly, fill):
    assert begin(monthly).id == fill.id
    for period in ("2026-10", "2027-01", "once"):
        with pytest.raises(FormNotInForce):
            begin(monthly, period=period)


def test_what_is_asked_for_after_its_day_is_asked_for_the_next_time(given, town, worker, ask, publish, begin):
    given.clock.advance(timedelta(days=4))
    late = publish(ask(town, "person.name", due_day=25), town)

    assert given.see(forms_due, by=worker) == []
    assert given.see(form_shown, late.id, by=town).period.name == "2026-12"
    with pytest.raises(FormNotInForce):
        begin(late)
    given.clock.advance(timedelta(days=5))
    (line,) = given.see(forms_due, by=worker)
    assert (line.period, str(line.due_on)) == ("2026-12", "2026-12-25")


def test_a_row_of_next_door_is_not_answered(given, worker, fill, sheet):
    stranger, field = given.resident_next_door(), sheet(fill).own[0]
    said = {"subject_id": stranger.person_id, "field_id": field.id, "value": "是"}

    with pytest.raises(NotFound):
        given.do(answer_cells, fill.id, AnswersDraft(version=1, answers=[said]), by=worker)
