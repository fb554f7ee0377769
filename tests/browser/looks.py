"""How a page can be looked at: light, dark or in large print, on a phone or at a desk."""

from dataclasses import dataclass
from zlib import crc32

from playwright.sync_api import Page

from tests.browser.windows import DESK, PHONE

SIZES = {"phone": PHONE, "desk": DESK}
#: What is kept of somebody's choice.
CHOICES = {
    "light": {"shequyun_theme": "light", "shequyun_print": "standard"},
    "dark": {"shequyun_theme": "dark", "shequyun_print": "standard"},
    "large print": {"shequyun_theme": "light", "shequyun_print": "large"},
}


#: All that other colours may spoil; elsewhere a page is asked everything.
IN_THE_DARK = ("color-contrast",)


@dataclass(frozen=True)
class Look:
    """One of them, in words."""

    choice: str
    size: str

    @property
    def rules(self) -> tuple[str, ...]:
        """What is looked for, where it is not all."""
        return IN_THE_DARK if self.choice == "dark" else ()

    def __str__(self) -> str:
        return f"{self.choice}, {self.size}"

    def put_on(self, page: Page) -> None:
        """The window shows the next page so."""
        page.set_viewport_size(SIZES[self.size])  # type: ignore[arg-type]
        at = page.evaluate("location.origin")
        page.context.add_cookies([
            {"name": name, "value": value, "url": at} for name, value in CHOICES[self.choice].items()
        ])  # fmt: skip


LOOKS = tuple(Look(choice, size) for choice in CHOICES for size in SIZES)


def every_look(_route: str) -> tuple[Look, ...]:
    return LOOKS


def one_for_each_route(route: str) -> tuple[Look, ...]:
    """A checksum chooses, so that a page is seen the same at every run, and over all pages every look is met."""
    return (LOOKS[crc32(route.encode()) % len(LOOKS)],)
