"""Each recorded result has its picture, drawn from it as it is, which stands beside its table."""

import json
import re
from xml.etree import ElementTree

import pytest

from bench.drawing import Bar, Panel, Picture, draw
from bench.pictures import PICTURES, RESULTS, picture_of, pictures
from tests.contracts.house import HOUSE

SVG = "{http://www.w3.org/2000/svg}"
FIGURES = HOUSE / "docs" / "performance.md"
RESULTS_HERE = sorted(path.stem for path in RESULTS.glob("*.json"))


def test_each_result_has_its_picture_and_none_is_left_over():
    drawn = {path: path.read_text(encoding="utf-8") for path in PICTURES.glob("*.svg")}

    assert drawn == pictures(), "python -m bench pictures draws them anew"


def test_each_picture_stands_beside_its_figures_with_words_for_who_does_not_see_it():
    shown = dict(re.findall(r"!\[([^\]]+)\]\(pictures/bench/([^)]+)\.svg\)", FIGURES.read_text("utf-8")))

    assert sorted(shown.values()) == RESULTS_HERE


@pytest.mark.parametrize("name", RESULTS_HERE)
def test_a_picture_says_what_it_shows_and_brings_nothing_along(name):
    result = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    root = ElementTree.fromstring(draw(picture_of(result)))
    title, description, written = (
        " ".join(one.text for one in root.iter(f"{SVG}{tag}")) for tag in ("title", "desc", "text")
    )
    tags = {one.tag.removeprefix(SVG) for one in root.iter()}

    assert title
    assert result["commit"][:8] in written
    assert all(bar.said in written and bar.said in description for bar in bars_of(picture_of(result)))
    assert tags == {"svg", "title", "desc", "style", "rect", "line", "text"}


@pytest.mark.parametrize("name", RESULTS_HERE)
def test_a_result_is_asked_again_on_any_machine(name):
    command = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["command"]

    assert [one for one in command.split() if one.startswith("/")] == []


def bars_of(picture: Picture) -> list[Bar]:
    return [bar for panel in picture.panels for bar in panel.bars]


def test_a_floor_is_a_line_where_its_value_is_and_nothing_is_drawn_beyond_the_axis():
    panel = Panel("waits", "ms", [Bar("one", (30.0,), "30 ms", floor=60.0), Bar("more", (119.0,), "119 ms")])

    root = ElementTree.fromstring(draw(Picture("Waits", [panel], ("today",))))

    (floor,) = (line for line in root.iter(f"{SVG}line") if line.get("class") == "floor")
    widths = [float(box.get("width")) for box in root.iter(f"{SVG}rect") if box.get("class") == "bar"]
    assert panel.top == 120
    assert (floor.get("x1"), floor.get("x2")) == ("220", "220")
    assert widths == [100, 396.7]
