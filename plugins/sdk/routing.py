"""Pages of a plugin: an ordinary FastAPI router that takes `async def` alone and gives blocks."""

import inspect
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, TypeVar, get_type_hints

from fastapi import APIRouter, FastAPI

from plugins.sdk import ui

#: What a page gives: itself, or where to go on after something was done.
GIVES = (ui.Page, ui.Go, ui.Page | ui.Go)
P = TypeVar("P", bound=Callable[..., Awaitable[ui.Page | ui.Go]])


class Router(APIRouter):
    """`@pages.get("/visits")` and `@pages.post("/visits/{id}")`, each giving `ui.Page`, `ui.Go`, or either."""

    def get(self, path: str, **more: Any) -> Callable[[P], P]:
        """A page that is read. What it gives is known to a type checker, as what it must be."""
        return super().get(path, **more)

    def post(self, path: str, **more: Any) -> Callable[[P], P]:
        """What is done from a page."""
        return super().post(path, **more)

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        if not inspect.iscoroutinefunction(endpoint):
            raise TypeError(f"{endpoint.__name__}: write async def; what blocks goes through ctx.run")
        if get_type_hints(endpoint).get("return") not in GIVES:
            raise TypeError(f"{endpoint.__name__}: say that it gives ui.Page or ui.Go")
        if not set(more.get("methods") or ()) <= {"GET", "POST"}:
            raise TypeError(f"{endpoint.__name__}: pages are read by GET and changed by POST")
        super().add_api_route(path, endpoint, **more)

    @cached_property
    def alone(self) -> FastAPI:
        """An app of these pages and nothing else, made when the first of them is asked for."""
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        app.include_router(self)
        return app
