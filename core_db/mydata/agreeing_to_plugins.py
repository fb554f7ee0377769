"""What residents let plugins read: seen, agreed to and taken back, by oneself, for a child, or on paper.

Each purpose is agreed to by itself. It has its effect in the same transaction: from this commit on a plugin finds
the fields of whoever agreed, and of nobody who took it back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.accounts.fresh_code import require_fresh
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound, NotPermitted
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.installs import NothingAgreed, PluginIsOff, PurposeSeen, RestsOnDuty, TextChanged
from core_db.installs.consents import agree, consents_of, withdraw
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.sheets import name_of, pair_of, purposes_of
from core_db.installs.words import ConsentChannel, InstallState, Pair
from core_db.mydata.acting import guardianship_of
from core_db.mydata.errors import NeedsAGuardian, NotInRegister
from core_db.mydata.others import PERSONS
from core_db.mydata.subject import entries_of
from core_db.people import needs_a_guardian
from core_db.places import Place, neighbourhoods_named, scope_of

#: As long as it is one of these, residents are asked, and what they agreed to counts.
SHOWN = (InstallState.ENABLED, InstallState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeAgreed:
    """A purpose, and since when he agrees to it as it reads today; `reads_otherwise`: he agreed to an older text."""

    purpose: PurposeSeen
    agreed_at: datetime | None
    channel: ConsentChannel | None
    reads_otherwise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginConsents:
    """A plugin in a neighbourhood, who answers for it, and what somebody of there agreed to of it."""

    plugin_id: str
    community_id: str
    community_name: str
    #: Where he lives no more he agrees to nothing, and takes back what stands.
    lives_there: bool
    name: Pair
    summary: Pair
    publisher: str
    contact: str
    purposes: Sequence[PurposeAgreed]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeOf:
    """Which purpose of which plugin in which neighbourhood, and with which text it was read."""

    plugin_id: str
    community_id: str
    purpose: str
    text_version: str = ""


def my_plugin_consents(
    session: Session, *, child_id: str | None = None, actor: Actor, clock: Clock
) -> Sequence[PluginConsents]:
    """Every plugin that is on where he lives, or where his child does, with its purposes; by name.

    Where he lived, those alone to which he agrees still.
    """
    people = as_whom(session, child_id, actor=actor, clock=clock)
    left = {} if child_id else _where_he_lived(session, people, actor=actor)
    widen(session, *left)
    given = consents_of(session, [one for one in (*people.values(), *left.values()) if one is not None])
    here = _on_in(session, tuple(people), given, live_there=True)
    there = [_what_stands(one) for one in _on_in(session, tuple(left), given, live_there=False)]
    return sorted((*here, *filter(None, there)), key=lambda one: (one.name, one.community_id))


def agree_to_purpose(
    session: Session, what: PurposeOf, *, child_id: str | None = None, actor: Actor, clock: Clock
) -> PurposeAgreed:  # fmt: skip
    """Agree to one purpose as he has just read it. Below fourteen a guardian does (PIPL art. 31)."""
    people = as_whom(session, child_id, actor=actor, clock=clock)
    purpose = _purpose(session, what, tuple(people))
    person_id = people[what.community_id]
    if person_id is None:
        raise NotInRegister()
    if purpose.is_sensitive:
        require_fresh(actor, clock=clock)
    now = clock.now()
    if child_id is None and needs_a_guardian(session, person_id, on=now):
        raise NeedsAGuardian()
    channel = ConsentChannel.APP if child_id is None else ConsentChannel.GUARDIAN
    return _agreed(session, what, purpose, person_id, channel, actor=actor, at=now)


def withdraw_from_purpose(
    session: Session, what: PurposeOf, *, child_id: str | None = None, actor: Actor, clock: Clock
) -> None:  # fmt: skip
    """Take it back, however it was given; what the plugin kept on this ground alone is deleted."""
    people = as_whom(session, child_id, actor=actor, clock=clock)
    left = {} if child_id else _where_he_lived(session, people, actor=actor)
    person_id = people.get(what.community_id) or left.get(what.community_id)
    if person_id is None:
        raise NothingAgreed()
    widen(session, what.community_id)
    _withdraw(session, what, person_id, actor=actor, clock=clock)


def agree_on_paper(
    session: Session, person_id: str, what: PurposeOf, *, actor: Actor, clock: Clock
) -> PurposeAgreed:  # fmt: skip
    """Enter what somebody signed on paper who uses no telephone; the paper stays in the committee's files."""
    _entered_by(session, person_id, what, actor)
    purpose = _purpose(session, what, (what.community_id,))
    now = clock.now()
    return _agreed(session, what, purpose, person_id, ConsentChannel.PAPER, actor=actor, at=now)


def withdraw_on_paper(
    session: Session, person_id: str, what: PurposeOf, *, actor: Actor, clock: Clock
) -> None:
    """Enter that he took it back."""
    _entered_by(session, person_id, what, actor)
    _withdraw(session, what, person_id, actor=actor, clock=clock)


def plugin_consents_of(
    session: Session, person_id: str, *, actor: Actor, clock: Clock
) -> Sequence[PluginConsents]:  # fmt: skip
    """The same of somebody of one's neighbourhood, for whoever enters what he signed."""
    community_id = _community_of(session, person_id)
    if community_id not in actor.places_as(COMMITTEE):
        raise NotFound()
    return _on_in(session, (community_id,), consents_of(session, [person_id]), live_there=True)


# -- finding ----------------------------------------------------------------------------------------


def as_whom(
    session: Session, child_id: str | None, *, actor: Actor, clock: Clock
) -> Mapping[str, str | None]:  # fmt: skip
    """As whom he stands in the register of each neighbourhood: himself, or the child he acts for."""
    if child_id is not None:
        guardianship_of(session, child_id, actor=actor, clock=clock)
        return {_community_of(session, child_id): child_id}
    if actor.kind is not ActorKind.RESIDENT:
        raise NotPermitted()
    his = entries_of(session, actor)
    return {community_id: his.get(community_id) for community_id in actor.communities}


def _community_of(session: Session, person_id: str) -> str:
    # Asked of the register, whose walls hold whoever may not see him.
    its = select(PERSONS.c.community_id).where(PERSONS.c.id == (person_id if is_id(person_id) else ""))
    found = session.execute(its).scalar()
    if found is None:
        raise NotFound()
    return str(found)


def plugins_on_in(session: Session, communities: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """Rows of `x_plugins` that are on in these neighbourhoods, each with where."""
    on = INSTALLS.c.community_id.in_(communities) & INSTALLS.c.state.in_(SHOWN)
    found = (
        select(PLUGINS, INSTALLS.c.community_id.label("where_it_is"))
        .join(INSTALLS, INSTALLS.c.plugin_id == PLUGINS.c.id)
        .where(on)
        .order_by(PLUGINS.c.id)
    )
    return ((row, row.where_it_is) for row in session.execute(found).all())


def _purpose(session: Session, what: PurposeOf, communities: Sequence[str]) -> PurposeSeen:
    """The purpose as it reads today, if it is the text that was read."""
    on = {row.id: row for row, where in plugins_on_in(session, communities) if where == what.community_id}
    if what.plugin_id not in on:
        raise PluginIsOff() if what.community_id in communities else NotFound()
    found = next((one for one in purposes_of(on[what.plugin_id]) if one.id == what.purpose), None)
    if found is None:
        raise NotFound()
    if found.is_duty:
        raise RestsOnDuty()
    if found.text_version != what.text_version:
        raise TextChanged()
    return found


def _entered_by(session: Session, person_id: str, what: PurposeOf, actor: Actor) -> None:
    if _community_of(session, person_id) != what.community_id:
        raise NotFound()
    if what.community_id not in actor.places_as(COMMITTEE):
        raise NotFound()
    place = session.get_one(Place, what.community_id)
    require_at(actor, Permission.PLUGIN_CONSENT_ENTER, scope_of(place))


# -- changing and telling ---------------------------------------------------------------------------


def _agreed(
    session: Session, what: PurposeOf, purpose: PurposeSeen, person_id: str, channel: ConsentChannel, *,
    actor: Actor, at: datetime,
) -> PurposeAgreed:  # fmt: skip
    row = agree(
        session, what.plugin_id, what.community_id, person_id, purpose, channel=channel, actor=actor, at=at
    )
    return PurposeAgreed(purpose=purpose, agreed_at=row.given_at, channel=row.channel, reads_otherwise=False)


def _withdraw(session: Session, what: PurposeOf, person_id: str, *, actor: Actor, clock: Clock) -> None:
    ended = withdraw(
        session, what.plugin_id, what.community_id, person_id, what.purpose, actor=actor, at=clock.now()
    )
    if not ended:
        raise NothingAgreed()


def _where_he_lived(session: Session, people: Mapping[str, str | None], *, actor: Actor) -> Mapping[str, str]:
    """His entries in the registers of neighbourhoods he moved away from."""
    his = entries_of(session, actor)
    return {community_id: person_id for community_id, person_id in his.items() if community_id not in people}


def _on_in(
    session: Session, communities: Sequence[str], given: Sequence[Any], *, live_there: bool
) -> list[PluginConsents]:  # fmt: skip
    names = dict(neighbourhoods_named(session, communities)) if communities else {}
    return [
        _seen(
            plugin, community_id, names[community_id], live_there, [one for one in given if one.plugin_id == plugin.id]
        )
        for plugin, community_id in plugins_on_in(session, communities)
    ]  # fmt: skip


def _what_stands(found: PluginConsents) -> PluginConsents | None:
    """What he agrees to of it still, where there is something."""
    agreed = [one for one in found.purposes if one.agreed_at is not None]
    return replace(found, purposes=agreed) if agreed else None


def _seen(
    plugin: Any, community_id: str, place: str, lives_there: bool, given: Sequence[Any]
) -> PluginConsents:
    here = [one for one in given if one.community_id == community_id and one.withdrawn_at is None]
    return PluginConsents(
        plugin_id=plugin.id, community_id=community_id, community_name=place, lives_there=lives_there,
        name=name_of(plugin.manifest), summary=pair_of(plugin.manifest.get("summary")),
        publisher=plugin.manifest.get("publisher") or "", contact=plugin.manifest.get("contact") or "",
        purposes=[_of_purpose(one, here) for one in purposes_of(plugin)],
    )  # fmt: skip


def _of_purpose(purpose: PurposeSeen, given: Sequence[Any]) -> PurposeAgreed:
    his = next((one for one in given if one.purpose == purpose.id), None)
    if his is None or his.text_version != purpose.text_version:
        older = his is not None
        return PurposeAgreed(purpose=purpose, agreed_at=None, channel=None, reads_otherwise=older)
    return PurposeAgreed(purpose=purpose, agreed_at=his.given_at, channel=his.channel, reads_otherwise=False)
