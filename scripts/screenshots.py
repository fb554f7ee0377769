"""Take the README's pictures anew: a demo district of its own, both apps, and a browser that looks at them.

`make screenshots`; `scripts/screenshots.py --folder DIR` keeps the prepared demo there for the next time.
"""

import argparse
import io
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))

from app_shell.demo import prepare_demo  # noqa: E402
from core_db.foundation.settings import Settings  # noqa: E402
from plugins.host.demo import furnish  # noqa: E402
from tests.browser.servers import Servers, found_browser, running  # noqa: E402
from tests.databases import SECRET  # noqa: E402

PICTURES = HOUSE / "docs" / "pictures"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 844}
COLOURS, MOST_BYTES = 256, 300_000
SAID = "12号楼3楼楼道的灯不亮了，晚上上下楼看不见台阶。"


class Camera:
    """Signs in and takes pictures."""

    def __init__(self, browser: Browser, servers: Servers) -> None:
        self.browser, self.servers = browser, servers

    def resident(self, phone: str, **how: str) -> Page:
        page = self._window("resident", PHONE, **how)
        page.goto("/sign-in")
        page.locator("#phone").fill(phone)
        page.get_by_role("main").get_by_role("button").first.click()
        page.locator("#code").fill("246810")
        page.get_by_role("main").get_by_role("button", name="登录").click()
        page.get_by_role("link", name="我的诉求").first.wait_for()
        return page

    def staff(self, username: str, **how: str) -> Page:
        page = self._window("committee", DESK, **how)
        page.goto("/sign-in")
        page.locator("#username").fill(username)
        page.locator("#password").fill("demo-2468")
        page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
        page.locator("nav.nav").wait_for()
        return page

    def _window(
        self, app: str, size: dict[str, int], *, theme: str = "light", printed: str = "standard"
    ) -> Page:
        base = self.servers.of(app)
        context: BrowserContext = self.browser.new_context(
            base_url=base, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )  # type: ignore[arg-type]
        kept = {"shequyun_theme": theme, "shequyun_print": printed, "shequyun_language": "zh"}
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in kept.items()])
        return context.new_page()


def picture(page: Page) -> Image.Image:
    page.evaluate("() => document.querySelectorAll('.flash').forEach((one) => one.remove())")
    return Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def keep(name: str, image: Image.Image) -> None:
    """As a small PNG: flat colours need no more than a palette."""
    path = PICTURES / f"{name}.png"
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(HOUSE)}  {image.width}×{image.height}  {size // 1000} kB")
    if size > MOST_BYTES:
        raise SystemExit(f"{name}.png is larger than {MOST_BYTES // 1000} kB.")


def beside(left: Image.Image, right: Image.Image, gap: int = 24, ground: str = "#c9d2cf") -> Image.Image:
    height = max(left.height, right.height)
    sheet = Image.new("RGB", (left.width + right.width + 3 * gap, height + 2 * gap), ground)
    sheet.paste(left, (gap, gap))
    sheet.paste(right, (left.width + 2 * gap, gap))
    return sheet


def take_all(camera: Camera) -> None:
    phone, desk = camera.resident("13900000001"), camera.staff("juwei1")
    phone.goto("/report")
    phone.locator("#text").fill(SAID)
    phone.locator("#text-count").wait_for()
    keep("resident-report", picture(phone))
    case_id = send(phone)
    desk.goto("/desk")
    desk.get_by_text(SAID).first.wait_for()
    keep("committee-desk", picture(desk))

    # Both windows stay open; what is done at the desk arrives on the phone by itself.
    desk.goto(f"/cases/{case_id}?do=acceptance")
    desk.locator("#do-acceptance [name=note]").fill("收到了，今天下午派人来换灯。")
    desk.locator("#do-acceptance button.btn").click()
    phone.get_by_text("收到了，今天下午派人来换灯。").first.wait_for()
    phone.evaluate("() => scrollTo(0, 0)")
    keep("loop", beside(picture(phone), picture(desk)))
    keep("resident-case", picture(phone))

    keep("committee-figures", figures(desk))
    dark = camera.staff("juwei1", theme="dark")
    dark.goto(f"/cases/{case_id}")
    keep("committee-case-dark", picture(dark))
    keep("resident-home-large-print", picture(camera.resident("13900000001", printed="large")))
    take_plugins(camera)


def take_plugins(camera: Camera) -> None:
    """The two pages on which plugins are decided about, and each of the bundled ones at work."""
    phone, desk = camera.resident("13900000001"), camera.staff("shuji")
    desk.goto("/plugins/hello-x/sheet")
    keep("plugin-consent-sheet", picture(desk))
    desk.goto("/plugins/elder-care")
    phone.goto("/me/plugins")
    keep("plugin-pages", beside(picture(phone), picture(desk)))
    desk.goto("/x/elder-care/board")
    keep("plugin-elder-care", picture(desk))
    phone.goto("/x/service-hall/mine")
    desk.goto("/x/service-hall/desk")
    keep("plugin-service-hall", beside(picture(phone), picture(desk)))
    phone.goto("/x/delegates-reception/sessions")
    desk.goto("/x/delegates-reception/sessions")
    keep("plugin-delegates-reception", beside(picture(phone), picture(desk)))
    switch_on(desk, "hello-x")
    phone.goto("/")
    phone.get_by_text("欢迎回家").first.scroll_into_view_if_needed()
    keep("plugin-hello-x", picture(phone))


def switch_on(desk: Page, plugin_id: str) -> None:
    """As its committee does it: the sheet is read, and agreed to."""
    desk.goto(f"/plugins/{plugin_id}/sheet")
    desk.get_by_role("main").get_by_role("checkbox").last.check()
    desk.get_by_role("main").get_by_role("button", name="启用").click()
    desk.get_by_text("已启用").first.wait_for()


def send(phone: Page) -> str:
    phone.get_by_role("button", name="送出").click()
    phone.wait_for_url("**/cases/*")
    phone.locator("#case-main").wait_for()
    return phone.url.rsplit("/", 1)[-1]


def figures(desk: Page) -> Image.Image:
    desk.goto("/figures")
    desk.get_by_role("heading", level=1).wait_for()
    return picture(desk)


def prepare(folder: Path) -> str:
    """The demo in `folder`; returns its database's address."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder}/shequyun.db"
    settings = Settings(database_url=url, data_dir=folder, demo=True, secret_key=SECRET)
    started = datetime.now().astimezone()
    if prepare_demo(settings, tell=print, besides=[furnish]):
        print(f"prepared in {(datetime.now().astimezone() - started) // timedelta(seconds=1)} s")
    return url


def main(arguments: Sequence[str]) -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--folder", type=Path, help="where the demo is prepared and kept")
    folder: Path | None = asked.parse_args(arguments).folder
    chromium = found_browser()
    if chromium is None:
        print("No Chromium is installed: no pictures were taken.", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as passing:
        home = Path(passing) / "demo"
        if folder is not None:
            prepare(folder)
            shutil.copytree(folder, home)
        with running(prepare(home), home) as servers, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            take_all(Camera(browser, servers))
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
