"""What is sent twice under one key counts once, and the answer is the same, byte for byte."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app_shell.api import cursor, if_match, keys_of, once, once_from_form
from app_shell.forms import TypedForm
from app_shell.routing import Access, ApiRouter, SecureRouter
from app_shell.work import WorkDep
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.errors import CannotBeRead, NotPermitted, Stale
from core_db.foundation.numbers import next_number
from tests.clients import Client
from tests.shell.conftest import BASE


class Wish(BaseModel):
    text: str = "灯"


def grant(session, wish, *, actor, clock, refuse=False):
    """Each grant takes a number: two effects cannot look like one."""
    number = next_number(session, "wishes")
    if wish.text == "金":
        raise NotPermitted()
    return {"number": number, "text": wish.text, "version": 3, "at": clock.now()}


def change(session, version, *, actor, clock):
    if version != 1:
        raise Stale(who="小张", what="派单")
    return {"number": next_number(session, "changes"), "version": version + 1}


async def by_header(connection):
    name = connection.headers.get("x-who", "王阿姨")
    return Actor(kind=ActorKind.RESIDENT, id=name, name=name)


@pytest.fixture
def app(make, door):
    api, pages = ApiRouter("/wishes"), SecureRouter("/wishes")

    def as_it_is(session, result):
        return result

    @api.post("", access=Access.SIGNED_IN, status_code=201)
    async def wish(request: Request, draft: Wish, work: WorkDep) -> Response:
        return await once(request, work, grant, draft, render=as_it_is)

    @api.post("/{wish_id}/change", access=Access.SIGNED_IN, versioned=True)
    async def change_wish(request: Request, wish_id: str, work: WorkDep) -> Response:
        version = if_match(request)
        return await once(request, work, change, version, render=as_it_is, status=200, versioned=True)

    @pages.post("", access=Access.SIGNED_IN)
    async def wish_on_page(request: Request, typed: TypedForm, work: WorkDep) -> Response:
        to = await once_from_form(
            request,
            work,
            typed,
            grant,
            Wish(text=typed.get("text", "")),
            to=lambda r: f"/wishes/{r['number']}",
        )
        return PlainTextResponse(to)

    return make([pages], [api], door=door, actor_of=by_header)


@pytest.fixture
def client(app):
    with Client(app, base_url=BASE, headers={"Origin": BASE}) as client:
        yield client


def wish(client, key="key-1", text="灯", **headers):
    return client.post("/api/v1/wishes", json={"text": text}, headers={"Idempotency-Key": key} | headers)


def test_the_same_key_and_body_get_the_same_answer(client, clock):
    first = wish(client)
    clock.advance(timedelta(hours=23))
    again = wish(client)

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.json()["number"] == 1


def test_another_key_is_another_wish(client):
    assert wish(client, "a").json()["number"] != wish(client, "b").json()["number"]


def test_the_same_key_with_another_body_is_a_mistake(client):
    wish(client)
    answer = wish(client, text="门")

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency-key-reused"


def test_somebody_elses_key_is_his_own(client):
    mine, theirs = wish(client), wish(client, **{"X-Who": "li"})

    assert mine.json()["number"] != theirs.json()["number"]


def test_after_a_day_the_key_is_forgotten(client, clock):
    first = wish(client)
    clock.advance(timedelta(hours=24, seconds=1))

    assert wish(client).json()["number"] != first.json()["number"]


def test_the_key_of_a_refused_wish_is_free(client):
    assert wish(client, text="金").status_code == 403

    assert wish(client, text="灯").status_code == 201


def test_fifty_at_once_are_one_wish(client):
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _n: wish(client), range(50)))

    served = [one for one in answers if one.status_code == 201]
    assert {one.status_code for one in answers} <= {201, 503}
    assert served
    assert len({one.content for one in served}) == 1
    assert wish(client, "another").content not in {one.content for one in served}


def test_without_a_key_each_is_a_wish_of_its_own(client):
    answers = [client.post("/api/v1/wishes", json={}) for _ in range(2)]

    assert [(one.status_code, one.json()["number"]) for one in answers] == [(201, 1), (201, 2)]


def test_without_a_key_the_version_is_asked_for_all_the_same(client):
    changed = client.post("/api/v1/wishes/1/change", headers={"If-Match": '"1"'})

    assert client.post("/api/v1/wishes/1/change").status_code == 428
    assert client.post("/api/v1/wishes/1/change", headers={"If-Match": '"2"'}).status_code == 412
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')


def test_a_key_nobody_could_say_is_refused_and_so_is_an_empty_one(client):
    assert wish(client, "").json()["errors"][0]["field"] == "Idempotency-Key"
    assert wish(client, "k" * 256).status_code == 422
    assert wish(client, b"\xe7\x81\xaf").status_code == 422
    assert wish(client, "k" * 255).status_code == 201


def test_one_key_at_two_things_is_two_changes(client):
    headers = {"Idempotency-Key": "k", "If-Match": '"1"'}

    one = client.post("/api/v1/wishes/a/change", headers=headers)
    other = client.post("/api/v1/wishes/b/change", headers=headers)

    assert one.json()["number"] != other.json()["number"]


def test_the_kept_answer_comes_before_the_version(client):
    headers = {"Idempotency-Key": "k", "If-Match": '"1"'}
    first = client.post("/api/v1/wishes/a/change", headers=headers)
    again = client.post("/api/v1/wishes/a/change", headers=headers)
    stale = client.post("/api/v1/wishes/a/change", headers={"Idempotency-Key": "l", "If-Match": '"7"'})

    assert first.status_code == again.status_code == 200
    assert first.headers["etag"] == again.headers["etag"] == '"2"'
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (None, 428),
        ("", 428),
        ('"1"', 200),
        ('W/"1"', 200),
        ("*", 412),
        ('"x"', 412),
        ('"' + "9" * 30 + '"', 412),
    ],
)
def test_a_change_says_which_version_it_saw(client, sent, status):
    headers = {"Idempotency-Key": "k"} | ({} if sent is None else {"If-Match": sent})

    assert client.post("/api/v1/wishes/a/change", headers=headers).status_code == status


def test_a_form_sent_twice_counts_once(client):
    form = {"text": "灯", "idempotency_key": "k", "csrf_token": "x"}

    first = client.post("/wishes", data=form)
    again = client.post("/wishes", data=form | {"csrf_token": "y"})
    other = client.post("/wishes", data=form | {"idempotency_key": "l"})
    without = [client.post("/wishes", data={"text": "灯"}).text for _ in range(2)]

    assert first.text == again.text == "/wishes/1"
    assert len({first.text, other.text, *without}) == 4


def test_a_cursor_leads_back_to_its_keys():
    after = cursor(4711, "2026-11-23")

    assert keys_of(after, int, str) == (4711, "2026-11-23")
    assert keys_of(None, int) is None


@pytest.mark.parametrize("after", ["", "x", "=", "灯", cursor("a"), cursor(1, 2), cursor(True), "bnVsbA"])
def test_a_cursor_of_another_list_is_refused(after):
    with pytest.raises(CannotBeRead):
        keys_of(after, int)
