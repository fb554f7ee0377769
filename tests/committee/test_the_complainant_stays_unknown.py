"""T08: whoever handles a case never learns who raised it. A canary for a name, and every answer searched for it."""

import pytest

from core_db.cases import VERBS, CaseFilter, Verb, case_shown, cases, public_cases
from core_db.cases.drafts import EvaluationDraft, MessageDraft

CANARY = "金丝雀甲乙丙"


@pytest.fixture
def sung(loop, given):
    """Cases of a requester with an unmistakable name, in all that a contractor sees."""
    loop.resident = given.resident(name=CANARY)
    ids = [
        loop.brought_to(state)
        for state in ("dispatched", "signed", "in_progress", "handled", "verified", "closed")
    ]
    given.do(VERBS[Verb.MESSAGES].use_case, ids[2], MessageDraft(text=f"我是{CANARY}"), by=loop.resident)
    said = EvaluationDraft(resolved="no", satisfied=1, text=f"{CANARY}不满意")
    given.do(VERBS[Verb.EVALUATION].use_case, ids[4], said, by=loop.resident)
    return ids


def addresses(ids):
    api = ("/api/v1/cases", "/api/v1/cases/counts", "/api/v1/organisations", "/api/v1/places", "/api/v1/me")
    pages = (
        "/",
        "/inbox",
        "/cases",
        "/cases?list=to-sign",
        f"/cases?q={CANARY[:2]}",
        "/desk",
        "/enter",
        "/me",
    )
    yield from (*api, *pages)
    for one in ids:
        yield from (f"/api/v1/cases/{one}", f"/api/v1/cases/{one}/timeline", f"/cases/{one}")


def test_no_answer_to_a_contractor_names_the_complainant(sung, loop, given, actor_client):
    client = actor_client(loop.contractor, page=True)
    phone = given.phone_of[loop.resident.id]

    bodies = {path: client.get(path) for path in addresses(sung)}

    assert sum(one.status_code == 200 for one in bodies.values()) >= 20
    # The words somebody searched for stand in the search box again; the name itself was not typed here.
    assert [path for path, one in bodies.items() if CANARY in one.text or phone in one.text] == []


def test_writing_tells_a_contractor_no_more_than_reading(sung, loop, actor_client, key):
    client = actor_client(loop.contractor, bearer=True)
    answers = []
    for case_id in sung:
        for verb in ("signing", "progress", "extension", "handling", "return"):
            etag = client.get(f"/api/v1/cases/{case_id}").headers.get("etag", '"1"')
            headers = key() | {"If-Match": etag}
            answers.append(
                client.post(f"/api/v1/cases/{case_id}/{verb}", json=loop.body(verb), headers=headers)
            )

    assert sum(one.status_code == 200 for one in answers) >= 5
    assert [one.url for one in answers if CANARY in one.text] == []


def test_the_committee_knows_and_an_anonymous_one_is_hidden_from_it_too(loop, given, actor_client):
    resident = given.resident(name=CANARY)
    named = given.a_case(by=resident).case.id
    hidden = given.a_case(by=resident, text="有人乱倒垃圾", anonymous=True).case.id
    client = actor_client(loop.worker, page=True)

    assert CANARY in client.get(f"/cases/{named}").text
    for path in (f"/cases/{hidden}", f"/api/v1/cases/{hidden}"):
        assert CANARY not in client.get(path).text


def test_how_it_was_judged_is_for_its_handler_once_it_is_over_and_never_for_neighbours(
    loop, given, actor_client
):
    case_id = given.a_case(by=loop.resident, visibility="public").case.id
    loop.do(case_id, "acceptance", "dispatch", "signing", "handling", "verification")
    said = EvaluationDraft(resolved="no", satisfied=1)
    given.do(VERBS[Verb.EVALUATION].use_case, case_id, said, by=loop.resident)

    def read_by(actor):
        (listed,) = given.see(public_cases if actor.homes else cases, CaseFilter(), by=actor).items
        opened = given.see(case_shown, case_id, by=actor)
        assert opened["is_judged"] is listed["is_judged"] is True
        return [one["rating"] for one in (opened, listed)]

    mark = {"resolved": "no", "satisfied": 1}
    assert read_by(loop.worker) == [mark, mark]
    assert read_by(loop.contractor) == [None, None]
    loop.do(case_id, "closure")
    assert read_by(loop.contractor) == [mark, mark]
    assert read_by(given.neighbour()) == [None, None]
