"""A case that is pressing in several ways stands once on a desk, where it presses most, and says what else it is."""

import re
from datetime import timedelta

import pytest

from core_db.cases import Verb


@pytest.fixture
def desk(loop, actor_client):
    """What stands where: by part, its rows; and the page."""

    def look(where="/desk", by=None):
        html = actor_client(by or loop.worker, page=True).get(where).text
        return dict(re.findall(r'<section class="stack" id="part-([^"]+)">(.*?)</section>', html, re.S)), html

    return look


def _heading(part):
    return " ".join(re.sub(r"<[^>]+>", " ", re.search(r"<h2>(.*?)</h2>", part, re.S)[1]).split())


def _tile(html, label):
    return int(re.search(rf"<b>(\d+)</b><span>{label}</span>", html)[1])


def test_what_is_overdue_and_urged_stands_once_and_says_both(loop, act, desk, clock):
    both, urged = loop.brought_to("in_progress"), None
    clock.move_to(clock.now() + timedelta(days=40))
    urged = loop.brought_to("in_progress")
    for case_id in (both, urged):
        act(Verb.URGING, case_id, loop.resident, text="请快一点。")

    parts, html = desk()

    assert f'id="overdue-{both}"' in parts["overdue"]
    assert ">催办</span>" in parts["overdue"]
    assert f'id="urged-{both}"' not in html
    assert f'id="urged-{urged}"' in parts["urged"]
    assert _heading(parts["urged"]) == "有人催办 2 （其中 1 件已列在上面）"
    assert (_tile(html, "已超时"), _tile(html, "有人催办")) == (1, 2)


def test_a_kind_of_which_all_stands_above_has_its_number_and_the_way_to_it(loop, act, desk, clock):
    case_id = loop.brought_to("in_progress")
    clock.move_to(clock.now() + timedelta(days=40))
    act(Verb.URGING, case_id, loop.resident, text="请快一点。")

    parts, html = desk()

    assert "urged" not in parts
    assert re.search(r'<a class="stat warn" href="/cases\?list=urged"><b>1</b>', html)
    assert len(re.findall(rf'<li class="item" id="[a-z-]+{case_id}"', html)) == 1


def test_what_did_not_fit_above_stands_where_it_fits(loop, act, desk, clock):
    late = [loop.brought_to("in_progress") for _ in range(8)]
    clock.move_to(clock.now() + timedelta(days=40))
    for case_id in late:
        act(Verb.URGING, case_id, loop.resident, text="请快一点。")

    parts, _html = desk()

    assert len(re.findall(r'<li class="item" id="overdue-', parts["overdue"])) == 6
    assert len(re.findall(r'<li class="item" id="urged-', parts["urged"])) == 2
    assert _heading(parts["urged"]) == "有人催办 8 （其中 6 件已列在上面）"


def test_the_town_reads_each_case_once_too(loop, given, desk, clock):
    case_id = loop.brought_to("in_progress", escalated=True)
    clock.move_to(clock.now() + timedelta(days=40))

    parts, html = desk("/below", given.town_dispatcher())

    assert f'id="escalated-{case_id}"' in parts["escalated"]
    assert f"overdue-{case_id}" not in html
    assert _tile(html, "已超时") == 1


def test_a_program_reads_each_case_once_with_what_else_it_is(loop, given, act, actor_client, clock):
    both = loop.brought_to("in_progress")
    clock.move_to(clock.now() + timedelta(days=40))
    urged = loop.brought_to("in_progress")
    for case_id in (both, urged):
        act(Verb.URGING, case_id, loop.resident, text="请快一点。")

    answered = actor_client(loop.worker).get("/api/v1/cases/desk")

    parts = {part["name"]: part for part in answered.json()["parts"]}
    assert list(parts)[:2] == ["late-contact", "to-accept"]
    assert parts["overdue"]["title"] == "已超时"
    assert [(one["id"], one["also"]) for one in parts["overdue"]["items"]] == [(both, ["urged"])]
    assert [(one["id"], one["also"]) for one in parts["urged"]["items"]] == [(urged, [])]
    assert [parts["urged"][key] for key in ("count", "is_all", "above")] == [2, True, 1]
    assert actor_client(loop.contractor).get("/api/v1/cases/desk").status_code == 403
    next_door = actor_client(given.worker_next_door()).get("/api/v1/cases/desk").json()["parts"]
    assert not any(part["items"] or part["count"] for part in next_door)
