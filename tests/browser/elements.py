"""What a page consists of, as it is sent: which kinds of elements, and which words somebody may come to see."""

from collections.abc import Hashable
from html.parser import HTMLParser

#: Elements that hold nothing.
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Elements whose words are for programmes; the title stands in no page.
UNSEEN = {"head", "script", "style", "template"}


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


class _Texts(HTMLParser):
    """The words between elements, but for what no browser shows; what is folded or kept for a reader is among them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY and (self._unseen or tag in UNSEEN or "hidden" in dict(attrs)):
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._unseen and self._unseen.pop() != tag:
            """What was left open ends with what it stands in."""

    def handle_data(self, data: str) -> None:
        if not self._unseen and (text := data.strip()):
            self.texts.append(text)


def texts_of(html: str) -> list[str]:
    page = _Texts()
    page.feed(html)
    return page.texts


def kinds_of_elements(html: str) -> set[tuple[bool, Hashable]]:
    elements = _Elements()
    elements.feed(html)
    return elements.kinds
