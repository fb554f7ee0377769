"""Cases of an older system come in with their own times, once, and nothing is dropped in silence."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core_db.cases import accept_case
from core_db.cases.drafts import AcceptanceDraft
from core_db.cases.imported import MappingUnclear
from core_db.cases.importing import ImportReport, import_cases
from core_db.cases.model import CASES, COUNTS, ENTRIES, PARTIES
from core_db.cases.words import CaseStatus, Channel, in_words
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import LOCAL, RehearsedClock
from core_db.foundation.door import Door
from core_db.foundation.errors import NotPermitted
from core_db.insight import figures
from core_db.sheets import Cell, SheetRow, rows_of
from tests.ruling import rules_brought
from tests.town import Town

DATA = Path(__file__).parent / "data"
IMPORTER = system_actor("import")
MESSAGES = {
    "text": "留言详情", "title": "留言主题", "created_at": "留言时间", "reporter": "留言用户",
    "external_id": "留言编号", "reply": "答复意见", "replied_at": "答复时间",
}  # fmt: skip
BOSTON = {
    "text": "closure_reason", "title": "case_title", "created_at": "open_dt", "due_at": "target_dt",
    "closed_at": "closed_dt", "external_id": "case_enquiry_id", "category": "type",
}  # fmt: skip

Importing = Callable[..., ImportReport]


@pytest.fixture
def importing(door: Door, town: Town, clock: RehearsedClock) -> Importing:
    def run(rows: Iterable[SheetRow], **options: Any) -> ImportReport:
        known: dict[str, Any] = {"community_id": town.community.id, "mapping": MESSAGES, "actor": IMPORTER}
        return import_cases(door, rows, clock=clock, **(known | options))

    return run


def _rows(*cells: dict[str, Cell]) -> list[SheetRow]:
    names = MESSAGES.values()
    return [SheetRow(n, dict.fromkeys(names) | one) for n, one in enumerate(cells, start=2)]


def _message(**cells: Cell) -> dict[str, Cell]:
    return {
        "留言编号": "188",
        "留言主题": "路灯不亮",
        "留言详情": "晚上很黑。",
        "留言时间": "2025/3/1 8:05",
    } | cells


def _all(door: Door, table: Any) -> list[Any]:
    def read(session: Any) -> list[Any]:
        return list(session.execute(select(table)))

    return door.read_now(read)


def test_a_row_becomes_a_case_of_its_own_time(door: Door, town: Town, importing: Importing) -> None:
    report = importing(_rows(_message(留言用户="A00012")))

    (case,) = _all(door, CASES)
    assert (report.added, report.refused) == (1, [])
    assert case.text == "路灯不亮\n晚上很黑。"
    assert case.created_at == datetime(2025, 3, 1, 0, 5, tzinfo=UTC)
    assert case.number.startswith("BS-20250301-")
    assert (case.channel, case.status, case.external_id) == (Channel.IMPORT, CaseStatus.SUBMITTED, "188")
    assert int(case.id.replace("-", "")[:12], 16) == int(case.created_at.timestamp() * 1000)
    assert [party.name for party in _all(door, PARTIES)] == ["A00012"]


def test_an_answered_row_is_lived_through_at_its_own_times(door: Door, importing: Importing) -> None:
    importing(_rows(_message(答复意见="已派人更换。\n谢谢！", 答复时间="2025年3月4日 17时30分")))

    (case,) = _all(door, CASES)
    entries = sorted(_all(door, ENTRIES), key=lambda one: one.position)
    assert case.status is CaseStatus.CLOSED
    assert case.closed_at == case.contacted_at == datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
    assert [str(one.type) for one in entries] == ["submitted", "accepted", "handled", "closed"]
    assert [one.at for one in entries] == [case.created_at] * 2 + [case.closed_at] * 2
    assert entries[2].text == "已派人更换。\n谢谢！"
    assert case.clock_state == "none", "no target was told, so none is made up"


def test_the_counts_and_the_search_know_what_came_in(door: Door, town: Town, importing: Importing) -> None:
    importing(_rows(_message(), _message(留言编号="189", 答复意见="好的", 答复时间="2025-03-02")))

    counts = {one.status: one.count for one in _all(door, COUNTS) if one.count}
    assert counts == {"submitted": 1, "closed": 1}


def test_running_it_again_adds_nothing_twice(door: Door, importing: Importing) -> None:
    rows = _rows(_message(), _message(留言编号=None, 留言详情="没有编号"))

    first, second = importing(rows), importing(rows)

    assert (first.added, first.known) == (2, 0)
    assert (second.added, second.known) == (0, 2)
    assert len(_all(door, CASES)) == 2


def test_a_dry_run_says_the_same_and_writes_nothing(door: Door, importing: Importing) -> None:
    rows = _rows(_message(), _message(留言编号="189", 留言时间="昨天"))

    tried = importing(rows, dry_run=True)
    assert _all(door, CASES) == []
    done = importing(rows)

    assert tried.as_figures == done.as_figures | {"dry_run": True}
    assert tried.refused == done.refused


@pytest.mark.parametrize(
    "typed",
    [
        "2025-03-01 08:05:00", " 2025-03-01\t08:05 ", "2025/3/1 8:05", "2025年3月1日8时5分",
        "2025-03-01T08:05:00+08:00", "202503010805", datetime(2025, 3, 1, 8, 5), 45717.336805555555,  # noqa: DTZ001 - a cell knows no zone
    ],
)  # fmt: skip
def test_moments_are_read_however_they_were_kept(door: Door, importing: Importing, typed: Cell) -> None:
    importing(_rows(_message(留言时间=typed)))

    (case,) = _all(door, CASES)
    assert abs((case.created_at - datetime(2025, 3, 1, 8, 5, tzinfo=LOCAL)).total_seconds()) < 1


@pytest.mark.parametrize("typed", ["2025-03-01", date(2025, 3, 1), "20250301", "2025年3月1日"])
def test_a_day_without_a_time_begins_at_its_start(door: Door, importing: Importing, typed: Cell) -> None:
    importing(_rows(_message(留言时间=typed)))

    (case,) = _all(door, CASES)
    assert case.created_at == datetime(2025, 3, 1, tzinfo=LOCAL)


def test_what_is_done_on_the_day_it_is_due_is_in_time(door: Door, importing: Importing) -> None:
    row = SheetRow(2, {"w": "井盖松了", "t": "2025-03-01", "d": "2025-03-05", "c": date(2025, 3, 5)})
    importing([row], mapping={"text": "w", "created_at": "t", "due_at": "d", "closed_at": "c"})

    (case,) = _all(door, CASES)
    assert (case.clock_state, case.status) == ("met", CaseStatus.CLOSED)


def test_what_was_answered_early_and_closed_late_keeps_both_times(door: Door, importing: Importing) -> None:
    cells: dict[str, Cell] = {"w": "井盖", "t": "2025-03-01 09:00", "r": "在修", "a": "2025-03-02 09:00",
                              "c": "2025-03-09 09:00", "d": "2025-03-05 09:00"}  # fmt: skip
    mapping = {
        "text": "w",
        "created_at": "t",
        "reply": "r",
        "replied_at": "a",
        "closed_at": "c",
        "due_at": "d",
    }
    importing([SheetRow(2, cells)], mapping=mapping)

    (case,) = _all(door, CASES)
    told = {str(one.type): (one.at.astimezone(LOCAL).day, one.text) for one in _all(door, ENTRIES)}
    assert told["progressed"] == (2, "在修")
    assert told["closed"][0] == 9
    assert case.clock_state == "overdue"
    # What the platform adds of its own has its English.
    assert in_words(case.clock_reason, "en") == "As the older system had it"
    assert in_words(told["closed"][1], "en") == "Closed in the older system."


@pytest.mark.parametrize("length", [9, 9_000, 20_000])
def test_long_and_short_texts_are_kept_whole(door: Door, importing: Importing, length: int) -> None:
    said = ("路灯坏了，请修。" * 3000)[:length]
    importing(_rows(_message(留言主题=None, 留言详情=said, 答复意见=said, 答复时间="2025-03-02")))

    (case,) = _all(door, CASES)
    answer = next(one for one in _all(door, ENTRIES) if str(one.type) == "handled")
    assert (case.text, answer.text) == (said, said)


def test_stray_tabs_and_line_ends_do_not_matter(door: Door, importing: Importing) -> None:
    importing(_rows(_message(留言编号="\t188\n", 留言详情="\t\n晚上很黑。\r\n\t", 留言用户=" 王\t五 ")))

    (case,) = _all(door, CASES)
    assert (case.external_id, case.text) == ("188", "路灯不亮\n晚上很黑。")
    assert [party.name for party in _all(door, PARTIES)] == ["王 五"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"留言详情": "", "留言主题": None}, "没有内容。"),
        ({"留言时间": None}, "没有提出的时间。"),
        ({"留言时间": "昨天"}, "“昨天”不是日期"),
        ({"留言时间": "2025-02-30"}, "“2025-02-30”不是日期"),
        ({"留言时间": "2027-01-01"}, "提出的时间在今后。"),
        ({"留言时间": "1900-01-01"}, "提出的时间太早，看来不对。"),
        ({"答复意见": "好", "答复时间": "2025-02-01"}, "结束或答复早于提出。"),
        ({"留言详情": "长" * 20_001}, "超过 20000 个字。"),
        ({"留言用户": "长" * 61}, "提出人的姓名超过 60 个字。"),
    ],
)
def test_every_row_refused_is_told_with_its_number_and_reason(
    door: Door, importing: Importing, cells: dict[str, Cell], reason: str
) -> None:
    report = importing(_rows(_message(留言编号="1"), _message(**cells), _message(留言编号="3")))

    assert report.added == 2
    assert [(one.number, one.zh) for one in report.refused] == [(3, reason)]
    assert report.refused[0].sentence("en").startswith("Row 3: ")
    assert report.read == 3


def test_a_row_that_repeats_another_is_told_with_it(importing: Importing) -> None:
    report = importing(_rows(_message(), _message(留言详情="别的内容")))

    assert [one.sentence("zh") for one in report.refused] == ["第 3 行：与第 2 行重复。"]


def test_columns_that_mean_nothing_here_are_named(importing: Importing) -> None:
    rows = [
        SheetRow(2, dict(_message()) | {"点赞数": 3, "答复意见": None, "答复时间": None, "留言用户": None})
    ]

    assert importing(rows).columns_left == ("点赞数",)


@pytest.mark.parametrize(
    "mapping",
    [{"text": "留言详情"}, MESSAGES | {"title": "标题"}, MESSAGES | {"wort": "留言详情"}],
)
def test_a_mapping_that_does_not_fit_is_refused_at_once(
    door: Door, importing: Importing, mapping: dict[str, str]
) -> None:
    with pytest.raises(MappingUnclear):
        importing(_rows(_message()), mapping=mapping)

    assert _all(door, CASES) == []


def test_only_the_system_imports(town: Town, importing: Importing) -> None:
    with pytest.raises(NotPermitted):
        importing(_rows(_message()), actor=town.secretary())


@pytest.mark.either
def test_a_hundred_real_requests_keep_their_published_punctuality(
    door: Door, town: Town, importing: Importing, clock: RehearsedClock
) -> None:
    rows = list(rows_of(DATA / "boston_311_100.csv"))
    report = importing(rows, mapping=BOSTON, timezone="America/New_York")
    assert (report.added, report.refused) == (100, [])

    published = {str(row.cells["case_enquiry_id"]): row.cells["ontime"] == "ONTIME" for row in rows}
    both = [one for one in _all(door, CASES) if one.due_at is not None and one.closed_at is not None]
    agree = [one for one in both if (one.clock_state == "met") is published[one.external_id]]
    assert (len(agree), len(both)) == (77, 77)

    year = {"since": date(2022, 1, 1), "until": date(2022, 12, 31)}
    seen = town.see(figures, place_id=town.community.id, **year, by=town.worker())
    overdue_and_open = sum(one.due_at is not None and one.closed_at is None for one in _all(door, CASES))
    on_time = sum(published[one.external_id] for one in both)
    assert seen.total.on_time == Fraction(on_time, 77 + overdue_and_open)

    # What came from an older system goes by the rules like any other case.
    rules_brought(door, clock, "old,旧案不算,Old ones do not count,,other,on_time,2022-01-01,2023-01-01")
    seen = town.see(figures, place_id=town.community.id, **year, by=town.worker())
    assert (seen.total.cases, seen.total.on_time, seen.left_out[0].cases) == (100, None, 100)


def test_what_came_in_open_was_promised_no_first_contact_and_spoils_no_rate(
    door: Door, town: Town, importing: Importing, clock: RehearsedClock
) -> None:
    importing(_rows(_message(留言时间="2026/11/20 8:05")))
    (case,) = _all(door, CASES)
    worker = town.worker()
    town.do(accept_case, case.id, AcceptanceDraft(), by=worker)

    days = {"since": date(2026, 11, 1), "until": date(2026, 12, 31)}
    total = town.see(figures, place_id=town.community.id, **days, by=worker).total

    assert (total.cases, total.response) == (1, None)


def test_an_import_is_written_few_rows_at_a_time(door: Door, importing: Importing) -> None:
    commits: list[int] = []
    door.on_commit(lambda: commits.append(1))
    importing(_rows(*[_message(留言编号=str(n), 留言详情=f"第{n}件") for n in range(35)]))

    assert len(commits) == 4
    assert door.read_now(lambda s: s.execute(select(func.count()).select_from(CASES)).scalar()) == 35
