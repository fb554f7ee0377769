"""The fields of organisations, facilities, grids, building groups and committees. One table of them.

Forms, histories and pages all read it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from core_db.foundation.fields import F2
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import FieldSpec, Unread, coded, day, line, whole
from core_db.foundation.sealing import masked_name, masked_phone
from core_db.neighbourhood.model import BuildingGroup, Facility, Grid
from core_db.neighbourhood.words import (
    COMMUNITY_KINDS,
    FACILITY_CLASSES,
    GRID_LEVELS,
    RATINGS,
    REGISTER_TYPES,
    STARS,
    YES_NO,
    EntryKind,
)
from core_db.people import IdentityFault, Organisation, credit_code_from, telephone_from
from core_db.people.words.codes import ORGANISATION_FORMS
from core_db.places import Community

LINE_AT_MOST = 120
#: What only a social organisation has.
OF_SOCIAL = frozenset({"register_type", "rating", "brand_projects", "service_scope"})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A kind of entry: its table, the column that names its node, and its fields."""

    model: Any
    node: str
    fields: Mapping[str, FieldSpec]
    #: What no correction changes, because others stand by it.
    fixed: frozenset[str] = frozenset()
    #: The telephone and the address of an office stand for everybody; a person's are sealed.
    unique: str | None = None

    @property
    def table(self) -> Any:
        return self.model.__table__


def _credit_code(text: str, _today: date) -> str:
    try:
        return credit_code_from(text)
    except IdentityFault as wrong:
        raise Unread(wrong.zh, wrong.en) from None


def _telephone(text: str, _today: date) -> str:
    try:
        return telephone_from(text)
    except IdentityFault as wrong:
        raise Unread(wrong.zh, wrong.en) from None


def _position(text: str, _today: date) -> str:
    """Longitude and latitude in degrees, as a map says them."""
    try:
        east, north = (round(float(part), 6) for part in text.replace("，", ",").split(","))
    except ValueError:
        east = north = 1000.0
    if not (73 <= east <= 136 and 3 <= north <= 54):
        raise Unread(
            "请写经度和纬度，例如 121.489,31.405。",
            "Please write longitude and latitude, e.g. 121.489,31.405.",
        )
    return f"{east},{north}"


def _no_later(text: str, today: date) -> str:
    said = day(text, today)
    if date.fromisoformat(said) > today:
        raise Unread("日期不能在今天以后。", "The day cannot lie ahead.")
    return said


def _line(zh: str, en: str, most: int = LINE_AT_MOST) -> FieldSpec:
    return FieldSpec(words=(zh, en), read=line(most))


_NAME = FieldSpec(words=("名称", "Name"), read=line(80), may_be_empty=False)
_SINCE = FieldSpec(words=("从哪天起", "Since"), read=_no_later, stored=date.fromisoformat)
_NEXT = FieldSpec(words=("下次检查不晚于", "Next inspection by"), read=day, stored=date.fromisoformat)


def _must(spec: FieldSpec) -> FieldSpec:
    """The same field, never empty."""
    return FieldSpec(
        words=spec.words, read=spec.read, codes=spec.codes, field_class=spec.field_class, may_be_empty=False
    )


KINDS: Mapping[EntryKind, Kept] = {
    EntryKind.COMMUNITY: Kept(
        model=Community, node="id",
        fields={
            "kind": _must(coded(("性质", "Kind"), COMMUNITY_KINDS, "居村委会性质")),
            "east": _line("东至", "East to"), "south": _line("南至", "South to"),
            "west": _line("西至", "West to"), "north": _line("北至", "North to"),
            "address": _line("办公地址", "Office"), "hours": _line("办公时间", "Hours"),
            "phone": _line("办公电话", "Telephone", 30),
            "community_type": _line("社区类型", "Type of community", 40),
        },
    ),
    EntryKind.ORGANISATION: Kept(
        model=Organisation, node="place_id", unique="name",
        fields={
            "name": _NAME, "form": coded(("类别", "Kind"), ORGANISATION_FORMS, "单位类别"),
            "credit_code": FieldSpec(words=("统一社会信用代码", "Unified social credit code"), read=_credit_code),
            "address": _line("地址", "Address"), "phone": _line("单位电话", "Office telephone", 30),
            "legal_person": FieldSpec(
                words=("法定代表人", "Legal representative"), read=line(60), field_class=F2, mask=masked_name,
                is_free=True,
            ),
            "contact": FieldSpec(
                words=("单位联系人", "Contact there"), read=line(60), field_class=F2, mask=masked_name,
                is_free=True,
            ),
            "contact_phone": FieldSpec(
                words=("联系人手机", "The contact's telephone"), read=_telephone, field_class=F2, mask=masked_phone
            ),
            "liaison": _line("居委会联系人", "Contact on our side", 60),
            "main_unit": coded(("辖区主要单位", "Main unit of the area"), YES_NO, "是否"),
            "register_type": coded(("登记类型", "Registered as"), REGISTER_TYPES, "登记类型"),
            "rating": coded(("社会组织评估等级", "Rating"), RATINGS, "评估等级"),
            "brand_projects": _line("品牌项目", "Brand projects"), "service_scope": _line("服务范围", "Whom it serves"),
        },
    ),
    EntryKind.FACILITY: Kept(
        model=Facility, node="community_id",
        fields={
            "name": _NAME,
            "facility_class": _must(coded(("部件大类", "Class"), FACILITY_CLASSES, "GB/T 30428.2 部件大类")),
            "code": _line("设施编号", "Number on its plate", 40), "spot": _line("具体位置", "Where exactly"),
            "position": FieldSpec(words=("经纬度", "Longitude and latitude"), read=_position),
            "owner_unit": _line("权属单位", "Owner", 80), "regulator": _line("主管部门", "Regulator", 80),
            "every_days": FieldSpec(
                words=("几天检查一次", "Days between inspections"), read=whole(1, 3660), stored=int
            ),
            "due_on": _NEXT,
        },
    ),
    EntryKind.GRID: Kept(
        model=Grid, node="community_id", unique="code", fixed=frozenset({"level"}),
        fields={
            "name": _NAME,
            "code": FieldSpec(words=("网格编号", "Number"), read=line(40), may_be_empty=False),
            "level": _must(coded(("层级", "Level"), GRID_LEVELS, "网格层级")),
            "boundary": _line("范围", "Boundary"), "valid_from": _SINCE,
        },
    ),
    EntryKind.BUILDING_GROUP: Kept(
        model=BuildingGroup, node="community_id", unique="name",
        fields={
            "name": _NAME,
            "contact_phone": FieldSpec(
                words=("联系电话", "Telephone"), read=_telephone, field_class=F2, mask=masked_phone
            ),
            "meets_at": _line("议事地点", "Meets at"), "rating": coded(("星级", "Stars"), STARS, "星级"),
            "valid_from": _SINCE,
        },
    ),
}  # fmt: skip


def fields_of(kind: EntryKind, row: Any = None) -> Mapping[str, FieldSpec]:
    """The fields of an entry; those of social organisations only where it is one, or may become one."""
    fields = KINDS[kind].fields
    if kind is not EntryKind.ORGANISATION or row is None or row.form == "social":
        return fields
    return {name: spec for name, spec in fields.items() if name not in OF_SOCIAL}
