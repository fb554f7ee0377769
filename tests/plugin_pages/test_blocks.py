"""Every block is drawn by the product's own components, and says what its plugin wrote and nothing else."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest

from app_shell.context import VISIT, Visit
from app_shell.pages import Pages
from app_shell.plugin_blocks import Whose, asset_at, is_own
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.came import Came, Way
from core_db.foundation.clock import SystemClock
from plugins.sdk import ui

HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>{{ 7*7 }}&amp;"
BLOCKS: dict[str, ui.Block] = {
    "text": ui.Text(text="每周二上门"),
    "fact": ui.Fact(label="下次", value="12月3日"),
    "badge": ui.Badge(text="已约好", tone="good"),
    "link": ui.Link(label="全部", to="/visits"),
    "button": ui.Button(label="推迟", post="/visits/1/postpone"),
    "asked": ui.Button(label="删除", post="/visits/1/end", confirm="删掉就找不回来了。"),
    "progress": ui.Progress(label="本月", done=3, of=8),
    "image": ui.Image(source="/map.png", alt="路线图"),
    "table": ui.Table(
        caption="名单", head=["谁", "哪天"],
        rows=[["王奶奶", "周二"], [ui.Link(label="李大爷", to="/people/1"), ui.Badge(text="晚了", tone="late")]],
    ),
    "form": ui.Form(
        post="/visits", submit="保存",
        fields=[
            ui.Input(name="who", label="谁", value="王奶奶", help="写姓名", fault="没有这个人"),
            ui.Input(name="why", label="为什么", type="long", value="摔过一次"),
            ui.Input(name="days", label="几天", type="number", value="7"),
            ui.Input(name="on", label="哪天", type="date", value="2026-12-03"),
            ui.Input(name="how", label="怎么去", type="choice", value="w", choices=[("w", "走路"), ("c", "坐车")]),
            ui.Input(name="sure", label="确定", type="yes", value="yes", required=True),
        ],
    ),
}  # fmt: skip
#: Words that are no words: they choose, or lead somewhere, and their shape is checked when the block is made.
CHOOSING = {"kind", "tone", "type", "post", "to", "source", "name", "required", "done", "of"}

#: What a value that is none of the choices takes away.
CHOSEN = {"selected", "checked"}


class Read(HTMLParser):
    """The elements of a page, and all that it says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.said: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def names(self) -> list[str]:
        return [name for name, _value in self.attributes]

    def attribute(self, name: str) -> list[str | None]:
        return [value for one, value in self.attributes if one == name]


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages([], clock=SystemClock())


@pytest.fixture
def drawn(pages: Pages, tmp_path: Path) -> Iterator[Any]:
    """`drawn(block)`: the block as a page has it, read."""
    (tmp_path / "map.png").write_bytes(b"a map")
    whose = Whose(plugin_id="elder-care", assets=tmp_path)
    module = pages.environment("zh").get_template("components/blocks.html").module
    word = VISIT.set(Visit(actor=ANONYMOUS, lang="zh", came=Came(Way.PAGE), csrf="the-word"))

    def draw(*blocks: ui.Block) -> Read:
        body = [one.model_dump(mode="json") for one in blocks]
        return Read(str(module.body_of(body, whose, "page")))  # type: ignore[attr-defined]

    yield draw
    VISIT.reset(word)


def _with_hostile_words(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _with_hostile_words(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_hostile_words(one, key) for one in value]
    return HOSTILE if isinstance(value, str) and key not in CHOOSING else value


def _words_of(value: Any, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [word for name, one in value.items() for word in _words_of(one, name)]
    if isinstance(value, list):
        return [word for one in value for word in _words_of(one, key)]
    return [value] if isinstance(value, str) and value and key not in CHOOSING else []


def test_there_is_a_sample_of_every_block():
    kinds = {one.model_fields["kind"].default for one in get_args(get_args(ui.Inner)[0])}

    assert {block.kind for block in BLOCKS.values()} == kinds
    types = get_args(ui.Input.model_fields["type"].annotation)
    assert {one.type for one in BLOCKS["form"].fields} == set(types)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_says_every_word_it_was_given(drawn, name):
    read = drawn(BLOCKS[name])
    said = "".join(read.said) + "".join(value or "" for _name, value in read.attributes)

    words = _words_of(BLOCKS[name].model_dump(mode="json"))
    assert words
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize("name", BLOCKS)
def test_what_looks_like_markup_is_shown_as_it_is_written(drawn, name):
    block = BLOCKS[name]
    hostile = type(block).model_validate(_with_hostile_words(block.model_dump(mode="json")))

    honest, read = drawn(block), drawn(hostile)

    assert read.elements == honest.elements
    assert [one for one in read.names if one not in CHOSEN] == [
        one for one in honest.names if one not in CHOSEN
    ]
    assert HOSTILE in "".join(read.said) + "".join(value or "" for _name, value in read.attributes)


def test_a_card_says_its_title_as_it_is_written(drawn):
    read = drawn(ui.Card(title=HOSTILE[:100], body=[ui.Text(text="好")]))

    assert HOSTILE[:100] in read.said
    assert set(read.elements) == {"section", "h2", "p"}


def test_a_button_posts_to_its_own_plugin_with_our_word(drawn):
    read = drawn(BLOCKS["button"])

    assert read.attribute("action") == ["/x/elder-care/visits/1/postpone"]
    assert ("value", "the-word") in read.attributes


def test_what_cannot_be_taken_back_is_asked_before_its_button_is_there(drawn):
    read = drawn(BLOCKS["asked"])

    assert read.elements[:3] == ["div", "details", "summary"]
    assert read.elements.index("form") > read.elements.index("details")


@pytest.mark.parametrize(
    "own",
    ["/../../me/devices/sign-out", "/a/../../me", "/%2e%2e/%2e%2e/me", "/%252e%252e/me", "/./x", "//other.example",
     "https://other.example", "/a\\..\\b", "javascript:alert(1)", ""],
)  # fmt: skip
def test_no_address_of_a_plugin_leads_out_of_its_own_pages(own):
    address = Whose(plugin_id="elder-care").to(own)

    assert address.startswith("/x/elder-care/")
    assert ".." not in address
    assert "%2e" not in address


def test_where_somebody_has_two_neighbourhoods_every_address_names_the_one():
    whose = Whose(plugin_id="elder-care", at="here")

    assert whose.to("/visits") == "/x/elder-care/visits?at=here"
    assert whose.to("/visits?page=2") == "/x/elder-care/visits?page=2&at=here"


def test_a_row_of_a_table_leads_to_the_page_of_whom_it_is_about(drawn):
    table = drawn(BLOCKS["table"])

    assert table.attribute("href") == ["/x/elder-care/people/1"]
    assert "chip bad" in table.attribute("class")


def test_fields_of_two_forms_are_told_from_each_other(drawn):
    ids = drawn(BLOCKS["form"], BLOCKS["form"]).attribute("id")

    assert len(ids) > 12
    assert len(ids) == len(set(ids))


def test_facts_that_follow_each_other_are_one_list(drawn):
    assert drawn(BLOCKS["fact"], BLOCKS["fact"]).elements.count("dl") == 1


def test_a_picture_is_served_with_its_content_in_the_address(drawn):
    (src,) = drawn(BLOCKS["image"]).attribute("src")

    assert src is not None
    assert src.startswith("/x/elder-care/static/map.png?v=")


@pytest.mark.parametrize(
    "own", ["/plugin.toml", "/script.js", "/page.html", "/../secret.png", "/none.png", "/out.png"]
)
def test_only_pictures_and_fonts_of_the_plugin_itself_are_served(tmp_path, own):
    folder = tmp_path / "static"
    folder.mkdir()
    for name in ("plugin.toml", "script.js", "page.html", "map.png"):
        (folder / name).write_text("x")
    (tmp_path / "secret.png").write_text("x")
    (folder / "out.png").symlink_to(tmp_path / "secret.png")

    assert asset_at(folder, "/map.png") == (folder / "map.png").resolve()
    assert asset_at(folder, own) is None


def test_an_honest_address_is_one():
    assert is_own("/visits/1?day=2026-12-03&who=%E7%8E%8B")


def test_a_table_becomes_cards_on_a_phone_and_a_wide_one_scrolls_within_itself_where_there_are_columns(drawn):
    wide = ui.Table(
        caption="名单", head=["谁", "哪天", "几点", "在哪里"], rows=[["王奶奶", "周二", "9:00", "3号"]]
    )

    narrow, roomy = drawn(BLOCKS["table"]), drawn(wide)

    # All but its first columns would lie out of sight on a phone in large print: each cell says what it is.
    assert (narrow.attribute("data-label"), narrow.attribute("role")) == (["哪天", "哪天"], [])
    assert (roomy.attribute("data-label"), roomy.attribute("role")) == (
        ["哪天", "几点", "在哪里"],
        ["region"],
    )


def test_a_fact_of_several_lines_keeps_them(drawn):
    steps = drawn(ui.Fact(label="怎么办", value="1. 取号\n2. 交材料"))

    assert "facts lines" in steps.attribute("class")
    assert "1. 取号\n2. 交材料" in steps.said
