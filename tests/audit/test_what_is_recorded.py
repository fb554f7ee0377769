"""What gives power, opens data or takes it out stands in the record; where it cannot stand there it does not happen."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from core_db.accounts import (
    DelegationDraft,
    HandOverDraft,
    RoleAssignment,
    RoleDraft,
    assign_role,
    delegate_role,
    end_delegation,
    hand_over,
)
from core_db.audit import AuditEvent, audit_key, pseudonym, verify_record, witness_key
from core_db.cases import keep_histories
from core_db.emergency import EmergencyDraft, EmergencyReason, open_emergency, review_emergency
from core_db.emergency import ReviewDraft as EmergencyReviewDraft
from core_db.foundation.actor import Role
from core_db.foundation.errors import StorageAway
from core_db.foundation.house_keys import HouseKeys, keys_in
from core_db.foundation.sealing import Keyring
from core_db.mydata import carry_out_erasures
from core_db.reveals import (
    DeferralDraft,
    ExportDraft,
    RevealDraft,
    ReviewDraft,
    approve_export,
    ask_for_export,
    defer_look,
    looks_to_review,
    make_exports,
    reveal_person,
    review_look,
    uncover_contact,
)
from core_db.upkeep import gather_evidence
from tests.mydata.leaving import NAME, move_in, say_that_he_leaves

WANTED = ExportDraft(fields=("phone",), reason="防汛期间逐户电话通知")


def recorded(door, *but: str) -> list[AuditEvent]:
    statement = select(AuditEvent).order_by(AuditEvent.seq)
    found = door.read_now(lambda session: session.execute(statement).scalars().all())
    return [event for event in found if event.action not in but]


def named(door, who) -> str:
    return door.write_now(lambda session: pseudonym(session, who.id))


def post_of(door, who) -> str:
    mine = select(RoleAssignment.id).where(RoleAssignment.account_id == who.id)
    return door.read_now(lambda session: session.execute(mine).scalar_one())


def test_a_role_that_is_lent_and_taken_back_is_recorded(given, door, clock):
    secretary, worker = given.secretary(), given.worker()
    draft = DelegationDraft(
        assignment_id=post_of(door, secretary), delegate_id=worker.id, reason="出差",
        valid_to=clock.now() + timedelta(days=3),
    )  # fmt: skip

    lent = given.do(delegate_role, draft, by=secretary)
    given.do(end_delegation, lent.id, by=secretary)

    first, second = recorded(door)
    assert (first.action, second.action) == ("role.lent", "role.lending-ended")
    assert first.subject == second.subject == named(door, worker)
    assert first.actor == named(door, secretary)
    assert first.object == "secretary"


def test_a_post_that_is_handed_over_ends_for_one_and_begins_for_another(given, door):
    old, new = given.worker(name="小张"), given.worker(name="小吴")
    draft = HandOverDraft(account_id=new.id, reason="轮岗")

    given.do(hand_over, post_of(door, old), draft, by=given.secretary())

    assert [(one.action, one.subject) for one in recorded(door)] == [
        ("role.ended", named(door, old)),
        ("role.given", named(door, new)),
    ]


def test_what_an_emergency_opens_and_how_it_is_judged_is_recorded(given, door):
    aunt, worker, secretary = given.resident(phone="13812345678"), given.worker(), given.secretary()
    draft = EmergencyDraft(
        person_id=aunt.person_id, reason_code=EmergencyReason.MISSING, reason="敲门没人应，已经三天没有看到"
    )

    look = given.do(open_emergency, draft, by=worker)
    given.do(
        review_emergency, look.id, EmergencyReviewDraft(verdict="justified", text="情况属实"), by=secretary
    )

    opened, reviewed = recorded(door)
    assert (opened.action, opened.purpose, opened.reference) == (
        "emergency.opened",
        EmergencyReason.MISSING.value,
        f"emergency/{look.id}",
    )
    assert (reviewed.action, reviewed.outcome, reviewed.subject) == (
        "emergency.reviewed",
        "justified",
        named(door, worker),
    )
    assert "敲门" not in str(opened.model_dump())


def test_a_look_that_is_reviewed_or_told_later_is_recorded(given, door):
    worker, secretary = given.worker(), given.secretary()
    given.do(uncover_contact, given.a_case(by=given.resident(phone="13812345678")).case.id, by=worker)
    (look,) = given.see(looks_to_review, by=secretary)
    later = DeferralDraft(reason_code="domestic_violence", until=date(2026, 12, 23))

    given.do(review_look, look.seq, ReviewDraft(outcome="in_order"), by=secretary)
    given.do(defer_look, look.seq, later, by=secretary)

    reviewed, deferred = recorded(door, "data.read")
    assert (reviewed.action, reviewed.object, reviewed.outcome) == (
        "look.reviewed",
        f"look/{look.seq}",
        "in_order",
    )
    assert (deferred.action, deferred.purpose, deferred.outcome) == (
        "look.deferred",
        "domestic_violence",
        "until/2026-12-23",
    )


def test_an_export_is_recorded_when_asked_when_approved_and_when_made(given, door, clock):
    given.resident(name="赵阿姨", phone="13812345678")
    export = given.do(ask_for_export, WANTED, by=given.worker())

    given.do(approve_export, export.id, by=given.secretary())
    make_exports(door, None, clock)

    found = recorded(door, "data.read")
    assert [one.action for one in found] == ["export.asked", "export.approved", "export.made"]
    assert {one.reference for one in found} == {f"export/{export.id}"}
    assert "防汛" not in str([one.model_dump() for one in found])


def test_no_role_and_no_export_without_a_record(given, door, no_record):
    worker = given.worker()
    draft = RoleDraft(account_id=worker.id, role=Role.WORKER, place_id=given.community.id, reason="轮岗")
    secretary = given.secretary()
    no_record()

    with pytest.raises(StorageAway):
        given.do(assign_role, draft, by=secretary)
    with pytest.raises(StorageAway):
        given.do(ask_for_export, WANTED, by=worker)

    roles = "SELECT count(*) FROM role_assignments WHERE account_id = :id"
    counts = f"SELECT (SELECT count(*) FROM register_exports), ({roles})"
    assert tuple(door.read_now(lambda s: s.execute(text(counts), {"id": worker.id}).one())) == (0, 1)


def test_a_reference_to_a_person_is_a_pseudonym_too(given, door):
    aunt, worker = given.resident(name="赵阿姨", phone="13812345678"), given.worker()
    draft = RevealDraft(purpose="registry-correction", fields=["phone"], reason="电话打不通，要核对登记")

    given.do(reveal_person, aunt.person_id, draft, by=worker)

    (event,) = recorded(door)
    assert event.reference == f"person/{event.subject}"
    assert aunt.person_id not in str(event.model_dump())
    assert door.read_now(lambda session: gather_evidence(session, door.keyring)).is_whole


def test_the_record_stays_one_record_when_the_installations_key_is_replaced(door):
    one, two = "1:the first of all keys", "2:the one that seals now"
    before = Keyring(HouseKeys(keys_in(one)))
    after, without = Keyring(HouseKeys(keys_in(f"{two}\n{one}"))), Keyring(HouseKeys(keys_in(two)))

    for key in (audit_key, witness_key):
        assert key(before) == key(after) != key(without)
    assert (
        before.pseudonym("clients", "a")
        == after.pseudonym("clients", "a")
        != without.pseudonym("clients", "a")
    )


def test_whoever_leaves_the_platform_leaves_a_record_that_is_whole_and_leads_to_nobody(
    given, door, clock, tmp_path
):
    who, worker = move_in(given), given.worker()
    case = given.a_case(by=who, text=f"我是{NAME}", place_id=given.homes[2].id).case
    given.do(uncover_contact, case.id, by=worker)
    keep_histories(door, clock=clock)
    (before,) = recorded(door, "history.kept", "role.given")[-1:]
    say_that_he_leaves(given, who)
    clock.advance(timedelta(days=8))

    assert carry_out_erasures(door, tmp_path, clock=clock) == 1

    keys = "SELECT count(*) FROM audit_subjects WHERE subject_id = :id AND length(key) > 0"
    found = door.read_now(lambda session: gather_evidence(session, door.keyring, now=clock.now()))
    assert before.subject != named(door, who)
    assert door.read_now(lambda s: s.execute(text(keys), {"id": who.id}).scalar()) == 0
    assert found.is_whole
    assert {(one.case_id, one.ground) for one in found.histories.erased} == {(case.id, "erasure")}
    with door.operator.read.connect() as connection:
        assert verify_record(connection, key=audit_key(door.keyring)).first is None
    names = "SELECT count(*) FROM case_entries WHERE by_name = :name"
    assert door.read_now(lambda s: s.execute(text(names), {"name": NAME}).scalar()) == 0
