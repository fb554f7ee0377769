"""The committee's app, put together. `uvicorn --factory committee_app.main:create_app`."""

from pathlib import Path

from fastapi import FastAPI

from app_shell.asgi import make_app
from committee_app import api, pages
from committee_app.roles import nav
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from plugins.host.hosting import hosting


def create_app(
    settings: Settings | None = None, *, door: Door | None = None, clock: Clock | None = None
) -> FastAPI:
    """The app for these settings; a door or clock that is handed in is used as it is."""
    return make_app(
        "committee", settings=settings, door=door, clock=clock, package=Path(__file__).parent, nav=nav,
        pages=pages.routers, api=api.routers, hosting=hosting,
    )  # fmt: skip
