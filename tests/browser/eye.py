"""Goes from page to page of an app and notes what is wrong with each, in every look it is told to."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Page

from tests.browser.elements import kinds_of_elements
from tests.browser.looks import Look

Looks = Callable[[str], Sequence[Look]]
#: The eye, as a script that says what it sees.
AXE = Axe().axe_script
ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


class Walk:
    """Goes from page to page and notes what is wrong with each.

    A page is opened in the browser when it shows something that has not been looked at there: another kind of
    element in another kind of element. Who sees less or more of the same rows sees the same page.
    `looks` says in which looks a route is opened; without it the window stays as it is.
    """

    def __init__(
        self, page: Page, seen: set[Hashable] | None = None, rules: Iterable[str] = ALL, looks: Looks | None = None
    ) -> None:  # fmt: skip
        self.page, self.looks = page, looks
        #: What has been looked at in this look of the pages, whoever it was shown to.
        self.seen = set() if seen is None else seen
        self.rules = list(rules)
        self.wrong: list[str] = []
        self.looked_at = 0
        self.worn: set[Look] = set()
        # The browser keeps the script for every page to come; the one that is open has to be given it.
        page.context.add_init_script(AXE)
        page.evaluate(AXE)

    def visit(self, path: str, route: str | None = None) -> int:
        """The status of its answer; `route` is the path with its parameters in braces."""
        answer = self.page.request.get(path)
        if _is_html(answer) and self._has_news(path, route or path, answer):
            for look in self.looks(route or path) if self.looks else (None,):
                self._open(path, answer.status, look)
        if answer.status not in (200, 401, 403, 404):
            self.wrong.append(f"{path}: answered {answer.status}")
        return answer.status

    def _open(self, path: str, status: int, look: Look | None) -> None:
        if look is not None:
            look.put_on(self.page)
            self.worn.add(look)
        shown = self.page.goto(path)
        assert shown is not None
        assert shown.status == status
        self.look(f"{path} ({look})" if look else path, look.rules if look else ())

    def _has_news(self, path: str, route: str, answer: APIResponse) -> bool:
        """Refusals of one kind are one template, wherever they are met; so is where somebody is sent instead."""
        where = route if answer.ok else str(answer.status)
        if answer.ok and urlsplit(answer.url).path != urlsplit(path).path:
            where = urlsplit(answer.url).path
        # What stands around the page itself is one template on all of them.
        kinds = kinds_of_elements(answer.text())
        new = {(where if within_main else "around", kind) for within_main, kind in kinds} - self.seen
        self.seen |= new
        return bool(new)

    def look(self, path: str, rules: Sequence[str] = ()) -> None:
        self.looked_at += 1
        only = {"runOnly": list(rules or self.rules), "resultTypes": ["violations"]}
        for one in self.page.evaluate("only => axe.run(only).then(seen => seen.violations)", only):
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


def _is_html(answer: APIResponse) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")
