"""What kinds of elements a page shows, so that it is looked at again only where it shows another."""

from collections.abc import Hashable
from html.parser import HTMLParser

#: Elements that hold nothing.
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Elements(HTMLParser):
    """Each kind of element in each kind of element: name, class and which attributes it has; and whether in `main`."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[tuple[bool, Hashable]] = set()
        self._within: list[tuple[str, str]] = [("", "")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        this = tag, given.get("class") or ""
        within_main = any(name == "main" for name, _class in self._within)
        self.kinds.add((within_main, (self._within[-1], this, tuple(sorted(given)))))
        if tag not in EMPTY:
            self._within.append(this)

    def handle_endtag(self, tag: str) -> None:
        while len(self._within) > 1 and self._within.pop()[0] != tag:
            """What was left open ends with what it stands in."""


def kinds_of_elements(html: str) -> set[tuple[bool, Hashable]]:
    elements = _Elements()
    elements.feed(html)
    return elements.kinds
