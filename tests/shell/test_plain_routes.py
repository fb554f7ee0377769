"""Routes without a form are read as the framework describes them, without its preparations for what they never have."""

from typing import Annotated

import pytest
from fastapi import Body, Header, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from app_shell.answering import is_plain
from app_shell.api import respond_with
from app_shell.forms import TypedForm
from app_shell.routing import Access, ApiRouter, SecureRouter, walk
from committee_app.main import create_app as committee
from resident_app.main import create_app as resident
from tests.databases import settings_for


class Thing(BaseModel):
    name: str


async def counted(
    at: int,
    thing: Thing,
    many: Annotated[int, Query(le=9)] = 1,
    seen: Annotated[str, Header(max_length=3)] = "no",
) -> Response:
    return JSONResponse({"at": at, "name": thing.name, "many": many, "seen": seen})


async def perhaps(thing: Annotated[Thing | None, Body()] = None) -> Response:
    return JSONResponse({"name": thing.name if thing else None})


@pytest.fixture
def client(knock):
    router = ApiRouter()
    router.put("/shelves/{at}", access=Access.PUBLIC)(counted)
    router.put("/perhaps", access=Access.PUBLIC)(perhaps)
    assert all(is_plain(route) for route in router.routes)
    return knock(api=[router])


#: A file comes in a form.
TAKE_A_FILE = {"/api/v1/register/sheets", "/api/v1/report-forms/{form_id}/template"}


def test_every_route_of_the_api_is_plain_but_for_those_that_take_a_file(tmp_path):
    found = []
    for app in (resident, committee):
        settings = settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path)
        found += [getattr(route, "original_route", route) for _, _, route in walk(app(settings).routes)]
    api = [route for route in found if getattr(route, "is_api", False)]

    assert len(api) > 150
    assert {route.path for route in api if not is_plain(route)} == TAKE_A_FILE
    assert [route.path for route in found if getattr(route, "path", "") == "/report" and not is_plain(route)]


def test_a_route_that_wants_a_form_or_answers_with_a_model_goes_the_frameworks_way():
    async def typed(typed: TypedForm) -> Response:
        return Response()

    async def modelled() -> Thing:
        return Thing(name="shelf")

    router = SecureRouter()
    router.post("/typed", access=Access.PUBLIC)(typed)
    router.get("/modelled", access=Access.PUBLIC)(modelled)

    assert [is_plain(route) for route in router.routes] == [False, False]


async def surroundings(request: Request) -> Response:
    return JSONResponse({"laid around": "fastapi_middleware_astack" in request.scope})


async def surroundings_of_a_form(request: Request, typed: TypedForm) -> Response:
    return await surroundings(request)


def test_a_plain_route_is_gone_to_past_what_the_framework_lays_around_the_others(knock):
    api, pages = ApiRouter(), SecureRouter()
    api.get("/plain", access=Access.PUBLIC)(surroundings)
    pages.post("/form", access=Access.PUBLIC)(surroundings_of_a_form)
    client = knock(api=[api], pages=[pages])

    assert client.get("/api/v1/plain").json() == {"laid around": False}
    assert client.post("/form", data={}, headers={"Sec-Fetch-Site": "same-origin"}).json() == {
        "laid around": True
    }


@pytest.mark.parametrize("etag", [None, '"7"'])
def test_what_is_json_already_has_the_headers_that_the_framework_would_work_out(etag):
    said = '{"灯": 1}'.encode()
    theirs = Response(said, 201, {"ETag": etag} if etag else None, "application/json")
    ours = respond_with(said, 201, etag=etag)

    assert ours.status_code == theirs.status_code
    assert ours.headers.items() == theirs.headers.items()


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "application/a+json"]
)
def test_what_comes_in_each_part_of_a_request_arrives(client, kind):
    answer = client.put(
        "/api/v1/shelves/7?many=2", content='{"name": "灯"}', headers={"Content-Type": kind, "Seen": "yes"}
    )

    assert answer.json() == {"at": 7, "name": "灯", "many": 2, "seen": "yes"}


def test_what_is_left_out_is_as_declared(client):
    assert client.put("/api/v1/shelves/7", json={"name": "灯"}).json() == {
        "at": 7, "name": "灯", "many": 1, "seen": "no",
    }  # fmt: skip
    assert client.put("/api/v1/perhaps").json() == {"name": None}


def test_all_faults_are_told_at_once(client):
    answer = client.put("/api/v1/shelves/x?many=10", json={}, headers={"Seen": "always"})

    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"at", "many", "seen", "name"}


@pytest.mark.parametrize(
    ("sent", "kind", "status"),
    [
        (b"", "application/json", 422),
        (b'{"name": "x"}', "text/plain", 422),
        (b'{"name": "x"}', "application/xml", 422),
        (b'{"name": "x"', "application/json", 400),
        (b'{"name": "\xff"}', "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"3", "application/json", 422),
    ],
)
def test_a_body_that_is_no_such_json_is_refused(client, sent, kind, status):
    answer = client.put(
        "/api/v1/shelves/7", content=sent, headers={"Content-Type": kind, "Authorization": "Bearer x"}
    )

    assert answer.status_code == status
