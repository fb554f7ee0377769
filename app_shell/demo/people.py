"""Homes and the people in them, made up but plausible: nobody of that name, number or address exists.

Written in bulk, because a register of four thousand is laid down once and nobody waits for its facts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlmodel import Session

from core_db.foundation.actor import Actor, HomeBond
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import keyring_of
from core_db.people import (
    Household,
    Person,
    Residency,
    check_digit,
    codes_of,
    correct_place,
    name_columns,
    sealed_place,
)
from core_db.places import (
    BuildingDraft,
    EstateDraft,
    Home,
    Place,
    PlaceCorrection,
    PlaceKind,
    create_building,
    create_estate,
    natural_key,
)

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
#: Given names by the time of birth: those before 1965, those before 1990, and those after.
MEN = (
    "建国 国强 志明 根生 阿毛 福根 德明 永康 金宝 荣根 宝根 卫国 建华 林根 伟民 仁发",
    "伟 军 磊 勇 杰 涛 斌 晓东 海峰 志刚 俊 鹏 峰 建军 春雷 文斌",
    "子轩 浩然 宇航 梓豪 一鸣 俊熙 思远 天佑 嘉豪 晨曦 奕辰 博文 睿 子墨",
)
WOMEN = (
    "秀英 桂英 凤珍 玉兰 美华 阿妹 月娥 惠芳 翠娣 巧云 素珍 根娣 金凤 兰英 彩娣 招娣",
    "敏 静 丽 娟 艳 燕 晓燕 红 霞 丽萍 海燕 雯 慧 佳 莉 颖",
    "欣怡 梓涵 诗涵 雨桐 一诺 思颖 可馨 语嫣 佳琪 若曦 梦瑶 子萱 安琪 静雯",
)
#: Where the numbers of those who moved here were issued.
ELSEWHERE = (
    "320683",
    "340123",
    "321023",
    "330621",
    "360121",
    "410105",
    "420106",
    "341125",
    "320902",
    "500101",
)
#: Of a hundred homes: lived in by the owner, rented, vacant. As one real estate counted.
USES = (("self_occupied", 64), ("rented", 29), ("vacant", 7))
#: Every so many households came from behind another door of the neighbourhood.
EARLIER = 6
SIZES = {"self_occupied": (1, 2, 2, 3, 3, 3, 4, 5), "rented": (1, 2, 2, 3, 3, 4)}


@dataclass(frozen=True)
class EstatePlan:
    """An estate as it is to be built: its buildings' numbers, floors, homes a floor, lifts."""

    name: str
    built_year: int
    buildings: int
    floors: int
    per_floor: int
    lifts: int = 0
    first_number: int = 1


@dataclass(frozen=True)
class Dweller:
    """Somebody who lives somewhere, as the stories need to know him."""

    person_id: str
    name: str
    sex: str
    age: int
    phone: str | None
    home: HomeBond


@dataclass
class Register:
    """A neighbourhood's homes and people."""

    community: Place
    buildings: list[Place] = field(default_factory=list)
    homes: list[dict[str, Any]] = field(default_factory=list)
    people: list[Dweller] = field(default_factory=list)


def _table(model: Any) -> Table:
    return cast(Table, model.__table__)


class Census:
    """Fills one neighbourhood. The same seed makes the same people."""

    def __init__(
        self, session: Session, community: Place, *, seed: int, prefix: str, known: Sequence[str] = (),
        actor: Actor, clock: Clock,
    ) -> None:  # fmt: skip
        self.session, self.community, self.actor, self.clock = session, community, actor, clock
        self.chance = Random(seed)
        self.today = local_date(clock.now())
        self.keyring = keyring_of(session)
        self._own_code = next(iter(codes_of(session, community.id)), None)
        self._phones = iter(range(int(prefix + "0001"), int(prefix + "9999")))
        #: Numbers that heads of households here and there get, because somebody signs in with them.
        self._known = list(known)
        self.register = Register(community)

    def build(self, plan: EstatePlan) -> None:
        """The estate with its buildings and homes."""
        draft = EstateDraft(
            community_id=self.community.id,
            name=plan.name,
            built_year=plan.built_year,
            property_firm="友谊物业",
        )
        estate = create_estate(self.session, draft, actor=self.actor, clock=self.clock)
        self._know(estate, "kind", "commodity" if plan.lifts else "reformed")
        self._know(estate, "owners_committee", "elected" if plan.lifts else "preparing")
        self._know(estate, "fees", "1.85 元/㎡·月" if plan.lifts else "0.65 元/㎡·月")
        for number in range(plan.first_number, plan.first_number + plan.buildings):
            drawn = BuildingDraft(
                parent_id=estate.id, name=f"{number}号", floors=plan.floors, lifts=plan.lifts
            )
            building = create_building(self.session, drawn, actor=self.actor, clock=self.clock)
            self.register.buildings.append(building)
            if number == plan.first_number:
                self._know(building, "address", f"{plan.name}{number}号")
                self._know(building, "structure", "shear_wall" if plan.lifts else "brick")
            self._homes(building, plan)

    def settle(self) -> Register:
        """People into the homes."""
        uses = [use for use, share in USES for _ in range(share)]
        people: list[dict[str, Any]] = []
        households: list[dict[str, Any]] = []
        residencies: list[dict[str, Any]] = []
        heads = self._heads_with_known_numbers()
        for home in self.register.homes:
            use = home["use"] = self.chance.choice(uses)
            if use == "vacant":
                continue
            household, dwellers = self._family(home, use, phone=heads.get(len(households)))
            households.append(household)
            for person, residency in dwellers:
                people.append(person)
                residencies.append(residency)
            household["head_id"] = dwellers[0][0]["id"]
            if len(households) % EARLIER == 0:
                residencies.append(self._earlier(dwellers[0][1], len(households)))
        known = [dict(place) for home in self.register.homes if (place := home["place"])]
        self.session.execute(insert(_table(Place)), known)
        rows = [{"id": home["place"]["id"], "floor": home["floor"], "area": home["area"], "use": home["use"]}
                for home in self.register.homes]  # fmt: skip
        for table, written in (
            (Home, rows),
            (Person, people),
            (Household, households),
            (Residency, residencies),
        ):
            self.session.execute(insert(_table(table)), written)
        return self.register

    def _know(self, place: Place, field: str, value: str) -> None:
        """As a worker says it, so that its history has a first line."""
        draft = PlaceCorrection(field=field, value=value, source="物业公司")
        correct_place(self.session, place.id, draft, actor=self.actor, clock=self.clock)

    def _earlier(self, residency: dict[str, Any], n: int) -> dict[str, Any]:
        """Where somebody lived before: behind another door of the neighbourhood, until the day before he moved."""
        before = self.register.homes[(n * 7) % len(self.register.homes)]["place"]["id"]
        last = residency["valid_from"] - timedelta(days=1)
        return residency | {
            "id": new_id(), "home_id": before, "household_id": None, "role": "tenant", "relation": None,
            "valid_from": last - timedelta(days=900), "valid_to": last,
        }  # fmt: skip

    def _homes(self, building: Place, plan: EstatePlan) -> None:
        for floor in range(1, plan.floors + 1):
            for door in range(1, plan.per_floor + 1):
                name = f"{floor}{door:02d}室"
                place_id = new_id()
                self.register.homes.append({
                    "floor": floor, "area": float(self.chance.choice((42, 48, 56, 62, 71, 88, 95))),
                    "place": {
                        "id": place_id, "kind": PlaceKind.HOME, "name": name, "label": f"{building.label} {name}",
                        "parent_id": building.id, "sort": f"{building.sort} {natural_key(name)}",
                        "district_id": building.district_id, "town_id": building.town_id,
                        "community_id": building.community_id, "building_id": building.id,
                        "created_at": self.clock.now(), "ended_at": None,
                    },
                })  # fmt: skip

    def _heads_with_known_numbers(self) -> dict[int, str]:
        """Which household's head has which of the known numbers: spread over the buildings."""
        apart = max(1, len(self.register.homes) * 4 // 5 // max(1, len(self._known)))
        return {apart * n + apart // 2: phone for n, phone in enumerate(self._known)}

    def _family(
        self, home: dict[str, Any], use: str, *, phone: str | None
    ) -> tuple[dict[str, Any], list[tuple[dict[str, Any], dict[str, Any]]]]:
        place = home["place"]
        household = {
            "id": new_id(), "community_id": self.community.id, "home_id": place["id"], "number": f"{len(self.register.people) + 1:06d}",
            "kind": "family", "created_at": self.clock.now(),
        }  # fmt: skip
        since = self.today - timedelta(days=self.chance.randint(60, 700 if use == "rented" else 9000))
        members = []
        for n, (age, sex, relation, surname) in enumerate(self._members(use)):
            person, dweller = self._person(surname, sex, age, home, is_local=use != "rented")
            if n == 0 and phone is not None:
                person, dweller = self._reachable_under(phone, person, dweller)
            role = ("tenant" if use == "rented" else "owner") if n == 0 else "family"
            members.append((person, {
                "id": new_id(), "person_id": person["id"], "home_id": place["id"], "household_id": household["id"],
                "role": role, "relation": relation, "valid_from": since, "valid_to": None,
                **self._from_elsewhere(use, n, age),
            }))  # fmt: skip
            self.register.people.append(dweller)
        return household, members

    def _from_elsewhere(self, use: str, n: int, age: int) -> dict[str, str | None]:
        """Whoever rents came for a reason and lives here on a permit; of every seventh nobody has asked yet."""
        count = len(self.register.people)
        if use != "rented" or count % 7 == 0:
            return {"permit": None, "came_for": None}
        reason = ("01", "01", "03", "09")[count % 4] if n == 0 else "04" if 6 <= age < 23 else "06"
        return {"permit": "temporary" if count % 3 == 0 else "residence_permit", "came_for": reason}

    def _members(self, use: str) -> Iterator[tuple[int, str, str, str]]:
        """Age, sex, relation and surname of each: a head, a spouse, children or parents."""
        size = self.chance.choice(SIZES[use])
        surname = self.chance.choice(SURNAMES)
        head_sex = self.chance.choice("112")
        head = self.chance.randint(23, 48) if use == "rented" else self.chance.randint(34, 88)
        yield head, head_sex, "02", surname
        if size > 1:
            other = "2" if head_sex == "1" else "1"
            yield max(22, head + self.chance.randint(-4, 3)), other, "10", self.chance.choice(SURNAMES)
        for n in range(size - 2):
            if n == 0 or head < 62:
                sex = self.chance.choice("12")
                yield max(0, head - self.chance.randint(24, 34)), sex, "20" if sex == "1" else "30", surname
            else:
                yield max(0, head - self.chance.randint(52, 62)), self.chance.choice("12"), "40", surname

    def _person(
        self, surname: str, sex: str, age: int, home: dict[str, Any], *, is_local: bool
    ) -> tuple[dict[str, Any], Dweller]:
        person_id, place = new_id(), home["place"]
        born = self.today - timedelta(days=age * 365 + self.chance.randint(1, 364))
        age_group = 0 if born.year < 1965 else 1 if born.year < 1990 else 2
        names = (MEN if sex == "1" else WOMEN)[age_group]
        name = surname + self.chance.choice(names.split())
        phone = str(next(self._phones)) if age >= 12 and self.chance.random() < 0.93 else None
        number = self._number(born, sex, is_local=is_local)
        now = self.clock.now()
        row = {
            "id": person_id, "community_id": self.community.id, **name_columns(name), "sex": sex,
            "birth_year": born.year,
            # Whoever rents has his hukou where he came from: the status of each is worked out of it.
            "hukou_code": self._own_code if is_local else number[:6],
            "phone_sealed": self._sealed(person_id, "phone_sealed", phone),
            "phone_blind": self.keyring.blind(self.community.id, phone) if phone else None,
            "id_number_sealed": self._sealed(person_id, "id_number_sealed", number),
            "id_number_blind": self.keyring.blind(self.community.id, number),
            "birth_sealed": self._sealed(person_id, "birth_sealed", born.isoformat()),
            "source": "上门登记", "verified_on": self.today, "created_at": now, "updated_at": now,
        }  # fmt: skip
        return row, Dweller(person_id, name, sex, age, phone, bond_of(place))

    def _reachable_under(
        self, phone: str, row: dict[str, Any], dweller: Dweller
    ) -> tuple[dict[str, Any], Dweller]:
        sealed = self._sealed(dweller.person_id, "phone_sealed", phone)
        blind = self.keyring.blind(self.community.id, phone)
        return row | {"phone_sealed": sealed, "phone_blind": blind}, replace(dweller, phone=phone)

    def _number(self, born: date, sex: str, *, is_local: bool) -> str:
        area = "310113" if is_local else self.chance.choice(ELSEWHERE)
        serial = self.chance.randint(0, 499) * 2 + (1 if sex == "1" else 0)
        body = f"{area}{born:%Y%m%d}{serial:03d}"
        return body + check_digit(body)

    def _sealed(self, person_id: str, column: str, value: str | None) -> bytes | None:
        if value is None:
            return None
        place = sealed_place(person_id, self.community.id, column)
        return self.keyring.seal(self.session, value, place, FieldClass.F2)


def bond_of(place: dict[str, Any]) -> HomeBond:
    return HomeBond(
        home_id=place["id"], building_id=place["building_id"], community_id=place["community_id"],
        town_id=place["town_id"], district_id=place["district_id"], label=place["label"],
    )  # fmt: skip
