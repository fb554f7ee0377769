"""Accounts, their sign-ins and sessions, their binding to a home, and dated roles on the place tree."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from core_db.foundation.actor import ActorKind, Role
from core_db.foundation.fields import (
    F0,
    F1,
    F2,
    F5,
    blind_column,
    digest_column,
    held,
    sealed_column,
)
from core_db.foundation.tables import (
    PlainText,
    Table,
    id_column,
    long_text,
    moment_column,
    text_column,
    worded_column,
)

#: Within whose keys accounts are sealed: they belong to no neighbourhood.
SCOPE = "accounts"


class BindingStatus(StrEnum):
    ASKED = "asked"
    BOUND = "bound"
    REFUSED = "refused"
    ENDED = "ended"
    #: It was a mistake: whoever was bound never lived there, and keeps nothing of it.
    REVOKED = "revoked"


class Account(Table, table=True):
    """Somebody who can sign in: a resident by phone and code, staff by name, password and second factor."""

    __tablename__ = "accounts"

    id: str = Field(sa_column=id_column(primary_key=True))
    kind: ActorKind = Field(sa_column=worded_column(ActorKind))
    username: str | None = Field(default=None, sa_column=text_column(F1, nullable=True, unique=True))
    #: What others read; for residents the name given or taken from the register.
    name: str = Field(default="", sa_column=text_column(F1))
    phone_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, scope=SCOPE))
    #: One blind index for the whole district: sign-in knows no neighbourhood yet.
    phone_blind: bytes | None = Field(
        default=None, sa_column=blind_column(F2, of="phone_sealed", unique=True)
    )
    #: Argon2id, one way only.
    password_hash: str | None = Field(
        default=None, sa_column=SqlColumn(PlainText, nullable=True, **held(F5, digest=True))
    )
    #: Since when; None where it is as old as the account.
    password_since: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: Set while the password is the one given at hiring: good until then, and replaced at the first sign-in.
    password_until: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: The second factor's secret, sealed (F5).
    totp_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F5, scope=SCOPE))
    #: Last accepted TOTP step, so that a code works once.
    totp_step: int | None = Field(default=None, sa_column_kwargs=held(F0))
    person_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    language: str = Field(default="zh", sa_column=text_column(F0))
    created_at: datetime = Field(sa_column=moment_column())
    closed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class HomeBinding(Table, table=True):
    """That an account lives in a home: matched with the register, or approved by a worker."""

    __tablename__ = "home_bindings"
    __table_args__ = (Index(None, "community_id", "status"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    home_id: str = Field(sa_column=id_column(refers_to="places.id"))
    community_id: str = Field(sa_column=text_column(F0))
    person_id: str | None = Field(default=None, sa_column=id_column(refers_to="persons.id", nullable=True))
    status: BindingStatus = Field(sa_column=worded_column(BindingStatus))
    #: The name the resident gave when asking.
    name_given: str = Field(default="", sa_column_kwargs=held(F1))
    asked_at: datetime = Field(sa_column=moment_column())
    #: `register` or the id of the worker's account.
    decided_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    reason: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))


class RoleAssignment(Table, table=True):
    """One role of an account at one node, from when to when, given by whom and why. Nothing is copied down."""

    __tablename__ = "role_assignments"

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    role: Role = Field(sa_column=worded_column(Role))
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    organisation_id: str | None = Field(
        default=None, sa_column=id_column(refers_to="organisations.id", nullable=True)
    )
    valid_from: datetime = Field(sa_column=moment_column())
    valid_to: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    granted_by: str = Field(sa_column=text_column(F0))
    #: In whose right it was given, where that was a delegated one.
    granted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    reason: str = Field(default="", sa_column_kwargs=held(F1))


class Delegation(Table, table=True):
    """Somebody acts in another's right for some days. It is worth what the giver's own assignment is worth now."""

    __tablename__ = "delegations"

    id: str = Field(sa_column=id_column(primary_key=True))
    #: The giver's assignment, whose end is the end of this.
    assignment_id: str = Field(sa_column=id_column(refers_to="role_assignments.id"))
    delegate_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    #: The giver's role or a lesser one, at his node or below.
    role: Role = Field(sa_column=worded_column(Role))
    place_id: str = Field(sa_column=id_column(refers_to="places.id"))
    valid_from: datetime = Field(sa_column=moment_column())
    valid_to: datetime = Field(sa_column=moment_column())
    given_at: datetime = Field(sa_column=moment_column())
    ended_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    reason: str = Field(default="", sa_column=long_text(F1))


class SignInSession(Table, table=True):
    """A signed-in device. The token itself is never stored, only its SHA-256."""

    __tablename__ = "sign_in_sessions"

    id: str = Field(sa_column=id_column(primary_key=True))
    token_hash: bytes = Field(sa_column=digest_column(F5, unique=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    #: `resident` or `committee`: a session of one app opens nothing in the other.
    app: str = Field(sa_column=text_column(F0))
    device: str = Field(default="", sa_column_kwargs=held(F1))
    created_at: datetime = Field(sa_column=moment_column())
    seen_at: datetime = Field(sa_column=moment_column())
    expires_at: datetime = Field(sa_column=moment_column(index=True))
    revoked_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class SignInCode(Table, table=True):
    """A code sent to a phone: six digits, ten minutes, five tries, used once."""

    __tablename__ = "sign_in_codes"

    id: str = Field(sa_column=id_column(primary_key=True))
    phone_blind: bytes = Field(sa_column=digest_column(F2, index=True))
    code_hash: bytes = Field(sa_column=digest_column(F5))
    sent_at: datetime = Field(sa_column=moment_column(index=True))
    expires_at: datetime = Field(sa_column=moment_column())
    tries: int = Field(default=0, sa_column_kwargs=held(F0))
    used_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class RateCount(Table, table=True):
    """How often something was tried in a window; shared by all processes."""

    __tablename__ = "rate_counts"

    key: str = Field(sa_column=text_column(F0, primary_key=True))
    window_start: datetime = Field(sa_column=moment_column(index=True))
    count: int = Field(default=0, sa_column_kwargs=held(F0))


class LiveTicket(Table, table=True):
    """A single-use ticket with which a client without a cookie opens a live socket; 30 seconds."""

    __tablename__ = "live_tickets"

    ticket_hash: bytes = Field(sa_column=digest_column(F5, primary_key=True))
    session_id: str = Field(sa_column=id_column(refers_to="sign_in_sessions.id"))
    expires_at: datetime = Field(sa_column=moment_column())


class FormerPassword(Table, table=True):
    """A password that was in use, as its hash, so that it does not come again where the rule book says so."""

    __tablename__ = "former_passwords"

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    password_hash: str = Field(sa_column=SqlColumn(PlainText, nullable=False, **held(F5, digest=True)))
    until: datetime = Field(sa_column=moment_column())


class Passkey(Table, table=True):
    """A key that stays on somebody's device and signs him in there (WebAuthn); here is its public half."""

    __tablename__ = "passkeys"

    id: str = Field(sa_column=id_column(primary_key=True))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    credential_id: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, unique=True, **held(F0)))
    public_key: bytes = Field(sa_column=SqlColumn(LargeBinary, nullable=False, **held(F0)))
    #: What the device says it was used so far; one that falls behind is a copy.
    uses: int = Field(default=0, sa_column_kwargs=held(F0))
    device: str = Field(default="", sa_column_kwargs=held(F1))
    created_at: datetime = Field(sa_column=moment_column())
    used_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class PasskeyChallenge(Table, table=True):
    """What a device is asked to sign: good once, for five minutes. With an account: to add a key to it."""

    __tablename__ = "passkey_challenges"

    challenge: bytes = Field(sa_column=SqlColumn(LargeBinary, primary_key=True, **held(F0)))
    account_id: str | None = Field(default=None, sa_column=id_column(refers_to="accounts.id", nullable=True))
    expires_at: datetime = Field(sa_column=moment_column(index=True))
