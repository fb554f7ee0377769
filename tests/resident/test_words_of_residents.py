"""How far a case is stands in words that say something to whoever raised it."""

import pytest

from core_db.cases import VERBS, Verb

SAID_AND_NEVER = {
    "returned": ("重新安排中", "退单待审"), "self_handling": ("居委会在办", "自办中"),
    "suspended": ("暂缓办理", "已挂起"),
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
