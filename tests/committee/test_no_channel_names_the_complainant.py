"""T08 on every way out of the house: page, API, socket, search, photo, print, refusal, export. One canary for all."""

import io
import re

import pytest
from PIL import Image
from sqlmodel import select

from app_shell.routing import walk
from core_db.accounts import RoleAssignment
from core_db.cases import VERBS, Verb
from core_db.foundation.actor import Role
from core_db.foundation.drafts import read_draft
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import facts_after
from core_db.relay import audience_keys
from tests.live.listening import serving

NAME, PHONE, WORDS = "金丝雀甲乙丙", "13866669876", "金丝雀自己写的话"
WAYS_OUT = re.compile("export|download|print|posters|people|emergenc|posts$")
CANARY = re.compile("金丝雀|1386666|6666 ?9876")


@pytest.fixture
def sung(loop, given):
    """Cases in every state a contractor meets, with all that a complainant can say and leave behind."""
    loop.resident = given.resident(name=NAME, phone=PHONE)
    ids = {state: loop.brought_to(state) for state in ("dispatched", "signed", "in_progress", "handled")}

    def say(verb, state, **words):
        registered = VERBS[verb]
        given.do(registered.use_case, ids[state], read_draft(registered.draft, words), by=loop.resident)

    say(Verb.MESSAGES, "signed", text=WORDS)
    say(Verb.URGING, "in_progress", text=WORDS)
    given.do(VERBS[Verb.NOTE].use_case, ids["signed"], read_draft(VERBS[Verb.NOTE].draft, {"text": WORDS}),
             by=loop.worker)  # fmt: skip
    verified = loop.brought_to("verified")
    said = {"resolved": "no", "satisfied": 1, "text": WORDS}
    given.do(VERBS[Verb.EVALUATION].use_case, verified, read_draft(VERBS[Verb.EVALUATION].draft, said),
             by=loop.resident)  # fmt: skip
    given.do(VERBS[Verb.REOPENING].use_case, verified, read_draft(VERBS[Verb.REOPENING].draft, {"reason": WORDS}),
             by=loop.resident)  # fmt: skip
    loop.do(verified, "dispatch")
    ids["again"] = verified
    return ids


@pytest.fixture
def entered(given, loop, actor_client, key, sung):
    """The same for one who rang up: the committee entered it for him, and handed it on."""
    client = actor_client(loop.worker, bearer=True)
    body = {"text": "楼上漏水", "on_behalf_of": loop.resident.person_id, "channel": "phone"}
    case_id = client.post("/api/v1/cases", json=body, headers=key()).json()["id"]
    loop.do(case_id, "acceptance", "dispatch")
    return case_id


def test_no_page_and_no_answer_in_either_language(sung, entered, loop, actor_client):
    page, program = actor_client(loop.contractor, page=True), actor_client(loop.contractor, bearer=True)
    answers = []
    for case_id in (*sung.values(), entered):
        for lang in ("zh", "en"):
            page.cookies.set("shequyun_language", lang)
            answers += [page.get(f"/cases/{case_id}"), page.get(f"/cases/{case_id}?do=progress")]
            answers += [
                program.get(f"/api/v1/cases/{case_id}{part}", headers={"Accept-Language": lang})
                for part in ("", "/timeline")
            ]
        # What the page fetches again by itself, and what it prints, is the same page.
        answers.append(page.get(f"/cases/{case_id}", headers={"X-Fragment": "case-main"}))

    assert sum(one.status_code == 200 for one in answers) == len(answers) > 40
    assert [str(one.url) for one in answers if CANARY.search(one.text)] == []
    assert [str(one.url) for one in answers if CANARY.search(str(one.headers))] == []


def test_no_search_finds_a_case_by_who_raised_it(sung, entered, loop, actor_client):
    client = actor_client(loop.contractor, bearer=True)

    assert client.get("/api/v1/cases?q=12号").json()["items"]
    for word in (NAME, NAME[:2], PHONE, PHONE[-4:], WORDS):
        assert client.get(f"/api/v1/cases?q={word}").json()["items"] == [], word
        assert client.get(f"/api/v1/people?q={word}").status_code == 403


def test_no_frame_of_a_socket_says_more_than_what_and_which(sung, loop, given, settings, door, clock):
    with serving("committee", settings, door, clock) as serve:
        ear = serve.listen(given.token_of(loop.contractor), after=0)
        facts = given.door.read_now(lambda session: facts_after(session, 0))
        mine = [f for f in facts if audience_keys(loop.contractor) & set(f.audience)]
        frames = [ear.next() for _fact in mine]

    assert len(mine) > 10
    assert {name for frame in frames for name in frame} == {"position", "type", "subject", "at"}
    assert not CANARY.search(str(frames))
    # A plugin or a notification is told from the same rows: ids, never a name, never an account of his.
    assert not CANARY.search(str([fact.data for fact in facts]))
    assert loop.resident.id not in str([fact.data for fact in mine])
    assert loop.resident.person_id not in str([fact.data for fact in mine])


def test_no_photo_carries_a_name(loop, given, actor_client, key):
    loop.resident = given.resident(name=NAME, phone=PHONE)
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "jinsique"  # The tag of who took it.
    Image.new("RGB", (20, 20)).save(picture, "JPEG", exif=exif)
    his = actor_client(loop.resident, bearer=True)
    sent = {"file": (f"{NAME}.jpg", picture.getvalue(), "image/jpeg")}
    photo_id = his.post("/api/v1/uploads", files=sent, headers=key()).json()["id"]
    case_id = his.post("/api/v1/cases", json={"text": "灯坏了", "photos": [photo_id]}, headers=key()).json()[
        "id"
    ]
    loop.do(case_id, "acceptance", "dispatch")

    shown = actor_client(loop.contractor, bearer=True).get(f"/api/v1/photos/{photo_id}")

    assert shown.status_code == 200
    assert b"jinsique" not in shown.content
    assert not CANARY.search(str(shown.headers))


def test_no_refusal_names_him(sung, loop, actor_client, key):
    client = actor_client(loop.contractor, bearer=True)
    answers = [
        client.post(
            f"/api/v1/cases/{case_id}/{verb}", json=loop.body(verb), headers=key() | {"If-Match": etag}
        )
        for case_id in sung.values() for verb in ("signing", "progress", "handling", "verification", "contact")
        for etag in ('"1"', '"99"')
    ]  # fmt: skip

    assert {403, 412} <= {one.status_code for one in answers}
    assert [str(one.url) for one in answers if CANARY.search(one.text)] == []


def test_no_way_out_of_the_house_is_open_to_a_contractor(loop, actor_client):
    page = actor_client(loop.contractor, page=True)
    ways = {
        path for method, path, _route in walk(page.app.routes)
        if method == "GET" and "{" not in path and WAYS_OUT.search(path)
    }  # fmt: skip

    assert {"/posters", "/api/v1/people", "/emergency", "/posts"} <= ways
    assert [path for path in sorted(ways) if page.get(path).status_code != 403] == []


def test_a_second_post_that_shows_no_case_shows_no_complainant_either(sung, loop, given, actor_client, clock):
    def give(session):
        session.add(
            RoleAssignment(
                id=new_id(), account_id=loop.contractor.id, role=Role.DISTRICT_ANALYST, place_id=given.district.id,
                valid_from=clock.now(), granted_by="tests",
            )
        )  # fmt: skip

    given.door.write_now(give)
    held = select(RoleAssignment.role).where(RoleAssignment.account_id == loop.contractor.id)
    assert len(given.door.read_now(lambda s: s.exec(held).all())) == 2
    client = actor_client(loop.contractor, bearer=True)
    answers = [
        client.get(f"/api/v1/cases/{one}{part}") for one in sung.values() for part in ("", "/timeline")
    ]

    assert {one.status_code for one in answers} == {200}
    assert [str(one.url) for one in answers if CANARY.search(one.text)] == []
