"""Pages: dataclasses whose fields are the whole context of a template, rendered in the visitor's language.

There is one Jinja environment for each language, so that a sentence costs one dictionary look-up, and a
macro, which sees only globals, speaks the right language too.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar, dataclass_transform
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.meta import find_referenced_templates
from lucide.jinja import lucide as draw
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match

from app_shell import moments
from app_shell.compiling import LanguageEnvironment
from app_shell.context import LANGUAGES, VISIT, NavEntry, Neighbourhood, Shell, Visit, shell_of, visit_of
from app_shell.neighbourhood import belongs_to, neighbourhood_at
from app_shell.static_files import called_scripts, static
from app_shell.words import say
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import NOWHERE

HERE = Path(__file__).parent
#: How many partials a language keeps once drawn, of at most some ten kilobytes.
DRAWN_KEPT = 1_000
FLASH_SECONDS = 60
YEAR = 365 * 24 * 3600
NEIGHBOURHOOD_SECONDS = 60.0


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Page:
    """Parent of every page: `class CasePage(Page, template="cases/show.html")`; its fields are what it shows."""

    template: ClassVar[str]

    def __init_subclass__(cls, *, template: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if template:
            cls.template = template
        dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)


# -- the frame --------------------------------------------------------------------------------------


class Frame:
    """`shell` in a template: what the layout around every page needs to know."""

    def __init__(self, request: Request, shell: Shell, visit: Visit, *, flash: str | None) -> None:
        self._request = request
        self._shell = shell
        self._visit = visit
        self.app = shell.name
        self.csrf = visit.csrf
        self.flash = flash
        self.version = shell.version
        self.demo = shell.settings.demo
        self.signed_in = visit.actor.is_signed_in
        self.places = [one.name for one in visit.neighbourhoods]

    @property
    def actor(self) -> Actor:
        return self._visit.actor

    @cached_property
    def phones(self) -> Sequence[tuple[str, str]]:
        """The committees' telephones, each with its neighbourhood's name where there are several."""
        places = self._visit.neighbourhoods
        return [(one.name if len(places) > 1 else "", one.phone) for one in places if one.phone]

    @cached_property
    def print_mode(self) -> str:
        """`standard`, `large`, or `largest`: the step beyond, for residents alone, whose pages have room for it."""
        mode = self._request.cookies.get("shequyun_print")
        if mode == "largest":
            return mode if self.app == "resident" else "large"
        return mode if mode == "large" else "standard"

    @cached_property
    def theme(self) -> str:
        theme = self._request.cookies.get("shequyun_theme")
        return theme if theme in ("light", "dark") else "auto"

    @cached_property
    def path(self) -> str:
        """The page's own address, to come back to; of what a form was answered with, the page it was sent from."""
        path, query = self._request.scope["path"], self._request.scope["query_string"].decode("latin-1")
        if self._request.method == "POST":
            return self._sent_from(path)
        return f"{path}?{query}" if query else path

    def _sent_from(self, path: str) -> str:
        """Sent twice it was sent from where it was answered, which may be no page that can be opened."""
        parts = urlsplit(self._request.headers.get("referer", ""))
        if parts.path and parts.path != path:
            return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        return next((one for one in (path, self.here) if _opens(self._request, one)), "/")

    @property
    def owner(self) -> str:
        """Opaque and the same for one account: whose drafts the browser may give back."""
        return _owner(self._visit.actor.id) if self.signed_in else ""

    @property
    def position(self) -> int:
        return self._visit.position

    def fills(self, slot: str, plugin_id: str | None = None) -> bool:
        """Whether plugins, or one, show anything there to this visitor; a look-up, because every page asks."""
        actor = self._visit.actor
        belongs = actor.has(*COMMITTEE) if self.app == "committee" else bool(actor.homes)
        return self._shell.plugins.fills(slot, plugin_id) and belongs

    @property
    def has_plugin_pages(self) -> bool:
        """Whether any plugin has pages in this app."""
        return self._shell.plugins.has_entries("committee" if self.app == "committee" else "resident")

    @cached_property
    def nav(self) -> tuple[NavEntry, ...]:
        return tuple(self._shell.nav(self._visit.actor))

    @property
    def here(self) -> str:
        """The main page one is on or below, by its address."""
        path = self._request.scope["path"]
        inside = (entry.href for entry in self.nav if entry.href != "/" and path.startswith(entry.href + "/"))
        return next(inside, path)


def _opens(request: Request, path: str) -> bool:
    """Whether there is a page at an address that is asked for as one asks for pages."""
    asked = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.router.routes)


@lru_cache(maxsize=4096)
def _owner(account_id: str) -> str:
    return hashlib.sha256(f"owner|{account_id}".encode()).hexdigest()[:16]


# -- rendering --------------------------------------------------------------------------------------


class Pages:
    """The templates of one app: its own folders first, then the shared one."""

    def __init__(self, folders: Sequence[Path], *, clock: Clock, reload: bool = False) -> None:
        self._neighbourhoods: dict[str, tuple[float, Neighbourhood]] = {}
        #: Templates that are compiled in every language.
        self._ready: set[str] = set()
        self._environments = {
            lang: _environment([*folders, HERE / "templates"], lang, clock, reload=reload)
            for lang in LANGUAGES
        }

    def environment(self, lang: str) -> Environment:
        return self._environments[lang]

    def forget(self) -> None:
        """Read the neighbourhoods' names anew."""
        self._neighbourhoods.clear()

    async def prepare(self, request: Request, visit: Visit) -> None:
        """What a page's frame needs and rendering may not wait for."""
        shell = shell_of(request)
        word = request.cookies.get(shell.cookie("shequyun_csrf"), "")
        visit.position = shell.position()
        visit.csrf_is_new = not word
        visit.csrf = word or secrets.token_urlsafe(18)
        visit.neighbourhoods = [await self.neighbourhood(shell, one) for one in belongs_to(visit.actor)]

    async def neighbourhood(self, shell: Shell, place_id: str) -> Neighbourhood:
        """The name and the telephone of a place; kept for a minute."""
        kept = self._neighbourhoods.get(place_id)
        now = time.monotonic()
        if kept is None or kept[0] < now:
            found = await shell.door.read(lambda session: neighbourhood_at(session, place_id), reach=NOWHERE)
            kept = self._neighbourhoods[place_id] = (now + NEIGHBOURHOOD_SECONDS, found)
        return kept[1]

    def have_ready(self, templates: Iterable[str]) -> None:
        """Compile what may be drawn soon and all it names, or everybody waits while it is looked at first."""
        named = _with_what_they_name(self._environments[LANGUAGES[0]], set(templates) - self._ready)
        self._ready |= named
        for environment in self._environments.values():
            for one in named:
                environment.get_template(one)

    def html(self, template: str, lang: str, /, **context: Any) -> str:
        return self._environments[lang].get_template(template).render(lang=lang, **context)


def _with_what_they_name(environment: Environment, templates: Iterable[str]) -> set[str]:
    """The templates and those that they extend, include and import, as far as their words say which."""
    found: set[str] = set()
    waiting = set(templates)
    while waiting:
        name = waiting.pop()
        found.add(name)
        assert environment.loader is not None
        said = environment.parse(environment.loader.get_source(environment, name)[0])
        waiting |= {one for one in find_referenced_templates(said) if one is not None} - found
    return found


def _environment(folders: Sequence[Path], lang: str, clock: Clock, *, reload: bool) -> Environment:
    environment = LanguageEnvironment(
        lang, said_once=("_", "icon", "static"), loader=FileSystemLoader(folders), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=reload, cache_size=-1,
    )  # fmt: skip
    environment.globals.update(
        _=partial(say, lang=lang), lang=lang, icon=icon, static=static, csrf_field=csrf_field,
        called_scripts=called_scripts(),
        due_text=lambda due_at, state: moments.due_text(due_at, state, clock.now(), lang),
    )  # fmt: skip
    environment.globals["drawn"] = _drawing(environment)
    environment.filters["when"] = partial(moments.when, lang=lang)
    environment.filters["ago"] = lambda at: moments.ago(at, clock.now(), lang)
    return environment


def _drawing(environment: Environment) -> Callable[..., Markup]:
    """`drawn("layouts/_nav.html", entries=…)`: a partial that depends on what it is given alone, kept once drawn."""

    @lru_cache(maxsize=DRAWN_KEPT)
    def drawn(template: str, **given: Any) -> Markup:
        return Markup(environment.get_template(template).render(**given))  # noqa: S704 - escaped by the template

    return drawn


def render(
    request: Request, page: Page, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """The page in its frame. A flash sentence that waits is said here, once."""
    shell, visit = shell_of(request), visit_of(request)
    flash = None if wants_fragment(request) else _flash_of(request)
    frame = Frame(request, shell, visit, flash=flash)
    html = shell.pages.html(page.template, visit.lang, page=page, shell=frame)
    response = HTMLResponse(html, status, headers=dict(headers or {}))
    _set_cookies(response, shell, visit, flash_is_said=flash is not None)
    return response


def render_partial(request: Request, template: str, /, status: int = 200, **context: Any) -> HTMLResponse:
    """A partial alone: the answer to a fetch for a fragment."""
    shell, visit = shell_of(request), visit_of(request)
    frame = Frame(request, shell, visit, flash=None)
    return HTMLResponse(shell.pages.html(template, visit.lang, shell=frame, **context), status)


def wants_fragment(request: Request) -> str | None:
    """The id of the element a script wants anew; None when a whole page is wanted."""
    return request.headers.get("x-fragment") or None


def redirect(request: Request, to: str, flash: str | None = None) -> RedirectResponse:
    """On to a page of this site, after a change; `flash` is said there once."""
    shell = shell_of(request)
    response = RedirectResponse(local_path(to), 303)
    if flash:
        word = base64.urlsafe_b64encode(flash.encode()).decode()
        response.set_cookie(
            shell.cookie(_flash_cookie(shell)), word, max_age=FLASH_SECONDS, httponly=True,
            secure=shell.is_https, samesite="lax",
        )  # fmt: skip
    return response


def local_path(to: str, otherwise: str = "/") -> str:
    """The path if it leads to a page of this site, `otherwise` if it leads away."""
    parts = urlsplit(to)
    leads_away = parts.scheme or parts.netloc or not to.startswith("/") or to.startswith(("//", "/\\"))
    return otherwise if leads_away or any(ord(letter) < 32 for letter in to) else to


def remember(response: Response, request: Request, name: str, value: str) -> None:
    """Keep a choice of look or language in the browser for a year."""
    response.set_cookie(
        name, value, max_age=YEAR, httponly=True, secure=shell_of(request).is_https, samesite="lax"
    )


def _flash_cookie(shell: Shell) -> str:
    return f"shequyun_flash_{shell.name}"


def _flash_of(request: Request) -> str | None:
    shell = shell_of(request)
    word = request.cookies.get(shell.cookie(_flash_cookie(shell)))
    if not word:
        return None
    try:
        return base64.urlsafe_b64decode(word).decode()
    except ValueError:
        return None


def _set_cookies(response: Response, shell: Shell, visit: Visit, *, flash_is_said: bool) -> None:
    if visit.csrf_is_new and visit.csrf:
        response.set_cookie(
            shell.cookie("shequyun_csrf"), visit.csrf, httponly=True, secure=shell.is_https, samesite="lax"
        )
    if flash_is_said:
        response.delete_cookie(
            shell.cookie(_flash_cookie(shell)), httponly=True, secure=shell.is_https, samesite="lax"
        )


# -- what every template can call -------------------------------------------------------------------


@lru_cache(maxsize=512)
def icon(name: str) -> Markup:
    """A lucide icon; it stands beside words and is silent to screen readers."""
    drawn = draw(name, size=24, **{"aria-hidden": "true", "focusable": "false", "class": "icon"})
    return Markup(drawn)  # noqa: S704 - drawn by the icon library from our own names


def csrf_field() -> Markup:
    visit = VISIT.get(None)
    word = visit.csrf if visit is not None else ""
    return Markup(f'<input type="hidden" name="csrf_token" value="{escape(word)}">')  # noqa: S704
