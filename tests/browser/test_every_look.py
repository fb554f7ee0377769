"""The pages people use most, in every look: dark, large print, English, on a small phone."""

import re
from typing import Any

import pytest
from sqlmodel import Session, select

from core_db.migrations.tables import all_tables
from tests.browser.elements import texts_of
from tests.browser.eye import ALL, Walk
from tests.browser.walks import address, parameters, who
from tests.browser.windows import DESK, PHONE
from tests.town import Town

#: Where people are most: these are also walked dark, in large print, in English and on a small phone.
MAIN = {
    "resident": ("/", "/report", "/cases", "/cases/{case_id}", "/neighbourhood", "/me"),
    "committee": ("/", "/cases", "/cases/{case_id}", "/figures", "/enter", "/me"),
}
#: What each of them may spoil.
LOOKS = {
    "dark": ({"theme": "dark"}, ["color-contrast"]),
    "large print": ({"large": True}, ["target-size", "scrollable-region-focusable"]),
    "English, large print": ({"lang": "en", "large": True}, ALL),
}
#: The one in which most is asked. In the others a push looks at a third of all pages each (`test_every_page.py`).
AT_A_PUSH = "English, large print"


@pytest.mark.parametrize(
    "look",
    [AT_A_PUSH, *(pytest.param(one, marks=pytest.mark.throughout) for one in LOOKS if one != AT_A_PUSH)],
)
@pytest.mark.parametrize("app", ["resident", "committee"])
def test_the_main_pages_are_as_good_in_every_look(app, look, open_window, town, cases, routes):
    role = "resident" if app == "resident" else "worker"
    look, rules = LOOKS[look]
    walk = Walk(open_window(who(town, role, cases), app=app, size=PHONE, **look), rules=rules)
    known = parameters(town, cases, role)
    for path in MAIN[app]:
        walk.visit(address(path, known))

    assert not walk.wrong
    assert set(MAIN[app]) <= set(routes[app])
    assert walk.looked_at == len(MAIN[app])


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_no_chinese_is_left_on_an_english_page_but_what_people_wrote(app, open_window, town, cases, routes):
    role = "resident" if app == "resident" else "worker"
    page = open_window(who(town, role, cases), app=app, size=DESK, lang="en")
    known = parameters(town, cases, role)
    left: dict[str, list[str]] = {}
    for path in routes[app]:
        answer = page.request.get(address(path, known), max_redirects=3)
        if answer.status == 200:
            left[path] = [text for text in texts_of(answer.text()) if HAN.search(text)]

    said = what_was_said(town)
    ours = {path: [text for text in texts if is_ours(text, said)] for path, texts in left.items()}
    assert len(left) >= 8
    assert {path: texts for path, texts in ours.items() if texts} == {}


def is_ours(text: str, said: list[str]) -> bool:
    """Chinese remains where all is taken away that somebody wrote, or began to where it was cut off.

    What was written may be part of a name, and a name of what was written: it is tried in either order.
    """
    return all(
        HAN.search(rest)
        for rest in (WRITTEN.sub("", _unsaid(text, said)), _unsaid(WRITTEN.sub("", text), said))
    )


def _unsaid(text: str, said: list[str]) -> str:
    for one in said:
        text = "" if one.startswith(text.rstrip("…")) else text.replace(one, "")
    return text


def what_was_said(town: Town) -> list[str]:
    """All that stands in the database was written by somebody, but for configuration, which says it in English too."""

    def read(session: Session) -> set[str]:
        tables = [table for name, table in all_tables().tables.items() if name not in IN_BOTH_LANGUAGES]
        rows = [row for table in tables for row in session.execute(select(table))]
        said = [one for row in rows for value in row for one in texts_in(value)]
        return {line.strip() for value in said for line in value.splitlines() if HAN.search(line)}

    # The longest first: a name may be the beginning of another.
    return sorted(town.door.read_now(read), key=len, reverse=True)


def texts_in(value: Any) -> list[str]:
    """A text, or all of them in a list or an object."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] if isinstance(value, str) else [one for part in parts for one in texts_in(part)]


#: Configuration that has its English beside it.
IN_BOTH_LANGUAGES = {"case_categories", "category_limits", "holidays", "community_types"}
HAN = re.compile("[\u4e00-\u9fff]+")
#: Names of places, firms and people, masked ones too, what they wrote, and the way back to Chinese.
WRITTEN = re.compile(
    "[\u4e00-\u9fff]\\*+|宝山区|友谊路街道|牡丹一村(?:居委会)?|临江|\\d+[号室](?:楼)?|牡丹物业|平安电梯|城运中心|王阿姨|王小红|小张|陈工|李叔|赵婆婆|周书记|"
    "三楼到四楼之间的楼道灯.*|电梯停在五楼不动了|屋顶漏水，滴到床上|已经上门看过，明天带材料来修|我们去看看|已经请车主开走|看过了|"
    "需要街道协调电梯维保|中文"
)


def test_the_eye_of_the_walk_sees_what_is_wrong(open_window, town):
    walk = Walk(open_window(town.resident()))
    walk.page.evaluate(
        """() => {
            const main = document.querySelector("main");
            main.insertAdjacentHTML("beforeend", '<h1>another</h1><img src="/static/icons/mark.svg">');
            main.style.minWidth = "900px";
        }"""
    )
    walk.look("planted")

    said = " ".join(walk.wrong)
    assert "image-alt" in said
    assert "2 h1" in said
    assert "wider" in said
