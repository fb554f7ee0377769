"""A plugin's own roles on its page and over the API: the secretary gives and takes, workers read who holds them."""

import re

import pytest

from core_db.installs import disable_plugin
from tests.installs.conftest import enabled, installed

__all__ = ["enabled", "installed"]
ELDER = "/plugins/elder-care"
API = f"/api/v1{ELDER}"
LEAD = {"id": "lead", "name": {"zh": "协调员", "en": "Coordinator"}, "grants": ["/pairs"]}


@pytest.fixture
def colleague(given):
    return given.worker()


@pytest.fixture
def office(secretary, colleague, at, installed, enabled):
    """The secretary at the app, where the sample with a role is on."""
    client = at(secretary)
    installed(contributes={"roles": [LEAD]})
    enabled()
    return client


def give(client, colleague, **more):
    return client.post(f"{ELDER}/roles", data={"role": "lead", "account_id": colleague.id, **more})


def ending(page):
    return re.search(r'action="(/plugins/elder-care/roles/[^"]+/ending)"', page)[1]


def test_the_secretary_gives_a_role_and_takes_it_back(office, colleague, at):
    assert "还没有给谁" in office.get(ELDER).text

    shown = give(office, colleague, valid_to="2026-12-31").text

    assert "2026-11-23 至 2026-12-31" in shown
    seen = at(colleague).get(ELDER).text
    assert "2026-11-23 至 2026-12-31" in seen
    assert "/ending" not in seen
    assert "把角色给一位同事" not in seen
    assert "还没有给谁" in office.post(ending(shown)).text


def test_what_cannot_be_given_comes_back_with_what_was_typed(office, colleague):
    refused = give(office, colleague, valid_from="2026-11-20", valid_to="2026-12-31")

    assert refused.status_code == 422
    assert "不能从过去的日子开始" in refused.text
    assert 'value="2026-12-31"' in refused.text
    give(office, colleague)
    assert "已经有这个角色了" in give(office, colleague).text


def test_a_form_sent_twice_gives_it_once(office, colleague):
    key = {"idempotency_key": "one-and-the-same"}

    assert give(office, colleague, **key).status_code == 200
    assert give(office, colleague, **key).status_code == 200

    assert office.get(ELDER).text.count("/ending") == 1


def test_where_it_is_off_there_are_no_roles_to_give(office, colleague, given, secretary):
    given.do(disable_plugin, "elder-care", given.community.id, by=secretary)

    assert "应用里的角色" not in office.get(ELDER).text
    assert "没有启用" in give(office, colleague).text


def test_a_worker_gives_and_takes_none(office, colleague, at):
    held = ending(give(office, colleague).text)

    assert give(at(colleague), colleague).status_code == 403
    assert at(colleague).post(held).status_code == 403


def test_a_program_does_the_same_once_for_a_key(office, colleague, secretary, at):
    program = at(secretary, page=False)
    said = {"role": "lead", "account_id": colleague.id, "valid_to": "2026-12-31"}

    answers = [program.post(f"{API}/roles", json=said, headers={"Idempotency-Key": "k1"}) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    held = answers[0].json()
    assert held == answers[1].json()
    assert (held["holder"], held["valid_from"], held["valid_to"]) == ("小张", "2026-11-23", "2026-12-31")
    (role,) = program.get(API).json()["roles"]
    assert (role["id"], role["grants"], role["held"]) == ("lead", ["/pairs"], [held])
    again = program.post(f"{API}/roles", json=said, headers={"Idempotency-Key": "k2"})
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "plugin-role-held")
    taken = program.post(f"{API}/roles/{held['id']}/ending", headers={"Idempotency-Key": "k3"})
    assert taken.status_code == 200
    assert program.get(API).json()["roles"][0]["held"] == []


def test_it_says_so_where_nobody_holds_a_role_as_after_an_update_that_brings_one(
    secretary, colleague, at, installed, enabled
):
    office = at(secretary)
    installed()
    enabled()
    assert "要请书记给角色" not in office.get(ELDER).text

    installed(version="1.3.0", contributes={"roles": [LEAD]})

    assert "还没有人有这些角色：协调员。" in office.get(ELDER).text
    assert "要请书记给角色" in at(colleague).get(ELDER).text
    assert "要请书记给角色" in give(office, colleague, valid_from="2026-12-01").text
    assert "要请书记给角色" not in give(office, secretary).text
