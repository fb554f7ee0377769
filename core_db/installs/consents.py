"""What residents agreed to: given, ended and counted. Who may say so for whom is asked in `core_db.mydata`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select, update
from sqlalchemy.orm import load_only
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.installs.erasing import want_forgotten
from core_db.installs.model import CONSENTS, PluginConsent
from core_db.installs.pairs import known_pair
from core_db.installs.sheets import PurposeSeen
from core_db.installs.words import ConsentChannel
from core_db.people.model import PERSONS, Person
from core_db.people.queries import RESIDENCIES
from plugins.sdk.events import PluginConsentGiven, PluginConsentWithdrawn


def agree(
    session: Session, plugin_id: str, community_id: str, person_id: str, purpose: PurposeSeen, *,
    channel: ConsentChannel, actor: Actor, at: datetime,
) -> PluginConsent:  # fmt: skip
    """Write down that somebody agrees to a purpose as it reads today. Said twice it is said once.

    Two guardians of a child each say it for themselves, and so does the child that is old enough: when one acts for it
    no more, the others' word stands.
    """
    standing = _standing(plugin_id, community_id, purpose.id) & (CONSENTS.c.person_id == person_id)
    same = CONSENTS.c.text_version == purpose.text_version
    by_guardian = CONSENTS.c.channel == ConsentChannel.GUARDIAN
    whose = CONSENTS.c.given_by == actor.id if channel is ConsentChannel.GUARDIAN else ~by_guardian
    found: PluginConsent | None = (
        session.execute(select(PluginConsent).where(standing, same, whose)).scalars().first()
    )
    if found is not None:
        return found
    # What he agreed to before was another text.
    older = standing & ~same
    session.execute(update(CONSENTS).where(older).values(withdrawn_at=at, withdrawn_by=actor.id))
    consent = PluginConsent(
        id=new_id(), plugin_id=plugin_id, community_id=community_id, person_id=person_id, purpose=purpose.id,
        text_version=purpose.text_version, channel=channel, given_by=actor.id, given_at=at,
    )  # fmt: skip
    session.add(consent)
    session.flush()
    fact = PluginConsentGiven(
        community_id=community_id, plugin_id=plugin_id, person_id=person_id, purpose=purpose.id
    )
    emit(session, fact, actor=actor, at=at, audience=_audience(community_id, actor), right=None)
    return consent


def withdraw(
    session: Session, plugin_id: str, community_id: str, person_id: str, purpose: str, *, actor: Actor, at: datetime
) -> int:  # fmt: skip
    """End what somebody agreed to; from this commit on nothing rests on it. How many there were."""
    his = _standing(plugin_id, community_id, purpose) & (CONSENTS.c.person_id == person_id)
    return _end(session, his, actor=actor, at=at)


def end_all(session: Session, plugin_id: str, community_id: str, *, actor: Actor, at: datetime) -> int:
    """End what everybody of a neighbourhood agreed to, because the plugin is removed from it."""
    here = (CONSENTS.c.plugin_id == plugin_id) & (CONSENTS.c.community_id == community_id)
    return _end(session, here & CONSENTS.c.withdrawn_at.is_(None), actor=actor, at=at, erases=False)


def end_of_person(session: Session, person_ids: Sequence[str], *, actor: Actor, at: datetime) -> int:
    """End all that somebody agreed to, because he leaves."""
    his = CONSENTS.c.person_id.in_(person_ids) & CONSENTS.c.withdrawn_at.is_(None)
    return _end(session, his, actor=actor, at=at)


def end_given_by(
    session: Session, account_id: str, person_ids: Sequence[str], *, told: Sequence[str] = (), actor: Actor,
    at: datetime,
) -> int:  # fmt: skip
    """End what an account agreed to in the name of people who it is not; `told` are the accounts that hear of it."""
    given = (CONSENTS.c.given_by == account_id) & CONSENTS.c.person_id.in_(person_ids)
    return _end(session, given & CONSENTS.c.withdrawn_at.is_(None), told=told, actor=actor, at=at)


def end_with_their_time(session: Session, *, actor: Actor, clock: Clock) -> int:
    """End what those agreed to who died or live in no home of the neighbourhood any more; how many there were."""
    now = clock.now()
    today = local_date(now)
    lived = exists().where(RESIDENCIES.c.person_id == CONSENTS.c.person_id)
    lives = lived.where(or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= today))
    died = exists().where(PERSONS.c.id == CONSENTS.c.person_id, PERSONS.c.died_on.is_not(None))
    gone = CONSENTS.c.withdrawn_at.is_(None) & or_(died, and_(lived, not_(lives)))
    return _end(session, gone, actor=actor, at=now)


def consents_of(session: Session, person_ids: Iterable[str]) -> Sequence[Any]:
    """Every consent these people gave to plugins, the newest first."""
    his = CONSENTS.c.person_id.in_(tuple(person_ids))
    return session.execute(select(CONSENTS).where(his).order_by(CONSENTS.c.id.desc())).all()


def agreed_to(
    session: Session, plugin_id: str, community_id: str, purpose: PurposeSeen, person_ids: Sequence[str]
) -> frozenset[str]:
    """Who of these agreed to the purpose as it reads today; all of them where it rests on an approved duty."""
    if purpose.is_duty:
        return frozenset(person_ids)
    found = session.execute(
        select(CONSENTS.c.person_id).where(
            _standing(plugin_id, community_id, purpose.id), CONSENTS.c.text_version == purpose.text_version,
            CONSENTS.c.person_id.in_(person_ids),
        )
    )  # fmt: skip
    return frozenset(found.scalars())


def who_agreed(plugin_id: str, community_id: str, purpose: PurposeSeen) -> ColumnElement[bool]:
    """The condition on consents by which `agreed_to` counts them."""
    return _standing(plugin_id, community_id, purpose.id) & (CONSENTS.c.text_version == purpose.text_version)


def has_any(session: Session, plugin_id: str, person_id: str, purposes: Iterable[PurposeSeen]) -> bool:
    """Whether he agreed to any purpose of the plugin as it reads today: then it may write to him."""
    versions = [one.text_version for one in purposes]
    his = (CONSENTS.c.plugin_id == plugin_id) & (CONSENTS.c.person_id == person_id)
    stands = CONSENTS.c.withdrawn_at.is_(None) & CONSENTS.c.text_version.in_(versions)
    return session.execute(select(CONSENTS.c.id).where(his, stands)).first() is not None


def _standing(plugin_id: str, community_id: str, purpose: str) -> ColumnElement[bool]:
    return (
        (CONSENTS.c.plugin_id == plugin_id)
        & (CONSENTS.c.community_id == community_id)
        & (CONSENTS.c.purpose == purpose)
        & CONSENTS.c.withdrawn_at.is_(None)
    )


def _end(
    session: Session, which: ColumnElement[bool], *, told: Sequence[str] = (), actor: Actor, at: datetime,
    erases: bool = True,
) -> int:  # fmt: skip
    ended = update(CONSENTS).where(which).values(withdrawn_at=at, withdrawn_by=actor.id)
    rows = session.execute(ended.returning(*CONSENTS.c)).all()
    # Two guardians may have said the same: the plugin hears it once, and not while the other's word stands.
    each = {(row.plugin_id, row.community_id, row.person_id, row.purpose): row for row in rows}
    for row in each.values():
        if _said_by_another(session, row):
            continue
        fact = PluginConsentWithdrawn(
            community_id=row.community_id,
            plugin_id=row.plugin_id,
            person_id=row.person_id,
            purpose=row.purpose,
        )
        emit(session, fact, actor=actor, at=at, audience=_audience(row.community_id, actor, told), right=None)
        if erases and not _others_stand(session, row):
            _have_forgotten(session, row, at=at)
    return len(rows)


def _said_by_another(session: Session, row: Any) -> bool:
    """Whether another guardian agreed to the same as well, as it reads today for him."""
    same = _standing(row.plugin_id, row.community_id, row.purpose) & (CONSENTS.c.person_id == row.person_id)
    same &= CONSENTS.c.text_version == row.text_version
    return session.execute(select(CONSENTS.c.id).where(same).limit(1)).first() is not None


def _others_stand(session: Session, row: Any) -> bool:
    """Whether he still lets the same plugin read something: then what it keeps of him has a ground."""
    his = (CONSENTS.c.plugin_id == row.plugin_id) & (CONSENTS.c.community_id == row.community_id)
    stands = his & (CONSENTS.c.person_id == row.person_id) & CONSENTS.c.withdrawn_at.is_(None)
    return session.execute(select(CONSENTS.c.id).where(stands)).first() is not None


def _have_forgotten(session: Session, row: Any, *, at: datetime) -> None:
    """By every id by which the plugin knows him: before his entries were merged it may have had two."""
    own_ids = load_only(Person.id)  # type: ignore[arg-type]
    behind = select(Person).options(own_ids).where(PERSONS.c.merged_into_id == row.person_id)
    for person_id in (row.person_id, *(one.id for one in session.execute(behind).scalars())):
        pair = known_pair(session, row.plugin_id, row.community_id, person_id)
        if pair is not None:
            want_forgotten(session, row.plugin_id, row.community_id, pair=pair, at=at)


def _audience(community_id: str, actor: Actor, told: Sequence[str] = ()) -> tuple[str, ...]:
    accounts = dict.fromkeys((actor.id, *told) if actor.is_signed_in else told)
    return (f"staff:{community_id}", *(f"account:{one}" for one in accounts))
