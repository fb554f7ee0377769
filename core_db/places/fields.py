"""The fields of an estate, a building and a home: how each is called, read, kept and masked. One table of them.

Forms, histories and pages all read it. A name is not among them: it stands in the labels of all that lies below, and is
changed in a way of its own (`core_db.places.naming`).
"""

from collections.abc import Mapping
from datetime import date
from math import isfinite

from core_db.foundation.fields import F2
from core_db.foundation.recorded import FieldSpec, Unread, coded, day, line, whole
from core_db.places.model import PlaceKind
from core_db.places.words import ESTATE_KINDS, OWNERS_COMMITTEE, OWNERSHIPS, STRUCTURES, USES, YES_NO

LINE_AT_MOST = 120
BUILT_FROM, BUILT_UNTIL = 1840, 2100
LARGEST = 5000
#: Fields that stand in the place's record; the others stand in the table of its kind.
ON_RECORD = frozenset({"valid_from", "ownership", "group_let", "certificate"})


def _area(text: str, _today: date) -> str:
    """Square metres, at most two places behind the point."""
    try:
        area = round(float(text.strip().removesuffix("㎡").removesuffix("平方米")), 2)
    except ValueError:
        area = 0.0
    if not isfinite(area) or not 0 < area <= LARGEST:
        raise Unread("请写平方米数，例如 88.5。", "Please write square metres, e.g. 88.5.")
    return str(area)


def _since(text: str, today: date) -> str:
    said = day(text, today)
    if date.fromisoformat(said) > today:
        raise Unread("日期不能在今天以后。", "The day cannot lie ahead.")
    return said


def _certificate(text: str, today: date) -> str:
    return line(60)(text, today).replace(" ", "")


def _ends_of(number: str) -> str:
    """Its last three signs, where they are a small part of it."""
    return f"***{number[-3:]}" if len(number) > 8 else "***"


_BUILT = FieldSpec(words=("建成年份", "Built in"), read=whole(BUILT_FROM, BUILT_UNTIL), stored=int)
_SINCE = FieldSpec(words=("从哪天起有", "There since"), read=_since, stored=date.fromisoformat)
FIELDS_OF: Mapping[PlaceKind, Mapping[str, FieldSpec]] = {
    PlaceKind.ESTATE: {
        "aliases": FieldSpec(words=("别名", "Also called"), read=line(LINE_AT_MOST)),
        "kind": coded(("小区类型", "Kind"), ESTATE_KINDS, "小区类型"),
        "property_firm": FieldSpec(words=("物业公司", "Property firm"), read=line(80)),
        "owners_committee": coded(("业委会", "Owners' committee"), OWNERS_COMMITTEE, "业委会"),
        "built_year": _BUILT,
        "fees": FieldSpec(words=("物业费", "Fees"), read=line(LINE_AT_MOST)),
        "valid_from": _SINCE,
    },
    PlaceKind.BUILDING: {
        "address": FieldSpec(words=("地址", "Address"), read=line(LINE_AT_MOST)),
        "floors": FieldSpec(words=("层数", "Floors"), read=whole(1, 150), stored=int),
        "lifts": FieldSpec(words=("电梯数", "Lifts"), read=whole(0, 50), stored=int),
        "units": FieldSpec(words=("单元", "Stairs"), read=whole(1, 50), stored=int),
        "structure": coded(("结构", "Structure"), STRUCTURES, "结构"),
        "built_year": _BUILT,
        "valid_from": _SINCE,
    },
    PlaceKind.HOME: {
        "floor": FieldSpec(words=("楼层", "Floor"), read=whole(-5, 150), stored=int),
        "area": FieldSpec(words=("面积（㎡）", "Area (㎡)"), read=_area, stored=float),
        "ownership": coded(("产权性质", "Ownership"), OWNERSHIPS, "产权性质"),
        "use": FieldSpec(
            words=("使用情况", "Use"), read=coded(("", ""), USES, "使用情况").read, codes=USES, may_be_empty=False
        ),
        "group_let": coded(("群租", "Let by the bed"), YES_NO, "群租"),
        "certificate": FieldSpec(
            words=("不动产权证号", "Certificate of title"), read=_certificate, field_class=F2, mask=_ends_of
        ),
        "valid_from": _SINCE,
    },
}  # fmt: skip


def spec_of(kind: PlaceKind, field: str) -> FieldSpec | None:
    """A field of a kind of place; None for what is none."""
    return FIELDS_OF.get(kind, {}).get(field)
