"""Who serves on a committee and its bodies, in a grid and in a building group: from when to when, and as what.

A seat gives nobody a right. Whoever leads a building group is a building lead already, and sees what that role shows:
the names and doors of his building.
"""

from collections.abc import Sequence
from datetime import date
from typing import cast

from sqlalchemy import Table, func, select
from sqlmodel import Session

from core_db.access import Permission
from core_db.accounts.sessions import ACCOUNTS, ROLES, in_force
from core_db.audit import record
from core_db.foundation.actor import COMMITTEE, Actor, Role
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Because, Cause
from core_db.neighbourhood.drafts import SeatDraft
from core_db.neighbourhood.errors import LedAlready, NotItsBuildingLead
from core_db.neighbourhood.keeping import kept, note_step
from core_db.neighbourhood.model import COVERINGS, SEATS, Seat
from core_db.neighbourhood.reading import found
from core_db.neighbourhood.words import BODIES, EntryKind, Title
from core_db.people import Person
from core_db.places import PLACES, Place, lies_below
from core_db.places.rights import right_in
from plugins.sdk.events import SeatFilled, SeatVacated

PERSONS = cast(Table, Person.__table__)  # type: ignore[attr-defined]
#: Where somebody serves.
SERVED = (EntryKind.COMMUNITY, EntryKind.GRID, EntryKind.BUILDING_GROUP)
_ORDER = {Title.LEAD: 0, Title.DEPUTY: 1, Title.MEMBER: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSeen:
    """Somebody who serves."""

    id: str
    name: str
    body: str
    title: str
    duty: str
    valid_from: date
    person_id: str | None
    #: Of whoever leads a building group: whether he is a building lead there today.
    is_building_lead: bool


def fill_seat(
    session: Session, kind: EntryKind, entry_id: str, draft: SeatDraft, *, actor: Actor, clock: Clock
) -> Seat:
    """Somebody serves from a day on. One leads at a time; who leads a building group is its building lead."""
    row, node = kept(session, _served(kind), entry_id, actor=actor)
    today = local_date(clock.now())
    since = draft.since or today
    if since > today:
        raise CannotBeRead({"since": ("日期不能在今天以后。", "The day cannot lie ahead.")})
    if draft.body not in BODIES or (draft.body and kind is not EntryKind.COMMUNITY):
        raise CannotBeRead({
            "body": ("请从给出的选项中选一个。", "Please choose one of the options.")
        })  # fmt: skip
    person_id, account_id = _whom(session, draft.who, node)
    if Title(draft.title) is Title.LEAD:
        _may_lead(session, kind, row.id, node, draft.body, account_id, clock=clock)

    seat = Seat(
        id=new_id(), community_id=node.id, of_id=entry_id, body=draft.body, title=draft.title, person_id=person_id,
        account_id=account_id, duty=draft.duty, valid_from=since, source=draft.source,
    )  # fmt: skip
    session.add(seat)
    session.flush()
    because = Because(cause=Cause.CORRECTED, source=draft.source)
    note_step(session, node, entry_id, "seat", None, draft.title, because, actor=actor, at=clock.now())
    right = right_in(session, node.id, Permission.NEIGHBOURHOOD_KEEP, actor=actor)
    record(
        session, action="seat.filled", actor=actor, clock=clock, subject_id=person_id or account_id or "",
        object=str(kind), reference=f"{kind}/{entry_id}",
        right=right,
    )  # fmt: skip
    fact = SeatFilled(
        community_id=node.id, kind=str(kind), entry_id=entry_id, seat_id=seat.id, title=draft.title
    )
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{node.id}"], right=right)
    return seat


def vacate_seat(
    session: Session, kind: EntryKind, entry_id: str, seat_id: str, *, actor: Actor, clock: Clock
) -> Seat:
    """Somebody serves there no more, from tomorrow on; that he did stays."""
    _row, node = kept(session, _served(kind), entry_id, actor=actor)
    seat = session.get(Seat, seat_id)
    if seat is None or seat.of_id != entry_id or seat.valid_to is not None:
        raise NotFound()

    seat.valid_to = local_date(clock.now())
    session.flush()
    because = Because(cause=Cause.ENDED)
    note_step(session, node, entry_id, "seat", seat.title, None, because, actor=actor, at=clock.now())
    right = right_in(session, node.id, Permission.NEIGHBOURHOOD_KEEP, actor=actor)
    record(
        session, action="seat.vacated", actor=actor, clock=clock,
        subject_id=seat.person_id or seat.account_id or "", object=str(kind), reference=f"{kind}/{entry_id}",
        right=right,
    )  # fmt: skip
    fact = SeatVacated(community_id=node.id, kind=str(kind), entry_id=entry_id, seat_id=seat_id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{node.id}"], right=right)
    return seat


def seats_of(
    session: Session, kind: EntryKind, entry_id: str, *, actor: Actor, clock: Clock
) -> Sequence[SeatSeen]:
    """Who serves now, whoever leads first; names, and nothing else of anybody."""
    _row, node = found(session, _served(kind), entry_id, actor=actor)
    return seats_now(session, node.id, entry_id, kind, clock=clock)


def seats_now(
    session: Session, community_id: str, entry_id: str, kind: EntryKind, *, clock: Clock
) -> Sequence[SeatSeen]:
    """Who serves in what is in sight already."""
    name = func.coalesce(PERSONS.c.name, ACCOUNTS.c.name)
    person = (PERSONS.c.id == SEATS.c.person_id) & (PERSONS.c.community_id == SEATS.c.community_id)
    statement = (
        select(SEATS, name.label("name"))
        .outerjoin(PERSONS, person)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == SEATS.c.account_id)
        .where(SEATS.c.community_id == community_id, SEATS.c.of_id == entry_id, SEATS.c.valid_to.is_(None))
    )
    leads = (
        {one for one, _name in _building_leads(session, entry_id, community_id, clock=clock)}
        if kind is EntryKind.BUILDING_GROUP
        else set()
    )
    rows = session.execute(statement).mappings().all()
    bodies = list(BODIES)
    ordered = sorted(rows, key=lambda row: (bodies.index(row["body"]), _ORDER[row["title"]], row["id"]))
    return [
        SeatSeen(
            id=row["id"], name=row["name"] or "", body=row["body"], title=row["title"], duty=row["duty"] or "",
            valid_from=row["valid_from"], person_id=row["person_id"], is_building_lead=row["account_id"] in leads,
        )
        for row in ordered
    ]  # fmt: skip


def who_may_serve(
    session: Session, kind: EntryKind, entry_id: str, *, actor: Actor, clock: Clock
) -> Sequence[tuple[str, str]]:
    """The staff of the neighbourhood, and of a group its building leads: each as `account/<id>` with the name."""
    _row, node = found(session, _served(kind), entry_id, actor=actor)
    statement = (
        select(ACCOUNTS.c.id, ACCOUNTS.c.name)
        .join_from(ROLES, ACCOUNTS, ACCOUNTS.c.id == ROLES.c.account_id)
        .where(ROLES.c.place_id == node.id, ROLES.c.role.in_(COMMITTEE), in_force(ROLES, clock.now()))
        .distinct()
        .order_by(ACCOUNTS.c.name, ACCOUNTS.c.id)
    )
    who = [(row.id, row.name) for row in session.execute(statement)]
    if kind is EntryKind.BUILDING_GROUP:
        who = [*_building_leads(session, entry_id, node.id, clock=clock), *who]
    return [(f"account/{one}", name) for one, name in who]


# -- who it is, and whether he may lead -------------------------------------------------------------


def _served(kind: EntryKind) -> EntryKind:
    if kind not in SERVED:
        raise NotFound()
    return kind


def _whom(session: Session, who: str, node: Place) -> tuple[str | None, str | None]:
    """An entry of this register, or an account that holds or held a post at or below this place."""
    sort, _slash, its_id = who.partition("/")
    if sort == "person":
        mine = (PERSONS.c.community_id == node.id) & (PERSONS.c.id == its_id) & PERSONS.c.died_on.is_(None)
        # Asked of the model: a town or a district that keeps entries below it reaches nobody's register.
        if session.execute(select(Person.id).where(mine)).first() is not None:  # type: ignore[call-overload]
            return its_id, None
    else:
        statement = (
            select(ROLES.c.account_id)
            .join(PLACES, PLACES.c.id == ROLES.c.place_id)
            .where(ROLES.c.account_id == its_id, lies_below((node.id,)))
        )
        if session.execute(statement).first() is not None:
            return None, its_id
    raise CannotBeRead({"who": ("名册里没有这个人。", "Nobody of the register is called so.")})


def _may_lead(
    session: Session, kind: EntryKind, entry_id: str, node: Place, body: str, account_id: str | None, *, clock: Clock
) -> None:  # fmt: skip
    leads = (SEATS.c.community_id == node.id) & (SEATS.c.of_id == entry_id) & (SEATS.c.body == body)
    leads = leads & (SEATS.c.title == Title.LEAD) & SEATS.c.valid_to.is_(None)
    if session.execute(select(SEATS.c.id).where(leads)).first() is not None:
        raise LedAlready()
    if kind is EntryKind.BUILDING_GROUP:
        ids = {one for one, _name in _building_leads(session, entry_id, node.id, clock=clock)}
        if account_id not in ids:
            raise NotItsBuildingLead()


def _building_leads(
    session: Session, group_id: str, community_id: str, *, clock: Clock
) -> Sequence[tuple[str, str]]:
    """Who leads one of the group's buildings today: the post that `Posts` gives, and no other."""
    buildings = select(COVERINGS.c.place_id).where(
        COVERINGS.c.community_id == community_id,
        COVERINGS.c.of_id == group_id,
        COVERINGS.c.valid_to.is_(None),
    )
    statement = (
        select(ACCOUNTS.c.id, ACCOUNTS.c.name)
        .join_from(ROLES, ACCOUNTS, ACCOUNTS.c.id == ROLES.c.account_id)
        .where(
            ROLES.c.role == Role.BUILDING_LEAD, ROLES.c.place_id.in_(buildings), in_force(ROLES, clock.now())
        )
        .distinct()
        .order_by(ACCOUNTS.c.name, ACCOUNTS.c.id)
    )  # fmt: skip
    return [(row.id, row.name) for row in session.execute(statement)]
