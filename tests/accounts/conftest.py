"""What tests of accounts share: a sender that keeps what it is given, and staff with a password."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
import pytest
from starlette.testclient import TestClient

from core_db.accounts import (
    CodeBudget,
    DelegationDraft,
    StaffDraft,
    create_staff,
    delegate_role,
    second_factor,
)
from core_db.accounts.errors import CodeNotSent
from core_db.accounts.model import Account
from core_db.accounts.sessions import grants_now
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import RehearsedClock
from tests.town import Town

PASSWORD = "a password nobody guesses"
BUDGET = CodeBudget(per_day=1000, per_address=1000)


@dataclass
class KeptMessages:
    """A sender that keeps what it should send, or fails like a gateway that is away."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    is_away: bool = False

    def send(self, phone: str, text: str) -> None:
        if self.is_away:
            raise CodeNotSent()
        self.sent.append((phone, text))

    @property
    def code(self) -> str:
        return self.sent[-1][1].split("验证码 ")[1][:6]


@pytest.fixture
def messages(resident_client: TestClient) -> KeptMessages:
    kept = KeptMessages()
    resident_client.app.state.shell.keeps["sender"] = kept  # type: ignore[attr-defined]
    return kept


@pytest.fixture
def staff(given: Town) -> Account:
    """An account of the staff, `xiaozhang`, without a role and without a second factor."""
    draft = StaffDraft(username="xiaozhang", password=PASSWORD, name="小张")
    return given.do(create_staff, draft, by=given.system())


@pytest.fixture
def otp(clock: RehearsedClock) -> Callable[[str], str]:
    """What an authenticator shows now."""
    return lambda secret: pyotp.TOTP(secret).at(clock.now())


def another_code(code: str) -> str:
    """A code that is wrong."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def enrolled(session, account_id, *, actor, clock):
    """As a use case: an authenticator is set up and confirmed; returns its secret."""
    account = session.get(Account, account_id)
    second_factor.start_enrolment(session, account)
    secret = second_factor.enrolment_secret(session, account)
    assert second_factor.accept_otp(session, account, pyotp.TOTP(secret).at(clock.now()), now=clock.now())
    return secret


@pytest.fixture
def days():
    return lambda number: timedelta(days=number)


@pytest.fixture
def lends_to(given, clock, post_of, days):
    """Somebody of next door, with what the secretary lent her for a week; `all_of_it` with her own post besides."""

    def lent(secretary, worker, all_of_it=False, role=None):
        draft = DelegationDraft(
            assignment_id=post_of(secretary), delegate_id=worker.id, reason="出差", role=role,
            valid_to=clock.now() + days(7),
        )  # fmt: skip
        given.do(delegate_role, draft, by=secretary)
        grants = given.door.read_now(lambda session: grants_now(session, worker.id, now=clock.now()))
        held = tuple(one for one in grants if all_of_it or one.giver_id)
        return Actor(kind=ActorKind.STAFF, id=worker.id, name=worker.name, grants=held)

    return lent
