"""The small town all tests know: its places are there before each test, its people come when they are needed.

District 宝山区, town 友谊路街道, the neighbourhoods 牡丹一村 (here) and 临江 (next to it); here the buildings
12号 and 13号 with three homes each, there 1号 with one. People: 王阿姨, 李叔, 陈工, 周书记 and the others.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from core_db.accounts.model import Account, BindingStatus, HomeBinding, RoleAssignment
from core_db.accounts.sessions import grants_now, homes_of, open_session
from core_db.cases import store_defaults
from core_db.foundation.actor import Actor, ActorKind, Role, system_actor
from core_db.foundation.clock import LOCAL, Clock, RehearsedClock, local_date
from core_db.foundation.door import Door
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.reach import reach_of
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.people import Organisation, Person, Residency, name_columns
from core_db.places import Building, Community, Division, Home, Place, PlaceKind
from core_db.places.names import natural_key
from tests.clients import Client

FOUNDED = datetime(2026, 1, 1, 9, 0, tzinfo=LOCAL)


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place of the town."""

    id: str
    name: str
    label: str
    kind: PlaceKind
    district_id: str
    town_id: str | None = None
    community_id: str | None = None
    building_id: str | None = None
    #: On the poster of a building.
    code: str | None = None
    sort: str = ""
    parent_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Firm:
    """An organisation that handles cases."""

    id: str
    name: str
    kind: str
    place_id: str


def _top() -> Spot:
    own = new_id()
    return Spot(id=own, name="宝山区", label="宝山区", kind=PlaceKind.DISTRICT, district_id=own, sort="1")


def under(above: Spot, kind: PlaceKind, name: str) -> Spot:
    """One more place, below another."""
    own, scopes = new_id(), {"district_id": above.district_id, "town_id": above.town_id}
    scopes |= {"community_id": above.community_id, "building_id": above.building_id}
    if kind in (PlaceKind.TOWN, PlaceKind.COMMUNITY, PlaceKind.BUILDING):
        scopes[f"{kind}_id"] = own
    label = f"{above.label} {name}" if above.kind is PlaceKind.BUILDING else name
    code = f"TEST{name[:-1]:0>3}" if kind is PlaceKind.BUILDING else None
    return Spot(
        id=own, name=name, label=label, kind=kind, code=code, parent_id=above.id,
        sort=f"{above.sort} {natural_key(name)}", **scopes,
    )  # fmt: skip


DISTRICT = _top()
TOWN = under(DISTRICT, PlaceKind.TOWN, "友谊路街道")
HERE = under(TOWN, PlaceKind.COMMUNITY, "牡丹一村")
NEXT_DOOR = under(TOWN, PlaceKind.COMMUNITY, "临江")
BUILDINGS = tuple(under(HERE, PlaceKind.BUILDING, name) for name in ("12号", "13号"))
HOMES = tuple(
    under(building, PlaceKind.HOME, room) for building in BUILDINGS for room in ("101室", "102室", "201室")
)
BUILDING_NEXT_DOOR = under(NEXT_DOOR, PlaceKind.BUILDING, "1号")
HOME_NEXT_DOOR = under(BUILDING_NEXT_DOOR, PlaceKind.HOME, "301室")
SPOTS = (
    DISTRICT, TOWN, HERE, NEXT_DOOR, *BUILDINGS, BUILDING_NEXT_DOOR, *HOMES, HOME_NEXT_DOOR,
)  # fmt: skip
CODES = {DISTRICT.id: "310113", TOWN.id: "310113008", HERE.id: "310113008001", NEXT_DOOR.id: "310113008002"}

PROPERTY_FIRM = Firm(id=new_id(), name="牡丹物业", kind="P", place_id=HERE.id)
COMMITTEE = Firm(id=new_id(), name="牡丹一村居委会", kind="C", place_id=HERE.id)
LIFT_FIRM = Firm(id=new_id(), name="平安电梯", kind="P", place_id=HERE.id)
TOWN_DEPARTMENT = Firm(id=new_id(), name="友谊路街道城运中心", kind="S", place_id=TOWN.id)
FIRMS = (PROPERTY_FIRM, COMMITTEE, LIFT_FIRM, TOWN_DEPARTMENT)


def found_town(door: Door) -> None:
    """Put the places, the organisations and the product's own categories into an empty database."""
    clock = RehearsedClock(FOUNDED)
    with door.one_transaction() as session:
        store_defaults(session, clock=clock)
        for spot in SPOTS:
            enter(session, spot)
        for firm in FIRMS:
            session.add(Organisation(id=firm.id, name=firm.name, kind=firm.kind, place_id=firm.place_id))


def enter(session: Session, spot: Spot) -> None:
    """Put a place into the database."""
    session.add(
        Place(
            id=spot.id, kind=spot.kind, name=spot.name, label=spot.label, parent_id=spot.parent_id,
            sort=spot.sort, district_id=spot.district_id, town_id=spot.town_id,
            community_id=spot.community_id, building_id=spot.building_id, created_at=FOUNDED,
        )
    )  # fmt: skip
    session.flush()
    if spot.id in CODES:
        session.add(
            Division(
                id=new_id(), place_id=spot.id, code=CODES[spot.id], name=spot.name, level=spot.kind,
                valid_from=FOUNDED.date(), source="the town of the tests",
            )
        )  # fmt: skip
    if spot.kind is PlaceKind.COMMUNITY:
        session.add(Community(id=spot.id, phone="021-56000001" if spot is HERE else "021-56000002"))
    elif spot.kind is PlaceKind.BUILDING:
        session.add(Building(id=spot.id, code=spot.code or "", floors=6))
    elif spot.kind is PlaceKind.HOME:
        session.add(Home(id=spot.id))
    session.flush()


class Town:
    """`given`: builds one valid thing with one call, so that a test mentions only what matters to it."""

    district, town, community, neighbouring_community = DISTRICT, TOWN, HERE, NEXT_DOOR
    building, other_building = BUILDINGS
    home, other_home = HOMES[0], HOMES[1]
    homes = HOMES
    neighbouring_building, neighbouring_home = BUILDING_NEXT_DOOR, HOME_NEXT_DOOR
    property_firm, committee, lift_firm, town_department = FIRMS

    def __init__(self, door: Door, clock: Clock) -> None:
        self.door = door
        self.clock = clock
        self._phones = count(13_800_000_001)
        self.phone_of: dict[str, str] = {}

    # -- people -------------------------------------------------------------------------------------

    def resident(self, of: Spot | None = HOMES[0], name: str = "王阿姨", phone: str | None = None) -> Actor:
        """A resident bound to a home; `of=None`: an account that is not bound yet."""
        phone = phone or str(next(self._phones))
        return self.door.write_now(lambda session: self._move_in(session, of, name, phone))

    def moves_away(self, actor: Actor, of: Spot | None = None) -> None:
        """She says that she lives in no home of this neighbourhood any more; `of=None`: in none at all."""
        from core_db.accounts import end_binding, my_bindings

        for bound in self.see(my_bindings, by=actor):
            if of is None or bound.community_id == of.id:
                self.do(end_binding, bound.id, by=actor)

    def neighbour(self, name: str = "李叔") -> Actor:
        """Another resident of this neighbourhood, in the home beside."""
        return self.resident(of=self.other_home, name=name)

    def resident_next_door(self, name: str = "何伯") -> Actor:
        """A resident of the neighbouring community: from here he sees nothing."""
        return self.resident(of=self.neighbouring_home, name=name)

    def newcomer(self, name: str = "小林") -> Actor:
        """An account that is not bound to a home yet."""
        return self.resident(of=None, name=name)

    def worker(self, at: Spot = HERE, name: str = "小张") -> Actor:
        return self.staff(Role.WORKER, at, name)

    def worker_next_door(self, name: str = "小吴") -> Actor:
        """A worker of the neighbouring committee."""
        return self.staff(Role.WORKER, NEXT_DOOR, name)

    def secretary(self, at: Spot = HERE, name: str = "周书记") -> Actor:
        return self.staff(Role.SECRETARY, at, name)

    def contractor(self, organisation: Firm = PROPERTY_FIRM, name: str = "陈工") -> Actor:
        at = next(spot for spot in SPOTS if spot.id == organisation.place_id)
        return self.staff(Role.CONTRACTOR, at, name, organisation)

    def town_dispatcher(self, name: str = "街镇小陆") -> Actor:
        return self.staff(Role.TOWN_DISPATCHER, TOWN, name)

    def district_dispatcher(self, name: str = "区里小何") -> Actor:
        return self.staff(Role.DISTRICT_DISPATCHER, DISTRICT, name)

    def analyst(self, name: str = "分析员小苏") -> Actor:
        return self.staff(Role.DISTRICT_ANALYST, DISTRICT, name)

    def security_administrator(self, name: str = "安全员小郑") -> Actor:
        return self.staff(Role.SECADMIN, DISTRICT, name)

    def system_administrator(self, name: str = "系统员小冯") -> Actor:
        return self.staff(Role.SYSADMIN, DISTRICT, name)

    def auditor(self, name: str = "审计员小蒋") -> Actor:
        return self.staff(Role.AUDITOR, DISTRICT, name)

    def system(self, name: str = "tests") -> Actor:
        return system_actor(name)

    def organisation(self, name: str, at: Spot = HERE, kind: str = "P") -> Firm:
        """One more organisation."""
        firm = Firm(id=new_id(), name=name, kind=kind, place_id=at.id)
        self.door.write_now(
            lambda session: session.add(Organisation(id=firm.id, name=name, kind=kind, place_id=at.id))
        )
        return firm

    # -- cases --------------------------------------------------------------------------------------

    def a_case(self, *, by: Actor | None = None, text: str = "12号楼道的灯坏了", **draft: Any) -> Any:
        """A case as a resident raises it; `by` is 王阿姨 unless the test says who."""
        from core_db.cases import submit_case
        from core_db.cases.drafts import CaseDraft

        return self.do(submit_case, CaseDraft(text=text, **draft), by=by or self.resident())

    def taken_for_one(self, kept_id: str, behind_id: str) -> Callable[[], Any]:
        """Two entries of the register are merged; what is returned parts them again. A minute lies between each."""
        from core_db.doubles import MergeDraft
        from core_db.mydata import merge_people, part_people

        self.clock.advance(timedelta(minutes=1))
        merge = self.do(merge_people, MergeDraft(kept_id=kept_id, behind_id=behind_id), by=self.worker())
        self.clock.advance(timedelta(minutes=1))
        return lambda: self.do(part_people, merge.id, by=self.worker())

    def do(self, use_case: Callable[..., Any], *args: Any, by: Actor, **kwargs: Any) -> Any:
        """Run a use case as somebody."""
        by = self._just_now(by)
        return self.door.write_now(
            lambda session: use_case(session, *args, actor=by, clock=self.clock, **kwargs), reach=reach_of(by)
        )

    def see(self, query: Callable[..., Any], *args: Any, by: Actor, **kwargs: Any) -> Any:
        """Read as somebody."""
        by = self._just_now(by)
        return self.door.read_now(
            lambda session: query(session, *args, actor=by, clock=self.clock, **kwargs), reach=reach_of(by)
        )

    def _just_now(self, by: Actor) -> Actor:
        """Whoever acts here has just signed in, unless the test says when."""
        return by if by.signed_in_at else replace(by, signed_in_at=self.clock.now())

    # -- at the apps --------------------------------------------------------------------------------

    def token_of(self, actor: Actor) -> str:
        """The token of a new session of the actor at his own app."""
        app = "resident" if actor.kind is ActorKind.RESIDENT else "committee"
        opened = self.door.write_now(
            lambda session: open_session(
                session, actor.id, app=app, device="tests", idle=None, now=self.clock.now()
            )
        )
        return opened.token

    def at_the_app(
        self, actor: Any, request: pytest.FixtureRequest, *, bearer: bool = False, page: bool = False
    ) -> TestClient:
        """A client of the actor's own app, signed in."""
        name = "resident" if actor.kind is ActorKind.RESIDENT else "committee"
        stranger = cast(TestClient, request.getfixturevalue(f"{name}_client"))
        return self.signed_in(stranger, actor, bearer=bearer, page=page)

    def signed_in(
        self, stranger: TestClient, actor: Actor, *, bearer: bool = False, page: bool = False
    ) -> TestClient:
        """A client like the stranger's, of somebody who has signed in."""
        name = "resident" if actor.kind is ActorKind.RESIDENT else "committee"
        base = str(stranger.base_url).rstrip("/")
        headers = {} if bearer else {"Origin": base}
        if page:
            headers["Accept"] = "text/html"
        client = Client(stranger.app, base_url=base, headers=headers)
        # All clients of an app share the loop in which the app was started.
        client.portal = stranger.portal
        token = self.token_of(actor)
        if bearer:
            client.headers["Authorization"] = f"Bearer {token}"
        else:
            client.cookies.set(f"shequyun_{name}", token)
        return client

    # -- rows ---------------------------------------------------------------------------------------

    def _move_in(self, session: Session, home: Spot | None, name: str, phone: str) -> Actor:
        now, keyring, account_id = self.clock.now(), keyring_of(session), new_id()
        person_id = None
        if home is not None:
            person_id = self._register(session, home, name, phone)
        at = SealedPlace(table="accounts", column="phone_sealed", row_id=account_id, community_id="accounts")
        session.add(
            Account(
                id=account_id, kind=ActorKind.RESIDENT, name=name, person_id=person_id, created_at=now,
                phone_sealed=keyring.seal(session, phone, at, FieldClass.F2),
                phone_blind=keyring.blind("accounts", phone),
            )
        )  # fmt: skip
        session.flush()
        if home is not None:
            session.add(_binding(account_id, home, person_id, name, now))
            session.flush()
        self.phone_of[account_id] = phone
        return Actor(
            kind=ActorKind.RESIDENT, id=account_id, name=name, person_id=person_id,
            homes=homes_of(session, account_id),
        )  # fmt: skip

    def _register(self, session: Session, home: Spot, name: str, phone: str) -> str:
        """The person in the neighbourhood's register, living in the home."""
        now, keyring, person_id, community = (
            self.clock.now(),
            keyring_of(session),
            new_id(),
            home.community_id,
        )
        assert community is not None
        at = SealedPlace(table="persons", column="phone_sealed", row_id=person_id, community_id=community)
        session.add(
            Person(
                id=person_id, community_id=community, created_at=now, updated_at=now, **name_columns(name),
                phone_sealed=keyring.seal(session, phone, at, FieldClass.F2),
                phone_blind=keyring.blind(community, phone), source="tests",
            )
        )  # fmt: skip
        session.flush()
        session.add(
            Residency(
                id=new_id(), person_id=person_id, home_id=home.id, role="owner", valid_from=local_date(now)
            )
        )
        session.flush()
        return person_id

    def staff(self, role: Role, at: Spot, name: str, firm: Firm | None = None) -> Actor:
        """Somebody with a role at a place; a contractor's people with their organisation."""
        return self.door.write_now(lambda session: self._appoint(session, role, at, name, firm))

    def _appoint(self, session: Session, role: Role, at: Spot, name: str, firm: Firm | None) -> Actor:
        now, account_id = self.clock.now(), new_id()
        session.add(
            Account(
                id=account_id, kind=ActorKind.STAFF, name=name, username=f"{role}-{account_id[-12:]}",
                created_at=now,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            RoleAssignment(
                id=new_id(), account_id=account_id, role=role, place_id=at.id, granted_by="tests",
                organisation_id=firm.id if firm is not None else None,
                valid_from=now - timedelta(days=30), reason="tests",
            )
        )  # fmt: skip
        session.flush()
        grants = grants_now(session, account_id, now=now)
        return Actor(kind=ActorKind.STAFF, id=account_id, name=name, grants=grants)


def _binding(account_id: str, home: Spot, person_id: str | None, name: str, now: datetime) -> HomeBinding:
    return HomeBinding(
        id=new_id(), account_id=account_id, home_id=home.id, community_id=home.community_id or "",
        person_id=person_id, status=BindingStatus.BOUND, name_given=name, asked_at=now,
        decided_by="register", decided_at=now,
    )  # fmt: skip
