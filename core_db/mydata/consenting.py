"""What somebody agreed to beyond what his cases need, and taking it back: it has its effect in the same transaction.

Agreeing happens where the thing is done: by ticking that neighbours may read a case, by leaving a way to be reached.
Those acts are rows of their own already, and the ledger shows them as they stand; what is taken back is written down,
with the wording that was read. There has been one wording of each; whoever changes it writes down first what stands on
the one before, in a migration, and from then on those rows say so.
"""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session

from core_db.accounts.bindings import when_mistaken
from core_db.accounts.fresh_code import require_fresh
from core_db.accounts.leaving import shut_account
from core_db.accounts.sessions import ACCOUNTS, where_told
from core_db.cases import hide_all_of
from core_db.cases.model import CASES
from core_db.cases.words import Visibility
from core_db.feedback.model import FEEDBACK
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.installs.consents import consents_of, end_given_by, end_of_person
from core_db.installs.naming import PurposeNamed, purposes_named, reference_for
from core_db.mydata.acting import acts_with_others, entry_of, guardianship_of
from core_db.mydata.childs_accounts import accounts_of_child, entries_behind
from core_db.mydata.errors import NeedsAGuardian, NothingToTakeBack
from core_db.mydata.guarding import childs_name
from core_db.mydata.model import CONSENTS, ERASURES, Consent
from core_db.mydata.subject import subject_of_account
from core_db.mydata.words import PURPOSES
from core_db.people import needs_a_guardian
from plugins.sdk.events import ConsentGiven, ConsentWithdrawn

PUBLIC_CASE, FEEDBACK_CONTACT, CHILD_DATA, PLUGIN = "public-case", "feedback-contact", "child-data", "plugin"
IN_FORM, ON_PAGE = "form", "my-data"


@dataclass(frozen=True, kw_only=True)
class ConsentSeen:
    """One consent: to what, for what, since when, and until when if it was taken back."""

    purpose: str
    about: str
    child_id: str | None
    given_at: datetime
    withdrawn_at: datetime | None


def my_consents(session: Session, *, lang: str = "zh", actor: Actor, clock: Clock) -> list[ConsentSeen]:
    """The ledger: what stands, then what was taken back, each the newest first."""
    kept = session.execute(select(CONSENTS).where(CONSENTS.c.account_id == actor.id)).all()
    known = {row.reference for row in kept if row.withdrawn_at is None}
    standing = [*_public_cases(session, actor, known), *_contacts(session, actor, known)]
    told = [*(_seen(session, row) for row in kept), *_to_plugins(session, actor, lang)]
    standing += [one for one in told if one.withdrawn_at is None]
    over = [one for one in told if one.withdrawn_at is not None]
    return [*_newest_first(standing), *_newest_first(over)]


def has_agreed(session: Session, account_id: str, purpose: str) -> bool:
    """Whether a consent that was written down stands: for whoever is about to rely on it."""
    stands = (CONSENTS.c.account_id == account_id) & (CONSENTS.c.purpose == purpose)
    return (
        session.execute(select(CONSENTS.c.id).where(stands, CONSENTS.c.withdrawn_at.is_(None))).first()
        is not None
    )


def give_consent(
    session: Session, purpose: str, *, child_id: str | None = None, actor: Actor, clock: Clock
) -> Consent:
    """Write down that somebody agrees. Below fourteen nobody agrees alone: his guardian does (个保法 art. 31)."""
    now = clock.now()
    if child_id is None and needs_a_guardian(session, actor.person_id, on=now):
        raise NeedsAGuardian()
    if child_id is not None:
        guardianship_of(session, child_id, actor=actor, clock=clock)
        require_fresh(actor, clock=clock)
        _let_child_in(session, child_id, at=now)
    consent = Consent(
        id=new_id(), account_id=actor.id, child_id=child_id, purpose=purpose,
        text_version=PURPOSES[purpose].version, given_at=now, given_how=ON_PAGE,
    )  # fmt: skip
    session.add(consent)
    session.flush()
    fact = ConsentGiven(community_id=where_told(actor), account_id=actor.id, purpose=purpose)
    emit(session, fact, actor=actor, at=now, audience=[f"account:{actor.id}"], right=None)
    return consent


def withdraw_consent(
    session: Session, purpose: str, *, child_id: str | None = None, actor: Actor, clock: Clock
) -> int:
    """Take back every consent of a purpose; returns how many. From this commit on nothing rests on them."""
    if purpose not in PURPOSES:
        raise NotFound()
    if child_id is not None:
        guardianship_of(session, child_id, actor=actor, clock=clock)
    now = clock.now()
    if purpose in _TAKE_BACK and child_id is None:
        _TAKE_BACK[purpose](session, actor, now)
    mine = (
        (CONSENTS.c.account_id == actor.id)
        & (CONSENTS.c.purpose == purpose)
        & CONSENTS.c.withdrawn_at.is_(None)
    )
    written = (
        update(CONSENTS)
        .where(mine, _of(session, actor, child_id))
        .values(withdrawn_at=now, withdrawn_how=ON_PAGE)
    )
    count = len(session.execute(written.returning(CONSENTS.c.id)).all())
    if purpose == PLUGIN:
        count += end_of_person(session, subject_of_account(session, actor.id).person_ids, actor=actor, at=now)
    if not count:
        raise NothingToTakeBack()
    if child_id is not None:
        _put_child_out(session, child_id, actor=actor, at=now)

    fact = ConsentWithdrawn(community_id=where_told(actor), account_id=actor.id, purpose=purpose)
    emit(session, fact, actor=actor, at=now, audience=[f"account:{actor.id}"], right=None)
    return count


def withdraw_mistaken(
    session: Session, account_id: str, person_id: str, *, since: datetime, actor: Actor, clock: Clock
) -> None:
    """What a stranger let plugins read of somebody was not his to allow, and a child's consent carries him no more."""
    now = clock.now()
    end_given_by(session, account_id, [person_id], actor=actor, at=now)
    _let_back_in(session, account_id, since=since, at=now)


when_mistaken(withdraw_mistaken)


# -- effects ----------------------------------------------------------------------------------------


def _hide_cases(session: Session, actor: Actor, at: datetime) -> None:
    """His public cases are from now on his and the committee's alone."""
    rows, known = _public_rows(session, actor), _written_down(session, actor)
    for row in rows:
        _write_down(session, actor, PUBLIC_CASE, _of_case(row), known, given_at=row.created_at)
    hide_all_of(session, [row.id for row in rows], actor=actor, clock=HeldClock(at))


def _drop_contacts(session: Session, actor: Actor, _at: datetime) -> None:
    """Nobody can reach him any more about what he said of the platform."""
    known = _written_down(session, actor)
    for row in _contact_rows(session, actor):
        _write_down(session, actor, FEEDBACK_CONTACT, _of_comment(row), known, given_at=row.left_at)
    mine = FEEDBACK.c.account_id == actor.id
    session.execute(update(FEEDBACK).where(mine).values(contact_sealed=None))


def _put_child_out(session: Session, child_id: str, *, actor: Actor, at: datetime) -> None:
    """Below fourteen the child's account rests on this consent: it is signed out and opens nothing.

    What another guardian agreed to is not the actor's to read; where there is one, `core_db.mydata.ending` looks.
    """
    entry = entry_of(session, child_id)
    if not needs_a_guardian(session, entry, on=at):
        return
    for account_id in accounts_of_child(session, entry, at=at):
        entries = {child_id, *entries_behind(session, account_id)}
        if not any(acts_with_others(session, one, actor.id) for one in entries):
            shut_account(session, account_id, actor=actor, at=at)


def _let_child_in(session: Session, child_id: str, *, at: datetime) -> None:
    """His guardian has agreed (again): the account opens."""
    its = ACCOUNTS.c.id.in_(accounts_of_child(session, entry_of(session, child_id), at=at))
    session.execute(update(ACCOUNTS).where(its).values(closed_at=None))


def _let_back_in(session: Session, account_id: str, *, since: datetime, at: datetime) -> None:
    """Whoever was taken for a child, and signed out for want of its consent; nobody who left, nor who is a child."""
    this = ACCOUNTS.c.id == account_id
    first = session.execute(select(ACCOUNTS.c.person_id).where(this)).scalar()
    if needs_a_guardian(session, first, on=at):
        return
    leaves = (
        (ERASURES.c.account_id == account_id) & ERASURES.c.withdrawn_at.is_(None) & (ERASURES.c.due_at <= at)
    )
    left = select(ERASURES.c.id).where(leaves).exists()
    shut_since = this & (ACCOUNTS.c.closed_at >= since) & ~left
    session.execute(update(ACCOUNTS).where(shut_since).values(closed_at=None))


_TAKE_BACK = {PUBLIC_CASE: _hide_cases, FEEDBACK_CONTACT: _drop_contacts}


def _write_down(
    session: Session, actor: Actor, purpose: str, reference: str, known: Set[str], *, given_at: datetime
) -> None:
    """A consent that stood in a row of its own, written into the ledger as it is taken back, unless it is there."""
    if reference in known:
        return
    session.add(
        Consent(
            id=new_id(), account_id=actor.id, purpose=purpose, reference=reference, given_at=given_at,
            given_how=IN_FORM, text_version=PURPOSES[purpose].version,
        )
    )  # fmt: skip
    session.flush()


def _written_down(session: Session, actor: Actor) -> Set[str]:
    """What stands in the ledger already, with the wording before the present one."""
    stands = (CONSENTS.c.account_id == actor.id) & CONSENTS.c.withdrawn_at.is_(None)
    return frozenset(session.execute(select(CONSENTS.c.reference).where(stands)).scalars())


# -- what stands ------------------------------------------------------------------------------------


def _public_rows(session: Session, actor: Actor) -> Sequence[Any]:
    cases = subject_of_account(session, actor.id).case_ids
    public = CASES.c.id.in_(cases) & (CASES.c.visibility == Visibility.PUBLIC)
    rows = select(CASES.c.id, CASES.c.number, CASES.c.created_at).where(public)
    return session.execute(rows.order_by(CASES.c.seq)).all()


def _contact_rows(session: Session, actor: Actor) -> Sequence[Any]:
    left = (FEEDBACK.c.account_id == actor.id) & FEEDBACK.c.contact_sealed.is_not(None)
    return session.execute(select(FEEDBACK.c.id, FEEDBACK.c.left_at).where(left)).all()


def _of_case(row: Any) -> str:
    return f"case/{row.id}"


def _of_comment(row: Any) -> str:
    return f"feedback/{row.id}"


def _public_cases(session: Session, actor: Actor, known: Set[str]) -> list[ConsentSeen]:
    rows = _public_rows(session, actor)
    return [_standing(PUBLIC_CASE, row.number, row.created_at) for row in rows if _of_case(row) not in known]


def _contacts(session: Session, actor: Actor, known: Set[str]) -> list[ConsentSeen]:
    rows = _contact_rows(session, actor)
    return [_standing(FEEDBACK_CONTACT, "", row.left_at) for row in rows if _of_comment(row) not in known]


def _to_plugins(session: Session, actor: Actor, lang: str) -> list[ConsentSeen]:
    """What he let plugins read, by himself or on paper, each with the plugin's name and what for."""
    rows = consents_of(session, subject_of_account(session, actor.id).person_ids)
    named = purposes_named(session, [reference_for(row.plugin_id, row.purpose) for row in rows])
    return [
        ConsentSeen(
            purpose=PLUGIN, about=_about(named[reference_for(row.plugin_id, row.purpose)], lang), child_id=None,
            given_at=row.given_at, withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    ]  # fmt: skip


def _about(named: PurposeNamed, lang: str) -> str:
    return f"{named.name[1]}: {named.text[1]}" if lang == "en" else f"{named.name[0]}：{named.text[0]}"


def _standing(purpose: str, about: str, given_at: datetime) -> ConsentSeen:
    return ConsentSeen(purpose=purpose, about=about, child_id=None, given_at=given_at, withdrawn_at=None)


def _seen(session: Session, row: Any) -> ConsentSeen:
    about = childs_name(session, row.child_id) if row.child_id else _number(session, row.reference)
    return ConsentSeen(
        purpose=row.purpose,
        about=about,
        child_id=entry_of(session, row.child_id) if row.child_id else None,
        given_at=row.given_at,
        withdrawn_at=row.withdrawn_at,
    )


def _of(session: Session, actor: Actor, child_id: str | None) -> ColumnElement[bool]:
    """For oneself, or for a child by whichever of its entries he agreed: merged, they are one child."""
    if child_id is None:
        return CONSENTS.c.child_id.is_(None)
    agreed = select(CONSENTS.c.child_id).where(
        CONSENTS.c.account_id == actor.id, CONSENTS.c.child_id.is_not(None)
    )
    known, entry = set(session.execute(agreed).scalars()), entry_of(session, child_id)
    its: ColumnElement[bool] = CONSENTS.c.child_id.in_(
        [one for one in known if entry_of(session, one) == entry]
    )
    return its


def _number(session: Session, reference: str) -> str:
    case = select(CASES.c.number).where(CASES.c.id == reference.removeprefix("case/"))
    return session.execute(case).scalar() or ""


def _newest_first(consents: list[ConsentSeen]) -> list[ConsentSeen]:
    return sorted(consents, key=lambda one: one.withdrawn_at or one.given_at, reverse=True)
