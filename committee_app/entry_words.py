"""What the pages of a neighbourhood's entries call things: kinds, fields, steps and causes, values in words."""

from collections.abc import Mapping, Sequence

from app_shell.words import _
from committee_app.register_words import from_to
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import FieldSpec
from core_db.neighbourhood import KINDS, EntryRow, FieldKept, LineSeen, TypeSeen
from core_db.neighbourhood.words import BODIES, KIND_WORDS, TITLE_WORDS, EntryKind

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    """A field on an entry's page."""

    field: str
    label: str
    value: str
    origin: str
    may_correct: bool


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """A line of an entry's history."""

    id: str
    label: str
    change: str
    why: str
    who: str
    at: object
    may_undo: bool


@dataclass(frozen=True, kw_only=True)
class TypedField:
    """A field of the form for something new, or the one that is corrected."""

    name: str
    label: str
    required: bool
    codes: Options
    is_day: bool


def kind_in_words(kind: EntryKind, lang: str) -> str:
    return KIND_WORDS[kind][lang == "en"]


def body_in_words(body: str, lang: str) -> str:
    return BODIES[body][lang == "en"]


def title_in_words(title: str, lang: str) -> str:
    return TITLE_WORDS[title][lang == "en"]


def options_of(codes: Mapping[str, tuple[str, str]], lang: str) -> Options:
    return [(code, pair[lang == "en"]) for code, pair in codes.items()]


def value_said(field: str, spec: FieldSpec, value: str, types: Sequence[TypeSeen], lang: str) -> str:
    """A value as it is read: the word of its code; of a type what the district calls it."""
    if field == "community_type":
        return next((one.said(lang) for one in types if one.code == value), value)
    return spec.said(value, lang)


def field_line(one: FieldKept, types: Sequence[TypeSeen], lang: str, *, may_keep: bool) -> FieldLine:
    day = _("{day} 核对").replace("{day}", str(one.verified_on)) if one.verified_on else _("还没有核对过")
    origin = _("{source}，{day}").format(source=one.source, day=day) if one.source else day
    return FieldLine(
        field=one.field, label=one.spec.words[lang == "en"],
        value=value_said(one.field, one.spec, one.value, types, lang) or "—", origin=origin if one.value else "",
        may_correct=may_keep and not one.is_fixed,
    )  # fmt: skip


def label_of_entry(kind: EntryKind, field: str, lang: str) -> str:
    """What a line of the history of an entry is about: a field of its kind, or a step."""
    spec = KINDS[kind].fields.get(field)
    return spec.words[lang == "en"] if spec else _steps().get(field, field)


def history_line(kind: EntryKind, seen: LineSeen, types: Sequence[TypeSeen], lang: str) -> HistoryLine:
    spec = KINDS[kind].fields.get(seen.field)
    before, after = (_side(seen.field, spec, side, types, lang) for side in (seen.before, seen.after))
    change = from_to(before, after)
    label = label_of_entry(kind, seen.field, lang)
    # Of a step that is no field its own name says all.
    cause = _causes().get(seen.cause, "") if spec else ""
    why = _("；").join(part for part in (cause, seen.source, seen.reason) if part)
    return HistoryLine(
        id=seen.id, label=label, change=change, why=why, who=seen.by_name, at=seen.at, may_undo=seen.may_undo
    )


def _side(field: str, spec: FieldSpec | None, value: str, types: Sequence[TypeSeen], lang: str) -> str:
    if spec is not None:
        return value_said(field, spec, value, types, lang)
    if field == "seat" and value:
        return title_in_words(value, lang)
    if field == "inspection" and value:
        return _("合格") if value == "yes" else _("不合格")
    return _("第 {n} 版").replace("{n}", value) if field == "charter" and value else value


def _steps() -> dict[str, str]:
    return {
        "registered": _("登记"), "ended": _("不再使用"), "coverage": _("覆盖的楼"), "seat": _("人员"),
        "charter": _("楼组公约"), "inspection": _("检查"), "categories": _("办哪些类别"),
    }  # fmt: skip


def _causes() -> dict[str, str]:
    return {"registered": _("登记"), "corrected": _("更正"), "undone": _("撤销"), "ended": _("不再使用")}


def typed_field(name: str, spec: FieldSpec, types: Sequence[TypeSeen], lang: str) -> TypedField:
    codes = options_of(spec.codes or {}, lang)
    if name == "community_type":
        codes = [(one.code, one.said(lang)) for one in types]
    days = ("due_on", "valid_from")
    return TypedField(
        name=name,
        label=spec.words[lang == "en"],
        required=not spec.may_be_empty,
        codes=codes,
        is_day=name in days,
    )


def row_meta(kind: EntryKind, row: EntryRow, lang: str) -> tuple[str, ...]:
    """What stands under a name in a list."""
    what = {EntryKind.COMMUNITY: "kind", EntryKind.ORGANISATION: "form", EntryKind.FACILITY: "facility_class",
            EntryKind.GRID: "level", EntryKind.BUILDING_GROUP: "rating"}[kind]  # fmt: skip
    said = KINDS[kind].fields[what].said(row.what, lang)
    due = _("{day} 前要检查").replace("{day}", str(row.due_on)) if row.due_on else ""
    return tuple(word for word in (said, row.about, row.node_name, due) if word and word != row.name)
