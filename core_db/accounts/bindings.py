"""Binding an account to a home: at once where the register knows number and name, else a worker decides.

The number alone is not enough: numbers are given to new people, and a family shares one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlmodel import Session

from core_db.access.policy import MAY_AT, Permission, require_at
from core_db.accounts.drafts import BindingDraft, BindingRefusalDraft
from core_db.accounts.errors import BindingDecided, HomeAlreadyAsked, HomeAlreadyBound, TooManyAskings
from core_db.accounts.model import Account, BindingStatus, HomeBinding
from core_db.accounts.register import known_by_register, person_approved, take_back_number
from core_db.accounts.sessions import ACCOUNTS, BINDINGS, PLACES, accounts_of
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.reach import widen
from core_db.places.model import Place, PlaceKind
from core_db.places.rights import right_in
from plugins.sdk.events import AccountEvent, HomeBindingAsked, HomeBindingRefused, HomeBound, RolesChanged

#: What follows once it is known whose an account is; told its id and the entry of the register that it was bound to,
#: in the same transaction.
WhenKnown = Callable[[Session, str, str], None]
_WHEN_KNOWN: list[WhenKnown] = []


class WhenMistaken(Protocol):
    """What follows once it is known that an account is not this entry's; `actor` is the worker who found it.

    `since`: from when on it may have done something as whose entry this is.
    """

    def __call__(
        self,
        session: Session,
        account_id: str,
        person_id: str,
        *,
        since: datetime,
        actor: Actor,
        clock: Clock,
    ) -> None: ...


_WHEN_MISTAKEN: list[WhenMistaken] = []
#: Askings of one account that may wait at a time.
WAITING_AT_MOST = 3
BY_REGISTER = "register"
#: The entries of the register that an account is or was bound to, the first of all first.
_ENTRIES = (
    select(BINDINGS.c.person_id)
    .where(BINDINGS.c.account_id == bindparam("account_id"), BINDINGS.c.person_id.is_not(None))
    .where(BINDINGS.c.status.in_((BindingStatus.BOUND, BindingStatus.ENDED)))
    .order_by(BINDINGS.c.decided_at, BINDINGS.c.id)
)


@dataclass(frozen=True, kw_only=True)
class PlaceScope:
    """A place as the policy sees it: itself and the nodes above it."""

    community_id: str
    town_id: str
    district_id: str


def scope_of(place: Place) -> PlaceScope:
    """The nodes a role may sit at to cover this place."""

    def node(kind: PlaceKind, above: str | None) -> str:
        return place.id if place.kind is kind else above or ""

    return PlaceScope(
        community_id=node(PlaceKind.COMMUNITY, place.community_id),
        town_id=node(PlaceKind.TOWN, place.town_id), district_id=node(PlaceKind.DISTRICT, place.district_id),
    )  # fmt: skip


def ask_for_home(session: Session, draft: BindingDraft, *, actor: Actor, clock: Clock) -> HomeBinding:
    """Ask to be bound to a home. What the register confirms is bound at once.

    Whoever was taken for another in this neighbourhood before waits for a worker, whatever the register says.
    """
    if actor.kind is not ActorKind.RESIDENT:
        raise NotPermitted()
    home = _home(session, draft.home_id)
    # A newcomer reaches nothing there yet; the register is asked about him, and the committee told.
    widen(session, home.community_id or "")
    _refuse_second(session, home, actor=actor)

    now = clock.now()
    binding = HomeBinding(
        id=new_id(), account_id=actor.id, home_id=home.id, community_id=home.community_id or "",
        status=BindingStatus.ASKED, name_given=draft.name, asked_at=now,
    )  # fmt: skip
    session.add(binding)
    session.flush()
    person_id = (
        None
        if _was_mistaken(session, binding)
        else known_by_register(session, binding, actor=actor, clock=clock)
    )
    if person_id is not None:
        _bind(session, binding, by=BY_REGISTER, person_id=person_id, actor=actor, at=now)
    else:
        _tell(session, HomeBindingAsked, binding, actor=actor, at=now)
    return binding


def approve_binding(session: Session, binding_id: str, *, actor: Actor, clock: Clock) -> HomeBinding:
    """A worker has checked that the resident lives there; whom the register does not know yet is entered."""
    binding, home = _asked_in_sight(session, binding_id, actor=actor)
    require_at(actor, Permission.BINDING_DECIDE, scope_of(home))
    _refuse_decided(binding)

    now = clock.now()
    person_id = person_approved(session, binding, actor=actor, clock=clock)
    _bind(session, binding, by=actor.id, person_id=person_id, actor=actor, at=now)
    return binding


def when_known(follow: WhenKnown) -> None:
    """A capability that stands above says what is his from then on."""
    _WHEN_KNOWN.append(follow)


def when_mistaken(undo: WhenMistaken) -> None:
    """A capability that stands above takes back what was his for as long as he was taken for another."""
    _WHEN_MISTAKEN.append(undo)


def refuse_binding(
    session: Session, binding_id: str, draft: BindingRefusalDraft, *, actor: Actor, clock: Clock
) -> HomeBinding:
    """A worker found that it is not so, and says why."""
    binding, home = _asked_in_sight(session, binding_id, actor=actor)
    require_at(actor, Permission.BINDING_DECIDE, scope_of(home))
    _refuse_decided(binding)

    now = clock.now()
    binding.status, binding.reason = BindingStatus.REFUSED, draft.reason
    binding.decided_by, binding.decided_at = actor.id, now
    session.flush()
    _tell(session, HomeBindingRefused, binding, actor=actor, at=now)
    return binding


def end_binding(session: Session, binding_id: str, *, actor: Actor, clock: Clock) -> HomeBinding:
    """The account does not live there any more, or takes back its asking: said by itself or by a worker.

    What was looked at of him there he goes on reading; whom the register took for another, `revoke_binding` is for.
    """
    binding = session.get(HomeBinding, binding_id)
    if binding is None or binding.account_id != actor.id:
        binding, home = _asked_in_sight(session, binding_id, actor=actor)
        require_at(actor, Permission.BINDING_DECIDE, scope_of(home))
    if binding.status not in (BindingStatus.ASKED, BindingStatus.BOUND):
        raise BindingDecided()
    # The resident may end what lies where he reaches nothing any more.
    widen(session, binding.community_id)

    now, was_bound = clock.now(), binding.status is BindingStatus.BOUND
    binding.status = BindingStatus.ENDED
    binding.decided_by, binding.decided_at = actor.id, now
    session.flush()
    if was_bound:
        _tell(session, RolesChanged, binding, actor=actor, at=now)
    return binding


def revoke_binding(
    session: Session, binding_id: str, draft: BindingRefusalDraft, *, actor: Actor, clock: Clock
) -> HomeBinding:
    """A worker finds that a bound account is somebody else's, and says why: it is as if it had never been bound.

    Also once it was ended, for whoever lived there goes on reading who looked at him.
    """
    binding, home = _asked_in_sight(session, binding_id, actor=actor)
    require_at(actor, Permission.BINDING_DECIDE, scope_of(home))
    if binding.status not in (BindingStatus.BOUND, BindingStatus.ENDED):
        raise BindingDecided()

    now, entry = clock.now(), binding.person_id
    same = (binding, *_same_mistake(session, binding))
    for one in same:
        one.status, one.reason, one.person_id = BindingStatus.REVOKED, draft.reason, None
        one.decided_by, one.decided_at = actor.id, now
    session.flush()
    if entry is not None:
        since = min(one.asked_at for one in same)
        _part(session, binding, entry, since=since, actor=actor, clock=clock)
    _tell(session, HomeBindingRefused, binding, entry=entry, actor=actor, at=now)
    _tell(session, RolesChanged, binding, actor=actor, at=now)
    return binding


def _part(
    session: Session, binding: HomeBinding, person_id: str, *, since: datetime, actor: Actor, clock: Clock
) -> None:
    """The account is not this entry's."""
    account_id = binding.account_id
    # Where he is bound rightly, and what he raised himself there, may lie where this worker reaches nothing.
    widen(session, account_id)
    left = entries_of_account(session, account_id)
    account = session.get(Account, account_id)
    assert account is not None
    if account.person_id == person_id:
        account.person_id = left[0] if left else None
    session.flush()
    take_back_number(session, binding, person_id, actor=actor, clock=clock)
    for undo in _WHEN_MISTAKEN:
        undo(session, account_id, person_id, since=since, actor=actor, clock=clock)


def decided_by(actor: Actor) -> ColumnElement[bool]:
    """The bindings whose homes lie below a node at which the actor may decide. Others do not exist for him."""
    nodes = actor.places_as(MAY_AT[Permission.BINDING_DECIDE])
    if actor.kind is ActorKind.SYSTEM:
        return PLACES.c.id.is_not(None)
    return or_(PLACES.c.community_id.in_(nodes), PLACES.c.town_id.in_(nodes), PLACES.c.district_id.in_(nodes))


def account_ids_of(session: Session, person_id: str, community_id: str) -> list[str]:
    """The open accounts of an entry of a neighbourhood's register, the oldest first."""
    his = accounts_of(person_id, community_id), ACCOUNTS.c.closed_at.is_(None)
    return list(session.execute(select(ACCOUNTS.c.id).where(*his).order_by(ACCOUNTS.c.id)).scalars())


def why_undone(session: Session, account_id: str) -> str | None:
    """What a worker said when he last found that an account was taken for another."""
    said = (
        select(BINDINGS.c.reason)
        .where(BINDINGS.c.account_id == account_id, BINDINGS.c.status == BindingStatus.REVOKED)
        .order_by(BINDINGS.c.decided_at.desc())
    )
    return session.execute(said.limit(1)).scalar()


def entries_of_account(session: Session, account_id: str) -> list[str]:
    """The entries of registers that an account is or was bound to, the first of all first."""
    return list(session.execute(_ENTRIES, {"account_id": account_id}).scalars())


# -- finding and checking ---------------------------------------------------------------------------


def _home(session: Session, home_id: str) -> Place:
    place = session.get(Place, home_id)
    if place is None or place.kind is not PlaceKind.HOME or place.ended_at is not None:
        raise CannotBeRead(
            {"home_id": ("没有这套房屋，请从列表里选。", "There is no such home; please choose one.")}
        )
    return place


def _refuse_second(session: Session, home: Place, *, actor: Actor) -> None:
    # Two askings at once by one account see each other, because the second waits for the account's row.
    session.execute(select(Account.id).where(Account.id == actor.id).with_for_update())  # type: ignore[call-overload]
    rows = session.execute(
        select(BINDINGS.c.home_id, BINDINGS.c.status).where(BINDINGS.c.account_id == actor.id)
    )
    mine = [(row.home_id, row.status) for row in rows]
    if (home.id, BindingStatus.BOUND) in mine:
        raise HomeAlreadyBound()
    if (home.id, BindingStatus.ASKED) in mine:
        raise HomeAlreadyAsked()
    waiting = sum(status is BindingStatus.ASKED for _, status in mine)
    if waiting >= WAITING_AT_MOST:
        raise TooManyAskings(count=waiting)


def _was_mistaken(session: Session, binding: HomeBinding) -> bool:
    """Whether a worker here has found before that this account is not whose name it gave.

    The number proves nothing then: it stands in her entry because of him, or of her son, who is the account.
    """
    mistaken = select(BINDINGS.c.id).where(
        BINDINGS.c.account_id == binding.account_id, BINDINGS.c.community_id == binding.community_id,
        BINDINGS.c.status == BindingStatus.REVOKED,
    )  # fmt: skip
    return session.execute(mistaken.limit(1)).first() is not None


def _asked_in_sight(session: Session, binding_id: str, *, actor: Actor) -> tuple[HomeBinding, Place]:
    statement = (
        select(HomeBinding, Place)
        .join(Place, PLACES.c.id == BINDINGS.c.home_id)
        .where(BINDINGS.c.id == binding_id, decided_by(actor))
        .with_for_update(of=BINDINGS)
    )
    row = session.execute(statement).first()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def _same_mistake(session: Session, binding: HomeBinding) -> Sequence[HomeBinding]:
    """The other bindings of the account as the same person, before or at another home: he is her at none of them."""
    named = BINDINGS.c.person_id == binding.person_id
    # Whom the register could not tell apart is asked about behind that one door.
    as_whom = named if binding.person_id else named & (BINDINGS.c.home_id == binding.home_id)
    same = (
        BINDINGS.c.account_id == binding.account_id, BINDINGS.c.community_id == binding.community_id, as_whom,
        BINDINGS.c.id != binding.id, BINDINGS.c.status.in_((BindingStatus.BOUND, BindingStatus.ENDED)),
    )  # fmt: skip
    return session.execute(select(HomeBinding).where(*same).with_for_update()).scalars().all()


def _refuse_decided(binding: HomeBinding) -> None:
    if binding.status is not BindingStatus.ASKED:
        raise BindingDecided()


# -- changing and telling ---------------------------------------------------------------------------


def _bind(
    session: Session, binding: HomeBinding, *, by: str, person_id: str | None, actor: Actor, at: datetime
) -> None:
    binding.status, binding.person_id = BindingStatus.BOUND, person_id
    binding.decided_by, binding.decided_at = by, at
    account = session.get(Account, binding.account_id)
    assert account is not None
    account.name = account.name or binding.name_given
    account.person_id = account.person_id or person_id
    session.flush()
    if person_id is not None:
        for follow in _WHEN_KNOWN:
            follow(session, account.id, person_id)
    _tell(session, HomeBound, binding, entry=person_id, actor=actor, at=at)
    _tell(session, RolesChanged, binding, actor=actor, at=at)


def _tell(
    session: Session, event: type[AccountEvent], binding: HomeBinding, *, entry: str | None = None, actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    audience = [f"account:{binding.account_id}"]
    if entry is not None:
        # Whoever's entry it is learns that another comes to it, or is gone again.
        his = account_ids_of(session, entry, binding.community_id)
        audience += [f"account:{one}" for one in his if one != binding.account_id]
    about = {} if event is RolesChanged else {"binding_id": binding.id}
    if about:
        audience.append(f"staff:{binding.community_id}")
    fact = event(community_id=binding.community_id, account_id=binding.account_id, **about)
    right = right_in(session, binding.community_id, Permission.BINDING_DECIDE, actor=actor)
    emit(session, fact, actor=actor, at=at, audience=audience, right=right)
