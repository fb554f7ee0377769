"""Pages: from a resident's POST answered until the committee's open page shows it, a thousand sockets open beside.

python -m bench pages [--sockets 1000]

Two processes on one file, and a browser without a window that looks at the page as a person would.
"""

import asyncio
import itertools
import json
import shutil
import statistics
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as NotSeen

from bench.live import Arrivals, Side, open_sockets, two_sides
from bench.recording import record

POSTS, PATIENCE, PAUSE = 60, 3_000, 0.7
PAGES = ("/cases", "/desk")
#: Notes, on the clock of the machine, when the part that is live next changed.
WATCH = """() => {
  const live = document.querySelector("main [data-live]");
  new MutationObserver(() => { window.changed ??= Date.now(); }).observe(
    live, { subtree: true, childList: true, characterData: true });
}"""


def main(sockets: int) -> None:
    with two_sides() as sides:
        rows = asyncio.run(_beside(sides, sockets))
    record("pages", rows, f"{POSTS} cases each, {sockets} sockets open beside; all on the same machine")


async def _beside(sides: Sequence[Side], sockets: int) -> list[dict[str, Any]]:
    arrivals = Arrivals()
    for side in sides:
        await open_sockets(side, sockets // len(sides), arrivals)
    return await asyncio.to_thread(_look, *sides)


def _look(resident: Side, committee: Side) -> list[dict[str, Any]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        return [_changes(browser, committee, resident, page) for page in PAGES]


def _changes(browser: Browser, committee: Side, resident: Side, path: str) -> dict[str, Any]:
    base = f"http://127.0.0.1:{committee.port}"
    context = browser.new_context(base_url=base, locale="zh-CN")
    context.add_cookies([{"name": "shequyun_committee", "value": committee.tokens[0], "url": base}])
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    page.evaluate(WATCH)
    took, tokens = [], itertools.cycle(resident.tokens)
    for number in range(POSTS):
        page.evaluate("() => { window.changed = undefined; }")
        answered = _raise(resident.port, next(tokens), f"{path}-{number}")
        took += [changed - answered for changed in _changed(page)]
        time.sleep(PAUSE)
    context.close()
    hundredths = statistics.quantiles(took, n=100, method="inclusive")
    return {
        "page": path, "shown": f"{len(took)} of {POSTS}", "answer→shown p50 ms": round(hundredths[49]),
        "p95": round(hundredths[94]), "p99": round(hundredths[98]),
    }  # fmt: skip


def _changed(page: Page) -> Sequence[float]:
    """When the page changed; of a case that stands below what a page shows of many, not at all."""
    try:
        page.wait_for_function("() => window.changed", timeout=PATIENCE)
    except NotSeen:
        return []
    return [page.evaluate("() => window.changed")]


def _raise(port: int, token: str, key: str) -> float:
    """A case as a program raises it; the moment of the answer, in milliseconds of the machine's clock."""
    body = json.dumps({"text": f"楼道灯不亮，晚上看不清楚（{key}）"}).encode()
    head = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": f"bench-{key}",
        "Content-Type": "application/json",
    }
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/cases", data=body, headers=head)
    with urllib.request.urlopen(asked) as answer:
        answer.read()
        return time.time() * 1000
