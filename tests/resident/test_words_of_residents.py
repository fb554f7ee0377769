"""How far a case is stands in words that say something to whoever raised it."""

import pytest

from core_db.cases import VERBS, Verb
from core_db.cases.words import RESIDENT_STATUS_WORDS, CaseStatus
from core_db.mydata.readable import page_of

SAID_AND_NEVER = {
    "returned": ("重新安排中", "退单待审"), "self_handling": ("居委会在办", "自办中"),
    "suspended": ("暂缓办理", "已挂起"), "verified": ("等您评价", "待回访"),
}  # fmt: skip


@pytest.fixture
def steps(given):
    """What brings a case that was accepted to a status."""
    worker, firm = given.worker(), given.contractor(given.property_firm)
    ourselves = (Verb.SELF_HANDLING, worker, {"text": "我们去修。"})
    return {
        "returned": [
            (Verb.DISPATCH, worker, {"lead": given.property_firm.id}),
            (Verb.RETURN, firm, {"reason_code": "not_our_duty", "text": "不归我们管。"}),
        ],
        "self_handling": [ourselves],
        "verified": [
            ourselves,
            (Verb.HANDLING, worker, {"outcome": "done", "text": "修好了。"}),
            (Verb.VERIFICATION, given.worker(name="小李"), {"passed": True, "text": "看过了。"}),
        ],
        "suspended": [ourselves, (Verb.SUSPENSION, worker, {"review_on": "2027-01-10", "reason": "等天气"})],
    }  # fmt: skip


@pytest.mark.parametrize("status", SAID_AND_NEVER)
def test_the_offices_own_word_reaches_no_resident(status, steps, given, actor_client):
    aunt, (said, never) = given.resident(), SAID_AND_NEVER[status]
    case_id = given.a_case(by=aunt).case.id
    for verb, by, draft in [(Verb.ACCEPTANCE, given.worker(), {}), *steps[status]]:
        of = VERBS[verb]
        given.do(of.use_case, case_id, of.draft.model_validate(draft), by=by)

    client = actor_client(aunt, page=True)

    for page in (client.get("/").text, client.get("/cases").text, client.get(f"/cases/{case_id}").text):
        assert said in page
        assert never not in page


def test_programs_read_for_each_status_what_pages_say(given, actor_client):
    """The codes are the same at both apps; the words are those of whoever the app is for."""
    aunt, worker = (actor_client(by, bearer=True) for by in (given.resident(), given.worker()))

    def said(client, lang):
        table = client.get("/api/v1/codes", headers={"Accept-Language": lang}).json()["statuses"]
        return {one["code"]: one["name"] for one in table}

    for lang in ("zh", "en"):
        assert [*said(aunt, lang)] == [*said(worker, lang)] == [str(one) for one in CaseStatus]
    here, there = said(aunt, "zh"), said(worker, "zh")
    for status, (_of_pages, of_the_office) in SAID_AND_NEVER.items():
        assert there[status] == of_the_office
        assert here[status] == RESIDENT_STATUS_WORDS[CaseStatus(status)].zh != of_the_office
    assert said(aunt, "en")["returned"] == "Being reassigned"


@pytest.mark.parametrize("status", SAID_AND_NEVER)
def test_what_is_refused_says_how_far_it_is_in_the_readers_words(status, steps, given, actor_client, key):
    aunt, worker = given.resident(), given.worker()
    case_id = given.a_case(by=aunt).case.id
    for verb, by, draft in [(Verb.ACCEPTANCE, worker, {}), *steps[status]]:
        of = VERBS[verb]
        given.do(of.use_case, case_id, of.draft.model_validate(draft), by=by)

    def refusal(by, verb, body):
        client = actor_client(by, bearer=True)
        etag = client.get(f"/api/v1/cases/{case_id}").headers["etag"]
        headers = key() | {"If-Match": etag}
        return client.post(f"/api/v1/cases/{case_id}/{verb}", json=body, headers=headers).json()

    mine, theirs = refusal(aunt, "withdrawal", {}), refusal(worker, "pre-check", {"text": "去看看。"})
    assert [(one["code"], one["case_status"]) for one in (mine, theirs)] == [("not-now", status)] * 2
    assert RESIDENT_STATUS_WORDS[CaseStatus(status)].zh in mine["detail"]
    assert SAID_AND_NEVER[status][1] not in mine["detail"]
    assert SAID_AND_NEVER[status][1] in theirs["detail"]


@pytest.mark.parametrize("status", SAID_AND_NEVER)
def test_the_copy_of_ones_data_says_the_same(status, given):
    kept = {"cases": [{"status": CaseStatus(status)}], "case_entries": [{"status": CaseStatus(status)}]}

    page = page_of(kept, made_at=given.clock.now(), lang="zh")

    assert page.count(RESIDENT_STATUS_WORDS[CaseStatus(status)].zh) == 2
    assert SAID_AND_NEVER[status][1] not in page
