"""The plugin of the reference's pictures: it fills every slot, shows every block, and keeps what all plugins keep."""

import pytest

from plugins import gallery
from plugins.gallery.blocks import BLOCKS
from plugins.host.exhibited import WHOLE, kinds_of_block
from plugins.sdk.slots import CARDS, SLOTS
from plugins.testkit.contract import PluginContract
from plugins.testkit.x import X


def test_it_fills_every_slot_once_and_shows_every_block():
    assert sorted(hook.about for hook in gallery.plugin.slots) == sorted(SLOTS)
    assert {*BLOCKS, *WHOLE} == set(kinds_of_block())


async def test_each_slot_shows_something_to_whoever_agreed(x: X):
    x.load(gallery.plugin)
    x.resident("王阿姨", consent=["plots"])

    shown = {
        name: await x.slot(name, "gallery.garden" if name == "resident.case.form" else None, as_="王阿姨")
        if gives == CARDS
        else await x.column(name, ["王阿姨"])
        for name, gives in SLOTS.items()
    }

    assert [name for name, given in shown.items() if not given] == []


async def test_beside_the_consents_of_whoever_did_not_agree_it_says_nothing(x: X):
    x.load(gallery.plugin)
    x.resident("李叔")

    assert await x.slot("resident.consents.notes", as_="李叔") == []


async def test_before_the_form_of_another_category_it_says_nothing(x: X):
    x.load(gallery.plugin)

    assert await x.slot("resident.case.form", "elder-care.elder_visit") == []


async def test_what_it_is_told_of_itself_is_nothing_but_that(x: X):
    """On a page about the plugin it is asked about nobody, as on the platform, whatever a test says."""
    x.load(gallery.plugin)
    x.resident("王阿姨", consent=["plots"])

    asked = [await x.slot("committee.plugin.status", subject) for subject in (None, "王阿姨")]

    assert asked[0] == asked[1]


@pytest.mark.parametrize(("lang", "title"), [("zh", "楼前花园"), ("en", "Front garden")])
async def test_each_block_has_a_page_and_no_other_word_has_one(x: X, lang: str, title: str):
    x.load(gallery.plugin)
    client = x.client("resident", lang=lang)

    titles = {(await client.get(f"/x/gallery/blocks/{name}")).json()["title"] for name in BLOCKS}

    assert titles == {title}
    assert (await client.get("/x/gallery/blocks/Nothing")).status_code == 404


class TestTheGalleryKeepsTheContract(PluginContract):
    plugin = gallery.plugin
