"""Bringing a neighbourhood's register in from a table: one row a person in a home.

Whoever is there already (by identity number, else by name and telephone, else by name and door) is brought up
to date; a row that says nothing new changes nothing, so a table can be read again. Buildings and homes that
the register names and nobody has entered yet are entered. A row that makes no sense is reported and left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, col, select

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.drafts import faults_of
from core_db.foundation.errors import CannotBeRead, DomainError, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.recorded import Cause
from core_db.foundation.sealing import keyring_of
from core_db.people.changing import Because, change_person, says
from core_db.people.commands import (
    birth_of,
    further_of,
    identity_of,
    person_with_id_number,
    refuse_masked,
    refuse_unknown_division,
    register_person,
    sex_of,
)
from core_db.people.drafts import MoveIn, PersonDraft
from core_db.people.fields import RegisterField
from core_db.people.identity import Identity
from core_db.people.model import Person, Residency
from core_db.people.moving import move_in, residency_in
from core_db.people.words import lives_as_from, relation_from, sex_from
from core_db.places import (
    BuildingDraft,
    EstateDraft,
    HomeDraft,
    Place,
    PlaceKind,
    building_name,
    child_named,
    create_building,
    create_estate,
    create_home,
    room_name,
)
from core_db.sheets import CellUnreadable, RowRefused, SheetRefused, SheetRow, code_from, date_from, line_from
from plugins.sdk.events import RegisterImported

#: Columns of what else the register keeps.
FURTHER: Mapping[RegisterField, tuple[str, ...]] = {
    RegisterField.FORMER_NAME: ("曾用名",),
    RegisterField.ID_KIND: ("证件种类", "证件类型"),
    RegisterField.ETHNIC_GROUP: ("民族",),
    RegisterField.NATIVE_PLACE: ("籍贯",),
    RegisterField.MARITAL_STATUS: ("婚姻状况", "婚姻"),
    RegisterField.POLITICAL_STATUS: ("政治面貌",),
    RegisterField.EDUCATION: ("文化程度", "学历"),
    RegisterField.OCCUPATION: ("职业",),
    RegisterField.WORKPLACE: ("工作单位", "单位", "服务处所"),
    RegisterField.HUKOU_ADDRESS: ("户籍地址", "户籍门（楼）详址", "户口地址"),
    RegisterField.HUKOU_CODE: ("户籍区划代码", "户籍地代码"),
}
#: What a column may be called, by the field it fills; the first is what our own tables call it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "estate": ("小区", "小区名称", "住宅小区"),
    "building": ("楼栋", "楼号", "楼栋号", "门栋", "门牌号", "幢", "幢号", "号"),
    "room": ("室号", "房号", "房间号", "室", "房屋号"),
    "name": ("姓名", "居民姓名"),
    "sex": ("性别",),
    "id_number": ("证件号码", "身份证号", "身份证号码", "公民身份号码", "证件号"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "联系方式", "电话"),
    "birth": ("出生日期", "出生年月日", "生日"),
    "relation": ("与户主关系", "关系"),
    "role": ("居住类型", "居住性质", "居住方式"),
    "household": ("户号", "户编号"),
    "since": ("入住日期", "居住开始日期"),
} | {str(field): names for field, names in FURTHER.items()}
NEEDED = ("building", "room", "name")


@dataclass
class PeopleImported:
    """What an import did, and which rows it left out."""

    rows: int = 0
    registered: int = 0
    updated: int = 0
    unchanged: int = 0
    moved_in: int = 0
    buildings: int = 0
    homes: int = 0
    refused: list[RowRefused] = field(default_factory=list)

    @property
    def as_figures(self) -> dict[str, int]:
        names = ("rows", "registered", "updated", "unchanged", "moved_in", "buildings", "homes")
        return {name: getattr(self, name) for name in names} | {"refused": len(self.refused)}

    def add(self, other: "PeopleImported") -> None:
        for name, figure in other.as_figures.items():
            if name != "refused":
                setattr(self, name, getattr(self, name) + figure)
        self.refused += other.refused


def columns_of(headings: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Which heading fills which field: as given, else by the names committees use."""
    unknown = [heading for heading in given.values() if heading not in headings]
    unknown += [name for name in given if name not in COLUMNS]
    if unknown:
        raise SheetRefused(f"没有“{unknown[0]}”这一列。", f"there is no column “{unknown[0]}”.")
    found = dict(given)
    for name, words in COLUMNS.items():
        if heading := next((word for word in words if word in headings), None):
            found.setdefault(name, heading)
    if missing := [COLUMNS[name][0] for name in NEEDED if name not in found]:
        raise SheetRefused(f"缺少列：{'、'.join(missing)}。", f"columns are missing: {', '.join(missing)}.")
    return found


def import_people(
    session: Session, rows: Iterable[SheetRow], columns: Mapping[str, str], *, community_id: str, source: str,
    actor: Actor, clock: Clock,
) -> PeopleImported:  # fmt: skip
    """Bring some rows of a register in; good for a piece of a table, so that nobody waits behind all of it."""
    community = session.get(Place, community_id)
    if community is None or community.kind is not PlaceKind.COMMUNITY:
        raise NotFound()
    done = PeopleImported()
    work = _Import(session, community, columns, source, actor, clock, done)
    for row in rows:
        done.rows += 1
        try:
            # What a row began before it was refused is undone with it.
            with session.begin_nested():
                work.take(row)
        except (CellUnreadable, DomainError, ValidationError) as wrong:
            done.refused.append(_refusal(row, wrong, columns))
    if done.registered or done.updated or done.moved_in:
        fact = RegisterImported(community_id=community.id, registered=done.registered, updated=done.updated)
        emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{community.id}"])
    return done


@dataclass
class _Import:
    """The circumstances of one import; `take` brings one row in."""

    session: Session
    community: Place
    columns: Mapping[str, str]
    source: str
    actor: Actor
    clock: Clock
    done: PeopleImported
    batch_id: str = field(default_factory=new_id)

    def take(self, row: SheetRow) -> None:
        draft, living = self._person(row), self._living(row)
        identity = identity_of(draft, today=self._today)
        home = self._home(row)
        person = self._known(draft, identity, home)
        if person is None:
            person = register_person(
                self.session, draft, because=self._because, actor=self.actor, clock=self.clock
            )
            self.done.registered += 1
        elif self._bring_up_to_date(person, draft, identity):
            self.done.updated += 1
        else:
            self.done.unchanged += 1
        if residency_in(self.session, person.id, home.id) is None:
            stay = MoveIn(home_id=home.id, **living)
            move_in(self.session, person.id, stay, because=self._because, actor=self.actor, clock=self.clock)
            self.done.moved_in += 1

    @property
    def _because(self) -> Because:
        return Because(cause=Cause.IMPORTED, source=self.source, batch_id=self.batch_id)

    @property
    def _today(self) -> date:
        return local_date(self.clock.now())

    def _cell(self, row: SheetRow, name: str) -> str:
        heading = self.columns.get(name)
        return line_from(row.cells.get(heading)) if heading else ""

    def _person(self, row: SheetRow) -> PersonDraft:
        sex = sex_from(row.cells.get(self.columns.get("sex", "")))
        if sex is None:
            raise _said("sex", "只能是男或女。", "must be 男 or 女.")
        further: dict[str, Any] = {str(field): self._cell(row, field) for field in FURTHER}
        return PersonDraft(
            community_id=self.community.id, name=self._cell(row, "name"), sex=sex,  # type: ignore[arg-type]
            phone=code_from(self._cell(row, "phone")), id_number=code_from(self._cell(row, "id_number")),
            birth=date_from(row.cells.get(self.columns.get("birth", ""))), source=self.source,
            verified_on=self._today, **further,
        )  # fmt: skip

    def _living(self, row: SheetRow) -> dict[str, Any]:
        role = lives_as_from(row.cells.get(self.columns.get("role", "")))
        if role is None:
            raise _said("role", "不认识这种居住类型。", "is no way of living we know.")
        since = date_from(row.cells.get(self.columns.get("since", "")))
        return {
            "role": role, "relation": relation_from(self._cell(row, "relation")),
            "household": self._cell(row, "household") or None, "since": since or self._today,
        }  # fmt: skip

    # -- where ------------------------------------------------------------------------------------

    def _home(self, row: SheetRow) -> Place:
        for name in ("building", "room"):
            if not self._cell(row, name):
                raise _said(name, "没有填。", "is empty.")
        building = self._building(self._estate(self._cell(row, "estate")), self._cell(row, "building"))
        room = room_name(self._cell(row, "room"))
        home = child_named(self.session, building, room)
        if home is None:
            draft = HomeDraft(building_id=building.id, name=room)
            home = create_home(self.session, draft, actor=self.actor, clock=self.clock)
            self.done.homes += 1
        return home

    def _estate(self, name: str) -> Place:
        """Where the buildings hang: the estate named, the only one there is, or the neighbourhood itself."""
        if name:
            found = child_named(self.session, self.community, name)
            draft = EstateDraft(community_id=self.community.id, name=name)
            return found or create_estate(self.session, draft, actor=self.actor, clock=self.clock)
        estates = self._children(PlaceKind.ESTATE)
        return estates[0] if len(estates) == 1 else self.community

    def _building(self, parent: Place, said: str) -> Place:
        name = building_name(said)
        if found := child_named(self.session, parent, name):
            return found
        elsewhere = [place for place in self._children(PlaceKind.BUILDING) if place.name == name]
        if parent is self.community and len(elsewhere) == 1:
            return elsewhere[0]
        if parent is self.community and elsewhere:
            raise _said("building", f"有 {len(elsewhere)} 个{name}，请加“小区”一列。",
                        f"there are {len(elsewhere)} of {name}; add a column 小区.")  # fmt: skip
        draft = BuildingDraft(parent_id=parent.id, name=name)
        self.done.buildings += 1
        return create_building(self.session, draft, actor=self.actor, clock=self.clock)

    def _children(self, kind: PlaceKind) -> Sequence[Place]:
        statement = select(Place).where(
            Place.community_id == self.community.id, Place.kind == kind, col(Place.ended_at).is_(None)
        )
        return self.session.exec(statement).all()

    # -- who --------------------------------------------------------------------------------------

    def _known(self, draft: PersonDraft, identity: Identity | None, home: Place) -> Person | None:
        named = select(Person).where(Person.community_id == self.community.id, Person.name == draft.name)
        if identity is not None:
            if found := person_with_id_number(self.session, self.community.id, identity.number):
                return found
            # Somebody of that name with another number is somebody else.
            named = named.where(col(Person.id_number_blind).is_(None))
        if draft.phone:
            blinds = keyring_of(self.session).blinds(self.community.id, draft.phone)
            if found := self.session.exec(named.where(col(Person.phone_blind).in_(blinds))).first():
                return found
        lives_here = select(Residency.person_id).where(
            Residency.home_id == home.id, col(Residency.valid_to).is_(None)
        )
        return self.session.exec(named.where(col(Person.id).in_(lives_here))).first()

    def _bring_up_to_date(self, person: Person, draft: PersonDraft, identity: Identity | None) -> bool:
        """Take what the table knows better; what it leaves empty stays, and so does a number that is there."""
        refuse_masked(draft, known=person)
        sex, birth = sex_of(draft, identity), birth_of(draft, identity)
        values: dict[RegisterField, str | None] = {RegisterField.NAME: draft.name}
        values |= {RegisterField.SEX: sex} if sex != "0" else {}
        values |= {RegisterField.PHONE: draft.phone} if draft.phone else {}
        if identity and person.id_number_blind is None:
            values[RegisterField.ID_NUMBER] = identity.number
        if person.birth_sealed is None and birth:
            values[RegisterField.BIRTH] = birth.isoformat()
        values |= further_of(draft, today=self._today)
        refuse_unknown_division(self.session, "hukou_code", values.get(RegisterField.HUKOU_CODE))
        values = {one: value for one, value in values.items() if not says(self.session, person, one, value)}
        change_person(self.session, person, values, self._because, actor=self.actor, clock=self.clock)
        return bool(values)


def _said(name: str, zh: str, en: str) -> CannotBeRead:
    return CannotBeRead({name: (zh, en)})


def _refusal(row: SheetRow, wrong: Exception, columns: Mapping[str, str]) -> RowRefused:
    """The first thing wrong with a row, with the heading of its column in front."""
    if isinstance(wrong, CellUnreadable):
        return RowRefused(row.number, wrong.sentence("zh"), wrong.sentence("en"))
    faults = faults_of(wrong) if isinstance(wrong, ValidationError) else getattr(wrong, "faults", {})
    if faults:
        name, (zh, en) = next(iter(faults.items()))
        heading = columns.get(name, name)
        return RowRefused(row.number, f"{heading}：{zh}", f"{heading}: {en}")
    assert isinstance(wrong, DomainError)
    return RowRefused(row.number, wrong.sentence("zh"), wrong.sentence("en"))
