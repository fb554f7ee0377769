"""Windows of people at their own app. A window remembers what the browser complained of."""

from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from core_db.foundation.actor import Actor, ActorKind
from tests.browser.servers import Servers
from tests.town import Town

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
#: How long a window waits for what should come; a busy machine is slow, not wrong.
PATIENCE = 30_000


class OpenWindow(Protocol):
    """How a test opens a window: who, at which address, how it looks."""

    def __call__(
        self, actor: Actor | None, path: str = "/", *, app: str | None = None, **how: Any
    ) -> Page: ...


def lose_the_line(page: Page) -> None:
    """Cut it once the service worker has come: one that is cut off on its way is complained of by the browser."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)


class Windows:
    """All windows of one test."""

    def __init__(self, browser: Browser, servers: Servers, town: Town) -> None:
        self.browser, self.servers, self.town = browser, servers, town
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def open(
        self, actor: Actor | None, path: str = "/", *, app: str | None = None, size: dict[str, int] | None = None,
        script: bool = True, lang: str = "zh", theme: str = "light", large: bool = False,
    ) -> Page:  # fmt: skip
        """Somebody at his app: a phone for residents, a desk for the others, unless `size` says otherwise."""
        app = app or _app_of(actor)
        base = self.servers.of(app)
        context = self.browser.new_context(
            base_url=base, viewport=size or (PHONE if app == "resident" else DESK), java_script_enabled=script,
            locale=LANGUAGES[lang], timezone_id="Asia/Shanghai",
        )  # fmt: skip
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        kept = {"shequyun_theme": theme, "shequyun_language": lang}
        kept |= {"shequyun_print": "large"} if large else {}
        kept |= {f"shequyun_{app}": self.town.token_of(actor)} if actor is not None else {}
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in kept.items()])
        page = context.new_page()
        page.on("console", self._overhear)
        page.on("pageerror", lambda fault: self.complaints.append(f"a script failed: {fault}"))
        page.on("response", self._note)
        page.goto(path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        assert not self.complaints, self.complaints

    def _overhear(self, message: ConsoleMessage) -> None:
        # What an answer's status was, `_note` judges; a line that is down is what some tests are about.
        expected = ("Failed to load resource", "WebSocket connection to")
        if message.type in ("error", "warning") and not message.text.startswith(expected):
            self.complaints.append(f"{message.type}: {message.text}")

    def _note(self, response: Response) -> None:
        """A page may be refused in words; what belongs to a page has to be there."""
        path = urlsplit(response.url).path
        if response.status >= 500 or (response.status >= 400 and path.startswith("/static/")):
            self.complaints.append(f"{response.status} {path}")


def _app_of(actor: Actor | None) -> str:
    return "resident" if actor is None or actor.kind is ActorKind.RESIDENT else "committee"
