"""Pages of a plugin: an ordinary FastAPI router that takes `async def` alone and gives blocks."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Annotated, Any, TypeVar, get_type_hints

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.routing import APIRoute

from plugins.sdk import ui
from plugins.sdk.checks import must_be_granted
from plugins.sdk.context import CONTEXT_KEY, Context
from plugins.sdk.manifest import PluginRole

#: What a page gives: itself, or where to go on after something was done.
GIVES = (ui.Page, ui.Go, ui.Page | ui.Go)


def _context_of(request: Request) -> Context:
    context: Context = request.scope[CONTEXT_KEY]
    return context


#: In a route's signature: `async def visits(ctx: Ctx) -> ui.Page`.
Ctx = Annotated[Context, Depends(_context_of)]
P = TypeVar("P", bound=Callable[..., Awaitable[ui.Page | ui.Go]])


class Router(APIRouter):
    """`@pages.get("/visits")` and `@pages.post("/visits/{id}")`, each giving `ui.Page`, `ui.Go`, or either.

    `access="recorder"` is one of the plugin's own roles (`[[contributes.roles]]`): whoever does not hold it gets a
    403, before anything he sent is looked at.
    """

    def __init__(self, roles: Sequence[PluginRole] = ()) -> None:
        super().__init__()
        self._roles = roles
        #: Which role opens which address, of those that say `access=`.
        self.guarded: set[tuple[str, str]] = set()

    def get(self, path: str, *, access: str | None = None, **more: Any) -> Callable[[P], P]:
        """A page that is read. What it gives is known to a type checker, as what it must be."""
        return self._behind(access, path, super().get(path, **self._guarded(access, more)))

    def post(self, path: str, *, access: str | None = None, **more: Any) -> Callable[[P], P]:
        """What is done from a page."""
        return self._behind(access, path, super().post(path, **self._guarded(access, more)))

    def _guarded(self, access: str | None, more: dict[str, Any]) -> dict[str, Any]:
        if access is None:
            return more
        return {**more, "dependencies": [Depends(_holds(access)), *(more.get("dependencies") or ())]}

    def _behind(self, access: str | None, path: str, registered: Callable[[P], P]) -> Callable[[P], P]:
        def register(page: P) -> P:
            if access is not None:
                must_be_granted(page, access, path, self._roles)
                self.guarded.add((access, path))
            return registered(page)

        return register

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


def page_at(router: Router, path: str) -> str | None:
    """The page that opens at an address, by its path."""
    pages = (one for one in router.routes if isinstance(one, APIRoute) and "GET" in (one.methods or ()))
    return next((one.path for one in pages if one.path_regex.match(path)), None)


def _holds(role: str) -> Callable[..., Awaitable[None]]:
    async def holds(ctx: Ctx) -> None:
        if role not in ctx.roles:
            raise HTTPException(403)

    return holds
