"""Take the pictures of the plugins' reference anew: each slot on its page, and each block, in a small demonstration.

`make screenshots` takes them after the README's; `python -m scripts.gallery`, these alone. What they show is
`plugins/gallery`, and the code beside them in `docs/plugins` is its own.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from app_shell.commands.house import community_with_code, opened_door
from app_shell.commands.showing import make_world
from app_shell.demo.prepare import HERE, SMALL
from core_db.foundation.settings import Settings
from core_db.installs.words import RunMode
from plugins.gallery import plugin as gallery
from plugins.gallery.blocks import BLOCKS
from plugins.host.exhibited import PICTURES, picture_of_block, picture_of_slot
from plugins.host.fetching import Fetched
from plugins.host.operating import declared_by, enable_for_the_demo, install_fetched
from scripts.screenshots import COLOURS, HOUSE, Camera
from tests.browser.servers import found_browser, running
from tests.databases import SECRET

FOLDER = HOUSE / "docs" / "plugins" / PICTURES
#: What is left around a slot, so that one sees where on the page it is: what comes before it, unless that is long.
LONG, ABOVE, BELOW, ASIDE = 230, 64, 12, 16
#: What keeps its place in the window would stand in the middle of a whole page.
HIDE = "() => document.querySelectorAll('.flash, nav.nav').forEach((one) => { one.style.visibility = 'hidden'; })"
#: As much of a window as shows what is said after something was done.
GONE = 540
#: How far above a place that which comes before it begins.
BEFORE = "(one) => one.getBoundingClientRect().top - one.previousElementSibling.getBoundingClientRect().top"
SAID = "2号花箱的木板松了，孩子们在旁边玩，怕碰着。"


def hang(settings: Settings) -> None:
    """A small demonstration in which the gallery is on, and nothing else."""
    make_world(settings, SMALL, silent=True)
    fetched = Fetched(
        manifest=gallery.manifest,
        version=gallery.manifest.version or "0",
        package="plugins.gallery",
        folder=None,
    )
    with opened_door(settings) as door:
        install_fetched(door, fetched, RunMode.IN_PROCESS, declared_by(fetched, settings.data_dir))
        enable_for_the_demo(door, gallery.id, community_with_code(door, HERE))


# -- pictures ---------------------------------------------------------------------------------------


def around(page: Page, shown: Locator, *, above: int = ABOVE, below: int = BELOW) -> Image.Image:
    """The page, cut to what is shown and some of what stands around it."""
    shown.first.wait_for()
    page.evaluate(HIDE)
    box = shown.first.bounding_box()
    assert box is not None, "it is on the page"
    scrolled = float(page.evaluate("() => scrollY"))
    whole = Image.open(io.BytesIO(page.screenshot(animations="disabled", full_page=True))).convert("RGB")
    left, right = box["x"] - ASIDE, box["x"] + box["width"] + ASIDE
    top, foot = box["y"] + scrolled - above, box["y"] + scrolled + box["height"] + below
    return whole.crop((
        int(max(left, 0)), int(max(top, 0)), int(min(right, whole.width)), int(min(foot, whole.height))
    ))  # fmt: skip


def keep(name: str, image: Image.Image) -> None:
    path = FOLDER / name
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{name}  {image.width}×{image.height}  {path.stat().st_size // 1000} kB")


def slot(page: Page, name: str, address: str) -> None:
    page.goto(address)
    place = page.locator(f"[id^='slot-{name.replace('.', '-')}']")
    place.locator(".card").first.wait_for()
    before = float(place.evaluate(BEFORE))
    keep(picture_of_slot(name), around(page, place, above=int(before) + 8 if before < LONG else ABOVE))


# -- the tour ---------------------------------------------------------------------------------------


def as_a_resident(phone: Page) -> str:
    """The slots of the residents' app; the case that was raised on the way."""
    slot(phone, "resident.home.cards", "/")
    slot(phone, "resident.profile.sections", "/me")
    phone.goto("/me/plugins")
    phone.get_by_role("button", name="我同意").first.click()
    slot(phone, "resident.consents.notes", "/me/plugins")
    slot(phone, "resident.case.form", f"/report?category={gallery.id}.garden")
    phone.locator("#text").fill(SAID)
    phone.get_by_role("button", name="送出").click()
    phone.wait_for_url("**/cases/*")
    slot(phone, "resident.case.panels", phone.url)
    return phone.url.rsplit("/", 1)[-1]


def as_the_committee(desk: Page, case_id: str) -> None:
    slot(desk, "committee.home.cards", "/desk")
    slot(desk, "committee.case.actions", f"/cases/{case_id}")
    slot(desk, "committee.case.panels", f"/cases/{case_id}")
    slot(desk, "committee.reports", "/figures")
    slot(desk, "committee.plugin.status", f"/plugins/{gallery.id}")
    for name, address, below in (
        ("committee.case.list.columns", "/cases", 138),
        ("committee.resident.list.columns", "/people?q=王", BELOW),
    ):
        desk.goto(address)
        row = desk.locator("[data-list-item]:has([data-cells-of])")
        keep(picture_of_slot(name), around(desk, row, above=ABOVE, below=below))
    keep(picture_of_block("Cell"), around(desk, row, above=4, below=4))
    desk.locator("[data-list-item] a").first.click()
    desk.locator("#slot-committee-resident-panels").wait_for()
    slot(desk, "committee.resident.panels", desk.url)
    desk.locator("main a[href*='/households/']").first.click()
    desk.locator("#slot-committee-household-panels").wait_for()
    slot(desk, "committee.household.panels", desk.url)


def blocks(phone: Page) -> None:
    for name in BLOCKS:
        phone.goto(f"/x/{gallery.id}/blocks/{name}")
        for closed in phone.locator("main details").all():
            closed.locator("summary").click()
        main = phone.locator("main")
        heading = main.locator("h1").bounding_box() or {"y": 0, "height": 0}
        top = main.bounding_box() or {"y": 0}
        picture = around(phone, main, above=0, below=0)
        keep(picture_of_block(name), picture.crop((
            0, int(heading["y"] - top["y"] + heading["height"]), picture.width, picture.height
        )))  # fmt: skip
    phone.goto(f"/x/{gallery.id}/rota")
    keep(picture_of_block("Page"), around(phone, phone.locator("main"), above=0, below=0))


def go(phone: Page) -> None:
    phone.goto(f"/x/{gallery.id}/rota")
    phone.get_by_role("button", name="我浇过了").click()
    phone.locator(".flash").first.wait_for()
    said = Image.open(io.BytesIO(phone.screenshot(animations="disabled"))).convert("RGB")
    keep(picture_of_block("Go"), said.crop((0, 0, said.width, GONE)))


def main() -> int:
    chromium = found_browser()
    if chromium is None:
        print("No Chromium is installed: no pictures were taken.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as passing:
        home = Path(passing)
        url = f"sqlite:///{home}/shequyun.db"
        hang(Settings(database_url=url, data_dir=home, demo=True, secret_key=SECRET))
        with running(url, home) as servers, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            camera = Camera(browser, servers)
            phone = camera.resident("13900000001")
            as_the_committee(camera.staff("shuji"), as_a_resident(phone))
            blocks(phone)
            go(phone)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
