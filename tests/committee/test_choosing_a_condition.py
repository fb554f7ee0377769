"""On its page a worker chooses a case's condition with its category, and ticks what is asked for before closing."""

from typing import Any

import pytest

from core_db.cases import case_file
from tests.committee.reading import form_of


@pytest.mark.either
def test_the_condition_is_chosen_with_the_category_and_ticked_off_before_it_passes(
    loop: Any, given: Any, actor_client: Any
) -> None:
    client = actor_client(loop.worker, page=True)
    case_id = given.a_case(by=loop.resident, text="外墙有裂缝，砖在往下掉", category="0206").case.id

    def send(verb: str, **typed: str) -> int:
        fields = form_of(client.get(f"/cases/{case_id}?do={verb}").text, verb)
        sent = client.post(f"/cases/{case_id}/{verb}", data=fields | typed, follow_redirects=False)
        return int(sent.status_code)

    page = client.get(f"/cases/{case_id}?do=acceptance").text
    assert '<option value="0206/danger">' in page
    assert "房屋裂缝与结构安全 · 有现实危险 · 2小时（不分昼夜）内" in page
    assert send("acceptance", category="0206/danger") == 303
    assert given.see(case_file, case_id, by=loop.worker).case.condition == "danger"
    assert send("self-handling", text="我们自己去") == 303
    assert send("handling", outcome="done", text="围起来了") == 303

    assert "已达到结案条件：已出具鉴定或处置意见" in client.get(f"/cases/{case_id}?do=verification").text
    assert send("verification", passed="true", text="看过") == 422
    assert send("verification", passed="true", text="看过", closing_condition_met="true") == 303
    assert "closing_condition_met" not in client.get(f"/cases/{case_id}?do=closure").text
    assert send("closure", outcome="resolved", text="办好了") == 303


@pytest.mark.either
def test_a_case_that_rests_can_only_be_closed_as_unresolved(loop: Any, actor_client: Any) -> None:
    page = actor_client(loop.worker, page=True).get(f"/cases/{loop.brought_to('suspended')}?do=closure").text

    assert 'value="unresolved"' in page
    assert 'value="resolved"' not in page
