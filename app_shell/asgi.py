"""Making an app out of the shell and its routers: one place where everything is put together."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Mount
from starlette.types import ASGIApp

from app_shell import ops, problems
from app_shell.chores import chores_of, minding_damage
from app_shell.context import NavEntry, Shell
from app_shell.feedback_pages import feedback_pages
from app_shell.front import FRONT_KEY, Front
from app_shell.limits import Limits, Places, is_report
from app_shell.live import live, live_api, live_pages, relaying
from app_shell.logs import speak_as_one
from app_shell.message_pages import message_pages
from app_shell.pages import Pages
from app_shell.places_api import places_api, register_api
from app_shell.routing import SecureRouter, refuse_undeclared
from app_shell.security import Guard
from app_shell.session_api import session_api
from app_shell.session_pages import session_pages
from app_shell.signin import actor_of as whoever_knocks
from app_shell.signin import forget_session
from app_shell.signpost import Shortcut, Signpost
from app_shell.static_files import STATIC, StaticAssets
from app_shell.stopping import stopping_in_order
from app_shell.words import load_words
from core_db import migrations
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, SystemClock
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.memory import hand_back
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.foundation.walls import CLOSED_TO_RESIDENTS
from core_db.relay import Recipient
from core_db.upkeep import mind_damage

HERE = Path(__file__).parent
Hosting = Callable[..., AbstractAsyncContextManager[None]]
ActorOf = Callable[[HTTPConnection], Awaitable[Actor]]


def make_app(
    name: str, *, settings: Settings | None = None, door: Door | None = None, clock: Clock | None = None,
    pages: Sequence[SecureRouter] = (), api: Sequence[SecureRouter] = (), package: Path | None = None,
    nav: Callable[[Actor], Sequence[NavEntry]] = lambda _actor: (), actor_of: ActorOf = whoever_knocks,
    recipients: Sequence[Recipient] = (), hosting: Hosting | None = None, reload_templates: bool = False,
) -> FastAPI:  # fmt: skip
    """The app `resident` or `committee`. `package` is its folder, with `templates/` and `locale/`.

    `recipients` act on facts; `hosting` runs plugins beside the app. A door that is handed in belongs to somebody
    else: he closes it, and he runs what runs by itself; with its own door the app does both.
    """
    settings = settings or Settings()
    clock = clock or SystemClock()
    own = [package] if package else []
    load_words([HERE, *own])
    templates = Pages([folder / "templates" for folder in own], clock=clock, reload=reload_templates)
    shell = Shell(
        name=name, settings=settings, clock=clock, pages=templates, nav=nav, actor_of=actor_of,
        version=_version(),
    )  # fmt: skip
    if door is not None:
        shell.open(door)
    places = _places(settings)
    reports = _places_for_reports(settings, places)
    app = _GuardedApp(
        title=f"社区云 · {name}", version=shell.version,
        lifespan=_lifespan(shell, recipients, hosting, places, reports),
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
        # The framework's own tracing is not wired to anything; asking it at every step is not free.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        middleware=[Middleware(Guard, shell=shell), Middleware(Limits, places=places, reports=reports)],
    )  # fmt: skip
    app.state.shell = shell
    _add_routes(app, [*api, *pages, *_shared(name)])
    problems.install(app)
    refuse_undeclared(app.routes)
    return app


class _GuardedApp(FastAPI):
    """An app around which the guard stands outermost."""

    def build_middleware_stack(self) -> ASGIApp:
        """Without the layers before the guard: they are switched off, or wait for faults that it answers.

        Those behind the places are for routes that cannot be answered straight.
        """
        guard: Any = super().build_middleware_stack()
        while not isinstance(guard, Guard):
            guard = guard.app
        places: Any = guard.app
        places.app = Shortcut(places.app, cast(Signpost, self.router.middleware_stack))
        return guard


def _shared(name: str) -> Sequence[SecureRouter]:
    """What both apps have; the register and the figures are for the office network, not for the residents' port."""
    both = (
        live_api(), session_api(name), places_api(), session_pages(name), live_pages(), feedback_pages, message_pages(),
        ops.api, ops.pages,
    )  # fmt: skip
    return (*both, register_api(), ops.figures) if name == "committee" else both


def _add_routes(app: FastAPI, routers: Sequence[SecureRouter]) -> None:
    """One flat list with a signpost before it: a router inside a router costs a search of its own."""
    for router in routers:
        app.router.routes.extend(router.routes)
    app.router.routes.append(Mount("/static", StaticAssets(directory=STATIC), name="static"))
    app.router.middleware_stack = Signpost(app.router)


def _lifespan(
    shell: Shell, recipients: Sequence[Recipient], hosting: Hosting | None, places: Places, reports: Places
) -> Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, Any]]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        async with AsyncExitStack() as stack:
            own_door = not shell.is_open
            if own_door:
                speak_as_one()
                shell.open(await asyncio.to_thread(open_door, shell.name, shell.settings, shell.clock))
                stack.callback(shell.close)
            await stack.enter_async_context(live(forget_session)(shell))
            if hosting is not None:
                await stack.enter_async_context(hosting(shell, by_itself=own_door))
            if own_door:
                await stack.enter_async_context(minding_damage(shell.door, shell.settings))
                await stack.enter_async_context(
                    relaying(recipients, chores_of(shell.settings, shell.kept_by_plugins))(shell)
                )
                _settle_memory()
            front = Front(
                is_full=partial(_is_full, shell, places, reports), shut=partial(_shut, places, reports),
                line_of=lambda method, path: reports if is_report(method, path) else places,
            )  # fmt: skip
            if own_door:
                await stack.enter_async_context(stopping_in_order(front))
            yield {FRONT_KEY: front}

    return lifespan


def _shut(*lines: Places) -> None:
    for line in lines:
        line.is_shut = True


def _is_full(shell: Shell, places: Places, reports: Places, method: str, path: str, under_way: int) -> bool:
    """Whether what is asked can only be refused, and need not be looked at."""
    most, line = places.limit + places.queue_limit + shell.settings.write_queue, places
    door_is_full = shell.door.keeps_room
    if is_report(method, path):
        most, line, door_is_full = most + reports.limit + reports.queue_limit, reports, shell.door.is_full
    full = under_way >= most or line.is_full or (method not in ("GET", "HEAD") and door_is_full)
    line.refused += full
    return full


def _settle_memory() -> None:
    """What was loaded at the start stays; looking through it for garbage again and again stops everybody."""
    gc.collect()
    hand_back()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def open_door(name: str, settings: Settings, clock: Clock) -> Door:
    """The door to the configured database. An embedded one is brought up to date, another has to be."""
    closed = CLOSED_TO_RESIDENTS if name == "resident" else frozenset[tuple[str, str]]()
    engines = open_engines(settings, closed=closed)
    if engines.is_sqlite:
        migrations.upgrade(engines, clock=clock)
    migrations.must_fit(engines)
    if not settings.unguarded:
        migrations.must_be_guarded(engines)
    door = Door(engines, keyring=keyring_from(settings), queue_limit=settings.write_queue)
    mind_damage(door, settings)
    return door


def _places(settings: Settings) -> Places:
    return Places(computing=settings.computing, waiting=settings.waiting, waiting_ms=settings.waiting_ms)


def _places_for_reports(settings: Settings, others: Places) -> Places:
    """As many wait in their line as in the others', so that nobody is worse off for having one of his own."""
    return Places(
        computing=settings.computing_for_reports, waiting=settings.waiting, waiting_ms=settings.waiting_ms,
        others=others,
    )  # fmt: skip


def _version() -> str:
    try:
        return version_of("shequyun")
    except PackageNotFoundError:
        return "0"
