"""居民办事: look it up, take a time, hand it in, see how far it is; and the desk that answers for it."""

import datetime as dt

import pytest

from plugins import service_hall
from plugins.sdk import Context
from plugins.service_hall.booking import take
from plugins.service_hall.kept import Application, Booking
from plugins.service_hall.own import Config, days_of, times_of
from plugins.testkit.contract import WANG, PluginContract
from plugins.testkit.x import X
from tests.plugins.kit.test_the_kit import asking

BASE = "/x/service-hall"
TUESDAY = "2026-11-24 09:00"
WANTED = {"at": TUESDAY, "matter": "居住证明", "called": "王老师"}


def hall(x: X, **settings) -> tuple[str, str]:
    """The plugin is on; one resident agreed to be reminded, one did not."""
    x.load(service_hall.plugin, **settings)
    x.staff("顾老师", role="secretary")
    x.guide("敬老卡怎么办", papers="身份证", steps="到窗口登记", where="居委会一楼")
    x.stamp("居住证明", is_given=True, basis="市清单第 3 项")
    x.stamp("无犯罪证明", is_given=False, go_to="派出所")
    return x.resident("王奶奶", consent=["desk"]), x.resident("李叔")


def test_hours_are_cut_into_times_and_the_desk_rests_at_the_weekend():
    cfg = Config(hours="09:00-10:00,13:30-14:15", minutes=30, days_ahead=7, closed="2026-11-25")

    assert times_of(cfg) == ["09:00", "09:30", "13:30"]
    assert [str(day) for day in days_of(cfg, dt.date(2026, 11, 23))] == [
        "2026-11-24", "2026-11-26", "2026-11-27", "2026-11-30",
    ]  # fmt: skip


async def test_hours_that_cannot_be_read_are_said_before_they_are_kept(x: X):
    hall(x)

    assert await x.check(hours="九点到五点") == {"": "看不懂“九点到五点”，请写成 09:00-11:30。"}
    assert await x.check(hours="09:00-09:10") == {"": "这样一天里一个时间也约不了。"}
    assert await x.check(hours="08:30-17:00") == {}
    assert list(await x.check(minutes=1)) == ["minutes"]


async def test_a_resident_looks_up_how_it_is_done_and_which_stamps_are_refused(x: X):
    wang, _ = hall(x)
    async with x.client("resident", as_=wang) as c:
        found = await c.post(f"{BASE}/hall", {"text": "敬老卡"})
        guide = await c.get(BASE + found.find("link")[0]["to"])
        stamps = await c.get(f"{BASE}/stamps")

    assert "居委会一楼" in guide.text
    assert [table["rows"] for table in stamps.find("table")] == [
        [["居住证明", "市清单第 3 项"]],
        [["无犯罪证明", "派出所"]],
    ]


async def test_what_nobody_knows_says_so(x: X):
    wang, _ = hall(x)

    assert "没有找到" in (await x.client("resident", as_=wang).post(f"{BASE}/hall", {"text": "护照"})).text


async def test_a_time_at_the_only_desk_is_one_persons(x: X):
    wang, li = hall(x)
    async with x.client("resident", as_=wang) as c:
        assert (await c.post(f"{BASE}/book", WANTED)).goes_to == "/mine"

    page = await x.client("resident", as_=li).post(f"{BASE}/book", WANTED | {"called": "李叔"})

    field = page.find("form")[0]["fields"][0]
    assert field["fault"] == "这个时间刚被约走，请换一个。"
    assert TUESDAY not in [value for value, _ in field["choices"]]
    assert len(await x.store(Booking).find()) == 1


async def test_two_desks_take_two(x: X):
    wang, li = hall(x, desks=2)

    for one in (wang, li):
        await x.client("resident", as_=one).post(f"{BASE}/book", WANTED)

    assert sorted(one.desk for one in await x.store(Booking).find()) == [1, 2]


async def test_what_was_cancelled_can_be_taken_again_and_nobody_cancels_for_another(x: X):
    wang, li = hall(x)
    await x.client("resident", as_=wang).post(f"{BASE}/book", WANTED)
    (one,) = await x.store(Booking).find()

    assert (await x.client("resident", as_=li).post(f"{BASE}/bookings/{one.id}/cancel")).status_code == 404
    await x.client("resident", as_=wang).post(f"{BASE}/bookings/{one.id}/cancel")
    await x.client("resident", as_=li).post(f"{BASE}/book", WANTED)

    assert sorted(one.state for one in await x.store(Booking).find()) == ["booked", "cancelled"]


async def test_whoever_was_a_moment_later_does_not_get_it(x: X):
    """Both saw the time as free; the second is told by the platform that it was taken."""
    hall(x)
    ctx: Context = asking(x)
    at = {"day": dt.date(2026, 11, 24), "time": "09:00", "matter": "证明", "called": "王"}
    first = await take(ctx, "r_1", **at)
    await x.store(Booking).delete(id=first.id)

    assert await take(ctx, "r_2", **at) is None


async def test_the_day_before_there_is_a_word_for_whoever_agreed(x: X):
    wang, li = hall(x, desks=2)
    for one in (wang, li):
        await x.client("resident", as_=one).post(f"{BASE}/book", WANTED)

    for _ in range(2):
        await x.job("remind_bookings")

    assert [(one["to"], one["said"]) for one in x.host.sent.values()] == [
        ("王奶奶", "提醒您：明天 09:00 到居委会办“居住证明”。来不了请在“办事”里取消。")
    ]


async def test_an_application_goes_its_way_and_both_sides_see_it(x: X):
    wang, _ = hall(x)
    async with x.client("resident", as_=wang) as c:
        await c.post(f"{BASE}/guides/g1/apply", {"called": "王老师"})
        again = await c.post(f"{BASE}/guides/g1/apply", {"called": "王老师"})
        assert "已经在办" in str(again.json())
    async with x.client("committee") as c:
        page = await c.get(f"{BASE}/desk")
        assert "王奶奶" in page.text
        (form,) = page.find("form")
        await c.post(BASE + form["post"], {"state": "lacking", "note": "缺照片"})
        await c.post(BASE + form["post"], {"state": "done"})

    async with x.client("resident", as_=wang) as c:
        mine = await c.get(f"{BASE}/mine")
        assert "要补材料 缺照片" in mine.text
        await c.post(BASE + mine.find("form")[0]["post"], {"points": "5"})
    assert [(one["said"], one["said_en"]) for one in x.host.sent.values()] == [
        (
            "您办的“敬老卡怎么办”有进展：要补材料。",
            "There is progress on “敬老卡怎么办”: Papers are lacking.",
        ),
        ("您办的“敬老卡怎么办”有进展：办好了。", "There is progress on “敬老卡怎么办”: Done."),
    ]
    figures = (await x.client("committee").get(f"{BASE}/desk")).json()["body"][0]["body"]
    assert [one["value"] for one in figures] == ["0", "0", "1 / 1", "5.0"]


async def test_who_agreed_to_nothing_goes_by_what_he_wishes_to_be_called(x: X):
    _, li = hall(x)
    await x.client("resident", as_=li).post(f"{BASE}/guides/g1/apply", {"called": "老李"})

    page = await x.client("committee").get(f"{BASE}/desk")

    assert "老李" in page.text
    assert "李叔" not in page.text


async def test_what_is_late_is_said_to_the_secretary_once_and_urged_by_the_resident(x: X):
    wang, _ = hall(x, promise_days=5)
    async with x.client("resident", as_=wang) as c:
        await c.post(f"{BASE}/guides/g1/apply", {"called": "王老师"})
        x.travel(7)
        page = await c.get(f"{BASE}/mine")
        assert "超期了" in page.text
        await c.post(BASE + page.find("button")[0]["post"])

    for _ in range(2):
        await x.job("watch_promises")

    assert [one["said"] for one in x.host.sent.values()] == [
        "“敬老卡怎么办”承诺 2026-11-28 办结，已超期 2 天，请督办。"
    ]
    assert "居民在催" in (await x.client("committee").get(f"{BASE}/desk")).text
    assert (await x.slot("committee.home.cards"))[0].body[2].value == "1"


async def test_nobody_reads_or_rates_what_is_anothers(x: X):
    wang, li = hall(x)
    await x.client("resident", as_=wang).post(f"{BASE}/guides/g1/apply", {"called": "王老师"})
    (one,) = await x.store(Application).find()
    async with x.client("resident", as_=li) as c:
        assert "王老师" not in (await c.get(f"{BASE}/mine")).text
        for what in ("urge", "rate"):
            answered = await c.post(f"{BASE}/applications/{one.id}/{what}", {"points": "1"})
            assert answered.status_code == 404


@pytest.mark.parametrize("state", ["came", "missed"])
async def test_the_desk_says_who_came(x: X, state):
    wang, _ = hall(x)
    await x.client("resident", as_=wang).post(f"{BASE}/book", WANTED)
    x.travel(1)
    (one,) = await x.store(Booking).find()

    await x.client("committee").post(f"{BASE}/bookings/{one.id}/{state}")

    assert [one.state for one in await x.store(Booking).find()] == [state]


class TestServiceHallKeepsTheContract(PluginContract):
    plugin = service_hall.plugin

    async def make(self, x: X) -> None:
        pair = x.pair(WANG)
        await x.store(Booking).put(
            Booking(resident=pair, day="2026-11-24", time="09:00", desk=1, matter="证明", called="王老师")
        )
        await x.store(Application).put(
            Application(
                resident=pair, matter="证明", called="王老师", opened_on="2026-11-01", due_on="2026-11-06"
            )
        )
