"""Every address that stands in an answer, wherever it stands: in a page's attributes, in JSON, in a header."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote, urljoin

from fastapi import FastAPI

from tests.security.knocking import Answer
from tests.security.matrix import routes_of

#: Attributes that hold addresses; our own (`data-…`, `hx-…`) may, and the second of them may hold several.
HOLDING = re.compile(
    r"""\s(?:href|src|action|formaction|poster|cite|background|data-[\w-]+|hx-[\w-]+)=["']((?:/|https?:)[^"'\s]*)"""
    r"""|\ssrcset=["']([^"']+)|\scontent=["'][^"']*url=([^"']+)""",
    re.IGNORECASE,
)
IN_JSON = re.compile(r'"((?:/|https?:)[^"\\\s]*)"')
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|(?<=[/=])\d+")
#: So many addresses of one form are asked; they differ in their ids alone.
OF_ONE_FORM = 2


def addresses_in(answer: Answer, origin: str) -> set[str]:
    """Paths with their queries, of our own site alone."""
    said, kind = answer.body.decode("utf-8", "ignore"), answer.header("content-type")
    found: Iterable[str] = ()
    if kind.startswith("text/html"):
        found = map(unescape, _held_in(said))
    elif "json" in kind:
        found = IN_JSON.findall(said)
    led = [value for name, value in answer.headers if name in ("location", "content-location")]
    full = (urljoin(f"{origin}/", one).partition("#")[0] for one in (*found, *led))
    return {one.removeprefix(origin) for one in full if one.startswith(f"{origin}/")}


def _held_in(page: str) -> Iterator[str]:
    for alone, several, onward in HOLDING.findall(page):
        yield from (one.split()[0] for one in several.split(",") if one.strip())
        yield from (one for one in (alone, onward) if one)


def few_of_each_form(found: Iterable[str]) -> list[str]:
    forms: dict[str, list[str]] = {}
    for one in sorted(found):
        forms.setdefault(ID.sub("_", one), []).append(one)
    return [one for alike in forms.values() for one in alike[:OF_ONE_FORM]]


def route_at(app: FastAPI, path: str) -> str:
    """The route that answers a GET there; empty where none does."""
    said = unquote(path)
    return next((route for form, route in _forms(app) if form.fullmatch(said)), "")


def _forms(app: FastAPI) -> list[tuple[re.Pattern[str], str]]:
    if not hasattr(app.state, "forms_of_routes"):
        routes = [route for method, route in routes_of(app) if method == "GET"]
        app.state.forms_of_routes = [(_form(route), route) for route in routes]
    forms: list[tuple[re.Pattern[str], str]] = app.state.forms_of_routes
    return forms


def _form(route: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+(?::path)?\})", route)
    return re.compile("".join(map(_as_it_fits, parts)))


def _as_it_fits(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return ".+" if ":path" in part else "[^/]+"
