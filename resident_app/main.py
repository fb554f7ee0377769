"""The residents' app, put together. `uvicorn --factory resident_app.main:create_app`."""

from pathlib import Path

from fastapi import FastAPI

from app_shell.asgi import make_app
from app_shell.context import NavEntry
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from plugins.host.hosting import hosting
from resident_app import api, pages

NAV = (
    NavEntry(href="/", icon="house", label="首页"),
    NavEntry(href="/report", icon="message-square-plus", label="我要反映"),
    NavEntry(href="/cases", icon="list-checks", label="我的诉求"),
    NavEntry(href="/me", icon="user-round", label="我的"),
)


def nav(actor: Actor) -> tuple[NavEntry, ...]:
    """The bottom bar: four at most."""
    return NAV if actor.is_signed_in else ()


def create_app(
    settings: Settings | None = None, *, door: Door | None = None, clock: Clock | None = None
) -> FastAPI:
    """The app for these settings; a door or clock that is handed in is used as it is."""
    return make_app(
        "resident", settings=settings, door=door, clock=clock, package=Path(__file__).parent, nav=nav,
        pages=pages.routers, api=api.routers, hosting=hosting,
    )  # fmt: skip
