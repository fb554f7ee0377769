"""What all pages promise: nothing slips past the escaping or the policy, and a page is shown what it was given."""

import dataclasses
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, StrictUndefined, nodes

from app_shell.pages import Page, Pages
from committee_app.rows import LOOKS
from core_db.foundation.clock import SystemClock

HOUSE = Path(__file__).resolve().parents[2]
PACKAGES = ("app_shell", "resident_app", "committee_app")
TEMPLATES = sorted(path for package in PACKAGES for path in (HOUSE / package / "templates").rglob("*.html"))

#: What the browser would refuse, or what would let somebody's words become markup.
FORBIDDEN = {
    "a way around the escaping": re.compile(r"\|\s*safe\b|autoescape\s+false", re.I),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "a script in the page": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)|javascript:|\son[a-z]+\s*=\s*[\"']", re.I
    ),
    "something of another site": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I),
}


def page_classes() -> list[type[Page]]:
    for app in ("resident_app", "committee_app"):
        importlib.import_module(f"{app}.main")
    found, waiting = [], list(Page.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.split(".")[0] in PACKAGES and hasattr(kind, "template"):
            found.append(kind)
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


def pages_of(kind: type[Page]) -> Environment:
    return environment_of(kind.__module__.split(".")[0])


@cache
def environment_of(package: str) -> Environment:
    return Pages([HOUSE / package / "templates"], clock=SystemClock()).environment("zh")


@cache
def parsed(environment: Environment, name: str) -> nodes.Template:
    assert environment.loader is not None
    return environment.parse(environment.loader.get_source(environment, name)[0])


def templates_under(
    environment: Environment, name: str, seen: set[str] | None = None
) -> dict[str, nodes.Template]:
    """A template with all that it extends, imports, includes and has drawn."""
    seen = set() if seen is None else seen
    if name in seen:
        return {}
    seen.add(name)
    tree = parsed(environment, name)
    found = {name: tree}
    for kind in (nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import):
        for reference in tree.find_all(kind):
            if isinstance(reference.template, nodes.Const):
                found |= templates_under(environment, reference.template.value, seen)
    for drawn in drawn_in(tree):
        found |= templates_under(environment, drawn, seen)
    return found


def drawn_in(tree: nodes.Template) -> Iterator[str]:
    """`x.html` of each `drawn("x.html", …)`."""
    for call in tree.find_all(nodes.Call):
        if (
            isinstance(call.node, nodes.Name)
            and call.node.name == "drawn"
            and isinstance(call.args[0], nodes.Const)
        ):
            yield call.args[0].value


def asked_of_page(tree: nodes.Template) -> Iterator[str]:
    """`x` of each `page.x`."""
    for attribute in tree.find_all(nodes.Getattr):
        if isinstance(attribute.node, nodes.Name) and attribute.node.name == "page":
            yield attribute.attr


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    found = [
        str(path.relative_to(HOUSE))
        for path in TEMPLATES
        if FORBIDDEN[what].search(re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S))
    ]

    assert len(TEMPLATES) > 40
    assert not found


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("a way around the escaping", "{{ words | safe }}"),
        ("a style in the page", '<p style="color: red">'),
        ("a script in the page", "<script>alert(1)</script>"),
        ("a script in the page", '<a href="#" onclick="go()">'),
        ("something of another site", '<img src="//elsewhere.example/x.png">'),
    ],
)
def test_the_list_would_notice(what, planted):
    assert FORBIDDEN[what].search(planted)


def test_a_page_asks_only_for_what_it_is_given_and_is_given_only_what_it_asks_for():
    wrong = []
    kinds = page_classes()
    # Two pages may share a template; it asks whether the one it shows has what only the other has.
    shared = {kind.template: set() for kind in kinds}
    for kind in kinds:
        shared[kind.template] |= {name for name in dir(kind) if not name.startswith("_")}
        shared[kind.template] |= {field.name for field in dataclasses.fields(kind)}
    for kind in kinds:
        trees = templates_under(pages_of(kind), kind.template).values()
        asked = {name for tree in trees for name in asked_of_page(tree)}
        given = {field.name for field in dataclasses.fields(kind)}
        wrong += [f"{kind.__qualname__}.{name} is never shown" for name in sorted(given - asked)]
        wrong += [f"{kind.template} asks for page.{name}" for name in sorted(asked - shared[kind.template])]

    assert len(kinds) > 25
    assert not wrong


def test_every_template_of_an_app_belongs_to_a_page():
    used: set[str] = set()
    shown = next(kind for kind in page_classes() if kind.__module__ == "committee_app.pages.cases")
    for template in LOOKS.values():
        used |= {f"committee_app/{name}" for name in templates_under(pages_of(shown), template)}
    for kind in page_classes():
        used |= {
            f"{kind.__module__.split('.')[0]}/{name}"
            for name in templates_under(pages_of(kind), kind.template)
        }
    own = [
        f"{path.relative_to(HOUSE).parts[0]}/{path.relative_to(HOUSE / path.relative_to(HOUSE).parts[0] / 'templates')}"
        for path in TEMPLATES
        if path.relative_to(HOUSE).parts[0] != "app_shell"
    ]

    assert len(own) > 20
    assert [name for name in own if name not in used] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_template_is_not_given_it_cannot_show(lang):
    environment = Pages([], clock=SystemClock()).environment(lang)

    assert environment.undefined is StrictUndefined
    assert environment.autoescape is True


def test_a_browser_that_knows_no_pairs_of_colours_has_the_light_ones():
    sheet = (HOUSE / "app_shell" / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    plain, _, paired = sheet.partition("@supports")
    pairs = re.findall(r"(--[\w-]+): light-dark\((#\w+), #\w+\);", paired)

    assert len(pairs) > 20
    assert "light-dark" not in plain
    assert [name for name, light in pairs if f"{name}: {light};" not in plain] == []
