"""Who appears in the demo: organisations and what they handle, the committee, dispatchers, residents with accounts."""

from dataclasses import field
from random import Random
from secrets import token_urlsafe

from sqlmodel import Session

from app_shell.demo.people import Dweller, Register
from app_shell.demo.signins import NEXT_DOOR, PASSWORD, RESIDENTS, STAFF, UNBOUND
from core_db.accounts import (
    BindingDraft,
    RoleDraft,
    StaffDraft,
    account_of_phone,
    ask_for_home,
    assign_role,
    create_staff,
)
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.people import OrganisationDraft, register_organisation
from core_db.places import Place


@dataclass(frozen=True)
class Unit:
    """An organisation as it is to be registered: where, of which kind, for which categories."""

    key: str
    name: str
    kind: str
    at: str
    handles: tuple[str, ...]
    #: Who acts for it; the property firm's is the demo's sign-in.
    person: str = ""


UNITS = (
    Unit("property", "宝钢物业宝钢一村服务中心", "P", "here",
         ("01", "02", "0302", "0303", "0304", "0402", "0403", "0506", "0603", "0606", "0701", "0703", "0803", "0806")),
    Unit("lift", "申安电梯维保站", "P", "here", ("0201", "0202"), "顾伟"),
    Unit("committee", "宝钢一村居委会", "C", "here", ("0307", "0503", "0702", "0903", "10", "11", "12"), ""),
    Unit("sanitation", "友谊路街道市容环境卫生所", "S", "town", ("03", "0404", "0602"), "邵军"),
    Unit("police", "友谊路派出所", "S", "town", ("0601", "0705", "0706", "0707", "1003"), "钱磊"),
    Unit("enforcement", "友谊路街道综合行政执法队", "S", "town", ("05", "09", "0401"), "沈斌"),
    Unit("greenery", "友谊路街道绿化管理站", "S", "town", ("04",), "陆林根"),
    Unit("roads", "友谊路街道市政养护所", "S", "town", ("0407", "0604", "0605", "0805"), "姚杰"),
    Unit("operations", "友谊路街道城市运行管理中心", "S", "town", ("06", "07", "08", "1207", "1206"), "傅晓燕"),
    Unit("services", "友谊路街道社区事务受理服务中心", "S", "town", ("11", "1204"), "蒋丽萍"),
    Unit("gas", "宝山燃气服务站", "X", "district", ("0704",), "殷志刚"),
    Unit("power", "宝山供电服务中心", "X", "district", ("0807", "0606"), "曹勇"),
    Unit("water", "宝山供水管理所", "X", "district", ("0801", "0802", "0804", "0803"), "夏军"),
    Unit("telecom", "宝山通信服务中心", "X", "district", ("0808",), "龚鹏"),
)  # fmt: skip


@dataclass(frozen=True)
class Handler:
    """An organisation and who acts for it."""

    id: str
    name: str
    unit: Unit
    actor: Actor


@dataclass(frozen=True)
class Resident:
    """A resident with an account."""

    actor: Actor
    dweller: Dweller

    @property
    def building(self) -> str:
        return self.dweller.home.building_id


@dataclass
class Cast:
    """Everybody who acts in a story."""

    register: Register
    workers: list[Actor] = field(default_factory=list)
    secretary: Actor | None = None
    town: Actor | None = None
    handlers: dict[str, Handler] = field(default_factory=dict)
    residents: list[Resident] = field(default_factory=list)
    known: list[Resident] = field(default_factory=list)
    worker_next_door: Actor | None = None
    resident_next_door: Resident | None = None

    def handler_for(self, code: str, route: str) -> Handler:
        """Who handles a category: the unit that names it most exactly, of the kind wanted."""
        found = [one for one in self.handlers.values() if code in one.unit.handles and one.unit.kind == route]
        found = found or [one for one in self.handlers.values() if code in one.unit.handles]
        found = found or [one for one in self.handlers.values() if code[:2] in one.unit.handles]
        return found[0] if found else self.handlers["operations"]


class Casting:
    """Puts everybody on the stage through the use cases of the base."""

    def __init__(self, session: Session, places: dict[str, Place], *, actor: Actor, clock: Clock) -> None:
        self.session, self.places, self.actor, self.clock = session, places, actor, clock
        self._appointed: dict[str, Actor] = {}

    def appoint_everybody(self, cast: Cast) -> None:
        """Organisations, and staff for each and for the committees."""
        ids = {unit.key: self._organisation(unit) for unit in UNITS}
        for person in STAFF:
            firm = ids["property"] if person.role is Role.CONTRACTOR else None
            made = self._staff(person.username, person.name, PASSWORD, person.role, person.at, firm)
            self._remember(cast, person.username, made)
        contractor = next(one for one in STAFF if one.role is Role.CONTRACTOR)
        for unit in UNITS:
            if unit.key == "property":
                actor = self._appointed[contractor.username]
            elif unit.person:
                # Nobody signs in as these: their password is known to nobody.
                name = f"danwei-{unit.key}"
                secret = token_urlsafe(16)
                actor = self._staff(name, unit.person, secret, Role.CONTRACTOR, unit.at, ids[unit.key])
            else:
                continue
            cast.handlers[unit.key] = Handler(ids[unit.key], unit.name, unit, actor)

    def move_residents_in(self, cast: Cast, others: int, *, chance: Random) -> None:
        """Accounts for those who sign in and for some more; the register confirms each home."""
        by_phone = {one.phone: one for one in cast.register.people if one.phone}
        cast.known = [self._resident(by_phone[phone]) for phone in RESIDENTS if phone in by_phone]
        adults = [
            one for one in cast.register.people if one.phone and one.age >= 20 and one.phone not in RESIDENTS
        ]
        cast.residents = cast.known + [
            self._resident(one) for one in chance.sample(adults, min(others, len(adults)))
        ]
        account_of_phone(self.session, UNBOUND, now=self.clock.now())

    def move_neighbour_in(self, cast: Cast, register: Register) -> None:
        """The resident of the neighbourhood next door."""
        dweller = next(one for one in register.people if one.phone == NEXT_DOOR)
        cast.resident_next_door = self._resident(dweller)

    def ask_for_home(self, phone: str, name: str, home_id: str) -> None:
        """A newcomer asks for a home, by the name given."""
        account_id = account_of_phone(self.session, phone, now=self.clock.now())
        actor = Actor(kind=ActorKind.RESIDENT, id=account_id or "", name=name)
        ask_for_home(self.session, BindingDraft(home_id=home_id, name=name), actor=actor, clock=self.clock)

    def _remember(self, cast: Cast, username: str, actor: Actor) -> None:
        self._appointed[username] = actor
        role, place = actor.grants[0].role, actor.grants[0].place_id
        if role is Role.SECRETARY:
            cast.secretary = actor
        elif role is Role.WORKER and place == self.places["here"].id:
            cast.workers.append(actor)
        elif role is Role.WORKER:
            cast.worker_next_door = actor
        elif role is Role.TOWN_DISPATCHER:
            cast.town = actor

    def _organisation(self, unit: Unit) -> str:
        draft = OrganisationDraft.model_validate(
            {
                "place_id": self.places[unit.at].id,
                "name": unit.name,
                "kind": unit.kind,
                "handles": unit.handles,
            }
        )
        return register_organisation(self.session, draft, actor=self.actor, clock=self.clock).id

    def _staff(
        self, username: str, name: str, password: str, role: Role, at: str, organisation_id: str | None
    ) -> Actor:
        place_id = self.places[at].id
        draft = StaffDraft.model_validate({"username": username, "password": password, "name": name})
        account = create_staff(self.session, draft, actor=self.actor, clock=self.clock)
        appointment = RoleDraft(
            account_id=account.id,
            role=role,
            place_id=place_id,
            organisation_id=organisation_id,
            reason="任命文件",
        )
        assign_role(self.session, appointment, actor=self.actor, clock=self.clock)
        grant = Grant(role=role, place_id=place_id, organisation_id=organisation_id)
        return Actor(kind=ActorKind.STAFF, id=account.id, name=name, grants=(grant,))

    def _resident(self, dweller: Dweller) -> Resident:
        account_id = account_of_phone(self.session, dweller.phone or "", now=self.clock.now())
        asking = Actor(kind=ActorKind.RESIDENT, id=account_id or "", name=dweller.name)
        draft = BindingDraft(home_id=dweller.home.home_id, name=dweller.name)
        ask_for_home(self.session, draft, actor=asking, clock=self.clock)
        actor = Actor(
            kind=ActorKind.RESIDENT, id=asking.id, name=dweller.name, person_id=dweller.person_id,
            homes=(dweller.home,),
        )  # fmt: skip
        return Resident(actor, dweller)
