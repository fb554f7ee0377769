"""A refusal is a page for people and problem+json for programs, never a traceback."""

from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app_shell.problems import known_refusals
from app_shell.routing import Access, ApiRouter, SecureRouter
from core_db.accounts.errors import PasswordShort
from core_db.foundation.errors import (
    CannotBeRead,
    DomainError,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Stale,
    StorageAway,
    TooMany,
)
from tests.shell.conftest import BASE, PAGE


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: int
    name: str = ""


class Shut(DomainError):
    code, status = "shut-today", 409
    zh, en = "今天{day}，不办公。", "Shut on {day}."

    def __init__(self) -> None:
        super().__init__(extra={"allowed": ["urging"]}, day="Sunday")


FAULTS = {
    "shut": Shut(),
    "not-found": NotFound(),
    "not-permitted": NotPermitted(),
    "not-signed-in": NotSignedIn(),
    "stale": Stale(who="小张", what="派单"),
    "too-many": TooMany(seconds=30),
    "storage-away": StorageAway(),
    "unreadable": CannotBeRead({"text": ("请写一句话。", "Please write a sentence.")}),
    "common-password": PasswordShort(least=8),
    "broken": ZeroDivisionError("a secret of ours"),
}


@pytest.fixture
def client(knock):
    pages, api = SecureRouter(), ApiRouter()

    async def fail(name: str) -> Response:
        raise FAULTS[name]

    async def count(thing: Thing) -> Response:
        return PlainTextResponse(str(thing.count))

    async def length(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    pages.get("/fails/{name}", access=Access.PUBLIC)(fail)
    api.get("/fails/{name}", access=Access.PUBLIC)(fail)
    api.post("/things", access=Access.PUBLIC)(count)
    api.post("/lengths", access=Access.PUBLIC)(length)
    api.put("/lengths", access=Access.PUBLIC)(length)
    return knock([pages], [api])


def test_a_program_reads_problem_json(client):
    answer = client.get("/api/v1/fails/shut", headers={"Accept-Language": "en"})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/shut-today", "title": "Not now", "status": 409, "detail": "Shut on Sunday.",
        "code": "shut-today", "allowed": ["urging"],
    }  # fmt: skip


def test_the_api_never_answers_with_a_page(client):
    answer = client.get("/api/v1/fails/shut", headers=PAGE)

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "今天Sunday，不办公。"


@pytest.mark.parametrize("name", sorted(set(FAULTS) - {"not-signed-in"}))
def test_a_person_reads_a_page(client, name):
    answer = client.get(f"/fails/{name}", headers=PAGE)

    fault = FAULTS[name]
    assert answer.status_code == getattr(fault, "status", 500)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.count("<h1") == 1
    assert 'href="/"' in answer.text
    if isinstance(fault, CannotBeRead):
        assert all(said in answer.text for said in fault.sentences("zh").values())
    elif isinstance(fault, DomainError):
        assert fault.sentence("zh") in answer.text


def test_a_person_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client):
    answer = client.get("/fails/not-signed-in?page=2", headers=PAGE)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/fails/not-signed-in%3Fpage%3D2"


def test_a_fragment_of_somebody_signed_out_is_no_sign_in_page(client):
    answer = client.get("/fails/not-signed-in", headers={"X-Fragment": "case-1"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_what_nobody_foresaw_says_nothing_of_our_insides(client):
    for headers, path in ((PAGE, "/fails/broken"), ({}, "/api/v1/fails/broken")):
        answer = client.get(path, headers=headers)

        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert "Zero" not in answer.text
        assert "content-security-policy" in answer.headers


def test_what_nobody_foresaw_has_a_number_to_tell_us(client, caplog):
    reference = client.get("/api/v1/fails/broken").json()["reference"]

    assert reference in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(("name", "seconds"), [("too-many", "30"), ("storage-away", "2")])
def test_later_says_when(client, name, seconds):
    assert client.get(f"/api/v1/fails/{name}").headers["retry-after"] == seconds


def test_a_field_that_cannot_be_read_is_named(client):
    answer = client.post("/api/v1/things", json={"count": "many", "size": 3})

    assert answer.status_code == 422
    assert answer.json()["code"] == "cannot-be-read"
    assert answer.json()["errors"] == [
        {"field": "count", "message": "请填写数字。"},
        {"field": "size", "message": "没有这一项。"},
    ]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"count": 1, "name": "\\ud800"}', "application/json", 422),
        (b'{"count": 1' + b"0" * 5000 + b"}", "application/json", 400),
        (b'{"count": 1, "name": "\\u0000"}', "application/json", 422),
        (b"[" * 60_000, "application/json", 400),
    ],
    ids=["half", "no utf-8", "empty", "a list", "half a sign", "endless number", "nul", "too deep"],
)
def test_what_cannot_be_read_is_never_a_fault_of_ours(client, body, kind, status):
    answer = client.post("/api/v1/things", content=body, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["\\u6211", "\\ud83d\\ude00", "\\\\u0000", "\\\\ud800"])
def test_escapes_of_whole_signs_are_read(client, name):
    body = b'{"count": 1, "name": "' + name.encode() + b'"}'

    answer = client.post("/api/v1/things", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 200


def test_what_is_too_large_is_not_read(client):
    announced = client.post("/api/v1/lengths", content=b"x" * 70_000)
    streamed = client.post("/api/v1/lengths", content=iter([b"x" * 40_000] * 2))
    fits = client.post("/api/v1/lengths", content=b"x" * 60_000)

    assert (announced.status_code, streamed.status_code, fits.status_code) == (413, 413, 200)
    assert announced.json()["code"] == streamed.json()["code"] == "too-large"


def test_of_what_is_too_large_it_is_said_whether_words_or_photos(client):
    kinds = {
        "multipart/form-data; boundary=x": 80 * 1024 * 1024,
        "application/x-www-form-urlencoded": 140_000,
    }
    photos, words = (
        client.post("/api/v1/lengths", headers={"Content-Type": kind, "Content-Length": str(size)}).json()
        for kind, size in kinds.items()
    )

    assert (photos["code"], words["code"]) == ("too-large", "too-large")
    assert "照片" in photos["detail"]
    assert "照片" not in words["detail"]


@pytest.mark.parametrize("path", ["/fails/shut%00", "/fails/shut?q=%00", "/static/%00", "/cases/%00"])
def test_an_address_with_nul_is_refused(client, path):
    assert client.get(path).status_code == 400


def test_an_unknown_address_is_not_found(client):
    assert client.get("/nowhere").json()["code"] == "no-such-address"
    assert client.get("/nowhere", headers=PAGE).status_code == 404


def test_another_method_is_named(client):
    answer = client.delete("/api/v1/things")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_of_several_methods_at_an_address_all_are_named(client):
    answer = client.delete("/api/v1/lengths")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST, PUT"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_has_a_page_that_explains_it(client, lang):
    known = known_refusals()
    assert len(known) > 20

    for code, kind in known.items():
        answer = client.get(f"/problems/{code}", headers=PAGE | {"Accept-Language": lang})

        assert answer.status_code == 200
        assert "{" not in answer.text.split("<main")[1].split("</main")[0]
        assert kind.status in range(400, 600)


def test_an_unknown_code_has_none(client):
    assert client.get("/problems/no-such-code").status_code == 404


def test_another_host_is_not_ours(client):
    assert client.get("/offline", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/healthz", headers={"Host": "container-7"}).status_code == 200
    assert client.get("/offline", headers={"Host": "192.168.1.20:8000"}).status_code == 200
    assert client.get("/offline", headers={"Host": "[::1]:8000"}).status_code == 200
    assert client.get("/offline", headers={"Host": BASE.removeprefix("http://")}).status_code == 200


def test_a_field_that_is_refused_is_named_whatever_refuses_it(client):
    answer = client.get("/api/v1/fails/common-password", headers={"Accept-Language": "en"})

    said = "A password has at least 8 characters."
    assert (answer.status_code, answer.json()["detail"]) == (422, said)
    assert answer.json()["errors"] == [{"field": "password", "message": said}]


HOUSE = Path(__file__).parents[2]
PARTS = ("core_db", "app_shell", "resident_app", "committee_app", "plugins")


def _kinds_of(kind):
    return {kind, *(one for below in kind.__subclasses__() for one in _kinds_of(below))}


def _every_refusal():
    """Also those of modules that nothing here has needed yet."""
    for file in (file for part in PARTS for file in (HOUSE / part).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "DomainError" in text and "422" in text:
            import_module(".".join(file.relative_to(HOUSE).with_suffix("").parts))
    return {one for one in _kinds_of(DomainError) if one.__module__.split(".")[0] in PARTS}


def test_each_refusal_of_what_was_sent_names_a_field():
    refusals = [one for one in _every_refusal() if one.status == 422 and not issubclass(one, CannotBeRead)]

    assert len(refusals) >= 19
    assert {one.code for one in refusals if one.field is None} == set()
    assert {one.code for one in refusals if one.field == ""} == {"plugin-cannot-read"}
