"""Whoever is to be feared is told later that he was looked at: the secretary or the town says so beforehand."""

from datetime import timedelta

import pytest

from core_db.emergency import EmergencyDraft, defer_emergency, open_emergency, uncover_in_emergency
from core_db.emergency.errors import OwnEmergencyTold
from core_db.foundation.clock import local_date
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.outbox import facts_after
from core_db.reveals import DeferralDraft, who_looked
from tests.resident.conftest import Form


def test_telling_him_may_wait_from_before_the_first_number_until_its_day(given, actor_client, clock):
    resident, worker, town, secretary = (
        given.resident(),
        given.worker(),
        given.town_dispatcher(),
        given.secretary(),
    )
    why = EmergencyDraft(
        person_id=resident.person_id, reason_code="violence", reason="邻居说屋里有人在打人，有孩子在哭"
    )
    access, day = given.do(open_emergency, why, by=worker), local_date(clock.now()) + timedelta(days=10)
    draft = DeferralDraft(reason_code="domestic_violence", until=day)
    for other, refusal in (
        (worker, OwnEmergencyTold),
        (given.worker(), NotPermitted),
        (given.worker_next_door(), NotFound),
    ):
        with pytest.raises(refusal):
            given.do(defer_emergency, access.id, draft, by=other)

    body = {"reason_code": "domestic_violence", "until": day.isoformat()}
    program = actor_client(town, bearer=True)
    headers = {"Idempotency-Key": "later"}
    assert (
        program.post(f"/api/v1/emergencies/{access.id}/deferral", json=body, headers=headers).status_code
        == 201
    )
    given.do(uncover_in_emergency, access.id, by=worker)

    assert given.see(who_looked, by=resident) == []
    told = [f for f in given.door.read_now(lambda s: facts_after(s, 0)) if f.short_type == "access.data_read"]
    assert [fact.audience for fact in told] == [()]
    page = actor_client(secretary, page=True)
    assert "一次紧急查看" in page.get("/looks").text
    form = Form(page.get(f"/emergency/{access.id}").text, f"/emergency/{access.id}/deferral").fields
    sent = page.post(f"/emergency/{access.id}/deferral", data=form | body, follow_redirects=False)
    assert sent.status_code == 303
    clock.advance(timedelta(days=11))
    (seen,) = given.see(who_looked, by=resident)
    assert seen.deferred_until is not None
