"""On its page a worker chooses a case's condition with its category, and ticks what is asked for before closing."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update

from core_db.cases import accept_case, case_file, forget_reference
from core_db.cases.configured import CATEGORIES, LIMITS
from core_db.cases.drafts import AcceptanceDraft
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


@pytest.fixture
def edited() -> Iterator[None]:
    """Nobody after this test reads what it had the operator edit."""
    yield
    forget_reference()


@pytest.mark.either
@pytest.mark.parametrize("gone", ["the condition", "the class"])
def test_a_form_left_as_it_stands_files_the_case_under_no_other_class(
    gone: str, loop: Any, given: Any, actor_client: Any, edited: None
) -> None:
    """What a browser sends where nothing is chosen is the first option: that is its own class, still or again."""
    client = actor_client(loop.worker, page=True)
    case_id = given.a_case(by=loop.resident, text="外墙有裂缝，砖在往下掉", category="0206").case.id
    accepted = AcceptanceDraft(category="0206", condition="danger" if gone == "the condition" else None)
    given.do(accept_case, case_id, accepted, by=loop.worker)
    loop.do(case_id, "dispatch", "return")
    _take_away(given, gone)

    form = client.get(f"/cases/{case_id}?do=acceptance").text.partition('id="do-acceptance"')[2]
    field = form.partition('name="category"')[2].partition("</select>")[0]
    options = re.findall(r'<option value="([^"]+)"( selected)?', field)

    assert [value for value, chosen in options if chosen] == ["0206"]
    assert len(options) > 1


def _take_away(given: Any, gone: str) -> None:
    """The next table of the operator has the condition no more, or ends the class."""
    if gone == "the class":
        ended = update(CATEGORIES).where(CATEGORIES.c.code == "0206").values(valid_to=date(2026, 1, 1))
    else:
        ended = delete(LIMITS).where(LIMITS.c.code == "0206", LIMITS.c.condition == "danger")
    given.door.write_now(lambda session: session.execute(ended))
    forget_reference()


@pytest.mark.either
def test_a_case_that_rests_can_only_be_closed_as_unresolved(loop: Any, actor_client: Any) -> None:
    page = actor_client(loop.worker, page=True).get(f"/cases/{loop.brought_to('suspended')}?do=closure").text

    assert 'value="unresolved"' in page
    assert 'value="resolved"' not in page
