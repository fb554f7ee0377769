"""Whoever listens at a point is asked before the write is queued, on every way in; nobody listening costs nothing."""

import asyncio
import inspect
import re
from typing import Any

import pytest

from core_db.accounts import RoleDraft, assign_role
from core_db.cases import CaseDraft, accept_case, refuse_case, submit_case
from core_db.foundation.actor import Role
from core_db.foundation.door import Door
from core_db.foundation.points import Points, filtered
from core_db.foundation.reach import reach_of
from core_db.visits import VisitDraft, record_visit
from tests.plugins.asking import Askers, askers
from tests.resident.conftest import do_again, key, picture, send_form, verified
from tests.town import NEXT_DOOR, Town

__all__ = ["askers", "do_again", "key", "picture", "send_form", "verified"]
CASES = "/api/v1/cases"


def test_a_case_over_the_api_gets_the_category_that_was_answered(
    given: Town, askers: Askers, actor_client: Any, key: Any
) -> None:
    askers.answer = {"category": "0806"}
    resident = given.resident()

    case = actor_client(resident, bearer=True).post(CASES, json={"text": "吵"}, headers=key()).json()

    assert case["category"]["code"] == "0806"
    ((point, asked),) = askers.asked
    assert (point, asked.community_id) == ("case.submit.v1", given.community.id)
    assert asked.about == ("person", resident.person_id)
    assert dict(asked.draft) == {"category": None, "channel": "app"}


def test_a_category_that_nobody_knows_is_no_residents_mistake(
    given: Town, askers: Askers, actor_client: Any, key: Any
) -> None:
    askers.answer = {"category": "no-such"}

    sent = actor_client(given.resident(), bearer=True).post(CASES, json={"text": "吵"}, headers=key())

    assert sent.status_code == 201


def test_what_is_vetoed_is_not_written_and_the_resident_reads_why(
    given: Town, askers: Askers, actor_client: Any, key: Any
) -> None:
    askers.veto = "今天不收"
    client = actor_client(given.resident(), bearer=True)

    sent = client.post(CASES, json={"text": "吵"}, headers=key())

    assert (sent.status_code, sent.json()["code"]) == (409, "plugin-veto")
    assert sent.json()["detail"] == "应用“捣乱”没有同意：今天不收"
    assert client.get(CASES).json()["items"] == []


def test_a_form_is_asked_about_like_a_programme(
    given: Town, askers: Askers, actor_client: Any, send_form: Any
) -> None:
    askers.veto = "今天不收"

    page = send_form(actor_client(given.resident(), page=True), "/report", "/report", {"text": "吵"})

    assert page.status_code == 409
    assert "今天不收" in page.text


def test_a_case_entered_for_somebody_is_asked_about_too(
    given: Town, askers: Askers, actor_client: Any, key: Any
) -> None:
    resident = given.resident()
    body = {"text": "吵", "channel": "phone", "on_behalf_of": resident.person_id}

    sent = actor_client(given.worker(), bearer=True).post(CASES, json=body, headers=key())

    assert sent.status_code == 201, sent.text
    assert askers.asked[0][1].about == ("person", resident.person_id)


def test_of_several_at_once_each_is_asked_about_like_a_single_one(
    given: Town, door: Door, askers: Askers, actor_client: Any
) -> None:
    """No point stands before an acceptance yet; here the one of a refusal does."""
    door.points.by_use_case[inspect.unwrap(accept_case)] = door.points.by_use_case[
        inspect.unwrap(refuse_case)
    ]
    case_ids = [given.a_case(by=given.resident()).case.id for _ in range(2)]
    client = actor_client(given.worker(), page=True)
    askers.veto = "先不要受理"
    token = re.findall(r'name="csrf_token" value="([^"]*)"', client.get("/desk").text)[0]
    typed = {"verb": "acceptance", "ids": case_ids, "csrf_token": token}
    typed |= {f"version-{case_id}": "1" for case_id in case_ids}

    page = client.post("/cases/batch", data=typed)

    assert page.text.count("先不要受理") == 2, page.text
    assert [asked.draft["case_id"] for _, asked in askers.asked] == case_ids


@pytest.mark.both
def test_a_case_that_comes_of_a_visit_is_asked_about_too(
    given: Town, askers: Askers, actor_client: Any, key: Any
) -> None:
    resident, worker = given.resident(), given.worker()
    visit = given.do(record_visit, VisitDraft(person_id=resident.person_id, result="met"), by=worker)
    askers.veto = "今天不收"

    sent = actor_client(worker, bearer=True).post(
        f"/api/v1/visits/{visit.id}/case", json={"text": "水管漏水", "channel": "visit"}, headers=key()
    )

    assert (sent.status_code, sent.json()["code"]) == (409, "plugin-veto"), sent.text
    ((point, asked),) = askers.asked
    assert (point, asked.about) == ("case.submit.v1", ("person", resident.person_id))


@pytest.mark.both
def test_what_was_answered_is_answered_again_whatever_a_plugin_says_meanwhile(
    given: Town, askers: Askers, actor_client: Any, key: Any
) -> None:
    client, headers = actor_client(given.resident(), bearer=True), key()
    first = client.post(CASES, json={"text": "吵"}, headers=headers)
    askers.veto = "今天不收"

    again = client.post(CASES, json={"text": "吵"}, headers=headers)

    assert (again.status_code, again.content) == (201, first.content)
    assert len(askers.asked) == 1


def test_a_picture_that_is_refused_is_not_kept(
    given: Town, door: Door, actor_client: Any, key: Any, picture: bytes, settings: Any
) -> None:
    door.points.listen(Askers(veto="看不清"), frozenset({"upload.accept.v1"}))
    files = {"file": ("photo.jpg", picture, "image/jpeg")}

    sent = actor_client(given.resident(), bearer=True).post("/api/v1/uploads", files=files, headers=key())

    assert (sent.status_code, sent.json()["code"]) == (409, "plugin-veto")
    assert not list((settings.data_dir / "photos").rglob("*.jpg"))


@pytest.mark.both
def test_a_picture_is_looked_at_in_each_neighbourhood_of_whoever_has_several(
    given: Town, door: Door, actor_client: Any, key: Any, picture: bytes
) -> None:
    askers, worker = Askers(), given.worker()
    door.points.listen(askers, frozenset({"upload.accept.v1"}))
    post = RoleDraft(account_id=worker.id, role=Role.WORKER, place_id=NEXT_DOOR.id, reason="轮岗")
    given.do(assign_role, post, by=given.secretary(at=NEXT_DOOR))
    files = {"file": ("photo.jpg", picture, "image/jpeg")}

    sent = actor_client(worker).post("/api/v1/uploads", files=files, headers=key())

    assert sent.status_code == 201
    assert {asked.community_id for _point, asked in askers.asked} == {given.community.id, NEXT_DOOR.id}


def test_where_nobody_listens_nothing_is_read_and_nobody_is_called(
    given: Town, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, arguments = given.resident(), (CaseDraft(text="吵"),)
    monkeypatch.setattr(door, "read", None)

    asked = filtered(door, submit_case, arguments, actor=actor, clock=given.clock, reach=reach_of(actor))

    assert door.points == Points()
    assert asyncio.run(asked) is arguments
