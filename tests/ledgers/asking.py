"""Reads a page's forms as whoever fills them does: what each control asks, about whom, and whether it comes filled."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from core_db.ledgers import meant_by
from core_db.people import RegisterField

#: Controls that ask nothing in words of one's own.
SILENT = {"hidden", "submit", "button", "checkbox", "file", "search", "image", "reset", "password"}
EMPTY = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Control:
    """A control of a form."""

    name: str
    id: str
    label: str
    value: str
    #: Ids and other values that the form says about whom it is: its address, and what it carries hidden.
    about: str

    @property
    def asks(self) -> str | None:
        """The key of the catalogue that it asks for, by its words or by its name."""
        words = self.label.split("（")[0].strip()
        said = [words, *words.split(" ")[1:]]
        found = next((known.key for one in said if one and (known := meant_by(one)) is not None), None)
        bare = self.name.rsplit("-", 1)[0]
        return found or (f"person.{bare}" if bare in list(RegisterField) else None)


@dataclass
class _Form:
    action: str
    controls: list[Control] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """Every control of every form of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._forms: list[_Form] = []
        self._labels: dict[str, str] = {}
        self._label: str | None = None
        self._open: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._forms.append(_Form(given.get("action", "")))
        elif tag == "label":
            self._label = given.get("for")
        elif self._forms and tag in ("input", "select", "textarea"):
            self._control(tag, given)
        elif tag == "option" and self._open is not None and "selected" in given:
            self._open.value = given.get("value", "")

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, kind = self._forms[-1], given.get("type", "text")
        if tag == "input" and kind == "hidden":
            form.hidden.append(given.get("value", ""))
        if (tag == "input" and kind in SILENT) or (kind == "radio" and "checked" not in given):
            return
        control = Control(
            given.get("name", ""),
            given.get("id", ""),
            given.get("aria-label", ""),
            given.get("value", ""),
            "",
        )
        form.controls.append(control)
        self._open = control if tag != "input" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._label = None
        elif tag in ("select", "textarea"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._label is not None:
            self._labels[self._label] = self._labels.get(self._label, "") + data
        elif self._open is not None and self.lasttag == "textarea" and not self._open.value:
            self._open.value = data.strip()

    def controls(self) -> list[Control]:
        found = []
        for form in self._forms:
            about = " ".join((self._address, form.action, *form.hidden))
            for one in form.controls:
                one.about = f"{about} {one.name}"
                one.label = one.label or self._labels.get(one.id, "").strip()
                found.append(one)
        return found


def controls_of(html: str, address: str = "") -> list[Control]:
    forms = Forms(address)
    forms.feed(html)
    return forms.controls()


def asked_again(controls: list[Control], known: dict[str, set[str]]) -> list[Control]:
    """Controls that ask a fact that the register knows of the one the form is about, and come empty."""
    return [
        one
        for one in controls
        if not one.value and any(person in one.about and one.asks in keys for person, keys in known.items())
    ]
