"""Which route a request goes to, without asking them all: only those that its path can fit, in their order.

The framework asks one route after the other until one fits; with four hundred of them that was a tenth of a
request. Who fits none here, or none with his verb, goes the framework's own way to its 404 or 405.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from starlette.routing import BaseRoute, Match, Mount, Router
from starlette.types import ASGIApp, Receive, Scope, Send

#: How many parts a path has, and those before its first parameter.
Way = tuple[int, tuple[str, ...]]
#: A route, and what the framework notes of it in the request's scope.
Found = tuple[BaseRoute, Scope]
#: Where the shortcut leaves what it found, for the signpost behind it.
_FOUND_KEY = "shequyun.found"
_PARAMETER = re.compile(r"\{[^}:]+\}")


class Signpost:
    """Stands before a router whose routes are all there."""

    def __init__(self, router: Router) -> None:
        self.router = router
        self._ways: dict[Way, list[tuple[int, BaseRoute]]] = defaultdict(list)
        #: Those of which it cannot be said how many parts fit them: mounts, and `{rest:path}`.
        self._anywhere: list[tuple[int, BaseRoute]] = []
        for place, route in enumerate(router.routes):
            way = None if isinstance(route, Mount) else _way_of(str(getattr(route, "path", "")))
            (self._anywhere if way is None else self._ways[way]).append((place, route))
        #: No way knows more parts than so many, however many a path has.
        self._most = max((len(known) for _count, known in self._ways), default=0)
        self._known = dict(self._without_parameters())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.found(scope) if scope["type"] == "http" else None
        if found is None:
            await self.router.app(scope, receive, send)
            return
        self.note(found, scope)
        await found[0].handle(scope, receive, send)

    def note(self, found: Found, scope: Scope) -> None:
        """Note in the request's scope where it goes, as the framework does."""
        scope.setdefault("router", self.router)
        scope.update(found[1])

    def found(self, scope: Scope) -> Found | None:
        """The first route that fits, and what the framework notes of it; looked for once."""
        if _FOUND_KEY not in scope:
            scope[_FOUND_KEY] = self._found(scope)
        found: Found | None = scope[_FOUND_KEY]
        return found

    def _found(self, scope: Scope) -> Found | None:
        known = self._known.get((scope["method"], scope["path"]))
        if known is None or scope.get("root_path"):
            return self._first(scope)
        route, more = known
        return route, {**more, "path_params": {}}

    def _first(self, scope: Scope) -> Found | None:
        for route in self.fitting(scope["path"]):
            match, more = route.matches(scope)
            if match is Match.FULL:
                return route, more
        return None

    def _without_parameters(self) -> Iterator[tuple[tuple[str, str], Found]]:
        """Where each address leads that is always the same, unless a route before it takes it as a parameter."""
        for route in self.router.routes:
            path = getattr(route, "path", "")
            for method in getattr(route, "methods", None) or ():
                found = self._first({"type": "http", "method": method, "path": path})
                if found is not None and not found[1].get("path_params", True):
                    yield (method, path), found

    def fitting(self, path: str) -> Iterable[BaseRoute]:
        """The routes among which are all that fit this path, in their order."""
        parts = tuple(path.split("/"))
        found = list(self._anywhere)
        for known in range(min(len(parts), self._most) + 1):
            found += self._ways.get((len(parts), parts[:known]), ())
        return (route for _place, route in sorted(found, key=_in_order))


class Shortcut:
    """Stands before what the framework lays around its routes: catching faults, closing files, looking at the verb.

    A route that has an app `straight` from here needs none of that: it answers what is refused by itself.
    """

    def __init__(self, app: ASGIApp, signpost: Signpost) -> None:
        self.app = app
        self.signpost = signpost

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.signpost.found(scope) if scope["type"] == "http" else None
        straight: ASGIApp | None = getattr(found[0], "straight", None) if found else None
        if found is None or straight is None:
            await self.app(scope, receive, send)
            return
        self.signpost.note(found, scope)
        await straight(scope, receive, send)


def routes_fitting(router: Router, path: str) -> Iterable[BaseRoute]:
    """The same of a router, whether or not a signpost stands before it."""
    stack = router.middleware_stack
    return stack.fitting(path) if isinstance(stack, Signpost) else router.routes


def _in_order(found: tuple[int, BaseRoute]) -> int:
    return found[0]


def _way_of(path: str) -> Way | None:
    """None where a parameter takes more than one part, or only a part of one."""
    parts: Sequence[str] = path.split("/")
    if any("{" in part and not _PARAMETER.fullmatch(part) for part in parts):
        return None
    first = next((n for n, part in enumerate(parts) if "{" in part), len(parts))
    return len(parts), tuple(parts[:first])
