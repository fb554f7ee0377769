"""The register in full leaves the house only by two persons, marked, for a day, and everybody in it reads of it."""

import io
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from core_db.accounts import end_role
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.outbox import facts_after
from core_db.people import PersonDraft, register_person
from core_db.reveals import (
    ExportDraft,
    approval_number,
    approve_export,
    ask_for_export,
    exports_shown,
    fetch_export,
    make_exports,
    who_looked,
)
from core_db.reveals.errors import ExportDecided, OwnExport
from core_db.reveals.model import EXPORTS

PHONE = "13812345678"
WANTED = ExportDraft(fields=("phone",), reason="防汛期间逐户电话通知")


@pytest.fixture
def asked(given):
    """A resident of the register, the worker who asks for it, and the asking."""
    aunt, worker = given.resident(name="赵阿姨", phone=PHONE), given.worker()
    return aunt, worker, given.do(ask_for_export, WANTED, by=worker)


@pytest.fixture
def made(asked, given, door, clock):
    aunt, worker, export = asked
    given.do(approve_export, export.id, by=given.secretary())
    make_exports(door, None, clock)
    return aunt, worker, export


def sheet_of(content):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_without_another_persons_approval_there_is_no_file(asked, given, door, clock):
    _aunt, worker, export = asked
    make_exports(door, None, clock)

    with pytest.raises(NotFound):
        given.see(fetch_export, export.id, by=worker)
    with pytest.raises(NotPermitted):
        given.do(approve_export, export.id, by=worker)


def test_a_secretary_does_not_approve_his_own(given):
    secretary = given.secretary()
    export = given.do(ask_for_export, WANTED, by=secretary)

    with pytest.raises(OwnExport):
        given.do(approve_export, export.id, by=secretary)
    given.do(approve_export, export.id, by=given.secretary(name="吴主任"))


def test_every_row_bears_who_asked_who_approved_and_the_number(made, given):
    _aunt, worker, export = made

    sheet = sheet_of(given.see(fetch_export, export.id, by=worker).content)

    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][:3] == ["姓名", "住处", "手机号码"]
    assert rows[2][:3] == ["赵阿姨", "12号 101室", PHONE]
    number = approval_number(export)
    assert all(word in rows[0][0] for word in (worker.name, "周书记", number))
    assert [number in row[-1] for row in rows[2:]] == [True]
    assert number in sheet.oddHeader.center.text


def test_whoever_is_in_it_reads_of_it(made, given):
    aunt, _worker, _export = made

    (look,) = given.see(who_looked, by=aunt)

    assert (look.purpose, look.role, look.fields) == ("export", "worker", ("phone_sealed",))


def test_for_who_left_the_committee_none_is_made(asked, given, door, clock, post_of):
    aunt, worker, export = asked
    later = given.do(ask_for_export, WANTED, by=worker)
    wu = given.secretary(name="吴书记")
    lent = tuple(replace(one, giver_id=wu.id, giver_name=wu.name) for one in wu.grants)
    given.do(approve_export, export.id, by=replace(given.secretary(), grants=lent))
    given.do(end_role, post_of(worker), by=wu)

    make_exports(door, None, clock)

    # Whoever had approved it decided nothing of the kind.
    zheng = given.secretary(name="郑书记")
    kept = given.see(exports_shown, by=zheng)
    assert {one.id: (one.status, one.decided_name) for one in kept} == dict.fromkeys(
        (export.id, later.id), ("given_up", "")
    )
    assert given.see(who_looked, by=aunt) == []
    decided_for = select(EXPORTS.c.decided_for)
    assert door.read_now(lambda session: session.execute(decided_for).scalars().all()) == [None, None]


def test_it_is_made_once(made, given, door, clock):
    aunt, worker, export = made
    first = given.see(fetch_export, export.id, by=worker).content

    make_exports(door, None, clock)

    assert given.see(fetch_export, export.id, by=worker).content == first
    assert len(given.see(who_looked, by=aunt)) == 1
    with pytest.raises(ExportDecided):
        given.do(approve_export, export.id, by=given.secretary())


def test_it_is_there_for_a_day_for_whoever_asked_alone(made, given, door, clock):
    _aunt, worker, export = made
    for other in (given.worker(name="小吴"), given.secretary(), given.worker_next_door()):
        with pytest.raises(NotFound):
            given.see(fetch_export, export.id, by=other)

    clock.advance(timedelta(hours=24))
    with pytest.raises(NotFound):
        given.see(fetch_export, export.id, by=worker)
    make_exports(door, None, clock)
    clock.advance(timedelta(hours=-24))
    with pytest.raises(NotFound):
        given.see(fetch_export, export.id, by=worker)


def test_what_people_are_called_is_no_formula(given, door, clock):
    worker = given.worker()
    draft = PersonDraft(community_id=given.community.id, name="=1+1", phone=PHONE)
    given.do(register_person, draft, by=worker)
    export = given.do(ask_for_export, WANTED, by=worker)
    given.do(approve_export, export.id, by=given.secretary())
    make_exports(door, None, clock)

    cells = [
        cell
        for row in sheet_of(given.see(fetch_export, export.id, by=worker).content).iter_rows()
        for cell in row
    ]

    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_its_name_is_128_random_bits_and_facts_say_nothing_of_it(made, given, door):
    names = {given.do(ask_for_export, WANTED, by=made[1]).id for _ in range(20)}

    assert len(names) == 20
    assert {len(bytes.fromhex(name)) for name in names} == {16}
    assert PHONE not in str(door.read_now(lambda session: facts_after(session, 0)))


def test_a_neighbouring_secretary_sees_and_decides_nothing(asked, given):
    stranger = given.secretary(given.neighbouring_community)

    assert given.see(exports_shown, by=stranger) == []
    with pytest.raises(NotFound):
        given.do(approve_export, asked[2].id, by=stranger)


def test_on_the_pages_one_asks_another_approves_and_the_first_fetches(
    given, door, clock, actor_client, send_form
):
    given.resident(name="赵阿姨", phone=PHONE)
    worker, secretary = actor_client(given.worker(), page=True), actor_client(given.secretary(), page=True)
    assert send_form(worker, "/exports", "/exports", {"fields": "phone", "reason": "太短"}).status_code == 422
    sent = send_form(worker, "/exports", "/exports", {"fields": "phone", "reason": "防汛期间逐户电话通知"})
    assert sent.status_code == 303
    page = secretary.get("/exports").text
    path = page.split('action="/exports/')[1].split("/approval")[0]
    assert send_form(secretary, page, f"/exports/{path}/approval", {}).status_code == 303
    make_exports(door, None, clock)

    fetched = worker.get(f"/exports/{path}")

    assert (fetched.status_code, fetched.headers["cache-control"]) == (200, "no-store")
    assert PHONE in str([[cell.value for cell in row] for row in sheet_of(fetched.content).iter_rows()])
    assert secretary.get(f"/exports/{path}").status_code == 404
