"""综合为老: planned by what somebody can do alone, an alarm when nobody came, a companion who is in touch."""

import pytest

from plugins import elder_care
from plugins.elder_care.adl import ITEMS, grade_of, level_of, points_in
from plugins.elder_care.kept import Assessment, Contact, Elder, Pairing
from plugins.sdk import Veto, events, points, ui
from plugins.testkit.contract import WANG, PluginContract
from plugins.testkit.examples import example_of
from plugins.testkit.x import X

BASE = "/x/elder-care"
BEST = {item.key: str(item.points[0]) for item in ITEMS}
WORST = {item.key: "0" for item in ITEMS}
LONELY = {"tags": ["独居"], "birth_year": 1938}


async def in_the_programme(x: X, *more: str) -> str:
    x.load(elder_care.plugin)
    x.staff("顾老师", role="secretary")
    wang = x.resident("王奶奶", consent=["visit", *more], **LONELY)
    await x.job("plan_visits")
    return wang


def closing(case_id: str) -> points.CaseClose:
    return points.CaseClose(community_id="c1", case_id=case_id, category="1102", outcome="resolved")


def an_end(kind: type[events.CaseEvent], case_id: str, **more: str) -> events.CaseEvent:
    return example_of(kind, community_id="c1", case_id=case_id, category="1102", **more)


async def test_whoever_is_new_need_not_wait_for_the_morning(x: X):
    x.load(elder_care.plugin)
    x.resident("王奶奶", consent=["visit"], **LONELY)
    async with x.client("committee") as c:
        (button,) = (await c.get(f"{BASE}/board")).find("button")
        page = await c.press(BASE + button["post"])

    assert page.find("table")[0]["rows"][0][0]["label"] == "王奶奶"
    assert len(x.host.plans) == 1


async def test_only_who_agreed_lives_alone_and_is_old_enough_is_in_the_programme(x: X):
    await in_the_programme(x)
    x.resident("张爷爷", **LONELY)
    x.resident("小李", consent=["visit"], tags=["独居"], birth_year=1990)
    x.resident("赵奶奶", consent=["visit"], birth_year=1938)

    await x.job("plan_visits")

    assert [one.resident for one in await x.store(Elder).find()] == [x.pair("王奶奶")]
    assert [one["grade"] for one in x.host.plans.values()] == ["general"]


@pytest.mark.parametrize(
    ("score", "level", "grade"),
    [(100, "能力完好", "general"), (95, "轻度受损", "general"), (65, "轻度受损", "general"), (60, "中度受损", "key"),
     (45, "中度受损", "key"), (40, "重度受损", "high_risk"), (0, "重度受损", "high_risk")],
)  # fmt: skip
def test_points_make_a_level_as_the_standard_has_it(score, level, grade):
    assert (level_of(score), grade_of(score)) == (level, grade)


def test_ten_items_make_a_hundred_points():
    assert len(ITEMS) == 10
    assert sum(points_in(BEST).values()) == 100
    assert sum(points_in(WORST).values()) == 0


async def test_whoever_can_do_little_alone_is_visited_more_closely(x: X):
    wang = await in_the_programme(x, "assess")
    async with x.client("committee") as c:
        page = await c.get(f"{BASE}/people/{x.pair(wang)}/assess")
        assert len(page.find("form")[0]["fields"]) == 10
        assert "MZ/T 039" in page.text

        done = await c.press(f"{BASE}/people/{x.pair(wang)}/assess", WORST)

    assert "重度受损" in done.text
    assert [one["grade"] for one in x.host.plans.values()] == ["general", "high_risk"]
    (kept,) = await x.store(Assessment).find()
    assert (kept.score, kept.by) == (0, "顾老师")
    assert (await x.column("committee.resident.list.columns", [wang]))[wang].text == "重度受损"


async def test_a_form_that_lacks_an_answer_comes_back_with_what_was_chosen(x: X):
    wang = await in_the_programme(x, "assess")
    form = {name: value for name, value in BEST.items() if name != "stairs"}

    page = await x.client("committee").post(f"{BASE}/people/{x.pair(wang)}/assess", form)

    fields = {one["name"]: one for one in page.find("form")[0]["fields"]}
    assert fields["stairs"]["fault"] == "请选一项。"
    assert fields["eating"]["value"] == "10"
    assert await x.store(Assessment).find() == []


async def test_nobody_is_assessed_who_did_not_agree_to_it(x: X):
    wang = await in_the_programme(x)
    async with x.client("committee") as c:
        assert "还没有同意评估" in (await c.get(f"{BASE}/people/{x.pair(wang)}/assess")).text
        assert (await c.post(f"{BASE}/people/{x.pair(wang)}/assess", BEST)).status_code == 404
    assert await x.store(Assessment).find() == []


async def test_a_missed_visit_opens_one_case_that_only_a_visit_closes(x: X):
    wang = await in_the_programme(x)
    await x.miss(wang, days=3)
    await x.job("raise_alarms")
    ((case_id, case),) = x.host.cases.items()
    assert case["title"] == "请看望王奶奶：走访逾期 3 天"

    with pytest.raises(Veto, match="还没有走访记录"):
        await x.ask(closing(case_id))
    async with x.client("committee") as c:
        form = {"on": "2026-11-23", "channel": "door", "text": "身体很好"}
        assert "走访记下了。" in str((await c.post(f"{BASE}/people/{x.pair(wang)}/visits", form)).json())
    (visit,) = x.host.visits.values()
    assert visit["said"] == {"channel": "door", "result": "met", "purpose": "care", "text": "身体很好"}
    assert await x.ask(closing(case_id)) == closing(case_id)

    await x.emit(events.CaseClosed(
        community_id="c1", case_id=case_id, category="1102", status="closed", outcome="resolved"
    ))  # fmt: skip
    assert (await x.store(Elder).find())[0].case_id is None


@pytest.mark.parametrize("end", [events.CaseRefused, events.CaseWithdrawn])
async def test_an_alarm_that_was_set_aside_comes_again_after_a_week_and_at_once_for_the_next_visit(x: X, end):
    wang = await in_the_programme(x)
    await x.miss(wang, days=3)

    await x.emit(an_end(end, "c1"))
    await x.job("raise_alarms")
    x.travel(6)
    await x.job("raise_alarms")
    assert list(x.host.cases) == ["c1"]
    x.travel(1)
    await x.job("raise_alarms")
    assert list(x.host.cases) == ["c1", "c2"]

    await x.emit(an_end(end, "c2"))
    x.travel(3)
    await x.visit(wang)
    x.host.missed.clear()
    await x.miss(wang, days=1)
    assert list(x.host.cases) == ["c1", "c2", "c3"]


async def test_an_alarm_that_was_merged_goes_on_in_the_case_that_carries_the_work(x: X):
    wang = await in_the_programme(x)
    await x.miss(wang, days=3)

    await x.emit(an_end(events.CaseMerged, "c1", into_id="c9"))
    await x.job("raise_alarms")

    assert list(x.host.cases) == ["c1"]
    with pytest.raises(Veto, match="还没有走访记录"):
        await x.ask(closing("c9"))
    await x.emit(an_end(events.CaseClosed, "c9"))
    assert (await x.store(Elder).find())[0].case_id is None


@pytest.mark.parametrize("end", [events.CaseRefused, events.CaseWithdrawn])
async def test_alarms_that_a_case_carried_go_on_without_it_and_its_own_does_not(x: X, end):
    """Whether its end is heard before or after what becomes of them: both are facts about different cases."""
    wang = await in_the_programme(x)
    alarms = {wang: "c1"}
    for n, name in enumerate(("李奶奶", "周爷爷"), start=2):
        alarms[x.resident(name, consent=["visit"], **LONELY)] = f"c{n}"
    await x.job("plan_visits")
    for one in alarms:
        await x.miss(one, days=3)
    for merged in ("c2", "c3"):
        await x.emit(an_end(events.CaseMerged, merged, into_id="c1"))

    await x.emit(an_end(end, "c1"))
    await x.emit(an_end(events.CaseUnmerged, "c2", from_id="c1"))
    await x.emit(an_end(events.CaseMerged, "c3", into_id="c2"))
    await x.emit(an_end(end, "c1"))
    await x.job("raise_alarms")

    found = {one: (await x.store(Elder).find(resident=x.pair(one)))[0].case_id for one in alarms}
    assert list(found.values()) == [None, "c2", "c2"]
    assert list(x.host.cases) == ["c1", "c2", "c3"]
    await x.emit(an_end(end, "c2"))
    await x.emit(an_end(events.CaseUnmerged, "c3", from_id="c2"))
    await x.emit(an_end(events.CaseClosed, "c3"))
    assert [one.case_id for one in await x.store(Elder).find()] == [None] * 3
    assert sorted(one.set_aside_on is None for one in await x.store(Elder).find()) == [False, False, True]


async def test_an_alarm_that_was_over_before_the_plugin_heard_of_it_ends_with_the_upgrade(x: X):
    wang = await in_the_programme(x)
    li = x.resident("李奶奶", consent=["visit"], **LONELY)
    await x.job("plan_visits")
    for one in (wang, li):
        await x.miss(one, days=3)
    x.host.cases["c1"] |= {"status": "not_accepted", "is_open": False}

    await x.lifecycle("upgrade")

    assert [one.case_id for one in await x.store(Elder).find(resident=x.pair(wang))] == [None]
    assert [one.case_id for one in await x.store(Elder).find(resident=x.pair(li))] == ["c2"]
    x.travel(7)
    await x.job("raise_alarms")
    assert list(x.host.cases) == ["c1", "c2", "c3"]


async def test_the_case_hears_of_a_visit_whoever_recorded_it(x: X):
    wang = await in_the_programme(x)
    await x.miss(wang, days=3)

    await x.visit(wang, text="在家")

    assert next(iter(x.host.cases.values()))["comments"] == ["已有走访记录，可以结案了。"]


@pytest.mark.parametrize(
    ("relatives", "agreeing", "said"),
    [([], [], "独自居住"), (["孙儿"], [], "有人同住"), (["孙儿", "媳妇"], ["孙儿"], "孙儿")],
)
async def test_who_lives_with_them_is_on_the_person_as_far_as_all_agreed(x: X, relatives, agreeing, said):
    wang = await in_the_programme(x, "family")
    x.household(wang, *(x.resident(one, consent=["family"] if one in agreeing else []) for one in relatives))

    (card,) = await x.slot("committee.resident.panels", wang)

    assert [one.value for one in card.body if isinstance(one, ui.Fact) and one.label == "同住"] == [said]


async def test_of_whoever_did_not_agree_nothing_is_said_of_whom_he_lives_with(x: X):
    wang = await in_the_programme(x)
    x.household(wang)

    (card,) = await x.slot("committee.resident.panels", wang)

    assert "同住" not in str(card)


async def test_other_cases_close_as_ever(x: X):
    await in_the_programme(x)

    assert await x.ask(closing("c9")) == closing("c9")


async def test_two_who_agreed_become_companions_and_their_week_is_counted(x: X):
    wang = await in_the_programme(x, "companion")
    chen = x.resident("陈阿姨", consent=["companion"])
    async with x.client("committee") as c:
        made = {"companion": x.pair(chen), "called": "王老师"}
        assert "结对好了。" in str((await c.post(f"{BASE}/people/{x.pair(wang)}/companion", made)).json())

    async with x.client("resident", as_=chen) as c:
        (form,) = (await c.get(f"{BASE}/companion")).find("form")
        for _ in range(2):
            page = await c.press(BASE + form["post"], {"how": "phone"})
        assert "王老师" in page.text
        assert "王奶奶" not in page.text
    assert len(await x.store(Contact).find()) == 1
    assert (await x.slot("resident.home.cards", as_=chen))[0].body[0].done == 1
    assert await x.slot("resident.home.cards", as_=wang) == []


async def test_a_quiet_week_is_said_to_the_companion_once(x: X):
    wang = await in_the_programme(x, "companion")
    chen = x.resident("陈阿姨", consent=["companion"])
    await x.store(Pairing).put(
        Pairing(resident=x.pair(wang), companion=x.pair(chen), called="王老师", since="2026-11-01")
    )

    for _ in range(2):
        await x.job("remind_companions")

    ((said, to),) = [(one["said"], one["to"]) for one in x.host.sent.values()]
    assert (said, to) == ("本周您和王老师联系了 0 次，目标是 2 次。打个电话问声好吧。", "陈阿姨")


async def test_nobody_looks_after_more_than_five(x: X):
    await in_the_programme(x, "companion")
    chen = x.resident("陈阿姨", consent=["companion"])
    elders = [x.resident(f"{name}奶奶", consent=["visit", "companion"], **LONELY) for name in "赵钱孙李周吴"]
    await x.job("plan_visits")
    async with x.client("committee") as c:
        for elder in elders:
            said = await c.post(
                f"{BASE}/people/{x.pair(elder)}/companion", {"companion": x.pair(chen), "called": "老师"}
            )

    assert "最多结对 5 位" in str(said.json())
    assert len(await x.store(Pairing).find()) == 5


async def test_nobody_is_in_a_pair_who_did_not_agree(x: X):
    wang = await in_the_programme(x, "companion")
    chen = x.resident("陈阿姨")
    made = {"companion": x.pair(chen), "called": "王老师"}

    said = await x.client("committee").post(f"{BASE}/people/{x.pair(wang)}/companion", made)

    assert "两位都要" in str(said.json())
    assert await x.store(Pairing).find() == []


async def test_a_companion_who_is_forgotten_leaves_no_trace_with_his_elder(x: X):
    wang = await in_the_programme(x, "companion")
    chen = x.resident("陈阿姨", consent=["companion"])
    await x.store(Pairing).put(
        Pairing(resident=x.pair(wang), companion=x.pair(chen), called="王老师", since="2026-11-01")
    )

    await x.erase(chen)

    assert await x.store(Pairing).find() == []
    assert len(await x.store(Elder).find()) == 1


async def test_who_moved_away_is_in_the_programme_no_more(x: X):
    wang = await in_the_programme(x)

    await x.emit(events.PersonMovedOut(community_id="c1", person_id=wang, home_id="h1"))

    assert await x.store(Elder).find() == []


async def test_the_board_puts_the_overdue_first_and_leads_to_each(x: X):
    wang = await in_the_programme(x)
    x.resident("阿奶奶", consent=["visit"], **LONELY)
    await x.job("plan_visits")
    await x.miss(wang, days=3)

    page = await x.client("committee").get(f"{BASE}/board")

    (table,) = page.find("table")
    late, other = table["rows"]
    assert (late[0]["label"], late[3]["text"], late[3]["tone"]) == ("王奶奶", "走访逾期", "late")
    assert (other[0]["label"], other[3]) == ("阿奶奶", "一般")
    assert page.find("link")[0]["to"] == f"/people/{x.pair(wang)}"
    assert (await x.health()) == "2 位老人在册（80 岁起），1 位走访逾期。"


class TestElderCareKeepsTheContract(PluginContract):
    plugin = elder_care.plugin

    async def make(self, x: X) -> None:
        await x.job("plan_visits")
        await x.miss(WANG, days=3)
        chen = x.resident("陈阿姨", consent=["companion"])
        pair = {"resident": x.pair(WANG), "companion": x.pair(chen)}
        await x.store(Pairing).put(Pairing(**pair, called="老师", since="2026-11-01"))
        await x.store(Contact).put(Contact(**pair, on="2026-11-23", how="phone"))
