"""What tests here do in the pages again and again, and behind their back."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from core_db.cases import VERBS, CaseFilter, Verb, case_shown, own_cases
from core_db.foundation.actor import Actor
from tests.town import Town

MARK = "window.neverLoadedAgain"


def heading(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def report(page: Page, text: str) -> str:
    """Say it in three sentences; returns the id of the case, whose page is open then."""
    page.goto("/report")
    page.locator("#text").fill(text)
    page.get_by_role("button", name="送出").click()
    expect(heading(page)).to_contain_text(text[:8])
    page.wait_for_url("**/cases/*")
    return page.url.rsplit("/", 1)[-1]


def mark(page: Page) -> None:
    """From here on it is seen whether the window was loaded anew."""
    page.evaluate(f"{MARK} = true")


def is_marked(page: Page) -> bool:
    return bool(page.evaluate(f"{MARK} === true"))


def is_live(page: Page) -> None:
    """Wait until the page's socket has said hello, so that what is told next is told live."""
    expect(page.locator("body[data-live-position]")).to_have_count(1)


def do(town: Town, verb: Verb, case_id: str, by: Actor, **said: Any) -> None:
    """Run a verb behind the pages' back, as a colleague elsewhere would."""
    registered = VERBS[verb]
    version = town.see(case_shown, case_id, by=by, lang="zh")["version"]
    known = {"version": version} if registered.versioned else {}
    town.do(registered.use_case, case_id, registered.draft(**said), by=by, **known)


def expect_kept(page: Page, words: str = "draft:") -> None:
    """Wait until what is typed is kept on the device; the page's policy lets no test ask in a string of script."""
    while words not in page.evaluate("() => JSON.stringify({ ...localStorage })"):
        page.evaluate("() => new Promise(requestAnimationFrame)")


def cases_of(town: Town, resident: Actor) -> list[dict[str, Any]]:
    """What this resident has raised, as the database has it."""
    return list(town.see(own_cases, CaseFilter(limit=50), by=resident, lang="zh").items)


def carry_out(page: Page, verb: Verb, **said: str) -> None:
    """Open a verb on the committee's page of a case, fill it in and send it."""
    box = page.locator(f"#do-{verb}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, value in said.items():
        fill_in(box, name, value)
    box.locator("button.btn").click()
    expect(page.locator(".flash")).to_be_visible()


def judge(page: Page, resolved: str, satisfied: str) -> None:
    """Say whether it is fixed and how satisfied one is."""
    box = page.locator("#judge")
    fill_in(box, "resolved", resolved)
    fill_in(box, "satisfied", satisfied)
    box.locator("button.btn").click()


def fill_in(box: Locator, name: str, value: str) -> None:
    """Whatever kind of field it is."""
    # Counting does not wait: the page that shows the field may still be on its way.
    expect(box.locator(f'[name="{name}"]').first).to_be_attached()
    choice = box.locator(f'input:is([type=radio], [type=checkbox])[name="{name}"][value="{value}"]')
    if choice.count():
        choice.check()
    elif (options := box.locator(f'select[name="{name}"]')).count():
        options.select_option(value)
    else:
        box.locator(f'[name="{name}"]').fill(value)
