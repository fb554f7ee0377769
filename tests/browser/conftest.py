"""Two running apps on one SQLite file, a browser, and windows of whoever a test needs.

The apps are processes of their own, as in service; the file, the ports and the browser belong to one worker of
the tests. Without a Chromium on the machine these tests say so and are left out.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from core_db.foundation.clock import SystemClock
from tests.browser.servers import Servers, found_browser, running
from tests.browser.walks import cases_to_look_at, page_routes
from tests.browser.windows import PATIENCE, OpenWindow, Windows
from tests.databases import SqliteDatabases, open_door, settings_for
from tests.town import Town, found_town

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync",
    "--no-first-run", "--mute-audio",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is marked, so that `-m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def _chromium() -> str:
    path = found_browser()
    if path is None:
        pytest.skip("No Chromium is installed on this machine: the pages were not walked in a browser.")
    return path


@pytest.fixture(scope="module")
def browser(_chromium: str) -> Iterator[Browser]:
    """A browser for one file of tests: its driver keeps an event loop running, which other files' loops bear ill."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=_chromium, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("running")


@pytest.fixture(scope="session")
def servers(_chromium: str, _folder: Path) -> Iterator[Servers]:
    """Both apps, started as `uvicorn --factory` starts them, in the town of the tests."""
    with SqliteDatabases(_folder, found_town).fresh(_folder) as url, running(url, _folder) as started:
        yield started


@pytest.fixture(scope="session")
def town(servers: Servers, _folder: Path) -> Iterator[Town]:
    """Whoever lives and works in the running town; he may be asked to do something behind the pages' back."""
    door = open_door(settings_for(servers.database_url, _folder))
    yield Town(door, SystemClock())
    door.close()


@pytest.fixture
def open_window(browser: Browser, servers: Servers, town: Town) -> Iterator[OpenWindow]:
    """`open_window(actor)` → a page of the actor's own app; afterwards nothing may have been complained of."""
    windows = Windows(browser, servers, town)
    yield windows.open
    windows.close()


@pytest.fixture
def words(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """`words("the lamp is dark")` → the sentence, unlike any other test's: similar ones would be asked about."""
    return lambda sentence: f"{sentence}（{request.node.name[-24:]}）"


@pytest.fixture(scope="module")
def cases(town: Town) -> dict[str, Any]:
    """Cases in several states, so that the pages have something to show."""
    return cases_to_look_at(town)


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The pages of each app."""
    folder = tmp_path_factory.mktemp("routes")
    return {app: page_routes(app, folder) for app in ("resident", "committee")}
