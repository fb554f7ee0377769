"""Routes that cannot forget who may use them.

Three locks: a route without `access=` is a TypeError at import; an app with an undeclared route refuses to
start (`refuse_undeclared`); an answer that left without the decision becomes a 500 (`security.Guard`).
The decision is taken before the body is read, so that nobody makes us parse what he may not send.
"""

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import partial
from threading import RLock
from typing import Annotated, Any, cast, get_origin

from fastapi import APIRouter, Depends, Path
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import AfterValidator
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute, compile_path
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from app_shell.answering import is_plain, plain_answer, straight
from app_shell.context import ACCESS_KEY, Visit, begin_visit, header, shell_of
from app_shell.security import (
    refuse_foreign_socket,
    refuse_other_sites,
    refuse_said_twice,
    refuse_unstorable,
)
from app_shell.signin import not_signed_in
from app_shell.work import Endpoint, with_work
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor, ActorKind, Role
from core_db.foundation.at_hand import at_hand
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.ids import LAST_NUMBER, is_id


@at_hand
class Access(StrEnum):
    """Who may knock at a route at all. What he may do to the thing behind it, the policy table says."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    RESIDENT = "resident"
    STAFF = "staff"
    #: Those who sit on a neighbourhood's committee, and its secretary alone.
    COMMITTEE = "committee"
    SECRETARY = "secretary"
    #: A contractor's people, and the dispatchers of town and district.
    HANDLER = "handler"
    DISPATCHER = "dispatcher"
    #: Whoever works on cases: committee, contractors, dispatchers. Not the analyst.
    CASEWORK = "casework"
    FIGURES = "figures"
    #: Whoever keeps what a neighbourhood holds: its committee, its town, its district.
    NEIGHBOURHOOD = "neighbourhood"
    #: Whoever fills posts: secretaries, dispatchers, the security administrator.
    POSTS = "posts"
    #: Whoever reviews what was opened in an emergency; and the other two administrators.
    REVIEW = "review"
    #: Whoever looks after those who look: secretaries, and the town for what a secretary looked at.
    OVERSIGHT = "oversight"
    #: Whoever asks neighbourhoods for forms, and secretaries, who keep ledgers of their own. They set, too, which
    #: changes of the register need a second person, and make residents the leads of buildings.
    ISSUER = "issuer"
    AUDITOR = "auditor"
    #: Whoever hangs out what proves the record, and whoever reads it.
    RECORD = "record"
    OPERATOR = "operator"
    #: Whoever gives tags, and whoever keeps a dictionary of them.
    TAGS = "tags"


Knock = Callable[[Actor], bool]


def _with(*roles: Role) -> Knock:
    return lambda actor: actor.kind is ActorKind.STAFF and actor.has(*roles)


ADMITS: Mapping[Access, Knock] = {
    Access.PUBLIC: lambda _actor: True,
    Access.SIGNED_IN: lambda actor: actor.is_signed_in,
    Access.RESIDENT: lambda actor: actor.kind is ActorKind.RESIDENT,
    Access.STAFF: lambda actor: actor.kind is ActorKind.STAFF,
    Access.COMMITTEE: _with(*COMMITTEE),
    Access.SECRETARY: _with(Role.SECRETARY),
    Access.HANDLER: _with(Role.CONTRACTOR),
    Access.DISPATCHER: _with(*DISPATCHERS),
    Access.CASEWORK: _with(*COMMITTEE, *DISPATCHERS, Role.CONTRACTOR),
    Access.FIGURES: _with(*COMMITTEE, *DISPATCHERS, Role.DISTRICT_ANALYST),
    Access.NEIGHBOURHOOD: _with(*COMMITTEE, *DISPATCHERS),
    Access.POSTS: _with(*DISPATCHERS, Role.SECRETARY, Role.SECADMIN),
    Access.REVIEW: _with(*COMMITTEE, Role.TOWN_DISPATCHER),
    Access.OVERSIGHT: _with(Role.SECRETARY, Role.TOWN_DISPATCHER),
    Access.ISSUER: _with(*DISPATCHERS, Role.SECRETARY),
    Access.AUDITOR: _with(Role.AUDITOR),
    Access.RECORD: _with(Role.SECRETARY, Role.AUDITOR),
    Access.OPERATOR: _with(Role.SYSADMIN),
    Access.TAGS: _with(*COMMITTEE, *DISPATCHERS),
}


def _shaped(text: str) -> str:
    if not is_id(text):
        raise NotFound()
    return text


def _counted(number: int) -> int:
    if not 0 < number <= LAST_NUMBER:
        raise NotFound()
    return number


#: An id in a path. What does not look like one is not known: 404, never 422.
Id = Annotated[str, Path(json_schema_extra={"format": "uuid"}), AfterValidator(_shaped)]

#: A row's number in a path: one that no row can have is not there, either.
Number = Annotated[int, Path(json_schema_extra={"minimum": 1}), AfterValidator(_counted)]


async def decide(connection: HTTPConnection, access: Access) -> Visit:
    """Find out who knocks and whether he may; from here on the visit is known."""
    actor = await shell_of(connection).actor_of(connection)
    visit = begin_visit(connection, actor)
    connection.scope[ACCESS_KEY] = access
    if not ADMITS[access](actor):
        raise NotPermitted() if actor.is_signed_in else not_signed_in(connection)
    return visit


class SecureRoute(APIRoute):
    """A route that decides access, and refuses other sites, before anything else happens.

    What the framework reads from its signature it reads at the first request, in a millisecond, or for the document:
    an app has hundreds of routes, most of which a process never goes, and what is known of one takes 20 KiB.
    """

    def __init__(self, path: str, endpoint: Endpoint, *, access: Access, is_api: bool, **told: Any) -> None:
        self.access = access
        self.is_api = is_api
        self.path = path
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = set(told["methods"])
        self.include_in_schema = told["include_in_schema"]
        self.endpoint = endpoint
        #: What it was declared with, until it is described; without what was left open.
        self._told = {name: one for name, one in told.items() if one is not None or name == "response_model"}

    def __getattr__(self, name: str) -> Any:
        """Asked for what is not known yet: describes the route, once."""
        with _DESCRIBING:
            told = self.__dict__.pop("_told", None)
            if told is not None:
                self._describe(**told)
            if name in self.__dict__:
                return self.__dict__[name]
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    def _describe(self, **told: Any) -> None:
        #: The way to it past what the framework lays around its routes; none where it needs some of that.
        self.straight: ASGIApp | None = None
        super().__init__(self.path, with_work(self.endpoint), **told)
        if is_plain(self):
            self.app = self.straight = straight(self.get_route_handler())

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = plain_answer(self) if is_plain(self) else super().get_route_handler()
        access, is_api = self.access, self.is_api
        once = frozenset(one.alias for one in self.dependant.query_params if not _takes_many(one))
        changes = not (self.methods or set()) <= {"GET", "HEAD", "OPTIONS"}

        async def decided(request: Request) -> Response:
            visit = await decide(request, access)
            if is_api and b"&" in request.scope["query_string"]:
                refuse_said_twice(request, once)
            if changes:
                await refuse_other_sites(request, is_api=is_api)
                if is_api and (header(request, b"content-type") or "").startswith("application/"):
                    await refuse_unstorable(request)
            if not is_api:
                await shell_of(request).pages.prepare(request, visit)
            return await answer(request)

        return decided


#: One thread describes, and whoever asks meanwhile waits for it.
_DESCRIBING = RLock()


def _takes_many(parameter: Any) -> bool:
    return get_origin(parameter.field_info.annotation) in (list, tuple, Sequence)


class SecureSocket(WebSocketRoute):
    """A socket spoken raw, for thousands at once; it decides itself, foreign sites included."""

    def __init__(self, path: str, endpoint: ASGIApp, *, access: Access) -> None:
        super().__init__(path, endpoint)
        self.access = access


class SecureRouter(APIRouter):
    """A router of pages. Every route says who may use it: `access=` has no default."""

    is_api = False

    def __init__(self, prefix: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("include_in_schema", self.is_api)
        super().__init__(prefix=prefix, **kwargs)

    def declare(
        self, method: str, path: str, *, access: Access, **kwargs: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """What `get`, `post` and the others have in common."""

        def decorator(endpoint: Endpoint) -> Endpoint:
            route_class = partial(SecureRoute, access=access, is_api=self.is_api)
            self.add_api_route(
                path, endpoint, methods=[method], response_model=kwargs.pop("response_model", None),
                route_class_override=cast("type[APIRoute]", route_class), **kwargs,
            )  # fmt: skip
            return endpoint

        return decorator

    # The verbs narrow FastAPI's own: they demand `access` and pass the rest on.
    def get(self, path: str, *, access: Access, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self.declare("GET", path, access=access, **kwargs)

    def post(self, path: str, *, access: Access, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self.declare("POST", path, access=access, **kwargs)

    def put(self, path: str, *, access: Access, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self.declare("PUT", path, access=access, **kwargs)

    def patch(self, path: str, *, access: Access, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self.declare("PATCH", path, access=access, **kwargs)

    def delete(self, path: str, *, access: Access, **kwargs: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self.declare("DELETE", path, access=access, **kwargs)

    def _without_access(self, *_said: Any, **_more: Any) -> Any:
        """The other ways of FastAPI's to declare a route know of no access."""
        raise TypeError("a route says who may use it: get, post, put, patch, delete, websocket")

    head = options = trace = api_route = route = websocket_route = _without_access

    def websocket(  # type: ignore[override]
        self, path: str, *, access: Access, name: str | None = None
    ) -> Callable[[Endpoint], Endpoint]:
        def decorator(endpoint: Endpoint) -> Endpoint:
            self.add_api_websocket_route(
                path, endpoint, name=name, dependencies=[Depends(_SocketDecision(access))]
            )
            return endpoint

        return decorator


class ApiRouter(SecureRouter):
    """A router of the JSON API: below `/api/v1`, in the OpenAPI document, refusing with problem+json."""

    is_api = True

    def __init__(self, prefix: str = "", **kwargs: Any) -> None:
        super().__init__(prefix=f"/api/v1{prefix}", **kwargs)

    def declare(
        self, method: str, path: str, *, access: Access, **kwargs: Any
    ) -> Callable[[Endpoint], Endpoint]:
        from app_shell.openapi import described

        return super().declare(method, path, access=access, **described(method, access=access, **kwargs))


class _SocketDecision:
    """The decision at a WebSocket: its own site, and somebody whom the route admits."""

    def __init__(self, access: Access) -> None:
        self.access = access

    async def __call__(self, connection: HTTPConnection) -> None:
        refuse_foreign_socket(connection)
        await decide(connection, self.access)


class UndeclaredRoute(RuntimeError):
    """A route that does not say who may use it."""


def access_of(route: Any) -> Access | None:
    """What a walked route declares; None if it does not."""
    original = getattr(route, "original_route", None) or route
    if isinstance(original, (SecureRoute, SecureSocket)):
        return original.access
    for dependency in getattr(original, "dependencies", ()):
        if isinstance(dependency.dependency, _SocketDecision):
            return dependency.dependency.access
    return None


def walk(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every (method, path, route) below; `WS` for sockets, `MOUNT` for what has no routes to look into."""
    for context in iter_route_contexts(routes):
        original = context.original_route
        if isinstance(original, Mount):
            inner = getattr(original.app, "routes", None)
            if inner is None:
                yield "MOUNT", prefix + original.path, original
            else:
                yield from walk(inner, prefix + original.path)
        elif isinstance(original, (Route, WebSocketRoute)):
            for method in sorted(context.methods or {"WS"}):
                yield method, prefix + str(context.path), context
        else:
            raise UndeclaredRoute(f"unknown kind of route {type(original).__name__}: teach walk()")


def refuse_undeclared(routes: Sequence[BaseRoute], *, opaque: Sequence[str] = ("/static",)) -> int:
    """Raise unless every route below declares its access; returns how many there are."""
    count = 0
    for method, path, route in walk(routes):
        count += 1
        if method == "MOUNT":
            if path not in opaque or not isinstance(route.app, StaticFiles):
                raise UndeclaredRoute(f"{path}: a mount that cannot be looked into")
        elif access_of(route) is None:
            raise UndeclaredRoute(f"{method} {path} does not declare its access")
    return count
