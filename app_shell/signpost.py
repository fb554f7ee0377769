"""Which route a request goes to, without asking them all: only those that its path can fit, in their order.

The framework asks one route after the other until one fits; with four hundred of them that was a tenth of a
request. Who fits none here, or none with his verb, goes the framework's own way to its 404 or 405.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from starlette.routing import BaseRoute, Match, Mount, Router
from starlette.types import Receive, Scope, Send

#: How many parts a path has, and those before its first parameter.
Way = tuple[int, tuple[str, ...]]
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for route in self._fitting(scope["path"]):
                match, more = route.matches(scope)
                if match is Match.FULL:
                    scope.setdefault("router", self.router)
                    scope.update(more)
                    await route.handle(scope, receive, send)
                    return
        await self.router.app(scope, receive, send)

    def _fitting(self, path: str) -> Iterable[BaseRoute]:
        parts = tuple(path.split("/"))
        found = list(self._anywhere)
        for known in range(len(parts) + 1):
            found += self._ways.get((len(parts), parts[:known]), ())
        return (route for _place, route in sorted(found, key=_in_order))


def _in_order(found: tuple[int, BaseRoute]) -> int:
    return found[0]


def _way_of(path: str) -> Way | None:
    """None where a parameter takes more than one part, or only a part of one."""
    parts: Sequence[str] = path.split("/")
    if any("{" in part and not _PARAMETER.fullmatch(part) for part in parts):
        return None
    first = next((n for n, part in enumerate(parts) if "{" in part), len(parts))
    return len(parts), tuple(parts[:first])
