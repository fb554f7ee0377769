"""What a phone keeps of the apps, so that a page needs nothing but itself, also after its server was renewed."""

import pytest
from playwright.sync_api import Error, Page

from tests.browser.windows import lose_the_line

SHELF = "look-2"
FORMER = "/static/0123456789"


def opened_again(page: Page) -> None:
    """As a page that was here before: what it needs comes through the worker."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()


def names_on_the_shelf(page: Page) -> set[str]:
    return set(
        page.evaluate(
            "async (name) => (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)",
            SHELF,
        )
    )


def test_a_page_opened_again_asks_its_server_for_none_of_its_files(open_window, town):
    page = open_window(town.resident())
    opened_again(page)
    page.evaluate(
        """async (name) => {
            const shelf = await caches.open(name);
            for (const kept of await shelf.keys())
                await shelf.put(kept, new Response("", { headers: { "X-From": "the shelf" } }));
        }""",
        SHELF,
    )

    # Asked as the page asks for them: each address of ours that it loaded.
    came = page.evaluate("""() => Promise.all(performance.getEntriesByType("resource").map((one) => one.name)
        .filter((name) => /\\.(js|css)$/.test(name))
        .map((name) => fetch(name).then((answer) => answer.headers.get("X-From"))))""")

    assert len(came) > 15
    assert set(came) == {"the shelf"}


def test_when_its_server_was_renewed_a_phone_keeps_the_new_look_and_lets_the_former_go(open_window, town):
    page = open_window(town.resident())
    opened_again(page)
    worn = names_on_the_shelf(page)
    base = next(name for name in worn if name.endswith("/css/base.css"))
    page.evaluate(
        """async ({ shelf, base, former }) => {
            const kept = await caches.open(shelf);
            await kept.put(`${former}/css/base.css`, new Response("the former one"));
            await kept.delete(base);
            await kept.delete("/offline");
        }""",
        {"shelf": SHELF, "base": base, "former": FORMER},
    )

    page.evaluate("(base) => fetch(base)", base)

    page.evaluate(
        """async ([name, former]) => {
            const shelf = await caches.open(name);
            while (await shelf.match(former)) await new Promise(requestAnimationFrame);
        }""",
        [SHELF, f"{FORMER}/css/base.css"],
    )
    assert names_on_the_shelf(page) == worn


def test_without_a_network_a_page_of_before_wears_what_there_is(open_window, town):
    page = open_window(town.resident())
    opened_again(page)
    lose_the_line(page)

    said = page.evaluate("(former) => fetch(`${former}/js/words.js`).then((answer) => answer.text())", FORMER)

    assert "export const word" in said
    page.context.set_offline(False)


def test_back_to_what_a_form_was_answered_with_is_not_taken_for_a_lost_network(open_window, town):
    page = open_window(town.resident(), "/report")
    opened_again(page)
    # A form that comes back is a page that only the same sending gives.
    page.evaluate("() => { const form = document.querySelector('form[action=\"/report\"]'); form.submit(); }")
    page.wait_for_selector(".fault-summary")
    page.goto("/me")

    # The browser asks by itself whether to send it again.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
