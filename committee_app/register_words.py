"""What the register's pages call things: fields with their values in words, causes of changes, ways of living."""

from collections.abc import Sequence
from dataclasses import dataclass

from app_shell.words import _
from core_db.people import (
    FIELDS,
    LIVES_AS_WORDS,
    RECORDED,
    RELATION_WORDS,
    ChangeSeen,
    FieldSeen,
    RegisterField,
)

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """A field on a person's page."""

    field: str
    label: str
    value: str
    origin: str
    may_correct: bool


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """A line of a history."""

    id: str
    label: str
    change: str
    why: str
    who: str
    at: object
    may_undo: bool


def label_of(field: str, lang: str) -> str:
    """A field's name, or that of a step which is no field."""
    if field in list(RegisterField):
        return FIELDS[RegisterField(field)].words[lang == "en"]
    steps = {
        "registered": _("登记"), "moved_in": _("迁入"), "moved_out": _("迁出"), "head": _("户主"),
        "relation": _("与户主关系"), "household_ended": _("这一户结束"),
    }  # fmt: skip
    return steps.get(field, field)


def value_in_words(field: str, value: str, lang: str) -> str:
    """A value as it is read: the word of its code; that there is one, where it is not shown."""
    if value == RECORDED:
        return _("已登记，不显示")
    if field == "relation":
        return relation_in_words(value or None, lang)
    if field == "head" or field not in list(RegisterField):
        return value if field in ("moved_in", "moved_out", "household_ended") else ""
    return FIELDS[RegisterField(field)].said(value, lang)


def relation_in_words(relation: str | None, lang: str) -> str:
    pair = RELATION_WORDS.get(relation or "")
    return pair[lang == "en"] if pair else _("还没有登记")


def lives_as_in_words(role: str, lang: str) -> str:
    return next((pair[lang == "en"] for one, pair in LIVES_AS_WORDS.items() if one == role), role)


def field_row(seen: FieldSeen, lang: str) -> FieldRow:
    day = _("{day} 核对").replace("{day}", str(seen.verified_on)) if seen.verified_on else _("还没有核对过")
    origin = _("{source}，{day}").format(source=seen.source, day=day) if seen.source else day
    return FieldRow(
        field=seen.field, label=label_of(seen.field, lang), value=value_in_words(seen.field, seen.value, lang) or "—",
        origin=origin if seen.value else "", may_correct=seen.field is not RegisterField.DIED_ON,
    )  # fmt: skip


def change_row(seen: ChangeSeen, lang: str) -> ChangeRow:
    before, after = (value_in_words(seen.field, side, lang) for side in (seen.before, seen.after))
    change = (
        _("{before} → {after}").format(before=before or "—", after=after or "—") if before or after else ""
    )
    who = seen.by_name
    if seen.approved_name:
        who = _("{who}，{second}批准").format(who=who, second=seen.approved_name)
    why = "；".join(part for part in (causes()[seen.cause], seen.source, seen.reason) if part)
    return ChangeRow(
        id=seen.id, label=label_of(seen.field, lang), change=change, why=why, who=who, at=seen.at,
        may_undo=seen.may_undo,
    )  # fmt: skip


def causes() -> dict[str, str]:
    return {
        "registered": _("登记"), "corrected": _("更正"), "imported": _("导入"), "asked": _("本人申请更正"),
        "born": _("出生登记"), "moved_in": _("迁入登记"), "moved_out": _("迁出登记"), "died": _("去世登记"),
        "undone": _("撤销"), "head_changed": _("换户主"), "ended": _("不再有这里"),
    }  # fmt: skip


def choices(field: RegisterField, lang: str) -> Options:
    """The codes of a field to choose from, in words."""
    return [(code, pair[lang == "en"]) for code, pair in (FIELDS[field].codes or {}).items()]


def relations(lang: str) -> Options:
    return [(code, pair[lang == "en"]) for code, pair in RELATION_WORDS.items()]


def sources() -> Options:
    """What a worker most often reads a fact from; kept in the words of the register, whoever reads it later."""
    return [("上门", _("上门")), ("电话", _("电话")), ("证件", _("证件")), ("本人告知", _("本人告知"))]
