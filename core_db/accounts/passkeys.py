"""Passkeys of staff: a key on one's device that stands for name, password and code together (WebAuthn, level 3).

The device checks its owner itself (finger, face, PIN), and its key answers to this site's name alone, so that
nothing can be typed into a copy of the page. A challenge is good once and for five minutes. What a device answers is
checked by the library; what is ours is whose key it is, that its challenge was given out here, and that it is no copy.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import Table, delete, select
from sqlmodel import Session

from core_db.accounts.budgets import budget_key, spend
from core_db.accounts.codes import leave_old_session
from core_db.accounts.drafts import PasskeyDraft
from core_db.accounts.errors import PasskeyKnown, PasskeyNotAccepted, TooManyPasskeys
from core_db.accounts.fresh_sign_in import JUST_NOW, require_signed_in
from core_db.accounts.model import Account, Passkey, PasskeyChallenge
from core_db.accounts.sessions import (
    ACCOUNTS,
    CHALLENGES,
    COMMITTEE,
    SignedIn,
    idle_after,
    open_session,
    where_told,
)
from core_db.accounts.staff import ADDRESS
from core_db.audit import record
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import DomainError, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from plugins.sdk.events import PasskeysChanged

KEYS = cast(Table, Passkey.__table__)  # type: ignore[attr-defined]
CHALLENGE_LASTS = timedelta(minutes=5)
MOST = 10


@dataclass(frozen=True, slots=True)
class Site:
    """The name keys answer to, and the addresses its pages have."""

    host: str
    origin: str

    @property
    def has_passkeys(self) -> bool:
        """Browsers give keys to names alone, and to secure pages (or this very machine's) alone."""
        try:
            ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https:") or self.host == "localhost"
        return False


def site_at(url: str) -> Site:
    """The site whose pages are at this address."""
    parts = urlsplit(url)
    return Site(host=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, kw_only=True)
class PasskeySeen:
    """A key as its owner sees it."""

    id: str
    device: str
    created_at: datetime
    used_at: datetime | None


# -- one's own keys ---------------------------------------------------------------------------------


def my_passkeys(session: Session, *, actor: Actor, clock: Clock) -> Sequence[PasskeySeen]:
    """One's keys, the oldest first."""
    statement = select(KEYS).where(KEYS.c.account_id == actor.id).order_by(KEYS.c.created_at, KEYS.c.id)
    return [
        PasskeySeen(id=row.id, device=row.device, created_at=row.created_at, used_at=row.used_at)
        for row in session.execute(statement)
    ]


def begin_passkey(session: Session, site: Site, *, actor: Actor, clock: Clock) -> str:
    """What the browser hands to the device that is to make a key, as JSON."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    account = _own_account(session, actor=actor)
    require_signed_in(actor, within=JUST_NOW, now=clock.now())
    known = _beside_another(session, account.id)

    options = generate_registration_options(
        rp_id=site.host, rp_name="社区云", user_id=account.id.encode(), user_name=account.username or account.name,
        user_display_name=account.name,
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )  # fmt: skip
    _keep_challenge(session, options.challenge, account.id, now=clock.now())
    return str(options_to_json(options))


def add_passkey(
    session: Session, draft: PasskeyDraft, site: Site, *, device: str, actor: Actor, clock: Clock
) -> str | DomainError:
    """Keep the key a device has just made; returns its id.

    A refusal is returned: raising would give the challenge back.
    """
    account, now = _own_account(session, actor=actor), clock.now()
    try:
        made = _key_just_made(session, draft, site, account.id, now=now)
    except (PasskeyNotAccepted, PasskeyKnown, TooManyPasskeys) as refusal:
        return refusal

    key = Passkey(
        id=new_id(), account_id=account.id, credential_id=made.credential_id,
        public_key=made.credential_public_key, uses=made.sign_count, device=device[:80], created_at=now,
    )  # fmt: skip
    session.add(key)
    session.flush()
    _tell(session, actor=actor, at=now)
    return key.id


def _key_just_made(
    session: Session, draft: PasskeyDraft, site: Site, account_id: str, *, now: datetime
) -> Any:
    from webauthn import verify_registration_response

    answered, challenge = _answered(draft)
    _use_up(session, challenge, account_id, now=now)
    made = _checked(
        verify_registration_response, credential=answered, expected_challenge=challenge, expected_rp_id=site.host,
        expected_origin=site.origin, require_user_verification=True,
    )  # fmt: skip
    if session.execute(select(KEYS.c.id).where(KEYS.c.credential_id == made.credential_id)).first():
        raise PasskeyKnown()
    # Of two that were begun beside nine, the second to be kept sees the first: it waits here.
    session.execute(select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == account_id).with_for_update(key_share=True))
    _beside_another(session, account_id)
    return made


def _beside_another(session: Session, account_id: str) -> Sequence[bytes]:
    """The keys somebody has, if another may be kept beside them."""
    his = select(KEYS.c.credential_id).where(KEYS.c.account_id == account_id)
    known: Sequence[bytes] = session.execute(his).scalars().all()
    if len(known) >= MOST:
        raise TooManyPasskeys(most=MOST)
    return known


def remove_passkey(session: Session, passkey_id: str, *, actor: Actor, clock: Clock) -> None:
    """Forget one of one's keys; it signs nobody in any more. Taking a way in away wants who has just signed in, too."""
    mine, now = (KEYS.c.id == passkey_id) & (KEYS.c.account_id == actor.id), clock.now()
    if session.execute(select(KEYS.c.id).where(mine)).first() is None:
        raise NotFound()
    require_signed_in(actor, within=JUST_NOW, now=now)
    session.execute(delete(KEYS).where(mine))
    _tell(session, actor=actor, at=now)


# -- signing in -------------------------------------------------------------------------------------


def begin_passkey_sign_in(session: Session, site: Site, *, address: str, actor: Actor, clock: Clock) -> str:
    """What the browser hands to the device that is to sign somebody in, as JSON. It names nobody."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import structs

    now = clock.now()
    limit, window = ADDRESS
    spend(session, budget_key(session, "passkey-address", address), limit=limit, window=window, now=now)
    options = generate_authentication_options(
        rp_id=site.host, user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    _keep_challenge(session, options.challenge, None, now=now)
    return str(options_to_json(options))


def sign_in_with_passkey(
    session: Session, draft: PasskeyDraft, site: Site, *, device: str, demo: bool, as_himself: bool = False,
    actor: Actor, clock: Clock,
) -> SignedIn | DomainError:  # fmt: skip
    """Open a session for whose key answered; `as_himself`, for the actor alone, who is signed in already.

    A refusal is returned: raising would give the challenge back.
    """
    now = clock.now()
    try:
        key = _key_that_answered(session, draft, site, now=now)
    except PasskeyNotAccepted as refusal:
        return refusal
    if as_himself and key.account_id != actor.id:
        return PasskeyNotAccepted()
    key.used_at = now
    session.flush()
    leave_old_session(session, actor=actor, at=now)
    idle = idle_after(COMMITTEE, demo=demo)
    record(
        session,
        action="sign-in",
        subject_id=key.account_id,
        object="passkey",
        actor=actor,
        clock=clock,
        right=None,
    )
    return open_session(session, key.account_id, app=COMMITTEE, device=device, idle=idle, now=now)


def _key_that_answered(session: Session, draft: PasskeyDraft, site: Site, *, now: datetime) -> Passkey:
    from webauthn import verify_authentication_response

    answered, challenge = _answered(draft)
    _use_up(session, challenge, None, now=now)
    statement = (
        select(Passkey)
        .join(Account, ACCOUNTS.c.id == KEYS.c.account_id)
        .where(KEYS.c.credential_id == answered.raw_id, ACCOUNTS.c.closed_at.is_(None))
        .with_for_update()
    )
    key: Passkey | None = session.execute(statement).scalars().first()
    if key is None:
        raise PasskeyNotAccepted()
    seen = _checked(
        verify_authentication_response, credential=answered, expected_challenge=challenge, expected_rp_id=site.host,
        expected_origin=site.origin, credential_public_key=key.public_key, credential_current_sign_count=key.uses,
        require_user_verification=True,
    )  # fmt: skip
    key.uses = seen.new_sign_count
    return key


# -- challenges -------------------------------------------------------------------------------------


def _keep_challenge(session: Session, challenge: bytes, account_id: str | None, *, now: datetime) -> None:
    session.add(
        PasskeyChallenge(challenge=challenge, account_id=account_id, expires_at=now + CHALLENGE_LASTS)
    )
    session.flush()


def _use_up(session: Session, challenge: bytes, account_id: str | None, *, now: datetime) -> None:
    """Take the challenge away, whatever comes of it; refuse one that is late, used, or for something else."""
    mine = CHALLENGES.c.account_id.is_(None) if account_id is None else CHALLENGES.c.account_id == account_id
    taken = session.execute(
        delete(CHALLENGES).where(CHALLENGES.c.challenge == challenge, mine).returning(CHALLENGES.c.expires_at)
    ).first()
    if taken is None or taken.expires_at <= now:
        raise PasskeyNotAccepted()


def _answered(draft: PasskeyDraft) -> tuple[Any, bytes]:
    """The device's answer, and the challenge it says it answers."""
    from webauthn.helpers import (
        parse_authentication_credential_json,
        parse_client_data_json,
        parse_registration_credential_json,
    )

    parse = (
        parse_registration_credential_json
        if '"attestationObject"' in draft.credential
        else parse_authentication_credential_json
    )
    answered = _checked(parse, draft.credential)
    said = _checked(parse_client_data_json, answered.response.client_data_json)
    return answered, said.challenge


def _checked(check: Any, /, *args: Any, **kwargs: Any) -> Any:
    """What the library makes of an answer; whatever it stumbles over came from outside."""
    try:
        return check(*args, **kwargs)
    except Exception as fault:
        raise PasskeyNotAccepted() from fault


# -- who --------------------------------------------------------------------------------------------


def _own_account(session: Session, *, actor: Actor) -> Account:
    account = session.get(Account, actor.id)
    if account is None or account.kind is not ActorKind.STAFF:
        raise NotPermitted()
    return account


def _tell(session: Session, *, actor: Actor, at: datetime) -> None:
    event = PasskeysChanged(community_id=where_told(actor), account_id=actor.id)
    emit(session, event, actor=actor, at=at, audience=[f"account:{actor.id}"], right=None)
