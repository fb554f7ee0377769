"""Three locks: a route says whom it admits, the start looks at every route, and an answer shows its decision."""

import pytest
from fastapi import APIRouter, WebSocket
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from app_shell.routing import (
    ADMITS,
    Access,
    ApiRouter,
    Id,
    SecureRoute,
    SecureRouter,
    UndeclaredRoute,
    access_of,
    refuse_undeclared,
    walk,
)
from core_db.foundation.ids import new_id
from tests.clients import Client
from tests.shell.conftest import BASE, PEOPLE


class Thing(BaseModel):
    count: int


async def hello() -> Response:
    return PlainTextResponse("hello")


def planted(access: Access, path: str = "/planted") -> SecureRouter:
    router = SecureRouter()
    router.get(path, access=access)(hello)
    return router


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "websocket"])
def test_a_route_without_access_is_a_type_error(verb):
    with pytest.raises(TypeError, match="access"):
        getattr(SecureRouter(), verb)("/forgotten")


def foreign_router() -> APIRouter:
    router = APIRouter(prefix="/plugin")
    router.get("/open")(hello)
    return router


@pytest.mark.parametrize(
    "route",
    [
        Route("/open", hello),
        APIRoute("/open", hello),
        WebSocketRoute("/open", hello),
        Mount("/open", routes=[Route("/inner", hello)]),
        Mount("/open", app=PlainTextResponse("opaque")),
    ],
    ids=["starlette", "fastapi", "socket", "mount", "opaque"],
)
def test_an_undeclared_route_stops_the_start(route, make):
    app = make()
    app.router.routes.append(route)

    with pytest.raises(UndeclaredRoute):
        refuse_undeclared(app.routes)


def test_an_included_router_is_looked_into(make):
    app = make()
    app.include_router(foreign_router())

    with pytest.raises(UndeclaredRoute, match="/plugin/open"):
        refuse_undeclared(app.routes)


def test_a_router_inside_a_secure_router_is_looked_into():
    outer = SecureRouter("/outer")
    outer.include_router(foreign_router())

    with pytest.raises(UndeclaredRoute):
        refuse_undeclared(outer.routes)


def test_every_route_of_both_apps_declares_its_access(resident_client, committee_client):
    for client in (resident_client, committee_client):
        rows = [(method, path, access_of(route)) for method, path, route in walk(client.app.routes)]

        assert len(rows) > 8
        assert [path for _method, path, access in rows if access is None] == ["/static"]


def test_the_document_and_the_walk_count_the_same(resident_client):
    walked = {
        (method, path)
        for method, path, _route in walk(resident_client.app.routes)
        if path.startswith("/api/v1/")
    }

    document = resident_client.get("/openapi.json").json()

    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert walked
    assert described == walked


def test_an_answer_without_a_decision_is_refused_and_stands_in_the_log(make, caplog):
    app = make()
    app.router.routes.insert(0, Route("/sneaked", _sneaked))

    answer = Client(app, base_url=BASE).get("/sneaked")

    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")
    assert "secret" not in answer.text
    assert [(one.levelname, one.message) for one in caplog.records] == [
        ("CRITICAL", "undecided: GET /sneaked")
    ]


async def _sneaked(_request) -> Response:
    return PlainTextResponse("secret")


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("who", ["nobody", *PEOPLE])
def test_whom_a_route_admits(access, who, knock):
    answer = knock([planted(access)]).get("/planted", headers={"X-Who": who})

    admitted = who in ADMITTED[access]
    expected = 200 if admitted else 401 if who == "nobody" else 403
    assert answer.status_code == expected


COMMITTEE = {"worker", "secretary"}
DISPATCHERS = {"town_dispatcher", "district_dispatcher"}
ADMINISTRATORS = {"sysadmin", "secadmin", "auditor"}
STAFF = COMMITTEE | DISPATCHERS | ADMINISTRATORS | {"contractor", "district_analyst", "building_lead"}
ADMITTED = {
    Access.PUBLIC: {"nobody", "resident"} | STAFF,
    Access.SIGNED_IN: {"resident"} | STAFF,
    Access.RESIDENT: {"resident"},
    Access.STAFF: STAFF,
    Access.COMMITTEE: COMMITTEE,
    Access.SECRETARY: {"secretary"},
    Access.HANDLER: {"contractor"},
    Access.DISPATCHER: DISPATCHERS,
    Access.NEIGHBOURHOOD: COMMITTEE | DISPATCHERS,
    Access.CASEWORK: COMMITTEE | DISPATCHERS | {"contractor"},
    Access.FIGURES: COMMITTEE | DISPATCHERS | {"district_analyst"},
    Access.POSTS: DISPATCHERS | {"secretary", "secadmin"},
    Access.REVIEW: COMMITTEE | {"town_dispatcher"},
    Access.OVERSIGHT: {"secretary", "town_dispatcher"},
    Access.ISSUER: DISPATCHERS | {"secretary"},
    Access.TAGS: COMMITTEE | DISPATCHERS,
    Access.AUDITOR: {"auditor"},
    Access.RECORD: {"secretary", "auditor"},
    Access.OPERATOR: {"sysadmin"},
}


def test_every_access_is_in_the_table():
    assert set(ADMITTED) == set(Access) == set(ADMITS)


def test_a_stranger_is_refused_before_his_body_is_read(knock):
    router = ApiRouter()

    @router.post("/things", access=Access.SIGNED_IN)
    async def create(thing: Thing) -> Response:
        return PlainTextResponse(str(thing.count))

    client = knock(api=[router])
    broken = {"content": b"{", "headers": {"Content-Type": "application/json"}}

    assert client.post("/api/v1/things", **broken).status_code == 401
    broken["headers"]["X-Who"] = "resident"
    assert client.post("/api/v1/things", **broken).status_code == 400


def test_what_is_no_id_is_not_there(knock):
    router = SecureRouter()

    @router.get("/things/{thing_id}", access=Access.PUBLIC)
    async def show(thing_id: Id) -> Response:
        return PlainTextResponse(thing_id)

    client = knock([router])

    assert client.get(f"/things/{new_id()}").status_code == 200
    for strange in ("4711", "..", "'", "%E5", new_id().upper(), new_id() + "%0A"):
        assert client.get(f"/things/{strange}").status_code == 404


def talking(access: Access) -> SecureRouter:
    router = SecureRouter()

    @router.websocket("/talk", access=access)
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    return router


def test_a_socket_admits_like_a_route(knock):
    client = knock([talking(Access.RESIDENT)])

    with client.websocket_connect("/talk", headers={"X-Who": "resident"}) as socket:
        assert socket.receive_text() == "hello"
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/talk"):
        pass
    assert refused.value.code == 4401


def test_a_socket_of_another_sites_page_is_refused(knock):
    client = knock([talking(Access.PUBLIC)])

    headers = {"Origin": "https://evil.example"}
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/talk", headers=headers):
        pass

    assert refused.value.code == 4403


def test_a_route_is_described_when_it_is_first_asked_for():
    router = SecureRouter()

    @router.get("/late/{many}", access=Access.PUBLIC)
    async def late(many: int) -> PlainTextResponse:
        return PlainTextResponse(str(many + 1))

    (route,) = router.routes
    known_before = set(vars(route))
    asked = route.dependant.path_params

    assert "dependant" not in known_before
    assert [one.name for one in asked] == ["many"]
    with pytest.raises(AttributeError, match="unheard_of"):
        _ = route.unheard_of


def test_every_route_of_both_apps_can_be_described(resident_client, committee_client):
    for client in (resident_client, committee_client):
        routes = [route for route in client.app.routes if isinstance(route, SecureRoute)]
        described = [route for route in routes if route.app and route.dependant.call]

        assert len(routes) > 100
        assert described == routes
