"""What a process and a request know: `Shell` lives as long as the app, `Visit` as long as one request."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.requests import HTTPConnection
from starlette.types import Scope

from app_shell.limits import PLACE_KEY, Place
from app_shell.plugged import NoPlugins, PluginHost
from core_db.foundation.actor import ANONYMOUS, Actor
from core_db.foundation.came import Came, Way
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.lean import dataclass
from core_db.foundation.settings import Settings

if TYPE_CHECKING:
    from app_shell.pages import Pages

#: Where a connection's scope keeps what is known of it.
SHELL_KEY = "shequyun.shell"
VISIT_KEY = "shequyun.visit"
ACCESS_KEY = "shequyun.access"
HEADERS_KEY = "shequyun.headers"
#: The words of the form that was sent, once it is read.
TYPED_KEY = "shequyun.typed"

LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "shequyun_language"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavEntry:
    """One of the main pages. `label` is a Chinese msgid, `icon` a lucide name."""

    href: str
    icon: str
    label: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Where the visitor belongs, as the frame of every page shows it."""

    name: str
    phone: str | None


NOWHERE = Neighbourhood(name="", phone=None)


async def nobody(_connection: HTTPConnection) -> Actor:
    """Who is there when nobody can sign in."""
    return ANONYMOUS


def no_nav(_actor: Actor) -> Sequence[NavEntry]:
    return ()


@dataclass(kw_only=True)
class Shell:
    """What one app's process holds. Made by `asgi.make_app`, reached as `request.app.state.shell`."""

    name: str
    settings: Settings
    clock: Clock
    pages: "Pages"
    nav: Callable[[Actor], Sequence[NavEntry]] = no_nav
    actor_of: Callable[[HTTPConnection], Awaitable[Actor]] = nobody
    #: The newest fact this process has seen; pages are live from there. Set by the live relay.
    position: Callable[[], int] = field(default=lambda: 0)
    version: str = "0"
    #: What runs plugins. The host is put here before the first request.
    plugins: PluginHost = field(default_factory=NoPlugins)
    #: What a capability keeps for this process: the live hub, the sender of codes.
    keeps: dict[str, Any] = field(default_factory=dict)
    _door: Door | None = None

    def kept_by_plugins(self, plugin_id: str, community_id: str, pair: str) -> Sequence[Mapping[str, Any]]:
        """What a plugin keeps of somebody, asked of whatever host is here then. It blocks: for jobs."""
        return self.plugins.kept_of(plugin_id, community_id, pair)

    @property
    def door(self) -> Door:
        if self._door is None:
            raise RuntimeError("the app has not been started: its door is closed")
        return self._door

    @property
    def is_open(self) -> bool:
        return self._door is not None

    def open(self, door: Door) -> None:
        self._door = door

    def close(self) -> None:
        self.door.close()
        self._door = None

    def begin_anew(self, settings: Settings, door: Door) -> None:
        """Go on with another database, having forgotten the one before: for tests, before a start."""
        self.settings, self._door = settings, door
        self.keeps.clear()
        self.pages.forget()

    @property
    def url(self) -> str:
        """The public address of this app, without a slash at its end."""
        url = self.settings.resident_url if self.name == "resident" else self.settings.committee_url
        return url.rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https:")

    def cookie(self, name: str) -> str:
        """A cookie's name: bound to this very host when the app is served over https."""
        return f"__Host-{name}" if self.is_https else name


@dataclass(slots=True, kw_only=True)
class Visit:
    """What is known of one request once its access is decided."""

    actor: Actor
    lang: str
    came: Came
    #: Of a resident all in which he has a home.
    neighbourhoods: Sequence[Neighbourhood] = ()
    place: Place | None = None
    csrf: str = ""
    csrf_is_new: bool = False
    #: The newest fact before the page's reads began: from there its live updates go on without a gap.
    position: int = 0


#: The visit of the running request, for what a template's macro or a sentence in Python asks for.
VISIT: ContextVar[Visit] = ContextVar("visit")


def begin_visit(connection: HTTPConnection, actor: Actor) -> Visit:
    """From here on it is known who visits, in which language."""
    scope = connection.scope
    visit = Visit(
        actor=actor, lang=language_of(connection), came=Came(way_of(scope)), place=scope.get(PLACE_KEY)
    )
    scope[VISIT_KEY] = visit
    VISIT.set(visit)
    return visit


def way_of(scope: Scope) -> Way:
    """Along which way a request comes, as the record keeps it."""
    if scope["type"] == "websocket":
        return Way.SOCKET
    return Way.API if scope["path"].startswith("/api/") else Way.PAGE


def header(connection: HTTPConnection, name: bytes) -> str | None:
    """What a request says under this name, in lower case; the first, where it says it twice.

    A request is asked for ten of them, and the framework looks through all of them each time.
    """
    return header_in(connection.scope, name)


def header_in(scope: Scope, name: bytes) -> str | None:
    said = scope.get(HEADERS_KEY)
    if said is None:
        said = scope[HEADERS_KEY] = dict(reversed(scope["headers"]))
    value = said.get(name)
    return None if value is None else value.decode("latin-1")


def shell_of(connection: HTTPConnection) -> Shell:
    shell: Shell = connection.scope[SHELL_KEY]
    return shell


def visit_of(connection: HTTPConnection) -> Visit:
    """The decided visit; asking before the decision is a mistake of ours."""
    visit: Visit = connection.scope[VISIT_KEY]
    return visit


def is_decided(scope: Scope) -> bool:
    """Whether somebody has decided, either way, who may use the route."""
    return ACCESS_KEY in scope


def current_lang() -> str:
    """The language of the running request, Chinese outside of one."""
    visit = VISIT.get(None)
    return visit.lang if visit is not None else "zh"


def language_of(connection: HTTPConnection) -> str:
    """`zh` or `en`: what was chosen here, else what the browser asks for first, else Chinese."""
    # A program has no cookies, and to find that out the framework makes two dictionaries.
    if header(connection, b"cookie") and (chosen := connection.cookies.get(LANGUAGE_COOKIE)) in LANGUAGES:
        return chosen
    return preferred_language(header(connection, b"accept-language") or "")


@lru_cache(maxsize=256)
def preferred_language(accepted: str) -> str:
    """Of an `Accept-Language` the one of ours that is wished for first, else Chinese."""
    wishes: list[tuple[float, str]] = []
    for wish in accepted.split(","):
        tag, _, weight = wish.partition(";q=")
        lang = tag.strip().lower()[:2]
        if lang in LANGUAGES:
            wishes.append((_weight(weight), lang))
    # The first of the most wanted: `max` keeps the earlier of equals.
    return max(wishes, key=lambda wish: wish[0], default=(1.0, "zh"))[1]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
