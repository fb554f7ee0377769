"""The kit itself: it answers as the platform does, and the contract finds what is wrong with a plugin."""

import datetime as dt
import tomllib

import pytest

from plugins import elder_care, hello_x
from plugins.sdk import Context, Document, Field, Manifest, Plugin, Refused, events, points, ui
from plugins.sdk.asking import AskingContext
from plugins.sdk.context import Forbidden
from plugins.sdk.told import User
from plugins.testkit.answering import Answering
from plugins.testkit.contract import PluginContract
from plugins.testkit.x import PluginFailed, X


def asking(x: X, *, by: str | None = None) -> Context:
    """The context of the only plugin, with nobody looking, or a resident."""
    (loaded,) = x.host.loaded.values()
    user = None if by is None else User(id=x.pair(by), kind="resident")
    return AskingContext(Answering(x.host, loaded, "c1", "test", user), x._setting(loaded, user, "zh"))


OWN_FIELDS = """
[[purposes]]
id = "know"
text = { zh = "知道怎么称呼您", en = "To know how to address you" }
fields = ["profile", "files"]
retention_days = 0

[[contributes.form_fields]]
form = "resident.profile"
key = "called"
label = { zh = "怎么称呼您", en = "How you like to be called" }
class = "P1"
schema = { type = "string", maxLength = 20 }

[[contributes.form_fields]]
form = "resident.profile"
key = "diet"
label = { zh = "饮食", en = "What you eat" }
class = "P2"
schema = { type = "string", enum = ["清淡", "少盐"] }
"""


def asking_plugin() -> Plugin:
    """One that asks something about residents."""
    found = Plugin("plugins.hello_x")
    text = (found.folder / "plugin.toml").read_text(encoding="utf-8")
    wider = text.replace("scopes = [", 'scopes = ["resident.fields:write", "file:read", ', 1) + OWN_FIELDS
    found.manifest = Manifest.model_validate(tomllib.loads(wider))
    return found


async def test_what_nobody_agreed_to_is_withheld_and_named(x: X):
    x.load(hello_x.plugin)
    li = x.resident("李叔")

    who = await asking(x).residents.get(x.pair(li), fields=["name"], purpose="welcome")

    assert (who.name, who.withheld) == (None, ("name",))


async def test_a_form_is_judged_by_whom_it_asks_where_who_sends_it_agreed(x: X):
    plugin = asking_plugin()

    @plugin.filter(points.FormValidate)
    async def judge(_ctx: Context, draft: points.FormValidate) -> points.FormValidate | None:
        assert set(draft.fields) == {"called", "diet"}
        return None if draft.fields["called"] else draft.with_fault("called", zh="请填写", en="Please say")

    x.load(plugin)
    x.resident("王阿姨", consent=["know"])
    x.resident("李叔")

    wrong = await x.send_form("resident.profile", {"diet": "清淡", "x": "1"}, by="王阿姨")

    assert wrong["called"].within("en") == "Please say"
    assert await x.send_form("resident.profile", {"called": "王老师"}, by="王阿姨") == {}
    assert await x.send_form("resident.profile", {}, by="李叔") == {}
    assert await x.send_form("case.visit", {"called": ""}, by="王阿姨") == {}


async def test_a_filter_looks_and_changes_nothing(x: X):
    """As on the platform: what it raised would be asked about in turn, while somebody waits."""
    x.load(elder_care.plugin)
    (loaded,) = x.host.loaded.values()
    ctx = AskingContext(Answering(x.host, loaded, "c1", "filter:look", None), x._setting(loaded, None, "zh"))

    with pytest.raises(Forbidden, match="changes nothing"):
        await ctx.cases.open(category="elder_visit", title="…", key="1")

    assert await ctx.cases.find() == []


async def test_lists_lack_whoever_did_not_agree(x: X):
    x.load(hello_x.plugin)
    x.resident("王阿姨", consent=["welcome"])
    x.resident("李叔")

    found = [one.name async for one in asking(x).residents.find(fields=["name"], purpose="welcome")]

    assert found == ["王阿姨"]


@pytest.mark.parametrize(
    ("fields", "purpose"), [(["phone"], "welcome"), (["name"], "something else"), (["sex"], "welcome")]
)
async def test_what_the_manifest_does_not_say_is_forbidden(x: X, fields, purpose):
    x.load(hello_x.plugin)
    wang = x.resident("王阿姨", consent=["welcome"])

    with pytest.raises(Forbidden):
        await asking(x).residents.get(x.pair(wang), fields=fields, purpose=purpose)
    with pytest.raises(AssertionError):
        x.assert_scopes_used_within_manifest()


async def test_two_plugins_and_two_neighbourhoods_know_a_resident_by_different_ids(x: X):
    x.load(hello_x.plugin)
    wang = x.resident("王阿姨")

    assert x.pair(wang) != x.second_community().pair(wang)
    assert x.pair(wang).startswith("r_")


async def test_a_household_is_told_as_far_as_its_people_agreed_and_to_a_resident_of_himself(x: X):
    x.load(elder_care.plugin)
    wang, son = x.resident("王奶奶", consent=["family"]), x.resident("儿子", consent=["family"])
    x.resident("孙女")
    home = x.household(wang, son, 儿子="son", 孙女="grandchild")

    (told,) = await asking(x).households.of(x.pair(wang), purpose="family")

    assert [(one.resident, one.is_head, one.relation) for one in told.members] == [
        (x.pair(wang), True, "head of the household"), (x.pair(son), False, "son"),
    ]  # fmt: skip
    assert not told.lives_alone
    assert await asking(x).households.get(home, purpose="family") == told
    assert await asking(x).households.of(x.pair("孙女"), purpose="family") == []
    own = await asking(x, by=son).households.of(x.pair(son), purpose="family")
    assert [one.resident for one in own[0].members] == [x.pair(son)]
    with pytest.raises(Forbidden):
        await asking(x, by=son).households.of(x.pair(wang), purpose="family")
    with pytest.raises(Forbidden):
        await asking(x).households.of(x.pair(wang), purpose="visit")


async def test_own_fields_are_filled_in_of_who_agreed_and_as_they_are_declared(x: X):
    x.load(asking_plugin())
    wang, li = x.resident("王阿姨", consent=["know"], profile={"diet": "清淡"}), x.resident("李叔")
    ctx = asking(x)

    assert await ctx.residents.fill(x.pair(wang), values={"called": "王老师"}, purpose="know")
    assert not await ctx.residents.fill(x.pair(li), values={"called": "李师傅"}, purpose="know")
    for strange in ({"phone": "139"}, {"diet": "油炸"}, {"called": "字" * 21}):
        with pytest.raises(Refused):
            await ctx.residents.fill(x.pair(wang), values=strange, purpose="know")

    told = await ctx.residents.get(x.pair(wang), fields=["profile"], purpose="know")
    assert told.profile == {"called": "王老师", "diet": "清淡"}
    assert (await ctx.residents.get(x.pair(li), fields=["profile"], purpose="know")).profile is None
    await x.revoke(wang, "know")
    x.host.people[wang].agreed.add("know")
    again = await ctx.residents.get(x.pair(wang), fields=["profile"], purpose="know")
    assert again.profile == {"diet": "清淡"}


async def test_photos_are_read_of_whoever_agreed_and_up_to_a_size(x: X, monkeypatch):
    x.load(asking_plugin())
    (loaded,) = x.host.loaded.values()
    monkeypatch.setattr(loaded, "scopes", (*loaded.scopes, "case:read", "file:read"))
    wang, li = x.resident("王阿姨", consent=["know"]), x.resident("李叔")
    hers, his = x.case(by=wang), x.case(by=li)
    small, large, other = x.photo(hers), x.photo(hers, b"0" * 2_000_001), x.photo(his)
    ctx = asking(x)

    assert [(one.id, one.size) for one in await ctx.files.of_case(hers, purpose="know")] == [
        (small, 9), (large, 2_000_001),
    ]  # fmt: skip
    assert await ctx.files.read(small, purpose="know") == b"a picture"
    with pytest.raises(Refused):
        await ctx.files.read(large, purpose="know")
    assert await ctx.files.of_case(his, purpose="know") == []
    assert await ctx.files.read(other, purpose="know") is None
    assert await asking(x, by=li).files.read(small, purpose="know") is None


async def test_figures_are_told_as_the_platform_tells_them(x: X, monkeypatch):
    x.load(elder_care.plugin)
    x.figures("residents/age", **{"80-89": 41, "90+": 9})
    with pytest.raises(Forbidden):
        await asking(x).stats.residents(by="age")
    (loaded,) = x.host.loaded.values()
    monkeypatch.setattr(loaded, "scopes", (*loaded.scopes, "stats:read"))

    told = await asking(x).stats.residents(by="age")

    assert [(one.key, one.count) for one in told] == [("80-89", 40)]
    assert await asking(x).stats.cases() == []


async def test_a_fault_is_told_with_file_and_line(x: X):
    x.load(hello_x.plugin)
    x.resident("王阿姨", consent=["welcome"])
    x.fail_next("messages.send")

    with pytest.raises(PluginFailed, match=r"refused.*hello_x/__init__\.py:\d+"):
        await x.emit(events.PersonRegistered(community_id="c1", person_id="王阿姨"))


async def test_the_day_is_the_one_the_test_says(x: X):
    x.load(hello_x.plugin)

    x.travel(3)

    assert asking(x).today() == dt.date(2026, 11, 26)


class Note(Document):
    resident: str = Field(json_schema_extra={"subject": True})
    about: str = ""


@pytest.fixture
def careless(monkeypatch) -> Plugin:
    """A plugin that keeps somebody's name where nobody looks for it, says it in the log, and waits."""
    found = Plugin("plugins.hello_x")
    found.document(Note)
    monkeypatch.setattr(found, "folder", __import__("pathlib").Path(__file__).parent)

    @found.on(events.PersonRegistered)
    async def keep(ctx: Context, event: events.PersonRegistered) -> None:
        who = await ctx.residents.get(event.person_id, fields=["name"], purpose="welcome")
        ctx.log(f"new here: {who.name}")
        __import__("time").sleep(0)
        await ctx.store(Note).put(Note(resident="somebody else", about=str(who.name)))

    @found.slot("resident.home.cards")
    async def card(ctx: Context, subject: str | None) -> ui.Card | None:
        raise LookupError("nothing to show")

    return found


async def test_what_is_kept_logged_and_waited_for_is_found(x: X, careless):
    x.load(careless)
    x.resident("王阿姨", consent=["welcome"])
    await x.emit(events.PersonRegistered(community_id="c1", person_id="王阿姨"))

    for look in (x.assert_no_personal_data_in_logs, x.assert_no_blocking_calls):
        with pytest.raises(AssertionError):
            look()
    with pytest.raises(AssertionError, match="still keeps 王阿姨"):
        await x.erase("王阿姨")


@pytest.mark.parametrize(
    "broken",
    [
        "test_what_it_keeps_of_people_it_hands_out_and_forgets",
        "test_its_cards_are_shown_for_anybody_and_for_nobody",
        "test_it_names_nobody_in_the_log_waits_for_nothing_and_asks_for_no_more_than_it_said",
    ],
)
async def test_the_contract_finds_what_is_wrong_with_a_plugin(x: X, careless, broken):
    async def make(world: X) -> None:
        await world.emit(events.PersonRegistered(community_id="c1", person_id="王奶奶"))

    contract = PluginContract()
    contract.plugin, contract.make = careless, make
    look = getattr(contract, broken)

    with pytest.raises(AssertionError):
        await (look(x) if "cards" in broken or "log" in broken else _at_once(look))


async def _at_once(look) -> None:
    look()
