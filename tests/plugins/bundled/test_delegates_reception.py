"""两代表一委员: a session each month, the delegates in turn, a time for a resident, and what came of it."""

import datetime as dt

import pytest

from plugins import delegates_reception
from plugins.delegates_reception.kept import Delegate, Session, Visit
from plugins.delegates_reception.own import last_of, next_day
from plugins.sdk import events
from plugins.testkit.contract import WANG, PluginContract
from plugins.testkit.examples import example_of
from plugins.testkit.x import X

BASE = "/x/delegates-reception"
LAST_THURSDAY = "2026-11-26"
SESSION = f"/sessions/on-{LAST_THURSDAY}"
WANTED = {"time": "14:00", "called": "王老师", "about": "楼道的灯坏了一个月"}


async def reception(x: X) -> tuple[str, str]:
    """A roster and the month's session; one resident agreed to be reminded, one did not."""
    x.load(delegates_reception.plugin)
    x.staff("顾老师", role="secretary", roles=["recorder"])
    for name, of in (("党一", "party"), ("党二", "party"), ("人大", "people"), ("政协", "cppcc")):
        await x.store(Delegate).put(Delegate(id=name, name=name, of=of))
    await x.job("plan_session")
    return x.resident("王奶奶", consent=["reception"]), x.resident("李叔")


async def received(x: X, resident: str, way: str) -> Visit:
    """He came, and the committee entered what was said."""
    await x.client("resident", as_=resident).post(f"{BASE}{SESSION}/book", WANTED)
    (visit,) = await x.store(Visit).find()
    async with x.client("committee") as c:
        said = {"record": "灯坏了，物业没有来修", "way": way}
        assert (await c.post(f"{BASE}/visits/{visit.id}/record", said)).goes_to == SESSION
        assert (await c.post(f"{BASE}{SESSION}/held")).status_code == 404
        x.travel(3)
        await c.post(f"{BASE}{SESSION}/held")
    return (await x.store(Visit).find())[0]


def an_end(kind: type[events.CaseEvent], visit: Visit, **more: str) -> events.CaseEvent:
    return example_of(kind, community_id="c1", case_id=visit.case_id, **more)


async def hall_says(x: X, resident: str) -> str:
    """How far the case of his only visit is, as he reads it."""
    (badge,) = (await x.client("resident", as_=resident).get(f"{BASE}/sessions")).find("badge")
    return badge["text"]


def figures(table) -> list[str]:
    return [row[1] for row in table.rows]


@pytest.mark.parametrize(
    ("month", "day"),
    [("2026-11-01", "2026-11-26"), ("2026-12-24", "2026-12-31"), ("2027-02-03", "2027-02-25")],
)
def test_the_reception_is_on_the_last_thursday(month, day):
    assert last_of(dt.date.fromisoformat(month), 3) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("today", "day"),
    [("2026-11-26", "2026-11-26"), ("2026-11-27", "2026-12-31"), ("2027-01-30", "2027-02-25")],
)
def test_the_next_day_is_never_over(today, day):
    assert next_day(dt.date.fromisoformat(today), 3) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("lang", "names"),
    [("zh", "党一（党代表）、人大（人大代表）、政协（政协委员）"),
     ("en", "党一 (Party delegate), 人大 (People's congress deputy), 政协 (CPPCC member)")],
)  # fmt: skip
async def test_who_receives_is_written_as_each_language_writes_it(x: X, lang, names):
    wang, _ = await reception(x)

    hall = await x.client("resident", as_=wang, lang=lang).get(f"{BASE}/sessions")
    desk = await x.client("committee", lang=lang).get(f"{BASE}{SESSION}")

    assert names in [one["value"] for one in hall.find("fact")]
    assert names in [one["value"] for one in desk.find("fact")]


async def test_the_months_session_is_set_once_with_one_of_each_kind(x: X):
    await reception(x)
    await x.job("plan_session")

    (session,) = await x.store(Session).find()

    assert (str(session.on), session.delegates) == (LAST_THURSDAY, ["党一", "人大", "政协"])


async def test_the_delegates_take_turns(x: X):
    await reception(x)
    x.travel(30)

    await x.job("plan_session")

    december = (await x.store(Session).find(on="2026-12-31"))[0]
    assert december.delegates == ["党二", "人大", "政协"]


async def test_who_left_the_roster_is_put_on_no_session(x: X):
    await reception(x)
    await x.client("committee").post(f"{BASE}/roster/党二/end")
    await x.client("committee").post(f"{BASE}/roster", {"name": "党三", "of": "party"})
    x.travel(30)

    await x.job("plan_session")

    page = await x.client("resident").get(f"{BASE}/sessions")
    assert "党三（党代表）" in page.text
    assert "党二" not in page.text


async def test_a_time_is_one_residents_and_free_again_when_he_cancels(x: X):
    wang, li = await reception(x)
    await x.client("resident", as_=wang).post(f"{BASE}{SESSION}/book", WANTED)

    page = await x.client("resident", as_=li).post(f"{BASE}{SESSION}/book", WANTED)
    assert page.find("form")[0]["fields"][0]["fault"] == "这个时间刚被约走，请换一个。"

    (visit,) = await x.store(Visit).find()
    assert (await x.client("resident", as_=li).post(f"{BASE}/visits/{visit.id}/cancel")).status_code == 404
    await x.client("resident", as_=wang).post(f"{BASE}/visits/{visit.id}/cancel")
    await x.client("resident", as_=li).post(f"{BASE}{SESSION}/book", WANTED)
    assert sorted(one.state for one in await x.store(Visit).find()) == ["booked", "cancelled"]


async def test_the_day_before_there_is_a_word_for_whoever_agreed(x: X):
    wang, li = await reception(x)
    for one, time in ((wang, "14:00"), (li, "14:15")):
        await x.client("resident", as_=one).post(f"{BASE}{SESSION}/book", WANTED | {"time": time})
    x.travel(2)

    for _ in range(2):
        await x.job("remind_guests")

    assert [(one["to"], one["said"]) for one in x.host.sent.values()] == [
        ("王奶奶", "提醒您：明天 14:00 在居委会会议室约见代表委员。")
    ]


async def test_only_a_recorder_enters_who_came_and_what_was_said(x: X):
    wang, _ = await reception(x)
    x.staff("小张", id="worker")
    await x.client("resident", as_=wang).post(f"{BASE}{SESSION}/book", WANTED)
    (visit,) = await x.store(Visit).find()

    async with x.client("committee", as_="worker") as c:
        page = await c.get(BASE + SESSION)
        assert WANTED["about"] in page.text
        assert "接待记录员" in page.text
        assert page.find("form") == []
        for deed in ("record", "absent"):
            assert (await c.post(f"{BASE}/visits/{visit.id}/{deed}")).status_code == 403
    assert (await x.store(Visit).find())[0].state == "booked"

    page = await x.client("committee").get(BASE + SESSION)
    assert [one["post"] for one in page.find("form")] == [f"/visits/{visit.id}/record"]


async def test_what_was_said_becomes_a_case_that_says_where_it_came_from(x: X):
    wang, _ = await reception(x)
    visit = await received(x, wang, "case")

    case = x.host.cases[visit.case_id]
    assert (case["title"], case["text"], case["person"]) == (
        "楼道的灯坏了一个月",
        "灯坏了，物业没有来修",
        wang,
    )
    card = (await x.slot("committee.case.panels", visit.case_id))[0]
    assert (card.body[0].value, card.body[1].value) == (
        LAST_THURSDAY, "党一（党代表）、人大（人大代表）、政协（政协委员）",
    )  # fmt: skip
    assert await x.slot("committee.case.panels", "c9") == []


async def test_whoever_came_hears_of_the_end_and_says_whether_he_is_content(x: X):
    wang, li = await reception(x)
    visit = await received(x, wang, "case")
    async with x.client("resident", as_=wang) as c:
        assert (await c.post(f"{BASE}/visits/{visit.id}/content")).status_code == 404
        await x.emit(an_end(events.CaseClosed, visit, outcome="resolved"))
        assert (
            await x.client("resident", as_=li).post(f"{BASE}/visits/{visit.id}/content")
        ).status_code == 404
        await c.post(f"{BASE}/visits/{visit.id}/discontent")

    assert [one["template"] for one in x.host.sent.values()] == ["outcome"]
    assert "不满意" in (await x.client("committee").get(BASE + SESSION)).text


async def test_a_case_that_opens_again_is_asked_about_again_and_its_end_is_told_again(x: X):
    wang, _ = await reception(x)
    visit = await received(x, wang, "case")
    await x.emit(an_end(events.CaseClosed, visit, outcome="resolved"))

    await x.emit(an_end(events.CaseReopened, visit))

    assert await hall_says(x, wang) == "已转成诉求，正在办"
    for _ in range(2):
        await x.emit(an_end(events.CaseClosed, visit, outcome="answered"))
    assert await hall_says(x, wang) == "已答复"
    assert [one["template"] for one in x.host.sent.values()] == ["outcome"] * 2


@pytest.mark.parametrize(
    ("kind", "more", "said", "solved", "answered"),
    [
        (events.CaseClosed, {"outcome": "resolved"}, "已解决", "1", "0"),
        (events.CaseClosed, {"outcome": "answered"}, "已答复", "0", "1"),
        (events.CaseClosed, {"outcome": "unresolved"}, "客观上没能解决", "0", "0"),
        (events.CaseRefused, {}, "没有受理", "0", "0"),
        (events.CaseWithdrawn, {}, "已撤回", "0", "0"),
    ],
)
async def test_a_visit_ends_as_its_case_does_and_only_what_is_solved_counts_as_solved(
    x: X, kind, more, said, solved, answered
):
    wang, _ = await reception(x)
    visit = await received(x, wang, "case")

    await x.emit(an_end(kind, visit, **more))

    (november,) = await x.report("report.export", dt.date(2026, 11, 1))
    assert await hall_says(x, wang) == said
    assert figures(november) == ["1", "3", "1", "1", solved, answered, "—"]
    assert f"'value': '{said}'" in str((await x.client("committee").get(BASE + SESSION)).json())


async def test_a_case_that_was_merged_goes_on_in_the_one_that_carries_the_work(x: X):
    wang, _ = await reception(x)
    visit = await received(x, wang, "case")

    await x.emit(an_end(events.CaseMerged, visit, into_id="c9"))

    assert await hall_says(x, wang) == "已转成诉求，正在办"
    await x.emit(example_of(events.CaseClosed, community_id="c1", case_id="c9", outcome="resolved"))
    assert await hall_says(x, wang) == "已解决"


@pytest.mark.parametrize("end", [events.CaseRefused, events.CaseWithdrawn])
async def test_a_case_goes_on_without_the_one_that_carried_it(x: X, end):
    """A neighbour took his own words back: that is no end of what was said to the delegates."""
    wang, _ = await reception(x)
    visit = await received(x, wang, "case")
    await x.emit(an_end(events.CaseMerged, visit, into_id="c8"))
    await x.emit(example_of(events.CaseMerged, community_id="c1", case_id="c8", into_id="c9"))

    await x.emit(example_of(end, community_id="c1", case_id="c9"))
    await x.emit(example_of(events.CaseUnmerged, community_id="c1", case_id="c8", from_id="c9"))

    assert await hall_says(x, wang) == "已转成诉求，正在办"
    await x.emit(example_of(end, community_id="c1", case_id="c8"))
    await x.emit(an_end(events.CaseUnmerged, visit, from_id="c8"))
    assert await hall_says(x, wang) == "已转成诉求，正在办"
    await x.emit(an_end(events.CaseClosed, visit, outcome="resolved"))
    assert await hall_says(x, wang) == "已解决"


@pytest.mark.parametrize(
    ("row", "ended"),
    [
        ({"case_id": "c1", "is_solved": True}, "resolved"),
        ({"is_solved": True}, "answered"),
        ({"case_id": "c1"}, ""),
    ],
)
async def test_a_visit_of_before_is_read_as_it_was_counted(x: X, row, ended):
    x.load(delegates_reception.plugin)
    old = {
        "id": "1",
        "resident": "r",
        "session": "s",
        "time": "14:00",
        "called": "老师",
        "about": "灯",
        **row,
    }

    assert (await x.upgrade(Visit, old, from_version=1)).ended == ended


@pytest.mark.parametrize(
    ("status", "said"),
    [("closed_unresolved", "客观上没能解决"), ("not_accepted", "没有受理"), ("withdrawn", "已撤回"),
     ("merged", "并入另一件诉求办理"), ("closed", "已解决")],
)  # fmt: skip
async def test_what_ended_before_the_plugin_heard_of_it_is_put_right_with_the_upgrade(x: X, status, said):
    wang, _ = await reception(x)
    visit = await received(x, wang, "case")
    x.host.cases[visit.case_id] |= {"status": status, "is_open": False}

    await x.lifecycle("upgrade")

    assert await hall_says(x, wang) == said


async def test_the_month_is_counted_as_it_is_asked_for(x: X):
    wang, _ = await reception(x)
    await received(x, wang, "answered")
    (visit,) = await x.store(Visit).find()
    await x.client("resident", as_=wang).post(f"{BASE}/visits/{visit.id}/content")

    (november,) = await x.report("report.export", dt.date(2026, 11, 1))
    (december,) = await x.report("report.export", dt.date(2026, 12, 1), lang="en")

    assert figures(november) == ["1", "3", "1", "0", "0", "1", "100.00%"]
    assert figures(december) == ["0", "0", "0", "0", "0", "0", "—"]
    assert december.caption == "Delegates' reception, 2026-12"


async def test_nobody_books_what_is_over(x: X):
    wang, _ = await reception(x)
    x.travel(3)

    answered = await x.client("resident", as_=wang).post(f"{BASE}{SESSION}/book", WANTED)

    assert answered.status_code == 404


async def test_who_agreed_to_nothing_goes_by_what_he_wishes_to_be_called(x: X):
    _, li = await reception(x)
    await x.client("resident", as_=li).post(f"{BASE}{SESSION}/book", WANTED | {"called": "老李"})

    page = await x.client("committee").get(BASE + SESSION)

    assert "14:00 老李" in page.text
    assert "李叔" not in page.text


class TestDelegatesReceptionKeepsTheContract(PluginContract):
    plugin = delegates_reception.plugin

    async def make(self, x: X) -> None:
        await x.job("plan_session")
        await x.store(Visit).put(
            Visit(
                resident=x.pair(WANG), session=f"on-{LAST_THURSDAY}", time="14:00", called="老师", about="灯"
            )
        )
