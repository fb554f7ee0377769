"""Bars as a picture that stands alone: SVG without scripts, readable in light and dark, small enough for a phone.

The same values give the same bytes. What is drawn is also said: as text beside each bar, and in the description.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

#: The width of a picture in its own units; on a phone of 360 px it loses a quarter, so the smallest text is 12.
WIDTH, EDGE = 440, 20
INNER = WIDTH - 2 * EDGE
#: Signs that fit into a line of titles, of labels beside their values, and of the source.
TITLE_SIGNS, LABEL_SIGNS, SMALL_SIGNS = 40, 54, 62
THICK, THIN = 11, 8
#: Where an axis may end.
STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)

STYLE = """
.sheet{fill:#fff;stroke:#dbe2e0}
text{font-family:system-ui,-apple-system,"Segoe UI","PingFang SC","Noto Sans CJK SC",sans-serif;font-size:14px;fill:#15201e;font-variant-numeric:tabular-nums}
.title{font-size:17px;font-weight:600}
.value{font-weight:600}
.end{text-anchor:end}.middle{text-anchor:middle}
.small{font-size:12px;fill:#51605d}
.track{fill:#f4f6f5;stroke:#dbe2e0}
.bar{fill:#0b6b5f}
.pale{fill:#e0f1ee;stroke:#0b6b5f}
.axis{stroke:#6f7d7a}
.around{stroke:#fff;stroke-width:6}
.floor{stroke:#a8201a;stroke-width:2.5}
@media (prefers-color-scheme:dark){
.sheet{fill:#18201f;stroke:#2c3836}
text{fill:#e8efed}
.small{fill:#a3b3af}
.track{fill:#101615;stroke:#2c3836}
.bar{fill:#5fd0bd}
.pale{fill:#12332e;stroke:#5fd0bd}
.axis{stroke:#7d8d89}
.around{stroke:#18201f}
.floor{stroke:#ff9d94}
}
"""


@dataclass(frozen=True)
class Bar:
    """One line: what it is of, one value or two that belong together, and both in words."""

    label: str
    values: tuple[float, ...]
    said: str
    #: What a release must reach, or stay below.
    floor: float | None = None


@dataclass(frozen=True)
class Panel:
    """Bars with one axis and one unit."""

    heading: str
    unit: str
    bars: Sequence[Bar]
    #: What the floor is, in words.
    floor: str = ""
    #: Which of two values is which.
    key: tuple[str, str] | None = None

    @property
    def top(self) -> float:
        """Where the axis ends: the first round number that nothing goes beyond."""
        most = max(
            [*(value for bar in self.bars for value in bar.values), *(bar.floor or 0 for bar in self.bars)]
        )
        power = 10 ** math.floor(math.log10(most)) if most > 0 else 1
        return float(next(step * power for step in STEPS if step * power >= most * 0.9999))


@dataclass(frozen=True)
class Picture:
    """A title, panels below it, and from which run it is."""

    title: str
    panels: Sequence[Panel]
    source: Sequence[str]


def number(value: float) -> str:
    """As it is read: three significant digits at most behind the point, thousands apart."""
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    told = f"{value:,.{digits}f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def draw(picture: Picture) -> str:
    """The picture as SVG."""
    sheet = _Sheet()
    sheet.lines(picture.title, TITLE_SIGNS, "title", 22)
    for panel in picture.panels:
        _draw_panel(sheet, panel)
    sheet.y += 14
    for line in picture.source:
        sheet.lines(line, SMALL_SIGNS, "small", 17)
    return sheet.finished(picture.title, _described(picture))


@dataclass
class _Sheet:
    """What has been drawn, and how far down."""

    y: float = EDGE - 4
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, words: str, kind: str = "", dy: float = 0) -> None:
        called = f' class="{kind}"' if kind else ""
        self.parts.append(f'<text x="{_at(x)}" y="{_at(self.y + dy)}"{called}>{escape(words)}</text>')

    def lines(self, words: str, signs: int, kind: str, step: int) -> None:
        for line in textwrap.wrap(words, signs, break_long_words=False, break_on_hyphens=False):
            self.y += step
            self.text(EDGE, line, kind)

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        self.parts.append(
            f'<rect class="{kind}" x="{_at(x)}" y="{_at(y)}" width="{_at(width)}" height="{_at(height)}" rx="3"/>'
        )

    def line(self, x: float, y: float, to_x: float, to_y: float, kind: str) -> None:
        self.parts.append(
            f'<line class="{kind}" x1="{_at(x)}" y1="{_at(y)}" x2="{_at(to_x)}" y2="{_at(to_y)}"/>'
        )

    def finished(self, title: str, description: str) -> str:
        height = _at(self.y + EDGE)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
            'role="img" aria-labelledby="title description">'
        )
        said = (
            f'<title id="title">{escape(title)}</title>\n<desc id="description">{escape(description)}</desc>'
        )
        sheet = f'<rect class="sheet" x=".5" y=".5" width="{WIDTH - 1}" height="{_at(self.y + EDGE - 1)}" rx="12"/>'
        return "\n".join([head, said, f"<style>{STYLE}</style>", sheet, *self.parts, "</svg>", ""])


def _draw_panel(sheet: _Sheet, panel: Panel) -> None:
    sheet.y += 28
    sheet.text(EDGE, panel.heading, "small")
    if panel.floor:
        right = WIDTH - EDGE - 2
        sheet.text(right - 6, panel.floor, "small end")
        sheet.line(right, sheet.y - 11, right, sheet.y + 2, "floor")
    if panel.key is not None:
        _draw_key(sheet, panel.key)
    for bar in panel.bars:
        _draw_bar(sheet, bar, panel.top)
    _draw_axis(sheet, panel)


def _draw_key(sheet: _Sheet, key: tuple[str, str]) -> None:
    sheet.y += 20
    x = float(EDGE)
    for words, kind in zip(key, ("pale", "bar"), strict=True):
        sheet.box(x, sheet.y - 9, 16, 9, kind)
        sheet.text(x + 22, words, "small")
        x += 22 + 6.6 * len(words) + 16


def _draw_bar(sheet: _Sheet, bar: Bar, top: float) -> None:
    sheet.y += 24
    first, *more = textwrap.wrap(bar.label, LABEL_SIGNS - len(bar.said)) or [""]
    sheet.text(EDGE, first)
    sheet.text(WIDTH - EDGE, bar.said, "value end")
    for line in more:
        sheet.y += 18
        sheet.text(EDGE, line)
    sheet.y += 7
    begins, height = sheet.y, THICK if len(bar.values) == 1 else THIN
    for order, value in enumerate(bar.values):
        sheet.box(EDGE, sheet.y, INNER, height, "track")
        kind = "pale" if order < len(bar.values) - 1 else "bar"
        if value > 0:
            sheet.box(EDGE, sheet.y, max(2.0, INNER * value / top), height, kind)
        sheet.y += height + 2
    sheet.y -= 2
    if bar.floor is not None:
        x = EDGE + INNER * bar.floor / top
        sheet.line(x, begins - 3, x, sheet.y + 3, "around")
        sheet.line(x, begins - 3, x, sheet.y + 3, "floor")


def _draw_axis(sheet: _Sheet, panel: Panel) -> None:
    sheet.y += 9
    sheet.line(EDGE, sheet.y, WIDTH - EDGE, sheet.y, "axis")
    for part, kind in ((0.0, "small"), (0.5, "small middle"), (1.0, "small end")):
        x = EDGE + INNER * part
        sheet.line(x, sheet.y, x, sheet.y + 4, "axis")
        unit = f" {panel.unit}" if part == 1 else ""
        sheet.text(x, number(panel.top * part) + unit, kind, dy=17)
    sheet.y += 17


def _described(picture: Picture) -> str:
    panels = (
        f"{panel.heading}{f' ({panel.floor})' if panel.floor else ''}: " + "; ".join(map(_said, panel.bars))
        for panel in picture.panels
    )
    return ". ".join(panels) + f". {', '.join(picture.source)}."


def _said(bar: Bar) -> str:
    floor = "" if bar.floor is None else f", floor {number(bar.floor)}"
    return f"{bar.label} {bar.said}{floor}"


def _at(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
