"""The smallest plugin: a greeting for whoever agreed to one, and a card on the resident's home page."""

from plugins import hello_x
from plugins.sdk import events
from plugins.testkit.contract import PluginContract
from plugins.testkit.x import X


async def test_hello_greets_only_with_consent(x: X):
    x.load(hello_x.plugin, greeting="你好")
    x.resident("王阿姨", consent=["welcome"])
    x.resident("李叔")

    for r in ("王阿姨", "李叔"):
        await x.emit(events.PersonRegistered(community_id="c1", person_id=r))

    assert [m["args"] for m in x.host.sent.values()] == [{"name": "王阿姨", "greeting": "你好"}]
    assert (await x.slot("resident.home.cards"))[0].title == "你好"


async def test_who_is_told_twice_is_greeted_once(x: X):
    x.load(hello_x.plugin)
    x.resident("王阿姨", consent=["welcome"])

    for _ in range(2):
        await x.emit(events.PersonRegistered(community_id="c1", person_id="王阿姨"))

    assert [m["said"] for m in x.host.sent.values()] == ["王阿姨，欢迎回家！"]


async def test_who_agrees_later_is_greeted_then(x: X):
    x.load(hello_x.plugin)
    x.resident("王阿姨", consent=["welcome"])

    given = events.PluginConsentGiven(
        community_id="c1", plugin_id="hello-x", person_id="王阿姨", purpose="welcome"
    )
    await x.emit(given)

    assert [m["said"] for m in x.host.sent.values()] == ["王阿姨，欢迎回家！"]


class TestHelloKeepsTheContract(PluginContract):
    plugin = hello_x.plugin
