"""Who lost his telephone or forgot his password begins anew, by whoever gives his posts; nobody gets further by it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core_db.accounts import (
    RoleDraft,
    assign_role,
    delegate_role,
    renew_sign_in,
    renew_sign_in_named,
)
from core_db.accounts.drafts import DelegationDraft
from core_db.accounts.errors import RoleNotYours
from core_db.accounts.model import Account, Passkey
from core_db.accounts.sessions import actor_for_token, open_session
from core_db.audit import AuditEvent
from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import facts_after


@pytest.fixture
def account_of(given):
    return lambda actor: given.door.read_now(lambda session: session.get_one(Account, actor.id))


@pytest.fixture
def signed_in(given, clock):
    """A device of somebody's that is signed in, and a passkey of his."""

    def opened(actor):
        def write(session):
            key = {"credential_id": new_id().encode(), "public_key": b"k", "created_at": clock.now()}
            session.add(Passkey(id=new_id(), account_id=actor.id, **key))
            session.get_one(Account, actor.id).totp_step = 1
            return open_session(
                session, actor.id, app="committee", device="x", idle=None, now=clock.now()
            ).token

        return given.door.write_now(write)

    return opened


def test_all_he_signed_in_with_is_void_and_he_is_told(given, clock, post_of, account_of, signed_in):
    worker = given.worker()
    token = signed_in(worker)

    given.do(renew_sign_in, post_of(worker), password_hash="given", by=given.secretary())

    account = account_of(worker)
    assert (account.password_hash, account.totp_sealed, account.totp_step) == ("given", None, None)
    assert account.password_until == clock.now() + timedelta(days=3)
    keys = select(Passkey).where(Passkey.account_id == worker.id)
    assert given.door.read_now(lambda session: session.exec(keys).all()) == []
    assert given.door.read_now(lambda s: actor_for_token(s, token, app="committee", clock=clock)) is None
    recorded = select(AuditEvent.action).order_by(AuditEvent.seq.desc())
    assert given.door.read_now(lambda session: session.exec(recorded).first()) == "sign-in.renewed"
    facts = given.door.read_now(lambda session: facts_after(session, 0))
    told = [fact for fact in facts if fact.type == "cn.shequyun.account.sign_in_renewed.v1"]
    assert [fact.audience for fact in told] == [(f"account:{worker.id}",)]


def test_nobody_starts_over_whom_he_could_not_have_put_there(given, post_of):
    secretary, dispatcher = given.secretary(), given.town_dispatcher()
    for actor, post, refusal in (
        (given.worker(), post_of(secretary), NotPermitted),
        (secretary, post_of(secretary), RoleNotYours),
        (secretary, post_of(dispatcher), NotFound),
        (given.secretary(), post_of(given.worker_next_door()), NotFound),
    ):
        with pytest.raises(refusal):
            given.do(renew_sign_in, post, password_hash="given", by=actor)


def test_a_higher_post_elsewhere_or_lent_protects_the_lower_one(given, post_of, clock):
    secretary, worker = given.secretary(), given.worker()
    draft = RoleDraft(account_id=worker.id, role=Role.TOWN_DISPATCHER, place_id=given.town.id, reason="兼任")
    lower = post_of(worker)
    given.do(assign_role, draft, by=given.system())

    with pytest.raises(RoleNotYours):
        given.do(renew_sign_in, lower, password_hash="given", by=secretary)

    other, helper = given.secretary(name="吴书记"), given.worker(name="小吴")
    lending = DelegationDraft(
        assignment_id=post_of(other),
        delegate_id=helper.id,
        valid_to=clock.now() + timedelta(days=3),
        reason="出差",
    )
    given.do(delegate_role, lending, by=other)
    with pytest.raises(RoleNotYours):
        given.do(renew_sign_in, post_of(helper), password_hash="given", by=secretary)


def test_the_operator_helps_whom_nobody_else_could(given, account_of):
    auditor = given.auditor()
    name = account_of(auditor).username

    given.do(renew_sign_in_named, name, password_hash="given", by=given.system())

    assert account_of(auditor).password_hash == "given"
    with pytest.raises(CannotBeRead):
        given.do(renew_sign_in_named, "nobody", password_hash="given", by=given.system())
    with pytest.raises(NotPermitted):
        given.do(renew_sign_in_named, name, password_hash="given", by=given.security_administrator())
