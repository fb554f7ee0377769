"""Every page of both apps, for everybody who may come: nothing in anybody's way, nothing overflows, no complaints."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from core_db.cases import Verb
from core_db.foundation.actor import Actor
from tests.browser.deeds import do
from tests.browser.walks import address, page_routes
from tests.browser.windows import DESK, PHONE
from tests.town import Town

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AXE = Axe()

#: Everybody who may come, with the app he comes to.
ROLES = (
    ("resident", "stranger"), ("resident", "newcomer"), ("resident", "resident"), ("committee", "stranger"),
    ("committee", "worker"), ("committee", "secretary"), ("committee", "contractor"),
    ("committee", "town_dispatcher"), ("committee", "district_dispatcher"), ("committee", "analyst"),
)  # fmt: skip

#: Where people are most: these are also walked dark, in large print, in English and on a small phone.
MAIN = {
    "resident": ("/", "/report", "/cases", "/cases/{case_id}", "/neighbourhood", "/me"),
    "committee": ("/", "/cases", "/cases/{case_id}", "/figures", "/cases/new", "/me"),
}
LOOKS = {
    "dark": {"theme": "dark"},
    "large print": {"large": True},
    "large print, dark": {"large": True, "theme": "dark"},
    "English": {"lang": "en"},
}


@pytest.fixture(scope="module")
def cases(town: Town) -> dict[str, Any]:
    """Cases in several states, so that the pages have something to show."""
    aunt, worker, firm = town.resident(name="王阿姨"), town.worker(), town.contractor()
    long = "三楼到四楼之间的楼道灯已经坏了两个星期，老人晚上下楼看不见台阶，请尽快派人来看一看，谢谢。" * 3
    made = {
        "new": town.a_case(by=aunt, text=long, place_id=town.building.id),
        "public": town.a_case(
            by=aunt, text="电梯停在五楼不动了", visibility="public", place_id=town.building.id
        ),
        "held": town.a_case(by=aunt, text="🙂 屋顶漏水，滴到床上", place_id=town.home.id),
        "done": town.a_case(by=aunt, text="Somebody parked on the lawn"),
    }
    ids = {name: file.case.id for name, file in made.items()}
    for name in ("public", "held", "done"):
        do(town, Verb.ACCEPTANCE, ids[name], worker)
    do(town, Verb.DISPATCH, ids["held"], worker, lead=town.property_firm.id)
    do(town, Verb.SIGNING, ids["held"], firm)
    do(town, Verb.PROGRESS, ids["held"], firm, text="已经上门看过，明天带材料来修")
    do(town, Verb.SELF_HANDLING, ids["done"], worker, text="我们去看看")
    do(town, Verb.HANDLING, ids["done"], worker, outcome="done", text="已经请车主开走")
    do(town, Verb.VERIFICATION, ids["done"], worker, passed=True, text="看过了")
    do(town, Verb.ESCALATION, ids["public"], worker, to="town", reason="需要街道协调电梯维保")
    return ids | {"aunt": aunt, "worker": worker, "contractor": firm}


@pytest.fixture(scope="module")
def seen() -> dict[str, set[int]]:
    """What was looked at already, by app."""
    return {"resident": set(), "committee": set()}


def who(town: Town, role: str, cases: dict[str, Any]) -> Actor | None:
    if role == "stranger":
        return None
    known = {"resident": "aunt", "worker": "worker", "contractor": "contractor"}
    actor: Actor = cases[known[role]] if role in known else getattr(town, role)()
    return actor


def parameters(town: Town, cases: dict[str, Any], role: str) -> dict[str, str]:
    seen = {"contractor": "held", "town_dispatcher": "public", "district_dispatcher": "public"}
    return {
        "case_id": cases[seen.get(role, "done")], "code": town.building.code or "",
        "/problems/{code}": "/problems/not-found",
        "building_id": town.building.id, "place_id": town.building.id, "community_id": town.community.id,
        "organisation_id": town.property_firm.id, "verb": "acceptance",
    }  # fmt: skip


class Walk:
    """Goes from page to page and notes what is wrong with each."""

    def __init__(self, page: Page, seen: set[int] | None = None) -> None:
        self.page = page
        #: What has been looked at in this look of the pages, whoever it was shown to.
        self.seen = set() if seen is None else seen
        self.wrong: list[str] = []
        self.looked_at = 0
        self._refusals: set[int] = set()

    def visit(self, path: str) -> int:
        answer = self.page.goto(path)
        assert answer is not None
        status = answer.status
        if _is_html(answer) and not self._is_known(status):
            self._look(path)
        if status not in (200, 401, 403, 404):
            self.wrong.append(f"{path}: answered {status}")
        return status

    def _is_known(self, status: int) -> bool:
        """Refusals of one kind are one template, and who is shown the very same elements sees the same page."""
        tags = self.page.evaluate(
            "() => [...document.querySelectorAll('body *')].map((one) => one.tagName + one.className).join()"
        )
        known = status in self._refusals or hash(tags) in self.seen
        self._refusals |= {status} - {200}
        self.seen.add(hash(tags))
        return known

    def _look(self, path: str) -> None:
        self.looked_at += 1
        found = AXE.run(self.page, options={"resultTypes": ["violations"]} | RULES).response["violations"]
        for one in found:
            self.wrong.append(f"{path}: {one['id']} {[node['html'][:160] for node in one['nodes'][:3]]}")
        facts = self.page.evaluate("""() => ({
            headings: document.querySelectorAll("h1").length,
            lang: document.documentElement.lang,
            over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        })""")
        if facts["headings"] != 1:
            self.wrong.append(f"{path}: {facts['headings']} h1")
        if facts["over"] > 0:
            self.wrong.append(f"{path}: wider than its window by {facts['over']} px")
        if facts["lang"] != ("en" if self.page.locator("text=中文").count() else "zh-CN"):
            self.wrong.append(f"{path}: says it is in {facts['lang']}")


def _is_html(answer: Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[str]]]:
    folder: Path = tmp_path_factory.mktemp("routes")
    return {app: page_routes(app, folder) for app in ("resident", "committee")}


@pytest.mark.parametrize(("app", "role"), ROLES, ids=[" ".join(one) for one in ROLES])
def test_nothing_is_in_anybodys_way_on_any_page(app, role, open_window, town, cases, routes, seen):
    size = PHONE if app == "resident" else DESK
    walk = Walk(open_window(who(town, role, cases), app=app, size=size), seen[app])
    known = parameters(town, cases, role)
    statuses = {path: walk.visit(address(path, known)) for path in routes[app]}

    assert not walk.wrong
    assert len(statuses) >= 8
    assert walk.looked_at >= 1
    assert role == "stranger" or statuses["/"] == 200


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_every_page_is_shown_to_somebody(app, open_window, town, cases, routes):
    shown: set[str] = set()
    for role in (role for one, role in ROLES if one == app):
        window, known = open_window(who(town, role, cases), app=app), parameters(town, cases, role)
        for path in set(routes[app]) - shown:
            if window.request.get(address(path, known), max_redirects=3).status == 200:
                shown.add(path)

    never = set(routes[app]) - shown
    assert {path for path in never if path not in NOT_FOR_THESE} == set()


#: Shown to who has begun to sign in, and there is nobody else: the tests of signing in look at it.
NOT_FOR_THESE = {"/sign-in/second-factor"}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("app", ["resident", "committee"])
def test_the_main_pages_are_as_good_in_every_look(app, look, open_window, town, cases, routes):
    role = "resident" if app == "resident" else "worker"
    walk = Walk(open_window(who(town, role, cases), app=app, size=PHONE, **LOOKS[look]))
    known = parameters(town, cases, role)
    for path in MAIN[app]:
        if path in routes[app]:
            walk.visit(address(path, known))

    assert not walk.wrong
    assert walk.looked_at == len(set(MAIN[app]) & set(routes[app])) >= 5


@pytest.mark.parametrize("app", ["resident", "committee"])
def test_no_chinese_is_left_on_an_english_page_but_what_people_wrote(app, open_window, town, cases, routes):
    role = "resident" if app == "resident" else "worker"
    page = open_window(who(town, role, cases), app=app, size=DESK, lang="en")
    known = parameters(town, cases, role)
    left: dict[str, list[str]] = {}
    for path in routes[app]:
        if page.request.get(address(path, known), max_redirects=3).status == 200:
            page.goto(address(path, known))
            left[path] = [text for text in page.evaluate(CHINESE) if HAN.search(WRITTEN.sub("", text))]

    assert len(left) >= 8
    assert {path: texts for path, texts in left.items() if texts} == {}


HAN = re.compile("[\u4e00-\u9fff]+")
#: Names of places, firms and people, what they wrote, and the way back to Chinese.
WRITTEN = re.compile(
    "宝山区|友谊路街道|牡丹一村(?:居委会)?|临江|\\d+[号室](?:楼)?|牡丹物业|平安电梯|城运中心|王阿姨|小张|陈工|李叔|赵婆婆|周书记|"
    "三楼到四楼之间的楼道灯.*|电梯停在五楼不动了|屋顶漏水，滴到床上|已经上门看过，明天带材料来修|我们去看看|已经请车主开走|看过了|"
    "需要街道协调电梯维保|中文"
)
CHINESE = """() => {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        if (/[\u4e00-\u9fff]/.test(text) && walker.currentNode.parentElement.checkVisibility()) found.push(text);
    }
    return found;
}"""


def test_the_eye_of_the_walk_sees_what_is_wrong(open_window, town):
    walk = Walk(open_window(town.resident()))
    walk.page.evaluate(
        """() => {
            const main = document.querySelector("main");
            main.insertAdjacentHTML("beforeend", '<h1>another</h1><img src="/static/icons/mark.svg">');
            main.style.minWidth = "900px";
        }"""
    )
    walk._look("planted")

    said = " ".join(walk.wrong)
    assert "image-alt" in said
    assert "2 h1" in said
    assert "wider" in said
